"""The job runner: named lanes, exactly one end for each job, callbacks on the main thread. It knows no stage."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from app.core.cancel import CancelToken
from app.core.errors import Bug, Cancelled, VizirError

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Dispatcher(Protocol):
    """Carries a call over to the main thread; the window has one made of Qt, tests run it inline."""

    def post(self, call: Callable[[], None]) -> None: ...


class InlineDispatcher:
    """Runs at once, in the thread that posts; for the command line and tests."""

    def post(self, call: Callable[[], None]) -> None:
        call()


@dataclass(slots=True)
class Job(Generic[T]):
    """Work for a lane.

    Args:
        work: Runs in the lane's thread; must look at the token.
        on_done: On the main thread with the result; likewise `on_failed` and `on_cancelled`. One of the three
            runs, once.
        name: For the log.
    """

    work: Callable[[CancelToken], T]
    on_done: Callable[[T], None]
    on_failed: Callable[[VizirError], None]
    on_cancelled: Callable[[], None] = lambda: None
    name: str = "job"
    cancel: CancelToken = field(default_factory=CancelToken)


class JobRunner:
    """Runs jobs of one lane one after another, lanes side by side."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    def submit(self, lane: str, job: Job[T]) -> CancelToken:
        """Put a job at the end of a lane; the token cancels it, waiting or running."""
        with self._lock:
            if self._is_closed:
                raise Bug("jobs.closed", f"{job.name} submitted after close")
            if lane not in self._lanes:
                self._lanes[lane] = _Lane(lane, self._dispatcher)
            chosen = self._lanes[lane]
        chosen.put(job)
        return job.cancel

    def is_idle(self, lane: str) -> bool:
        """True when nothing waits or runs in the lane."""
        with self._lock:
            chosen = self._lanes.get(lane)
        return chosen is None or chosen.is_idle

    def close(self, timeout_s: float) -> bool:
        """Cancel everything and wait; True if all lanes ended within `timeout_s` seconds."""
        with self._lock:
            self._is_closed = True
            lanes = list(self._lanes.values())
        for lane in lanes:
            lane.close()
        ended = [lane.join(timeout_s) for lane in lanes]
        return all(ended)


class _Lane:
    def __init__(self, name: str, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._waiting: deque[Job[object]] = deque()
        self._running: Job[object] | None = None
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._loop, name=f"lane-{name}", daemon=True)
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        with self._changed:
            return self._running is None and not self._waiting

    def put(self, job: Job[T]) -> None:
        with self._changed:
            self._waiting.append(job)  # type: ignore[arg-type]
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            for job in [*self._waiting, *([self._running] if self._running else [])]:
                job.cancel.cancel()
            self._changed.notify()

    def join(self, timeout_s: float) -> bool:
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _loop(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._is_closed)
                if not self._waiting:
                    return
                job = self._running = self._waiting.popleft()
            end = self._run(job)
            with self._changed:
                self._running = None
            self._dispatcher.post(end)

    @staticmethod
    def _run(job: Job[object]) -> Callable[[], None]:
        if job.cancel.is_cancelled:
            return job.on_cancelled
        try:
            result = job.work(job.cancel)
        except Cancelled:
            return job.on_cancelled
        except VizirError as error:
            _log.warning("%s failed: %s %s", job.name, error.code, error.detail)
            failed = error
        except Exception as error:  # noqa: BLE001 - the one place where whatever a job raises becomes an error of ours
            _log.exception("%s failed unexpectedly", job.name)
            failed = Bug("bug.unexpected", f"{type(error).__name__}: {error}", detail=repr(error))
            failed.__cause__ = error
        else:
            return lambda: job.on_done(result)
        return lambda: job.on_failed(failed)
