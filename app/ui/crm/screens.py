"""What the window shows of the connected CRMs, and what each button of theirs does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from app.core.i18n import _
from app.ui.crm.status_line import CrmStatus
from app.ui.theme import Theme
from app.viewmodels.workspace import Page

if TYPE_CHECKING:
    from app.ui.crm.connect_view import ConnectView
    from app.ui.crm.mapping_view import MappingView
    from app.ui.main_window import MainWindow
    from app.viewmodels.crm_conflict import ConflictChoices
    from app.viewmodels.crm_deals import CrmDealRow
    from app.viewmodels.crm_outbox import ConflictView
    from app.viewmodels.desk import Desk

_LOOK_MS = 15_000
"""How often it is looked whether a round is due: a clock that was set back or a machine that slept delays no longer."""
_READ_EVERY = 40
_SHOW_MS = 400


class CrmScreens(QObject):
    """Binds `CrmDesk` to the window; its pages are made when they are first wanted."""

    def __init__(self, window: MainWindow, theme: Theme, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._desk = desk
        self._crm = desk.crm
        self._connect_view: ConnectView | None = None
        self._mapping_view: MappingView | None = None
        self._looks = 0
        self.status = CrmStatus(theme, self._crm.outbox)
        self.status.action_wanted.connect(window.act)
        self._crm.accounts.form_changed.connect(self._form_changed)
        self._crm.accounts.connected.connect(lambda account: self._connected(account.id))
        self._crm.outbox.conflict_wanted.connect(self._ask_conflict)
        self._crm.outbox.address_wanted.connect(_browse)
        if window.calls is not None:
            window.calls.draft.deal.crm_opened.connect(self._crm.outbox.open_deal)
            window.calls.draft.deal.link_wanted.connect(self._ask_link)
        self._showing = QTimer(self)
        self._showing.setSingleShot(True)
        self._showing.setInterval(_SHOW_MS)
        self._showing.timeout.connect(self._crm.outbox.refresh)
        self._crm.moved.connect(self._show_soon)
        self._timer = QTimer(self)
        self._timer.setObjectName("crmRounds")
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def act(self, name: str, operation_id: str) -> None:
        """Do what a button of the queue says; without an operation, for the first account."""
        outbox = self._crm.outbox
        row = outbox.row(operation_id)
        account_id = row.operation.account_id if row is not None else self._first_account()
        acts = {
            "conflict": partial(outbox.open_conflict, operation_id),
            "reconnect": partial(self._crm.accounts.begin_again, account_id),
            "deal": partial(self._ask_deal, operation_id, account_id),
            "mapping": partial(self.show_mapping, account_id),
            "retry": partial(outbox.retry, operation_id),
            "cancel": partial(outbox.cancel, operation_id),
            "undo": partial(outbox.undo, operation_id),
            "open": partial(outbox.open_in_crm, operation_id),
        }
        acts[name]()

    def show_queue(self) -> None:
        """Show what waits."""
        self._window.go(Page.DEALS)
        self._window.deals.show_queue()

    def show_mapping(self, account_id: str = "") -> None:
        """Show which field goes where in an account, the first one where none is named."""
        from app.ui.crm.mapping_view import MappingView

        account_id = account_id or self._first_account()
        if not account_id:
            self._window.act("open_settings_crm")
            return
        if self._mapping_view is None:
            self._mapping_view = MappingView(self._theme, self._crm.mapping)
            self._mapping_view.left.connect(lambda: self._window.act("open_settings_crm"))
        self._crm.mapping.open(account_id)
        self._window.show_below_settings(self._mapping_view)
        self._mapping_view.focus_first()

    def confirm(self) -> None:
        """Ctrl+Enter on the page of the mapping."""
        if self._mapping_view is not None and self._mapping_view.isVisible():
            self._mapping_view.take()

    def _show_soon(self) -> None:
        """A long queue moves many times a second: it is read anew a few times a second at most."""
        if not self._showing.isActive():
            self._showing.start()

    def _form_changed(self) -> None:
        from app.ui.crm.connect_view import ConnectView

        is_open = self._crm.accounts.form is not None
        if is_open and self._connect_view is None:
            self._connect_view = ConnectView(self._theme, self._crm.accounts)
            self._connect_view.renew()
        if self._connect_view is None:
            return
        is_shown = self._connect_view.isVisible()
        if is_open and not is_shown:
            self._window.show_below_settings(self._connect_view)
            self._connect_view.focus_first()
        elif not is_open and is_shown:
            self._window.act("open_settings_crm")
            self._window.settings.setFocus()

    def _connected(self, account_id: str) -> None:
        row = self._crm.accounts.row(account_id)
        if row is None or not row.is_mapped:
            self.show_mapping(account_id)

    def _ask_conflict(self, view: ConflictView) -> None:
        from app.ui.crm.conflict_dialog import ConflictDialog
        from app.viewmodels.crm_conflict import ConflictChoices

        clock = self._desk.clock
        zone = clock.local(clock.now_utc()).tzinfo
        if zone is None:
            return
        dialog = ConflictDialog(self._theme, ConflictChoices(view, zone), self._window)
        dialog.settled.connect(partial(self._settle, view.row.id))
        dialog.open()

    def _settle(self, operation_id: str, choices: ConflictChoices) -> None:
        self._crm.outbox.settle(operation_id, choices.resolutions, choices.written)

    def _ask_deal(self, operation_id: str, account_id: str) -> None:
        from app.ui.crm.deal_dialog import CrmDealDialog

        question = _("К какой сделке CRM это относится?")
        dialog = CrmDealDialog(self._theme, self._crm.deals, question, account_id, self._window)
        dialog.chosen.connect(partial(self._chose_deal, operation_id))
        dialog.open()

    def _ask_link(self) -> None:
        from app.ui.crm.deal_dialog import CrmDealDialog

        question = _("С какой сделкой CRM связать эту карточку?")
        dialog = CrmDealDialog(self._theme, self._crm.deals, question, "", self._window)
        dialog.chosen.connect(self._crm.deals.link)
        dialog.open()

    def _chose_deal(self, operation_id: str, row: CrmDealRow) -> None:
        self._crm.outbox.choose_deal(operation_id, row.mirrored.deal.id)

    def _first_account(self) -> str:
        rows = self._crm.accounts.rows
        return rows[0].account.id if rows else ""

    def look(self) -> None:
        """Begin what is due; now and then read the deals again."""
        self._crm.outbox.send_due()
        self._looks += 1
        if self._looks % _READ_EVERY == 0:
            self._crm.read_deals()


def _browse(address: str) -> None:
    if address.startswith(("https://", "http://")):
        QDesktopServices.openUrl(QUrl(address))
