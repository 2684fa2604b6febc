"""The local CRM: deals, what stands in them, and on what evidence it got there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.approval.model import Approval
from app.approval.ports import ApprovalRepository
from app.core.errors import VizirError
from app.core.observable import Signal
from app.deals.model import Deal, FieldDefinition, FieldRecord, NoteRecord, Task
from app.deals.ports import DealRepository
from app.profile.model import Profile
from app.viewmodels.requests import Requests

_LIMIT = 200


@dataclass(frozen=True, slots=True)
class DealCard:
    """Everything the card of a deal shows.

    Args:
        values: Definition (None for a field the profile no longer has) and value, in the profile's order.
        history: Approvals that wrote into the deal, newest first.
    """

    deal: Deal
    values: tuple[tuple[FieldDefinition | None, FieldRecord], ...] = ()
    notes: tuple[NoteRecord, ...] = ()
    tasks: tuple[Task, ...] = ()
    history: tuple[Approval, ...] = ()
    fields: dict[str, FieldDefinition] = field(default_factory=dict)


class DealsViewModel:
    """The list of deals with its search, and one open card."""

    def __init__(
        self,
        requests: Requests,
        deals: DealRepository,
        approvals: ApprovalRepository,
        profile: Callable[[], Profile],
    ) -> None:
        self._requests = requests
        self._deals = deals
        self._approvals = approvals
        self._profile = profile
        self.text = ""
        self.is_loaded = False
        self.rows: list[Deal] = []
        self.deal_id = ""
        self.card: DealCard | None = None
        self.rows_changed: Signal[()] = Signal()
        self.card_changed: Signal[()] = Signal()
        self.failed: Signal[VizirError] = Signal()

    def search(self, text: str) -> None:
        """Show the deals that hold `text`; the latest ones for an empty text."""
        self.text = text.strip()
        self.refresh()

    def refresh(self) -> None:
        """Read the list and the open card anew."""
        text = self.text

        def take(found: list[Deal]) -> None:
            self.rows, self.is_loaded = found, True
            self.rows_changed.emit()
            if not self.deal_id and found:
                self.open(found[0].id)

        self._requests.ask(
            "deals.rows",
            lambda: self._deals.search(text, _LIMIT) if text else self._deals.recent(_LIMIT),
            take,
            self.failed.emit,
        )
        if self.deal_id:
            self.open(self.deal_id)

    def open(self, deal_id: str) -> None:
        """Show the card of a deal."""
        self.deal_id = deal_id

        def read() -> DealCard:
            fields = {f.key: f for f in self._profile().fields}
            values = self._deals.values(deal_id)
            order = [*fields, *(key for key in values if key not in fields)]
            return DealCard(
                self._deals.get(deal_id),
                tuple((fields.get(key), values[key]) for key in order if key in values),
                tuple(self._deals.notes(deal_id)),
                tuple(self._deals.tasks(deal_id)),
                tuple(self._approvals.of_deal(deal_id)),
                fields,
            )

        def take(card: DealCard) -> None:
            self.card = card
            self.card_changed.emit()

        def failed(error: VizirError) -> None:
            if error.code != "store.no_deal":
                self.failed.emit(error)
                return
            # Taken back together with the approval that had created it.
            self.deal_id, self.card = "", None
            self.card_changed.emit()

        self._requests.ask("deals.card", read, take, failed)
