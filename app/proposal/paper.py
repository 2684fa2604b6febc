"""A Word document as a reader sees it: paragraphs in order, tables of cells, and where each stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER = re.compile(
    r"(?<![\w,.])[-−]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|(?<![\w,.])[-−]?\d+(?:[.,]\d+)?"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, also one of a table or of a header.

    Args:
        part: «body», or the name of a header or footer.
        table: Number of its innermost table, from 0; None outside of tables. So `row` and `cell`.
    """

    text: str
    part: str = "body"
    place: str = ""
    table: int | None = None
    row: int | None = None
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the grid column it begins at, how many it takes, its text, and the numbers of its paragraphs."""

    column: int
    span: int
    text: str
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the body; `first` and `last` are the numbers of its outermost paragraphs.

    Args:
        is_nested: It stands in a cell of another table.
    """

    rows: tuple[tuple[Cell, ...], ...]
    first: int
    last: int
    is_nested: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """The body first, then headers and footers. Tables are numbered in the order of the body."""

    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...]

    def outside(self, first: int, last: int) -> list[tuple[int, str]]:
        """Lines of text of the body between two paragraphs (without the last): a row of a table is one line."""
        lines: list[tuple[int, str]] = []
        row: tuple[int | None, int | None] = (None, None)
        for number in range(max(first, 0), min(last, len(self.paragraphs))):
            paragraph = self.paragraphs[number]
            if paragraph.part != "body":
                break
            here = (paragraph.table, paragraph.row)
            if paragraph.table is not None and here == row:
                at, text = lines[-1]
                lines[-1] = (at, f"{text}\t{paragraph.text}")
            else:
                lines.append((number, paragraph.text))
            row = here
        return lines


def plain(text: str) -> str:
    """In small letters, with «е» for «ё» and single spaces: the form in which texts of a document are compared."""
    return _SPACES.sub(" ", text).strip().casefold().replace("ё", "е")


def numbers(text: str) -> list[Decimal]:
    """The numbers of a text that are no percentages, in order: «1 250,50 ₽ (22 %)» gives 1250.50."""
    return [value for _start, _end, value in number_places(text)]


def number_places(text: str) -> list[tuple[int, int, Decimal]]:
    """The numbers of `numbers`, each with where it begins and ends."""
    found = []
    for match in _NUMBER.finditer(text):
        value = as_number(match.group())
        if value is not None and text[match.end() :].lstrip(" \u00a0\u202f")[:1] != "%":
            found.append((match.start(), match.end(), value))
    return found


def percentage(text: str) -> Decimal | None:
    """The first percentage of a text: 22 of «в т. ч. НДС 22 %»."""
    match = re.search(r"(\d+(?:[.,]\d+)?)[\s\u00a0]*%", text)
    return as_number(match[1]) if match else None


def as_number(text: str) -> Decimal | None:
    """«−1 250,50» as a number; None for anything else."""
    try:
        return Decimal(_SPACES.sub("", text).replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return None
