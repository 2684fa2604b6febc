"""Finds deals for a call in the store."""

from __future__ import annotations

from app.core.words import words_of
from app.deals.matching import DealClues, DealProposal, company_key, phone_key, propose_deal
from app.deals.model import Deal
from app.deals.ports import DealRepository

_PER_CLUE = 50
_MIN_WORD = 3


class DealService:
    """Proposes the deal of a call; choosing and making one is the person's."""

    def __init__(self, deals: DealRepository) -> None:
        self._deals = deals

    def propose(self, clues: DealClues) -> DealProposal:
        """Candidates of the store with their reasons, and the new deal that could be made instead."""
        found: dict[str, Deal] = {}
        for text in _search_texts(clues):
            found |= {deal.id: deal for deal in self._deals.search(text, _PER_CLUE)}
        return propose_deal(clues, found.values())


def _search_texts(clues: DealClues) -> list[str]:
    texts = [key for phone in clues.phones if (key := phone_key(phone))]
    texts += [text for text in (clues.inn, clues.email) if text]
    for words in (company_key(clues.company or "").split(), words_of(clues.contact or "")):
        # The beginning of a word is enough: a recogniser often errs in endings.
        texts += [word[: max(_MIN_WORD, len(word) - 2)] for word in words if len(word) >= _MIN_WORD]
    return list(dict.fromkeys(texts))
