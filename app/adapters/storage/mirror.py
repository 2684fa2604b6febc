"""The mirror of the CRMs' deals on the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.adapters.storage import audit
from app.adapters.storage.database import Database
from app.adapters.storage.deals import insert_deal
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.ids import new_id
from app.core.words import basic_forms, words_of
from app.deals.matching import phone_key
from app.deals.model import Company, Contact, Deal
from app.delivery.model import MirroredDeal, MirrorProgress, Money, RemoteContact, RemoteDeal

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_COLUMNS = (
    "account_id",
    "remote_id",
    "title",
    "stage_id",
    "pipeline_id",
    "amount",
    "currency",
    "company_id",
    "company",
    "inn",
    "contact_id",
    "contact",
    "phones",
    "emails",
    "owner_id",
    "updated_at",
    "is_closed",
    "is_gone",
)
_PUT = (
    f"INSERT INTO mirror_deals ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - all values are bound
    " ON CONFLICT (account_id, remote_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[2:])
    + " RETURNING number"
)
_MIN_PHONE = 5
_PHONE_DIGITS = 10


class SqlMirror:
    """`MirrorStore` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def put_page(self, account_id: str, deals: Sequence[RemoteDeal], progress: MirrorProgress) -> None:
        # Words are taken apart here, in the caller's thread: the store's own one serves the window too.
        rows = [(_row(account_id, deal), _indexed(deal)) for deal in deals]
        state = (account_id, _text(progress.since), progress.cursor, _text(progress.started_at))

        def write(db: GuardedDatabase) -> None:
            for row, words in rows:
                number = db.conn.execute(_PUT, row).fetchone()[0]
                db.conn.execute("DELETE FROM mirror_words WHERE rowid = ?", (number,))
                db.conn.execute("INSERT INTO mirror_words (rowid, words) VALUES (?, ?)", (number, words))
            db.conn.execute(
                """INSERT INTO mirror_state VALUES (?, ?, ?, ?, ?) ON CONFLICT (account_id) DO UPDATE SET
                since = excluded.since, cursor = excluded.cursor, started_at = excluded.started_at,
                finished_at = excluded.finished_at""",
                (*state, _text(progress.finished_at)),
            )

        self._database.write(write)

    def progress(self, account_id: str) -> MirrorProgress:
        def read(db: GuardedDatabase) -> MirrorProgress:
            row = next(iter(db.query("SELECT * FROM mirror_state WHERE account_id = ?", (account_id,))), None)
            if row is None:
                return MirrorProgress()
            count = db.conn.execute(
                "SELECT COUNT(*) FROM mirror_deals WHERE account_id = ? AND is_gone = 0", (account_id,)
            ).fetchone()[0]
            return MirrorProgress(
                _moment(row["since"]), row["cursor"], _moment(row["started_at"]), _moment(row["finished_at"]), count
            )

        return self._database.run(read)

    def search(self, text: str, limit: int, account_id: str | None = None) -> list[MirroredDeal]:
        match = _match(text)
        if not match:
            return []
        sql = """SELECT d.* FROM mirror_words w JOIN mirror_deals d ON d.number = w.rowid
            WHERE mirror_words MATCH ? AND d.is_gone = 0 AND (? IS NULL OR d.account_id = ?)
            ORDER BY d.updated_at DESC LIMIT ?"""
        return self._rows(sql, match, account_id, account_id, limit)

    def recent(self, limit: int, account_id: str | None = None) -> list[MirroredDeal]:
        sql = """SELECT * FROM mirror_deals WHERE is_gone = 0 AND (? IS NULL OR account_id = ?)
            ORDER BY updated_at DESC LIMIT ?"""
        return self._rows(sql, account_id, account_id, limit)

    def get(self, account_id: str, remote_id: str) -> MirroredDeal | None:
        sql = "SELECT * FROM mirror_deals WHERE account_id = ? AND remote_id = ?"
        return next(iter(self._rows(sql, account_id, remote_id)), None)

    def mark_gone(self, account_id: str, remote_id: str) -> None:
        sql = "UPDATE mirror_deals SET is_gone = 1 WHERE account_id = ? AND remote_id = ?"
        self._database.write(lambda db: db.conn.execute(sql, (account_id, remote_id)) and None)

    def adopt(self, account_id: str, remote_id: str) -> str:
        found = self.get(account_id, remote_id)
        if found is None:
            raise UserFixable(
                "mirror.unknown",
                _("Такой сделки среди сделок CRM нет."),
                hint=_("Обновите список сделок и выберите снова."),
                detail=remote_id,
            )
        now = self._clock.now_utc()

        def write(db: GuardedDatabase) -> str:
            linked = db.conn.execute(
                "SELECT deal_id FROM deal_links WHERE account_id = ? AND remote_id = ?", (account_id, remote_id)
            ).fetchone()
            if linked is not None:
                return str(linked[0])
            deal = _local(db, found.deal)
            insert_deal(db, deal, now)
            audit.append(db, now, actor="", action="deal_created", subject=deal.id, content={"title": deal.title})
            db.table("deal_links").insert({"deal_id": deal.id, "account_id": account_id, "remote_id": remote_id})
            return deal.id

        return self._database.write(write)

    def forget(self, account_id: str) -> None:
        def write(db: GuardedDatabase) -> None:
            db.conn.execute(
                "DELETE FROM mirror_words WHERE rowid IN (SELECT number FROM mirror_deals WHERE account_id = ?)",
                (account_id,),
            )
            db.conn.execute("DELETE FROM mirror_deals WHERE account_id = ?", (account_id,))
            db.conn.execute("DELETE FROM mirror_state WHERE account_id = ?", (account_id,))

        self._database.write(write)

    def _rows(self, sql: str, *values: object) -> list[MirroredDeal]:
        return self._database.run(lambda db: [_mirrored(row) for row in db.query(sql, values)])


def _row(account_id: str, deal: RemoteDeal) -> tuple[object, ...]:
    person = deal.contact or RemoteContact("", "")
    return (
        account_id,
        deal.id,
        deal.title,
        deal.stage_id,
        deal.pipeline_id,
        str(deal.amount.amount) if deal.amount else None,
        deal.amount.currency if deal.amount else "",
        deal.company_id,
        deal.company,
        deal.inn,
        person.id,
        person.name,
        json.dumps(person.phones),
        json.dumps(person.emails),
        deal.owner_id,
        _text(deal.updated_at),
        int(deal.is_closed),
        int(deal.is_gone),
    )


def _mirrored(row: dict[str, Any]) -> MirroredDeal:
    contact = None
    if row["contact_id"] or row["contact"]:
        phones, emails = json.loads(row["phones"]), json.loads(row["emails"])
        contact = RemoteContact(row["contact_id"], row["contact"], tuple(phones), tuple(emails))
    return MirroredDeal(
        row["account_id"],
        RemoteDeal(
            row["remote_id"],
            row["title"],
            row["stage_id"],
            row["pipeline_id"],
            Money(Decimal(row["amount"]), row["currency"]) if row["amount"] is not None else None,
            row["company_id"],
            row["company"],
            row["inn"],
            contact,
            row["owner_id"],
            _moment(row["updated_at"]),
            bool(row["is_closed"]),
            bool(row["is_gone"]),
        ),
    )


def _indexed(deal: RemoteDeal) -> str:
    person = deal.contact or RemoteContact("", "")
    words = words_of(" ".join([deal.title, deal.company, person.name, *person.emails]))
    forms = [form for word in words for form in basic_forms(word)]
    numbers = [deal.inn, deal.id, *filter(None, map(phone_key, person.phones))]
    return " ".join(dict.fromkeys([*words, *forms, *filter(None, numbers)]))


def _match(text: str) -> str:
    digits = "".join(filter(str.isdigit, text))
    if len(digits) >= _MIN_PHONE and not any(map(str.isalpha, text)):
        # A phone is typed with 8 or +7 in front; the last ten digits tell it.
        return f'"{digits[-_PHONE_DIGITS:]}"*'
    # Each word as it begins or in its basic form; without positions words of one column need no quotes beside.
    groups = []
    for word in words_of(text):
        forms = dict.fromkeys([f'"{word}"*', *(f'"{form}"' for form in basic_forms(word))])
        groups.append(f"({' OR '.join(forms)})")
    return " AND ".join(groups)


def _local(db: GuardedDatabase, remote: RemoteDeal) -> Deal:
    """A new card for the deal of a CRM; a company of the same INN or name is no second company here."""
    company = contact = None
    if remote.company:
        known = db.conn.execute(
            "SELECT id FROM companies WHERE (inn IS NOT NULL AND inn = ?) OR name = ? LIMIT 1",
            (remote.inn or None, remote.company),
        ).fetchone()
        company = Company(known[0] if known else new_id(), remote.company, remote.inn or None)
    if (person := remote.contact) is not None:
        contact = Contact(
            new_id(),
            person.name,
            phone=next(iter(person.phones), None),
            email=next(iter(person.emails), None),
            company_id=company.id if company else None,
        )
    return Deal(new_id(), remote.title, company, contact)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
