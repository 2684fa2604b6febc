"""A file becomes a call that no store knows."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.call_source import read_call
from app.core.errors import UserFixable
from app.recording.model import SourceKind
from tests.fakes.clock import FakeClock

CALL_FILE = {
    "id": "call-7",
    "date": "2026-02-10T15:00:00+03:00",
    "direction": "out",
    "turns": [{"s": "M", "t": "Добрый день!"}],
    "gold": {"fields": "must not be read"},
}


def test_a_call_file_says_who_when_and_which_way(tmp_path: Path, fake_clock: FakeClock) -> None:
    path = tmp_path / "any.json"
    path.write_text(json.dumps(CALL_FILE, ensure_ascii=False), "utf-8")
    call = read_call(path, None, fake_clock)
    assert (call.id, call.at.isoformat(), call.direction) == ("call-7", "2026-02-10T15:00:00+03:00", "out")
    assert call.recording.kind is SourceKind.TRANSCRIPT


def test_the_moment_given_wins(tmp_path: Path, fake_clock: FakeClock) -> None:
    path = tmp_path / "any.json"
    path.write_text(json.dumps(CALL_FILE), "utf-8")
    given = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)
    assert read_call(path, given, fake_clock).at == given


def test_a_recording_is_named_and_dated_by_its_file(tmp_path: Path, fake_clock: FakeClock) -> None:
    path = tmp_path / "2026-02-11_10-30-00_out.wav"
    path.write_bytes(b"RIFF")
    call = read_call(path, None, fake_clock)
    assert call.id == path.stem
    assert call.at.strftime("%Y-%m-%d %H:%M") == "2026-02-11 10:30"
    assert call.at.tzinfo is not None
    assert call.recording.kind is SourceKind.AUDIO


def test_without_a_date_in_the_name_the_time_of_the_file_counts(tmp_path: Path, fake_clock: FakeClock) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(b"RIFF")
    os.utime(path, (1_770_000_000, 1_770_000_000))
    assert read_call(path, None, fake_clock).at.timestamp() == 1_770_000_000


@pytest.mark.parametrize(
    ("name", "code"),
    [("missing.mp3", "recording.not_found"), ("folder", "recording.is_folder"), ("x" * 300, "recording.not_found")],
)
def test_what_is_no_file_is_said(tmp_path: Path, fake_clock: FakeClock, name: str, code: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserFixable) as caught:
        read_call(tmp_path / name, None, fake_clock)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "transcript.empty"),
        ("picture.json", b"\x89PNG\x00\x01\x02", "transcript.unreadable"),
        ("list.json", b"[1, 2]", "transcript.unreadable"),
        ("other.json", b'{"a": 1}', "transcript.unreadable"),
    ],
)
def test_what_is_no_transcript_is_said(
    tmp_path: Path, fake_clock: FakeClock, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserFixable) as caught:
        read_call(tmp_path / name, None, fake_clock)
    assert caught.value.code == code
