"""What a cell of a CRM may hold and what it may not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.deals.cell_checks import amount_fault, email_fault, inn_fault, phone_fault, read_amount
from app.deals.crm_rows import CrmColumn
from app.deals.cures import proposed


@pytest.mark.parametrize(
    "phone",
    [
        "+7 912 345-67-89",
        "8 (912) 345-67-89",
        "79123456789",
        "912-345-6789",
        "812 345-67-89",
        "8 800 555-35-35",
        "+375 29 123-45-67",
        "8 (912) 345-67-89 доб. 12",
        "8 912 345-67-89, 8 (495) 111-22-33",
        "тел. 8 (495) 111-22-33",
    ],
)
def test_a_phone_in_any_usual_spelling_is_right(phone: str) -> None:
    assert phone_fault(phone) is None


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        ("8 (912) 345-678", "не хватает цифр"),
        ("+7 912 345-67-8", "не хватает цифр"),
        ("345-67-89", "не хватает цифр"),
        ("8 912 345-67-899", "лишние"),
        ("+7 (000) 000-00-00", "не настоящий"),
        ("9999999999", "не настоящий"),
        ("спросить у Ольги", "не только цифры"),
        ("8 912 345-67-89, 8 (495) 111-22", "не хватает цифр"),
    ],
)
def test_a_phone_nobody_can_be_called_by_is_told(phone: str, said: str) -> None:
    assert said in (phone_fault(phone) or "")


@pytest.mark.parametrize(
    "email",
    [
        "Zakaz@Mys.ru",
        "a.petrov+crm@sub.mys-torg.com",
        "почта@ромашка.рф",
        "one@mys.ru; two@mys.ru",
        "Пётр <petr@mys.ru>",
        "x@mail.ru",
        "x@email.ru",
        "x@ya.ru",
        "x@gmail.com",
    ],
)
def test_an_address_that_can_be_written_to_is_right(email: str) -> None:
    assert email_fault(email) is None


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("zakaz.mys.ru", "нет знака @"),
        ("zakaz@mys,ru", "запятая"),
        ("zakaz@@mys.ru", "два знака"),
        ("zakaz@mys", "нет точки"),
        ("zakaz@mys.r", "нет окончания"),
        ("zakaz@mail.rru", "опечатка"),
        ("zakaz@gmial.com", "похоже на gmail.com"),
        ("zakaz@yandex.con", "опечатка"),
        ("za kaz@mys.ru", "пробел"),
        ("zakaz@mуs.ru", "латинские и русские"),
        ("zakaz@mys..ru", "так почта не пишется"),
    ],
)
def test_a_slip_in_an_address_is_told(email: str, said: str) -> None:
    assert said in (email_fault(email) or "")


@pytest.mark.parametrize("inn", ["7707083893", "500100732259", "7707 083 893", "7707083893.0", "ИНН 7707083893"])
def test_an_inn_whose_digits_agree_is_right(inn: str) -> None:
    assert inn_fault(inn) is None


@pytest.mark.parametrize(
    ("inn", "said"),
    [
        ("7707083894", "контрольная цифра"),
        ("7707038893", "контрольная цифра"),
        ("770708389", "9 цифр"),
        ("77070838931", "11 цифр"),
        ("0000000000", "контрольная цифра"),
        ("нет ИНН", "не только цифры"),
    ],
)
def test_an_inn_that_cannot_be_is_told(inn: str, said: str) -> None:
    assert said in (inn_fault(inn) or "")


def test_an_inn_that_lost_its_zero_in_a_spreadsheet_is_told_so() -> None:
    assert "ноль" in (inn_fault("278000229") or "")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("450 000 ₽", "450000"),
        ("450000.00", "450000"),
        ("450 000 ?", "450000"),
        ("1 250,50 руб.", "1250.50"),
        ("1,250,000.50", "1250000.50"),
        ("1.250.000,50", "1250000.50"),
        ("-45000", "-45000"),
        ("много", None),
    ],
)
def test_a_sum_is_read_in_every_usual_spelling(text: str, amount: str | None) -> None:
    assert read_amount(text) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("text", "said"),
    [("-45000", "отрицательная"), ("много", "не сумма"), ("9999999999999", "велика"), ("12 000 000 000", "велика")],
)
def test_a_sum_that_cannot_be_is_told(text: str, said: str) -> None:
    assert said in (amount_fault(text, Decimal(100_000)) or "")


def test_a_sum_in_another_currency_is_no_slip() -> None:
    assert amount_fault("12 000 $") is None


@pytest.mark.parametrize(
    ("column", "text", "meant"),
    [
        (CrmColumn.EMAIL, "zakaz@mys,ru", "zakaz@mys.ru"),
        (CrmColumn.EMAIL, "zakaz@gmail.con", "zakaz@gmail.com"),
        (CrmColumn.EMAIL, "zakaz@gmial.com", "zakaz@gmail.com"),
        (CrmColumn.EMAIL, "zakaz@yandex.r", "zakaz@yandex.ru"),
        (CrmColumn.EMAIL, "zа kaz@mys.ru", "zakaz@mys.ru"),
        (CrmColumn.EMAIL, "zakaz.mys.ru", ""),
        (CrmColumn.INN, "7707083894", ""),
        (CrmColumn.NEXT_STEP_AT, "2062-06-20", "2026-06-20"),
        (CrmColumn.NEXT_STEP_AT, "20.06.2062", "20.06.2026"),
        (CrmColumn.NEXT_STEP_AT, "2036-06-20", ""),
        (CrmColumn.NEXT_STEP_AT, "31.06.2026", ""),
        (CrmColumn.PHONE, "8 912", ""),
    ],
)
def test_what_was_probably_meant_is_proposed_where_it_is_plain(column: CrmColumn, text: str, meant: str) -> None:
    assert proposed(column, text, date(2026, 6, 15)) == meant
