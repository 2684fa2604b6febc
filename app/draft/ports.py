"""What the draft stage needs from outside; the language model's port is app/core/language_model.py."""

from __future__ import annotations

from typing import Protocol

from app.draft.model import Draft


class DraftRepository(Protocol):
    def save(self, draft: Draft) -> str:
        """Store a draft; returns its id. Older drafts of the call are kept, the latest counts."""
        ...

    def latest(self, call_id: str) -> tuple[str, Draft] | None:
        """The id and the latest draft of a call."""
        ...
