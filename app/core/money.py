"""Money: Decimal only, rounded half up to kopecks, written the Russian way."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK = "\u00a0"
_KOPECK = Decimal("0.01")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_ROUBLES = re.compile(r"(?:₽|руб(?:лей|ля|ль|\.)?|р\.?)$", re.IGNORECASE)
_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,2})?")


def rounded(amount: Decimal) -> Decimal:
    """The amount in whole kopecks, half a kopeck up."""
    return amount.quantize(_KOPECK, ROUND_HALF_UP)


def grouped(number: int) -> str:
    """A whole number with no-break spaces between thousands: «2 400 000»."""
    return f"{number:,}".replace(",", NO_BREAK)


def roubles(amount: Decimal | int) -> str:
    """An amount with its sign of currency: «2 400 000 ₽», kopecks only where there are any: «1 250,50 ₽»."""
    exact = rounded(Decimal(amount))
    whole, kopecks = divmod(abs(exact), 1)
    sign = "-" if exact < 0 else ""
    fraction = f",{int(kopecks * 100):02d}" if kopecks else ""
    return f"{sign}{grouped(int(whole))}{fraction}{NO_BREAK}₽"


def read_roubles(text: str) -> Decimal | None:
    """The amount written in digits, with or without a sign of currency; None for anything else."""
    plain = _ROUBLES.sub("", _SPACES.sub("", text))
    if not _AMOUNT.fullmatch(plain):
        return None
    return Decimal(plain.replace(",", "."))
