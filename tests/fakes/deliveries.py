"""A store with deals linked to a `FakeCrm`, approvals on them, and the sender in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from app.adapters.storage.database import Database
from app.adapters.storage.store import Store
from app.approval.model import Approval, Decision
from app.core.cancel import CancelToken
from app.core.ids import new_id
from app.delivery.model import CrmAccount, CrmKind, FieldMap, MappedField, Operation, RemoteField
from app.delivery.ports import AccountStore, CrmConnector, Outbox
from app.delivery.service import DeliveryService
from app.recording.model import CallState
from app.settings import Folders
from app.viewmodels.crm_wording import badge_of
from tests.fakes.clock import FakeClock
from tests.fakes.crm import FIELDS, FakeConnector, FakeCrm
from tests.fakes.examples import FIELDS as OUR_FIELDS
from tests.fakes.examples import a_call, a_deal, a_draft, a_request

if TYPE_CHECKING:
    from app.adapters.storage.guarded import GuardedDatabase

T = TypeVar("T")
ACCOUNT = "crm-1"
OURS_TO_THEIRS = {
    "budget_amount": "amount",
    "delivery_city": "city",
    "need": "need",
    "deadline": "due",
    "interest_level": "warm",
    "phone": "contact.phones",
}


class Delivery:
    """The parts under test, with shortcuts.

    Args:
        jitter: Fixed, so that waits are known.
    """

    def __init__(self, store: Store, clock: FakeClock, crm: FakeCrm | None = None, account_id: str = ACCOUNT) -> None:
        self.store = store
        self.clock = clock
        self.crm = crm or FakeCrm()
        self.account_id = account_id
        self.connector: Callable[[str], CrmConnector] = lambda _account_id: FakeConnector(self.crm)
        self.service = self.started()

    def started(self, outbox: Outbox | None = None, accounts: AccountStore | None = None) -> DeliveryService:
        """A sender as after a start of the program."""
        self.service = DeliveryService(
            outbox or self.store.outbox,
            accounts or self.store.accounts,
            self._connect,
            self.clock,
            definitions=lambda: OUR_FIELDS,
            jitter=lambda: 0.0,
        )
        return self.service

    @property
    def badge(self) -> str:
        """What the window says at its lower edge."""
        waiting = self.service.operations(self.account_id, only_open=True)
        return badge_of(waiting, self.service.accounts(), self.clock.now_utc()).text

    def _connect(self, account_id: str) -> CrmConnector:
        return self.connector(account_id)

    def connect(self, *, is_mapped: bool = True) -> None:
        """Connect the CRM, with a confirmed mapping of our fields."""
        self.store.accounts.add(CrmAccount(self.account_id, CrmKind.ODOO, "Тепло", "https://crm.example", "7"))
        if is_mapped:
            self.store.accounts.confirm(FieldMap(self.account_id, mapped_fields()))

    def call_with_deal(self, name: str = "1", *, is_linked: bool = True, **values: Any) -> str:
        """A call ready for review and a deal of ours that stands for a new one of the CRM; returns the deal's id."""
        self.store.calls.add(a_call(f"call-{name}", state=CallState.READY))
        self.store.drafts.save(a_draft(f"call-{name}"))
        self.store.deals.create(a_deal(f"deal-{name}"))
        self.crm.add_deal(f"remote-{name}", **values)
        if is_linked:
            self.store.accounts.keep_values(self.account_id, f"remote-{name}", self.crm.deals[f"remote-{name}"])
            self.service.link(f"deal-{name}", self.account_id, f"remote-{name}")
        return f"deal-{name}"

    def approve(self, *decisions: Decision, name: str = "1", **changes: Any) -> Approval:
        """An approval of that call's draft."""
        latest = self.store.drafts.latest(f"call-{name}")
        assert latest is not None
        request = a_request(latest[0], *decisions, call_id=f"call-{name}", deal_id=f"deal-{name}", **changes)
        return self.store.approvals.approve(replace(request, definitions=OUR_FIELDS))

    def deliver(self) -> datetime | None:
        return self.service.deliver(self.account_id, CancelToken())

    def drain(self, seconds: float = 3600.0) -> None:
        """Deliver until nothing is due within so many seconds, letting the time pass."""
        until = self.clock.monotonic_s() + seconds
        while (due := self.deliver()) is not None and self.clock.monotonic_s() < until:
            self.clock.advance(max((due - self.clock.now_utc()).total_seconds(), 0.001))

    def operations(self) -> list[Operation]:
        """In their order."""
        return self.store.outbox.operations(self.account_id)[::-1]

    def states(self) -> list[str]:
        return [str(operation.state) for operation in self.operations()]


def mapped_fields(fields: tuple[RemoteField, ...] = FIELDS) -> tuple[MappedField, ...]:
    """The mapping that the person confirmed."""
    by_key = {item.key: item for item in fields}
    options = {"interest_level": {"hot": "1", "cold": "2"}}
    return tuple(
        MappedField(ours, theirs, by_key[theirs].label, by_key[theirs].type, options.get(ours, {}))
        for ours, theirs in OURS_TO_THEIRS.items()
    )


class DatabaseHere(Database):
    """A database in memory that works in the thread that asks: quick enough for thousands of runs."""

    def __init__(self, clock: FakeClock) -> None:
        import sqlite3

        from app.adapters.storage.guarded import GuardedDatabase
        from app.adapters.storage.migrations import migrate

        self._db = GuardedDatabase(sqlite3.connect(":memory:", isolation_level=None))
        self._db.conn.execute("PRAGMA foreign_keys = ON")
        migrate(self._db, clock, lambda: None)

    def run(self, work: Callable[[GuardedDatabase], T]) -> T:
        return work(self._db)

    def close(self) -> None:
        self._db.close()


@contextmanager
def store_in_memory(clock: FakeClock) -> Iterator[Store]:
    """The real store on a database that is gone with it."""
    store = Store(DatabaseHere(clock), Folders.of_this_machine(), clock)
    try:
        yield store
    finally:
        store.close()


def fresh_name() -> str:
    """A name for one more call and deal."""
    return new_id()[:12]
