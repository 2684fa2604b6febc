"""The ground of a row in a list: selected, under the mouse, with the focus."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from app.ui.theme import Theme

_ROUND = 9


def paint_ground(painter: QPainter, theme: Theme, option: QStyleOptionViewItem) -> QRectF:
    """Paint what lies beneath the texts of a row; returns the rectangle that the row has for itself."""
    rect = QRectF(option.rect).adjusted(6, 2, -6, -2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_soft" if is_selected else "hover"))
        painter.drawRoundedRect(rect, _ROUND, _ROUND)
    if is_selected and option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), _ROUND - 1, _ROUND - 1)
    return rect
