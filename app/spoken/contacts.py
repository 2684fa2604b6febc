"""Dictated phones, e-mails and strings of digits."""

from __future__ import annotations

from collections.abc import Sequence

from app.spoken.emails import emails
from app.spoken.model import Certainty, ContactMark
from app.spoken.phones import phones
from app.spoken.tokens import tokenise, vocabulary

_NUMBER_WORDS = vocabulary("инн кпп огрн бик номер номера заказ заказа счет счета договор договора артикул код телефон")


def find_phones(text: str) -> list[ContactMark]:
    """Russian phone numbers in the order of the text, as "+7XXXXXXXXXX".

    EXACT only for a number that can exist, with nothing left over beside it and no slip corrected inside.
    """
    return list(phones(text)[0])


def find_emails(text: str) -> list[ContactMark]:
    """E-mail addresses in the order of the text.

    Words said in Russian have to be put into Latin letters, which is a GUESS; EXACT are addresses written
    or spelled in Latin letters.
    """
    return list(emails(text))


def find_digit_strings(text: str) -> list[ContactMark]:
    """Dictated digits (an INN, an account, an order) of five or more that are no phone, in the order of the text."""
    tokens = tokenise(text)
    marks = []
    for run in phones(text)[1]:
        groups = run.groups
        is_single = all(len(group.digits) == 1 for group in groups) or (len(groups) == 1 and len(run.digits) >= 8)
        before = {t.low for t in tokens[max(0, groups[0].first - 4) : groups[0].first]}
        if not 5 <= len(run.digits) <= 25 or not (is_single or before & _NUMBER_WORDS):
            continue
        certainty = Certainty.EXACT if is_single and not run.is_corrected else Certainty.GUESS
        marks.append(
            ContactMark(tokens[groups[0].first].start, tokens[groups[-1].behind - 1].end, run.digits, certainty)
        )
    return marks


def join_dictation(parts: Sequence[str]) -> str:
    """One text from turns in which one contact was dictated piece by piece, for the finders of this module.

    A turn between («так», «угу, дальше») may be given or left out.
    """
    return ", ".join(part.strip().rstrip(".,…!") for part in parts if part.strip())
