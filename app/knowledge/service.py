"""Takes files into the knowledge base and keeps what they replace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from app.core.clock import Clock
from app.core.ids import file_sha256
from app.knowledge.age import warnings
from app.knowledge.importing import document_of, price_list_of, read_table
from app.knowledge.model import Column, Document, Earlier, Knowledge, PriceList, TableImport
from app.knowledge.ports import DocumentReader, KnowledgeIndex, KnowledgeStore, Sheet, TableReader


class KnowledgeService:
    """The verb of the knowledge base. Reading files takes its time, so it belongs in a job.

    Args:
        index: Searched from now on with what was taken in; None where nobody searches.
        later: Runs something in the background, which is given a way to ask whether it should stop; without it
            the meanings of new passages are read at once.
    """

    def __init__(
        self,
        store: KnowledgeStore,
        tables: TableReader,
        documents: DocumentReader,
        clock: Clock,
        index: KnowledgeIndex | None = None,
        *,
        later: Callable[[Callable[[Callable[[], bool]], None]], None] | None = None,
    ) -> None:
        self._store = store
        self._tables = tables
        self._documents = documents
        self._clock = clock
        self._index = index
        self._later = later
        self._shown: tuple[Path, Sequence[Sheet], str] | None = None

    def knowledge(self) -> Knowledge:
        """What is in force."""
        return self._store.knowledge()

    def begin_with(self, knowledge: Knowledge) -> None:
        """Take what a profile brings along where nothing was taken in before; then search what is in force."""
        known = self._store.knowledge()
        if known.price_list is None and not known.documents and not known.replaced:
            if knowledge.price_list is not None:
                self._store.take_price_list(knowledge.price_list)
            for document in knowledge.documents:
                self._store.take_document(document)
        self.refresh()

    def warnings(self, today: date) -> list[str]:
        """What a person should know of the age of the base, the gravest first; empty where all is fresh."""
        return warnings(self._store.knowledge(), today)

    def preview_price_list(
        self,
        path: Path,
        columns: dict[Column, int] | None = None,
        *,
        sheet: str | None = None,
        header_row: int | None = None,
    ) -> TableImport:
        """A price list as it is understood, for a person to confirm; nothing is stored.

        Args:
            columns: What the columns hold, from 0, as a person says; else what was remembered for the same titles.
            sheet: Name of the sheet to read; None for the one that looks most like a price list, and those like it.
            header_row: Its row from 1 as a person says, 0 for «there is none»; None to find it.

        Raises:
            UserFixable: The file cannot be read, is protected by a password, is of no known kind, or is empty.
        """
        sheets, sha256 = self._sheets(path, is_anew=columns is None and sheet is None and header_row is None)
        found = read_table(sheets, path.name, sha256, columns=columns, header_row=header_row, sheet=sheet)
        remembered = self._store.remembered_columns(found.headers) if columns is None else None
        if remembered and remembered != found.columns:
            return read_table(sheets, path.name, sha256, columns=remembered, header_row=header_row, sheet=sheet)
        return found

    def leave_preview(self) -> None:
        """Forget the file that was looked at: a large one takes hundreds of megabytes."""
        self._shown = None

    def _sheets(self, path: Path, *, is_anew: bool) -> tuple[Sequence[Sheet], str]:
        """The sheets of a file and its hash; while a person tries columns and headers, it is read only once."""
        shown = self._shown
        if shown is None or shown[0] != path or is_anew:
            self._shown = None
            shown = self._shown = (path, self._tables.read(path), file_sha256(path))
        return shown[1], shown[2]

    def take_price_list(self, table_import: TableImport) -> PriceList:
        """Put a confirmed price list in force; the earlier one is kept, the columns are remembered."""
        price_list = price_list_of(table_import, self._clock.now_utc())
        self._store.remember_columns(table_import.headers, table_import.columns)
        self._store.take_price_list(price_list)
        self._shown = None
        self.refresh()
        return price_list

    def add_document(self, path: Path) -> Document:
        """Put a document in force; the earlier one of the same name is kept.

        Raises:
            UserFixable: The file cannot be read, holds no text, or is of no known kind.
        """
        sections = self._documents.read(path)
        document = document_of(sections, path.name, file_sha256(path), self._clock.now_utc())
        self._store.take_document(document)
        self.refresh()
        return document

    def withdraw(self, id: str) -> None:
        """Take a price list or a document out of force; it is kept as replaced."""
        self._store.withdraw(id)
        self.refresh()

    def restore(self, id: str) -> None:
        """Put what is in force no more in force again; what took its place is kept as replaced."""
        self._store.restore(id)
        self.refresh()

    def earlier(self) -> list[Earlier]:
        """What is in force no more, the latest first."""
        return self._store.earlier()

    def set_valid_until(self, price_list_id: str, last_day: date | None) -> None:
        """Say the last day on which the prices of a price list hold."""
        self._store.set_valid_until(price_list_id, last_day)

    def refresh(self) -> None:
        """Search what is in force now."""
        if self._index is not None:
            self._index.replace(self._store.knowledge(), has_meanings=self._later is None)
            if self._later is not None:
                self._later(self._index.make_meanings)
