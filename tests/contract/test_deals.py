"""What every `DealRepository` promises."""

from __future__ import annotations

import pytest

from app.core.errors import UserFixable
from tests.contract.conftest import AnyStore
from tests.fakes.clock import FakeClock
from tests.fakes.examples import a_call, a_deal, a_draft, a_request


def test_a_deal_comes_back_with_company_and_contact(store: AnyStore) -> None:
    store.deals.create(a_deal())
    assert store.deals.get("deal-1") == a_deal()
    assert store.deals.companies(5) == [a_deal().company]
    assert store.deals.contacts(5) == [a_deal().contact]


def test_a_deal_may_have_neither(store: AnyStore) -> None:
    store.deals.create(a_deal(company=None, contact=None))
    assert store.deals.get("deal-1") == a_deal(company=None, contact=None)


def test_a_deal_that_is_not_there_is_an_error_with_a_cure(store: AnyStore) -> None:
    with pytest.raises(UserFixable) as caught:
        store.deals.get("nobody")
    assert caught.value.code == "store.no_deal"
    assert caught.value.hint


def test_two_deals_of_one_company_share_its_card(store: AnyStore) -> None:
    store.deals.create(a_deal())
    store.deals.create(a_deal("deal-2", company=a_deal().company, contact=None))
    assert store.deals.companies(5) == [a_deal().company]


def test_the_latest_touched_deal_is_first(store: AnyStore, fake_clock: FakeClock) -> None:
    store.calls.add(a_call())
    draft_id = store.drafts.save(a_draft())
    for number in (1, 2, 3):
        store.deals.create(a_deal(f"deal-{number}"))
        fake_clock.advance(60)
    store.approvals.approve(a_request(draft_id))
    assert [deal.id for deal in store.deals.recent(2)] == ["deal-1", "deal-3"]


@pytest.mark.parametrize(
    "text", ["ТЕПЛИЦ", "зеленый мыс", "ёлкин", "Елкин", "7707083893", "8 (912) 345-67-89", "345-67-89", "ELKIN@mys"]
)
def test_a_deal_is_found_by_what_is_known_of_it(store: AnyStore, text: str) -> None:
    store.deals.create(a_deal())
    store.deals.create(a_deal("other", title="Кровля склада", company=None, contact=None))
    assert [deal.id for deal in store.deals.search(text, 5)] == ["deal-1"]


def test_signs_of_patterns_are_sought_as_they_are(store: AnyStore) -> None:
    store.deals.create(a_deal(title="Скидка 5%_итого"))
    store.deals.create(a_deal("other", title="Скидка 5 итого", company=None, contact=None))
    assert [deal.id for deal in store.deals.search("5%_", 5)] == ["deal-1"]
    assert store.deals.search("%%", 5) == []


def test_a_new_deal_has_no_values_notes_or_tasks(store: AnyStore) -> None:
    store.deals.create(a_deal())
    assert (store.deals.values("deal-1"), store.deals.notes("deal-1"), store.deals.tasks("deal-1")) == ({}, [], [])


def test_many_deals_come_in_at_once_and_the_known_ones_are_left(store: AnyStore) -> None:
    store.deals.create(a_deal())
    new = [a_deal("deal-2", title="Вторая"), a_deal("deal-3", company=None, contact=None), a_deal("deal-2")]
    assert store.deals.create_all([a_deal(title="Другое"), *new]) == 2
    assert store.deals.get("deal-1") == a_deal()
    assert store.deals.create_all(new) == 0


def test_contents_are_all_that_is_in_each_deal_the_latest_touched_first(store: AnyStore, fake_clock: FakeClock) -> None:
    store.calls.add(a_call())
    draft_id = store.drafts.save(a_draft())
    for number in (1, 2):
        store.deals.create(a_deal(f"deal-{number}"))
        fake_clock.advance(60)
    store.approvals.approve(a_request(draft_id))
    first, second = store.deals.contents()
    assert (first.deal, first.touched_at) == (store.deals.get("deal-1"), fake_clock.now_utc())
    assert first.values == store.deals.values("deal-1")
    assert list(first.notes) == store.deals.notes("deal-1")
    assert list(first.tasks) == store.deals.tasks("deal-1")
    assert first.values
    assert (second.deal.id, dict(second.values), second.notes, second.tasks) == ("deal-2", {}, (), ())
