"""Numbers in a text, in words or digits."""

from __future__ import annotations

from app.spoken.model import Number


def find_numbers(text: str) -> list[Number]:
    """Numbers in the order of the text, not overlapping."""
    return []
