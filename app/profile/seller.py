"""Who sells: names, requisites, the manager, and how the prices stand to VAT."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class VatMode(StrEnum):
    """How the seller's prices stand to VAT; the company's setting, never guessed."""

    INCLUDED = "included"
    ON_TOP = "on_top"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Bank:
    name: str = ""
    bik: str = ""
    account: str = ""
    corr: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Seller:
    """Who proposes. `vat_rate` in per cent holds for articles that have none of their own."""

    brand: str = ""
    legal_name: str = ""
    inn: str = ""
    kpp: str = ""
    ogrn: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    site: str = ""
    bank: Bank = Bank()
    manager: Person = Person()
    vat_mode: VatMode = VatMode.INCLUDED
    vat_rate: Decimal = Decimal(22)
    voice_of_brand: str = ""
    valid_days: int = 14
