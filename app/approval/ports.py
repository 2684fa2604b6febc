"""What the approval stage needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

from app.approval.model import Approval, ApprovalRequest, AuditEntry
from app.approval.track_record import FieldVerdict
from app.core.cancel import CancelToken
from app.draft.model import Draft
from app.recording.model import Call
from app.transcript.model import Transcript


class ApprovalRepository(Protocol):
    """Approvals, each written with its records and its audit entry in one transaction."""

    def approve(self, request: ApprovalRequest) -> Approval:
        """Write values, note and tasks with the approval behind them.

        Raises:
            StoredDataError: The store is damaged or newer; nothing was written.
            UserFixable: ``store.locked``, ``store.read_only``, ``store.disk_full``; nothing was written.
        """
        ...

    def undo(self, approval_id: str, decided_by: str) -> Approval:
        """Restore the values from before and record that.

        Raises:
            UserFixable: ``approval.changed_since`` if a later approval stands on it, ``approval.already_undone``,
                ``approval.too_old``, ``approval.unknown``, and the ``store.`` codes; nothing was changed.
        """
        ...

    def of_call(self, call_id: str) -> list[Approval]:
        """Approvals of a call, oldest first, undone ones too."""
        ...

    def with_ids(self, approval_ids: Collection[str]) -> list[Approval]:
        """The approvals of these ids, those that there are, oldest first."""
        ...

    def of_deal(self, deal_id: str) -> list[Approval]:
        """Approvals that wrote into a deal, newest first, undone ones too."""
        ...

    def verdicts(self, limit: int) -> list[FieldVerdict]:
        """The decisions on fields in the latest `limit` approvals that stand, the oldest first."""
        ...

    def corrected_calls(self, limit: int) -> list[str]:
        """The latest `limit` calls with a transcript in which a person's other value for a field stands."""
        ...

    def draft_of(self, approval_id: str) -> Draft:
        """The draft that the person had before them. Raises UserFixable ``approval.unknown``."""
        ...

    def audit(self, limit: int) -> list[AuditEntry]: ...

    def verify_audit(self) -> int | None:
        """The number of the first entry that does not fit the chain; None when the chain holds."""
        ...


class Drafter(Protocol):
    """The draft stage."""

    def draft(
        self, call: Call, transcript: Transcript, *, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> Draft: ...
