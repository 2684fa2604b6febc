"""What the card knows of earlier calls: where the value in the CRM came from, and how such drafts fared."""

from __future__ import annotations

from dataclasses import replace

from app.approval.model import Decision, DecisionKind
from app.approval.track_record import ENOUGH
from app.recording.model import CallState
from app.viewmodels.review_items import ReviewItem
from tests.fakes import examples
from tests.fakes.examples import MORNING, accepted, evidence
from tests.unit.viewmodels.conftest import Table


def earlier_call(table: Table, *decisions: Decision, call_id: str = "call-old") -> None:
    """A call before, approved into the deal of the call that is open."""
    table.store.calls.add(examples.a_call(call_id, state=CallState.READY))
    draft_id = table.store.drafts.save(examples.a_draft(call_id))
    table.store.approvals.approve(examples.a_request(draft_id, *decisions, call_id=call_id))


def shown(table: Table, key: str) -> ReviewItem:
    item = table.desk.review.item(f"field:{key}")
    assert item is not None
    return item


def test_a_contradiction_knows_the_call_the_day_and_the_quote_of_the_value_before(table: Table) -> None:
    table.with_draft()
    earlier_call(table, replace(accepted("budget_amount", "450 000 ₽", 450_000), evidence=evidence("до полумиллиона")))
    table.desk.review.reload()
    item = shown(table, "budget_amount")
    assert (item.contradicts_crm, item.is_same_as_crm) == (True, False)
    assert item.earlier is not None
    assert (item.earlier.call_id, item.earlier.at, item.earlier.decided_by) == ("call-old", MORNING, "Ольга")
    assert item.earlier.evidence == evidence("до полумиллиона")[0]


def test_the_same_value_in_other_letters_is_a_confirmation(table: Table) -> None:
    table.with_draft()
    earlier_call(table, accepted("delivery_city", "тверь "))
    table.desk.review.reload()
    assert (shown(table, "delivery_city").is_same_as_crm, shown(table, "delivery_city").contradicts_crm) == (
        True,
        False,
    )


def test_an_edit_that_restores_the_value_in_the_crm_is_no_contradiction_any_more(table: Table) -> None:
    table.with_draft()
    earlier_call(table, accepted("budget_amount", "450 000 ₽", 450_000))
    table.desk.review.reload()
    table.desk.review.edit("field:budget_amount", "450 000")
    assert shown(table, "budget_amount").is_same_as_crm


def test_the_origin_outlives_the_call(table: Table) -> None:
    table.with_draft()
    earlier_call(table, accepted("budget_amount", "450 000 ₽", 450_000))
    table.store.calls.delete("call-old")
    table.desk.review.reload()
    origin = shown(table, "budget_amount").earlier
    assert origin is not None
    assert (origin.call_id, origin.at) == ("", table.store.approvals.of_deal("deal-1")[0].at)


def test_the_card_gets_the_record_of_its_field_once_enough_was_decided(table: Table) -> None:
    table.with_draft()
    for number in range(ENOUGH):
        decision = accepted("delivery_city", "Тверь")
        if number == 0:
            decision = replace(decision, kind=DecisionKind.EDITED, value="Ржев")
        earlier_call(table, decision, call_id=f"call-{number + 10}")
    table.desk.review.open("")
    table.desk.open_call("call-1")
    table.desk.review.approve("field:budget_amount")
    record = shown(table, "delivery_city").record
    assert record is not None
    assert (record.accepted, record.total, record.is_telling) == (ENOUGH - 1, ENOUGH, True)
    assert shown(table, "need").record is None


def test_taking_an_approval_back_takes_it_out_of_the_record(table: Table) -> None:
    table.with_draft()
    table.desk.review.approve("field:delivery_city")
    table.desk.review.undo()
    assert shown(table, "delivery_city").record is None
