"""Exports of CRMs as rows, whatever their columns are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest

from app.core.errors import UserFixable
from app.deals.crm_file import column_of, read_crm_table
from app.deals.crm_rows import CrmColumn, CrmTable
from app.deals.ports import Cell


@dataclass(frozen=True)
class ASheet:
    rows: list[list[Cell]]
    read_as: str = ""


def table(*rows: list[Cell]) -> CrmTable:
    return read_crm_table([ASheet([["Отчёт за июнь"], []]), ASheet(list(rows))], "сделки.xlsx")


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Название сделки", CrmColumn.TITLE),
        ("Стадия сделки", CrmColumn.STAGE),
        ("Этап сделки", CrmColumn.STAGE),
        ("Бюджет, ₽", CrmColumn.AMOUNT),
        ("Контакт: Рабочий телефон", CrmColumn.PHONE),
        ("Рабочий e-mail", CrmColumn.EMAIL),
        ("Полное имя контакта", CrmColumn.CONTACT),
        ("Компания контакта", CrmColumn.COMPANY),
        ("Дата редактирования", CrmColumn.UPDATED_AT),
        ("Ближайшая задача", CrmColumn.NEXT_STEP),
        ("Deal Stage", CrmColumn.STAGE),
        ("Expected Revenue", CrmColumn.AMOUNT),
        ("deal_id", CrmColumn.DEAL_ID),
        ("Цвет", None),
    ],
)
def test_columns_are_known_by_the_headings_of_usual_crms(heading: str, column: CrmColumn | None) -> None:
    assert column_of(heading) is column


def test_rows_begin_below_the_headings_and_count_as_in_a_spreadsheet() -> None:
    read = table(
        ["Сделки отдела"],
        ["ID", "Сделка", "Сумма", "Компания", "Цвет"],
        ["7", "Насосы", Decimal("450000.0"), "  Зелёный   мыс ", "синий"],
        [None, None, None, None, None],
        ["ID", "Сделка", "Сумма", "Компания", "Цвет"],
        [None, "Вентили", None, "Полюс", None],
    )
    assert [(row.number, row.deal_id) for row in read.rows] == [(3, "7"), (6, "6")]
    first = read.rows[0]
    assert (first.text(CrmColumn.AMOUNT), first.text(CrmColumn.COMPANY)) == ("450000", "Зелёный мыс")
    assert first.extra == {"Цвет": "синий"}
    assert list(read.columns) == [CrmColumn.DEAL_ID, CrmColumn.TITLE, CrmColumn.AMOUNT, CrmColumn.COMPANY]


def test_dates_of_a_spreadsheet_become_iso() -> None:
    read = table(
        ["Компания", "Дата создания", "Дата изменения", "Срок задачи"],
        ["Мыс", datetime(2026, 6, 1, 10, 30), date(2026, 6, 2), Decimal("46176.5")],  # noqa: DTZ001
    )
    row = read.rows[0]
    assert row.text(CrmColumn.CREATED_AT) == "2026-06-01 10:30"
    assert row.text(CrmColumn.UPDATED_AT) == "2026-06-02"
    assert row.text(CrmColumn.NEXT_STEP_AT) == "2026-06-03 12:00"


def test_of_several_phones_the_first_filled_counts() -> None:
    read = table(["Компания", "Рабочий телефон", "Мобильный телефон"], ["Мыс", None, "8 912 345-67-89"])
    assert read.rows[0].text(CrmColumn.PHONE) == "8 912 345-67-89"


@pytest.mark.parametrize("empty", ["", "—", "н/д", "нет данных", "не указан", "NULL"])
def test_a_dash_is_nothing(empty: str) -> None:
    assert table(["Компания", "Телефон"], ["Мыс", empty]).rows[0].text(CrmColumn.PHONE) == ""


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["Артикул", "Наименование", "Цена"], ["1", "Насос", "5"]], "crm_file.no_columns"),
        ([["Компания", "Телефон"]], "crm_file.no_rows"),
    ],
)
def test_a_file_without_deals_is_refused_with_the_cure(rows: list[list[Cell]], code: str) -> None:
    with pytest.raises(UserFixable) as caught:
        table(*rows)
    assert caught.value.code == code
    assert caught.value.hint
