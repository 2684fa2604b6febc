"""From the approval to a real Odoo: once, in order, through lost answers, restarts and colleagues, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import Cancelled
from app.delivery.model import CrmAccount, OperationState, Resolution
from app.recording.model import CallState
from tests.fakes.clock import FakeClock
from tests.fakes.examples import accepted, note, step
from tests.real_odoo.office import Office, office
from tests.real_odoo.proxy import Proxy
from tests.real_odoo.server import OdooServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def desk(fake_clock: FakeClock) -> Iterator[Office]:
    with office(fake_clock) as made:
        yield made


def connected(desk: Office, odoo: OdooServer, address: str = "") -> CrmAccount:
    return desk.connect(address or odoo.url, odoo.database, odoo.keys.salesman)


def test_an_approval_is_delivered_with_all_it_says(odoo: OdooServer, desk: Office) -> None:
    account, deal = connected(desk, odoo), odoo.new_deal()
    desk.link(account, deal)
    desk.approve(
        accepted("delivery_city", "Тверь"),
        accepted("budget_amount", "300 000 ₽", 300_000),
        accepted("deadline", "20.03.2026", "2026-03-20"),
        accepted("phone", "+7 912 345-67-89", "+79123456789"),
        note(),
        step(),
    )
    desk.deliver(account)
    assert desk.states() == ["fields done", "note done", "task done"]
    assert odoo.values(deal, "city", "expected_revenue", "date_deadline", "phone") == {
        "id": int(deal),
        "city": "Тверь",
        "expected_revenue": 300_000,
        "date_deadline": "2026-03-20",
        "phone": "+79123456789",
    }
    assert odoo.notes(deal) == ["<p>Ищет обогреватели для теплицы.</p>"]
    assert [task["summary"] for task in odoo.tasks(deal)] == ["Прислать расчёт"]
    assert desk.store.calls.get("call-1").state is CallState.DELIVERED


def test_an_approval_taken_back_is_taken_back_in_the_crm(odoo: OdooServer, desk: Office) -> None:
    account, deal = connected(desk, odoo), odoo.new_deal(city="Калуга")
    desk.link(account, deal)
    desk.approve(accepted("budget_amount", "300 000 ₽", 300_000))
    made = desk.approve(accepted("delivery_city", "Калуга"), accepted("deadline", "", "2026-03-20"), note(), step())
    desk.deliver(account)
    assert odoo.values(deal, "date_deadline")["date_deadline"] == "2026-03-20"
    desk.store.approvals.undo(made.id, "Ольга")
    desk.deliver(account)
    stands = odoo.values(deal, "city", "expected_revenue", "date_deadline")
    # «Калуга» stood there before: it was not ours to take away.
    assert (stands["city"], stands["expected_revenue"], stands["date_deadline"]) == ("Калуга", 300_000, False)
    assert (odoo.notes(deal), odoo.tasks(deal)) == ([], [])


@pytest.mark.parametrize("lost", ["crm.lead/write", "crm.lead/message_post", "mail.activity/load"])
def test_an_answer_that_was_lost_makes_nothing_twice(
    odoo: OdooServer, desk: Office, bad_line: Proxy, lost: str
) -> None:
    account, deal = connected(desk, odoo, bad_line.url), odoo.new_deal()
    desk.link(account, deal)
    bad_line.lose_answers(lost)
    desk.approve(accepted("delivery_city", "Тверь"), note(), step())
    desk.drain(account)
    assert desk.states() == ["fields done", "note done", "task done"]
    assert bad_line.count(lost) == 1
    assert (len(odoo.notes(deal)), len(odoo.tasks(deal))) == (1, 1)


def test_a_colleagues_change_is_shown_and_nothing_is_written_before_the_person_decides(
    odoo: OdooServer, desk: Office
) -> None:
    account, deal = connected(desk, odoo), odoo.new_deal()
    desk.link(account, deal)
    desk.approve(accepted("delivery_city", "Тверь"), accepted("deadline", "20.03.2026", "2026-03-20"), note())
    odoo.call("crm.lead", "write", ids=[int(deal)], vals={"city": "Калуга"})
    desk.deliver(account)
    assert desk.states() == ["fields conflict", "note pending"]
    assert odoo.values(deal, "city", "date_deadline") == {"id": int(deal), "city": "Калуга", "date_deadline": False}
    conflict = desk.operations()[0].conflict[0]
    assert (conflict.key, conflict.theirs, conflict.ours) == ("city", "Калуга", "Тверь")
    desk.delivery.settle(desk.operations()[0].id, {"city": Resolution.THEIRS})
    desk.deliver(account)
    assert odoo.values(deal, "city", "date_deadline") == {
        "id": int(deal),
        "city": "Калуга",
        "date_deadline": "2026-03-20",
    }
    assert desk.states() == ["fields done", "note done"]


def test_a_new_phone_is_weighed_against_the_one_that_stands(odoo: OdooServer, desk: Office) -> None:
    account, deal = connected(desk, odoo), odoo.new_deal(phone="8 495 111-22-33")
    desk.link(account, deal)
    desk.approve(accepted("phone", "+7 912 345-67-89", "+79123456789"))
    desk.deliver(account)
    conflict = desk.operations()[0].conflict[0]
    assert (conflict.theirs, conflict.ours) == (("+74951112233",), ("+79123456789",))
    desk.delivery.settle(desk.operations()[0].id, {"phone": Resolution.OURS})
    desk.deliver(account)
    assert odoo.values(deal, "phone")["phone"] == "+79123456789"


def test_one_deal_that_waits_for_a_person_does_not_hold_up_the_others(odoo: OdooServer, desk: Office) -> None:
    account, theirs, mine = connected(desk, odoo), odoo.new_deal(key=odoo.keys.colleague), odoo.new_deal()
    desk.link(account, theirs, 1)
    desk.link(account, mine, 2)
    desk.approve(accepted("delivery_city", "Тверь"), number=1)
    desk.approve(accepted("delivery_city", "Тула"), number=2)
    desk.deliver(account)
    refused, sent = desk.operations()
    assert (refused.state, refused.error_code, sent.state) == (
        OperationState.REJECTED,
        "crm.forbidden",
        OperationState.DONE,
    )
    assert odoo.values(mine, "city")["city"] == "Тула"


def test_a_server_killed_in_the_middle_of_the_queue_gets_each_thing_once(
    odoo: OdooServer, desk: Office, bad_line: Proxy
) -> None:
    account = connected(desk, odoo, bad_line.url)
    deals = [odoo.new_deal(f"Сделка {number}") for number in range(3)]
    for number, deal in enumerate(deals):
        desk.link(account, deal, number)
        desk.approve(accepted("delivery_city", f"Город {number}"), note(), step(), number=number)
    # When the second deal's note is on its way, there is no server any more.
    bad_line.before("crm.lead/message_post", lambda: bad_line.before("crm.lead/message_post", odoo.kill))
    desk.deliver(account)
    assert "note unknown" in desk.states()
    desk.deliver(account)
    odoo.start()
    desk.drain(account)
    assert set(desk.states()) == {"fields done", "note done", "task done"}
    for number, deal in enumerate(deals):
        assert odoo.values(deal, "city")["city"] == f"Город {number}"
        assert (len(odoo.notes(deal)), len(odoo.tasks(deal))) == (1, 1)


def test_a_program_that_died_while_sending_looks_first_when_it_is_back(
    odoo: OdooServer, fake_clock: FakeClock, bad_line: Proxy
) -> None:
    deal = odoo.new_deal()
    with office(fake_clock) as before:
        account = connected(before, odoo, bad_line.url)
        before.link(account, deal)
        before.approve(note(), step())

        def die() -> None:
            raise Cancelled

        bad_line.lose_answers("crm.lead/message_post")
        # As a killed process leaves it: sent, and never recorded what came of it.
        store, save = before.store.outbox, before.store.outbox.save
        before.store.outbox.save = lambda now, was: die() if now.state is OperationState.UNKNOWN else save(now, was)  # type: ignore[method-assign, func-returns-value]
        with pytest.raises(Cancelled):
            before.deliver(account)
        assert store.operations()[-1].state is OperationState.SENDING
    with office(fake_clock, odoo.keys.salesman) as after:
        after.drain(account)
        assert after.states() == ["note done", "task done"]
    assert bad_line.count("crm.lead/message_post") == 1
    assert len(odoo.notes(deal)) == 1


def test_a_field_that_was_renamed_in_odoo_is_asked_about_and_nothing_is_written(odoo: OdooServer, desk: Office) -> None:
    account, deal = connected(desk, odoo), odoo.new_deal()
    desk.link(account, deal)
    field = odoo.call("ir.model.fields", "search", domain=[["model", "=", "crm.lead"], ["name", "=", "city"]])
    russian = {"lang": "ru_RU"}
    odoo.call("ir.model.fields", "write", ids=field, vals={"field_description": "Населённый пункт"}, context=russian)
    try:
        desk.approve(accepted("delivery_city", "Тверь"))
        desk.deliver(account)
    finally:
        odoo.call("ir.model.fields", "write", ids=field, vals={"field_description": "Город"}, context=russian)
    operation = desk.operations()[0]
    assert (operation.state, operation.error_code) == (OperationState.REJECTED, "crm.invalid")
    assert "Населённый пункт" in operation.error_text
    assert odoo.values(deal, "city")["city"] is False


def test_a_key_that_lapsed_pauses_the_queue_and_a_new_one_lets_it_go_on(odoo: OdooServer, desk: Office) -> None:
    account, deal = connected(desk, odoo), odoo.new_deal()
    desk.link(account, deal)
    desk.approve(note())
    with odoo.key_until("anna", datetime.now(UTC) - timedelta(days=1)):
        desk.deliver(account)
    assert desk.states() == ["note paused"]
    assert desk.connections.accounts()[0].is_paused
    assert odoo.notes(deal) == []
    desk.connections.reconnect(account.id, odoo.keys.salesman)
    desk.delivery.resume(account.id)
    desk.deliver(account)
    assert desk.states() == ["note done"]
    assert len(odoo.notes(deal)) == 1
