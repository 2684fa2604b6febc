"""Pages of a .docx as pictures, without Word, by rdocx."""

from __future__ import annotations

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


class WordPages:
    """A `PageRenderer` for .docx files."""

    def pages(self, path: Path, dpi: int = 96) -> tuple[bytes, ...]:
        """See `app.proposal.ports.PageRenderer`."""
        return tuple(_drawn(path, lambda: opened(path).render_all_pages(float(dpi))))

    def first_page(self, path: Path, rows: int, dpi: int = 96) -> bytes | None:
        """See `app.proposal.ports.PageRenderer`."""
        import rdocx

        whole = read_document(path)

        def draw() -> bytes | None:
            content = beginning(whole, rows)
            # Asking for the number of pages first would lay them out twice.
            pages = rdocx.Document.from_bytes(content).render_all_pages(float(dpi)) if content is not None else []
            return pages[0] if len(pages) > 1 else None

        return _drawn(path, draw)

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


def opened(path: Path) -> rdocx.Document:
    """The document as rdocx reads it. Raises UserFixable ``document.broken``, ``document.missing``."""
    import rdocx

    content = read_document(path)
    return _drawn(path, lambda: rdocx.Document.from_bytes(slim(content)))


def _drawn(path: Path, draw: Callable[[], _T]) -> _T:
    """What `draw` gives; what rdocx has against the document becomes ours."""
    import rdocx
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    try:
        return draw()
    except (rdocx.RdocxError, XMLSyntaxError, ValueError, KeyError, OSError) as error:
        raise broken(path, "document", repr(error)) from error
