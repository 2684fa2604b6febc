"""The price lists and documents of the knowledge base; what was replaced is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.adapters.storage.database import Database
from app.core.clock import Clock
from app.core.ids import canonical_json
from app.core.words import folded
from app.knowledge.model import Column, Document, Earlier, Knowledge, Passage, PriceItem, PriceList

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_EARLIER = """
SELECT id, file, 1, loaded_at, replaced_at,
    (SELECT count(*) FROM price_items WHERE price_list_id = price_lists.id), number
FROM price_lists WHERE replaced_at IS NOT NULL
UNION ALL
SELECT id, file, 0, loaded_at, replaced_at, (SELECT count(*) FROM passages WHERE document_id = documents.id), number
FROM documents WHERE replaced_at IS NOT NULL
ORDER BY replaced_at DESC, 7 DESC
"""
_ITEM_COLUMNS = "sku, name, unit, price, vat_rate, min_qty, note, stock, lead_days, source"


class SqlKnowledge:
    """`KnowledgeStore` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def knowledge(self) -> Knowledge:
        def read(db: GuardedDatabase) -> Knowledge:
            lists = _price_lists(db, "replaced_at IS NULL")
            documents = _documents(db, "replaced_at IS NULL ORDER BY file")
            replaced = db.conn.execute(
                """SELECT id FROM price_lists WHERE replaced_at IS NOT NULL
                UNION ALL SELECT id FROM documents WHERE replaced_at IS NOT NULL ORDER BY id"""
            )
            return Knowledge(lists[0] if lists else None, tuple(documents), tuple(row[0] for row in replaced))

        return self._database.run(read)

    def take_price_list(self, price_list: PriceList) -> None:
        moment = self._moment()

        def write(db: GuardedDatabase) -> None:
            db.conn.execute("UPDATE price_lists SET replaced_at = ? WHERE replaced_at IS NULL", (moment,))
            _forget_price_list(db, price_list.id)
            db.conn.execute(
                """INSERT INTO price_lists (id, file, sha256, loaded_at, valid_until, priced_on)
                VALUES (?, ?, ?, ?, ?, ?)""",
                (
                    price_list.id,
                    price_list.file,
                    price_list.sha256,
                    price_list.loaded_at.isoformat(),
                    _day(price_list.valid_until),
                    _day(price_list.priced_on),
                ),
            )
            db.conn.executemany(
                f"INSERT INTO price_items (price_list_id, place, {_ITEM_COLUMNS}) VALUES ({', '.join('?' * 12)})",  # noqa: S608
                [(price_list.id, place, *_item_row(item)) for place, item in enumerate(price_list.items)],
            )

        self._database.write(write)

    def take_document(self, document: Document) -> None:
        moment = self._moment()

        def write(db: GuardedDatabase) -> None:
            db.conn.execute(
                "UPDATE documents SET replaced_at = ? WHERE file = ? AND replaced_at IS NULL", (moment, document.file)
            )
            _forget_document(db, document.id)
            db.conn.execute(
                "INSERT INTO documents (id, file, sha256, loaded_at) VALUES (?, ?, ?, ?)",
                (document.id, document.file, document.sha256, document.loaded_at.isoformat()),
            )
            db.conn.executemany(
                "INSERT INTO passages (document_id, place, id, heading, text, literal) VALUES (?, ?, ?, ?, ?, ?)",
                [(document.id, one.place, one.id, one.heading, one.text, one.literal) for one in document.passages],
            )

        self._database.write(write)

    def withdraw(self, id: str) -> None:
        moment = self._moment()

        def write(db: GuardedDatabase) -> None:
            for table in ("price_lists", "documents"):
                db.conn.execute(
                    f"UPDATE {table} SET replaced_at = ? WHERE id = ? AND replaced_at IS NULL",  # noqa: S608 - ours
                    (moment, id),
                )

        self._database.write(write)

    def restore(self, id: str) -> None:
        moment = self._moment()

        def write(db: GuardedDatabase) -> None:
            gone = "replaced_at IS NOT NULL AND id = ?"
            if db.conn.execute(f"SELECT 1 FROM price_lists WHERE {gone}", (id,)).fetchone():  # noqa: S608 - ours
                db.conn.execute("UPDATE price_lists SET replaced_at = ? WHERE replaced_at IS NULL", (moment,))
                db.conn.execute("UPDATE price_lists SET replaced_at = NULL WHERE id = ?", (id,))
            document = db.conn.execute(f"SELECT file FROM documents WHERE {gone}", (id,)).fetchone()  # noqa: S608
            if document is not None:
                in_force = "replaced_at IS NULL AND file = ?"
                db.conn.execute(f"UPDATE documents SET replaced_at = ? WHERE {in_force}", (moment, *document))  # noqa: S608
                db.conn.execute("UPDATE documents SET replaced_at = NULL WHERE id = ?", (id,))

        self._database.write(write)

    def earlier(self) -> list[Earlier]:
        rows = self._database.run(lambda db: db.conn.execute(_EARLIER).fetchall())
        return [
            Earlier(id, file, bool(is_prices), datetime.fromisoformat(loaded), datetime.fromisoformat(replaced), count)
            for id, file, is_prices, loaded, replaced, count, _number in rows
        ]

    def replaced_price_lists(self) -> list[PriceList]:
        order = "replaced_at IS NOT NULL ORDER BY replaced_at DESC, number DESC"
        return self._database.run(lambda db: _price_lists(db, order))

    def replaced_documents(self) -> list[Document]:
        order = "replaced_at IS NOT NULL ORDER BY replaced_at DESC, number DESC"
        return self._database.run(lambda db: _documents(db, order))

    def set_valid_until(self, price_list_id: str, last_day: date | None) -> None:
        self._database.write(
            lambda db: db.conn.execute(
                "UPDATE price_lists SET valid_until = ? WHERE id = ?", (_day(last_day), price_list_id)
            )
        )

    def remembered_columns(self, headers: Sequence[str]) -> dict[Column, int] | None:
        row = self._database.run(
            lambda db: db.conn.execute(
                "SELECT columns FROM remembered_columns WHERE headers = ?", (_key(headers),)
            ).fetchone()
        )
        return {Column(name): place for name, place in json.loads(row[0]).items()} if row else None

    def remember_columns(self, headers: Sequence[str], columns: Mapping[Column, int]) -> None:
        text = canonical_json({column.value: place for column, place in columns.items()})
        self._database.write(
            lambda db: db.conn.execute(
                "INSERT OR REPLACE INTO remembered_columns (headers, columns) VALUES (?, ?)", (_key(headers), text)
            )
        )

    def _moment(self) -> str:
        return self._clock.now_utc().isoformat()


def _price_lists(db: GuardedDatabase, where: str) -> list[PriceList]:
    found = db.query(f"SELECT * FROM price_lists WHERE {where}")  # noqa: S608 - the condition is ours
    return [_price_list(db, row) for row in list(found)]


def _price_list(db: GuardedDatabase, row: dict[str, Any]) -> PriceList:
    items = db.query(f"SELECT {_ITEM_COLUMNS} FROM price_items WHERE price_list_id = ? ORDER BY place", (row["id"],))  # noqa: S608
    return PriceList(
        id=row["id"],
        file=row["file"],
        sha256=row["sha256"],
        loaded_at=datetime.fromisoformat(row["loaded_at"]),
        items=tuple(_item(one) for one in items),
        valid_until=_as_day(row["valid_until"]),
        priced_on=_as_day(row["priced_on"]),
    )


def _documents(db: GuardedDatabase, where: str) -> list[Document]:
    found = db.query(f"SELECT * FROM documents WHERE {where}")  # noqa: S608 - the condition is ours
    return [_document(db, row) for row in list(found)]


def _document(db: GuardedDatabase, row: dict[str, Any]) -> Document:
    passages = db.conn.execute(
        "SELECT id, heading, text, place, literal FROM passages WHERE document_id = ? ORDER BY place", (row["id"],)
    )
    return Document(
        id=row["id"],
        file=row["file"],
        sha256=row["sha256"],
        loaded_at=datetime.fromisoformat(row["loaded_at"]),
        passages=tuple(
            Passage(id, row["file"], heading, text, place, literal) for id, heading, text, place, literal in passages
        ),
    )


def _forget_price_list(db: GuardedDatabase, id: str) -> None:
    """The same file taken again comes into force again, with its new day of loading."""
    db.conn.execute("DELETE FROM price_items WHERE price_list_id = ?", (id,))
    db.conn.execute("DELETE FROM price_lists WHERE id = ?", (id,))


def _forget_document(db: GuardedDatabase, id: str) -> None:
    db.conn.execute("DELETE FROM passages WHERE document_id = ?", (id,))
    db.conn.execute("DELETE FROM documents WHERE id = ?", (id,))


def _item_row(item: PriceItem) -> tuple[object, ...]:
    return (
        item.sku,
        item.name,
        item.unit,
        str(item.price),
        item.vat_rate,
        str(item.min_qty),
        item.note,
        None if item.stock is None else str(item.stock),
        item.lead_days,
        item.source,
    )


def _item(row: dict[str, Any]) -> PriceItem:
    return PriceItem(
        **{
            **row,
            "price": Decimal(row["price"]),
            "min_qty": Decimal(row["min_qty"]),
            "stock": None if row["stock"] is None else Decimal(row["stock"]),
        }
    )


def _key(headers: Sequence[str]) -> str:
    return canonical_json([folded(" ".join(header.split())) for header in headers])


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
