"""Drafts of earlier versions open."""

from __future__ import annotations

import json
from dataclasses import replace

from app.adapters.storage.draft_codec import draft_from_text, draft_to_text
from tests.fakes.examples import a_draft


def test_a_draft_stored_before_it_was_kept_what_was_heard_opens() -> None:
    draft = a_draft()
    stored = json.loads(draft_to_text(draft))
    for part in (*stored["fields"], *stored["line_items"]):
        del part["misheard"]
    items = tuple(replace(item, misheard=()) for item in draft.line_items)
    assert draft_from_text(json.dumps(stored)) == replace(draft, line_items=items)
