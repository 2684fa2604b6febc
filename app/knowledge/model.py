"""What the seller knows: the price list, the documents cut into passages, and answers that stand on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

STALE_DAYS = 30
"""A price list or document older than this is warned about (requirement A10c)."""


@dataclass(frozen=True, slots=True)
class PriceItem:
    """An article of the price list.

    Args:
        price: Roubles for one unit, as the price list has it: with VAT or without is the seller's rule.
        vat_rate: As the price list has it: "22", "10", "без НДС"; empty where the seller's own rate holds.
        min_qty: Smallest quantity sold; may be a part of a unit.
        stock: How many lie in the warehouse; None when not said.
        lead_days: Days until it can be shipped; None when not said.
        source: Where it was read: «catalog.csv, строка 12».
    """

    sku: str
    name: str
    unit: str
    price: Decimal
    vat_rate: str
    min_qty: Decimal = Decimal(1)
    note: str = ""
    stock: Decimal | None = None
    lead_days: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class KnowledgeText:
    """A document of the knowledge base, as text."""

    file: str
    text: str


class Column(StrEnum):
    """What a column of a price list holds."""

    SKU = "sku"
    NAME = "name"
    UNIT = "unit"
    PRICE = "price"
    VAT_RATE = "vat_rate"
    MIN_QTY = "min_qty"
    STOCK = "stock"
    LEAD_DAYS = "lead_days"
    NOTE = "note"


class RowState(StrEnum):
    """`DOUBTFUL` rows are read, but a person should look at them; `SKIPPED` ones are not in the price list."""

    READ = "read"
    DOUBTFUL = "doubtful"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row of the file.

    Args:
        row: As a spreadsheet numbers it, from 1.
        reason: Why it is doubtful or was skipped, one plain sentence; None for a row that was simply read.
        sheet: Name of the sheet it stands on, where the price list goes over several; else empty.
    """

    row: int
    state: RowState
    cells: tuple[str, ...]
    reason: str | None = None
    item: PriceItem | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class TableImport:
    """A price list as it was understood, shown for confirmation before it is taken.

    Args:
        headers: Texts of the header row, by column.
        header_rows: Which rows of the file are the header, from 1.
        columns: Which column of the file holds what, from 0. A person may change it, and it is remembered by `headers`.
        rows: Every row of the file below the header that is not empty.
        read_as: How the file was read: «UTF-8, разделитель ;», «лист „Прайс“».
        notes: What a person should know of the whole table, each one plain sentence: sheets that were left out.
        valid_until: Last day on which its prices hold, where its own title lines say so.
        priced_on: Day of its prices, where its title lines say so: «цены на 01.11.2026».
        sheets: Names of all sheets that hold anything, in the order of the file.
        read_sheets: Those of them that were read.
        top: The first rows of the sheet as text, one line a row: among them a person finds the header.
    """

    file: str
    sha256: str
    sheet: str
    headers: tuple[str, ...]
    header_rows: tuple[int, ...]
    columns: dict[Column, int]
    rows: tuple[RowReport, ...]
    read_as: str = ""
    notes: tuple[str, ...] = ()
    valid_until: date | None = None
    priced_on: date | None = None
    sheets: tuple[str, ...] = ()
    read_sheets: tuple[str, ...] = ()
    top: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[PriceItem, ...]:
        return tuple(row.item for row in self.rows if row.item is not None)

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)


@dataclass(frozen=True, slots=True)
class PriceList:
    """The price list in force, or an earlier one that it replaced.

    Args:
        loaded_at: When it was taken into the knowledge base, UTC.
        valid_until: Last day on which its prices hold; None when nothing says so. An expired price blocks a proposal.
        priced_on: Day of its prices where the file says so: it may be older than the day of loading.
    """

    id: str
    file: str
    sha256: str
    loaded_at: datetime
    items: tuple[PriceItem, ...]
    valid_until: date | None = None
    priced_on: date | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that can stand as a source.

    Args:
        heading: Headings over it, the nearest last: «Доставка › По области»; empty where there are none.
        text: As the document has it, white space joined; a row of a table as «Куда: до 100 км; Стоимость: 45 ₽ за км».
        place: Its number within the document, from 0.
        literal: What stands in the file where the text was put together, as for a row of a table; else empty.
    """

    id: str
    file: str
    heading: str
    text: str
    place: int
    literal: str = ""

    @property
    def quote(self) -> str:
        """The passage as it stands in its file."""
        return self.literal or self.text


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the knowledge base, cut into passages. `loaded_at` in UTC."""

    id: str
    file: str
    sha256: str
    loaded_at: datetime
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A price list or document that is in force no more, without what stands in it.

    Args:
        loaded_at: When it was taken in, UTC.
        replaced_at: When it went out of force, UTC.
        count: How many articles or passages it holds.
    """

    id: str
    file: str
    is_price_list: bool
    loaded_at: datetime
    replaced_at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. Exactly one of `passage` and `item` is given; `score` orders hits of one search only."""

    score: float
    passage: Passage | None = None
    item: PriceItem | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence comes from; `quote` stands in that file as it is."""

    file: str
    heading: str
    quote: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer from the knowledge base, or that there is none.

    Args:
        text: The sentences one behind the other; «В базе нет ответа. Уточните у …» where there are none.
        ask_whom: Who may know it when the base does not; a person or a department of the base, or empty.
    """

    question: str
    text: str
    is_answerable: bool
    sentences: tuple[AnswerSentence, ...] = ()
    ask_whom: str = ""
    seconds: float = 0.0

    @property
    def sources(self) -> tuple[Source, ...]:
        """Each source once, in the order of the sentences."""
        return tuple(dict.fromkeys(sentence.source for sentence in self.sentences))


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is in force: the price list and the documents of one seller."""

    price_list: PriceList | None = None
    documents: tuple[Document, ...] = ()
    replaced: tuple[str, ...] = field(default=())
