"""CRM records and field definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FieldType(StrEnum):
    TEXT = "text"
    LONGTEXT = "longtext"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    ENUM = "enum"
    MULTIENUM = "multienum"
    PHONE = "phone"
    EMAIL = "email"
    INT = "int"
    BOOL = "bool"


class RiskClass(StrEnum):
    """`HIGH` fields (money, stage, dates of closing, discounts, loss reasons) are approved one by one."""

    LOW = "low"
    HIGH = "high"


HIGH_RISK_KEYS = frozenset({"stage", "deadline", "close_date", "discount", "discount_percent", "lost_reason"})


@dataclass(frozen=True, slots=True)
class FieldOption:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A CRM field: what belongs there, what does not, an example; shown to the model and to the person."""

    key: str
    label: str
    type: FieldType
    definition: str
    is_required: bool = False
    options: tuple[FieldOption, ...] = ()

    @property
    def risk_class(self) -> RiskClass:
        if self.type is FieldType.MONEY or self.key in HIGH_RISK_KEYS:
            return RiskClass.HIGH
        return RiskClass.LOW

    def option_label(self, option_id: str) -> str:
        """Label of an option; the id itself if the definition does not know it."""
        return next((o.label for o in self.options if o.id == option_id), option_id)


# A value as stored: int for money and int, ISO text for dates, option id(s), "+7…", text, bool.
Norm = int | str | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class FieldRecord:
    """A value in the CRM, with the approval that stands behind it."""

    key: str
    value: str
    norm: Norm
    approval_id: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class Company:
    id: str
    name: str
    inn: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    id: str
    name: str
    role: str | None = None
    phone: str | None = None
    email: str | None = None
    company_id: str | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal in the local CRM; its fields are `FieldRecord`s by key."""

    id: str
    title: str
    company: Company | None = None
    contact: Contact | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoteRecord:
    id: str
    deal_id: str
    text: str
    approval_id: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """A next step that was approved."""

    id: str
    deal_id: str
    who: str
    action: str
    due: str | None
    approval_id: str
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class DealContents:
    """A deal with all that was approved about it.

    Args:
        touched_at: When anybody last changed anything about it, UTC.
        values: By field key.
    """

    deal: Deal
    touched_at: datetime
    values: Mapping[str, FieldRecord] = field(default_factory=dict)
    notes: tuple[NoteRecord, ...] = ()
    tasks: tuple[Task, ...] = ()
