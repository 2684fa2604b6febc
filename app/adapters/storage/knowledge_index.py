"""Search over what a seller knows: full text and meaning of the passages, words and numbers of the articles."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.storage.database import Database
from app.core.ids import text_sha256
from app.knowledge.model import Hit, Knowledge, Passage, PriceItem
from app.knowledge.ports import SentenceVectors
from app.knowledge.search import codes_of, codes_of_item, families_of, indexed_words, is_other_article
from app.knowledge.search import query_terms as terms_of

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

_POOL = 60
# In the sum of the two orders, what stands first in one and nowhere in the other is about tenth in the whole.
_RANK_OFFSET = 12
_CODE_BONUS = 1.0
_BATCH = 64
# So many passages are read within seconds; a search waits for them.
_MADE_AT_ONCE = 1000
_MIN_PREFIX = 3
Entry = Passage | PriceItem


class SqlKnowledgeIndex:
    """`KnowledgeIndex` on a database. Any thread may search; while vectors are made, words alone are searched.

    Args:
        vectors: What compares meanings; without it words alone are searched.
    """

    def __init__(self, database: Database, vectors: SentenceVectors | None = None) -> None:
        self._database = database
        self._vectors = vectors
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._is_due = False
        self._entries: dict[int, Entry] = {}
        self._families: frozenset[str] = frozenset()
        self._passages = 0
        self._matrix: Any = None
        self._rows: list[int] = []

    def replace(
        self, knowledge: Knowledge, *, has_meanings: bool = True, is_stopped: Callable[[], bool] = lambda: False
    ) -> None:
        """As the port says; words are searched at once, meanings once all vectors are made.

        Args:
            is_stopped: Asked between batches of vectors; what is made is kept for the next time.
        """
        wanted = _wanted(knowledge)
        numbers = self._database.write(lambda db: _brought_up(db, wanted))
        families = self._database.run(_families)
        entries = {number: wanted[key] for key, number in numbers.items()}
        with self._lock:
            self._entries, self._families = entries, families
            self._passages = sum(isinstance(entry, Passage) for entry in entries.values())
            self._matrix, self._rows = None, []
            self._is_due = self._vectors is not None
        if has_meanings:
            self.make_meanings(is_stopped)

    def make_meanings(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """As the port says."""
        with self._making:
            if self._is_due:
                self._add_vectors(is_stopped)

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        return self._found(query, limit, with_passages=True)

    def items(self, query: str, limit: int = 10) -> list[Hit]:
        return self._found(query, limit, with_passages=False)

    def prevalence(self, stems: Sequence[str]) -> list[float]:
        marks = ", ".join("?" * len(stems))
        rows = self._database.run(
            lambda db: db.conn.execute(
                f"SELECT term, doc FROM passage_terms WHERE term IN ({marks})",  # noqa: S608 - all values are bound
                tuple(stems),
            ).fetchall()
        )
        found = dict(rows)
        return [found.get(stem, 0) / max(1, self._passages) for stem in stems]

    def _found(self, query: str, limit: int, *, with_passages: bool) -> list[Hit]:
        if with_passages and self._is_due and self._passages <= _MADE_AT_ONCE:
            # The same question has the same answer, however early it is asked.
            self.make_meanings()
        with self._lock:
            families, entries = self._families, self._entries
            matrix, rows = self._matrix, self._rows
        asked = codes_of(query, families)
        terms = terms_of(query, families)
        if not terms:
            return []
        encoding = None
        if with_passages and matrix is not None and self._vectors is not None:
            encoding = _Encoding(self._vectors, query)
        orders, exact = self._database.run(lambda db: _looked_up(db, terms, asked, with_passages=with_passages))
        if encoding is not None:
            orders.append(_nearest(matrix, rows, encoding.vector()))
        scores: dict[int, float] = dict.fromkeys(exact, _CODE_BONUS)
        for order in orders:
            for rank, number in enumerate(order):
                scores[number] = scores.get(number, 0.0) + 1 / (_RANK_OFFSET + rank)
        best = sorted(((score, number) for number, score in scores.items()), key=lambda found: (-found[0], found[1]))
        fitting = (
            _hit(score, entries[number])
            for score, number in best
            if number in entries and not _is_of_other_article(asked, entries[number])
        )
        return list(islice(fitting, limit))

    def _add_vectors(self, is_stopped: Callable[[], bool]) -> None:
        vectors = self._vectors
        if vectors is None:
            return
        version = vectors.version
        missing = self._database.run(
            lambda db: [
                number
                for (number,) in db.conn.execute(
                    "SELECT number FROM knowledge_entries WHERE NOT is_item AND vector_version IS NOT ?", (version,)
                )
            ]
        )
        for at in range(0, len(missing), _BATCH):
            numbers = missing[at : at + _BATCH]
            made = self._encoded(vectors, numbers)
            if is_stopped():
                return
            self._store_vectors(vectors.version, numbers, made)
        self._load_vectors(vectors)

    def _encoded(self, vectors: SentenceVectors, numbers: Sequence[int]) -> Any:
        import numpy

        texts = [_meant(entry) for number in numbers if isinstance(entry := self._entries[number], Passage)]
        return numpy.frombuffer(vectors.encode(texts), "<f4").reshape(len(texts), vectors.length).astype("<f2")

    def _store_vectors(self, version: str, numbers: Sequence[int], made: Any) -> None:
        rows = [(version, row.tobytes(), number) for row, number in zip(made, numbers, strict=True)]
        self._database.write(
            lambda db: db.conn.executemany(
                "UPDATE knowledge_entries SET vector_version = ?, vector = ? WHERE number = ?", rows
            )
        )

    def _load_vectors(self, vectors: SentenceVectors) -> None:
        import numpy

        found = self._database.run(
            lambda db: db.conn.execute(
                "SELECT number, vector FROM knowledge_entries WHERE NOT is_item AND vector_version = ?",
                (vectors.version,),
            ).fetchall()
        )
        self._is_due = False
        if not found:
            return
        joined = numpy.frombuffer(b"".join(vector for _number, vector in found), "<f2")
        matrix = joined.reshape(len(found), vectors.length).astype(numpy.float32)
        with self._lock:
            self._matrix, self._rows = matrix, [number for number, _vector in found]


class _Encoding(threading.Thread):
    """The vector of a question, made while its words are looked up: each takes half of the time of a search."""

    def __init__(self, vectors: SentenceVectors, query: str) -> None:
        super().__init__(name="encoding", daemon=True)
        self._vectors = vectors
        self._query = query
        self._made: bytes | BaseException = b""
        self.start()

    def run(self) -> None:
        try:
            self._made = self._vectors.encode([self._query])
        except Exception as error:  # noqa: BLE001 - raised again where the vector is asked for
            self._made = error

    def vector(self) -> bytes:
        """Waits for it. Raises what the encoder raised."""
        self.join()
        if isinstance(self._made, BaseException):
            raise self._made
        return self._made


def index_in_memory(vectors: SentenceVectors | None = None) -> tuple[SqlKnowledgeIndex, Database]:
    """An empty index that is gone with the program, and its database, which the caller closes."""

    def connect(_path: Path) -> GuardedDatabase:
        import sqlite3

        from app.adapters.storage.guarded import GuardedDatabase

        return GuardedDatabase(sqlite3.connect(":memory:", isolation_level=None))

    def bring_up(db: GuardedDatabase) -> None:
        from app.adapters.storage.schema import KNOWLEDGE

        db.conn.execute("PRAGMA foreign_keys = ON")
        for statement in KNOWLEDGE:
            db.conn.execute(statement)

    database = Database(connect, bring_up, path=Path(), is_encrypted=False, newest_backup=lambda: "")
    return SqlKnowledgeIndex(database, vectors), database


def _wanted(knowledge: Knowledge) -> dict[str, Entry]:
    """What is to be searched, by the hash of what is looked at."""
    passages = [passage for document in knowledge.documents for passage in document.passages]
    items = knowledge.price_list.items if knowledge.price_list else ()
    found: dict[str, Entry] = {}
    for passage in passages:
        found[text_sha256(f"p\0{passage.file}\0{passage.place}\0{passage.heading}\0{passage.text}")] = passage
    for place, item in enumerate(items):
        found[text_sha256(f"i\0{place}\0{item.sku}\0{item.name}\0{item.note}")] = item
    return found


def _brought_up(db: GuardedDatabase, wanted: dict[str, Entry]) -> dict[str, int]:
    """The numbers of the entries by hash, after what is gone was taken out and what is new was added."""
    known = dict(db.conn.execute("SELECT hash, number FROM knowledge_entries").fetchall())
    gone = [(number,) for key, number in known.items() if key not in wanted]
    for statement in (
        "DELETE FROM passage_words WHERE rowid = ?",
        "DELETE FROM item_words WHERE rowid = ?",
        "DELETE FROM knowledge_entries WHERE number = ?",
    ):
        db.conn.executemany(statement, gone)
    numbers = {key: number for key, number in known.items() if key in wanted}
    following = max(known.values(), default=0) + 1
    for number, (key, entry) in enumerate(((k, e) for k, e in wanted.items() if k not in known), following):
        is_item = isinstance(entry, PriceItem)
        db.conn.execute(
            "INSERT INTO knowledge_entries (number, hash, is_item) VALUES (?, ?, ?)", (number, key, is_item)
        )
        table = "item_words" if is_item else "passage_words"
        db.conn.execute(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", (number, _words(entry)))  # noqa: S608
        db.conn.executemany(
            "INSERT OR IGNORE INTO knowledge_codes VALUES (?, ?)", [(code, number) for code in _codes(entry)]
        )
        numbers[key] = number
    return numbers


def _words(entry: Entry) -> str:
    if isinstance(entry, PriceItem):
        return indexed_words(f"{entry.sku} {entry.name} {entry.note}")
    return indexed_words(f"{entry.heading} {entry.text}")


def _codes(entry: Entry) -> frozenset[str]:
    return codes_of_item(entry) if isinstance(entry, PriceItem) else codes_of(entry.text)


def _is_of_other_article(asked: frozenset[str], entry: Entry) -> bool:
    return bool(asked) and is_other_article(asked, _codes(entry), "" if isinstance(entry, PriceItem) else entry.text)


def _meant(passage: Passage) -> str:
    """A passage with the heading over it, without which «48 часов» means nothing."""
    nearest = passage.heading.rsplit("›", 1)[-1].strip()
    return f"{nearest}. {passage.text}" if nearest else passage.text


def _families(db: GuardedDatabase) -> frozenset[str]:
    return families_of(code for (code,) in db.conn.execute("SELECT DISTINCT code FROM knowledge_codes"))


def _looked_up(
    db: GuardedDatabase, terms: Sequence[str], asked: frozenset[str], *, with_passages: bool
) -> tuple[list[list[int]], list[int]]:
    """Numbers of entries in the order of each full-text search, and those that bear an asked article number."""
    orders = []
    if with_passages:
        orders.append(_full_text(db, "passage_words", terms))
    ending = terms[-1] if len(terms[-1]) >= _MIN_PREFIX and not asked else ""
    orders.append(_full_text(db, "item_words", terms, ending))
    return orders, _with_codes(db, asked)


def _full_text(db: GuardedDatabase, table: str, terms: Sequence[str], ending: str = "") -> list[int]:
    # Stems hold letters and digits only, so quoting them is enough.
    sought = [f'"{term}"' for term in terms]
    if ending:
        sought.append(f'"{ending}"*')
    sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT ?"  # noqa: S608 - table is ours
    return [number for (number,) in db.conn.execute(sql, (" OR ".join(sought), _POOL))]


def _with_codes(db: GuardedDatabase, asked: Iterable[str]) -> list[int]:
    """Entries that name one of the article numbers."""
    codes = sorted(asked)
    marks = ", ".join("?" * len(codes))
    exact = db.conn.execute(
        f"SELECT DISTINCT entry FROM knowledge_codes WHERE code IN ({marks}) LIMIT ?",  # noqa: S608 - all bound
        (*codes, _POOL),
    ).fetchall()
    return [number for (number,) in exact]


def _nearest(matrix: Any, rows: Sequence[int], encoded: bytes) -> list[int]:
    import numpy

    near = matrix @ numpy.frombuffer(encoded, "<f4")
    best = numpy.argpartition(-near, min(_POOL, len(rows)) - 1)[:_POOL]
    return [rows[place] for place in best[numpy.argsort(-near[best], kind="stable")]]


def _hit(score: float, entry: Entry) -> Hit:
    return Hit(score, item=entry) if isinstance(entry, PriceItem) else Hit(score, passage=entry)
