"""What only words spelled anew by their sound bear out (app/transcript/respelling.py) is for a person to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from app.core.i18n import _
from app.draft.hearing import heard_text
from app.draft.model import Draft, Evidence, FieldStatus, FieldValue, LineItem, Misheard, NextStep
from app.transcript.model import Transcript

_Found = TypeVar("_Found", FieldValue, NextStep, LineItem)


def with_words_heard(draft: Draft, heard: Draft, transcript: Transcript) -> Draft:
    """The draft, nothing in it verified that the recogniser's own words do not verify too.

    Args:
        draft: Made of the transcript as it is shown.
        heard: Made of `Transcript.as_heard`.
    """

    def looked_at(found: _Found, proven: Iterable[_Found]) -> _Found:
        if found.status is not FieldStatus.VERIFIED or any(_is_same(found, one) for one in proven):
            return found
        pairs: tuple[Misheard, ...] = _heard_in(found.evidence, transcript)
        reason = _("Слова исправлены по звучанию: сверьте с записью.")
        if isinstance(found, NextStep):
            return replace(found, status=FieldStatus.REVIEW, reason=". ".join([*map(heard_text, pairs), reason]))
        return replace(found, status=FieldStatus.REVIEW, reason=reason, misheard=pairs)

    return replace(
        draft,
        fields={key: looked_at(value, [heard.fields[key]]) for key, value in draft.fields.items()},
        next_steps=tuple(looked_at(step, heard.next_steps) for step in draft.next_steps),
        line_items=tuple(looked_at(item, heard.line_items) for item in draft.line_items),
    )


def _is_same(found: _Found, proven: _Found) -> bool:
    if proven.status is not FieldStatus.VERIFIED:
        return False
    if isinstance(found, FieldValue) and isinstance(proven, FieldValue):
        return (found.value, found.norm) == (proven.value, proven.norm)
    if isinstance(found, NextStep) and isinstance(proven, NextStep):
        return (found.who, found.action, found.due) == (proven.who, proven.action, proven.due)
    if isinstance(found, LineItem) and isinstance(proven, LineItem):
        return (found.sku, found.qty) == (proven.sku, proven.qty)
    return False


def _heard_in(quotes: Iterable[Evidence], transcript: Transcript) -> tuple[Misheard, ...]:
    """The words of quotes that were spelled anew, each run once."""
    segments = {segment.index: segment for segment in transcript.segments}
    return tuple(
        dict.fromkeys(
            Misheard(heard, meant)
            for quote in quotes
            for heard, meant, words in segments[quote.segment].respelled_runs()
            if quote.start_s is not None
            and quote.end_s is not None
            and words[-1].end_s > quote.start_s
            and words[0].start_s < quote.end_s
        )
    )
