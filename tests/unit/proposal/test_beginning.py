"""How a proposal begins: lines from the call, doubts shown, nothing picked silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core.errors import UserFixable
from app.draft.model import Draft, FieldStatus, FieldValue, LineItem
from app.proposal.beginning import LineWish, begin
from app.proposal.model import Number, Proposal, WarningKind
from tests.fakes.examples import a_deal, a_draft, evidence
from tests.fakes.proposal_sellers import a_knowledge, a_profile

DAY = date(2026, 3, 3)


def _begun(draft: Draft | None, **chosen: Any) -> Proposal:
    stated: dict[str, Any] = {"lines": None, "today": DAY, "number": Number(2026, 1)}
    return begin(draft, a_profile(), a_knowledge(), **{**stated, **chosen})


def _item(sku: str, qty: int | None, status: FieldStatus = FieldStatus.VERIFIED, name: str = "") -> LineItem:
    return LineItem(sku, name or sku, qty, status, evidence("четыре штуки"))


def test_products_of_the_call_become_lines_at_the_price_of_the_price_list() -> None:
    made = _begun(a_draft())
    (line,) = made.lines
    assert (line.sku, line.qty, line.price, line.discount_percent) == ("ТО-2", 4, Decimal("41500.00"), 0)
    assert line.source == "catalog.csv, строка 3"
    assert line.doubt is None
    assert made.asked == "В ответ на ваш запрос от 02.03.2026"
    assert made.valid_until == date(2026, 3, 13)


def test_a_doubtful_product_offers_the_nearest_and_waits_for_a_person() -> None:
    made = _begun(a_draft(line_items=(_item("ТО-2", 4, FieldStatus.REVIEW, "Обогреватель теплицы ТО-2"),)))
    assert made.lines[0].doubt is not None
    assert "Обогреватель теплицы ТО-1 (ТО-1)" in made.lines[0].doubt
    assert "(ТО-2)" not in made.lines[0].doubt


def test_a_quantity_that_nobody_said_is_a_doubt() -> None:
    made = _begun(a_draft(line_items=(_item("ТО-1", None),)))
    assert (made.lines[0].qty, made.lines[0].doubt) == (1, "Количество в разговоре не названо.")


def test_an_article_that_the_price_list_has_not_makes_no_line_but_a_warning() -> None:
    made = _begun(a_draft(line_items=(_item("ТО-22", 4, name="Обогреватель теплицы ТО-22"),)))
    assert made.lines == ()
    (warning,) = made.found
    assert warning.kind is WarningKind.LINE
    assert "ТО-22" in warning.text
    assert "ТО-2)" in warning.text


def test_lines_asked_for_stand_in_the_place_of_those_of_the_call() -> None:
    made = _begun(a_draft(), lines=(LineWish("ПЛ-5", Decimal("7.5"), Decimal(3)),))
    assert [(line.sku, line.qty, line.discount_percent) for line in made.lines] == [("ПЛ-5", Decimal("7.5"), 3)]


def test_an_unknown_article_asked_for_is_refused_with_near_ones() -> None:
    with pytest.raises(UserFixable) as caught:
        _begun(None, lines=(LineWish("ТО-3", Decimal(1)),))
    assert caught.value.code == "proposal.article"
    assert "ТО-2" in str(caught.value)


def test_the_client_has_only_what_was_said_and_what_is_unproven_is_told() -> None:
    fields = {
        "company_name": FieldValue("company_name", "Зелёный мыс", None, FieldStatus.REVIEW, evidence("мыс")),
        "contact_name": FieldValue("contact_name"),
        "delivery_city": FieldValue("delivery_city", "Тверь", None, FieldStatus.VERIFIED, evidence("в Тверь")),
    }
    made = _begun(a_draft(fields=fields))
    assert (made.client.company, made.client.contact, made.client.city) == ("Зелёный мыс", "", "Тверь")
    assert any("Зелёный мыс" in warning.text for warning in made.found)


def test_a_deal_gives_the_client_of_an_empty_proposal() -> None:
    made = _begun(None, deal=a_deal())
    assert (made.client.company, made.client.inn, made.deal_id) == ("ООО «Зелёный мыс»", "7707083893", "deal-1")
    assert made.asked == ""


def test_a_discount_of_the_call_is_told_and_not_given() -> None:
    said = evidence("сделаем скидку десять процентов", 0)
    draft = a_draft()
    draft = replace(draft, next_steps=(replace(draft.next_steps[0], evidence=said),))
    made = _begun(draft)
    assert [line.discount_percent for line in made.lines] == [0]
    assert any("скидку десять процентов" in warning.text and "00:00" in warning.text for warning in made.found)


def test_a_promise_against_the_base_is_shown_as_a_contradiction() -> None:
    claims = [{"said": "Гарантия пять лет.", "file": "garantiya.md", "base": "Обогреватели ТО — 3 года"}]
    made = _begun(a_draft(extra={"claims": claims}))
    (warning,) = [one for one in made.found if one.kind is WarningKind.CONTRADICTION]
    assert "Гарантия пять лет." in warning.text
    assert "3 года" in warning.text
    assert not any("пять лет" in fact.text for fact in made.facts)


def test_what_may_be_told_holds_no_budget() -> None:
    made = _begun(a_draft())
    assert not any("300 000" in fact.text or "триста" in fact.text for fact in made.facts)
    assert any("Обогреть теплицу" in fact.text for fact in made.facts)
