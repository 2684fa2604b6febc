"""Texts for people: Russian in the source, English from the catalogue in resources/i18n.

Write ``_("Файл {name} не читается").format(name=name)`` and call it when the text is shown, not at import,
so that a change of language reaches it.
"""

from __future__ import annotations

import gettext
from pathlib import Path

LANGUAGES = ("ru", "en")
_CATALOGUES = Path(__file__).resolve().parents[2] / "resources" / "i18n"
_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = "ru"


def set_language(language: str) -> None:
    """Choose the language of all texts from now on; a language without a catalogue falls back to Russian."""
    global _translations, _language
    _language = language if language in LANGUAGES else "ru"
    _translations = gettext.translation("vizir", _CATALOGUES, languages=[_language], fallback=True)


def language() -> str:
    """The language in force: ``ru`` or ``en``."""
    return _language


def _(text: str) -> str:
    """The text in the language in force."""
    # gettext gives the catalogue's header for the empty text.
    return _translations.gettext(text) if text else ""


def ngettext(one: str, few: str, many: str, count: int) -> str:
    """The form of a counted noun that fits `count`: Russian has three, English uses the catalogue's two.

    Args:
        one: Form for 1, 21, 31 («звонок»); it is also the catalogue key.
        few: Form for 2-4, 22-24 («звонка»).
        many: Form for the rest («звонков»).
        count: The number beside which the word stands.
    """
    if _language != "ru":
        return _translations.gettext(one if count == 1 else many)
    tail, teen = abs(count) % 10, abs(count) % 100
    if tail == 1 and teen != 11:
        return one
    if 2 <= tail <= 4 and not 12 <= teen <= 14:
        return few
    return many
