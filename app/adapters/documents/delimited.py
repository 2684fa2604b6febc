"""Tables in text: cells between semicolons, commas, tabs or bars, in any encoding."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from app.core.i18n import _

SEPARATORS = (";", "\t", "|", ",")
_SAMPLE_LINES = 200
_LINES_IN_CELL = 20
_SIGNS_IN_CELL = 100_000


def separator_of(text: str) -> str:
    """The separator by which most lines have one number of cells; a semicolon where none does."""
    if match := re.match(r"\A\s*sep=(.)\n", text, re.IGNORECASE):
        return match[1]
    lines = [line for line in itertools.islice(text.split("\n", _SAMPLE_LINES * 5), _SAMPLE_LINES * 4) if line.strip()]
    best, best_score = SEPARATORS[0], 0.0
    for separator in SEPARATORS:
        widths = [len(row) for row in _parsed(lines[:_SAMPLE_LINES], separator, csv.QUOTE_MINIMAL)]
        counted = Counter(width for width in widths if width > 1)
        if not counted:
            continue
        width, times = counted.most_common(1)[0]
        # A comma also stands in names and sums, so that what is in every line wins over what is in many.
        score = times / len(widths) + min(width, 20) / 1000
        if score > best_score:
            best, best_score = separator, score
    return best


def rows_of(text: str, separator: str) -> Iterator[list[str]]:
    """The rows of the text, each a list of cells; empty lines are empty rows.

    A quotation mark that is never closed («"Ромашка» at the beginning of a cell) would take the rest of the file for one
    cell: the text is then read without regard to quotation marks.
    """
    body = re.sub(r"\A\s*sep=.\n", "\n", text, flags=re.IGNORECASE).rstrip("\n")
    has_open_quote = False
    for row in _parsed(body.split("\n"), separator, csv.QUOTE_MINIMAL):
        if any(cell.count("\n") > _LINES_IN_CELL for cell in row):
            has_open_quote = True
            break
    quoting = csv.QUOTE_NONE if has_open_quote else csv.QUOTE_MINIMAL
    yield from _parsed(body.split("\n"), separator, quoting)


def read_as(encoding: str, separator: str) -> str:
    """How the file was read, for a person: «UTF-8, разделитель ;»."""
    shown = _("табуляция") if separator == "\t" else separator
    return _("{encoding}, разделитель {separator}").format(encoding=encoding, separator=shown)


def _parsed(lines: Iterable[str], separator: str, quoting: int) -> Iterator[list[str]]:
    """Cells of each row; a row whose cell is longer than any price list's is cut off there."""
    numbered = (f"{line}\n" for line in lines)
    old = csv.field_size_limit(_SIGNS_IN_CELL)
    try:
        yield from csv.reader(numbered, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    except csv.Error:
        return
    finally:
        csv.field_size_limit(old)
