"""Deals, companies, contacts, and what was approved about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.adapters.storage import audit
from app.adapters.storage.call_rows import searchable_phone
from app.adapters.storage.database import Database
from app.adapters.storage.draft_codec import norm_from_text
from app.adapters.storage.errors import no_deal
from app.core.clock import Clock
from app.core.words import folded
from app.deals.model import Company, Contact, Deal, DealContents, FieldRecord, NoteRecord, Task

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_SELECT = """SELECT d.id, d.title, d.created_at, co.id AS company_id, co.name AS company_name, co.inn,
    k.id AS contact_id, k.name AS contact_name, k.role, k.phone, k.email, k.company_id AS contact_company_id
    FROM deals d LEFT JOIN companies co ON co.id = d.company_id LEFT JOIN contacts k ON k.id = d.contact_id"""


class SqlDeals:
    """`DealRepository` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(self, deal: Deal) -> None:
        now = self._clock.now_utc()

        def write(db: GuardedDatabase) -> None:
            insert_deal(db, deal, now)
            audit.append(db, now, actor="", action="deal_created", subject=deal.id, content={"title": deal.title})

        self._database.write(write)

    def create_all(self, deals: Sequence[Deal]) -> int:
        now = self._clock.now_utc()

        def write(db: GuardedDatabase) -> int:
            known = {str(row[0]) for row in db.conn.execute("SELECT id FROM deals")}
            new = [deal for deal in {deal.id: deal for deal in deals}.values() if deal.id not in known]
            for deal in new:
                insert_deal(db, deal, now)
                audit.append(db, now, actor="", action="deal_created", subject=deal.id, content={"title": deal.title})
            return len(new)

        return self._database.write(write)

    def contents(self) -> list[DealContents]:
        """Read in a few questions, whatever the number of deals."""
        sql = _SELECT.replace("d.created_at,", "d.created_at, d.touched_at,", 1)

        def read(db: GuardedDatabase) -> list[DealContents]:
            values: dict[str, dict[str, FieldRecord]] = defaultdict(dict)
            for row in db.query("SELECT * FROM field_values ORDER BY rowid"):
                values[row["deal_id"]][row["key"]] = _field(row)
            notes, tasks = defaultdict(list), defaultdict(list)
            for row in db.query("SELECT * FROM notes ORDER BY rowid"):
                notes[row["deal_id"]].append(_note(row))
            for row in db.query("SELECT * FROM tasks ORDER BY rowid"):
                tasks[row["deal_id"]].append(_task(row))
            found = db.query(f"{sql} WHERE d.removed_at IS NULL ORDER BY d.touched_at DESC, d.rowid DESC")
            return [
                DealContents(
                    _deal(row),
                    datetime.fromisoformat(row["touched_at"]),
                    dict(values[row["id"]]),
                    tuple(notes[row["id"]]),
                    tuple(tasks[row["id"]]),
                )
                for row in found
            ]

        return self._database.run(read)

    def get(self, deal_id: str) -> Deal:
        """The deal. Raises UserFixable ``store.no_deal``."""
        return self._database.run(lambda db: read_deal(db, deal_id))

    def recent(self, limit: int) -> list[Deal]:
        sql = f"{_SELECT} WHERE d.removed_at IS NULL ORDER BY d.touched_at DESC, d.rowid DESC LIMIT ?"
        return self._database.run(lambda db: [_deal(row) for row in db.query(sql, (limit,))])

    def search(self, text: str, limit: int) -> list[Deal]:
        digits = "".join(filter(str.isdigit, text))
        is_number = len(digits) >= 5 and not any(map(str.isalpha, text))
        # A phone is typed with 8 or +7 in front; the last ten digits tell it.
        sought = digits[-10:] if is_number else " ".join(folded(text).split())
        pattern = "%" + sought.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        sql = (
            f"{_SELECT} WHERE d.removed_at IS NULL AND d.search_text LIKE ? ESCAPE '\\'"
            " ORDER BY d.touched_at DESC, d.rowid DESC LIMIT ?"
        )
        return self._database.run(lambda db: [_deal(row) for row in db.query(sql, (pattern, limit))])

    def values(self, deal_id: str) -> dict[str, FieldRecord]:
        rows = self._rows("SELECT * FROM field_values WHERE deal_id = ? ORDER BY rowid", deal_id)
        return {row["key"]: _field(row) for row in rows}

    def notes(self, deal_id: str) -> list[NoteRecord]:
        return [_note(row) for row in self._rows("SELECT * FROM notes WHERE deal_id = ? ORDER BY rowid", deal_id)]

    def tasks(self, deal_id: str) -> list[Task]:
        return [_task(row) for row in self._rows("SELECT * FROM tasks WHERE deal_id = ? ORDER BY rowid", deal_id)]

    def contacts(self, limit: int) -> list[Contact]:
        rows = self._rows("SELECT * FROM contacts ORDER BY rowid DESC LIMIT ?", limit)
        return [
            Contact(row["id"], row["name"], row["role"], row["phone"], row["email"], row["company_id"]) for row in rows
        ]

    def companies(self, limit: int) -> list[Company]:
        rows = self._rows("SELECT * FROM companies ORDER BY rowid DESC LIMIT ?", limit)
        return [Company(row["id"], row["name"], row["inn"]) for row in rows]

    def _rows(self, sql: str, parameter: str | int) -> list[dict[str, Any]]:
        return self._database.run(lambda db: list(db.query(sql, (parameter,))))


def insert_deal(db: GuardedDatabase, deal: Deal, now: datetime) -> None:
    """Add a deal, and its company and contact where they are new, within the caller's transaction."""
    if deal.company is not None:
        db.conn.execute(
            "INSERT INTO companies VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (deal.company.id, deal.company.name, deal.company.inn),
        )
    if (contact := deal.contact) is not None:
        db.conn.execute(
            "INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (contact.id, contact.name, contact.role, contact.phone, contact.email, contact.company_id),
        )
    db.table("deals").insert(
        {
            "id": deal.id,
            "title": deal.title,
            "company_id": deal.company.id if deal.company else None,
            "contact_id": contact.id if contact else None,
            "created_at": (deal.created_at or now).isoformat(),
            "touched_at": now.isoformat(),
            "search_text": _search_text(deal),
        }
    )


def read_deal(db: GuardedDatabase, deal_id: str) -> Deal:
    """The deal. Raises UserFixable ``store.no_deal``, also for one that was taken back."""
    row = next(iter(db.query(f"{_SELECT} WHERE d.id = ? AND d.removed_at IS NULL", (deal_id,))), None)
    if row is None:
        raise no_deal(deal_id)
    return _deal(row)


def _field(row: dict[str, Any]) -> FieldRecord:
    approved_at = datetime.fromisoformat(row["approved_at"])
    return FieldRecord(row["key"], row["value"], norm_from_text(row["norm"]), row["approval_id"], approved_at)


def _note(row: dict[str, Any]) -> NoteRecord:
    approved_at = datetime.fromisoformat(row["approved_at"])
    return NoteRecord(row["id"], row["deal_id"], row["text"], row["approval_id"], approved_at)


def _task(row: dict[str, Any]) -> Task:
    is_done = bool(row["is_done"])
    return Task(row["id"], row["deal_id"], row["who"], row["action"], row["due"], row["approval_id"], is_done)


def _deal(row: dict[str, Any]) -> Deal:
    company = Company(row["company_id"], row["company_name"], row["inn"]) if row["company_id"] else None
    contact = None
    if row["contact_id"]:
        contact = Contact(
            row["contact_id"],
            row["contact_name"],
            row["role"],
            row["phone"],
            row["email"],
            row["contact_company_id"],
        )
    return Deal(row["id"], row["title"], company, contact, datetime.fromisoformat(row["created_at"]))


def _search_text(deal: Deal) -> str:
    parts: list[str | None] = [deal.title]
    if deal.company:
        parts += [deal.company.name, deal.company.inn]
    if deal.contact:
        parts += [deal.contact.name, deal.contact.email, searchable_phone(deal.contact.phone or "")]
    return folded(" ".join(filter(None, parts)))
