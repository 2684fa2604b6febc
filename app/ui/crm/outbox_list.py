"""The list of what waits for the CRMs: headings and rows."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.core.clock import Clock
from app.ui.list_rows import paint_ground
from app.ui.theme import Theme
from app.viewmodels.crm_outbox import OutboxRow, OutboxViewModel
from app.viewmodels.crm_wording import Sheaf, state_mark, what_text
from app.viewmodels.wording import list_time_text

ENTRY = Qt.ItemDataRole.UserRole
_ROW, _NARROW = 56, 120
Index = QModelIndex | QPersistentModelIndex
Entry = Sheaf | OutboxRow


class OutboxModel(QAbstractListModel):
    """Binds the rows of `OutboxViewModel`; headings cannot be chosen."""

    def __init__(self, outbox: OutboxViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._outbox = outbox
        self._entries: list[Entry] = []
        outbox.changed.connect(self.renew)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self._entries[index.row()], Sheaf):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._entries):
            return None
        entry = self._entries[index.row()]
        if role == ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(entry, Sheaf):
                return entry.label
            return ", ".join(filter(None, (what_text(entry.operation), entry.deal, state_mark(entry.operation)[0])))
        return None

    def position_of(self, operation_id: str) -> int:
        """Row of an operation; -1 when it is not among them."""
        ids = (entry.id if isinstance(entry, OutboxRow) else "" for entry in self._entries)
        return next((at for at, one in enumerate(ids) if one == operation_id), -1)

    def renew(self) -> None:
        """Take the rows over; where only their states changed, the list keeps its place."""
        entries: list[Entry] = []
        for sheaf, rows in self._outbox.sheaves:
            entries += [sheaf, *rows]
        if [_identity(one) for one in entries] == [_identity(one) for one in self._entries]:
            before, self._entries = self._entries, entries
            for at, (old, new) in enumerate(zip(before, entries, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(at), self.index(at))
            return
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()


class OutboxDelegate(QStyledItemDelegate):
    """What is written above, the deal and the state below."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._title = theme.font(13, QFont.Weight.DemiBold)
        self._small = theme.font(12)
        self._chip = theme.font(11, QFont.Weight.DemiBold)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        # Headings are as tall as rows: Qt then asks for one size instead of for five hundred, each time anything moves.
        return QSize(_NARROW, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY)
        painter.save()
        if not isinstance(entry, OutboxRow):
            box = QRectF(option.rect).adjusted(18, 26, -12, -4)
            self._write(painter, box, str(index.data()), self._chip, "muted")
        else:
            inner = paint_ground(painter, self._theme, option).adjusted(12, 7, -12, -6)
            self._paint_row(painter, inner, entry)
        painter.restore()

    def _paint_row(self, painter: QPainter, inner: QRectF, row: OutboxRow) -> None:
        text, tone = state_mark(row.operation)
        when = row.operation.done_at or row.operation.approved_at
        local = self._clock.local
        time = list_time_text(local(when), local(self._clock.now_utc())) if when is not None else ""
        first = QRectF(inner.x(), inner.y(), inner.width(), 19)
        time_width = QFontMetricsF(self._small).horizontalAdvance(time) + 8 if time else 0
        title = first.adjusted(0, 0, -time_width, 0)
        self._write(painter, title, what_text(row.operation), self._title, "text")
        self._write(painter, first, time, self._small, "faint", align=Qt.AlignmentFlag.AlignRight)
        second = QRectF(inner.x(), inner.y() + 22, inner.width(), 19)
        chip_width = QFontMetricsF(self._chip).horizontalAdvance(text) + 16
        chip = QRectF(second.right() - chip_width, second.y() + 1, chip_width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color({"neutral": "neutral_soft"}.get(tone, f"{tone}_soft")))
        painter.drawRoundedRect(chip, 9, 9)
        role = "muted" if tone == "neutral" else tone
        self._write(painter, chip, text, self._chip, role, align=Qt.AlignmentFlag.AlignHCenter)
        where = " · ".join(filter(None, (row.deal, row.account.title if row.account else "")))
        self._write(painter, second.adjusted(0, 0, -chip_width - 8, 0), where, self._small, "muted")

    def _write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        font: QFont,
        role: str,
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(role))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 1)
        painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, shown)


def _identity(entry: Entry) -> str:
    return entry.id if isinstance(entry, OutboxRow) else str(entry)
