"""Garbage collection on the main thread only.

Python collects in whatever thread happens to allocate. What belongs to Qt must not be destroyed in a lane's thread, and
a full collection at the wrong moment stands in the way of the event loop.
"""

from __future__ import annotations

import gc
import linecache

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 250
_YOUNG, _MIDDLE, _OLD = 700, 48, 12


class MainThreadGarbage(QObject):
    """Takes collecting over from `start` on and gives it back at `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._young = self._middle = 0
        self._timer = QTimer(self)
        self._timer.setObjectName("garbage")
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        gc.disable()
        self._timer.start()

    def settle(self) -> None:
        """What is there once the start is over stays to the end: it need not be looked at again."""
        # With Qt loaded, every import leaves its module's source text there: many megabytes.
        linecache.clearcache()
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _look(self) -> None:
        if gc.get_count()[0] < _YOUNG:
            return
        self._young += 1
        if self._young % _MIDDLE:
            gc.collect(0)
            return
        self._middle += 1
        gc.collect(2 if self._middle % _OLD == 0 else 1)
