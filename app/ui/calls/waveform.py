"""The outline of both sides of a conversation, with the playhead."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.core.i18n import _
from app.ui.theme import Theme
from app.viewmodels.conversation import ConversationViewModel
from app.viewmodels.wording import clock_text

_BAR = 3
_STEP_S = 5.0


class WaveformView(QWidget):
    """The manager's side upwards, the client's downwards. A click moves the playhead, arrow keys by 5 seconds."""

    sought = Signal(float)
    toggled = Signal()

    def __init__(self, theme: Theme, conversation: ConversationViewModel) -> None:
        super().__init__()
        self.setObjectName("waveform")
        self.setAccessibleName(_("Дорожка разговора"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._theme = theme
        self._conversation = conversation
        self._drawn: dict[bool, QPixmap] = {}
        self._position_s = 0.0
        self._hover_x = -1.0
        conversation.waveform_changed.connect(self._renew)
        conversation.segments_changed.connect(lambda _first: self._renew())
        conversation.hits_changed.connect(self.update)
        theme.changed.connect(self._renew)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(300, 58)

    def set_position(self, position_s: float) -> None:
        """Move the playhead."""
        old, new = self._x_of(self._position_s), self._x_of(position_s)
        self._position_s = position_s
        if round(old) != round(new):
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self._x_of(self._position_s)
        for is_played, left, right in ((True, 0.0, x), (False, x, float(self.width()))):
            if right > left:
                painter.setClipRect(QRectF(left, 0, right - left, self.height()))
                painter.drawPixmap(0, 0, self._picture(is_played))
        painter.setClipping(False)
        for hit in self._conversation.hits:
            start_s = self._conversation.segments[hit].start_s if hit < len(self._conversation.segments) else None
            if start_s is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.color("warn"))
                painter.drawEllipse(QPointF(self._x_of(start_s), 4), 3, 3)
        if self._conversation.has_sound:
            painter.setPen(QPen(self._theme.color("text"), 2))
            painter.drawLine(QPointF(x, 2), QPointF(x, self.height() - 2))
            if self._hover_x >= 0:
                painter.setPen(QPen(self._theme.color("faint"), 1))
                painter.drawLine(QPointF(self._hover_x, 2), QPointF(self._hover_x, self.height() - 2))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() is Qt.MouseButton.LeftButton:
            self.sought.emit(self._second_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._hover_x = event.position().x()
        second = self._second_at(self._hover_x)
        QToolTip.showText(event.globalPosition().toPoint(), clock_text(second), self)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.sought.emit(second)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self._hover_x = -1.0
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        steps = {Qt.Key.Key_Left: -_STEP_S, Qt.Key.Key_Right: _STEP_S}
        if event.key() in steps:
            self.sought.emit(max(0.0, self._position_s + steps[Qt.Key(event.key())]))
        elif event.key() == Qt.Key.Key_Home:
            self.sought.emit(0.0)
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self.toggled.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._renew()

    def _renew(self) -> None:
        self._drawn.clear()
        self.update()

    def _x_of(self, second: float) -> float:
        duration_s = self._conversation.duration_s
        return self.width() * min(1.0, second / duration_s) if duration_s else 0.0

    def _second_at(self, x: float) -> float:
        return max(0.0, min(1.0, x / max(1, self.width()))) * self._conversation.duration_s

    def _picture(self, is_played: bool) -> QPixmap:
        if is_played not in self._drawn:
            self._drawn[is_played] = self._draw(is_played)
        return self._drawn[is_played]

    def _draw(self, is_played: bool) -> QPixmap:
        dpr = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * dpr), round(self.height() * dpr))
        picture.setDevicePixelRatio(dpr)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        painter.setBrush(self._theme.color("line"))
        painter.drawRect(QRectF(0, middle - 0.5, self.width(), 1))
        sides = self._conversation.waveform
        if sides is not None:
            alpha = 1.0 if is_played else 0.42
            if sides[1] and sides[0]:
                side = self._conversation.manager_side
                self._bars(painter, sides[side], "manager", alpha, is_up=True)
                self._bars(painter, sides[1 - side], "client", alpha, is_up=False)
            else:
                self._bars(painter, sides[0], "faint", alpha, is_up=True)
                self._bars(painter, sides[0], "faint", alpha, is_up=False)
        elif self._conversation.has_sound and is_played is False:
            painter.setFont(self._theme.font(12, QFont.Weight.Normal))
            painter.setPen(self._theme.color("faint"))
            painter.drawText(QRectF(0, 0, self.width(), middle - 4), Qt.AlignmentFlag.AlignCenter, _("Читаю звук…"))
        painter.end()
        return picture

    def _bars(self, painter: QPainter, peaks: tuple[float, ...], role: str, alpha: float, *, is_up: bool) -> None:
        count = max(1, self.width() // _BAR)
        middle, room = self.height() / 2, self.height() / 2 - 7
        loudest = max(peaks, default=0.0) or 1.0
        painter.setBrush(self._theme.color(role, alpha))
        for number in range(count):
            first = number * len(peaks) // count
            last = max(first + 1, (number + 1) * len(peaks) // count)
            # The square root lets a quiet voice be seen beside a loud one.
            size = room * (max(peaks[first:last], default=0.0) / loudest) ** 0.5
            if size >= 0.8:
                top = middle - 1.5 - size if is_up else middle + 1.5
                painter.drawRoundedRect(QRectF(number * _BAR, top, _BAR - 1, size), 1, 1)
