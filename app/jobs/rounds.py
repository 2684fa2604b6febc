"""Work that comes again: when it is woken, and by time while something waits. It knows no stage."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import VizirError
from app.jobs.runner import Job, JobRunner

_log = logging.getLogger(__name__)

LONGEST_REST_S = 300.0
"""So often it is looked again while something waits, whatever became of the clock meanwhile."""
_AFTER_FAILURE_S = 60.0


class Rounds:
    """Rounds of work, each key in a lane of its own: never two rounds of one key at once.

    Args:
        lane: What the lanes' names begin with.
        work: One round; returns when the next is due, None when it need not come by itself.
    """

    def __init__(
        self, jobs: JobRunner, lane: str, work: Callable[[str, CancelToken], datetime | None], clock: Clock
    ) -> None:
        self._jobs = jobs
        self._lane = lane
        self._work = work
        self._clock = clock
        self._lock = threading.Lock()
        self._busy: dict[str, bool] = {}
        self._timers: dict[str, threading.Timer] = {}
        self._is_closed = False

    def wake(self, key: str) -> None:
        """Have a round of `key` made now, or once more when the running one ends. Any thread may ask."""
        with self._lock:
            if self._is_closed:
                return
            if key in self._busy:
                self._busy[key] = True
                return
            self._busy[key] = False
            self._stop_timer(key)
        self._jobs.submit(
            f"{self._lane}-{key}",
            Job(
                lambda cancel: self._work(key, cancel),
                on_done=lambda due: self._ended(key, self._seconds_until(due)),
                on_failed=lambda error: self._failed(key, error),
                on_cancelled=lambda: self._ended(key, None),
                name=self._lane,
            ),
        )

    def is_idle(self) -> bool:
        """True while no round runs or waits in a lane; timers do not count."""
        with self._lock:
            return not self._busy

    def close(self) -> None:
        """No round begins any more; running ones end with the job runner."""
        with self._lock:
            self._is_closed = True
            timers, self._timers = list(self._timers.values()), {}
        for timer in timers:
            timer.cancel()
            timer.join()

    def _seconds_until(self, due: datetime | None) -> float | None:
        return None if due is None else (due - self._clock.now_utc()).total_seconds()

    def _failed(self, key: str, error: VizirError) -> None:
        _log.info("%s %s: %s", self._lane, key, error.code)
        self._ended(key, _AFTER_FAILURE_S)

    def _ended(self, key: str, left_s: float | None) -> None:
        with self._lock:
            is_wanted = self._busy.pop(key, False)
            if not is_wanted and left_s is not None and not self._is_closed:
                self._stop_timer(key)
                timer = threading.Timer(min(max(left_s, 0.0), LONGEST_REST_S), self.wake, (key,))
                timer.daemon = True
                self._timers[key] = timer
                timer.start()
        if is_wanted:
            self.wake(key)

    def _stop_timer(self, key: str) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()
