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
_MAX_COMPLETIONS = 64
_LAST_SIGN = "\U0010ffff"
_MIN_PHONE = 6
_PHONE_SIGNS = set("+-() 0123456789")


class SqlCallIndex:
    """`CallIndex` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, query: CallQuery) -> int:
        def read(db: GuardedDatabase) -> int:
            source, parameters = _source(db, query)
            return int(db.conn.execute(f"SELECT COUNT(*) {source}", parameters).fetchone()[0])

        return self._database.run(read)

    def rows(self, query: CallQuery, offset: int, limit: int) -> list[CallRow]:
        def read(db: GuardedDatabase) -> list[CallRow]:
            source, parameters = _source(db, query)
            # Places are picked from an index first, so that skipping a thousand rows does not read a thousand calls.
            sql = f"""SELECT c.id, c.at, c.title, c.length_s, c.state, c.kind, c.risks, c.is_urgent, c.error_message,
                c.error_hint FROM (SELECT place {source} ORDER BY place DESC LIMIT ? OFFSET ?) p
                JOIN calls c ON c.list_rank = p.place ORDER BY p.place DESC"""  # noqa: S608 - all values are bound
            return [_row(row) for row in db.query(sql, (*parameters, limit, offset))]

        return self._database.run(read)

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


def _source(db: GuardedDatabase, query: CallQuery) -> tuple[str, tuple[object, ...]]:
    """The part of a statement from FROM on that yields `place`."""
    marks = ", ".join("?" * len(query.states))
    if not query.text.strip():
        # Each index holds all that is asked for; left to itself the planner sorts tens of thousands of calls.
        index = "calls_by_state_and_rank" if len(query.states) == 1 else "calls_by_rank_and_state"
        where = f" WHERE state IN ({marks})" if query.states else ""
        return f"FROM (SELECT list_rank AS place FROM calls INDEXED BY {index}{where})", query.states  # noqa: S608
    match = _match(db, query.text)
    if not match:
        return "FROM (SELECT 0 AS place WHERE 0)", ()
    if not query.states:
        return "FROM (SELECT rowid AS place FROM call_search WHERE call_search MATCH ?)", (match,)
    source = f"""FROM (SELECT s.rowid AS place FROM call_search s
        CROSS JOIN calls c INDEXED BY calls_by_rank_and_state ON c.list_rank = s.rowid
        WHERE s.call_search MATCH ? AND c.state IN ({marks}))"""  # noqa: S608
    return source, (match, *query.states)


def _match(db: GuardedDatabase, text: str) -> str:
    """The full-text query for a text; "" where it holds no word, or one that no call holds."""
    groups = [_completed(db, forms) for forms in _sought(text)]
    if not all(groups):
        return ""
    # Words hold letters, digits and underscores only, so quoting them is enough.
    return " AND ".join("(" + " OR ".join(f'"{form}"' for form in forms) + ")" for forms in groups)


def _completed(db: GuardedDatabase, forms: list[str]) -> list[str]:
    """The forms with each beginning replaced by the words that begin so, the shortest ones where there are many."""
    found = [form for form in forms if not form.endswith("*")]
    for form in forms:
        if form.endswith("*"):
            start = form[:-1]
            found += [
                word
                for (word,) in db.conn.execute(
                    "SELECT word FROM search_terms WHERE word >= ? AND word < ? ORDER BY length(word), word LIMIT ?",
                    (start, start + _LAST_SIGN, _MAX_COMPLETIONS),
                )
            ]
    return list(dict.fromkeys(found))


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
        duration_s=row["length_s"],
        state=CallState(row["state"]),
        kind=row["kind"],
        risks=tuple(json.loads(row["risks"])),
        is_urgent=bool(row["is_urgent"]),
        error=" ".join(filter(None, (row["error_message"], row["error_hint"]))),
    )
