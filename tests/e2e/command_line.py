"""Runs the program as a person does: its own process, its own exit code, its own streams."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# Tells at the end whether Qt came in, from inside the very process that did the work.
_WATCHED = """
import atexit, sys
def look():
    if any(name.startswith("PySide6") for name in sys.modules):
        sys.stderr.write("QT-WAS-IMPORTED")
atexit.register(look)
from app.__main__ import main
sys.exit(main())
"""


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


def command(*arguments: str | Path) -> list[str]:
    """The command line of `python -m app`."""
    return [sys.executable, "-m", "app", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    """This test's own folders, Russian texts, and no display."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return {**kept, "LC_ALL": "ru_RU.UTF-8", "PYTHONUTF8": "1", **more}


def run(*arguments: str | Path, timeout_s: float = 60.0, **more: str) -> Ended:
    """Run to the end; fails when Qt was imported."""
    ended = subprocess.run(
        [sys.executable, "-c", _WATCHED, *map(str, arguments)],
        env=environment(**more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )
    assert "QT-WAS-IMPORTED" not in ended.stderr
    return Ended(ended.returncode, ended.stdout, ended.stderr)
