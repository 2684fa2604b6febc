"""The list of calls as Qt wants it. Rows come in pages; a row that is not here yet is drawn as a shadow of one."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.core.clock import Clock
from app.core.i18n import _
from app.pipeline import CallRow
from app.recording.model import CallState
from app.viewmodels.call_list import CallListViewModel
from app.viewmodels.wording import clock_text, list_time_text, risk_label, state_label
from app.viewmodels.work import WorkQueue, WorkState

ROW = Qt.ItemDataRole.UserRole
WORK = Qt.ItemDataRole.UserRole + 1
TIME = Qt.ItemDataRole.UserRole + 2
SENDING = Qt.ItemDataRole.UserRole + 3

Index = QModelIndex | QPersistentModelIndex


class CallListModel(QAbstractListModel):
    """Binds `CallListViewModel`."""

    def __init__(self, calls: CallListViewModel, work: WorkQueue, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls = calls
        self._work = work
        self._clock = clock
        self._count = 0
        calls.reset.connect(self._reset)
        calls.rows_changed.connect(self._rows_changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (ROW, WORK, TIME, SENDING, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self._calls.row(index.row())
        if role == ROW:
            return row
        if row is None:
            return "…" if role not in (WORK, SENDING) else None
        if role in (WORK, SENDING):
            return self._work.of(row.id) if role == WORK else self.is_sending(row)
        if role == TIME:
            return self._time_text(row)
        return self._spoken(row)

    def is_sending(self, row: CallRow) -> bool:
        """Approved, and not all of it has arrived in the CRM."""
        return row.state is CallState.APPROVED and row.id in self._calls.sending

    def row_at(self, index: Index) -> CallRow | None:
        return self._calls.row(index.row()) if index.isValid() else None

    def _time_text(self, row: CallRow) -> str:
        return list_time_text(self._clock.local(row.at), self._clock.local(self._clock.now_utc()))

    def _spoken(self, row: CallRow) -> str:
        work: WorkState | None = self._work.of(row.id)
        parts = [
            _("срочно") if row.is_urgent else "",
            row.title,
            self._time_text(row),
            clock_text(row.duration_s),
            _("отправляется в CRM") if self.is_sending(row) else state_label(work.state if work else row.state),
            ", ".join(risk_label(kind) for kind in row.risks),
        ]
        return "; ".join(part for part in parts if part)

    def _reset(self) -> None:
        self.beginResetModel()
        self._count = self._calls.count
        self.endResetModel()

    def _rows_changed(self, first: int, last: int) -> None:
        if self._count:
            self.dataChanged.emit(self.index(first), self.index(min(last, self._count - 1)))
