"""One program at a time works on the calls of a store: the window, or `resume` in a terminal."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.core.errors import UserFixable
from app.core.i18n import _
from app.settings import Folders

if TYPE_CHECKING:
    import filelock


class WorkClaim:
    """A lock beside the database that ends with the process, however it ends."""

    def __init__(self, folders: Folders) -> None:
        self._file = folders.data / "work.lock"
        self._lock: filelock.BaseFileLock | None = None
        # Pipeline, resuming and delivery claim from threads of their own: without this the program could take its own
        # half-made claim for another program's.
        self._claiming = threading.Lock()

    def take(self) -> None:
        """Claim the work; claiming again does nothing. From any thread.

        Raises:
            UserFixable: ``pipeline.taken`` when another program has it.
        """
        with self._claiming:
            if self._lock is not None:
                return
            import filelock

            lock = filelock.FileLock(self._file, timeout=0, thread_local=False)
            try:
                lock.acquire()
            except filelock.Timeout as error:
                raise UserFixable(
                    "pipeline.taken",
                    _("Звонки уже разбирает другая запущенная программа."),
                    hint=_("Закройте её окно или дождитесь, пока она закончит."),
                ) from error
            self._lock = lock

    def drop(self) -> None:
        """Give the work up; without a claim it does nothing."""
        with self._claiming:
            lock, self._lock = self._lock, None
            if lock is not None:
                lock.release()
