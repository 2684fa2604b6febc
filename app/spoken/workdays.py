"""The Russian work calendar, with moved days off; read from `holidays` on first use only, for it loads slowly."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

_DAY = timedelta(days=1)


@lru_cache(maxsize=8)
def _year(year: int) -> Any:
    import holidays

    return holidays.country_holidays("RU", years=year)


def is_workday(day: date) -> bool:
    """True for a working day: weekends and public holidays are none, a Saturday made working is one."""
    return bool(_year(day.year).is_working_day(day))


def is_public_holiday(day: date) -> bool:
    """True for a public holiday or a day off moved from one."""
    return day in _year(day.year)


def after_workdays(day: date, count: int) -> date:
    """The day `count` working days after `day`, which itself does not count."""
    while count > 0:
        day += _DAY
        count -= is_workday(day)
    return day


def next_holidays(day: date, least_days: int = 1) -> tuple[date, date]:
    """First and last day of the next stretch of days off around a public holiday, beginning on or after `day`.

    Args:
        day: Where the search begins; a stretch that is running already counts.
        least_days: Days off the stretch has at least (the new year's has more than a week).
    """
    first = day
    while True:
        while not is_public_holiday(first):
            first += _DAY
        start = first
        while not is_workday(start - _DAY):
            start -= _DAY
        last = first
        while not is_workday(last + _DAY):
            last += _DAY
        if (last - start).days + 1 >= least_days:
            return start, last
        first = last + _DAY
