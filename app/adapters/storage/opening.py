"""Opens the file: finds its key, refuses what must not be written to, brings it up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.storage import backups
from app.adapters.storage.database import Database
from app.adapters.storage.errors import is_not_a_database, no_folder, ours, read_only, vendor_errors, wrong_key
from app.adapters.storage.migrations import file_version, migrate
from app.adapters.storage.protection import reprotect, wanted_key
from app.core.clock import Clock
from app.core.keys import KeyKind, KeySource, StoreKey
from app.settings import Folders

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_CLEAR_HEADER = b"SQLite format 3\0"
_SALT_BYTES = 16
BUSY_TIMEOUT_MS = 5000


def open_database(
    folders: Folders, protection: str, key_source: KeySource, clock: Clock, busy_timeout_ms: int = BUSY_TIMEOUT_MS
) -> Database:
    """The database in `folders`, up to date; `open_store` says what is raised."""
    path = folders.database
    _prepare_folder(path)
    key = _key(path, protection, key_source)

    def newest_backup() -> str:
        return backups.newest_name(folders.backups)

    def connect_with_key(file: Path) -> GuardedDatabase:
        return connect(file, key, busy_timeout_ms)

    wanted = wanted_key(key, protection, key_source) if _head(path) else None
    if wanted is not None:
        old_key, key = key, wanted
        try:
            reprotect(path, old_key, wanted, lambda f, k: connect(f, k, busy_timeout_ms), folders.backups)
        except vendor_errors() as error:
            raise ours(error, newest_backup) from error
    return Database(
        connect_with_key,
        lambda db: _bring_up(db, key, folders, clock),
        path=path,
        is_encrypted=key.kind is not KeyKind.CLEAR,
        newest_backup=newest_backup,
    )


def connect(path: Path, key: StoreKey, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> GuardedDatabase:
    """A connection of the calling thread, in driver autocommit mode.

    Raises:
        UserFixable: ``store.wrong_key``; other failures come as the database's own errors.
    """
    from app.adapters.storage.guarded import GuardedDatabase

    connection = _clear_connection(path) if key.kind is KeyKind.CLEAR else _encrypted_connection(path, key)
    try:
        _configure(connection, busy_timeout_ms)
    except vendor_errors() as error:
        connection.close()
        # The system's keychain gave the key that was made for this very file, so there the file is at fault.
        if is_not_a_database(error) and key.kind is KeyKind.PASSPHRASE:
            raise wrong_key(repr(error)) from error
        raise
    return GuardedDatabase(connection)


def _configure(connection: Any, busy_timeout_ms: int) -> None:
    connection.execute(f"PRAGMA busy_timeout = {busy_timeout_ms:d}")
    connection.execute("PRAGMA foreign_keys = ON")
    # Sorting must not leave client names in a temporary file in clear.
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA synchronous = FULL")
    # Without this a commit on macOS does not survive a power cut.
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _clear_connection(path: Path) -> Any:
    import sqlite3

    return sqlite3.connect(path, isolation_level=None)


def _encrypted_connection(path: Path, key: StoreKey) -> Any:
    import sqlcipher3  # type: ignore[import-untyped]

    connection = sqlcipher3.connect(str(path), isolation_level=None)
    # A wrong key is told to the person by us; SQLCipher's own words would go to standard error.
    connection.execute("PRAGMA cipher_log_level = NONE")
    if key.kind is KeyKind.RAW:
        connection.execute(f"PRAGMA key = \"x'{bytes.fromhex(key.secret + key.salt).hex()}'\"")
    else:
        quoted = key.secret.replace("'", "''")
        connection.execute(f"PRAGMA key = '{quoted}'")
    return connection


def _bring_up(db: GuardedDatabase, key: StoreKey, folders: Folders, clock: Clock) -> None:
    file_version(db)
    db.conn.execute("PRAGMA journal_mode = WAL")
    migrate(
        db,
        clock,
        lambda: backups.back_up(lambda path: connect(path, key), folders.database, folders.backups, clock),
    )


def _prepare_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            with path.open("r+b"):
                return
        # A folder that may not be written to is found out here, before a key is made for a file that cannot be.
        path.touch()
    except PermissionError as error:
        raise read_only(repr(error)) from error
    except OSError as error:
        raise no_folder(repr(error)) from error


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_SALT_BYTES)


def _key(path: Path, protection: str, key_source: KeySource) -> StoreKey:
    head = _head(path)
    if not head:
        return StoreKey(KeyKind.CLEAR) if protection == "clear" else key_source.for_new_store()
    return StoreKey(KeyKind.CLEAR) if head == _CLEAR_HEADER else key_source.for_store(head.hex())
