"""The ground of a card in the draft: what it is about, its state, its evidence, and the three decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.approval.model import DecisionKind
from app.core.i18n import _
from app.draft.hearing import heard_text, whole_reason
from app.draft.model import Evidence, FieldStatus, Misheard
from app.ui.theme import Theme
from app.ui.widgets import ElidedLabel, Icon, IconButton, chip, clear, label, set_chip, set_role
from app.viewmodels.review_items import ReviewItem
from app.viewmodels.wording import clock_text

_QUOTES_AT_MOST = 2


def state_mark(item: ReviewItem) -> tuple[str, str]:
    """Text and tone of the state mark of an item."""
    if item.decision is DecisionKind.REJECTED:
        return _("отклонено"), "neutral"
    if item.decision is not None:
        return _("завизировано"), "ok"
    if item.is_edited:
        return _("исправлено вами"), "accent"
    return {
        FieldStatus.VERIFIED: (_("проверено"), "ok"),
        FieldStatus.REVIEW: (_("проверьте"), "warn"),
        FieldStatus.EMPTY: (_("не обсуждали"), "neutral"),
    }[item.status]


def told_doubt(item: ReviewItem) -> str:
    """Why an item needs a look, in one text; "" without a doubt."""
    return whole_reason(item.reason, item.misheard) or ""


class QuoteLine(QWidget):
    """A quote and the button that lets it be heard."""

    played = Signal()

    def __init__(self, theme: Theme, evidence: Evidence, *, has_sound: bool) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        has_time = has_sound and evidence.start_s is not None
        self.play = IconButton(theme, "play-solid" if has_time else "quote", "", kind="quote", role="accent", px=10)
        self.play.setObjectName("evidencePlay")
        self.play.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        where = clock_text(evidence.start_s) if evidence.start_s is not None else _("где")
        self.play.setText(where)
        said = _("Послушать с {time}") if has_time else _("Показать в разговоре")
        self.play.describe(said.format(time=where), _("Пробел"))
        self.play.clicked.connect(self.played)
        quote = label(f"«{evidence.quote}»", "quote", is_wrapped=True, name="evidenceQuote")
        quote.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line.addWidget(self.play, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(quote, 1)


class HeardLine(QWidget):
    """What was heard and what is meant by it, where a name was only matched by sound."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(Icon(theme, "audio-lines", "warn", 14), 0, Qt.AlignmentFlag.AlignTop)
        self.text = label("", "body", is_wrapped=True, name="heardText")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line.addWidget(self.text, 1)

    def say(self, misheard: Sequence[Misheard]) -> None:
        """Show these, one under the other."""
        self.text.setText("\n".join(heard_text(pair) for pair in misheard))


class ReviewCard(QFrame):
    """A card for one `ReviewItem`. Keys are handled by the panel, so that they work wherever the focus is."""

    approve_wanted = Signal(str)
    reject_wanted = Signal(str)
    edit_wanted = Signal(str)
    selected = Signal(str)
    play_wanted = Signal(str, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.item: ReviewItem | None = None
        self.has_sound = True
        self.is_editing = False
        self.caution_of: Callable[[ReviewItem], str] = lambda _item: ""
        self._evidence: tuple[Evidence, ...] | None = None
        self._heard: HeardLine | None = None
        self._caution: QLabel | None = None
        self.setProperty("card", True)
        self.setProperty("current", False)
        self.setProperty("settled", False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(13, 6, 8, 10)
        self.outer.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(6)
        self.caption = ElidedLabel("", "label", "cardLabel")
        self.mark = chip(name="cardState")
        head.addWidget(self.caption, 1)
        head.addWidget(self.mark)
        head.addLayout(self._make_actions())
        self.outer.addLayout(head)

        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 5, 0)
        body.setSpacing(8)
        self.body = QVBoxLayout()
        self.body.setSpacing(3)
        body.addLayout(self.body, 1)
        self.risk = chip(_("высокий риск"), "danger", name="cardRisk")
        self.risk.setToolTip(_("Деньги, этап, сроки и скидки визируются по одному."))
        self.side = QVBoxLayout()
        self.side.setSpacing(3)
        self.side.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.side.addWidget(self.risk, 0, Qt.AlignmentFlag.AlignRight)
        body.addLayout(self.side)
        self.outer.addLayout(body)

        self.proof = QVBoxLayout()
        self.proof.setSpacing(4)
        self.outer.addLayout(self.proof)
        self._reason_line = QWidget()
        reason = QHBoxLayout(self._reason_line)
        reason.setContentsMargins(0, 0, 0, 0)
        reason.setSpacing(6)
        reason.addWidget(Icon(theme, "triangle-alert", "warn", 14), 0, Qt.AlignmentFlag.AlignTop)
        self.reason = label("", "warn", is_wrapped=True, name="cardReason")
        reason.addWidget(self.reason, 1)
        self.outer.addWidget(self._reason_line)

    def show_item(self, item: ReviewItem) -> None:
        """Show an item; an editor that is open stays open."""
        self.item = item
        self.setObjectName(f"card_{item.id.replace(':', '_')}")
        self.caption.set_full(item.label)
        if item.definition is not None:
            self.caption.setToolTip(f"{item.label}\n{item.definition.definition}")
        self.risk.setVisible(item.is_high_risk and item.is_open)
        set_chip(self.mark, *state_mark(item))
        mark = state_mark(item)[0]
        who = item.decided_by if item.decision else ""
        self.mark.setToolTip(who)
        risk = _("высокий риск") if item.is_high_risk else ""
        self.setAccessibleName("; ".join(filter(None, (item.label, item.value, mark, risk))))
        self.setAccessibleDescription(told_doubt(item))
        is_settled = item.decision is not None
        set_role(self, settled=is_settled)
        for action in (self.approve, self.edit, self.reject):
            action.setVisible(not is_settled and not self.is_editing)
        self.approve.setEnabled(bool(item.value))
        self.reject.setEnabled(bool(item.value))
        is_doubted = item.is_open and not item.is_edited
        self._show_heard(item.misheard if is_doubted else ())
        self._show_evidence(item.evidence)
        self.reason.setText(item.reason or "")
        self._reason_line.setVisible(bool(item.reason) and is_doubted)
        self.say_caution()

    def set_current(self, is_current: bool) -> None:
        """Draw the frame of the card that keys act on."""
        set_role(self, current=is_current)

    def begin_edit(self) -> None:
        """Open the editor."""
        raise NotImplementedError

    def end_edit(self) -> None:
        """Close the editor without taking anything."""
        raise NotImplementedError

    def tell(self, signal: SignalInstance, *values: object) -> None:
        """Emit a signal with the item's id in front."""
        if self.item is not None:
            signal.emit(self.item.id, *values)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._select()
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        self._select()
        super().focusInEvent(event)

    def _select(self) -> None:
        self.tell(self.selected)

    def _make_actions(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        self.approve = IconButton(self.theme, "check", _("Завизировать"), role="ok", px=17, shortcut="Enter")
        self.edit = IconButton(self.theme, "pencil", _("Изменить"), px=15, shortcut="E")
        self.reject = IconButton(self.theme, "x", _("Отклонить"), px=17, shortcut="Del")
        for action, name, signal in (
            (self.approve, "approveButton", self.approve_wanted),
            (self.edit, "editButton", self.edit_wanted),
            (self.reject, "rejectButton", self.reject_wanted),
        ):
            action.setObjectName(name)
            action.clicked.connect(lambda _on=False, signal=signal: self.tell(signal))
            row.addWidget(action)
        return row

    def _show_heard(self, misheard: tuple[Misheard, ...]) -> None:
        if misheard and self._heard is None:
            self._heard = HeardLine(self.theme)
            self.outer.insertWidget(self.outer.indexOf(self.proof), self._heard)
        if self._heard is not None:
            self._heard.say(misheard)
            self._heard.setVisible(bool(misheard))

    def say_caution(self) -> None:
        """Say in a plain line what an approval does that no undo takes back; most cards have none."""
        text = self.caution_of(self.item) if self.item is not None else ""
        if text and self._caution is None:
            self._caution = label("", "warn", is_wrapped=True, name="cardCaution")
            self.outer.addWidget(self._caution)
        if self._caution is not None:
            self._caution.setText(text)
            self._caution.setVisible(bool(text))

    def _show_evidence(self, evidence: tuple[Evidence, ...]) -> None:
        if evidence == self._evidence:
            return
        self._evidence = evidence
        clear(self.proof)
        for number, each in enumerate(evidence[:_QUOTES_AT_MOST]):
            line = QuoteLine(self.theme, each, has_sound=self.has_sound)
            line.played.connect(lambda number=number: self.tell(self.play_wanted, number))
            self.proof.addWidget(line)
