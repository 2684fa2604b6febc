"""What stands above every page while the store is not encrypted."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.core.i18n import _
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, label


class ClearBanner(QFrame):
    """Says so, and leads to the settings."""

    protection_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("clearBanner")
        self.setProperty("banner", True)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 6, 10, 6)
        line.setSpacing(10)
        line.addWidget(Icon(theme, "lock-open", "warn", 16))
        text = _("База на этом компьютере не зашифрована: её прочтёт любой, у кого есть доступ к файлам.")
        line.addWidget(label(text, "warn", is_wrapped=True), 1)
        more = button(_("Защита базы"), "link", name="clearBannerMore")
        more.clicked.connect(self.protection_wanted)
        line.addWidget(more)
