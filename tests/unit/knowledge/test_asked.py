"""What a question asks for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.knowledge.asked import Quantity, names_town, read_question
from app.knowledge.kinds import Kind, holds


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
        ("До скольки открыт склад?", Kind.HOURS),
        ("С какого года делаете теплицы?", Kind.YEAR),
        ("Сколько весит теплица?", Kind.WEIGHT),
        ("Какая высота у конька?", Kind.LENGTH),
        ("Какая площадь у теплицы?", Kind.AREA),
        ("До скольких градусов мороза какая температура внутри?", Kind.TEMPERATURE),
        ("Кто начальник склада?", Kind.PERSON),
        ("Кто у вас агроном?", Kind.PERSON),
        ("Кто разгружает машину?", Kind.WHO),
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


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Работаем с 2009 года.", Kind.DURATION),
        ("Скидка на монтаж не действует.", Kind.MONEY),
        ("Скидка 5 %.", Kind.MONEY),
        ("Высота 3 м.", Kind.WEIGHT),
        ("Начальник склада — пн–пт.", Kind.PERSON),
        ("Теплица «Оазис Плюс Север».", Kind.PERSON),
    ],
)
def test_a_value_of_another_kind_is_not_taken_for_it(text: str, kind: Kind) -> None:
    assert not holds(text, kind)


def test_a_thing_that_is_counted_is_no_unit_of_time() -> None:
    assert read_question("Сколько месяцев гарантия?").counted is None
    counted = read_question("Сколько у вас теплиц?").counted
    assert counted is not None
    assert counted.text == "теплиц"


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


def test_the_number_of_an_article_is_no_condition() -> None:
    asked = read_question("Какая гарантия на печь ПЖ-120?", frozenset({"pzh"}))
    assert asked.quantities == ()
    assert [word.text for word in asked.words] == ["гарантия", "печь"]


def test_the_form_of_an_organisation_names_none() -> None:
    assert read_question("Работаете ли с ТСЖ и ООО «Ветка»?").names == ("ветка",)


@pytest.mark.parametrize("said", ["в Уфе", "до Уфы", "Уфа"])
def test_a_short_town_is_known_in_any_case(said: str) -> None:
    asked = read_question(f"Сколько стоит доставка, если {said}?")
    assert (asked.towns, asked.names) == (("уфа",), ())
    assert names_town("уфа", "по уфе возим бесплатно")
    assert not names_town("уфа", "уфология не наше дело")
