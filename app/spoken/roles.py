"""Job titles in a text."""

from __future__ import annotations

from app.spoken.model import Role


def find_roles(text: str) -> list[Role]:
    """Job titles in the order of the text, in the nominative."""
    return []
