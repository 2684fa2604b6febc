"""Start: the window, or a subcommand; nothing else. What the window needs comes first, the rest while it is shown."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.settings import Folders

if TYPE_CHECKING:
    from app.application import App


def open_window(folders: Folders, files: Sequence[str] = ()) -> int:
    """Show the window until it is closed, and import the files; returns the exit code. Imports Qt."""
    from app.ui.main import run

    return run(_build, folders, files)


def main() -> int:
    multiprocessing.freeze_support()
    arguments = sys.argv[1:]
    if not arguments or _are_files(arguments):
        return open_window(Folders.of_this_machine(), arguments)
    from app.application import Wiring
    from app.bootstrap import build, build_engines
    from app.cli.main import run_command

    return run_command(arguments, Wiring(build, build_engines, open_window))


def _build(*arguments: Any, **overrides: Any) -> App:
    """`bootstrap.build`, loaded in the background once the window is on the screen."""
    from app.bootstrap import build

    return build(*arguments, **overrides)


def _are_files(arguments: Sequence[str]) -> bool:
    """True for recordings that the desktop hands over («open with», dropped on the icon)."""
    return all(Path(argument).suffix and Path(argument).is_file() for argument in arguments)


if __name__ == "__main__":
    sys.exit(main())
