"""Whether another model would do better on the calls in which people had to correct a draft. Pure.

A call counts with everything that was decided on its fields, not with the corrections alone: on values that were wrong
before, no model could do worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from app.approval.model import Approval, Decision, DecisionKind, SubjectKind
from app.core.words import words_of
from app.deals.model import FieldDefinition, FieldType
from app.deals.typed_values import TypedValue, are_same, shown
from app.draft.model import Draft, FieldStatus, FieldValue

CALLS_AT_MOST = 30
"""The latest corrected calls that are tried: with a small model half an hour of work."""
_TEXTS = (FieldType.TEXT, FieldType.LONGTEXT)
_ALIKE, _NEARER = 0.9, 0.1


class Grade(IntEnum):
    """How good a drafted value is: an honest gap beats a wrong value, and a wrong one called verified is the worst."""

    WRONG_BUT_VERIFIED = 0
    WRONG = 1
    ABSENT = 2
    RIGHT = 3


class Change(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person decided on a field of a call, and what the draft before them had said.

    Args:
        value: What they signed; None where they rejected what was drafted.
    """

    definition: FieldDefinition
    value: TypedValue | None
    before: FieldValue
    is_correction: bool


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one call, drafted anew. Values in words, "" for none."""

    call_id: str
    definition: FieldDefinition
    change: Change
    wanted: str
    before: str
    after: str


def wanted_of(
    approvals: Iterable[Approval], drafts: Mapping[str, Draft], fields: Sequence[FieldDefinition]
) -> list[Wanted]:
    """What stands as decided on the fields of a call, in the profile's order.

    Args:
        approvals: Those of the call, the oldest first.
        drafts: What the person had before them, by the id of the approval.
        fields: Definitions of the profile; a field it no longer has is left out.
    """
    last: dict[str, tuple[Decision, str]] = {}
    for approval in approvals:
        for decision in approval.decisions if approval.undone_at is None else ():
            if decision.subject is SubjectKind.FIELD:
                last[decision.key] = (decision, approval.id)
    found = []
    for definition in fields:
        if definition.key not in last:
            continue
        decision, approval_id = last[definition.key]
        value = TypedValue(decision.value, decision.norm) if decision.value is not None else None
        before = drafts[approval_id].fields.get(definition.key, FieldValue(definition.key))
        found.append(Wanted(definition, value, before, decision.kind is DecisionKind.EDITED))
    return found


def compared(call_id: str, wanted: Wanted, after: FieldValue) -> FieldChange:
    """How a new draft's value stands beside the old one's, measured by what the person signed."""
    definition = wanted.definition
    return FieldChange(
        call_id,
        definition,
        _change(wanted, after),
        shown(definition, wanted.value.norm, wanted.value.value) if wanted.value else "",
        _shown(definition, wanted.before),
        _shown(definition, after),
    )


def grade(wanted: Wanted, drafted: FieldValue) -> Grade:
    """How good a drafted value is, given what a person signed."""
    if drafted.value is None or drafted.status is FieldStatus.EMPTY:
        return Grade.ABSENT if wanted.value is not None else Grade.RIGHT
    if wanted.value is not None and _is_right(wanted, wanted.value, drafted):
        return Grade.RIGHT
    return Grade.WRONG_BUT_VERIFIED if drafted.status is FieldStatus.VERIFIED else Grade.WRONG


def _change(wanted: Wanted, after: FieldValue) -> Change:
    after_grade = grade(wanted, after)
    gain = float(after_grade - grade(wanted, wanted.before))
    is_text = wanted.definition.type in _TEXTS
    if not gain and is_text and wanted.value is not None and after_grade < Grade.ABSENT:
        # A note in other words is never right to the letter; it can still be nearer to what the person wrote.
        signed = wanted.value.value
        nearer = _likeness(str(after.value), signed) - _likeness(str(wanted.before.value), signed)
        gain = nearer if abs(nearer) >= _NEARER else 0.0
    if not gain:
        return Change.SAME
    return Change.BETTER if gain > 0 else Change.WORSE


def _is_right(wanted: Wanted, signed: TypedValue, drafted: FieldValue) -> bool:
    definition, value = wanted.definition, str(drafted.value)
    if definition.type not in _TEXTS:
        return are_same(definition, TypedValue(value, drafted.norm), signed)
    mine, theirs = set(words_of(value)), set(words_of(signed.value))
    if mine == theirs:
        return True
    if not wanted.is_correction and (mine <= theirs or theirs <= mine):
        # What was signed as drafted, in a few words more or fewer; who corrected a text thought that they matter.
        return True
    return definition.type is FieldType.LONGTEXT and _likeness(value, signed.value) >= _ALIKE


def _likeness(left: str, right: str) -> float:
    """0 to 1, by the words and not by their order."""
    from rapidfuzz import fuzz

    return fuzz.token_sort_ratio(" ".join(words_of(left)), " ".join(words_of(right))) / 100


def _shown(definition: FieldDefinition, drafted: FieldValue) -> str:
    if drafted.value is None or drafted.status is FieldStatus.EMPTY:
        return ""
    return shown(definition, drafted.norm, drafted.value)
