"""Money of a proposal: Decimal, half a kopeck up, one and the same reckoning wherever a sum is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.money import rounded
from app.profile.seller import VatMode
from app.proposal.model import Line, LineSum, Proposal, Rounding, Totals, VatShare
from app.proposal.sum_in_words import LIMIT, in_words
from app.proposal.units import has_valid_quantity, quantity_error, written

RATES = (Decimal(22), Decimal(10), Decimal(7), Decimal(5), Decimal(0))
"""VAT rates in force since 2026, in per cent; «без НДС» is None and no rate."""

OLD_RATES = (Decimal(20), Decimal(18))
"""Rates that older price lists still hold: reckoned with, but warned about (`lines.faults`)."""

_KOPECK = Decimal("0.01")
_HUNDRED = Decimal(100)


def totals(lines: Sequence[Line], vat_mode: VatMode, rounding: Rounding = Rounding.PER_LINE) -> Totals:
    """The money of lines that are paid together: those of one option, with those that belong to all.

    Raises:
        UserFixable: What `line_sum` raises, or a total that is too large (``proposal.sum_out_of_range``).
    """
    sums = tuple(line_sum(line, vat_mode) for line in lines)
    if rounding is Rounding.FROM_TOTAL and vat_mode is not VatMode.NONE:
        sums = _with_vat_from_total(lines, sums, vat_mode)
    total = sum((one.sum for one in sums), Decimal("0.00"))
    return Totals(
        lines=sums,
        total=total,
        vat=sum((one.vat for one in sums), Decimal("0.00")),
        vat_shares=_shares(lines, sums, vat_mode),
        in_words=in_words(total),
    )


def totals_by_option(proposal: Proposal) -> dict[str, Totals]:
    """Totals of each option in order, each with the rows common to all; the key is "" where there is one way.

    Raises:
        UserFixable: As `totals`.
    """
    return {
        option: totals(lines_of_option(proposal, option), proposal.vat_mode, proposal.rounding)
        for option in proposal.options or ("",)
    }


def lines_of_option(proposal: Proposal, option: str) -> tuple[Line, ...]:
    """The rows paid for when `option` is chosen, in order; they match `Totals.lines` of that option."""
    return tuple(line for line in proposal.lines if line.option in ("", option))


def line_sum(line: Line, vat_mode: VatMode) -> LineSum:
    """The money of one row.

    The price after the discount is rounded to kopecks first and multiplied then: the client sees that price and will
    multiply it, so the printed price times the printed quantity must give the printed sum.

    Raises:
        UserFixable: A quantity that is not positive or does not fit the unit (``proposal.qty``), a discount outside
            0 to 100 (``proposal.discount``), a negative or absurd price (``proposal.price``), a VAT rate that does
            not exist (``proposal.vat_rate``).
    """
    _check(line)
    price = discounted_price(line)
    amount = rounded(price * line.qty)
    rate = line.vat_rate
    if vat_mode is VatMode.NONE or rate is None:
        return LineSum(price, amount, Decimal("0.00"))
    if vat_mode is VatMode.ON_TOP:
        vat = rounded(amount * rate / _HUNDRED)
        return LineSum(price, amount + vat, vat)
    return LineSum(price, amount, rounded(amount * rate / (_HUNDRED + rate)))


def discounted_price(line: Line) -> Decimal:
    """The price of one unit after the discount, in whole kopecks, half up."""
    return rounded(line.price * (_HUNDRED - line.discount_percent) / _HUNDRED)


def _with_vat_from_total(lines: Sequence[Line], sums: tuple[LineSum, ...], vat_mode: VatMode) -> tuple[LineSum, ...]:
    """VAT of each rate rounded once, in the total of the rate, and spread over its rows by the largest remainder."""
    result = list(sums)
    places: dict[Decimal, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.vat_rate:
            places[line.vat_rate].append(place)
    for rate, chosen in places.items():
        base = _HUNDRED if vat_mode is VatMode.ON_TOP else _HUNDRED + rate
        amounts = [sums[at].sum - (sums[at].vat if vat_mode is VatMode.ON_TOP else 0) for at in chosen]
        spread = _spread(rounded(sum(amounts) * rate / base), [amount * rate for amount in amounts], base)
        for at, amount, vat in zip(chosen, amounts, spread, strict=True):
            whole = amount + vat if vat_mode is VatMode.ON_TOP else amount
            result[at] = LineSum(sums[at].price, whole, vat)
    return tuple(result)


def _spread(total: Decimal, shares: Sequence[Decimal], base: Decimal) -> list[Decimal]:
    """`total` in whole kopecks over the shares, each still to be divided by `base`.

    Remainders are compared before the division: behind it, equal ones differ in their last of 28 digits. Of equal
    ones the upper row takes the kopeck.
    """
    step = base * _KOPECK
    parts = [share // step * _KOPECK for share in shares]
    missing = int((total - sum(parts)) / _KOPECK)
    order = sorted(range(len(shares)), key=lambda at: (-(shares[at] % step), at))
    for at in order[:missing]:
        parts[at] += _KOPECK
    return parts


def _shares(lines: Sequence[Line], sums: Sequence[LineSum], vat_mode: VatMode) -> tuple[VatShare, ...]:
    if vat_mode is VatMode.NONE:
        return ()
    amounts: dict[Decimal, Decimal] = defaultdict(lambda: Decimal("0.00"))
    for line, one in zip(lines, sums, strict=True):
        if line.vat_rate is not None:
            amounts[line.vat_rate] += one.vat
    return tuple(VatShare(rate, amounts[rate]) for rate in sorted(amounts, reverse=True))


def _check(line: Line) -> None:
    if not has_valid_quantity(line.qty, line.unit):
        raise UserFixable(
            "proposal.qty",
            _("«{name}»: {fault}.").format(name=line.name, fault=quantity_error(line.qty, line.unit)),
            hint=_("Исправьте количество в этой строке."),
        )
    if not line.discount_percent.is_finite() or not 0 <= line.discount_percent <= _HUNDRED:
        raise UserFixable(
            "proposal.discount",
            _("«{name}»: скидки {percent} % не бывает.").format(name=line.name, percent=written(line.discount_percent)),
            hint=_("Укажите скидку от 0 до 100 %."),
        )
    if not line.price.is_finite() or not 0 <= line.price < LIMIT or not line.price * line.qty < LIMIT:
        raise UserFixable(
            "proposal.price",
            _("«{name}»: цена {price} за {qty} не годится.").format(
                name=line.name, price=written(line.price), qty=written(line.qty)
            ),
            hint=_("Укажите цену от 0 ₽; сумма строки должна быть меньше триллиона."),
        )
    if line.vat_rate is not None and line.vat_rate not in (*RATES, *OLD_RATES):
        raise UserFixable(
            "proposal.vat_rate",
            _("«{name}»: ставки НДС {rate} % нет.").format(name=line.name, rate=written(line.vat_rate)),
            hint=_("Выберите 22, 10, 7, 5, 0 % или «без НДС» в строке или исправьте ставку в прайсе."),
        )
