"""The stores that every contract suite is held against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import pytest

from app.adapters.storage.store import Store, open_store
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FixedKey
from tests.fakes.store import FakeStore

AnyStore: TypeAlias = Store | FakeStore


@pytest.fixture(params=["fake", "encrypted", "clear"])
def store(request: pytest.FixtureRequest, fake_clock: FakeClock) -> Iterator[AnyStore]:
    """An empty store: in memory, on an encrypted file, on a file in clear."""
    if request.param == "fake":
        yield FakeStore(fake_clock)
        return
    protection = "keyring" if request.param == "encrypted" else "clear"
    opened = open_store(Folders.of_this_machine(), Settings(store_protection=protection), FixedKey(), fake_clock)
    yield opened
    opened.close()
