"""Documents of the knowledge base as text: docx, pdf, md, txt and html."""

from __future__ import annotations

from pathlib import Path

from app.adapters.documents import files, web_page
from app.adapters.documents.encodings import decoded
from app.adapters.documents.pdf_text import pdf_sections
from app.adapters.documents.word_text import word_sections
from app.core.errors import UserFixable
from app.core.i18n import _
from app.knowledge import markdown, plain_text
from app.knowledge.ports import Section

SUFFIXES = (".docx", ".pdf", ".md", ".markdown", ".txt", ".html", ".htm")

_MOST_BYTES = 50 * files.MEGABYTE
_MARKDOWN = (".md", ".markdown")
_PAGES = (".html", ".htm")


class Documents:
    """Reads the documents that a company answers from: terms, warranty, questions and answers."""

    def read(self, path: Path) -> tuple[Section, ...]:
        """The text of a document by its headings, in order.

        Raises:
            UserFixable: ``file.missing``, ``file.no_rights``, ``file.empty``, ``file.too_large``, ``text.password``,
                ``text.scanned``, ``text.broken``, ``text.macros``, ``text.unknown_kind``, ``text.no_words``.
        """
        content = files.content_of(path, _MOST_BYTES)
        sections = _sections(content, path)
        if not sections:
            raise UserFixable(
                "text.no_words",
                _("В документе «{name}» нет текста.").format(name=path.name),
                hint=_("Если в нём только картинки, наберите то, что на них написано."),
                detail=str(path),
            )
        return sections


def _sections(content: bytes, path: Path) -> tuple[Section, ...]:
    suffix = path.suffix.lower()
    if content.startswith(b"%PDF") or (suffix == ".pdf" and b"%PDF" in content[:1024]):
        return pdf_sections(content, path)
    if content.startswith(b"PK\x03\x04") or files.is_ole(content):
        return word_sections(content, path)
    text = decoded(content)
    if text is None or suffix not in SUFFIXES or suffix in (".pdf", ".docx"):
        raise UserFixable(
            "text.unknown_kind",
            _("Документ «{name}» такого вида программа не читает.").format(name=path.name),
            hint=_("Сохраните его как docx, pdf с текстом, md, txt или html."),
            detail=str(path),
        )
    if suffix in _MARKDOWN:
        return markdown.sections_of(text.text)
    if suffix in _PAGES or web_page.looks_like_html(text.text):
        return web_page.sections_of(text.text)
    return plain_text.sections_of(text.text)
