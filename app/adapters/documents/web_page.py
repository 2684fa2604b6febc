"""Web pages: their headings, paragraphs, lists and tables, without scripts, styles and menus."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from app.knowledge.outline import Outline, joined
from app.knowledge.ports import Section

_DROPPED = frozenset(("script", "style", "noscript", "template", "nav", "svg", "select", "button", "head", "iframe"))
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div section article main aside header footer blockquote pre figure figcaption address dl dt dd summary "
        "details fieldset form hr ul ol table caption",
    )
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SPACES = re.compile(r"\s+")
_HTML = re.compile(r"<(?:!doctype html|html|head|body|table|meta|div)\b", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether the text begins as a web page does."""
    return text.lstrip()[:1] == "<" and _HTML.search(text[:2000]) is not None


def sections_of(text: str) -> tuple[Section, ...]:
    """The sections of a web page, in order."""
    reader = _PageReader()
    reader.feed(text)
    reader.close()
    return reader.finish()


def tables_of(text: str) -> list[list[list[str]]]:
    """The tables of a web page, each a list of rows."""
    reader = _PageReader()
    reader.feed(text)
    reader.close()
    reader.finish()
    return [table for table in reader.tables if any(len(row) > 1 for row in table)]


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._outline = Outline()
        self._words: list[str] = []
        self._dropped = 0
        self._lists = 0
        self._is_point = False
        self._open_tables: list[list[list[str]]] = []
        self._spans: dict[int, tuple[int, str]] = {}
        self._span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped += 1
        elif self._dropped:
            return
        elif tag == "br":
            self._words.append(" " if self._open_tables or self._is_point else "\n")
        elif tag == "table":
            self._flush()
            self._open_tables.append([])
            self._spans = {}
        elif tag == "tr" and self._open_tables:
            self._words = []
            self._open_tables[-1].append([])
            self._fill_spanned()
        elif tag in ("td", "th") and self._open_tables:
            given = dict(attrs)
            self._span = (_whole(given.get("colspan")), _whole(given.get("rowspan")))
            self._words = []
        elif self._open_tables:
            self._words.append(" ")
        elif tag == "li":
            self._flush()
            self._is_point = True
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._flush()
            self._lists += tag in ("ul", "ol")

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        elif self._dropped:
            return
        elif tag in ("td", "th") and self._open_tables and self._open_tables[-1]:
            self._end_cell()
        elif tag == "table" and self._open_tables:
            self._end_table()
        elif self._open_tables:
            return
        elif tag in _HEADINGS:
            text, self._words = "".join(self._words), []
            self._outline.heading(int(tag[1]), text)
        elif tag == "li" or tag in _BLOCKS:
            self._flush()
            if tag in ("ul", "ol"):
                self._lists = max(0, self._lists - 1)
                self._outline.table_ends()

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self._words.append(_SPACES.sub(" ", data))

    def finish(self) -> tuple[Section, ...]:
        while self._open_tables:
            self._end_table()
        self._flush()
        return self._outline.sections()

    def _flush(self) -> None:
        text, self._words = "".join(self._words), []
        if self._is_point:
            self._outline.point(text, max(0, self._lists - 1))
            self._is_point = False
            return
        for line in text.split("\n"):
            self._outline.paragraph(line)

    def _end_cell(self) -> None:
        text, self._words = joined("".join(self._words)), []
        row = self._open_tables[-1][-1]
        across, down = self._span
        for _column in range(min(across, 100)):
            if down > 1:
                self._spans[len(row)] = (down - 1, text)
            row.append(text)
        self._span = (1, 1)
        self._fill_spanned()

    def _fill_spanned(self) -> None:
        """Repeat what a cell above reaches down with."""
        row = self._open_tables[-1][-1]
        while len(row) in self._spans:
            left, text = self._spans.pop(len(row))
            if left > 1:
                self._spans[len(row)] = (left - 1, text)
            row.append(text)

    def _end_table(self) -> None:
        rows = [row for row in self._open_tables.pop() if any(row)]
        self._words = []
        if self._open_tables:
            # A table within a cell: its words go on in that cell.
            self._words.append(" ".join(cell for row in rows for cell in row))
            return
        self.tables.append(rows)
        self._outline.table_ends()
        for row in rows:
            self._outline.row(row)
        self._outline.table_ends()


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and 0 < int(text) < 1000 else 1
