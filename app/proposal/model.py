"""A commercial proposal («КП»): lines, money, texts with their sources, and what is wrong with it. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.core.errors import Bug
from app.knowledge.model import Source
from app.profile.seller import Seller, VatMode

RULES_ALWAYS_ON = frozenset({1, 2, 3})
"""Rules of style that no company can switch off: a placeholder left in is never a matter of taste."""


class LegalStatus(StrEnum):
    """What the document is before the law; the company chooses (DOMAIN.md 1.5)."""

    INFORMATION = "information"
    OFFER = "offer"
    INVITATION = "invitation"


class Rounding(StrEnum):
    """Where VAT is rounded: in each line, or in the total and spread over the lines."""

    PER_LINE = "per_line"
    FROM_TOTAL = "from_total"


@dataclass(frozen=True, slots=True)
class Client:
    """To whom it is addressed; empty where nobody said it."""

    company: str = ""
    contact: str = ""
    role: str = ""
    inn: str = ""
    city: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table.

    Args:
        sku: Article of the price list; empty for a row written by hand.
        price: Roubles for one unit before the discount, as the price list has it.
        discount_percent: 0 to 100.
        vat_rate: Per cent; None for «без НДС».
        option: «А», «Б» … where one proposal offers several ways; empty for a row that belongs to all.
        source: Where the price stands: «catalog.csv, строка 12»; empty for a price written by hand.
        doubt: What a person must settle before the proposal can be made final; None when nothing.
    """

    sku: str
    name: str
    unit: str
    qty: Decimal
    price: Decimal
    discount_percent: Decimal = Decimal(0)
    vat_rate: Decimal | None = None
    option: str = ""
    lead_days: int | None = None
    source: str = ""
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class LineSum:
    """Money of one row in kopeck precision.

    Args:
        price: For one unit after the discount, in the form of the price list, rounded half up.
        sum: What the client pays for the row, VAT inside where there is VAT.
        vat: VAT inside `sum`; 0 for «без НДС».
    """

    price: Decimal
    sum: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class VatShare:
    """VAT of one rate in a total."""

    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """Money of a proposal, or of one option of it.

    Args:
        lines: One for each line, in order.
        total: What the client pays.
        vat: VAT inside `total`.
        vat_shares: By rate, the highest first; empty for «без НДС».
        in_words: «Два миллиона четыреста тысяч рублей 00 копеек».
    """

    lines: tuple[LineSum, ...]
    total: Decimal
    vat: Decimal
    vat_shares: tuple[VatShare, ...]
    in_words: str


class Zone(StrEnum):
    """Part of the document that a text stands in: rules of style hold by zone."""

    PROSE = "prose"
    TERMS = "terms"
    LEGAL = "legal"
    REQUISITES = "requisites"


class BlockKind(StrEnum):
    COVERING = "covering"
    NEED = "need"
    DELIVERY = "delivery"
    PAYMENT = "payment"
    WARRANTY = "warranty"
    EXCLUDED = "excluded"
    NEXT_STEP = "next_step"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text block; `source` is None where nothing supports it yet."""

    text: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A text of the proposal, sentence by sentence."""

    kind: BlockKind
    sentences: tuple[Sentence, ...]
    zone: Zone = Zone.PROSE

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


class WarningKind(StrEnum):
    """The kinds of CLI.md, and those that a screen tells apart beside them."""

    STYLE = "style"
    UNSOURCED = "unsourced"
    PLACEHOLDER = "placeholder"
    DISCOUNT_LIMIT = "discount_limit"
    CONTRADICTION = "contradiction"
    PRICE_AGE = "price_age"
    VAT = "vat"
    LINE = "line"
    VOLUME = "volume"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Warning:
    """What a person should look at.

    Args:
        text: One plain sentence with the place and the cure.
        quote: The words it is about, as they stand; empty when it is about no words.
        cure: What the quote becomes by one click; None when there is no such cure.
        rule: Number of the style rule (DOMAIN.md 5.2); 0 for anything else.
        is_blocking: True where the proposal cannot be made final before it is settled.
    """

    kind: WarningKind
    text: str
    block: BlockKind | None = None
    quote: str = ""
    cure: str | None = None
    rule: int = 0
    is_blocking: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """«КП-2026-0117», of a revision «КП-2026-0117/2»."""

    year: int
    running: int
    revision: int = 1

    def __str__(self) -> str:
        tail = f"/{self.revision}" if self.revision > 1 else ""
        return f"КП-{self.year}-{self.running:04d}{tail}"

    @classmethod
    def parse(cls, text: str) -> Number:
        """Read what `str` writes. Raises Bug on anything else."""
        head, _slash, revision = text.partition("/")
        parts = head.split("-")
        if len(parts) != 3 or not all(part.isdigit() for part in parts[1:]):
            raise Bug("proposal.number", f"no number of a proposal: {text!r}")
        return cls(int(parts[1]), int(parts[2]), int(revision or 1))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a text of the proposal may say: from the call, the price list or the knowledge base."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything that one document is made from.

    Args:
        asked: What the client asked for and when: «В ответ на ваш запрос от 17.11.2026».
        blocks: Texts in the order of the document.
        template: Name of a built-in template («short», «full», «price_request»), or the company's file.
        assumptions: What was taken for granted, for the archive: «цены на 17.11.2026».
        discount_by: The head who allows discounts above the manager's limit; empty where nobody has.
        facts: What its texts may say; they are checked against nothing else.
        found: What was noticed when it was begun and stays true whatever is edited: a promise of the call that the
            knowledge base contradicts, an article that the price list has not.
    """

    number: Number
    dated: date
    valid_until: date
    seller: Seller
    client: Client
    lines: tuple[Line, ...]
    blocks: tuple[TextBlock, ...] = ()
    asked: str = ""
    vat_mode: VatMode = VatMode.INCLUDED
    rounding: Rounding = Rounding.PER_LINE
    status: LegalStatus = LegalStatus.INFORMATION
    template: str = "full"
    assumptions: tuple[str, ...] = ()
    call_id: str = ""
    deal_id: str = ""
    warnings: tuple[Warning, ...] = field(default=())
    discount_by: str = ""
    facts: tuple[Fact, ...] = ()
    found: tuple[Warning, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """«А», «Б» … in the order of the lines; empty where the proposal offers one way."""
        return tuple(dict.fromkeys(line.option for line in self.lines if line.option))

    def block(self, kind: BlockKind) -> TextBlock | None:
        return next((block for block in self.blocks if block.kind is kind), None)

    @property
    def is_blocked(self) -> bool:
        """True while something must be settled before it can be made final."""
        return any(warning.is_blocking for warning in self.warnings)
