"""What must be settled and what should be looked at, each with its cure."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.i18n import _
from app.proposal.model import RULES_ALWAYS_ON, BlockKind, Warning, WarningKind
from app.ui.draft.section import Section
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, clear, label
from app.viewmodels.proposal import ProposalViewModel

_AT_ONCE = 5
_QUOTING = (WarningKind.STYLE, WarningKind.UNSOURCED, WarningKind.PLACEHOLDER, WarningKind.CONTRADICTION)


class WarningsSection(Section):
    """Binds the warnings of `ProposalViewModel`; what blocks comes first, at most five at once."""

    shown_wanted = Signal(object)

    def __init__(self, theme: Theme, proposal: ProposalViewModel) -> None:
        super().__init__(_("Проверка"), "proposalWarnings")
        self._theme = theme
        self._proposal = proposal
        self._shown: tuple[Warning, ...] = ()
        self._are_all = False
        self._card = QFrame()
        self._card.setProperty("card", True)
        self._card.setObjectName("warningsCard")
        self._list = QVBoxLayout(self._card)
        self._list.setContentsMargins(14, 10, 12, 12)
        self._list.setSpacing(10)
        self.rows.addWidget(self._card)
        self.more = button("", "link", name="moreWarnings")
        self.more.clicked.connect(self._show_all)
        self.rows.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.discount_by = QLineEdit()
        self.discount_by.setObjectName("discountBy")
        self.discount_by.setPlaceholderText(_("Кто из руководителей разрешил скидку сверх предела"))
        self.discount_by.setAccessibleName(self.discount_by.placeholderText())
        self.discount_by.editingFinished.connect(lambda: proposal.set_discount_by(self.discount_by.text()))
        self.rows.addWidget(self.discount_by)
        proposal.opened.connect(self._opened)
        proposal.checked.connect(self.renew)
        proposal.finished.connect(lambda _files: self.renew())
        self.renew()

    def renew(self) -> None:
        """Show the warnings as they are now."""
        warnings = self._proposal.warnings if self._proposal.is_editable else ()
        proposal = self._proposal.proposal
        head = proposal.discount_by if proposal is not None else ""
        is_asked = bool(head) or any(warning.kind is WarningKind.DISCOUNT_LIMIT for warning in warnings)
        self.discount_by.setVisible(is_asked)
        if not self.discount_by.hasFocus():
            self.discount_by.setText(head)
        self._card.setVisible(bool(warnings))
        self.setVisible(self._proposal.is_editable and (bool(warnings) or is_asked))
        self.count(len(warnings))
        if warnings == self._shown:
            return
        self._shown = warnings
        clear(self._list)
        at_once = warnings if self._are_all else warnings[:_AT_ONCE]
        for number, warning in enumerate(at_once):
            self._list.addWidget(self._row(warning, number))
        rest = len(warnings) - len(at_once)
        self.more.setVisible(rest > 0)
        self.more.setText(_("Показать ещё {count}").format(count=rest))

    def focus_first(self) -> None:
        """Give the keyboard to the first cure."""
        for name in ("cureWarning", "dropSentence", "showWarning"):
            found = self._card.findChild(QWidget, name)
            if found is not None and not found.isHidden():
                found.setFocus()
                return

    def _opened(self) -> None:
        self._are_all = False
        self.renew()

    def _show_all(self) -> None:
        self._are_all, self._shown = True, ()
        self.renew()

    def _row(self, warning: Warning, number: int) -> QWidget:
        host = QWidget()
        host.setObjectName(f"warning_{number}")
        line = QHBoxLayout(host)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        is_contradiction = warning.kind is WarningKind.CONTRADICTION
        icon = "scale" if is_contradiction else ("circle-alert" if warning.is_blocking else "triangle-alert")
        role = "danger" if warning.is_blocking else "warn"
        line.addWidget(Icon(self._theme, icon, role, 16), 0, Qt.AlignmentFlag.AlignTop)
        place = self._proposal.place_of(warning)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(label(warning.text, "body", is_wrapped=True, name="warningText"))
        if warning.kind in _QUOTING and warning.quote and warning.quote not in warning.text:
            texts.addWidget(label(f"«{warning.quote}»", "quote", is_wrapped=True, name="warningQuote"))
        if warning.cure is not None:
            text = _("Заменить на «{cure}»").format(cure=_shortened(warning.cure)) if warning.cure else _("Убрать")
            cure = button(text, "soft", name="cureWarning")
            cure.clicked.connect(partial(self._proposal.cure, warning))
            texts.addWidget(cure, 0, Qt.AlignmentFlag.AlignLeft)
        elif warning.kind is WarningKind.UNSOURCED and isinstance(place, BlockKind) and warning.quote:
            drop = button(_("Убрать предложение"), "soft", name="dropSentence")
            drop.clicked.connect(partial(self._proposal.drop, warning))
            texts.addWidget(drop, 0, Qt.AlignmentFlag.AlignLeft)
        if warning.rule and warning.rule not in RULES_ALWAYS_ON:
            hide = button(_("Не показывать для нашей компании"), "link", name="hideRule")
            hide.setToolTip(_("Вернуть подсказку можно в настройках, раздел «КП»"))
            hide.clicked.connect(partial(self._proposal.hide_rule, warning.rule))
            texts.addWidget(hide, 0, Qt.AlignmentFlag.AlignLeft)
        texts.addStretch(1)
        line.addLayout(texts, 1)
        if place is not None:
            show = button(_("Показать"), "link", name="showWarning")
            show.setAccessibleName(_("Показать место: {text}").format(text=warning.text))
            show.clicked.connect(partial(self.shown_wanted.emit, warning))
            line.addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
        return host


def _shortened(text: str) -> str:
    return text if len(text) <= 48 else f"{text[:47].rstrip()}…"
