"""The first column: search, filter, the calls themselves, and what is being worked on."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QSizePolicy,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.clock import Clock
from app.core.i18n import _, ngettext
from app.deals.typed_values import number_text
from app.ui.calls.list_delegate import ROW_HEIGHT, CallDelegate
from app.ui.calls.list_model import CallListModel
from app.ui.theme import Theme
from app.ui.widgets import ElidedLabel, EmptyState, FlowLayout, IconButton, SearchField, button, label, pane, tool
from app.viewmodels.call_list import CallListViewModel, Filter
from app.viewmodels.work import WorkQueue

_TYPING_MS = 180
_SETTLE_MS = 60


class CallTable(QTableView):
    """One column. A table and not a list view: it does not ask for all of 100,000 rows to be laid out."""

    left = Signal()

    def __init__(self, theme: Theme, model: CallListModel) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("callList")
        self.setAccessibleName(_("Звонки"))
        self.setModel(model)
        self.setItemDelegate(CallDelegate(theme, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(40)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT // 3)
        # Qt moves what is drawn on an opaque ground when it scrolls; on a transparent one each step draws every row.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("surface"))
        painter.end()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.left.emit()
            return
        super().keyPressEvent(event)


class CallListPanel(QWidget):
    """Binds `CallListViewModel` and what the work queue does."""

    opened = Signal(str)
    import_wanted = Signal()
    sample_wanted = Signal()
    left = Signal()

    def __init__(self, theme: Theme, calls: CallListViewModel, work: WorkQueue, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("callListPanel")
        self._calls = calls
        self._work = work
        self._wanted_id = ""
        self._offset_wanted: int | None = None
        self._opened_id = ""

        ground = pane("callListPane")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        inner = QVBoxLayout(ground)
        inner.setContentsMargins(0, 12, 0, 0)
        inner.setSpacing(8)
        inner.addLayout(self._make_head())
        inner.addLayout(self._make_search(theme))
        inner.addLayout(self._make_filters(theme))
        self.model = CallListModel(calls, work, clock, self)
        self.table = CallTable(theme, self.model)
        self._empty = self._make_empty(theme)
        stack_host = QWidget()
        self._stack = QStackedLayout(stack_host)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        within = QVBoxLayout()
        # The table's ground is a rectangle: it must not reach into the round corners of the column.
        within.setContentsMargins(1, 0, 1, 8)
        within.addWidget(stack_host)
        inner.addLayout(within, 1)
        inner.addWidget(self._make_strip(theme))

        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(lambda: calls.search(self.search.text()))
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._open_current)

        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self._search_entered)
        self.table.selectionModel().currentChanged.connect(self._current_changed)
        self.table.left.connect(self.left)
        self.model.modelReset.connect(self._list_renewed)
        calls.rows_changed.connect(lambda _first, _last: self._select_wanted())
        calls.counts_changed.connect(self._counts_changed)
        work.state_changed.connect(lambda _call_id: self._show_work())
        work.progressed.connect(lambda _call_id: self._show_work())
        self._show_work()
        self._list_renewed()

    @property
    def list_offset(self) -> int:
        """How far the list is scrolled, in pixels."""
        return self.table.verticalScrollBar().value()

    def restore(self, call_id: str, offset: int) -> None:
        """Select a call and scroll to where the list was left, as soon as the rows are here."""
        self._wanted_id, self._offset_wanted = call_id, offset
        self._list_renewed()

    def select(self, call_id: str) -> None:
        """Select a call as soon as it is in the list."""
        self._wanted_id = call_id
        self._select_wanted()

    def clear_search(self) -> None:
        """Show all calls again, so that one that was just imported is among them."""
        self.search.clear()
        self._filters[Filter.ALL].setChecked(True)
        self._calls.narrow(Filter.ALL)
        self._calls.search("")

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 12, 0)
        self._count = label("", "faint", name="callCount")
        self.import_button = button(_("Импорт…"), "primary", name="importButton", tip=_("Добавить записи (Ctrl+O)"))
        self.import_button.clicked.connect(self.import_wanted)
        self.import_button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._count.setMinimumWidth(1)
        head.addWidget(label(_("Звонки"), "page"))
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.addWidget(self.import_button)
        return head

    def _make_search(self, theme: Theme) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, 12, 0)
        self.search = SearchField(theme, _("Поиск по всем разговорам"), "callSearch")
        self.search.setToolTip(_("Ищет в словах разговоров, заметках и именах, в любой форме слова (Ctrl+F)"))
        line.addWidget(self.search)
        return line

    def _make_filters(self, theme: Theme) -> FlowLayout:
        flow = FlowLayout(0)
        flow.setContentsMargins(8, 0, 8, 0)
        group = QButtonGroup(self)
        self._filters: dict[Filter, QToolButton] = {}
        for chosen in Filter:
            made = tool(theme, chosen.label, "filter", f"filter_{chosen}", is_checkable=True)
            made.setChecked(chosen is Filter.ALL)
            made.clicked.connect(lambda _on, chosen=chosen: self._calls.narrow(chosen))
            group.addButton(made)
            flow.addWidget(made)
            self._filters[chosen] = made
        return flow

    def _make_empty(self, theme: Theme) -> EmptyState:
        empty = EmptyState(theme, "inbox", "", name="callListEmpty")
        self._empty_import = button(_("Импорт…"), "primary", name="emptyImportButton")
        self._empty_sample = button(_("Пример звонка"), "", name="emptySampleButton")
        self._empty_clear = button(_("Показать все звонки"), "", name="emptyClearButton")
        self._empty_import.clicked.connect(self.import_wanted)
        self._empty_sample.clicked.connect(self.sample_wanted)
        self._empty_clear.clicked.connect(self.clear_search)
        for each in (self._empty_import, self._empty_sample, self._empty_clear):
            empty.add(each)
        return empty

    def _make_strip(self, theme: Theme) -> QFrame:
        self._strip = QFrame()
        self._strip.setObjectName("footer")
        line = QVBoxLayout(self._strip)
        line.setContentsMargins(14, 8, 8, 10)
        line.setSpacing(4)
        top = QHBoxLayout()
        self._work_text = ElidedLabel("", "muted", "workText")
        self._stop = IconButton(theme, "x", _("Остановить разбор"), name="stopWorkButton")
        self._stop.clicked.connect(self._stop_running)
        top.addWidget(self._work_text, 1)
        top.addWidget(self._stop)
        self._work_bar = QProgressBar()
        self._work_bar.setObjectName("workBar")
        self._work_bar.setTextVisible(False)
        self._work_bar.setRange(0, 1000)
        line.addLayout(top)
        line.addWidget(self._work_bar)
        return self._strip

    def _stop_running(self) -> None:
        running = self._work.running
        if running:
            self._work.stop(running)

    def _show_work(self) -> None:
        running, count = self._work.running, self._work.count
        self._strip.setVisible(count > 0)
        if not count:
            return
        work = self._work.of(running) if running else None
        rest = count - (1 if running else 0)
        texts = []
        if work is not None:
            texts.append(_("Разбирается: {percent} %").format(percent=round(work.fraction * 100)))
        if rest:
            texts.append(
                _("в очереди {count}").format(count=rest) if texts else _("В очереди {count}").format(count=rest)
            )
        self._work_text.set_full(" · ".join(texts))
        self._work_bar.setValue(round(work.fraction * 1000) if work else 0)
        self._stop.setEnabled(work is not None)

    def _counts_changed(self) -> None:
        count = self._calls.count
        self._count.setText(number_text(count) if count else "")
        self._count.setToolTip(f"{count} {ngettext('звонок', 'звонка', 'звонков', count)}")
        for chosen, number in ((Filter.READY, self._calls.ready_count), (Filter.FAILED, self._calls.failed_count)):
            text = f"{chosen.label} {number_text(number)}" if number else chosen.label
            self._filters[chosen].setText(text)

    def _list_renewed(self) -> None:
        has_rows = self._calls.count > 0 or not self._calls.is_loaded
        self._stack.setCurrentWidget(self.table if has_rows else self._empty)
        if not has_rows:
            self._say_empty()
        if self._offset_wanted is not None and self._calls.count:
            offset, self._offset_wanted = self._offset_wanted, None
            # The table knows its new height only after this turn of the event loop.
            QTimer.singleShot(0, self, lambda: self.table.verticalScrollBar().setValue(offset))
        if not self._wanted_id:
            self._wanted_id = self._opened_id
        self._select_wanted()

    def _say_empty(self) -> None:
        is_all = not self._calls.query.text and self._calls.filter is Filter.ALL
        if is_all:
            text = _("Перетащите сюда запись разговора или выберите файл. Звук останется на этом компьютере.")
            self._empty.say("inbox", _("Здесь будут ваши звонки"), text)
        elif self._calls.query.text:
            text = _("Слова ищутся в любой форме: попробуйте короче или другое слово.")
            self._empty.say("search", _("Ничего не нашлось"), text)
        else:
            self._empty.say("circle-check", _("Таких звонков нет"), _("Выберите другой отбор."))
        self._empty_import.setVisible(is_all)
        self._empty_sample.setVisible(is_all)
        self._empty_clear.setVisible(not is_all)

    def _select_wanted(self) -> None:
        if not self._wanted_id:
            return
        position = self._calls.position_of(self._wanted_id)
        if position is None:
            return
        self._wanted_id = ""
        index = self.model.index(position)
        if index != self.table.currentIndex():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(index, flags)
            self.table.scrollTo(index)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._settling.start()

    def _open_current(self) -> None:
        row = self.model.row_at(self.table.currentIndex())
        if row is not None and row.id != self._opened_id:
            self._opened_id = row.id
            self.opened.emit(row.id)

    def _search_entered(self) -> None:
        self._typing.stop()
        self._calls.search(self.search.text())
        self.table.setFocus()
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.selectRow(0)
