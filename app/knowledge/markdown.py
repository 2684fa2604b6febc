"""Markdown as sections: headings, paragraphs, lists and tables, its marks taken out of the words. Pure."""

from __future__ import annotations

import re

from app.knowledge.outline import Outline, is_title, row_cells
from app.knowledge.ports import Section

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})\s*$")
_POINT = re.compile(r"^(\s*)(?:[-*+•–—]|\d{1,3}[.)])\s+(.*)$")
_RULE_CELL = re.compile(r"^:?-+:?$")
_BARE_RULE = re.compile(r"^\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+$")
_BOLD_LINE = re.compile(r"^(?:\*\*|__)([^*_]+)(?:\*\*|__)$")
_BOLD_LEVEL = 8
_RULE = re.compile(r"^ {0,3}(?:[-*_]\s*){3,}$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_MARKS = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"<(https?://[^>]+|[^@\s>]+@[^>\s]+)>"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])"), r"\1"),
    (re.compile(r"~~(.+?)~~"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])"), r"\1"),
)


def sections_of(text: str) -> tuple[Section, ...]:
    """The sections of a Markdown text, in order; those without words are left out."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _Reader().read(_COMMENT.sub("", _FRONT.sub("", plain)).split("\n"))


def without_marks(text: str) -> str:
    """The words of a line of Markdown, without marks of emphasis, links and code."""
    for pattern, kept in _MARKS:
        text = pattern.sub(kept, text)
    return text


class _Reader:
    def __init__(self) -> None:
        self._outline = Outline()
        self._paragraph: list[str] = []
        self._point: tuple[int, list[str]] | None = None
        self._indents: list[int] = []
        self._is_in_fence = False
        self._is_in_table = False

    def read(self, lines: list[str]) -> tuple[Section, ...]:
        for line in lines:
            self._line(line.expandtabs(4))
        self._flush()
        return self._outline.sections()

    def _line(self, line: str) -> None:
        if _FENCE.match(line):
            self._flush()
            self._is_in_fence = not self._is_in_fence
        elif self._is_in_fence:
            self._outline.paragraph(line)
        elif not line.strip():
            self._flush()
            self._is_in_table = False
            self._outline.table_ends()
        elif heading := _HEADING.match(line):
            self._flush()
            self._outline.heading(len(heading[1]), without_marks(heading[2]))
        elif self._paragraph and _UNDERLINE.match(line):
            title, self._paragraph = " ".join(self._paragraph), []
            self._outline.heading(1 if line.strip().startswith("=") else 2, without_marks(title))
        elif _RULE.match(line):
            self._flush()
        elif line.strip().startswith("|"):
            self._row(line.strip())
        elif self._paragraph and _BARE_RULE.match(line) and "|" in self._paragraph[-1]:
            # A table whose lines do not begin with a bar.
            titles = self._paragraph.pop()
            self._row(f"| {titles} |")
            self._is_in_table = True
        elif self._is_in_table and "|" in line:
            self._row(f"| {line.strip()} |")
        elif point := _POINT.match(line):
            self._flush()
            self._point = (self._depth(len(point[1])), [point[2]])
        elif self._point is not None:
            self._point[1].append(line.strip())
        else:
            self._paragraph.append(line.strip().removeprefix("> ").removeprefix(">"))

    def _row(self, line: str) -> None:
        self._flush()
        cells = row_cells(line) or []
        if cells and all(_RULE_CELL.match(cell.replace(" ", "")) for cell in cells):
            return
        self._outline.row([without_marks(cell) for cell in cells])

    def _depth(self, indent: int) -> int:
        while self._indents and self._indents[-1] > indent:
            self._indents.pop()
        if not self._indents or indent > self._indents[-1]:
            self._indents.append(indent)
        return len(self._indents) - 1

    def _flush(self) -> None:
        if self._point is not None:
            depth, parts = self._point
            self._outline.point(without_marks(" ".join(parts)), depth)
            self._point = None
        if self._paragraph:
            text = " ".join(self._paragraph)
            if (bold := _BOLD_LINE.match(text)) and is_title(bold[1]):
                self._outline.heading(_BOLD_LEVEL, bold[1])
            else:
                self._outline.paragraph(without_marks(text))
            self._paragraph = []
            self._indents = []
