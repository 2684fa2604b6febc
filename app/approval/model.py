"""Decisions and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.deals.model import Deal, FieldDefinition, Norm
from app.draft.model import Evidence


class DecisionKind(StrEnum):
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


class SubjectKind(StrEnum):
    FIELD = "field"
    NOTE = "note"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one thing of a draft.

    Args:
        subject: Field, note or step.
        key: Field key; "note"; the step's number as text.
        value: The value decided on, in words (edited or as drafted); None when rejected.
        norm: Its typed form.
        who: For a step: "manager" or "client".
        due: For a step: its date.
    """

    subject: SubjectKind
    key: str
    kind: DecisionKind
    value: str | None
    norm: Norm = None
    evidence: tuple[Evidence, ...] = ()
    who: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """Decisions that stand or fall together, made at one moment by one person.

    Args:
        deal_id: The deal they belong to; the id of `new_deal` where one is made.
        new_deal: A deal to be created in the same transaction, with its company and contact; else None.
        settles_call: With these decisions the call counts as approved.
        definitions: Of the fields decided on: what goes to a CRM takes their types and labels along.
    """

    call_id: str
    draft_id: str
    deal_id: str
    decisions: tuple[Decision, ...]
    decided_by: str
    new_deal: Deal | None = None
    settles_call: bool = False
    definitions: tuple[FieldDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """A recorded approval; `undone_at` is set once it was taken back."""

    id: str
    call_id: str
    draft_id: str
    deal_id: str
    decided_by: str
    at: datetime
    decisions: tuple[Decision, ...]
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A link of the audit chain: `hash` covers the entry and the hash before it."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    content: str
    previous_hash: str
    hash: str
