"""Writes tables for spreadsheets: sheets of an .xlsx, or .csv files as Excel opens them."""

from __future__ import annotations

import contextlib
import csv
import errno
import io
from collections.abc import Sequence
from pathlib import Path

from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.ports import OutTable

_WIDEST, _NARROWEST, _SAMPLE = 60, 8, 200
_MOST_SIGNS = 32_767
"""What a cell of a spreadsheet holds at most."""


class TableFiles:
    """`TableWriter`."""

    def write(self, path: Path, tables: Sequence[OutTable]) -> list[Path]:
        """Write the tables; of several .csv files each but the first has its table's name behind the given one.

        Files of these names are replaced: the person was asked.

        Raises:
            UserFixable: ``export.kind``, ``export.write``, ``export.disk_full``.
        """
        kind = path.suffix.lower()
        if kind == ".xlsx":
            return [_put(path, _workbook(tables))]
        if kind == ".csv":
            others = [path.with_name(f"{path.stem} {table.name}{path.suffix}") for table in tables[1:]]
            return [_put(place, _csv(table)) for place, table in zip((path, *others), tables, strict=True)]
        raise UserFixable(
            "export.kind",
            _("В файлы «{kind}» программа не выгружает.").format(kind=path.suffix or path.name),
            hint=_("Назовите файл с окончанием .xlsx или .csv."),
        )


def _workbook(tables: Sequence[OutTable]) -> bytes:
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    # Text stays text: nothing in it is taken for a formula, a link or a number.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(stream, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        for table in tables:
            sheet = book.add_worksheet(table.name[:31])
            for row, cells in enumerate((table.headings, *table.rows)):
                for column, text in enumerate(cells):
                    if text:
                        sheet.write_string(row, column, text[:_MOST_SIGNS], head if row == 0 else None)
            for column, heading in enumerate(table.headings):
                longest = max([len(heading), *(len(row[column]) for row in table.rows[:_SAMPLE])])
                sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, longest + 2)))
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.headings) - 1)
    return stream.getvalue()


def _csv(table: OutTable) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.headings)
    writer.writerows(table.rows)
    # With the mark Excel reads UTF-8, with semicolons it finds the columns under Russian settings.
    return stream.getvalue().encode("utf-8-sig")


def _put(path: Path, content: bytes) -> Path:
    """Write a file whole or leave the earlier one."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise _failure(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def _failure(path: Path, error: OSError) -> UserFixable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserFixable(
            "export.disk_full",
            _("На диске нет места для выгрузки."),
            hint=_("Освободите место или выберите другую папку."),
            detail=repr(error),
        )
    return UserFixable(
        "export.write",
        _("Файл «{name}» не записан.").format(name=path.name),
        hint=_("Закройте его в Excel и проверьте права на папку."),
        detail=repr(error),
    )
