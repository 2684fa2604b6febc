"""Opening: protection as the settings say, older files brought up, a backup copy first."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.adapters.secrets.store_keys import GivenPassphrase, StoreKeys
from app.adapters.storage import backups, migrations
from app.adapters.storage.checks import store_checks
from app.adapters.storage.opening import connect
from app.adapters.storage.schema import MIGRATIONS, Migration
from app.core.cancel import CancelToken
from app.core.errors import Bug, Cancelled
from app.core.keys import KeyKind, StoreKey
from app.pipeline import CallQuery
from app.settings import Folders
from tests.fakes.clock import FakeClock
from tests.fakes.examples import a_call, a_deal, a_draft, a_request, a_transcript
from tests.fakes.keys import FakeKeyStore
from tests.integration.storage.conftest import RAW, Opener


def fill(store: Any) -> None:
    store.calls.add(a_call())
    store.transcripts.save("call-1", a_transcript("Нужна рассрочка."))
    store.deals.create(a_deal())
    store.approvals.approve(a_request(store.drafts.save(a_draft())))


def assert_filled(store: Any) -> None:
    assert store.transcripts.get("call-1") == a_transcript("Нужна рассрочка.")
    assert [row.id for row in store.index.rows(CallQuery("рассрочку"), 0, 5)] == ["call-1"]
    assert "delivery_city" in store.deals.values("deal-1")
    assert store.drafts.latest("call-1")[1] == a_draft()
    assert store.approvals.verify_audit() is None


def test_what_was_written_is_there_after_reopening(opener: Opener) -> None:
    store = opener()
    fill(store)
    store.close()
    assert_filled(opener())


def test_foreign_keys_wal_and_full_sync_are_on(opener: Opener) -> None:
    def pragmas(db: Any) -> list[Any]:
        return [
            db.conn.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("foreign_keys", "journal_mode", "synchronous", "busy_timeout", "recursive_triggers")
        ]

    assert opener().database.run(pragmas) == [1, "wal", 2, 5000, 1]


def test_all_tables_are_strict(opener: Opener) -> None:
    rows = opener().database.run(lambda db: list(db.query("PRAGMA table_list")))
    loose = [
        row["name"]
        for row in rows
        if row["type"] == "table" and not row["strict"] and not row["name"].startswith("sqlite_")
    ]
    assert loose == []


def test_a_moved_data_folder_keeps_its_recordings(opener: Opener, folders: Folders, tmp_path: Path) -> None:
    from dataclasses import replace

    store = opener()
    call = a_call()
    inside = folders.recordings / "call-1.mp3"
    store.calls.add(replace(call, recording=replace(call.recording, path=inside)))
    assert store.calls.get("call-1").recording.path == inside
    stored = store.database.run(lambda db: db.conn.execute("SELECT path FROM recordings").fetchone()[0])
    assert stored == "recordings/call-1.mp3"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("clear", "keyring"),
        ("clear", "passphrase"),
        ("keyring", "clear"),
        ("keyring", "passphrase"),
        ("passphrase", "keyring"),
        ("passphrase", "clear"),
    ],
)
def test_a_changed_protection_takes_effect_with_everything_kept(
    opener: Opener, folders: Folders, before: str, after: str
) -> None:
    key_store = FakeKeyStore()
    store = opener(before, StoreKeys(key_store, GivenPassphrase("пароль"), before))
    fill(store)
    store.close()
    store = opener(after, StoreKeys(key_store, GivenPassphrase("пароль"), after))
    assert_filled(store)
    assert store.is_encrypted is (after != "clear")
    store.close()
    is_clear = folders.database.read_bytes()[:6] == b"SQLite"
    assert is_clear is (after == "clear")
    store = opener(after, StoreKeys(key_store, GivenPassphrase("пароль"), after))
    assert_filled(store)
    with pytest.raises(Bug):
        store.database.run(lambda db: db.conn.execute("DELETE FROM audit"))


def test_backups_in_clear_go_when_the_store_is_encrypted(opener: Opener, folders: Folders) -> None:
    store = opener("clear")
    fill(store)
    store.back_up_if_due()
    store.close()
    opener("keyring").close()
    assert backups.list_backups(folders.backups) == []


def test_a_backup_that_is_stopped_leaves_no_half_copy(opener: Opener, folders: Folders) -> None:
    store = opener("keyring")
    fill(store)
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        store.back_up_if_due(stopped)
    assert list(folders.backups.iterdir()) == []
    assert store.back_up_if_due(CancelToken())
    store.close()


def test_the_settings_choice_of_clear_can_be_read_by_any_tool(opener: Opener, folders: Folders) -> None:
    store = opener("clear")
    fill(store)
    store.close()
    with closing(sqlite3.connect(folders.database)) as connection:
        assert connection.execute("SELECT id FROM calls").fetchall() == [("call-1",)]


def test_a_backup_is_made_once_a_day_and_five_are_kept(opener: Opener, folders: Folders, fake_clock: FakeClock) -> None:
    store = opener()
    fill(store)
    assert store.back_up_if_due()
    fake_clock.advance(timedelta(hours=23).total_seconds())
    assert not store.back_up_if_due()
    for _day in range(7):
        fake_clock.advance(timedelta(days=1).total_seconds())
        assert store.back_up_if_due()
    kept = backups.list_backups(folders.backups)
    assert len(kept) == backups.KEPT
    assert kept[0].at == fake_clock.now_utc()
    assert (
        list(folders.backups.iterdir()) == [backup.path for backup in sorted(kept, key=lambda b: b.path)]
        or len(list(folders.backups.iterdir())) == backups.KEPT
    )


def test_a_backup_is_encrypted_and_whole(opener: Opener, folders: Folders, raw: Callable[[Path], Any]) -> None:
    store = opener()
    fill(store)
    store.back_up_if_due()
    copy = backups.list_backups(folders.backups)[0].path
    assert b"SQLite" not in copy.read_bytes()[:16]
    assert raw(copy).execute("SELECT value FROM field_values").fetchall() == [("Тверь",)]


NEXT = Migration(MIGRATIONS[-1].number + 1, "colours", ("ALTER TABLE deals ADD COLUMN colour TEXT",))
BROKEN = Migration(
    NEXT.number + 1, "broken", ("ALTER TABLE deals ADD COLUMN shade TEXT", "ALTER TABLE nobody RENAME TO x")
)


def test_each_migration_is_recorded_once(opener: Opener) -> None:
    opener().close()
    rows = opener().database.run(lambda db: list(db.query("SELECT number, program FROM migrations")))
    assert [row["number"] for row in rows] == [migration.number for migration in MIGRATIONS]


def test_a_migration_makes_a_backup_first(opener: Opener, folders: Folders, fake_clock: FakeClock) -> None:
    store = opener()
    fill(store)
    store.close()
    made: list[str] = []
    with closing(connect(folders.database, RAW)) as db:
        migrations.migrate(db, fake_clock, lambda: made.append("backup"), (*MIGRATIONS, NEXT))
        assert db.conn.execute("PRAGMA user_version").fetchone()[0] == NEXT.number
        assert "colour" in db.table("deals").columns_dict
    assert made == ["backup"]


def test_a_new_file_needs_no_backup(opener: Opener, folders: Folders) -> None:
    opener()
    assert not folders.backups.exists()


def test_a_migration_that_fails_changes_nothing_and_earlier_ones_stay(
    opener: Opener, folders: Folders, fake_clock: FakeClock
) -> None:
    opener().close()
    with closing(connect(folders.database, RAW)) as db:
        with pytest.raises(Exception, match="no such table: nobody"):
            migrations.migrate(db, fake_clock, lambda: None, (*MIGRATIONS, NEXT, BROKEN))
        assert db.conn.execute("PRAGMA user_version").fetchone()[0] == NEXT.number
        assert "shade" not in db.table("deals").columns_dict
        numbers = [row[0] for row in db.conn.execute("SELECT number FROM migrations")]
        assert numbers == [migration.number for migration in (*MIGRATIONS, NEXT)]


def test_a_failed_backup_stops_the_migration(opener: Opener, folders: Folders, fake_clock: FakeClock) -> None:
    def fail() -> None:
        raise OSError("no room")

    opener().close()
    with closing(connect(folders.database, RAW)) as db:
        with pytest.raises(OSError, match="no room"):
            migrations.migrate(db, fake_clock, fail, (*MIGRATIONS, NEXT))
        assert db.conn.execute("PRAGMA user_version").fetchone()[0] == MIGRATIONS[-1].number


def test_doctor_finds_a_healthy_store_healthy(opener: Opener, folders: Folders, fake_clock: FakeClock) -> None:
    store = opener()
    fill(store)
    results = {check.name: check.run() for check in store_checks(lambda: store, folders, fake_clock)}
    assert all(result.is_good for name, result in results.items() if name != "Место на диске")
    assert results["База"].text == "открывается, зашифрована"


def test_doctor_names_the_broken_entry(
    opener: Opener, folders: Folders, fake_clock: FakeClock, raw: Callable[[], Any]
) -> None:
    store = opener()
    fill(store)
    other = raw()
    other.execute("DROP TRIGGER audit_changed")
    other.execute("UPDATE audit SET actor = 'другой' WHERE number = 2")
    results = {check.name: check.run() for check in store_checks(lambda: store, folders, fake_clock)}
    assert not results["Журнал виз"].is_good
    assert "запись 2" in results["Журнал виз"].text
    assert results["Журнал виз"].cure


def test_doctor_tells_a_store_in_clear(opener: Opener, folders: Folders, fake_clock: FakeClock) -> None:
    store = opener("clear")
    result = store_checks(lambda: store, folders, fake_clock)[0].run()
    assert (result.text, bool(result.cure)) == ("открывается, хранится открыто", True)


def test_a_key_for_a_passphrase_is_never_shown() -> None:
    assert "тайна" not in repr(StoreKey(KeyKind.PASSPHRASE, "тайна"))
