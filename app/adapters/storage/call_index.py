"""The list of calls and its full-text search."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.adapters.storage.call_rows import searchable_phone
from app.adapters.storage.database import Database
from app.core.words import basic_forms, words_of
from app.pipeline import CallQuery, CallRow
from app.recording.model import CallState

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_MIN_PREFIX = 3
_MIN_PHONE = 6
_PHONE_SIGNS = set("+-() 0123456789")


class SqlCallIndex:
    """`CallIndex` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, query: CallQuery) -> int:
        source, parameters = _source(query)
        if source is None:
            return 0
        return self._database.run(
            lambda db: int(db.conn.execute(f"SELECT COUNT(*) {source}", parameters).fetchone()[0])
        )

    def rows(self, query: CallQuery, offset: int, limit: int) -> list[CallRow]:
        source, parameters = _source(query)
        if source is None:
            return []
        # Places are picked from an index first, so that skipping a thousand rows does not read a thousand calls.
        sql = f"""SELECT c.id, c.at, c.title, COALESCE(t.duration_s, r.duration_s) AS duration_s, c.state, c.kind,
            c.risks, c.is_urgent, c.error_message, c.error_hint
            FROM (SELECT place {source} ORDER BY place DESC LIMIT ? OFFSET ?) p
            JOIN calls c ON c.list_rank = p.place JOIN recordings r ON r.content_sha256 = c.content_sha256
            LEFT JOIN transcripts t ON t.call_id = c.id ORDER BY p.place DESC"""  # noqa: S608 - statements of ours, values are bound
        return self._database.run(lambda db: [_row(row) for row in db.query(sql, (*parameters, limit, offset))])

    def hits(self, call_id: str, text: str) -> list[int]:
        groups = [set(forms) for forms in _sought(text)]
        if not groups:
            return []

        def read(db: GuardedDatabase) -> list[tuple[int, str]]:
            sql = "SELECT number, text FROM segments WHERE call_id = ? ORDER BY number"
            return list(db.conn.execute(sql, (call_id,)))

        found = [(number, _matches(groups, said)) for number, said in self._database.run(read)]
        # Segments that hold every word, or else any: words sought together may be turns apart.
        best = len(groups) if any(count == len(groups) for _number, count in found) else 1
        return [number for number, count in found if count >= best]


def _source(query: CallQuery) -> tuple[str | None, tuple[object, ...]]:
    """The part of a statement from FROM on that yields `place`; None where the text holds no word at all."""
    marks = ", ".join("?" * len(query.states))
    if not query.text.strip():
        where = f" WHERE state IN ({marks})" if query.states else ""
        return f"FROM (SELECT list_rank AS place, state FROM calls){where}", query.states  # noqa: S608
    match = _match(query.text)
    if not match:
        return None, ()
    if not query.states:
        return "FROM (SELECT rowid AS place FROM call_search WHERE call_search MATCH ?)", (match,)
    source = f"""FROM (SELECT s.rowid AS place FROM call_search s CROSS JOIN calls c ON c.list_rank = s.rowid
        WHERE s.call_search MATCH ? AND c.state IN ({marks}))"""  # noqa: S608
    return source, (match, *query.states)


def _match(text: str) -> str:
    def quoted(form: str) -> str:
        return f'"{form[:-1]}"*' if form.endswith("*") else f'"{form}"'

    return " AND ".join(f"({' OR '.join(map(quoted, forms))})" for forms in _sought(text))


def _sought(text: str) -> list[list[str]]:
    """The words sought, each as the forms that will do; a form with ``*`` at its end is a beginning."""
    digits = "".join(filter(str.isdigit, text))
    if len(digits) >= _MIN_PHONE and set(text) <= _PHONE_SIGNS:
        return [[searchable_phone(text).split()[-1] + "*"]]
    words = words_of(text)
    sought = [list(basic_forms(word)) for word in words]
    # The last word may still be being typed.
    if words and len(words[-1]) >= _MIN_PREFIX:
        sought[-1].append(words[-1] + "*")
    return sought


def _matches(groups: list[set[str]], said: str) -> int:
    """How many of the words sought a segment holds."""
    words = words_of(said)
    forms = {form for word in words for form in basic_forms(word)}

    def holds(group: set[str]) -> bool:
        beginnings = tuple(form[:-1] for form in group if form.endswith("*"))
        return bool(group & forms) or (bool(beginnings) and any(form.startswith(beginnings) for form in forms))

    return sum(map(holds, groups))


def _row(row: dict[str, Any]) -> CallRow:
    return CallRow(
        id=row["id"],
        at=datetime.fromisoformat(row["at"]),
        title=row["title"],
        duration_s=row["duration_s"],
        state=CallState(row["state"]),
        kind=row["kind"],
        risks=tuple(json.loads(row["risks"])),
        is_urgent=bool(row["is_urgent"]),
        error=" ".join(filter(None, (row["error_message"], row["error_hint"]))),
    )
