"""The regression set, and a call of it drafted anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from app.approval.model import DecisionKind
from app.approval.regression import Change
from app.approval.rerun import CorrectedCall, RerunService
from app.approval.service import ApprovalService
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.draft.model import Draft
from app.profile.model import Profile
from app.recording.model import Call, CallState
from app.settings import Settings
from app.transcript.model import Transcript
from tests.fakes.examples import FIELDS, a_call, a_deal, a_draft, a_request, a_transcript, accepted
from tests.fakes.store import FakeStore

PROFILE = Profile("teplo", "Тепло и Лист", "ООО «Тепло и Лист»", "Ольга Вишнёва", (), (), FIELDS)


class Redrafter:
    """Drafts the call as before, but for the city."""

    def __init__(self, city: str) -> None:
        self.city = city
        self.is_open = False
        self.settings: Settings | None = None

    @contextmanager
    def trial(self, settings: Settings, _profile: Profile) -> Iterator[Redrafter]:
        self.settings, self.is_open = settings, True
        try:
            yield self
        finally:
            self.is_open = False

    def draft(
        self, call: Call, transcript: Transcript, *, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> Draft:
        assert self.is_open
        cancel.raise_if_cancelled()
        on_progress(1.0)
        draft = a_draft(call.id)
        fields = {**draft.fields, "delivery_city": replace(draft.fields["delivery_city"], value=self.city)}
        return replace(draft, fields=fields)


@pytest.fixture
def store() -> FakeStore:
    """Two approved calls: in the first the city was corrected and the need taken as it was."""
    store = FakeStore()
    store.deals.create(a_deal())
    service = ApprovalService(store.approvals, store.drafts, lambda: FIELDS)
    for call_id, city in (("call-1", "Ржев"), ("call-2", "Тверь")):
        store.calls.add(a_call(call_id, state=CallState.READY))
        store.transcripts.save(call_id, a_transcript())
        draft_id = store.drafts.save(a_draft(call_id))
        decisions = (accepted("delivery_city", city), accepted("need", "Обогреть теплицу"))
        service.approve(a_request(draft_id, *decisions, call_id=call_id))
    return store


def rerun(store: FakeStore, redrafter: Redrafter) -> RerunService:
    return RerunService(store.approvals, store.calls, store.transcripts, lambda: PROFILE, redrafter.trial)


def test_a_correction_is_kept_by_approving_another_value(store: FakeStore) -> None:
    assert rerun(store, Redrafter("")).corrected() == [CorrectedCall("call-1", corrections=1, decisions=2)]
    assert store.approvals.of_call("call-1")[0].decisions[0].kind is DecisionKind.EDITED


def test_a_model_that_hears_the_corrected_value_is_better_and_nothing_is_stored(store: FakeStore) -> None:
    redrafter, shares = Redrafter("Ржев"), list[float]()
    other = Settings(llm_embedded_model="larger")
    changes = rerun(store, redrafter).rerun("call-1", other, shares.append, CancelToken())
    assert [(c.definition.key, c.change, c.wanted, c.before, c.after) for c in changes] == [
        ("need", Change.SAME, "Обогреть теплицу", "Обогреть теплицу", "Обогреть теплицу"),
        ("delivery_city", Change.BETTER, "Ржев", "Тверь", "Ржев"),
    ]
    assert (redrafter.settings, redrafter.is_open, shares) == (other, False, [1.0])
    assert len(store.shelf.drafts["call-1"]) == 1


def test_a_call_deleted_meanwhile_is_said_and_leaves_the_set(store: FakeStore) -> None:
    store.calls.delete("call-1")
    service = rerun(store, Redrafter("Ржев"))
    assert service.corrected() == []
    with pytest.raises(UserFixable) as caught:
        service.rerun("call-1", Settings(), lambda _share: None, CancelToken())
    assert caught.value.code == "rerun.no_transcript"
