from __future__ import annotations

from app.approval.model import DecisionKind
from app.core.errors import VizirError
from app.draft.model import Evidence
from app.recording.model import CallState
from app.viewmodels.review_items import Group
from tests.fakes import examples
from tests.unit.viewmodels.conftest import Table


def groups_of(table: Table) -> dict[str, list[str]]:
    return {group: [item.id for item in items] for group, items in table.desk.review.groups}


def test_items_stand_in_the_order_in_which_they_need_a_decision(table: Table) -> None:
    table.with_draft()
    assert groups_of(table) == {
        Group.DECIDE: ["field:budget_amount", "field:deadline"],
        Group.PROVEN: ["field:need", "field:delivery_city"],
        Group.NOTE: ["note:note"],
        Group.STEPS: ["step:0", "step:1"],
        Group.ABSENT: ["field:phone", "field:interest_level"],
    }


def test_one_click_takes_what_is_proven_and_leaves_money_and_doubt(table: Table) -> None:
    table.with_draft()
    assert {item.id for item in table.desk.review.joint} == {
        "field:need",
        "field:delivery_city",
        "note:note",
        "step:0",
    }
    table.desk.review.approve_joint()
    assert set(table.store.deals.values("deal-1")) == {"need", "delivery_city"}
    assert [task.action for task in table.store.deals.tasks("deal-1")] == ["Прислать расчёт"]
    assert table.store.calls.get("call-1").state is CallState.READY
    assert {item.id for item in table.desk.review.open_items} == {"field:budget_amount", "field:deadline", "step:1"}


def test_a_call_is_settled_with_its_last_decision(table: Table) -> None:
    table.with_draft()
    review = table.desk.review
    review.approve_joint()
    review.approve("field:budget_amount")
    review.reject("field:deadline")
    assert table.store.calls.get("call-1").state is CallState.READY
    review.approve("step:1")
    assert table.store.calls.get("call-1").state is CallState.APPROVED
    assert table.store.deals.values("deal-1")["budget_amount"].norm == 300_000
    assert "deadline" not in table.store.deals.values("deal-1")


def test_what_is_left_can_be_declined_together(table: Table) -> None:
    table.with_draft()
    table.desk.review.approve_joint()
    table.desk.review.reject_rest()
    assert table.desk.review.open_items == []
    assert table.store.calls.get("call-1").state is CallState.APPROVED
    assert "budget_amount" not in table.store.deals.values("deal-1")


def test_an_edited_value_waits_for_approval_and_is_recorded_as_edited(table: Table) -> None:
    table.with_draft()
    review = table.desk.review
    assert review.edit("field:budget_amount", "350 000")
    assert table.store.deals.values("deal-1") == {}
    item = review.item("field:budget_amount")
    assert item is not None
    assert (item.norm, item.is_edited) == (350_000, True)
    review.approve("field:budget_amount")
    assert table.store.deals.values("deal-1")["budget_amount"].norm == 350_000
    assert table.store.approvals.of_call("call-1")[0].decisions[0].kind is DecisionKind.EDITED


def test_an_edit_is_there_after_the_window_was_closed(table: Table) -> None:
    table.with_draft()
    table.desk.review.edit("field:delivery_city", "Ржев")
    table.desk.review.open("")
    table.desk.review.open("call-1")
    item = table.desk.review.item("field:delivery_city")
    assert item is not None
    assert (item.value, item.is_edited) == ("Ржев", True)
    table.desk.review.revert("field:delivery_city")
    table.desk.review.open("")
    table.desk.review.open("call-1")
    item = table.desk.review.item("field:delivery_city")
    assert item is not None
    assert (item.value, item.is_edited) == ("Тверь", False)


def test_nonsense_is_refused_with_an_example_and_the_proposal_stays(table: Table) -> None:
    table.with_draft()
    errors: list[VizirError] = []
    table.desk.review.failed.connect(errors.append)
    assert not table.desk.review.edit("field:deadline", "как-нибудь потом")
    assert [error.code for error in errors] == ["field.value"]
    item = table.desk.review.item("field:deadline")
    assert item is not None
    assert item.norm == "2026-03-20"


def test_an_absent_field_can_be_filled_by_hand(table: Table) -> None:
    table.with_draft()
    assert table.desk.review.edit("field:phone", "8 (912) 345-67-89")
    table.desk.review.approve("field:phone")
    assert table.store.deals.values("deal-1")["phone"].norm == "+79123456789"


def test_nothing_is_written_before_the_deal_is_known(table: Table) -> None:
    table.with_draft(deal_id=None)
    asked: list[bool] = []
    table.desk.review.deal_needed.connect(lambda: asked.append(True))
    table.desk.review.approve_joint()
    assert asked == [True]
    assert table.store.approvals.of_call("call-1") == []


def test_a_new_deal_appears_with_the_first_approval_and_not_before(table: Table) -> None:
    table.with_draft(deal_id=None)
    table.desk.review.new_deal("Теплица на юге")
    assert table.store.deals.recent(5) == []
    table.desk.review.approve_joint()
    assert [deal.title for deal in table.store.deals.recent(5)] == ["Теплица на юге"]
    assert not table.desk.review.is_new_deal
    assert table.store.calls.get("call-1").deal_id == table.store.deals.recent(5)[0].id


def test_undo_brings_the_value_before_back(table: Table) -> None:
    table.with_draft()
    review = table.desk.review
    review.approve("field:budget_amount")
    review.undo()
    assert table.store.deals.values("deal-1") == {}
    item = review.item("field:budget_amount")
    assert item is not None
    assert item.is_open
    assert not review.can_undo


def test_a_value_in_the_crm_is_shown_beside_the_one_that_contradicts_it(table: Table) -> None:
    table.with_draft()
    table.store.calls.add(examples.a_call("call-0"))
    draft_id = table.store.drafts.save(examples.a_draft("call-0"))
    request = examples.a_request(draft_id, examples.accepted("budget_amount", "200 000 ₽", 200_000), call_id="call-0")
    table.store.approvals.approve(request)
    table.desk.review.reload()
    item = table.desk.review.item("field:budget_amount")
    assert item is not None
    assert "200" in item.in_crm_text
    assert not item.is_same_as_crm


def test_an_own_step_is_added_and_approved(table: Table) -> None:
    table.with_draft()
    item_id = table.desk.review.add_step()
    assert table.desk.review.edit(item_id, "Выслать образцы", who="manager", due="2026-03-09")
    table.desk.review.approve(item_id)
    task = table.store.deals.tasks("deal-1")[0]
    assert (task.action, task.who, task.due) == ("Выслать образцы", "manager", "2026-03-09")


def test_a_step_with_a_date_that_is_none_is_refused(table: Table) -> None:
    table.with_draft()
    errors: list[VizirError] = []
    table.desk.review.failed.connect(errors.append)
    assert not table.desk.review.edit("step:0", "Прислать расчёт", who="manager", due="на днях")
    assert [error.code for error in errors] == ["field.value"]


def test_keys_go_on_with_the_next_open_item(table: Table) -> None:
    table.with_draft()
    review = table.desk.review
    review.step(1)
    assert review.selected == "field:budget_amount"
    review.approve("field:budget_amount")
    assert review.selected == "field:deadline"
    review.step(-1)
    assert review.selected == "field:budget_amount"


def test_evidence_is_played_from_a_little_before_its_second(table: Table) -> None:
    table.with_draft()
    shown: list[Evidence] = []
    table.desk.review.evidence_wanted.connect(shown.append)
    table.desk.review.play("field:budget_amount")
    assert shown[0].quote == "триста тысяч рублей"
    assert table.player.played == [(3.7, 7.9)]


def test_similar_deals_are_offered_with_reasons_and_none_is_chosen(table: Table) -> None:
    table.store.deals.create(examples.a_deal())
    table.with_draft(deal_id=None, fields={"phone": examples.a_draft().fields["phone"]})
    assert table.desk.review.deal is None
    table.store.calls.add(examples.a_call("call-2", phone="+79123456789", state=CallState.READY))
    table.store.drafts.save(examples.a_draft("call-2"))
    table.desk.open_call("call-2")
    candidate = table.desk.review.candidates[0]
    assert candidate.deal.id == "deal-1"
    assert candidate.is_sure
    assert table.desk.review.deal is None
    table.desk.review.choose_deal("deal-1")
    assert table.desk.review.deal is not None
    assert table.store.calls.get("call-2").deal_id == "deal-1"
