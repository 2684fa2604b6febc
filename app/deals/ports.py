"""What the deals package needs from outside."""

from __future__ import annotations

from typing import Protocol

from app.deals.model import Company, Contact, Deal, FieldRecord, NoteRecord, Task


class DealRepository(Protocol):
    """Deals in the store. Creating a deal for a call is a person's decision, made while approving."""

    def create(self, deal: Deal) -> None: ...

    def get(self, deal_id: str) -> Deal: ...

    def recent(self, limit: int) -> list[Deal]:
        """Deals, the latest touched first."""
        ...

    def search(self, text: str, limit: int) -> list[Deal]:
        """Deals whose title, company, contact, phone or INN holds `text`."""
        ...

    def values(self, deal_id: str) -> dict[str, FieldRecord]:
        """The values now in the CRM, by field key."""
        ...

    def notes(self, deal_id: str) -> list[NoteRecord]: ...

    def tasks(self, deal_id: str) -> list[Task]: ...

    def contacts(self, limit: int) -> list[Contact]: ...

    def companies(self, limit: int) -> list[Company]: ...
