"""Days named by their number or counted from today: «двадцать пятого ноября», «через неделю», «к двадцатому»."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from app.spoken.calendar_words import (
    HOUR,
    MINUTE,
    MONTH_OF,
    WEEK,
    Span,
    add_months,
    after_span,
    day_number,
    month_end,
    read_span,
    safe_date,
)
from app.spoken.model import Certainty
from app.spoken.morphology import parses
from app.spoken.numerals import read_numeral
from app.spoken.scene import DayHit, Scene, weekday_behind, year_at
from app.spoken.tokens import vocabulary
from app.spoken.workdays import after_workdays

_RELATIVE = {
    "сегодня": 0, "завтра": 1, "послезавтра": 2, "послепослезавтра": 3, "вчера": -1, "позавчера": -2,
}  # fmt: skip
_DATE_OPENERS = vocabulary("к ко до с со на после")
_NOT_DATE_OPENERS = vocabulary("из у от без кроме для около насчет вместо про о об")


def relative(scene: Scene, at: int) -> DayHit | None:
    offset = _RELATIVE.get(scene.low(at))
    if scene.low(at) in {"после", "послед", "посли"}:
        # Recognisers tear «послезавтра» in two.
        tail = at + 2 if scene.low(at + 1) == "-" else at + 1
        day = scene.today + timedelta(days=2)
        return DayHit(at, tail + 1, day, Certainty.GUESS, "relative") if scene.low(tail) == "завтра" else None
    if offset is None:
        return None
    day = scene.today + timedelta(days=offset)
    return DayHit(at, at + 1, day, kind="relative", is_past=offset < 0)


def written(scene: Scene, at: int) -> DayHit | None:
    """«25.12.2026», «2026-12-25», «25.12»."""
    parts = _written_parts(scene, at)
    sign = scene.low(at + 1)
    if len(parts) == 2 and sign == "." and len(parts[1]) == 2 and _is_date_context(scene, at):
        return _dated(scene, at, at + 3, int(parts[0]), int(parts[1])) if 1 <= int(parts[1]) <= 12 else None
    if len(parts) != 3 or max(map(len, parts)) > 4:
        return None
    year, month, number = (int(part) for part in (parts if sign == "-" else reversed(parts)))
    if (sign == "-") != (len(parts[0]) == 4) or len(parts[1]) > 2:
        return None
    day = safe_date(year + 2000 if year < 100 else year, month, number)
    return DayHit(at, at + 5, day, kind="date", is_past=day < scene.today) if day else None


def _written_parts(scene: Scene, at: int) -> list[str]:
    """Digits joined by one and the same sign without spaces; at most three."""
    tokens = scene.tokens
    parts = [tokens[at].text] if tokens[at].is_digits else []
    sign = scene.low(at + 1)
    while parts and sign in {".", "/", "-"} and len(parts) < 3 and scene.low(at + 1) == sign:
        following = tokens[at + 2] if at + 2 < len(tokens) else None
        if following is None or not following.is_digits or following.space_before or tokens[at + 1].space_before:
            break
        parts.append(following.text)
        at += 2
    return parts


def _is_date_context(scene: Scene, at: int) -> bool:
    following = scene.tokens[at + 3] if at + 3 < len(scene.tokens) else None
    is_counted = following is not None and (
        following.is_word and following.low not in {"в", "во", "к", "до", "с", "и", "на"}
    )
    return scene.low(at - 1) in {"до", "к", "на", "с", "от", "по", "после"} and not is_counted


def day_of_month(scene: Scene, at: int) -> DayHit | None:
    """«двадцать пятого ноября», «25 ноября 2027 года», «с пятого по седьмое декабря» (its first day)."""
    read = day_number(scene.tokens, at)
    if read is None:
        return None
    number, behind, _ = read
    month = MONTH_OF.get(scene.low(behind))
    if month is None and scene.low(behind) in {"по", "-", "–", "и", "или"}:
        second = day_number(scene.tokens, behind + 1)
        month = MONTH_OF.get(scene.low(second[1])) if second and second[0] > number else None
        return replace(_dated(scene, at, behind, number, month), certainty=Certainty.RANGE) if month else None
    if month is None:
        return None
    return _dated(scene, at, behind + 1, number, month)


def _dated(scene: Scene, at: int, behind: int, number: int, month: int) -> DayHit:
    """A day and a month, with the year behind it or the year that fits; no such day is a guess at the last one."""
    year, end = year_at(scene, behind)
    this_year, exists = _day_or_last(year or scene.today.year, month, number)
    hit = DayHit(at, end if year else behind, this_year, Certainty.EXACT if exists else Certainty.GUESS, "date")
    if year is not None:
        return replace(hit, is_past=this_year < scene.today)
    is_deadline = scene.low(at - 1) in {"до", "к", "ко"}
    if this_year >= scene.today:
        is_of_last_year = (this_year - scene.today).days > 240 and scene.speaks_of_past(at)
        past, _ = _day_or_last(scene.today.year - 1, month, number)
        return replace(hit, day=past, certainty=Certainty.GUESS, is_past=True) if is_of_last_year else hit
    if scene.speaks_of_past(at) or (not is_deadline and (scene.today - this_year).days <= 95):
        return replace(hit, certainty=Certainty.GUESS, is_past=True)
    ahead, exists = _day_or_last(scene.today.year + 1, month, number)
    is_far = (ahead - scene.today).days > 270
    return replace(hit, day=ahead, certainty=Certainty.GUESS if is_far or not exists else Certainty.EXACT)


def _day_or_last(year: int, month: int, number: int) -> tuple[date, bool]:
    day = safe_date(year, month, number)
    return day or month_end(year, month), day is not None


def through(scene: Scene, at: int) -> DayHit | None:
    """«через две недели», «дней через десять», «через две недели, в четверг», «через два часа»."""
    is_inverted = scene.low(at) not in {"через", "спустя"}
    if is_inverted and scene.low(at + 1) != "через":
        return None
    span = _inverted_span(scene, at) if is_inverted else read_span(scene.tokens, at + 1)
    if span is None or scene.speaks_of_past(at):
        return None
    certainty = Certainty.APPROXIMATE if is_inverted else span.certainty
    if span.unit in (HOUR, MINUTE):
        moment = scene.now + timedelta(minutes=int(span.count * (60 if span.unit == HOUR else 1)))
        return DayHit(at, span.behind, moment.date(), certainty, "relative", time=(moment.hour, moment.minute))
    is_whole = span.count == int(span.count)
    if not is_whole and certainty is Certainty.EXACT:
        certainty = Certainty.APPROXIMATE
    weekday = weekday_behind(scene, span.behind) if span.unit == WEEK and is_whole else None
    if weekday is not None:
        day = scene.monday + timedelta(days=7 * int(span.count) + weekday[0])
        return DayHit(at, weekday[1], day, certainty, "weekday")
    if scene.low(at + 1) == "день" and span.behind == at + 2 and not is_inverted:
        # «через день» is the day after tomorrow, and also "every other day".
        return DayHit(at, span.behind, scene.today + timedelta(days=2), Certainty.GUESS, "relative")
    return DayHit(at, span.behind, _counted_day(scene, span), certainty, "relative")


def _counted_day(scene: Scene, span: Span) -> date:
    return after_workdays(scene.today, int(span.count)) if span.is_working else after_span(scene.today, span)


def _inverted_span(scene: Scene, at: int) -> Span | None:
    unit = read_span(scene.tokens, at)
    numeral = read_numeral(scene.tokens, at + 2)
    if unit is None or unit.behind != at + 1 or numeral is None or numeral.ordinal_ending:
        return None
    return Span(numeral.behind, numeral.value, unit.unit)


def ago(scene: Scene, at: int) -> DayHit | None:
    """«три недели назад», «полгода назад»."""
    span = read_span(scene.tokens, at)
    if span is None or span.unit in (HOUR, MINUTE):
        return None
    behind = span.behind + (scene.low(span.behind) == "тому")
    if scene.low(behind) != "назад":
        return None
    day = after_span(scene.today, span, -1)
    return DayHit(at, behind + 1, day, Certainty.APPROXIMATE, "relative", is_past=True)


def within(scene: Scene, at: int) -> DayHit | None:
    """«в течение десяти дней»: until that day."""
    if scene.low(at) != "течение" and scene.low(at) != "течении":
        return None
    span = read_span(scene.tokens, at + 1)
    if span is None or span.unit in (HOUR, MINUTE) or scene.low(at - 1) != "в":
        return None
    day = _counted_day(scene, span)
    certainty = Certainty.APPROXIMATE if span.unit != "day" else span.certainty
    if span.behind == at + 2 and span.unit == "day":
        day = scene.today
    return DayHit(at - 1, span.behind, day, certainty, "relative", is_deadline=True)


def number(scene: Scene, at: int) -> DayHit | None:
    """A day without its month: «к двадцатому», «пятнадцатого числа», «числа двадцатого»."""
    read = day_number(scene.tokens, at)
    if read is None:
        return None
    number, behind, ending = read
    before = scene.low(at - 1)
    has_number_behind = scene.low(behind) in {"числа", "число", "числу"}
    has_number_before = before in {"числа", "число", "числу"}
    if not ending and not has_number_behind and not (has_number_before and scene.tokens[at].is_digits):
        return _misheard_number(scene, at, number, behind)
    if before in _NOT_DATE_OPENERS or (not has_number_behind and _agrees_with_noun(scene, behind, ending)):
        return None
    certainty = _number_certainty(scene, number, ending, before, is_named=has_number_behind or has_number_before)
    if certainty is None:
        return None
    behind += has_number_behind
    return _numbered(scene, at - has_number_before, behind, number, certainty, is_named=has_number_behind)


def _misheard_number(scene: Scene, at: int, number: int, behind: int) -> DayHit | None:
    """«к 25 мы успеем»: a recogniser drops the ending of «к двадцать пятому»."""
    is_torn = scene.low(behind) in {"мы", "му"} and scene.low(at - 1) == "к"
    is_day = number > 24 and scene.low(at - 1) in {"к", "до"} and scene.low(behind) in {"", ",", ".", "!", "?"}
    if not (is_torn or is_day):
        return None
    return _numbered(scene, at, behind, number, Certainty.GUESS, is_named=False)


def _number_certainty(scene: Scene, number: int, ending: str, before: str, *, is_named: bool) -> Certainty | None:
    """How sure an ordinal is a date; None if it is none."""
    if is_named:
        return Certainty.APPROXIMATE if before in {"числа", "числу"} else Certainty.EXACT
    is_nominative = ending in {"ое", "ье", "е", "й", "я", "ю", "ую", "ая"}
    if is_nominative:
        if before in {"на", "по"}:
            return Certainty.EXACT
        return Certainty.GUESS if ending in {"ое", "ье", "е"} and (number > 10 or before in {"это", "—"}) else None
    if ending in {"ого", "его", "го", "ому", "ему", "му"}:
        if before in _DATE_OPENERS:
            return Certainty.EXACT if number > 3 or before in {"к", "ко", "до"} else Certainty.GUESS
        return None if ending in {"ому", "ему", "му"} else Certainty.EXACT if number >= 10 else Certainty.GUESS
    return None


def _agrees_with_noun(scene: Scene, at: int, ending: str) -> bool:
    """True if a noun of the same case follows, so that the ordinal counts it («первого заказа»)."""
    if at >= len(scene.tokens) or not scene.tokens[at].is_word or len(scene.low(at)) < 3:
        return False
    case = "datv" if ending in {"ому", "ему", "му"} else "nomn" if ending in {"ое", "ье", "е"} else "gent"
    for reading in parses(scene.low(at))[:4]:
        tag = reading.tag
        if tag.POS in {"NOUN", "ADJF"} and tag.number == "sing" and tag.case == case and tag.gender in {"masc", "neut"}:
            return True
    return False


def _named_other_month(scene: Scene, number: int) -> bool:
    """True if earlier turns spoke of days in another month than the next day of this number."""
    ahead = scene.today if number >= scene.today.day else add_months(scene.today.replace(day=1), 1)
    return any((day.year, day.month) != (ahead.year, ahead.month) for day in scene.earlier or ())


def _numbered(scene: Scene, first: int, behind: int, number: int, certainty: Certainty, *, is_named: bool) -> DayHit:
    if scene.month != (0, 0):
        day = safe_date(*scene.month, number) or month_end(*scene.month)
        return DayHit(first, behind, day, certainty, "number", is_past=day < scene.today)
    known = [day for day in scene.earlier or () if day.day == number and day >= scene.today]
    if known:
        return DayHit(first, behind, known[-1], certainty, "number")
    beside = safe_date(scene.dated.year, scene.dated.month, number) if scene.dated is not None else None
    if beside is not None and beside >= scene.today:
        # «Хотели десятого декабря, но красят медленно, так что двадцатого»: most likely of the same month.
        return DayHit(first, behind, beside, Certainty.GUESS, "number")
    if certainty is Certainty.EXACT and (scene.earlier is None or _named_other_month(scene, number)) and not is_named:
        certainty = Certainty.GUESS
    month = scene.today.replace(day=1)
    if scene.speaks_of_past(first):
        month = month if number <= scene.today.day else add_months(month, -1)
        day = safe_date(month.year, month.month, number) or month_end(month.year, month.month)
        return DayHit(first, behind, day, Certainty.GUESS, "number", is_past=True)
    if number == scene.today.day:
        certainty = Certainty.GUESS
    if number < scene.today.day:
        month = add_months(month, 1)
    while safe_date(month.year, month.month, number) is None:
        month = add_months(month, 1)
    return DayHit(first, behind, date(month.year, month.month, number), certainty, "number")
