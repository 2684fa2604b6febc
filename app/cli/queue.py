"""`queue`: the calls of the application's own store and where each stands."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from app.cli.opening import opened_app
from app.cli.output import write_json
from app.cli.wording import state_label
from app.core.i18n import _
from app.pipeline import CallQuery, CallRow

NAME = "queue"
_PAGE = 500


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", metavar="OUT")


def run(args: Namespace) -> int:
    """Print one line a call, newest first; it changes nothing, so it may run beside the window."""
    with opened_app(args) as app:
        rows = [
            row
            for offset in range(0, app.index.count(CallQuery()), _PAGE)
            for row in app.index.rows(CallQuery(), offset, _PAGE)
        ]
    if args.json is not None:
        write_json(args.json, {"schema": 1, "calls": [_as_json(row) for row in rows]})
        return 0
    if not rows:
        print(_("Очередь пуста."))
    for row in rows:
        line = f"{row.at:%d.%m.%Y %H:%M}  {state_label(row.state):<18} {row.title}"
        print(f"{line}  {row.error}".rstrip())
    return 0


def _as_json(row: CallRow) -> dict[str, object]:
    return {
        "id": row.id,
        "at": row.at.isoformat(timespec="seconds"),
        "title": row.title,
        "duration": row.duration_s,
        "state": row.state.value,
        "kind": row.kind or None,
        "error": row.error or None,
    }
