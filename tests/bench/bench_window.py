"""The window: how soon it is there, how smooth the list is, whether it stands still while the machine works."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.adapters.secrets.keychain import Keychain
from app.adapters.secrets.store_keys import GivenPassphrase, StoreKeys
from app.adapters.storage.store import Store, open_store
from app.core.clock import SystemClock
from app.settings import Folders, Settings
from tests.bench import bench_store
from tests.bench.figures import Figure, at_most

_STARTS = 5
_FEW, _MANY = 1_000, 100_000


def figures() -> Iterator[Figure]:
    """Starts the real window several times over generated stores, and once with the real models."""
    models = Folders.of_this_machine().cache
    with tempfile.TemporaryDirectory(prefix="vizir-bench-") as folder:
        home = Path(folder)
        yield from _start_figures(home / "few")
        yield from _list_figures(home / "many")
        yield from _work_figures(home / "work", models)


def _start_figures(home: Path) -> Iterator[Figure]:
    _fill(home, _FEW)
    _child("start", home)
    runs = [_child("start", home) for _ in range(_STARTS)]
    painted = statistics.median(run["painted_s"] for run in runs)
    listed = statistics.median(run["list_s"] for run in runs)
    slowest = max(run["painted_s"] for run in runs)
    yield at_most("window painted, from the start of the process", painted, 1.0, "s", f"median; slowest {slowest:.2f}")
    yield Figure("with the first of 1,000 calls in its list", listed, "s", note="median")
    idle = statistics.median(run["idle_mb"] for run in runs)
    yield at_most("memory when idle, without models", idle, 250, "MB", f"{runs[0]['children']} child processes")


def _list_figures(home: Path) -> Iterator[Figure]:
    _fill(home, _MANY)
    run = _child("scroll", home)
    steps = run["scroll_ms"]
    about = f"{run['count']} calls; median {statistics.median(steps):.1f}"
    yield at_most("a step of scrolling, 99 of 100", steps[int(len(steps) * 0.99)], 16, "ms", about)
    yield at_most("the slowest step of scrolling", steps[-1], 50, "ms")
    arrivals = run["arrival_ms"]
    yield Figure(
        "rows on the screen after a jump", statistics.median(arrivals), "ms", note=f"slowest {arrivals[-1]:.0f}"
    )
    yield at_most("a search, until the list shows it", max(run["search_ms"]), 100, "ms", "slowest of 5")


def _work_figures(home: Path, models: Path) -> Iterator[Figure]:
    _fill(home, 50)
    run = _child("work", home, {"VIZIR_MODELS": str(models)})
    if "problem" in run:
        yield Figure("event loop while a call is worked on", "not measured", note=run["problem"])
        return
    gap, stage = run["worst"][0]
    about = f"{run['beats']} beats of 5 ms; in stage {stage}; {run['over_50']} over 50 ms"
    yield at_most("event loop: longest standstill", gap, 50, "ms", about)
    yield Figure("call imported, transcribed and drafted in", run["drafted_s"], "s")


def _child(task: str, home: Path, more: dict[str, str] | None = None) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.window_child", task],
        check=True,
        stdout=subprocess.PIPE,
        env=_environment(home) | (more or {}),
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _environment(home: Path) -> dict[str, str]:
    keyring = {"PYTHON_KEYRING_BACKEND": "tests.fakes.keyring_backends.FolderKeyring"}
    # A program that is installed has its modules compiled; one that may not keep them compiles at every start.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "VIZIR_HOME": str(home),
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
    } | keyring


def _fill(home: Path, count: int) -> None:
    """Make a store of so many calls, with the key where the window will look for it."""
    os.environ.update(_environment(home))
    os.environ.pop("VIZIR_MODELS", None)
    folders = Folders.of_this_machine()
    keys = StoreKeys(Keychain(), GivenPassphrase(), Settings().store_protection)
    store: Store = open_store(folders, Settings(), keys, SystemClock())
    bench_store.generate(store, count)
    store.close()
