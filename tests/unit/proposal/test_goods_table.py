"""The table of goods is found by its header, however that is worded."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.proposal.goods_table import goods_tables, role
from app.proposal.paper import Cell, Paper, Paragraph, Table
from app.proposal.ports import TableColumn


def _paper(*tables: Sequence[Sequence[str]]) -> Paper:
    paragraphs: list[Paragraph] = []
    made = []
    for number, texts in enumerate(tables):
        first, rows = len(paragraphs), []
        for row_number, row in enumerate(texts):
            cells = []
            for column, text in enumerate(row):
                cells.append(Cell(column, 1, text, (len(paragraphs),)))
                paragraphs.append(Paragraph(text, "body", "", number, row_number, column))
            rows.append(tuple(cells))
        made.append(Table(tuple(rows), first, len(paragraphs) - 1))
    return Paper(tuple(paragraphs), tuple(made))


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("№ п/п", TableColumn.INDEX),
        ("Наименование товара, характеристики", TableColumn.NAME),
        ("Наименвоание", TableColumn.NAME),
        ("Ед. изм.", TableColumn.UNIT),
        ("Кол-во, шт.", TableColumn.QTY),
        ("Колличество", TableColumn.QTY),
        ("Цена за ед. с НДС, руб.", TableColumn.PRICE),
        ("Цена без НДС, ₽", TableColumn.PRICE),
        ("Цена без скидки", TableColumn.FULL_PRICE),
        ("Цена со скидкой", TableColumn.PRICE),
        ("Скидка, %", TableColumn.DISCOUNT),
        ("Сумма НДС", TableColumn.VAT),
        ("в т.ч. НДС", TableColumn.VAT),
        ("Ставка НДС, %", TableColumn.VAT_RATE),
        ("Сумма без НДС", TableColumn.NET_SUM),
        ("Стоимость с учетом НДС", TableColumn.SUM),
        ("Итого", TableColumn.SUM),
        ("Артикул", TableColumn.SKU),
        ("Срок поставки", TableColumn.LEAD_DAYS),
        ("Примечание", None),
    ],
)
def test_a_heading_names_its_column(heading: str, column: TableColumn | None) -> None:
    assert role(heading) is column


def test_a_table_without_money_is_no_table_of_goods() -> None:
    assert goods_tables(_paper([["Наименование", "Материал"], ["Кран", "латунь"]])) == ()


def test_a_row_of_totals_is_no_row_of_goods_even_when_all_its_cells_are_filled() -> None:
    rows = [["Товар", "Кол-во", "Цена", "Сумма"], ["Кран", "2", "10,00", "20,00"], ["Итого", "2", "10,00", "20,00"]]
    (found,) = goods_tables(_paper(rows))
    assert (found.rows, found.ending) == ((1,), (2,))


def test_a_row_without_numbers_between_the_goods_is_a_heading_of_theirs() -> None:
    rows = [["Товар", "Кол-во", "Сумма"], ["Насосы", "", ""], ["ГНОМ", "1", "5,00"], ["Рукав", "2", "6,00"]]
    (found,) = goods_tables(_paper(rows))
    assert found.rows == (2, 3)
