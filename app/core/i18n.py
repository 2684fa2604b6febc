"""Texts for people: Russian in the source, English from the catalogue in resources/i18n.

Write ``_("Файл {name} не читается").format(name=name)`` and call it when the text is shown, not at import,
so that a change of language reaches it.
"""

from __future__ import annotations

import gettext
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LANGUAGES = ("ru", "en")
_CATALOGUES = Path(__file__).resolve().parents[2] / "resources" / "i18n"


class _Choice(threading.local):
    """What `texts_in` chose for the thread that asks; None where it chose nothing."""

    language: str | None = None


class _Screen:
    """What `set_language` chose for the whole program."""

    language = "ru"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


_thread = _Choice()


def set_language(language: str) -> None:
    """Choose the language of all texts from now on; a language without a catalogue falls back to Russian."""
    _Screen.language = _known(language)
    _Screen.catalogue = _read(_Screen.language)


def language() -> str:
    """The language in force: ``ru`` or ``en``."""
    return _thread.language or _Screen.language


@contextmanager
def texts_in(language: str) -> Iterator[None]:
    """In this thread, until the end of the block, texts are in `language`, whatever language the screen has.

    What goes into the CRM is in the language of the conversation, not in that of the person's screen.
    """
    before = _thread.language
    _thread.language = _known(language)
    try:
        yield
    finally:
        _thread.language = before


def _(text: str) -> str:
    """The text in the language in force."""
    # gettext gives the catalogue's header for the empty text.
    return _catalogue().gettext(text) if text else ""


def ngettext(one: str, few: str, many: str, count: int) -> str:
    """The form of a counted noun that fits `count`: Russian has three, English uses the catalogue's two.

    Args:
        one: Form for 1, 21, 31 («звонок»); it is also the catalogue key.
        few: Form for 2-4, 22-24 («звонка»).
        many: Form for the rest («звонков»).
        count: The number beside which the word stands.
    """
    if language() != "ru":
        return _catalogue().gettext(one if count == 1 else many)
    tail, teen = abs(count) % 10, abs(count) % 100
    if tail == 1 and teen != 11:
        return one
    if 2 <= tail <= 4 and not 12 <= teen <= 14:
        return few
    return many


def _catalogue() -> gettext.NullTranslations:
    return _Screen.catalogue if _thread.language is None else _read(_thread.language)


def _known(language: str) -> str:
    return language if language in LANGUAGES else "ru"


def _read(language: str) -> gettext.NullTranslations:
    return gettext.translation("vizir", _CATALOGUES, languages=[language], fallback=True)
