"""What is being worked on: imports and the calls on their way through the pipeline."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.observable import Signal
from app.jobs.runner import Dispatcher, Job, JobRunner
from app.pipeline import HEAVY_LANE, PipelineObserver
from app.recording.model import Call, CallError, CallState, TakenIn
from app.recording.naming import NameFacts
from app.recording.ports import CallRepository
from app.recording.watching import FoundRecording
from app.transcript.model import Segment
from app.viewmodels.requests import STORE_LANE

IMPORT_LANE = "import"
STOPPED = "call.stopped"


class CallProcessor(Protocol):
    """The pipeline, as far as the window uses it."""

    def process(self, call_id: str, observer: PipelineObserver, cancel: CancelToken) -> CallState: ...

    def waiting(self) -> list[Call]: ...

    def settle_interrupted(self) -> list[Call]: ...


class Importer(Protocol):
    """The recording stage, as far as the window uses it."""

    def take_in(self, path: Path, *, named: NameFacts | None = ..., cancel: CancelToken | None = ...) -> TakenIn: ...


@dataclass(frozen=True, slots=True)
class WorkState:
    """How far a call has come on its way.

    Args:
        fraction: 0 to 1 within the stage.
        seconds_left: Estimate; None where unknown.
    """

    state: CallState = CallState.IMPORTED
    fraction: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class ImportEnd:
    """What became of one file: its call, or why it was not taken in."""

    path: Path
    call: Call | None = None
    is_new: bool = False
    error: VizirError | None = None


class WorkQueue:
    """Imports files and takes calls through the pipeline, one after another. All signals on the main thread."""

    def __init__(
        self,
        jobs: JobRunner,
        dispatcher: Dispatcher,
        pipeline: CallProcessor,
        calls: CallRepository,
        importer: Importer,
    ) -> None:
        self._jobs = jobs
        self._pipeline = pipeline
        self._calls = calls
        self._importer = importer
        self._states: dict[str, WorkState] = {}
        self._tokens: dict[str, CancelToken] = {}
        self._segments: dict[str, list[Segment]] = {}
        self._observer = _Observer(dispatcher, self._moved, self._advanced, self._heard)
        self._is_closed = False
        self.imports_running = 0
        self.state_changed: Signal[str] = Signal()
        self.progressed: Signal[str] = Signal()
        self.segments_arrived: Signal[str, list[Segment]] = Signal()
        self.import_ended: Signal[ImportEnd] = Signal()
        self.found_ended: Signal[FoundRecording, ImportEnd] = Signal()
        self.ended: Signal[str] = Signal()
        self.failed: Signal[VizirError] = Signal()

    @property
    def count(self) -> int:
        """Calls that wait or run."""
        return len(self._states)

    @property
    def running(self) -> str | None:
        """The call that is being worked on; None while nothing runs."""
        return next((c for c, w in self._states.items() if w.state is not CallState.IMPORTED), None)

    def of(self, call_id: str) -> WorkState | None:
        """How far a call has come; None for one that neither waits nor runs."""
        return self._states.get(call_id)

    def heard(self, call_id: str) -> list[Segment]:
        """The turns of a call that is being transcribed, as far as they are known."""
        return self._segments.get(call_id, [])

    def import_files(self, paths: Sequence[Path]) -> None:
        """Take files in and put each new call into the queue."""
        for path in paths:
            if self._is_closed:
                return
            self._import(path)

    def take_found(self, found: FoundRecording) -> None:
        """Take in what telephony put into its folder; `found_ended` tells what became of it, nothing else changes.

        A call that was there before is left as it stands.
        """
        if self._is_closed:
            return

        def taken(answer: TakenIn) -> None:
            if answer.is_new:
                self.enqueue(answer.call.id)
            self.found_ended.emit(found, ImportEnd(found.path, answer.call, answer.is_new))

        def refused(error: VizirError) -> None:
            self.found_ended.emit(found, ImportEnd(found.path, error=error))

        def work(cancel: CancelToken) -> TakenIn:
            return self._importer.take_in(found.path, named=found.facts, cancel=cancel)

        self._jobs.submit(IMPORT_LANE, Job(work, taken, refused, name="telephony"))

    def resume(self) -> None:
        """Settle what a crash left, then go on with everything unfinished that the person did not stop."""

        def unfinished() -> list[str]:
            self._pipeline.settle_interrupted()
            return [c.id for c in self._pipeline.waiting() if c.error is None or c.error.code != STOPPED]

        def go_on(found: list[str]) -> None:
            for call_id in found:
                self.enqueue(call_id)

        job = Job(lambda _cancel: unfinished(), on_done=go_on, on_failed=self.failed.emit, name="resume")
        self._jobs.submit(STORE_LANE, job)

    def enqueue(self, call_id: str) -> None:
        """Put a call at the end of the queue; one that is in it stays where it is."""
        if call_id in self._states or self._is_closed:
            return
        token = CancelToken()
        self._states[call_id] = WorkState()
        self._tokens[call_id] = token
        self._jobs.submit(
            HEAVY_LANE,
            Job(
                lambda cancel: self._pipeline.process(call_id, self._observer, cancel),
                on_done=lambda _state: self._finished(call_id),
                on_failed=lambda error: self._broken(call_id, error),
                on_cancelled=lambda: self._finished(call_id),
                name="process",
                cancel=token,
            ),
        )
        self.state_changed.emit(call_id)

    def stop(self, call_id: str) -> None:
        """Stop a call at the person's wish; it goes on only when they ask for it."""
        token = self._tokens.get(call_id)
        if token is None:
            return
        token.cancel()
        reason = CallError(
            STOPPED, _("Разбор остановлен."), _("«Повторить» продолжит с того же места: сделанное сохранено."), "retry"
        )
        # In the same lane: it runs behind the job that is being stopped.
        self._jobs.submit(
            HEAVY_LANE,
            Job(
                lambda _cancel: self._calls.set_state(call_id, CallState.INTERRUPTED, reason),
                on_done=lambda _done: self.state_changed.emit(call_id),
                on_failed=self.failed.emit,
                name="stop",
            ),
        )

    def close(self) -> None:
        """Take nothing on any more; what runs is cancelled by the runner and resumes at the next start."""
        self._is_closed = True

    def _import(self, path: Path) -> None:
        def taken(answer: TakenIn) -> None:
            self._imported(ImportEnd(path, answer.call, answer.is_new))

        def refused(error: VizirError) -> None:
            self._imported(ImportEnd(path, error=error))

        def work(cancel: CancelToken) -> TakenIn:
            return self._importer.take_in(path, cancel=cancel)

        self.imports_running += 1
        self._jobs.submit(IMPORT_LANE, Job(work, taken, refused, self._import_dropped, "import"))

    def _imported(self, end: ImportEnd) -> None:
        self.imports_running -= 1
        if end.call is not None and end.call.state not in (CallState.READY, CallState.APPROVED, CallState.DELIVERED):
            self.enqueue(end.call.id)
        self.import_ended.emit(end)

    def _import_dropped(self) -> None:
        self.imports_running -= 1

    def _finished(self, call_id: str) -> None:
        self._states.pop(call_id, None)
        self._tokens.pop(call_id, None)
        self._segments.pop(call_id, None)
        self.state_changed.emit(call_id)
        self.ended.emit(call_id)

    def _broken(self, call_id: str, error: VizirError) -> None:
        self._finished(call_id)
        self.failed.emit(error)

    def _moved(self, call_id: str, state: CallState) -> None:
        if call_id in self._states:
            self._states[call_id] = WorkState(state)
        self.state_changed.emit(call_id)

    def _advanced(self, call_id: str, fraction: float, seconds_left: float | None) -> None:
        now = self._states.get(call_id)
        if now is not None:
            self._states[call_id] = replace(now, fraction=fraction, seconds_left=seconds_left)
            self.progressed.emit(call_id)

    def _heard(self, call_id: str, segments: list[Segment]) -> None:
        if call_id in self._states:
            self._segments[call_id] = segments
        self.segments_arrived.emit(call_id, segments)


class _Observer:
    """Carries the pipeline's reports to the main thread; of several progress reports the newest is enough."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        moved: Callable[[str, CallState], None],
        advanced: Callable[[str, float, float | None], None],
        heard: Callable[[str, list[Segment]], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._on_moved, self._on_advanced, self._on_heard = moved, advanced, heard
        self._progress: dict[str, tuple[float, float | None]] = {}
        self._segments: dict[str, list[Segment]] = {}
        self._lock = threading.Lock()

    def state_changed(self, call_id: str, state: CallState) -> None:
        self._dispatcher.post(lambda: self._on_moved(call_id, state))

    def progressed(self, call_id: str, fraction: float, seconds_left: float | None) -> None:
        with self._lock:
            is_posted = call_id in self._progress
            self._progress[call_id] = (fraction, seconds_left)
        if not is_posted:
            self._dispatcher.post(lambda: self._take_progress(call_id))

    def segments_arrived(self, call_id: str, segments: list[Segment]) -> None:
        with self._lock:
            is_posted = call_id in self._segments
            self._segments[call_id] = segments
        if not is_posted:
            self._dispatcher.post(lambda: self._take_segments(call_id))

    def _take_progress(self, call_id: str) -> None:
        with self._lock:
            found = self._progress.pop(call_id)
        self._on_advanced(call_id, *found)

    def _take_segments(self, call_id: str) -> None:
        with self._lock:
            found = self._segments.pop(call_id)
        self._on_heard(call_id, found)
