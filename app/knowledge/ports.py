"""What the knowledge base needs from outside: readers of files, sentence vectors, the index and the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeAlias

from app.knowledge.model import Column, Document, Earlier, Hit, Knowledge, PriceList

Cell: TypeAlias = str | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a table file.

    Args:
        name: Name of the sheet; empty for a text file.
        rows: All rows from the first, empty ones too, so that they count as a spreadsheet counts them; a row may be
            shorter than others. An error of a formula is the text that the spreadsheet shows, such as «#ДЕЛ/0!».
        read_as: How the file was read: «UTF-8, разделитель ;», «лист „Прайс“».
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under one heading.

    Args:
        heading: Headings over it, the nearest last: «Доставка › По области»; empty where there are none.
        text: Paragraphs as the document has them, one a line; a row of a table is a line ``| cell | cell |``, a point
            of a list a line that begins with «- ».
    """

    heading: str
    text: str


class TableReader(Protocol):
    def read(self, path: Path) -> tuple[Sheet, ...]:
        """The sheets of a table file (xlsx, xls, ods, csv).

        Raises:
            UserFixable: The file cannot be read, is protected by a password, or is of no known kind.
        """
        ...


class DocumentReader(Protocol):
    def read(self, path: Path) -> tuple[Section, ...]:
        """The text of a document (docx, pdf, md, txt, html) by its headings.

        Raises:
            UserFixable: The file cannot be read, holds no text, or is of no known kind.
        """
        ...


class SentenceVectors(Protocol):
    @property
    def version(self) -> str:
        """Changes with whatever changes the vectors."""
        ...

    @property
    def length(self) -> int:
        """How many numbers a vector has."""
        ...

    def encode(self, texts: Sequence[str]) -> bytes:
        """Vectors of length 1: float32, little-endian, `length` numbers for each text in order."""
        ...

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """How near each of the others comes to a text in meaning, from -1 to 1."""
        ...


class KnowledgeIndex(Protocol):
    def replace(self, knowledge: Knowledge, *, has_meanings: bool = True) -> None:
        """Search this from now on; what was known before and did not change is not read anew.

        Args:
            has_meanings: False where `make_meanings` follows: of a large base that takes minutes.
        """
        ...

    def make_meanings(self, is_stopped: Callable[[], bool]) -> None:
        """Read the meanings of the passages that have none yet; what is made is kept when it is stopped."""
        ...

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """Passages and articles that fit best, the best first. Article numbers in the query count exactly."""
        ...

    def items(self, query: str, limit: int = 10) -> list[Hit]:
        """The same among articles alone."""
        ...

    def prevalence(self, stems: Sequence[str]) -> list[float]:
        """For each stem in which share of the passages it stands, from 0 to 1."""
        ...


class KnowledgeStore(Protocol):
    def knowledge(self) -> Knowledge:
        """What is in force, documents by file name."""
        ...

    def take_price_list(self, price_list: PriceList) -> None:
        """Put it in force; the one before is kept as replaced."""
        ...

    def take_document(self, document: Document) -> None:
        """Put it in force; the earlier one of the same file name is kept as replaced."""
        ...

    def withdraw(self, id: str) -> None:
        """Take a price list or a document out of force; it is kept as replaced. Unknown ones are none."""
        ...

    def restore(self, id: str) -> None:
        """Put a replaced or withdrawn one in force again, in place of what holds its place. Unknown ones are none."""
        ...

    def earlier(self) -> list[Earlier]:
        """Price lists and documents no longer in force, those that went last first, without what stands in them."""
        ...

    def replaced_price_lists(self) -> list[PriceList]:
        """Those no longer in force, the latest first."""
        ...

    def replaced_documents(self) -> list[Document]:
        """Those no longer in force, the latest first."""
        ...

    def set_valid_until(self, price_list_id: str, last_day: date | None) -> None:
        """The last day on which its prices hold; None when nothing says so."""
        ...

    def remembered_columns(self, headers: Sequence[str]) -> dict[Column, int] | None:
        """What a person said that a table with these headers holds; None where nobody did."""
        ...

    def remember_columns(self, headers: Sequence[str], columns: Mapping[Column, int]) -> None:
        """Remember it for the next file with the same headers."""
        ...
