"""Taking files in: whole or not at all, known by content, dated by what is known."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.core.cancel import CancelToken
from app.core.errors import Cancelled, UserFixable
from app.core.ids import file_sha256
from app.recording.model import AudioFacts, CallState, SourceKind
from app.recording.naming import NameFacts
from app.recording.service import RecordingService
from app.settings import Folders
from app.transcript.reading import transcript_facts
from tests.fakes.clock import MOSCOW, FakeClock
from tests.fakes.store import FakeStore

FACTS = AudioFacts(61.5, 2, 8000, "mp3")


class FakeProbe:
    """Takes every file for a call of a minute, unless it is told to fail."""

    def __init__(self) -> None:
        self.facts = FACTS
        self.failure: Exception | None = None
        self.probed: list[Path] = []

    def probe(self, path: Path, cancel: CancelToken) -> AudioFacts:
        self.probed.append(path)
        if self.failure is not None:
            raise self.failure
        return self.facts


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "config", tmp_path / "data", tmp_path / "cache")


@pytest.fixture
def probe() -> FakeProbe:
    return FakeProbe()


@pytest.fixture
def store(fake_clock: FakeClock) -> FakeStore:
    return FakeStore(fake_clock)


@pytest.fixture
def service(probe: FakeProbe, store: FakeStore, folders: Folders, fake_clock: FakeClock) -> RecordingService:
    return RecordingService(probe, store.calls, folders, fake_clock, transcript_facts)


def _file(folder: Path, name: str = "call.mp3", content: bytes = b"sound" * 1000) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def _left(folders: Folders) -> list[str]:
    return [path.name for path in folders.recordings.iterdir()] if folders.recordings.is_dir() else []


def test_a_recording_becomes_a_call_with_a_copy_named_by_its_content(
    service: RecordingService, store: FakeStore, folders: Folders, tmp_path: Path
) -> None:
    path = _file(tmp_path / "inbox", "Звонок.MP3")
    shares: list[float] = []
    taken = service.take_in(path, on_progress=shares.append)
    recording = taken.call.recording
    assert taken.is_new
    assert recording.content_sha256 == file_sha256(path)
    assert recording.path == folders.recordings / f"{recording.content_sha256}.mp3"
    assert recording.path.read_bytes() == path.read_bytes()
    assert (recording.original_name, recording.size_bytes) == ("Звонок.MP3", 5000)
    assert (recording.kind, recording.audio) == (SourceKind.AUDIO, FACTS)
    assert store.calls.get(taken.call.id) == taken.call
    assert taken.call.state is CallState.IMPORTED
    assert shares[-1] == 1.0
    assert _left(folders) == [recording.path.name]


def test_the_same_content_under_another_name_is_the_same_call(
    service: RecordingService, folders: Folders, tmp_path: Path
) -> None:
    first = service.take_in(_file(tmp_path / "inbox", "one.mp3"))
    second = service.take_in(_file(tmp_path / "inbox", "two.wav"))
    assert (second.is_new, second.call) == (False, first.call)
    assert len(_left(folders)) == 1


def test_what_is_said_counts_more_than_the_name_and_the_name_more_than_the_file(
    service: RecordingService, tmp_path: Path
) -> None:
    said = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
    named = "in-74951234567-79161234567-20260302-101530-17724.1.mp3"
    by_hand = service.take_in(
        _file(tmp_path / "a", named, b"1"), at=said, direction="out", phone="+70000000000", manager_channel=1
    ).call
    assert (by_hand.at, by_hand.direction, by_hand.phone) == (said, "out", "+70000000000")
    assert by_hand.manager_channel == 1
    by_name = service.take_in(_file(tmp_path / "a", named, b"2")).call
    assert by_name.at == datetime(2026, 3, 2, 10, 15, 30, tzinfo=MOSCOW)
    assert (by_name.direction, by_name.phone) == ("in", "+79161234567")
    path = _file(tmp_path / "a", "plain.mp3", b"3")
    os.utime(path, (1_770_000_000, 1_770_000_000))
    by_file = service.take_in(path).call
    assert by_file.at == datetime.fromtimestamp(1_770_000_000, UTC)
    assert (by_file.direction, by_file.phone) == (None, None)


def test_a_date_that_has_not_come_is_no_date_of_a_call(service: RecordingService, tmp_path: Path) -> None:
    path = _file(tmp_path / "inbox", "2031-01-01_10-00.mp3")
    os.utime(path, (1_770_000_000, 1_770_000_000))
    assert service.take_in(path).call.at == datetime.fromtimestamp(1_770_000_000, UTC)


def test_a_ready_transcript_comes_by_the_same_door(service: RecordingService, probe: FakeProbe, tmp_path: Path) -> None:
    path = _file(tmp_path / "inbox", "talk.txt", "Клиент: Здравствуйте.\n".encode())
    call = service.take_in(path).call
    assert (call.recording.kind, call.recording.audio) == (SourceKind.TRANSCRIPT, None)
    assert call.recording.path.suffix == ".txt"
    assert probe.probed == []


def test_a_call_file_says_when_and_which_way(service: RecordingService, tmp_path: Path) -> None:
    content = '{"id":"c-7","date":"2026-02-10T09:00:00+03:00","direction":"out","turns":[{"s":"M","t":"Алло"}]}'
    call = service.take_in(_file(tmp_path / "inbox", "2026-03-01_12-00_in.json", content.encode())).call
    assert call.at == datetime(2026, 2, 10, 9, 0, tzinfo=MOSCOW)
    assert (call.direction, call.extra) == ("out", {"source_id": "c-7"})


def test_a_cut_recording_is_taken_and_marked(service: RecordingService, probe: FakeProbe, tmp_path: Path) -> None:
    probe.facts = AudioFacts(30.0, 2, 8000, "pcm_s16le", is_cut=True)
    assert service.take_in(_file(tmp_path / "inbox")).call.extra == {"is_cut": "yes"}


@pytest.mark.parametrize(
    "name", ["📞 звонок ☎️ ёё.mp3", "з" * 118 + ".mp3", "a" * 200 + ".mp3", "no suffix", "странный.суффикс!"]
)
def test_any_name_is_taken(service: RecordingService, tmp_path: Path, name: str) -> None:
    call = service.take_in(_file(tmp_path / "inbox", name)).call
    assert call.recording.original_name == name
    assert call.recording.path.is_file()


def _refused(service: RecordingService, path: Path, folders: Folders) -> str:
    with pytest.raises(UserFixable) as caught:
        service.take_in(path)
    assert caught.value.hint
    assert _left(folders) == []
    return caught.value.code


def test_a_folder_is_refused(service: RecordingService, folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "calls.mp3").mkdir()
    assert _refused(service, tmp_path / "calls.mp3", folders) == "recording.is_folder"


@pytest.mark.parametrize("name", ["missing.mp3", "x" * 300 + ".mp3", "folder/that/is/not.mp3"])
def test_a_missing_file_is_refused(service: RecordingService, folders: Folders, tmp_path: Path, name: str) -> None:
    assert _refused(service, tmp_path / name, folders) == "recording.not_found"


def test_what_the_probe_refuses_is_named_as_the_person_knows_it(
    service: RecordingService, probe: FakeProbe, folders: Folders, tmp_path: Path
) -> None:
    def fail(path: Path, cancel: CancelToken) -> AudioFacts:
        raise UserFixable("audio.broken", f"Запись «{path.name}» повреждена.", hint="Скачайте её ещё раз.")

    probe.probe = fail  # type: ignore[method-assign]
    with pytest.raises(UserFixable, match="Запись «Разговор"):
        service.take_in(_file(tmp_path / "inbox", "Разговор.mp3"))
    assert _left(folders) == []


def test_text_that_is_no_transcript_is_refused(service: RecordingService, folders: Folders, tmp_path: Path) -> None:
    path = _file(tmp_path / "inbox", "noise.json", bytes(range(256)))
    assert _refused(service, path, folders) == "transcript.unreadable"


class FullDisk(io.FileIO):
    """A file that takes a little, and then the disk is full."""

    def write(self, content: Any) -> int:
        if self.tell() > 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(content)


def _opening(instead: Callable[[Path], Any], *, when: Callable[[Path, str], bool]) -> Callable[..., Any]:
    real = Path.open

    def opened(self: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        return instead(self) if when(self, mode) else real(self, mode, *args, **more)

    return opened


def test_a_disk_that_fills_while_importing_leaves_nothing_half(
    service: RecordingService, store: FakeStore, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(tmp_path / "inbox", content=b"x" * (3 << 20))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", _opening(lambda p: FullDisk(p, "w"), when=lambda _p, mode: mode == "wb"))
        assert _refused(service, path, folders) == "recording.disk_full"
    assert store.calls.with_state(CallState.IMPORTED) == []
    assert service.take_in(path).is_new


@pytest.mark.parametrize(
    ("failure", "mode", "code"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "rb", "recording.no_rights"),
        (OSError(errno.EIO, "Input/output error"), "rb", "recording.unreadable"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "rb", "recording.not_found"),
        (PermissionError(errno.EACCES, "Permission denied"), "wb", "recording.store"),
        (OSError(errno.ENOSPC, "No space left on device"), "wb", "recording.disk_full"),
    ],
)
def test_what_the_system_refuses_is_said(  # noqa: PLR0917 - fixtures and the case
    service: RecordingService,
    folders: Folders,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: OSError,
    mode: str,
    code: str,
) -> None:
    def refuse(_path: Path) -> Any:
        raise failure

    path = _file(tmp_path / "inbox")
    monkeypatch.setattr(Path, "open", _opening(refuse, when=lambda _p, opened: opened == mode))
    assert _refused(service, path, folders) == code


def test_a_cancelled_import_leaves_nothing(service: RecordingService, folders: Folders, tmp_path: Path) -> None:
    cancel = CancelToken()
    path = _file(tmp_path / "inbox", content=b"x" * (3 << 20))
    with pytest.raises(Cancelled):
        service.take_in(path, cancel=cancel, on_progress=lambda _share: cancel.cancel())
    assert _left(folders) == []


def test_a_call_that_the_store_refuses_leaves_no_copy(
    service: RecordingService, store: FakeStore, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_call: object) -> None:
        raise UserFixable("store.locked", "База занята.", hint="Закройте другую программу.")

    monkeypatch.setattr(store.calls, "add", refuse)
    assert _refused(service, _file(tmp_path / "inbox"), folders) == "store.locked"


def test_what_a_crash_left_half_copied_is_removed_and_what_is_being_copied_is_not(
    service: RecordingService, folders: Folders, tmp_path: Path
) -> None:
    old = _file(folders.recordings, "crashed.mp3.part")
    os.utime(old, (1_770_000_000, 1_770_000_000))
    young = _file(folders.recordings, "running.mp3.part")
    service.take_in(_file(tmp_path / "inbox"))
    assert not old.exists()
    assert young.exists()


def test_what_another_rule_read_from_the_name_counts(service: RecordingService, tmp_path: Path) -> None:
    path = tmp_path / "20260101-090000_79990000000_in.mp3"
    path.write_bytes(b"sound")
    moment = datetime(2026, 3, 2, 10, 15, 30)  # noqa: DTZ001 - names have no zone
    call = service.take_in(path, named=NameFacts(moment, "+79161234567", "out")).call
    assert (f"{call.at:%Y-%m-%dT%H:%M:%S}", call.phone, call.direction) == (
        "2026-03-02T10:15:30",
        "+79161234567",
        "out",
    )
