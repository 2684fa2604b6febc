"""The company's own template before it is taken: what is wrong with it, or what was found in an old proposal."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _
from app.proposal.own_templates import TemplateLook
from app.proposal.ports import FoundTemplate, Mark, TemplateFault
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, chip, clear, label, set_role
from app.viewmodels.own_template import OwnTemplateViewModel

_SURE = 0.7
_AT_MOST = 30


class OwnTemplateCard(QFrame):
    """Binds `OwnTemplateViewModel`; hidden while no file is looked at."""

    def __init__(self, theme: Theme, template: OwnTemplateViewModel) -> None:
        super().__init__()
        self.setObjectName("ownTemplateCard")
        self.setProperty("card", True)
        self._theme = theme
        self._template = template
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 10, 12, 12)
        rows.setSpacing(8)
        self.title = label("", "strong", is_wrapped=True, name="ownTemplateTitle")
        self.about = label("", "muted", is_wrapped=True, name="ownTemplateAbout")
        rows.addWidget(self.title)
        rows.addWidget(self.about)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        rows.addLayout(self._list)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.take = button("", "primary", name="takeTemplate")
        self.take.clicked.connect(template.take)
        self.cure = button(_("Исправить само"), "soft", name="cureTemplate")
        self.cure.clicked.connect(template.cure)
        self.cancel = button(_("Отмена"), "", name="dismissTemplate")
        self.cancel.clicked.connect(template.dismiss)
        for made in (self.take, self.cure, self.cancel):
            line.addWidget(made)
        line.addStretch(1)
        rows.addLayout(line)
        template.changed.connect(self._renew)
        self._renew()

    def _renew(self) -> None:
        look, is_busy = self._template.look, self._template.is_busy
        self.setVisible(look is not None or is_busy)
        clear(self._list)
        for made in (self.take, self.cure, self.cancel):
            made.setVisible(look is not None)
            made.setEnabled(not is_busy)
        if look is None:
            self.title.setText(_("Смотрю шаблон…"))
            self.about.setText("")
            return
        self.title.setText(_("Шаблон «{name}»").format(name=look.path.name))
        set_role(self.about, role="muted")
        self.cure.setVisible(look.is_curable)
        self.take.setEnabled(not is_busy and not look.is_blocked)
        if look.found is not None:
            self._show_found(look.found)
        else:
            self._show_faults(look)

    def _show_faults(self, look: TemplateLook) -> None:
        self.take.setText(_("Взять этот шаблон"))
        if not look.faults:
            self.about.setText(_("Все места подстановки понятны."))
        elif look.is_blocked:
            self.about.setText(_("С этими ошибками документ не сделать: исправьте их в Word и выберите файл снова."))
        else:
            self.about.setText(_("Документ сделать можно, но взгляните на замечания."))
        for fault in look.faults[:_AT_MOST]:
            self._list.addWidget(self._fault(fault))

    def _fault(self, fault: TemplateFault) -> QWidget:
        host = QWidget()
        line = QHBoxLayout(host)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        icon, role = ("circle-alert", "danger") if fault.is_blocking else ("triangle-alert", "warn")
        line.addWidget(Icon(self._theme, icon, role, 15), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(label(fault.text, "body", is_wrapped=True, name="templateFault"))
        texts.addWidget(label(f"{fault.place}. {fault.cure}", "muted", is_wrapped=True))
        line.addLayout(texts, 1)
        return host

    def _show_found(self, found: FoundTemplate) -> None:
        self.take.setText(_("Сделать шаблон"))
        if found.refusal:
            self.about.setText(found.refusal)
            set_role(self.about, role="danger")
            return
        self.about.setText(_("Это прошлое КП. Вот что меняется от предложения к предложению: снимите лишнее."))
        for place, mark in enumerate(found.marks[:_AT_MOST]):
            self._list.addWidget(self._mark(place, mark))
        if found.table is None:
            self._list.addWidget(label(_("Таблица товаров не найдена."), "danger", name="noGoodsTable"))
        for text in found.notes:
            self._list.addWidget(label(text, "warn", is_wrapped=True, name="templateNote"))
        if found.missing:
            text = _("Не найдено: {what}. В шаблоне на этих местах ничего не подставится.")
            self._list.addWidget(label(text.format(what=", ".join(found.missing)), "warn", is_wrapped=True))
        for code in found.unknown_codes[:_AT_MOST]:
            self._list.addWidget(self._unknown_code(code))
        self.take.setEnabled(found.table is not None and not self._template.is_busy)

    def _unknown_code(self, code: str) -> QWidget:
        host = QWidget()
        line = QHBoxLayout(host)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        box = QCheckBox(_("Убрать"))
        box.setObjectName("dropUnknownCode")
        box.setAccessibleName(_("Убрать {code} из шаблона").format(code=code))
        box.setChecked(True)
        box.toggled.connect(lambda is_on: self._template.keep_code(code, not is_on))
        line.addWidget(box)
        text = _("{code}: что здесь стоит, программа не знает. Без галочки код уйдёт клиенту как есть.")
        line.addWidget(label(text.format(code=code), "warn", is_wrapped=True, name="unknownCode"), 1)
        return host

    def _mark(self, place: int, mark: Mark) -> QWidget:
        host = QWidget()
        line = QHBoxLayout(host)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        box = QCheckBox(mark.label)
        box.setObjectName(f"templateMark_{place}")
        box.setChecked(True)
        box.setToolTip(mark.place)
        box.toggled.connect(lambda is_on, place=place: self._template.leave_out(place, not is_on))
        line.addWidget(box)
        shown = f"{mark.text} → {mark.placeholder}" if mark.placeholder else mark.text
        line.addWidget(label(shown, "muted", is_wrapped=True, name="templateMarkText"), 1)
        if mark.confidence < _SURE:
            line.addWidget(chip(_("проверьте"), "warn"), 0, Qt.AlignmentFlag.AlignTop)
        return host
