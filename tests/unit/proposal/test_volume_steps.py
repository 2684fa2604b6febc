"""Discounts for volume in the documents: found as they are worded, told for the rows they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.knowledge.importing import knowledge_of
from app.knowledge.model import KnowledgeText, PriceItem
from app.proposal.model import Line, Proposal, WarningKind
from app.proposal.volume_steps import hints, steps_of
from tests.fakes import sample_proposals

ITEMS = (PriceItem("СТ-1", "Стол рабочий", "шт", Decimal(9000), "", note="от 4 шт −3 %"),)


def steps(text: str, heading: str = "Скидки", items: tuple[PriceItem, ...] = ()) -> list[tuple[str, str, str]]:
    """Least, unit or «₽», per cent."""
    known = knowledge_of((KnowledgeText("terms.md", f"## {heading}\n\n{text}\n"),), items, datetime.now(UTC))
    return [(str(s.least), "₽" if s.is_sum else s.unit, str(s.percent)) for s in steps_of(known)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("При заказе от 10 шт − 5 %.", [("10", "шт", "5")]),
        ("От 20 столов — 3 %. От 50 — 7,5 %.", [("20", "столов", "3"), ("50", "столов", "7.5")]),
        ("Скидка 5 % при заказе от 10 штук, 7 % при заказе от 25.", [("10", "штук", "5"), ("25", "штук", "7")]),
        ("От 10 до 49 шт. скидка 2 %, от 50 шт. скидка 4 %.", [("10", "шт", "2"), ("50", "шт", "4")]),
        ("От 300 тыс. руб. — скидка 4 %; от 1,5 млн руб. — 6 %.", [("300000", "₽", "4"), ("1500000.0", "₽", "6")]),
        ("| Сумма заказа | Скидка |\n|---|---|\n| от 100 000 ₽ | 5 % |", [("100000", "₽", "5")]),
        ("| Количество, шт | Скидка |\n|---|---|\n| от 100 | 5 % |", [("100", "", "5")]),
        ("При оплате от 6 месяцев — 5 %. Аванс от 30 %. Больше 12 % скидки нет.", []),
        ("Скидку больше 3 % даёт руководитель.", []),
    ],
)
def test_a_step_is_read_as_it_is_worded(text: str, found: list[tuple[str, str, str]]) -> None:
    assert steps(text) == found


def test_a_text_that_speaks_of_no_discount_has_no_steps() -> None:
    assert steps("Отклонение от 10 шт — 5 %.", "Приёмка") == []


def test_a_note_of_the_price_list_is_about_its_article_alone() -> None:
    known = knowledge_of((), ITEMS, datetime.now(UTC))
    assert [(step.sku, step.least, step.percent) for step in steps_of(known)] == [("СТ-1", Decimal(4), Decimal(3))]


def proposal(*lines: Line) -> Proposal:
    return replace(sample_proposals.proposal(), lines=lines)


def line(name: str = "Стол рабочий", **changes: object) -> Line:
    return replace(Line("СТ-9", name, "шт", Decimal(20), Decimal(9000)), **changes)  # type: ignore[arg-type]


def told(made: Proposal, text: str) -> list[str]:
    known = knowledge_of((KnowledgeText("terms.md", f"## Скидки\n\n{text}\n"),), ITEMS, datetime.now(UTC))
    found = hints(made, steps_of(known))
    assert all(hint.kind is WarningKind.VOLUME and not hint.is_blocking and hint.cure is None for hint in found)
    return [hint.text for hint in found]


def test_the_highest_step_reached_is_told_with_its_words_and_its_place() -> None:
    said = told(proposal(line()), "От 10 шт — 3 %. От 20 шт — 5 %. От 50 шт — 9 %.")
    assert len(said) == 1
    assert "20 шт" in said[0]
    assert "«terms.md › Скидки»" in said[0]
    assert "«От 20 шт — 5 %»" in said[0]


def test_a_row_that_has_the_discount_or_counts_something_else_is_left_alone() -> None:
    text = "От 10 шт — 5 %."
    assert told(proposal(line(discount_percent=Decimal(5))), text) == []
    assert told(proposal(line(qty=Decimal(9))), text) == []
    assert told(proposal(line(unit="м")), text) == []
    assert told(proposal(line("Кресло", sku="КР-1")), "От 10 столов — 5 %.") == []
    assert len(told(proposal(line()), "От 10 столов — 5 %.")) == 1


def test_a_step_of_the_order_counts_all_its_rows() -> None:
    text = "Заказ от 300 000 ₽ — скидка 4 %."
    assert told(proposal(line()), text) == []
    assert len(told(proposal(line(), line("Тумба")), text)) == 1
    assert told(proposal(line(), line("Тумба", discount_percent=Decimal(4))), text) == []
