"""The knowledge base: what is in force and how old it is, files that come in, and answers that stand on passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from app.core.clock import Clock
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.observable import Signal
from app.knowledge.model import (
    STALE_DAYS,
    Answer,
    Column,
    Document,
    Earlier,
    Hit,
    Knowledge,
    Passage,
    Source,
    TableImport,
)
from app.viewmodels.requests import Requests

TABLE_FILES = (".xlsx", ".xls", ".xlsm", ".ods", ".csv", ".tsv")
DOCUMENT_FILES = (".docx", ".pdf", ".md", ".txt", ".html", ".htm")
_LANE = "knowledge"
_HITS = 12


class KnowledgeBase(Protocol):
    """The knowledge base; `app.knowledge.base.KnowledgeBase`. Each call takes its time, so it is made in a job."""

    def knowledge(self) -> Knowledge: ...

    def warnings(self, today: date) -> Sequence[str]: ...

    def preview_price_list(
        self,
        path: Path,
        columns: dict[Column, int] | None = None,
        *,
        sheet: str | None = None,
        header_row: int | None = None,
    ) -> TableImport: ...

    def leave_preview(self) -> None: ...

    def take_price_list(self, table_import: TableImport) -> object: ...

    def add_document(self, path: Path) -> object: ...

    def withdraw(self, id: str) -> None: ...

    def restore(self, id: str) -> None: ...

    def earlier(self) -> Sequence[Earlier]: ...

    def set_valid_until(self, price_list_id: str, last_day: date | None) -> None: ...

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
        self._sheet: str | None = None
        self._header_row: int | None = None
        self._said_until: tuple[date | None] | None = None
        self._withdrawn: list[tuple[str, str]] = []
        self._changes = 0
        self.knowledge = Knowledge()
        self.earlier: tuple[Earlier, ...] = ()
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
        self.withdrawn: Signal[str] = Signal()
        self.task_wanted: Signal[str] = Signal()
        self.failed: Signal[VizirError] = Signal()

    @property
    def today(self) -> date:
        return self._clock.local(self._clock.now_utc()).date()

    def refresh(self) -> None:
        """Read anew what is in force."""
        today = self.today

        def take(answer: tuple[Knowledge, tuple[str, ...], tuple[Earlier, ...]]) -> None:
            (self.knowledge, self.warnings, self.earlier), self.is_loaded = answer, True
            self.changed.emit()

        self._requests.ask(
            "knowledge.all",
            lambda: (self._base.knowledge(), tuple(self._base.warnings(today)), tuple(self._base.earlier())),
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

    @property
    def chosen_sheet(self) -> str | None:
        """The sheet that a person chose; None where it was found."""
        return self._sheet

    @property
    def chosen_header_row(self) -> int | None:
        """The header row that a person said, 0 for «there is none»; None where it was found."""
        return self._header_row

    def choose_sheet(self, sheet: str | None) -> None:
        """Read another sheet of the file; None to have it found. Header and columns are looked for anew."""
        if self.table is not None and self._path is not None and sheet != self._sheet:
            self._sheet, self._header_row = sheet, None
            self._preview(self._path, None)

    def choose_header_row(self, row: int | None) -> None:
        """Say in which row from 1 the titles stand, 0 for «there are none»; None to have it found."""
        if self.table is not None and self._path is not None and row != self._header_row:
            self._header_row = row
            if row is not None and self._sheet is None and len(self.table.sheets) > 1:
                # A row is said of the sheet that is shown; on the others it means nothing.
                self._sheet = self.table.sheet
            self._preview(self._path, None)

    def set_table_valid_until(self, last_day: date | None) -> None:
        """Say the last day of the prices that are shown; None for «not said»."""
        if self.table is not None and self.table.valid_until != last_day:
            self._said_until = (last_day,)
            self.table = replace(self.table, valid_until=last_day)
            self.table_changed.emit()

    def set_valid_until(self, last_day: date | None) -> None:
        """Say the last day of the prices in force; None for «not said»."""
        price_list = self.knowledge.price_list
        if price_list is None or price_list.valid_until == last_day:
            return
        text = _("Срок цен снят: даты больше нет.")
        if last_day is not None:
            text = _("Цены прайс-листа действуют до {day}.").format(day=f"{last_day:%d.%m.%Y}")
        self._alter(lambda: self._base.set_valid_until(price_list.id, last_day), lambda: self._taken(text))

    @property
    def can_undo(self) -> bool:
        """True where something taken out of the base can be brought back."""
        return bool(self._withdrawn)

    def withdraw(self, id: str, file: str) -> None:
        """Take a price list or a document out of force; `undo` brings it back."""

        def done() -> None:
            self._withdrawn.append((id, file))
            self.withdrawn.emit(_("«{name}» больше не действует и лежит в прежних версиях.").format(name=file))
            self.refresh()

        self._alter(lambda: self._base.withdraw(id), done)

    def restore(self, id: str, file: str) -> None:
        """Put an earlier version in force again; the one in its place is kept."""

        def done() -> None:
            self._withdrawn = [one for one in self._withdrawn if one[0] != id]
            self._taken(_("«{name}» снова действует.").format(name=file))

        self._alter(lambda: self._base.restore(id), done)

    def undo(self) -> None:
        """Bring back what was withdrawn last."""
        if self._withdrawn:
            self.restore(*self._withdrawn[-1])

    def confirm(self) -> None:
        """Put the price list that is shown in force."""
        table = self.table
        if table is None or self.is_reading or not table.items:
            return

        def done(_done: object) -> None:
            self._forget_table()
            self._set_reading(False)
            self.table_changed.emit()
            self._taken(_("Прайс-лист «{name}» действует.").format(name=table.file))

        self._set_reading(True)
        self._requests.ask("knowledge.take", lambda: self._base.take_price_list(table), done, self._unread, lane=_LANE)

    def dismiss(self) -> None:
        """Leave the price list that is shown; nothing was changed."""
        self._forget_table()
        self._requests.ask("knowledge.read", self._base.leave_preview, lambda _done: None, lane=_LANE)
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
        sheet, header_row = self._sheet, self._header_row

        def done(table: TableImport) -> None:
            said = self._said_until
            self.table, self._path = replace(table, valid_until=said[0]) if said else table, path
            self._set_reading(False)
            self.table_changed.emit()

        self._set_reading(True)
        self._requests.ask(
            "knowledge.read",
            lambda: self._base.preview_price_list(path, columns, sheet=sheet, header_row=header_row),
            done,
            self._unread,
            lane=_LANE,
        )

    def _forget_table(self) -> None:
        self.table, self._path = None, None
        self._sheet, self._header_row, self._said_until = None, None, None

    def _alter(self, work: Callable[[], None], done: Callable[[], None]) -> None:
        """Change what is in force; each change is carried out, whatever else is asked meanwhile."""
        self._changes += 1
        key = f"knowledge.change {self._changes}"
        self._requests.ask(key, work, lambda _done: done(), self.failed.emit, lane=_LANE)

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
