"""The connections in the settings: which CRMs are connected, how they are, and the way to another."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMessageBox, QVBoxLayout

from app.core.i18n import _, ngettext
from app.delivery.model import CrmKind
from app.ui.crm.connect_view import FindingView
from app.ui.settings.parts import SettingsCard
from app.ui.theme import Theme
from app.ui.widgets import button, chip, clear, label
from app.viewmodels.crm_accounts import AccountRow, CrmAccountsViewModel
from app.viewmodels.crm_desk import CrmDesk
from app.viewmodels.crm_guides import kind_label


class AccountTile(QFrame):
    """One connection."""

    mapping_wanted = Signal(str)

    def __init__(self, theme: Theme, accounts: CrmAccountsViewModel, row: AccountRow) -> None:
        super().__init__()
        self.setObjectName("crmAccount")
        self.setProperty("tile", True)
        self._accounts = accounts
        self._row = row
        account = row.account
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 10, 10, 10)
        outer.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(account.title or kind_label(account.kind), "strong", name="crmAccountTitle"))
        head.addWidget(label(account.address, "muted", name="crmAccountAddress"), 1)
        head.addWidget(self._chip())
        outer.addLayout(head)
        if account.is_paused:
            text = account.pause_text or _("CRM больше не принимает ключ подключения.")
            outer.addWidget(
                label(
                    f"{text} {_('Очередь сохранена и уйдёт, как только подключите заново.')}",
                    "danger",
                    is_wrapped=True,
                    name="crmAccountPaused",
                )
            )
        elif not row.is_mapped:
            text = _("Пока соответствие полей не подтверждено, в CRM ничего не отправляется.")
            outer.addWidget(label(text, "warn", is_wrapped=True, name="crmAccountUnmapped"))
        self.finding = FindingView(theme, accounts)
        self.finding.show_finding(accounts.findings.get(account.id))
        outer.addWidget(self.finding)
        self._reading = label("", "muted", name="crmAccountReading")
        outer.addWidget(self._reading)
        line = QHBoxLayout()
        line.setSpacing(6)
        is_urgent = account.is_paused
        again = button(_("Подключить заново"), "primary" if is_urgent else "link", name="crmReconnect")
        again.clicked.connect(partial(accounts.begin_again, account.id))
        fields = button(_("Соответствие полей"), "link" if row.is_mapped else "soft", name="crmFields")
        fields.clicked.connect(partial(self.mapping_wanted.emit, account.id))
        check = button(_("Проверить"), "link", name="crmCheckAccount")
        check.clicked.connect(partial(accounts.check_account, account.id))
        check.setEnabled(account.id not in accounts.checking)
        leave = button(_("Отключить"), "link", name="crmDisconnect")
        leave.clicked.connect(self._ask_disconnect)
        for one in (fields, check, again, leave):
            line.addWidget(one)
        line.addStretch(1)
        outer.addLayout(line)

    def say_reading(self, count: int | None) -> None:
        """How many deals the running reading has brought."""
        self._reading.setVisible(count is not None)
        self._reading.setText(_("Читаю сделки CRM: {count}").format(count=count or 0))

    def _chip(self) -> QFrame:
        row = self._row
        if row.account.is_paused:
            made = chip(_("подключите заново"), "danger", name="crmAccountState")
        elif not row.is_mapped:
            made = chip(_("проверьте поля"), "warn", name="crmAccountState")
        else:
            made = chip(_("подключена"), "ok", name="crmAccountState")
        return made

    def _ask_disconnect(self) -> None:
        account, waiting = self._row.account, self._row.waiting
        box = QMessageBox(self.window())
        box.setObjectName("disconnectDialog")
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(_("Отключить CRM"))
        box.setText(_("Отключить «{name}»?").format(name=account.title))
        parts = [_("Ключ будет удалён из хранилища паролей. Записанное в CRM и в карточках останется.")]
        if waiting:
            word = ngettext("запись", "записи", "записей", waiting)
            text = _("Ещё не отправлено: {count} {word}. После отключения в CRM они не уйдут.")
            parts.append(text.format(count=waiting, word=word))
        box.setInformativeText("\n".join(parts))
        leave = box.addButton(_("Отключить"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(_("Оставить"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        leave.clicked.connect(partial(self._accounts.disconnect, account.id))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


class AccountsCard(SettingsCard):
    """Binds the list of `CrmAccountsViewModel`."""

    mapping_wanted = Signal(str)

    def __init__(self, theme: Theme, crm: CrmDesk) -> None:
        accounts = crm.accounts
        text = _(
            "Завизированное уходит в CRM вашей компании. Без подключения всё хранится в карточках на этом компьютере."
        )
        super().__init__(theme, "link", "CRM", text, "crmCard")
        self._theme = theme
        self._crm = crm
        self._accounts = accounts
        self._tiles = QVBoxLayout()
        self._tiles.setSpacing(8)
        self.rows.addLayout(self._tiles)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(label(_("Подключить:"), "muted"))
        self.kinds = {}
        for kind in CrmKind:
            made = button(kind_label(kind), "soft", name=f"connect_{kind}")
            made.clicked.connect(partial(accounts.begin, kind))
            self.kinds[kind] = made
            line.addWidget(made)
        line.addStretch(1)
        self.rows.addLayout(line)
        self._shown: dict[str, AccountTile] = {}
        crm.reading_changed.connect(self._say_reading)
        accounts.changed.connect(self.renew)
        accounts.checked.connect(self.renew)
        self.renew()

    def renew(self) -> None:
        """Show the connections as they are."""
        clear(self._tiles)
        self._shown = {}
        for row in self._accounts.rows:
            tile = AccountTile(self._theme, self._accounts, row)
            tile.mapping_wanted.connect(self.mapping_wanted)
            tile.say_reading(self._crm.read_so_far(row.account.id))
            self._tiles.addWidget(tile)
            self._shown[row.account.id] = tile

    def _say_reading(self) -> None:
        for account_id, tile in self._shown.items():
            tile.say_reading(self._crm.read_so_far(account_id))
