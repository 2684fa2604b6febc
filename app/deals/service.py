"""Finds deals for a call in the store."""

from __future__ import annotations

from app.deals.matching import DealClues, DealProposal, propose_deal, search_texts
from app.deals.model import Deal
from app.deals.ports import DealRepository

_PER_CLUE = 50


class DealService:
    """Proposes the deal of a call; choosing and making one is the person's."""

    def __init__(self, deals: DealRepository) -> None:
        self._deals = deals

    def propose(self, clues: DealClues) -> DealProposal:
        """Candidates of the store with their reasons, and the new deal that could be made instead."""
        found: dict[str, Deal] = {}
        for text in search_texts(clues):
            found |= {deal.id: deal for deal in self._deals.search(text, _PER_CLUE)}
        return propose_deal(clues, found.values())
