"""Deals of the local CRM as rows, so that one set of rules looks at them and at exports. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from app.core.clock import Clock
from app.deals.crm_rows import CrmColumn, CrmRow
from app.deals.hygiene_rules import COLUMN_OF_FIELD
from app.deals.model import DealContents, FieldDefinition, FieldRecord, FieldType

_OF_CARDS = (
    CrmColumn.DEAL_ID,
    CrmColumn.TITLE,
    CrmColumn.CREATED_AT,
    CrmColumn.UPDATED_AT,
    CrmColumn.COMPANY,
    CrmColumn.INN,
    CrmColumn.CONTACT,
    CrmColumn.CONTACT_ROLE,
    CrmColumn.PHONE,
    CrmColumn.EMAIL,
)


def columns_of(fields: Iterable[FieldDefinition]) -> tuple[CrmColumn, ...]:
    """What the local CRM keeps of a deal: its card, and those of the company's fields that hygiene knows."""
    own = (COLUMN_OF_FIELD[field.key] for field in fields if field.key in COLUMN_OF_FIELD)
    return tuple(dict.fromkeys((*_OF_CARDS, *own)))


def rows_of(contents: Iterable[DealContents], fields: Iterable[FieldDefinition], clock: Clock) -> list[CrmRow]:
    """A row for each deal. What the card has not, an approved field of the same meaning fills."""
    by_key = {field.key: field for field in fields}
    return [_row(number, one, by_key, clock) for number, one in enumerate(contents, start=1)]


def _row(number: int, one: DealContents, fields: Mapping[str, FieldDefinition], clock: Clock) -> CrmRow:
    deal = one.deal
    cells = {
        COLUMN_OF_FIELD[key]: _text(fields.get(key), record)
        for key, record in one.values.items()
        if key in COLUMN_OF_FIELD
    }
    open_tasks = sorted((task for task in one.tasks if not task.is_done), key=lambda task: task.due or "9")
    if open_tasks:
        cells[CrmColumn.NEXT_STEP] = cells.get(CrmColumn.NEXT_STEP) or open_tasks[0].action
        cells[CrmColumn.NEXT_STEP_AT] = cells.get(CrmColumn.NEXT_STEP_AT) or open_tasks[0].due or ""
    card = {
        CrmColumn.DEAL_ID: deal.id,
        CrmColumn.TITLE: deal.title,
        CrmColumn.CREATED_AT: _moment(deal.created_at, clock),
        CrmColumn.UPDATED_AT: _moment(one.touched_at, clock),
    }
    if deal.company is not None:
        card |= {CrmColumn.COMPANY: deal.company.name, CrmColumn.INN: deal.company.inn or ""}
    if (contact := deal.contact) is not None:
        card |= {
            CrmColumn.CONTACT: contact.name,
            CrmColumn.CONTACT_ROLE: contact.role or "",
            CrmColumn.PHONE: contact.phone or "",
            CrmColumn.EMAIL: contact.email or "",
        }
    return CrmRow(number, deal.id, cells | {column: text for column, text in card.items() if text})


def _text(definition: FieldDefinition | None, record: FieldRecord) -> str:
    norm = record.norm
    if definition is not None and definition.type in (FieldType.DATE, FieldType.DATETIME) and norm:
        return str(norm)
    if definition is not None and definition.type is FieldType.ENUM and norm:
        return definition.option_label(str(norm))
    if isinstance(norm, int) and not isinstance(norm, bool):
        return str(norm)
    return record.value


def _moment(moment: datetime | None, clock: Clock) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment is not None else ""
