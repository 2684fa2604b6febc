"""Texts follow the screen, and what goes into the CRM follows the conversation."""

from __future__ import annotations

import threading

from app.core.i18n import _, language, set_language, texts_in

TEXT = "Импорт…"


def test_a_block_has_its_own_language_and_the_screen_keeps_its() -> None:
    set_language("en")
    english = _(TEXT)
    assert english != TEXT
    with texts_in("ru"):
        assert (language(), _(TEXT)) == ("ru", TEXT)
    assert (language(), _(TEXT)) == ("en", english)


def test_other_threads_keep_the_language_of_the_screen() -> None:
    set_language("ru")
    seen: list[str] = []
    with texts_in("en"):
        thread = threading.Thread(target=lambda: seen.append(language()))
        thread.start()
        thread.join()
    assert seen == ["ru"]


def test_a_language_without_a_catalogue_is_russian() -> None:
    with texts_in("de"):
        assert language() == "ru"
