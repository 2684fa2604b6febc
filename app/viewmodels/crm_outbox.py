"""What waits for the CRMs, why, and what a person can do about it; and the rounds in which it is sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from app.approval.model import Approval
from app.approval.ports import ApprovalRepository
from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import UserFixable, VizirError
from app.core.observable import Signal
from app.deals.ports import DealRepository
from app.delivery.model import (
    CrmAccount,
    CrmValue,
    FieldConflict,
    Operation,
    OperationState,
    RemoteField,
    Resolution,
)
from app.delivery.ports import CrmConnector
from app.jobs.runner import Job, JobRunner
from app.viewmodels.crm_accounts import CRM_LANE
from app.viewmodels.crm_wording import Badge, Sheaf, admin_text, badge_of, sheaf_of
from app.viewmodels.requests import Requests

UNDO_WITHIN = timedelta(days=30)
_LIMIT = 500


class Delivery(Protocol):
    """The delivery stage, as far as the window uses it; `app.delivery.service` has it."""

    def deliver(self, account_id: str, cancel: CancelToken) -> datetime | None: ...

    def operations(
        self, account_id: str | None = None, *, only_open: bool = False, limit: int = 500
    ) -> Sequence[Operation]: ...

    def retry(self, operation_id: str) -> object: ...

    def cancel(self, operation_id: str) -> object: ...

    def settle(
        self,
        operation_id: str,
        choices: Mapping[str, Resolution],
        edited: Mapping[str, CrmValue] | None = None,
        *,
        by: str = "",
    ) -> object: ...

    def choose_deal(self, operation_id: str, remote_id: str) -> None: ...

    def resume(self, account_id: str) -> None: ...


class Portals(Protocol):
    """The connections, as far as the queue needs them."""

    def accounts(self) -> Sequence[CrmAccount]: ...

    def fields(self, account_id: str, *, is_fresh: bool = False) -> Sequence[RemoteField]: ...

    def connector(self, account_id: str) -> CrmConnector: ...


class Undoer(Protocol):
    """Takes an approval back, as the draft does."""

    def undo(self, approval_id: str, decided_by: str) -> Approval: ...


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An operation with what the screen says beside it.

    Args:
        deal: Title of our deal.
        call_id: The call whose approval stands behind it; "" where it is no longer kept.
        can_undo: Its approval may still be taken back.
    """

    operation: Operation
    account: CrmAccount | None = None
    deal: str = ""
    call_id: str = ""
    can_undo: bool = False

    @property
    def id(self) -> str:
        return self.operation.id


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict as its dialogue shows it: the columns, and the CRM's fields where they are known."""

    row: OutboxRow
    conflicts: tuple[FieldConflict, ...]
    fields: Mapping[str, RemoteField] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Read:
    rows: tuple[OutboxRow, ...]
    accounts: tuple[CrmAccount, ...]
    sending: frozenset[str]
    delivered: frozenset[str]


class OutboxViewModel:
    """Everything is read back from the store after each change, never assumed.

    Args:
        person: Name of the person who acts, for the log of approvals.
    """

    def __init__(
        self,
        requests: Requests,
        jobs: JobRunner,
        *,
        delivery: Callable[[], Delivery],
        connections: Callable[[], Portals],
        approvals: ApprovalRepository,
        approval: Undoer,
        deals: DealRepository,
        clock: Clock,
        person: Callable[[], str],
    ) -> None:
        self._requests = requests
        self._delivery = delivery
        self._connections = connections
        self._approvals = approvals
        self._approval = approval
        self._deals = deals
        self._clock = clock
        self._person = person
        self._jobs = jobs
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._due: dict[str, datetime] = {}
        self._is_closed = False
        self.rows: tuple[OutboxRow, ...] = ()
        self.accounts: tuple[CrmAccount, ...] = ()
        self.is_loaded = False
        self.selected = ""
        self.badge = Badge()
        self.sending_calls: frozenset[str] = frozenset()
        self.delivered_calls: frozenset[str] = frozenset()
        self.changed: Signal[()] = Signal()
        self.badge_changed: Signal[()] = Signal()
        self.calls_changed: Signal[()] = Signal()
        self.selection_changed: Signal[()] = Signal()
        self.conflict_wanted: Signal[ConflictView] = Signal()
        self.address_wanted: Signal[str] = Signal()
        self.undone: Signal[()] = Signal()
        self.failed: Signal[VizirError] = Signal()
        self.due_changed: Signal[()] = Signal()

    @property
    def sheaves(self) -> list[tuple[Sheaf, list[OutboxRow]]]:
        """The rows under their headings, empty headings left out."""
        groups = [(sheaf, [row for row in self.rows if sheaf_of(row.operation) is sheaf]) for sheaf in Sheaf]
        return [(sheaf, members) for sheaf, members in groups if members]

    @property
    def open_count(self) -> int:
        """How many have not arrived."""
        return sum(sheaf_of(row.operation) is not Sheaf.DONE for row in self.rows)

    @property
    def next_due(self) -> datetime | None:
        """When the next round is due by itself."""
        return min(self._due.values(), default=None)

    def row(self, operation_id: str) -> OutboxRow | None:
        return next((row for row in self.rows if row.id == operation_id), None)

    def select(self, operation_id: str) -> None:
        """Show what can be done about one operation."""
        if operation_id != self.selected:
            self.selected = operation_id
            self.selection_changed.emit()

    def refresh(self) -> None:
        """Read the queue anew."""

        def take(read: _Read) -> None:
            calls_before = (self.sending_calls, self.delivered_calls)
            self.rows, self.accounts, self.is_loaded = read.rows, read.accounts, True
            self.sending_calls, self.delivered_calls = read.sending, read.delivered
            if self.row(self.selected) is None:
                self.selected = self.rows[0].id if self.rows else ""
            badge = badge_of([row.operation for row in self.rows], self.accounts, self._clock.now_utc())
            if badge != self.badge:
                self.badge = badge
                self.badge_changed.emit()
            self.changed.emit()
            self.selection_changed.emit()
            if calls_before != (self.sending_calls, self.delivered_calls):
                self.calls_changed.emit()

        self._requests.ask("crm.outbox", self._read, take, self.failed.emit)

    def send(self) -> None:
        """Send what is due, each account in a lane of its own; a round that runs is followed by another."""

        def begin(accounts: Sequence[CrmAccount]) -> None:
            for account in accounts:
                if not account.is_paused:
                    self._round(account.id)

        self._requests.ask("crm.accounts_to_send", lambda: self._connections().accounts(), begin, self.failed.emit)

    def send_due(self) -> None:
        """Begin the rounds whose time has come."""
        now = self._clock.now_utc()
        for account_id in [account_id for account_id, due in self._due.items() if due <= now]:
            self._round(account_id)

    def is_sending(self, account_id: str) -> bool:
        """Whether a round of the account is under way, its end included."""
        return account_id in self._running

    def retry(self, operation_id: str) -> None:
        """Try one again now."""
        self._act("crm.retry", lambda delivery: delivery.retry(operation_id))

    def cancel(self, operation_id: str) -> None:
        """Do not send it; what is in the local card stays there."""
        self._act("crm.cancel", lambda delivery: delivery.cancel(operation_id))

    def choose_deal(self, operation_id: str, remote_id: str) -> None:
        """Send it to another deal of the same CRM."""
        self._act("crm.choose", lambda delivery: delivery.choose_deal(operation_id, remote_id))

    def settle(
        self, operation_id: str, choices: Mapping[str, Resolution], edited: Mapping[str, CrmValue] | None = None
    ) -> None:
        """Carry out what the person decided about a conflict."""
        chosen, written, person = dict(choices), dict(edited or {}), self._person()
        self._act("crm.settle", lambda delivery: delivery.settle(operation_id, chosen, written, by=person))

    def open_conflict(self, operation_id: str) -> None:
        """Bring up the dialogue; the CRM's fields give its values their words."""
        row = self.row(operation_id)
        if row is None or row.operation.state is not OperationState.CONFLICT:
            return

        def read() -> ConflictView:
            try:
                fields = {one.key: one for one in self._connections().fields(row.operation.account_id)}
            except VizirError:
                # Without a connection the values are shown as they are.
                fields = {}
            return ConflictView(row, row.operation.conflict, fields)

        self._requests.ask("crm.conflict", read, self.conflict_wanted.emit, self.failed.emit)

    def undo(self, operation_id: str) -> None:
        """Take the approval behind a delivered operation back: here at once, in the CRM by way of the queue."""
        row = self.row(operation_id)
        if row is None or not row.can_undo:
            return
        person = self._person()

        def done(_approval: Approval) -> None:
            self.undone.emit()
            self.refresh()
            self.send()

        self._requests.tell(
            "crm.undo",
            lambda: self._approval.undo(row.operation.approval_id, person),
            done,
            self._failed_and_refresh,
        )

    def open_in_crm(self, operation_id: str) -> None:
        """Ask for the address of the deal's card; `address_wanted` brings it."""
        row = self.row(operation_id)
        if row is not None:
            self.open_deal(row.operation.account_id, row.operation.remote_id)

    def open_deal(self, account_id: str, remote_id: str) -> None:
        """Likewise for any deal of a connected CRM."""

        def find() -> str:
            connector = self._connections().connector(account_id)
            try:
                return connector.deal_url(remote_id)
            finally:
                connector.close()

        self._requests.ask("crm.address", find, self.address_wanted.emit, self.failed.emit, lane=CRM_LANE)

    def admin_text(self, operation_id: str) -> str:
        """What can be passed on to an administrator: no key, no name, no value."""
        row = self.row(operation_id)
        return admin_text(row.operation, row.account) if row is not None else ""

    def close(self) -> None:
        """Begin no round any more; one that runs is cancelled with its lane and goes on at the next start."""
        self._is_closed = True
        self._due.clear()

    def _act(self, name: str, act: Callable[[Delivery], object]) -> None:
        def done(_answer: object) -> None:
            self.refresh()
            self.send()

        self._requests.tell(name, lambda: act(self._delivery()), done, self._failed_and_refresh)

    def _failed_and_refresh(self, error: VizirError) -> None:
        self.failed.emit(error)
        self.refresh()

    def _round(self, account_id: str) -> None:
        if self._is_closed:
            return
        if account_id in self._running:
            self._again.add(account_id)
            return
        self._running.add(account_id)
        self._due.pop(account_id, None)

        def ended(due: datetime | None) -> None:
            self._running.discard(account_id)
            if due is not None:
                self._due[account_id] = due
            if account_id in self._again and not self._is_closed:
                self._again.discard(account_id)
                self._round(account_id)
            self.refresh()
            self.due_changed.emit()

        def failed(error: VizirError) -> None:
            self.failed.emit(error)
            ended(None)

        def cancelled() -> None:
            self._running.discard(account_id)

        job = Job(
            lambda cancel: self._delivery().deliver(account_id, cancel),
            on_done=ended,
            on_failed=failed,
            on_cancelled=cancelled,
            name="deliver",
        )
        self._jobs.submit(f"deliver-{account_id}", job)

    def _read(self) -> _Read:
        delivery, connections = self._delivery(), self._connections()
        operations = list(delivery.operations(limit=_LIMIT))
        accounts = {account.id: account for account in connections.accounts()}
        now = self._clock.now_utc()
        approvals = {one.id: one for one in self._approvals.with_ids({op.approval_id for op in operations})}
        titles = self._titles({op.deal_id for op in operations})
        shown = [op for op in operations if not _is_past(op, now)]
        rows = [
            OutboxRow(
                op,
                accounts.get(op.account_id),
                titles.get(op.deal_id, ""),
                approvals[op.approval_id].call_id if op.approval_id in approvals else "",
                _can_undo(op, approvals.get(op.approval_id), now),
            )
            for op in shown
        ]
        order = list(Sheaf)
        rows.sort(key=lambda row: order.index(sheaf_of(row.operation)))
        calls = _calls(operations, approvals)
        return _Read(tuple(rows), tuple(accounts.values()), *calls)

    def _titles(self, deal_ids: Collection[str]) -> dict[str, str]:
        found = {}
        for deal_id in deal_ids:
            try:
                found[deal_id] = self._deals.get(deal_id).title
            except UserFixable:
                # A deal that its undone approval had created; its operations tell the rest.
                found[deal_id] = ""
        return found


def _is_past(operation: Operation, now: datetime) -> bool:
    return operation.done_at is not None and now - operation.done_at > UNDO_WITHIN


def _can_undo(operation: Operation, approval: Approval | None, now: datetime) -> bool:
    if operation.state is not OperationState.DONE or operation.undoes or approval is None:
        return False
    return approval.undone_at is None and now - approval.at <= UNDO_WITHIN


def _calls(operations: Sequence[Operation], approvals: Mapping[str, Approval]) -> tuple[frozenset[str], frozenset[str]]:
    """Calls with something on its way, and those of which all has arrived."""
    sending, arrived = set(), set()
    for operation in operations:
        approval = approvals.get(operation.approval_id)
        if approval is None or approval.undone_at is not None:
            continue
        if sheaf_of(operation) is not Sheaf.DONE:
            sending.add(approval.call_id)
        elif operation.state is OperationState.DONE:
            arrived.add(approval.call_id)
    return frozenset(sending), frozenset(arrived - sending)
