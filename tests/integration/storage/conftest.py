"""Real stores on real files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from app.adapters.storage.opening import connect
from app.adapters.storage.store import Store, open_store
from app.core.keys import KeyKind, StoreKey
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FixedKey

Opener: TypeAlias = Callable[..., Store]
RAW = StoreKey(KeyKind.RAW, FixedKey.secret, FixedKey.salt)


@pytest.fixture
def folders() -> Folders:
    """This test's own."""
    return Folders.of_this_machine()


@pytest.fixture
def opener(folders: Folders, fake_clock: FakeClock) -> Iterator[Opener]:
    """Opens the store of this test, encrypted unless told otherwise; closes what is left open."""
    opened: list[Store] = []

    def open_it(protection: str = "keyring", key_source: Any = None) -> Store:
        store = open_store(folders, Settings(store_protection=protection), key_source or FixedKey(), fake_clock)
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def raw(folders: Folders) -> Callable[[], Any]:
    """Opens the encrypted file behind the program's back, as another tool with the key would."""
    connections = []

    def connection(path: Path | None = None) -> Any:
        made = connect(path or folders.database, RAW, 0).conn
        connections.append(made)
        return made

    yield connection
    for made in connections:
        made.close()
