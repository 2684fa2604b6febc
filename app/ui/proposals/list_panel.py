"""The list of proposals: number, client, date, total, state."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.core.i18n import _
from app.core.money import roubles
from app.proposal.archive import ProposalRow, ProposalState
from app.ui.list_rows import paint_ground
from app.ui.theme import Theme
from app.ui.widgets import IconButton, label
from app.viewmodels.proposal import ProposalViewModel

_ROW = Qt.ItemDataRole.UserRole
_HEIGHT = 82
_DATE = 58
_TONES = {
    ProposalState.DRAFT: ("accent", "accent_soft"),
    ProposalState.FINAL: ("ok", "ok_soft"),
    ProposalState.REPLACED: ("muted", "neutral_soft"),
}
Index = QModelIndex | QPersistentModelIndex


class ProposalsModel(QAbstractListModel):
    """Binds the rows of `ProposalViewModel`."""

    def __init__(self, proposal: ProposalViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._proposal = proposal
        self._rows: list[ProposalRow] = []
        proposal.rows_changed.connect(self._renew)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == _ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(
                (str(row.number), row.client, f"{row.dated:%d.%m.%Y}", roubles(row.total), row.state.label)
            )
        return None

    def position_of(self, number: str) -> int:
        """Row of a proposal; -1 when it is not among them."""
        return next((n for n, row in enumerate(self._rows) if str(row.number) == number), -1)

    def _renew(self) -> None:
        self.beginResetModel()
        self._rows = list(self._proposal.rows)
        self.endResetModel()


class ProposalDelegate(QStyledItemDelegate):
    """Three lines: number and state, client, date and total."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = theme.font(13, QFont.Weight.DemiBold)
        self._body = theme.font(13)
        self._small = theme.font(12, is_tabular=True)
        self._chip = theme.font(11, QFont.Weight.DemiBold)

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        return QSize(option.rect.width(), _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(_ROW)
        if not isinstance(row, ProposalRow):
            return
        painter.save()
        rect = paint_ground(painter, self._theme, option)
        inner = rect.adjusted(12, 8, -10, -8)
        room = self._draw_chip(painter, inner, row.state)
        client = row.client or _("Клиент не указан")
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        for top, text, font, role, side, width in (
            (0, f"{row.dated:%d.%m.%y}", self._small, "muted", right, inner.width()),
            (0, str(row.number), self._title, "text", left, inner.width() - _DATE),
            (21, client, self._body, "text" if row.client else "faint", left, inner.width()),
            (42, roubles(row.total), self._small, "muted", left, room),
        ):
            painter.setFont(font)
            painter.setPen(self._theme.color(role))
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(inner.x(), inner.y() + top, width, 19), side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _draw_chip(self, painter: QPainter, inner: QRectF, state: ProposalState) -> float:
        """Draw the state below on the right; returns the room that is left beside it."""
        role, ground = _TONES[state]
        width = QFontMetricsF(self._chip).horizontalAdvance(state.label) + 14
        box = QRectF(inner.right() - width, inner.y() + 43, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(ground))
        painter.drawRoundedRect(box, 9, 9)
        painter.setFont(self._chip)
        painter.setPen(self._theme.color(role))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, state.label)
        return inner.width() - width - 6


class ProposalList(QFrame):
    """Binds the list of `ProposalViewModel`."""

    new_wanted = Signal()

    def __init__(self, theme: Theme, proposal: ProposalViewModel) -> None:
        super().__init__()
        self.setObjectName("proposalListPane")
        self.setProperty("pane", True)
        self.setMinimumWidth(210)
        self._proposal = proposal
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 8)
        rows.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 10, 0)
        head.addWidget(label(_("КП"), "page"))
        head.addStretch(1)
        self.new = IconButton(theme, "plus", _("Новое пустое КП"), name="newProposal", shortcut="Ctrl+N")
        self.new.clicked.connect(self.new_wanted)
        head.addWidget(self.new)
        rows.addLayout(head)
        self._model = ProposalsModel(proposal, self)
        self.list = QListView()
        self.list.setObjectName("proposalList")
        self.list.setAccessibleName(_("Коммерческие предложения"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(ProposalDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows.addWidget(self.list, 1)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self._model.modelReset.connect(self._mark_open)
        proposal.opened.connect(self._mark_open)

    def _mark_open(self) -> None:
        proposal = self._proposal.proposal
        position = self._model.position_of(str(proposal.number)) if proposal is not None else -1
        if position != self.list.currentIndex().row():
            # Marking the open one must not open it anew.
            self.list.selectionModel().blockSignals(True)
            self.list.setCurrentIndex(self._model.index(position) if position >= 0 else QModelIndex())
            self.list.selectionModel().blockSignals(False)
            self.list.viewport().update()

    def _chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = current.data(_ROW) if current.isValid() else None
        now = self._proposal.proposal
        if isinstance(row, ProposalRow) and (now is None or row.number != now.number):
            QTimer.singleShot(0, self, partial(self._proposal.open, row.number))
