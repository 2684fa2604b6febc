"""What a company's own field definitions say for hygiene: its stages, and which fields must be filled. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.i18n import _
from app.deals.crm_rows import CrmColumn
from app.deals.model import FieldDefinition

COLUMN_OF_FIELD = {
    "company_name": CrmColumn.COMPANY,
    "inn": CrmColumn.INN,
    "contact_name": CrmColumn.CONTACT,
    "contact_role": CrmColumn.CONTACT_ROLE,
    "phone": CrmColumn.PHONE,
    "email": CrmColumn.EMAIL,
    "stage": CrmColumn.STAGE,
    "budget_amount": CrmColumn.AMOUNT,
    "amount": CrmColumn.AMOUNT,
    "next_step": CrmColumn.NEXT_STEP,
    "next_step_at": CrmColumn.NEXT_STEP_AT,
    "lost_reason": CrmColumn.LOST_REASON,
    "source": CrmColumn.SOURCE,
}


@dataclass(frozen=True, slots=True)
class HygieneRules:
    """Names of the company's stages, none where they are not known; columns that must be filled beside the usual."""

    stages: tuple[str, ...] = ()
    required: tuple[CrmColumn, ...] = ()


def rules_of_fields(fields: Iterable[FieldDefinition]) -> HygieneRules:
    """The rules that field definitions make."""
    known = tuple(fields)
    stages = tuple(option.label for field in known if field.key == "stage" for option in field.options)
    required = (COLUMN_OF_FIELD.get(field.key) for field in known if field.is_required)
    return HygieneRules(stages, tuple(dict.fromkeys(column for column in required if column)))


def column_label(column: CrmColumn) -> str:
    """The name of a column for a person."""
    return {
        CrmColumn.DEAL_ID: _("номер"),
        CrmColumn.TITLE: _("название"),
        CrmColumn.STAGE: _("этап"),
        CrmColumn.AMOUNT: _("сумма"),
        CrmColumn.CREATED_AT: _("создана"),
        CrmColumn.UPDATED_AT: _("изменена"),
        CrmColumn.MANAGER: _("менеджер"),
        CrmColumn.COMPANY: _("компания"),
        CrmColumn.INN: _("ИНН"),
        CrmColumn.CONTACT: _("контакт"),
        CrmColumn.CONTACT_ROLE: _("должность"),
        CrmColumn.PHONE: _("телефон"),
        CrmColumn.EMAIL: _("почта"),
        CrmColumn.SOURCE: _("источник"),
        CrmColumn.NEXT_STEP: _("следующий шаг"),
        CrmColumn.NEXT_STEP_AT: _("дата следующего шага"),
        CrmColumn.LOST_REASON: _("причина отказа"),
    }[column]
