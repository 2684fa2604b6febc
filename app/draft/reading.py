"""What every rule of the draft is given: the call, its candidates, the profile, and where the model pointed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.deals.model import Norm
from app.draft.candidates import Candidates
from app.draft.conversation import Conversation
from app.draft.model import Evidence, FieldStatus, FieldValue, Misheard
from app.draft.topics import Topics
from app.profile.model import Profile


@dataclass(frozen=True, slots=True)
class Pointers:
    """Where the model pointed. It never brings a value, only places and choices among what was offered to it.

    Args:
        turns: Turn indexes by field key.
        options: Chosen option ids by field key.
    """

    turns: dict[str, tuple[int, ...]] = field(default_factory=dict)
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """One call as the rules see it."""

    conversation: Conversation
    candidates: Candidates
    profile: Profile
    at: datetime
    pointers: Pointers = field(default_factory=Pointers)
    topics: Topics = field(default_factory=Topics)


def proposed(
    key: str,
    value: str,
    evidence: Sequence[Evidence],
    *,
    norm: Norm = None,
    doubt: str | None = None,
    others: Sequence[str] = (),
    misheard: Sequence[Misheard] = (),
) -> FieldValue:
    """A value with its quotes: `VERIFIED` without a doubt, else `REVIEW` with the doubt as its reason.

    What was matched by sound is never verified.
    """
    unique = tuple(dict.fromkeys(evidence))
    if not unique:
        return FieldValue(key)
    return FieldValue(
        key=key,
        value=value,
        norm=norm,
        status=FieldStatus.REVIEW if doubt or misheard else FieldStatus.VERIFIED,
        evidence=unique,
        reason=doubt,
        others=tuple(o for o in dict.fromkeys(others) if o != value),
        misheard=tuple(dict.fromkeys(misheard)),
    )


def empty(key: str) -> FieldValue:
    """Not discussed, or nothing that could be shown honestly."""
    return FieldValue(key)
