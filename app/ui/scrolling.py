"""A column of parts that scrolls."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


def scroll_column(name: str, margins: QMargins, spacing: int = 8) -> tuple[QScrollArea, QVBoxLayout]:
    """A scroll area that takes no focus itself, and the layout of what scrolls in it."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content = QWidget()
    content.setObjectName("scrolled")
    rows = QVBoxLayout(content)
    rows.setContentsMargins(margins)
    rows.setSpacing(spacing)
    area.setWidget(content)
    return area, rows
