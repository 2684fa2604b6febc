"""What tests with a window get on top: no window and no timer may be left."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

# Before Qt is loaded: the tests need no display, and the same fonts everywhere.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.program import Program


@pytest.fixture(autouse=True)
def no_window_left(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a visible window or a running timer."""
    widgets_before = set(map(id, _windows()))
    timers_before = set(map(id, _running_timers()))
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    windows = [widget for widget in _windows() if id(widget) not in widgets_before]
    timers = [timer for timer in _running_timers() if id(timer) not in timers_before]
    names = [f"{type(widget).__name__} {widget.objectName()}".strip() for widget in windows]
    for widget in windows:
        widget.close()
        widget.deleteLater()
    for timer in timers:
        timer.stop()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not windows, f"windows left open: {names}"
    assert not timers, f"timers left running: {[f'{t.objectName()} every {t.interval()} ms'.strip() for t in timers]}"


def _windows() -> list[QWidget]:
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def _running_timers() -> list[QTimer]:
    return [
        found
        for found in gc.get_objects()
        if isinstance(found, QTimer) and shiboken6.isValid(found) and found.isActive()
    ]


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication) -> Iterator[Program]:
    """The window, not started yet; what the test leaves open is closed."""
    made = Program(qtbot, qapp)
    yield made
    made.close()
