"""An event loop in a thread of its own, for requests that another thread waits for and may give up."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from app.core.cancel import CancelToken
from app.core.errors import Cancelled

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for blocking callers. A coroutine is what can be stopped in every phase of a request.

    Closing a socket from another thread does not wake a thread that waits in it; cancelling a task does.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, work: Callable[[], Coroutine[Any, Any, T]], cancel: CancelToken) -> T:
        """The result of the coroutine that `work` makes. Raises Cancelled once the token is set."""
        cancel.raise_if_cancelled()
        future = asyncio.run_coroutine_threadsafe(work(), self._started())

        def give_up() -> None:
            future.cancel()

        forget = cancel.on_cancel(give_up)
        try:
            return future.result()
        except concurrent.futures.CancelledError as error:
            raise Cancelled from error
        finally:
            forget()

    def close(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Cancel what still runs, run `last`, and end the thread."""
        with self._lock:
            loop, self._loop = self._loop, None
            thread, self._thread = self._thread, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_wind_up(last), loop).result(10.0)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10.0)
        loop.close()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name=self._name, daemon=True)
                self._thread.start()
            return self._loop


async def _wind_up(last: Callable[[], Coroutine[Any, Any, None]]) -> None:
    running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await last()
