"""From the approval to amoCRM's fake over HTTP: once, in order, through each of its troubles, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from app.delivery.model import CrmAccount, CrmKind, FieldMap, MappedField, Money, OperationState
from tests.fakes import amocrm_account as amo
from tests.fakes.amocrm_server import AmoCrmServer, Trouble, serving, token_until
from tests.fakes.clock import FakeClock
from tests.fakes.examples import accepted, note, step
from tests.real_odoo.office import Office, office

PHONE = f"contact.{amo.PHONE}"
MAPPED = {"delivery_city": str(amo.PRODUCT), "budget_amount": "price", "deadline": str(amo.VISIT), "phone": PHONE}
ALL_DONE = ["fields done", "note done", "task done"]


@dataclass
class Scene:
    """A connected amoCRM with one deal, and a call about it."""

    desk: Office
    server: AmoCrmServer
    account: CrmAccount
    deal: int
    contact: int

    def approve(self) -> str:
        made = self.desk.approve(
            accepted("delivery_city", "Тверь"),
            accepted("budget_amount", "300 000 ₽", 300_000),
            accepted("phone", "+7 912 345-67-89", "+79123456789"),
            note(),
            step(),
        )
        return made.id

    def notes(self) -> list[str]:
        return [item["params"]["text"].partition("\n\n№")[0] for item in self.server.account.notes.values()]

    def tasks(self) -> list[str]:
        return [item["text"].partition("\n")[0] for item in self.server.account.tasks.values()]

    def price(self) -> int:
        return int(self.server.account.cards["leads"][self.deal]["price"])

    def phones(self) -> list[str]:
        return [item["value"] for item in self.server.account.values("contacts", self.contact, amo.PHONE)]


@pytest.fixture
def scene(fake_clock: FakeClock) -> Iterator[Scene]:
    with serving() as server, office(fake_clock) as desk:
        contact = server.account.add_card("contacts", "Игорь Саввин")
        server.account.put("contacts", contact, amo.PHONE, {"value": "8 (912) 555-10-20", "enum_code": "MOB"})
        deal = server.account.add_lead("Обогреватели", contacts=(contact,))
        account = desk.connections.connect(CrmKind.AMOCRM, "amoCRM", server.address, {}, server.token)
        remote = {field.key: field for field in desk.connections.fields(account.id)}
        mapped = [MappedField(ours, key, remote[key].label, remote[key].type) for ours, key in MAPPED.items()]
        desk.connections.confirm(account.id, FieldMap(account.id, tuple(mapped)))
        desk.link(account, str(deal))
        server.received.clear()
        yield Scene(desk, server, account, deal, contact)


def test_an_approval_is_delivered_with_all_it_says(scene: Scene) -> None:
    scene.approve()
    scene.desk.deliver(scene.account)

    assert scene.desk.states() == ALL_DONE
    assert (scene.price(), scene.notes(), scene.tasks()) == (
        300_000,
        ["Ищет обогреватели для теплицы."],
        ["Прислать расчёт"],
    )
    assert scene.phones() == ["8 (912) 555-10-20", "+79123456789"]
    assert scene.server.account.values("leads", scene.deal, amo.PRODUCT) == [{"value": "Тверь"}]


@pytest.mark.parametrize("is_done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("path", ["/leads", "/contacts", "/leads/notes", "/tasks"])
@pytest.mark.parametrize("kind", ["drop", "half", "html", "429", "500"])
def test_whatever_becomes_of_an_answer_each_thing_stands_once(
    scene: Scene, kind: str, path: str, is_done: bool
) -> None:
    scene.server.troubles.append(Trouble(kind, path=f"/api/v4{path}", is_done=is_done))
    scene.approve()
    scene.desk.drain(scene.account)

    assert scene.desk.states() == ALL_DONE
    assert (scene.price(), len(scene.notes()), len(scene.tasks()), len(scene.phones())) == (300_000, 1, 1, 2)


@pytest.mark.parametrize("kind", ["401", "402", "barred", "moved"])
def test_a_closed_door_keeps_the_queue_until_the_crm_is_connected_again(scene: Scene, kind: str) -> None:
    scene.server.troubles.append(Trouble(kind, times=1000, is_any=True))
    scene.approve()
    scene.desk.deliver(scene.account)
    assert (scene.notes(), scene.tasks(), scene.price()) == ([], [], 0)
    assert OperationState.REJECTED not in {operation.state for operation in scene.desk.operations()}

    scene.server.troubles.clear()
    scene.server.token = token_until(1_950_000_000)
    scene.desk.connections.reconnect(scene.account.id, scene.server.token)
    scene.desk.delivery.resume(scene.account.id)
    scene.desk.drain(scene.account)

    assert scene.desk.states() == ALL_DONE
    assert (len(scene.notes()), len(scene.tasks())) == (1, 1)


def test_a_right_revoked_in_the_middle_of_the_queue_stops_what_needs_it(scene: Scene) -> None:
    scene.server.troubles.append(Trouble("right", path="/notes"))
    scene.approve()
    scene.desk.deliver(scene.account)

    sent, refused, _waiting = scene.desk.operations()
    assert (sent.state, refused.state, refused.error_code) == (
        OperationState.DONE,
        OperationState.REJECTED,
        "crm.forbidden",
    )
    assert "Недостаточно прав" in refused.error_text
    assert scene.notes() == []


def test_a_deal_deleted_in_between_asks_for_another_one(scene: Scene) -> None:
    scene.server.account.cards["leads"][scene.deal]["is_deleted"] = True
    scene.approve()
    scene.desk.deliver(scene.account)

    assert scene.desk.operations()[0].error_code == "crm.not_found"

    other = scene.server.account.add_lead("Обогреватели, ещё раз", contacts=(scene.contact,))
    scene.desk.delivery.choose_deal(scene.desk.operations()[0].id, str(other))
    scene.desk.drain(scene.account)
    assert scene.server.account.cards["leads"][other]["price"] == 300_000
    assert {item["entity_id"] for item in scene.server.account.notes.values()} == {other}


def test_a_colleagues_change_is_shown_and_nothing_is_written(scene: Scene) -> None:
    scene.approve()
    scene.server.account.change("leads", {"id": scene.deal, "price": 250_000})
    scene.desk.deliver(scene.account)

    (conflict,) = scene.desk.operations()[0].conflict
    assert (conflict.theirs, conflict.ours) == (Money(Decimal(250_000)), Money(Decimal(300_000)))
    assert scene.server.writes() == []


def test_an_approval_taken_back_is_taken_back_in_the_crm(scene: Scene) -> None:
    approval = scene.approve()
    scene.desk.deliver(scene.account)
    scene.desk.store.approvals.undo(approval, "Ольга")
    scene.desk.drain(scene.account)

    assert (scene.price(), scene.phones()) == (0, ["8 (912) 555-10-20"])
    assert scene.server.account.values("leads", scene.deal, amo.PRODUCT) == []
    assert scene.notes() == ["[отменено]"]
    assert [(item["is_completed"], item["result"]) for item in scene.server.account.tasks.values()] == [
        (True, {"text": "отменено"})
    ]
