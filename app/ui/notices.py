"""What the program says in passing: short notes over the lower edge of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _
from app.ui.theme import Theme
from app.ui.widgets import Icon, IconButton, button, label
from app.viewmodels.workspace import Notice, Tone, action_label

_STAYS_MS = 6000
_AT_ONCE = 3
_WIDTH = 460
_RADIUS = 10
_SHADOW, _SHADOW_BELOW, _SHADOW_DEPTH = 14, 5, 0.035
_ICONS = {
    Tone.INFO: ("circle-alert", "accent"),
    Tone.DONE: ("circle-check", "ok"),
    Tone.WARNING: ("triangle-alert", "warn"),
    Tone.ERROR: ("triangle-alert", "danger"),
}


class NoticeCard(QFrame):
    """One note. What went wrong stays until it is closed, what went well leaves by itself."""

    acted = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, notice: Notice) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("notice", True)
        self.setProperty("tone", str(notice.tone))
        self.setAccessibleName(" ".join(filter(None, (notice.text, notice.hint))))
        self.notice = notice
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 10, 8, 10)
        line.setSpacing(10)
        line.addWidget(Icon(theme, *_ICONS[notice.tone], px=18), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(3)
        texts.addWidget(label(notice.text, "body", is_wrapped=True, name="noticeText"))
        if notice.hint:
            texts.addWidget(label(notice.hint, "muted", is_wrapped=True, name="noticeHint"))
        if notice.action and action_label(notice.action):
            act = button(action_label(notice.action), "soft", name="noticeAction")
            act.clicked.connect(lambda: self._act(str(notice.action)))
            texts.addWidget(act, 0, Qt.AlignmentFlag.AlignLeft)
        line.addLayout(texts, 1)
        close = IconButton(theme, "x", _("Закрыть"), name="noticeClose")
        close.clicked.connect(self.closed)
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        if notice.tone in (Tone.INFO, Tone.DONE):
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(self.closed)
            timer.start(_STAYS_MS)

    def _act(self, action: str) -> None:
        self.acted.emit(action)
        self.closed.emit()


class Notices(QWidget):
    """Keeps the notes over a window's lower edge; takes no room when there are none."""

    acted = Signal(str)

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("notices")
        self._theme = theme
        self._over = over
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(24, 8, 24, 20)
        self._rows.setSpacing(8)
        self._cards: list[NoticeCard] = []
        over.installEventFilter(self)
        self.hide()

    @property
    def shown(self) -> list[Notice]:
        """What is said at the moment, the oldest first."""
        return [card.notice for card in self._cards]

    def say(self, notice: Notice) -> None:
        """Add a note; one that says the same as another takes its place."""
        for card in [card for card in self._cards if card.notice.text == notice.text]:
            self._remove(card)
        card = NoticeCard(self._theme, notice)
        card.closed.connect(lambda: self._remove(card))
        card.acted.connect(self.acted)
        self._cards.append(card)
        self._rows.addWidget(card)
        while len(self._cards) > _AT_ONCE:
            self._remove(self._cards[0])
        self._place()

    def clear(self) -> None:
        """Take all notes away."""
        for card in list(self._cards):
            self._remove(card)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A soft shadow under each note. Qt's own effect blurs anew whenever anything near is painted, for 80 ms."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("shadow", _SHADOW_DEPTH))
        for card in self._cards:
            ground = QRectF(card.geometry()).translated(0, _SHADOW_BELOW)
            for spread in range(0, _SHADOW, 2):
                around = ground.adjusted(-spread, -spread, spread, spread)
                painter.drawRoundedRect(around, _RADIUS + spread, _RADIUS + spread)
        painter.end()

    def _remove(self, card: NoticeCard) -> None:
        if card not in self._cards:
            return
        self._cards.remove(card)
        self._rows.removeWidget(card)
        card.hide()
        card.deleteLater()
        self._place()

    def _place(self) -> None:
        self.setVisible(bool(self._cards))
        if not self._cards:
            return
        width = min(_WIDTH + 48, self._over.width())
        height = self._rows.heightForWidth(width) if self._rows.hasHeightForWidth() else self.sizeHint().height()
        left = (self._over.width() - width) // 2
        self.setGeometry(left, self._over.height() - height, width, height)
        self.raise_()
