"""Templates made from old proposals: what `template_finding` sees in them, written as placeholders."""

from __future__ import annotations

import copy
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.adapters.documents.docx_paper import W, open_document, paper_of, pieces_of, text_of
from app.adapters.documents.package import read_template, write_new
from app.core.errors import UserFixable
from app.core.i18n import _
from app.proposal.ports import FoundTable, FoundTemplate, Mark, TableColumn
from app.proposal.template_finding import find

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_CELLS: Mapping[TableColumn, str] = {
    TableColumn.INDEX: "{{ строка.номер }}",
    TableColumn.SKU: "{{ строка.артикул }}",
    TableColumn.NAME: "{{ строка.название }}",
    TableColumn.UNIT: "{{ строка.ед }}",
    TableColumn.QTY: "{{ строка.кол }}",
    TableColumn.PRICE: "{{ строка.цена }}",
    TableColumn.FULL_PRICE: "{{ строка.цена_без_скидки }}",
    TableColumn.DISCOUNT: "{{ строка.скидка }}",
    TableColumn.SUM: "{{ строка.сумма }}",
    TableColumn.NET_SUM: "{{ строка.сумма_без_ндс }}",
    TableColumn.VAT_RATE: "{{ строка.ставка }}",
    TableColumn.VAT: "{{ строка.ндс }}",
    TableColumn.LEAD_DAYS: "{{ строка.срок }}",
}


class WordTemplateFinder:
    """A `TemplateFinder` for .docx files."""

    def find(self, path: Path) -> FoundTemplate:
        """See `app.proposal.ports.TemplateFinder`."""
        return find(paper_of(open_document(path, read_template(path), "template"))[0])

    def write(self, path: Path, found: FoundTemplate, into: Path) -> None:
        """See `app.proposal.ports.TemplateFinder`."""
        document = open_document(path, read_template(path), "template")
        _paper, paragraphs, tables = paper_of(document)
        for mark in sorted(found.marks, key=lambda mark: (mark.block, -mark.start)):
            if mark.placeholder:
                _put(paragraphs, mark, path)
        for paragraph in paragraphs if found.unknown_codes else ():
            _take_out(paragraph, found.unknown_codes)
        owner = ""
        if found.repeated is not None:
            _repeat_by_option(*(paragraphs[block] for block in found.repeated))
            owner = "вариант."
        for block in found.dropped:
            _drop(paragraphs[block])
        if found.vat_line >= 0:
            _repeat(paragraphs[found.vat_line], f"налог in {owner}ндс_по_ставкам")
        if found.table is not None:
            _make_loop(tables, found.table, path, f"{owner}строки")
        stream = io.BytesIO()
        document.save(stream)
        write_new(into, stream.getvalue())


def _put(paragraphs: list[Any], mark: Mark, path: Path) -> None:
    if not 0 <= mark.block < len(paragraphs):
        raise _changed(path, mark.text)
    paragraph = paragraphs[mark.block]
    if text_of(paragraph)[mark.start : mark.start + len(mark.text)] != mark.text:
        raise _changed(path, mark.text)
    replace_text(paragraph, mark.start, mark.start + len(mark.text), mark.placeholder)


def _drop(paragraph: Any) -> None:
    """Take a paragraph out with the row it stands in; one that is gone already is gone."""
    row = next(paragraph.iterancestors(f"{W}tr"), None)
    element = paragraph if row is None else row
    if element.getparent() is not None:
        element.getparent().remove(element)


def _repeat(paragraph: Any, of_what: str) -> None:
    """Let a paragraph, or the row of a table it stands in, stand once for each of something."""
    row = next(paragraph.iterancestors(f"{W}tr"), None)
    if row is not None:
        row.addprevious(_tag_row(row, f"{{%tr for {of_what} %}}"))
        row.addnext(_tag_row(row, "{%tr endfor %}"))
        return
    paragraph.addprevious(_line(paragraph, f"{{%p for {of_what} %}}"))
    paragraph.addnext(_line(paragraph, "{%p endfor %}"))


def _repeat_by_option(first: Any, last: Any) -> None:
    """Let what stands from one paragraph to another stand once for each option, under its heading."""
    first, last = (_of_body(paragraph) for paragraph in (first, last))
    heading = _line(first, "{{ вариант.заголовок }}")
    look = heading.makeelement(f"{W}pPr", {})
    look.append(look.makeelement(f"{W}keepNext", {}))
    look.append(look.makeelement(f"{W}spacing", {f"{W}before": "200", f"{W}after": "80"}))
    heading.insert(0, look)
    bold = heading.makeelement(f"{W}rPr", {})
    bold.append(bold.makeelement(f"{W}b", {}))
    heading.find(f"{W}r").insert(0, bold)
    for element in (
        _line(first, "{%p for вариант in варианты %}"),
        _line(first, "{%p if вариант.заголовок %}"),
        heading,
        _line(first, "{%p endif %}"),
    ):
        first.addprevious(element)
    last.addnext(_line(first, "{%p endfor %}"))


def _of_body(paragraph: Any) -> Any:
    """The outermost element that holds a paragraph: itself, its table, or a content control around them."""
    element = paragraph
    while element.getparent().tag != f"{W}body":
        element = element.getparent()
    return element


def _line(beside: Any, text: str) -> Any:
    paragraph = beside.makeelement(f"{W}p", {})
    run = paragraph.makeelement(f"{W}r", {})
    shown = run.makeelement(f"{W}t", {})
    shown.text = text
    run.append(shown)
    paragraph.append(run)
    return paragraph


def _take_out(paragraph: Any, codes: tuple[str, ...]) -> None:
    """Without the codes: one that stays would go to the client as it stands."""
    for code in codes:
        while (start := text_of(paragraph).find(code)) >= 0:
            replace_text(paragraph, start, start + len(code), "")


def replace_text(paragraph: Any, start: int, end: int, text: str) -> None:
    """Put other words in the place of some; they take the look of the first sign they replace."""
    at, is_placed = 0, False
    for element, shown in list(pieces_of(paragraph)):
        begins, at = at, at + len(shown)
        cut_from, cut_to = max(start, begins) - begins, min(end, at) - begins
        if cut_from >= cut_to:
            continue
        if element.tag != f"{W}t":
            element.getparent().remove(element)
            continue
        element.text = shown[:cut_from] + ("" if is_placed else text) + shown[cut_to:]
        element.set(_SPACE, "preserve")
        is_placed = True


def _make_loop(tables: list[Any], found: FoundTable, path: Path, lines: str) -> None:
    rows = tables[found.table].findall(f"{W}tr") if found.table < len(tables) else []
    if not found.sample_rows or found.sample_rows[-1] >= len(rows):
        raise _changed(path, _("таблица товаров"))
    sample = rows[found.sample_rows[0]]
    if found.columns:
        by_column = {column: _CELLS[role] for role, column in found.columns.items()}
        for at, cell in _placed(sample):
            _set_cell(cell, by_column.get(at, ""))
    for row in rows[found.sample_rows[0] + 1 : found.sample_rows[-1] + 1]:
        row.getparent().remove(row)
    sample.addprevious(_tag_row(sample, f"{{%tr for строка in {lines} %}}"))
    sample.addnext(_tag_row(sample, "{%tr endfor %}"))


def _placed(row: Any) -> list[tuple[int, Any]]:
    at, found = 0, []
    for cell in row.findall(f"{W}tc"):
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        found.append((at, cell))
        at += int(span.get(f"{W}val", "1")) if span is not None else 1
    return found


def _tag_row(sample: Any, tag: str) -> Any:
    row = copy.deepcopy(sample)
    for number, cell in enumerate(row.findall(f"{W}tc")):
        _set_cell(cell, "" if number else tag)
    return row


def _set_cell(cell: Any, text: str) -> None:
    """One paragraph with one text in the look of the first; pictures and further paragraphs go."""
    paragraphs = cell.findall(f"{W}p")
    for child in list(cell):
        if child.tag != f"{W}tcPr" and child is not paragraphs[0]:
            cell.remove(child)
    first = paragraphs[0]
    run = first.find(f".//{W}r")
    look = copy.deepcopy(run.find(f"{W}rPr")) if run is not None else None
    for child in list(first):
        if child.tag != f"{W}pPr":
            first.remove(child)
    if text:
        run = first.makeelement(f"{W}r", {})
        if look is not None:
            run.append(look)
        written = first.makeelement(f"{W}t", {_SPACE: "preserve"})
        written.text = text
        run.append(written)
        first.append(run)


def _changed(path: Path, what: str) -> UserFixable:
    return UserFixable(
        "template.changed",
        _("В файле «{name}» больше нет места «{what}».").format(name=path.name, what=what[:60]),
        hint=_("Похоже, файл изменили после разбора: разберите его заново."),
        action="open_settings",
    )
