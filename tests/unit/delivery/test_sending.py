"""What was approved goes to the CRM once, in its order, whatever happens on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.core.cancel import CancelToken
from app.core.errors import Cancelled, UserFixable
from app.delivery import faults
from app.delivery.faults import CrmFailure
from app.delivery.model import SETTLES_S, Money, OperationState, TaskOrder
from app.recording.model import CallState
from tests.fakes.crm import FakeConnector, renamed
from tests.fakes.deliveries import ACCOUNT, Delivery
from tests.fakes.examples import accepted, note, step

BUDGET = accepted("budget_amount", "300 000 ₽", 300_000)


def test_an_approval_arrives_as_fields_then_note_then_tasks(delivery: Delivery) -> None:
    delivery.call_with_deal(amount=None)
    delivery.approve(
        BUDGET, accepted("deadline", "20.03.2026", "2026-03-20"), note(), step(), step("Позвонить", key="1")
    )
    assert delivery.deliver() is None
    assert delivery.crm.deals["remote-1"] == {"amount": Money(Decimal(300_000)), "due": date(2026, 3, 20)}
    assert delivery.crm.texts("remote-1") == ["Ищет обогреватели для теплицы."]
    assert delivery.crm.titles("remote-1") == ["Прислать расчёт", "Позвонить"]
    writes = [call for call in delivery.crm.calls if call in ("write_deal", "add_note", "add_task")]
    assert writes == ["write_deal", "add_note", "add_task", "add_task"]
    assert delivery.states() == ["done"] * 4


def test_the_call_is_delivered_once_all_of_it_has_arrived(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.crm.trouble("add_task", faults.unknown())
    delivery.approve(settles_call=True)
    due = delivery.deliver()
    assert due is not None
    assert delivery.store.calls.get("call-1").state is CallState.APPROVED
    delivery.drain()
    assert delivery.store.calls.get("call-1").state is CallState.DELIVERED


def test_nothing_is_queued_of_a_deal_that_is_in_no_crm_or_of_what_was_rejected(delivery: Delivery) -> None:
    delivery.call_with_deal(is_linked=False)
    delivery.approve()
    assert delivery.operations() == []


def test_linking_a_deal_queues_what_stands_approved_of_it_and_nothing_twice(delivery: Delivery) -> None:
    delivery.call_with_deal(is_linked=False)
    delivery.approve(accepted("delivery_city", "Тверь"), note())
    delivery.approve(accepted("delivery_city", "Ржев"))
    queued = delivery.service.link("deal-1", ACCOUNT, "remote-1")
    assert [(op.kind, [c.shown for c in op.changes]) for op in queued] == [("note", []), ("fields", ["Ржев"])]
    assert delivery.service.link("deal-1", ACCOUNT, "remote-1") == []
    delivery.deliver()
    assert delivery.crm.deals["remote-1"] == {"city": "Ржев"}


def test_a_deal_stands_for_one_deal_of_the_crm(delivery: Delivery) -> None:
    delivery.call_with_deal()
    with pytest.raises(UserFixable) as caught:
        delivery.service.link("deal-1", ACCOUNT, "remote-2")
    assert caught.value.code == "delivery.linked"


def test_unlinking_cancels_what_waits_and_linking_again_queues_it_anew(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.approve(note())
    delivery.service.unlink("deal-1")
    assert delivery.states() == ["cancelled"]
    delivery.service.link("deal-1", ACCOUNT, "remote-1")
    delivery.deliver()
    assert delivery.crm.texts("remote-1") == ["Ищет обогреватели для теплицы."]


@pytest.mark.parametrize("is_done", [True, False], ids=["arrived", "did not arrive"])
@pytest.mark.parametrize(("call", "decision"), [("write_deal", BUDGET), ("add_note", note()), ("add_task", step())])
def test_a_lost_answer_never_makes_a_second_effect(
    delivery: Delivery, call: str, decision: object, is_done: bool
) -> None:
    delivery.call_with_deal()
    delivery.crm.trouble(call, faults.unknown(), is_done=is_done, times=2)
    delivery.approve(decision)  # type: ignore[arg-type]
    delivery.drain()
    assert delivery.states() == ["done"]
    assert list(delivery.crm.effects.values()) == [1]


def test_what_was_being_sent_when_the_program_died_is_looked_up_first(delivery: Delivery) -> None:
    class Killed(BaseException):
        pass

    class DyingConnector(FakeConnector):
        def add_note(self, deal_id: str, text: str, op_id: str):  # type: ignore[no-untyped-def]
            super().add_note(deal_id, text, op_id)
            raise Killed

    delivery.call_with_deal()
    delivery.approve(note())
    delivery.connector = lambda _account_id: DyingConnector(delivery.crm)
    with pytest.raises(Killed):
        delivery.deliver()
    assert delivery.states() == ["sending"]
    delivery.connector = lambda _account_id: FakeConnector(delivery.crm)
    delivery.started()
    asked = len(delivery.crm.calls)
    delivery.deliver()
    delivery.clock.advance(SETTLES_S - 1)
    delivery.deliver()
    assert (delivery.states(), len(delivery.crm.calls)) == (["unknown"], asked)
    delivery.drain()
    assert delivery.states() == ["done"]
    assert len(delivery.crm.texts("remote-1")) == 1


def test_a_blocked_deal_does_not_hold_up_another(delivery: Delivery) -> None:
    delivery.call_with_deal("1", city="Псков")
    delivery.call_with_deal("2")
    delivery.crm.colleague("remote-1", "city", "Омск")
    delivery.approve(accepted("delivery_city", "Тверь"), note())
    delivery.approve(accepted("delivery_city", "Тверь"), note(), name="2")
    delivery.deliver()
    assert delivery.states() == ["conflict", "pending", "done", "done"]


def test_two_approvals_of_one_field_are_no_conflict_with_each_other(delivery: Delivery) -> None:
    delivery.call_with_deal(city="Псков")
    delivery.approve(accepted("delivery_city", "Тверь"))
    delivery.approve(accepted("delivery_city", "Ржев"))
    delivery.deliver()
    assert delivery.crm.deals["remote-1"]["city"] == "Ржев"
    assert delivery.states() == ["done", "done"]


def test_waits_double_up_to_five_minutes_and_begin_anew_after_success(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.approve(note())
    delivery.crm.trouble("add_note", faults.unknown(), times=11)
    waits = []
    while (due := delivery.deliver()) is not None:
        waits.append(round((due - delivery.clock.now_utc()).total_seconds()))
        delivery.clock.advance(waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_the_crm_is_left_alone_as_long_as_it_asks(delivery: Delivery) -> None:
    delivery.call_with_deal("1")
    delivery.call_with_deal("2")
    delivery.approve(note())
    delivery.approve(note(), name="2")
    delivery.crm.trouble("add_note", faults.rate_limited(90.0))
    assert delivery.deliver() == delivery.clock.now_utc() + timedelta(seconds=90)
    asked = len(delivery.crm.calls)
    delivery.clock.advance(60)
    delivery.deliver()
    assert len(delivery.crm.calls) == asked
    delivery.clock.advance(31)
    assert delivery.deliver() is None
    assert delivery.states() == ["done", "done"]


def test_a_week_without_network_rejects_nothing_and_asks_no_more_than_needed(delivery: Delivery) -> None:
    for name in "123":
        delivery.call_with_deal(name)
        delivery.approve(note(), name=name)
    delivery.crm.state = faults.offline()
    delivery.drain(7 * 24 * 3600)
    assert delivery.states() == ["pending"] * 3
    assert len(delivery.crm.calls) < 7 * 24 * 12 + 20
    assert delivery.badge == "Нет связи с CRM, отправим позже (3)"
    delivery.crm.state = None
    delivery.drain()
    assert delivery.states() == ["done"] * 3


def test_a_person_who_comes_back_online_need_not_wait_for_the_next_try(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.crm.state = faults.offline()
    delivery.approve(note())
    for _ in range(9):
        delivery.deliver()
        delivery.clock.advance(300)
    delivery.deliver()
    delivery.crm.state = None
    delivery.clock.advance(6)
    delivery.approve(step())
    assert delivery.deliver() is None
    assert delivery.states() == ["done", "done"]


def test_after_a_day_of_trying_the_operation_waits_for_a_person(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.approve(note())
    delivery.crm.trouble("add_note", faults.rate_limited(), times=1000)
    delivery.drain(48 * 3600)
    operation = delivery.operations()[0]
    assert (operation.state, operation.error_code) == (OperationState.PAUSED, "crm.gave_up")
    assert operation.error_text == (
        "За сутки отправить не удалось: CRM просит подождать: слишком много запросов."
        " Нажмите «Повторить», когда CRM будет в порядке; без вас больше не пробуем."
    )
    delivery.crm.troubles.clear()
    delivery.service.retry(operation.id)
    delivery.deliver()
    assert delivery.states() == ["done"]


@pytest.mark.parametrize("days", [1, -1, 400, -400])
def test_a_clock_set_to_another_day_neither_stalls_nor_floods(delivery: Delivery, days: int) -> None:
    delivery.call_with_deal()
    delivery.approve(note())
    delivery.crm.trouble("add_note", faults.unknown(), times=3)
    delivery.deliver()
    delivery.clock.jump(days * 86_400)
    assert delivery.deliver() is not None
    assert delivery.crm.calls.count("add_note") == 1
    delivery.drain(60)
    assert delivery.states() == ["done"]


@pytest.mark.parametrize("days", [1, -1])
def test_a_restart_after_the_clock_was_set_goes_on_within_an_hour(delivery: Delivery, days: int) -> None:
    delivery.call_with_deal()
    delivery.approve(note())
    delivery.crm.trouble("add_note", faults.unknown())
    delivery.deliver()
    delivery.clock.jump(days * 86_400)
    delivery.started()
    delivery.drain(3700)
    assert delivery.states() == ["done"]


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (faults.unauthorised(), "Подключите CRM заново: Тепло (2)"),
        (faults.blocked(), "CRM закрыла доступ: Тепло (2)"),
    ],
)
def test_a_refused_key_pauses_the_account_and_keeps_the_queue(
    delivery: Delivery, failure: CrmFailure, text: str
) -> None:
    delivery.call_with_deal("1")
    delivery.call_with_deal("2")
    delivery.approve(note())
    delivery.approve(note(), name="2")
    delivery.crm.state = failure
    assert delivery.deliver() is None
    assert delivery.states() == ["paused", "pending"]
    account = delivery.store.accounts.account(ACCOUNT)
    assert (account.is_paused, account.pause_code) == (True, failure.code)
    assert delivery.badge == text
    asked = len(delivery.crm.calls)
    delivery.deliver()
    assert len(delivery.crm.calls) == asked
    delivery.crm.state = None
    delivery.service.resume(ACCOUNT)
    delivery.deliver()
    assert delivery.states() == ["done", "done"]


def test_a_key_that_is_gone_from_the_keychain_pauses_the_account(delivery: Delivery) -> None:
    def refuse(_account_id: str) -> FakeConnector:
        raise UserFixable("crm.no_key", "Ключа нет.", hint="Подключите CRM заново.")

    delivery.call_with_deal()
    delivery.approve(note())
    delivery.connector = refuse
    assert delivery.deliver() is None
    assert delivery.store.accounts.account(ACCOUNT).pause_code == "crm.no_key"


def test_what_the_crm_does_not_keep_is_said_by_its_label(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.crm.ignores.add("amount")
    delivery.approve(BUDGET, accepted("delivery_city", "Тверь"))
    delivery.deliver()
    operation = delivery.operations()[0]
    assert (operation.state, operation.error_code) == (OperationState.REJECTED, "crm.not_applied")
    assert operation.error_text.startswith("CRM не приняла: Сумма сделки.")
    assert operation.action == "open_field_map"
    assert operation.written == {"city": "Тверь"}


def test_a_deleted_deal_lets_the_person_choose_another(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.approve()
    del delivery.crm.deals["remote-1"]
    delivery.deliver()
    operation = delivery.operations()[0]
    assert (operation.state, operation.error_text, operation.action) == (
        OperationState.REJECTED,
        "Сделка в CRM удалена или недоступна. Выберите другую сделку.",
        "choose_deal",
    )
    delivery.crm.add_deal("remote-9")
    delivery.service.choose_deal(operation.id, "remote-9")
    delivery.deliver()
    assert delivery.states() == ["done"] * 3
    assert delivery.crm.deals["remote-9"]["city"] == "Тверь"
    link = delivery.service.link_of("deal-1")
    assert link is not None
    assert link.remote_id == "remote-9"


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (faults.forbidden("crm.lead: write"), "У подключения нет права: crm.lead: write. Передайте это администратору"),
        (faults.invalid("дата в прошлом", ("due",)), "CRM не принимает значение: дата в прошлом Исправьте"),
        (faults.unexpected("418"), "CRM ответила неожиданно. Сохраните отчёт: в нём нет ключей и имён клиентов."),
    ],
)
def test_what_only_a_person_can_put_right_is_not_tried_again(
    delivery: Delivery, failure: CrmFailure, text: str
) -> None:
    delivery.call_with_deal()
    delivery.approve(BUDGET)
    delivery.crm.trouble("write_deal", failure)
    assert delivery.deliver() is None
    operation = delivery.operations()[0]
    assert operation.state is OperationState.REJECTED
    assert operation.error_text.startswith(text)
    assert delivery.badge == "CRM ждёт: 1 решение"
    delivery.clock.advance(86_400)
    delivery.deliver()
    assert delivery.states() == ["rejected"]
    delivery.service.retry(operation.id)
    delivery.deliver()
    assert delivery.states() == ["done"]


def test_the_badge_says_that_arrival_is_being_checked(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.approve(note())
    delivery.crm.trouble("add_note", faults.unknown())
    delivery.deliver()
    assert delivery.badge == "Проверяем, дошло ли (1)"
    operation = delivery.operations()[0]
    assert operation.error_text.startswith("Ответ CRM потерялся: проверяем, дошло ли.")
    with pytest.raises(UserFixable) as caught:
        delivery.service.cancel(operation.id)
    assert caught.value.code == "delivery.in_flight"


def test_the_badge_speaks_of_a_limit_only_when_it_lasts(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.approve(note())
    delivery.crm.trouble("add_note", faults.rate_limited(), times=20)
    delivery.deliver()
    assert delivery.badge == "Отправляем в CRM (1)"
    delivery.drain(120)
    assert delivery.badge == "CRM просит подождать, отправим позже (1)"


def test_nothing_is_written_before_the_mapping_is_confirmed(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.approve(BUDGET, note())
    field_map = delivery.store.accounts.field_map(ACCOUNT)
    delivery.store.database.write(lambda db: db.conn.execute("DELETE FROM field_maps"))
    delivery.deliver()
    assert delivery.states() == ["paused", "pending"]
    assert delivery.operations()[0].error_text.startswith("Соответствие полей с CRM ещё не подтверждено.")
    delivery.store.accounts.confirm(field_map)
    delivery.deliver()
    assert delivery.states() == ["done", "done"]


def test_a_mapping_confirmed_while_its_lack_is_being_recorded_is_not_missed(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.call_with_deal()
    delivery.approve(BUDGET, note())
    field_map = delivery.store.accounts.field_map(ACCOUNT)
    delivery.store.database.write(lambda db: db.conn.execute("DELETE FROM field_maps"))
    missing = faults.not_mapped

    def confirmed_meanwhile() -> faults.CrmFailure:
        delivery.store.accounts.confirm(field_map)
        return missing()

    monkeypatch.setattr(faults, "not_mapped", confirmed_meanwhile)
    delivery.deliver()
    assert delivery.states() == ["done", "done"]
    assert [operation.error_code for operation in delivery.operations()] == ["", ""]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("renamed", "поле «Сумма сделки» теперь называется «Сумма с НДС»."),
        ("removed", "поля «Сумма сделки» в CRM больше нет."),
        ("retyped", "у поля «Сумма сделки» сменился тип."),
        ("readonly", "поле «Сумма сделки» теперь только для чтения."),
    ],
)
def test_a_field_that_is_not_what_was_confirmed_is_asked_about_and_nothing_is_written(
    delivery: Delivery, change: str, text: str
) -> None:
    from dataclasses import replace

    from app.delivery.model import RemoteType

    delivery.call_with_deal()
    delivery.approve(BUDGET, accepted("delivery_city", "Тверь"))
    fields = delivery.crm.fields
    delivery.crm.fields = {
        "renamed": renamed(fields, "amount", "Сумма с НДС"),
        "removed": tuple(item for item in fields if item.key != "amount"),
        "retyped": tuple(replace(f, type=RemoteType.TEXT) if f.key == "amount" else f for f in fields),
        "readonly": tuple(replace(f, is_readonly=True) if f.key == "amount" else f for f in fields),
    }[change]
    delivery.deliver()
    operation = delivery.operations()[0]
    assert (operation.state, operation.error_code) == (OperationState.REJECTED, "crm.invalid")
    assert operation.error_text.startswith(f"CRM не принимает значение: {text}")
    assert delivery.crm.written == []
    delivery.crm.fields = fields
    delivery.store.accounts.confirm(delivery.store.accounts.field_map(ACCOUNT))
    delivery.deliver()
    assert delivery.states() == ["done"]


def test_a_field_that_is_mapped_to_nothing_stays_here(delivery: Delivery) -> None:
    delivery.call_with_deal()
    approval = delivery.approve(accepted("lost_reason", "Дорого"))
    delivery.deliver()
    operation = delivery.service.of_approval(approval.id)[0]
    assert operation.state is OperationState.CANCELLED
    assert operation.error_text == "Ни одно из этих полей не связано с полями CRM."
    assert delivery.crm.written == []


def test_a_phone_goes_beside_those_that_stand_there(delivery: Delivery) -> None:
    delivery.call_with_deal(**{"contact.phones": ("+79001112233",)})
    delivery.crm.colleague("remote-1", "contact.phones", ("+79001112233", "+79005556677"))
    delivery.approve(accepted("phone", "+7 912 345-67-89", "+79123456789"))
    delivery.deliver()
    assert delivery.crm.deals["remote-1"]["contact.phones"] == ("+79001112233", "+79005556677", "+79123456789")
    assert delivery.states() == ["done"]


def test_a_step_of_the_client_and_its_hour_are_told_so_that_anybody_understands(delivery: Delivery) -> None:
    from dataclasses import replace

    delivery.call_with_deal()
    delivery.approve(replace(step("Пришлёт замеры", "2026-03-05T10:00"), who="client"), step("А" * 300, None, "1"))
    orders = [operation.task for operation in delivery.operations()]
    assert orders[0] == TaskOrder("Клиент: Пришлёт замеры", due=datetime(2026, 3, 5, 7, 0, tzinfo=UTC))
    assert orders[1] == TaskOrder("А" * 199 + "…", "А" * 300)


def test_a_cancelled_run_leaves_what_waits(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.approve(note())
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        delivery.service.deliver(ACCOUNT, cancel)
    assert delivery.states() == ["pending"]


def test_one_that_fails_in_an_unforeseen_way_does_not_stop_the_others(delivery: Delivery) -> None:
    class Broken(FakeConnector):
        def add_note(self, deal_id: str, text: str, op_id: str):  # type: ignore[no-untyped-def]
            if deal_id == "remote-1":
                raise KeyError("id")
            return super().add_note(deal_id, text, op_id)

    for name in "12":
        delivery.call_with_deal(name)
        delivery.approve(note(), name=name)
    delivery.connector = lambda _account_id: Broken(delivery.crm)
    with pytest.raises(KeyError):
        delivery.deliver()
    delivery.deliver()
    assert delivery.states() == ["unknown", "done"]


def test_disconnecting_cancels_what_waits_and_keeps_what_was_sent(delivery: Delivery) -> None:
    delivery.call_with_deal("1")
    delivery.approve(note())
    delivery.deliver()
    delivery.approve(step())
    delivery.store.accounts.remove(ACCOUNT)
    assert delivery.states() == ["done", "cancelled"]
    assert delivery.service.link_of("deal-1") is None
    assert delivery.service.accounts() == []


def test_robots_are_spoken_of_before_a_stage_is_approved(delivery: Delivery) -> None:
    from app.delivery.model import Caps, FieldMap, MappedField, RemoteType

    delivery.call_with_deal()
    delivery.crm.caps = Caps(has_robots=True)
    delivery.store.accounts.confirm(FieldMap(ACCOUNT, (MappedField("stage", "stage", "Этап", RemoteType.STAGE),)))
    assert delivery.service.warnings("deal-1", ["stage"]) == (
        "Смена этапа запускает роботов CRM: письма и задачи от них со снятием визы не отменятся.",
    )
    assert delivery.service.warnings("deal-1", ["need"]) == ()
    assert delivery.service.warnings("elsewhere", ["stage"]) == ()


def test_an_operation_that_moved_on_is_not_acted_upon(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.approve(note())
    delivery.deliver()
    done = delivery.operations()[0]
    for act in (delivery.service.retry, delivery.service.cancel):
        with pytest.raises(UserFixable) as caught:
            act(done.id)
        assert caught.value.code == "delivery.moved_on"
    with pytest.raises(UserFixable) as caught:
        delivery.service.operation("nobody")
    assert caught.value.code == "delivery.unknown"
    assert delivery.service.summary() == {OperationState.DONE: 1}


def test_a_refused_value_that_is_approved_anew_gives_way_to_the_new_one(delivery: Delivery) -> None:
    delivery.call_with_deal()
    delivery.crm.trouble("write_deal", faults.invalid("сумма слишком велика", ("amount",)))
    delivery.approve(BUDGET)
    delivery.deliver()
    delivery.approve(note())
    assert delivery.states() == ["rejected", "pending"]
    delivery.approve(accepted("budget_amount", "200 000 ₽", 200_000))
    delivery.deliver()
    assert delivery.states() == ["cancelled", "done", "done"]
    assert delivery.crm.deals["remote-1"] == {"amount": Money(Decimal(200_000))}


def test_an_undo_after_the_crm_was_disconnected_is_one_here_alone(delivery: Delivery) -> None:
    delivery.call_with_deal()
    approval = delivery.approve(note())
    delivery.deliver()
    delivery.store.accounts.remove(ACCOUNT)
    delivery.store.approvals.undo(approval.id, "Ольга")
    assert delivery.states() == ["done"]
    assert delivery.store.deals.notes("deal-1") == []
