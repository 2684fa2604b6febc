"""Brings a file to the version of this program: a backup copy first, then each step in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app import __version__
from app.adapters.storage.errors import damaged, newer
from app.adapters.storage.schema import APPLICATION_ID, MIGRATIONS, Migration
from app.core.clock import Clock

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase


def file_version(db: GuardedDatabase) -> int:
    """The number of the last migration done on the file, 0 for an empty one.

    Raises:
        StoredDataError: ``store.newer`` for a file of a newer program, ``store.damaged`` for another program's file.
    """
    version = int(db.conn.execute("PRAGMA user_version").fetchone()[0])
    application = int(db.conn.execute("PRAGMA application_id").fetchone()[0])
    has_tables = db.conn.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is not None
    if (has_tables or version) and application != APPLICATION_ID:
        raise damaged(f"application id {application:#x}", "")
    if version > MIGRATIONS[-1].number:
        raise newer(f"file version {version}, program knows {MIGRATIONS[-1].number}")
    return version


def migrate(
    db: GuardedDatabase,
    clock: Clock,
    back_up: Callable[[], object],
    migrations: tuple[Migration, ...] = MIGRATIONS,
) -> None:
    """Do the migrations that the file lacks.

    Args:
        back_up: Called before the first step on a file that holds something.
    """
    version = int(db.conn.execute("PRAGMA user_version").fetchone()[0])
    waiting = [migration for migration in migrations if migration.number > version]
    if waiting and version:
        back_up()
    for migration in waiting:
        _apply(db, migration, clock)


def _apply(db: GuardedDatabase, migration: Migration, clock: Clock) -> None:
    connection = db.conn
    connection.execute("BEGIN EXCLUSIVE")
    try:
        # Another program may have done this step while we waited for the lock.
        if int(connection.execute("PRAGMA user_version").fetchone()[0]) < migration.number:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
                " applied_at TEXT NOT NULL, program TEXT NOT NULL) STRICT"
            )
            for statement in migration.statements:
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, ?, ?)",
                (migration.number, migration.name, clock.now_utc().isoformat(), __version__),
            )
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {migration.number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
