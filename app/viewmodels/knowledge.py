"""The knowledge base: what is in force and how old it is, files that come in, and answers that stand on passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from app.core.clock import Clock
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.observable import Signal
from app.knowledge.model import STALE_DAYS, Answer, Column, Document, Hit, Knowledge, Passage, Source, TableImport
from app.viewmodels.requests import Requests

TABLE_FILES = (".xlsx", ".xls", ".xlsm", ".ods", ".csv", ".tsv")
DOCUMENT_FILES = (".docx", ".pdf", ".md", ".txt", ".html", ".htm")
_LANE = "knowledge"
_HITS = 12
T = TypeVar("T")


class KnowledgeBase(Protocol):
    """The knowledge base; `app.knowledge.base.KnowledgeBase`. Each call takes its time, so it is made in a job."""

    def knowledge(self) -> Knowledge: ...

    def warnings(self, today: date) -> Sequence[str]: ...

    def preview_price_list(self, path: Path, columns: dict[Column, int] | None = None) -> TableImport: ...

    def take_price_list(self, table_import: TableImport) -> object: ...

    def add_document(self, path: Path) -> object: ...

    def search(self, query: str, limit: int = 10) -> list[Hit]: ...

    def items(self, query: str, limit: int = 10) -> list[Hit]: ...

    def ask(self, question: str) -> Answer: ...


class KnowledgeViewModel:
    """Files are taken one after another; a price list waits until the person has confirmed how it was read."""

    def __init__(self, requests: Requests, base: KnowledgeBase, clock: Clock) -> None:
        self._requests = requests
        self._base = base
        self._clock = clock
        self._waiting: list[Path] = []
        self._path: Path | None = None
        self.knowledge = Knowledge()
        self.warnings: tuple[str, ...] = ()
        self.is_loaded = False
        self.is_reading = False
        self.table: TableImport | None = None
        self.text = ""
        self.hits: tuple[Hit, ...] = ()
        self.answer: Answer | None = None
        self.is_asking = False
        self.changed: Signal[()] = Signal()
        self.table_changed: Signal[()] = Signal()
        self.reading_changed: Signal[()] = Signal()
        self.hits_changed: Signal[()] = Signal()
        self.answer_changed: Signal[()] = Signal()
        self.taken: Signal[str] = Signal()
        self.task_wanted: Signal[str] = Signal()
        self.failed: Signal[VizirError] = Signal()

    @property
    def today(self) -> date:
        return self._clock.local(self._clock.now_utc()).date()

    def refresh(self) -> None:
        """Read anew what is in force."""
        today = self.today

        def take(answer: tuple[Knowledge, tuple[str, ...]]) -> None:
            (self.knowledge, self.warnings), self.is_loaded = answer, True
            self.changed.emit()

        self._requests.ask(
            "knowledge.all",
            lambda: (self._base.knowledge(), tuple(self._base.warnings(today))),
            take,
            self.failed.emit,
            lane=_LANE,
        )

    def age_days(self, loaded_at: datetime) -> int:
        """How long ago a file was taken in."""
        return max(0, (self.today - self._clock.local(loaded_at).date()).days)

    def is_stale(self, loaded_at: datetime) -> bool:
        return self.age_days(loaded_at) > STALE_DAYS

    def add_files(self, paths: Sequence[Path]) -> None:
        """Take files in, each by its kind: tables as the price list, the rest as documents."""
        self._waiting += paths
        self._next_file()

    def set_column(self, column: Column, index: int | None) -> None:
        """Say which column of the file holds something; None for nowhere. The rows are read anew."""
        if self.table is None or self._path is None:
            return
        columns = {known: at for known, at in self.table.columns.items() if known is not column and at != index}
        if index is not None:
            columns[column] = index
        self._preview(self._path, columns)

    def confirm(self) -> None:
        """Put the price list that is shown in force."""
        table = self.table
        if table is None or self.is_reading or not table.items:
            return

        def done(_done: object) -> None:
            self.table, self._path = None, None
            self._set_reading(False)
            self.table_changed.emit()
            self._taken(_("Прайс-лист «{name}» действует.").format(name=table.file))

        self._set_reading(True)
        self._requests.ask("knowledge.take", lambda: self._base.take_price_list(table), done, self._unread, lane=_LANE)

    def dismiss(self) -> None:
        """Leave the price list that is shown; nothing was changed."""
        self.table, self._path = None, None
        self._requests.forget("knowledge.read")
        self._set_reading(False)
        self.table_changed.emit()
        self._next_file()

    def search(self, text: str) -> None:
        """Show what fits a text; nothing for an empty one."""
        self.text = text.strip()
        if not self.text:
            self._requests.forget("knowledge.search")
            self.hits = ()
            self.hits_changed.emit()
            return
        text = self.text

        def take(hits: list[Hit]) -> None:
            self.hits = tuple(hits)
            self.hits_changed.emit()

        self._requests.ask(
            "knowledge.search", lambda: self._base.search(text, _HITS), take, self.failed.emit, lane=_LANE
        )

    def ask(self, question: str) -> None:
        """Answer from the passages, or say that there is no answer."""
        question = " ".join(question.split())
        if not question:
            return

        def done(answer: Answer) -> None:
            self.answer, self.is_asking = answer, False
            self.answer_changed.emit()

        def failed(error: VizirError) -> None:
            self.is_asking = False
            self.answer_changed.emit()
            self.failed.emit(error)

        self.is_asking, self.answer = True, None
        self.answer_changed.emit()
        self._requests.ask("knowledge.ask", lambda: self._base.ask(question), done, failed, lane=_LANE)

    def forget_answer(self) -> None:
        """Leave the answer that is shown."""
        self._requests.forget("knowledge.ask")
        self.answer, self.is_asking = None, False
        self.answer_changed.emit()

    def make_task(self) -> None:
        """Make a task of the question that has no answer."""
        answer = self.answer
        if answer is None or answer.is_answerable:
            return
        whom = answer.ask_whom or _("коллег")
        self.task_wanted.emit(_("Уточнить у {whom}: {question}").format(whom=whom, question=answer.question))

    def passage_of(self, source: Source) -> Passage | None:
        """The passage that a source stands in; None where its document is in force no more."""
        in_file = [passage for passage in self._passages() if passage.file == source.file]
        quoted = [passage for passage in in_file if source.quote and source.quote in passage.text]
        headed = [passage for passage in in_file if passage.heading == source.heading]
        return next(iter([*quoted, *headed]), None)

    def _passages(self) -> list[Passage]:
        documents: tuple[Document, ...] = self.knowledge.documents
        return [passage for document in documents for passage in document.passages]

    def _next_file(self) -> None:
        if self.is_reading or self.table is not None or not self._waiting:
            return
        path = self._waiting.pop(0)
        if path.suffix.lower() in TABLE_FILES:
            self._preview(path, None)
            return

        def done(_done: object) -> None:
            self._set_reading(False)
            self._taken(_("«{name}» в базе знаний.").format(name=path.name))

        self._set_reading(True)
        self._requests.ask("knowledge.read", lambda: self._base.add_document(path), done, self._unread, lane=_LANE)

    def _preview(self, path: Path, columns: dict[Column, int] | None) -> None:
        def done(table: TableImport) -> None:
            self.table, self._path = table, path
            self._set_reading(False)
            self.table_changed.emit()

        self._set_reading(True)
        self._requests.ask(
            "knowledge.read",
            lambda: self._base.preview_price_list(path, columns),
            done,
            self._unread,
            lane=_LANE,
        )

    def _read(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._requests.ask("knowledge.read", work, done, self._unread, lane=_LANE)

    def _taken(self, text: str) -> None:
        self.taken.emit(text)
        self.refresh()
        self._next_file()

    def _unread(self, error: VizirError) -> None:
        self._set_reading(False)
        self.failed.emit(error)
        self._next_file()

    def _set_reading(self, is_reading: bool) -> None:
        if is_reading != self.is_reading:
            self.is_reading = is_reading
            self.reading_changed.emit()


def column_label(column: Column) -> str:
    """What a column of a price list holds, as a caption."""
    return {
        Column.SKU: _("Артикул"),
        Column.NAME: _("Наименование"),
        Column.UNIT: _("Единица"),
        Column.PRICE: _("Цена"),
        Column.VAT_RATE: _("Ставка НДС"),
        Column.MIN_QTY: _("Минимум"),
        Column.STOCK: _("Остаток"),
        Column.LEAD_DAYS: _("Срок, дней"),
        Column.NOTE: _("Примечание"),
    }[column]
