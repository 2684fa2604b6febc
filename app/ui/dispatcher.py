"""Carries calls from the lanes of the job runner over to the main thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class QtDispatcher(QObject):
    """Runs what is posted in the event loop, in the order of posting; nothing after `close`."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._is_closed = False
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        if not self._is_closed:
            self._posted.emit(call)

    def close(self) -> None:
        """Drop what is still posted: the widgets it would touch are going."""
        self._is_closed = True

    def _run(self, call: Callable[[], None]) -> None:
        if not self._is_closed:
            call()
