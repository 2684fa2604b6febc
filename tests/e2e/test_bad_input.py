"""Bad input on the command line: one plain line, the agreed exit code, no Qt."""

from __future__ import annotations

import json
import os
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from app.settings import SAMPLE
from tests.e2e.command_line import run

MESSAGE_LENGTH = 400
pytestmark = pytest.mark.slow


def _folder(path: Path) -> None:
    path.mkdir()


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _program(path: Path) -> None:
    path.write_bytes(b"MZ\x90\x00" + b"\x00" * 4000)


def _cut(path: Path) -> None:
    path.write_bytes(b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom" + b"\x07" * 300)


def _noise_named_json(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 8)


def _no_rights(path: Path) -> None:
    path.write_bytes(b"x")
    path.chmod(0)


def _missing(_path: Path) -> None:
    """Nothing is made: the file is not there."""


BAD_FILES: list[tuple[str, Callable[[Path], None], str]] = [
    ("folder.mp3", _folder, "папка"),
    ("empty.mp3", _nothing, "пуст"),
    ("program.mp3", _program, "не"),
    ("cut.m4a", _cut, "не"),
    ("noise.json", _noise_named_json, "расшифровк"),
    ("missing.wav", _missing, "не найден"),
    ("x" * 280 + ".wav", _missing, "не найден"),
    ("📞 звонок.wav", _nothing, "пуст"),
]


def _one_line(err: str) -> str:
    """The line that tells the error; a stage's line may stand before it."""
    lines = [line for line in err.splitlines() if line.strip()]
    assert lines, "nothing was said"
    assert "Traceback" not in err
    assert len(lines[-1]) < MESSAGE_LENGTH
    return lines[-1]


@pytest.mark.parametrize(("name", "make", "said"), BAD_FILES, ids=[name[:12] for name, _make, _said in BAD_FILES])
def test_a_bad_file_is_not_imported_and_the_next_one_is(
    tmp_path: Path, name: str, make: Callable[[Path], None], said: str
) -> None:
    make(tmp_path / name)
    good = tmp_path / "talk.txt"
    good.write_text("Менеджер: Добрый день!\nКлиент: Здравствуйте.\n", "utf-8")
    _clear_store()
    ended = run("import", tmp_path / name, good)
    assert ended.code == 3
    assert said in _one_line(ended.err)
    assert "talk.txt" in ended.out


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights_is_said(tmp_path: Path) -> None:
    _no_rights(tmp_path / "closed.mp3")
    _clear_store()
    ended = run("import", tmp_path / "closed.mp3")
    assert ended.code == 3
    assert "Нет прав" in _one_line(ended.err)


def test_the_same_file_under_another_name_is_known(tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("Клиент: Здравствуйте.\n", "utf-8")
    _clear_store()
    assert run("import", tmp_path / "one.txt").code == 0
    ended = run("import", tmp_path / "two.txt")
    assert ended.code == 0
    assert "уже есть" in ended.out
    queue = run("queue", "--json", "-")
    assert len(json.loads(queue.out)["calls"]) == 1


@pytest.mark.parametrize("name", ["missing.mp3", "folder.mp3"])
def test_process_says_what_is_wrong_with_the_file_before_it_looks_for_models(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.mp3").mkdir()
    ended = run("process", tmp_path / name, "--profile", SAMPLE, "--json", tmp_path / "out.json")
    assert ended.code == 3
    assert name in _one_line(ended.err)


@pytest.mark.parametrize(
    ("profile", "said"),
    [("nowhere", "nowhere"), ("empty", "seller.json"), ("broken", "fields.json")],
)
def test_a_wrong_profile_folder_is_bad_input(tmp_path: Path, profile: str, said: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "seller.json").write_text('{"id": "x", "brand": "Икс"}', "utf-8")
    (tmp_path / "broken" / "fields.json").write_text("[{]", "utf-8")
    call = SAMPLE / "calls" / "sample-01.json"
    ended = run("process", call, "--profile", tmp_path / profile, "--json", tmp_path / "out.json")
    assert ended.code == 3
    assert said in _one_line(ended.err)


def test_a_result_that_could_not_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    call = SAMPLE / "calls" / "sample-01.json"
    ended = run("process", call, "--profile", SAMPLE, "--json", tmp_path / "no" / "out.json")
    assert ended.code == 3
    assert "некуда" in _one_line(ended.err)


@pytest.mark.parametrize("suffix", ["json", "mp3"])
def test_without_models_the_cure_is_setup(tmp_path: Path, suffix: str) -> None:
    call = SAMPLE / "calls" / f"sample-01.{suffix}"
    ended = run("process", call, "--profile", SAMPLE, "--json", tmp_path / "out.json")
    assert ended.code == 4
    assert "setup" in _one_line(ended.err)
    assert not (tmp_path / "out.json").exists()


def test_an_unreachable_model_server_is_missing_and_nothing_is_lost(tmp_path: Path) -> None:
    talk = tmp_path / "talk.txt"
    # Which kind of object it is stays open, so the model is asked.
    said = "Нужны лампы, объект у нас большой, люди сидят за столами, бюджет сто тысяч рублей."
    talk.write_text(f"Менеджер: Добрый день! Что за объект?\nКлиент: {said}\n", "utf-8")
    _settings(store_protection="clear", llm_mode="address", llm_address="http://127.0.0.1:9/v1", llm_name="any")
    assert run("import", talk).code == 0
    ended = run("resume")
    assert ended.code == 4
    assert "talk.txt" in _one_line(ended.err)
    (call,) = json.loads(run("queue", "--json", "-").out)["calls"]
    assert call["state"] == "failed"
    assert call["error"]


def test_a_damaged_store_is_said_and_not_written_to() -> None:
    _clear_store()
    database = _home() / "data" / "vizir.db"
    database.parent.mkdir(parents=True)
    database.write_bytes(b"SQLite format 3\0" + b"\x01" * 5000)
    before = database.read_bytes()
    ended = run("queue")
    assert ended.code == 1
    assert _one_line(ended.err)
    assert database.read_bytes() == before


def test_a_store_without_keychain_and_terminal_says_so() -> None:
    _settings(store_protection="passphrase")
    ended = run("queue")
    assert ended.code == 1
    assert "парол" in _one_line(ended.err).lower()


def test_broken_settings_are_said() -> None:
    path = _home() / "config" / "settings.json"
    path.parent.mkdir(parents=True)
    path.write_text("{", "utf-8")
    ended = run("queue")
    assert ended.code == 1
    assert "settings.json" in _one_line(ended.err)


@pytest.mark.usefixtures("real_models")
def test_silence_has_no_draft_and_the_reason_is_plain(tmp_path: Path) -> None:
    silent = tmp_path / "silence.wav"
    with wave.open(str(silent), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x00" * 8000 * 4 * 5)
    ended = run("process", silent, "--profile", SAMPLE, "--json", tmp_path / "out.json", timeout_s=55)
    assert ended.code == 3
    assert "не слышно речи" in _one_line(ended.err)


def _home() -> Path:
    return Path(os.environ["VIZIR_HOME"])


def _clear_store() -> None:
    _settings(store_protection="clear")


def _settings(**chosen: object) -> None:
    path = _home() / "config" / "settings.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"format": 1, "settings": chosen}), "utf-8")
