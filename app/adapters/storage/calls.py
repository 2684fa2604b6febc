"""Calls and their recordings."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.storage import audit, call_rows
from app.adapters.storage.database import Database
from app.core.clock import Clock
from app.recording.model import AudioFacts, Call, CallError, CallState, Recording, SourceKind
from app.settings import Folders

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_SELECT = """SELECT c.*, r.path, r.original_name, r.size_bytes, r.kind AS source, r.duration_s, r.channels, r.rate_hz,
    r.codec, r.is_dual_mono, r.is_cut FROM calls c JOIN recordings r USING (content_sha256)"""


class SqlCalls:
    """`CallRepository` on the database."""

    def __init__(self, database: Database, folders: Folders, clock: Clock) -> None:
        self._database = database
        self._folder = folders.data
        self._clock = clock

    def add(self, call: Call) -> None:
        def write(db: GuardedDatabase) -> None:
            db.table("recordings").insert(self._recording_row(call.recording))
            db.table("calls").insert(
                {
                    "id": call.id,
                    "at": call.at.isoformat(),
                    "content_sha256": call.recording.content_sha256,
                    "state": call.state,
                    "direction": call.direction,
                    "phone": call.phone,
                    "manager_channel": call.manager_channel,
                    "deal_id": call.deal_id,
                    **_error_row(call.error),
                    "extra": json.dumps(call.extra, ensure_ascii=False),
                    "title": call.recording.original_name,
                    "length_s": call.recording.audio.duration_s if call.recording.audio else None,
                    "list_rank": (rank := call_rows.free_rank(db, call.at, is_on_top=False)),
                }
            )
            db.table("search_documents").insert({"list_rank": rank, "call_id": call.id})
            call_rows.refresh_who(db, call.id)

        self._database.write(write)

    def get(self, call_id: str) -> Call:
        """The call. Raises UserFixable ``store.no_call``."""

        def read(db: GuardedDatabase) -> Call:
            call_rows.require_call(db, call_id)
            return self._call(next(db.query(f"{_SELECT} WHERE id = ?", (call_id,))))

        return self._database.run(read)

    def find_by_content(self, content_sha256: str) -> Call | None:
        def read(db: GuardedDatabase) -> Call | None:
            row = next(iter(db.query(f"{_SELECT} WHERE content_sha256 = ?", (content_sha256,))), None)
            return self._call(row) if row else None

        return self._database.run(read)

    def set_state(self, call_id: str, state: CallState, error: CallError | None = None) -> None:
        self._update(call_id, {"state": state, **_error_row(error)})

    def set_manager_channel(self, call_id: str, channel: int | None) -> None:
        self._update(call_id, {"manager_channel": channel})

    def set_deal(self, call_id: str, deal_id: str | None) -> None:
        self._update(call_id, {"deal_id": deal_id}, is_name_touched=True)

    def with_state(self, *states: CallState) -> list[Call]:
        marks = ", ".join("?" * len(states))
        sql = f"{_SELECT} WHERE state IN ({marks}) ORDER BY {call_rows.time_part('list_rank')}"
        return self._database.run(lambda db: [self._call(row) for row in db.query(sql, states)])

    def delete(self, call_id: str) -> None:
        def write(db: GuardedDatabase) -> None:
            row = call_rows.require_call(db, call_id)
            db.conn.execute(
                "DELETE FROM drafts WHERE call_id = ? AND id NOT IN (SELECT draft_id FROM approvals)", (call_id,)
            )
            db.conn.execute("DELETE FROM calls WHERE id = ?", (call_id,))
            db.conn.execute("DELETE FROM recordings WHERE content_sha256 = ?", (row["content_sha256"],))
            audit.append(db, self._clock.now_utc(), actor="", action="call_deleted", subject=call_id, content={})

        self._database.write(write)

    def _update(self, call_id: str, changes: dict[str, Any], *, is_name_touched: bool = False) -> None:
        def write(db: GuardedDatabase) -> None:
            call_rows.require_call(db, call_id)
            db.table("calls").update(call_id, changes)
            call_rows.put_in_place(db, call_id)
            if is_name_touched:
                call_rows.refresh_who(db, call_id)

        self._database.write(write)

    def _recording_row(self, recording: Recording) -> dict[str, Any]:
        audio = recording.audio
        return {
            "content_sha256": recording.content_sha256,
            "path": self._stored_path(recording.path),
            "original_name": recording.original_name,
            "size_bytes": recording.size_bytes,
            "kind": recording.kind,
            "duration_s": audio.duration_s if audio else None,
            "channels": audio.channels if audio else None,
            "rate_hz": audio.rate_hz if audio else None,
            "codec": audio.codec if audio else None,
            "is_dual_mono": int(audio.is_dual_mono) if audio else None,
            "is_cut": int(audio.is_cut) if audio else None,
        }

    def _stored_path(self, path: Path) -> str:
        # Relative, so that the data folder can be moved to another disk or user.
        if path.is_relative_to(self._folder):
            return path.relative_to(self._folder).as_posix()
        return str(path)

    def _call(self, row: dict[str, Any]) -> Call:
        audio = None
        if row["duration_s"] is not None:
            audio = AudioFacts(
                row["duration_s"],
                row["channels"],
                row["rate_hz"],
                row["codec"],
                bool(row["is_dual_mono"]),
                bool(row["is_cut"]),
            )
        error = None
        if row["error_code"] is not None:
            error = CallError(row["error_code"], row["error_message"], row["error_hint"], row["error_action"])
        return Call(
            id=row["id"],
            at=datetime.fromisoformat(row["at"]),
            recording=Recording(
                row["content_sha256"],
                self._folder / row["path"],
                row["original_name"],
                row["size_bytes"],
                SourceKind(row["source"]),
                audio,
            ),
            state=CallState(row["state"]),
            direction=row["direction"],
            phone=row["phone"],
            manager_channel=row["manager_channel"],
            deal_id=row["deal_id"],
            error=error,
            extra=json.loads(row["extra"]),
        )


def _error_row(error: CallError | None) -> dict[str, str | None]:
    return {
        "error_code": error.code if error else None,
        "error_message": error.message if error else None,
        "error_hint": error.hint if error else None,
        "error_action": error.action if error else None,
    }
