"""The benchmark that lies beside the checkout in some places and never in the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_BENCH = Path(__file__).resolve().parents[2] / "shared" / "bench"


def shared_bench() -> Path:
    """The benchmark's folder. Without one the test is skipped, and the summary says why."""
    if not SHARED_BENCH.is_dir():
        pytest.skip("no benchmark at ../shared/bench beside the checkout: its figures are not checked here")
    return SHARED_BENCH
