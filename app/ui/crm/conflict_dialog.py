"""Three columns: what stood at the draft, what stands in the CRM, what is proposed. Nothing is written before."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import UserFixable
from app.core.i18n import _, ngettext
from app.delivery.model import CrmValue, FieldConflict
from app.ui.draft.editors import Editor, editor_for
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import button, label, set_role
from app.viewmodels.crm_conflict import Choice, ConflictChoices

_AROUND, _EACH, _TALLEST = 200, 116, 620


class ConflictRow(QFrame):
    """One field and the decision about it."""

    decided = Signal()

    def __init__(self, theme: Theme, choices: ConflictChoices, conflict: FieldConflict) -> None:
        super().__init__()
        self.setObjectName(f"conflict_{conflict.key}")
        self.setProperty("card", True)
        self._theme = theme
        self._choices = choices
        self._conflict = conflict
        self._editor: Editor | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 10, 12, 10)
        rows.setSpacing(6)
        rows.addWidget(label(conflict.label, "strong", name="conflictLabel"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        columns: tuple[tuple[str, CrmValue, str], ...] = (
            (_("Было при черновике"), conflict.base, "conflictBase"),
            (_("Сейчас в CRM"), conflict.theirs, "conflictTheirs"),
            (_("Предлагаем"), conflict.ours, "conflictOurs"),
        )
        for at, (caption, value, name) in enumerate(columns):
            grid.addWidget(label(caption, "label"), 0, at)
            text = label(choices.text(conflict, value), "body" if at == 0 else "value", is_wrapped=True, name=name)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(text, 1, at, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(at, 1)
        rows.addLayout(grid)
        rows.addLayout(self._make_choice())
        self._error = label("", "danger", is_wrapped=True, name="conflictError")
        self._error.hide()
        self._place = QVBoxLayout()
        rows.addLayout(self._place)
        rows.addWidget(self._error)

    def _make_choice(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(16)
        self._group = QButtonGroup(self)
        self.buttons: dict[Choice, QRadioButton] = {}
        for choice, text in (
            (Choice.THEIRS, _("Оставить как в CRM")),
            (Choice.OURS, _("Записать наше")),
            (Choice.EDITED, _("Исправить…")),
        ):
            made = QRadioButton(text)
            made.setObjectName(f"choose_{choice}")
            made.setAccessibleName(f"{self._conflict.label}: {text}")
            made.clicked.connect(partial(self._choose, choice))
            self._group.addButton(made)
            self.buttons[choice] = made
            line.addWidget(made)
        line.addStretch(1)
        return line

    def take_editor(self) -> bool:
        """Take what stands in an open editor; False when it is no value of the field."""
        if self._editor is None:
            return True
        try:
            value = self._choices.edit(self._conflict, self._editor.entered())
        except UserFixable as error:
            self._error.setText(f"{error.message} {error.hint}".strip())
            self._error.show()
            self._editor.start()
            return False
        self._error.hide()
        self.buttons[Choice.EDITED].setText(
            _("Исправлено: {value}").format(value=self._choices.text(self._conflict, value))
        )
        self._close_editor()
        self.buttons[Choice.EDITED].setFocus()
        self.decided.emit()
        return True

    def _choose(self, choice: Choice) -> None:
        if choice is Choice.EDITED:
            self._open_editor()
        else:
            self._close_editor()
            self._error.hide()
            self._choices.choose(self._conflict.key, choice)
            self.decided.emit()

    def _open_editor(self) -> None:
        if self._editor is not None:
            self._editor.start()
            return
        self._editor = editor_for(self._theme, self._choices.definition(self._conflict))
        self._editor.setAccessibleName(self._conflict.label)
        self._editor.committed.connect(self.take_editor)
        self._editor.given_up.connect(self._give_up)
        self._place.addWidget(self._editor)
        self._editor.show_value(*self._choices.norm(self._conflict))
        self._editor.start()
        self._choices.chosen.pop(self._conflict.key, None)
        self.decided.emit()

    def _give_up(self) -> None:
        self._close_editor()
        self._error.hide()
        self._group.setExclusive(False)
        for made in self.buttons.values():
            made.setChecked(False)
        self._group.setExclusive(True)
        self.buttons[Choice.THEIRS].setFocus()
        self.decided.emit()

    def _close_editor(self) -> None:
        if self._editor is not None:
            self._place.removeWidget(self._editor)
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None


class ConflictDialog(QDialog):
    """Gives its choices once all of them are made; leaving it changes nothing."""

    settled = Signal(object)

    def __init__(self, theme: Theme, choices: ConflictChoices, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("conflictDialog")
        self.setWindowTitle(_("Изменили в CRM"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, min(_TALLEST, _AROUND + _EACH * len(choices.view.conflicts)))
        self._choices = choices
        row = choices.view.row
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 18, 20, 16)
        rows.setSpacing(10)
        account = row.account.title if row.account is not None else "CRM"
        title = " · ".join(filter(None, (account, row.deal)))
        rows.addWidget(label(title, "title", is_wrapped=True, name="conflictTitle"))
        text = _("Пока черновик ждал визы, эти поля изменил коллега. Пока вы не решите, ничего не будет записано.")
        rows.addWidget(label(text, "muted", is_wrapped=True))
        area, inner = scroll_column("conflictScroll", QMargins(0, 0, 4, 0), 8)
        self.rows = [ConflictRow(theme, choices, conflict) for conflict in choices.view.conflicts]
        for one in self.rows:
            one.decided.connect(self._renew)
            inner.addWidget(one)
        inner.addStretch(1)
        rows.addWidget(area, 1)
        foot = QHBoxLayout()
        self._told = label("", "muted", is_wrapped=True, name="conflictTold")
        foot.addWidget(self._told, 1)
        later = button(_("Решить позже"), "", name="conflictLater")
        later.setAutoDefault(False)
        later.clicked.connect(self.reject)
        self.settle = button(_("Готово"), "primary", name="conflictSettle", tip="Ctrl+Enter")
        self.settle.setAutoDefault(False)
        self.settle.clicked.connect(self._settle)
        foot.addWidget(later)
        foot.addWidget(self.settle)
        rows.addLayout(foot)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._settle)
        if self.rows:
            self.rows[0].buttons[Choice.THEIRS].setFocus()
        self._renew()

    def _renew(self) -> None:
        left = sum(conflict.key not in self._choices.chosen for conflict in self._choices.view.conflicts)
        writes = self._choices.writes
        if left:
            word = ngettext("поле", "поля", "полей", left)
            text = _("Решите ещё {count} {word}.").format(count=left, word=word)
        elif writes:
            word = ngettext("поле", "поля", "полей", writes)
            text = _("Будет записано: {count} {word}.").format(count=writes, word=word)
        else:
            text = _("В CRM ничего не изменится.")
        self._told.setText(text)
        set_role(self._told, role="warn" if writes and not left else "muted")
        self.settle.setEnabled(self._choices.is_complete)

    def _settle(self) -> None:
        # Each open editor is taken, also behind one that is refused.
        taken = [row.take_editor() for row in self.rows]
        if all(taken) and self._choices.is_complete:
            self.settled.emit(self._choices)
            self.accept()
