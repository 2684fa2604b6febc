"""A knowledge base in memory, what it may hold, and vectors that need no model."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zlib import crc32

from app.core.words import folded
from app.knowledge.model import Column, Document, Earlier, Knowledge, Passage, PriceItem, PriceList
from app.knowledge.search import stems_of

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_LENGTH = 64


def an_item(sku: str = "ТО-2", **changes: Any) -> PriceItem:
    """A greenhouse heater."""
    stated: dict[str, Any] = {
        "sku": sku,
        "name": f"Обогреватель {sku}",
        "unit": "шт",
        "price": Decimal("41500.00"),
        "vat_rate": "22",
        "source": "catalog.csv, строка 2",
    }
    return PriceItem(**{**stated, **changes})


def a_price_list(id: str = "list-1", *items: PriceItem, **changes: Any) -> PriceList:
    """Two heaters, or these articles."""
    stated: dict[str, Any] = {"file": "catalog.csv", "sha256": f"sha-{id}", "loaded_at": DAY}
    return PriceList(id=id, items=items or (an_item(), an_item("ТО-4")), **{**stated, **changes})


def a_document(id: str = "document-1", file: str = "delivery.md", *texts: str) -> Document:
    """Two passages under «Доставка», or these."""
    said = texts or ("По Твери возим бесплатно.", "Рассрочку даём на три месяца.")
    passages = tuple(Passage(f"{id}-{place}", file, "Доставка", text, place) for place, text in enumerate(said))
    return Document(id, file, f"sha-{id}", DAY, passages)


class FakeKnowledge:
    """`KnowledgeStore`."""

    def __init__(self) -> None:
        self._lists: list[tuple[PriceList, bool]] = []
        self._documents: list[tuple[Document, bool]] = []
        self._columns: dict[tuple[str, ...], dict[Column, int]] = {}

    def knowledge(self) -> Knowledge:
        lists = [one for one, is_in_force in self._lists if is_in_force]
        documents = sorted((one for one, is_in_force in self._documents if is_in_force), key=lambda one: one.file)
        gone = [one.id for one, is_in_force in (*self._lists, *self._documents) if not is_in_force]
        return Knowledge(lists[0] if lists else None, tuple(documents), tuple(sorted(gone)))

    def take_price_list(self, price_list: PriceList) -> None:
        self._lists = [(one, False) for one, _is_in_force in self._lists if one.id != price_list.id]
        self._lists.append((price_list, True))

    def take_document(self, document: Document) -> None:
        self._documents = [
            (one, is_in_force and one.file != document.file)
            for one, is_in_force in self._documents
            if one.id != document.id
        ]
        self._documents.append((document, True))

    def withdraw(self, id: str) -> None:
        self._lists = [(one, is_in_force and one.id != id) for one, is_in_force in self._lists]
        self._documents = [(one, is_in_force and one.id != id) for one, is_in_force in self._documents]

    def restore(self, id: str) -> None:
        for price_list in [one for one, is_in_force in self._lists if one.id == id and not is_in_force]:
            self.take_price_list(price_list)
        for document in [one for one, is_in_force in self._documents if one.id == id and not is_in_force]:
            self.take_document(document)

    def earlier(self) -> list[Earlier]:
        lists = [Earlier(o.id, o.file, True, o.loaded_at, DAY, len(o.items)) for o in self.replaced_price_lists()]
        documents = self.replaced_documents()
        return [*lists, *(Earlier(o.id, o.file, False, o.loaded_at, DAY, len(o.passages)) for o in documents)]

    def replaced_price_lists(self) -> list[PriceList]:
        return [one for one, is_in_force in reversed(self._lists) if not is_in_force]

    def replaced_documents(self) -> list[Document]:
        return [one for one, is_in_force in reversed(self._documents) if not is_in_force]

    def set_valid_until(self, price_list_id: str, last_day: date | None) -> None:
        self._lists = [
            (replace(one, valid_until=last_day) if one.id == price_list_id else one, is_in_force)
            for one, is_in_force in self._lists
        ]

    def remembered_columns(self, headers: Sequence[str]) -> dict[Column, int] | None:
        found = self._columns.get(_key(headers))
        return dict(found) if found else None

    def remember_columns(self, headers: Sequence[str], columns: Mapping[Column, int]) -> None:
        self._columns[_key(headers)] = dict(columns)


def _key(headers: Sequence[str]) -> tuple[str, ...]:
    return tuple(folded(" ".join(header.split())) for header in headers)


class WordVectors:
    """`SentenceVectors` that find texts alike that share words."""

    version = "words"
    length = _LENGTH

    def encode(self, texts: Sequence[str]) -> bytes:
        return b"".join(struct.pack(f"<{_LENGTH}f", *_vector(text)) for text in texts)

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        own = _vector(text)
        return [sum(a * b for a, b in zip(own, _vector(other), strict=True)) for other in others]


def _vector(text: str) -> list[float]:
    counts = [0.0] * _LENGTH
    for stem in stems_of(text):
        counts[crc32(stem.encode()) % _LENGTH] += 1.0
    length = sum(value * value for value in counts) ** 0.5 or 1.0
    return [value / length for value in counts]
