"""Deals in from a file and out to one, and what is out of order, as the page «Сделки» has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.deals.importing import RowFate
from app.deals.model import Company, Contact, Deal
from app.viewmodels.workspace import Tone
from tests.unit.viewmodels.conftest import Table

EXPORT = """ID;Сделка;Компания;ИНН;Контакт;Телефон
1;Насосы;ООО «Полюс»;500100732259;Инна Грач;8 (495) 111-22-33
2;Кровля;Вектор;7707083894;Олег Ким;8 (916) 123-45-67
3;;;;;
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "выгрузка.csv"
    path.write_bytes(EXPORT.encode("cp1251"))
    return path


def titles(table: Table) -> set[str]:
    return {deal.title for deal in table.store.deals.recent(9)}


def test_an_import_is_shown_first_and_the_doubtful_wait_for_a_word(table: Table, export: Path) -> None:
    files = table.desk.deal_files
    files.read(export)
    assert files.found is not None
    assert [files.found.count(fate) for fate in RowFate] == [1, 1, 1]
    assert (files.count, titles(table)) == (1, set())
    files.choose_doubtful(True)
    assert files.count == 2
    files.confirm()
    assert titles(table) == {"Насосы", "Кровля"}
    assert files.found is None
    assert (table.said[-1].tone, "2 сделки" in table.said[-1].text) == (Tone.DONE, True)


def test_a_dismissed_import_brings_nothing(table: Table, export: Path) -> None:
    table.desk.deal_files.read(export)
    table.desk.deal_files.dismiss()
    table.desk.deal_files.confirm()
    assert titles(table) == set()


def test_the_same_file_again_has_nothing_to_confirm(table: Table, export: Path) -> None:
    files = table.desk.deal_files
    for _time in range(2):
        files.read(export)
        files.choose_doubtful(True)
        files.confirm()
    assert (files.count, len(table.said)) == (0, 1)
    assert files.found is not None


def test_a_file_without_deals_is_told_with_the_cure(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "прайс.csv"
    path.write_text("Артикул;Цена\n1;5\n", "utf-8")
    table.desk.deal_files.read(path)
    assert (table.said[-1].tone, table.desk.deal_files.is_busy) == (Tone.ERROR, False)
    assert table.said[-1].hint


def test_an_export_says_where_it_is(table: Table, tmp_path: Path) -> None:
    table.desk.deal_files.export(tmp_path / "сделки.csv")
    assert "«сделки.csv»" in table.said[-1].text
    assert (tmp_path / "сделки Задачи.csv").exists()


def test_order_names_each_deal_with_its_reasons_in_plain_words(table: Table) -> None:
    company = Company("c", "Полюс", "7707083894")
    for deal_id in ("d-1", "d-2"):
        contact = Contact(f"k-{deal_id}", "Инна Грач", phone="+74951112233")
        table.store.deals.create(Deal(deal_id, "Насосы", company, contact))
    order = table.desk.deal_order
    order.refresh()
    heads = [line.title for line in order.lines if not line.deal_id]
    assert heads == ["Похоже, одна сделка заведена несколько раз · 2", "Значения, которых не может быть · 2"]
    assert "один телефон" in order.lines[1].why
    assert order.lines[4].why == "ИНН: не сходится контрольная цифра ИНН 7707083894"
    assert order.count == 4


def test_nothing_out_of_order_is_said_so(table: Table) -> None:
    table.desk.deal_order.refresh()
    assert table.desk.deal_order.is_loaded
    assert table.desk.deal_order.lines == []
