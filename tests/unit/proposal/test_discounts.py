"""How much discount a manager may give alone."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.knowledge.importing import knowledge_of
from app.knowledge.model import Knowledge, KnowledgeText
from app.proposal.discounts import discount_limit


def _knowing(text: str) -> Knowledge:
    return knowledge_of((KnowledgeText("skidki.md", f"# Скидки\n\n- {text}\n"),), (), datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("Больше 7 % скидки нет.", "7"),
        ("Скидки складываются, но итог не больше 15 %.", "15"),
        ("Максимальная скидка — 12,5 %.", "12.5"),
        ("Менеджер может дать до 3 % скидки.", "3"),
        ("От 100 штук скидка 5 %.", "10"),
    ],
)
def test_the_documents_say_where_it_ends(text: str, limit: str) -> None:
    assert discount_limit(Decimal(100), _knowing(text)) == Decimal(limit)


def test_the_company_may_set_less_than_its_documents_allow() -> None:
    assert discount_limit(Decimal(4), _knowing("Больше 7 % скидки нет.")) == 4
    assert discount_limit(Decimal(40), _knowing("Больше 7 % скидки нет.")) == 7
