"""Words of the calendar and small sums with dates."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from app.spoken.counted import MONTH_OF
from app.spoken.model import Certainty
from app.spoken.numeral_forms import DIGIT_ORDINAL_ENDINGS
from app.spoken.numerals import read_numeral
from app.spoken.tokens import Token, low_at, vocabulary

__all__ = ["MONTH_OF"]

_WEEKDAY_FORMS = (
    "понедельник понедельника понедельнику понедельником понедельнике пн",
    "вторник вторника вторнику вторником вторнике вт",
    "среда среды среде среду средой ср",
    "четверг четверга четвергу четвергом четверге чт",
    "пятница пятницы пятнице пятницу пятницей пт",
    "суббота субботы субботе субботу субботой сб",
    "воскресенье воскресенья воскресенью воскресеньем вс",
)
WEEKDAY_OF: dict[str, int] = {form: number for number, forms in enumerate(_WEEKDAY_FORMS) for form in forms.split()}

DAY, WEEK, MONTH, QUARTER, YEAR, HOUR, MINUTE = "day", "week", "month", "quarter", "year", "hour", "minute"
_UNIT_FORMS = {
    DAY: "день дня дней дню дни денек",
    WEEK: "неделя неделю недели недель неделе недельку",
    MONTH: "месяц месяца месяцев месяцу",
    QUARTER: "квартал квартала кварталов",
    YEAR: "год года лет годик",
    HOUR: "час часа часов часик часок часика",
    MINUTE: "минута минуту минуты минут минутку минуток",
}
UNIT_OF: dict[str, str] = {form: unit for unit, forms in _UNIT_FORMS.items() for form in forms.split()}
_LONGEST = {DAY: 3650, WEEK: 520, MONTH: 240, QUARTER: 80, YEAR: 50, HOUR: 2000, MINUTE: 10_000}
_ALONE = {
    "декаду": (DAY, 10),
    "декады": (DAY, 10),
    "полгода": (MONTH, 6),
    "полмесяца": (DAY, 15),
    "полчаса": (MINUTE, 30),
}
_WORKING = vocabulary("рабочих рабочий рабочего рабочие банковских банковский банковского")
_CALENDAR = vocabulary("календарных календарный календарного полных")
_DAY_ENDINGS = vocabulary("ого его ому ему ое ье") | DIGIT_ORDINAL_ENDINGS


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time said in words: «десять рабочих дней»."""

    behind: int
    count: Decimal
    unit: str
    is_working: bool = False
    certainty: Certainty = Certainty.EXACT


def read_span(tokens: tuple[Token, ...], at: int) -> Span | None:
    """The stretch of time that begins at `at`: «неделю», «полторы недели», «три рабочих дня», «две-три недели»."""
    low = low_at(tokens, at)
    if low in _ALONE:
        unit, count = _ALONE[low]
        return Span(at + 1, Decimal(count), unit)
    certainty = Certainty.EXACT
    value = Decimal(1)
    if low in {"пару", "пара"}:
        value, at, certainty = Decimal(2), at + 1, Certainty.APPROXIMATE
    elif (numeral := read_numeral(tokens, at)) is not None and not numeral.ordinal_ending:
        value, at = numeral.value, numeral.behind
        second = read_numeral(tokens, at + 1 if low_at(tokens, at) in {"-", "–"} else at)
        if second is not None and not second.ordinal_ending and second.value > value:
            at, certainty = second.behind, Certainty.RANGE
    if low_at(tokens, at) == "-" and low_at(tokens, at + 1) == "х":
        at += 2
    is_working = low_at(tokens, at) in _WORKING
    if is_working or low_at(tokens, at) in _CALENDAR:
        at += 1
    word = low_at(tokens, at)
    if word in {"декад", "декады", "декаду"}:
        return Span(at + 1, value * 10, DAY, certainty=certainty)
    if word not in UNIT_OF:
        return None
    behind = at + 1
    if low_at(tokens, behind) == "-" and low_at(tokens, behind + 1) in {"другую", "другой", "два", "две", "полтора"}:
        behind, certainty = behind + 2, Certainty.RANGE
    if value > _LONGEST[UNIT_OF[word]]:
        # «Две тысячи шестой год назад» and the like: a year's number, and no calendar reaches so far.
        return None
    return Span(behind, value, UNIT_OF[word], is_working, certainty)


def after_span(day: date, span: Span, sign: int = 1) -> date:
    """The day a span of days, weeks, months or years after (or before) `day`."""
    count = span.count * sign
    if span.unit in (DAY, WEEK):
        days = count * (7 if span.unit == WEEK else 1)
        return day + timedelta(days=int(days.to_integral_value(rounding=ROUND_CEILING)))
    months = count * {MONTH: 1, QUARTER: 3, YEAR: 12}.get(span.unit, 0)
    whole = int(months)
    return add_months(day, whole) + timedelta(days=int((months - whole) * 30))


def add_months(day: date, months: int) -> date:
    """The same day of another month, its last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(year: int, month: int) -> date:
    """The last day of a month; months beyond 12 run into the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def safe_date(year: int, month: int, day: int) -> date | None:
    """A date, or None where there is no such day."""
    if not (1900 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def day_number(tokens: tuple[Token, ...], at: int) -> tuple[int, int, str] | None:
    """A day of a month («двадцать пятого», «25», «25-го»): number, index behind it, ending ("" for bare digits)."""
    numeral = read_numeral(tokens, at)
    if numeral is None or numeral.value != int(numeral.value) or not 1 <= numeral.value <= 31 or numeral.scale:
        return None
    behind, ending = numeral.behind, numeral.ordinal_ending
    if not ending and tokens[at].is_digits and behind == at + 1:
        tail = behind + 1 if low_at(tokens, behind) == "-" else behind
        if low_at(tokens, tail) in DIGIT_ORDINAL_ENDINGS and not tokens[tail].space_before:
            return int(numeral.value), tail + 1, low_at(tokens, tail)
        return (int(numeral.value), behind, "") if len(tokens[at].text) <= 2 else None
    return (int(numeral.value), behind, ending) if ending in _DAY_ENDINGS else None
