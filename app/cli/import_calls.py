"""`import FILE…`: recordings, ready transcripts, and deals of other CRMs into the application's own store."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from app.application import App
from app.cli.main import exit_code, say_error
from app.cli.opening import cancel_on_signal, opened_app
from app.cli.wording import shortened
from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.i18n import _
from app.deals.importing import RowFate

NAME = "import"
TABLE_SUFFIXES = (".csv", ".xlsx", ".xls", ".ods")
_TELLING = 20
_DOUBTS = 10


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)


def run(args: Namespace) -> int:
    """Take every file in that can be; the exit code is that of the first that could not."""
    first_failure = 0
    with opened_app(args) as app, cancel_on_signal() as cancel:
        for path in args.files:
            try:
                said = _deals(app, path) if path.suffix.lower() in TABLE_SUFFIXES else _recording(app, path, cancel)
            except VizirError as error:
                # Most errors name the file themselves, perhaps shortened.
                is_named = path.name[:_TELLING] in str(error)
                say_error(str(error) if is_named else f"{shortened(path.name)}: {error}")
                first_failure = first_failure or exit_code(error)
                continue
            print(f"{shortened(path.name)}: {said}")
    return first_failure


def _recording(app: App, path: Path, cancel: CancelToken) -> str:
    taken = app.importer.take_in(path, cancel=cancel)
    return _("принят.") if taken.is_new else _("уже есть, второй раз не берём.")


def _deals(app: App, path: Path) -> str:
    """Nobody is there to look at the doubtful rows, so that they stay out."""
    files = app.deal_files
    found = files.read(path)
    count = files.take(found, has_doubtful=False)
    text = _("новых сделок: {count}, сомнительных строк (не загружены): {doubtful}, пропущено: {skipped}.").format(
        count=count, doubtful=found.count(RowFate.DOUBTFUL), skipped=found.count(RowFate.SKIPPED)
    )
    doubtful = [row for row in found.rows if row.fate is RowFate.DOUBTFUL][:_DOUBTS]
    lines = [f"  {_('строка {number}').format(number=row.number)}: {'; '.join(row.reasons)}" for row in doubtful]
    if lines:
        lines.append("  " + _("Загрузить и их можно в окне: «Сделки» → «Импорт…»."))
    return "\n".join([text, *lines])
