"""What every `ApprovalRepository` promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.approval.model import Decision, DecisionKind, SubjectKind
from app.approval.track_record import FieldVerdict, MadeWith
from app.core.errors import UserFixable
from app.draft.model import FieldStatus
from app.recording.model import CallState
from tests.contract.conftest import AnyStore
from tests.fakes.clock import FakeClock
from tests.fakes.examples import a_call, a_deal, a_draft, a_request, a_transcript, accepted, evidence, note, step


@pytest.fixture
def draft_id(store: AnyStore) -> str:
    """A call ready to review, a deal, and the draft's id."""
    store.calls.add(a_call(state=CallState.READY))
    store.deals.create(a_deal())
    return store.drafts.save(a_draft())


def test_an_approval_writes_values_note_and_tasks(store: AnyStore, draft_id: str, fake_clock: FakeClock) -> None:
    approval = store.approvals.approve(
        a_request(draft_id, accepted("budget_amount", "300 000 ₽", 300_000), note(), step())
    )
    value = store.deals.values("deal-1")["budget_amount"]
    assert (value.value, value.norm, value.approval_id, value.approved_at) == (
        "300 000 ₽",
        300_000,
        approval.id,
        fake_clock.now_utc(),
    )
    assert [(n.text, n.approval_id) for n in store.deals.notes("deal-1")] == [
        ("Ищет обогреватели для теплицы.", approval.id)
    ]
    tasks = store.deals.tasks("deal-1")
    assert [(t.who, t.action, t.due, t.is_done) for t in tasks] == [("manager", "Прислать расчёт", "2026-03-05", False)]


def test_an_approval_is_read_back_as_it_was_made(store: AnyStore, draft_id: str) -> None:
    request = a_request(draft_id)
    approval = store.approvals.approve(request)
    assert approval.decisions == request.decisions
    assert (approval.decided_by, approval.draft_id, approval.undone_at) == ("Ольга", draft_id, None)
    assert store.approvals.of_call("call-1") == [approval]
    assert store.approvals.of_deal("deal-1") == [approval]


@pytest.mark.parametrize("norm", [None, 7, True, "2026-03-20", ["hot", "cold"]])
def test_typed_values_of_each_kind_survive(store: AnyStore, draft_id: str, norm: object) -> None:
    store.approvals.approve(a_request(draft_id, accepted("deadline", "значение", norm)))
    assert store.deals.values("deal-1")["deadline"].norm == norm
    assert store.approvals.of_call("call-1")[0].decisions[0].norm == norm


def test_a_rejection_is_recorded_and_writes_nothing(store: AnyStore, draft_id: str) -> None:
    rejected = Decision(SubjectKind.FIELD, "deadline", DecisionKind.REJECTED, None, None, evidence("к двадцатому"))
    approval = store.approvals.approve(a_request(draft_id, rejected))
    assert approval.decisions == (rejected,)
    assert store.deals.values("deal-1") == {}


def test_the_call_moves_to_the_deal_and_counts_as_approved_when_settled(store: AnyStore, draft_id: str) -> None:
    store.approvals.approve(a_request(draft_id, note()))
    assert (store.calls.get("call-1").deal_id, store.calls.get("call-1").state) == ("deal-1", CallState.READY)
    store.approvals.approve(a_request(draft_id, step(), settles_call=True))
    assert store.calls.get("call-1").state is CallState.APPROVED


def test_a_new_deal_is_made_with_the_approval(store: AnyStore, draft_id: str) -> None:
    fresh = a_deal("fresh", title="Вторая теплица", created_at=None)
    store.approvals.approve(a_request(draft_id, deal_id="fresh", new_deal=fresh))
    made = store.deals.get("fresh")
    assert (made.title, made.company, made.contact) == (fresh.title, fresh.company, fresh.contact)
    assert made.created_at is not None
    assert "delivery_city" in store.deals.values("fresh")


def test_an_unknown_deal_or_call_writes_nothing(store: AnyStore, draft_id: str) -> None:
    for request, code in (
        (a_request(draft_id, deal_id="nobody"), "store.no_deal"),
        (a_request(draft_id, call_id="nobody"), "store.no_call"),
    ):
        with pytest.raises(UserFixable) as caught:
            store.approvals.approve(request)
        assert caught.value.code == code
    assert store.approvals.of_call("call-1") == []
    assert store.deals.values("deal-1") == {}


def test_undo_restores_the_value_from_before(store: AnyStore, draft_id: str, fake_clock: FakeClock) -> None:
    first = store.approvals.approve(a_request(draft_id, accepted("budget_amount", "300 000 ₽", 300_000)))
    fake_clock.advance(60)
    second = store.approvals.approve(a_request(draft_id, accepted("budget_amount", "450 000 ₽", 450_000)))
    fake_clock.advance(60)
    undone = store.approvals.undo(second.id, "Ольга")
    assert undone == replace(second, undone_at=fake_clock.now_utc())
    value = store.deals.values("deal-1")["budget_amount"]
    assert (value.norm, value.approval_id, value.approved_at) == (300_000, first.id, first.at)


def test_undo_takes_note_and_tasks_of_that_approval_only(store: AnyStore, draft_id: str) -> None:
    first = store.approvals.approve(a_request(draft_id, note("Первая заметка."), step()))
    second = store.approvals.approve(a_request(draft_id, note("Вторая заметка."), step("Позвонить", None, "1")))
    store.approvals.undo(first.id, "Ольга")
    assert [(n.text, n.approval_id) for n in store.deals.notes("deal-1")] == [("Вторая заметка.", second.id)]
    assert [t.action for t in store.deals.tasks("deal-1")] == ["Позвонить"]


def test_undo_removes_a_value_that_was_not_there_before(store: AnyStore, draft_id: str) -> None:
    approval = store.approvals.approve(a_request(draft_id))
    store.approvals.undo(approval.id, "Ольга")
    assert store.deals.values("deal-1") == {}


def test_a_later_approval_of_the_same_field_blocks_undo(store: AnyStore, draft_id: str) -> None:
    first = store.approvals.approve(a_request(draft_id, accepted("budget_amount", "300 000 ₽", 300_000), note()))
    store.approvals.approve(a_request(draft_id, accepted("budget_amount", "450 000 ₽", 450_000)))
    with pytest.raises(UserFixable) as caught:
        store.approvals.undo(first.id, "Ольга")
    assert caught.value.code == "approval.changed_since"
    assert store.deals.values("deal-1")["budget_amount"].norm == 450_000
    assert len(store.deals.notes("deal-1")) == 1


def test_approvals_are_taken_back_one_after_another(store: AnyStore, draft_id: str) -> None:
    made = [
        store.approvals.approve(a_request(draft_id, accepted("budget_amount", f"{n} ₽", n))) for n in (100, 200, 300)
    ]
    for approval in reversed(made):
        store.approvals.undo(approval.id, "Ольга")
    assert store.deals.values("deal-1") == {}
    assert all(approval.undone_at for approval in store.approvals.of_call("call-1"))


def test_undo_happens_once(store: AnyStore, draft_id: str) -> None:
    approval = store.approvals.approve(a_request(draft_id))
    store.approvals.undo(approval.id, "Ольга")
    with pytest.raises(UserFixable) as caught:
        store.approvals.undo(approval.id, "Ольга")
    assert caught.value.code == "approval.already_undone"
    with pytest.raises(UserFixable) as caught:
        store.approvals.undo("nobody", "Ольга")
    assert caught.value.code == "approval.unknown"


def test_undo_gives_the_call_back_for_review(store: AnyStore, draft_id: str) -> None:
    approval = store.approvals.approve(a_request(draft_id, settles_call=True))
    store.approvals.undo(approval.id, "Ольга")
    assert (store.calls.get("call-1").state, store.calls.get("call-1").deal_id) == (CallState.READY, None)


def test_undo_keeps_the_call_approved_while_another_approval_settles_it(store: AnyStore, draft_id: str) -> None:
    first = store.approvals.approve(a_request(draft_id, note(), settles_call=True))
    store.approvals.approve(a_request(draft_id, step(), settles_call=True))
    store.approvals.undo(first.id, "Ольга")
    assert (store.calls.get("call-1").state, store.calls.get("call-1").deal_id) == (CallState.APPROVED, "deal-1")


def test_undo_takes_back_the_deal_it_made(store: AnyStore, draft_id: str) -> None:
    fresh = a_deal("fresh")
    approval = store.approvals.approve(a_request(draft_id, deal_id="fresh", new_deal=fresh))
    store.approvals.undo(approval.id, "Ольга")
    assert [deal.id for deal in store.deals.recent(5)] == ["deal-1"]
    assert store.deals.search("теплиц", 5) == store.deals.recent(5)
    with pytest.raises(UserFixable):
        store.deals.get("fresh")


def test_a_deal_that_others_use_is_not_taken_back(store: AnyStore, draft_id: str) -> None:
    approval = store.approvals.approve(a_request(draft_id, note(), deal_id="fresh", new_deal=a_deal("fresh")))
    store.approvals.approve(a_request(draft_id, step(), deal_id="fresh"))
    with pytest.raises(UserFixable) as caught:
        store.approvals.undo(approval.id, "Ольга")
    assert caught.value.code == "approval.changed_since"
    assert store.deals.get("fresh").id == "fresh"


def test_every_step_is_in_the_audit_log_newest_first(store: AnyStore, draft_id: str) -> None:
    approval = store.approvals.approve(a_request(draft_id))
    store.approvals.undo(approval.id, "Павел")
    entries = store.approvals.audit(2)
    assert [(e.action, e.actor, e.subject) for e in entries] == [
        ("undone", "Павел", approval.id),
        ("approved", "Ольга", approval.id),
    ]
    assert entries[0].previous_hash == entries[1].hash
    assert entries[0].number == entries[1].number + 1
    assert store.approvals.verify_audit() is None


def test_an_approval_can_be_made_anew_after_undo(store: AnyStore, draft_id: str) -> None:
    store.approvals.undo(store.approvals.approve(a_request(draft_id)).id, "Ольга")
    again = store.approvals.approve(a_request(draft_id))
    assert store.deals.values("deal-1")["delivery_city"].approval_id == again.id
    assert len(store.deals.notes("deal-1")) == 1


def edited(key: str, value: str, norm: object = None) -> Decision:
    return replace(accepted(key, value, norm), kind=DecisionKind.EDITED)


def test_verdicts_say_what_was_drafted_and_what_a_person_made_of_it(store: AnyStore, draft_id: str) -> None:
    first = accepted("delivery_city", "Тверь")
    store.approvals.approve(a_request(draft_id, first, edited("deadline", "25.03.2026", "2026-03-25"), note(), step()))
    store.approvals.approve(a_request(draft_id, edited("phone", "+79123456789", "+79123456789")))
    made_with = MadeWith("whisper-base", "qwen2.5-1.5b", "p1")
    assert store.approvals.verdicts(10) == [
        FieldVerdict("call-1", "delivery_city", made_with, FieldStatus.VERIFIED, DecisionKind.ACCEPTED),
        FieldVerdict("call-1", "deadline", made_with, FieldStatus.REVIEW, DecisionKind.EDITED),
        FieldVerdict("call-1", "phone", made_with, FieldStatus.EMPTY, DecisionKind.EDITED),
    ]
    assert [verdict.key for verdict in store.approvals.verdicts(1)] == ["phone"]


def test_what_was_taken_back_is_no_verdict_and_no_correction(store: AnyStore, draft_id: str) -> None:
    store.transcripts.save("call-1", a_transcript())
    approval = store.approvals.approve(a_request(draft_id, edited("delivery_city", "Ржев")))
    assert store.approvals.corrected_calls(5) == ["call-1"]
    store.approvals.undo(approval.id, "Ольга")
    assert store.approvals.verdicts(10) == []
    assert store.approvals.corrected_calls(5) == []


def test_corrected_calls_are_those_with_an_edited_field_and_a_transcript_newest_first(
    store: AnyStore, draft_id: str
) -> None:
    store.transcripts.save("call-1", a_transcript())
    for call_id in ("call-2", "call-3", "call-4"):
        store.calls.add(a_call(call_id, state=CallState.READY))
        other = store.drafts.save(a_draft(call_id))
        if call_id != "call-4":
            store.transcripts.save(call_id, a_transcript())
        decision = accepted("delivery_city", "Тверь") if call_id == "call-3" else edited("delivery_city", "Ржев")
        store.approvals.approve(a_request(other, decision, call_id=call_id))
    store.approvals.approve(a_request(draft_id, edited("delivery_city", "Ржев")))
    assert store.approvals.corrected_calls(5) == ["call-1", "call-2"]
    assert store.approvals.corrected_calls(1) == ["call-1"]
    store.calls.delete("call-1")
    assert store.approvals.corrected_calls(5) == ["call-2"]


def test_the_draft_a_person_had_before_them_is_found_under_a_later_one(store: AnyStore, draft_id: str) -> None:
    approval = store.approvals.approve(a_request(draft_id))
    store.drafts.save(a_draft(sentiment="negative"))
    assert store.approvals.draft_of(approval.id) == a_draft()
    with pytest.raises(UserFixable) as caught:
        store.approvals.draft_of("nobody")
    assert caught.value.code == "approval.unknown"
    assert store.approvals.with_ids({approval.id, "nobody"}) == [approval]
