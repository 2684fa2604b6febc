"""What hygiene finds among deals, and what it leaves alone."""

from __future__ import annotations

from datetime import date

import pytest

from app.deals.crm_rows import CrmColumn, CrmRow
from app.deals.hygiene import HygieneReport, inspect
from app.deals.hygiene_rules import rules_of_fields
from app.deals.model import FieldDefinition, FieldOption, FieldType
from app.deals.stages import StageKind, stage_kind, unknown_stages

TODAY = date(2026, 6, 15)
WHOLE = {
    CrmColumn.TITLE: "Насосы для котельной",
    CrmColumn.STAGE: "Переговоры",
    CrmColumn.AMOUNT: "450 000 ₽",
    CrmColumn.CREATED_AT: "2026-06-01 10:00",
    CrmColumn.UPDATED_AT: "2026-06-10 12:00",
    CrmColumn.COMPANY: "ООО «Зелёный мыс»",
    CrmColumn.INN: "7707083893",
    CrmColumn.CONTACT: "Пётр Ёлкин",
    CrmColumn.PHONE: "8 (912) 345-67-89",
    CrmColumn.EMAIL: "elkin@mys.ru",
    CrmColumn.NEXT_STEP: "Позвонить",
    CrmColumn.NEXT_STEP_AT: "2026-06-20",
    CrmColumn.LOST_REASON: "",
}


def row(deal_id: str = "1", **changes: str) -> CrmRow:
    return CrmRow(int(deal_id), deal_id, {**WHOLE, **{CrmColumn(key): text for key, text in changes.items()}})


def looked(*rows: CrmRow, **more: object) -> HygieneReport:
    return inspect(rows, list(WHOLE), TODAY, **more)  # type: ignore[arg-type]


def groups(*rows: CrmRow) -> list[tuple[str, ...]]:
    return [group.deal_ids for group in looked(*rows).duplicates]


def other_company(deal_id: str, **changes: str) -> CrmRow:
    own = {"company": "Полюс-Торг", "inn": "", "contact": "Инна Грач", "phone": "8 (495) 111-22-33", "email": ""}
    return row(deal_id, **{**own, **changes})


def test_a_deal_in_order_has_nothing_to_say() -> None:
    assert looked(row()).is_clean


@pytest.mark.parametrize(
    "again",
    [
        {"company": "ЗЕЛЕНЫЙ МЫС OOO", "inn": "", "email": ""},
        {"company": "Мыс Зелёный", "inn": "", "phone": "+79123456789"},
        {"company": "Зелёный Мыс", "phone": "", "email": "", "contact": "Ёлкин"},
        {"company": "Зеленый мыз", "inn": "", "phone": "912-345-6789", "email": ""},
        {"company": "компания «Зелёный мыс»", "inn": "", "phone": "", "email": "ELKIN@MYS.RU"},
        {"company": "Зелёный мыс", "inn": "", "email": "", "phone": "8 (495) 111-22-33, 8 (912) 345-67-89 доб. 12"},
        {"company": "", "inn": "", "email": "", "contact": "Ёлкин Пётр"},
    ],
)
def test_a_deal_entered_again_is_found_whatever_its_spelling(again: dict[str, str]) -> None:
    assert groups(row("1"), row("2", created_at="2026-06-05", **again)) == [("1", "2")]


@pytest.mark.parametrize(
    "namesake",
    [
        {"inn": "7728168971", "phone": "8 (495) 111-22-33", "email": "", "contact": "Пётр"},
        {"inn": "", "phone": "8 (495) 111-22-33", "email": "", "contact": "Инна Грач"},
        {"inn": "7728168971"},
    ],
)
def test_a_namesake_is_no_duplicate(namesake: dict[str, str]) -> None:
    assert groups(row("1"), row("2", **namesake)) == []


def test_the_next_purchase_of_a_client_is_no_duplicate() -> None:
    assert groups(row("1"), row("2", deal_title="Вентили", created_at="2026-03-01 10:00")) == []
    assert groups(row("1"), row("2", deal_title="Вентили", amount="12 000", created_at="2026-06-03")) == []


def test_another_company_on_the_same_switchboard_is_no_duplicate() -> None:
    assert groups(row("1"), other_company("2", phone="89123456789")) == []


def test_three_of_one_are_one_group_in_the_order_of_the_file() -> None:
    rows = (row("3"), other_company("9"), row("1", inn="", company="Зелёный мыс"), row("2", phone="", email=""))
    assert groups(*rows) == [("3", "1", "2")]


def test_without_dates_the_titles_decide() -> None:
    same = row("2", created_at="", deal_title="насос в котельную")
    other = row("3", created_at="", deal_title="Годовой сервис")
    assert groups(row("1"), same, other) == [("1", "2")]


def test_numbers_tell_namesakes_apart() -> None:
    plain = {"inn": "", "email": "", "contact": "Ёлкин", "phone": ""}
    assert groups(row("1", company="Завод 4", **plain), row("2", company="Завод 14", **plain)) == []


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"inn": "7707083894"}, "inn", "контрольная"),
        ({"phone": "+7 000 000-00-00"}, "phone", "не настоящий"),
        ({"email": "elkin@gmail.con"}, "email", "опечатка"),
        ({"amount": "-5"}, "amount", "отрицательная"),
        ({"created_at": "2026-02-30 10:00"}, "created_at", "такой даты нет"),
        ({"next_step_at": "31.06.2026"}, "next_step_at", "такой даты нет"),
        ({"next_step_at": "2062-06-20"}, "next_step_at", "опечатка в годе"),
        ({"next_step_at": "скоро"}, "next_step_at", "не дата"),
        ({"updated_at": "2026-05-01"}, "updated_at", "раньше, чем создана"),
        ({"next_step_at": "2026-05-20"}, "next_step_at", "раньше, чем создана сделка"),
        ({"updated_at": "2026-07-01"}, "updated_at", "ещё не наступила"),
        ({"stage": "В работе???"}, "stage", "нет такого этапа"),
    ],
)
def test_a_value_that_cannot_be_is_told_with_its_reason(changes: dict[str, str], column: str, said: str) -> None:
    (found,) = looked(row(**changes)).invalid
    assert (found.column, said in found.why) == (column, True)


@pytest.mark.parametrize("changes", [{"created_at": "01.06.2026"}, {"amount": "450000.00"}, {"inn": ""}])
def test_another_spelling_and_an_empty_inn_are_in_order(changes: dict[str, str]) -> None:
    assert looked(row(**changes)).is_clean


@pytest.mark.parametrize("stage", ["Переговоры", "Отложено", "Новый"])
def test_an_open_deal_needs_a_next_step_with_its_date(stage: str) -> None:
    found = looked(row(stage=stage, next_step="", next_step_at="—")).missing
    assert [one.column.value for one in found] == ["next_step", "next_step_at"]


def test_a_closed_deal_needs_none_and_a_lost_one_its_reason() -> None:
    nothing = {"next_step": "", "next_step_at": ""}
    assert looked(row(stage="Оплачено", **nothing)).is_clean
    found = looked(row(stage="Закрыто и не реализовано", **nothing)).missing
    assert [one.column.value for one in found] == ["lost_reason"]


def test_what_the_crm_has_no_column_for_is_not_missing() -> None:
    columns = [column for column in WHOLE if column is not CrmColumn.PHONE]
    assert inspect([row(phone="")], columns, TODAY).is_clean


def test_fields_that_the_company_demands_are_demanded() -> None:
    fields = (
        FieldDefinition("email", "Почта", FieldType.EMAIL, "", is_required=True),
        FieldDefinition("stage", "Этап", FieldType.ENUM, "", options=(FieldOption("n", "Замер"),)),
    )
    rules = rules_of_fields(fields)
    report = looked(row(email="", stage="Замер"), row("2", stage="Новый"), stages=rules.stages, required=rules.required)
    assert [one.column.value for one in report.missing] == ["email"]
    assert [(one.deal_id, one.column.value) for one in report.invalid] == [("2", "stage")]


@pytest.mark.parametrize(
    ("stage", "updated", "is_stale"),
    [
        ("Переговоры", "2026-05-15", True),
        ("Переговоры", "2026-05-16 09:00", False),
        ("Оплачено", "2026-01-15", False),
        ("Проиграно", "2026-01-15", False),
        ("Отложено", "2026-01-15", False),
    ],
)
def test_an_open_deal_without_a_touch_for_over_thirty_days_is_stale(stage: str, updated: str, is_stale: bool) -> None:
    report = looked(row(stage=stage, created_at="2026-01-01", updated_at=updated, lost_reason="дорого"))
    assert bool(report.stale) is is_stale


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Успешно реализовано", StageKind.WON),
        ("Сделка успешна", StageKind.WON),
        ("Closed won", StageKind.WON),
        ("Закрыто и не реализовано", StageKind.LOST),
        ("Отказ клиента", StageKind.LOST),
        ("Отложенный спрос", StageKind.PAUSED),
        ("Ожидание оплаты", StageKind.OPEN),
        ("Счёт на предоплату", StageKind.OPEN),
    ],
)
def test_the_name_of_a_stage_tells_whether_a_deal_is_open(name: str, kind: StageKind) -> None:
    assert stage_kind(name) is kind


def test_a_stage_that_one_deal_of_many_has_is_strange_unless_crms_call_a_stage_so() -> None:
    names = ["Сбор мощностей"] * 15 + ["Переговоры"] * 15
    names += ["Замер", "Пилотный запуск", "Сборр мощностей", "Перговоры", "Синий"]
    assert unknown_stages(names) == {"Сборр мощностей", "Перговоры", "Синий"}
