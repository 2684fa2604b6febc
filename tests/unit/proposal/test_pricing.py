"""Sums of a proposal: half a kopeck up, the price first, VAT by row or from the total."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UserFixable
from app.profile.seller import VatMode
from app.proposal.model import Line, LineSum, Rounding, VatShare
from app.proposal.pricing import discounted_price, line_sum, totals, totals_by_option
from tests.bench.bench_money import expected_kopecks
from tests.unit.proposal.offers import line, proposal

D = Decimal


def test_vat_inside_the_price_is_taken_out_of_the_sum() -> None:
    assert line_sum(line("1", "122000"), VatMode.INCLUDED) == LineSum(D("122000.00"), D("122000.00"), D("22000.00"))


def test_vat_on_top_is_added_to_the_sum() -> None:
    assert line_sum(line("3", "100"), VatMode.ON_TOP) == LineSum(D("100.00"), D("366.00"), D("66.00"))


@pytest.mark.parametrize("rate", [None, D(22)])
def test_a_seller_without_vat_has_none_in_any_row(rate: Decimal | None) -> None:
    assert line_sum(line("3", "100", vat_rate=rate), VatMode.NONE).vat == 0


def test_half_a_kopeck_goes_up() -> None:
    assert discounted_price(line("1", "2.675")) == D("2.68")
    assert line_sum(line("0.5", "1.15", unit="кг"), VatMode.NONE).sum == D("0.58")


def test_the_printed_price_times_the_quantity_is_the_printed_sum() -> None:
    """33,33 less 5 % is 31,6635: seven of them are 221,62 by the printed price, 221,64 by the hidden one."""
    money = line_sum(line("7", "33.33", discount_percent=D(5)), VatMode.INCLUDED)
    assert (money.price, money.sum) == (D("31.66"), D("221.62"))


def test_a_full_discount_gives_the_row_away() -> None:
    assert line_sum(line(discount_percent=D(100)), VatMode.INCLUDED) == LineSum(D(0), D(0), D(0))


def test_mixed_rates_have_a_share_each_and_rows_without_vat_none() -> None:
    rows = [line("1", "122"), line("1", "110", vat_rate=D(10)), line("1", "50", vat_rate=None)]
    money = totals(rows, VatMode.INCLUDED)
    assert money.vat_shares == (VatShare(D(22), D(22)), VatShare(D(10), D(10)))
    assert (money.total, money.vat) == (D(282), D(32))
    assert money.in_words == "Двести восемьдесят два рубля 00 копеек"


def test_vat_from_the_total_gives_the_missing_kopecks_to_the_largest_remainders() -> None:
    """Of 10,00 the VAT is 1,80327…: three rows rounded apart make 5,40, the total 5,41."""
    rows = [line("1", "10.00")] * 3
    by_line = totals(rows, VatMode.INCLUDED)
    from_total = totals(rows, VatMode.INCLUDED, Rounding.FROM_TOTAL)
    assert (by_line.vat, from_total.vat) == (D("5.40"), D("5.41"))
    assert [row.vat for row in from_total.lines] == [D("1.81"), D("1.80"), D("1.80")]
    assert by_line.total == from_total.total == D(30)


def test_each_option_is_paid_with_the_rows_common_to_all() -> None:
    offer = proposal(line("1", "100", option="А"), line("1", "300", option="Б"), line("1", "40"))
    assert {option: money.total for option, money in totals_by_option(offer).items()} == {"А": 140, "Б": 340}
    assert list(totals_by_option(proposal())) == [""]


@pytest.mark.parametrize("unit", ["м", "кг", "м2", "м²", "т", "ч", "пог. м", "кв.м", "чел.-ч", "л"])
def test_units_that_are_measured_come_in_parts(unit: str) -> None:
    assert line_sum(line("2.5", "10", unit=unit), VatMode.NONE).sum == 25


@pytest.mark.parametrize("unit", ["шт", "шт.", "компл", "рул", "упак", "польз./мес", "коробка", ""])
def test_units_that_are_counted_come_whole(unit: str) -> None:
    with pytest.raises(UserFixable) as caught:
        line_sum(line("2.5", "10", unit=unit), VatMode.NONE)
    assert caught.value.code == "proposal.qty"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"qty": D(0)}, "proposal.qty"),
        ({"qty": D(-1)}, "proposal.qty"),
        ({"qty": D("NaN")}, "proposal.qty"),
        ({"qty": D("Infinity")}, "proposal.qty"),
        ({"qty": D("1.2345"), "unit": "м"}, "proposal.qty"),
        ({"discount_percent": D(101)}, "proposal.discount"),
        ({"discount_percent": D(-1)}, "proposal.discount"),
        ({"price": D(-1)}, "proposal.price"),
        ({"price": D("NaN")}, "proposal.price"),
        ({"price": D(10) ** 13}, "proposal.price"),
        ({"vat_rate": D(13)}, "proposal.vat_rate"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_with_its_cure(changes: dict[str, object], code: str) -> None:
    with pytest.raises(UserFixable) as caught:
        line_sum(line(**changes), VatMode.INCLUDED)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert caught.value.hint


def test_rates_of_older_price_lists_are_still_reckoned() -> None:
    assert line_sum(line("1", "120", vat_rate=D(20)), VatMode.INCLUDED).vat == 20


_lines = st.builds(
    lambda qty, price, discount, rate: line(
        unit="кг",
        qty=str(D(qty).scaleb(-3)),
        price=str(D(price).scaleb(-2)),
        discount_percent=D(discount).scaleb(-1),
        vat_rate=None if rate is None else D(rate),
    ),
    st.integers(1, 10**7),
    st.integers(0, 10**9),
    st.integers(0, 1000),
    st.sampled_from([None, 22, 10, 7, 5, 0]),
)
_proposals = st.tuples(st.lists(_lines, min_size=1, max_size=8), st.sampled_from(VatMode), st.sampled_from(Rounding))


@given(_proposals)
def test_every_sum_agrees_with_a_reckoning_in_kopecks(offer: tuple[list[Line], VatMode, Rounding]) -> None:
    money = totals(*offer)
    rows, total, vat, by_rate = expected_kopecks(*offer)
    assert [(r.price * 100, r.sum * 100, r.vat * 100) for r in money.lines] == rows
    assert (money.total * 100, money.vat * 100) == (total, vat)
    assert {share.rate: share.amount * 100 for share in money.vat_shares} == by_rate


@given(_proposals)
def test_totals_are_the_sums_of_their_rows_and_shares(offer: tuple[list[Line], VatMode, Rounding]) -> None:
    money = totals(*offer)
    assert money.total == sum(row.sum for row in money.lines)
    assert money.vat == sum(row.vat for row in money.lines) == sum(share.amount for share in money.vat_shares)


@given(_proposals)
def test_the_way_of_rounding_moves_a_row_by_a_kopeck_at_most(offer: tuple[list[Line], VatMode, Rounding]) -> None:
    lines, mode, _rounding = offer
    pairs = zip(totals(lines, mode).lines, totals(lines, mode, Rounding.FROM_TOTAL).lines, strict=True)
    assert all(abs(one.vat - other.vat) <= D("0.01") for one, other in pairs)
