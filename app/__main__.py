"""Start: the window, or a subcommand; nothing else."""

from __future__ import annotations

import multiprocessing
import sys

from app.application import Wiring
from app.bootstrap import build, build_engines
from app.settings import Folders


def open_window(folders: Folders) -> int:
    """Show the window until it is closed; returns the exit code. Imports Qt."""
    from app.ui.main import run

    return run(build, folders)


def main() -> int:
    multiprocessing.freeze_support()
    arguments = sys.argv[1:]
    if not arguments:
        return open_window(Folders.of_this_machine())
    from app.cli.main import run_command

    return run_command(arguments, Wiring(build, build_engines, open_window))


if __name__ == "__main__":
    sys.exit(main())
