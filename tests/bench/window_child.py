"""A start of the real window for `bench_window.py`, in a process of its own; prints what it measured as JSON.

python -m tests.bench.window_child start|scroll|work
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from app.__main__ import _build as build
from app.settings import Folders
from app.ui import main as window_main

_IDLE_S = 6.0
_BEAT_MS = 5
_WORK_S = 600.0
_STEPS, _JUMPS = 200, 50
_FRAME_S = 1 / 60


def main() -> int:
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    # By now the modules are loaded that `python -m app` loads before it shows the window.
    task = {"start": _start, "scroll": _scroll, "work": _work}[sys.argv[1]]
    started = psutil.Process().create_time()
    application = QApplication([])
    measured: dict[str, Any] = {"imported_s": time.time() - started}

    class FirstPaint(QObject):
        """Notes when the window was painted for the first time."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint and "painted_s" not in measured and watched.isWidgetType():
                measured["painted_s"] = time.time() - started
                measured["painted_cpu_s"] = time.process_time()
            return False

    watch = FirstPaint()
    application.installEventFilter(watch)
    programs: list[window_main.WindowProgram] = []
    ordinary = window_main.WindowProgram.__init__

    def noting(self: window_main.WindowProgram, *arguments: Any, **named: Any) -> None:
        ordinary(self, *arguments, **named)
        programs.append(self)

    window_main.WindowProgram.__init__ = noting  # type: ignore[method-assign]

    def begin() -> None:
        if not programs or programs[0].desk is None or not programs[0].desk.call_list.is_loaded:
            QTimer.singleShot(2, begin)
            return
        measured["list_s"] = time.time() - started
        measured["list_cpu_s"] = time.process_time()
        application.removeEventFilter(watch)
        # The start is measured by itself; the other tasks begin when it has come to rest.
        wait_ms = 0 if task is _start else 4000
        QTimer.singleShot(wait_ms, lambda: task(application, programs[0], measured, finish))

    def finish() -> None:
        sys.stdout.write(json.dumps(measured) + "\n")
        sys.stdout.flush()
        programs[0].window.close()

    QTimer.singleShot(0, begin)
    return window_main.run(build, Folders.of_this_machine())


def _start(application: Any, program: Any, measured: dict[str, Any], finish: Callable[[], None]) -> None:
    """Memory after the window was left alone for some seconds."""
    from PySide6.QtCore import QTimer

    def look() -> None:
        process = psutil.Process()
        measured["idle_mb"] = process.memory_info().rss / 2**20
        measured["children"] = len(process.children())
        finish()

    QTimer.singleShot(round(_IDLE_S * 1000), look)


def _scroll(application: Any, program: Any, measured: dict[str, Any], finish: Callable[[], None]) -> None:
    """Scroll through all calls and search; each step is timed until it is painted."""
    from PySide6.QtCore import QEvent, QObject

    class Paints(QObject):
        """Counts how often the list was painted."""

        count = 0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            self.count += event.type() == QEvent.Type.Paint
            return False

    calls, table = program.desk.call_list, program.window.calls.list.table
    bar, paints = table.verticalScrollBar(), Paints()
    table.viewport().installEventFilter(paints)
    steps, arrivals, shadows = [], [], 0
    for number in range(2 * _STEPS):
        # A pull at the scroll bar over the whole list, then small turns of the wheel; a step in each frame.
        began = time.perf_counter()
        paints.count = 0
        bar.setValue(bar.maximum() * (number + 1) // _STEPS if number < _STEPS else bar.value() - 60)
        while not paints.count:
            application.processEvents()
        steps.append((time.perf_counter() - began) * 1000)
        while time.perf_counter() - began < _FRAME_S:
            application.processEvents()
        shadows += calls.row(table.rowAt(0)) is None
    for number in range(_JUMPS):
        began = time.perf_counter()
        bar.setValue(bar.maximum() * (number * 7 % _JUMPS) // _JUMPS)
        while calls.row(table.rowAt(0)) is None or calls.row(table.rowAt(table.viewport().height() - 1)) is None:
            application.processEvents()
        arrivals.append((time.perf_counter() - began) * 1000)
    table.viewport().removeEventFilter(paints)
    measured["count"] = calls.count
    measured["scroll_ms"] = sorted(steps)
    measured["arrival_ms"] = sorted(arrivals)
    measured["shadow_frames"] = shadows
    searches = []
    for text in ("рассрочку", "скидка теплица", "добрый", "тендер", "гарантии"):
        answered: list[float] = []
        off = program.desk.call_list.reset.connect(lambda answered=answered: answered.append(time.perf_counter()))
        began = time.perf_counter()
        program.desk.call_list.search(text)
        while not answered and time.perf_counter() - began < 10:
            application.processEvents()
        off()
        searches.append((answered[0] - began) * 1000 if answered else 10_000.0)
    measured["search_ms"] = searches
    finish()


def _work(application: Any, program: Any, measured: dict[str, Any], finish: Callable[[], None]) -> None:
    """Import, transcribe, draft and approve the sample with the real models while a heart beats."""
    from PySide6.QtCore import QElapsedTimer, QTimer

    from tests.gui import scene

    clock = QElapsedTimer()
    clock.start()
    gaps: list[tuple[float, str]] = []
    seen = [0.0]
    stage = ["open"]
    desk = program.desk

    def beat() -> None:
        now = clock.nsecsElapsed() / 1e6
        gaps.append((now - seen[0] - _BEAT_MS, stage[0]))
        seen[0] = now
        work = desk.work.of(desk.conversation.call_id)
        stage[0] = str(work.state) if work is not None else stage[0]

    heart = QTimer(program)
    heart.timeout.connect(beat)
    began = time.monotonic()

    def approve() -> None:
        if time.monotonic() - began > _WORK_S:
            measured["problem"] = "not drafted in time"
            end()
        elif not desk.review.items or desk.work.count:
            trouble = desk.conversation.call.error if desk.conversation.call is not None else None
            if trouble is not None and not desk.work.count:
                measured["problem"] = trouble.message
                end()
            else:
                QTimer.singleShot(100, approve)
        else:
            measured["drafted_s"] = time.monotonic() - began
            stage[0] = "approve"
            desk.review.new_deal()
            desk.review.approve_joint()
            QTimer.singleShot(2000, end)

    def end() -> None:
        heart.stop()
        worst = sorted(gaps, reverse=True)
        measured["approved"] = desk.review.can_undo
        measured["beats"] = len(gaps)
        measured["worst"] = worst[:12]
        measured["over_50"] = sum(gap > 50 for gap, _stage in gaps)
        finish()

    def take_in() -> None:
        seen[0] = clock.nsecsElapsed() / 1e6
        heart.start(_BEAT_MS)
        program.window.import_files([Path(os.environ["VIZIR_BENCH_CALL"])])
        approve()

    os.environ.setdefault("VIZIR_BENCH_CALL", str(scene.SAMPLE / "sample-01.mp3"))
    take_in()


if __name__ == "__main__":
    sys.exit(main())
