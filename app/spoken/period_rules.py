"""Days named by a period: «до конца квартала», «в начале декабря», «в первом квартале», «весной»."""

from __future__ import annotations

from datetime import date, timedelta

from app.spoken.calendar_words import MONTH_OF, WEEKDAY_OF, add_months, month_end
from app.spoken.model import Certainty
from app.spoken.numeral_forms import ORDINALS
from app.spoken.scene import DayHit, Scene, determiner, year_at

_SEASONS = {
    "весной": 3, "весне": 3, "весны": 3, "летом": 6, "лету": 6, "лета": 6, "осенью": 9, "осени": 9,
    "зимой": 12, "зиме": 12, "зимы": 12,
}  # fmt: skip
_LENGTHS = {
    ("месяца", "месяце", "месяцу"): 1,
    ("квартала", "квартале", "кварталу"): 3,
    ("полугодия", "полугодии"): 6,
    ("года", "году"): 12,
}
_EDGES = {
    **dict.fromkeys(("конца", "концу", "конце", "конец"), "end"),
    **dict.fromkeys(("начала", "началу", "начале", "начало"), "start"),
    **dict.fromkeys(("середины", "середине", "середину", "середина"), "middle"),
}


def edge(scene: Scene, at: int) -> DayHit | None:
    """«до конца месяца», «к концу недели», «в начале декабря», «до конца следующего квартала»."""
    is_first_days = scene.low(at) == "первых" and scene.low(at + 1) in {"числах", "днях"}
    half = {"первой": "start", "второй": "middle"}.get(scene.low(at)) if scene.low(at + 1) == "половине" else None
    is_first_days = is_first_days or half is not None
    edge = half or ("start" if is_first_days else _EDGES.get(scene.low(at)))
    if edge is None:
        return None
    period = _period(scene, at + 1 + is_first_days)
    if period is None:
        return None
    start, end, behind = period
    if edge == "end":
        day = end
    elif edge == "start":
        day = start
    else:
        day = start + (end - start) / 2
        day = day.replace(day=15) if (end - start).days < 32 and start.day == 1 else day
    is_end_of = edge == "end" and scene.low(at - 1) in {"до", "к", "ко"}
    certainty = Certainty.EXACT if is_end_of else Certainty.APPROXIMATE
    is_past = day < scene.today
    if is_past and scene.low(at - 1) in {"до", "к"}:
        certainty = Certainty.GUESS
    return DayHit(at, behind, day, certainty, "period", is_past=is_past)


def _period(scene: Scene, at: int) -> tuple[date, date, int] | None:
    """First and last day of the period named at `at`, and the index behind it. A week ends on Friday."""
    quarter = _quarter_at(scene, at)
    if quarter is not None:
        return quarter
    kind = determiner(scene.low(at))
    word_at = at + 1 if kind else at
    word, today = scene.low(word_at), scene.today
    shift = {"next": 1, "last": -1, "that": 1}.get(kind, 0)
    if word in {"недели", "неделе"}:
        monday = scene.monday + timedelta(days=7 * shift)
        return monday, monday + timedelta(days=4 if shift or today.weekday() <= 4 else 6), word_at + 1
    if (word == "дня" or (word == "рабочего" and scene.low(word_at + 1) == "дня")) and shift == 0:
        return today, today, word_at + 1 + (word == "рабочего")
    month_number = MONTH_OF.get(word)
    if month_number is not None and not kind:
        year, behind = year_at(scene, word_at + 1)
        chosen = year or today.year + (month_number < today.month)
        return date(chosen, month_number, 1), month_end(chosen, month_number), behind if year else word_at + 1
    months = next((months for stem, months in _LENGTHS.items() if word in stem), 0)
    if not months:
        return None
    first = add_months(date(today.year, (today.month - 1) // months * months + 1, 1), months * shift)
    return first, month_end(first.year, first.month + months - 1), word_at + 1


def _quarter_at(scene: Scene, at: int) -> tuple[date, date, int] | None:
    """«первого квартала следующего года», «втором полугодии»."""
    number = ORDINALS.get(scene.low(at), (0, ""))[0]
    word = scene.low(at + 1)
    is_quarter, is_half = word.startswith("квартал"), word.startswith("полугоди")
    if not (is_quarter and 1 <= number <= 4) and not (is_half and 1 <= number <= 2):
        return None
    length = 3 if is_quarter else 6
    year, behind = year_at(scene, at + 2)
    first_month = (number - 1) * length + 1
    chosen = year or scene.today.year
    if year is None and month_end(chosen, first_month + length - 1) < scene.today:
        chosen += 1
    return date(chosen, first_month, 1), month_end(chosen, first_month + length - 1), behind if year else at + 2


def whole_period(scene: Scene, at: int) -> DayHit | None:
    """«в первом квартале», «в марте», «в следующем месяце», «весной», «в следующем году»: from its first day."""
    before, low = scene.low(at - 1), scene.low(at)
    quarter = _quarter_at(scene, at)
    if quarter is not None:
        day = quarter[0]
        return DayHit(at, quarter[2], day, Certainty.APPROXIMATE, "period")
    if low in MONTH_OF and before in {"в", "к", "до", "с", "на", "после"}:
        return _month(scene, at)
    kind = determiner(low)
    if (
        kind
        and before in {"в", "к", "до", "с"}
        and scene.low(at + 1) in {"месяце", "месяцу", "месяца", "квартале", "году"}
    ):
        period = _period(scene, at)
        if period is not None:
            day = period[0] if kind in {"next", "last"} else period[1]
            return DayHit(at, period[2], day, Certainty.APPROXIMATE, "period", is_past=kind == "last")
    year, behind = year_at(scene, at) if before == "в" and not kind else (None, at)
    if year is not None and scene.low(behind - 1) == "году":
        return DayHit(at, behind, date(year, 1, 1), Certainty.APPROXIMATE, "period", is_past=year < scene.today.year)
    if low in _SEASONS and (low.endswith(("ой", "ом", "ью")) or before in {"к", "до", "раньше"}):
        return _season(scene, at)
    return None


def _season(scene: Scene, at: int) -> DayHit | None:
    month = _SEASONS[scene.low(at)]
    is_past = determiner(scene.low(at - 1)) == "last" or scene.speaks_of_past(at)
    day = date(scene.today.year, month, 1)
    if is_past:
        day = day if day <= scene.today else add_months(day, -12)
    elif day <= scene.today:
        day = add_months(day, 12)
    return DayHit(at, at + 1, day, Certainty.APPROXIMATE, "period", is_past=is_past)


def _month(scene: Scene, at: int) -> DayHit:
    number = MONTH_OF[scene.low(at)]
    year, behind = year_at(scene, at + 1)
    behind = behind if year else at + 1
    if (
        year is None
        and scene.low(behind) == "в"
        and determiner(scene.low(behind + 1))
        and scene.low(behind + 2) == "году"
    ):
        year, behind = year_at(scene, behind + 1)
    if year is None and scene.speaks_of_past(at):
        chosen = scene.today.year - (number > scene.today.month)
        return DayHit(at, behind, date(chosen, number, 1), Certainty.GUESS, "period", is_past=True)
    chosen = year or scene.today.year + (number < scene.today.month)
    day = date(chosen, number, 1)
    certainty = Certainty.APPROXIMATE
    if (chosen, number) == (scene.today.year, scene.today.month):
        day, certainty = month_end(chosen, number), Certainty.GUESS
    return DayHit(at, behind, day, certainty, "period", is_past=day < scene.today, month=(chosen, number))


def nth_weekday(scene: Scene, at: int) -> DayHit | None:
    """«первый понедельник декабря», «последнюю пятницу месяца»."""
    low, weekday = scene.low(at), WEEKDAY_OF.get(scene.low(at + 1))
    number = 5 if low.startswith("последн") else ORDINALS.get(low, (0, ""))[0]
    if weekday is None or not 1 <= number <= 5:
        return None
    period = _period(scene, at + 2)
    if period is None or (period[1] - period[0]).days > 31 or period[0].day != 1:
        return None
    start, end, behind = period
    day = start + timedelta(days=(weekday - start.weekday()) % 7 + 7 * (number - 1))
    while day > end:
        day -= timedelta(days=7)
    return DayHit(at, behind, day, Certainty.EXACT, "weekday", is_past=day < scene.today)
