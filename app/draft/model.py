"""A draft: what the program proposes and on what evidence. Nothing here is in the CRM."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.deals.model import Norm


class FieldStatus(StrEnum):
    """`VERIFIED` only where code proved the value from its quote."""

    VERIFIED = "verified"
    REVIEW = "review"
    EMPTY = "empty"


class CallKind(StrEnum):
    SALES = "sales"
    SERVICE = "service"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"
    INTERNAL = "internal"


RISK_KINDS = (
    "price", "competitor", "no_budget", "no_authority", "delay", "complaint", "asked_for_human", "churn", "legal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote and its place. `start_s` and `end_s` are None for a transcript that came as text."""

    segment: int
    start_s: float | None
    end_s: float | None
    quote: str


@dataclass(frozen=True, slots=True)
class Misheard:
    """Words that were taken for a known name by their sound: what was heard, and what is meant."""

    heard: str
    meant: str


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A proposed value.

    Args:
        value: As a careful manager would write it; None when empty.
        norm: Typed form (see CLI.md); None for texts.
        reason: Why it needs a look, one plain sentence; None when verified or empty.
        others: Competing values heard in the call, in words, the proposed one not among them.
        misheard: Parts of the value that were matched by sound; never of a verified one.
    """

    key: str
    value: str | None = None
    norm: Norm = None
    status: FieldStatus = FieldStatus.EMPTY
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    others: tuple[str, ...] = ()
    misheard: tuple[Misheard, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteLine:
    text: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class NextStep:
    """A promise or an agreement. `due` is "YYYY-MM-DD", with "THH:MM" where a time was said, or None."""

    who: str
    action: str
    due: str | None
    status: FieldStatus
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class LineItem:
    sku: str
    name: str
    qty: int | None
    status: FieldStatus
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    misheard: tuple[Misheard, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    kind: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Engine:
    """What the draft was made with: same input and same engine give the same draft."""

    input: str
    asr: str
    llm: str
    prompt: str
    transcribe_s: float = 0.0
    draft_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    call_id: str
    at: datetime
    kind: CallKind
    fields: dict[str, FieldValue]
    note: tuple[NoteLine, ...]
    next_steps: tuple[NextStep, ...]
    line_items: tuple[LineItem, ...]
    risks: tuple[Risk, ...]
    sentiment: str
    questions: tuple[str, ...]
    engine: Engine
    transcript_sha256: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_urgent(self) -> bool:
        """Anger, or a request for a superior: the call goes on top of the list."""
        return bool(self.extra.get("urgent")) or any(risk.kind == "asked_for_human" for risk in self.risks)
