"""The mirror of a CRM's deals: read page by page, going on after a kill, found by words, phone and INN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.adapters.storage.store import Store
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, UserFixable
from app.deals.matching import DealClues
from app.delivery import faults
from app.delivery.faults import CrmFailure
from app.delivery.mirror import MirrorService
from app.delivery.model import (
    CrmAccount,
    CrmKind,
    CrmValue,
    DealPage,
    FieldMap,
    MappedField,
    Money,
    RemoteContact,
    RemoteDeal,
    RemoteType,
    Snapshot,
)
from tests.fakes.clock import FakeClock
from tests.integration.storage.conftest import Opener

AT = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
ACCOUNT = CrmAccount("acc", CrmKind.BITRIX24, "Портал", "https://portal.example")


def a_remote(number: int, title: str = "Обогреватели в теплицу", company: str = "ООО «Ромашка»") -> RemoteDeal:
    person = RemoteContact(f"c{number}", "Игорь Савельев", ("+79161112233", "+74951234567"), ("igor@romashka.ru",))
    return RemoteDeal(
        str(number),
        title,
        "C1:NEW",
        "1",
        Money(Decimal("180000")),
        f"f{number}",
        company,
        "7707083893",
        person,
        "7",
        AT + timedelta(minutes=number),
    )


class PagedCrm:
    """Gives its deals in pages of two, oldest change first, and breaks off where it is told to."""

    def __init__(self, deals: Sequence[RemoteDeal], breaks_before: int | None = None) -> None:
        self.held = list(deals)
        self.breaks_before = breaks_before
        self.asked: list[tuple[datetime | None, str | None]] = []
        self.values: dict[str, CrmValue] | None = {}

    def deals(self, *, since: datetime | None, cursor: str | None = None) -> DealPage:
        self.asked.append((since, cursor))
        first = int(cursor or 0)
        if self.breaks_before is not None and first >= self.breaks_before:
            raise faults.offline()
        due = [deal for deal in self.held if since is None or (deal.updated_at or AT) >= since]
        return DealPage(tuple(due[first : first + 2]), str(first + 2) if first + 2 < len(due) else None)

    def read_deal(self, deal_id: str, keys: Sequence[str]) -> Snapshot:
        if self.values is None:
            raise faults.not_found()
        return Snapshot(deal_id, {key: self.values.get(key) for key in keys})

    def close(self) -> None:
        """Nothing is held open."""


@pytest.fixture
def store(opener: Opener) -> Store:
    opened = opener()
    opened.accounts.add(ACCOUNT)
    return opened


def _service(store: Store, crm: PagedCrm, clock: FakeClock) -> MirrorService:
    return MirrorService(store.mirror, store.accounts, lambda _account: crm, store.outbox.link_of, clock)  # type: ignore[arg-type,return-value]


def _read(service: MirrorService, cancel: CancelToken | None = None) -> int:
    return service.refresh("acc", lambda _count: None, cancel or CancelToken())


def test_all_deals_are_read_and_then_only_what_changed(store: Store, fake_clock: FakeClock) -> None:
    crm = PagedCrm([a_remote(number) for number in range(5)])
    service = _service(store, crm, fake_clock)
    assert _read(service) == 5
    assert service.state("acc").count == 5
    crm.asked.clear()
    crm.held[2] = replace(a_remote(2, "Светильники на склад"), updated_at=fake_clock.now_utc())
    assert _read(service) == 1
    assert crm.asked[0][0] is not None
    assert crm.asked[0][0] < fake_clock.now_utc()
    assert [item.deal.id for item in service.search("светильник")] == ["2"]
    assert service.state("acc").count == 5


def test_a_reading_that_broke_off_goes_on_behind_the_last_page(store: Store, fake_clock: FakeClock) -> None:
    crm = PagedCrm([a_remote(number) for number in range(5)], breaks_before=4)
    with pytest.raises(CrmFailure):
        _read(_service(store, crm, fake_clock))
    assert store.mirror.progress("acc").finished_at is None
    assert len(store.mirror.recent(10)) == 4
    crm.breaks_before = None
    crm.asked.clear()
    assert _read(_service(store, crm, fake_clock)) == 1
    assert crm.asked == [(None, "4")]
    assert store.mirror.progress("acc").count == 5


def test_a_cancelled_reading_keeps_what_it_has(store: Store, fake_clock: FakeClock) -> None:
    cancel = CancelToken()
    service = _service(store, PagedCrm([a_remote(number) for number in range(5)]), fake_clock)
    with pytest.raises(Cancelled):
        service.refresh("acc", lambda _count: cancel.cancel(), cancel)
    assert store.mirror.progress("acc").count == 2


@pytest.mark.parametrize(
    "text",
    [
        "обогревателей",
        "ромашке",
        "савельев игорь",
        "8 916 111-22-33",
        "+7 495 123-45-67",
        "7707083893",
        "обогр",
        "ромаш те",
    ],
)
def test_deals_are_found_in_any_form_of_the_words(store: Store, fake_clock: FakeClock, text: str) -> None:
    service = _service(store, PagedCrm([a_remote(1), a_remote(2, "Короба", "ООО «Пихта»")]), fake_clock)
    _read(service)
    assert "1" in [item.deal.id for item in service.search(text)]


@pytest.mark.parametrize("text", ["линолеум", '"', "*", "OR", "ромашка AND (", "999 999"])
def test_what_is_not_there_is_not_found_and_signs_break_nothing(store: Store, fake_clock: FakeClock, text: str) -> None:
    service = _service(store, PagedCrm([a_remote(1)]), fake_clock)
    _read(service)
    assert service.search(text) == []


def test_a_deal_that_is_gone_is_found_no_more(store: Store, fake_clock: FakeClock) -> None:
    crm = PagedCrm([a_remote(1)])
    service = _service(store, crm, fake_clock)
    _read(service)
    crm.held[0] = replace(crm.held[0], is_gone=True, updated_at=fake_clock.now_utc())
    _read(service)
    assert service.search("ромашка") == []
    assert service.of("acc", "1") is not None


def test_a_call_finds_its_deal_by_the_second_phone_too(store: Store, fake_clock: FakeClock) -> None:
    service = _service(store, PagedCrm([a_remote(1), a_remote(2, company="ООО «Пихта»")]), fake_clock)
    _read(service)
    (found, reason), *_others = service.propose(DealClues(phones=("84951234567",), company="Пихта"))
    assert found.deal.id == "2"
    assert reason.is_sure
    assert "телефон +74951234567" in reason.reasons


def test_a_chosen_deal_gets_one_card_that_is_linked_to_it(store: Store, fake_clock: FakeClock) -> None:
    service = _service(store, PagedCrm([a_remote(1)]), fake_clock)
    _read(service)
    made = service.adopt("acc", "1")
    assert service.adopt("acc", "1") == made
    card = store.deals.get(made)
    assert (card.title, card.company.name if card.company else "") == ("Обогреватели в теплицу", "ООО «Ромашка»")
    link = store.outbox.link_of(made)
    assert link is not None
    assert (link.account_id, link.remote_id) == ("acc", "1")
    assert store.deals.values(made) == {}


def test_a_company_that_is_known_here_gets_no_second_card(store: Store, fake_clock: FakeClock) -> None:
    service = _service(store, PagedCrm([a_remote(1), a_remote(2)]), fake_clock)
    _read(service)
    cards = [store.deals.get(service.adopt("acc", number)) for number in ("1", "2")]
    assert len({card.company.id for card in cards if card.company}) == 1


def test_an_unknown_deal_cannot_be_chosen(store: Store) -> None:
    with pytest.raises(UserFixable) as told:
        store.mirror.adopt("acc", "404")
    assert told.value.code == "mirror.unknown"


def test_a_disconnected_crm_leaves_the_list_and_the_cards_stay(store: Store, fake_clock: FakeClock) -> None:
    service = _service(store, PagedCrm([a_remote(1)]), fake_clock)
    _read(service)
    card = service.adopt("acc", "1")
    store.mirror.forget("acc")
    assert service.search("ромашка") == []
    assert store.deals.get(card).title == "Обогреватели в теплицу"


def test_what_stands_in_the_crm_is_seen_by_our_fields_and_kept(store: Store, fake_clock: FakeClock) -> None:
    crm = PagedCrm([a_remote(1)])
    service = _service(store, crm, fake_clock)
    _read(service)
    card = service.adopt("acc", "1")
    assert service.values(card) == {}
    assert not service.look(card)
    budget = MappedField("budget_amount", "opportunity", "Сумма", RemoteType.MONEY)
    store.accounts.confirm(FieldMap("acc", (budget,)))
    crm.values = {"opportunity": Money(Decimal("150000"))}
    assert service.look(card)
    assert service.values(card) == {"budget_amount": Money(Decimal("150000.00"))}
    assert not service.look(card)
    crm.values = {}
    assert service.look(card)
    assert service.values(card) == {"budget_amount": None}


def test_a_linked_deal_that_was_deleted_is_told_and_leaves_the_list(store: Store, fake_clock: FakeClock) -> None:
    crm = PagedCrm([a_remote(1)])
    service = _service(store, crm, fake_clock)
    _read(service)
    card = service.adopt("acc", "1")
    store.accounts.confirm(FieldMap("acc", (MappedField("budget_amount", "opportunity", "Сумма", RemoteType.MONEY),)))
    crm.values = None
    with pytest.raises(CrmFailure) as told:
        service.look(card)
    assert told.value.code == "crm.not_found"
    assert service.search("ромашка") == []
