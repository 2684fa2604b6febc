"""Which day a promise is for: the one in its clause, in its sentence, or right around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from app.draft.agreed_times import free_hours, is_lone_time, same_weekday
from app.draft.candidates import Found
from app.draft.conversation import Sentence, Turn
from app.draft.promise_words import TODAY, acting_verbs
from app.draft.reading import Reading
from app.spoken.model import Certainty, Moment

_NOON = 12
_PAIR = 2
_PIECE = re.compile(r"(?:(?!\s(?:и|а|но)\s)[^,;:—–…])+")


@dataclass(frozen=True, slots=True)
class Due:
    """The day of a promise. `hour`: "HH:MM" that was said without a day."""

    iso: str | None = None
    is_sure: bool = True
    hour: str = ""
    is_deadline: bool = False


def clause_at(sentence: Sentence, place: int) -> str:
    """The folded piece between commas and conjunctions in which a character of the sentence stands."""
    pieces = (p for p in _PIECE.finditer(sentence.folded) if p.start() <= place < p.end())
    return next((p.group() for p in pieces), sentence.folded)


def due_of(reading: Reading, turn: Turn, sentence: Sentence, place: int, *, is_request: bool = False) -> Due:
    """The day of a promise: in its clause, its sentence, then right around it."""
    inside = [
        m
        for m in reading.candidates.moments
        if m.turn is turn and sentence.start <= m.mark.start < sentence.end and not m.mark.is_past
    ]
    lone = [m for m in inside if is_lone_time(reading, m)]
    inside = [m for m in inside if m not in lone]
    if inside:
        nearest = _nearest(reading, sentence, inside, place)
        iso, sure = nearest.mark.iso, nearest.mark.certainty is Certainty.EXACT
        if "T" not in iso:
            iso, sure = _with_hour(reading, sentence, inside, lone, nearest, sure=sure)
        return Due(iso, sure, is_deadline=nearest.mark.is_deadline)
    if TODAY.search(sentence.folded):
        today = reading.at.date().isoformat()
        return Due(f"{today}T{lone[-1].mark.iso[11:]}" if lone else today)
    if re.search(r"\bутром\b|\bс утра\b", sentence.folded) and reading.at.hour >= _NOON:
        return Due((reading.at.date() + timedelta(days=1)).isoformat(), is_sure=False)
    hour = lone[-1].mark.iso[11:] if lone else ""
    for other in [] if is_request else _neighbours(turn, sentence):
        marks = [
            m
            for m in reading.candidates.moments
            if m.turn is turn and other.start <= m.mark.start < other.end and not m.mark.is_past
        ]
        own = [v for v in acting_verbs(other.folded) if v.person == "1per"]
        if marks and len(other.text) < 60 and not own and not is_lone_time(reading, marks[-1]):
            return Due(marks[-1].mark.iso, marks[-1].mark.certainty is Certainty.EXACT)
    return Due(hour=hour)


def _nearest(reading: Reading, sentence: Sentence, marks: list[Found[Moment]], place: int) -> Found[Moment]:
    """The day in the verb's own clause; else the nearest whose clause has no verb; else the last said before it."""
    pieces = [(p.start(), p.end(), p.group()) for p in _PIECE.finditer(sentence.folded)]

    def piece_of(offset: int) -> int:
        return next((i for i, (start, end, _said) in enumerate(pieces) if start <= offset < end), -1)

    own = piece_of(place)
    places = {id(m): m.mark.start - sentence.start for m in marks}
    here = [m for m in marks if piece_of(places[id(m)]) == own]
    if not here:
        free = [
            m
            for m in marks
            if not any(v.person in ("1per", "3per") for v in acting_verbs(pieces[piece_of(places[id(m)])][2]))
        ]
        before = [m for m in marks if places[id(m)] < place]
        here = free or before[-1:] or marks
    day = same_weekday(reading, marks, [m.mark.iso for m in marks])
    if day is not None and len(marks) == _PAIR:
        return next(m for m in marks if m.mark.iso == day)
    return min(here, key=lambda m: abs(places[id(m)] - place))


def _with_hour(
    reading: Reading,
    sentence: Sentence,
    inside: list[Found[Moment]],
    lone: list[Found[Moment]],
    nearest: Found[Moment],
    *,
    sure: bool,
) -> tuple[str, bool]:
    """«Завтра отвечу … до двенадцати»: the hour said apart from the only day of the sentence."""
    iso = nearest.mark.iso
    if len({m.mark.iso[:10] for m in inside}) == 1:
        iso = max((m.mark.iso for m in inside), key=len)
    if "T" in iso:
        return iso, sure
    behind = [m for m in lone if m.mark.start > nearest.mark.start]
    times = [
        t
        for t in reading.candidates.times
        if t.turn is nearest.turn and nearest.mark.end <= t.mark.start < sentence.end
    ]
    times = free_hours(times, sentence)
    later = [m for m in inside if m.mark.start > nearest.mark.start]
    times = [t for t in times if not later or t.mark.start < later[0].mark.start]
    if behind and (not later or behind[0].mark.start < later[0].mark.start):
        return f"{iso}T{behind[0].mark.iso[11:]}", sure
    return (f"{iso}T{times[0].mark.iso}", sure) if times else (iso, sure)


def _neighbours(turn: Turn, sentence: Sentence) -> list[Sentence]:
    place = turn.sentences.index(sentence)
    return [turn.sentences[i] for i in (place + 1, place - 1) if 0 <= i < len(turn.sentences)]
