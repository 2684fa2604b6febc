"""The folder of the company's own letters."""

from __future__ import annotations

import os
from pathlib import Path

from app.adapters.documents.letters import LettersFolder


def _letter(folder: Path, name: str, text: str, at: int) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    os.utime(path, (at, at))
    return path


def test_letters_come_the_latest_first_and_at_most_twenty(tmp_path: Path) -> None:
    for number in range(25):
        _letter(tmp_path, f"письмо {number}.txt", f"Добрый день! Это письмо номер {number}.", 1_000_000 + number)
    texts = LettersFolder().texts(str(tmp_path))
    assert len(texts) == 20
    assert "номер 24" in texts[0]


def test_what_is_no_letter_or_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    _letter(tmp_path, "письмо.md", "Здравствуйте, Ольга!", 1_000_000)
    _letter(tmp_path, "прайс.csv", "a;b", 1_000_000)
    (tmp_path / "пустое.docx").write_bytes(b"PK\x03\x04 broken")
    assert LettersFolder().texts(str(tmp_path)) == ("Здравствуйте, Ольга!",)


def test_a_changed_letter_is_read_again(tmp_path: Path) -> None:
    letters = LettersFolder()
    _letter(tmp_path, "письмо.txt", "Добрый день!", 1_000_000)
    assert letters.texts(str(tmp_path)) == ("Добрый день!",)
    _letter(tmp_path, "письмо.txt", "Здравствуйте!", 1_000_001)
    assert letters.texts(str(tmp_path)) == ("Здравствуйте!",)


def test_no_folder_is_no_letters(tmp_path: Path) -> None:
    assert LettersFolder().texts("") == ()
    assert LettersFolder().texts(str(tmp_path / "нет")) == ()
