"""The store as the whole program opens it: backed up, restored, protected."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from app.bootstrap import build
from app.core.errors import StoredDataError, UserFixable
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.examples import a_call


def test_a_damaged_store_is_replaced_by_its_backup_on_request(fake_clock: FakeClock) -> None:
    folders = Folders.of_this_machine()
    app = build(Settings(), folders, clock=fake_clock)
    app.calls.add(a_call())
    assert app.back_up_if_due()
    app.calls.add(a_call("later"))
    app.close()
    damaged = folders.database.read_bytes()[:16] + os.urandom(8192)
    folders.database.write_bytes(damaged)
    with pytest.raises(StoredDataError) as caught:
        build(Settings(), folders, clock=fake_clock)
    assert caught.value.action == "restore_backup"
    app = build(Settings(), folders, clock=fake_clock, restore_backup=True)
    assert app.calls.get("call-1").id == "call-1"
    with pytest.raises(UserFixable):
        app.calls.get("later")
    app.close()
    kept = [path for path in folders.data.iterdir() if "damaged" in path.name]
    assert [path.read_bytes() for path in kept] == [damaged]


def test_without_backup_a_restore_says_so_and_touches_nothing(fake_clock: FakeClock) -> None:
    folders = Folders.of_this_machine()
    build(Settings(), folders, clock=fake_clock).close()
    before = folders.database.read_bytes()
    with pytest.raises(UserFixable) as caught:
        build(Settings(), folders, clock=fake_clock, restore_backup=True)
    assert caught.value.code == "store.no_backup"
    assert folders.database.read_bytes() == before


def test_another_choice_of_protection_takes_effect_at_the_next_start(fake_clock: FakeClock) -> None:
    folders = Folders.of_this_machine()
    settings = Settings(store_protection="clear")
    app = build(settings, folders, clock=fake_clock)
    app.calls.add(a_call())
    assert not app.is_encrypted
    app.close()
    app = build(replace(settings, store_protection="keyring"), folders, clock=fake_clock)
    assert app.is_encrypted
    assert app.calls.get("call-1").id == "call-1"
    app.close()
