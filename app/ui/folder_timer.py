"""When the folder of telephony is looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.viewmodels.telephony import TelephonyViewModel


class FolderTimer(QTimer):
    """Looks as often as the person chose, sooner while a file waits for its second look; rests without a folder."""

    def __init__(self, telephony: TelephonyViewModel, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("folderTimer")
        self.setSingleShot(True)
        self._telephony = telephony
        self.timeout.connect(self._look)
        telephony.looked.connect(self._again)
        telephony.changed.connect(self._follow)

    def begin(self) -> None:
        """Look for the first time."""
        self._look()

    def _look(self) -> None:
        self._telephony.look()
        self._again()

    def _again(self) -> None:
        if self._telephony.is_on:
            self.start(1000 * self._telephony.next_look_s)

    def _follow(self) -> None:
        """A folder was chosen, or there is none any more."""
        if not self._telephony.is_on:
            self.stop()
        elif not self.isActive():
            self._again()
