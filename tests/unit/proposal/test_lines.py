"""Rows made from the price list, and what is wrong with them by themselves and against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.core.errors import UserFixable
from app.knowledge.model import PriceList
from app.profile.seller import Seller, VatMode
from app.proposal.lines import faults, faults_against, line_for, price_list_faults
from app.proposal.model import WarningKind
from tests.unit.proposal.offers import SELLER, item, line

D = Decimal
LIST = PriceList("1", "price.csv", "", datetime(2026, 11, 1, tzinfo=UTC), (item(),))


def test_a_row_takes_price_and_source_from_the_price_list() -> None:
    made = line_for(item(lead_days=5), SELLER, D(3), discount_percent=D(2), option="А")
    assert made == line("3", discount_percent=D(2), option="А", lead_days=5)


@pytest.mark.parametrize(
    ("own", "rate"),
    [
        ("", 22),
        ("10", 10),
        ("22 %", 22),
        ("НДС 10%", 10),
        ("0", 0),
        ("0,22", 22),
        ("без НДС", None),
        ("Не облагается", None),
    ],
)
def test_the_rate_of_the_article_goes_before_that_of_the_seller(own: str, rate: int | None) -> None:
    assert line_for(item(vat_rate=own), SELLER, D(1)).vat_rate == (None if rate is None else D(rate))


def test_a_seller_without_vat_sells_without_it_and_asks_about_a_rate_in_the_price_list() -> None:
    seller = Seller(vat_mode=VatMode.NONE, vat_rate=D(0))
    assert line_for(item(vat_rate=""), seller, D(1)).vat_rate is None
    assert line_for(item(vat_rate=""), seller, D(1)).doubt is None
    doubtful = line_for(item(vat_rate="22"), seller, D(1))
    assert doubtful.vat_rate is None
    assert "22 %" in (doubtful.doubt or "")


@pytest.mark.parametrize("rate", ["13", "двадцать два", "22/122"])
def test_a_rate_nobody_knows_is_an_error_with_its_cure(rate: str) -> None:
    with pytest.raises(UserFixable) as caught:
        line_for(item(vat_rate=rate), SELLER, D(1))
    assert caught.value.code == "proposal.vat_rate"
    assert "22, 10" in caught.value.hint


def test_a_good_row_has_no_faults() -> None:
    assert faults(line(discount_percent=D(5)), D(5)) == []
    assert faults_against(line(), LIST) == []


def test_a_discount_over_the_limit_needs_the_head() -> None:
    (found,) = faults(line(discount_percent=D(12)), D(5))
    assert found.kind is WarningKind.DISCOUNT_LIMIT
    assert found.is_blocking
    assert found.text.endswith("скидка 12 % больше вашего предела 5 %: нужна подпись руководителя")
    assert faults(line(discount_percent=D(12)), D(100)) == []


@pytest.mark.parametrize(
    ("changes", "words", "is_blocking"),
    [
        ({"qty": D("1.5")}, "продают целыми", True),
        ({"qty": D(0)}, "больше нуля", True),
        ({"discount_percent": D(120)}, "скидки 120 % не бывает", True),
        ({"vat_rate": D(20)}, "больше не действует", False),
        ({"vat_rate": D(13)}, "ставки НДС 13 % нет", True),
        ({"price": D("0.125")}, "точнее копейки", False),
        ({"price": D(0)}, "цена 0 ₽", False),
        ({"doubt": "ТД-100 или ТД-120?"}, "ТД-100 или ТД-120?", True),
    ],
)
def test_a_row_with_a_fault(changes: dict[str, object], words: str, is_blocking: bool) -> None:
    (found,) = faults(line(**changes), D(5))  # type: ignore[arg-type]
    assert words in found.text
    assert found.is_blocking is is_blocking


def test_an_article_gone_from_the_new_price_list_blocks() -> None:
    (found,) = faults_against(line(sku="ГН-10"), LIST)
    assert "ГН-10" in found.text
    assert found.is_blocking


def test_a_row_written_by_hand_stands_in_no_price_list() -> None:
    assert faults_against(line(sku="", name="Доставка до Камышина"), LIST) == []


def test_a_price_that_changed_since_offers_the_new_one() -> None:
    (found,) = faults_against(line(price="11900"), LIST)
    assert (found.quote, found.cure) == ("11\u00a0900\u00a0₽", "12\u00a0500\u00a0₽")


def test_too_few_and_not_in_stock_are_said_with_the_days() -> None:
    scarce = replace(LIST, items=(item(min_qty=D(5), stock=D(1), lead_days=21),))
    few, absent = faults_against(line("2"), scarce)
    assert (few.quote, few.cure) == ("2", "5")
    assert "на складе 1 шт из 2" in absent.text
    assert "21 день" in absent.text
    assert not few.is_blocking
    assert not absent.is_blocking


def test_work_lies_in_no_warehouse() -> None:
    work = replace(LIST, items=(item(unit="выезд", stock=D(0), lead_days=5),))
    assert faults_against(line("2", unit="выезд"), work) == []


def test_another_unit_in_the_price_list_blocks() -> None:
    (found,) = faults_against(line(unit="уп"), LIST)
    assert found.is_blocking
    assert faults_against(line(unit="шт."), LIST) == []


def test_old_prices_are_warned_about_and_expired_ones_block() -> None:
    until = date(2026, 12, 2)
    assert price_list_faults(LIST, date(2026, 12, 1), until) == []
    (old,) = price_list_faults(LIST, date(2026, 12, 2), until)
    assert "31 день" in old.text
    assert not old.is_blocking
    expired = replace(LIST, valid_until=date(2026, 11, 17))
    assert [w.is_blocking for w in price_list_faults(expired, date(2026, 11, 18), until)] == [True]
    ends_before = replace(LIST, valid_until=date(2026, 11, 30))
    assert "30.11.2026" in price_list_faults(ends_before, date(2026, 11, 18), until)[0].text
