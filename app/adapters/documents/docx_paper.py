"""A .docx as a `Paper`, with the XML element behind each of its paragraphs and tables."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.documents.package import broken, read_document
from app.core.i18n import _
from app.proposal.paper import Cell, Paper, Paragraph, Table
from app.proposal.ports import ReadBack
from app.proposal.read_back import read

if TYPE_CHECKING:
    from docx.document import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


class WordReader:
    """A `DocumentChecker` for .docx files."""

    def read_back(self, path: Path) -> ReadBack:
        """See `app.proposal.ports.DocumentChecker`."""
        return read(paper_of(open_document(path, read_document(path), "document"))[0])


def open_document(path: Path, content: bytes, what: str) -> Document:
    """The opened document. Raises UserFixable ``template.broken`` or ``document.broken``, as `what` says."""
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    try:
        return docx.Document(io.BytesIO(content))
    except (OpcError, XMLSyntaxError, KeyError, ValueError, OSError) as error:
        raise broken(path, what, repr(error)) from error


def paper_of(document: Document) -> tuple[Paper, list[Any], list[Any]]:
    """The document as a `Paper`, and the elements of its paragraphs and of its tables, in the same order."""
    reader = _Reader()
    reader.read("body", document.element.body)
    for section in document.sections:
        for half in (
            *(section.header, section.first_page_header, section.even_page_header),
            *(section.footer, section.first_page_footer, section.even_page_footer),
        ):
            if not half.is_linked_to_previous:
                name = "header" if half._element.tag == f"{W}hdr" else "footer"
                reader.read(name, half._element)
    return Paper(tuple(reader.paragraphs), tuple(reader.tables)), reader.elements, reader.table_elements


def text_of(paragraph: Any) -> str:
    """The text of one paragraph, without that of text boxes in it; one sign for a tab or a line break."""
    return "".join(sign for _element, sign in pieces_of(paragraph))


def pieces_of(paragraph: Any) -> Iterator[tuple[Any, str]]:
    """The elements of a paragraph that show text, each with what it shows."""
    for element in paragraph.iter(f"{W}t", *_BREAKS):
        owner = element.getparent()
        while owner is not None and owner.tag != f"{W}p":
            owner = owner.getparent()
        if owner is paragraph and element.getparent().tag == f"{W}r":
            yield element, (element.text or "") if element.tag == f"{W}t" else _BREAKS[element.tag]


class _Reader:
    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.elements: list[Any] = []
        self.tables: list[Table] = []
        self.table_elements: list[Any] = []
        self._tables_of_part = 0

    def read(self, part: str, root: Any) -> None:
        count = self._tables_of_part = 0
        for child in _children(root):
            if child.tag == f"{W}tbl":
                self._read_table(part, child)
            elif child.tag == f"{W}p":
                count += 1
                self._add(child, part, _("абзац {number}").format(number=count), None)

    def _add(self, paragraph: Any, part: str, place: str, at: tuple[int, int, int] | None) -> None:
        where = {"header": _("верхний колонтитул"), "footer": _("нижний колонтитул")}.get(part)
        table, row, cell = at or (None, None, None)
        self.paragraphs.append(
            Paragraph(text_of(paragraph), part, f"{where}, {place}" if where else place, table, row, cell)
        )
        self.elements.append(paragraph)
        for box in paragraph.iter(f"{W}txbxContent"):
            # Word keeps each text box twice, for itself and for older programs.
            if not any(owner.tag.endswith("}Fallback") for owner in box.iterancestors()):
                for inner in box.iterchildren(f"{W}p"):
                    self._add(inner, part, f"{place}, {_('надпись')}", at)

    def _read_table(self, part: str, table: Any, *, is_nested: bool = False) -> None:
        self._tables_of_part += 1
        number = self._tables_of_part - 1
        is_body = part == "body"
        rows: list[tuple[Cell, ...]] = []
        inner: list[Any] = []
        first = len(self.paragraphs)
        for row_number, row in enumerate(table.iterchildren(f"{W}tr")):
            column, cells = 0, []
            for cell_number, cell in enumerate(_cells(row)):
                begins = len(self.paragraphs)
                place = _("таблица {table}, строка {row}, ячейка {cell}").format(
                    table=number + 1, row=row_number + 1, cell=cell_number + 1
                )
                for child in _children(cell):
                    if child.tag == f"{W}p":
                        self._add(child, part, place, (number, row_number, cell_number))
                    elif child.tag == f"{W}tbl":
                        inner.append(child)
                numbers = tuple(range(begins, len(self.paragraphs)))
                text = "\n".join(self.paragraphs[at].text for at in numbers)
                span = _number(cell, "gridSpan", 1)
                cells.append(Cell(column, span, text, numbers))
                column += span
            rows.append(tuple(cells))
        if is_body:
            self.tables.append(Table(tuple(rows), first, len(self.paragraphs) - 1, is_nested))
            self.table_elements.append(table)
        for child in inner:
            self._read_table(part, child, is_nested=True)


def _children(element: Any) -> Iterator[Any]:
    """Paragraphs and tables of an element, content controls opened."""
    for child in element.iterchildren(f"{W}p", f"{W}tbl", f"{W}sdt"):
        if child.tag == f"{W}sdt":
            content = child.find(f"{W}sdtContent")
            if content is not None:
                yield from _children(content)
        else:
            yield child


def _cells(row: Any) -> Iterator[Any]:
    for child in row.iterchildren(f"{W}tc", f"{W}sdt"):
        if child.tag == f"{W}sdt":
            yield from child.iterfind(f"{W}sdtContent/{W}tc")
        else:
            yield child


def _number(cell: Any, name: str, default: int) -> int:
    found = cell.find(f"{W}tcPr/{W}{name}")
    return int(found.get(f"{W}val", str(default))) if found is not None else default
