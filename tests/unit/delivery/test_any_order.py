"""Whatever happens in whatever order: each effect once, nobody's value unseen, and all comes to its end."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.chaos import STEPS, Life
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import fresh_name, store_in_memory


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(STEPS), min_size=3, max_size=20), st.integers(0, 1 << 30))
def test_any_order_of_events_makes_each_effect_once_and_overwrites_nobody(steps: list[str], seed: int) -> None:
    clock = FakeClock()
    with store_in_memory(clock) as store:
        verdict = Life(store, clock, fresh_name(), random.Random(seed)).run(steps)
    assert verdict.is_good, verdict
