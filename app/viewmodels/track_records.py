"""What is known of how good drafts are, read behind what the person waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.approval.track_record import APPROVALS_COUNTED, FieldVerdict, MadeWith, TrackRecord, track_records
from app.draft.model import Draft
from app.viewmodels.requests import Requests


class Verdicts(Protocol):
    """Where the decisions are kept; `ApprovalRepository` has it."""

    def verdicts(self, limit: int) -> list[FieldVerdict]: ...


class TrackRecords:
    """The record of each field for the drafts made with the same.

    Args:
        changed: Called when the records are other ones than before.
    """

    def __init__(self, requests: Requests, verdicts: Verdicts, changed: Callable[[], None]) -> None:
        self._requests = requests
        self._source = verdicts
        self._changed = changed
        self._verdicts: list[FieldVerdict] = []
        self._is_read = False
        self._counted: dict[MadeWith, dict[str, TrackRecord]] = {}

    def of(self, draft: Draft) -> dict[str, TrackRecord]:
        """The records that hold for a draft, by field key; empty until they were read."""
        made_with = MadeWith.of(draft.engine)
        if made_with not in self._counted:
            self._counted[made_with] = track_records(self._verdicts, made_with)
        return self._counted[made_with]

    def forget(self) -> None:
        """Something was decided: the next `read` reads anew. Until then the records stay as they are."""
        self._is_read = False

    def read(self) -> None:
        """Read the decisions unless they are known."""
        if self._is_read:
            return
        self._is_read = True

        def take(verdicts: list[FieldVerdict]) -> None:
            if verdicts != self._verdicts:
                self._verdicts, self._counted = verdicts, {}
                self._changed()

        self._requests.ask("review.verdicts", lambda: self._source.verdicts(APPROVALS_COUNTED), take)
