"""What stands beside an answer and belongs to it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.knowledge.asked import read_question
from app.knowledge.beside import neighbours, papers_with_price
from app.knowledge.model import Passage
from app.knowledge.pieces import Piece, pieces_of
from tests.fakes.knowledge import a_document, an_item

_PAYMENT = a_document(
    "payment",
    "terms.md",
    "Счёт выставляем в день заявки.",
    "Первые две поставки — по предоплате.",
    "С третьей поставки — отсрочка 10 дней.",
    "Поставки в другие регионы — только по договору.",
    "Лизинга нет.",
)


def _pieces(*passages: Passage) -> list[Piece]:
    return [piece for passage in passages for piece in pieces_of(passage)]


def test_the_next_points_that_speak_of_the_asked_thing_belong_to_an_answer() -> None:
    pieces = _pieces(*_PAYMENT.passages)
    asked = read_question("Дадите отсрочку с первой поставки?")
    told = [piece.text for piece in neighbours(asked, pieces[2], pieces)]
    assert told == ["Первые две поставки — по предоплате.", "Поставки в другие регионы — только по договору."]


@pytest.mark.parametrize(("question", "at"), [("Есть ли лизинг?", 4), ("Когда выставляете счёт?", 0)])
def test_points_that_speak_of_something_else_do_not(question: str, at: int) -> None:
    pieces = _pieces(*_PAYMENT.passages)
    assert neighbours(read_question(question), pieces[at], pieces) == []


def test_points_under_another_heading_do_not() -> None:
    one = Passage("1", "terms.md", "Оплата", "С третьей поставки — отсрочка 10 дней.", 4)
    other = Passage("2", "terms.md", "Возврат", "Поставки с браком меняем.", 5)
    pieces = _pieces(one, other)
    assert neighbours(read_question("С какой поставки отсрочка?"), pieces[0], pieces) == []


def test_rows_and_questions_with_their_answers_stand_alone() -> None:
    row = Passage("1", "terms.md", "Скидки", "Поставки: от 5; Скидка: 3 %", 1, "от 5 | 3 %")
    asked_there = Passage("2", "terms.md", "Скидки", "Есть ли скидка на поставки? Да, от пяти.", 2)
    pieces = _pieces(row, asked_there)
    assert neighbours(read_question("Какая скидка на поставки?"), pieces[0], pieces) == []
    assert neighbours(read_question("Какая скидка на поставки?"), pieces[1], pieces) == []


def _prices(text: str) -> list[Piece]:
    return _pieces(*a_document("prices", "delivery.md", text).passages)


_SETTING_UP = an_item("U-1", name="Настройка пульта", unit="услуга", price=Decimal(12500))


@pytest.mark.parametrize(
    "text", ["Настройка пульта — 12 500 ₽, два часа.", "За настройку пульта берём 12\u00a0500 рублей."]
)
def test_a_paper_that_names_the_same_price_is_told_too(text: str) -> None:
    asked = read_question("Сколько стоит настройка пульта?")
    assert [piece.text for piece in papers_with_price(asked, [_SETTING_UP], _prices(text))] == [text]


@pytest.mark.parametrize(
    "text",
    ["Настройка пульта — 13 500 ₽.", "Настройка датчика — 12 500 ₽.", "Настройка пульта — 112 500 ₽ за год."],
)
def test_a_paper_with_another_price_or_thing_is_not(text: str) -> None:
    assert papers_with_price(read_question("Сколько стоит настройка пульта?"), [_SETTING_UP], _prices(text)) == []


def test_where_no_price_is_asked_no_paper_is_added() -> None:
    asked = read_question("Есть ли пульты в наличии?")
    assert papers_with_price(asked, [_SETTING_UP], _prices("Настройка пульта — 12 500 ₽.")) == []
