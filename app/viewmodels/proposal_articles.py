"""Looking articles up while a row is written, and those that come nearest to a doubtful row."""

from __future__ import annotations

from app.core.errors import VizirError
from app.core.observable import Signal
from app.knowledge.model import PriceItem
from app.viewmodels.proposal_parts import KnowledgeShelf
from app.viewmodels.requests import Requests

_NEAR = 3
_FOUND = 8


class ArticleFinder:
    """Answers come by signals, on the main thread."""

    def __init__(self, requests: Requests, knowledge: KnowledgeShelf) -> None:
        self._requests = requests
        self._knowledge = knowledge
        self._near: dict[str, tuple[PriceItem, ...]] = {}
        self.found: Signal[str, list[PriceItem]] = Signal()
        self.near_found: Signal[str, tuple[PriceItem, ...]] = Signal()
        self.failed: Signal[VizirError] = Signal()

    def search(self, text: str) -> None:
        """Articles that fit a text, by `found`; nothing for an empty one."""

        def take(items: list[PriceItem]) -> None:
            self.found.emit(text, items)

        self._requests.ask("proposal.items", lambda: self._items(text, _FOUND), take, self.failed.emit)

    def seek_near(self, name: str) -> None:
        """The few articles that come nearest to a name, by `near_found`."""
        known = self._near.get(name)
        if known is not None:
            self.near_found.emit(name, known)
            return

        def take(items: list[PriceItem]) -> None:
            self._near[name] = tuple(items)
            self.near_found.emit(name, tuple(items))

        self._requests.ask("proposal.near", lambda: self._items(name, _NEAR), take, self.failed.emit)

    def forget(self) -> None:
        """The price list may be another one now."""
        self._near.clear()

    def _items(self, text: str, limit: int) -> list[PriceItem]:
        hits = self._knowledge.items(text, limit) if text.strip() else []
        return [hit.item for hit in hits if hit.item is not None]
