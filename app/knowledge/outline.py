"""Gathers the parts of a document as they come and gives them by their headings. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.knowledge.ports import Section

BETWEEN = " › "
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_TITLE_SIGNS = 90
_ENDS = (".", "!", "?", ":", ";", ",", "…")
_CELL_MARK = re.compile(r"(?<!\\)\|")


def joined(text: str) -> str:
    """The text on one line: white space joined, soft hyphens and other invisible signs taken out."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def is_title(text: str) -> bool:
    """Whether a line of bold type may be a heading: short, with words, and no sentence or the beginning of a list."""
    plain = joined(text)
    return len(plain) <= _TITLE_SIGNS and not plain.endswith(_ENDS) and re.search(r"[^\W\d_]{3}", plain) is not None


def row_line(cells: Sequence[str]) -> str:
    """A row of a table as a section has it: ``| cell | cell |``."""
    return "| " + " | ".join(joined(cell).replace("|", "\\|") for cell in cells) + " |"


def row_cells(line: str) -> list[str] | None:
    """The cells of such a line; None for a line that is no row."""
    if len(line) < 2 or not line.startswith("|"):
        return None
    inner = line[1:-1] if line.endswith("|") and not line.endswith("\\|") else line[1:]
    return [cell.strip().replace("\\|", "|") for cell in _CELL_MARK.split(inner)]


class Outline:
    """Takes headings, paragraphs, points of lists and rows of tables in order; `sections` gives them."""

    def __init__(self) -> None:
        self._over: list[tuple[int, str]] = []
        self._lines: list[str] = []
        self._sections: list[Section] = []

    def heading(self, level: int, text: str) -> None:
        """Begin a section; it stands under the last heading of a smaller level."""
        if not (plain := joined(text)):
            return
        self._close()
        while self._over and self._over[-1][0] >= level:
            self._over.pop()
        self._over.append((level, plain))

    def paragraph(self, text: str) -> None:
        # A paragraph that begins with the mark of a row or of a point would be taken for one.
        plain = joined(text).removeprefix("| ").removeprefix("- ")
        self._add(plain)

    def point(self, text: str, depth: int = 0) -> None:
        """A point of a list; `depth` 1 and more for lists within lists."""
        if plain := joined(text):
            self._add("  " * depth + "- " + plain)

    def row(self, cells: Sequence[str]) -> None:
        """A row of a table; the first of a table is its titles."""
        if any(joined(cell) for cell in cells):
            self._add(row_line(cells))

    def table_ends(self) -> None:
        """What comes next is not of the same table or list."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def sections(self) -> tuple[Section, ...]:
        """All sections that hold text, in order."""
        self._close()
        return tuple(self._sections)

    def _add(self, line: str) -> None:
        if line:
            self._lines.append(line)

    def _close(self) -> None:
        text = "\n".join(self._lines).strip("\n")
        if text:
            self._sections.append(Section(BETWEEN.join(heading for _level, heading in self._over), text))
        self._lines = []
