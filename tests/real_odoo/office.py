"""A manager's machine beside the real Odoo: store, connection, outbox and worker as the program puts them together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.adapters.crm.connectors import Connectors
from app.adapters.storage.store import Store, open_store
from app.approval.model import Approval, Decision
from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.delivery.connections import ConnectionService
from app.delivery.model import CrmAccount, CrmKind, FieldMap, MappedField, Operation
from app.delivery.service import DeliveryService
from app.recording.model import CallState
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.examples import FIELDS, a_call, a_deal, a_draft, a_request
from tests.fakes.keys import FakeKeyStore, FixedKey

MAPPED = {
    "delivery_city": "city",
    "budget_amount": "expected_revenue",
    "deadline": "date_deadline",
    "phone": "phone",
    "need": "description",
}
"""Our fields and Odoo's, as the person confirmed them."""
_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Office:
    """The parts, and what a person does with them."""

    store: Store
    connections: ConnectionService
    delivery: DeliveryService
    clock: Clock

    def connect(self, address: str, database: str, key: str) -> CrmAccount:
        """Connect the CRM and confirm the mapping `MAPPED`."""
        account = self.connections.connect(CrmKind.ODOO, "Odoo", address, {"database": database}, key)
        remote = {field.key: field for field in self.connections.fields(account.id)}
        mapped = tuple(
            MappedField(ours, theirs, remote[theirs].label, remote[theirs].type) for ours, theirs in MAPPED.items()
        )
        self.connections.confirm(account.id, FieldMap(account.id, mapped))
        return account

    def link(self, account: CrmAccount, remote_id: str, number: int = 1) -> None:
        """A call with its draft, and our deal that stands for this one of the CRM."""
        self.store.calls.add(a_call(f"call-{number}", state=CallState.READY))
        self.store.deals.create(a_deal(f"deal-{number}"))
        self.store.drafts.save(a_draft(f"call-{number}"))
        self.delivery.link(f"deal-{number}", account.id, remote_id)

    def approve(self, *decisions: Decision, number: int = 1) -> Approval:
        """What the person approves of that call."""
        latest = self.store.drafts.latest(f"call-{number}")
        assert latest is not None
        return self.store.approvals.approve(
            a_request(
                latest[0],
                *decisions,
                call_id=f"call-{number}",
                deal_id=f"deal-{number}",
                definitions=FIELDS,
                settles_call=True,
            )
        )

    def deliver(self, account: CrmAccount) -> None:
        """One round of the worker."""
        self.delivery.deliver(account.id, CancelToken())

    def drain(self, account: CrmAccount) -> None:
        """Rounds until nothing is left that the program goes on with by itself."""
        for _ in range(_ROUNDS):
            due = self.delivery.deliver(account.id, CancelToken())
            if due is None:
                return
            left_s = max((due - self.clock.now_utc()).total_seconds(), 0.01)
            if isinstance(self.clock, FakeClock):
                self.clock.advance(left_s)
            else:
                CancelToken().wait(left_s)
        raise AssertionError(f"still waiting: {self.operations()}")

    def operations(self) -> list[Operation]:
        """All operations, the oldest first."""
        return self.delivery.operations()[::-1]

    def states(self) -> list[str]:
        """Kind and state of each operation, the oldest first."""
        return [f"{operation.kind} {operation.state}" for operation in self.operations()]


@contextmanager
def office(clock: Clock, key: str = "", *, is_paced: bool = False) -> Iterator[Office]:
    """The machine with its store in ``VIZIR_HOME``; with the same folder once more it is the machine after a restart.

    Args:
        key: For a restart: the key of the connection that stands in the store.
        is_paced: Keep to the CRM's limits, as the program does; tests need not wait for them.
    """
    store = open_store(Folders.of_this_machine(), Settings(store_protection="clear"), FixedKey(), clock)
    keychain = FakeKeyStore()
    for account in store.accounts.accounts():
        keychain.set(account.secret_name, key)
    connections = ConnectionService(
        store.accounts,
        store.mirror,
        Connectors(clock, wait=None if is_paced else lambda _seconds: False),
        keychain,
        clock,
        definitions=lambda: FIELDS,
        keep_out_of_logs=lambda _secret: None,
    )
    delivery = DeliveryService(
        store.outbox, store.accounts, connections.connector, clock, definitions=lambda: FIELDS, jitter=lambda: 0.0
    )
    try:
        yield Office(store, connections, delivery, clock)
    finally:
        store.close()
