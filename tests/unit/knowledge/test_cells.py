"""What a cell of a price list is taken for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.knowledge.cells import normal_unit, read_days, read_number, read_price, read_vat_rate


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 200,50 руб.", "1200.50"),
        ("1\u00a0200,50\u00a0₽", "1200.50"),
        ("12500=", "12500"),
        ("12 500-00", "12500"),
        ("1.234.567,80", "1234567.80"),
        ("1,234,567.80", "1234567.80"),
        ("450 р.", "450"),
        ("450р", "450"),
        ("99.9 руб/шт", "99.90"),
        ("1 200 руб. за шт.", "1200"),
        ("1200/м2", "1200"),
        ("1200 руб за кв.м", "1200"),
        ("1 200,50 ₽ с НДС", "1200.50"),
        ("450 руб. (с учётом НДС 22%)", "450"),
        ("12 руб. 50 коп.", "12.50"),
        ("1'200.00", "1200"),
        ("0,50", "0.50"),
        ("1200 rub", "1200"),
    ],
)
def test_a_price_written_as_text_is_read(text: str, amount: str) -> None:
    price = read_price(text)
    assert (price.amount, price.doubt) == (Decimal(amount), None)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("по запросу", "по запросу"),
        ("Договорная", "нет цены"),
        ("звоните", "нет цены"),
        ("—", "нет цены"),
        ("", "нет цены"),
        ("#ДЕЛ/0!", "ошибка формулы"),
        ("#N/A", "ошибка формулы"),
        ("Err:502", "ошибка формулы"),
        ("=B2*1,2", "формула не посчитана"),
        ("-15", "меньше нуля"),
        ("0", "цена 0"),
        ("0,001", "цена 0"),
        ("$ 120", "в валюте"),
        ("120 евро", "в валюте"),
        ("500–700", "промежуток"),
        ("500 - 700 руб.", "промежуток"),
        ("новинка", "новинка"),
        ("1.2.3,4,5", "вместо цены текст"),
        ("9" * 13, "слишком велика"),
    ],
)
def test_what_is_no_price_says_why(text: str, word: str) -> None:
    price = read_price(text)
    assert price.amount is None
    assert word in str(price.refusal)


@pytest.mark.parametrize("text", ["от 500", "от 500 руб.", "1.200", "3,500", "450 без НДС"])
def test_a_price_that_can_be_read_in_two_ways_is_doubtful(text: str) -> None:
    price = read_price(text)
    assert price.amount is not None
    assert price.doubt


def test_parts_of_a_kopeck_are_rounded_and_said() -> None:
    price = read_price(Decimal("123.456"))
    assert price.amount == Decimal("123.46")
    assert "123,456" in str(price.doubt)


def test_the_noise_of_binary_fractions_is_no_doubt() -> None:
    assert read_price(Decimal("1200.00000000001")).doubt is None


def test_a_date_in_the_place_of_a_price_is_no_price() -> None:
    assert "дата" in str(read_price(date(2026, 5, 1)).refusal)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("шт.", "шт"),
        ("Штука", "шт"),
        ("м2", "м²"),
        ("кв.м", "м²"),
        ("м.кв.", "м²"),
        ("куб. м", "м³"),
        ("п.м.", "пог. м"),
        ("к-т", "компл"),
        ("Упак.", "уп"),
        ("1000 шт", "тыс. шт"),
        ("ведро 5 л", "ведро 5 л"),
    ],
)
def test_units_have_one_spelling(text: str, unit: str) -> None:
    assert normal_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("22", "22"),
        ("22 %", "22"),
        ("0.22", "22"),
        ("НДС 10%", "10"),
        ("0", "0"),
        ("Без НДС", "без НДС"),
        ("не облагается", "без НДС"),
        ("", ""),
        ("20", None),
        ("льготный", None),
    ],
)
def test_vat_rates_are_those_in_force(text: str, rate: str | None) -> None:
    assert read_vat_rate(text) == rate


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 200", 1200),
        ("0,5", Decimal("0.5")),
        (">100", 100),
        ("12 шт", 12),
        ("1 200 шт.", 1200),
        ("нет", 0),
        ("много", None),
        ("", None),
    ],
)
def test_counts_are_read(text: str, number: Decimal | int | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("5", 5),
        ("3-5 раб. дней", 5),
        ("2 недели", 14),
        ("1 мес", 30),
        ("в наличии", 0),
        ("под заказ", None),
        ("", None),
    ],
)
def test_days_are_read(text: str, days: int | None) -> None:
    assert read_days(text) == days
