"""Any number of a document that differs from the proposal, or from its own arithmetic, blocks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from app.profile.seller import VatMode
from app.proposal.model import Proposal, WarningKind
from app.proposal.ports import ReadBack, ReadRow, ReadTable, TableColumn
from app.proposal.pricing import lines_of_option, totals_by_option
from app.proposal.read_back import differences
from tests.fakes import sample_proposals


def _faithful(proposal: Proposal) -> ReadBack:
    """What a document without any fault says."""
    tables = []
    for option, totals in totals_by_option(proposal).items():
        rows = [
            ReadRow(line.name, line.qty, money.price, None, money.sum, line.vat_rate, money.vat, f"строка {number}")
            for number, (line, money) in enumerate(zip(lines_of_option(proposal, option), totals.lines, strict=True), 2)
        ]
        shares = {share.rate: share.amount for share in totals.vat_shares}
        headings = {TableColumn.PRICE: "Цена, ₽", TableColumn.SUM: "Сумма, ₽"}
        tables.append(ReadTable(option, tuple(rows), totals.total, shares, totals.in_words, headings, "таблица 1"))
    return ReadBack(tuple(tables))


def _texts(proposal: Proposal, read_back: ReadBack) -> list[str]:
    found = differences(proposal, totals_by_option(proposal), read_back)
    assert all(warning.is_blocking and warning.kind is WarningKind.DIFFERENCE for warning in found)
    return [warning.text for warning in found]


@pytest.mark.parametrize(
    "made",
    [
        sample_proposals.proposal,
        sample_proposals.with_discount,
        sample_proposals.with_two_rates,
        sample_proposals.without_vat,
        sample_proposals.with_options,
    ],
)
def test_a_faithful_document_has_no_differences(made: Callable[[], Proposal]) -> None:
    assert _texts(made(), _faithful(made())) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"qty": Decimal(7)}, "количество"),
        ({"price": Decimal("12500.01")}, "цена"),
        ({"sum": Decimal("75000.01")}, "сумма"),
        ({"vat": Decimal("13524.60")}, "НДС"),
        ({"vat_rate": Decimal(20)}, "ставка НДС"),
        ({"name": "Затвор дисковый DN150"}, "Затвор дисковый DN150"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(change: dict[str, object], said: str) -> None:
    proposal = sample_proposals.proposal()
    faithful = _faithful(proposal)
    (table,) = faithful.tables
    wrong = replace(table, rows=(replace(table.rows[0], **change), *table.rows[1:]))  # type: ignore[arg-type]
    first = _texts(proposal, replace(faithful, tables=(wrong,)))[0]
    assert "строка 2" in first
    assert said in first


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"total": Decimal("125572.26")}, "итог"),
        ({"vat_shares": {Decimal(22): Decimal("22644.17")}}, "НДС 22 %"),
        ({"vat_shares": {None: Decimal(1)}}, "НДС"),
        ({"in_words": "Сто двадцать шесть тысяч рублей 00 копеек"}, "прописью"),
        ({"headings": {TableColumn.PRICE: "Цена без НДС"}}, "без НДС"),
    ],
)
def test_a_wrong_total_is_named(change: dict[str, object], said: str) -> None:
    proposal = sample_proposals.proposal()
    (table,) = _faithful(proposal).tables
    (only,) = _texts(proposal, ReadBack((replace(table, **change),)))  # type: ignore[arg-type]
    assert said in only


def test_a_lost_row_is_a_difference() -> None:
    proposal = sample_proposals.proposal()
    (table,) = _faithful(proposal).tables
    assert _texts(proposal, ReadBack((replace(table, rows=table.rows[1:]),)))


def test_a_document_without_the_table_cannot_be_checked_and_is_blocked() -> None:
    assert _texts(sample_proposals.proposal(), ReadBack(()))


def test_a_heading_that_promises_vat_blocks_prices_without_it() -> None:
    proposal = sample_proposals.proposal(vat_mode=VatMode.ON_TOP)
    (table,) = _faithful(proposal).tables
    wrong = replace(table, headings={TableColumn.PRICE: "Цена с НДС, руб."})
    assert any("Цена с НДС" in text for text in _texts(proposal, ReadBack((wrong,))))
