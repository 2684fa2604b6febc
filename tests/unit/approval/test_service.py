"""Only what a person decided, and what holds, becomes a record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.approval.model import Approval, Decision, DecisionKind, SubjectKind
from app.approval.policy import one_click_decisions, standing
from app.approval.service import ApprovalService
from app.core.errors import UserFixable
from app.draft.model import FieldStatus, FieldValue
from app.recording.model import CallState
from tests.fakes.examples import FIELDS, a_call, a_deal, a_draft, a_request, accepted, evidence, note, step
from tests.fakes.store import FakeStore


@pytest.fixture
def store() -> FakeStore:
    """A call ready to review and a deal."""
    store = FakeStore()
    store.calls.add(a_call(state=CallState.READY))
    store.deals.create(a_deal())
    store.drafts.save(a_draft())
    return store


@pytest.fixture
def service(store: FakeStore) -> ApprovalService:
    return ApprovalService(store.approvals, store.drafts, lambda: FIELDS)


def approve(service: ApprovalService, *decisions: Decision, **changes: Any) -> Approval:
    return service.approve(a_request("draft", *decisions, **changes))


def code(service: ApprovalService, *decisions: Decision, **changes: Any) -> str:
    with pytest.raises(UserFixable) as caught:
        approve(service, *decisions, **changes)
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


def rejected(key: str) -> Decision:
    return Decision(SubjectKind.FIELD, key, DecisionKind.REJECTED, None)


def keys(decisions: tuple[Decision, ...]) -> list[str]:
    return [decision.key for decision in decisions]


def test_one_click_takes_proven_low_risk_fields_the_note_and_proven_steps_only() -> None:
    decisions = one_click_decisions(a_draft(), FIELDS)
    assert keys(decisions) == ["need", "delivery_city", "note", "0"]
    assert all(decision.kind is DecisionKind.ACCEPTED for decision in decisions)
    assert all(decision.evidence for decision in decisions)


def test_one_click_never_takes_a_doubtful_value_whatever_its_field() -> None:
    fields = {
        key: replace(value, status=FieldStatus.REVIEW) if value.value else value
        for key, value in a_draft().fields.items()
    }
    assert keys(one_click_decisions(a_draft(fields=fields), FIELDS)) == ["note", "0"]


def test_one_click_never_takes_money_stage_or_closing_date_however_proven() -> None:
    fields = {
        "budget_amount": FieldValue("budget_amount", "1 ₽", 1, FieldStatus.VERIFIED, evidence("рубль")),
        "deadline": FieldValue("deadline", "20.03.2026", "2026-03-20", FieldStatus.VERIFIED, evidence("двадцатого")),
    }
    assert one_click_decisions(a_draft(fields=fields, note=(), next_steps=()), FIELDS) == ()


def test_one_click_writes_and_leaves_the_rest_to_be_decided(service: ApprovalService, store: FakeStore) -> None:
    service.approve_proven("call-1", "deal-1", "Ольга")
    assert set(store.deals.values("deal-1")) == {"need", "delivery_city"}
    assert len(store.deals.notes("deal-1")) == len(store.deals.tasks("deal-1")) == 1
    assert store.calls.get("call-1").state is CallState.READY


def test_one_click_again_has_nothing_left(service: ApprovalService) -> None:
    service.approve_proven("call-1", "deal-1", "Ольга")
    with pytest.raises(UserFixable) as caught:
        service.approve_proven("call-1", "deal-1", "Ольга")
    assert caught.value.code == "approval.nothing"


def test_one_click_does_not_repeat_what_was_decided_alone(service: ApprovalService, store: FakeStore) -> None:
    approve(service, rejected("need"))
    service.approve_proven("call-1", "deal-1", "Ольга")
    assert set(store.deals.values("deal-1")) == {"delivery_city"}


def test_a_high_risk_field_is_approved_alone(service: ApprovalService, store: FakeStore) -> None:
    budget = accepted("budget_amount", "300 000 ₽", 300_000)
    assert code(service, budget, note()) == "approval.one_by_one"
    assert store.deals.values("deal-1") == {}
    approve(service, budget)
    assert store.deals.values("deal-1")["budget_amount"].norm == 300_000


def test_a_doubtful_value_or_step_is_approved_alone(service: ApprovalService, store: FakeStore) -> None:
    doubtful = step("Замерить теплицу", None, "1")
    doubtful = replace(doubtful, who="client")
    assert code(service, doubtful, note()) == "approval.one_by_one"
    approve(service, doubtful)
    approve(service, accepted("deadline", "20.03.2026", "2026-03-20"))
    assert store.deals.tasks("deal-1")[0].who == "client"


def test_what_a_person_wrote_into_low_risk_fields_goes_together(service: ApprovalService, store: FakeStore) -> None:
    approve(service, accepted("delivery_city", "Кимры"), accepted("phone", "8 912 345-67-89"), note())
    values = store.deals.values("deal-1")
    assert (values["delivery_city"].value, values["phone"].norm) == ("Кимры", "+79123456789")


def test_rejections_go_with_anything(service: ApprovalService, store: FakeStore) -> None:
    approve(service, rejected("budget_amount"), rejected("deadline"), note())
    assert store.deals.values("deal-1") == {}


def test_accepted_and_edited_are_told_apart_by_the_draft_not_by_the_caller(service: ApprovalService) -> None:
    changed = replace(accepted("delivery_city", "Кимры"), kind=DecisionKind.ACCEPTED)
    as_drafted = replace(accepted("need", "Обогреть  теплицу"), kind=DecisionKind.EDITED)
    approval = approve(service, changed, as_drafted, note("Другая заметка."), step())
    assert [decision.kind.value for decision in approval.decisions] == ["edited", "accepted", "edited", "accepted"]


def test_the_evidence_of_the_draft_goes_with_the_decision(service: ApprovalService) -> None:
    bare = Decision(SubjectKind.FIELD, "delivery_city", DecisionKind.ACCEPTED, "Тверь")
    approval = approve(service, bare)
    assert approval.decisions[0].evidence == a_draft().fields["delivery_city"].evidence


def test_a_value_is_written_in_its_one_spelling(service: ApprovalService, store: FakeStore) -> None:
    approve(service, accepted("budget_amount", "1,5 млн"))
    value = store.deals.values("deal-1")["budget_amount"]
    assert (value.value, value.norm) == ("1\u00a0500\u00a0000\u00a0₽", 1_500_000)
    approve(service, accepted("interest_level", "горячий"))
    assert store.deals.values("deal-1")["interest_level"].norm == "hot"


def test_a_value_that_does_not_fit_its_field_writes_nothing(service: ApprovalService, store: FakeStore) -> None:
    assert code(service, accepted("budget_amount", "дорого")) == "field.value"
    assert code(service, accepted("phone", "12")) == "field.value"
    assert code(service, accepted("delivery_city", "  ")) == "field.empty"
    assert code(service, note(" ")) == "field.empty"
    assert store.approvals.of_call("call-1") == []


def test_a_step_needs_its_owner_and_a_date_that_is_one(service: ApprovalService) -> None:
    assert code(service, replace(step(), who=None)) == "approval.step_owner"
    assert code(service, step(due="в четверг")) == "approval.step_date"


def test_a_step_of_the_persons_own_is_edited_and_needs_no_proof(service: ApprovalService, store: FakeStore) -> None:
    approval = approve(service, step("Спросить про монтаж", "2026-03-06T10:00", "7"), note())
    assert approval.decisions[0].kind is DecisionKind.EDITED
    assert store.deals.tasks("deal-1")[0].due == "2026-03-06T10:00"


def test_a_field_that_the_profile_has_not_is_refused(service: ApprovalService) -> None:
    assert code(service, accepted("shoe_size", "45")) == "approval.unknown_field"


def test_somebody_must_approve_something_of_a_draft(service: ApprovalService, store: FakeStore) -> None:
    assert code(service, note(), decided_by=" ") == "approval.no_person"
    with pytest.raises(UserFixable) as caught:
        service.approve(replace(a_request("draft"), decisions=()))
    assert caught.value.code == "approval.nothing"
    store.calls.add(a_call("call-2"))
    assert code(service, note(), call_id="call-2") == "approval.no_draft"


def test_a_second_note_or_task_of_the_same_call_is_refused_until_undo(
    service: ApprovalService, store: FakeStore
) -> None:
    first = approve(service, note(), step())
    assert code(service, note("Ещё раз.")) == "approval.already_decided"
    assert code(service, step()) == "approval.already_decided"
    service.undo(first.id, "Ольга")
    approve(service, note("Ещё раз."))
    assert [n.text for n in store.deals.notes("deal-1")] == ["Ещё раз."]


def test_a_field_may_be_approved_anew(service: ApprovalService, store: FakeStore) -> None:
    approve(service, accepted("budget_amount", "300 000", 300_000))
    approve(service, accepted("budget_amount", "350 000", 350_000))
    assert store.deals.values("deal-1")["budget_amount"].norm == 350_000


def test_a_rejected_proposal_may_be_accepted_after_all(service: ApprovalService, store: FakeStore) -> None:
    approve(service, Decision(SubjectKind.NOTE, "note", DecisionKind.REJECTED, None))
    approve(service, note())
    assert len(store.deals.notes("deal-1")) == 1


def test_the_call_is_settled_when_nothing_waits(service: ApprovalService, store: FakeStore) -> None:
    service.approve_proven("call-1", "deal-1", "Ольга")
    approve(service, accepted("budget_amount", "300 000 ₽", 300_000))
    approve(service, rejected("deadline"))
    assert store.calls.get("call-1").state is CallState.READY
    last = approve(service, Decision(SubjectKind.STEP, "1", DecisionKind.REJECTED, None))
    assert store.calls.get("call-1").state is CallState.APPROVED
    service.undo(last.id, "Ольга")
    assert store.calls.get("call-1").state is CallState.READY


def test_a_new_deal_is_made_with_the_first_approval_only(service: ApprovalService, store: FakeStore) -> None:
    fresh = a_deal("fresh")
    service.approve_proven("call-1", "fresh", "Ольга", fresh)
    assert store.deals.get("fresh").title == fresh.title


def test_undo_needs_a_person(service: ApprovalService) -> None:
    approval = approve(service, note())
    with pytest.raises(UserFixable) as caught:
        service.undo(approval.id, "")
    assert caught.value.code == "approval.no_person"


def test_the_latest_standing_decision_counts(service: ApprovalService, store: FakeStore) -> None:
    approve(service, accepted("budget_amount", "300 000", 300_000))
    second = approve(service, accepted("budget_amount", "350 000", 350_000))
    key = (SubjectKind.FIELD, "budget_amount")
    assert standing(store.approvals.of_call("call-1"))[key].norm == 350_000
    service.undo(second.id, "Ольга")
    assert standing(store.approvals.of_call("call-1"))[key].norm == 300_000
