"""Every text of the program has its English, with the same placeholders."""

from __future__ import annotations

import ast
import re
from string import Formatter

import pytest

from app.core import i18n
from app.settings import Settings
from installer.texts import MO, ROOT, compiled, read_catalogue, texts

_CYRILLIC = re.compile(r"[А-Яа-яЁё]")


def _english() -> dict[str, str]:
    return {str(m.id): str(m.string) for m in read_catalogue() if m.id}


def _placeholders(text: str) -> list[str]:
    return sorted(name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None)


def test_every_text_has_its_english() -> None:
    english = _english()
    missing = {text: places for text, places in texts().items() if not english.get(text)}
    assert not missing, "run `make texts` and translate what it adds to the catalogue"


def test_english_texts_have_the_placeholders_of_the_russian_ones() -> None:
    different = {ru: en for ru, en in _english().items() if en and _placeholders(ru) != _placeholders(en)}
    assert different == {}


def test_english_texts_hold_russian_words_only_as_quotations() -> None:
    unquoted = {ru: en for ru, en in _english().items() if _CYRILLIC.search(re.sub(r"[«“].*?[»”]", "", en))}
    assert unquoted == {}


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    assert MO.read_bytes() == compiled(read_catalogue()), "run `make texts`"


def test_the_settings_page_speaks_english_too() -> None:
    i18n.set_language("en")
    assert not _CYRILLIC.search(i18n._(Settings.spec("llm_timeout_s").label))


def test_a_language_without_a_catalogue_falls_back_to_russian() -> None:
    i18n.set_language("xx")
    assert i18n.language() == "ru"


@pytest.mark.parametrize(
    ("count", "word"), [(1, "звонок"), (2, "звонка"), (5, "звонков"), (11, "звонков"), (21, "звонок")]
)
def test_russian_counts_take_their_three_forms(count: int, word: str) -> None:
    assert i18n.ngettext("звонок", "звонка", "звонков", count) == word


def test_texts_are_literals_so_that_they_can_be_collected() -> None:
    """``_(name)`` is allowed where the name is a setting's label; an f-string or a sum never is."""
    wrong = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "ngettext")
        and any(isinstance(arg, ast.JoinedStr | ast.BinOp | ast.Call) for arg in node.args[:3])
    ]
    assert wrong == []
