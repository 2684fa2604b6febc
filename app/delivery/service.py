"""The verb of the delivery stage: what was approved goes to the CRM, and what a person can do about what waits."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.observable import Signal
from app.deals.model import FieldDefinition
from app.delivery.model import (
    Caps,
    CrmAccount,
    CrmValue,
    DealLink,
    Operation,
    OperationState,
    RemoteType,
    Resolution,
)
from app.delivery.ports import AccountStore, CrmConnector, Outbox
from app.delivery.worker import AccountWorker

_WAITS_FOR_A_PERSON = (OperationState.CONFLICT, OperationState.REJECTED, OperationState.PAUSED)


class DeliveryService:
    """Delivers what stands in the outbox. Any thread may use it; `deliver` blocks and belongs in a job.

    Args:
        connectors: Makes the connector of an account by its id.
        definitions: Our fields in force: what is queued by linking a deal takes their types and labels along.
        claim: Makes this program the one that delivers; raises UserFixable ``pipeline.taken`` where another one does.
        jitter: See `AccountWorker`.

    Attributes:
        changed: Emitted with each operation that moved, in the thread in which it did.
    """

    def __init__(
        self,
        store: Outbox,
        accounts: AccountStore,
        connectors: Callable[[str], CrmConnector],
        clock: Clock,
        *,
        definitions: Callable[[], Sequence[FieldDefinition]] = tuple,
        claim: Callable[[], None] = lambda: None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.changed: Signal[Operation] = Signal()
        self._store = store
        self._accounts = accounts
        self._connectors = connectors
        self._clock = clock
        self._definitions = definitions
        self._claim = claim
        self._jitter = jitter
        self._workers: dict[str, AccountWorker] = {}
        self._busy: dict[str, threading.Lock] = {}
        self._caps: dict[str, Caps] = {}
        self._lock = threading.Lock()

    def deliver(self, account_id: str, cancel: CancelToken) -> datetime | None:
        """Send what is due for an account; a second caller waits for the first.

        Returns:
            When something is due again; None when nothing waits that the program may go on with by itself.

        Raises:
            UserFixable: ``pipeline.taken``, ``crm.no_account``, the ``secrets.`` codes.
            Cancelled: What was not sent yet stays.
        """
        self._claim()
        with self._lock:
            worker, busy = self._worker(account_id), self._busy.setdefault(account_id, threading.Lock())
        with busy:
            left_s = worker.run(cancel)
        return None if left_s is None else self._clock.now_utc() + timedelta(seconds=left_s)

    def accounts(self) -> list[CrmAccount]:
        """The connections, with what pauses them."""
        return self._accounts.accounts()

    def operations(
        self, account_id: str | None = None, *, only_open: bool = False, limit: int = 500
    ) -> list[Operation]:
        """Operations, the newest first; with `only_open` those that wait for the program or for a person."""
        return self._store.operations(account_id, only_open=only_open, limit=limit)

    def operation(self, operation_id: str) -> Operation:
        """Raises UserFixable ``delivery.unknown``."""
        return self._store.operation(operation_id)

    def of_approval(self, approval_id: str) -> list[Operation]:
        """What an approval sent, and what took it back, in order."""
        return self._store.of_approval(approval_id)

    def summary(self, account_id: str | None = None) -> dict[OperationState, int]:
        """How many operations stand in each state; states without any are left out."""
        return self._store.counts(account_id)

    def warnings(self, deal_id: str, keys: Collection[str]) -> tuple[str, ...]:
        """What no undo will take back, to be said before approval; empty for a deal that is in no CRM.

        Args:
            keys: Our fields about to be approved.
        """
        link = self._store.link_of(deal_id)
        if link is None:
            return ()
        caps = self._caps_of(link.account_id)
        field_map = self._accounts.field_map(link.account_id)
        mapped = [found for key in keys if (found := field_map.of(key)) is not None]
        if caps.has_robots and any(item.type is RemoteType.STAGE for item in mapped):
            return (_("Смена этапа запускает роботов CRM: письма и задачи от них со снятием визы не отменятся."),)
        return ()

    def retry(self, operation_id: str) -> Operation:
        """Try again at once; what may have arrived is looked up first. Raises UserFixable ``delivery.moved_on``."""
        operation = self._store.operation(operation_id)
        if operation.state not in (*_WAITS_FOR_A_PERSON, OperationState.PENDING, OperationState.UNKNOWN):
            raise _moved_on()
        return self._put(operation, self._afresh(operation))

    def cancel(self, operation_id: str) -> Operation:
        """Send it never. What was applied of it in part stays, and counts as done.

        Raises:
            UserFixable: ``delivery.moved_on``; ``delivery.in_flight`` for one that may have arrived.
        """
        operation = self._store.operation(operation_id)
        if operation.state in (OperationState.DONE, OperationState.CANCELLED):
            raise _moved_on()
        is_unclear = operation.state is OperationState.SENDING or (
            operation.sent_at is not None and operation.state in (OperationState.UNKNOWN, OperationState.PAUSED)
        )
        if is_unclear:
            raise UserFixable(
                "delivery.in_flight",
                _("Отменить нельзя: сначала проверим, дошло ли."),
                hint=_("Когда станет ясно, что дошло, визу можно снять."),
            )
        if operation.written:
            stands = {**operation.written}
            ended = replace(operation, state=OperationState.DONE, target=stands, done_at=self._clock.now_utc())
        else:
            ended = replace(operation, state=OperationState.CANCELLED)
        return self._put(operation, replace(ended, conflict=()))

    def settle(
        self,
        operation_id: str,
        choices: Mapping[str, Resolution],
        edited: Mapping[str, CrmValue] | None = None,
        *,
        by: str = "",
    ) -> Operation:
        """Decide a conflict: for each of its CRM keys theirs, ours, or another value; written with the next `deliver`.

        What a colleague has there counts as seen, so that only a later change of theirs is a conflict again.

        Raises:
            UserFixable: ``delivery.moved_on``; ``delivery.undecided`` where a field is left open.
        """
        operation, edited = self._store.operation(operation_id), edited or {}
        if operation.state is not OperationState.CONFLICT:
            raise _moved_on()
        if any(item.key not in choices and item.key not in edited for item in operation.conflict):
            raise UserFixable(
                "delivery.undecided", _("Решены не все поля."), hint=_("Выберите значение для каждого поля.")
            )
        theirs = [
            item.key for item in operation.conflict if item.key not in edited and choices[item.key] is Resolution.THEIRS
        ]
        settled = replace(
            self._afresh(operation),
            base={**operation.base, **{item.key: item.theirs for item in operation.conflict}},
            theirs=tuple(dict.fromkeys([*operation.theirs, *theirs])),
            edited={**operation.edited, **edited},
        )
        if not self._store.settle(settled, operation, by or operation.approved_by):
            raise _moved_on()
        self.changed.emit(settled)
        return settled

    def choose_deal(self, operation_id: str, remote_id: str) -> None:
        """Send it, and what waits behind it, to another deal of the CRM, for which ours stands from now on.

        Raises:
            UserFixable: ``delivery.moved_on`` for one that does not wait for a person, or takes something back.
        """
        operation = self._store.operation(operation_id)
        if operation.state not in _WAITS_FOR_A_PERSON or operation.undoes:
            raise _moved_on()
        self._store.choose_deal(operation, remote_id)
        self.changed.emit(self._store.operation(operation_id))

    def link(self, deal_id: str, account_id: str, remote_id: str) -> list[Operation]:
        """Let our deal stand for one of the CRM; returns what was approved of it before and goes out now.

        Raises:
            UserFixable: ``delivery.linked`` where it stands for another one, ``crm.no_account``, ``store.no_deal``.
        """
        self._accounts.account(account_id)
        return self._store.link(deal_id, account_id, remote_id, self._definitions())

    def unlink(self, deal_id: str) -> None:
        """End that; what waits and never left the machine is cancelled."""
        self._store.unlink(deal_id)

    def link_of(self, deal_id: str) -> DealLink | None:
        """For which deal of which CRM ours stands; None for one that is only here."""
        return self._store.link_of(deal_id)

    def resume(self, account_id: str) -> None:
        """Go on with a paused account: it was connected again, or the administrator has opened it."""
        self._store.resume(account_id)

    def _worker(self, account_id: str) -> AccountWorker:
        if account_id not in self._workers:
            self._workers[account_id] = AccountWorker(
                account_id,
                self._store,
                self._accounts,
                self._connectors,
                clock=self._clock,
                jitter=self._jitter,
                on_change=self.changed.emit,
            )
        return self._workers[account_id]

    def _caps_of(self, account_id: str) -> Caps:
        if account_id not in self._caps:
            connector = self._connectors(account_id)
            self._caps[account_id] = connector.caps
            connector.close()
        return self._caps[account_id]

    @staticmethod
    def _afresh(operation: Operation) -> Operation:
        state = OperationState.PENDING if operation.sent_at is None else OperationState.UNKNOWN
        return replace(
            operation,
            state=state,
            attempts=0,
            tried_s=0.0,
            next_try_at=None,
            conflict=(),
            error_code="",
            error_text="",
            action="",
        )

    def _put(self, was: Operation, now: Operation) -> Operation:
        if not self._store.save(now, was):
            raise _moved_on()
        self.changed.emit(now)
        return now


def _moved_on() -> UserFixable:
    return UserFixable(
        "delivery.moved_on", _("С этой отправкой уже что-то произошло."), hint=_("Обновите очередь и посмотрите снова.")
    )
