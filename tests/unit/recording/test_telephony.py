"""Which calls of a CRM's list are taken, and what becomes of their recordings until they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure
from app.recording.naming import facts_of_name
from app.recording.telephony import CallList, TelephonyCall, choose
from app.recording.watching import WatchChoices
from tests.fakes.clock import FakeClock
from tests.fakes.telephony import NOW, Exchange, a_talk

_CALL = a_talk()
_CHOICES = WatchChoices(days_back=7)


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(_CALL)


def _list(exchange: Exchange, tmp_path: Path, clock: FakeClock) -> CallList:
    return CallList(lambda: [exchange], tmp_path / "spool", tmp_path / "ledger.json", clock)


def _chosen(*calls: TelephonyCall, settled: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    found = choose(calls, settled.__contains__, since=NOW - timedelta(days=7), now=NOW)
    return [call.id for call in found.ready], [call.id for call in found.waiting]


def test_the_newest_talk_comes_first() -> None:
    older = replace(_CALL, id="c-0", at=NOW - timedelta(days=2))
    assert _chosen(older, _CALL) == (["c-1", "c-0"], [])


@pytest.mark.parametrize(
    "call",
    [
        replace(_CALL, at=NOW - timedelta(days=8)),
        replace(_CALL, is_talk=False),
        replace(_CALL, duration_s=2),
        replace(_CALL, recording="", at=NOW - timedelta(days=2)),
    ],
    ids=["too old", "nobody answered", "a greeting only", "no recording for a day"],
)
def test_a_call_without_a_talk_to_read_is_left_alone(call: TelephonyCall) -> None:
    assert _chosen(call) == ([], [])


def test_a_call_that_was_dealt_with_does_not_come_again() -> None:
    assert _chosen(_CALL, settled=["c-1"]) == ([], [])


def test_a_recording_that_is_not_there_yet_is_waited_for() -> None:
    assert _chosen(replace(_CALL, recording="")) == ([], ["c-1"])


def test_a_recording_that_came_late_is_taken_all_the_same() -> None:
    assert _chosen(replace(_CALL, at=NOW - timedelta(days=3))) == (["c-1"], [])


def test_a_new_call_is_fetched_with_what_the_list_tells_of_it(
    exchange: Exchange, tmp_path: Path, fake_clock: FakeClock
) -> None:
    calls = _list(exchange, tmp_path, fake_clock)
    (found,) = calls.look(_CHOICES).ready
    assert found.path.read_bytes() == b"RIFFc-1"
    assert found.path.suffix == ".wav"
    assert (found.facts.moment, found.facts.phone, found.facts.direction) == (
        datetime(2026, 3, 3, 11, 0),  # noqa: DTZ001 - the time of this machine
        "+79161112233",
        "in",
    )
    assert facts_of_name(found.path.name) == found.facts
    assert calls.has(found)
    assert exchange.is_closed


def test_a_call_is_fetched_once_though_it_is_not_taken_in_yet(
    exchange: Exchange, tmp_path: Path, fake_clock: FakeClock
) -> None:
    calls = _list(exchange, tmp_path, fake_clock)
    assert calls.look(_CHOICES).ready == calls.look(_CHOICES).ready
    assert exchange.fetched == ["c-1"]


def test_a_call_that_was_taken_in_is_remembered_beyond_the_end_of_the_program(
    exchange: Exchange, tmp_path: Path, fake_clock: FakeClock
) -> None:
    calls = _list(exchange, tmp_path, fake_clock)
    (found,) = calls.look(_CHOICES).ready
    calls.settle(found)
    assert not found.path.exists()
    assert calls.look(_CHOICES).ready == ()
    assert _list(exchange, tmp_path, fake_clock).look(_CHOICES).ready == ()


def test_a_spoilt_memory_costs_a_second_look_and_no_failure(
    exchange: Exchange, tmp_path: Path, fake_clock: FakeClock
) -> None:
    (tmp_path / "ledger.json").write_text("[1", "utf-8")
    assert len(_list(exchange, tmp_path, fake_clock).look(_CHOICES).ready) == 1


@pytest.mark.parametrize("code", ["crm.offline", "crm.rate_limited"])
def test_what_passes_by_itself_is_not_told(
    exchange: Exchange, tmp_path: Path, fake_clock: FakeClock, code: str
) -> None:
    calls = _list(exchange, tmp_path, fake_clock)
    exchange.failure = ExternalFailure(code, "Нет связи.")
    look = calls.look(_CHOICES)
    assert (look.ready, look.fault) == ((), None)
    exchange.failure = None
    assert len(calls.look(_CHOICES).ready) == 1


def test_a_missing_right_is_told(exchange: Exchange, tmp_path: Path, fake_clock: FakeClock) -> None:
    exchange.failure = ExternalFailure("crm.forbidden", "У подключения нет права: disk.")
    fault = _list(exchange, tmp_path, fake_clock).look(_CHOICES).fault
    assert fault is not None
    assert "disk" in str(fault)


def test_a_recording_that_cannot_be_had_is_asked_for_during_a_day(
    exchange: Exchange, tmp_path: Path, fake_clock: FakeClock
) -> None:
    other = replace(_CALL, id="c-2", at=NOW - timedelta(hours=2))
    exchange.listed.append(other)
    exchange.failure = ExternalFailure("crm.not_found", "Файла нет.")
    calls = _list(exchange, tmp_path, fake_clock)
    assert calls.look(_CHOICES).fault is None
    assert exchange.fetched == ["c-1", "c-2"]
    fake_clock.advance(30 * 3600)
    calls.look(_CHOICES)
    calls.look(_CHOICES)
    assert exchange.fetched == ["c-1", "c-2"] * 2


def test_a_broken_off_download_leaves_nothing_half_done(
    exchange: Exchange, tmp_path: Path, fake_clock: FakeClock
) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        _list(exchange, tmp_path, fake_clock).look(_CHOICES, token)
    assert list((tmp_path / "spool").glob("*")) == []
    assert exchange.is_closed
