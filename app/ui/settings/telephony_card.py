"""The settings of telephony: the folder of recordings, the pattern of names, and whether they fit."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from app.core.i18n import _
from app.ui.settings.parts import SettingsCard, choice_row, text_row
from app.ui.theme import Theme
from app.ui.widgets import button, label, set_role
from app.viewmodels.settings_form import SettingsViewModel
from app.viewmodels.telephony import CheckOfFolder, TelephonyViewModel

_ROLES = {CheckOfFolder.PASSED: "ok", CheckOfFolder.FAILED: "danger"}


class TelephonyCard(SettingsCard):
    """Binds `TelephonyViewModel` and the settings that belong to it."""

    def __init__(self, theme: Theme, form: SettingsViewModel, telephony: TelephonyViewModel) -> None:
        text = _("Новые записи из этой папки разбираются сами и ждут визы. Файлы остаются на месте.")
        super().__init__(theme, "phone", _("Телефония"), text, "telephonyCard")
        self._form = form
        self._telephony = telephony
        self.folder = text_row(self, form, "telephony_folder")
        choose = QHBoxLayout()
        choose.addStretch(1)
        self.choose = button(_("Выбрать папку…"), "", name="telephonyChoose")
        self.choose.clicked.connect(self._ask_folder)
        choose.addWidget(self.choose)
        self.rows.addLayout(choose)
        text_row(self, form, "telephony_pattern")
        text_row(self, form, "telephony_days_back", width=120)
        text_row(self, form, "telephony_every_s", width=120)
        choice_row(self, form, "telephony_calls", (_("Не брать"), _("Из Битрикс24")))
        line = QHBoxLayout()
        self.check = button(_("Проверить"), "soft", name="telephonyCheck")
        self.check.clicked.connect(telephony.check)
        self._text = label("", "muted", is_wrapped=True, name="telephonyText")
        line.addWidget(self.check)
        line.addWidget(self._text, 1)
        self.rows.addLayout(line)
        self._examples = label("", "muted", is_wrapped=True, name="telephonyExamples")
        self.rows.addWidget(self._examples)
        telephony.changed.connect(self._renew)
        self._renew()

    def _renew(self) -> None:
        telephony = self._telephony
        is_idle = telephony.state is CheckOfFolder.IDLE
        self.check.setEnabled(telephony.state is not CheckOfFolder.RUNNING)
        self._text.setText(telephony.trouble if is_idle else telephony.text)
        set_role(self._text, role="warn" if is_idle and telephony.trouble else _ROLES.get(telephony.state, "muted"))
        self._examples.setText("\n".join(telephony.examples))
        self._examples.setVisible(bool(telephony.examples))

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Папка с записями"), self._form.settings.telephony_folder)
        if folder:
            self._form.change("telephony_folder", folder)
