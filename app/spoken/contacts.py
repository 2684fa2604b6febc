"""Dictated phones, e-mails and strings of digits."""

from __future__ import annotations

from collections.abc import Sequence

from app.spoken.model import ContactMark


def find_phones(text: str) -> list[ContactMark]:
    """Russian phone numbers in the order of the text."""
    return []


def find_emails(text: str) -> list[ContactMark]:
    """E-mail addresses in the order of the text."""
    return []


def find_digit_strings(text: str) -> list[ContactMark]:
    """Dictated digits (an INN, an account) of five or more, in the order of the text."""
    return []


def join_dictation(parts: Sequence[str]) -> str:
    """One text from turns in which one contact was dictated piece by piece."""
    return ", ".join(parts)
