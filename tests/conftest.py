"""What every test gets: folders of its own, a keyring of its own, and a check that nothing is left behind."""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.core import i18n
from app.settings import Folders
from tests import shared_bench as shared
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import InlineJobRunner
from tests.fakes.keyring_backends import InMemoryKeyring

# Where `make test` has put the real models; looked up before any test moves the folders.
_MODELS_CACHE = Folders.of_this_machine().cache
_GRACE_S = 3.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first: a plain mistake shows before the models are loaded."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture(autouse=True)
def fresh_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ``VIZIR_HOME`` for this test alone; no models are in it."""
    home = tmp_path_factory.mktemp("vizir-home")
    monkeypatch.setenv("VIZIR_HOME", str(home))
    monkeypatch.delenv("VIZIR_MODELS", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.fakes.keyring_backends.FolderKeyring")
    root = str(Path(__file__).resolve().parents[1])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")])))
    return home


@pytest.fixture(autouse=True)
def in_memory_keyring(monkeypatch: pytest.MonkeyPatch) -> InMemoryKeyring:
    """The keyring of this test, empty at its start."""
    import keyring.core

    backend = InMemoryKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


@pytest.fixture(autouse=True)
def russian_texts() -> Iterator[None]:
    """Texts are Russian at the start of each test, whatever the one before chose."""
    i18n.set_language("ru")
    yield
    i18n.set_language("ru")


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails a test that leaves a thread or a child process."""
    threads = set(threading.enumerate())
    children = _children()
    yield
    left_threads = [thread for thread in threading.enumerate() if thread not in threads]
    for thread in left_threads:
        thread.join(_GRACE_S)
    left_threads = [thread for thread in left_threads if thread.is_alive() and not _is_library_thread(thread)]
    left_children = _children() - children
    if left_children:
        gc.collect()
        _gone, alive = psutil.wait_procs(list(left_children), timeout=_GRACE_S)
        for process in alive:
            process.kill()
        left_children = set(alive)
    assert not left_threads, f"threads left running: {[thread.name for thread in left_threads]}"
    assert not left_children, f"child processes left running: {left_children}"


@pytest.fixture(autouse=True)
def no_unexpected_errors_in_the_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test during which something was logged as an error, unless it is marked ``logs_errors``."""
    watch = _ErrorWatch()
    root = logging.getLogger()
    root.addHandler(watch)
    yield
    root.removeHandler(watch)
    if request.node.get_closest_marker("logs_errors") is None:
        assert not watch.texts, f"errors in the log: {watch.texts}"


@pytest.fixture
def fake_clock() -> FakeClock:
    """Tuesday 3 March 2026, 12:00 in Moscow, until the test moves it."""
    return FakeClock()


@pytest.fixture
def inline_jobs() -> InlineJobRunner:
    """A job runner whose jobs have ended when `submit` returns."""
    return InlineJobRunner()


@pytest.fixture
def real_models(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the real models, which `app setup` has filled; for tests marked ``slow``."""
    monkeypatch.setenv("VIZIR_MODELS", str(_MODELS_CACHE))
    folder = _MODELS_CACHE / "models"
    assert folder.is_dir(), f"no models in {folder}: run `make models`"
    return folder


@pytest.fixture
def shared_bench() -> Path:
    """The benchmark beside the checkout; the test is skipped, and the summary says so, where there is none."""
    return shared.shared_bench()


class _ErrorWatch(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.name}: {record.getMessage()}")


def _children() -> set[psutil.Process]:
    return {child for child in psutil.Process().children() if not _is_python_own(child)}


def _is_python_own(process: psutil.Process) -> bool:
    """Multiprocessing's resource tracker is started once and stays until the end."""
    try:
        return "multiprocessing.resource_tracker" in " ".join(process.cmdline())
    except psutil.Error:
        return True


def _is_library_thread(thread: threading.Thread) -> bool:
    """Threads that a library starts once for the whole process and that hold nothing of the test."""
    return "tqdm" in sys.modules and type(thread).__name__ == "TMonitor"
