"""The quiet line at the window's lower edge: what the CRMs are about, while it is not simply done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.core.i18n import _
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, label, set_role
from app.viewmodels.crm_outbox import OutboxViewModel

_ICONS = {"muted": "arrow-left-right", "warn": "clock", "danger": "triangle-alert"}


class CrmStatus(QFrame):
    """Binds the badge of `OutboxViewModel`; hidden while there is nothing to say."""

    action_wanted = Signal(str)

    def __init__(self, theme: Theme, outbox: OutboxViewModel) -> None:
        super().__init__()
        self.setObjectName("crmStatus")
        self._outbox = outbox
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 2, 16, 6)
        line.setSpacing(8)
        self._icon = Icon(theme, "arrow-left-right", "muted", 14)
        self._text = label("", "muted", name="crmStatusText")
        self.open = button(_("Показать"), "link", name="crmStatusOpen")
        self.open.clicked.connect(self._act)
        line.addWidget(self._icon)
        line.addWidget(self._text)
        line.addWidget(self.open)
        line.addStretch(1)
        outbox.badge_changed.connect(self.renew)
        self.renew()

    def renew(self) -> None:
        """Show the badge as it is."""
        badge = self._outbox.badge
        self.setVisible(bool(badge.text))
        self._text.setText(badge.text)
        set_role(self._text, role=badge.tone)
        self._icon.set(_ICONS[badge.tone], badge.tone)
        self.open.setAccessibleName(_("Показать: {text}").format(text=badge.text))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() is Qt.MouseButton.LeftButton:
            self._act()

    def _act(self) -> None:
        self.action_wanted.emit(self._outbox.badge.action)
