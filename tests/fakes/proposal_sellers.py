"""A seller of greenhouse heaters with its knowledge, and parts that stand in for documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from app.adapters.documents.docx_paper import WordReader
from app.adapters.documents.word import WordWriter
from app.adapters.storage.knowledge_index import index_in_memory
from app.core.errors import UserFixable
from app.knowledge.importing import knowledge_of
from app.knowledge.model import Knowledge, KnowledgeText, PriceItem
from app.knowledge.ports import KnowledgeIndex
from app.profile.model import Profile
from app.profile.seller import Person, Seller
from app.proposal.document_tools import DocumentTools
from app.proposal.ports import ReadBack
from tests.fakes.examples import FIELDS

LOADED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SELLER = Seller(
    brand="Тепло и Лист",
    legal_name="ООО «Тепло и Лист»",
    address="170000, Тверь, ул. Садовая, 1",
    manager=Person("Мария Лис", "Менеджер по теплицам", "+74822000000", "lis@leaf.example"),
    valid_days=10,
)


def _item(sku: str, name: str, price: str, row: int, unit: str = "шт") -> PriceItem:
    source = f"catalog.csv, строка {row}"
    return PriceItem(sku, name, unit, Decimal(price), "22", lead_days=3, source=source)


ITEMS = (
    _item("ТО-1", "Обогреватель теплицы ТО-1", "29900.00", 2),
    _item("ТО-2", "Обогреватель теплицы ТО-2", "41500.00", 3),
    _item("ПЛ-5", "Плёнка светостабильная 5 м", "310.50", 4, "м"),
    _item("УМ-1", "Монтаж обогревателя", "6000.00", 5),
)
TEXTS = (
    KnowledgeText(
        "dostavka.md",
        "# Доставка\n\n"
        "| Город | Бесплатно от суммы | Иначе |\n|---|---|---|\n"
        "| Тверь | 50 000 ₽ | 900 ₽ |\n| Ржев, Торжок | 90 000 ₽ | 2 400 ₽ |\n\n"
        "- Отгружаем за 3 рабочих дня после оплаты.\n"
        "- Разгрузка в доставку не входит.\n"
        "- По Твери возим каждый день, в Ржев — по средам.\n",
    ),
    KnowledgeText(
        "usloviya.md",
        "# Условия\n\n## Оплата\n\n- Предоплата 60 %, остальное перед отгрузкой.\n- Рассрочки нет.\n\n"
        "## Скидки\n\n- Больше 7 % скидки нет.\n",
    ),
    KnowledgeText(
        "garantiya.md",
        "# Гарантия\n\n- Обогреватели ТО — 3 года.\n- Плёнка — 1 год.\n- Монтаж — 2 года.\n",
    ),
)


def a_profile() -> Profile:
    return Profile(
        id="leaf",
        brand=SELLER.brand,
        legal_name=SELLER.legal_name,
        manager_name=SELLER.manager.name,
        phones=(),
        emails=(),
        fields=FIELDS,
        price_list=ITEMS,
        knowledge=TEXTS,
        seller=SELLER,
    )


def a_knowledge(items: Sequence[PriceItem] = ITEMS) -> Knowledge:
    return knowledge_of(TEXTS, items, LOADED)


class OpenIndex:
    """An index in memory, closed at the end."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._index, self._database = index_in_memory()
        self._index.replace(knowledge)

    def __enter__(self) -> KnowledgeIndex:
        return self._index

    def __exit__(self, *_error: object) -> None:
        self._database.close()


class PlainDocuments:
    """Real Word files, which a test may have misread; pictures, PDF and letters of one line."""

    def __init__(self) -> None:
        self.total: Decimal | None = None
        self.has_pdf = True

    @property
    def tools(self) -> DocumentTools:
        return DocumentTools(WordWriter(), self, lambda: self, lambda: self, lambda: self)

    def read_back(self, path: Path) -> ReadBack:
        found = WordReader().read_back(path)
        if self.total is None:
            return found
        return replace(found, tables=tuple(replace(table, total=self.total) for table in found.tables))

    def pages(self, path: Path, dpi: int = 96) -> tuple[bytes, ...]:
        return (f"{path.suffix} {dpi}".encode(),)

    def first_page(self, path: Path, rows: int, dpi: int = 96) -> bytes | None:
        written = len(self.read_back(path).tables[0].rows)
        return f"{written} rows {dpi}".encode() if written >= rows else None

    def missing_fonts(self, path: Path) -> tuple[str, ...]:
        assert path.exists()
        return ()

    def convert(self, docx: Path, into: Path) -> str:
        if not self.has_pdf:
            raise UserFixable("document.write", "PDF не записан.")
        into.write_bytes(docx.read_bytes())
        return "запасной преобразователь"

    def __call__(
        self, *, subject: str, text: str, to: str = "", sender: str = "", attachments: Sequence[Path] = ()
    ) -> bytes:
        return f"To: {to}\nFrom: {sender}\nSubject: {subject}\n\n{text}\n{[a.name for a in attachments]}".encode()
