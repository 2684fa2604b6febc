"""What every list of calls promises: the one in memory, and Bitrix24's against its fake portal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from app.adapters.crm.bitrix24_calls import Bitrix24Calls
from app.delivery.model import CrmAccount, CrmKind
from app.recording.telephony import CallSource
from tests.fakes.bitrix24_cards import ZONE
from tests.fakes.bitrix24_server import bitrix24_portal
from tests.fakes.telephony import NOW, Exchange, a_talk


@dataclass
class Line:
    """A list of calls, and a way to ring: when, and whether there is a recording yet."""

    source: CallSource
    ring: Callable[[datetime, bool], None]


@contextmanager
def in_memory() -> Iterator[Line]:
    exchange = Exchange()

    def ring(at: datetime, is_recorded: bool) -> None:
        name = f"c-{len(exchange.listed)}"
        exchange.listed.append(replace(a_talk(), id=name, at=at, recording=name if is_recorded else ""))

    yield Line(exchange, ring)


@contextmanager
def fake_bitrix24() -> Iterator[Line]:
    with bitrix24_portal() as portal:

        def ring(at: datetime, is_recorded: bool) -> None:
            sound = b"RIFF" if is_recorded else None
            portal.cards.add_call("79161112233", at=at.astimezone(ZONE).isoformat(), recording=sound)

        account = CrmAccount("1", CrmKind.BITRIX24, "", portal.address)
        source = Bitrix24Calls(account, portal.webhook, wait=lambda _seconds: False)
        yield Line(source, ring)
        source.close()


@pytest.fixture(params=[in_memory, fake_bitrix24], ids=["in memory", "fake Bitrix24"])
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    make: Callable[[], AbstractContextManager[Line]] = request.param
    with make() as made:
        yield made


def test_calls_that_began_at_a_moment_or_after_it_are_listed_and_no_older_ones(line: Line) -> None:
    for hours in (3, 2, 1):
        line.ring(NOW - timedelta(hours=hours), True)
    found = line.source.calls(NOW - timedelta(hours=2))
    assert sorted(call.at for call in found) == [NOW - timedelta(hours=2), NOW - timedelta(hours=1)]


def test_each_call_has_a_name_of_its_own_which_stays(line: Line) -> None:
    for _call in range(3):
        line.ring(NOW, True)
    first, again = ([call.id for call in line.source.calls(NOW)] for _time in range(2))
    assert len(set(first)) == 3
    assert first == again


def test_a_call_tells_phone_direction_and_length(line: Line) -> None:
    line.ring(NOW, True)
    (call,) = line.source.calls(NOW)
    assert (call.phone, call.direction, call.duration_s, call.is_talk) == ("+79161112233", "in", 95, True)


def test_a_recording_is_handed_over_with_the_name_of_its_file(line: Line) -> None:
    line.ring(NOW, True)
    (call,) = line.source.calls(NOW)
    got = bytearray()
    assert line.source.fetch(call, got.extend).endswith(".wav")
    assert got.startswith(b"RIFF")


def test_a_call_without_a_recording_yet_is_listed_without_one(line: Line) -> None:
    line.ring(NOW, False)
    assert [call.recording for call in line.source.calls(NOW)] == [""]
