"""The guided page of one CRM: where to make the key, what rights it needs, and the form that takes it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.i18n import _
from app.ui.crm.sketch import PortalSketch
from app.ui.portions import Portions
from app.ui.scrolling import scroll_column
from app.ui.settings.parts import SettingsCard
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, clear, label, set_role
from app.viewmodels.crm_accounts import CrmAccountsViewModel, Finding
from app.viewmodels.crm_guides import Guide, guide_of, kind_label
from app.viewmodels.settings_form import CheckState

_WIDTH = 820


class FindingView(QWidget):
    """What «Проверить» found out, line by line."""

    def __init__(self, theme: Theme, accounts: CrmAccountsViewModel) -> None:
        super().__init__()
        self.setObjectName("crmFinding")
        self._theme = theme
        self._accounts = accounts
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)

    def show_finding(self, finding: Finding | None) -> None:
        """Show it; nothing for None."""
        clear(self._rows)
        self.setVisible(finding is not None)
        if finding is None:
            return
        account = finding.account
        self._say("circle-check", "ok", _("{name}, {portal}").format(name=account.user_name, portal=account.portal))
        for right in account.missing_rights:
            self._say("triangle-alert", "danger", _("Не хватает права: {right}").format(right=right))
        if not account.missing_rights:
            self._say("circle-check", "ok", _("Права есть"))
        if finding.pipelines:
            self._say("circle-check", "ok", _("Воронки: {names}").format(names=", ".join(finding.pipelines)))
        if finding.fields is not None:
            self._say("circle-check", "ok", _("Полей: {count}").format(count=finding.fields))
        text, is_urgent = self._accounts.expiry(finding)
        if text:
            self._say("triangle-alert" if is_urgent else "calendar-clock", "warn" if is_urgent else "muted", text)

    def _say(self, icon_name: str, role: str, text: str) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Icon(self._theme, icon_name, role, 15), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(text, role, is_wrapped=True, name="findingLine"), 1)
        self._rows.addLayout(line)


class ConnectView(QWidget):
    """Binds the form of `CrmAccountsViewModel`; made anew for each kind of CRM."""

    def __init__(self, theme: Theme, accounts: CrmAccountsViewModel) -> None:
        super().__init__()
        self.setObjectName("connectView")
        self._theme = theme
        self._accounts = accounts
        self._shown: tuple[object, ...] = ()
        self._portions = Portions(self, "connectBuilder")
        self.fields: dict[str, QLineEdit] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area, self._rows = scroll_column("connectScroll", QMargins(16, 16, 16, 24), 12)
        outer.addWidget(area)
        accounts.form_changed.connect(self.renew)
        accounts.checked.connect(self._renew_check)

    def focus_first(self) -> None:
        """Give the keyboard to the first empty line."""
        empty = next((field for field in self.fields.values() if not field.text()), None)
        if empty is not None:
            empty.setFocus()

    def renew(self) -> None:
        """Show the form that is open."""
        form = self._accounts.form
        shown = (form.kind, form.account_id, id(form)) if form is not None else ()
        if shown == self._shown:
            self._renew_buttons()
            return
        self._shown = shown
        self._portions.clear()
        clear(self._rows)
        self.fields = {}
        if form is None:
            return
        guide = guide_of(form.kind)
        self._portions.add(lambda: self._rows.addWidget(self._in_column(self._make_head(guide))))
        self._portions.add(lambda: self._rows.addWidget(self._in_column(self._make_guide(guide))))
        self._portions.add(lambda: self._rows.addWidget(self._in_column(self._make_form(guide))))
        self._portions.add(self._made)

    def _made(self) -> None:
        self._rows.addStretch(1)
        self._renew_check()
        self.focus_first()

    @staticmethod
    def _in_column(part: QWidget) -> QWidget:
        host = QWidget()
        line = QHBoxLayout(host)
        line.setContentsMargins(0, 0, 0, 0)
        part.setMaximumWidth(_WIDTH)
        line.addStretch(1)
        line.addWidget(part, 100)
        line.addStretch(1)
        return host

    def _make_head(self, guide: Guide) -> QWidget:
        host = QWidget()
        line = QHBoxLayout(host)
        line.setContentsMargins(0, 0, 0, 0)
        form = self._accounts.form
        is_again = form is not None and bool(form.account_id)
        title = _("Подключить заново: {name}") if is_again else _("Подключить: {name}")
        line.addWidget(label(title.format(name=kind_label(guide.kind)), "page", name="connectTitle"), 1)
        back = button(_("К настройкам"), "link", name="connectBack")
        back.clicked.connect(self._accounts.leave)
        line.addWidget(back)
        return host

    def _make_guide(self, guide: Guide) -> QWidget:
        card = SettingsCard(self._theme, "key-round", _("Создайте ключ в портале"), guide.caution, "connectGuide")
        card.rows.addWidget(PortalSketch(self._theme, guide))
        steps = QGridLayout()
        steps.setHorizontalSpacing(10)
        steps.setVerticalSpacing(6)
        steps.setColumnStretch(1, 1)
        for number, text in enumerate(guide.steps, 1):
            steps.addWidget(label(f"{number}.", "strong"), number, 0, Qt.AlignmentFlag.AlignTop)
            steps.addWidget(label(text, "body", is_wrapped=True, name="connectStep"), number, 1)
        card.rows.addLayout(steps)
        card.rows.addWidget(label(_("Какие права нужны"), "section"))
        rights = QGridLayout()
        rights.setHorizontalSpacing(16)
        rights.setColumnStretch(1, 1)
        for at, (name, why) in enumerate(guide.rights):
            rights.addWidget(label(name, "strong"), at, 0, Qt.AlignmentFlag.AlignTop)
            rights.addWidget(label(why, "muted", is_wrapped=True), at, 1)
        card.rows.addLayout(rights)
        return card

    def _make_form(self, guide: Guide) -> QWidget:
        form = self._accounts.form
        text = _("Ключ хранится в системном хранилище паролей. После сохранения его не покажет и сама программа.")
        card = SettingsCard(self._theme, "link", _("Вставьте ключ"), text, "connectForm")
        if form is None:
            return card
        if guide.has_address:
            self._add_line(card, "address", _("Адрес портала"), form.address, example=guide.address_hint)
        for asked in guide.asked:
            self._add_line(card, asked.name, asked.caption, form.names.get(asked.name, ""), hint=asked.hint)
        secret = self._add_line(card, "secret", guide.secret, "", hint=guide.secret_hint)
        secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._add_line(card, "title", _("Название в программе"), form.title)
        line = QHBoxLayout()
        self.check = button(_("Проверить"), "soft", name="crmCheck")
        self.check.clicked.connect(self._accounts.check)
        self.connect_button = button(_("Подключить"), "primary", name="crmConnect")
        self.connect_button.clicked.connect(self._accounts.connect)
        self._check_text = label("", "muted", is_wrapped=True, name="crmCheckText")
        line.addWidget(self.check)
        line.addWidget(self.connect_button)
        line.addWidget(self._check_text, 1)
        card.rows.addLayout(line)
        self._finding = FindingView(self._theme, self._accounts)
        card.rows.addWidget(self._finding)
        return card

    def _add_line(
        self, card: SettingsCard, name: str, caption: str, text: str, *, example: str = "", hint: str = ""
    ) -> QLineEdit:
        field = QLineEdit(text)
        field.setObjectName(f"crm_{name}")
        field.setPlaceholderText(example)
        field.textEdited.connect(partial(self._accounts.write, name))
        field.returnPressed.connect(self._accounts.check)
        card.add_row(caption, field, hint)
        self.fields[name] = field
        return field

    def _renew_check(self) -> None:
        if self._accounts.form is None or not self.fields:
            return
        state = self._accounts.check_state
        texts = {CheckState.RUNNING: _("Спрашиваю CRM…"), CheckState.FAILED: self._accounts.check_error}
        self._check_text.setText(texts.get(state, ""))
        set_role(self._check_text, role="danger" if state is CheckState.FAILED else "muted")
        self._finding.show_finding(self._accounts.finding)
        self._renew_buttons()

    def _renew_buttons(self) -> None:
        form = self._accounts.form
        if form is None or not self.fields:
            return
        is_ready = form.is_complete and self._accounts.check_state is not CheckState.RUNNING
        self.check.setEnabled(is_ready)
        self.connect_button.setEnabled(is_ready)
        self.connect_button.setText(_("Подключить заново") if form.account_id else _("Подключить"))
