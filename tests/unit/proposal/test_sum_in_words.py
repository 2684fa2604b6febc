"""Sums in words as Russian offices write them, and read back by the rules for speech."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.errors import UserFixable
from app.proposal.sum_in_words import in_words
from app.spoken.model import Certainty
from app.spoken.money import find_money
from app.spoken.numbers import find_numbers
from app.spoken.numeral_forms import CARDINALS, SCALES


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("2400000", "Два миллиона четыреста тысяч рублей 00 копеек"),
        ("0", "Ноль рублей 00 копеек"),
        ("1", "Один рубль 00 копеек"),
        ("2.02", "Два рубля 02 копейки"),
        ("21.21", "Двадцать один рубль 21 копейка"),
        ("11.11", "Одиннадцать рублей 11 копеек"),
        ("1000", "Одна тысяча рублей 00 копеек"),
        ("2001.5", "Две тысячи один рубль 50 копеек"),
        ("21022", "Двадцать одна тысяча двадцать два рубля 00 копеек"),
        ("112213.99", "Сто двенадцать тысяч двести тринадцать рублей 99 копеек"),
        ("1000000", "Один миллион рублей 00 копеек"),
        ("5000000000", "Пять миллиардов рублей 00 копеек"),
        ("0.995", "Один рубль 00 копеек"),
        (
            "999999999999.99",
            "Девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов"
            " девятьсот девяносто девять тысяч девятьсот девяносто девять рублей 99 копеек",
        ),
    ],
)
def test_words_of_a_sum(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-0.01", "1000000000000", "999999999999.999", "NaN", "Infinity"])
def test_what_has_no_words_is_refused(amount: str) -> None:
    with pytest.raises(UserFixable) as caught:
        in_words(Decimal(amount))
    assert caught.value.code == "proposal.sum_out_of_range"


_sums = st.integers(1, 10**12 - 1)


@given(_sums, st.integers(0, 99))
@example(1000, 0)
@example(1_000_000_001, 1)
def test_word_by_word_the_sum_adds_up_again(roubles: int, kopecks: int) -> None:
    """By the tables of the rules for speech: cardinals add up, a scale multiplies what stands before it."""
    words = in_words(Decimal(roubles) + Decimal(kopecks) / 100).lower().split()
    total = group = Decimal(0)
    for word in words[:-3]:
        if word in SCALES:
            total, group = total + group * SCALES[word], Decimal(0)
        else:
            group += CARDINALS[word]
    assert total + group == roubles
    assert words[-2] == f"{kopecks:02d}"


@given(_sums)
def test_the_words_are_heard_as_the_same_number(roubles: int) -> None:
    """«Миллиард один» may be short for more in speech: there such numbers are a guess and no reading."""
    number = find_numbers(in_words(Decimal(roubles)))[0]
    assert number.value == roubles or number.certainty is Certainty.GUESS


@given(st.integers(1_000, 10**9), st.integers(1, 99))
def test_the_words_are_heard_as_the_same_money(roubles: int, kopecks: int) -> None:
    amount = Decimal(roubles) + Decimal(kopecks) / 100
    (money,) = find_money(in_words(amount))
    assert money.value == amount or money.certainty is Certainty.GUESS
