"""Money of 10,000 random proposals against a reckoning of its own: whole kopecks and fractions, no Decimal."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from time import perf_counter

from app.profile.seller import VatMode
from app.proposal.model import Line, Rounding, Totals
from app.proposal.pricing import totals
from tests.bench.figures import Figure, at_most

_PROPOSALS = 10_000
_UNITS = (("шт", 0), ("компл", 0), ("м", 2), ("кг", 3), ("м2", 2), ("т", 3), ("ч", 1))
_RATES = (None, 22, 22, 22, 10, 7, 5, 0)


def figures() -> Iterator[Figure]:
    """Proposals whose reckoning differs in a kopeck anywhere, and how long one takes."""
    draw = random.Random(20261122)
    proposals = [_proposal(draw) for _ in range(_PROPOSALS)]
    began = perf_counter()
    reckoned = [totals(*one) for one in proposals]
    seconds = perf_counter() - began
    different = sum(
        _as_kopecks(money) != expected_kopecks(*one) for one, money in zip(proposals, reckoned, strict=True)
    )
    rows = sum(len(lines) for lines, _mode, _rounding in proposals)
    yield at_most("money, proposals that differ", different, 0, note=f"{_PROPOSALS} random proposals, {rows} rows")
    yield Figure("money, one proposal", round(1000 * seconds / _PROPOSALS, 3), "ms")


def expected_kopecks(
    lines: list[Line], mode: VatMode, rounding: Rounding
) -> tuple[list[tuple[int, int, int]], int, int, dict[int, int]]:
    """What `pricing.totals` should give, in kopecks.

    Returns:
        (price, sum, VAT) of each row, the total, its VAT, and VAT by rate.
    """
    rows: list[tuple[int, int, int]] = []
    exact: list[Fraction] = []
    for line in lines:
        price = _half_up(Fraction(line.price) * 100 * (100 - Fraction(line.discount_percent)) / 100)
        amount = _half_up(price * Fraction(line.qty))
        rate = int(line.vat_rate or 0) if mode is not VatMode.NONE else 0
        share = Fraction(amount * rate, 100 if mode is VatMode.ON_TOP else 100 + rate)
        rows.append((price, amount, _half_up(share)))
        exact.append(share)
    if rounding is Rounding.FROM_TOTAL:
        for rate in {line.vat_rate for line in lines}:
            places = [at for at, line in enumerate(lines) if line.vat_rate == rate]
            vats = [int(exact[at]) for at in places]
            # One kopeck after another goes to whoever lacks most.
            for _ in range(_half_up(sum((exact[at] for at in places), Fraction(0))) - sum(vats)):
                lacking = [exact[at] - vat for at, vat in zip(places, vats, strict=True)]
                vats[lacking.index(max(lacking))] += 1
            for at, vat in zip(places, vats, strict=True):
                rows[at] = (*rows[at][:2], vat)
    if mode is VatMode.ON_TOP:
        rows = [(price, amount + vat, vat) for price, amount, vat in rows]
    by_rate: dict[int, int] = {}
    for line, row in zip(lines, rows, strict=True):
        if mode is not VatMode.NONE and line.vat_rate is not None:
            by_rate[int(line.vat_rate)] = by_rate.get(int(line.vat_rate), 0) + row[2]
    return rows, sum(row[1] for row in rows), sum(row[2] for row in rows), by_rate


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _as_kopecks(money: Totals) -> tuple[list[tuple[int, int, int]], int, int, dict[int, int]]:
    rows = [(_kopecks(row.price), _kopecks(row.sum), _kopecks(row.vat)) for row in money.lines]
    shares = {int(share.rate): _kopecks(share.amount) for share in money.vat_shares}
    return rows, _kopecks(money.total), _kopecks(money.vat), shares


def _kopecks(amount: Decimal) -> int:
    value = Fraction(amount) * 100
    if value.denominator != 1:
        raise ValueError(f"not in whole kopecks: {amount}")
    return value.numerator


def _proposal(draw: random.Random) -> tuple[list[Line], VatMode, Rounding]:
    lines = [_line(draw) for _ in range(draw.choice((1, 2, 3, 5, 10, 30)))]
    return lines, draw.choice(list(VatMode)), draw.choice(list(Rounding))


def _line(draw: random.Random) -> Line:
    unit, places = draw.choice(_UNITS)
    rate = draw.choice(_RATES)
    return Line(
        sku="A-1",
        name="Товар",
        unit=unit,
        qty=Decimal(draw.randint(1, draw.choice((10, 1000, 100_000)))).scaleb(-places),
        price=Decimal(draw.randint(1, draw.choice((1000, 100_000, 100_000_000)))).scaleb(-draw.choice((2, 2, 2, 3))),
        discount_percent=Decimal(draw.choice((0, 0, 0, 30, 50, 70, 1000, 333, 125))) / 10,
        vat_rate=None if rate is None else Decimal(rate),
    )
