"""Price lists as tables: xlsx, xls and ods through calamine, csv and txt in any separator and encoding."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.documents import delimited, files
from app.adapters.documents.encodings import decoded
from app.adapters.documents.old_workbook_scan import scan_old
from app.adapters.documents.web_page import looks_like_html, tables_of
from app.adapters.documents.workbook_scan import (
    DAMAGE,
    MOST_UNPACKED_BYTES,
    Limits,
    SheetMarks,
    TooLarge,
    is_encrypted_ods,
    scan,
)
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.money import grouped
from app.knowledge.ports import Cell, Sheet

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MOST_ROWS = 100_000
"""Rows of a sheet: twice the largest price list that the search is made for. A million would take gigabytes."""

_MOST_CELLS = 5_000_000
_MOST_BYTES = 100 * files.MEGABYTE
_ZIP = b"PK\x03\x04"


class Tables:
    """Reads the files in which companies keep their prices."""

    def read(self, path: Path) -> tuple[Sheet, ...]:
        """The sheets of a table file, hidden and empty ones left out. What the file is, its contents say, not its name.

        Merged cells are spread over all they cover; a formula gives its value, or the error that the spreadsheet shows.

        Raises:
            UserFixable: ``file.missing``, ``file.no_rights``, ``file.empty``, ``file.too_large``, ``table.password``,
                ``table.too_many_rows``, ``table.not_table``, ``table.broken``.
        """
        content = files.content_of(path, _MOST_BYTES)
        if content.startswith(_ZIP) or files.is_ole(content):
            return _from_workbook(content, path)
        return _from_text(content, path)


def _from_workbook(content: bytes, path: Path) -> tuple[Sheet, ...]:
    from python_calamine import CalamineError, PasswordError, load_workbook

    if files.has_password(content):
        raise _password(path)
    try:
        limits = Limits(MOST_ROWS, _MOST_CELLS)
        marks = scan(content, limits) if content.startswith(_ZIP) else scan_old(content, limits)
        if marks is None:
            raise _not_table(path, "a package of another kind")
        with load_workbook(BytesIO(content)) as workbook:
            return tuple(_sheets(workbook, marks, path))
    except TooLarge as error:
        if not error.cell:
            raise files.too_large(path, MOST_UNPACKED_BYTES) from error
        raise _too_many_rows(path, error.cell) from error
    except PasswordError as error:
        raise _password(path) from error
    except (CalamineError, *DAMAGE) as error:
        if content.startswith(_ZIP) and is_encrypted_ods(content):
            raise _password(path) from error
        raise _broken(path, error) from error
    except BaseException as error:
        # The library does not expect every kind of damage; its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise _broken(path, error) from error


def _sheets(workbook: CalamineWorkbook, marks: dict[str, SheetMarks], path: Path) -> Iterator[Sheet]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    visible = [
        known.name
        for known in workbook.sheets_metadata
        if known.typ == SheetTypeEnum.WorkSheet and known.visible == SheetVisibleEnum.Visible
    ]
    for name in visible or workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height > MOST_ROWS:
            raise _too_many_rows(path, str(sheet.total_height))
        rows = _rows(sheet, marks.get(name, SheetMarks()))
        if any(any(cell not in (None, "") for cell in row) for row in rows):
            yield Sheet(name, rows, _("лист «{name}»").format(name=name))


def _rows(sheet: CalamineSheet, marks: SheetMarks) -> list[list[Cell]]:
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), error in marks.errors.items():
        if row < len(rows) and column < len(rows[row]) and rows[row][column] in (None, ""):
            rows[row][column] = error
    for (top, left), (bottom, right) in (*(sheet.merged_cell_ranges or ()), *marks.merged):
        _spread(rows, (top, left), (bottom, right))
    return rows


def _spread(rows: list[list[Cell]], first: tuple[int, int], last: tuple[int, int]) -> None:
    """Put what a merged cell says into each of the cells that it covers."""
    if first[0] >= len(rows) or first[1] >= len(rows[first[0]]):
        return
    value = rows[first[0]][first[1]]
    if value in (None, ""):
        return
    for row in rows[first[0] : last[0] + 1]:
        for column in range(first[1], min(last[1] + 1, len(row))):
            row[column] = value


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool | date):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        # A spreadsheet shows 15 digits; the sixteenth is the noise of binary fractions.
        return Decimal(int(value)) if value.is_integer() and abs(value) < 1e15 else Decimal(f"{value:.15g}")
    return str(value) if isinstance(value, time | timedelta) else None


def _from_text(content: bytes, path: Path) -> tuple[Sheet, ...]:
    text = decoded(content)
    if text is None:
        raise _not_table(path, "no text")
    if looks_like_html(text.text):
        # Shops and accounting programs call a web page with a table .xls.
        tables = [Sheet("", rows, _("таблица веб-страницы")) for rows in tables_of(text.text)]
        if not tables:
            raise _not_table(path, "a web page without tables")
        return tuple(tables)
    if text.text.lstrip().startswith(("<?xml", "{", "%PDF", "{\\rtf")):
        raise _not_table(path, "another kind of text")
    if text.text.count("\n") > MOST_ROWS:
        raise _too_many_rows(path, str(text.text.count("\n")))
    separator = delimited.separator_of(text.text)
    try:
        rows = delimited.rows_of(text.text, separator)
    except csv.Error as error:
        raise _not_table(path, repr(error)) from error
    return (Sheet("", rows, delimited.read_as(text.encoding, separator)),)


def _password(path: Path) -> UserFixable:
    return UserFixable(
        "table.password",
        _("Таблица «{name}» защищена паролем.").format(name=path.name),
        hint=_(
            "Откройте её в Excel, снимите пароль («Файл» → «Сведения» → «Защита книги»), сохраните и выберите снова."
        ),
        detail=str(path),
    )


def _broken(path: Path, error: BaseException) -> UserFixable:
    return UserFixable(
        "table.broken",
        _("Таблица «{name}» повреждена и не читается.").format(name=path.name),
        hint=_("Откройте её в Excel или LibreOffice, сохраните как .xlsx и выберите снова."),
        detail=f"{path}: {error!r}",
    )


def _not_table(path: Path, detail: str) -> UserFixable:
    return UserFixable(
        "table.not_table",
        _("В файле «{name}» нет таблицы: это другой вид файла.").format(name=path.name),
        hint=_("Таблица может быть в xlsx, xls, ods, csv или txt."),
        detail=f"{path}: {detail}",
    )


def _too_many_rows(path: Path, place: str) -> UserFixable:
    """The error; `place` is a cell or the number of a row."""
    where = _("строке {place}") if place.isdecimal() else _("ячейке {place}")
    return UserFixable(
        "table.too_many_rows",
        _("Таблица «{name}» слишком велика: читается до {count} строк, а данные есть и в {where}.").format(
            name=path.name, count=grouped(MOST_ROWS), where=where.format(place=place)
        ),
        hint=_("Удалите лишние строки и столбцы под таблицей и справа от неё или разделите её на несколько файлов."),
        detail=str(path),
    )
