"""Backup copies of the database file, each whole and as well protected as the file itself."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.storage.errors import no_folder, ours, vendor_errors
from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.i18n import _
from app.settings import Folders

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

KEPT = 5
_STEP_PAGES = 256
DUE_AFTER = timedelta(days=1)
_NAME = re.compile(r"vizir-(\d{8}-\d{6})\.db")
_STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup copy. `at` is the moment it was made, in UTC."""

    path: Path
    at: datetime


def list_backups(folder: Path) -> list[Backup]:
    """The backup copies, newest first."""
    if not folder.is_dir():
        return []
    found = [
        Backup(path, datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC))
        for path in folder.iterdir()
        if (match := _NAME.fullmatch(path.name))
    ]
    return sorted(found, key=lambda backup: backup.at, reverse=True)


def newest_name(folder: Path) -> str:
    """File name of the newest backup copy; "" without one."""
    return next((backup.path.name for backup in list_backups(folder)), "")


def is_due(folder: Path, clock: Clock) -> bool:
    """Whether the newest backup copy is older than a day, or there is none."""
    newest = next(iter(list_backups(folder)), None)
    return newest is None or clock.now_utc() - newest.at >= DUE_AFTER


def back_up(
    connect: Callable[[Path], GuardedDatabase],
    source: Path,
    folder: Path,
    clock: Clock,
    *,
    cancel: CancelToken | None = None,
    rest: float = 0.0,
) -> Path:
    """Copy the database at one moment of it, and drop the oldest copies beyond `KEPT`.

    It reads over a connection of its own: the copy of a large file would hold up the thread that owns the other one,
    and under WAL it sees the state at its beginning while others go on writing.

    Args:
        connect: Opens a database file with the store's key, existing or not.
        cancel: Stops the copying: a thread that still copies while the program ends takes it down.
        rest: How long to rest after each megabyte, as a multiple of the time it took, so that disk and processor
            are there for who works beside it.

    Raises:
        UserFixable: ``store.no_folder``, ``store.disk_full``; no half copy is left.
        Cancelled: The token was set; likewise.
    """
    token = cancel or CancelToken()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise no_folder(repr(error)) from error
    target = folder / f"vizir-{clock.now_utc().strftime(_STAMP)}.db"
    part = target.with_suffix(".part")
    try:
        for leftover in folder.glob("vizir-*.part*"):
            # Of a copy during which the program was killed.
            leftover.unlink()
        with closing(connect(source)) as original, closing(connect(part)) as copy:
            # An open read transaction keeps one moment of the database in sight over all the steps.
            original.conn.execute("BEGIN")
            original.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
            original.conn.backup(copy.conn, pages=_STEP_PAGES, progress=_Rests(token, rest), sleep=0)
            original.conn.execute("COMMIT")
            copy.conn.execute("PRAGMA journal_mode = DELETE")
        part.replace(target)
    except vendor_errors() as error:
        raise ours(error) from error
    finally:
        part.unlink(missing_ok=True)
    for old in list_backups(folder)[KEPT:]:
        old.path.unlink()
    return target


class _Rests:
    """Called after each step of a copy."""

    def __init__(self, token: CancelToken, rest: float) -> None:
        self._token, self._rest = token, rest
        self._began_s = time.perf_counter()

    def __call__(self, *_left: object) -> None:
        if self._rest:
            self._token.wait(self._rest * (time.perf_counter() - self._began_s))
        self._token.raise_if_cancelled()
        self._began_s = time.perf_counter()


def restore_newest(folders: Folders, clock: Clock) -> None:
    """Put the newest backup copy in the place of the database, which must be closed.

    Raises:
        UserFixable: ``store.no_backup``, ``store.restore_failed``; the database is as it was.
    """
    newest = next(iter(list_backups(folders.backups)), None)
    if newest is None:
        raise UserFixable(
            "store.no_backup",
            _("Резервной копии нет."),
            hint=_("Сохраните файл базы и покажите его специалисту."),
            detail=str(folders.backups),
        )
    restore(folders, newest.path, clock)


def restore(folders: Folders, backup: Path, clock: Clock) -> Path:
    """Put a backup copy in the place of the database, which must be closed; the damaged file is kept beside it.

    Returns:
        Where the damaged file lies now.

    Raises:
        UserFixable: ``store.restore_failed``; the database is as it was.
    """
    database = folders.database
    kept = database.with_name(f"{database.stem}-damaged-{clock.now_utc().strftime(_STAMP)}{database.suffix}")
    part = database.with_suffix(".part")
    try:
        shutil.copyfile(backup, part)
        for ending in ("", "-wal", "-shm"):
            piece = database.with_name(database.name + ending)
            if piece.exists():
                piece.replace(kept.with_name(kept.name + ending))
        part.replace(database)
    except OSError as error:
        raise UserFixable(
            "store.restore_failed",
            _("Резервную копию не удалось вернуть."),
            hint=_("Проверьте, что на диске есть место и файл базы не открыт другой программой."),
            detail=repr(error),
        ) from error
    return kept
