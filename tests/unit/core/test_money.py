"""Rules of money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.money import read_roubles, roubles, rounded


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (2_400_000, "2\u00a0400\u00a0000\u00a0₽"),
        (0, "0\u00a0₽"),
        (999, "999\u00a0₽"),
        (Decimal("1250.5"), "1\u00a0250,50\u00a0₽"),
        (Decimal("-1250.05"), "-1\u00a0250,05\u00a0₽"),
        (Decimal("0.995"), "1\u00a0₽"),
    ],
)
def test_roubles_have_no_break_spaces_and_kopecks_only_where_there_are_any(amount: Decimal | int, text: str) -> None:
    assert roubles(amount) == text


def test_half_a_kopeck_goes_up_where_binary_fractions_go_down() -> None:
    assert rounded(Decimal("2.675")) == Decimal("2.68")
    assert rounded(Decimal("-2.675")) == Decimal("-2.68")
    assert rounded(Decimal("1.15") * 100) == Decimal("115.00")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2 400 000 ₽", "2400000"),
        ("2\u202f400\u00a0000", "2400000"),
        ("1250,50 руб.", "1250.50"),
        ("1250.5 рублей", "1250.5"),
        ("300 р", "300"),
        ("-5", "-5"),
    ],
)
def test_an_amount_in_digits_is_read(text: str, amount: str) -> None:
    assert read_roubles(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "рублей", "2,4 млн", "1 250,505", "12..5", "5 шт", "1e6", "٣", "NaN", "$5"])
def test_what_is_no_amount_in_digits_is_not_guessed_at(text: str) -> None:
    assert read_roubles(text) is None
