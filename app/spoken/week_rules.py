"""Days named by the week: «в следующий вторник», «на той неделе в среду», «после праздников»."""

from __future__ import annotations

from datetime import date, timedelta

from app.spoken.calendar_words import WEEK, WEEKDAY_OF, add_months, read_span, safe_date
from app.spoken.model import Certainty
from app.spoken.scene import THAT, DayHit, Scene, determiner, weekday_behind
from app.spoken.workdays import after_workdays, is_workday, next_holidays


def weekday(scene: Scene, at: int) -> DayHit | None:
    """«в четверг», «в следующий вторник», «в среду на той неделе», «в понедельник после праздников»."""
    kind = determiner(scene.low(at)) if scene.low(at + 1) in WEEKDAY_OF else ""
    word = at + 1 if kind else at
    weekday = WEEKDAY_OF.get(scene.low(word))
    before = scene.low(at - 1)
    if (
        weekday is None
        or before.startswith(("кажд", "черн"))
        or (len(scene.low(word)) == 2 and before not in {"в", "во"})
    ):
        return None
    behind = word + 1
    week = _week_offset(scene, behind + (scene.low(behind) == ","))
    if week is not None:
        is_past = week[0] < 0 or (week[0] == 1 and scene.low(week[1] - 2) in THAT and scene.speaks_of_past(at))
        offset = -1 if is_past else week[0]
        day = scene.monday + timedelta(days=7 * offset + weekday)
        return DayHit(at, week[1], day, Certainty.GUESS if is_past else Certainty.EXACT, "weekday", is_past=is_past)
    holiday_end = _holidays_end(scene, behind)
    if holiday_end is not None:
        day = holiday_end[0] + timedelta(days=(weekday - holiday_end[0].weekday()) % 7)
        return DayHit(at, holiday_end[1], day, Certainty.GUESS, "weekday")
    return _weekday_alone(scene, at, behind, weekday, kind)


def _weekday_alone(scene: Scene, at: int, behind: int, weekday: int, kind: str) -> DayHit:
    if kind == "next":
        return DayHit(at, behind, scene.monday + timedelta(days=7 + weekday), kind="weekday")
    if kind == "last" or (kind in {"", "that"} and scene.speaks_of_past(at)):
        back = (scene.today.weekday() - weekday) % 7 or 7
        return DayHit(at, behind, scene.today - timedelta(days=back), Certainty.GUESS, "weekday", is_past=True)
    ahead = (weekday - scene.today.weekday()) % 7
    certainty = Certainty.EXACT if ahead else Certainty.GUESS
    if kind == "this" and weekday < scene.today.weekday():
        certainty = Certainty.GUESS
    bare = weekday if not kind else None
    return DayHit(at, behind, scene.today + timedelta(days=ahead or 7), certainty, "weekday", weekday=bare)


def week(scene: Scene, at: int) -> DayHit | None:
    """«на следующей неделе в четверг», «на той неделе»."""
    if scene.low(at) != "на" and not determiner(scene.low(at)):
        return None
    week = _week_offset(scene, at)
    if week is None or scene.low(week[1] - 1) == "недели":
        return None
    weekday = weekday_behind(scene, week[1])
    is_that = scene.low(week[1] - 2) in THAT
    is_past = week[0] < 0 or (is_that and scene.speaks_of_past(at))
    offset = -1 if is_past else week[0]
    if weekday is not None:
        day = scene.monday + timedelta(days=7 * offset + weekday[0])
        return DayHit(at, weekday[1], day, Certainty.EXACT, "weekday", is_past=is_past)
    day = scene.monday + timedelta(days=7 * offset)
    if offset == 0:
        day = max(scene.monday + timedelta(days=4), scene.today)
    return DayHit(at, week[1], day, Certainty.APPROXIMATE, "period", is_past=is_past)


def _week_offset(scene: Scene, at: int) -> tuple[int, int] | None:
    """Weeks from this one for «на той неделе», «следующей недели», «через две недели», and the index behind."""
    at += scene.low(at) == "на" or scene.low(at) == "уже"
    at += scene.low(at) == "на"
    if scene.low(at) == "через":
        span = read_span(scene.tokens, at + 1)
        return (int(span.count), span.behind) if span and span.unit == WEEK and span.count == int(span.count) else None
    kind = determiner(scene.low(at))
    if not kind or scene.low(at + 1) not in {"неделе", "недели", "неделю", "неделя"}:
        return None
    return {"next": 1, "that": 1, "near": 0, "this": 0, "last": -1}[kind], at + 2


def _holidays_end(scene: Scene, at: int) -> tuple[date, int] | None:
    """«после (новогодних, майских) праздников»: the first working day behind them, and the index behind the words."""
    if scene.low(at) != "после":
        return None
    word = scene.low(at + 1)
    has_noun = scene.low(at + 2) in {"праздников", "каникул", "выходных"}
    if word in {"новогодних", "январских"}:
        last = next_holidays(scene.today, least_days=7)[1]
    elif word in {"майских", "ноябрьских"}:
        month, number = (5, 9) if word == "майских" else (11, 4)
        start = safe_date(scene.today.year, month, number) or scene.today
        last = next_holidays(start if start >= scene.today else add_months(start, 12))[1]
    elif word in {"праздников", "каникул"}:
        has_noun, last = False, next_holidays(scene.today)[1]
    else:
        return None
    return last + timedelta(days=1), at + 2 + has_noun


def holidays(scene: Scene, at: int) -> DayHit | None:
    """«после праздников», «до Нового года», «после выходных», «до чёрной пятницы»."""
    low, following = scene.low(at), scene.low(at + 1)
    end = _holidays_end(scene, at)
    if end is not None:
        day = end[0] if is_workday(end[0]) else after_workdays(end[0], 1)
        return DayHit(at, end[1], day, Certainty.GUESS, "period")
    if low == "до" and following == "праздников":
        day = next_holidays(scene.today + timedelta(days=1))[0] - timedelta(days=1)
        return DayHit(at, at + 2, day, Certainty.GUESS, "period", is_deadline=True)
    if low.startswith("черн") and following.startswith("пятниц"):
        return DayHit(at, at + 2, _black_friday(scene.today), Certainty.GUESS, "period")
    return _new_year(scene, at) or _weekend(scene, at)


def _new_year(scene: Scene, at: int) -> DayHit | None:
    low, following = scene.low(at), scene.low(at + 1)
    if (
        low not in {"до", "к", "после", "с"}
        or following not in {"нового", "новому"}
        or scene.low(at + 2) not in {"года", "году"}
    ):
        return None
    day = date(scene.today.year, 12, 31)
    if low in {"после", "с"}:
        return DayHit(at, at + 3, after_workdays(day + timedelta(days=1), 1), Certainty.APPROXIMATE, "period")
    return DayHit(at, at + 3, day, Certainty.APPROXIMATE, "period", is_deadline=True)


def _weekend(scene: Scene, at: int) -> DayHit | None:
    if scene.low(at) not in {"после", "в", "на"} or scene.low(at + 1) not in {"выходных", "выходные"}:
        return None
    day = scene.monday + timedelta(days=7 if scene.low(at) == "после" else 5)
    return DayHit(at, at + 2, max(day, scene.today), Certainty.APPROXIMATE, "period")


def _black_friday(today: date) -> date:
    for year in (today.year, today.year + 1):
        first = date(year, 11, 1)
        day = first + timedelta(days=(3 - first.weekday()) % 7 + 22)
        if day >= today:
            return day
    return today
