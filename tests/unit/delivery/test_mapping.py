"""What of ours belongs to what of the CRM's, whether it still does, and our values in the CRM's terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.core.clock import from_local
from app.deals.model import FieldDefinition, FieldOption, FieldType
from app.delivery.codec import value_from_json, value_to_json
from app.delivery.faults import CrmFailure
from app.delivery.mapping import canonical, faults_of, shown, suggest
from app.delivery.model import (
    CrmValue,
    Entity,
    FieldChange,
    FieldMap,
    MappedField,
    MappingProblem,
    Money,
    RemoteField,
    RemoteOption,
    RemoteType,
)
from tests.fakes.clock import FakeClock

HEAT = (RemoteOption("11", "Горячий"), RemoteOption("12", "Холодный"))
THEIRS = (
    RemoteField("UF_1", "Город доставки", RemoteType.TEXT),
    RemoteField("UF_2", "Интерес клиента", RemoteType.OPTION, options=HEAT),
    RemoteField("OPPORTUNITY", "Сумма", RemoteType.MONEY),
    RemoteField("CLOSEDATE", "Срок поставки", RemoteType.DATE),
    RemoteField("STAGE", "Стадия", RemoteType.STAGE, options=(RemoteOption("N", "Новая"), RemoteOption("I", "Счёт"))),
    RemoteField("contact.PHONE", "Телефон", RemoteType.PHONES, Entity.CONTACT),
    RemoteField("ID", "Город", RemoteType.TEXT, is_readonly=True),
    RemoteField("ASSIGNED", "Ответственный", RemoteType.LINK),
)
OURS = (
    FieldDefinition("delivery_city", "Город доставки", FieldType.TEXT, ""),
    FieldDefinition("budget_amount", "Бюджет", FieldType.MONEY, ""),
    FieldDefinition("deadline", "Срок поставки", FieldType.DATE, ""),
    FieldDefinition(
        "interest_level",
        "Интерес клиента",
        FieldType.ENUM,
        "",
        options=(FieldOption("hot", "горячий"), FieldOption("cold", "Холодный"), FieldOption("gone", "Пропал")),
    ),
    FieldDefinition("stage", "Этап", FieldType.ENUM, "", options=(FieldOption("invoice", "Счет"),)),
    FieldDefinition("phone", "Контактный номер", FieldType.PHONE, ""),
    FieldDefinition("fleet", "Парк погрузчиков", FieldType.INT, ""),
)


def test_fields_are_matched_by_label_and_type_with_their_options() -> None:
    found = {item.key: item for item in suggest(OURS, THEIRS)}
    assert {key: item.remote_key for key, item in found.items()} == {
        "delivery_city": "UF_1",
        "budget_amount": "OPPORTUNITY",
        "deadline": "CLOSEDATE",
        "interest_level": "UF_2",
        "stage": "STAGE",
        "phone": "contact.PHONE",
    }
    assert found["interest_level"].options == {"hot": "11", "cold": "12"}
    assert found["stage"].options == {"invoice": "I"}
    assert (found["deadline"].label, found["deadline"].type) == ("Срок поставки", RemoteType.DATE)


def test_a_field_of_another_type_or_for_reading_only_is_never_suggested() -> None:
    city = FieldDefinition("city", "Город", FieldType.DATE, "")
    owner = FieldDefinition("owner", "Ответственный", FieldType.TEXT, "")
    amount = FieldDefinition("sum_text", "Сумма", FieldType.TEXT, "")
    assert [item.remote_key for item in suggest((city, owner, amount), THEIRS)] == []


def test_a_part_of_a_name_is_enough_where_nothing_is_called_just_so() -> None:
    city = FieldDefinition("city", "Город", FieldType.TEXT, "")
    assert [item.remote_key for item in suggest((city,), THEIRS)] == ["UF_1"]
    exact = (*THEIRS, RemoteField("UF_8", "Город", RemoteType.TEXT))
    assert [item.remote_key for item in suggest((city,), exact)] == ["UF_8"]


def test_the_client_is_never_written_over_the_name_of_the_deal() -> None:
    company = FieldDefinition("company_name", "Компания", FieldType.TEXT, "")
    title = RemoteField("title", "Название", RemoteType.TEXT)
    clients = RemoteField("company.title", "Название компании", RemoteType.TEXT, Entity.COMPANY)
    assert suggest([company], [title]) == ()
    assert [item.remote_key for item in suggest([company], [title, clients])] == ["company.title"]


def test_two_fields_of_ours_never_get_the_same_one() -> None:
    ours = [FieldDefinition(key, "Город доставки", FieldType.TEXT, "") for key in ("a", "b")]
    assert [(item.key, item.remote_key) for item in suggest(ours, THEIRS)] == [("a", "UF_1")]


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        (None, MappingProblem.REMOVED),
        ({"label": "Интерес"}, MappingProblem.RENAMED),
        ({"type": RemoteType.TEXT}, MappingProblem.TYPE_CHANGED),
        ({"is_readonly": True}, MappingProblem.READ_ONLY),
        ({"options": HEAT[1:]}, MappingProblem.OPTION_GONE),
    ],
)
def test_what_became_of_a_mapped_field_is_said(other: dict[str, Any] | None, problem: MappingProblem) -> None:
    mapped = MappedField("interest_level", "UF_2", "Интерес клиента", RemoteType.OPTION, {"hot": "11"})
    rest = tuple(item for item in THEIRS if item.key != "UF_2")
    now = rest if other is None else (*rest, replace(THEIRS[1], **other))
    found = faults_of(FieldMap("1", (mapped,)), now)
    assert [(fault.key, fault.problem) for fault in found] == [("interest_level", problem)]
    assert "Интерес клиента" in found[0].text


def test_what_is_as_it_was_or_switched_off_is_no_fault() -> None:
    mapped = MappedField("interest_level", "UF_2", "Интерес  клиента", RemoteType.OPTION, {"hot": "11"})
    gone = MappedField("x", "UF_9", "Прежнее", RemoteType.TEXT, is_enabled=False)
    assert faults_of(FieldMap("1", (mapped, gone)), THEIRS) == ()


def a_value(kind: RemoteType, norm: Any, words: str = "", options: tuple[RemoteOption, ...] = ()) -> CrmValue:
    """Our value as the CRM takes it, in Moscow."""
    remote = RemoteField("F", "Поле", kind, options=options)
    mapped = MappedField("f", "F", "Поле", kind, {"hot": "11"} if options else {})
    return canonical(FieldChange("f", FieldType.TEXT, norm, "Поле", words), mapped, remote, FakeClock())


@pytest.mark.parametrize(
    ("kind", "norm", "words", "value"),
    [
        (RemoteType.TEXT, None, "Тверь", "Тверь"),
        (RemoteType.TEXT, "hot", "Горячий", "Горячий"),
        (RemoteType.NUMBER, 12, "12", Decimal(12)),
        (RemoteType.NUMBER, None, "1 250,5", Decimal("1250.5")),
        (RemoteType.MONEY, 300_000, "300 000 ₽", Money(Decimal("300000.00"))),
        (RemoteType.MONEY, None, "1 250,50 ₽", Money(Decimal("1250.50"))),
        (RemoteType.DATE, "2026-03-20", "20.03.2026", date(2026, 3, 20)),
        (RemoteType.DATE, "2026-03-20T23:30", "", date(2026, 3, 20)),
        (RemoteType.DATETIME, "2026-03-20T01:30", "", datetime(2026, 3, 19, 22, 30, tzinfo=UTC)),
        (RemoteType.DATETIME, "2026-03-20", "", datetime(2026, 3, 19, 21, 0, tzinfo=UTC)),
        (RemoteType.BOOL, False, "нет", False),
        (RemoteType.PHONES, "+79123456789", "+7 912 345-67-89", ("+79123456789",)),
        (RemoteType.LINK, "5", "Павел", None),
        (RemoteType.TEXT, None, "  ", None),
    ],
)
def test_values_are_told_in_the_terms_of_the_crm(kind: RemoteType, norm: Any, words: str, value: CrmValue) -> None:
    assert a_value(kind, norm, words) == value


def test_options_go_by_the_confirmed_table_or_by_their_exact_name() -> None:
    assert a_value(RemoteType.OPTION, "hot", "как угодно", HEAT) == "11"
    assert a_value(RemoteType.STAGE, "cold", "холодный", HEAT) == "12"
    assert a_value(RemoteType.OPTIONS, ["hot", "cold"], "Горячий, Холодный", HEAT) == ("11", "12")


@pytest.mark.parametrize(
    ("kind", "norm", "words"),
    [
        (RemoteType.OPTION, "gone", "Пропал"),
        (RemoteType.OPTIONS, ["hot", "gone"], "Горячий, Пропал"),
        (RemoteType.NUMBER, None, "около десяти"),
        (RemoteType.MONEY, None, "недорого"),
        (RemoteType.DATE, None, "к весне"),
        (RemoteType.BOOL, None, "возможно"),
    ],
)
def test_a_value_without_a_place_in_the_field_is_refused_before_anything_is_written(
    kind: RemoteType, norm: Any, words: str
) -> None:
    with pytest.raises(CrmFailure) as caught:
        a_value(kind, norm, words, HEAT if kind in (RemoteType.OPTION, RemoteType.OPTIONS) else ())
    assert (caught.value.code, caught.value.keys) == ("crm.invalid", ("F",))
    assert f"поле «Поле»: «{words}» туда не подходит." in str(caught.value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "пусто"),
        (True, "да"),
        (Money(Decimal("5000.00")), "5\u00a0000\u00a0₽"),
        (Money(Decimal("5000.00"), "USD"), "5000.00 USD"),
        (Decimal("1250.50"), "1250,5"),
        (date(2026, 3, 20), "20.03.2026"),
        (datetime(2026, 3, 20, 7, 0, tzinfo=UTC), "20.03.2026 10:00"),
        ("11", "Горячий"),
        (("11", "12"), "Горячий, Холодный"),
        ("Тверь", "Тверь"),
    ],
)
def test_values_of_the_crm_are_shown_in_words(value: CrmValue, words: str) -> None:
    assert shown(value, THEIRS[1], FakeClock()) == words


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "текст",
        Decimal("0.10"),
        Money(Decimal("1.20"), "USD"),
        date(2026, 3, 20),
        datetime(2026, 3, 20, 7, 0, tzinfo=UTC),
        ("a", "b"),
        (),
    ],
)
def test_a_value_comes_out_of_the_store_as_it_went_in(value: CrmValue) -> None:
    assert value_from_json(value_to_json(value)) == value
    assert type(value_from_json(value_to_json(value))) is type(value)


def test_a_time_in_summer_and_in_winter_is_meant_by_the_clocks_of_that_day() -> None:
    class Berlin(FakeClock):
        def local(self, moment: datetime) -> datetime:
            from zoneinfo import ZoneInfo

            return moment.astimezone(ZoneInfo("Europe/Berlin"))

    assert from_local(datetime(2026, 7, 1, 10, 0), Berlin()) == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)  # noqa: DTZ001
    assert from_local(datetime(2026, 1, 1, 10, 0), Berlin()) == datetime(2026, 1, 1, 9, 0, tzinfo=UTC)  # noqa: DTZ001
    assert from_local(datetime(2026, 3, 29, 3, 30), Berlin()) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # noqa: DTZ001
