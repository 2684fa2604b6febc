"""How old the prices are, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.knowledge.age import PriceDates, expired, price_dates, warnings
from app.knowledge.model import Document, Knowledge, PriceList

LOADED = datetime(2026, 10, 1, 9, tzinfo=UTC)
PRICES = PriceList("1", "price.xlsx", "", LOADED, ())


def _said(price_list: PriceList | None, today: date) -> list[str]:
    return warnings(Knowledge(price_list), today, UTC)


@pytest.mark.parametrize(
    ("line", "priced_on", "valid_until"),
    [
        ("Прайс-лист действителен до 31.12.2026", None, date(2026, 12, 31)),
        ("Цены на 01.11.2026", date(2026, 11, 1), None),
        ("Прайс-лист от 1 ноября 2026 г.", date(2026, 11, 1), None),
        ("Цены действуют с 01.11.2026 по 30.11.2026", date(2026, 11, 1), date(2026, 11, 30)),
        ("Срок действия цен: до «15» декабря 2026 года", None, date(2026, 12, 15)),
        ("Цены действительны по 31.12.26 включительно", None, date(2026, 12, 31)),
        ("Prices valid until 31 December 2026", None, date(2026, 12, 31)),
        ("Price list as of 2026-11-01", date(2026, 11, 1), None),
        ("Прайс-лист действителен до 31.02.2026", None, None),
        ("Договор поставки от 01.11.2026", None, None),
        ("Цены без учёта доставки", None, None),
    ],
)
def test_the_dates_of_prices_are_read_from_their_title(
    line: str, priced_on: date | None, valid_until: date | None
) -> None:
    assert price_dates([line]) == PriceDates(priced_on, valid_until)


def test_a_price_list_is_warned_about_after_thirty_days() -> None:
    assert _said(PRICES, date(2026, 10, 31)) == []
    assert _said(PRICES, date(2026, 11, 11)) == ["Прайс-лист загружен 41 день назад. Проверьте, не изменились ли цены."]


def test_old_prices_loaded_today_are_as_old_as_they_say() -> None:
    old = replace(PRICES, priced_on=date(2026, 8, 1))
    assert _said(old, date(2026, 10, 2)) == [
        "Цены прайс-листа на 01.08.2026: им 62 дня. Проверьте, не изменились ли они."
    ]


def test_prices_hold_through_their_last_day_and_not_longer() -> None:
    price_list = replace(PRICES, valid_until=date(2026, 10, 15))
    assert expired(price_list, date(2026, 10, 15)) is None
    assert "15.10.2026" in str(expired(price_list, date(2026, 10, 16)))
    assert _said(price_list, date(2026, 10, 16))[0] == expired(price_list, date(2026, 10, 16))


def test_an_old_document_is_named() -> None:
    document = Document("d", "delivery.md", "", LOADED, ())
    said = warnings(Knowledge(PRICES, (document,)), date(2026, 12, 1), UTC)
    assert "«delivery.md» загружен 61 день назад" in said[1]


def test_a_missing_price_list_is_said() -> None:
    assert _said(None, date(2026, 10, 2)) == ["Прайс-лист не загружен: цены взять неоткуда."]
