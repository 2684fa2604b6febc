"""The audit log: append-only, each entry sealed with the hash of the one before it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.approval.model import AuditEntry
from app.core.ids import canonical_json, text_sha256

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase


def append(
    db: GuardedDatabase, at: datetime, *, actor: str, action: str, subject: str, content: Mapping[str, object]
) -> None:
    """Add an entry to the end of the chain, within the caller's transaction."""
    last = db.conn.execute("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    number, previous_hash = (int(last[0]) + 1, str(last[1])) if last else (1, "")
    entry = (number, at.isoformat(), actor, action, subject, canonical_json(content), previous_hash)
    db.conn.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*entry, entry_hash(entry)))


def entry_hash(entry: Sequence[object]) -> str:
    """SHA-256 over an entry: number, time, actor, action, subject, content, and the hash before it."""
    return text_sha256(canonical_json(list(entry)))


def newest(db: GuardedDatabase, limit: int) -> list[AuditEntry]:
    """The newest entries, newest first."""
    return [
        AuditEntry(number, datetime.fromisoformat(at), *rest)
        for number, at, *rest in db.conn.execute("SELECT * FROM audit ORDER BY number DESC LIMIT ?", (limit,))
    ]


def first_broken(db: GuardedDatabase) -> int | None:
    """The number of the first entry that does not fit; None when the chain holds.

    An approval whose decisions differ from its entry counts as broken there, likewise a proposal that is not the one
    signed; one without any entry counts as a missing end of the chain.
    """
    previous_hash, expected = "", 1
    sealed: dict[tuple[str, str], str] = {}
    for number, *entry in db.conn.execute("SELECT * FROM audit ORDER BY number"):
        *body, stored_hash = entry
        if number != expected or body[-1] != previous_hash or entry_hash((number, *body)) != stored_hash:
            return expected
        _at, _actor, action, subject, content, _previous = body
        sealed[subject, action] = content
        if action == "approved" and not _matches(db, subject, content):
            return int(number)
        if action == "proposal_approved" and not _matches_proposal(db, subject, content):
            return int(number)
        previous_hash, expected = stored_hash, expected + 1
    for approval_id, undone_at in db.conn.execute("SELECT id, undone_at FROM approvals"):
        if (approval_id, "approved") not in sealed or (undone_at and (approval_id, "undone") not in sealed):
            return expected
    for (approval_id,) in db.conn.execute("SELECT id FROM proposal_approvals"):
        if (approval_id, "proposal_approved") not in sealed:
            return expected
    return None


def decisions_content(db: GuardedDatabase, approval_id: str) -> list[dict[str, Any]]:
    """The decisions of an approval as its entry holds them."""
    return list(
        db.query(
            "SELECT subject, key, kind, value, norm, evidence, who, due, previous FROM decisions"
            " WHERE approval_id = ? ORDER BY position",
            (approval_id,),
        )
    )


def _matches(db: GuardedDatabase, approval_id: str, content: str) -> bool:
    approval = db.conn.execute(
        "SELECT call_id, draft_id, deal_id, decided_by FROM approvals WHERE id = ?", (approval_id,)
    ).fetchone()
    entry = json.loads(content)
    return (
        approval is not None
        and approval == (entry["call_id"], entry["draft_id"], entry["deal_id"], entry["decided_by"])
        and decisions_content(db, approval_id) == entry["decisions"]
    )


def _matches_proposal(db: GuardedDatabase, approval_id: str, content: str) -> bool:
    signed = db.conn.execute(
        "SELECT content, document_sha256 FROM proposal_approvals WHERE id = ?", (approval_id,)
    ).fetchone()
    entry = json.loads(content)
    return signed is not None and (text_sha256(signed[0]), signed[1]) == (
        entry["content_sha256"],
        entry["document_sha256"],
    )
