"""A profile: who sells, what, by which CRM fields and from which knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.deals.model import Company, Contact, FieldDefinition
from app.knowledge.model import KnowledgeText, PriceItem
from app.profile.seller import Seller


@dataclass(frozen=True, slots=True)
class Profile:
    """One selling company.

    Args:
        glossary: Names and terms that the speech recogniser and the draft should know.
        colleagues: People of the company named in the glossary, the manager first.
        known_companies: Companies of its CRM, for matching.
        known_contacts: Contacts of its CRM, for matching.
        seller: What stands in a proposal about the company.
    """

    id: str
    brand: str
    legal_name: str
    manager_name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    fields: tuple[FieldDefinition, ...]
    price_list: tuple[PriceItem, ...] = ()
    knowledge: tuple[KnowledgeText, ...] = ()
    glossary: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    known_companies: tuple[Company, ...] = ()
    known_contacts: tuple[Contact, ...] = ()
    address: str = ""
    seller: Seller = field(default_factory=Seller)

    def field(self, key: str) -> FieldDefinition | None:
        return next((f for f in self.fields if f.key == key), None)

    @property
    def speech_hints(self) -> tuple[str, ...]:
        """Names and terms for the recogniser: brand first, then glossary, each once."""
        return tuple(dict.fromkeys((self.brand, *self.glossary)))

    @property
    def texts(self) -> Iterator[str]:
        """What the company writes: names and terms first, then goods, then its knowledge."""
        yield from self.speech_hints
        yield from (item.name for item in self.price_list)
        yield from (document.text for document in self.knowledge)
