"""A sum of roubles in words, the way Russian offices write it: «Два миллиона рублей 00 копеек»."""

from __future__ import annotations

from decimal import Decimal

from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.money import rounded

LIMIT = Decimal(10) ** 12
"""Sums below it can be written in words."""

_UNITS = ("", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_FEMININE = {1: "одна", 2: "две"}
_TEENS = (
    "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать",
    "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать",
)  # fmt: skip
_TENS = ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто")
_HUNDREDS = (
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip
_ROUBLE = ("рубль", "рубля", "рублей")
_KOPECK = ("копейка", "копейки", "копеек")
# From the highest: what it counts, its three forms, and whether it is feminine.
_SCALES = (
    (10**9, ("миллиард", "миллиарда", "миллиардов"), False),
    (10**6, ("миллион", "миллиона", "миллионов"), False),
    (10**3, ("тысяча", "тысячи", "тысяч"), True),
)


def in_words(amount: Decimal) -> str:
    """«Два миллиона четыреста тысяч рублей 00 копеек»: a capital letter, kopecks in digits, no comma.

    The document is in Russian whatever language the screen has, so these words are not translated.

    Args:
        amount: Roubles, 0 to 999,999,999,999.99; fractions of a kopeck are rounded half up.

    Raises:
        UserFixable: The sum is negative or a trillion and more (``proposal.sum_out_of_range``).
    """
    exact = rounded(amount) if amount.is_finite() and abs(amount) < LIMIT else amount
    if not exact.is_finite() or not 0 <= exact < LIMIT:
        raise UserFixable(
            "proposal.sum_out_of_range",
            _("Сумму {amount} нельзя написать прописью.").format(amount=amount),
            hint=_("Проверьте цены и количества: сумма должна быть от 0 до 999 миллиардов рублей."),
        )
    roubles, kopecks = divmod(int(exact * 100), 100)
    words = f"{number_in_words(roubles)} {_form(roubles, _ROUBLE)} {kopecks:02d} {_form(kopecks, _KOPECK)}"
    return words[0].upper() + words[1:]


def number_in_words(number: int) -> str:
    """A whole number from 0 to 999,999,999,999 in the nominative, masculine: «двадцать одна тысяча один»."""
    if number == 0:
        return "ноль"
    words: list[str] = []
    for scale, forms, is_feminine in _SCALES:
        count, number = divmod(number, scale)
        if count:
            words += [*_below_thousand(count, is_feminine=is_feminine), _form(count, forms)]
    return " ".join([*words, *_below_thousand(number, is_feminine=False)])


def _below_thousand(number: int, *, is_feminine: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [_HUNDREDS[hundreds]]
    if 10 <= rest < 20:
        words.append(_TEENS[rest - 10])
    else:
        tens, unit = divmod(rest, 10)
        words += [_TENS[tens], _FEMININE.get(unit, _UNITS[unit]) if is_feminine else _UNITS[unit]]
    return [word for word in words if word]


def _form(count: int, forms: tuple[str, str, str]) -> str:
    tail, teen = count % 10, count % 100
    if tail == 1 and teen != 11:
        return forms[0]
    return forms[1] if 2 <= tail <= 4 and not 12 <= teen <= 14 else forms[2]
