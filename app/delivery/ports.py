"""What the delivery stage needs from outside: the CRMs, the keychain's names, the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.deals.model import FieldDefinition
from app.delivery.model import (
    Account,
    Caps,
    CrmAccount,
    CrmKind,
    CrmValue,
    DealLink,
    DealPage,
    DescribedFields,
    FieldMap,
    MirroredDeal,
    MirrorProgress,
    Operation,
    OperationState,
    Pipeline,
    RemoteDeal,
    RemoteField,
    RemoteRef,
    Snapshot,
    TaskOrder,
)


class CrmConnector(Protocol):
    """One CRM under one account. Calls block and belong in a job; all raise `faults.CrmFailure` and nothing else.

    A connector never sends a write twice by itself: after a lost answer it raises ``Fault.UNKNOWN``, and the worker
    looks first. It keeps to the CRM's limits by waiting, and to `cancel` given to its maker while it waits.
    """

    kind: CrmKind
    caps: Caps

    def check(self) -> Account:
        """Who is connected, with which rights and until when. Reads only."""
        ...

    def fields(self) -> tuple[RemoteField, ...]:
        """Fields of the deal, of its contact and its company, with Russian labels and options."""
        ...

    def pipelines(self) -> tuple[Pipeline, ...]: ...

    def deals(self, *, since: datetime | None, cursor: str | None = None) -> DealPage:
        """Deals that this person may see, oldest change first, page by page.

        Args:
            since: Only what changed at or after it, deleted ones with `is_gone` where the CRM tells; None for all.
            cursor: The `cursor` of the page before.
        """
        ...

    def find_deals(self, text: str, limit: int) -> tuple[RemoteDeal, ...]:
        """Deals by a phone, an e-mail, or words of the title, company or contact."""
        ...

    def read_deal(self, deal_id: str, keys: Sequence[str]) -> Snapshot:
        """Canonical values now. Raises ``Fault.NOT_FOUND`` for a deal that is gone."""
        ...

    def write_deal(self, deal_id: str, changes: Mapping[str, CrmValue], op_id: str) -> Snapshot | None:
        """Write these keys and no others.

        Returns:
            The values that stand now where the CRM's answer tells them, else None (the caller reads again).
        """
        ...

    def add_note(self, deal_id: str, text: str, op_id: str) -> RemoteRef:
        """Put a note on the deal, with the operation's key or its visible mark (`model.mark_of`)."""
        ...

    def find_note(self, deal_id: str, op_id: str) -> RemoteRef | None:
        """The note that this operation made, if it arrived."""
        ...

    def add_task(self, deal_id: str, task: TaskOrder, op_id: str) -> RemoteRef:
        """Make a task on the deal, likewise."""
        ...

    def find_task(self, deal_id: str, op_id: str) -> RemoteRef | None: ...

    def remove(self, ref: RemoteRef, op_id: str) -> None:
        """Take a note or task away, or mark it «[отменено]» where the CRM has no way to delete. Twice is no error."""
        ...

    def deal_url(self, deal_id: str) -> str:
        """Address of the deal's card for a browser."""
        ...

    def close(self) -> None: ...


class ConnectorMaker(Protocol):
    """Makes the connector of an account; `bootstrap` gives the one that knows the vendors."""

    def __call__(self, account: CrmAccount, secret: str) -> CrmConnector:
        """Raises UserFixable ``crm.address`` for an address that cannot be this CRM's, ``crm.secret_form`` for a secret
        that cannot be its key. Sends nothing."""
        ...


class MirrorStore(Protocol):
    """The copy of the CRMs' deals that this machine keeps for the list, for matching and for search."""

    def put_page(self, account_id: str, deals: Sequence[RemoteDeal], progress: MirrorProgress) -> None:
        """Take a page over and remember how far the reading is, in one transaction. A deal replaces its older copy."""
        ...

    def progress(self, account_id: str) -> MirrorProgress:
        """How far the reading is; an empty one for an account that was never read."""
        ...

    def search(self, text: str, limit: int, account_id: str | None = None) -> list[MirroredDeal]:
        """Deals by words (a beginning is enough), phone, e-mail or INN, the latest changed first; gone ones never."""
        ...

    def recent(self, limit: int, account_id: str | None = None) -> list[MirroredDeal]: ...

    def get(self, account_id: str, remote_id: str) -> MirroredDeal | None: ...

    def mark_gone(self, account_id: str, remote_id: str) -> None: ...

    def adopt(self, account_id: str, remote_id: str) -> str:
        """The id of the local deal that is linked to this one; made, with company and contact, where there is none.

        Raises:
            UserFixable: ``mirror.unknown`` for a deal that the mirror does not hold.
        """
        ...

    def forget(self, account_id: str) -> None:
        """Drop the copy of a disconnected CRM; local deals stay."""
        ...


class AccountStore(Protocol):
    """The connections, what is known of their fields, and what was last read of their deals."""

    def accounts(self) -> list[CrmAccount]:
        """The connected ones, the oldest first."""
        ...

    def account(self, account_id: str) -> CrmAccount:
        """Raises UserFixable ``crm.no_account`` for one that is not connected."""
        ...

    def add(self, account: CrmAccount) -> None: ...

    def change(self, account: CrmAccount) -> None:
        """Title, address, user and names of an account; its pause is `pause` and `Outbox.resume`."""
        ...

    def remove(self, account_id: str) -> None:
        """Disconnect: links go, what waits is cancelled, what may have arrived stays to be seen."""
        ...

    def pause(self, account_id: str, code: str, text: str) -> None:
        """Send nothing more until `Outbox.resume`."""
        ...

    def field_map(self, account_id: str) -> FieldMap:
        """The mapping; an empty, unconfirmed one where there is none."""
        ...

    def confirm(self, field_map: FieldMap) -> None:
        """Keep the mapping as the person confirmed it just now; operations that waited for that go on."""
        ...

    def described(self, account_id: str) -> DescribedFields | None:
        """What the CRM last told of its fields; None before the first time."""
        ...

    def keep_described(self, account_id: str, described: DescribedFields) -> None: ...

    def values(self, account_id: str, remote_id: str) -> dict[str, CrmValue]:
        """What was last read of a linked deal, by the CRM's keys: what a person had before them when approving."""
        ...

    def keep_values(self, account_id: str, remote_id: str, values: Mapping[str, CrmValue]) -> None:
        """Remember what was read now; keys that are not among `values` stay as they were."""
        ...


class Outbox(Protocol):
    """What was approved and its way to the CRM. Rows come from approvals alone, and none ever goes."""

    def operations(
        self, account_id: str | None = None, *, only_open: bool = False, limit: int = 500
    ) -> list[Operation]:
        """Operations, the newest first; with `only_open` those that wait for the program or for a person."""
        ...

    def operation(self, operation_id: str) -> Operation:
        """Raises UserFixable ``delivery.unknown``."""
        ...

    def of_approval(self, approval_id: str) -> list[Operation]:
        """Operations of an approval and those that take it back, in their order."""
        ...

    def counts(self, account_id: str | None = None) -> dict[OperationState, int]: ...

    def heads(self, account_id: str, limit: int = 50) -> list[Operation]:
        """The first unfinished operation of each deal, where the program may go on with it.

        Those that never had to wait come first, the oldest before the others; then those that are due the soonest.
        """
        ...

    def next_of(self, account_id: str, remote_id: str) -> Operation | None:
        """Likewise of one deal."""
        ...

    def is_taken_back(self, operation_id: str) -> bool:
        """Whether its approval was undone: what has not arrived is not sent any more."""
        ...

    def recover(self, account_id: str) -> int:
        """What is SENDING though nobody sends becomes UNKNOWN; returns how many. Only for the one worker.

        It is looked up after `SETTLES_S` only: the CRM may still be at work on it.
        """
        ...

    def save(self, operation: Operation, was: Operation) -> bool:
        """Write where an operation stands, with all that follows from it, in one transaction.

        Once one is done, what was written is what later operations of its deal start from, and its call may become
        delivered.

        Returns:
            False where the row is not in the state and at the deal of `was` any more: nothing was written.
        """
        ...

    def settle(self, operation: Operation, was: Operation, by: str) -> bool:
        """As `save`, for a conflict that a person decided; it goes into the audit log."""
        ...

    def resume(self, account_id: str) -> None:
        """End the account's pause and those of its operations."""
        ...

    def link(
        self, deal_id: str, account_id: str, remote_id: str, definitions: Sequence[FieldDefinition]
    ) -> list[Operation]:
        """Let our deal stand for the CRM's; returns what stands approved of it, was never sent and is queued now.

        Raises:
            UserFixable: ``delivery.linked`` where it stands for another one already.
        """
        ...

    def unlink(self, deal_id: str) -> None:
        """End that; what waits and was never sent is cancelled."""
        ...

    def link_of(self, deal_id: str) -> DealLink | None: ...

    def links(self, account_id: str) -> list[DealLink]: ...

    def choose_deal(self, operation: Operation, remote_id: str) -> None:
        """Send this and what waits behind it to another deal of the CRM, and link ours to it."""
        ...
