"""Connecting a CRM: the key stands in the keychain alone, and what is known of its fields outlives a broken line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from app.adapters.storage.store import Store, open_store
from app.core.errors import UserFixable
from app.deals.model import FieldDefinition, FieldType
from app.delivery import faults
from app.delivery.connections import ConnectionService
from app.delivery.faults import CrmFailure
from app.delivery.model import (
    Account,
    CrmAccount,
    CrmKind,
    FieldMap,
    MappedField,
    Pipeline,
    RemoteField,
    RemoteStage,
    RemoteType,
)
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeyStore, FixedKey

KEY = "https://portal.example/rest/7/s3cr3tk3y/"
AMOUNT = RemoteField("opportunity", "Сумма", RemoteType.MONEY)
BUDGET = FieldDefinition("budget_amount", "Сумма", FieldType.MONEY, "")


class Portal:
    """A portal that knows its people by their keys, and can be out of reach."""

    def __init__(self) -> None:
        self.people = {KEY: Account("7", "Игорь Савельев", "Портал «Ромашка»")}
        self.is_reachable = True
        self.fields_told: tuple[RemoteField, ...] = (AMOUNT,)
        self.asked: list[str] = []
        self.open = 0

    def __call__(self, account: CrmAccount, secret: str) -> OnePerson:
        self.open += 1
        return OnePerson(self, account, secret)


class OnePerson:
    """A connector of one key, as far as connecting needs it."""

    def __init__(self, portal: Portal, account: CrmAccount, secret: str) -> None:
        self._portal, self.account, self._secret = portal, account, secret

    def check(self) -> Account:
        self._reach("check")
        if self._secret not in self._portal.people:
            raise faults.unauthorised()
        return self._portal.people[self._secret]

    def fields(self) -> tuple[RemoteField, ...]:
        self._reach("fields")
        return self._portal.fields_told

    def pipelines(self) -> tuple[Pipeline, ...]:
        self._reach("pipelines")
        return (Pipeline("0", "Продажи", (RemoteStage("NEW", "Новая"),)),)

    def close(self) -> None:
        self._portal.open -= 1

    def _reach(self, what: str) -> None:
        self._portal.asked.append(what)
        if not self._portal.is_reachable:
            raise faults.offline()


class Desk:
    """The service with what it stands on."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store, self.clock = store, clock
        self.portal, self.keychain = Portal(), FakeKeyStore()
        self.told_to_the_log: list[str] = []
        self.service = ConnectionService(
            store.accounts,
            store.mirror,
            self.portal,  # type: ignore[arg-type]
            self.keychain,
            clock,
            definitions=lambda: (BUDGET,),
            keep_out_of_logs=self.told_to_the_log.append,
        )

    def connect(self, secret: str = KEY, names: Mapping[str, str] | None = None) -> CrmAccount:
        return self.service.connect(CrmKind.BITRIX24, "", "", names or {}, secret)


@pytest.fixture
def desk(fake_clock: FakeClock) -> Iterator[Desk]:
    store = open_store(Folders.of_this_machine(), Settings(store_protection="clear"), FixedKey(), fake_clock)
    made = Desk(store, fake_clock)
    yield made
    assert made.portal.open == 0
    store.close()


def test_the_key_is_in_the_keychain_and_nowhere_in_the_store(desk: Desk) -> None:
    account = desk.connect(f"  {KEY} ")
    assert (account.address, account.title, account.user_id) == ("https://portal.example", "Портал «Ромашка»", "7")
    assert desk.keychain.secrets == {account.secret_name: KEY}
    assert desk.told_to_the_log == [KEY]
    desk.store.close()
    assert b"portal.example" in desk.store.database.path.read_bytes()
    assert b"s3cr3tk3y" not in desk.store.database.path.read_bytes()


def test_a_wrong_key_keeps_nothing(desk: Desk) -> None:
    with pytest.raises(CrmFailure) as told:
        desk.connect("https://portal.example/rest/7/wrong/")
    assert told.value.code == "crm.auth"
    assert desk.service.accounts() == []
    assert desk.keychain.secrets == {}


def test_a_closed_keychain_keeps_no_half_connection(desk: Desk) -> None:
    desk.keychain.error = UserFixable("secrets.denied", "Хранилище ключей закрыто.")
    with pytest.raises(UserFixable):
        desk.connect()
    assert desk.service.accounts() == []


def test_the_same_person_is_not_connected_twice(desk: Desk) -> None:
    desk.connect()
    with pytest.raises(UserFixable) as told:
        desk.connect()
    assert told.value.code == "crm.connected"


def test_a_new_key_of_the_same_person_takes_the_place_of_the_old_one_at_the_new_address(desk: Desk) -> None:
    account = desk.connect()
    fresh = "https://new.example/rest/7/other/"
    desk.portal.people[fresh] = Account("7", "Игорь Савельев", "Портал")
    changed = desk.service.reconnect(account.id, fresh)
    assert changed.address == "https://new.example"
    assert desk.keychain.secrets == {account.secret_name: fresh}


def test_a_key_of_somebody_else_does_not_take_over_a_connection(desk: Desk) -> None:
    account = desk.connect()
    other = "https://portal.example/rest/9/other/"
    desk.portal.people[other] = Account("9", "Ольга Крылова", "Портал")
    with pytest.raises(UserFixable) as told:
        desk.service.reconnect(account.id, other)
    assert told.value.code == "crm.another_person"
    assert "Ольга Крылова" in str(told.value)
    assert desk.keychain.secrets == {account.secret_name: KEY}


def test_a_lost_key_is_told_with_its_cure(desk: Desk) -> None:
    account = desk.connect()
    desk.keychain.secrets.clear()
    with pytest.raises(UserFixable) as told:
        desk.service.connector(account.id)
    assert told.value.code == "crm.no_key"


def test_disconnecting_forgets_the_key_and_the_connection(desk: Desk) -> None:
    account = desk.connect()
    desk.service.disconnect(account.id)
    assert desk.service.accounts() == []
    assert desk.keychain.secrets == {}


def test_fields_are_asked_once_a_day_and_those_of_yesterday_do_without_a_line(desk: Desk) -> None:
    account = desk.connect()
    assert desk.service.fields(account.id) == (AMOUNT,)
    asked = len(desk.portal.asked)
    desk.service.pipelines(account.id)
    assert len(desk.portal.asked) == asked
    desk.clock.advance(timedelta(hours=25).total_seconds())
    desk.portal.is_reachable = False
    assert desk.service.fields(account.id) == (AMOUNT,)
    with pytest.raises(CrmFailure):
        desk.service.fields(account.id, is_fresh=True)
    desk.portal.is_reachable = True
    desk.portal.fields_told = ()
    assert desk.service.fields(account.id, is_fresh=True) == ()


def test_a_mapping_is_suggested_confirmed_and_what_was_decided_stays(desk: Desk) -> None:
    account = desk.connect()
    suggested = desk.service.suggestion(account.id)
    assert [(item.key, item.remote_key) for item in suggested.fields] == [("budget_amount", "opportunity")]
    assert suggested.confirmed_at is None
    off = MappedField("budget_amount", "opportunity", "Сумма", RemoteType.MONEY, is_enabled=False)
    confirmed = desk.service.confirm(account.id, FieldMap(account.id, (off,)))
    assert confirmed.confirmed_at is not None
    assert confirmed.of("budget_amount") is None
    assert desk.service.suggestion(account.id).fields == (off,)
