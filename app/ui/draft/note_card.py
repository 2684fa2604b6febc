"""The cards of the note and of a next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.i18n import _
from app.deals.typed_values import moment_text
from app.draft.model import Evidence, NoteLine
from app.transcript.model import CLIENT, MANAGER
from app.ui.draft.card import ReviewCard
from app.ui.draft.editors import DateEditor, Editor, LongTextEditor
from app.ui.theme import Theme
from app.ui.widgets import IconButton, button, chip, clear, label, set_chip
from app.viewmodels.review_items import ReviewItem
from app.viewmodels.wording import clock_text, who_label


class NoteCard(ReviewCard):
    """The note line by line, each with the second it was said at; edited as one text."""

    edited = Signal(str, object)
    given_up = Signal(str)
    evidence_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.lines: tuple[NoteLine, ...] = ()
        self._shown: object = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(5)
        self.body.addLayout(self._rows)
        self._editor = LongTextEditor(_("Заметка"))
        self._editor.committed.connect(self._commit)
        self._editor.given_up.connect(lambda: self.tell(self.given_up))
        self._done = button(_("Готово"), "soft", name="editDone", tip=_("Enter"))
        self._done.clicked.connect(self._commit)
        self.outer.insertWidget(2, self._editor)
        self.outer.insertWidget(3, self._done, 0, Qt.AlignmentFlag.AlignLeft)
        self._editor.hide()
        self._done.hide()

    def show_item(self, item: ReviewItem) -> None:
        super().show_item(item)
        self.caption.set_full(_("В карточку сделки"))
        drafted = "\n".join(line.text for line in self.lines)
        rows = self.lines if item.value == drafted else tuple(NoteLine(t) for t in item.value.splitlines() if t)
        if (rows, self.has_sound) != self._shown:
            self._shown = (rows, self.has_sound)
            self._fill(rows)

    def _show_evidence(self, evidence: tuple[Evidence, ...]) -> None:
        """The lines carry their evidence themselves."""

    def begin_edit(self) -> None:
        item = self.item
        if item is None or item.decision is not None or self.is_editing:
            return
        self.is_editing = True
        self._editor.show_value(item.value, None)
        self._set_editing()
        self._editor.start()

    def end_edit(self) -> None:
        if self.is_editing:
            self.is_editing = False
            self._set_editing()
            self.setFocus()

    def _set_editing(self) -> None:
        self._editor.setVisible(self.is_editing)
        self._done.setVisible(self.is_editing)
        for number in range(self._rows.count()):
            entry = self._rows.itemAt(number)
            widget = entry.widget() if entry is not None else None
            if widget is not None:
                widget.setVisible(not self.is_editing)
        if self.item is not None:
            self.show_item(self.item)

    def _fill(self, rows: tuple[NoteLine, ...]) -> None:
        clear(self._rows)
        for row in rows:
            host = QWidget()
            line = QHBoxLayout(host)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(8)
            line.addWidget(label("•", "muted"), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(label(row.text, "body", is_wrapped=True, name="noteLine"), 1)
            if row.evidence:
                line.addWidget(self._play_button(row.evidence[0]), 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(host)

    def _play_button(self, evidence: Evidence) -> IconButton:
        made = IconButton(self.theme, "play-solid", _("Послушать"), role="accent", px=10, name="notePlay")
        made.setToolTip(f"{clock_text(evidence.start_s)}  «{evidence.quote}»")
        made.clicked.connect(lambda: self.evidence_wanted.emit(evidence))
        return made

    def _commit(self) -> None:
        if self.item is not None:
            self.edited.emit(self.item.id, self._editor.entered())


class StepEditor(Editor):
    """Who, what, when."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 4, 0)
        outer.setSpacing(6)
        self.action = QLineEdit()
        self.action.setObjectName("stepAction")
        self.action.setPlaceholderText(_("Что сделать"))
        self.action.setAccessibleName(_("Что сделать"))
        self.who = QComboBox()
        self.who.setObjectName("stepWho")
        self.who.setAccessibleName(_("Кто делает"))
        for who in (MANAGER, CLIENT):
            self.who.addItem(who_label(who), who)
        self.due = DateEditor(theme, None, has_time=True)
        self.due.line.setObjectName("stepDue")
        self.due.line.setAccessibleName(_("Когда"))
        self.due.line.setPlaceholderText(_("Когда: 20.12.2026 10:00"))
        self.due.committed.connect(self.committed)
        self.due.given_up.connect(self.given_up)
        for part in (self.action, self.who):
            part.installEventFilter(self)
        second = QHBoxLayout()
        second.setSpacing(6)
        second.addWidget(self.who)
        second.addWidget(self.due, 1)
        outer.addWidget(self.action)
        outer.addLayout(second)

    def start(self) -> None:
        self.action.setFocus()
        self.action.selectAll()


class StepCard(ReviewCard):
    """A next step: who does what by when."""

    edited = Signal(str, str, str, object)
    given_up = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.action = label("", "strong", is_wrapped=True, name="stepText")
        line = QHBoxLayout()
        line.setSpacing(6)
        self.who = chip(name="stepWhoChip")
        self.due = label("", "muted", name="stepDueText")
        line.addWidget(self.who)
        line.addWidget(self.due)
        line.addStretch(1)
        self.body.addWidget(self.action)
        self.body.addLayout(line)
        self._editor = StepEditor(theme)
        self._editor.committed.connect(self._commit)
        self._editor.given_up.connect(lambda: self.tell(self.given_up))
        self._done = button(_("Готово"), "soft", name="editDone", tip=_("Enter"))
        self._done.clicked.connect(self._commit)
        self.outer.insertWidget(2, self._editor)
        self.outer.insertWidget(3, self._done, 0, Qt.AlignmentFlag.AlignLeft)
        self._editor.hide()
        self._done.hide()

    def show_item(self, item: ReviewItem) -> None:
        super().show_item(item)
        self.action.setText(item.value)
        self.action.setVisible(not self.is_editing)
        set_chip(self.who, "" if self.is_editing else who_label(item.who or MANAGER), _tone(item.who))
        self.due.setText(moment_text(item.due) or _("без срока"))
        self.due.setVisible(not self.is_editing)

    def begin_edit(self) -> None:
        item = self.item
        if item is None or item.decision is not None or self.is_editing:
            return
        self.is_editing = True
        self._editor.action.setText(item.value)
        self._editor.who.setCurrentIndex(max(0, self._editor.who.findData(item.who)))
        self._editor.due.show_iso(item.due)
        self._set_editing()
        self._editor.start()

    def end_edit(self) -> None:
        if self.is_editing:
            self.is_editing = False
            self._set_editing()
            self.setFocus()

    def _set_editing(self) -> None:
        self._editor.setVisible(self.is_editing)
        self._done.setVisible(self.is_editing)
        if self.item is not None:
            self.show_item(self.item)

    def _commit(self) -> None:
        if self.item is None:
            return
        written = self._editor.due.line.text().strip()
        # A date that is no date goes on as it was written, to be refused with its reason.
        due = self._editor.due.iso() or written or None
        self.edited.emit(self.item.id, self._editor.action.text(), str(self._editor.who.currentData()), due)


def _tone(who: str | None) -> str:
    return "client" if who == CLIENT else "accent"
