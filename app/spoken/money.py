"""Amounts of money in a text."""

from __future__ import annotations

from decimal import Decimal

from app.spoken.counted import Counted, clean, counted
from app.spoken.model import Certainty, Money
from app.spoken.numeral_forms import CARDINALS, SCALES
from app.spoken.tokens import Token, low_at, sentence_bounds, tokenise, vocabulary

_ROUBLES = vocabulary(
    "рубль рубля рублю рублем рубле рубли рублей рублям рублями рублях руб р рубликов рублика ₽ деревянных целковых"
)
_KOPECKS = vocabulary("копейка копейки копейке копейку копейкой копеек копейкам копейками копейках коп")
_PIECES = vocabulary("штука штуку штуки штук тонна тонну тонны тонн")
_BUDGET_STEMS = (
    "бюджет", "лимит", "потол", "согласова", "выделил", "выделен", "выделя", "утверди", "заложи", "заложен",
    "закладыва", "отложен", "отложил", "уложи", "укладыва", "максимум", "располага", "рассчитыва",
)  # fmt: skip
_PRICE_STEMS = (
    "стоит", "стоят", "стоил", "стоимост", "цена", "цену", "цены", "цене", "обойд", "обош",
    "выходит", "выйдет", "вышло",
    "итого", "сумм", "платили", "платим", "заплати", "отдал", "предложил",
)  # fmt: skip
_PER_UNIT = vocabulary(
    "рулон штука штуку единицу метр килограмм кило тонну человека пользователя месяц час почем литр коробку упаковку"
    " терминал лицензия"
)


def find_money(text: str) -> list[Money]:
    """Amounts in roubles in the order of the text, not overlapping.

    With roubles said, or a thousand and more said in full without another unit («двести пятьдесят тысяч»), an
    amount is EXACT. Ellipses («миллион двести», «четыре двести»), slang and bare numbers behind words of
    budget and price are GUESS. Other currencies, counts, years, articles and ordinals are no money.
    """
    tokens = tokenise(text)
    found: list[Money] = []
    skip_until = 0
    items = counted(text)
    for position, item in enumerate(items):
        if item.first < skip_until or item.is_ordinal:
            continue
        following = items[position + 1] if position + 1 < len(items) else None
        money, behind = _with_currency(tokens, item, following)
        if money is None and not item.unit:
            money, behind = _without_currency(tokens, item), item.behind
        if money is not None:
            skip_until = behind
            found.append(money)
    return found


def _money(tokens: tuple[Token, ...], item: Counted, behind: int, value: Decimal, *, has_currency: bool) -> Money:
    first = min(item.first, item.unit_index) if has_currency and item.unit_index >= 0 else item.first
    return Money(
        start=tokens[first].start,
        end=tokens[behind - 1].end,
        value=clean(value),
        certainty=item.certainty,
        upper=None if item.upper is None else clean(item.upper),
        has_currency=has_currency,
    )


def _with_currency(tokens: tuple[Token, ...], item: Counted, following: Counted | None) -> tuple[Money | None, int]:
    """Roubles and kopecks, or slang with its own unit; the index behind them."""
    unit = item.unit.lower().replace("ё", "е")
    behind = max(item.behind, item.unit_index + 1)
    if unit in _KOPECKS:
        return _money(tokens, item, behind, item.value / 100, has_currency=True), behind
    if unit in _PIECES and low_at(tokens, behind) in _ROUBLES:
        money = _money(tokens, item, behind + 1, item.value * 1000, has_currency=True)
        return _as_guess(money), behind + 1
    if unit not in _ROUBLES:
        return None, item.behind
    value = _as_amount(tokens, item) if item.is_ellipsis else item.value
    if low_at(tokens, behind) == "." and unit in {"руб", "р"} and following and following.first == behind + 1:
        behind += 1
    if following is not None and following.unit.lower() in _KOPECKS and following.value < 100:
        gap = [t.low for t in tokens[behind : following.first]]
        if gap in ([], ["и"], [","]) and item.upper is None:
            behind = following.unit_index + 1
            return _money(tokens, item, behind, value + following.value / 100, has_currency=True), behind
    return _money(tokens, item, behind, value, has_currency=True), behind


def _without_currency(tokens: tuple[Token, ...], item: Counted) -> Money | None:
    numeral = item.numeral
    if low_at(tokens, item.behind) in {"$", "€", "%"} or _is_article(tokens, item) or _is_year(tokens, item):
        return None
    if numeral.is_slang:
        return _as_guess(_money(tokens, item, item.behind, item.value, has_currency=True))
    if item.is_ellipsis:
        return _money(tokens, item, item.behind, _as_amount(tokens, item), has_currency=False)
    if numeral.scale >= 1000 or (numeral.has_digits and item.value >= 10_000 and item.value == int(item.value)):
        return _money(tokens, item, item.behind, item.value, has_currency=False)
    cue = _cue(tokens, item)
    if cue and item.value >= 50 and item.certainty is not Certainty.GUESS:
        # «лимит девятьсот», and «потолок два восемьсот» that a recogniser wrote as 2800.
        is_short = item.value < 1000 or (numeral.has_digits and item.value < 10_000 and item.value % 10 == 0)
        factor = 1000 if cue == "budget" and is_short else 1
        money = _money(tokens, item, item.behind, item.value * factor, has_currency=False)
        upper = None if money.upper is None else money.upper * factor
        return Money(money.start, money.end, money.value, Certainty.GUESS, upper, has_currency=False)
    return None


def _as_guess(money: Money) -> Money:
    return Money(money.start, money.end, money.value, Certainty.GUESS, money.upper, money.has_currency)


_CAPITALS_BEFORE_MONEY = vocabulary("ндс кп ооо зао оао пао ип рф")


def _is_article(tokens: tuple[Token, ...], item: Counted) -> bool:
    """«ТД-200», «Купол150», «НЦ тридцать два сто двадцать»: a number that hangs on a name."""
    before = tokens[item.first - 1] if item.first else None
    is_code = before is not None and before.is_word and 2 <= len(before.text) <= 4 and before.text.isupper()
    if before is not None and is_code and any(t.text.islower() for t in tokens if t.is_word):
        return before.low not in _CAPITALS_BEFORE_MONEY
    if before is None or not tokens[item.first].is_digits or tokens[item.first].space_before:
        return False
    return before.is_word or (before.low == "-" and not before.space_before and item.first > 1)


def _is_year(tokens: tuple[Token, ...], item: Counted) -> bool:
    """«в две тысячи двадцать шесть», «2026»."""
    return (
        1990 <= item.value <= 2050
        and item.upper is None
        and item.numeral.scale in (0, 1000)
        and (item.numeral.has_digits or low_at(tokens, item.first - 1) == "в")
    )


def _cue(tokens: tuple[Token, ...], item: Counted) -> str:
    """What the words before the number speak of: "budget", "price" or ""; another number ends the search."""
    first, _ = sentence_bounds(tokens, item.first)
    for index in range(item.first - 1, max(first, item.first - 14) - 1, -1):
        word = tokens[index].low
        if word.startswith(_BUDGET_STEMS):
            return "budget"
        if word.startswith(_PRICE_STEMS):
            return "price"
        if word in CARDINALS or word in SCALES or tokens[index].is_digits:
            return ""
    return ""


def _as_amount(tokens: tuple[Token, ...], item: Counted) -> Decimal:
    """«четыре двести»: thousands, or millions where the context is a budget or nothing says "each"."""
    if item.value >= 10**6 or item.numeral.is_feminine or item.head >= 10:
        return item.value
    if _cue(tokens, item) == "budget":
        return item.value * 1000
    first, last = sentence_bounds(tokens, item.first)
    words = {t.low for t in tokens[first:last]}
    return item.value if words & _PER_UNIT or low_at(tokens, item.first - 1) == "по" else item.value * 1000
