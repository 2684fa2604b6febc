"""The text of a PDF: its headings by their larger type, lines joined to paragraphs, running titles left out."""

from __future__ import annotations

import logging
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import UserFixable
from app.core.i18n import _
from app.knowledge import plain_text
from app.knowledge.outline import joined
from app.knowledge.ports import Section

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

    _Page = list[tuple[str, float]]

_MOST_PAGES = 1000
_LETTERS_ON_PAGE = 20
_LARGER = 1.12
_PAGE_NUMBER = re.compile(
    r"^(?:стр\.?|страница|page|лист)?\s*[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:из|of|/)\s*\d{1,4})?$", re.IGNORECASE
)
_EDGE_LINES = 3
_HEADING_SIGNS = 120


def pdf_sections(content: bytes, path: Path) -> tuple[Section, ...]:
    """The sections of a PDF that has text.

    Raises:
        UserFixable: ``text.password``, ``text.scanned``, ``text.broken``, ``text.too_many_pages``.
    """
    from pypdf import PdfReader

    # The library tells each oddity of a file in the log; none of them concerns the person.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _password(path)
        pages = _pages(reader, path)
    except UserFixable:
        raise
    except Exception as error:
        raise UserFixable(
            "text.broken",
            _("Документ «{name}» повреждён и не читается.").format(name=path.name),
            hint=_("Откройте его в той программе, где он сделан, сохраните заново и выберите снова."),
            detail=f"{path}: {error!r}",
        ) from error
    letters = sum(len(re.findall(r"[^\W\d_]", line)) for page in pages for line, _size in page)
    if letters < _LETTERS_ON_PAGE * min(len(pages), 3):
        raise UserFixable(
            "text.scanned",
            _("В PDF «{name}» нет текста: похоже, это скан.").format(name=path.name),
            hint=_("Возьмите исходный документ или распознайте скан в программе, которая сохраняет PDF с текстом."),
            detail=str(path),
        )
    return _sections(pages)


def _pages(reader: PdfReader, path: Path) -> list[_Page]:
    """The lines of each page with the size of their type in points."""
    if len(reader.pages) > _MOST_PAGES:
        raise UserFixable(
            "text.too_many_pages",
            _("В PDF «{name}» больше {count} страниц.").format(name=path.name, count=_MOST_PAGES),
            hint=_("Разделите его на части и загрузите каждую."),
            detail=str(path),
        )
    return [_lines(page) for page in reader.pages]


def _lines(page: PageObject) -> _Page:
    lines: _Page = []
    words: list[str] = []
    size = 0.0

    def take(text: str, outer: list[float], inner: list[float], _font: object, font_size: float) -> None:
        nonlocal size
        for at, part in enumerate(text.split("\n")):
            if at:
                lines.append((joined("".join(words)), size))
                words.clear()
                size = 0.0
            words.append(part)
            if part.strip():
                size = max(size, abs(font_size * inner[3] * outer[3]))

    page.extract_text(visitor_text=take)
    lines.append((joined("".join(words)), size))
    return [(line, round(height, 1)) for line, height in lines]


def _sections(pages: list[_Page]) -> tuple[Section, ...]:
    running = _running_titles(pages)
    kept = [[pair for pair in page if pair[0] not in running and not _PAGE_NUMBER.match(pair[0])] for page in pages]
    signs: Counter[float] = Counter()
    for page in kept:
        for line, size in page:
            signs[size] += len(line)
    body = signs.most_common(1)[0][0] if signs else 0.0
    larger = sorted({size for page in kept for _line, size in page if size >= body * _LARGER}, reverse=True)
    levels = {size: at + 1 for at, size in enumerate(larger)}
    headings = {
        line: levels[size]
        for page in kept
        for line, size in page
        if size in levels and 2 < len(line) <= _HEADING_SIGNS and re.search(r"[^\W\d_]{2}", line)
    }
    return plain_text.sections_of("\n".join(line for page in kept for line, _size in page), headings)


def _running_titles(pages: list[_Page]) -> set[str]:
    """Lines that stand at the edge of most pages: the name of the company, of the document."""
    if len(pages) < 3:
        return set()
    edges = Counter(
        line for page in pages for line in {pair[0] for pair in (*page[:_EDGE_LINES], *page[-_EDGE_LINES:])}
    )
    return {line for line, times in edges.items() if line and times > 0.6 * len(pages)}


def _password(path: Path) -> UserFixable:
    return UserFixable(
        "text.password",
        _("Документ «{name}» защищён паролем.").format(name=path.name),
        hint=_("Откройте его, снимите пароль, сохраните и выберите снова."),
        detail=str(path),
    )
