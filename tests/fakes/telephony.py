"""A list of calls in memory, as a CRM's telephony has one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from app.core.errors import ExternalFailure
from app.recording.telephony import TelephonyCall

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def a_talk() -> TelephonyCall:
    """A call of an hour ago, with its recording."""
    return TelephonyCall("c-1", NOW - timedelta(hours=1), "+79161112233", "in", 95, "rec-1")


class Exchange:
    """`CallSource`; `failure` is what fetching fails with."""

    id = "account"

    def __init__(self, *calls: TelephonyCall) -> None:
        self.listed = list(calls)
        self.fetched: list[str] = []
        self.failure: ExternalFailure | None = None
        self.is_closed = False

    def calls(self, since: datetime) -> Sequence[TelephonyCall]:
        return [call for call in self.listed if call.at >= since]

    def fetch(self, call: TelephonyCall, into: Callable[[bytes], object]) -> str:
        self.fetched.append(call.id)
        if self.failure is not None:
            raise self.failure
        into(b"RIFF")
        into(call.id.encode())
        return "record.wav"

    def close(self) -> None:
        self.is_closed = True
