"""The outbox within other transactions: an approval fills it, an undo takes back, a call becomes delivered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.adapters.storage import call_rows
from app.core.clock import Clock, from_local
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.ids import canonical_json, new_id
from app.deals.model import FieldDefinition, FieldType
from app.delivery.model import TaskOrder
from app.recording.model import CallState

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

UNDO_DAYS = 30
"""So long an approval that went to a CRM can be taken back."""
_MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class _Link:
    account_id: str
    remote_id: str


def queue_standing(db: GuardedDatabase, approval_id: str, definitions: Sequence[FieldDefinition]) -> list[str]:
    """Queue what an approval says and what was not queued of it yet, where its deal is linked to a CRM's.

    Args:
        definitions: Of our fields: their types and labels go along.

    Returns:
        Ids of the new operations, in their order: fields, note, tasks.
    """
    approval = next(db.query("SELECT * FROM approvals WHERE id = ?", (approval_id,)))
    link = _link(db, approval["deal_id"])
    if link is None:
        return []
    queued = {
        subject
        for (subject,) in db.conn.execute(
            "SELECT subject FROM outbox WHERE approval_id = ? AND state <> 'cancelled'", (approval_id,)
        )
    }
    made = [
        _insert(db, approval, link, effect)
        for effect in _effects(db, approval_id, definitions)
        if effect[1] not in queued
    ]
    _cancel_replaced(db, approval["deal_id"])
    if made:
        # What is not all there is not delivered any more.
        db.conn.execute(
            "UPDATE calls SET state = ? WHERE id = ? AND state = ?",
            (CallState.APPROVED, approval["call_id"], CallState.DELIVERED),
        )
    return made


def queue_all_standing(db: GuardedDatabase, deal_id: str, definitions: Sequence[FieldDefinition]) -> list[str]:
    """Likewise for all approvals of a deal, in the order in which they were made."""
    approvals = db.conn.execute(
        "SELECT id FROM approvals WHERE deal_id = ? AND undone_at IS NULL ORDER BY number", (deal_id,)
    ).fetchall()
    return [made for (approval_id,) in approvals for made in queue_standing(db, approval_id, definitions)]


def refuse_late_undo(db: GuardedDatabase, approval: Mapping[str, Any], now: datetime) -> None:
    """Raises UserFixable ``approval.too_old`` for one that went to a CRM longer ago than it can be taken back."""
    if now - datetime.fromisoformat(approval["at"]) <= timedelta(days=UNDO_DAYS):
        return
    sent = db.conn.execute(
        "SELECT 1 FROM outbox WHERE approval_id = ? AND sent_at IS NOT NULL LIMIT 1", (approval["id"],)
    ).fetchone()
    if sent is not None:
        raise UserFixable(
            "approval.too_old",
            _("Визу не снять: с передачи в CRM прошло больше {days} дней.").format(days=UNDO_DAYS),
            hint=_("Исправьте значения в CRM или завизируйте новые."),
            detail=str(approval["id"]),
        )


def take_back(db: GuardedDatabase, approval_id: str, undone_by: str, now: datetime) -> None:
    """Cancel what never left; queue the undoing of what stands in the CRM or may stand there, the last first."""
    rows = list(
        db.query(
            """SELECT o.*, a.removed_at FROM outbox o JOIN crm_accounts a ON a.id = o.account_id
            WHERE o.approval_id = ? AND o.undoes IS NULL ORDER BY o.number DESC""",
            (approval_id,),
        )
    )
    for row in rows:
        if row["state"] == "cancelled" or (row["state"] == "done" and not _has_left_a_trace(row)):
            continue
        if row["state"] not in ("done", "sending") and row["sent_at"] is None:
            db.conn.execute("UPDATE outbox SET state = 'cancelled' WHERE id = ?", (row["id"],))
            continue
        if row["removed_at"] is not None:
            # Of a CRM that was disconnected nothing can be taken back any more.
            continue
        if row["state"] not in ("done", "sending"):
            # It is found out what arrived of it; the undo waits behind.
            db.conn.execute("UPDATE outbox SET state = 'unknown', next_try_at = NULL WHERE id = ?", (row["id"],))
        _insert_undo(db, row, undone_by, now)


def refresh_delivered(db: GuardedDatabase, call_id: str) -> None:
    """Call it delivered once all that its standing approvals sent has arrived."""
    states = [
        state
        for (state,) in db.conn.execute(
            """SELECT o.state FROM approvals a JOIN outbox o ON o.approval_id = a.id AND o.undoes IS NULL
            WHERE a.call_id = ? AND a.undone_at IS NULL AND o.state <> 'cancelled'""",
            (call_id,),
        )
    ]
    if states and set(states) == {"done"}:
        changed = db.conn.execute(
            "UPDATE calls SET state = ? WHERE id = ? AND state = ?",
            (CallState.DELIVERED, call_id, CallState.APPROVED),
        )
        if changed.rowcount:
            call_rows.put_in_place(db, call_id)


def task_of(payload: Mapping[str, Any], clock: Clock) -> TaskOrder:
    """The task that an approved step becomes; a time without a zone is this machine's."""
    action, due = payload["action"], payload["due"]
    title = _("Клиент: {action}").format(action=action) if payload["who"] == "client" else action
    moment: date | datetime | None = None
    if due:
        moment = from_local(datetime.fromisoformat(due), clock) if "T" in due else date.fromisoformat(due)
    if len(title) <= _MAX_TITLE:
        return TaskOrder(title, due=moment)
    return TaskOrder(title[: _MAX_TITLE - 1] + "…", title, moment)


def _link(db: GuardedDatabase, deal_id: str) -> _Link | None:
    row = db.conn.execute(
        """SELECT l.account_id, l.remote_id FROM deal_links l JOIN crm_accounts a ON a.id = l.account_id
        WHERE l.deal_id = ? AND a.removed_at IS NULL""",
        (deal_id,),
    ).fetchone()
    return _Link(*row) if row else None


def _effects(
    db: GuardedDatabase, approval_id: str, definitions: Sequence[FieldDefinition]
) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, subject and payload of each effect."""
    known = {definition.key: definition for definition in definitions}
    rows = list(
        db.query(
            """SELECT d.* FROM decisions d JOIN approvals a ON a.id = d.approval_id
            WHERE d.approval_id = ? AND a.undone_at IS NULL AND d.kind <> 'rejected' ORDER BY d.position""",
            (approval_id,),
        )
    )
    # A value that a later approval replaced is not the one to send.
    own = {key for (key,) in db.conn.execute("SELECT key FROM field_values WHERE approval_id = ?", (approval_id,))}
    changes = [_change(row, known.get(row["key"])) for row in rows if row["subject"] == "field" and row["key"] in own]
    effects: list[tuple[str, str, dict[str, Any]]] = []
    if changes:
        effects.append(("fields", "fields", {"changes": changes}))
    effects += [("note", "note", {"text": row["value"]}) for row in rows if row["subject"] == "note"]
    effects += [
        ("task", f"step:{row['key']}", {"action": row["value"], "who": row["who"], "due": row["due"]})
        for row in rows
        if row["subject"] == "step"
    ]
    return effects


def _change(row: Mapping[str, Any], definition: FieldDefinition | None) -> dict[str, Any]:
    kind = definition.type if definition else _type_of(json.loads(row["norm"]))
    label = definition.label if definition else row["key"]
    # The norm stays JSON within JSON: the store compares it with the decision's, letter by letter.
    return {"key": row["key"], "type": kind, "norm": row["norm"], "label": label, "shown": row["value"]}


def _type_of(norm: object) -> FieldType:
    if isinstance(norm, bool):
        return FieldType.BOOL
    if isinstance(norm, int):
        return FieldType.INT
    return FieldType.MULTIENUM if isinstance(norm, list) else FieldType.TEXT


def _insert(
    db: GuardedDatabase, approval: Mapping[str, Any], link: _Link, effect: tuple[str, str, dict[str, Any]]
) -> str:
    kind, subject, payload = effect
    operation_id = new_id()
    base = _values(db, link) if kind == "fields" else "{}"
    db.table("outbox").insert(
        {
            "id": operation_id,
            "account_id": link.account_id,
            "approval_id": approval["id"],
            "deal_id": approval["deal_id"],
            "remote_id": link.remote_id,
            "kind": kind,
            "subject": subject,
            "payload": canonical_json(payload),
            "state": "pending",
            "base": base,
            "approved_by": approval["decided_by"],
            "approved_at": approval["at"],
        }
    )
    return operation_id


def _insert_undo(db: GuardedDatabase, row: Mapping[str, Any], undone_by: str, now: datetime) -> None:
    db.table("outbox").insert(
        {
            "id": new_id(),
            "account_id": row["account_id"],
            "approval_id": row["approval_id"],
            "deal_id": row["deal_id"],
            "remote_id": row["remote_id"],
            "kind": f"undo_{row['kind']}",
            "subject": row["id"],
            "payload": "{}",
            "undoes": row["id"],
            "state": "pending",
            "base": row["written"],
            "target": row["before"],
            "approved_by": undone_by,
            "approved_at": now.isoformat(),
        }
    )


def _values(db: GuardedDatabase, link: _Link) -> str:
    rows = db.conn.execute(
        "SELECT key, value FROM remote_values WHERE account_id = ? AND remote_id = ?", (link.account_id, link.remote_id)
    )
    return canonical_json({key: json.loads(value) for key, value in rows})


def _cancel_replaced(db: GuardedDatabase, deal_id: str) -> None:
    """What the CRM refused and the person has approved anew with other values is not to hold up the new ones."""
    db.conn.execute(
        """UPDATE outbox SET state = 'cancelled' WHERE deal_id = :deal AND kind = 'fields' AND state = 'rejected'
        AND sent_at IS NULL AND NOT EXISTS (SELECT 1 FROM field_values v
            JOIN json_each(outbox.payload, '$.changes') c ON json_extract(c.value, '$.key') = v.key
            WHERE v.deal_id = :deal AND v.approval_id = outbox.approval_id)""",
        {"deal": deal_id},
    )


def _has_left_a_trace(row: Mapping[str, Any]) -> bool:
    return bool(row["ref_id"]) or row["written"] != "{}"
