"""The tab «Порядок»: what is out of order, each line leading to its deal."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.core.i18n import _
from app.ui.list_rows import paint_ground
from app.ui.theme import Theme
from app.ui.widgets import EmptyState, label, pane
from app.viewmodels.deal_order import DealOrderViewModel, OrderLine

_LINE = Qt.ItemDataRole.UserRole
_ROW, _HEAD = 50, 40
Index = QModelIndex | QPersistentModelIndex


class OrderModel(QAbstractListModel):
    """Binds the lines of `DealOrderViewModel`."""

    def __init__(self, order: DealOrderViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._order = order
        self._lines: list[OrderLine] = []
        order.changed.connect(self._renew)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = index.data(_LINE)
        is_heading = isinstance(line, OrderLine) and not line.deal_id
        return Qt.ItemFlag.NoItemFlags if is_heading else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == _LINE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ": ".join(filter(None, (line.title, line.why)))
        return line.why if role == Qt.ItemDataRole.ToolTipRole and line.why else None

    def _renew(self) -> None:
        self.beginResetModel()
        self._lines = list(self._order.lines)
        self.endResetModel()


class OrderDelegate(QStyledItemDelegate):
    """A heading, or the deal with its reason below."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = theme.font(13, QFont.Weight.DemiBold)
        self._small = theme.font(12)

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        # A row is as wide as the list; a width of its own would not shrink when a scroll bar comes.
        return QSize(0, _ROW if index.data(_LINE).deal_id else _HEAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: OrderLine = index.data(_LINE)
        painter.save()
        if line.deal_id:
            inner = paint_ground(painter, self._theme, option).adjusted(12, 5, -12, -5)
            texts = ((line.title, self._title, "text"), (line.why, self._small, "muted"))
        else:
            inner = QRectF(option.rect).adjusted(14, 14, -12, -4)
            texts = ((line.title, self._title, "accent"),)  # type: ignore[assignment]
        for number, (text, font, role) in enumerate(texts):
            painter.setFont(font)
            painter.setPen(self._theme.color(role))
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            box = QRectF(inner.x(), inner.y() + number * 20, inner.width(), 19)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


class DealOrderView(QWidget):
    """Binds `DealOrderViewModel`."""

    deal_wanted = Signal(str)

    def __init__(self, theme: Theme, order: DealOrderViewModel) -> None:
        super().__init__()
        self.setObjectName("dealOrder")
        self._order = order
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        ground = pane("dealOrderPane")
        rows = QVBoxLayout(ground)
        rows.setContentsMargins(0, 12, 0, 8)
        rows.setSpacing(4)
        head = QVBoxLayout()
        head.setContentsMargins(16, 0, 12, 0)
        head.addWidget(label(_("Порядок в сделках"), "page"))
        text = _("Здесь ничего не меняется само. Enter или щелчок открывает карточку сделки.")
        head.addWidget(label(text, "muted", is_wrapped=True))
        rows.addLayout(head)
        host = QWidget()
        self._stack = QStackedLayout(host)
        self.list = QListView()
        self.list.setObjectName("dealOrderList")
        self.list.setAccessibleName(_("Порядок в сделках"))
        self._model = OrderModel(order, self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(OrderDelegate(theme, self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.activated.connect(self._activated)
        self.list.clicked.connect(self._activated)
        self._clean = EmptyState(
            theme,
            "circle-check",
            _("Всё в порядке"),
            _("Дублей, пустых обязательных полей, неверных значений и забытых сделок нет."),
            name="dealOrderClean",
        )
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._clean)
        rows.addWidget(host, 1)
        outer.addWidget(ground)
        self._model.modelReset.connect(self._renewed)

    def _renewed(self) -> None:
        is_clean = self._order.is_loaded and not self._order.count
        self._stack.setCurrentWidget(self._clean if is_clean else self.list)
        first = next((row for row in range(self._model.rowCount()) if self._model.index(row).data(_LINE).deal_id), -1)
        if first >= 0:
            self.list.setCurrentIndex(self._model.index(first))

    def _activated(self, index: QModelIndex) -> None:
        line = index.data(_LINE)
        if isinstance(line, OrderLine) and line.deal_id:
            self.deal_wanted.emit(line.deal_id)
