"""Finished batches of a running recognition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from app.adapters.storage.database import Database

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase


class SqlJournal:
    """`TranscriptJournal` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, key: str) -> tuple[dict[str, Any] | None, dict[int, Any]]:
        def read(db: GuardedDatabase) -> tuple[str | None, list[tuple[int, str]]]:
            plan = db.conn.execute("SELECT plan FROM journal_plans WHERE key = ?", (key,)).fetchone()
            batches = db.conn.execute(
                "SELECT number, result FROM journal_batches WHERE key = ? ORDER BY number", (key,)
            ).fetchall()
            return (plan[0] if plan else None), batches

        plan, batches = self._database.run(read)
        return (json.loads(plan) if plan else None), {number: json.loads(result) for number, result in batches}

    def save_plan(self, key: str, plan: dict[str, Any]) -> None:
        text = json.dumps(plan, ensure_ascii=False)

        def write(db: GuardedDatabase) -> None:
            db.conn.execute("DELETE FROM journal_plans WHERE key = ?", (key,))
            db.table("journal_plans").insert({"key": key, "plan": text})

        self._database.write(write)

    def save_batch(self, key: str, number: int, result: Any) -> None:
        text = json.dumps(result, ensure_ascii=False)
        self._database.write(
            lambda db: db.table("journal_batches").upsert(
                {"key": key, "number": number, "result": text}, pk=("key", "number")
            )
        )

    def forget(self, key: str) -> None:
        self._database.write(lambda db: db.conn.execute("DELETE FROM journal_plans WHERE key = ?", (key,)))
