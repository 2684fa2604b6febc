"""What tests/conftest.py and pyproject.toml promise of every test, attacked: each must fail, for its reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

_ATTACKS = {
    "threads left running: ['forgotten']": """
import threading
def test_thread():
    threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()
""",
    "child processes left running": """
import subprocess, sys
KEPT = []
def test_child():
    KEPT.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
""",
    "errors in the log: ['app.any: it broke']": """
import logging
def test_log():
    logging.getLogger("app.any").error("it broke")
""",
    "DeprecationWarning: old": """
import warnings
def test_warning():
    warnings.warn("old", DeprecationWarning)
""",
    'with host "192.0.2.1"': """
import socket, warnings
def test_network():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        socket.create_connection(("192.0.2.1", 80), timeout=1)
""",
    "windows left open: ['QWidget forgotten']": """
from PySide6.QtWidgets import QWidget
KEPT = []
def test_window(qapp):
    widget = QWidget()
    widget.setObjectName("forgotten")
    widget.show()
    KEPT.append(widget)
""",
    "timers left running: ['forgotten every 1000 ms']": """
from PySide6.QtCore import QTimer
KEPT = []
def test_timer(qapp):
    timer = QTimer()
    timer.setObjectName("forgotten")
    timer.start(1000)
    KEPT.append(timer)
""",
    "Qt messages with level WARNING or above": """
from PySide6.QtCore import qWarning
def test_qt_message(qapp):
    qWarning("something is wrong")
""",
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of all the attacks in one run."""
    folder = tmp_path_factory.mktemp("attacks")
    for number, attack in enumerate(_ATTACKS.values()):
        (folder / f"test_attack_{number}.py").write_text(attack, "utf-8")
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    plugins = ["-p", "tests.conftest", "-p", "tests.gui.conftest", "-p", "no:cacheprovider"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [*command, *plugins, str(folder)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return result.stdout + result.stderr


@pytest.mark.parametrize("reason", _ATTACKS)
def test_a_test_that_leaves_or_breaks_something_fails(outcome: str, reason: str) -> None:
    assert reason in outcome


def test_no_attack_goes_unnoticed(outcome: str) -> None:
    names = [attack.partition("def ")[2].partition("(")[0] for attack in _ATTACKS.values()]
    assert [name for name in names if f"::{name}" not in outcome.partition("short test summary")[2]] == []


def test_a_test_has_a_home_of_its_own_without_models(fresh_home: Path) -> None:
    from app.settings import Folders

    folders = Folders.of_this_machine()
    assert list(fresh_home.iterdir()) == []
    assert all(folder.is_relative_to(fresh_home) for folder in (folders.config, folders.data, folders.cache))


def test_the_keyring_of_a_test_is_empty_and_not_the_systems() -> None:
    import keyring

    assert keyring.get_keyring().__class__.__name__ == "InMemoryKeyring"
    assert keyring.get_password("Vizir", "anything") is None
