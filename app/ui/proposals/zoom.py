"""How large the pages of a document are shown: as wide as the room, whole, or at a size that a person chose."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.i18n import _
from app.ui.theme import Theme
from app.ui.widgets import IconButton, label

WHOLE_WIDTH_PX = 794
"""Logical pixels of an A4 page at its own size, 96 dpi."""
_LEAST_PX = 120
_STEPS = (0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.25, 1.5, 2.0)


class Fit(StrEnum):
    """What the size of a page follows."""

    WIDTH = "width"
    PAGE = "page"
    OWN = "own"


class Zoom(QObject):
    """The choice; `changed` says that pages need another width."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fit = Fit.WIDTH
        self._factor = 1.0
        self._shown = 1.0

    def width(self, room: int, height: int, shape: float) -> int:
        """Logical pixels of a page's width.

        Args:
            room: Width that is there.
            height: Height that is there.
            shape: Height of a page by its width.
        """
        if self.fit is Fit.OWN:
            wanted = self._factor * WHOLE_WIDTH_PX
        else:
            wanted = min(room, height / shape) if self.fit is Fit.PAGE else room
        width = max(_LEAST_PX, round(wanted))
        self._shown = width / WHOLE_WIDTH_PX
        return width

    def choose(self, fit: Fit) -> None:
        """Follow the width of the room, or show whole pages."""
        self.fit = fit
        self.changed.emit()

    def toggle(self) -> None:
        """From the whole width to whole pages and back."""
        self.choose(Fit.PAGE if self.fit is Fit.WIDTH else Fit.WIDTH)

    def step(self, direction: int) -> None:
        """One size up or down from what is shown now."""
        sizes = _STEPS if direction > 0 else tuple(reversed(_STEPS))
        following = (size for size in sizes if (size - self._shown) * direction > 0.01)
        self._factor, self.fit = next(following, sizes[-1]), Fit.OWN
        self.changed.emit()


class ZoomBar(QWidget):
    """The buttons of a `Zoom`, and the one that makes room for the pages."""

    widened = Signal(bool)

    def __init__(self, theme: Theme, zoom: Zoom) -> None:
        super().__init__()
        self._zoom = zoom
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 10, 0)
        line.setSpacing(2)
        self.out = IconButton(theme, "minus", _("Мельче"), name="zoomOut", shortcut="Ctrl+-")
        self.out.clicked.connect(lambda: zoom.step(-1))
        self.percent = label("", "muted", name="zoomPercent")
        self.into = IconButton(theme, "plus", _("Крупнее"), name="zoomIn", shortcut="Ctrl++")
        self.into.clicked.connect(lambda: zoom.step(1))
        self.wide = IconButton(theme, "move-horizontal", _("По ширине"), name="fitWidth", shortcut="Ctrl+0")
        self.wide.clicked.connect(lambda: zoom.choose(Fit.WIDTH))
        self.whole = IconButton(theme, "file", _("Страница целиком"), name="fitPage", shortcut="Ctrl+0")
        self.whole.clicked.connect(lambda: zoom.choose(Fit.PAGE))
        self.room = IconButton(theme, "maximize-2", "", name="widenPreview")
        self.room.setCheckable(True)
        self.room.toggled.connect(self._widen)
        for made in (self.out, self.percent, self.into):
            line.addWidget(made)
        line.addSpacing(8)
        for made in (self.wide, self.whole):
            made.setCheckable(True)
            line.addWidget(made)
        line.addStretch(1)
        line.addWidget(self.room)
        self._describe()

    def say(self, width: int) -> None:
        """Show at which size a page stands now."""
        self.percent.setText(f"{round(100 * width / WHOLE_WIDTH_PX)} %")
        self.wide.setChecked(self._zoom.fit is Fit.WIDTH)
        self.whole.setChecked(self._zoom.fit is Fit.PAGE)

    def _widen(self, is_wide: bool) -> None:
        self._describe()
        self.widened.emit(is_wide)

    def _describe(self) -> None:
        is_wide = self.room.isChecked()
        self.room.set_icon("minimize-2" if is_wide else "maximize-2")
        self.room.describe(_("Вернуть список КП") if is_wide else _("Больше места страницам: скрыть список КП"), "F8")
