"""Rows of a price list in words."""

from __future__ import annotations

from decimal import Decimal

from app.knowledge.price_words import told_of
from tests.fakes.knowledge import an_item


def test_goods_are_told_with_price_and_stock() -> None:
    item = an_item("ТО-2", name="Обогреватель ТО-2", stock=Decimal(3), lead_days=5)
    assert told_of(item)[0] == "Обогреватель ТО-2 (ТО-2): 41\u00a0500 ₽ за шт, на складе 3, срок 5 дн."


def test_work_lies_in_no_warehouse() -> None:
    item = an_item("U-2", name="Обучение", unit="услуга", price=Decimal(9000), stock=Decimal(0))
    assert told_of(item)[0] == "Обучение (U-2): 9\u00a0000 ₽ за услугу."


def test_a_unit_that_is_no_word_stays_as_it_is() -> None:
    item = an_item("L-1", name="Место", unit="польз./мес", price=Decimal(790))
    assert told_of(item)[0] == "Место (L-1): 790 ₽ за польз./мес."
