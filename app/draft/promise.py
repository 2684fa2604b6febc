"""A promise while it is being put together, and the day a contact ends up on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.draft.agreed_times import agreed
from app.draft.conversation import Sentence, Turn
from app.draft.model import Evidence
from app.draft.promise_words import TODAY
from app.draft.reading import Reading

CONTACTS = ("call", "visit")


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise or an agreement while it is being put together.

    Args:
        group: What kind of action it is: "call", "visit", "send"…
        place: Index of the turn in which it was made.
        confirmed: Promised outright, or agreed to by the other side.
        hour: "HH:MM" that was said without a day.
        is_asked: The other side asked for it; it may be a word of agreement and no step of its own.
    """

    who: str
    group: str
    action: str
    due: str | None
    due_sure: bool
    place: int
    evidence: tuple[Evidence, ...]
    confirmed: bool
    hour: str = ""
    is_asked: bool = False


def settled(reading: Reading, promise: Promise, sentence: Sentence) -> Promise:
    """A contact with the day and hour that came out of the turns behind it."""
    if promise.group not in CONTACTS:
        return promise
    due = promise.due
    if due is None and promise.hour:
        due = f"{reading.at.date().isoformat()}T{promise.hour}" if TODAY.search(sentence.folded) else None
    is_firm = not sentence.is_question and promise.due_sure
    result = agreed(reading, promise.place, due, is_sure=promise.due_sure, is_firm=is_firm, after=sentence.end)
    if result.due is None:
        return promise
    evidence = tuple(dict.fromkeys((*promise.evidence, *result.quotes)))[:4]
    return replace(promise, due=result.due, due_sure=result.is_sure, evidence=evidence, hour="")


def quoted(reading: Reading, turn: Turn, sentence: Sentence) -> Evidence:
    """The sentence as evidence."""
    return reading.conversation.evidence(turn.index, sentence.start, sentence.end)
