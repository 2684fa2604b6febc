"""Each way a store can fail: one plain sentence, the cure, and nothing approved is lost."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.adapters.secrets.store_keys import GivenPassphrase, StoreKeys
from app.adapters.storage import opening
from app.adapters.storage.schema import MIGRATIONS
from app.core.errors import Bug, StoredDataError, UserFixable, VizirError
from app.settings import Folders
from tests.fakes.examples import a_call, a_deal, a_draft, a_request, a_transcript, note
from tests.fakes.keys import FakeKeyStore
from tests.integration.storage.conftest import Opener

NOBODY = 65534

_PAGE = 4096


def code_of(caught: pytest.ExceptionInfo[VizirError]) -> str:
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


@pytest.fixture
def filled(opener: Opener) -> str:
    """A closed store with an approval in it; returns the draft's id."""
    store = opener()
    store.calls.add(a_call())
    store.deals.create(a_deal())
    draft_id = store.drafts.save(a_draft())
    store.approvals.approve(a_request(draft_id))
    store.close()
    return draft_id


@pytest.fixture
def without_rights(folders: Folders) -> Iterator[Callable[[], None]]:
    """Takes the rights on file and folder; root passes over them, so root becomes nobody for the while."""
    if os.name != "posix":
        pytest.skip("rights of this kind are POSIX")
    is_root = os.geteuid() == 0
    reachable = [folders.data, *folders.data.parents]
    modes = {path: path.stat().st_mode for path in reachable if path.exists() and is_root}

    def take() -> None:
        folders.database.chmod(0o444)
        folders.data.chmod(0o555)
        if is_root:
            for path in modes:
                if path != folders.data and path.owner() == "root" and path.stat().st_mode & 0o005 != 0o005:
                    path.chmod(path.stat().st_mode | 0o055)
            os.seteuid(NOBODY)

    yield take
    if is_root:
        os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)
    folders.data.chmod(0o755)
    folders.database.chmod(0o644)


def test_a_read_only_file_is_told_at_opening(opener: Opener, filled: str, without_rights: Callable[[], None]) -> None:
    without_rights()
    with pytest.raises(UserFixable) as caught:
        opener()
    assert code_of(caught) == "store.read_only"


def test_a_store_that_became_read_only_refuses_to_write(opener: Opener, filled: str) -> None:
    store = opener()
    store.database.run(lambda db: db.conn.execute("PRAGMA query_only = ON"))
    with pytest.raises(UserFixable) as caught:
        store.approvals.approve(a_request(filled, note()))
    assert code_of(caught) == "store.read_only"
    assert len(store.approvals.of_call("call-1")) == 1


def test_a_folder_that_is_a_file_is_told(opener: Opener, folders: Folders) -> None:
    folders.data.parent.mkdir(parents=True, exist_ok=True)
    folders.data.write_text("")
    with pytest.raises(UserFixable) as caught:
        opener()
    assert code_of(caught) == "store.no_folder"


def test_another_program_that_holds_the_file_is_told_and_nothing_is_lost(
    opener: Opener, filled: str, raw: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opener()
    store.database.run(lambda db: db.conn.execute("PRAGMA busy_timeout = 20"))
    other = raw()
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UserFixable) as caught:
        store.approvals.approve(a_request(filled, note()))
    assert code_of(caught) == "store.locked"
    assert len(store.approvals.of_call("call-1")) == 1
    other.execute("ROLLBACK")
    assert len(store.deals.notes("deal-1")) == 1
    store.approvals.approve(a_request(filled, note()))
    assert len(store.deals.notes("deal-1")) == 2


def test_a_full_disk_is_told_and_what_was_approved_stays(opener: Opener, filled: str) -> None:
    store = opener()
    store.database.run(lambda db: db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    pages = store.database.run(lambda db: db.conn.execute("PRAGMA page_count").fetchone()[0])
    store.database.run(lambda db: db.conn.execute(f"PRAGMA max_page_count = {pages}").fetchone())
    with pytest.raises(UserFixable) as caught:
        store.transcripts.save("call-1", a_transcript(*("Слово за словом, " * 50 for _ in range(500))))
    assert code_of(caught) == "store.disk_full"
    assert store.transcripts.get("call-1") is None
    assert "delivery_city" in store.deals.values("deal-1")
    store.database.run(lambda db: db.conn.execute("PRAGMA max_page_count = 1000000").fetchone())
    store.transcripts.save("call-1", a_transcript())
    assert store.transcripts.get("call-1") == a_transcript()


@pytest.mark.parametrize("protection", ["keyring", "clear"])
def test_a_damaged_file_offers_the_backup_and_the_backup_opens(
    opener: Opener, folders: Folders, protection: str, fake_clock: Any
) -> None:
    from app.adapters.storage import backups

    store = opener(protection)
    store.calls.add(a_call())
    assert store.back_up_if_due()
    store.close()
    damage(folders.database)
    with pytest.raises(StoredDataError) as caught:
        opener(protection)
    assert code_of(caught) == "store.damaged"
    copy = backups.list_backups(folders.backups)[0]
    assert copy.path.name in caught.value.hint
    assert caught.value.action == "restore_backup"
    kept = backups.restore(folders, copy.path, fake_clock)
    assert kept.exists()
    assert opener(protection).calls.get("call-1").id == "call-1"


def test_a_damaged_file_without_backup_says_so(opener: Opener, folders: Folders, filled: str) -> None:
    damage(folders.database)
    with pytest.raises(StoredDataError) as caught:
        opener()
    assert code_of(caught) == "store.damaged"
    assert caught.value.action is None


def test_damage_that_shows_only_while_reading_is_told(opener: Opener, folders: Folders) -> None:
    store = opener("clear")
    store.calls.add(a_call())
    store.transcripts.save("call-1", a_transcript(*(f"Слово {n} " * 60 for n in range(300))))
    store.close()
    content = bytearray(folders.database.read_bytes())
    # Where the turns stand, and not where opening the file reads.
    first = content.index("Слово 150 ".encode()) // _PAGE * _PAGE
    last = max(first + _PAGE, content.rindex("Слово 250 ".encode()) // _PAGE * _PAGE)
    content[first:last] = os.urandom(last - first)
    folders.database.write_bytes(content)
    store = opener("clear")
    with pytest.raises(StoredDataError) as caught:
        store.transcripts.get("call-1")
    assert code_of(caught) == "store.damaged"


def test_another_programs_database_is_not_touched(opener: Opener, folders: Folders) -> None:
    folders.data.mkdir(parents=True)
    foreign = sqlite3.connect(folders.database)
    foreign.execute("CREATE TABLE theirs (x)")
    foreign.commit()
    foreign.close()
    before = folders.database.read_bytes()
    with pytest.raises(StoredDataError) as caught:
        opener("clear")
    assert code_of(caught) == "store.damaged"
    assert folders.database.read_bytes() == before


@pytest.mark.parametrize("protection", ["keyring", "clear"])
def test_a_file_of_a_newer_version_is_refused_and_left_as_it_is(
    opener: Opener, folders: Folders, protection: str
) -> None:
    store = opener(protection)
    store.database.run(lambda db: db.conn.execute(f"PRAGMA user_version = {MIGRATIONS[-1].number + 1}"))
    store.close()
    before = folders.database.read_bytes()
    with pytest.raises(StoredDataError) as caught:
        opener(protection)
    assert code_of(caught) == "store.newer"
    assert folders.database.read_bytes() == before
    assert not folders.backups.exists()


def test_a_wrong_passphrase_is_told_and_the_right_one_still_opens(opener: Opener) -> None:
    def keys(passphrase: str) -> StoreKeys:
        return StoreKeys(FakeKeyStore(), GivenPassphrase(passphrase), "passphrase")

    store = opener("passphrase", keys("зимний'сад"))
    store.calls.add(a_call())
    store.close()
    with pytest.raises(UserFixable) as caught:
        opener("passphrase", keys("летний сад"))
    assert code_of(caught) == "store.wrong_key"
    assert opener("passphrase", keys("зимний'сад")).calls.get("call-1")


def test_without_keyring_a_passphrase_is_asked(opener: Opener) -> None:
    missing = UserFixable("secrets.no_keyring", "Нет хранилища.")
    keys = StoreKeys(FakeKeyStore(missing), GivenPassphrase("тёплый лист"), "keyring")
    store = opener("keyring", keys)
    assert store.is_encrypted
    store.calls.add(a_call())
    store.close()
    assert opener("keyring", keys).calls.get("call-1")


def test_without_keyring_and_without_anybody_to_ask_nothing_is_made_in_clear(opener: Opener, folders: Folders) -> None:
    missing = UserFixable("secrets.no_keyring", "Нет хранилища.")
    with pytest.raises(UserFixable) as caught:
        opener("keyring", StoreKeys(FakeKeyStore(missing), GivenPassphrase(), "keyring"))
    assert code_of(caught) == "secrets.no_passphrase"
    assert folders.database.read_bytes() == b""


def test_a_refusing_keyring_is_no_reason_for_a_new_key(opener: Opener, folders: Folders) -> None:
    key_store = FakeKeyStore()
    keys = StoreKeys(key_store, GivenPassphrase("другое"), "keyring")
    store = opener("keyring", keys)
    store.calls.add(a_call())
    store.close()
    before = dict(key_store.secrets)
    key_store.error = UserFixable("secrets.denied", "Заперто.", hint="Отоприте.")
    with pytest.raises(UserFixable) as caught:
        opener("keyring", keys)
    assert code_of(caught) == "secrets.denied"
    key_store.error = None
    assert key_store.secrets == before
    assert opener("keyring", keys).calls.get("call-1")


def test_a_lost_key_is_told(opener: Opener) -> None:
    key_store = FakeKeyStore()
    keys = StoreKeys(key_store, GivenPassphrase(), "keyring")
    opener("keyring", keys).close()
    key_store.secrets.clear()
    with pytest.raises(UserFixable) as caught:
        opener("keyring", keys)
    assert code_of(caught) == "secrets.key_lost"


def test_the_file_tells_nothing_without_the_key(opener: Opener, folders: Folders) -> None:
    store = opener()
    store.calls.add(a_call(phone="+79123456789"))
    store.transcripts.save("call-1", a_transcript("Секретная скидка."))
    store.close()
    for path in folders.data.rglob("*"):
        content = path.read_bytes()
        assert b"SQLite" not in content
        assert "Секретная".encode() not in content
        assert b"79123456789" not in content


def test_a_store_used_after_its_end_is_a_bug(opener: Opener) -> None:
    store = opener()
    store.close()
    store.close()
    with pytest.raises(Bug) as caught:
        store.calls.get("call-1")
    assert caught.value.code == "store.closed"


def test_an_interrupted_creation_is_taken_up(opener: Opener, folders: Folders) -> None:
    folders.data.mkdir(parents=True)
    folders.database.touch()
    opener().calls.add(a_call())
    assert opening.BUSY_TIMEOUT_MS > 0


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[16:4096] = os.urandom(4080)
    path.write_bytes(content)
