"""The shared phrases, where they lie beside the checkout."""

from __future__ import annotations

from tests.bench.bench_spoken import shared_figures
from tests.shared_bench import shared_bench


def test_shared_phrases_reach_their_bars_and_no_wrong_value_is_exact() -> None:
    missed = [figure for figure in shared_figures(shared_bench() / "phrases") if not figure.is_met]
    assert missed == []
