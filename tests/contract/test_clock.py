"""What every clock must do: the machine's and the one that tests move."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from app.core.clock import Clock, SystemClock
from tests.fakes.clock import FakeClock


@pytest.fixture(params=[SystemClock, FakeClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_now_is_aware_and_in_utc(clock: Clock) -> None:
    assert clock.now_utc().utcoffset() == timedelta(0)


def test_local_time_is_the_same_moment(clock: Clock) -> None:
    now = clock.now_utc()
    assert clock.local(now) == now
    assert clock.local(now).tzinfo is not UTC


def test_durations_never_run_backwards(clock: Clock) -> None:
    first = clock.monotonic_s()
    assert clock.monotonic_s() >= first


def test_the_fake_clock_moves_only_when_told() -> None:
    clock = FakeClock()
    before = clock.now_utc(), clock.monotonic_s()
    assert (clock.now_utc(), clock.monotonic_s()) == before
    clock.advance(90)
    assert clock.now_utc() - before[0] == timedelta(seconds=90)
    assert clock.monotonic_s() - before[1] == 90
