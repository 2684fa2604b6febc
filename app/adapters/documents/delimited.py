"""Tables in text: cells between semicolons, commas, tabs or bars, in any encoding."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from app.core.i18n import _

SEPARATORS = (";", "\t", "|", ",")
_SAMPLE_LINES = 200
_SAMPLE_SIGNS = 200_000
_LINES_IN_CELL = 20


def separator_of(text: str) -> str:
    """The separator by which most lines have one number of cells; a semicolon where none does."""
    if match := re.match(r"\A\s*sep=(.)\n", text, re.IGNORECASE):
        return match[1]
    lines = [line for line in text[:_SAMPLE_SIGNS].split("\n") if line.strip()][:_SAMPLE_LINES]
    best, best_score = SEPARATORS[0], 0.0
    for separator in SEPARATORS:
        widths = _widths(lines, separator)
        counted = Counter(width for width in widths if width > 1)
        if not counted:
            continue
        width, times = counted.most_common(1)[0]
        # A comma also stands in names and sums, so that what is in every line wins over what is in many.
        score = times / len(widths) + min(width, 20) / 1000
        if score > best_score:
            best, best_score = separator, score
    return best


def rows_of(text: str, separator: str) -> list[list[str]]:
    """The rows of the text, each a list of cells; empty lines are empty rows.

    A quotation mark that is never closed («"Ромашка» at the beginning of a cell) would take all that follows for
    one cell: the text is then read without regard to quotation marks.

    Raises:
        csv.Error: A cell is longer than any table's: the file is none.
    """
    lines = re.sub(r"\A\s*sep=.\n", "\n", text, flags=re.IGNORECASE).rstrip("\n").split("\n")
    try:
        rows = list(_parsed(lines, separator, csv.QUOTE_MINIMAL))
    except csv.Error:
        rows = []
    if rows and (len(rows) == len(lines) or not any(cell.count("\n") > _LINES_IN_CELL for row in rows for cell in row)):
        return rows
    return list(_parsed(lines, separator, csv.QUOTE_NONE))


def read_as(encoding: str, separator: str) -> str:
    """How the file was read, for a person: «UTF-8, разделитель ;»."""
    shown = _("табуляция") if separator == "\t" else separator
    return _("{encoding}, разделитель {separator}").format(encoding=encoding, separator=shown)


def _parsed(lines: Iterable[str], separator: str, quoting: Literal[0, 3]) -> Iterator[list[str]]:
    return csv.reader((f"{line}\n" for line in lines), delimiter=separator, quoting=quoting)


def _widths(lines: Iterable[str], separator: str) -> list[int]:
    """How many cells each line has; up to the first that cannot be read."""
    widths = []
    try:
        for row in _parsed(lines, separator, csv.QUOTE_MINIMAL):
            widths.append(len(row))
    except csv.Error:
        return widths
    return widths
