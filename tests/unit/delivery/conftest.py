"""A delivery over the real store in memory and a fake CRM."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import Delivery, store_in_memory


@pytest.fixture
def delivery(fake_clock: FakeClock) -> Iterator[Delivery]:
    """Connected and mapped, with one call whose deal is linked and has a sum in the CRM."""
    with store_in_memory(fake_clock) as store:
        made = Delivery(store, fake_clock)
        made.connect()
        yield made
