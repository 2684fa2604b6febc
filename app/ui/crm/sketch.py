"""A drawing of the place in a portal where a key is made: our own lines, no copy of anybody's screen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.i18n import _
from app.ui.theme import Theme
from app.viewmodels.crm_guides import Guide, Sketch

_BAR, _MENU, _ROW, _GAP = 30.0, 150.0, 30.0, 8.0
_ROUND = 8.0
_BADGE = 9.0


class PortalSketch(QWidget):
    """Draws a `Sketch`; the numbers are those of the steps beside it."""

    def __init__(self, theme: Theme, guide: Guide) -> None:
        super().__init__()
        self.setObjectName("portalSketch")
        self._theme = theme
        self._sketch: Sketch = guide.sketch
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Рисунок: где создать ключ"))
        self.setAccessibleDescription("; ".join(guide.steps))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        rows = max(len(self._sketch.menu), len(self._sketch.rows) + 2)
        return QSize(560, round(_BAR + rows * (_ROW + 4) + 24))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(320, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.color("line_strong"), 1))
        painter.setBrush(self._theme.color("surface"))
        painter.drawRoundedRect(frame, _ROUND, _ROUND)
        self._draw_bar(painter, frame)
        self._draw_menu(painter, QRectF(frame.x(), frame.y() + _BAR, _MENU, frame.height() - _BAR))
        panel = QRectF(frame.x() + _MENU, frame.y() + _BAR, frame.width() - _MENU, frame.height() - _BAR)
        self._draw_panel(painter, panel.adjusted(16, 12, -14, -10))
        painter.end()

    def _draw_bar(self, painter: QPainter, frame: QRectF) -> None:
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.drawLine(QPointF(frame.x(), frame.y() + _BAR), QPointF(frame.right(), frame.y() + _BAR))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("line_strong"))
        for number in range(3):
            painter.drawEllipse(QPointF(frame.x() + 16 + number * 14, frame.y() + _BAR / 2), 4, 4)
        line = QRectF(frame.x() + 66, frame.y() + 6, frame.width() - 80, _BAR - 12)
        painter.setBrush(self._theme.color("neutral_soft"))
        painter.drawRoundedRect(line, line.height() / 2, line.height() / 2)
        self._write(painter, line.adjusted(12, 0, -12, 0), self._sketch.address, "muted", px=11)

    def _draw_menu(self, painter: QPainter, ground: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("sunken"))
        painter.drawRoundedRect(ground.adjusted(1, 1, 0, -1), _ROUND - 1, _ROUND - 1)
        top = ground.y() + 10
        for at, text in enumerate(self._sketch.menu):
            row = QRectF(ground.x() + 8, top, ground.width() - 16, _ROW)
            is_meant = at == self._sketch.menu_at
            if is_meant:
                self._mark(painter, row, 1)
            self._write(painter, row.adjusted(10, 0, -22, 0), text, "text" if is_meant else "faint", is_strong=is_meant)
            top += _ROW + 4

    def _draw_panel(self, painter: QPainter, ground: QRectF) -> None:
        self._write(
            painter,
            QRectF(ground.x(), ground.y(), ground.width() - 24, 22),
            self._sketch.panel,
            "text",
            px=13,
            is_strong=True,
        )
        self._number(painter, QPointF(ground.right() - _BADGE, ground.y() + 11), 2)
        top, step = ground.y() + 22 + _GAP, 3
        for at, text in enumerate(self._sketch.rows):
            row = QRectF(ground.x(), top, ground.width(), _ROW - 2)
            is_meant = at in self._sketch.rows_at
            painter.setPen(QPen(self._theme.color("line"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(row, 6, 6)
            if is_meant and at == self._sketch.rows_at[-1]:
                self._mark(painter, row, step)
            self._write(painter, row.adjusted(10, 0, -26, 0), text, "text" if is_meant else "muted", is_strong=is_meant)
            top += _ROW + 4
        width = QFontMetricsF(self._font(12, True)).horizontalAdvance(self._sketch.copied) + 44
        button = QRectF(ground.x(), top, min(width, ground.width()), _ROW - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawRoundedRect(button, 6, 6)
        self._write(painter, button.adjusted(12, 0, -26, 0), self._sketch.copied, "on_accent", is_strong=True)
        self._number(painter, QPointF(button.right() - 14, button.center().y()), 4, is_on_accent=True)

    def _mark(self, painter: QPainter, row: QRectF, number: int) -> None:
        painter.setPen(QPen(self._theme.color("accent"), 1.5))
        painter.setBrush(self._theme.color("accent_soft"))
        painter.drawRoundedRect(row, 6, 6)
        self._number(painter, QPointF(row.right() - _BADGE - 4, row.center().y()), number)

    def _number(self, painter: QPainter, centre: QPointF, number: int, *, is_on_accent: bool = False) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("on_accent" if is_on_accent else "accent"))
        painter.drawEllipse(centre, _BADGE, _BADGE)
        painter.setPen(self._theme.color("accent" if is_on_accent else "on_accent"))
        painter.setFont(self._font(11, True))
        around = QRectF(centre.x() - _BADGE, centre.y() - _BADGE, 2 * _BADGE, 2 * _BADGE)
        painter.drawText(around, Qt.AlignmentFlag.AlignCenter, str(number))

    def _write(
        self, painter: QPainter, box: QRectF, text: str, role: str, *, px: float = 12, is_strong: bool = False
    ) -> None:
        font = self._font(px, is_strong)
        painter.setFont(font)
        painter.setPen(self._theme.color(role))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _font(self, px: float, is_strong: bool) -> QFont:
        return self._theme.font(px, QFont.Weight.DemiBold if is_strong else QFont.Weight.Normal)
