"""Whose lists of calls the whole program asks: those of the connected fake portals that can be asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.application import App
from app.bootstrap import build
from app.delivery.model import CrmAccount, CrmKind
from app.settings import Folders, Settings
from tests.fakes.bitrix24_server import Portal, bitrix24_portal
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeyStore


@pytest.fixture
def portal() -> Iterator[Portal]:
    with bitrix24_portal() as running:
        yield running


@pytest.fixture
def app(fake_clock: FakeClock) -> Iterator[App]:
    made = build(Settings(), Folders.of_this_machine(), clock=fake_clock, secrets=FakeKeyStore())
    yield made
    made.close()


def _connected(app: App, portal: Portal) -> CrmAccount:
    return app.connections.connect(CrmKind.BITRIX24, "Битрикс24", "", {}, portal.webhook)


def _asked(app: App) -> list[str]:
    sources = list(app.call_sources())
    for source in sources:
        source.close()
    return [source.id for source in sources]


def test_without_a_connected_crm_nobody_is_asked(app: App) -> None:
    assert _asked(app) == []


def test_a_connected_portal_is_asked_for_the_calls_of_its_person(
    app: App, portal: Portal, fake_clock: FakeClock
) -> None:
    account = _connected(app, portal)
    began = fake_clock.local(fake_clock.now_utc())
    portal.cards.add_call("79161112233", at=began.isoformat(), recording=b"RIFF")
    portal.cards.add_call("79161112233", at=began.isoformat(), recording=b"RIFF", PORTAL_USER_ID="8")
    (source,) = app.call_sources()
    assert source.id == account.id
    assert [call.phone for call in source.calls(fake_clock.now_utc())] == ["+79161112233"]
    source.close()


def test_a_portal_without_its_key_is_not_asked(app: App, portal: Portal) -> None:
    account = _connected(app, portal)
    assert _asked(app) == [account.id]
    app.secrets.delete(account.secret_name)
    assert _asked(app) == []
