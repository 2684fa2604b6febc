"""What the draft stage needs from outside; the language model's port is app/core/language_model.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.draft.model import Draft
from app.draft.topics import FieldFacts, Topics, TurnFacts


class DraftRepository(Protocol):
    def save(self, draft: Draft) -> str:
        """Store a draft; returns its id. Older drafts of the call are kept, the latest counts."""
        ...

    def latest(self, call_id: str) -> tuple[str, Draft] | None:
        """The id and the latest draft of a call."""
        ...


class TopicReader(Protocol):
    @property
    def version(self) -> str:
        """Changes with whatever changes the answers."""
        ...

    def read(self, facts: Sequence[TurnFacts], fields: Sequence[FieldFacts] = ()) -> Topics:
        """What each turn of one call speaks of, and whether of these fields. The same facts give the same answer."""
        ...
