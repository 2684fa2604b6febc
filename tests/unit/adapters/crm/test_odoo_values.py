"""Odoo's spelling of values and ours; what a real Odoo answers is tried in tests/real_odoo."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.adapters.crm.odoo_values import FieldKind, deal_of, html_of, kinds_of, read_value, text_of, written_value
from app.delivery.faults import CrmFailure
from app.delivery.model import CrmValue, Money, RemoteType


def kind(odoo_type: str, name: str = "field", **facts: Any) -> FieldKind:
    return kinds_of({name: {"type": odoo_type, "string": "Поле", "store": True, **facts}})[name]


@pytest.mark.parametrize("empty", [False, None, "", []])
@pytest.mark.parametrize("odoo_type", ["char", "text", "html", "date", "datetime", "many2one", "selection"])
def test_every_spelling_of_empty_is_none(odoo_type: str, empty: object) -> None:
    assert read_value(kind(odoo_type), {"field": empty}) is None


@pytest.mark.parametrize(
    ("odoo_type", "facts", "raw", "value"),
    [
        ("char", {}, " Тверь ", "Тверь"),
        ("integer", {}, 7, Decimal(7)),
        ("float", {}, 0.1, Decimal("0.1")),
        ("integer", {}, 0, None),
        ("monetary", {"currency_field": "currency"}, 180000.5, Money(Decimal("180000.5"), "RUB")),
        ("monetary", {"currency_field": "currency"}, 0.0, None),
        ("boolean", {}, False, False),
        ("selection", {}, "0", "0"),
        ("many2one", {"relation": "res.users"}, [7, "Анна"], "7"),
        ("many2one", {"relation": "res.users"}, 7, "7"),
        ("many2many", {"relation": "crm.tag"}, [12, 3], ("12", "3")),
        ("date", {}, "2026-12-15", date(2026, 12, 15)),
        ("datetime", {}, "2026-12-15 21:30:00", datetime(2026, 12, 15, 21, 30, tzinfo=UTC)),
        ("html", {}, "<p>Да<br>нет</p>", "Да\nнет"),
    ],
)
def test_a_value_is_read_in_our_spelling(odoo_type: str, facts: dict[str, Any], raw: object, value: CrmValue) -> None:
    assert read_value(kind(odoo_type, **facts), {"field": raw, "currency": [1, "RUB"]}) == value


@pytest.mark.parametrize(
    ("odoo_type", "value", "raw"),
    [
        ("char", None, False),
        ("integer", Decimal(7), 7),
        ("monetary", Money(Decimal("180000.50")), 180000.5),
        ("monetary", None, False),
        ("boolean", False, False),
        ("date", date(2026, 12, 15), "2026-12-15"),
        ("datetime", datetime.fromisoformat("2026-12-16T00:30:00+03:00"), "2026-12-15 21:30:00"),
        ("many2one", "7", 7),
        ("html", "5 < 6\n\nда", "<p>5 &lt; 6</p><p><br></p><p>да</p>"),
    ],
)
def test_a_value_is_written_as_odoo_takes_it(odoo_type: str, value: CrmValue, raw: object) -> None:
    assert written_value(kind(odoo_type), value) == raw


def test_tags_replace_the_tags_that_stand() -> None:
    tags = kind("many2many", relation="crm.tag")
    assert written_value(tags, ("3", "12")) == [[6, 0, [3, 12]]]
    assert written_value(tags, None) == [[6, 0, []]]


def test_an_amount_in_another_currency_is_not_written_as_a_bare_number() -> None:
    with pytest.raises(CrmFailure, match="сделка ведётся в EUR, а сумма в RUB"):
        written_value(kind("monetary"), Money(Decimal(5)), "EUR")


@pytest.mark.parametrize("written", ["8 (916) 111-22-33", "+7 916 111 22 33", "79161112233"])
def test_a_phone_is_one_number_however_it_is_written(written: str) -> None:
    phone = kind("char", "phone")
    assert phone.type is RemoteType.PHONES
    assert read_value(phone, {"phone": written}) == ("+79161112233",)


def test_what_serves_odoo_itself_is_no_field() -> None:
    told = {name: {"type": "char", "string": name, "store": True} for name in ("message_bounce", "id", "write_date")}
    assert kinds_of(told) == {}
    assert kinds_of({"total": {"type": "char", "string": "Всего", "store": False}}) == {}


def test_text_survives_the_way_to_markup_and_back() -> None:
    text = "Итог: 5 < 6 & «да»\n\nВторой абзац"
    assert text_of(html_of(text)) == text


@pytest.mark.parametrize(
    ("row", "company", "name", "phones"),
    [
        ({"partner_name": "ООО Луч", "contact_name": "Иван", "phone": "89161112233"}, "ООО Луч", "Иван", 1),
        ({"partner_id": [5, "Ольга"]}, "АО Маяк", "Ольга", 1),
        ({"partner_id": [6, "АО Маяк"], "contact_name": "Секретарь"}, "АО Маяк", "Секретарь", 0),
        # A contact that this person may not see.
        ({"partner_id": [99, "?"], "contact_name": False}, "", None, 0),
    ],
)
def test_who_the_deal_is_with(row: dict[str, Any], company: str, name: str | None, phones: int) -> None:
    partners = {
        5: {"id": 5, "name": "Ольга", "phone": "+74951234567", "commercial_partner_id": [6, "АО Маяк"]},
        6: {"id": 6, "name": "АО Маяк", "is_company": True, "commercial_partner_id": [6, "АО Маяк"]},
    }
    deal = deal_of({"id": 1, "name": "Сделка", "won_status": "pending", "active": True, **row}, partners)
    assert deal.company == company
    assert (deal.contact.name if deal.contact else None) == name
    assert len(deal.contact.phones if deal.contact else ()) == phones
