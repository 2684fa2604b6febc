"""Numbers that may count articles, and how near each stands to the names of articles around it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.draft import proof
from app.draft.articles import follows_code
from app.draft.candidates import Found
from app.draft.conversation import Sentence, Turn, fold
from app.draft.item_counts import NOT_A_COUNT, plain_numbers
from app.draft.line_items import catalogue_of
from app.draft.mentions import CUT, Mention, Mentions, NamePart
from app.draft.reading import Reading
from app.spoken.model import Number

_MOST = 100_000
_TOUCHING = 2
# How near a name is in whose clause, sentence or turn the number stands, or so many turns behind it.
_SAME_CLAUSE, _SAME_SENTENCE, _SAME_TURN = 3.0, 2.0, 1.5
_TURNS_AGO = (0.0, 1.2, 0.7)
_AHEAD_SAME_CLAUSE, _AHEAD_SAME_SENTENCE, _RIGHT_AHEAD = 3.2, 1.0, 0.6
# What each other name and each other number in between takes from that.
_PER_NAME, _MOST_NAMES_BACK, _MOST_NAMES_AHEAD = 0.5, 5, 3
_PER_NUMBER, _PER_NUMBER_AHEAD = 0.5, 0.8
# A word that fits few articles names them better.
_OF_FEW = 0.3
_SUPERSEDED = re.compile(
    r"\bнет\b|\bстоп|\bхотя\b|верне|точнее|\bой\b|\bвру\b|\bне\b,|погоди|обожди|тьфу|\bили\b|стойте|\bпуст"
)


@dataclass(frozen=True, slots=True)
class SpokenCount:
    """A whole number that is no sum, no date and no phone, and of no other time.

    Args:
        nearness: For each article named around it, how near; articles that are too far are left out.
        follows: Articles named before it in its sentence.
        is_superseded: Another number is put in its place in the same turn: «пять, хотя нет, шесть».
        is_said_again: The same number stands in the turn before or behind.
    """

    turn: Turn
    sentence: Sentence
    start: int
    end: int
    value: int
    unit: str
    nearness: Mapping[str, float]
    follows: frozenset[str]
    is_superseded: bool
    is_said_again: bool

    def is_in_name_of(self, mention: Mention) -> bool:
        """«АЛ двадцать»: the number belongs to the name that was said there."""
        return mention.turn is self.turn and any(
            part.is_number and part.start < self.end and self.start < part.end for part in mention.parts
        )


@dataclass(frozen=True, slots=True)
class _Event:
    """A name or a number, in the order of the call."""

    turn: int
    start: int
    end: int
    skus: frozenset[str] = frozenset()
    number: Found[Number] | None = None


def spoken_counts(reading: Reading, mentions: Mentions) -> list[SpokenCount]:
    """The numbers of a call that may count something, in order."""
    numbers = [found for turn in reading.conversation.turns for found in _whole_numbers(reading, turn)]
    events = sorted([*(_of_name(p) for p in mentions.parts), *(_of_number(n) for n in numbers)], key=_order)
    said = Counter((event.turn, int(event.number.mark.value)) for event in events if event.number)
    return [_count(event.number, place, events, said) for place, event in enumerate(events) if event.number]


def _whole_numbers(reading: Reading, turn: Turn) -> list[Found[Number]]:
    codes = catalogue_of(reading.profile.price_list).codes
    return [
        found
        for found in plain_numbers(reading, turn)
        if not proof.is_past(found.sentence)
        and not proof.is_hypothetical(found.sentence)
        and found.mark.value == int(found.mark.value)
        and 1 <= found.mark.value <= _MOST
        and not found.mark.is_ordinal
        and not fold(found.mark.unit).startswith(NOT_A_COUNT)
        and not follows_code(turn.folded, found.mark.start, codes)
    ]


def _of_name(part: NamePart) -> _Event:
    return _Event(part.turn, part.start, part.end, part.skus)


def _of_number(found: Found[Number]) -> _Event:
    return _Event(found.turn.index, found.mark.start, found.mark.end, number=found)


def _order(event: _Event) -> tuple[int, int, bool]:
    return event.turn, event.start, event.number is None


def _count(
    found: Found[Number], place: int, events: Sequence[_Event], said: Mapping[tuple[int, int], int]
) -> SpokenCount:
    turn, sentence, mark = found.turn, found.sentence, found.mark
    here = [event for event in events if event.turn == turn.index and event.skus]
    before = (e.skus for e in here if sentence.start <= e.start < mark.start)
    value = int(mark.value)
    return SpokenCount(
        turn=turn,
        sentence=sentence,
        start=mark.start,
        end=mark.end,
        value=value,
        unit=fold(mark.unit),
        nearness=_nearness(found, place, events),
        follows=frozenset().union(*before),
        is_superseded=_is_superseded(turn, place, events),
        is_said_again=any(said.get((turn.index + step, value), 0) for step in (-1, 1)),
    )


def _is_superseded(turn: Turn, place: int, events: Sequence[_Event]) -> bool:
    later = (e for e in events[place + 1 : place + 3] if e.number and e.turn == turn.index)
    other = next(later, None)
    return other is not None and bool(_SUPERSEDED.search(turn.folded[events[place].end : other.start]))


def _nearness(found: Found[Number], place: int, events: Sequence[_Event]) -> dict[str, float]:
    best: dict[str, float] = {}
    for event, level in (*_names_back(found, place, events), *_names_ahead(found, place, events)):
        near = level + _OF_FEW * math.log(1 + 3 / len(event.skus))
        for sku in event.skus:
            best[sku] = max(near, best.get(sku, near))
    return {sku: near for sku, near in best.items() if near > 0}


def _names_back(found: Found[Number], place: int, events: Sequence[_Event]) -> list[tuple[_Event, float]]:
    turn, sentence = found.turn, found.sentence
    near: list[tuple[_Event, float]] = []
    numbers = 0
    for event in reversed(events[:place]):
        ago = turn.index - event.turn
        if ago >= len(_TURNS_AGO) or len(near) > _MOST_NAMES_BACK:
            break
        if event.number:
            numbers += 1
            continue
        if ago:
            level = _TURNS_AGO[ago]
        elif not CUT.search(turn.folded[event.end : found.mark.start]):
            level = _SAME_CLAUSE
        else:
            level = _SAME_SENTENCE if event.start >= sentence.start else _SAME_TURN
        near.append((event, level - _PER_NAME * min(len(near), 3) - _PER_NUMBER * min(numbers, 2)))
    return near


def _names_ahead(found: Found[Number], place: int, events: Sequence[_Event]) -> list[tuple[_Event, float]]:
    turn, sentence = found.turn, found.sentence
    near: list[tuple[_Event, float]] = []
    numbers = 0
    for event in events[place + 1 :]:
        if event.turn != turn.index or event.start >= sentence.end or len(near) > _MOST_NAMES_AHEAD:
            break
        if event.number:
            numbers += 1
            continue
        is_in_clause = not CUT.search(turn.folded[found.mark.end : event.start])
        level = _AHEAD_SAME_CLAUSE if is_in_clause else _AHEAD_SAME_SENTENCE
        level += _RIGHT_AHEAD if event.start - found.mark.end <= _TOUCHING else 0.0
        near.append((event, level - _PER_NAME * min(len(near), 3) - _PER_NUMBER_AHEAD * min(numbers, 2)))
    return near
