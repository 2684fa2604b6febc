"""The page «Сделки»: the cards of the local CRM, with the evidence behind each value."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.core.clock import Clock
from app.core.i18n import _
from app.deals.model import Deal
from app.ui.crm.outbox_view import OutboxView
from app.ui.deal_import_view import DealImportView
from app.ui.deal_order_view import DealOrderView
from app.ui.deal_view import DealView
from app.ui.draft.deal_card import deal_line
from app.ui.list_rows import paint_ground
from app.ui.settings.parts import Segments
from app.ui.theme import Theme
from app.ui.widgets import EmptyState, SearchField, button, label, pane
from app.viewmodels.crm_outbox import OutboxViewModel
from app.viewmodels.deal_files import DealFilesViewModel
from app.viewmodels.deal_order import DealOrderViewModel
from app.viewmodels.deals import DealsViewModel

_DEAL = Qt.ItemDataRole.UserRole
_ROW = 54
_TYPING_MS = 200
_TABLES = (".xlsx", ".xls", ".ods", ".csv")
Index = QModelIndex | QPersistentModelIndex


class DealsModel(QAbstractListModel):
    """Binds the rows of `DealsViewModel`."""

    def __init__(self, deals: DealsViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[Deal] = []
        self._deals = deals
        deals.rows_changed.connect(self._renew)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._rows):
            return None
        deal = self._rows[index.row()]
        if role == _DEAL:
            return deal
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(filter(None, (deal.title, deal_line(deal))))
        return None

    def position_of(self, deal_id: str) -> int:
        """Row of a deal; -1 when it is not among them."""
        return next((i for i, deal in enumerate(self._rows) if deal.id == deal_id), -1)

    def _renew(self) -> None:
        self.beginResetModel()
        self._rows = list(self._deals.rows)
        self.endResetModel()


class DealDelegate(QStyledItemDelegate):
    """Title above, company and contact below."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = theme.font(13, QFont.Weight.DemiBold)
        self._small = theme.font(12)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        # A row is as wide as the list; a width of its own would not shrink when a scroll bar comes.
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        deal: Deal = index.data(_DEAL)
        painter.save()
        rect = paint_ground(painter, self._theme, option)
        inner = rect.adjusted(12, 6, -12, -6)
        second = deal_line(deal)
        lines = ((deal.title, self._title, "text"), (second, self._small, "muted"))
        for number, (text, font, role) in enumerate(lines if second else lines[:1]):
            box = QRectF(inner.x(), inner.y() + number * 20, inner.width(), 19) if second else inner
            painter.setFont(font)
            painter.setPen(self._theme.color(role))
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


class DealsPage(QWidget):
    """Binds `DealsViewModel`, and the queue to the CRMs beside it."""

    call_opened = Signal(str, int)
    queue_action_wanted = Signal(str, str)

    def __init__(
        self,
        theme: Theme,
        deals: DealsViewModel,
        outbox: OutboxViewModel,
        clock: Clock,
        *,
        files: DealFilesViewModel,
        order: DealOrderViewModel,
    ) -> None:
        super().__init__()
        self.setObjectName("dealsPage")
        self._deals = deals
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 8)
        outer.setSpacing(8)
        self._clock, self._theme, self._outbox = clock, theme, outbox
        self._files, self._order = files, order
        self.queue: OutboxView | None = None
        self.order: DealOrderView | None = None
        self.imports: DealImportView | None = None
        tabs = [("cards", _("Карточки")), ("queue", _("Отправка")), ("order", _("Порядок"))]
        self.tabs = Segments(tabs, self._show_tab, "dealTabs")
        self.tabs.choose("cards")
        outer.addWidget(self.tabs)
        self._pages = QStackedWidget()
        outer.addWidget(self._pages, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(8)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._make_list(theme))
        splitter.addWidget(self._make_card(theme, clock))
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([304, 900])
        self._pages.addWidget(splitter)
        outbox.changed.connect(self._count)
        order.changed.connect(self._count)
        files.changed.connect(self._files_changed)
        files.taken.connect(deals.refresh)
        self._count()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(lambda: deals.search(self.search.text()))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self._model.modelReset.connect(self._renewed)
        deals.card_changed.connect(self._card_changed)
        self._renewed()

    def show_queue(self) -> None:
        """Show what waits for the CRMs."""
        self.tabs.choose("queue")
        self._show_tab("queue")

    def focus_first(self) -> None:
        """Give the keyboard to the list of the tab that is shown."""
        shown = self._pages.currentWidget()
        if self.queue is not None and shown is self.queue:
            self.queue.list.setFocus()
        elif self.order is not None and shown is self.order:
            self.order.list.setFocus()
        elif self.imports is not None and shown is self.imports:
            (self.imports.confirm if self.imports.confirm.isEnabled() else self.imports.cancel).setFocus()
        else:
            self.list.setFocus()

    def show_deal(self, deal_id: str) -> None:
        """Open a deal's card."""
        self.tabs.choose("cards")
        self._show_tab("cards")
        self.search.clear()
        self._deals.deal_id = deal_id
        self._deals.search("")

    def _show_tab(self, name: str) -> None:
        if name == "queue":
            if self.queue is None:
                self.queue = OutboxView(self._theme, self._outbox, self._clock)
                self.queue.action_wanted.connect(self.queue_action_wanted)
                self.queue.call_wanted.connect(lambda call_id: self.call_opened.emit(call_id, -1))
                self._pages.addWidget(self.queue)
            self._pages.setCurrentWidget(self.queue)
            self._outbox.refresh()
        elif name == "order":
            if self.order is None:
                self.order = DealOrderView(self._theme, self._order)
                self.order.deal_wanted.connect(self.show_deal)
                self._pages.addWidget(self.order)
            self._pages.setCurrentWidget(self.order)
            self._order.refresh()
        else:
            self._pages.setCurrentIndex(0)
        self.focus_first()

    def _count(self) -> None:
        count = self._outbox.open_count
        self.tabs.buttons["queue"].setText(_("Отправка · {count}").format(count=count) if count else _("Отправка"))
        count = self._order.count
        self.tabs.buttons["order"].setText(_("Порядок · {count}").format(count=count) if count else _("Порядок"))

    def ask_import(self) -> None:
        """Let the person choose an export of another CRM."""
        dialog = QFileDialog(self, _("Сделки из файла"))
        dialog.setObjectName("dealImportDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_("Таблицы ({files})").format(files="*.xlsx *.xls *.ods *.csv *.txt"))
        dialog.fileSelected.connect(lambda file: self._files.read(Path(file)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def ask_export(self) -> None:
        """Let the person say where the deals go to."""
        dialog = QFileDialog(self, _("Выгрузить сделки, заметки и задачи"))
        dialog.setObjectName("dealExportDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([_("Книга Excel ({files})").format(files="*.xlsx"), "CSV (*.csv)"])
        dialog.setDefaultSuffix("xlsx")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("csv" if "csv" in chosen else "xlsx"))
        dialog.selectFile(_("сделки"))
        dialog.fileSelected.connect(lambda file: self._files.export(Path(file)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def take_tables(self, dropped: list[Path]) -> list[Path]:
        """Read the first table of what was dropped; returns what is no table."""
        tables = [path for path in dropped if path.suffix.lower() in _TABLES]
        if tables:
            self._files.read(tables[0])
        return [path for path in dropped if path not in tables]

    def _files_changed(self) -> None:
        """An import waits to be looked at, or none does any more."""
        if self._files.found is not None:
            if self.imports is None:
                self.imports = DealImportView(self._theme, self._files)
                self._pages.addWidget(self.imports)
                # Made after the first answer had come.
                self._files.changed.emit()
                return
            if self._pages.currentWidget() is not self.imports:
                self._pages.setCurrentWidget(self.imports)
                self.focus_first()
        elif self.imports is not None and self._pages.currentWidget() is self.imports:
            self.tabs.choose("cards")
            self._show_tab("cards")

    def _make_list(self, theme: Theme) -> QWidget:
        ground = pane("dealListPane")
        ground.setMinimumWidth(220)
        rows = QVBoxLayout(ground)
        rows.setContentsMargins(0, 12, 0, 8)
        rows.setSpacing(8)
        head = QVBoxLayout()
        head.setContentsMargins(16, 0, 12, 0)
        head.setSpacing(8)
        head.addWidget(label(_("Сделки"), "page"))
        self.search = SearchField(theme, _("Компания, имя, телефон, ИНН"), "dealListSearch")
        head.addWidget(self.search)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.import_button = button(_("Импорт…"), "", name="dealImportButton", tip=_("Сделки из файла другой CRM"))
        self.import_button.clicked.connect(self.ask_import)
        self.export_button = button(_("Выгрузить…"), "", name="dealExportButton", tip=_("Все сделки в xlsx или csv"))
        self.export_button.clicked.connect(self.ask_export)
        line.addWidget(self.import_button)
        line.addWidget(self.export_button)
        line.addStretch(1)
        head.addLayout(line)
        rows.addLayout(head)
        self._model = DealsModel(self._deals, self)
        self.list = QListView()
        self.list.setObjectName("dealList")
        self.list.setAccessibleName(_("Сделки"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(DealDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows.addWidget(self.list, 1)
        return ground

    def _make_card(self, theme: Theme, clock: Clock) -> QWidget:
        ground = pane("dealCardPane")
        ground.setMinimumWidth(380)
        self._stack = QStackedLayout(ground)
        self._empty = EmptyState(
            theme,
            "briefcase-business",
            _("Сделок ещё нет"),
            _("Сделка появляется с первой визой: откройте звонок и завизируйте черновик."),
            name="dealsEmpty",
        )
        self.view = DealView(theme, clock)
        self.view.call_opened.connect(self.call_opened)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.view)
        return ground

    def _renewed(self) -> None:
        has_rows = self._model.rowCount() > 0
        if not has_rows:
            self._stack.setCurrentWidget(self._empty)
            if self._deals.text:
                self._empty.say("search", _("Ничего не нашлось"), _("Попробуйте другое слово или номер."))
        position = self._model.position_of(self._deals.deal_id)
        if position >= 0:
            # Selecting must not open the card anew: it is on its way already.
            self.list.selectionModel().blockSignals(True)
            self.list.setCurrentIndex(self._model.index(position))
            self.list.selectionModel().blockSignals(False)

    def _chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        deal = current.data(_DEAL) if current.isValid() else None
        if isinstance(deal, Deal) and deal.id != self._deals.deal_id:
            QTimer.singleShot(0, self, partial(self._deals.open, deal.id))

    def _card_changed(self) -> None:
        card = self._deals.card
        if card is None:
            self._stack.setCurrentWidget(self._empty)
        else:
            self._stack.setCurrentWidget(self.view)
            self.view.show_card(card)
            if self._model.position_of(card.deal.id) != self.list.currentIndex().row():
                self._renewed()
