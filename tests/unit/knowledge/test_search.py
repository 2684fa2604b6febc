"""Words and article numbers as search compares them."""

from __future__ import annotations

import pytest

from app.knowledge.search import (
    codes_of,
    codes_of_item,
    families_of,
    is_other_article,
    query_terms,
    speaks_of_family,
    stem,
)
from tests.fakes.knowledge import an_item

FAMILIES = families_of(codes_of("ТД-100"))


@pytest.mark.parametrize("form", ["рассрочку", "рассрочки", "рассрочкой"])
def test_a_word_is_found_in_any_case(form: str) -> None:
    assert stem(form) == stem("рассрочка")


def test_english_words_are_found_in_any_form() -> None:
    assert stem("deliveries") == stem("delivery")


@pytest.mark.parametrize(
    "written", ["ТД-120", "тд-120", "ТД120", "TD-120", "td120", "тд 120", "ТД – 120".replace(" ", "")]
)
def test_an_article_number_is_the_same_however_it_is_written(written: str) -> None:
    assert codes_of(f"цена {written} с доставкой", FAMILIES) & codes_of("Котёл ТД-120")


@pytest.mark.parametrize("other", ["ТД-100", "ТД-12", "ТД-1200", "ТД-120М"])
def test_another_article_number_is_another_article(other: str) -> None:
    assert not codes_of("ТД-120") & codes_of(other)
    assert is_other_article(codes_of("ТД-120"), codes_of(other), other)


def test_a_text_that_names_the_asked_article_beside_another_is_about_it() -> None:
    text = "Чем ТД-100 отличается от ТД-120?"
    assert not is_other_article(codes_of("ТД-120"), codes_of(text), text)


@pytest.mark.parametrize(
    "text",
    ["Печи ПЖ-К — 4 года.", "Печи ПЖ-К (все модели, в том числе ПЖ-К40М) — 4 года.", "На каждую ПЖ-К — паспорт."],
)
def test_letters_without_a_number_speak_of_all_articles_that_begin_with_them(text: str) -> None:
    asked = codes_of("ПЖ-К12")
    assert speaks_of_family(asked, codes_of(text), text)
    assert not is_other_article(asked, codes_of(text), text)


@pytest.mark.parametrize("text", ["Печи ПЖ-К40 и ПЖ-К60: ПЖ-К тяжелее.", "Печи ПЖ — 4 года.", "Печи ПЖ-Э — 4 года."])
def test_letters_beside_other_numbers_or_of_other_articles_do_not(text: str) -> None:
    assert not speaks_of_family(codes_of("ПЖ-К12"), codes_of(text), text)


@pytest.mark.parametrize("text", ["от 100 км", "за 3 дня", "до 500 000 ₽", "лист 1250×2500", "срок 14 дней"])
def test_a_quantity_is_no_article_number(text: str) -> None:
    assert codes_of(text, FAMILIES) == frozenset()


def test_letters_with_a_space_are_a_number_only_where_such_articles_are_known() -> None:
    assert codes_of("тд 120", FAMILIES)
    assert not codes_of("кг 120", FAMILIES)


def test_an_article_is_known_by_its_code_and_by_the_model_in_its_name() -> None:
    item = an_item("TH-NC80", name="Насос НЦ 32-80 циркуляционный")
    assert codes_of("th-nc80") <= codes_of_item(item)
    assert codes_of("НЦ32-80") & codes_of_item(item)


def test_an_article_number_in_a_question_is_looked_up_as_a_whole() -> None:
    terms = query_terms("сколько стоит ТД-120", FAMILIES)
    assert "120" not in terms
    assert stem("стоит") in terms
