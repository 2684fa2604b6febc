"""What the delivery stage needs from outside: the CRMs, the keychain's names, the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.delivery.model import (
    Account,
    Caps,
    CrmAccount,
    CrmKind,
    CrmValue,
    DealPage,
    MirroredDeal,
    MirrorProgress,
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
