"""Work of the main thread in small portions, so that a big page does not stop the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, QTimer
from PySide6.QtWidgets import QLayout

_SLICE_MS = 5


class Portions(QObject):
    """Runs what is queued, a few milliseconds in each turn of the event loop."""

    def __init__(self, parent: QObject, name: str) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self)
        self._timer.setObjectName(name)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._run_some)

    def add(self, call: Callable[[], object]) -> None:
        """Put a call at the end."""
        self._waiting.append(call)
        if not self._timer.isActive():
            self._timer.start()

    def add_or_run(self, call: Callable[[], object], since: QElapsedTimer) -> None:
        """Run a call at once while the portion begun at `since` lasts, behind the others when it is over."""
        if since.elapsed() < _SLICE_MS:
            call()
        else:
            self.add(call)

    def clear(self) -> None:
        """Drop what still waits."""
        self._waiting.clear()
        self._timer.stop()

    def _run_some(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        while self._waiting and clock.elapsed() < _SLICE_MS:
            self._waiting.popleft()()
        if not self._waiting:
            self._timer.stop()


@contextmanager
def laid_out_once(layouts: Sequence[QLayout]) -> Iterator[None]:
    """Show and hide within these layouts without a new layout of all of them for each; one follows by itself.

    May be nested: a layout is let go where it was first held.
    """
    held = [layout for layout in layouts if layout.isEnabled()]
    for layout in held:
        layout.setEnabled(False)
    try:
        yield
    finally:
        for layout in held:
            layout.setEnabled(True)
        # A request that came while they were held was spent on nothing, and a page not on the screen gets no other.
        for layout in held:
            owner = layout.parentWidget()
            if owner is not None:
                QCoreApplication.postEvent(owner, QEvent(QEvent.Type.LayoutRequest))
