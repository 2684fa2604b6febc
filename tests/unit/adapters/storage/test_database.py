"""One thread owns the connection; everybody else hands it work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.adapters.storage.database import Database
from app.adapters.storage.opening import connect
from app.core.errors import UserFixable
from app.core.keys import KeyKind, StoreKey


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A table of numbers."""
    made = Database(
        lambda path: connect(path, StoreKey(KeyKind.CLEAR)),
        lambda db: db.conn.execute("CREATE TABLE numbers (n INTEGER UNIQUE) STRICT"),
        path=tmp_path / "numbers.db",
        is_encrypted=False,
        newest_backup=str,
    )
    yield made
    made.close()


def count(database: Database) -> int:
    return int(database.run(lambda db: db.conn.execute("SELECT count(*) FROM numbers").fetchone()[0]))


def test_all_work_is_done_in_one_thread(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _n: database.run(lambda _db: threading.current_thread().name), range(50)))
    assert names == {"store"}


def test_reading_before_writing_in_many_threads_never_locks(database: Database) -> None:
    def add_next(_number: int) -> None:
        def write(db: Any) -> None:
            highest = db.conn.execute("SELECT coalesce(max(n), 0) FROM numbers").fetchone()[0]
            db.table("numbers").insert({"n": highest + 1})

        database.write(write)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_next, range(200)))
    assert count(database) == 200


def test_a_failing_transaction_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    def half(db: Any) -> None:
        db.table("numbers").insert({"n": 1})
        raise UserFixable("x.y", "Не вышло.")

    with pytest.raises(UserFixable, match="Не вышло"):
        database.write(half)
    assert count(database) == 0
    database.write(lambda db: db.table("numbers").insert({"n": 1}))
    assert count(database) == 1


def test_a_future_can_be_waited_for_or_cancelled(database: Database) -> None:
    gate = threading.Event()
    first = database.submit(lambda _db: gate.wait(10))
    unwanted = database.submit(lambda db: db.table("numbers").insert({"n": 7}))
    assert unwanted.cancel()
    gate.set()
    assert first.result(10)
    assert count(database) == 0


def test_work_may_ask_for_more_work_without_waiting_for_itself(database: Database) -> None:
    assert database.run(lambda _db: count(database)) == 0


def test_what_waits_is_done_before_closing(database: Database) -> None:
    futures = [database.submit(lambda db, n=n: db.table("numbers").insert({"n": n})) for n in range(20)]  # type: ignore[misc]
    database.close()
    assert all(future.done() and future.exception() is None for future in futures)
