"""What a proposal's documents are made, read, drawn and sent with, together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.proposal.ports import DocumentChecker, DocumentWriter, MailDraft, PageRenderer, PdfConverter


@dataclass(frozen=True, slots=True)
class DocumentTools:
    """One of each; those that a script has no need of are made when first asked for."""

    writer: DocumentWriter
    checker: DocumentChecker
    renderer: Callable[[], PageRenderer]
    converter: Callable[[], PdfConverter]
    mail: Callable[[], MailDraft]
