"""Days and terms in a text."""

from __future__ import annotations

from datetime import datetime

from app.spoken.model import Moment, Term


def find_moments(text: str, now: datetime) -> list[Moment]:
    """Days, with a time where one was said, in the order of the text, not overlapping."""
    return []


def find_terms(text: str) -> list[Term]:
    """Terms counted from an event, in the order of the text."""
    return []
