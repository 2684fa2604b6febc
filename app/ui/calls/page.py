"""The page «Звонки»: the three columns, and what one of them means for the others."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QSplitter, QWidget

from app.core.i18n import _
from app.recording.model import CallState
from app.ui.calls.conversation_panel import ConversationPanel
from app.ui.calls.list_panel import CallListPanel
from app.ui.draft.panel import DraftPanel
from app.ui.theme import Theme
from app.viewmodels.desk import Desk
from app.viewmodels.wording import state_label, time_left_text

_COLUMNS = [304, 470, 426]
_MINIMA = (220, 280, 330)


class CallsPage(QWidget):
    """Binds the view-models of the calls."""

    action_wanted = Signal(str)
    deal_opened = Signal(str)
    call_opened = Signal(str, int)
    import_wanted = Signal()
    sample_wanted = Signal()

    def __init__(self, theme: Theme, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("callsPage")
        self._desk = desk
        self.list = CallListPanel(theme, desk.call_list, desk.work, desk.clock)
        self.conversation = ConversationPanel(theme, desk.conversation, desk.clock)
        self.draft = DraftPanel(theme, desk.review, desk.crm.deals, desk.clock)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("columns")
        self.splitter.setHandleWidth(8)
        self.splitter.setChildrenCollapsible(False)
        for column, minimum in zip((self.list, self.conversation, self.draft), _MINIMA, strict=True):
            column.setMinimumWidth(minimum)
            self.splitter.addWidget(column)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 5)
        self.splitter.setStretchFactor(2, 3)
        self.splitter.setSizes(_COLUMNS)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 8)
        outer.addWidget(self.splitter)

        self.list.opened.connect(desk.open_call)
        self.list.import_wanted.connect(self.import_wanted)
        self.list.sample_wanted.connect(self.sample_wanted)
        self.list.left.connect(self.draft.focus_cards)
        self.conversation.action_wanted.connect(self.action_wanted)
        self.conversation.delete_wanted.connect(self._delete)
        self.draft.deal_opened.connect(self.deal_opened)
        self.draft.call_opened.connect(self.call_opened)
        desk.conversation.call_changed.connect(self._call_changed)
        desk.conversation.progress_changed.connect(self._call_changed)

    def set_columns(self, widths: list[int]) -> None:
        """Restore the widths of the columns."""
        if len(widths) == len(_MINIMA) and all(width > 0 for width in widths):
            self.splitter.setSizes(widths)

    def show_call(self, call_id: str) -> None:
        """Select a call in the list; it opens as it is selected."""
        self.list.select(call_id)
        self._desk.open_call(call_id)

    def _call_changed(self) -> None:
        conversation = self._desk.conversation
        self.draft.set_sound(conversation.has_sound)
        work = conversation.progress
        if work is None:
            self.draft.say_progress("")
            return
        stage = _("Звонок ждёт своей очереди") if work.state is CallState.IMPORTED else state_label(work.state)
        parts = (stage.capitalize(), time_left_text(work.seconds_left))
        self.draft.say_progress(", ".join(part for part in parts if part))

    def _delete(self) -> None:
        box = QMessageBox(self)
        box.setObjectName("deleteDialog")
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(_("Удалить звонок"))
        box.setText(_("Удалить запись, текст и черновик этого звонка?"))
        box.setInformativeText(_("То, что уже завизировано, останется в сделке."))
        delete = box.addButton(_("Удалить"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(_("Оставить"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        delete.clicked.connect(self._desk.delete_call)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
