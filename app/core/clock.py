"""The time, behind a Protocol, so that tests decide what day it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now_utc(self) -> datetime:
        """Aware time in UTC."""
        ...

    def local(self, moment: datetime) -> datetime:
        """The same moment in the time zone of this machine."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that never run backwards; for durations."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_utc(self) -> datetime:
        return datetime.now(UTC)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone()

    def monotonic_s(self) -> float:
        return time.monotonic()


def from_local(wall: datetime, clock: Clock) -> datetime:
    """The moment in UTC at which clocks of this machine's time zone show `wall`, a time without a zone."""
    guess = wall.replace(tzinfo=UTC)
    # Twice, for the offset at the guess may be that of the other side of a change to summer time.
    for _ in range(2):
        guess = wall.replace(tzinfo=UTC) - (clock.local(guess).utcoffset() or timedelta())
    return guess
