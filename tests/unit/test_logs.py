from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import logs

_log = logging.getLogger("app.test")


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(logs, "redactor", logs.Redactor())
    root_level = logging.getLogger().level
    handler = logs.start(tmp_path / "logs")
    yield tmp_path / "logs" / logs.FILE_NAME
    logs.stop(handler)
    logging.getLogger().setLevel(root_level)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdef123456",
        "api_key=abcdef123456",
        "password: 'abcdef123456'",
        "401 for sk-abcdef123456",
        "http://ivan:abcdef123456@localhost:8000/v1",
    ],
)
def test_a_key_is_taken_out(log_file: Path, text: str) -> None:
    _log.info("asked with %s", text)
    assert "abcdef123456" not in log_file.read_text("utf-8")
    assert "‹key›" in log_file.read_text("utf-8")


@pytest.mark.parametrize(
    "phone", ["+7 (912) 345-67-89", "89123456789", "8 912 345 67 89", "+380441234567", "9123456789"]
)
def test_a_phone_is_taken_out(log_file: Path, phone: str) -> None:
    _log.info("call from %s ended", phone)
    text = log_file.read_text("utf-8")
    assert "call from ‹phone› ended" in text


def test_an_email_is_taken_out(log_file: Path) -> None:
    _log.info("sent to anna.k+1@mail.example.org")
    assert "sent to ‹e-mail›" in log_file.read_text("utf-8")


def test_a_registered_client_is_taken_out_in_any_case(log_file: Path) -> None:
    logs.redactor.register_names(["Мария Кузнецова", "ООО «Ромашка»"])
    _log.info("Письмо Марии Кузнецовой из «Ромашки»")
    assert "Письмо ‹name› ‹name› из «‹name›»" in log_file.read_text("utf-8")


def test_a_registered_key_is_taken_out(log_file: Path) -> None:
    logs.redactor.register_secret("совсем необычный ключ")
    _log.info("opened with совсем необычный ключ")
    assert "opened with ‹key›" in log_file.read_text("utf-8")


@pytest.mark.logs_errors
def test_a_traceback_is_cleaned_too(log_file: Path) -> None:
    try:
        raise ValueError("no such client: ivan@example.org")
    except ValueError:
        _log.exception("import failed")
    text = log_file.read_text("utf-8")
    assert "Traceback" in text
    assert "ivan@example.org" not in text


def test_dates_identities_and_counts_stay_readable(log_file: Path) -> None:
    text = "call 0f8fad5bd9cb469fa16570867728950e at 2026-11-22 10:30:00: prompt_tokens=1512, 12345 ms"
    _log.info(text)
    assert text in log_file.read_text("utf-8")


def test_the_log_does_not_grow_without_end(log_file: Path) -> None:
    for number in range(30):
        _log.info("%d %s", number, "я" * 200_000)
    sizes = [path.stat().st_size for path in log_file.parent.iterdir()]
    assert len(sizes) <= 6
    assert max(sizes) < 1_500_000


def test_a_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert logs.start(tmp_path / "file" / "logs") is None
    logs.stop(None)
