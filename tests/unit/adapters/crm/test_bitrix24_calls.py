"""The call list of a fake Bitrix24 portal: whose calls, which way they went, and where the recording is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.adapters.crm.bitrix24_calls import Bitrix24Calls
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmAccount, CrmKind
from app.recording.telephony import TelephonyCall
from tests.fakes.bitrix24_server import KEY, Portal, Trouble, bitrix24_portal
from tests.fakes.clock import FakeClock
from tests.fakes.model_server import Reply, serving

_SOUND = b"RIFF....WAVE"
_AT = "2026-03-03T11:00:00+03:00"
_SINCE = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def portal() -> Iterator[Portal]:
    with bitrix24_portal() as running:
        yield running


@pytest.fixture
def calls(portal: Portal, fake_clock: FakeClock) -> Iterator[Bitrix24Calls]:
    account = CrmAccount("1", CrmKind.BITRIX24, "", portal.address)
    source = Bitrix24Calls(account, portal.webhook, clock_s=fake_clock.monotonic_s, wait=lambda _s: False)
    yield source
    source.close()


def test_a_call_comes_with_phone_direction_time_and_recording(portal: Portal, calls: Bitrix24Calls) -> None:
    portal.cards.add_call("79161112233", at=_AT, recording=_SOUND, CALL_TYPE="1")
    (call,) = calls.calls(_SINCE)
    assert (call.phone, call.direction, call.duration_s, call.is_talk) == ("+79161112233", "out", 95, True)
    assert call.at == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    got = bytearray()
    assert calls.fetch(call, got.extend) == "call.wav"
    assert bytes(got) == _SOUND


@pytest.mark.parametrize(
    ("row", "direction", "is_talk"),
    [
        ({"CALL_TYPE": "2"}, "in", True),
        ({"CALL_TYPE": "3"}, "in", True),
        ({"CALL_TYPE": "4"}, "out", True),
        ({"CALL_TYPE": "5"}, None, False),
        ({"CALL_FAILED_CODE": "304"}, "in", False),
        ({"CALL_FAILED_CODE": "603-S"}, "in", False),
    ],
)
def test_announcements_and_calls_that_nobody_answered_are_no_talks(
    portal: Portal, calls: Bitrix24Calls, row: dict[str, str], direction: str | None, is_talk: bool
) -> None:
    portal.cards.add_call("79161112233", at=_AT, **row)
    (call,) = calls.calls(_SINCE)
    assert (call.direction, call.is_talk) == (direction, is_talk)


def test_calls_of_colleagues_and_older_ones_are_not_read(portal: Portal, calls: Bitrix24Calls) -> None:
    portal.cards.add_call("79161112233", at=_AT, PORTAL_USER_ID="8")
    portal.cards.add_call("79161112233", at="2026-02-28T11:00:00+03:00")
    assert calls.calls(_SINCE) == []


def test_all_pages_of_a_busy_week_are_read(portal: Portal, calls: Bitrix24Calls) -> None:
    for number in range(120):
        portal.cards.add_call("79161112233", at=(datetime.fromisoformat(_AT) + timedelta(minutes=number)).isoformat())
    assert len(calls.calls(_SINCE)) == 120


def test_a_call_without_a_recording_yet_says_so(portal: Portal, calls: Bitrix24Calls) -> None:
    portal.cards.add_call("79161112233", at=_AT)
    assert [call.recording for call in calls.calls(_SINCE)] == [""]


def test_the_telephonys_own_address_is_taken_before_the_disk(portal: Portal, calls: Bitrix24Calls) -> None:
    portal.cards.files[1] = {"name": "own.mp3", "path": "/records/own.mp3", "content": b"ID3own"}
    portal.cards.add_call("79161112233", at=_AT, recording=_SOUND, CALL_RECORD_URL=f"{portal.address}/records/own.mp3")
    (call,) = calls.calls(_SINCE)
    got = bytearray()
    assert calls.fetch(call, got.extend) == "own.mp3"
    assert bytes(got) == b"ID3own"


@pytest.mark.parametrize("path", ["/gone.mp3", "/login.mp3"])
def test_where_the_telephonys_address_has_lapsed_the_disk_has_it(
    portal: Portal, calls: Bitrix24Calls, path: str
) -> None:
    portal.cards.files[1] = {"name": "", "path": "/login.mp3", "content": b"<!doctype html><title>login</title>"}
    portal.cards.add_call("79161112233", at=_AT, recording=_SOUND, CALL_RECORD_URL=f"{portal.address}{path}")
    (call,) = calls.calls(_SINCE)
    got = bytearray()
    assert calls.fetch(call, got.extend) == "call.wav"
    assert bytes(got) == _SOUND


def test_a_recording_that_was_deleted_is_not_found(portal: Portal, calls: Bitrix24Calls) -> None:
    portal.cards.add_call("79161112233", at=_AT, recording=_SOUND)
    (call,) = calls.calls(_SINCE)
    portal.cards.files.clear()
    with pytest.raises(CrmFailure) as caught:
        calls.fetch(call, lambda _piece: None)
    assert caught.value.fault is Fault.NOT_FOUND


@pytest.mark.parametrize("scope", ["telephony", "disk"])
def test_a_missing_right_is_named(portal: Portal, calls: Bitrix24Calls, scope: str) -> None:
    portal.cards.add_call("79161112233", at=_AT, recording=_SOUND)
    portal.cards.scopes = tuple(one for one in portal.cards.scopes if one != scope)
    with pytest.raises(CrmFailure, match=scope) as caught:
        _take_all(calls)
    assert caught.value.fault is Fault.FORBIDDEN


def _take_all(calls: Bitrix24Calls) -> None:
    for call in calls.calls(_SINCE):
        calls.fetch(call, lambda _piece: None)


def test_the_token_of_a_recording_is_in_no_log_line(
    portal: Portal, calls: Bitrix24Calls, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    portal.cards.add_call("79161112233", at=_AT, recording=_SOUND)
    (call,) = calls.calls(_SINCE)
    calls.fetch(call, lambda _piece: None)
    portal.troubles["disk.file.get"] = [Trouble.DROP_BEFORE]
    with pytest.raises(CrmFailure) as caught:
        calls.fetch(call, lambda _piece: None)
    assert "t0ken" not in caplog.text + repr(caught.value) + caught.value.detail


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "5",
        '"x"',
        '{"result": 5}',
        '{"result": {"a": null, "b": [1]}, "next": 0}',
        '{"result": [{"CALL_ID": [], "CALL_START_DATE": {}}, {"CALL_START_DATE": "2026-03-03T11:00:00"}], "next": "x"}',
        '{"result": [{"CALL_ID": "1", "CALL_START_DATE": "2026-03-03T11:00:00+03:00", "CALL_DURATION": "-1"}]}',
        '{"result": [], "time": {"date_finish": 5, "finish": "x", "operating_reset_at": null}}',
    ],
)
def test_whatever_is_answered_is_calls_or_a_failure_of_ours(body: str, fake_clock: FakeClock) -> None:
    with serving(lambda _received: Reply(body=body)) as server:
        account = CrmAccount("1", CrmKind.BITRIX24, "", server.address.removesuffix("/v1"))
        source = Bitrix24Calls(account, f"7/{KEY}", clock_s=fake_clock.monotonic_s, wait=lambda _s: False)
        call = TelephonyCall("1", _SINCE, "", None, 60, " 7")
        for ask in (lambda: source.calls(_SINCE), lambda: source.fetch(call, lambda _piece: None)):
            with contextlib.suppress(CrmFailure):
                ask()
        source.close()
