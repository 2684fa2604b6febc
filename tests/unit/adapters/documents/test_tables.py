"""Real files of price lists, good and bad, as they come."""

from __future__ import annotations

import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from app.adapters.documents import tables
from app.adapters.documents.tables import Tables
from app.core.errors import UserFixable
from app.knowledge.importing import read_table
from app.knowledge.model import RowState, TableImport
from tests.fakes import office_files

ROWS = [
    ["Артикул", "Наименование", "Ед.", "Цена"],
    ["ВО-4", "Вентилятор осевой", "шт", 12500.5],
    ["РШ-1", "Решётка", "шт", 900],
]
TEXT = "Артикул;Наименование;Ед.;Цена\nВО-4;Вентилятор осевой;шт;12 500,50\nРШ-1;Решётка;шт;900\n"
PRICES = [("ВО-4", Decimal("12500.50")), ("РШ-1", Decimal(900))]


def _workbook(path: Path, rows: list[list[object]], edit: Callable[[openpyxl.Workbook], None] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if edit is not None:
        edit(book)
    book.save(path)
    return path


def _table(path: Path) -> TableImport:
    return read_table(Tables().read(path), path.name, "")


def _prices(path: Path) -> list[tuple[str, Decimal]]:
    return [(item.sku, item.price) for item in _table(path).items]


def _code(path: Path) -> str:
    with pytest.raises(UserFixable) as caught:
        Tables().read(path)
    assert caught.value.hint
    assert path.name in str(caught.value)
    return caught.value.code


def test_xlsx_xls_and_ods_are_read_alike(tmp_path: Path) -> None:
    _workbook(tmp_path / "p.xlsx", ROWS)
    (tmp_path / "p.xls").write_bytes(office_files.xls(ROWS))
    lines = [
        [office_files.ods_number(c) if isinstance(c, float | int) else office_files.ods_cell(c) for c in r]
        for r in ROWS
    ]
    table = "".join(f"<table:table-row>{''.join(line)}</table:table-row>" for line in lines)
    (tmp_path / "p.ods").write_bytes(office_files.ods(table))
    assert [_prices(tmp_path / f"p.{kind}") for kind in ("xlsx", "xls", "ods")] == [PRICES] * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "cp866", "koi8-r"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_text_tables_are_read_in_any_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    text = TEXT.replace(",", ".").replace(";", separator)
    path = tmp_path / "price.csv"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert _prices(path) == PRICES


def test_how_a_text_table_was_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "price.txt"
    path.write_bytes(TEXT.encode("cp1251"))
    assert _table(path).read_as == "Windows-1251, разделитель ;"


def test_commas_within_names_and_prices_are_no_separators(tmp_path: Path) -> None:
    path = tmp_path / "price.csv"
    path.write_text(
        'Артикул;Наименование;Цена\nВО-4;"Вентилятор, осевой; 4 полюса";12500,50\nРШ-1;Решётка, сталь;900,00\n', "utf-8"
    )
    table = _table(path)
    assert [(item.name, item.price) for item in table.items] == [
        ("Вентилятор, осевой; 4 полюса", Decimal("12500.50")),
        ("Решётка, сталь", Decimal(900)),
    ]


def test_a_quotation_mark_that_is_never_closed_loses_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "price.csv"
    rest = "".join(f"К-{n};Клапан {n};{n}00\n" for n in range(1, 40))
    path.write_text(f'Артикул;Наименование;Цена\n"Ветер" 4;Вентилятор;500\nВО-4;"Ветер;700\n{rest}', "utf-8")
    assert len(_table(path).items) == 41


def test_the_line_by_which_excel_names_the_separator_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "price.csv"
    path.write_text("sep=;\n" + TEXT, "utf-8")
    assert _prices(path) == PRICES


def test_a_web_page_that_calls_itself_xls_is_read(tmp_path: Path) -> None:
    path = tmp_path / "price.xls"
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split(";")) + "</tr>" for line in TEXT.splitlines()
    )
    path.write_bytes(
        f"<html><head><meta charset=windows-1251></head><body><table>{rows}</table></body></html>".encode("cp1251")
    )
    assert _prices(path) == PRICES


def test_merged_cells_are_spread_over_what_they_cover(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Прайс-лист на 01.11.2026"],
        ["Артикул", "Наименование", "Цена, руб.", None],
        [None, None, "розница", "опт"],
        ["Вентиляторы"],
        ["ВО-4", "Вентилятор осевой", 12500, 11000],
        ["ВО-5", "Вентилятор канальный", None, None],
    ]

    def merge(book: openpyxl.Workbook) -> None:
        for area in ("A1:D1", "A2:A3", "B2:B3", "C2:D2", "A4:D4", "C5:C6", "D5:D6"):
            book.worksheets[0].merge_cells(area)

    table = _table(_workbook(tmp_path / "p.xlsx", rows, merge))
    assert table.header_rows == (2, 3)
    assert [(item.sku, item.price) for item in table.items] == [("ВО-4", 12500), ("ВО-5", 12500)]
    assert (table.rows[0].reason, table.priced_on) == ("заголовок группы", date(2026, 11, 1))


def test_merged_cells_of_ods_are_spread(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    cell, number = office_files.ods_cell, office_files.ods_number
    spanned = cell("Вентиляторы", 'table:number-columns-spanned="3" table:number-rows-spanned="1"')
    table = row(cell("Артикул"), cell("Наименование"), cell("Цена")) + row(spanned, "<table:covered-table-cell/>" * 2)
    path = tmp_path / "p.ods"
    path.write_bytes(office_files.ods(table + row(cell("ВО-4"), cell("Вентилятор"), number(500))))
    assert [row.reason for row in _table(path).rows] == ["заголовок группы", None]


def test_a_formula_gives_its_value_its_error_or_that_it_was_not_worked_out(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "plain.xlsx",
        [
            *ROWS,
            ["К-1", "Клапан", "шт", "=D2*2"],
            ["К-2", "Кожух", "шт", 1],
            ["К-3", "Люк", "шт", 1],
            ["К-4", "Щит", "шт", 1],
        ],
    )
    worked = tmp_path / "p.xlsx"
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(worked, "w") as after:
        for part in before.namelist():
            content = before.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = content.replace(
                    b'<c r="D5" t="n"><v>1</v></c>', b'<c r="D5" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
                )
                content = content.replace(b'<c r="D7" t="n"><v>1</v></c>', b'<c r="D7" t="str"><f>""</f><v></v></c>')
                content = content.replace(b'<c r="D7" t="n"><v>1</v></c>', b'<c r="D7" t="str"><f>""</f><v></v></c>')
                content = content.replace(b'<c r="D6" t="n"><v>1</v></c>', b'<c r="D6"><f>D3*2</f><v>1800</v></c>')
            after.writestr(part, content)
    reports = {row.cells[0]: (row.item.price if row.item else row.reason) for row in _table(worked).rows}
    assert reports["К-1"] == "формула не посчитана: откройте файл в Excel и сохраните"
    assert reports["К-2"] == "ошибка формулы: #DIV/0!"
    assert reports["К-3"] == 1800
    assert reports["К-4"] == "нет цены"


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        hidden = book.create_sheet("Себестоимость")
        hidden.append(["Артикул", "Цена"])
        hidden.sheet_state = "hidden"

    path = _workbook(tmp_path / "p.xlsx", ROWS, hide)
    assert [sheet.name for sheet in Tables().read(path)] == ["Sheet"]


def test_article_numbers_and_prices_have_no_binary_noise(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "p.xlsx", [*ROWS, [4601234567890, "Клапан", "шт", 0.1 + 0.2]])
    assert _prices(path)[-1] == ("4601234567890", Decimal("0.30"))


def test_a_table_under_a_password_says_so(tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").write_bytes(office_files.encrypted_office())
    (tmp_path / "p.ods").write_bytes(office_files.ods("", manifest="<manifest:encryption-data/>"))
    assert [_code(tmp_path / name) for name in ("p.xlsx", "p.ods")] == ["table.password"] * 2


def test_a_picture_or_a_letter_that_calls_itself_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    (tmp_path / "d.xlsx").write_bytes(office_files.package({"word/document.xml": "<w:document/>"}))
    (tmp_path / "h.csv").write_text("<!doctype html><html><body><p>Нет таблиц</p></body></html>", "utf-8")
    assert [_code(tmp_path / name) for name in ("p.xlsx", "d.xlsx", "h.csv")] == ["table.not_table"] * 3


def test_an_empty_or_missing_file_and_a_folder_say_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "empty.xlsx").write_bytes(b"")
    (tmp_path / "folder.xlsx").mkdir()
    names = ("empty.xlsx", "nowhere.xlsx", "folder.xlsx")
    assert [_code(tmp_path / name) for name in names] == ["file.empty", "file.missing", "file.no_rights"]


def test_a_workbook_without_a_filled_cell_is_empty(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "p.xlsx", [])
    with pytest.raises(UserFixable) as caught:
        _table(path)
    assert caught.value.code == "table.empty"


def test_a_file_without_rights_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _workbook(tmp_path / "p.xlsx", ROWS)

    def refuse(_path: Path) -> bytes:
        raise PermissionError("denied")

    # The superuser may read anything, so that rights taken from the file prove nothing there.
    if os.geteuid() == 0:
        monkeypatch.setattr(Path, "read_bytes", refuse)
    else:
        path.chmod(0)
    assert _code(path) == "file.no_rights"


@pytest.mark.parametrize(
    "damage", [lambda c: c[: len(c) // 2], lambda c: c[:900] + bytes(len(c) - 1000) + c[-100:], lambda c: c[:4]]
)
def test_a_damaged_workbook_says_so(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = _workbook(tmp_path / "p.xlsx", ROWS)
    path.write_bytes(damage(path.read_bytes()))
    assert _code(path) in ("table.broken", "table.not_table")


@pytest.mark.parametrize("length", [60, 600, 1500, 2000])
def test_a_damaged_old_workbook_says_so(tmp_path: Path, length: int) -> None:
    (tmp_path / "p.xls").write_bytes(office_files.xls(ROWS)[:length])
    assert _code(tmp_path / "p.xls") in ("table.broken", "table.not_table")


def test_a_damaged_ods_is_refused_and_not_read_for_ever(tmp_path: Path) -> None:
    whole = office_files.ods(f"<table:table-row>{office_files.ods_cell('ВО-4')}</table:table-row>")
    with zipfile.ZipFile(BytesIO(whole)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    parts["content.xml"] = parts["content.xml"].replace("</table:table>", "</table:tagle>")
    (tmp_path / "p.ods").write_bytes(office_files.package(parts))
    assert _code(tmp_path / "p.ods") == "table.broken"


def test_one_stray_cell_at_the_end_of_the_sheet_does_not_take_all_memory(tmp_path: Path) -> None:
    def stray(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["XFD1048576"] = "x"

    path = _workbook(tmp_path / "p.xlsx", ROWS, stray)
    tracemalloc.start()
    with pytest.raises(UserFixable) as caught:
        Tables().read(path)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "table.too_many_rows"
    assert "XFD1048576" in str(caught.value)
    assert most < 64 << 20


@pytest.mark.parametrize(("column", "place"), [(255, "IV65536"), (65535, "CRXP65536")])
def test_a_stray_cell_of_xls_is_refused(tmp_path: Path, column: int, place: str) -> None:
    content = office_files.xls(ROWS)
    near = struct.pack("<HHHH", 0x0203, 14, 2, 3)
    assert near in content
    (tmp_path / "p.xls").write_bytes(content.replace(near, struct.pack("<HHHH", 0x0203, 14, 65535, column)))
    assert _code(tmp_path / "p.xls") == "table.too_many_rows"
    with pytest.raises(UserFixable, match=place):
        Tables().read(tmp_path / "p.xls")


def test_an_error_of_a_formula_in_xls_is_said(tmp_path: Path) -> None:
    (tmp_path / "p.xls").write_bytes(office_files.xls([*ROWS, ["К-1", "Клапан", "шт", office_files.ERROR]]))
    assert _table(tmp_path / "p.xls").rows[-1].reason == "ошибка формулы: #DIV/0!"


def test_an_old_letter_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "p.xls").write_bytes(office_files.compound_file({"WordDocument": b"x" * 5000}))
    assert _code(tmp_path / "p.xls") == "table.not_table"


def test_a_stray_row_of_ods_is_refused_and_empty_rows_are_not(tmp_path: Path) -> None:
    row = f"<table:table-row>{office_files.ods_cell('ВО-4')}</table:table-row>"
    gap = '<table:table-row table:number-rows-repeated="1048500"><table:table-cell/></table:table-row>'
    (tmp_path / "far.ods").write_bytes(office_files.ods(row + gap + row))
    (tmp_path / "long.ods").write_bytes(office_files.ods(row + gap))
    assert _code(tmp_path / "far.ods") == "table.too_many_rows"
    assert len(Tables().read(tmp_path / "long.ods")[0].rows) == 1


@pytest.mark.slow
def test_a_million_rows_are_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("Артикул;Цена\n" + "К-1;10\n" * 1_000_000, "utf-8")
    assert _code(path) == "table.too_many_rows"


def test_as_many_rows_as_promised_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 50)
    path = tmp_path / "p.csv"
    path.write_text("Артикул;Цена\n" + "".join(f"К-{n};10\n" for n in range(49)), "utf-8")
    assert len(_table(path).items) == 49
    path.write_text("Артикул;Цена\n" + "".join(f"К-{n};10\n" for n in range(50)), "utf-8")
    assert _code(path) == "table.too_many_rows"


def test_every_row_of_a_real_file_is_accounted_for(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["ООО «Северный ветер»"],
        ["Прайс действителен до 31.12.2026"],
        [],
        ["№", "Артикул", "Наименование", "Ед. изм.", "Цена с НДС, руб.", "НДС"],
        ["Вентиляторы"],
        [1, "ВО-4", "Вентилятор осевой ВО-4", "шт.", "12 500,50 руб.", "22%"],
        [2, "ВО-6", "Вентилятор осевой ВО-6", "шт.", "по запросу", "22%"],
        [3, "ВК-1", "Вентилятор канальный", "шт.", 8000, "22%"],
        [4, "ВК-1", "Вентилятор канальный", "шт.", 8200, "22%"],
        [5, None, "Монтажный набор", "к-т", 450, "22%"],
    ]
    table = _table(_workbook(tmp_path / "price.xlsx", rows))
    assert (table.valid_until, table.read_as) == (date(2026, 12, 31), "лист «Sheet»")
    assert {state: table.count(state) for state in RowState} == {
        RowState.READ: 1,
        RowState.DOUBTFUL: 3,
        RowState.SKIPPED: 2,
    }
    assert (table.items[0].price, table.items[0].vat_rate, table.items[0].unit) == (Decimal("12500.50"), "22", "шт")
