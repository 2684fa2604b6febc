"""The text of a Word document with its headings, lists and tables."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.documents import files
from app.core.errors import UserFixable
from app.core.i18n import _
from app.knowledge.outline import Outline, is_title
from app.knowledge.ports import Section

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_MOST_UNPACKED_BYTES = 400 * files.MEGABYTE
_HEADING = re.compile(r"^(?:heading|заголовок)\s*(\d)", re.IGNORECASE)
_TITLE = re.compile(r"^(?:title|название)$", re.IGNORECASE)
_LIST = re.compile(r"^(?:list|список|маркированный|нумерованный)", re.IGNORECASE)
_MARK = re.compile(r"^[-•·–—▪]\s+")
_BOLD_LEVEL = 8
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def word_sections(content: bytes, path: Path) -> tuple[Section, ...]:
    """The sections of a .docx.

    Raises:
        UserFixable: ``text.password``, ``text.old_word``, ``text.macros``, ``text.broken``.
    """
    if files.is_ole(content):
        raise _old_or_locked(content, path)
    _refuse_foreign(content, path)
    from docx import Document

    try:
        document = Document(BytesIO(content))
        outline = Outline()
        for block in document.iter_inner_content():
            _block(block, outline)
    except Exception as error:
        raise _broken(path, repr(error)) from error
    return outline.sections()


def _block(block: Paragraph | Table, outline: Outline) -> None:
    from docx.table import Table

    if isinstance(block, Table):
        outline.table_ends()
        for row in block.rows:
            outline.row([" ".join(_texts(cell._tc)) for cell in row.cells])
        outline.table_ends()
        return
    style = str(block.style.name) if block.style is not None else ""
    lines = _texts(block._p)
    text = " ".join(lines)
    if heading := _HEADING.match(style):
        outline.heading(int(heading[1]), text)
    elif _TITLE.match(style):
        outline.heading(0, text)
    elif is_title(text) and all(run.bold for run in block.runs if run.text.strip()):
        outline.heading(_BOLD_LEVEL, text)
    elif (depth := _list_depth(block, style)) is not None:
        outline.point(_MARK.sub("", text), depth)
    elif _MARK.match(text):
        outline.point(_MARK.sub("", text))
    else:
        for line in lines:
            outline.paragraph(line)


def _list_depth(paragraph: Paragraph, style: str) -> int | None:
    """How deep in lists within lists, from 0; None outside of lists."""
    numbering = paragraph._p.find(f"{_W}pPr/{_W}numPr")
    if numbering is not None:
        number, level = numbering.find(f"{_W}numId"), numbering.find(f"{_W}ilvl")
        # The number 0 takes a paragraph out of the list of its style.
        if number is not None and number.get(f"{_W}val") == "0":
            return None
        return int(level.get(f"{_W}val", "0")) if level is not None else 0
    if _LIST.match(style):
        match = re.search(r"(\d)$", style)
        return max(0, int(match[1]) - 1) if match else 0
    return None


def _texts(element: Any) -> list[str]:
    """The lines of an element, with inserted text and without deleted, and text of shapes once.

    `Paragraph.text` leaves out what was inserted while changes were tracked (python-docx 1.2).
    """
    return [line for line in "".join(_pieces(element)).split("\n") if line.strip()]


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag not in (_FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}tcPr"):
            yield from _pieces(child)
            if child.tag == f"{_W}p":
                yield "\n"


def _refuse_foreign(content: bytes, path: Path) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = {part.filename: part.file_size for part in package.infolist()}
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError) as error:
        raise _broken(path, repr(error)) from error
    if "word/document.xml" not in parts and not any(name.startswith("word/") for name in parts):
        raise UserFixable(
            "text.unknown_kind",
            _("Документ «{name}» такого вида программа не читает.").format(name=path.name),
            hint=_("Сохраните его как docx, pdf с текстом, md, txt или html."),
            detail=str(path),
        )
    if "word/vbaProject.bin" in parts:
        raise UserFixable(
            "text.macros",
            _("В документе «{name}» есть макросы.").format(name=path.name),
            hint=_("Сохраните его в Word как обычный .docx без макросов и выберите снова."),
            detail=str(path),
        )
    if sum(parts.values()) > _MOST_UNPACKED_BYTES:
        raise files.too_large(path, _MOST_UNPACKED_BYTES)


def _old_or_locked(content: bytes, path: Path) -> UserFixable:
    if files.has_password(content):
        return UserFixable(
            "text.password",
            _("Документ «{name}» защищён паролем.").format(name=path.name),
            hint=_("Откройте его, снимите пароль, сохраните и выберите снова."),
            detail=str(path),
        )
    return UserFixable(
        "text.old_word",
        _("Документ «{name}» сохранён в старом виде Word.").format(name=path.name),
        hint=_("Откройте его в Word или LibreOffice и сохраните как .docx."),
        detail=str(path),
    )


def _broken(path: Path, detail: str) -> UserFixable:
    return UserFixable(
        "text.broken",
        _("Документ «{name}» повреждён и не читается.").format(name=path.name),
        hint=_("Откройте его в той программе, где он сделан, сохраните заново и выберите снова."),
        detail=f"{path}: {detail}",
    )
