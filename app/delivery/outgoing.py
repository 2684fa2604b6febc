"""How one operation is carried out: looked up where it may have arrived, compared, sent once, recorded at each step.

Each step is on the disk before the next is begun, so a process that dies anywhere leaves what is needed to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.core.clock import Clock
from app.core.i18n import _
from app.delivery import faults, mapping, optimistic
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import (
    CrmValue,
    FieldMap,
    Operation,
    OperationKind,
    OperationState,
    RemoteField,
    RemoteRef,
)
from app.delivery.ports import CrmConnector, Outbox

# After one of these it is certain that what was sent was not done.
_REFUSED = frozenset(
    {
        Fault.OFFLINE,
        Fault.RATE_LIMITED,
        Fault.AUTH,
        Fault.BLOCKED,
        Fault.FORBIDDEN,
        Fault.NOT_FOUND,
        Fault.INVALID,
    }
)
_CLEARED: Mapping[str, Any] = {"conflict": (), "error_code": "", "error_text": "", "action": "", "next_try_at": None}


class Overtaken(Exception):
    """A person changed the operation meanwhile: it is left as they want it."""


@dataclass(frozen=True, slots=True)
class AccountFields:
    """The mapping of an account, and what asks its CRM for the fields as they are now."""

    field_map: FieldMap
    remote: Callable[[], tuple[RemoteField, ...]]


class Outgoing:
    """Carries out one operation.

    Args:
        operation: As the store holds it; `operation` is kept as what it has become.
        fields: What its values are mapped by.
    """

    def __init__(
        self,
        operation: Operation,
        connector: CrmConnector,
        store: Outbox,
        fields: AccountFields,
        clock: Clock,
    ) -> None:
        self.operation = operation
        self._connector = connector
        self._store = store
        self._fields = fields
        self._clock = clock
        self._is_first_sending = False

    def carry_out(self) -> Operation:
        """Take it as far as it goes now.

        Returns:
            The operation as it stands in the store: done, in conflict, or cancelled because it was taken back.

        Raises:
            CrmFailure: The CRM's; the store holds where it stood before.
            Overtaken: A person was quicker; nothing more was sent.
        """
        match self.operation.kind:
            case OperationKind.FIELDS:
                self._write_fields()
            case OperationKind.NOTE:
                self._add(self._connector.find_note, self._add_note)
            case OperationKind.TASK:
                self._add(self._connector.find_task, self._add_task)
            case OperationKind.UNDO_FIELDS:
                self._restore_fields()
            case OperationKind.UNDO_NOTE | OperationKind.UNDO_TASK:
                self._remove()
        return self.operation

    def may_have_arrived(self, failure: CrmFailure) -> bool:
        """Whether what was sent may stand in the CRM in spite of this failure."""
        if self.operation.sent_at is None:
            return False
        is_certain = failure.fault in _REFUSED and self._is_first_sending
        # Fields of deal, contact and company go in several requests, of which some may have been done.
        return not (is_certain and len({_entity(key) for key in self.operation.before}) <= 1)

    def _write_fields(self) -> None:
        operation = self.operation
        is_taken_back = operation.sent_at is not None and self._store.is_taken_back(operation.id)
        changes = operation.target if is_taken_back else self._mapped()
        if not changes:
            self._end_without_fields()
            return
        labels = self._labels()
        found = optimistic.compare(self._connector, operation.remote_id, changes, self.operation.base, labels)
        arrived = {key: operation.before[key] for key in changes if key in operation.before and key not in found.needed}
        if is_taken_back:
            self._end_taken_back(arrived)
        elif found.conflicts:
            self._save(
                state=OperationState.CONFLICT,
                conflict=found.conflicts,
                target=changes,
                before=arrived,
                written={key: changes[key] for key in arrived},
                sent_at=operation.sent_at if arrived else None,
            )
        else:
            before = {**arrived, **found.before}
            if found.needed:
                self._send(before=before, target=changes)
                optimistic.write(self._connector, operation.remote_id, found.needed, operation.id, labels)
            self._done(target=changes, before=before, written={key: changes[key] for key in before})

    def _end_taken_back(self, arrived: Mapping[str, CrmValue]) -> None:
        """The undo waits behind: it takes back what arrived; what did not is not sent any more."""
        if arrived:
            written = {key: self.operation.target[key] for key in arrived}
            self._done(before=arrived, written=written, target=written)
        else:
            self._save(state=OperationState.CANCELLED, sent_at=None, **_CLEARED)

    def _end_without_fields(self) -> None:
        if self.operation.theirs or self.operation.sent_at is not None:
            self._done()
            return
        text = _("Ни одно из этих полей не связано с полями CRM.")
        self._save(
            state=OperationState.CANCELLED, **{**_CLEARED, "error_code": "crm.nothing_mapped", "error_text": text}
        )

    def _mapped(self) -> dict[str, CrmValue]:
        """The approved values in the CRM's terms, as the person settled them.

        Raises:
            CrmFailure: ``crm.not_mapped``; ``crm.invalid`` for a field that is not what the person confirmed.
        """
        operation, field_map = self.operation, self._fields.field_map
        if field_map.confirmed_at is None:
            raise faults.not_mapped()
        pairs = [(change, mapped) for change in operation.changes if (mapped := field_map.of(change.key))]
        if not pairs:
            return {}
        known = self._fields.remote()
        broken = mapping.faults_of(replace(field_map, fields=tuple(mapped for _change, mapped in pairs)), known)
        if broken:
            text = " ".join(fault.text for fault in broken)
            raise faults.invalid(text, tuple(fault.remote_key for fault in broken))
        remote = {item.key: item for item in known}
        values = {
            mapped.remote_key: mapping.canonical(change, mapped, remote[mapped.remote_key], self._clock)
            for change, mapped in pairs
        }
        wanted: dict[str, CrmValue] = {
            key: value for key, value in values.items() if value is not None and key not in operation.theirs
        }
        wanted |= {key: value for key, value in operation.edited.items() if key in values}
        return self._beside_theirs(wanted, remote)

    def _beside_theirs(self, wanted: dict[str, CrmValue], remote: Mapping[str, RemoteField]) -> dict[str, CrmValue]:
        """A phone or e-mail goes beside those that stand there: it is no conflict and takes none away."""
        keys = [key for key in wanted if remote[key].type in mapping.SEVERAL and key not in self.operation.edited]
        if not keys or self._connector.caps.keeps_one_number:
            return wanted
        now = self._connector.read_deal(self.operation.remote_id, keys).values
        base = dict(self.operation.base)
        for key in keys:
            ours, theirs, base[key] = wanted[key], now.get(key), now.get(key)
            if isinstance(ours, tuple) and isinstance(theirs, tuple):
                wanted[key] = tuple(sorted({*theirs, *ours}))
        self.operation = replace(self.operation, base=base)
        return wanted

    def _labels(self) -> dict[str, str]:
        return {item.remote_key: item.label for item in self._fields.field_map.fields}

    def _restore_fields(self) -> None:
        original = self._store.operation(self.operation.undoes)
        if original.state is OperationState.CANCELLED or not original.written:
            self._save(state=OperationState.CANCELLED, **_CLEARED)
            return
        base = self.operation.base or original.written
        target = self.operation.target or {key: original.before.get(key) for key in original.written}
        self.operation = replace(self.operation, base=base, target=target)
        changes = {key: value for key, value in target.items() if key in base and key not in self.operation.theirs}
        changes |= {key: value for key, value in self.operation.edited.items() if key in target}
        if not changes:
            self._done(target={})
            return
        labels = self._labels()
        found = optimistic.compare(self._connector, self.operation.remote_id, changes, base, labels)
        if found.conflicts:
            self._save(state=OperationState.CONFLICT, conflict=found.conflicts)
            return
        if found.needed:
            self._send(before=found.before)
            optimistic.write(self._connector, self.operation.remote_id, found.needed, self.operation.id, labels)
        self._done(target=changes, written=found.needed)

    def _add(self, find: Callable[[str, str], RemoteRef | None], add: Callable[[], RemoteRef]) -> None:
        operation = self.operation
        if operation.sent_at is not None:
            if (ref := find(operation.remote_id, operation.id)) is not None:
                self._done(ref=ref)
                return
            if self._store.is_taken_back(operation.id):
                self._save(state=OperationState.CANCELLED, sent_at=None, **_CLEARED)
                return
            self.operation = replace(self.operation, sent_at=None)
        self._send()
        self._done(ref=add())

    def _add_note(self) -> RemoteRef:
        return self._connector.add_note(self.operation.remote_id, self.operation.text, self.operation.id)

    def _add_task(self) -> RemoteRef:
        assert self.operation.task is not None  # noqa: S101 - the store keeps it with every task
        return self._connector.add_task(self.operation.remote_id, self.operation.task, self.operation.id)

    def _remove(self) -> None:
        original = self._store.operation(self.operation.undoes)
        if original.ref is None:
            self._save(state=OperationState.CANCELLED, **_CLEARED)
            return
        self._send()
        try:
            self._connector.remove(original.ref, self.operation.id)
        except CrmFailure as failure:
            # It went with its deal, or a colleague took it away: nothing is left to take back.
            if failure.fault is not Fault.NOT_FOUND:
                raise
        self._done()

    def _send(self, **changes: Any) -> None:
        """Record that it leaves the machine now, before it does."""
        self._is_first_sending = self.operation.sent_at is None
        now = self._clock.now_utc()
        sent_at = self.operation.sent_at or now
        first = self.operation.first_tried_at or now
        self._save(state=OperationState.SENDING, sent_at=sent_at, first_tried_at=first, **changes)

    def _done(self, **changes: Any) -> None:
        self._save(state=OperationState.DONE, done_at=self._clock.now_utc(), **{**_CLEARED, **changes})

    def _save(self, **changes: Any) -> None:
        was, self.operation = self.operation, replace(self.operation, **changes)
        if not self._store.save(self.operation, was):
            raise Overtaken


def _entity(key: str) -> str:
    return key.split(".", 1)[0] if key.startswith(("contact.", "company.")) else ""
