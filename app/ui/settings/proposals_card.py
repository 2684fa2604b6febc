"""Settings of proposals: the limit of discounts, the company's letters, and the hints of style it does not want."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _
from app.ui.settings.parts import SettingsCard, text_row
from app.ui.theme import Theme
from app.ui.widgets import button, clear, label
from app.viewmodels.settings_form import SettingsViewModel


class ProposalsCard(SettingsCard):
    """Binds what `SettingsViewModel` has of proposals."""

    def __init__(self, theme: Theme, form: SettingsViewModel) -> None:
        super().__init__(theme, "signature", _("КП"), "", "proposalsCard")
        self._form = form
        text_row(self, form, "discount_limit_percent")
        self.letters = text_row(self, form, "letters_folder")
        choose = button(_("Выбрать папку…"), "", name="chooseLetters")
        choose.clicked.connect(self._ask_letters)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(choose)
        self.rows.addLayout(line)
        host = QWidget()
        host.setObjectName("rulesOff")
        self._rules = QVBoxLayout(host)
        self._rules.setContentsMargins(0, 0, 0, 0)
        self._rules.setSpacing(4)
        self.add_row(_("Подсказки о слоге, скрытые вами"), host)
        form.changed.connect(lambda name: self._renew() if name == "style_rules_off" else None)
        self._renew()

    def _renew(self) -> None:
        # The rules bring the dictionary of word forms along, so they are loaded with the card alone.
        from app.proposal.style import titles

        clear(self._rules)
        named = titles()
        hidden = [rule for rule in self._form.rules_off if rule in named]
        for rule in hidden:
            self._rules.addWidget(self._row(rule, named[rule]))
        if not hidden:
            self._rules.addWidget(label(_("Ни одной: показываются все."), "muted", name="noRulesOff"))

    def _row(self, rule: int, title: str) -> QWidget:
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(label(title, "body", is_wrapped=True, name="ruleOff"), 1)
        back = button(_("Показывать снова"), "link", name=f"showRule_{rule}")
        back.setAccessibleName(_("Показывать снова: {title}").format(title=title))
        back.clicked.connect(partial(self._form.switch_rule, rule, is_on=True))
        line.addWidget(back)
        return made

    def _ask_letters(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, _("Папка с вашими письмами"), self._form.settings.letters_folder
        )
        if folder:
            self._form.change("letters_folder", folder)
