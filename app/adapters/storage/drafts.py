"""Drafts: apart from the records, nothing of them is in the CRM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.adapters.storage import call_rows
from app.adapters.storage.database import Database
from app.adapters.storage.draft_codec import draft_from_text, draft_to_text
from app.core.ids import new_id
from app.draft.model import Draft

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase


class SqlDrafts:
    """`DraftRepository` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, draft: Draft) -> str:
        draft_id, content = new_id(), draft_to_text(draft)

        def write(db: GuardedDatabase) -> None:
            call_rows.require_call(db, draft.call_id)
            db.table("drafts").insert({"id": draft_id, "call_id": draft.call_id, "content": content})
            db.table("calls").update(
                draft.call_id,
                {
                    "kind": draft.kind,
                    "risks": json.dumps([risk.kind for risk in draft.risks]),
                    "is_urgent": int(draft.is_urgent),
                },
            )
            call_rows.put_in_place(db, draft.call_id)
            call_rows.refresh_who(db, draft.call_id)
            call_rows.refresh_written(db, draft.call_id)

        self._database.write(write)
        return draft_id

    def latest(self, call_id: str) -> tuple[str, Draft] | None:
        row = self._database.run(
            lambda db: db.conn.execute(
                "SELECT id, content FROM drafts WHERE call_id = ? ORDER BY number DESC LIMIT 1", (call_id,)
            ).fetchone()
        )
        return (row[0], draft_from_text(row[1])) if row else None
