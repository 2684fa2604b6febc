"""Bitrix24's list of calls with their recordings. Not yet tried against a live portal.

Source: the vendor's pages "voximplant.statistic.get" and "disk.file.get" (2026).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from app.adapters.crm.bitrix24_portal import Portal, items_of
from app.adapters.crm.pace import Paces
from app.deals.typed_values import read_phone
from app.delivery import faults
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmAccount
from app.recording.telephony import TelephonyCall

_OUT, _IN, _IN_REDIRECTED, _CALLBACK = "1", "2", "3", "4"
_DIRECTIONS = {_OUT: "out", _IN: "in", _IN_REDIRECTED: "in", _CALLBACK: "out"}
"""All others are announcements by a machine."""
_ANSWERED = "200"
_MARGIN = timedelta(days=1)


class Bitrix24Calls:
    """The calls of one account; see `app.recording.telephony.CallSource`.

    Args:
        account: Its address is the portal's, without the key.
        secret: The webhook, as for `Bitrix24`; it needs the rights «telephony» and «disk» besides.
        wait: Waits so many seconds; True if the wait was broken off.
        paces: Shared by all who ask the same portal.

    Raises:
        UserFixable: ``crm.address``, ``crm.secret_form``.
    """

    def __init__(
        self,
        account: CrmAccount,
        secret: str,
        *,
        clock_s: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
        paces: Paces | None = None,
    ) -> None:
        self.id = account.id
        self._portal = Portal(account.address, secret, clock_s=clock_s, wait=wait, paces=paces)

    def calls(self, since: datetime) -> Sequence[TelephonyCall]:
        # A day more is asked for than is taken: whether the portal heeds the zone of a time was not tried live.
        asked = (since.astimezone(UTC) - _MARGIN).isoformat(timespec="seconds")
        question = {
            "FILTER": {">=CALL_START_DATE": asked, "PORTAL_USER_ID": self._portal.user_id},
            "SORT": "ID",
            "ORDER": "ASC",
        }
        rows = [row for page in self._portal.pages("voximplant.statistic.get", question) for row in items_of(page)]
        return [call for row in rows if (call := _call_of(row)) is not None and call.at >= since]

    def fetch(self, call: TelephonyCall, into: Callable[[bytes], object]) -> str:
        address, _bar, file_id = call.recording.partition(" ")
        if address:
            try:
                self._portal.download(address, _sound_only(into))
            except CrmFailure as failure:
                # A telephony's own address lapses; the portal's disk keeps its copy.
                if not file_id or failure.fault is not Fault.UNEXPECTED:
                    raise
            else:
                return PurePosixPath(urlsplit(address).path).name
        found = self._portal.read("disk.file.get", {"id": int(file_id)})
        facts = found if isinstance(found, dict) else {}
        if not facts.get("DOWNLOAD_URL"):
            raise faults.not_found("a recording without an address")
        self._portal.download(str(facts["DOWNLOAD_URL"]), _sound_only(into))
        return str(facts.get("NAME") or "")

    def close(self) -> None:
        self._portal.close()


def _call_of(row: Mapping[str, Any]) -> TelephonyCall | None:
    """A call of the list; None for a row without a name or a time."""
    name = str(row.get("CALL_ID") or row.get("ID") or "")
    try:
        at = datetime.fromisoformat(str(row.get("CALL_START_DATE")))
    except ValueError:
        return None
    if not name or at.tzinfo is None:
        return None
    phone = str(row.get("PHONE_NUMBER") or "")
    kind = str(row.get("CALL_TYPE") or "")
    duration = str(row.get("CALL_DURATION") or "0")
    file_id = str(row.get("RECORD_FILE_ID") or "")
    recording = f"{row.get('CALL_RECORD_URL') or ''} {file_id if file_id.isdigit() else ''}".rstrip()
    return TelephonyCall(
        id=name,
        at=at,
        phone=read_phone(phone) or phone,
        direction=_DIRECTIONS.get(kind),
        duration_s=int(duration) if duration.isdigit() else 0,
        recording=recording,
        is_talk=kind in _DIRECTIONS and str(row.get("CALL_FAILED_CODE")) == _ANSWERED,
    )


def _sound_only(into: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Hands the pieces on, unless they begin as a page or an error of the portal does."""
    is_first = True

    def checked(piece: bytes) -> None:
        nonlocal is_first
        if is_first and piece.lstrip()[:1] in (b"<", b"{"):
            raise faults.unexpected("a page for a recording")
        is_first = False
        into(piece)

    return checked
