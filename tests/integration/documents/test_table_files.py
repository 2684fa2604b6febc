"""Tables as files: read back by the program and by another library."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest

from app.adapters.documents.table_files import TableFiles
from app.adapters.documents.tables import Tables
from app.core.errors import UserFixable
from app.deals.ports import OutTable

DEALS = OutTable(
    "Сделки", ("ID", "Сделка", "Сумма"), [("d-1", "Насосы; «Полюс»\nвторая строка", "450000"), ("d-2", "'=1+1", "")]
)
NOTES = OutTable("Заметки", ("ID", "Заметка"), [("d-1", 'сказал "да"')])


def test_a_workbook_has_a_sheet_for_each_table_and_text_in_every_cell(tmp_path: Path) -> None:
    path = tmp_path / "сделки.xlsx"
    assert TableFiles().write(path, [DEALS, NOTES]) == [path]
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Сделки", "Заметки"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert book["Сделки"]["B2"].value == "Насосы; «Полюс»\nвторая строка"


def test_csv_is_a_file_for_each_table_that_excel_and_the_program_read(tmp_path: Path) -> None:
    path = tmp_path / "сделки.csv"
    written = TableFiles().write(path, [DEALS, NOTES])
    assert [file.name for file in written] == ["сделки.csv", "сделки Заметки.csv"]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    (sheet,) = Tables().read(path)
    assert [list(row) for row in sheet.rows] == [list(DEALS.headings), *map(list, DEALS.rows)]


def test_an_empty_crm_gives_the_headings(tmp_path: Path) -> None:
    path = tmp_path / "пусто.xlsx"
    TableFiles().write(path, [OutTable("Сделки", ("ID",), [])])
    assert [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()] == [["ID"]]


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserFixable) as caught:
        TableFiles().write(tmp_path / "сделки.pdf", [DEALS])
    assert caught.value.code == "export.kind"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")
def test_a_folder_without_rights_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "сделки.csv"
    path.write_text("прежнее", "utf-8")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UserFixable) as caught:
            TableFiles().write(path, [DEALS])
    finally:
        tmp_path.chmod(0o700)
    assert caught.value.code == "export.write"
    assert path.read_text("utf-8") == "прежнее"


def test_a_place_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserFixable) as caught:
        TableFiles().write(tmp_path / "file" / "сделки.xlsx", [DEALS])
    assert (caught.value.code, bool(caught.value.hint)) == ("export.write", True)
