"""Counts that the manager's own arithmetic proves: «шестьдесят по шесть сто — триста шестьдесят шесть тысяч»."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.draft import proof
from app.draft.articles import Entry
from app.draft.catalogue import Catalogue
from app.draft.choices import Choice, are_variants
from app.draft.conversation import fold
from app.draft.reading import Reading

LEAST_SUM = 2000
_LEAST_THOUSANDS = 100
_MOST_PIECES = 5000
_BACK = 8
_PRICE_BACK = 14
_MONTHS = (1, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Priced:
    """An article whose price, count and sum were all said.

    Args:
        turn: Where the sum was said.
        counted_in: Where the count was said last.
    """

    entry: Entry
    count: int
    turn: int
    counted_in: int


def priced_counts(reading: Reading, catalogue: Catalogue, choices: dict[str, Choice]) -> list[Priced]:
    """Articles with the counts that sums said in the call come from, in the order of the sums.

    A sum counts where price times count gives it, a discount that was named taken off, and where the article was
    talked about or its price was said before.
    """
    # «Кофейня, к примеру, брала десять, шестьдесят восемь тысяч вышло» is somebody else's arithmetic.
    numbers = [
        (n.turn.index, float(n.mark.value), fold(n.mark.unit))
        for n in reading.candidates.numbers
        if not proof.is_example(n.sentence)
    ]
    sums = [(m.turn.index, float(m.mark.value)) for m in reading.candidates.money if not proof.is_example(m.sentence)]
    shares = {1.0} | {1 - abs(v) / 100 for _t, v, unit in numbers if unit.startswith("процент") and 0 < abs(v) < 50}
    manager = {turn.index for turn in reading.conversation.turns if turn.is_manager}
    found = []
    for turn in sorted(manager):
        said = {v for t, v, _u in numbers if t == turn} | {v for t, v in sums if t == turn}
        said |= in_thousands(said) | side_by_side(reading, turn)
        totals = {round(v) for v in said if v >= LEAST_SUM}
        if not totals:
            continue
        counts = {}
        for t, v, unit in numbers:
            if turn - _BACK <= t <= turn and v == int(v) and 2 <= v <= _MOST_PIECES and not _is_other(unit):
                counts[int(v)] = t
        prices = {v for t, v, _u in numbers if turn - _PRICE_BACK <= t <= turn}
        prices |= {v for t, v in sums if turn - _PRICE_BACK <= t <= turn}
        prices |= in_thousands(prices)
        for entry in catalogue.entries:
            price = float(entry.item.price)
            if price <= 0 or (entry.item.sku not in choices and price not in prices):
                continue
            found += [Priced(entry, q, turn, counts[q]) for q in counts if _gives(entry, price * q, totals, shares)]
    return [one for one in found if not _is_ambiguous(one, found, choices)]


def in_thousands(values: set[float]) -> set[float]:
    """«За семь — двести шестьдесят девять с половиной»: thousands left out, which small whole numbers never are."""
    return {v * 1000 for v in values if v < LEAST_SUM and (v >= _LEAST_THOUSANDS or v != int(v))}


def side_by_side(reading: Reading, turn: int) -> set[float]:
    """«За восемь семьдесят шесть восемьсот»: the thousands and the hundreds of one sum, read apart."""
    own = [n.mark for n in reading.candidates.numbers if n.turn.index == turn]
    pairs = [(a, b) for a, b in pairwise(own) if b.start - a.end <= 1 and a.value < 1000 and 100 <= b.value < 1000]
    return {float(a.value * 1000 + b.value) for a, b in pairs}


def _is_other(unit: str) -> bool:
    return unit.startswith(("процент", "руб", "тысяч", "миллион", "дн", "день", "недел", "месяц", "год", "лет", "час"))


def _gives(entry: Entry, amount: float, totals: set[int], shares: set[float]) -> bool:
    if amount < LEAST_SUM:
        return False
    times: Iterator[int] = iter(_MONTHS if "мес" in fold(entry.item.unit) else (1,))
    return any(abs(total - amount * share * months) < 1 for months in times for share in shares for total in totals)


def _is_ambiguous(one: Priced, found: list[Priced], choices: dict[str, Choice]) -> bool:
    """Another article explains the same sum: then only the one that was named is meant."""
    others = [o for o in found if o.turn == one.turn and o.entry is not one.entry]
    same = [
        o for o in others if o.count == one.count or o.entry.item.price * o.count == one.entry.item.price * one.count
    ]
    if not same:
        return False
    last = choices[one.entry.item.sku].last_turn if one.entry.item.sku in choices else -1
    return any((choices[o.entry.item.sku].last_turn if o.entry.item.sku in choices else -1) >= last for o in same)


def prove_counts(reading: Reading, catalogue: Catalogue, choices: dict[str, Choice]) -> None:
    """Takes the counts that sums prove; what was said of the article after the sum stays."""
    for one in priced_counts(reading, catalogue, choices):
        choice = choices.get(one.entry.item.sku)
        if choice is None:
            choice = choices[one.entry.item.sku] = Choice(one.entry, first_turn=one.turn, last_turn=one.turn)
        if choice.is_refused and choice.last_turn >= one.turn:
            continue
        is_corrected = choice.qty is not None and choice.counted_in > one.turn and choice.qty != one.count
        if not is_corrected:
            choice.qty, choice.qty_sure, choice.counted_in = one.count, True, max(one.counted_in, choice.counted_in)
            choice.is_summed = True
        for other in choices.values():
            # Of two variants the one whose sum was counted out is meant.
            if other is not choice and other.last_turn <= one.turn and are_variants(other.entry, one.entry):
                other.is_refused = other.is_refused or other.qty in (None, one.count)
        choice.is_refused = False
        choice.weight = max(choice.weight, 2.5)
        choice.last_turn = max(choice.last_turn, one.turn)
        choice.quotes.append(reading.conversation.evidence(one.turn))
