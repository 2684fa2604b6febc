"""A killable child process that talks in typed messages.

Speech recognition and the embedded language model run in one: a thread that hangs in C cannot be stopped, a process
can. The child starts fresh (spawn), at low priority, and ends by itself when the program that started it is gone.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from app.core.errors import Bug

_log = logging.getLogger(__name__)
_NICE = 10
_KILLED_S = 5.0


class ChildGone(Exception):
    """The child ended without saying so: killed, crashed or out of memory."""


class ChildEnd:
    """What the child's entry point is given: its end of the pipe."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._inbox: list[object] = []
        self._arrived = threading.Condition()
        threading.Thread(target=self._read, name="child-inbox", daemon=True).start()

    def receive(self, timeout_s: float | None = None) -> object | None:
        """The next message; None when none came in time."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: bool(self._inbox), timeout_s):
                return None
            return self._inbox.pop(0)

    def send(self, message: object) -> None:
        self._connection.send(message)

    def _read(self) -> None:
        while True:
            try:
                message = self._connection.recv()
            except (EOFError, OSError):
                # The parent is gone, maybe killed: nobody would ever read an answer.
                os._exit(0)
            with self._arrived:
                self._inbox.append(message)
                self._arrived.notify()


class ChildProcess:
    """Starts, talks to, and ends one child.

    Args:
        entry: ``"package.module:function"``; the function takes a `ChildEnd` and returns to end the child.
        name: For the log and the process list.
    """

    def __init__(self, entry: str, name: str) -> None:
        self._entry = entry
        self._name = name
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def ends_within(self, seconds: float) -> bool:
        """Whether the child is gone, or goes while one waits: a killed process takes a moment to end."""
        process = self._process
        if process is None:
            return True
        process.join(seconds)
        return not process.is_alive()

    def start(self) -> None:
        """Start the child; starting a running one does nothing."""
        with self._lock:
            if self.is_alive:
                return
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_run_child, args=(self._entry, theirs), name=self._name, daemon=True)
            process.start()
            theirs.close()
            self._process, self._connection = process, ours

    def send(self, message: object) -> None:
        """Raises ChildGone."""
        if self._connection is None:
            raise ChildGone(self._name)
        try:
            self._connection.send(message)
        except (OSError, ValueError) as error:
            raise ChildGone(self._name) from error

    def receive(self, timeout_s: float) -> object | None:
        """The next message; None when none came within `timeout_s` seconds. Raises ChildGone."""
        if self._connection is None:
            raise ChildGone(self._name)
        try:
            if not self._connection.poll(timeout_s):
                return None
            message: object = self._connection.recv()
            return message
        except (EOFError, OSError) as error:
            raise ChildGone(self._name) from error

    def stop(self, polite_s: float = 0.5) -> None:
        """Close the pipe, which ends the child, and kill what is left of it after `polite_s` seconds."""
        with self._lock:
            process, self._process = self._process, None
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        if process is None:
            return
        process.join(polite_s)
        if process.is_alive():
            _kill_tree(process)
        process.join(_KILLED_S)
        if process.is_alive():
            # Stuck in the kernel, or its end was taken by somebody else's wait: its handle goes with the object.
            _log.warning("child %s gives no word of its end", process.name)
        else:
            process.close()


def _run_child(entry: str, connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lower_priority()
    module, _, function = entry.partition(":")
    target: Callable[[ChildEnd], None] = getattr(importlib.import_module(module), function)
    target(ChildEnd(connection))


def lower_priority() -> None:
    """Let everything the person works with go first."""
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        ctypes.windll.kernel32.SetPriorityClass(ctypes.windll.kernel32.GetCurrentProcess(), below_normal)
    else:
        os.nice(_NICE)


def _kill_tree(process: multiprocessing.process.BaseProcess) -> None:
    if process.pid is None:
        raise Bug("jobs.child", "child without a process id")
    process.kill()
    _log.info("child %s did not end by itself and was killed", process.name)
