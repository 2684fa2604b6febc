"""The list of calls: pages of rows as they are needed, filter and search."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum

from app.core.errors import VizirError
from app.core.i18n import _
from app.core.observable import Signal
from app.pipeline import CallIndex, CallQuery, CallRow
from app.recording.model import CallState
from app.viewmodels.requests import Requests
from app.viewmodels.work import WorkQueue

PAGE_ROWS = 100
_PAGES_KEPT = 30
_PAGES_REFRESHED = 3
_PAGES_ASKED = 3


class Filter(StrEnum):
    """What the list is narrowed to."""

    ALL = "all"
    ACTIVE = "active"
    READY = "ready"
    APPROVED = "approved"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return {
            Filter.ALL: _("Все"),
            Filter.ACTIVE: _("В работе"),
            Filter.READY: _("К проверке"),
            Filter.APPROVED: _("Завизированы"),
            Filter.FAILED: _("Ошибки"),
        }[self]

    @property
    def states(self) -> tuple[CallState, ...]:
        """The states it lets through; empty for all."""
        return {
            Filter.ALL: (),
            Filter.ACTIVE: (
                CallState.IMPORTED,
                CallState.TRANSCRIBING,
                CallState.TRANSCRIBED,
                CallState.DRAFTING,
                CallState.INTERRUPTED,
            ),
            Filter.READY: (CallState.READY,),
            Filter.APPROVED: (CallState.APPROVED, CallState.DELIVERED),
            Filter.FAILED: (CallState.FAILED,),
        }[self]


@dataclass(frozen=True, slots=True)
class _Answer:
    count: int
    pages: dict[int, list[CallRow]]
    ready: int
    failed: int


class CallListViewModel:
    """Rows of the list by position. A row that is not here yet is None, is asked for, and announced when it comes."""

    def __init__(self, requests: Requests, index: CallIndex, work: WorkQueue) -> None:
        self._requests = requests
        self._index = index
        self._work = work
        self._pages: OrderedDict[int, list[CallRow]] = OrderedDict()
        self._asked: OrderedDict[int, None] = OrderedDict()
        self._is_refreshing = False
        self._is_stale = False
        self.query = CallQuery()
        self.filter = Filter.ALL
        self.count = 0
        self.is_loaded = False
        self.ready_count = 0
        self.failed_count = 0
        self.sending: frozenset[str] = frozenset()
        self.reset: Signal[()] = Signal()
        self.rows_changed: Signal[int, int] = Signal()
        self.counts_changed: Signal[()] = Signal()
        work.state_changed.connect(lambda _call_id: self.refresh())
        work.progressed.connect(self._progressed)

    def row(self, position: int) -> CallRow | None:
        """The row at a position; None while it is on its way."""
        page, offset = divmod(position, PAGE_ROWS)
        rows = self._pages.get(page)
        if rows is None:
            self._ask_page(page)
            return None
        self._pages.move_to_end(page)
        return rows[offset] if offset < len(rows) else None

    def position_of(self, call_id: str) -> int | None:
        """Where a call stands among the rows that are here."""
        for page, rows in self._pages.items():
            for offset, row in enumerate(rows):
                if row.id == call_id:
                    return page * PAGE_ROWS + offset
        return None

    def search(self, text: str) -> None:
        """Show the calls in which `text` was said or written; all calls for an empty one."""
        if text.strip() != self.query.text:
            self._change(CallQuery(text.strip(), self.filter.states))

    def narrow(self, chosen: Filter) -> None:
        """Show the calls of some states only."""
        if chosen is not self.filter:
            self.filter = chosen
            self._change(CallQuery(self.query.text, chosen.states))

    def set_sending(self, calls: frozenset[str]) -> None:
        """Say of which approved calls something is still on its way to a CRM."""
        if calls != self.sending:
            self.sending = calls
            self.rows_changed.emit(0, self.count - 1)

    def refresh(self) -> None:
        """Read anew what is on the screen; several wishes while one is carried out become one."""
        if self._is_refreshing:
            self._is_stale = True
            return
        self._is_refreshing = True
        wanted = list(self._pages)[-_PAGES_REFRESHED:] or [0]
        query = self.query

        def read() -> _Answer:
            return _Answer(
                self._index.count(query),
                {page: self._index.rows(query, page * PAGE_ROWS, PAGE_ROWS) for page in wanted},
                self._index.count(CallQuery(states=Filter.READY.states)),
                self._index.count(CallQuery(states=Filter.FAILED.states)),
            )

        self._requests.ask("calls.refresh", read, self._apply, self._failed)

    def _failed(self, error: VizirError) -> None:
        self._is_refreshing = False
        self._work.failed.emit(error)

    def _change(self, query: CallQuery) -> None:
        self.query = query
        self._pages.clear()
        self._is_refreshing = self._is_stale = False
        for page in tuple(self._asked):
            self._requests.forget(f"calls.page.{page}")
        self._asked.clear()
        self.refresh()

    def _apply(self, answer: _Answer) -> None:
        self._is_refreshing = False
        before = self.count
        had_rows = bool(self._pages)
        changed = [p for p, rows in answer.pages.items() if self._pages.get(p) != rows]
        if answer.count != before:
            self._pages.clear()
        self._pages.update(answer.pages)
        self.count = answer.count
        self.ready_count, self.failed_count = answer.ready, answer.failed
        is_first, self.is_loaded = not self.is_loaded, True
        if answer.count != before or not had_rows or is_first:
            self.reset.emit()
        else:
            for page in changed:
                self._announce(page)
        self.counts_changed.emit()
        if self._is_stale:
            self._is_stale = False
            self.refresh()

    def _ask_page(self, page: int) -> None:
        if page in self._asked:
            self._asked.move_to_end(page)
            return
        self._asked[page] = None
        while len(self._asked) > _PAGES_ASKED:
            # Scrolled past before it came: what is on the screen now must not wait behind it.
            passed, _nothing = self._asked.popitem(last=False)
            self._requests.forget(f"calls.page.{passed}")
        query = self.query

        def take(rows: list[CallRow]) -> None:
            self._asked.pop(page, None)
            self._pages[page] = rows
            while len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
            self._announce(page)

        self._requests.ask(
            f"calls.page.{page}",
            lambda: self._index.rows(query, page * PAGE_ROWS, PAGE_ROWS),
            take,
            lambda error: self._page_failed(page, error),
        )

    def _page_failed(self, page: int, error: VizirError) -> None:
        self._asked.pop(page, None)
        self._work.failed.emit(error)

    def _announce(self, page: int) -> None:
        first = page * PAGE_ROWS
        last = min(first + PAGE_ROWS, self.count) - 1
        if last >= first:
            self.rows_changed.emit(first, last)

    def _progressed(self, call_id: str) -> None:
        position = self.position_of(call_id)
        if position is not None:
            self.rows_changed.emit(position, position)
