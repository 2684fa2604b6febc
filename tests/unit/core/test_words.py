"""Words in their basic forms."""

from __future__ import annotations

import pytest

from app.core.words import basic_forms, folded, search_words


@pytest.mark.parametrize("word", ["рассрочка", "рассрочку", "рассрочек", "рассрочками"])
def test_all_cases_of_a_word_have_one_form(word: str) -> None:
    assert "рассрочка" in basic_forms(word)


def test_an_ambiguous_word_has_all_its_forms() -> None:
    assert {"стать", "сталь"} <= set(basic_forms("стали"))


@pytest.mark.parametrize("word", ["led", "16", "mys", "a1"])
def test_what_is_not_russian_stays(word: str) -> None:
    assert basic_forms(word) == (word,)


def test_letters_are_compared_without_case_and_dots() -> None:
    assert folded("ЁЛКА") == "елка"
    assert search_words("Ёлку, ёлки!") == "елка елка"
