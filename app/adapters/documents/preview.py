"""Pages of a .docx as pictures, without Word: rdocx, and only as much of a long document as the page needs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.adapters.documents import fonts
from app.adapters.documents.docx_paper import W, open_document
from app.adapters.documents.package import broken, read_document
from app.adapters.documents.page_package import beginning, slim

if TYPE_CHECKING:
    import rdocx

_T = TypeVar("_T")
_ROWS_OF_A_PAGE = 18
_ROWS_SPARE = 6


class WordPages:
    """A `PageRenderer` for .docx files. The document asked for last stays open, so that turning pages is quick."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: tuple[tuple[Path, int, int], rdocx.Document] | None = None

    def pages(self, path: Path, dpi: int = 96) -> tuple[bytes, ...]:
        """See `app.proposal.ports.PageRenderer`."""
        with self._lock:
            return tuple(_drawn(path, lambda: self._whole(path).render_all_pages(float(dpi))))

    def page(self, path: Path, index: int, dpi: int = 96) -> bytes | None:
        """See `app.proposal.ports.PageRenderer`."""
        with self._lock:
            if not self._is_open(path):
                picture = _drawn(path, lambda: _page_of_beginning(path, index, dpi))
                if picture is not None:
                    return picture
            return _drawn(path, lambda: self._whole(path).render_page_to_png(index, float(dpi)))

    def missing_fonts(self, path: Path) -> tuple[str, ...]:
        """See `app.proposal.ports.PageRenderer`."""
        document = open_document(path, read_document(path), "document")
        parts = [document.element.body]
        for section in document.sections:
            parts += [half._element for half in (section.header, section.footer) if not half.is_linked_to_previous]
        names = [font.get(f"{W}ascii") for part in parts for font in part.iter(f"{W}rFonts")]
        used = {
            style.get(f"{W}val") for part in parts for style in part.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")
        }
        for style in document.styles.element.iter(f"{W}style"):
            if style.get(f"{W}styleId") in used or style.get(f"{W}default") == "1":
                names += [font.get(f"{W}ascii") for font in style.iter(f"{W}rFonts")]
        return fonts.absent(name for name in names if name)

    def _whole(self, path: Path) -> rdocx.Document:
        key = _identity(path)
        if self._opened is None or self._opened[0] != key:
            self._opened = (key, opened(path))
        return self._opened[1]

    def _is_open(self, path: Path) -> bool:
        return self._opened is not None and self._opened[0] == _identity(path)


def opened(path: Path) -> rdocx.Document:
    """The document as rdocx reads it. Raises UserFixable ``document.broken``, ``document.missing``."""
    import rdocx

    content = read_document(path)
    return _drawn(path, lambda: rdocx.Document.from_bytes(slim(content)))


def _identity(path: Path) -> tuple[Path, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return path, 0, 0
    return path, stat.st_mtime_ns, stat.st_size


def _drawn(path: Path, draw: Callable[[], _T]) -> _T:
    """What `draw` gives; what rdocx has against the document becomes ours."""
    import rdocx
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    try:
        return draw()
    except (rdocx.RdocxError, XMLSyntaxError, ValueError, KeyError, OSError) as error:
        raise broken(path, "document", repr(error)) from error


def _page_of_beginning(path: Path, index: int, dpi: int) -> bytes | None:
    """A page drawn from the beginning of a document with a long table; None where the whole is needed.

    rdocx lays the whole document out for each page: of 300 rows that takes seconds, of thirty a moment.
    """
    import rdocx

    content = beginning(read_document(path), _ROWS_OF_A_PAGE * (index + 1) + _ROWS_SPARE)
    if content is None:
        return None
    # Asking for the number of pages first would lay it out twice.
    pictures = rdocx.Document.from_bytes(content).render_all_pages(float(dpi))
    return pictures[index] if len(pictures) > index + 1 else None
