"""Check digits of Russian requisites. A number that passes may still be nobody's; one that fails is mistyped.

Source: order of the Federal Tax Service MMV-7-6/435@ (INN), decree 438 of 19.06.2002 (OGRN), Bank of Russia's rules
for account keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11TH = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12TH = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_ACCOUNT = (7, 1, 3)
_KPP = re.compile(r"\d{4}[\dA-Z]{2}\d{3}")


def is_inn(text: str) -> bool:
    """Whether it can be an INN: 10 digits of a company or 12 of a person."""
    if not _is_digits(text, 10, 12) or text.strip("0") == "":
        return False
    digits = _digits(text)
    if len(digits) == 10:
        return _control(digits, _INN_10) == digits[9]
    return _control(digits, _INN_11TH) == digits[10] and _control(digits, _INN_12TH) == digits[11]


def is_kpp(text: str) -> bool:
    """Whether it has the form of a KPP: 9 signs, the fifth and sixth may be letters. It has no check digit."""
    return _KPP.fullmatch(text) is not None


def is_ogrn(text: str) -> bool:
    """Whether it can be an OGRN (13 digits) or the OGRNIP of an entrepreneur (15)."""
    if not _is_digits(text, 13, 15):
        return False
    body, check = int(text[:-1]), int(text[-1])
    return body % (11 if len(text) == 13 else 13) % 10 == check


def is_bik(text: str) -> bool:
    """Whether it has the form of a Russian bank's BIK: 9 digits beginning with 04 (treasuries: 00, 01, 02)."""
    return _is_digits(text, 9) and text[:2] in ("04", "00", "01", "02")


def is_account(text: str, bik: str) -> bool:
    """Whether it can be a settlement account at the bank `bik`."""
    return is_bik(bik) and _is_digits(text, 20) and _has_account_key(bik[-3:] + text)


def is_correspondent_account(text: str, bik: str) -> bool:
    """Whether it can be the correspondent account of the bank `bik`: it belongs to the bank's settlement centre."""
    return is_bik(bik) and _is_digits(text, 20) and text.startswith("301") and _has_account_key(f"0{bik[4:6]}{text}")


def _is_digits(text: str, *lengths: int) -> bool:
    return len(text) in lengths and text.isascii() and text.isdigit()


def _digits(text: str) -> list[int]:
    return [int(sign) for sign in text]


def _control(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10


def _has_account_key(text: str) -> bool:
    return sum(int(sign) * _ACCOUNT[place % 3] for place, sign in enumerate(text)) % 10 == 0
