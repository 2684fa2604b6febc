"""What several repositories do to a call's row: its place in the list, its title, its words in the search."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.adapters.storage.errors import no_call
from app.core.words import search_words
from app.recording.model import CallState

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_TIES = 1 << 22
_URGENT = 1 << 60
_SETTLED = (CallState.APPROVED, CallState.DELIVERED)


def free_rank(db: GuardedDatabase, at: datetime, is_on_top: bool) -> int:
    """A free place in the list: urgent before the others, then the newest first.

    One number orders both the table and the full-text index, so that the first page of a hundred thousand hits is
    read in order instead of sorted. Its parts: bit 60 urgent, the second of the call, a number within the second.
    """
    base = (_URGENT if is_on_top else 0) + max(0, int(at.timestamp())) * _TIES
    last = db.conn.execute(
        "SELECT max(list_rank) FROM calls WHERE list_rank BETWEEN ? AND ?", (base, base + _TIES - 1)
    ).fetchone()[0]
    return base if last is None else int(last) + 1


def time_part(rank_column: str) -> str:
    """SQL for the place without the urgency."""
    return f"({rank_column} & {_URGENT - 1})"


def put_in_place(db: GuardedDatabase, call_id: str) -> None:
    """Move the call to where its urgency and state belong: once it is approved it leaves the top."""
    row = require_call(db, call_id)
    is_on_top = bool(row["is_urgent"]) and row["state"] not in _SETTLED
    if bool(row["list_rank"] & _URGENT) != is_on_top:
        rank = free_rank(db, datetime.fromisoformat(row["at"]), is_on_top)
        db.conn.execute("UPDATE calls SET list_rank = ? WHERE id = ?", (rank, call_id))


def require_call(db: GuardedDatabase, call_id: str) -> dict[str, Any]:
    """The call's row. Raises UserFixable ``store.no_call``."""
    row = next(iter(db.query("SELECT * FROM calls WHERE id = ?", (call_id,))), None)
    if row is None:
        raise no_call(call_id)
    found: dict[str, Any] = row
    return found


def refresh_who(db: GuardedDatabase, call_id: str) -> None:
    """Bring title and the searchable names up to date: of the deal, else of the draft, else phone or file name."""
    row = next(
        iter(
            db.query(
                """SELECT c.phone, c.deal_id, r.original_name, d.title AS deal, co.name AS company, co.inn,
                k.name AS contact, k.phone AS contact_phone, k.email
                FROM calls c JOIN recordings r ON r.content_sha256 = c.content_sha256
                LEFT JOIN deals d ON d.id = c.deal_id LEFT JOIN companies co ON co.id = d.company_id
                LEFT JOIN contacts k ON k.id = d.contact_id WHERE c.id = ?""",
                (call_id,),
            )
        )
    )
    drafted = _drafted_names(db, call_id)
    contact = row["contact"] or (None if row["deal_id"] else drafted.get("contact_name"))
    company = row["company"] or (None if row["deal_id"] else drafted.get("company_name"))
    title = ", ".join(filter(None, (contact, company))) or row["deal"] or row["phone"] or row["original_name"]
    names = (title, row["deal"], row["original_name"], row["inn"], row["email"], *drafted.values())
    words = search_words(" ".join(dict.fromkeys(filter(None, names))))
    phones = " ".join(searchable_phone(phone) for phone in (row["phone"], row["contact_phone"]) if phone)
    db.conn.execute("UPDATE calls SET title = ? WHERE id = ?", (title, call_id))
    put_words(db, call_id, "who", f"{words} {phones}".strip())


def refresh_written(db: GuardedDatabase, call_id: str) -> None:
    """Bring the searchable notes and values of the latest draft and of what was approved up to date."""
    texts: list[str] = []
    for (content,) in db.conn.execute(
        "SELECT content FROM drafts WHERE call_id = ? ORDER BY number DESC LIMIT 1", (call_id,)
    ):
        drafted = json.loads(content)
        texts += [line["text"] for line in drafted["note"]]
        texts += [value["value"] for value in drafted["fields"] if value["value"]]
        texts += [step["action"] for step in drafted["next_steps"]]
    texts += [
        value
        for (value,) in db.conn.execute(
            "SELECT d.value FROM standing_decisions d JOIN approvals a ON a.id = d.approval_id WHERE a.call_id = ?",
            (call_id,),
        )
    ]
    put_words(db, call_id, "written", search_words(" ".join(dict.fromkeys(texts))))


def put_words(db: GuardedDatabase, call_id: str, column: str, words: str) -> None:
    """Make a call found by `words`, in basic forms, in place of those that the column held before.

    Args:
        column: "said", "written" or "who".
    """
    sql = f"UPDATE search_documents SET {column} = ? WHERE call_id = ?"  # noqa: S608 - one of three names
    db.conn.execute(sql, (words, call_id))
    db.conn.executemany(
        "INSERT OR IGNORE INTO search_terms VALUES (?)", [(word,) for word in sorted(set(words.split()))]
    )


def searchable_phone(phone: str) -> str:
    """The digits of a phone, whole and without the code of the country, as both are typed."""
    digits = "".join(filter(str.isdigit, phone))
    return f"{digits} {digits[-10:]}" if len(digits) > 10 else digits


def _drafted_names(db: GuardedDatabase, call_id: str) -> dict[str, str]:
    row = db.conn.execute(
        "SELECT content FROM drafts WHERE call_id = ? ORDER BY number DESC LIMIT 1", (call_id,)
    ).fetchone()
    if row is None:
        return {}
    return {
        value["key"]: value["value"]
        for value in json.loads(row[0])["fields"]
        if value["key"] in ("contact_name", "company_name") and value["value"]
    }
