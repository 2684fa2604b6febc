"""The icons: line drawings that take the colour they are asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"


@cache
def _drawing(name: str) -> str:
    return (_ICONS / f"{name}.svg").read_text("utf-8")


@cache
def _pixmap(name: str, color: str, px: int, dpr: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", color).encode()))
    pixmap = QPixmap(QSize(round(px * dpr), round(px * dpr)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


def pixmap(name: str, color: QColor, px: int, dpr: float) -> QPixmap:
    """A drawing of `resources/icons` in one colour.

    Args:
        px: Side in logical pixels.
        dpr: Device pixels in a logical one.
    """
    return _pixmap(name, color.name(), px, dpr)


def forget() -> None:
    """Let go of all drawings: none may outlive the application object."""
    _pixmap.cache_clear()


def icon(name: str, color: QColor, px: int, dpr: float, *, disabled: QColor | None = None) -> QIcon:
    """Likewise as an icon of a button; `disabled` is its colour when the button cannot be pressed."""
    made = QIcon(pixmap(name, color, px, dpr))
    if disabled is not None:
        made.addPixmap(pixmap(name, disabled, px, dpr), QIcon.Mode.Disabled)
    return made
