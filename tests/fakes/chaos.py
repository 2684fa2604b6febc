"""Random lives of a queue: what a person, colleagues, the network, the clock and death can do in any order."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

from app.adapters.storage.store import Store
from app.approval.model import Approval
from app.core.errors import UserFixable
from app.delivery import faults
from app.delivery.model import CrmAccount, CrmKind, CrmValue, FieldMap, Operation, OperationState, Resolution
from app.delivery.ports import AccountStore, CrmConnector, Outbox
from app.recording.model import CallState
from tests.fakes.clock import FakeClock
from tests.fakes.crm import FakeConnector, FakeCrm
from tests.fakes.deliveries import Delivery, mapped_fields
from tests.fakes.examples import a_call, a_deal, a_draft, a_request, accepted, note, step

DEALS = 2
STEPS = (
    "approve",
    "approve",
    "approve",
    "deliver",
    "deliver",
    "deliver",
    "die",
    "die",
    "lose",
    "lose",
    "offline",
    "limit",
    "refuse",
    "colleague",
    "colleague",
    "look",
    "undo",
    "settle",
    "restart",
    "jump",
    "wait",
)
_WRITES = ("write_deal", "add_note", "add_task", "remove")
_ASKS = ("read_deal", "find_note", "find_task", "fields", *_WRITES)
_KEYS = {"city": "delivery_city", "need": "need"}
_FINISHED = (OperationState.DONE, OperationState.CANCELLED)
_LONGEST_END = 400


class Killed(BaseException):
    """The process dies here: nothing of ours catches it."""


@dataclass
class Fate:
    """How many more moments the process lives; None for ever."""

    left: int | None = None

    def moment(self) -> None:
        if self.left is not None:
            if self.left <= 0:
                raise Killed
            self.left -= 1


class Mortal:
    """Stands before a part; the process may die before and after each of its calls."""

    def __init__(self, target: object, fate: Fate) -> None:
        self._target = target
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if not callable(value):
            return value

        def call(*args: Any, **named: Any) -> Any:
            self._fate.moment()
            result = value(*args, **named)
            self._fate.moment()
            return result

        return call


@dataclass
class Verdict:
    """What went wrong in a life; all empty when nothing did.

    Args:
        doubles: Operations that had more effects than they may.
        overwritten: A colleague's values that went without a person having seen them.
        stuck: Operations that did not come to an end.
        lost: What stands approved and is not in the CRM, or was taken back and is, or could not be taken back.
        late: Sent though its approval had been taken back.
        disputes: Conflicts with nobody but ourselves.
    """

    doubles: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    disputes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not any((self.doubles, self.overwritten, self.stuck, self.lost, self.late, self.disputes))


class Life:
    """One queue from its first approval to its end.

    Args:
        name: Tells it from the others of the same store.
        choose: Decides everything that is not said by the steps.
    """

    _values = count(1)

    def __init__(self, store: Store, clock: FakeClock, name: str, choose: random.Random) -> None:
        self.crm = FakeCrm()
        self.store = store
        self.clock = clock
        self._choose = choose
        self._fate = Fate()
        self._name = name
        self._delivery = Delivery(store, clock, self.crm, f"crm-{name}")
        self._delivery.connector = lambda _id: cast(CrmConnector, Mortal(FakeConnector(self.crm), self._fate))
        self._approvals: list[list[Approval]] = [[] for _ in range(DEALS)]
        self._seen: dict[str, set[CrmValue]] = {}
        self._may_write: dict[str, int] = {}
        self._when_undone: dict[str, int] = {}
        self._disputes: list[str] = []
        store.accounts.add(CrmAccount(f"crm-{name}", CrmKind.ODOO, "Тепло", "https://crm.example", "7"))
        store.accounts.confirm(FieldMap(f"crm-{name}", mapped_fields()))
        store.calls.add(a_call(f"call-{name}", state=CallState.READY))
        # One draft for all lives of a store: they differ in what is decided, not in what was drafted.
        latest = store.drafts.latest("call-any")
        if latest is None:
            store.calls.add(a_call("call-any"))
        self._draft_id = latest[0] if latest else store.drafts.save(a_draft("call-any"))
        for number in range(DEALS):
            deal = f"{name}-{number}"
            store.deals.create(a_deal(f"deal-{deal}"))
            self.crm.add_deal(f"remote-{deal}")
            store.outbox.link(f"deal-{deal}", f"crm-{name}", f"remote-{deal}", ())
        self._start()

    def run(self, steps: Sequence[str]) -> Verdict:
        """Live through the steps and then to the end, and say what went wrong."""
        for name in steps:
            do: Callable[[], None] = getattr(self, f"_{name}")
            do()
        self._end()
        return self._verdict()

    @property
    def operation_count(self) -> int:
        """How many operations there were."""
        return len(self._operations())

    def _start(self) -> None:
        self._fate.left = None
        outbox = cast(Outbox, Mortal(self.store.outbox, self._fate))
        self._delivery.started(outbox, cast(AccountStore, Mortal(self.store.accounts, self._fate)))

    def _remote(self) -> str:
        return f"remote-{self._name}-{self._choose.randrange(DEALS)}"

    def _approve(self) -> None:
        number = self._choose.randrange(DEALS)
        decisions = [
            accepted(ours, f"наше {next(self._values)}") for ours in _KEYS.values() if self._choose.random() < 0.6
        ]
        decisions += [note(f"заметка {next(self._values)}")] if self._choose.random() < 0.5 else []
        decisions += [step(f"шаг {next(self._values)}")] if self._choose.random() < 0.4 or not decisions else []
        deal_id = f"deal-{self._name}-{number}"
        approval = self.store.approvals.approve(
            a_request(self._draft_id, *decisions, call_id=f"call-{self._name}", deal_id=deal_id)
        )
        self._approvals[number].append(approval)
        for operation in self.store.outbox.of_approval(approval.id):
            self._seen[operation.id] = set(operation.base.values())

    def _deliver(self) -> None:
        self._delivery.deliver()
        self.clock.advance(self._choose.choice((0.0, 0.5, 3.0, 20.0)))

    def _die(self) -> None:
        self._fate.left = self._choose.randrange(60)
        with suppress(Killed):
            self._delivery.deliver()
        self._start()

    def _lose(self) -> None:
        self.crm.trouble(self._choose.choice(_WRITES), faults.unknown(), is_done=self._choose.random() < 0.5)

    def _offline(self) -> None:
        self.crm.trouble(self._choose.choice(_ASKS), faults.offline(), times=self._choose.randrange(1, 4))

    def _limit(self) -> None:
        wait_s = self._choose.choice((None, 5.0, 90.0))
        self.crm.trouble(self._choose.choice(_ASKS), faults.rate_limited(wait_s))

    def _refuse(self) -> None:
        failure = self._choose.choice((faults.forbidden(), faults.unauthorised(), faults.unexpected()))
        self.crm.trouble(self._choose.choice(_ASKS), failure)

    def _colleague(self) -> None:
        value = f"чужое {next(self._values)}"
        self.crm.colleague(self._remote(), self._choose.choice(list(_KEYS)), value)

    def _look(self) -> None:
        """The mirror is read: what a person has before them from now on."""
        remote = self._remote()
        self.store.accounts.keep_values(f"crm-{self._name}", remote, dict(self.crm.deals[remote]))

    def _undo(self) -> None:
        standing = [made[-1] for made in self._approvals if made]
        if not standing:
            return
        approval = self._choose.choice(standing)
        try:
            undone = self.store.approvals.undo(approval.id, "Ольга")
        except UserFixable:
            return
        for operation in self.store.outbox.of_approval(approval.id):
            self._when_undone[operation.id] = self.crm.effects[operation.id]
        for made in self._approvals:
            made[:] = [other for other in made if other.id != undone.id]

    def _settle(self) -> None:
        for operation in self._waiting_for_a_person():
            if operation.state is OperationState.CONFLICT:
                self._disputes += [str(item) for item in operation.conflict if str(item.theirs).startswith("наше")]
                chosen = {item.key: self._choose.choice(tuple(Resolution)) for item in operation.conflict}
                self._seen.setdefault(operation.id, set()).update(item.theirs for item in operation.conflict)
                self._may_write[operation.id] = self._may_write.get(operation.id, 1) + 1
                self._delivery.service.settle(operation.id, chosen, by="Ольга")
            else:
                self._delivery.service.retry(operation.id)
        self._delivery.service.resume(f"crm-{self._name}")

    def _restart(self) -> None:
        self._start()

    def _jump(self) -> None:
        self.clock.jump(self._choose.choice((-86_400, 86_400)))

    def _wait(self) -> None:
        self.clock.advance(self._choose.choice((1.0, 10.0, 100.0, 1000.0)))

    def _operations(self) -> list[Operation]:
        return self.store.outbox.operations(f"crm-{self._name}")

    def _waiting_for_a_person(self) -> list[Operation]:
        asked = (OperationState.CONFLICT, OperationState.REJECTED, OperationState.PAUSED)
        return [operation for operation in self._operations() if operation.state in asked]

    def _end(self) -> None:
        """The network is good from now on, and a person settles what waits for one."""
        self.crm.troubles.clear()
        for _ in range(_LONGEST_END):
            due = self._delivery.deliver()
            if due is not None:
                self.clock.advance(max((due - self.clock.now_utc()).total_seconds(), 0.001))
            elif self._waiting_for_a_person() or self.store.accounts.account(f"crm-{self._name}").is_paused:
                self._settle()
            else:
                return

    def _verdict(self) -> Verdict:
        verdict, operations = Verdict(), self._operations()
        for operation in operations:
            allowed = self._may_write.get(operation.id, 1)
            if self.crm.effects[operation.id] > allowed:
                verdict.doubles.append(f"{operation.kind} {self.crm.effects[operation.id]} of {allowed}")
            if operation.state not in _FINISHED:
                verdict.stuck.append(f"{operation.kind} {operation.state} {operation.error_code}")
        for item in self.crm.written:
            if item.is_theirs and item.old not in self._seen.get(item.op_id, ()):
                verdict.overwritten.append(f"{item.key}: {item.old} -> {item.new}")
        standing = {approval.id for made in self._approvals for approval in made}
        entries = [*self.crm.notes.values(), *self.crm.tasks.values()]
        for operation in operations:
            stands = sum(entry.op_id == operation.id and not entry.is_removed for entry in entries)
            if operation.kind in ("note", "task") and stands != int(operation.approval_id in standing):
                verdict.lost.append(f"{operation.kind} {operation.state}: {stands}")
            if operation.kind == "fields" and operation.id not in self._may_write and operation.state == "done":
                ours = {item.key for item in self.crm.written if item.op_id == operation.id}
                known = set(operation.written) & set(operation.before)
                # What a colleague has changed since is theirs, and no undo touches it.
                taken_over = {key for key in ours if (operation.remote_id, key) in self.crm.ever_theirs}
                if not ours - taken_over <= known <= ours:
                    verdict.lost.append(f"what was written: {ours}, known of it: {set(operation.written)}")
            if operation.undoes == "" and self._when_undone.get(operation.id, 9) < self.crm.effects[operation.id]:
                verdict.late.append(f"{operation.kind} {operation.state}")
        verdict.disputes += self._disputes
        return verdict


def steps_of(choose: random.Random, most: int = 24) -> list[str]:
    """A random way to go."""
    return [choose.choice(STEPS) for _ in range(choose.randrange(4, most))]
