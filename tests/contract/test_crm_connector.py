"""What every connector to a CRM promises. The portals here are fakes; the real Odoo is tried in tests/real_odoo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.adapters.crm.amocrm import AmoCrm
from app.adapters.crm.bitrix24 import Bitrix24
from app.delivery import optimistic
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmAccount, CrmKind, FieldConflict, Money, RemoteType, TaskOrder
from app.delivery.ports import CrmConnector
from tests.fakes import amocrm_account
from tests.fakes.amocrm_server import serving
from tests.fakes.bitrix24_server import bitrix24_portal
from tests.fakes.clock import FakeClock
from tests.fakes.crm import FakeConnector, FakeCrm

OP, OTHER_OP = "0192f3c8a7b64c11a0d67f3a2c19b0de", "0192f3c8a7b64c11a0d67f3a2c19b0df"
SUM = Money(Decimal("180000.00"))


@dataclass
class World:
    """A portal with one deal.

    Args:
        colleague: Another connection to the same portal.
        text: Key of a writable text of the deal; likewise `amount`, its sum.
    """

    connector: CrmConnector
    colleague: CrmConnector
    deal_id: str
    text: str
    amount: str


@contextmanager
def in_memory() -> Iterator[World]:
    crm = FakeCrm()
    deal_id = crm.add_deal("17", title="Поставка светильников", amount=Money(Decimal(5000)))
    yield World(FakeConnector(crm), FakeConnector(crm), deal_id, "title", "amount")


@contextmanager
def fake_bitrix24() -> Iterator[World]:
    with bitrix24_portal() as portal:
        account = CrmAccount("1", CrmKind.BITRIX24, "", portal.address)
        deal_id = portal.cards.add_deal(opportunity=5000)
        made = [Bitrix24(account, portal.webhook, clock_s=FakeClock().monotonic_s, wait=_at_once) for _ in range(2)]
        yield World(made[0], made[1], str(deal_id), "title", "opportunity")
        for connector in made:
            connector.close()


@contextmanager
def fake_amocrm() -> Iterator[World]:
    with serving() as server:
        account = CrmAccount("1", CrmKind.AMOCRM, "", server.address, str(amocrm_account.USER))
        deal_id = server.account.add_lead("Поставка светильников", price=5000)
        made = [AmoCrm(account, server.token, clock=FakeClock(), wait=_at_once) for _ in range(2)]
        yield World(made[0], made[1], str(deal_id), "name", "price")
        for connector in made:
            connector.close()


# One line for each connector; what is real and needs a server of its own is added by its own tests.
WORLDS: dict[str, Callable[[], AbstractContextManager[World]]] = {
    "in memory": in_memory,
    "fake Bitrix24": fake_bitrix24,
    "fake amoCRM": fake_amocrm,
}


@pytest.fixture(params=list(WORLDS))
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with WORLDS[request.param]() as made:
        yield made


def test_check_tells_who_is_connected(world: World) -> None:
    account = world.connector.check()
    assert account.user_id
    assert account.user_name
    assert account.portal


def test_fields_are_told_once_each_with_label_and_type(world: World) -> None:
    fields = {item.key: item for item in world.connector.fields()}
    assert len(fields) == len(world.connector.fields())
    assert all(item.label for item in fields.values())
    assert (fields[world.text].type, fields[world.text].is_readonly) == (RemoteType.TEXT, False)
    assert (fields[world.amount].type, fields[world.amount].is_readonly) == (RemoteType.MONEY, False)


def test_stages_have_labels_and_are_options_of_the_stage(world: World) -> None:
    stages = {stage.id for pipeline in world.connector.pipelines() for stage in pipeline.stages if stage.label}
    field = next(item for item in world.connector.fields() if item.type is RemoteType.STAGE)
    assert stages
    assert stages <= {option.id for option in field.options}


def test_what_was_written_is_read_and_nothing_else_changes(world: World) -> None:
    before = world.connector.read_deal(world.deal_id, [world.text, world.amount]).values
    optimistic.write(world.connector, world.deal_id, {world.amount: SUM}, OP, {})
    now = world.connector.read_deal(world.deal_id, [world.text, world.amount]).values
    assert optimistic.same(now[world.amount], SUM)
    assert now[world.text] == before[world.text] == "Поставка светильников"


def test_a_value_can_be_cleared_which_an_undo_may_need(world: World) -> None:
    optimistic.write(world.connector, world.deal_id, {world.amount: None}, OP, {})
    assert world.connector.read_deal(world.deal_id, [world.amount]).values[world.amount] is None


def test_a_colleagues_change_is_seen_whatever_the_times_of_change_say(world: World) -> None:
    base = dict(world.connector.read_deal(world.deal_id, [world.text, world.amount]).values)
    theirs = Money(Decimal(7000))
    world.colleague.write_deal(world.deal_id, {world.amount: theirs}, OTHER_OP)
    found = optimistic.compare(world.connector, world.deal_id, {world.amount: SUM}, base, {world.amount: "Сумма"})
    assert [(item.label, item.base, item.ours) for item in found.conflicts] == [("Сумма", base[world.amount], SUM)]
    assert optimistic.same(found.conflicts[0].theirs, theirs)
    assert isinstance(found.conflicts[0], FieldConflict)


def test_values_that_stand_there_already_are_not_needed(world: World) -> None:
    optimistic.write(world.connector, world.deal_id, {world.amount: SUM}, OP, {})
    found = optimistic.compare(world.connector, world.deal_id, {world.amount: SUM}, {}, {})
    assert (found.needed, found.conflicts) == ({}, ())


def test_a_deal_that_is_not_there_is_not_found(world: World) -> None:
    for ask in (
        lambda: world.connector.read_deal("999999", [world.text]),
        lambda: world.connector.write_deal("999999", {world.text: "x"}, OP),
    ):
        with pytest.raises(CrmFailure) as caught:
            ask()
        assert caught.value.fault is Fault.NOT_FOUND


def test_a_note_is_found_by_its_operation_alone_and_goes_once_for_all(world: World) -> None:
    assert world.connector.find_note(world.deal_id, OP) is None
    ref = world.connector.add_note(world.deal_id, "Ждут счёт до пятницы.\nСкидка & доставка <5 дней>", OP)
    assert world.connector.find_note(world.deal_id, OP) == ref
    assert world.colleague.find_note(world.deal_id, OTHER_OP) is None
    world.connector.remove(ref, OTHER_OP)
    world.connector.remove(ref, OTHER_OP)
    assert world.connector.find_note(world.deal_id, OP) is None


@pytest.mark.parametrize("due", [None, date(2026, 12, 1), datetime(2026, 12, 1, 7, 30, tzinfo=UTC)])
def test_a_task_likewise(world: World, due: date | None) -> None:
    assert world.connector.find_task(world.deal_id, OP) is None
    ref = world.connector.add_task(world.deal_id, TaskOrder("Выслать КП", "С доставкой", due), OP)
    assert world.connector.find_task(world.deal_id, OP) == ref
    assert world.colleague.find_task(world.deal_id, OTHER_OP) is None
    world.connector.remove(ref, OTHER_OP)
    world.connector.remove(ref, OTHER_OP)
    assert world.connector.find_task(world.deal_id, OP) is None


def test_after_an_undo_a_new_operation_makes_it_anew(world: World) -> None:
    world.connector.remove(world.connector.add_note(world.deal_id, "Итог", OP), OP)
    ref = world.connector.add_note(world.deal_id, "Итог", OTHER_OP)
    assert world.connector.find_note(world.deal_id, OTHER_OP) == ref


def test_the_deal_is_listed_and_found_by_words(world: World) -> None:
    listed = world.connector.deals(since=None)
    assert [(deal.id, deal.title) for deal in listed.deals] == [(world.deal_id, "Поставка светильников")]
    assert listed.cursor is None or world.connector.deals(since=None, cursor=listed.cursor).deals == ()
    assert [deal.id for deal in world.connector.find_deals("светильников", 5)] == [world.deal_id]


def test_the_card_has_an_address_for_a_browser(world: World) -> None:
    assert world.connector.deal_url(world.deal_id).startswith(("https://", "http://127.0.0.1"))
    assert world.deal_id in world.connector.deal_url(world.deal_id)


def _at_once(_seconds: float) -> bool:
    return False
