"""Sends what waits for one account: first in, first out for each deal, and no deal waits for another's.

Waiting is reckoned by a clock that never jumps; the wall clock only tells a restarted program how long to wait still.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import Cancelled, UserFixable
from app.delivery import faults
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import Operation, OperationState, RemoteField
from app.delivery.outgoing import AccountFields, Outgoing, Overtaken
from app.delivery.ports import AccountStore, CrmConnector, Outbox

_log = logging.getLogger(__name__)

LONGEST_WAIT_S = 300.0
GIVE_UP_AFTER_S = 24 * 3600.0
_LONGEST_AFTER_RESTART_S = 3600.0
_FIELDS_FRESH_S = 300.0
_JITTER = 0.25
_NOT_SOONER_S = 5.0
_WHOLE_ACCOUNT = frozenset({Fault.OFFLINE, Fault.RATE_LIMITED})
_PAUSING = frozenset({Fault.AUTH, Fault.BLOCKED})


class AccountWorker:
    """The one sender of an account within this program.

    Args:
        connector: Makes the account's connector; it is closed after each round.
        jitter: A number of [0, 1) anew each time: clients that failed together shall not come back together.
        on_change: Told of each operation that moved, in the worker's thread.
    """

    def __init__(
        self,
        account_id: str,
        store: Outbox,
        accounts: AccountStore,
        connector: Callable[[str], CrmConnector],
        *,
        clock: Clock,
        jitter: Callable[[], float],
        on_change: Callable[[Operation], None],
    ) -> None:
        self._account_id = account_id
        self._store = store
        self._accounts = accounts
        self._connect = connector
        self._clock = clock
        self._jitter = jitter
        self._on_change = on_change
        self._due_s: dict[str, float] = {}
        self._set_aside: dict[str, float] = {}
        self._rest_until_s = 0.0
        self._rested_at = ""
        self._offline_since_s: float | None = None
        self._rests = 0
        self._fields: tuple[float, tuple[RemoteField, ...]] | None = None

    def run(self, cancel: CancelToken) -> float | None:
        """Send what is due.

        Returns:
            Seconds until something is due again; None when nothing waits that the program may go on with.

        Raises:
            UserFixable: The account or its key cannot be had (``crm.no_account``, the ``secrets.`` codes).
            Cancelled: What was not sent yet stays.
        """
        self._store.recover(self._account_id)
        if self._accounts.account(self._account_id).is_paused:
            return None
        self._fields = None
        # Whoever calls before it is due does so for a person, and the network may have come back meanwhile.
        now_s = self._clock.monotonic_s()
        if self._offline_since_s is not None and now_s - self._offline_since_s >= _NOT_SOONER_S:
            self._rest_until_s = self._due_s[self._rested_at] = now_s
        connector: CrmConnector | None = None
        try:
            while due := self._due():
                try:
                    connector = connector or self._connect(self._account_id)
                except UserFixable as error:
                    if error.code != "crm.no_key":
                        raise
                    self._accounts.pause(self._account_id, error.code, str(error))
                    return None
                for operation in due:
                    if not self._send_queue(operation, connector, cancel):
                        break
        finally:
            if connector is not None:
                connector.close()
        return self._seconds_left()

    def _due(self) -> list[Operation]:
        if self._rest_until_s > self._clock.monotonic_s() or self._accounts.account(self._account_id).is_paused:
            return []
        return [operation for operation in self._store.heads(self._account_id) if self._wait_s(operation) <= 0]

    def _seconds_left(self) -> float | None:
        if self._accounts.account(self._account_id).is_paused:
            return None
        if (rest_s := self._rest_until_s - self._clock.monotonic_s()) > 0:
            return rest_s if self._store.heads(self._account_id, 1) else None
        waits = [self._wait_s(operation) for operation in self._store.heads(self._account_id)]
        return max(min(waits), 0.0) if waits else None

    def _wait_s(self, operation: Operation) -> float:
        now_s = self._clock.monotonic_s()
        if operation.next_try_at is None:
            self._due_s.pop(operation.id, None)
            return self._set_aside.get(operation.id, now_s) - now_s
        if operation.id not in self._due_s:
            # After a restart: by the wall clock, which may have been set to another day meanwhile.
            left = (operation.next_try_at - self._clock.now_utc()).total_seconds()
            self._due_s[operation.id] = now_s + min(max(left, 0.0), _LONGEST_AFTER_RESTART_S)
        return self._due_s[operation.id] - now_s

    def _send_queue(self, first: Operation, connector: CrmConnector, cancel: CancelToken) -> bool:
        """Send a deal's operations until one has to wait; False when the whole account has to."""
        operation: Operation | None = first
        while operation is not None and self._wait_s(operation) <= 0:
            cancel.raise_if_cancelled()
            outgoing = Outgoing(operation, connector, self._store, self._known(connector), self._clock)
            try:
                ended = outgoing.carry_out()
            except Overtaken:
                return True
            except CrmFailure as failure:
                return self._after(failure, outgoing)
            except Cancelled:
                raise
            except BaseException:
                # Whatever this is, the others shall not wait for this one in the next round.
                self._set_aside[operation.id] = self._clock.monotonic_s() + LONGEST_WAIT_S
                raise
            self._rests, self._offline_since_s = 0, None
            self._on_change(ended)
            if ended.state not in (OperationState.DONE, OperationState.CANCELLED):
                return True
            operation = self._store.next_of(self._account_id, ended.remote_id)
        return True

    def _known(self, connector: CrmConnector) -> AccountFields:
        return AccountFields(self._accounts.field_map(self._account_id), lambda: self._fields_now(connector))

    def _fields_now(self, connector: CrmConnector) -> tuple[RemoteField, ...]:
        """The CRM's fields; asked for anew in each round, so that nothing is written through an old mapping."""
        now_s = self._clock.monotonic_s()
        if self._fields is None or now_s - self._fields[0] > _FIELDS_FRESH_S:
            fields = connector.fields()
            known = self._accounts.described(self._account_id)
            if known is not None and known.fields != fields:
                # What the mapping's page shows is what the person has to put right.
                now = self._clock.now_utc()
                self._accounts.keep_described(self._account_id, replace(known, fields=fields, read_at=now))
            self._fields = (now_s, fields)
        return self._fields[1]

    def _after(self, failure: CrmFailure, outgoing: Outgoing) -> bool:
        """Record the failure; False when the whole account has to wait."""
        was = outgoing.operation
        _log.info("operation %s: %s %s", was.id, failure.code, failure.detail)
        if not outgoing.may_have_arrived(failure):
            was = replace(was, sent_at=None)
            before = {}
        else:
            before = dict(was.before)
        told = replace(
            was,
            before=before,
            error_code=failure.code,
            error_text=str(failure),
            action=failure.action or "",
            attempts=was.attempts + (failure.fault is not Fault.OFFLINE),
        )
        if failure.fault in _PAUSING:
            self._keep(replace(told, state=OperationState.PAUSED), outgoing)
            self._accounts.pause(self._account_id, failure.code, str(failure))
            return False
        if failure.code == "crm.not_mapped":
            self._keep(replace(told, state=OperationState.PAUSED), outgoing)
            self._go_on_if_mapped(outgoing)
            return True
        if failure.fault in _WHOLE_ACCOUNT or failure.fault is Fault.UNKNOWN:
            self._try_later(told, failure, outgoing)
            return failure.fault not in _WHOLE_ACCOUNT
        if failure.fault is Fault.NOT_APPLIED:
            kept = {key: value for key, value in told.target.items() if key in before and key not in failure.keys}
            told = replace(told, written=kept)
        self._keep(replace(told, state=OperationState.REJECTED, next_try_at=None), outgoing)
        return True

    def _go_on_if_mapped(self, outgoing: Outgoing) -> None:
        """Wake what was paused just behind the person's confirmation, which wakes only what is paused already."""
        if self._accounts.field_map(self._account_id).confirmed_at is None:
            return
        paused = outgoing.operation
        state = OperationState.PENDING if paused.sent_at is None else OperationState.UNKNOWN
        self._keep(replace(paused, state=state, attempts=0, error_code="", error_text="", action=""), outgoing)

    def _try_later(self, told: Operation, failure: CrmFailure, outgoing: Outgoing) -> None:
        if failure.fault in _WHOLE_ACCOUNT:
            self._rests += 1
        tries = self._rests if failure.fault in _WHOLE_ACCOUNT else told.attempts
        wait_s = max(self._back_off_s(tries), failure.retry_after_s or 0.0)
        tried_s = told.tried_s + (wait_s if failure.fault is not Fault.OFFLINE else 0.0)
        if tried_s >= GIVE_UP_AFTER_S:
            gave_up = faults.gave_up(failure)
            told = replace(told, error_code=gave_up.code, error_text=str(gave_up), action=gave_up.action or "")
            self._keep(replace(told, state=OperationState.PAUSED, tried_s=tried_s, next_try_at=None), outgoing)
            return
        now_s = self._clock.monotonic_s()
        state = OperationState.PENDING if told.sent_at is None else OperationState.UNKNOWN
        if failure.fault in _WHOLE_ACCOUNT:
            self._rest_until_s, self._rested_at = now_s + wait_s, told.id
            self._offline_since_s = now_s if failure.fault is Fault.OFFLINE else None
        self._due_s[told.id] = now_s + wait_s
        next_try_at = self._clock.now_utc() + timedelta(seconds=wait_s)
        self._keep(replace(told, state=state, tried_s=tried_s, next_try_at=next_try_at), outgoing)

    def _back_off_s(self, tries: int) -> float:
        grown = 2.0 ** min(max(tries - 1, 0), 16)
        return min(grown * (1 + _JITTER * self._jitter()), LONGEST_WAIT_S)

    def _keep(self, told: Operation, outgoing: Outgoing) -> None:
        if self._store.save(told, outgoing.operation):
            outgoing.operation = told
            self._on_change(told)
