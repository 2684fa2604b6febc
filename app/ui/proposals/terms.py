"""To whom a proposal goes, until when it holds, what it is before the law, and on which template it is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.i18n import _
from app.proposal.model import LegalStatus
from app.proposal.ports import BUILTIN_TEMPLATES
from app.ui.draft.editors import DateEditor
from app.ui.draft.section import Section
from app.ui.theme import Theme
from app.ui.widgets import IconButton, label
from app.viewmodels.own_template import OwnTemplateViewModel
from app.viewmodels.proposal import ProposalViewModel
from app.viewmodels.proposal_wording import status_label, template_label

_CLIENT_FIELDS = ("company", "contact", "role", "email")


def _client_label(name: str) -> str:
    return {
        "company": _("Компания"),
        "contact": _("Кому, имя"),
        "role": _("Должность"),
        "email": _("Почта"),
    }[name]


class _Grid(QFrame):
    """Captions above their fields, two beside one another."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 10, 14, 12)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)
        self._count = 0

    def add(self, caption: str, field: QWidget, *, is_wide: bool = False) -> None:
        """Put a field behind the others."""
        if is_wide and self._count % 2:
            self._count += 1
        host = QVBoxLayout()
        host.setSpacing(3)
        text = label(caption, "label")
        text.setBuddy(field)
        host.addWidget(text)
        host.addWidget(field)
        self._grid.addLayout(host, self._count // 2, self._count % 2, 1, 2 if is_wide else 1)
        self._count += 2 if is_wide else 1


class ClientCard(Section):
    """Binds the client of `ProposalViewModel`; a field is taken when it is left or Enter is pressed."""

    def __init__(self, proposal: ProposalViewModel) -> None:
        super().__init__(_("Кому"), "clientSection")
        self._proposal = proposal
        grid = _Grid("clientCard")
        self.fields: dict[str, QLineEdit] = {}
        for name in _CLIENT_FIELDS:
            field = self.fields[name] = _line(_client_label(name), f"client_{name}")
            field.editingFinished.connect(self._take)
            grid.add(_client_label(name), field)
        self.asked = _line(_("Повод"), "proposalAsked")
        self.asked.setPlaceholderText(_("В ответ на ваш запрос от…"))
        self.asked.editingFinished.connect(lambda: proposal.set_asked(self.asked.text()))
        grid.add(_("Повод"), self.asked, is_wide=True)
        self.rows.addWidget(grid)
        proposal.opened.connect(self._renew)
        proposal.changed.connect(self._renew)
        proposal.finished.connect(lambda _files: self._renew())
        self._renew()

    def _take(self) -> None:
        proposal = self._proposal.proposal
        if proposal is not None:
            values = {name: field.text().strip() for name, field in self.fields.items()}
            self._proposal.set_client(replace(proposal.client, **values))

    def _renew(self) -> None:
        proposal = self._proposal.proposal
        if proposal is None:
            return
        for name, field in self.fields.items():
            _show(field, getattr(proposal.client, name), can_write=self._proposal.is_editable)
        _show(self.asked, proposal.asked, can_write=self._proposal.is_editable)


class TermsCard(Section):
    """Binds the terms of `ProposalViewModel`."""

    template_wanted = Signal(object)

    def __init__(self, theme: Theme, proposal: ProposalViewModel, templates: OwnTemplateViewModel) -> None:
        super().__init__(_("Условия и шаблон"), "termsSection")
        self._proposal = proposal
        self._templates = templates
        grid = _Grid("termsCard")
        self.valid_until = DateEditor(theme, None, has_time=False)
        self.valid_until.line.setObjectName("validUntil")
        self.valid_until.line.setAccessibleName(_("Действует до"))
        self.valid_until.line.editingFinished.connect(self._take_date)
        grid.add(_("Действует до"), self.valid_until)
        self.status = QComboBox()
        self.status.setObjectName("legalStatus")
        self.status.setAccessibleName(_("Правовой статус"))
        for status in LegalStatus:
            self.status.addItem(status_label(status), str(status))
        self.status.activated.connect(lambda at: proposal.set_status(LegalStatus(self.status.itemData(at))))
        grid.add(_("Правовой статус"), self.status)
        host = QWidget()
        line = QHBoxLayout(host)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self.template = QComboBox()
        self.template.setObjectName("proposalTemplate")
        self.template.setAccessibleName(_("Шаблон"))
        self.template.activated.connect(self._template_chosen)
        self.template.setMinimumContentsLength(12)
        line.addWidget(self.template, 1)
        self.own = IconButton(theme, "folder-open", _("Свой шаблон Word…"), name="ownTemplate")
        self.own.clicked.connect(self.ask_template)
        line.addWidget(self.own)
        grid.add(_("Шаблон"), host, is_wide=True)
        self.rows.addWidget(grid)
        proposal.opened.connect(self._renew)
        proposal.changed.connect(self._renew)
        proposal.finished.connect(lambda _files: self._renew())
        templates.known_changed.connect(self._renew)
        self._renew()

    def ask_template(self) -> None:
        """Let the person choose the company's own template, or last month's proposal to make one of."""
        dialog = QFileDialog(self, _("Шаблон Word или прошлое КП"))
        dialog.setObjectName("templateDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([_("Документы Word ({files})").format(files="*.docx")])
        dialog.fileSelected.connect(lambda file: self.template_wanted.emit(Path(file)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _template_chosen(self, at: int) -> None:
        self._proposal.set_template(str(self.template.itemData(at)))

    def _take_date(self) -> None:
        iso = self.valid_until.iso()
        if iso:
            self._proposal.set_valid_until(date.fromisoformat(iso[:10]))
        self._renew()

    def _renew(self) -> None:
        proposal = self._proposal.proposal
        if proposal is None:
            return
        can_write = self._proposal.is_editable
        if not self.valid_until.line.hasFocus() or self.valid_until.iso():
            self.valid_until.show_iso(proposal.valid_until.isoformat())
        self.status.setCurrentIndex(self.status.findData(str(proposal.status)))
        wanted = list(dict.fromkeys((*BUILTIN_TEMPLATES, *self._templates.known, proposal.template)))
        if wanted != [self.template.itemData(n) for n in range(self.template.count())]:
            self.template.clear()
            for name in wanted:
                self.template.addItem(template_label(name), name)
        self.template.setCurrentIndex(self.template.findData(proposal.template))
        for field in (self.valid_until, self.status, self.template, self.own):
            field.setEnabled(can_write)


def _line(name: str, object_name: str) -> QLineEdit:
    field = QLineEdit()
    field.setObjectName(object_name)
    field.setAccessibleName(name)
    return field


def _show(field: QLineEdit, text: str, *, can_write: bool) -> None:
    if field.text().strip() != text and not (field.hasFocus() and field.isModified()):
        field.setText(text)
        field.setCursorPosition(0)
    field.setEnabled(can_write)
