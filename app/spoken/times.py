"""Times of day in a text."""

from __future__ import annotations

from app.spoken.model import ClockTime


def find_times(text: str) -> list[ClockTime]:
    """Times of day in the order of the text."""
    return []
