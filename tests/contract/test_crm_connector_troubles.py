"""What every connector promises when answers are lost, pages are long and colleagues were there before.

The portals are fakes; a real Odoo is tried in tests/real_odoo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.adapters.crm.amocrm import AmoCrm
from app.adapters.crm.bitrix24 import Bitrix24
from app.delivery import faults, optimistic
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmAccount, CrmKind, CrmValue, Money, RemoteRef, TaskOrder
from app.delivery.ports import CrmConnector
from tests.fakes import amocrm_account as amo
from tests.fakes import amocrm_server, crm
from tests.fakes.bitrix24_cards import DEAL
from tests.fakes.bitrix24_server import Trouble as BitrixTrouble
from tests.fakes.bitrix24_server import bitrix24_portal
from tests.fakes.clock import FakeClock

_OP = "0192f3c8a7b64c11a0d67f3a2c19b0de"
_OTHER_OP = "0192f3c8a7b64c11a0d67f3a2c19b0df"
_OURS, _THEIRS = "+79031234567", "+79161112233"
_AMOUNT = Money(Decimal(150_000))


@dataclass
class Place:
    """A CRM with a connector to it.

    Args:
        title, amount, phones: Keys of such fields.
        add_deal: Makes a deal with this title, the amount of 150,000 and a contact with a phone; returns its id.
        touch: A colleague changes a deal's amount.
        delete: A colleague deletes a deal.
        lose_answer: Of the next "note", "task" or "fields" the answer is lost after it was done.
        count: How many notes or tasks stand there.
        later: Lets the CRM's clock go on by an hour; returns its time then.
    """

    connector: CrmConnector
    title: str
    amount: str
    phones: str
    add_deal: Callable[[str], str]
    touch: Callable[[str, int], None]
    delete: Callable[[str], None]
    lose_answer: Callable[[str], None]
    count: Callable[[str], int]
    later: Callable[[], datetime]


@contextmanager
def _in_memory(_clock: FakeClock) -> Iterator[Place]:
    portal = crm.FakeCrm()
    calls = {"note": "add_note", "task": "add_task", "fields": "write_deal"}

    def add_deal(title: str) -> str:
        values: dict[str, CrmValue] = {"title": title, "amount": _AMOUNT, "contact.phones": (_THEIRS,)}
        return portal.add_deal(portal.new_id(), **values)

    def delete(deal: str) -> None:
        del portal.deals[deal]

    def later() -> datetime:
        portal.now += timedelta(hours=1)
        return portal.now

    yield Place(
        crm.FakeConnector(portal),
        "title",
        "amount",
        "contact.phones",
        add_deal,
        lambda deal, amount: portal.colleague(deal, "amount", Money(Decimal(amount))),
        delete,
        lambda what: portal.trouble(calls[what], faults.unknown(), is_done=True),
        lambda what: len({"note": portal.notes, "task": portal.tasks}[what]),
        later,
    )


@contextmanager
def _bitrix24(clock: FakeClock) -> Iterator[Place]:
    methods = {"note": "crm.timeline.comment.add", "task": "tasks.task.add", "fields": "crm.item.update"}
    with bitrix24_portal() as portal:
        cards = portal.cards

        def add_deal(title: str) -> str:
            contact = cards.add_contact("Саввин", phones=("8 (916) 111-22-33",))
            return str(cards.add_deal(title, opportunity=150_000, contactId=contact))

        def delete(deal: str) -> None:
            del cards.cards[DEAL][int(deal)]

        def later() -> datetime:
            cards.now += timedelta(hours=1)
            return cards.now.astimezone(UTC)

        account = CrmAccount("1", CrmKind.BITRIX24, "", portal.address)
        connector = Bitrix24(account, portal.webhook, clock_s=clock.monotonic_s, wait=_passing(clock))
        yield Place(
            connector,
            "title",
            "opportunity",
            "contact.PHONE",
            add_deal,
            lambda deal, amount: cards.touch(DEAL, int(deal), opportunity=amount),
            delete,
            lambda what: portal.troubles.update({methods[what]: [BitrixTrouble.DROP_AFTER]}),
            lambda what: len({"note": cards.comments, "task": cards.tasks}[what]),
            later,
        )
        connector.close()


@contextmanager
def _amocrm(clock: FakeClock) -> Iterator[Place]:
    with amocrm_server.serving() as server:
        account = server.account

        def add_deal(title: str) -> str:
            contact = account.add_card("contacts", "Игорь Саввин")
            account.put("contacts", contact, amo.PHONE, {"value": "8 (916) 111-22-33", "enum_code": "MOB"})
            return str(account.add_lead(title, contacts=(contact,), price=150_000))

        def delete(deal: str) -> None:
            account.cards["leads"][int(deal)]["is_deleted"] = True

        def later() -> datetime:
            account.now_s += 3600
            return datetime.fromtimestamp(account.now_s, UTC)

        told = CrmAccount("1", CrmKind.AMOCRM, "", server.address, str(amo.USER))
        connector = AmoCrm(told, server.token, clock=clock, wait=_passing(clock))
        yield Place(
            connector,
            "name",
            "price",
            f"contact.{amo.PHONE}",
            add_deal,
            lambda deal, amount: account.change("leads", {"id": int(deal), "price": amount}) and None,
            delete,
            lambda _what: server.troubles.append(amocrm_server.Trouble("drop", is_done=True)),
            lambda what: len({"note": account.notes, "task": account.tasks}[what]),
            later,
        )
        connector.close()


def _passing(clock: FakeClock) -> Callable[[float], bool]:
    def wait(seconds: float) -> bool:
        clock.advance(seconds)
        return False

    return wait


@pytest.fixture(params=[_in_memory, _bitrix24, _amocrm], ids=["in memory", "fake Bitrix24", "fake amoCRM"])
def place(request: pytest.FixtureRequest, fake_clock: FakeClock) -> Iterator[Place]:
    with request.param(fake_clock) as made:
        yield made


def _fault_of(call: Callable[[], Any]) -> Fault:
    with pytest.raises(CrmFailure) as caught:
        call()
    return caught.value.fault


# Deals


def test_all_deals_come_once_page_by_page(place: Place) -> None:
    made = {place.add_deal(f"Сделка {number}") for number in range(120)}
    found = _all(place, None)
    assert len(found) == len(made)
    assert set(found) == made


def test_only_what_changed_since_comes_again(place: Place) -> None:
    place.add_deal("Старая")
    changed = place.add_deal("Изменённая")
    since = place.later()
    place.touch(changed, 200_000)
    assert _all(place, since) == [changed]


def _all(place: Place, since: datetime | None) -> list[str]:
    page = place.connector.deals(since=since)
    found = [deal.id for deal in page.deals]
    while page.cursor is not None:
        page = place.connector.deals(since=since, cursor=page.cursor)
        found += [deal.id for deal in page.deals]
    return found


def test_a_deal_comes_with_the_phone_of_its_contact(place: Place) -> None:
    place.add_deal("Склад")
    (deal,) = place.connector.deals(since=None).deals
    assert deal.title == "Склад"
    assert deal.contact is not None
    assert deal.contact.phones == (_THEIRS,)


@pytest.mark.parametrize("text", ["8 916 111-22-33", "ограждения"])
def test_a_deal_is_found_by_phone_and_by_a_word_of_its_title(place: Place, text: str) -> None:
    wanted = place.add_deal("Ограждения для склада")
    assert [deal.id for deal in place.connector.find_deals(text, 10)] == [wanted]


# Values


def test_a_value_that_arrived_with_a_lost_answer_is_not_needed_again(place: Place) -> None:
    deal = place.add_deal("Склад")
    changes: dict[str, CrmValue] = {place.amount: Money(Decimal(200_000))}
    place.lose_answer("fields")
    assert _fault_of(lambda: place.connector.write_deal(deal, changes, _OP)) is Fault.UNKNOWN
    found = optimistic.compare(place.connector, deal, changes, {place.amount: _AMOUNT}, {})
    assert (dict(found.needed), found.conflicts) == ({}, ())


def test_a_phone_goes_beside_that_of_others_and_comes_away_again(place: Place) -> None:
    deal = place.add_deal("Склад")
    both = (_OURS, _THEIRS)
    place.connector.write_deal(deal, {place.phones: both}, _OP)
    assert place.connector.read_deal(deal, [place.phones]).values == {place.phones: both}
    place.connector.write_deal(deal, {place.phones: (_THEIRS,)}, _OTHER_OP)
    assert place.connector.read_deal(deal, [place.phones]).values == {place.phones: (_THEIRS,)}


def test_a_deal_that_was_deleted_is_not_found_by_any_way(place: Place) -> None:
    deal = place.add_deal("Склад")
    place.delete(deal)
    ways: list[Callable[[], Any]] = [
        lambda: place.connector.read_deal(deal, [place.title]),
        lambda: place.connector.write_deal(deal, {place.title: "Склад"}, _OP),
        lambda: place.connector.add_note(deal, "Итог", _OP),
    ]
    assert [_fault_of(way) for way in ways] == [Fault.NOT_FOUND] * 3


# Notes and tasks


@pytest.mark.parametrize("what", ["note", "task"])
def test_what_an_operation_made_is_found_by_it_alone(place: Place, what: str) -> None:
    deal, other = place.add_deal("Склад"), place.add_deal("Офис")
    assert _find(place, what, deal, _OP) is None
    made = _add(place, what, deal, _OP)
    assert _find(place, what, deal, _OP) == made
    assert _find(place, what, deal, _OTHER_OP) is None
    assert _find(place, what, other, _OP) is None


@pytest.mark.parametrize("what", ["note", "task"])
def test_what_arrived_with_a_lost_answer_is_found_and_stands_there_once(place: Place, what: str) -> None:
    deal = place.add_deal("Склад")
    place.lose_answer(what)
    assert _fault_of(lambda: _add(place, what, deal, _OP)) is Fault.UNKNOWN
    assert _find(place, what, deal, _OP) is not None
    assert place.count(what) == 1


def _add(place: Place, what: str, deal: str, op_id: str) -> RemoteRef:
    if what == "note":
        return place.connector.add_note(deal, "Итог звонка", op_id)
    return place.connector.add_task(deal, TaskOrder("Выслать КП", "До пятницы", date(2026, 12, 1)), op_id)


def _find(place: Place, what: str, deal: str, op_id: str) -> RemoteRef | None:
    find = place.connector.find_note if what == "note" else place.connector.find_task
    return find(deal, op_id)
