"""Calls of telephony that a CRM lists, with their recordings: which are taken, and where they wait to be taken in.

A look gives the same answer as one into the folder of telephony (`app.recording.watching`), so that both kinds of
recordings go one way from there.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import ExternalFailure, UserFixable, VizirError
from app.core.i18n import _
from app.core.ids import text_sha256
from app.recording.naming import NameFacts
from app.recording.watching import FolderFacts, FoundRecording, Look, RecordingFolder, WatchChoices
from app.settings import write_whole

LEDGER = "taken.json"
"""Name of the file beside the recordings that remembers what was dealt with."""
LEAST_S = 3
"""Shorter calls hold nothing but a greeting."""
_WAIT_FOR_RECORDING = timedelta(hours=24)
"""An exchange puts the recording there a while after the call; what has none by then has none at all."""
_REMEMBERED = timedelta(days=400)
_AT_ONCE = 20
_PASSES = ("crm.offline", "crm.unknown", "crm.rate_limited")
"""What passes by itself: the next look asks again."""
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}$")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TelephonyCall:
    """A call as a CRM's telephony lists it.

    Args:
        id: Its name there, never used for a second call.
        at: When it began, with its time zone.
        phone: The other side's, as it is written there.
        direction: "in" or "out"; None where it is not told.
        recording: What its source needs to find the recording; "" while there is none.
        is_talk: Somebody answered, and it was no announcement.
    """

    id: str
    at: datetime
    phone: str
    direction: str | None
    duration_s: int
    recording: str = ""
    is_talk: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """Which calls of a list to take.

    Args:
        ready: With a recording, the newest first.
        waiting: Without one yet: the next look asks again.
    """

    ready: tuple[TelephonyCall, ...] = ()
    waiting: tuple[TelephonyCall, ...] = ()


class CallSource(Protocol):
    """The list of calls of one CRM account. Raises ExternalFailure of the ``crm.`` family, and Cancelled."""

    id: str

    def calls(self, since: datetime) -> Sequence[TelephonyCall]:
        """This person's calls that began at or after `since`."""
        ...

    def fetch(self, call: TelephonyCall, into: Callable[[bytes], object]) -> str:
        """Hand over the recording piece by piece; returns its file's name, "" where there is none."""
        ...

    def close(self) -> None: ...


def choose(
    calls: Iterable[TelephonyCall], is_settled: Callable[[str], bool], *, since: datetime, now: datetime
) -> Choice:
    """Which calls to take. Pure.

    Args:
        is_settled: Whether the call of this id was dealt with.
        since: Older calls are left alone.
    """
    fitting = [
        call
        for call in calls
        if call.at >= since and call.is_talk and call.duration_s >= LEAST_S and not is_settled(call.id)
    ]
    ready = sorted((call for call in fitting if call.recording), key=lambda call: call.at, reverse=True)
    waiting = tuple(call for call in fitting if not call.recording and now - call.at < _WAIT_FOR_RECORDING)
    return Choice(tuple(ready), waiting)


class CallList:
    """Fetches the recordings of new calls into a folder of its own, from which they are taken in.

    Args:
        sources: Makes the lists of the connected accounts, which are closed after each look.
        folder: For recordings on their way; emptied of each that was taken in.
        ledger: File that remembers beyond the end of the program what was dealt with.
    """

    def __init__(self, sources: Callable[[], Sequence[CallSource]], folder: Path, ledger: Path, clock: Clock) -> None:
        self._sources = sources
        self._folder = folder
        self._ledger = ledger
        self._clock = clock
        self._settled: dict[str, str] | None = None
        self._keys: dict[Path, str] = {}

    def look(self, choices: WatchChoices, cancel: CancelToken | None = None) -> Look:
        """The recordings that can be taken in now. A failure of the CRM is part of the answer.

        Raises:
            Cancelled: The token was set; what was fetched by then is kept for the next look.
        """
        token = cancel or CancelToken()
        ready: list[FoundRecording] = []
        fault: VizirError | None = None
        try:
            sources = self._made()
        except VizirError as error:
            return Look(fault=error)
        for source in sources:
            try:
                found, failure = self._of_source(source, choices, token)
            finally:
                source.close()
            ready += found
            fault = fault or failure
        return Look(tuple(ready), fault=fault)

    def check(self, choices: WatchChoices) -> Choice:
        """What a look would take, without taking it.

        Raises:
            UserFixable: ``telephony.no_list``: no CRM with a list of calls is connected; the ``secrets.`` codes.
            ExternalFailure: As the source.
        """
        now = self._clock.now_utc()
        since = now - timedelta(days=choices.days_back)
        total = Choice()
        for source in self._made():
            try:
                calls = source.calls(since)
                found = choose(calls, lambda call: self._is_settled(source, call), since=since, now=now)  # noqa: B023
            finally:
                source.close()
            total = Choice((*total.ready, *found.ready), (*total.waiting, *found.waiting))
        return total

    def settle(self, found: FoundRecording) -> None:
        """The recording was dealt with and is not fetched again.

        Raises:
            UserFixable: ``settings.write``: this cannot be remembered beyond the end of the program.
        """
        key = self._keys.pop(found.path, "")
        if key:
            self._settle(key)
        with contextlib.suppress(OSError):
            found.path.unlink(missing_ok=True)

    def has(self, found: FoundRecording) -> bool:
        """Whether it is one of this list, and not of a folder."""
        return found.path.parent == self._folder

    def _made(self) -> Sequence[CallSource]:
        made = self._sources()
        if not made:
            raise UserFixable(
                "telephony.no_list",
                _("Список звонков брать неоткуда: Битрикс24 не подключён."),
                hint=_("Подключите его в настройках CRM или отключите список звонков."),
                action="open_settings_crm",
            )
        return made

    def _of_source(
        self, source: CallSource, choices: WatchChoices, token: CancelToken
    ) -> tuple[list[FoundRecording], VizirError | None]:
        now = self._clock.now_utc()
        since = now - timedelta(days=choices.days_back)
        found: list[FoundRecording] = []
        try:
            calls = source.calls(since)
            chosen = choose(calls, lambda call_id: self._is_settled(source, call_id), since=since, now=now)
            for call in chosen.ready[:_AT_ONCE]:
                token.raise_if_cancelled()
                recording = self._fetched(source, call, token)
                if recording is not None:
                    found.append(recording)
        except ExternalFailure as failure:
            _log.info("calls of telephony: %s %s", failure.code, failure.detail)
            return found, None if failure.code in _PASSES else failure
        return found, None

    def _fetched(self, source: CallSource, call: TelephonyCall, token: CancelToken) -> FoundRecording | None:
        """The recording on this machine; None while it cannot be had."""
        key = _key(source, call.id)
        at = self._clock.local(call.at).replace(tzinfo=None)
        mark = text_sha256(key)[:12]
        path = next((path for path in self._folder.glob(f"*_{mark}.*") if path.suffix != ".part"), None)
        if path is None:
            try:
                # Read by people who look for the file, and in the list while nobody knows whose call it is.
                told = (f"{at:%Y-%m-%d_%H-%M-%S}", re.sub(r"[^+\d]", "", call.phone), call.direction or "", mark)
                path = self._download(source, call, "_".join(filter(None, told)), token)
            except ExternalFailure as failure:
                if failure.code not in ("crm.not_found", "crm.unexpected"):
                    raise
                if self._clock.now_utc() - call.at > _WAIT_FOR_RECORDING:
                    self._settle(key)
                return None
        self._keys[path] = key
        stat = path.stat()
        return FoundRecording(path, NameFacts(at, call.phone or None, call.direction), stat.st_size, stat.st_mtime_ns)

    def _download(self, source: CallSource, call: TelephonyCall, stem: str, token: CancelToken) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{stem}.part"
        try:
            with part.open("wb") as stream:

                def into(piece: bytes) -> None:
                    token.raise_if_cancelled()
                    stream.write(piece)

                name = source.fetch(call, into)
            suffix = _SUFFIX.search(name.lower())
            path = self._folder / f"{stem}{suffix[0] if suffix else '.mp3'}"
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    def _is_settled(self, source: CallSource, call_id: str) -> bool:
        return _key(source, call_id) in self._remembered()

    def _settle(self, key: str) -> None:
        settled = self._remembered()
        now = self._clock.now_utc()
        settled[key] = now.isoformat()
        for old in [old for old, at in settled.items() if now - datetime.fromisoformat(at) > _REMEMBERED]:
            del settled[old]
        write_whole(self._ledger, json.dumps(settled, ensure_ascii=False) + "\n")

    def _remembered(self) -> dict[str, str]:
        if self._settled is None:
            try:
                stored = json.loads(self._ledger.read_text("utf-8"))
                self._settled = {str(key): datetime.fromisoformat(at).isoformat() for key, at in stored.items()}
            except FileNotFoundError:
                self._settled = {}
            except (OSError, ValueError, TypeError, AttributeError) as error:
                # Its loss costs a second reading: the content is recognised all the same.
                _log.warning("which calls of telephony were taken is not known any more: %r", error)
                self._settled = {}
        return self._settled


def _key(source: CallSource, call_id: str) -> str:
    return f"{source.id} {call_id}"


class RecordingPlaces:
    """All places from which recordings of telephony come: a folder, and the list of calls of a CRM."""

    def __init__(self, folder: RecordingFolder, calls: CallList) -> None:
        self._folder = folder
        self._calls = calls

    def look(self, choices: WatchChoices, cancel: CancelToken | None = None) -> Look:
        """What can be taken in now, from everywhere. Raises Cancelled."""
        in_folder = self._folder.look(choices)
        if not choices.has_call_list:
            return in_folder
        listed = self._calls.look(choices, cancel)
        return Look((*in_folder.ready, *listed.ready), in_folder.waiting, in_folder.fault or listed.fault)

    def settle(self, found: FoundRecording) -> None:
        """The recording was dealt with. Raises UserFixable ``settings.write``."""
        place = self._calls if self._calls.has(found) else self._folder
        place.settle(found)

    def check(self, choices: WatchChoices) -> FolderFacts:
        """What is in the places that were chosen. Raises UserFixable of the ``telephony.`` family, ExternalFailure."""
        facts = self._folder.check(choices) if choices.folder else FolderFacts(0, 0, 0)
        if not choices.has_call_list:
            return facts
        found = self._calls.check(choices)
        return replace(facts, listed=len(found.ready), unrecorded=len(found.waiting))
