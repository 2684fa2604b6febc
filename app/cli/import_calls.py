"""`import FILE…`: recordings and ready transcripts into the application's own store."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from app.cli.main import exit_code, say_error
from app.cli.opening import cancel_on_signal, opened_app
from app.cli.wording import shortened
from app.core.errors import VizirError
from app.core.i18n import _

NAME = "import"
_TELLING = 20


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)


def run(args: Namespace) -> int:
    """Take every file in that can be; the exit code is that of the first that could not."""
    first_failure = 0
    with opened_app(args) as app, cancel_on_signal() as cancel:
        for path in args.files:
            try:
                taken = app.importer.take_in(path, cancel=cancel)
            except VizirError as error:
                # Most errors name the file themselves, perhaps shortened.
                is_named = path.name[:_TELLING] in str(error)
                say_error(str(error) if is_named else f"{shortened(path.name)}: {error}")
                first_failure = first_failure or exit_code(error)
                continue
            text = _("{name}: принят.") if taken.is_new else _("{name}: уже есть, второй раз не берём.")
            print(text.format(name=shortened(path.name)))
    return first_failure
