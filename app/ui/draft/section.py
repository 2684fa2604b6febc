"""A titled group of cards that counts what is left in it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.widgets import label


class Section(QWidget):
    """A heading and the cards under it."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 6, 0, 0)
        self.rows.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(2, 0, 2, 0)
        self._title = title
        self.heading = label(title, "section")
        head.addWidget(self.heading)
        head.addStretch(1)
        self.head = head
        self.rows.addLayout(head)

    def count(self, number: int) -> None:
        """Say how many things stand under the heading."""
        self.heading.setText(f"{self._title} · {number}" if number else self._title)
