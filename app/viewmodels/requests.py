"""Questions to the store that never block the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.jobs.runner import Job, JobRunner

STORE_LANE = "store"
T = TypeVar("T")


class Requests:
    """Asks in the background. A newer question under the same key makes the answer of an older one unwanted.

    Args:
        jobs: Where the work runs; answers come on the main thread.
        on_error: Gets what failed, unless a question brings its own.
    """

    def __init__(self, jobs: JobRunner, on_error: Callable[[VizirError], None]) -> None:
        self._jobs = jobs
        self._on_error = on_error
        self._latest: dict[str, CancelToken] = {}
        self._told = 0
        self._is_closed = False

    def ask(
        self,
        key: str,
        work: Callable[[], T],
        apply: Callable[[T], None],
        failed: Callable[[VizirError], None] | None = None,
        lane: str = STORE_LANE,
    ) -> None:
        """Run `work` in the lane and `apply` its answer on the main thread, if the question still stands then."""
        self.forget(key)
        self._submit(key, work, apply, failed, lane)

    def tell(
        self,
        key: str,
        work: Callable[[], T],
        apply: Callable[[T], None],
        failed: Callable[[VizirError], None] | None = None,
    ) -> None:
        """Likewise for a change: it is carried out and answered even when another one of its kind follows."""
        self._told += 1
        self._submit(f"{key} {self._told}", work, apply, failed, STORE_LANE)

    def forget(self, key: str) -> None:
        """The answer to a question is wanted no more."""
        token = self._latest.pop(key, None)
        if token is not None:
            token.cancel()

    def close(self) -> None:
        """Nothing is asked from now on, and no answer comes."""
        self._is_closed = True
        for key in tuple(self._latest):
            self.forget(key)

    def _submit(
        self,
        key: str,
        work: Callable[[], T],
        apply: Callable[[T], None],
        failed: Callable[[VizirError], None] | None,
        lane: str,
    ) -> None:
        if self._is_closed:
            return
        token = CancelToken()
        self._latest[key] = token

        def take(answer: T) -> None:
            if self._settle(key, token):
                apply(answer)

        def fail(error: VizirError) -> None:
            if self._settle(key, token):
                (failed or self._on_error)(error)

        self._jobs.submit(lane, Job(lambda _cancel: work(), on_done=take, on_failed=fail, name=key, cancel=token))

    def _settle(self, key: str, token: CancelToken) -> bool:
        if self._latest.get(key) is not token:
            return False
        del self._latest[key]
        return True
