"""From the approval to Bitrix24's fake over HTTP: once, in order, through each of its troubles, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from app.delivery.model import CrmAccount, CrmKind, FieldMap, MappedField, Money, OperationState
from tests.fakes.bitrix24_cards import CONTACT, DEAL
from tests.fakes.bitrix24_server import Portal, Trouble, bitrix24_portal
from tests.fakes.clock import FakeClock
from tests.fakes.examples import accepted, note, step
from tests.real_odoo.office import Office, office

MAPPED = {
    "delivery_city": "comments",
    "budget_amount": "opportunity",
    "deadline": "closedate",
    "phone": "contact.PHONE",
}
ALL_DONE = ["fields done", "note done", "task done"]
METHODS = ("crm.item.update", "crm.timeline.comment.add", "tasks.task.add")
OLD_PHONE, NEW_PHONE = "8 (916) 111-22-33", "+79123456789"


@dataclass
class Scene:
    """A connected Bitrix24 with one deal, and a call about it."""

    desk: Office
    portal: Portal
    account: CrmAccount
    deal: int
    contact: int

    def approve(self) -> str:
        made = self.desk.approve(
            accepted("delivery_city", "Тверь"),
            accepted("budget_amount", "300 000 ₽", 300_000),
            accepted("phone", "+7 912 345-67-89", NEW_PHONE),
            note(),
            step(),
        )
        return made.id

    def values(self) -> tuple[object, object, list[str]]:
        """Amount, comment and phones that stand there now."""
        deal, contact = self.portal.cards.item(DEAL, self.deal), self.portal.cards.item(CONTACT, self.contact)
        return deal["opportunity"], deal["comments"], [row["value"] for row in contact["fm"]]

    def notes(self) -> list[str]:
        return [row["COMMENT"].partition("\n\n№")[0] for row in self.portal.cards.comments.values()]

    def tasks(self) -> list[str]:
        return [task["title"] for task in self.portal.cards.tasks.values()]


@pytest.fixture
def scene(fake_clock: FakeClock) -> Iterator[Scene]:
    with bitrix24_portal() as portal, office(fake_clock) as desk:
        contact = portal.cards.add_contact("Саввин", phones=(OLD_PHONE,))
        deal = portal.cards.add_deal("Обогреватели", contactId=contact)
        account = desk.connections.connect(CrmKind.BITRIX24, "Битрикс24", "", {}, portal.webhook)
        remote = {field.key: field for field in desk.connections.fields(account.id)}
        mapped = [MappedField(ours, key, remote[key].label, remote[key].type) for ours, key in MAPPED.items()]
        desk.connections.confirm(account.id, FieldMap(account.id, tuple(mapped)))
        desk.link(account, str(deal))
        portal.received.clear()
        yield Scene(desk, portal, account, deal, contact)


def _is_all_there_once(scene: Scene) -> bool:
    return (scene.values(), scene.notes(), scene.tasks()) == (
        (300_000, "Тверь", [OLD_PHONE, NEW_PHONE]),
        ["Ищет обогреватели для теплицы."],
        ["Прислать расчёт"],
    )


def test_an_approval_is_delivered_with_all_it_says(scene: Scene) -> None:
    scene.approve()
    scene.desk.deliver(scene.account)
    assert scene.desk.states() == ALL_DONE
    assert _is_all_there_once(scene)
    assert [name for name in scene.portal.methods() if name in METHODS] == [METHODS[0], *METHODS]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "trouble",
    [Trouble.DROP_AFTER, Trouble.DROP_BEFORE, Trouble.PAGE, Trouble.BROKEN, Trouble.LIMIT, Trouble.OPERATING],
)
def test_whatever_becomes_of_an_answer_each_thing_stands_once(scene: Scene, trouble: Trouble, method: str) -> None:
    scene.portal.troubles[method] = [trouble]
    scene.approve()
    scene.desk.drain(scene.account)
    assert scene.desk.states() == ALL_DONE
    assert _is_all_there_once(scene)


@pytest.mark.parametrize("method", METHODS)
def test_an_older_portal_through_lost_answers_has_each_thing_once(scene: Scene, method: str) -> None:
    scene.portal.has_rest3 = False
    scene.portal.troubles[method] = [Trouble.DROP_AFTER, Trouble.DROP_AFTER]
    scene.approve()
    scene.desk.drain(scene.account)
    assert scene.desk.states() == ALL_DONE
    assert _is_all_there_once(scene)


@pytest.mark.parametrize("trouble", [Trouble.EXPIRED, Trouble.OVERLOAD, Trouble.PLAN, Trouble.MOVED])
def test_a_closed_door_keeps_the_queue_until_the_crm_is_connected_again(scene: Scene, trouble: Trouble) -> None:
    scene.portal.troubles["*"] = [trouble] * 1000
    scene.approve()
    scene.desk.deliver(scene.account)
    assert (scene.notes(), scene.tasks(), scene.values()) == ([], [], (0, "", [OLD_PHONE]))
    assert OperationState.REJECTED not in {operation.state for operation in scene.desk.operations()}

    scene.portal.troubles.clear()
    scene.desk.connections.reconnect(scene.account.id, scene.portal.webhook)
    scene.desk.delivery.resume(scene.account.id)
    scene.desk.drain(scene.account)
    assert scene.desk.states() == ALL_DONE
    assert _is_all_there_once(scene)


def test_a_right_revoked_in_the_middle_of_the_queue_stops_what_needs_it(scene: Scene) -> None:
    scene.portal.cards.scopes = ("crm", "user_brief")
    scene.approve()
    scene.desk.drain(scene.account)
    *sent, refused = scene.desk.operations()
    assert {operation.state for operation in sent} == {OperationState.DONE}
    assert (refused.state, refused.error_code) == (OperationState.REJECTED, "crm.forbidden")
    assert "task" in refused.error_text


def test_a_deal_deleted_in_between_asks_for_another_one(scene: Scene) -> None:
    del scene.portal.cards.cards[DEAL][scene.deal]
    scene.approve()
    scene.desk.deliver(scene.account)
    assert scene.desk.operations()[0].error_code == "crm.not_found"

    other = scene.portal.cards.add_deal("Обогреватели, ещё раз", contactId=scene.contact)
    scene.desk.delivery.choose_deal(scene.desk.operations()[0].id, str(other))
    scene.desk.drain(scene.account)
    assert scene.portal.cards.item(DEAL, other)["opportunity"] == 300_000
    assert {row["ENTITY_ID"] for row in scene.portal.cards.comments.values()} == {other}


def test_a_colleagues_change_is_shown_and_nothing_is_written(scene: Scene) -> None:
    scene.approve()
    scene.portal.cards.touch(DEAL, scene.deal, opportunity=250_000)
    scene.desk.deliver(scene.account)
    (conflict,) = scene.desk.operations()[0].conflict
    assert (conflict.theirs, conflict.ours) == (Money(Decimal(250_000)), Money(Decimal(300_000)))
    assert not set(METHODS) & set(scene.portal.methods())


def test_a_field_that_is_gone_from_the_portal_is_asked_about_before_anything_is_sent(scene: Scene) -> None:
    del scene.portal.cards.fields[DEAL]["closedate"]
    scene.desk.approve(accepted("deadline", "20.03.2026", "2026-03-20"))
    scene.desk.deliver(scene.account)
    (operation,) = scene.desk.operations()
    assert (operation.state, operation.error_code) == (OperationState.REJECTED, "crm.invalid")
    assert not set(METHODS) & set(scene.portal.methods())


def test_an_approval_taken_back_is_taken_back_in_the_crm(scene: Scene) -> None:
    approval = scene.approve()
    scene.desk.deliver(scene.account)
    scene.desk.store.approvals.undo(approval, "Ольга")
    scene.desk.drain(scene.account)
    assert scene.values() == (0, "", [OLD_PHONE])
    assert (scene.notes(), scene.tasks()) == ([], [])
