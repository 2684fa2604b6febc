"""Approvals: each written with its records and its audit entry in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.adapters.storage import audit, call_rows, outbox_rows
from app.adapters.storage.database import Database
from app.adapters.storage.deals import insert_deal, read_deal
from app.adapters.storage.draft_codec import (
    draft_from_text,
    evidence_from_text,
    evidence_to_text,
    norm_from_text,
    norm_to_text,
)
from app.approval.model import Approval, ApprovalRequest, AuditEntry, Decision, DecisionKind, SubjectKind
from app.approval.track_record import FieldVerdict, MadeWith
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.ids import new_id, text_sha256
from app.draft.model import Draft, FieldStatus
from app.recording.model import CallState

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase


_SETTLED = (CallState.APPROVED, CallState.DELIVERED)
# Far enough back to find some corrections, and no way through a hundred thousand approvals that hold none.
_CORRECTIONS_WITHIN = 2_000
# Drafts are taken apart by SQLite, whose functions leave the window's thread alone meanwhile.
_VERDICTS = """WITH recent AS MATERIALIZED (
        SELECT id, number, call_id, draft_id FROM approvals WHERE undone_at IS NULL ORDER BY number DESC LIMIT ?
    ), proposed AS MATERIALIZED (
        SELECT r.id || ' ' || json_extract(f.value, '$.field') AS place, json_extract(f.value, '$.status') AS status
        FROM drafts r, json_each(r.content, '$.fields') f WHERE r.id IN (SELECT draft_id FROM recent)
    ), engines AS MATERIALIZED (
        SELECT id, json_extract(content, '$.engine.asr') AS asr, json_extract(content, '$.engine.llm') AS llm,
        json_extract(content, '$.engine.prompt') AS prompt
        FROM drafts WHERE id IN (SELECT draft_id FROM recent)
    )
    SELECT a.call_id, d.key, d.kind, COALESCE(p.status, 'empty') AS status, e.asr, e.llm, e.prompt
    FROM recent a JOIN decisions d ON d.approval_id = a.id AND d.subject = 'field'
    JOIN engines e ON e.id = a.draft_id
    LEFT JOIN proposed p ON p.place = a.draft_id || ' ' || d.key
    ORDER BY a.number, d.position"""
_CORRECTED = """SELECT a.call_id FROM (
        SELECT id, number, call_id FROM approvals WHERE undone_at IS NULL ORDER BY number DESC LIMIT ?
    ) a
    WHERE EXISTS (SELECT 1 FROM decisions d WHERE d.approval_id = a.id AND d.subject = 'field' AND d.kind = 'edited')
    AND EXISTS (SELECT 1 FROM transcripts t WHERE t.call_id = a.call_id)
    GROUP BY a.call_id ORDER BY MAX(a.number) DESC LIMIT ?"""


class SqlApprovals:
    """`ApprovalRepository` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def approve(self, request: ApprovalRequest) -> Approval:
        approval_id, now = new_id(), self._clock.now_utc()

        def write(db: GuardedDatabase) -> Approval:
            call = call_rows.require_call(db, request.call_id)
            if request.new_deal is not None:
                insert_deal(db, request.new_deal, now)
            read_deal(db, request.deal_id)
            _insert_approval(db, approval_id, request, now, call["deal_id"])
            _insert_records(db, approval_id, request, now.isoformat())
            db.conn.execute("UPDATE deals SET touched_at = ? WHERE id = ?", (now.isoformat(), request.deal_id))
            state = CallState.APPROVED if request.settles_call else call["state"]
            _move_call(db, request.call_id, request.deal_id, str(state))
            outbox_rows.queue_standing(db, approval_id, request.definitions)
            outbox_rows.refresh_delivered(db, request.call_id)
            return _read(db, approval_id)

        return self._database.write(write)

    def undo(self, approval_id: str, decided_by: str) -> Approval:
        """Take an approval back.

        Raises:
            UserFixable: ``approval.changed_since`` when a later approval stands on it, ``approval.already_undone``,
                ``approval.too_old``, ``approval.unknown``.
        """
        now = self._clock.now_utc()

        def write(db: GuardedDatabase) -> Approval:
            row = _require_approval(db, approval_id)
            _refuse_if_built_upon(db, row)
            outbox_rows.refuse_late_undo(db, row, now)
            audit.append(db, now, actor=decided_by, action="undone", subject=approval_id, content={})
            db.conn.execute(
                "UPDATE approvals SET undone_at = ?, undone_by = ? WHERE id = ?",
                (now.isoformat(), decided_by, approval_id),
            )
            _restore_values(db, row["deal_id"], approval_id)
            db.conn.execute("DELETE FROM notes WHERE approval_id = ?", (approval_id,))
            db.conn.execute("DELETE FROM tasks WHERE approval_id = ?", (approval_id,))
            _take_call_back(db, row)
            outbox_rows.take_back(db, approval_id, decided_by, now)
            outbox_rows.refresh_delivered(db, row["call_id"])
            if row["has_made_deal"]:
                db.conn.execute("UPDATE deals SET removed_at = ? WHERE id = ?", (now.isoformat(), row["deal_id"]))
            return _read(db, approval_id)

        return self._database.write(write)

    def of_call(self, call_id: str) -> list[Approval]:
        def read(db: GuardedDatabase) -> list[Approval]:
            ids = db.conn.execute("SELECT id FROM approvals WHERE call_id = ? ORDER BY number", (call_id,))
            return [_read(db, approval_id) for (approval_id,) in ids.fetchall()]

        return self._database.run(read)

    def with_ids(self, approval_ids: Collection[str]) -> list[Approval]:
        def read(db: GuardedDatabase) -> list[Approval]:
            sql = "SELECT id FROM approvals WHERE id IN (SELECT value FROM json_each(?)) ORDER BY number"
            ids = db.conn.execute(sql, (json.dumps(list(approval_ids)),))
            return [_read(db, approval_id) for (approval_id,) in ids.fetchall()]

        return self._database.run(read)

    def of_deal(self, deal_id: str) -> list[Approval]:
        def read(db: GuardedDatabase) -> list[Approval]:
            ids = db.conn.execute("SELECT id FROM approvals WHERE deal_id = ? ORDER BY number DESC", (deal_id,))
            return [_read(db, approval_id) for (approval_id,) in ids.fetchall()]

        return self._database.run(read)

    def verdicts(self, limit: int) -> list[FieldVerdict]:
        rows = self._database.run(lambda db: list(db.query(_VERDICTS, (limit,))))
        return [
            FieldVerdict(
                row["call_id"],
                row["key"],
                MadeWith(row["asr"], row["llm"], row["prompt"]),
                FieldStatus(row["status"]),
                DecisionKind(row["kind"]),
            )
            for row in rows
        ]

    def corrected_calls(self, limit: int) -> list[str]:
        found = self._database.run(lambda db: db.conn.execute(_CORRECTED, (_CORRECTIONS_WITHIN, limit)).fetchall())
        return [call_id for (call_id,) in found]

    def draft_of(self, approval_id: str) -> Draft:
        sql = "SELECT r.content FROM approvals a JOIN drafts r ON r.id = a.draft_id WHERE a.id = ?"
        row = self._database.run(lambda db: db.conn.execute(sql, (approval_id,)).fetchone())
        if row is None:
            raise _unknown()
        return draft_from_text(row[0])

    def audit(self, limit: int) -> list[AuditEntry]:
        return self._database.run(lambda db: audit.newest(db, limit))

    def verify_audit(self) -> int | None:
        return self._database.run(audit.first_broken)


def _insert_approval(
    db: GuardedDatabase, approval_id: str, request: ApprovalRequest, now: datetime, previous_deal_id: object
) -> None:
    db.table("approvals").insert(
        {
            "id": approval_id,
            "call_id": request.call_id,
            "draft_id": request.draft_id,
            "deal_id": request.deal_id,
            "decided_by": request.decided_by,
            "at": now.isoformat(),
            "settles_call": int(request.settles_call),
            "has_made_deal": int(request.new_deal is not None),
            "previous_deal_id": previous_deal_id,
        }
    )
    db.table("decisions").insert_all(
        _decision_row(db, approval_id, request.deal_id, position, decision)
        for position, decision in enumerate(request.decisions)
    )
    draft = db.conn.execute("SELECT content FROM drafts WHERE id = ?", (request.draft_id,)).fetchone()[0]
    audit.append(
        db,
        now,
        actor=request.decided_by,
        action="approved",
        subject=approval_id,
        content={
            "call_id": request.call_id,
            "draft_id": request.draft_id,
            "deal_id": request.deal_id,
            "decided_by": request.decided_by,
            "new_deal": request.new_deal.title if request.new_deal else None,
            "engine": json.loads(draft)["engine"],
            "draft_sha256": text_sha256(draft),
            "decisions": audit.decisions_content(db, approval_id),
        },
    )


def _decision_row(
    db: GuardedDatabase, approval_id: str, deal_id: str, position: int, decision: Decision
) -> dict[str, Any]:
    previous = None
    if decision.subject is SubjectKind.FIELD:
        previous = next(
            iter(
                db.query(
                    "SELECT value, norm, approval_id, approved_at FROM field_values WHERE deal_id = ? AND key = ?",
                    (deal_id, decision.key),
                )
            ),
            None,
        )
    return {
        "approval_id": approval_id,
        "position": position,
        "subject": decision.subject,
        "key": decision.key,
        "kind": decision.kind,
        "value": decision.value,
        "norm": norm_to_text(decision.norm),
        "evidence": evidence_to_text(decision.evidence),
        "who": decision.who,
        "due": decision.due,
        "previous": json.dumps(previous, ensure_ascii=False) if previous else None,
    }


def _insert_records(db: GuardedDatabase, approval_id: str, request: ApprovalRequest, at: str) -> None:
    for decision in request.decisions:
        if decision.kind is DecisionKind.REJECTED:
            continue
        match decision.subject:
            case SubjectKind.FIELD:
                _put_value(
                    db, request.deal_id, decision.key, decision.value, norm_to_text(decision.norm), approval_id, at
                )
            case SubjectKind.NOTE:
                db.conn.execute(
                    "INSERT INTO notes VALUES (?, ?, ?, ?, ?)",
                    (new_id(), request.deal_id, decision.value, approval_id, at),
                )
            case SubjectKind.STEP:
                db.table("tasks").insert(
                    {
                        "id": new_id(),
                        "deal_id": request.deal_id,
                        "step": decision.key,
                        "who": decision.who,
                        "action": decision.value,
                        "due": decision.due,
                        "approval_id": approval_id,
                    }
                )


def _put_value(db: GuardedDatabase, *row: object) -> None:
    db.conn.execute(
        """INSERT INTO field_values (deal_id, key, value, norm, approval_id, approved_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (deal_id, key) DO UPDATE SET value = excluded.value, norm = excluded.norm,
        approval_id = excluded.approval_id, approved_at = excluded.approved_at""",
        row,
    )


def _require_approval(db: GuardedDatabase, approval_id: str) -> dict[str, Any]:
    row: dict[str, Any] | None = next(iter(db.query("SELECT * FROM approvals WHERE id = ?", (approval_id,))), None)
    if row is None:
        raise _unknown()
    if row["undone_at"] is not None:
        raise UserFixable("approval.already_undone", _("Эта виза уже снята."), hint=_("Обновите звонок."))
    return row


def _unknown() -> UserFixable:
    return UserFixable("approval.unknown", _("Такой визы в базе нет."), hint=_("Обновите звонок."))


def _refuse_if_built_upon(db: GuardedDatabase, approval: dict[str, Any]) -> None:
    replaced = db.conn.execute(
        """SELECT 1 FROM decisions d LEFT JOIN field_values v ON v.deal_id = ? AND v.key = d.key
        WHERE d.approval_id = ? AND d.subject = 'field' AND d.kind <> 'rejected' AND v.approval_id IS NOT d.approval_id
        LIMIT 1""",
        (approval["deal_id"], approval["id"]),
    ).fetchone()
    used = (
        approval["has_made_deal"]
        and db.conn.execute(
            """SELECT 1 FROM approvals WHERE deal_id = ? AND id <> ? AND undone_at IS NULL
        UNION ALL SELECT 1 FROM calls WHERE deal_id = ? AND id <> ? LIMIT 1""",
            (approval["deal_id"], approval["id"], approval["deal_id"], approval["call_id"]),
        ).fetchone()
    )
    if replaced or used:
        raise UserFixable(
            "approval.changed_since",
            _("Визу не снять: поверх неё уже стоит более поздняя.")
            if replaced
            else _("Визу не снять: сделка, созданная с ней, уже используется."),
            hint=_("Сначала снимите более позднюю визу.")
            if replaced
            else _("Сначала снимите остальные визы этой сделки и отвяжите от неё другие звонки."),
            detail=str(approval["id"]),
        )


def _restore_values(db: GuardedDatabase, deal_id: str, approval_id: str) -> None:
    rows: Sequence[tuple[str, str | None]] = db.conn.execute(
        "SELECT key, previous FROM decisions WHERE approval_id = ? AND subject = 'field' AND kind <> 'rejected'",
        (approval_id,),
    ).fetchall()
    for key, previous in rows:
        if previous is None:
            db.conn.execute("DELETE FROM field_values WHERE deal_id = ? AND key = ?", (deal_id, key))
        else:
            old = json.loads(previous)
            _put_value(db, deal_id, key, old["value"], old["norm"], old["approval_id"], old["approved_at"])


def _take_call_back(db: GuardedDatabase, approval: dict[str, Any]) -> None:
    call = next(iter(db.query("SELECT state, deal_id FROM calls WHERE id = ?", (approval["call_id"],))), None)
    if call is None:
        return
    others = db.conn.execute(
        "SELECT COUNT(*), COALESCE(MAX(settles_call), 0) FROM approvals WHERE call_id = ? AND undone_at IS NULL",
        (approval["call_id"],),
    ).fetchone()
    is_back = approval["settles_call"] and not others[1] and call["state"] in _SETTLED
    deal_id = call["deal_id"] if others[0] else approval["previous_deal_id"]
    _move_call(db, approval["call_id"], deal_id, CallState.READY if is_back else call["state"])


def _move_call(db: GuardedDatabase, call_id: str, deal_id: str | None, state: str) -> None:
    db.conn.execute("UPDATE calls SET deal_id = ?, state = ? WHERE id = ?", (deal_id, state, call_id))
    call_rows.put_in_place(db, call_id)
    call_rows.refresh_who(db, call_id)
    call_rows.refresh_written(db, call_id)


def _read(db: GuardedDatabase, approval_id: str) -> Approval:
    row = next(db.query("SELECT * FROM approvals WHERE id = ?", (approval_id,)))
    decisions = db.query("SELECT * FROM decisions WHERE approval_id = ? ORDER BY position", (approval_id,))
    return Approval(
        id=row["id"],
        call_id=row["call_id"],
        draft_id=row["draft_id"],
        deal_id=row["deal_id"],
        decided_by=row["decided_by"],
        at=datetime.fromisoformat(row["at"]),
        decisions=tuple(
            Decision(
                SubjectKind(d["subject"]),
                d["key"],
                DecisionKind(d["kind"]),
                d["value"],
                norm_from_text(d["norm"]),
                evidence_from_text(d["evidence"]),
                d["who"],
                d["due"],
            )
            for d in decisions
        ),
        undone_at=datetime.fromisoformat(row["undone_at"]) if row["undone_at"] else None,
    )
