"""The whole program, with and without a window: approved, delivered, taken back; one sender of a store at a time."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

import pytest

from app.application import App, Wiring
from app.bootstrap import build, build_engines
from app.cli.deliver import run
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.delivery import faults
from app.delivery.model import CrmAccount, CrmKind
from app.delivery.ports import CrmConnector
from app.recording.model import CallState
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.crm import FakeConnector, FakeCrm
from tests.fakes.examples import a_call, a_deal, a_draft


@pytest.fixture
def crm() -> FakeCrm:
    return FakeCrm()


@pytest.fixture
def app(crm: FakeCrm, fake_clock: FakeClock) -> Iterator[App]:
    """Connected, the mapping confirmed as suggested, and a call whose deal is linked."""
    made = opened(crm, fake_clock)
    account = made.connections.connect(CrmKind.ODOO, "Тепло", "https://crm.example", {}, "k" * 30)
    made.connections.confirm(account.id, made.connections.suggestion(account.id))
    made.calls.add(a_call(state=CallState.READY))
    made.drafts.save(a_draft())
    made.deals.create(a_deal())
    crm.add_deal("77")
    made.delivery.link("deal-1", account.id, "77")
    yield made
    made.close()


def opened(crm: FakeCrm, clock: FakeClock) -> App:
    def connectors(_account: CrmAccount, _secret: str) -> CrmConnector:
        return FakeConnector(crm)

    return build(Settings(), Folders.of_this_machine(), clock=clock, connectors=connectors)


def only_account(app: App) -> str:
    return app.delivery.accounts()[0].id


def approve(app: App) -> str:
    latest = app.drafts.latest("call-1")
    assert latest is not None
    return app.approval.approve_proven("call-1", "deal-1", "Ольга").id


def test_what_a_person_approves_arrives_and_can_be_taken_back(app: App, crm: FakeCrm) -> None:
    approval_id = approve(app)
    app.delivery.deliver(only_account(app), CancelToken())
    assert crm.texts("77") == ["Ищет обогреватели для теплицы."]
    assert crm.titles("77") == ["Прислать расчёт"]
    assert crm.deals["77"]["city"] == "Тверь"
    app.approval.undo(approval_id, "Ольга")
    app.delivery.deliver(only_account(app), CancelToken())
    assert crm.texts("77") == crm.titles("77") == []
    assert crm.deals["77"]["city"] is None


def test_one_program_at_a_time_delivers_from_a_store(app: App, crm: FakeCrm, fake_clock: FakeClock) -> None:
    approve(app)
    app.delivery.deliver(only_account(app), CancelToken())
    second = opened(crm, fake_clock)
    with pytest.raises(UserFixable) as caught:
        second.delivery.deliver(only_account(second), CancelToken())
    assert caught.value.code == "pipeline.taken"
    second.close()


def test_doctor_asks_the_connected_crms_and_the_queue(app: App, crm: FakeCrm) -> None:
    def lines() -> dict[str, tuple[bool, str, str]]:
        found = {check.name: check.run() for check in app.checks if "CRM" in check.name}
        return {name: (result.is_good, result.text, result.cure) for name, result in found.items()}

    assert lines() == {"Подключения к CRM": (True, "Тепло: отвечает, Ольга", ""), "Очередь в CRM": (True, "пуста", "")}
    approve(app)
    crm.state = faults.unauthorised()
    app.delivery.deliver(only_account(app), CancelToken())
    told = lines()
    assert told["Подключения к CRM"][:2] == (False, "Тепло: приостановлено")
    assert told["Очередь в CRM"][1] == "ждут отправки: 3, из них вашего решения: 1"
    assert not told["Очередь в CRM"][0]


def test_the_command_sends_what_waits_without_a_window(
    app: App, crm: FakeCrm, fake_clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    approve(app)
    app.close()
    wiring = Wiring(lambda *_given, **_asked: opened(crm, fake_clock), build_engines, lambda _folders: 0)
    crm.state = faults.offline()
    assert run(Namespace(wiring=wiring, wait=False)) == 1
    assert capsys.readouterr().out == "Тепло: доставлено 0, ждут 3. Нет связи с CRM, отправим позже (3)\n"
    crm.state = None
    fake_clock.advance(10)
    assert run(Namespace(wiring=wiring, wait=True)) == 0
    assert capsys.readouterr().out == "Тепло: доставлено 3, ждут 0.\n"
