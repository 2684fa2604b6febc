"""What the proposal stage needs from outside: documents written, read back, drawn, converted and put into a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.core.errors import UserFixable
from app.core.i18n import _
from app.proposal.model import Proposal, Totals

BUILTIN_TEMPLATES = ("short", "full", "price_request")
DEFAULT_TEMPLATE = "full"
_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "templates"


def builtin_template(name: str) -> Path:
    """The .docx of a built-in template: «short», «full» or «price_request».

    Raises:
        UserFixable: ``template.unknown`` for any other name.
    """
    if name not in BUILTIN_TEMPLATES:
        raise UserFixable(
            "template.unknown",
            _("Встроенного шаблона «{name}» нет.").format(name=name),
            hint=_("Есть: {names}.").format(names=", ".join(BUILTIN_TEMPLATES)),
            action="open_settings",
        )
    return _FOLDER / f"{name}.docx"


def usable_template(name: str) -> str:
    """The template itself, or the usual one where that is an own file which is no longer there."""
    return name if name in BUILTIN_TEMPLATES or (name and Path(name).is_file()) else DEFAULT_TEMPLATE


class DocumentWriter(Protocol):
    def render(
        self,
        proposal: Proposal,
        totals: Mapping[str, Totals],
        template: Path,
        into: Path,
        *,
        most_rows: int | None = None,
    ) -> None:
        """Make `into` (.docx) from the template; a file that is there already is never overwritten.

        Args:
            totals: By option; under the empty name where the proposal offers one way.
            most_rows: Write only so many rows of each option, for a look at the beginning; the sums stay those of all.

        Raises:
            UserFixable: ``document.exists``, ``document.no_rights``, ``document.disk_full``, ``document.write``,
                ``document.too_long``; of the template ``template.missing``, ``template.broken``, ``template.macros``,
                ``template.code``, ``template.fault`` (a placeholder that cannot be filled), ``template.leftover``
                (something was left unfilled).
        """
        ...


class TableColumn(StrEnum):
    """What a column of the table of goods holds."""

    INDEX = "index"
    SKU = "sku"
    NAME = "name"
    UNIT = "unit"
    QTY = "qty"
    PRICE = "price"
    FULL_PRICE = "full_price"
    DISCOUNT = "discount"
    SUM = "sum"
    NET_SUM = "net_sum"
    VAT_RATE = "vat_rate"
    VAT = "vat"
    LEAD_DAYS = "lead_days"


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of goods as the finished document shows it; None where its cell holds no number."""

    name: str
    qty: Decimal | None = None
    price: Decimal | None = None
    net_sum: Decimal | None = None
    sum: Decimal | None = None
    vat_rate: Decimal | None = None
    vat: Decimal | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table of goods and the totals that stand under it.

    Args:
        option: «А», «Б» …; empty where the document offers one way.
        total: None where no total was found.
        vat_shares: Amounts by rate, as printed; the key is None where no rate stands beside the amount.
        in_words: As printed; empty where there is none.
        headings: By what the column holds, as printed: a heading may say «с НДС» or «без НДС».
    """

    option: str
    rows: tuple[ReadRow, ...]
    total: Decimal | None = None
    vat_shares: Mapping[Decimal | None, Decimal] | None = None
    in_words: str = ""
    headings: Mapping[TableColumn, str] | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the finished document says in numbers."""

    tables: tuple[ReadTable, ...]
    leftovers: tuple[str, ...] = ()


class DocumentChecker(Protocol):
    def read_back(self, path: Path) -> ReadBack:
        """Numbers of a finished .docx, read anew from the file.

        Raises:
            UserFixable: ``document.broken`` where the file cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """Something wrong with a template.

    Args:
        rule: Id of the rule: «DTL101», or ours: «unknown_name», «no_rows».
        text: One plain sentence.
        place: «таблица 1, строка 2, ячейка 2»; «верхний колонтитул, абзац 1».
        cure: One plain sentence: what to do.
        is_blocking: True where no document can be made before it is settled.
        is_curable: True where `TemplateLinter.cure` settles it.
    """

    rule: str
    text: str
    place: str
    cure: str
    is_blocking: bool = True
    is_curable: bool = False


class TemplateLinter(Protocol):
    def faults(self, path: Path) -> tuple[TemplateFault, ...]:
        """What is wrong with a template, in the order of the document.

        Raises:
            UserFixable: ``template.missing``, ``template.broken``, ``template.macros``.
        """
        ...

    def cure(self, path: Path, into: Path) -> int:
        """Write a copy with everything mended that can be mended by itself; returns how many places that were.

        Raises:
            UserFixable: As `faults`, and ``document.exists``, ``document.no_rights``, ``document.write``.
        """
        ...


class MarkKind(StrEnum):
    """What a found place of an old proposal holds."""

    NUMBER = "number"
    DATED = "dated"
    VALID_UNTIL = "valid_until"
    COMPANY = "company"
    CONTACT = "contact"
    TABLE = "table"
    TOTAL = "total"
    VAT = "vat"
    IN_WORDS = "in_words"
    MANAGER = "manager"
    ASKED = "asked"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of an old proposal that changes from one proposal to the next.

    Args:
        label: «Номер», «Дата», «Таблица товаров»: in the language of the screen.
        text: What stands there now.
        place: «абзац 2», «таблица 2, строка 5, ячейка 4».
        confidence: 0 to 1; below 0.7 the person should look at it.
        placeholder: What will stand there: «{{ номер }}»; empty for the table and for an unknown code.
        block: Number of the paragraph in the order of the document, tables and headers included.
        start: Where the text begins in the paragraph's text.
    """

    kind: MarkKind
    label: str
    text: str
    place: str
    confidence: float
    placeholder: str = ""
    block: int = -1
    start: int = 0


@dataclass(frozen=True, slots=True)
class FoundTable:
    """The table of goods. Rows and columns are counted from 0; `columns` in the order of the table."""

    table: int
    header_rows: tuple[int, ...]
    columns: Mapping[TableColumn, int]
    sample_rows: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class FoundTemplate:
    """What was found in an old proposal. A person may take marks out (or change them) before it is written.

    Args:
        unknown_codes: Codes of another program that nothing of ours stands for: they are taken out of the template.
        missing: What every proposal has and this one seems not to have.
        vat_line: Number of a paragraph that stands, with its row, for each rate of VAT; -1 for none.
        dropped: Numbers of paragraphs that are left out of the template with their rows: further lines of VAT.
        repeated: The first and the last paragraph of what stands once for each option (А, Б); None where nothing may.
        notes: What a person should know before it is written, each one plain sentence.
        refusal: Why no template can be made of it, and what helps; empty where one can.
    """

    marks: tuple[Mark, ...]
    table: FoundTable | None = None
    unknown_codes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    vat_line: int = -1
    dropped: tuple[int, ...] = ()
    repeated: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()
    refusal: str = ""


class TemplateFinder(Protocol):
    def find(self, path: Path) -> FoundTemplate:
        """What in an old proposal changes from one to the next.

        Raises:
            UserFixable: ``template.missing``, ``template.broken``, ``template.macros``.
        """
        ...

    def write(self, path: Path, found: FoundTemplate, into: Path) -> None:
        """Write a template: a copy of `path` with placeholders in the places of `found`.

        Raises:
            UserFixable: As `find`, and ``document.exists``, ``document.no_rights``, ``document.write``.
        """
        ...


class PageRenderer(Protocol):
    def pages(self, path: Path, dpi: int = 96) -> tuple[bytes, ...]:
        """The pages of a .docx as PNG, in order. Raises UserFixable ``document.broken``."""
        ...

    def first_page(self, path: Path, rows: int, dpi: int = 96) -> bytes | None:
        """The first page of a document that was written in part, without its count of pages and its sums.

        Args:
            rows: How many rows of an option were written at most.

        Returns:
            None where the rows do not fill the page. Raises UserFixable ``document.broken``.
        """
        ...

    def missing_fonts(self, path: Path) -> tuple[str, ...]:
        """Fonts of the document that this machine has not: their letters are drawn in others."""
        ...


class PdfConverter(Protocol):
    def convert(self, docx: Path, into: Path) -> str:
        """Make the PDF by the best converter of this machine; returns its name as shown to a person.

        Raises:
            UserFixable: ``document.exists``, ``document.no_rights``, ``document.disk_full``, ``document.write``,
                ``document.broken``.
        """
        ...


class MailDraft(Protocol):
    def __call__(
        self, *, subject: str, text: str, to: str = "", sender: str = "", attachments: Sequence[Path] = ()
    ) -> bytes:
        """A letter (.eml) that a mail program opens as an unsent one. Raises UserFixable ``document.missing``."""
        ...
