"""The knowledge base of the running program, as a screen has it: taken in, searched and asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from app.knowledge.answering import AnswerService
from app.knowledge.model import Answer, Column, Document, Earlier, Hit, Knowledge, PriceList, TableImport
from app.knowledge.ports import KnowledgeIndex
from app.knowledge.service import KnowledgeService


class KnowledgeBase:
    """One thing with all verbs. Nothing is read before the first of them.

    Args:
        service: Takes files in and knows what is in force; it also keeps the index up to date.
        index: Searches that.
        answers: Answers from it.
    """

    def __init__(
        self, service: Callable[[], KnowledgeService], index: KnowledgeIndex, answers: Callable[[], AnswerService]
    ) -> None:
        self._service = service
        self._index = index
        self._answers = answers
        self._known: Knowledge | None = None

    def knowledge(self) -> Knowledge:
        """What is in force. Asked with every change of a proposal, so it is read from the store only once."""
        known = self._known
        if known is None:
            known = self._known = self._service().knowledge()
        return known

    def warnings(self, today: date) -> list[str]:
        """What a person is warned about: age, prices that no longer hold."""
        return self._service().warnings(today)

    def preview_price_list(
        self,
        path: Path,
        columns: dict[Column, int] | None = None,
        *,
        sheet: str | None = None,
        header_row: int | None = None,
    ) -> TableImport:
        """How a price list is understood; columns, sheet and header row as a person said, None to find out."""
        return self._service().preview_price_list(path, columns, sheet=sheet, header_row=header_row)

    def leave_preview(self) -> None:
        """Forget the file that was looked at."""
        self._service().leave_preview()

    def take_price_list(self, table_import: TableImport) -> PriceList:
        """Put a price list in force; the one before is kept."""
        try:
            return self._service().take_price_list(table_import)
        finally:
            self._known = None

    def add_document(self, path: Path) -> Document:
        """Put a document in force; an earlier one of the same name is kept."""
        try:
            return self._service().add_document(path)
        finally:
            self._known = None

    def withdraw(self, id: str) -> None:
        """Take a price list or a document out of force; it is kept."""
        try:
            self._service().withdraw(id)
        finally:
            self._known = None

    def restore(self, id: str) -> None:
        """Put what is in force no more in force again."""
        try:
            self._service().restore(id)
        finally:
            self._known = None

    def earlier(self) -> list[Earlier]:
        """What is in force no more, the latest first."""
        return self._service().earlier()

    def set_valid_until(self, price_list_id: str, last_day: date | None) -> None:
        """Say the last day on which the prices of a price list hold; None for «not said»."""
        try:
            self._service().set_valid_until(price_list_id, last_day)
        finally:
            self._known = None

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """Passages and articles that fit best, the best first."""
        self._service()
        return self._index.search(query, limit)

    def items(self, query: str, limit: int = 10) -> list[Hit]:
        """The same among articles alone."""
        self._service()
        return self._index.items(query, limit)

    def ask(self, question: str) -> Answer:
        """An answer from passages alone, or that there is none."""
        self._service()
        return self._answers().ask(question)
