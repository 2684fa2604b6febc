"""How the window looks: fonts, colours, the style sheet. Widgets take colours from here and paint anew on a change."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.palette import DARK, LIGHT, Palette
from app.ui.stylesheet import stylesheet

_FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
_FAMILIES = ["Inter", "Segoe UI Variable Text", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]
BASE_PX = 13


class Theme(QObject):
    """The look in force. `changed` is emitted after the application's style was set."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__()
        self._app = app
        self._choice = choice
        self.palette = LIGHT
        for path in sorted(_FONTS.glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(path))
        app.setStyle("Fusion")
        app.setFont(self.font())
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._set(self._wanted())

    def choose(self, choice: str) -> None:
        """`system`, `light` or `dark`."""
        self._choice = choice
        self._set(self._wanted())

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """A colour of the palette by its role.

        Args:
            alpha: 0 (unseen) to 1.
        """
        color = QColor(getattr(self.palette, role))
        color.setAlphaF(alpha)
        return color

    @staticmethod
    def font(px: float = BASE_PX, weight: QFont.Weight = QFont.Weight.Normal, *, is_tabular: bool = False) -> QFont:
        """The program's font in logical pixels; `is_tabular`: all digits are equally wide."""
        font = QFont()
        font.setFamilies(_FAMILIES)
        font.setPixelSize(round(px))
        font.setWeight(weight)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if is_tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _system_changed(self) -> None:
        if self._choice == "system":
            self._set(self._wanted())

    def _wanted(self) -> Palette:
        if self._choice == "system":
            is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if is_dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT

    def _set(self, palette: Palette) -> None:
        self.palette = palette
        self._app.setPalette(_qt_palette(palette))
        self._app.setStyleSheet(stylesheet(palette))
        self.changed.emit()


def _qt_palette(p: Palette) -> QPalette:
    roles = QPalette.ColorRole
    colors = {
        roles.Window: p.canvas,
        roles.WindowText: p.text,
        roles.Base: p.surface,
        roles.AlternateBase: p.sunken,
        roles.Text: p.text,
        roles.PlaceholderText: p.faint,
        roles.Button: p.surface,
        roles.ButtonText: p.text,
        roles.ToolTipBase: p.raised,
        roles.ToolTipText: p.text,
        roles.Highlight: p.accent,
        roles.HighlightedText: p.on_accent,
        roles.Link: p.accent,
        roles.Light: p.line,
        roles.Midlight: p.line,
        roles.Mid: p.line_strong,
        roles.Dark: p.line_strong,
        roles.Shadow: p.shadow,
    }
    palette = QPalette()
    for role, color in colors.items():
        palette.setColor(role, QColor(color))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(p.faint))
    return palette
