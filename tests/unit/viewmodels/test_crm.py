from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.core.errors import UserFixable
from app.deals.model import FieldDefinition, FieldOption, FieldType
from app.delivery import faults
from app.delivery.model import (
    CrmKind,
    CrmValue,
    FieldConflict,
    MappedField,
    Money,
    Operation,
    OperationKind,
    OperationState,
    RemoteField,
    RemoteOption,
    RemoteType,
    Resolution,
)
from app.viewmodels.crm_accounts import portal_of
from app.viewmodels.crm_conflict import Choice, ConflictChoices
from app.viewmodels.crm_outbox import ConflictView, OutboxRow
from app.viewmodels.crm_values import in_our_words
from app.viewmodels.crm_wording import Badge, badge_of, next_text
from app.viewmodels.settings_form import CheckState
from tests.fakes.crm_desk import ACCOUNT
from tests.unit.viewmodels.conftest import Table, make_table

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
WEBHOOK = "https://teplo.bitrix24.ru/rest/7/a1b2c3d4e5f60718/"


@pytest.fixture
def table() -> Iterator[Table]:
    made = make_table()
    made.desk.start()
    yield made
    made.desk.close()


def operation(number: int = 1, state: OperationState = OperationState.PENDING, **more: object) -> Operation:
    return Operation(
        f"{number:032x}",
        ACCOUNT.id,
        f"approval-{number}",
        "deal-1",
        "351",
        OperationKind.NOTE,
        state,
        **more,  # type: ignore[arg-type]
    )


def badge(*operations: Operation) -> Badge:
    return badge_of(operations, [ACCOUNT], NOW)


def test_nothing_is_said_while_nothing_waits() -> None:
    assert badge(operation(state=OperationState.DONE), operation(2, OperationState.CANCELLED)).text == ""


def test_the_most_pressing_thing_is_said_first() -> None:
    offline = operation(1, error_code="crm.offline")
    lost = operation(2, OperationState.UNKNOWN)
    conflict = operation(3, OperationState.CONFLICT)
    assert badge(operation()).text == "Отправляем в CRM (1)"
    assert badge(offline).text == "Нет связи с CRM, отправим позже (1)"
    assert badge(offline, lost).text == "Проверяем, дошло ли (2)"
    assert badge(offline, lost, conflict).text == "CRM ждёт: 1 решение"
    paused = replace(ACCOUNT, is_paused=True)
    assert badge_of([conflict, lost], [paused], NOW).action == "open_settings_crm"


def test_a_limit_is_told_only_when_it_lasts() -> None:
    soon = operation(1, error_code="crm.rate_limited", next_try_at=NOW + timedelta(seconds=20))
    late = operation(1, error_code="crm.rate_limited", next_try_at=NOW + timedelta(minutes=5))
    assert badge(soon).text == "Отправляем в CRM (1)"
    assert badge(late).text == "CRM просит подождать, отправим позже (1)"


def test_the_next_try_is_told_in_the_unit_that_reads_best() -> None:
    def told(seconds: float) -> str:
        return next_text(operation(next_try_at=NOW + timedelta(seconds=seconds), attempts=1), NOW)

    assert told(20) == "Следующая попытка через 20 с"
    assert told(280) == "Следующая попытка через 5 мин"
    assert told(3 * 3600) == "Следующая попытка через 3 ч"
    assert told(-5) == "Попробуем сейчас же."


def test_the_portal_of_a_webhook_holds_no_secret() -> None:
    assert portal_of(WEBHOOK) == "https://teplo.bitrix24.ru"
    assert portal_of("teplo.bitrix24.ru") == ""


def test_a_key_is_forgotten_when_the_form_is_left(table: Table) -> None:
    accounts = table.desk.crm.accounts
    accounts.begin(CrmKind.BITRIX24)
    accounts.write("secret", WEBHOOK)
    form = accounts.form
    assert form is not None
    assert "a1b2" not in repr(form)
    accounts.leave()
    assert accounts.form is None
    assert table.connections.known == []


def test_a_failed_check_says_why_and_connects_nothing(table: Table) -> None:
    accounts = table.desk.crm.accounts
    table.connections.error = faults.unauthorised()
    accounts.begin(CrmKind.BITRIX24)
    accounts.write("secret", WEBHOOK)
    accounts.check()
    assert accounts.check_state is CheckState.FAILED
    assert "не принимает ключ" in accounts.check_error


def test_connecting_again_lets_the_queue_go_on(table: Table) -> None:
    table.connections.known = [replace(ACCOUNT, is_paused=True, pause_code="crm.auth")]
    table.delivery.rows = [operation(state=OperationState.PAUSED)]
    accounts = table.desk.crm.accounts
    accounts.refresh()
    accounts.begin_again(ACCOUNT.id)
    accounts.write("secret", WEBHOOK)
    accounts.connect()
    assert table.connections.secrets[ACCOUNT.id] == WEBHOOK
    assert [row.state for row in table.delivery.rows] == [OperationState.DONE]


def test_a_key_that_lapses_within_two_weeks_is_told_at_the_start_without_being_asked(table: Table) -> None:
    now = table.parts.clock.now_utc()
    table.connections.known = [ACCOUNT]
    told = table.connections.portal.account
    table.connections.portal.account = replace(told, expires_at=now + timedelta(days=20))
    table.desk.crm.accounts.watch_key(ACCOUNT.id)
    assert table.said == []
    table.connections.portal.account = replace(told, expires_at=now + timedelta(days=13, hours=1))
    table.desk.crm.accounts.refresh()
    assert "осталось дней 13" in table.said[-1].text
    assert table.said[-1].action == "open_settings_crm"


def test_a_paused_account_is_not_sent_to(table: Table) -> None:
    table.connections.known = [replace(ACCOUNT, is_paused=True)]
    table.delivery.rows = [operation()]
    table.desk.crm.send()
    assert table.delivery.rounds == []


def test_a_round_is_due_again_when_the_delivery_says_so(table: Table) -> None:
    table.connections.known = [ACCOUNT]
    table.delivery.is_online = False
    table.delivery.next_due = table.parts.clock.now_utc() + timedelta(minutes=4)
    table.desk.crm.send()
    outbox = table.desk.crm.outbox
    outbox.send_due()
    assert table.delivery.rounds == [ACCOUNT.id]
    table.parts.clock.advance(241)
    outbox.send_due()
    assert table.delivery.rounds == [ACCOUNT.id, ACCOUNT.id]


def test_the_value_of_a_linked_deal_is_the_crms(table: Table) -> None:
    key = table.parts.profile().fields[0].key
    table.mirror.seen["deal-1"] = {key: "из CRM"}
    table.with_draft()
    item = table.desk.review.item(f"field:{key}")
    assert item is not None
    assert item.in_crm is not None
    assert item.in_crm.value == "из CRM"


@pytest.mark.parametrize(
    ("kind", "value", "words", "norm"),
    [
        (FieldType.MONEY, Money(Decimal(1500000)), "1 500 000 ₽", 1_500_000),
        (FieldType.MONEY, Money(Decimal("10.50")), "10,50", None),
        (FieldType.DATE, date(2026, 12, 20), "20.12.2026", "2026-12-20"),
        (FieldType.DATETIME, datetime(2026, 12, 20, 7, 0, tzinfo=UTC), "20.12.2026 07:00", "2026-12-20T07:00"),
        (FieldType.PHONE, ("+79161112233",), "+7 916 111-22-33", "+79161112233"),
        (FieldType.ENUM, "1", "Горячий", "hot"),
        (FieldType.BOOL, True, "да", True),
    ],
)
def test_a_value_of_the_crm_is_said_as_ours(kind: FieldType, value: CrmValue, words: str, norm: object) -> None:
    definition = FieldDefinition("key", "Поле", kind, "", options=(FieldOption("hot", "Горячий"),))
    mapped = MappedField("key", "uf", "Поле", RemoteType.OPTION, {"hot": "1"})
    typed = in_our_words(definition, value, mapped, UTC)
    assert typed is not None
    assert typed.value.replace("\xa0", " ") == words
    assert typed.norm == norm


def test_an_empty_value_of_the_crm_is_none() -> None:
    assert in_our_words(FieldDefinition("key", "Поле", FieldType.TEXT, ""), None, None, UTC) is None


def choices(kind: RemoteType, ours: CrmValue, **more: object) -> tuple[ConflictChoices, FieldConflict]:
    conflict = FieldConflict("uf", "Поле", None, None, ours)
    remote = RemoteField("uf", "Поле", kind, **more)  # type: ignore[arg-type]
    view = ConflictView(OutboxRow(operation(state=OperationState.CONFLICT)), (conflict,), {"uf": remote})
    return ConflictChoices(view, UTC), conflict


@pytest.mark.parametrize(
    ("kind", "ours", "entered", "written"),
    [
        (RemoteType.MONEY, Money(Decimal(5), "USD"), "1 200,50", Money(Decimal("1200.50"), "USD")),
        (RemoteType.NUMBER, Decimal(5), "7", Decimal(7)),
        (RemoteType.DATE, date(2026, 1, 1), "20.12.2026", date(2026, 12, 20)),
        (RemoteType.DATETIME, NOW, "20.12.2026 10:00", datetime(2026, 12, 20, 10, 0, tzinfo=UTC)),
        (RemoteType.PHONES, ("+79160000000",), "8 916 111-22-33", ("+79161112233",)),
        (RemoteType.TEXT, "было", "стало", "стало"),
        (RemoteType.BOOL, True, False, False),
    ],
)
def test_a_value_that_is_typed_in_a_conflict_is_of_the_fields_kind(
    kind: RemoteType, ours: CrmValue, entered: str | bool, written: CrmValue
) -> None:
    chosen, conflict = choices(kind, ours)
    assert chosen.edit(conflict, entered) == written
    assert chosen.resolutions == {"uf": Resolution.OURS}
    assert chosen.written == {"uf": written}


def test_an_option_is_chosen_by_its_label_and_written_by_its_id() -> None:
    chosen, conflict = choices(RemoteType.OPTION, "1", options=(RemoteOption("1", "Да"), RemoteOption("2", "Нет")))
    assert [option.label for option in chosen.definition(conflict).options] == ["Да", "Нет"]
    assert chosen.edit(conflict, "2") == "2"


def test_what_is_no_number_is_refused_and_decides_nothing() -> None:
    chosen, conflict = choices(RemoteType.MONEY, Money(Decimal(5)))
    with pytest.raises(UserFixable) as refused:
        chosen.edit(conflict, "много")
    assert refused.value.code == "field.value"
    assert not chosen.is_complete


def test_a_conflict_is_complete_when_each_field_is_decided() -> None:
    chosen, conflict = choices(RemoteType.TEXT, "наше")
    chosen.choose(conflict.key, Choice.EDITED)
    assert not chosen.is_complete
    chosen.choose(conflict.key, Choice.THEIRS)
    assert chosen.is_complete
    assert chosen.resolutions == {"uf": Resolution.THEIRS}
    assert chosen.written == {}
