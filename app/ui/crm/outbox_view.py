"""The queue to the CRMs: what waits, why, since when, and what a person can do about it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMargins, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QListView, QPushButton, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.core.i18n import _
from app.delivery.model import Operation, OperationState
from app.ui.crm.outbox_list import ENTRY, OutboxDelegate, OutboxModel
from app.ui.portions import Portions
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import EmptyState, FlowLayout, button, chip, label, pane, set_chip, set_role
from app.viewmodels.crm_outbox import OutboxRow, OutboxViewModel
from app.viewmodels.crm_wording import Sheaf, next_text, sheaf_of, state_mark, values_text, what_text, why_text
from app.viewmodels.wording import date_text

_COPIED_MS = 2500


class OperationCard(QWidget):
    """One operation with its actions."""

    action_wanted = Signal(str, str)
    call_wanted = Signal(str)
    deal_wanted = Signal(str)

    def __init__(self, outbox: OutboxViewModel, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("operationCard")
        self._outbox = outbox
        self._clock = clock
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area, rows = scroll_column("operationScroll", QMargins(24, 16, 20, 24), 10)
        outer.addWidget(area)
        self._title = label("", "page", is_wrapped=True, name="operationTitle")
        self._where = label("", "muted", is_wrapped=True, name="operationWhere")
        self._state = chip(name="operationState")
        self._why = label("", "body", is_wrapped=True, name="operationWhy")
        self._next = label("", "muted", is_wrapped=True, name="operationNext")
        self._since = label("", "muted", is_wrapped=True, name="operationSince")
        self._values = label("", "body", is_wrapped=True, name="operationValues")
        self._values.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for part in (self._title, self._where, self._state, self._why, self._next, self._since):
            rows.addWidget(part)
        host = QWidget()
        flow = FlowLayout(8)
        self.buttons: dict[str, QPushButton] = {}
        for name, text, kind in _actions():
            made = button(text, kind, name=f"operation_{name}")
            made.clicked.connect(partial(self._act, name))
            self.buttons[name] = made
            flow.addWidget(made)
        host.setLayout(flow)
        rows.addWidget(host)
        rows.addWidget(label(_("Что записывается"), "section"))
        rows.addWidget(self._values)
        rows.addStretch(1)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(_COPIED_MS)
        self._copied.timeout.connect(lambda: self.buttons["copy"].setText(_("Скопировать для администратора")))

    def show_row(self, row: OutboxRow) -> None:
        """Show an operation as it is now."""
        operation = row.operation
        self._title.setText(what_text(operation))
        self._where.setText(" · ".join(filter(None, (row.account.title if row.account else "", row.deal))))
        set_chip(self._state, *state_mark(operation))
        why = why_text(operation)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        set_role(self._why, role="danger" if sheaf_of(operation) is Sheaf.ATTENTION else "body")
        told = next_text(operation, self._clock.now_utc())
        self._next.setText(told)
        self._next.setVisible(bool(told))
        self._since.setText(self._since_text(operation))
        self._values.setText(values_text(operation))
        offered = offered_actions(row)
        for name, made in self.buttons.items():
            made.setVisible(name in offered)
            set_role(made, kind="primary" if offered and name == offered[0] and name in _URGENT else _kind_of(name))

    def _since_text(self, operation: Operation) -> str:
        parts = []
        if operation.approved_at is not None:
            at = self._clock.local(operation.approved_at)
            parts.append(
                _("Завизировал: {name}, {date}").format(
                    name=operation.approved_by or "–", date=f"{date_text(at)} {at:%H:%M}"
                )
            )
        if operation.done_at is not None and sheaf_of(operation) is Sheaf.DONE:
            at = self._clock.local(operation.done_at)
            parts.append(_("доставлено {date}").format(date=f"{date_text(at)} {at:%H:%M}"))
        elif operation.first_tried_at is not None:
            at = self._clock.local(operation.first_tried_at)
            parts.append(
                _("пробуем с {date}, попыток: {count}").format(
                    date=f"{date_text(at)} {at:%H:%M}", count=operation.attempts
                )
            )
        return "; ".join(parts)

    def _act(self, name: str) -> None:
        row = self._outbox.row(self._outbox.selected)
        if row is None:
            return
        if name == "copy":
            QGuiApplication.clipboard().setText(self._outbox.admin_text(row.id))
            self.buttons["copy"].setText(_("Скопировано"))
            self._copied.start()
        elif name == "call":
            self.call_wanted.emit(row.call_id)
        else:
            self.action_wanted.emit(name, row.id)


class OutboxView(QWidget):
    """Binds `OutboxViewModel`."""

    action_wanted = Signal(str, str)
    call_wanted = Signal(str)

    def __init__(self, theme: Theme, outbox: OutboxViewModel, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("outboxView")
        self._outbox = outbox
        self.card: OperationCard | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(8)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._make_list(theme, clock))
        splitter.addWidget(self._make_card(theme, clock))
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([420, 780])
        outer.addWidget(splitter)
        outbox.changed.connect(self._renewed)
        outbox.selection_changed.connect(self._select)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self._renewed()

    def _make_list(self, theme: Theme, clock: Clock) -> QWidget:
        ground = pane("outboxPane")
        ground.setMinimumWidth(300)
        rows = QVBoxLayout(ground)
        rows.setContentsMargins(0, 4, 0, 8)
        self._model = OutboxModel(self._outbox, self)
        self.list = QListView()
        self.list.setObjectName("outboxList")
        self.list.setAccessibleName(_("Очередь в CRM"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(OutboxDelegate(theme, clock, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.activated.connect(lambda _index: self._primary())
        rows.addWidget(self.list)
        return ground

    def _make_card(self, theme: Theme, clock: Clock) -> QWidget:
        ground = pane("operationPane")
        ground.setMinimumWidth(360)
        self._stack = QStackedLayout(ground)
        self._empty = EmptyState(
            theme,
            "circle-check",
            _("В очереди пусто"),
            _("Завизированное по сделкам из CRM появится здесь и уйдёт само."),
            name="outboxEmpty",
        )
        self._stack.addWidget(self._empty)
        self._portions = Portions(self, "operationBuilder")
        self._portions.add(lambda: self._add_card(clock))
        return ground

    def _add_card(self, clock: Clock) -> None:
        self.card = OperationCard(self._outbox, clock)
        self.card.action_wanted.connect(self.action_wanted)
        self.card.call_wanted.connect(self.call_wanted)
        self._stack.addWidget(self.card)
        self._select()

    def _renewed(self) -> None:
        self._model.renew()
        self._select()

    def _select(self) -> None:
        row = self._outbox.row(self._outbox.selected)
        if row is None or self.card is None:
            self._stack.setCurrentWidget(self._empty)
            return
        position = self._model.position_of(row.id)
        if position >= 0 and position != self.list.currentIndex().row():
            self.list.selectionModel().blockSignals(True)
            self.list.setCurrentIndex(self._model.index(position))
            self.list.selectionModel().blockSignals(False)
            self.list.viewport().update()
        self.card.show_row(row)
        self._stack.setCurrentWidget(self.card)

    def _chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        entry = current.data(ENTRY) if current.isValid() else None
        if isinstance(entry, OutboxRow):
            self._outbox.select(entry.id)

    def _primary(self) -> None:
        """Enter does what is most needed."""
        row = self._outbox.row(self._outbox.selected)
        offered = offered_actions(row) if row is not None else []
        if self.card is not None and offered and offered[0] in _URGENT:
            self.card.buttons[offered[0]].click()


_URGENT = ("conflict", "reconnect", "deal", "mapping", "retry")


def _actions() -> list[tuple[str, str, str]]:
    return [
        ("conflict", _("Решить…"), "soft"),
        ("reconnect", _("Подключить CRM заново"), "soft"),
        ("deal", _("Выбрать другую сделку"), "soft"),
        ("mapping", _("Исправить соответствие"), "soft"),
        ("retry", _("Повторить"), "soft"),
        ("undo", _("Вернуть как было"), "soft"),
        ("open", _("Открыть в CRM"), "link"),
        ("call", _("К звонку"), "link"),
        ("copy", _("Скопировать для администратора"), "link"),
        ("cancel", _("Не отправлять"), "link"),
    ]


def _kind_of(name: str) -> str:
    return next(kind for key, _text, kind in _actions() if key == name)


def offered_actions(row: OutboxRow) -> list[str]:
    """What a person can do about an operation, the most needed first."""
    operation = row.operation
    if sheaf_of(operation) is Sheaf.DONE:
        offered = ["undo"] if row.can_undo else []
        offered += ["open"] if operation.state is OperationState.DONE and row.account is not None else []
        return offered + (["call"] if row.call_id else [])
    offered = []
    if operation.state is OperationState.CONFLICT:
        offered.append("conflict")
    elif row.account is not None and row.account.is_paused:
        offered.append("reconnect")
    elif operation.error_code == "crm.not_found":
        offered.append("deal")
    elif operation.action == "open_field_map":
        offered.append("mapping")
    if operation.state is not OperationState.SENDING and operation.state is not OperationState.CONFLICT:
        offered.append("retry")
    offered += ["open"] if row.account is not None else []
    offered += ["call"] if row.call_id else []
    offered += ["copy"] if operation.error_code else []
    # What may have arrived is looked up first: it cannot be taken out of the queue.
    is_free = operation.state not in (OperationState.SENDING, OperationState.UNKNOWN)
    return offered + (["cancel"] if is_free else [])
