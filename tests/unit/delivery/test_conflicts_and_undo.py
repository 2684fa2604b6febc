"""A colleague's value is never overwritten unseen, neither by an approval nor by taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from app.approval.model import Decision
from app.core.errors import UserFixable
from app.delivery import faults
from app.delivery.model import FieldConflict, Money, Operation, OperationState, Resolution, Snapshot
from app.recording.model import CallState
from tests.fakes.crm import FakeConnector
from tests.fakes.deliveries import Delivery
from tests.fakes.examples import accepted, note, step

CITY = accepted("delivery_city", "Тверь")
BUDGET = accepted("budget_amount", "300 000 ₽", 300_000)


@pytest.fixture
def conflict(delivery: Delivery) -> Operation:
    """«Псков» stood there at the draft, a colleague made it «Омск», we propose «Тверь»; the sum is undisputed."""
    delivery.call_with_deal(city="Псков")
    delivery.crm.colleague("remote-1", "city", "Омск")
    delivery.approve(CITY, BUDGET)
    delivery.deliver()
    return delivery.operations()[0]


def test_a_conflict_shows_three_values_and_writes_nothing(delivery: Delivery, conflict: Operation) -> None:
    assert conflict.state is OperationState.CONFLICT
    assert conflict.conflict == (FieldConflict("city", "Город", "Псков", "Омск", "Тверь"),)
    assert delivery.crm.written == []


@pytest.mark.parametrize(
    ("choices", "edited", "city"),
    [
        ({"city": Resolution.OURS}, {}, "Тверь"),
        ({"city": Resolution.THEIRS}, {}, "Омск"),
        ({}, {"city": "Клин"}, "Клин"),
    ],
)
def test_the_person_decides_each_field_and_the_rest_goes_with_it(
    delivery: Delivery, conflict: Operation, choices: dict[str, Resolution], edited: dict[str, str], city: str
) -> None:
    delivery.service.settle(conflict.id, choices, edited, by="Ольга")
    delivery.deliver()
    assert delivery.crm.deals["remote-1"] == {"city": city, "amount": Money(Decimal(300_000))}
    assert delivery.states() == ["done"]
    entry = delivery.store.approvals.audit(1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("Ольга", "conflict_settled", conflict.id)
    assert delivery.store.approvals.verify_audit() is None


def test_a_change_after_the_decision_is_a_conflict_again(delivery: Delivery, conflict: Operation) -> None:
    delivery.service.settle(conflict.id, {"city": Resolution.OURS})
    delivery.crm.colleague("remote-1", "city", "Тула")
    delivery.deliver()
    assert delivery.operations()[0].conflict == (FieldConflict("city", "Город", "Омск", "Тула", "Тверь"),)


def test_no_field_is_left_open(delivery: Delivery, conflict: Operation) -> None:
    with pytest.raises(UserFixable) as caught:
        delivery.service.settle(conflict.id, {})
    assert caught.value.code == "delivery.undecided"
    assert delivery.states() == ["conflict"]


def test_what_a_colleague_changed_elsewhere_is_no_conflict(delivery: Delivery) -> None:
    delivery.call_with_deal(city="Псков", need="Тепло")
    delivery.crm.colleague("remote-1", "need", "Тепло и свет")
    delivery.approve(CITY)
    delivery.deliver()
    assert delivery.crm.deals["remote-1"] == {"city": "Тверь", "need": "Тепло и свет"}


def test_a_value_that_nobody_had_read_is_not_overwritten_unseen(delivery: Delivery) -> None:
    delivery.call_with_deal(is_linked=False, city="Псков")
    delivery.approve(CITY)
    delivery.service.link("deal-1", delivery.account_id, "remote-1")
    delivery.deliver()
    assert delivery.operations()[0].conflict == (FieldConflict("city", "Город", None, "Псков", "Тверь"),)


def test_a_colleague_who_wrote_the_same_is_no_conflict_and_keeps_it_after_an_undo(delivery: Delivery) -> None:
    delivery.call_with_deal(city="Псков")
    delivery.crm.colleague("remote-1", "city", "Тверь")
    approval = delivery.approve(CITY)
    delivery.deliver()
    delivery.store.approvals.undo(approval.id, "Ольга")
    delivery.deliver()
    assert delivery.crm.deals["remote-1"]["city"] == "Тверь"
    assert delivery.crm.written == []


def test_undo_before_sending_sends_nothing(delivery: Delivery) -> None:
    delivery.call_with_deal()
    approval = delivery.approve()
    delivery.store.approvals.undo(approval.id, "Ольга")
    delivery.deliver()
    assert delivery.states() == ["cancelled"] * 3
    assert delivery.crm.effects == {}


def test_undo_puts_values_back_and_takes_note_and_task_away_the_last_first(delivery: Delivery) -> None:
    delivery.call_with_deal(city="Псков")
    approval = delivery.approve(CITY, BUDGET, note(), step(), settles_call=True)
    delivery.deliver()
    assert delivery.store.calls.get("call-1").state is CallState.DELIVERED
    delivery.store.approvals.undo(approval.id, "Ольга")
    assert delivery.store.calls.get("call-1").state is CallState.READY
    delivery.deliver()
    assert [str(op.kind) for op in delivery.operations()[3:]] == ["undo_task", "undo_note", "undo_fields"]
    assert delivery.states() == ["done"] * 6
    assert delivery.crm.deals["remote-1"] == {"city": "Псков", "amount": None}
    assert delivery.crm.texts("remote-1") == delivery.crm.titles("remote-1") == []


def test_undo_asks_where_a_colleague_has_changed_what_we_wrote(delivery: Delivery) -> None:
    delivery.call_with_deal(city="Псков")
    approval = delivery.approve(CITY)
    delivery.deliver()
    delivery.crm.colleague("remote-1", "city", "Омск")
    delivery.store.approvals.undo(approval.id, "Ольга")
    delivery.deliver()
    undo = delivery.operations()[1]
    assert undo.conflict == (FieldConflict("city", "Город", "Тверь", "Омск", "Псков"),)
    delivery.service.settle(undo.id, {"city": Resolution.THEIRS})
    delivery.deliver()
    assert delivery.crm.deals["remote-1"]["city"] == "Омск"
    assert delivery.states() == ["done", "done"]


@pytest.mark.parametrize("is_done", [True, False], ids=["arrived", "did not arrive"])
@pytest.mark.parametrize(("call", "decision"), [("write_deal", CITY), ("add_note", note()), ("add_task", step())])
def test_undo_of_what_may_have_arrived_finds_out_first_and_leaves_nothing(
    delivery: Delivery, call: str, decision: object, is_done: bool
) -> None:
    delivery.call_with_deal(city="Псков")
    delivery.crm.trouble(call, faults.unknown(), is_done=is_done)
    approval = delivery.approve(decision)  # type: ignore[arg-type]
    delivery.deliver()
    delivery.store.approvals.undo(approval.id, "Ольга")
    delivery.drain()
    assert delivery.states() == (["done", "done"] if is_done else ["cancelled", "cancelled"])
    assert delivery.crm.deals["remote-1"]["city"] == "Псков"
    assert delivery.crm.texts("remote-1") == delivery.crm.titles("remote-1") == []


@pytest.mark.parametrize("is_done", [True, False])
def test_an_undo_whose_answer_was_lost_is_done_once(delivery: Delivery, is_done: bool) -> None:
    delivery.call_with_deal(city="Псков")
    approval = delivery.approve(CITY, note())
    delivery.deliver()
    delivery.store.approvals.undo(approval.id, "Ольга")
    delivery.crm.trouble("remove", faults.unknown(), is_done=is_done)
    delivery.crm.trouble("write_deal", faults.unknown(), is_done=is_done)
    delivery.drain()
    assert delivery.states() == ["done"] * 4
    assert set(delivery.crm.effects.values()) == {1}


def test_a_note_that_went_with_its_deal_needs_no_undo(delivery: Delivery) -> None:
    delivery.call_with_deal()
    approval = delivery.approve(note())
    delivery.deliver()
    delivery.crm.trouble("remove", faults.not_found())
    delivery.store.approvals.undo(approval.id, "Ольга")
    delivery.deliver()
    assert delivery.states() == ["done", "done"]


def test_what_was_written_before_a_lost_answer_is_put_back_after_a_restart(delivery: Delivery) -> None:
    delivery.call_with_deal(city="Псков")
    delivery.crm.trouble("write_deal", faults.unknown(), is_done=True)
    approval = delivery.approve(CITY)
    delivery.deliver()
    delivery.started()
    delivery.drain()
    delivery.store.approvals.undo(approval.id, "Ольга")
    delivery.drain()
    assert delivery.crm.deals["remote-1"]["city"] == "Псков"


def test_undo_is_offered_for_thirty_days(delivery: Delivery) -> None:
    delivery.call_with_deal()
    sent = delivery.approve(note())
    delivery.deliver()
    delivery.clock.advance(31 * 86_400)
    with pytest.raises(UserFixable) as caught:
        delivery.store.approvals.undo(sent.id, "Ольга")
    assert caught.value.code == "approval.too_old"
    assert str(caught.value).startswith("Визу не снять: с передачи в CRM прошло больше 30 дней.")


def test_what_never_went_to_a_crm_can_be_taken_back_later_too(delivery: Delivery) -> None:
    delivery.call_with_deal(is_linked=False)
    approval = delivery.approve(note())
    delivery.clock.advance(400 * 86_400)
    assert delivery.store.approvals.undo(approval.id, "Ольга").undone_at is not None


def test_cancelling_what_was_kept_in_part_counts_as_done_and_its_undo_takes_that_part_back(delivery: Delivery) -> None:
    delivery.call_with_deal(city="Псков")
    delivery.crm.ignores.add("amount")
    approval = delivery.approve(CITY, BUDGET)
    delivery.deliver()
    delivery.service.cancel(delivery.operations()[0].id)
    assert delivery.states() == ["done"]
    delivery.store.approvals.undo(approval.id, "Ольга")
    delivery.deliver()
    assert delivery.crm.deals["remote-1"]["city"] == "Псков"


def test_undo_of_a_refused_update_takes_back_what_was_kept_of_it(delivery: Delivery) -> None:
    delivery.call_with_deal(city="Псков")
    delivery.crm.ignores.add("amount")
    approval = delivery.approve(CITY, BUDGET)
    delivery.deliver()
    delivery.store.approvals.undo(approval.id, "Ольга")
    delivery.deliver()
    assert delivery.crm.deals["remote-1"]["city"] == "Псков"
    assert delivery.states() == ["done", "done"]


@pytest.mark.parametrize(("call", "decision"), [("write_deal", CITY), ("add_note", note()), ("add_task", step())])
def test_an_undo_while_it_is_being_sent_waits_behind_it(delivery: Delivery, call: str, decision: Decision) -> None:
    class UndoneMeanwhile(FakeConnector):
        def __getattribute__(self, name: str) -> Any:
            if name == call and len(delivery.operations()) == 1:
                sent = delivery.operations()[0]
                with pytest.raises(UserFixable):
                    delivery.service.cancel(sent.id)
                delivery.store.approvals.undo(sent.approval_id, "Ольга")
            return super().__getattribute__(name)

    delivery.call_with_deal(city="Псков")
    delivery.connector = lambda _account_id: UndoneMeanwhile(delivery.crm)
    delivery.approve(decision)
    delivery.deliver()
    assert delivery.states() == ["done", "done"]
    assert delivery.crm.deals["remote-1"]["city"] == "Псков"
    assert delivery.crm.texts("remote-1") == delivery.crm.titles("remote-1") == []


def test_what_a_person_cancelled_a_moment_before_is_not_sent(delivery: Delivery) -> None:
    class CancelledMeanwhile(FakeConnector):
        def read_deal(self, deal_id: str, keys: Sequence[str]) -> Snapshot:
            delivery.service.cancel(delivery.operations()[0].id)
            return super().read_deal(deal_id, keys)

    delivery.call_with_deal(city="Псков")
    delivery.approve(CITY)
    delivery.connector = lambda _account_id: CancelledMeanwhile(delivery.crm)
    assert delivery.deliver() is None
    assert delivery.states() == ["cancelled"]
    assert delivery.crm.written == []
