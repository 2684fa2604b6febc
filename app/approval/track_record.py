"""Confidence that is earned: how often people took what was drafted for a field as it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.approval.model import DecisionKind
from app.draft.model import Engine, FieldStatus

ENOUGH = 10
"""Decisions below which nothing is said: of three values one edit is no share of anything."""
APPROVALS_COUNTED = 500
"""The latest approvals that count: how it went a year ago says little about today."""


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What decides how good a draft is. Only drafts made with the same are counted together."""

    asr: str
    llm: str
    prompt: str

    @classmethod
    def of(cls, engine: Engine) -> MadeWith:
        return cls(engine.asr, engine.llm, engine.prompt)


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """What a person decided on a field of a draft.

    Args:
        made_with: Of the draft they had before them.
        drafted: How the draft presented the value; `EMPTY` where it had none and the person wrote one.
    """

    call_id: str
    key: str
    made_with: MadeWith
    drafted: FieldStatus
    kind: DecisionKind


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How the drafted values of one field fared.

    Args:
        accepted: Signed off as drafted.
        edited: Signed off with another value.
        rejected: Not taken at all.
        proven: How many of all those the draft had called verified.
        proven_accepted: How many of these were signed off as drafted.
    """

    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    proven: int = 0
    proven_accepted: int = 0

    @property
    def total(self) -> int:
        return self.accepted + self.edited + self.rejected

    @property
    def is_telling(self) -> bool:
        """There were enough decisions to speak of."""
        return self.total >= ENOUGH


def track_records(verdicts: Iterable[FieldVerdict], made_with: MadeWith) -> dict[str, TrackRecord]:
    """The record of each field over the drafts made with the same, by field key.

    Of several decisions on a field of one call the last counts. A value that the person wrote where the draft had none
    says nothing about the values it has, and is left out. A rejection counts against the draft, though it may only
    have been a value that nobody needed: the record must rather be too strict than too kind.

    Args:
        verdicts: Those that stand, the oldest first.
        made_with: What the draft on the screen was made with.
    """
    last = {(v.call_id, v.key): v for v in verdicts}
    counted: dict[str, list[FieldVerdict]] = {}
    for verdict in last.values():
        if verdict.made_with == made_with and verdict.drafted is not FieldStatus.EMPTY:
            counted.setdefault(verdict.key, []).append(verdict)
    return {key: _record(found) for key, found in counted.items()}


def _record(verdicts: list[FieldVerdict]) -> TrackRecord:
    kinds = [verdict.kind for verdict in verdicts]
    proven = [verdict.kind for verdict in verdicts if verdict.drafted is FieldStatus.VERIFIED]
    return TrackRecord(
        accepted=kinds.count(DecisionKind.ACCEPTED),
        edited=kinds.count(DecisionKind.EDITED),
        rejected=kinds.count(DecisionKind.REJECTED),
        proven=len(proven),
        proven_accepted=proven.count(DecisionKind.ACCEPTED),
    )
