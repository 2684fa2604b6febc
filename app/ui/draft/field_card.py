"""The card of a CRM field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.clock import Clock
from app.core.i18n import _
from app.deals.model import FieldType, Norm
from app.ui.draft.card import ReviewCard, told_doubt
from app.ui.draft.editors import Editor, editor_for
from app.ui.theme import Theme
from app.ui.widgets import IconButton, button, label, set_role
from app.viewmodels.earlier import EarlierValue
from app.viewmodels.review_items import ReviewItem
from app.viewmodels.wording import day_text, record_text, record_tip

_ONE_LINE = 44


class EarlierLine(QWidget):
    """The words of an earlier call that the value in the CRM stands on, and the way there."""

    opened = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.source = IconButton(theme, "history", "", kind="quote", role="accent", px=11, name="earlierSource")
        self.source.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.source.clicked.connect(self.opened)
        self.quote = label("", "quote", is_wrapped=True, name="earlierQuote")
        self.quote.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line.addWidget(self.source, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.quote, 1)

    def show_origin(self, origin: EarlierValue, day: str) -> None:
        """Show where a value came from; `day` is when that call was."""
        self.source.setText(day)
        self.source.setEnabled(bool(origin.call_id))
        self.source.describe(
            _("Открыть звонок: {day}").format(day=day) if origin.call_id else _("Этот звонок больше не хранится")
        )
        signed = _("завизировал {name}").format(name=origin.decided_by)
        said = f"«{origin.evidence.quote}»" if origin.evidence else ""
        by_hand = _("вписано вручную") if origin.is_edited or not said else ""
        self.quote.setText(", ".join(filter(None, (said, by_hand, signed))))


class FieldCard(ReviewCard):
    """Value proposed, value now in the CRM, and the editor in its place."""

    edited = Signal(str, object)
    given_up = Signal(str)
    earlier_wanted = Signal(str, int)

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__(theme)
        self._clock = clock
        self._earlier: EarlierLine | None = None
        self._editor: Editor | None = None
        self.value = label("", "value", is_wrapped=True, name="cardValue")
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.in_crm = label("", "muted", is_wrapped=True, name="cardInCrm")
        self.others = label("", "muted", is_wrapped=True, name="cardOthers")
        for part in (self.value, self.in_crm, self.others):
            self.body.addWidget(part)
        self.record = label("", "faint", name="cardRecord")
        self.record.hide()
        self.side.insertWidget(1, self.record, 0, Qt.AlignmentFlag.AlignRight)
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
        self.in_crm.setText(self._crm_text(item))
        self.in_crm.setVisible(bool(self.in_crm.text()))
        self._show_earlier(item)
        self._show_record(item)
        record = "" if self.record.isHidden() else self.record.text()
        self.setAccessibleDescription("; ".join(filter(None, (told_doubt(item), self.in_crm.text(), record))))
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

    def _day(self, origin: EarlierValue) -> str:
        return day_text(self._clock.local(origin.at), self._clock.local(self._clock.now_utc()))

    def _crm_text(self, item: ReviewItem) -> str:
        if item.decision is not None or item.in_crm is None:
            return ""
        if item.is_same_as_crm:
            return _("Уже в CRM, подтверждено снова")
        if not item.value:
            return _("Сейчас в CRM: {value}").format(value=item.in_crm_text)
        if max(len(item.in_crm_text), len(item.value)) > _ONE_LINE:
            return _("Было: {old}").format(old=item.in_crm_text)
        return _("Было {old} → станет {new}").format(old=item.in_crm_text, new=item.value)

    def _show_earlier(self, item: ReviewItem) -> None:
        origin = item.earlier if item.decision is None and item.value else None
        if origin is not None and self._earlier is None:
            self._earlier = EarlierLine(self.theme)
            self._earlier.opened.connect(self._open_earlier)
            self.outer.insertWidget(self.outer.count() - 1, self._earlier)
        if self._earlier is not None:
            self._earlier.setVisible(origin is not None)
            if origin is not None:
                self._earlier.show_origin(origin, self._day(origin))

    def _open_earlier(self) -> None:
        origin = self.item.earlier if self.item is not None else None
        if origin is not None:
            self.earlier_wanted.emit(origin.call_id, origin.evidence.segment if origin.evidence else -1)

    def _show_record(self, item: ReviewItem) -> None:
        record = item.record if item.is_open and not item.is_edited else None
        is_shown = record is not None and record.is_telling
        self.record.setVisible(is_shown)
        if record is not None and is_shown:
            self.record.setText(record_text(record))
            self.record.setToolTip(record_tip(record))
