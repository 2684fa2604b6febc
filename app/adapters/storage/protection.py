"""Changes how the file is protected: the settings' choice takes effect when the store is opened next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.storage import backups
from app.adapters.storage.migrations import file_version
from app.core.keys import KeyKind, KeySource, StoreKey

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

Connect = Callable[[Path, StoreKey], "GuardedDatabase"]


def wanted_key(current: StoreKey, protection: str, key_source: KeySource) -> StoreKey | None:
    """The key that the settings ask for in place of the current one; None when it can stay.

    A store under a passphrase stays so where the system has no keychain.
    """
    wanted = {"clear": KeyKind.CLEAR, "passphrase": KeyKind.PASSPHRASE, "keyring": KeyKind.RAW}[protection]
    if current.kind is wanted:
        return None
    if wanted is KeyKind.CLEAR:
        return StoreKey(KeyKind.CLEAR)
    if current.kind is KeyKind.PASSPHRASE:
        return key_source.new_in_keychain()
    return key_source.for_new_store()


def reprotect(path: Path, old: StoreKey, new: StoreKey, connect: Connect, backup_folder: Path) -> None:
    """Write the database anew under another key and put it in the place of the old file.

    A crash leaves the old file or the new one. Backup copies in clear go once the database is encrypted: they hold
    what it now hides.

    Raises:
        UserFixable: ``store.locked`` while another program has the file open, ``store.disk_full``.
    """
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    source = connect(path, old)
    try:
        file_version(source)
        # Out of WAL mode everything is in the one file, and nobody else has it open.
        source.conn.execute("PRAGMA journal_mode = DELETE")
        target = connect(part, new)
        try:
            _copy(source, target)
        finally:
            target.close()
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        source.close()
    part.replace(path)
    if old.kind is KeyKind.CLEAR:
        for backup in backups.list_backups(backup_folder):
            backup.path.unlink()


def _copy(source: GuardedDatabase, target: GuardedDatabase) -> None:
    """Copy all tables with their rows, then what refers to them.

    Neither the backup interface nor SQLCipher's export passes between the two modules that read files in clear and
    encrypted, so the rows are carried over.
    """
    objects = source.conn.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    ).fetchall()
    virtual = {name: sql for kind, name, sql in objects if kind == "table" and sql.upper().startswith("CREATE VIRTUAL")}
    shadows = {name for kind, name, _sql in objects for v in virtual if kind == "table" and name.startswith(f"{v}_")}
    tables = [name for kind, name, _sql in objects if kind == "table" and name not in virtual and name not in shadows]
    target.conn.execute("PRAGMA foreign_keys = OFF")
    target.conn.execute("BEGIN IMMEDIATE")
    for kind, name, sql in objects:
        if kind == "table" and name not in shadows:
            target.conn.execute(sql)
    for name in tables:
        _copy_rows(source, target, name)
    for name, sql in virtual.items():
        if "content=" in sql:
            target.conn.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")  # noqa: S608
        elif "fts5vocab" not in sql:
            # It holds its own texts; a vocabulary holds none and shows those of its table.
            _copy_rows(source, target, name, "rowid")
    for kind, _name, sql in objects:
        # Triggers come last: the rows were approved and chained where they come from.
        if kind != "table":
            target.conn.execute(sql)
    for pragma in ("application_id", "user_version"):
        value = int(source.conn.execute(f"PRAGMA {pragma}").fetchone()[0])
        target.conn.execute(f"PRAGMA {pragma} = {value:d}")
    target.conn.execute("COMMIT")


def _copy_rows(source: GuardedDatabase, target: GuardedDatabase, table: str, *more: str) -> None:
    columns = [*more, *(row[1] for row in source.conn.execute(f"PRAGMA table_info({table})"))]
    marks = ", ".join("?" * len(columns))
    target.conn.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - names of our own schema
        source.conn.execute(f"SELECT {', '.join(columns)} FROM {table}"),  # noqa: S608
    )
