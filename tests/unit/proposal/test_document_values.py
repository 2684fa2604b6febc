"""What a template may show of a proposal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.core.money import NO_BREAK
from app.proposal.document_values import COLUMN_OUT, NAMES, Named, money, quantity, values
from app.proposal.model import Proposal
from app.proposal.pricing import totals_by_option
from tests.fakes import sample_proposals


def _values(proposal: Proposal) -> dict[str, Any]:
    return values(proposal, totals_by_option(proposal))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("1234567.5", "1 234 567,50"), ("0", "0,00"), ("-90", "−90,00"), ("2.675", "2,68"), ("999", "999,00")],
)
def test_money_has_no_break_spaces_a_comma_and_two_digits(amount: str, shown: str) -> None:
    assert money(Decimal(amount)) == shown.replace(" ", NO_BREAK)


@pytest.mark.parametrize(("number", "shown"), [("12", "12"), ("12.500", "12,5"), ("1200", "1 200"), ("1E+3", "1 000")])
def test_a_quantity_has_no_zeros_behind(number: str, shown: str) -> None:
    assert quantity(Decimal(number)) == shown.replace(" ", NO_BREAK)


def test_every_named_value_is_there_under_both_names() -> None:
    def check(named: Named, where: dict[str, Any]) -> None:
        assert where[named.russian] is where[named.english] or where[named.russian] == where[named.english]
        below = where[named.russian][0] if named.is_list else where[named.russian]
        for part in named.parts:
            check(part, below)

    shown = _values(sample_proposals.with_two_rates())
    for named in NAMES:
        check(named, shown)


def test_the_column_of_discounts_is_there_only_where_there_is_one() -> None:
    assert _values(sample_proposals.proposal())["шапка"]["скидка"] == COLUMN_OUT
    assert _values(sample_proposals.with_discount())["шапка"]["скидка"] == "Скидка"


def test_the_heading_of_the_price_says_whether_vat_is_in_it() -> None:
    headings = [
        _values(made)["columns"]["price"].replace(NO_BREAK, " ")
        for made in (
            sample_proposals.proposal(),
            sample_proposals.with_two_rates(),
            sample_proposals.without_vat(),
        )
    ]
    assert headings == ["Цена с НДС", "Цена без НДС", "Цена без НДС"]


def test_vat_has_a_line_for_each_rate() -> None:
    shown = _values(sample_proposals.with_two_rates())
    assert [row["название"].replace(NO_BREAK, " ") for row in shown["ндс_по_ставкам"]] == ["НДС 22 %", "НДС 10 %"]
    assert [row["название"] for row in shown["итоги"]][:3] == ["Сумма без скидки", "Скидка", "Итого без НДС"]


def test_a_row_common_to_all_stands_in_each_option() -> None:
    options = _values(sample_proposals.with_options())["варианты"]
    assert [option["заголовок"] for option in options] == ["Вариант А", "Вариант Б"]
    assert [option["строки"][-1]["название"] for option in options] == ["Доставка до склада в Ростове-на-Дону"] * 2


def test_signs_that_a_document_cannot_hold_are_left_out() -> None:
    made = sample_proposals.proposal()
    shown = _values(replace(made, client=replace(made.client, company="ООО\x0b «Ро\x00машка»")))
    assert shown["клиент"]["компания"] == "ООО «Ромашка»"
