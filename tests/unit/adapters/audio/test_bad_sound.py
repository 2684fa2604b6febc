"""Files that are no recording: each gets its own code, and a sentence that names the file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.adapters.audio import pyav
from app.adapters.audio.pyav import PyAvAudio
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from tests import sounds

AAC = sounds.Form(".m4a", "aac", 16_000)


def _code(path: Path) -> str:
    with pytest.raises(UserFixable) as caught:
        PyAvAudio().probe(path, CancelToken())
    assert path.name in caught.value.message
    assert caught.value.hint
    return caught.value.code


def test_a_video_without_sound(tmp_path: Path) -> None:
    assert _code(sounds.write_picture_only(tmp_path / "silent.mp4")) == "audio.no_sound"


def test_zero_bytes(tmp_path: Path) -> None:
    path = tmp_path / "nothing.mp3"
    path.touch()
    assert _code(path) == "audio.empty"


def test_a_header_without_samples(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "short.wav", [sounds.tone(0.5, 440)])
    content = path.read_bytes()
    path.write_bytes(content[: content.find(b"data") + 8])
    assert _code(path) in ("audio.empty", "audio.broken")


@pytest.mark.parametrize("head", [b"MZ\x90\x00", b"\x7fELF\x02", b"PK\x03\x04", b"%PDF-1.7"])
def test_another_kind_of_file_with_a_recordings_name(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "setup.mp3"
    path.write_bytes(head + bytes(range(256)) * 64)
    assert _code(path) == "audio.not_audio"


def test_text_with_a_recordings_name(tmp_path: Path) -> None:
    path = tmp_path / "note.wav"
    path.write_text("Перезвонить завтра. " * 50, "utf-8")
    assert _code(path) == "audio.not_audio"


def test_an_m4a_cut_before_its_index(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "cut.m4a", [sounds.tone(3.0, 440, 16_000)], AAC)
    content = path.read_bytes()
    path.write_bytes(content[: content.find(b"moov") - 8])
    assert _code(path) == "audio.broken"


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_what_plays_of_a_cut_file_is_taken_and_marked(tmp_path: Path, suffix: str) -> None:
    form = next(form for form in sounds.FORMS if form.suffix == suffix)
    path = sounds.write(tmp_path / f"cut{suffix}", [sounds.tone(60.0, 440)], form)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    facts = PyAvAudio().probe(path, CancelToken())
    assert facts.is_cut
    assert facts.duration_s == pytest.approx(30.0, abs=3.0)


@pytest.mark.parametrize("mark", [b"drms", b"enca"])
def test_a_protected_m4a(tmp_path: Path, mark: bytes) -> None:
    path = sounds.write(tmp_path / "bought.m4a", [sounds.tone(1.0, 440, 16_000)], AAC)
    path.write_bytes(path.read_bytes().replace(b"mp4a", mark, 1))
    assert _code(path) == "audio.protected"


def test_a_protected_wma(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "bought.wma", [sounds.tone(1.0, 440, 16_000)], sounds.Form(".wma", "wmav2", 16_000))
    encryption = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
    content = path.read_bytes()
    path.write_bytes(content[:30] + encryption + content[30:])
    assert _code(path) == "audio.protected"


def test_longer_than_twelve_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sounds.write(tmp_path / "day.wav", [sounds.tone(3.0, 440)])
    monkeypatch.setattr(pyav, "MAX_DURATION_S", 2)
    assert _code(path) == "audio.too_long"


def test_longer_than_twelve_hours_without_an_honest_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sounds.write(tmp_path / "day.mp3", [sounds.tone(20.0, 440)], sounds.Form(".mp3", "libmp3lame"))
    content = path.read_bytes().replace(b"Xing", b"????").replace(b"Info", b"????")
    path.write_bytes(content)
    monkeypatch.setattr(pyav, "MAX_DURATION_S", 10)
    assert _code(path) == "audio.too_long"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_without_rights(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "closed.wav", [sounds.tone(1.0, 440)])
    path.chmod(0)
    assert _code(path) == "audio.no_rights"


def test_rights_refused_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sounds.write(tmp_path / "closed.wav", [sounds.tone(1.0, 440)])

    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert _code(path) == "audio.no_rights"


def test_a_scratched_packet_does_not_end_the_recording(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "scratch.mp3", [sounds.tone(20.0, 440)], sounds.Form(".mp3", "libmp3lame"))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 700] = b"\x00" * 700
    path.write_bytes(content)
    assert PyAvAudio().probe(path, CancelToken()).duration_s == pytest.approx(20.0, abs=1.5)


@pytest.mark.parametrize(
    "rename",
    [lambda: "📞 звонок ☎️ ёё.wav", lambda: "з" * 100 + ".wav", lambda: "a" * 250 + ".wav"],
    ids=["emoji", "long-cyrillic", "long"],
)
def test_any_name_is_read(tmp_path: Path, rename: Callable[[], str]) -> None:
    path = sounds.write(tmp_path / "plain.wav", [sounds.tone(1.0, 440)])
    assert PyAvAudio().probe(path.rename(tmp_path / rename()), CancelToken()).channels == 1
