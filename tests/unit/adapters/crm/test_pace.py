"""Keeping to a portal's limit, alone and together."""

from __future__ import annotations

import pytest

from app.adapters.crm.pace import Pace, Paces
from app.core.errors import Cancelled
from tests.fakes.clock import FakeClock


def test_after_a_burst_each_request_waits_its_turn() -> None:
    waits: list[float] = []
    pace = Pace(2.0, 3, clock_s=FakeClock().monotonic_s, wait=lambda seconds: bool(waits.append(seconds)))

    for _request in range(5):
        pace.take()

    assert waits == [0.5, 1.0]


def test_a_pause_fills_the_bucket_and_no_more_than_that() -> None:
    waits: list[float] = []
    clock = FakeClock()
    pace = Pace(2.0, 3, clock_s=clock.monotonic_s, wait=lambda seconds: bool(waits.append(seconds)))
    for _request in range(3):
        pace.take()

    clock.advance(3600)
    for _request in range(4):
        pace.take()

    assert waits == [0.5]


def test_a_wait_that_is_broken_off_sends_nothing() -> None:
    pace = Pace(1.0, 1, clock_s=FakeClock().monotonic_s, wait=lambda _seconds: True)
    pace.take()

    with pytest.raises(Cancelled):
        pace.take()


def test_two_who_ask_one_portal_keep_to_its_limit_together() -> None:
    waits: list[float] = []
    paces, clock_s = Paces(), FakeClock().monotonic_s
    take = [
        paces.of(portal, 1.0, 1, clock_s=clock_s, wait=lambda seconds: bool(waits.append(seconds))).take
        for portal in ("https://polus.amocrm.ru", "https://Polus.amocrm.ru", "https://drugaya.amocrm.ru")
    ]

    for ask in take:
        ask()

    assert waits == [1.0]
