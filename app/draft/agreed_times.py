"""The day and hour that two sides settle on over several turns: the last one counts, an agreement makes it sure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.draft import proof
from app.draft.candidates import Found
from app.draft.conversation import Sentence, Turn, fold
from app.draft.model import Evidence
from app.draft.promise_words import DOCUMENT, acting_verbs, group_of
from app.draft.reading import Reading
from app.spoken.model import Certainty, ClockTime, Moment

_MOST_TURNS = 5
_MOST_WORDS = 3
_LONGEST = 160
_NEARLY = 3
# The other side asks for another day or hour.
OTHER_TIME = re.compile(
    r"\b(?:лучше|удобнее|попозже|позже|пораньше|перенес\w+|не могу|не смогу|не получится|не выйдет|занят[аы]?)\b"
    r"|\b(?:давайте|можно|а если)\b(?=[^.?!]{0,20}[.?!]?$)"
)
_SHIFT = re.compile(r"\bна (день|денек|два дня|неделю|недельку|час|часок|полчаса) (позже|попозже|раньше|пораньше)\b")
_SHIFTS = {"день": 1440, "денек": 1440, "два дня": 2880, "неделю": 10080, "недельку": 10080, "час": 60, "часок": 60,
           "полчаса": 30}  # fmt: skip
_BUSY_UNTIL = re.compile(
    r"\bпосле\W*$|\b(?:звон|набер|приез|подъез|заез)\w*\W+(?:\w+\W+)?(?:после|потом)\b|\bа потом\b"
)
_TWO_CLOCKS = re.compile(r"\bу (?:нас|вас)\b|\bпо-?\s?(?:ваше|наше|москов|местн)\w*|\bпо москве\b|\bмск\b")
_OUR_CLOCK = re.compile(r"\W*(?:по-?\s?ваше\w*|у вас|ваше\w* времен\w*)")
_AT_YOURS = re.compile(r"\b(?:у вас|по-?\s?ваше\w*)\W+(?:\w+\W+){0,2}$")
_WEEKDAY = re.compile(r"понедельник|вторник|\bсред[ауые]|четверг|пятниц|суббот|воскресен")
_OTHER_WEEK = re.compile(r"\bследующ|\bпрошл|\bтой\b|\bбудущ")
_PART_OF_DAY = re.compile(r"^(?:в |к |до )?(?:перв|втор)\w+ половин\w+(?: дня)?$")
_NO_MATTER = frozenset(
    """давать мочь быть звонить набирать набрать договориться записать записывать записаться ждать сделать подойти
    день час число утро вечер обед время половина позвонить созвониться уложиться приезжать присылать смочь хотеть
    связь стараться постараться успеть""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was settled on. `is_changed`: another day or hour than at first, or one where there had been none."""

    due: str | None
    is_sure: bool
    quotes: tuple[Evidence, ...]
    is_changed: bool


@dataclass(frozen=True, slots=True)
class _Rival:
    """Another hour of the same day, and who named it."""

    text: str
    turn: Turn


def agreed(reading: Reading, place: int, due: str | None, *, is_sure: bool, is_firm: bool, after: int = 0) -> Agreed:
    """The day and hour of a contact once the turns behind it were heard.

    Args:
        place: Turn in which the contact was promised, asked for or proposed.
        due: What was said there; None where nothing was.
        is_sure: It was said in full.
        is_firm: It was promised outright: once it has its hour, only a plain wish for another time changes it.
        after: Offset in that turn behind which the speaker goes on about the day; 0 for nothing of it.
    """
    conversation = reading.conversation
    first = conversation.turn(place)
    current, changed = due, False
    quotes: list[Evidence] = []
    behind = [s for s in first.sentences if 0 < after <= s.start] if due is None or not is_sure else []
    for said in (_said(reading, first, sentence, current) for sentence in behind):
        if said is not None:
            current, is_sure = said
            changed = True
    speaker, is_quiet = first.is_manager, False
    rival: _Rival | None = None
    for steps in range(1, _MOST_TURNS + 1):
        turn = conversation.next(place, steps)
        if turn is None or len(turn.text) > _LONGEST:
            break
        before, heard = current, False
        for sentence in turn.sentences:
            said = _said(reading, turn, sentence, current)
            if said is None:
                continue
            heard = True
            if said[0] != current and (not is_firm or current is None or "T" not in current or _wishes(turn)):
                # What the other side wants is sure only once the first one agrees, unless it was asked when.
                is_sure = said[1] and (current is None or turn.is_manager == first.is_manager)
                current, changed, speaker = said[0], True, turn.is_manager
            elif _differs(said[0], current):
                # Two sides name two hours of one day, and nobody said that it moves: a person hears which one holds,
                # unless the first side says the other's hour again.
                is_sure = rival is not None and said[0] == rival.text and turn.is_manager != rival.turn.is_manager
                current, changed = (said[0], True) if is_sure else (current, changed)
                rival = None if is_sure else _Rival(said[0], turn)
        if not heard:
            if turn.is_manager != speaker and current is not None and changed and proof.agrees(turn.text):
                is_sure = True
            if is_quiet or steps > 1 or proof.refuses(turn.text):
                break
            # «Ну давайте» — «значит, во вторник после двух»: the first side may still make it exact.
            is_quiet = True
            continue
        quotes.append(conversation.evidence(turn.index))
        if rival is None and current == before and turn.is_manager != speaker:
            # The other side says the same day and hour again, and so it is settled.
            is_sure = True
            break
    return Agreed(current, is_sure, tuple(quotes), changed)


def _differs(said: str, current: str | None) -> bool:
    return current is not None and said[:10] == current[:10] and len(said) > len(current[:10]) and said != current


def _wishes(turn: Turn) -> bool:
    return bool(OTHER_TIME.search(turn.folded)) or proof.refuses(turn.text)


def _said(reading: Reading, turn: Turn, sentence: Sentence, current: str | None) -> tuple[str, bool] | None:
    """The day and hour of a sentence that speaks of when, put together with what was settled before it."""
    shift = _SHIFT.search(sentence.folded)
    if shift is not None and current is not None:
        return _shifted(current, shift), False
    moments = [m for m in reading.candidates.moments if m.turn is turn and _is_in(m, sentence)]
    times = [t for t in reading.candidates.times if t.turn is turn and _is_in(t, sentence)]
    days = [m for m in moments if not m.mark.is_past and not _is_time(m, times)]
    days = [m for m in days if not _PART_OF_DAY.match(fold(m.text)) and not re.search(r"\bне $", _before(m))]
    days = [m for m in days if not _is_around(m.mark, current)]
    if not (days or times) or not _speaks_of_when(sentence, [*days, *times]):
        return None
    # «В десять могу, но только до одиннадцати»: the second hour is the end of what is free, not the appointment.
    times = [t for t in times if not t.mark.is_deadline] or times
    times = _of_our_clock(free_hours(times, sentence), sentence)
    if not (days or times):
        return None
    hours = [t.mark.iso for t in times] or [m.mark.iso[11:] for m in days if "T" in m.mark.iso]
    hour = hours[-1] if hours else ""
    if not days:
        exact = times[-1].mark.certainty is Certainty.EXACT
        return (f"{current[:10]}T{hour}", exact) if current is not None else None
    day = _day_of(reading, days, current)
    if not hour and current is not None and current[:10] == day:
        hour = current[11:]
    return (f"{day}T{hour}" if hour else day), days[-1].mark.certainty is Certainty.EXACT


def free_hours(times: list[Found[ClockTime]], sentence: Sentence) -> list[Found[ClockTime]]:
    """Without the hours of «до двух приём, звоните после»: when it cannot be is no appointment."""
    return [t for t in times if not (t.mark.is_deadline and _BUSY_UNTIL.search(sentence.folded))]


def _of_our_clock(times: list[Found[ClockTime]], sentence: Sentence) -> list[Found[ClockTime]]:
    """«В одиннадцать по-вашему, у нас час дня будет»: of two clocks the one of the manager's town."""
    if len(times) < 2 or not _TWO_CLOCKS.search(sentence.folded):
        return times
    ours = [
        t
        for t in times
        if _OUR_CLOCK.match(sentence.after(t.mark.end)) or _AT_YOURS.search(sentence.before(t.mark.start))
    ]
    return ours[:1] or times


def _is_around(said: Moment, current: str | None) -> bool:
    """«Двадцать пятого» — «да, в январе»: the month or week in which the settled day lies says nothing new."""
    if current is None or said.certainty is not Certainty.APPROXIMATE:
        return False
    known, begins = date.fromisoformat(current[:10]), date.fromisoformat(said.iso[:10])
    return known.replace(day=1) == begins or (begins.weekday() == 0 and timedelta(0) <= known - begins < timedelta(7))


def _before(found: Found[Moment]) -> str:
    return found.sentence.before(found.mark.start)


def _is_in(found: Found[Moment] | Found[ClockTime], sentence: Sentence) -> bool:
    return sentence.start <= found.mark.start < sentence.end


def _is_time(found: Found[Moment], times: list[Found[ClockTime]]) -> bool:
    return any(t.mark.start == found.mark.start and t.mark.end == found.mark.end for t in times)


def is_lone_time(reading: Reading, found: Found[Moment]) -> bool:
    """An hour without its day, which was given today's."""
    return _is_time(found, [t for t in reading.candidates.times if t.turn is found.turn])


def _speaks_of_when(sentence: Sentence, marks: list[Found[Moment] | Found[ClockTime]]) -> bool:
    """Little else is said in it, or it asks for another time."""
    from app.spoken.morphology import parses

    verbs = [v for v in acting_verbs(sentence.folded) if v.person == "1per" or (v.person == "3per" and v.is_future)]
    if any(group_of(v.text + " " + v.lemma) not in ("call", "visit", "") for v in verbs):
        return False
    if OTHER_TIME.search(sentence.folded):
        return True
    if DOCUMENT.search(sentence.folded):
        return False
    count = 0
    for match in re.finditer(r"[а-я]{3,}", sentence.folded):
        place = sentence.start + match.start()
        if any(m.mark.start <= place < m.mark.end for m in marks):
            continue
        reading = parses(match.group())[0]
        kind = str(reading.tag.POS)
        if kind in ("NOUN", "VERB", "INFN", "ADJF") and fold(str(reading.normal_form)) not in _NO_MATTER:
            count += "Name" not in reading.tag and "Patr" not in reading.tag
    return count <= _MOST_WORDS


def same_weekday(reading: Reading, days: Sequence[Found[Moment]], resolved: Sequence[str]) -> str | None:
    """«До среды, до тридцатого»: the day of the month that is that weekday."""
    for found, day in reversed(list(zip(days, resolved, strict=True))):
        weekday = date.fromisoformat(day[:10]).weekday()
        others = [r for d, r in zip(days, resolved, strict=True) if d is not found and r[:10] != day[:10]]
        if _is_day_number(reading, found) and any(date.fromisoformat(r[:10]).weekday() == weekday for r in others):
            return day
    return None


def _day_of(reading: Reading, days: list[Found[Moment]], current: str | None) -> str:
    """The last day named; a bare «второго» and a bare weekday belong to the month and week talked about."""
    resolved = [_resolved(reading, d, current) for d in days]
    day = same_weekday(reading, days, resolved)
    if day is not None:
        return day
    exact = [r for r, d in zip(resolved, days, strict=True) if d.mark.certainty is Certainty.EXACT]
    return exact[-1] if exact else resolved[-1]


def _resolved(reading: Reading, found: Found[Moment], current: str | None) -> str:
    iso = found.mark.iso[:10]
    if current is None:
        return iso
    named, known = date.fromisoformat(iso), date.fromisoformat(current[:10])
    is_number = _is_day_number(reading, found)
    if found.mark.certainty is Certainty.GUESS and is_number:
        try:
            moved = known.replace(day=named.day)
        except ValueError:
            return iso
        return moved.isoformat() if moved >= reading.at.date() else iso
    said = fold(found.text)
    if said.startswith("через ") and abs((named - known).days) <= _NEARLY:
        # «Двадцать четвёртого» — «ага, через неделю как раз».
        return current[:10]
    if _WEEKDAY.search(said) and not _OTHER_WEEK.search(said) and not is_number and named < known:
        # A weekday said of a later week that is being talked about.
        moved = known + timedelta(days=named.weekday() - known.weekday())
        return moved.isoformat() if (known - named).days >= 7 or moved == known else iso
    return iso


def _is_day_number(reading: Reading, found: Found[Moment]) -> bool:
    return any(
        n.turn is found.turn and n.mark.is_ordinal and found.mark.start <= n.mark.start < found.mark.end
        for n in reading.candidates.numbers
    )


def _shifted(current: str, shift: re.Match[str]) -> str:
    minutes = _SHIFTS[shift.group(1)] * (-1 if "раньше" in shift.group(2) else 1)
    day = date.fromisoformat(current[:10])
    if minutes % 1440 == 0:
        return (day + timedelta(minutes=minutes)).isoformat() + current[10:]
    if "T" not in current:
        return current
    total = int(current[11:13]) * 60 + int(current[14:16]) + minutes
    return f"{current[:10]}T{total // 60 % 24:02d}:{total % 60:02d}"
