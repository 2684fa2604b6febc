"""The left rail: which page is shown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from app.core.i18n import _
from app.ui import icons
from app.ui.theme import Theme
from app.viewmodels.workspace import Page

_WIDTH = 84
_ICONS = {
    Page.CALLS: "phone",
    Page.PROPOSALS: "signature",
    Page.DEALS: "briefcase-business",
    Page.KNOWLEDGE: "layers",
    Page.SETTINGS: "settings",
}


class Seal(QWidget):
    """The sign of the program: a letter in a signet."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(40, 40)
        self.setToolTip(_("Визирь"))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawRoundedRect(QRectF(2, 2, 36, 36), 11, 11)
        painter.setFont(self._theme.font(21, QFont.Weight.Bold))
        painter.setPen(self._theme.color("on_accent"))
        painter.drawText(QRectF(2, 1, 36, 36), Qt.AlignmentFlag.AlignCenter, "В")


class Rail(QFrame):
    """Only pages that work are on it."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(_WIDTH)
        self._theme = theme
        rows = QVBoxLayout(self)
        rows.setContentsMargins(6, 12, 6, 12)
        rows.setSpacing(6)
        rows.addWidget(Seal(theme), 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addSpacing(10)
        group = QButtonGroup(self)
        self.buttons: dict[Page, QToolButton] = {}
        for number, page in enumerate(Page):
            if page is Page.SETTINGS:
                rows.addStretch(1)
            made = QToolButton()
            made.setProperty("rail", "true")
            made.setObjectName(f"rail_{page}")
            made.setText(page.label.replace(" ", "\n"))
            made.setAccessibleName(page.label)
            made.setToolTip(f"{page.label} (Ctrl+{number + 1})")
            made.setCheckable(True)
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            made.setIconSize(QSize(22, 22))
            made.setFixedWidth(_WIDTH - 12)
            made.setCursor(Qt.CursorShape.PointingHandCursor)
            made.clicked.connect(lambda _on=False, page=page: self.chosen.emit(page))
            group.addButton(made)
            rows.addWidget(made)
            self.buttons[page] = made
        theme.changed.connect(self._draw)
        self.show_page(Page.CALLS)

    def show_page(self, page: Page) -> None:
        """Mark the page that is shown."""
        self.buttons[page].setChecked(True)
        self._draw()

    def _draw(self) -> None:
        for page, made in self.buttons.items():
            role = "rail_active_text" if made.isChecked() else "rail_text"
            made.setIcon(icons.icon(_ICONS[page], self._theme.color(role), 22, self.devicePixelRatioF()))
