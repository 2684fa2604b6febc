"""What every `DraftRepository` promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.errors import UserFixable
from tests.contract.conftest import AnyStore
from tests.fakes.examples import a_call, a_draft, a_misheard_item


def test_a_draft_comes_back_without_loss(store: AnyStore) -> None:
    store.calls.add(a_call())
    draft_id = store.drafts.save(a_draft())
    assert store.drafts.latest("call-1") == (draft_id, a_draft())


def test_what_was_heard_comes_back_beside_what_was_meant(store: AnyStore) -> None:
    store.calls.add(a_call())
    draft = a_draft(line_items=(a_misheard_item(),))
    draft_id = store.drafts.save(draft)
    assert store.drafts.latest("call-1") == (draft_id, draft)


def test_the_order_of_the_fields_is_kept(store: AnyStore) -> None:
    store.calls.add(a_call())
    store.drafts.save(a_draft())
    latest = store.drafts.latest("call-1")
    assert latest is not None
    assert list(latest[1].fields) == list(a_draft().fields)


def test_the_latest_draft_counts(store: AnyStore) -> None:
    store.calls.add(a_call())
    first = store.drafts.save(a_draft())
    second = store.drafts.save(replace(a_draft(), sentiment="positive"))
    latest = store.drafts.latest("call-1")
    assert latest is not None
    assert (latest[0], latest[1].sentiment) == (second, "positive")
    assert first != second


def test_a_draft_is_in_no_record(store: AnyStore) -> None:
    store.calls.add(a_call())
    store.drafts.save(a_draft())
    assert store.deals.recent(10) == []
    assert store.approvals.of_call("call-1") == []


def test_a_draft_of_a_deleted_call_is_refused(store: AnyStore) -> None:
    with pytest.raises(UserFixable) as caught:
        store.drafts.save(a_draft("nobody"))
    assert caught.value.code == "store.no_call"
    assert store.drafts.latest("nobody") is None
