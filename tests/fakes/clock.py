"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

MOSCOW = timezone(timedelta(hours=3))


class FakeClock:
    """Stands at `now` (UTC); local time is Moscow's."""

    def __init__(self, now: datetime = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._monotonic_s = 1000.0

    def now_utc(self) -> datetime:
        return self._now

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(MOSCOW)

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)
        self._monotonic_s += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock to another time; what is measured in seconds goes on as before."""
        self._now += timedelta(seconds=seconds)
