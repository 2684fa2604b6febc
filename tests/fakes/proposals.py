"""Scripted parts behind the screens «КП» and «База знаний»: in memory, with no document made and no model asked."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.draft.model import Draft
from app.knowledge.importing import knowledge_of
from app.knowledge.model import (
    Answer,
    AnswerSentence,
    Column,
    Document,
    Earlier,
    Hit,
    Knowledge,
    PriceItem,
    PriceList,
    RowReport,
    RowState,
    Source,
    TableImport,
)
from app.profile.model import Profile
from app.proposal import beginning, lines
from app.proposal.archive import FinalFiles, OpenProposal, ProposalRow, ProposalState
from app.proposal.model import BlockKind, Fact, Number, Proposal, Sentence, TextBlock, Warning, WarningKind, Zone
from app.proposal.pricing import totals_by_option

LOADED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def white_page(width: int = 84, height: int = 119) -> bytes:
    """A white page as PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\x00" + b"\xff" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


class ScriptedProposals:
    """`app.viewmodels.proposal_parts.ProposalDesk`; what it is told to find is found in every check."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[str, OpenProposal] = {}
        self.found: tuple[Warning, ...] = ()
        self.drafted: tuple[TextBlock, ...] = (
            TextBlock(
                BlockKind.NEED, (Sentence("Модель написала о задаче.", Source("разговор", "00:30", "о задаче")),)
            ),
        )
        self.facts = (Fact("Обогреть теплицу.", Source("разговор", "00:30", "обогреть теплицу")),)
        self.error: UserFixable | None = None
        self.previews = 0
        self.lacking: dict[str, tuple[str, ...]] = {}
        self.pages: tuple[bytes, ...] = (white_page(),)

    def rows(self) -> list[ProposalRow]:
        return [
            ProposalRow(
                one.proposal.number,
                one.proposal.client.company,
                one.proposal.dated,
                next((t.total for t in totals_by_option(one.proposal).values()), Decimal(0)),
                one.state,
                one.proposal.call_id,
                one.proposal.deal_id,
            )
            for one in reversed(self.kept.values())
        ]

    def open(self, number: Number) -> OpenProposal:
        return self.kept[str(number)]

    def begin(self, draft: Draft | None, profile: Profile, knowledge: Knowledge, today: date) -> Proposal:
        if self.error is not None:
            raise self.error
        number = Number(today.year, 1 + len({one.proposal.number.running for one in self.kept.values()}))
        made = beginning.begin(draft, profile, knowledge, lines=None, today=today, number=number)
        self.keep(made, active_s=0.0, edits=0)
        return made

    def revise(self, number: Number) -> Proposal:
        before = self.kept[str(number)]
        self.kept[str(number)] = replace(before, state=ProposalState.REPLACED)
        made = replace(before.proposal, number=replace(number, revision=number.revision + 1))
        self.keep(made, active_s=0.0, edits=0)
        return made

    def keep(self, proposal: Proposal, *, active_s: float, edits: int) -> None:
        self.kept[str(proposal.number)] = OpenProposal(proposal, ProposalState.DRAFT, None, active_s, edits)

    def discard(self, number: Number) -> None:
        del self.kept[str(number)]

    def checked(self, proposal: Proposal) -> Proposal:
        found = [warning for line in proposal.lines for warning in lines.faults(line, Decimal(10))]
        text = " ".join(block.text for block in proposal.blocks)
        stands = [one for one in self.found if one.kind is WarningKind.CONTRADICTION or one.quote in text]
        return replace(proposal, warnings=(*proposal.found, *found, *stands))

    def draft_texts(self, proposal: Proposal, draft: Draft | None, cancel: CancelToken) -> Proposal:
        cancel.raise_if_cancelled()
        return replace(proposal, blocks=self.drafted, facts=self.facts)

    def preview(self, proposal: Proposal, dpi: int = 96, *, is_first_only: bool = False) -> Sequence[bytes]:
        self.previews += 1
        return self.pages[:1] if is_first_only else self.pages

    def missing_fonts(self, proposal: Proposal) -> Sequence[str]:
        return self.lacking.get(proposal.template, ())

    def finish(self, proposal: Proposal, by: str) -> FinalFiles:
        if self.error is not None:
            raise self.error
        stem = str(proposal.number).replace("/", "_")
        docx, pdf, eml = (self.folder / f"{stem}.{kind}" for kind in ("docx", "pdf", "eml"))
        files = FinalFiles(docx, pdf, eml, "LibreOffice")
        self.folder.mkdir(parents=True, exist_ok=True)
        for file in files.files:
            file.write_text(f"{proposal.number} {by}", "utf-8")
        self.kept[str(proposal.number)] = OpenProposal(proposal, ProposalState.FINAL, files)
        return files


class ScriptedKnowledge:
    """`app.viewmodels.knowledge.KnowledgeBase` over the texts and articles of a profile."""

    def __init__(self, profile: Profile, loaded_at: datetime = LOADED) -> None:
        self.base = knowledge_of(profile.knowledge, profile.price_list, loaded_at)
        self.said: tuple[str, ...] = ()
        self.table: TableImport | None = None
        self.tables: dict[tuple[str | None, int | None], TableImport] = {}
        self.is_left = False
        self.gone: list[PriceList | Document] = []
        self.error: UserFixable | None = None

    def knowledge(self) -> Knowledge:
        return self.base

    def warnings(self, today: date) -> Sequence[str]:
        return self.said

    def preview_price_list(
        self,
        path: Path,
        columns: dict[Column, int] | None = None,
        *,
        sheet: str | None = None,
        header_row: int | None = None,
    ) -> TableImport:
        if self.error is not None:
            raise self.error
        table = self.tables.get((sheet, header_row)) or self.table or a_table(path.name)
        return replace(table, columns=columns) if columns is not None else table

    def leave_preview(self) -> None:
        self.is_left = True

    def take_price_list(self, table_import: TableImport) -> object:
        prices = self.base.price_list
        if prices is not None:
            taken = replace(
                prices, file=table_import.file, items=table_import.items, valid_until=table_import.valid_until
            )
            self.base = replace(self.base, price_list=taken)
        return None

    def withdraw(self, id: str) -> None:
        prices = self.base.price_list
        if prices is not None and prices.id == id:
            self.gone.append(prices)
            self.base = replace(self.base, price_list=None)
        self.gone += [document for document in self.base.documents if document.id == id]
        documents = tuple(document for document in self.base.documents if document.id != id)
        self.base = replace(self.base, documents=documents)

    def restore(self, id: str) -> None:
        for one in [one for one in self.gone if one.id == id]:
            self.gone.remove(one)
            if isinstance(one, Document):
                self.base = replace(self.base, documents=(*self.base.documents, one))
            else:
                self.base = replace(self.base, price_list=one)

    def earlier(self) -> Sequence[Earlier]:
        return [
            Earlier(one.id, one.file, not isinstance(one, Document), one.loaded_at, LOADED, 1)
            for one in reversed(self.gone)
        ]

    def set_valid_until(self, price_list_id: str, last_day: date | None) -> None:
        prices = self.base.price_list
        if prices is not None and prices.id == price_list_id:
            self.base = replace(self.base, price_list=replace(prices, valid_until=last_day))

    def add_document(self, path: Path) -> object:
        if self.error is not None:
            raise self.error
        self.base = replace(self.base, documents=(*self.base.documents, Document(path.name, path.name, "", LOADED, ())))
        return None

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        words = [word.casefold() for word in query.split()]
        passages = [
            Hit(1.0, passage=passage)
            for document in self.base.documents
            for passage in document.passages
            if any(word[:5] in f"{passage.heading} {passage.text}".casefold() for word in words if len(word) > 3)
        ]
        return [*self.items(query, 3), *passages][:limit]

    def items(self, query: str, limit: int = 10) -> list[Hit]:
        known: tuple[PriceItem, ...] = self.base.price_list.items if self.base.price_list is not None else ()
        exact = [item for item in known if item.sku.casefold() == query.strip().casefold()]
        return [Hit(1.0, item=item) for item in (exact or beginning.nearest(query, known, limit))]

    def ask(self, question: str) -> Answer:
        hit = next((hit for hit in self.search(question) if hit.passage is not None), None)
        if hit is None or hit.passage is None:
            return Answer(question, "В базе нет ответа. Уточните у отдела логистики.", False, (), "отдела логистики")
        passage = hit.passage
        source = Source(passage.file, passage.heading, passage.text)
        return Answer(question, passage.text, True, (AnswerSentence(passage.text, source),))


def a_table(file: str = "прайс.xlsx") -> TableImport:
    """A price list as it was read: two rows read, one doubtful, one skipped."""
    items = [
        PriceItem("ТД-100", "Труба дренажная 100", "м", Decimal("180.50"), "22", stock=Decimal(1200)),
        PriceItem("ТД-120", "Труба дренажная 120", "м", Decimal(240), "22"),
        PriceItem("МФ-1", "Муфта", "шт", Decimal(95), ""),
    ]
    rows = (
        RowReport(5, RowState.READ, ("ТД-100", "Труба дренажная 100", "м", "180,50"), None, items[0]),
        RowReport(6, RowState.READ, ("ТД-120", "Труба дренажная 120", "м", "240,00"), None, items[1]),
        RowReport(7, RowState.DOUBTFUL, ("МФ-1", "Муфта", "", "95"), "Единица не указана: взято «шт».", items[2]),
        RowReport(8, RowState.SKIPPED, ("МФ-2", "Муфта большая", "шт", "по запросу"), "Вместо цены «по запросу»."),
    )
    columns = {Column.SKU: 0, Column.NAME: 1, Column.UNIT: 2, Column.PRICE: 3}
    headers = ("Артикул", "Наименование", "Ед.", "Цена розничная", "Цена дилерская")
    return TableImport(file, "0" * 64, "Прайс", headers, (4,), columns, rows, "лист «Прайс»")


def a_terms_block() -> TextBlock:
    """A block whose second sentence nothing supports."""
    source = Source("terms.md", "Оплата", "Предоплата 50 %")
    sentences = (Sentence("Предоплата 50 %.", source), Sentence("Отсрочка год."))
    return TextBlock(BlockKind.PAYMENT, sentences, Zone.TERMS)
