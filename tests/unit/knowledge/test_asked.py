"""What a question asks for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.knowledge.asked import Kind, Quantity, holds, read_question


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Сколько стоит доставка в Ржев?", Kind.MONEY),
        ("За сколько дней привезёте теплицу?", Kind.DURATION),
        ("Какой срок гарантии на каркас?", Kind.DURATION),
        ("Какая скидка от 300 тысяч?", Kind.PERCENT),
        ("По каким дням возите в Торжок?", Kind.WEEKDAY),
        ("Кто принимает претензии?", Kind.WHO),
        ("Где забрать заказ?", Kind.WHERE),
        ("Сколько секций в теплице?", Kind.NUMBER),
        ("How much is delivery?", Kind.MONEY),
        ("How long is the warranty?", Kind.DURATION),
    ],
)
def test_the_kind_of_value_is_understood(question: str, kind: Kind) -> None:
    assert kind in read_question(question).kinds


def test_a_yes_or_no_question_asks_for_no_kind_of_value() -> None:
    assert read_question("Можно ли вернуть теплицу?").kinds == frozenset()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("за счёт покупателя", Kind.MONEY),
        ("бесплатно от 60 000 ₽", Kind.MONEY),
        ("10 рабочих дней", Kind.DURATION),
        ("на следующий рабочий день", Kind.DURATION),
        ("по средам и пятницам", Kind.WEEKDAY),
        ("Начальник склада — Юрий Белкин", Kind.WHO),
    ],
)
def test_a_value_of_a_kind_is_seen(text: str, kind: Kind) -> None:
    assert holds(text, kind)


def test_a_text_without_a_term_holds_no_term() -> None:
    assert not holds("Замена за наш счёт.", Kind.DURATION)


def test_towns_numbers_and_articles_are_told_from_words() -> None:
    asked = read_question("Сколько стоит привезти ТК-40 в Ржев за 110 км?", frozenset({"tk"}))
    assert asked.towns == ("ржев",)
    assert Quantity(Decimal(110), "км") in asked.quantities
    assert "tk40" in asked.codes
    assert "ржев" not in {word.text for word in asked.words}


def test_a_number_in_words_is_a_condition() -> None:
    assert Decimal(200_000) in {one.value for one in read_question("Скидка от двухсот тысяч?").quantities}


def test_a_name_in_quotation_marks_is_a_name() -> None:
    assert read_question("Чем «Оазис Плюс» лучше?").names == ("оазис плюс",)
