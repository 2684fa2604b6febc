"""Draws a line of the list of calls."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.core.i18n import _
from app.pipeline import CallRow
from app.recording.model import CallState
from app.ui import icons
from app.ui.calls.list_model import ROW, SENDING, TIME, WORK
from app.ui.list_rows import paint_ground
from app.ui.theme import Theme
from app.viewmodels.wording import clock_text, kind_label, risk_label, state_label, time_left_text
from app.viewmodels.work import WorkState

ROW_HEIGHT = 66
_PAD = 12
_TONES = {
    CallState.READY: ("accent", "accent_soft"),
    CallState.APPROVED: ("ok", "ok_soft"),
    CallState.DELIVERED: ("ok", "ok_soft"),
    CallState.FAILED: ("danger", "danger_soft"),
    CallState.INTERRUPTED: ("warn", "warn_soft"),
}
_RISK = ("warn", "warn_soft")
_RUNNING = (CallState.TRANSCRIBING, CallState.DRAFTING)


class CallDelegate(QStyledItemDelegate):
    """Two lines: who and when; state, length, what to watch out for. A thin bar while it is worked on."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = theme.font(13, QFont.Weight.DemiBold)
        self._small = theme.font(12, is_tabular=True)
        self._chip = theme.font(11, QFont.Weight.DemiBold)
        self._is_selected = False
        self._is_sending = False

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        return QSize(option.rect.width(), ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: CallRow | None = index.data(ROW)
        work: WorkState | None = index.data(WORK)
        state: QStyle.StateFlag = option.state
        painter.save()
        rect = paint_ground(painter, self._theme, option)
        inner = rect.adjusted(_PAD, 9, -_PAD, -9)
        if row is None:
            self._shadow(painter, inner)
        else:
            self._first_line(painter, inner, row, str(index.data(TIME)))
            self._is_selected = bool(state & QStyle.StateFlag.State_Selected)
            self._is_sending = bool(index.data(SENDING))
            self._second_line(painter, inner, row, work)
            if work is not None and work.state in _RUNNING:
                self._bar(painter, rect, work.fraction)
        painter.restore()

    def _first_line(self, painter: QPainter, rect: QRectF, row: CallRow, time: str) -> None:
        line = QRectF(rect.x(), rect.y(), rect.width(), 20)
        time_width = QFontMetricsF(self._small).horizontalAdvance(time)
        painter.setFont(self._small)
        painter.setPen(self._theme.color("muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, time)
        left = line.adjusted(0, 0, -time_width - 10, 0)
        if row.is_urgent:
            self._icon(painter, "flame", "danger", left.x(), left.y() + 2)
            left.setLeft(left.x() + 20)
        painter.setFont(self._title)
        painter.setPen(self._theme.color("text"))
        title = QFontMetricsF(self._title).elidedText(row.title, Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)

    def _second_line(self, painter: QPainter, rect: QRectF, row: CallRow, work: WorkState | None) -> None:
        y = rect.bottom() - 20
        shown = work.state if work is not None and work.state is not CallState.IMPORTED else row.state
        color, ground = _TONES.get(shown, ("muted", "neutral_soft"))
        if work is not None and work.state in _RUNNING:
            color, ground = "accent", "accent_soft"
            text = f"{state_label(work.state)} {round(work.fraction * 100)} %"
            x = self._tag(painter, rect.x(), y, text, (color, ground))
            self._plain(painter, x, y, rect.right(), time_left_text(work.seconds_left))
            return
        if self._is_sending and shown is CallState.APPROVED:
            x = self._tag(painter, rect.x(), y, _("отправляется"), ("accent", "accent_soft"))
        else:
            x = self._tag(painter, rect.x(), y, state_label(shown), (color, ground))
        note = clock_text(row.duration_s) if row.duration_s is not None else ""
        if row.kind and row.kind != "sales":
            note = " · ".join(filter(None, (note, kind_label(row.kind))))
        if shown is CallState.FAILED and row.error:
            note = row.error
        x = self._plain(painter, x, y, rect.right(), note)
        self._risks(painter, x, y, rect.right(), row.risks)

    def _risks(self, painter: QPainter, x: float, y: float, right: float, risks: tuple[str, ...]) -> None:
        for number, kind in enumerate(risks):
            text, rest = risk_label(kind), len(risks) - number
            more = f"+{rest}"
            needed = self._tag_width(text) + (6 + self._tag_width(f"+{rest - 1}") if rest > 1 else 0)
            if x + needed > right:
                if x + self._tag_width(more) <= right:
                    self._tag(painter, x, y, more, _RISK)
                return
            x = self._tag(painter, x, y, text, _RISK)

    def _tag_width(self, text: str) -> float:
        return QFontMetricsF(self._chip).horizontalAdvance(text) + 14

    def _tag(self, painter: QPainter, x: float, y: float, text: str, roles: tuple[str, str]) -> float:
        color, ground = roles
        if self._is_selected and ground == "accent_soft":
            ground = "surface"
        box = QRectF(x, y + 1, self._tag_width(text), 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(ground))
        painter.drawRoundedRect(box, 9, 9)
        painter.setFont(self._chip)
        painter.setPen(self._theme.color(color))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box.right() + 6

    def _plain(self, painter: QPainter, x: float, y: float, right: float, text: str) -> float:
        if not text or right - x < 24:
            return x
        metrics = QFontMetricsF(self._small)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, right - x)
        painter.setFont(self._small)
        painter.setPen(self._theme.color("muted"))
        painter.drawText(QRectF(x, y, right - x, 20), Qt.AlignmentFlag.AlignVCenter, shown)
        return x + metrics.horizontalAdvance(shown) + 8

    def _bar(self, painter: QPainter, rect: QRectF, fraction: float) -> None:
        track = QRectF(rect.x() + _PAD, rect.bottom() - 5, rect.width() - 2 * _PAD, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("line"))
        painter.drawRoundedRect(track, 1.5, 1.5)
        painter.setBrush(self._theme.color("accent"))
        done = QRectF(track.x(), track.y(), max(3.0, track.width() * min(1.0, fraction)), track.height())
        painter.drawRoundedRect(done, 1.5, 1.5)

    def _shadow(self, painter: QPainter, rect: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.color("neutral_soft")))
        painter.drawRoundedRect(QRectF(rect.x(), rect.y() + 4, rect.width() * 0.55, 11), 5, 5)
        painter.drawRoundedRect(QRectF(rect.x(), rect.bottom() - 16, rect.width() * 0.3, 11), 5, 5)

    def _icon(self, painter: QPainter, name: str, role: str, x: float, y: float) -> None:
        device = painter.device()
        drawing = icons.pixmap(name, self._theme.color(role), 16, device.devicePixelRatioF())
        painter.drawPixmap(round(x), round(y), drawing)
