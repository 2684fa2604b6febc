"""The database file and the one thread that touches it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.adapters.storage.errors import ours
from app.core.errors import Bug

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

T = TypeVar("T")


class Database:
    """A database that belongs to one thread: whoever wants something of it hands over a function.

    With a connection for each thread, transactions that read before they write fail with "database is locked"
    in spite of WAL and a busy timeout.

    Args:
        connect: Opens a database file with this store's key, in the thread that asks.
        bring_up: Makes a fresh connection ready for use; its errors reach the constructor's caller.
        path: The file.
        is_encrypted: Whether the file is.
        newest_backup: Name of the newest backup copy at this moment, "" without one.
    """

    def __init__(
        self,
        connect: Callable[[Path], GuardedDatabase],
        bring_up: Callable[[GuardedDatabase], None],
        *,
        path: Path,
        is_encrypted: bool,
        newest_backup: Callable[[], str],
    ) -> None:
        self.path = path
        self.is_encrypted = is_encrypted
        self.connect = connect
        self._bring_up = bring_up
        self._newest_backup = newest_backup
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._opened: Future[GuardedDatabase] = Future()
        self._close_lock = threading.Lock()
        self._is_closed = False
        self._owner = threading.Thread(target=self._own, name="store", daemon=True)
        self._owner.start()
        self._opened.result()

    def submit(self, work: Callable[[GuardedDatabase], T]) -> Future[T]:
        """Have `work` done behind what waits already; the future gets its result or one of our errors."""
        future: Future[T] = Future()

        def call() -> None:
            if future.set_running_or_notify_cancel():
                self._settle(future, work)

        with self._close_lock:
            if self._is_closed:
                raise Bug("store.closed", "the store was used after it was closed")
            self._work.put(call)
        return future

    def run(self, work: Callable[[GuardedDatabase], T]) -> T:
        """The result of `work`, which reads. Raises VizirError of the ``store.`` family."""
        if threading.current_thread() is self._owner:
            return work(self._opened.result())
        return self.submit(work).result()

    def write(self, work: Callable[[GuardedDatabase], T]) -> T:
        """The result of `work`, done in one transaction: all of it is on the disk, or nothing."""

        def in_transaction(db: GuardedDatabase) -> T:
            # IMMEDIATE takes the write lock at once: a reader that becomes a writer cannot wait for another program.
            db.conn.execute("BEGIN IMMEDIATE")
            try:
                result = work(db)
                db.conn.execute("COMMIT")
            except BaseException:
                if db.conn.in_transaction:
                    db.conn.execute("ROLLBACK")
                raise
            return result

        return self.run(in_transaction)

    def close(self) -> None:
        """Do what waits, close the file, end the thread; closing twice does nothing more."""
        with self._close_lock:
            if not self._is_closed:
                self._is_closed = True
                self._work.put(None)
        self._owner.join()

    def _own(self) -> None:
        try:
            db = self._open()
        except BaseException as error:  # noqa: BLE001 - it goes to the caller through the future
            self._is_closed = True
            self._opened.set_exception(self._ours(error))
            return
        self._opened.set_result(db)
        try:
            while (call := self._work.get()) is not None:
                call()
        finally:
            db.close()

    def _open(self) -> GuardedDatabase:
        db = self.connect(self.path)
        try:
            self._bring_up(db)
        except BaseException:
            db.close()
            raise
        return db

    def _settle(self, future: Future[T], work: Callable[[GuardedDatabase], T]) -> None:
        try:
            result = work(self._opened.result())
        except BaseException as error:  # noqa: BLE001 - likewise
            future.set_exception(self._ours(error))
        else:
            future.set_result(result)

    def _ours(self, error: BaseException) -> BaseException:
        return ours(error, self._newest_backup)
