"""The turns of the open conversation as Qt wants them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.transcript.model import Segment
from app.viewmodels.conversation import ConversationViewModel
from app.viewmodels.wording import clock_text

SEGMENT = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class TurnsModel(QAbstractListModel):
    """Binds the segments of `ConversationViewModel`; turns that stay as they were are left alone."""

    def __init__(self, conversation: ConversationViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversation = conversation
        self._count = 0
        conversation.segments_changed.connect(self._changed)
        conversation.names_changed.connect(self._all_changed)
        conversation.hits_changed.connect(self._all_changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._conversation.segments):
            return None
        segment = self._conversation.segments[index.row()]
        if role == SEGMENT:
            return segment
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{self._conversation.name_of(segment)}, {clock_text(segment.start_s)}: {segment.text}"
        return None

    def segment(self, row: int) -> Segment:
        return self._conversation.segments[row]

    def _changed(self, first: int) -> None:
        old, new = self._count, len(self._conversation.segments)
        if new > old:
            self.beginInsertRows(QModelIndex(), old, new - 1)
            self._count = new
            self.endInsertRows()
        elif new < old:
            self.beginRemoveRows(QModelIndex(), new, old - 1)
            self._count = new
            self.endRemoveRows()
        common = min(old, new)
        if first < common:
            self.dataChanged.emit(self.index(first), self.index(common - 1))

    def _all_changed(self) -> None:
        if self._count:
            self.dataChanged.emit(self.index(0), self.index(self._count - 1), [Qt.ItemDataRole.DecorationRole])
