"""What was said by nobody knows whom is for a person to read, however well it is proven otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from app.core.i18n import _
from app.draft.conversation import Conversation
from app.draft.model import Draft, FieldStatus, FieldValue, LineItem, NextStep

_Found = TypeVar("_Found", FieldValue, NextStep, LineItem)


def with_unsure_sides(draft: Draft, conversation: Conversation) -> Draft:
    """The draft, nothing in it verified by a turn whose speaker is unknown or a guess.

    Whose budget it is, who promises, whose name and phone: each depends on the side, and so does every single proof.
    """

    def looked_at(found: _Found) -> _Found:
        turns = [conversation.turn(quote.segment) for quote in found.evidence]
        if found.status is not FieldStatus.VERIFIED or not any(turn.is_unknown for turn in turns):
            return found
        reason = _("Не ясно, кто это сказал.")
        if conversation.transcript.has_guessed_speakers:
            reason = _("Кто говорит, программа догадалась: подтвердите собеседников.")
        return replace(found, status=FieldStatus.REVIEW, reason=reason)

    return replace(
        draft,
        fields={key: looked_at(value) for key, value in draft.fields.items()},
        next_steps=tuple(looked_at(step) for step in draft.next_steps),
        line_items=tuple(looked_at(item) for item in draft.line_items),
    )
