"""Keeping to a CRM's limits by waiting: a bucket of requests that fills by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.core.cancel import CancelToken
from app.core.errors import Cancelled


class Pace:
    """A token bucket: `burst` requests at once, then `per_second` of them.

    Args:
        clock_s: Seconds that never run backwards.
        wait: Waits so many seconds; True if the wait was broken off.
    """

    def __init__(
        self,
        per_second: float,
        burst: int,
        *,
        clock_s: Callable[[], float],
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock_s = clock_s
        self._wait = wait or CancelToken().wait
        self._left = float(burst)
        self._at_s = clock_s()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait until a request may go. Raises Cancelled when the wait was broken off."""
        with self._lock:
            now = self._clock_s()
            self._left = min(self._burst, self._left + (now - self._at_s) * self._per_second) - 1
            self._at_s = now
            pause = -self._left / self._per_second if self._left < 0 else 0.0
        if pause > 0 and self._wait(pause):
            raise Cancelled


class Paces:
    """The buckets of all portals: whoever asks the same portal at the same time takes from the same one."""

    def __init__(self) -> None:
        self._by_portal: dict[str, Pace] = {}
        self._lock = threading.Lock()

    def of(
        self,
        portal: str,
        per_second: float,
        burst: int,
        *,
        clock_s: Callable[[], float],
        wait: Callable[[float], bool] | None = None,
    ) -> Pace:
        """The bucket of a portal, made by the first who asks.

        Args:
            portal: Its address without the key.
        """
        with self._lock:
            key = portal.lower()
            if key not in self._by_portal:
                self._by_portal[key] = Pace(per_second, burst, clock_s=clock_s, wait=wait)
            return self._by_portal[key]
