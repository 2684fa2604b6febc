"""Sellers, rows and proposals for the tests of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from app.knowledge.model import PriceItem, Source
from app.profile.seller import Person, Seller, VatMode
from app.proposal.model import BlockKind, Client, Fact, Line, Number, Proposal, Sentence, TextBlock, Zone

SELLER = Seller(
    brand="ВолгаНасос",
    legal_name="ООО «ВолгаНасос»",
    phone="+78442300100",
    manager=Person("Олег Жуков", "менеджер", "+78442300101", "zhukov@volganasos.example"),
)
CLIENT = Client(company="АО «Ромашка»", contact="Пётр Ильич Серов", role="главный инженер", city="Камышин")


def line(qty: str = "2", price: str = "12500.00", **changes: Any) -> Line:
    base = Line(
        sku="ГН-16",
        name="Насос дренажный ГНОМ 16-16",
        unit="шт",
        qty=Decimal(qty),
        price=Decimal(price),
        vat_rate=Decimal(22),
        source="price.csv, строка 4",
    )
    return replace(base, **changes)


def item(**changes: Any) -> PriceItem:
    base = PriceItem(
        "ГН-16", "Насос дренажный ГНОМ 16-16", "шт", Decimal("12500.00"), "22", source="price.csv, строка 4"
    )
    return replace(base, **changes)


def proposal(*lines: Line, blocks: Sequence[TextBlock] = (), **changes: Any) -> Proposal:
    base = Proposal(
        number=Number(2026, 117),
        dated=date(2026, 11, 18),
        valid_until=date(2026, 12, 2),
        seller=SELLER,
        client=CLIENT,
        lines=lines or (line(),),
        blocks=tuple(blocks),
        asked="В ответ на ваш запрос от 17.11.2026",
        vat_mode=changes.pop("vat_mode", VatMode.INCLUDED),
    )
    return replace(base, **changes)


def block(*sentences: str, kind: BlockKind = BlockKind.COVERING, zone: Zone = Zone.PROSE) -> TextBlock:
    return TextBlock(kind, tuple(Sentence(text) for text in sentences), zone)


def fact(text: str, file: str = "terms.md", heading: str = "") -> Fact:
    return Fact(text, Source(file, heading, text))
