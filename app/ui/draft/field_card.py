"""The card of a CRM field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.i18n import _
from app.deals.model import FieldType, Norm
from app.ui.draft.card import ReviewCard
from app.ui.draft.editors import Editor, editor_for
from app.ui.theme import Theme
from app.ui.widgets import button, label, set_role
from app.viewmodels.review_items import ReviewItem


class FieldCard(ReviewCard):
    """Value proposed, value now in the CRM, and the editor in its place."""

    edited = Signal(str, object)
    given_up = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._editor: Editor | None = None
        self.value = label("", "value", is_wrapped=True, name="cardValue")
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.in_crm = label("", "muted", is_wrapped=True, name="cardInCrm")
        self.others = label("", "muted", is_wrapped=True, name="cardOthers")
        for part in (self.value, self.in_crm, self.others):
            self.body.addWidget(part)
        self._editing = QWidget()
        self._editing_line = QHBoxLayout(self._editing)
        self._editing_line.setContentsMargins(0, 0, 4, 0)
        self._editing_line.setSpacing(6)
        done = button(_("Готово"), "soft", name="editDone", tip=_("Enter"))
        done.clicked.connect(self._commit)
        self._editing_line.addWidget(done, 0, Qt.AlignmentFlag.AlignTop)
        self._editing.hide()
        self.outer.insertWidget(2, self._editing)

    def show_item(self, item: ReviewItem) -> None:
        super().show_item(item)
        self.value.setText(item.value or _("не прозвучало"))
        is_long = (item.definition is not None and item.definition.type is FieldType.LONGTEXT) or len(item.value) > 60
        set_role(self.value, role="body" if is_long else "value")
        self.value.setVisible(not self.is_editing)
        self.in_crm.setText(_crm_text(item))
        self.in_crm.setVisible(bool(self.in_crm.text()))
        set_role(self.in_crm, role="muted" if item.is_same_as_crm else "warn")
        self.others.setText(_("Ещё прозвучало: {values}").format(values="; ".join(item.others)))
        self.others.setVisible(bool(item.others) and item.is_open)

    def begin_edit(self) -> None:
        item = self.item
        if item is None or item.definition is None or item.decision is not None or self.is_editing:
            return
        self.is_editing = True
        self._editor = editor_for(self.theme, item.definition)
        self._editor.committed.connect(self._commit)
        self._editor.given_up.connect(lambda: self.tell(self.given_up))
        self._editing_line.insertWidget(0, self._editor, 1)
        self._editor.show_value(item.value, item.norm)
        self._editing.show()
        self.show_item(item)
        self._editor.start()

    def end_edit(self) -> None:
        if not self.is_editing:
            return
        self.is_editing = False
        self._editing.hide()
        if self._editor is not None:
            self._editing_line.removeWidget(self._editor)
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
        if self.item is not None:
            self.show_item(self.item)
        self.setFocus()

    def entered(self) -> Norm:
        """What stands in the open editor."""
        return self._editor.entered() if self._editor is not None else None

    def _commit(self) -> None:
        if self.item is not None and self._editor is not None:
            self.edited.emit(self.item.id, self._editor.entered())


def _crm_text(item: ReviewItem) -> str:
    if item.decision is not None or (item.in_crm is None and not item.value):
        return ""
    if item.in_crm is None:
        return ""
    if item.is_same_as_crm:
        return _("Уже в CRM, в разговоре подтверждено")
    return _("Сейчас в CRM: {value}").format(value=item.in_crm_text)
