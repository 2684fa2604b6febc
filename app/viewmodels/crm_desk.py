"""The view-models of the connected CRMs, wired to one another and to the draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.approval.ports import ApprovalRepository
from app.core.clock import Clock
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.observable import Signal
from app.deals.ports import DealRepository
from app.delivery.model import FieldMap
from app.jobs.runner import JobRunner
from app.profile.model import Profile
from app.viewmodels.crm_accounts import Connections, CrmAccountsViewModel, Waiting
from app.viewmodels.crm_deals import Connected, CrmDealsViewModel, Links, Mirror
from app.viewmodels.crm_mapping import CrmMappingViewModel, Wording
from app.viewmodels.crm_outbox import Delivery, OutboxViewModel, Portals, Undoer
from app.viewmodels.crm_values import LinkedValues, MirroredDeals
from app.viewmodels.requests import Requests
from app.viewmodels.review import ReviewViewModel
from app.viewmodels.workspace import Notice, Tone


class CrmConnections(Connections, Portals, Connected, Protocol):
    """The connections, as all screens together use them."""


class CrmDelivery(Delivery, Waiting, Links, Protocol):
    """The delivery stage likewise."""


class CrmMirror(Mirror, LinkedValues, Protocol):
    """The mirror likewise."""


class CrmParts(Protocol):
    """What the screens of the CRMs need of the running program."""

    clock: Clock
    jobs: JobRunner
    deals: DealRepository
    approvals: ApprovalRepository

    @property
    def connections(self) -> CrmConnections: ...

    @property
    def delivery(self) -> CrmDelivery: ...

    @property
    def mirror(self) -> CrmMirror: ...

    @property
    def own_fields(self) -> Wording: ...

    @property
    def approval(self) -> Undoer: ...

    @property
    def profile(self) -> Callable[[], Profile]: ...


def deals_as_in_crm(parts: CrmParts) -> MirroredDeals:
    """The deals for the draft: what stands in a linked CRM is what «сейчас в CRM» says."""

    def field_map(deal_id: str) -> FieldMap:
        link = parts.delivery.link_of(deal_id)
        return parts.connections.field_map(link.account_id) if link is not None else FieldMap("")

    return MirroredDeals(parts.deals, lambda: parts.mirror, field_map, parts.profile, parts.clock)


class CrmDesk:
    """Everything of the window that is about connected CRMs."""

    def __init__(self, parts: CrmParts, requests: Requests, review: ReviewViewModel, person: Callable[[], str]) -> None:
        self.noticed: Signal[Notice] = Signal()
        self.failed: Signal[VizirError] = Signal()
        self.accounts = CrmAccountsViewModel(
            requests,
            parts.jobs,
            connections=lambda: parts.connections,
            delivery=lambda: parts.delivery,
            clock=parts.clock,
        )
        self.mapping = CrmMappingViewModel(
            requests,
            connections=lambda: parts.connections,
            profile=parts.profile,
            wording=lambda: parts.own_fields,
            clock=parts.clock,
        )
        self.outbox = OutboxViewModel(
            requests,
            parts.jobs,
            delivery=lambda: parts.delivery,
            connections=lambda: parts.connections,
            approvals=parts.approvals,
            approval=parts.approval,
            deals=parts.deals,
            clock=parts.clock,
            person=person,
        )
        self.deals = CrmDealsViewModel(
            requests,
            review,
            mirror=lambda: parts.mirror,
            links=lambda: parts.delivery,
            connections=lambda: parts.connections,
        )
        for source in (self.accounts.failed, self.mapping.failed, self.outbox.failed, self.deals.failed):
            source.connect(self.failed.emit)
        self.accounts.connected.connect(lambda _account: self._reconnected())
        self.accounts.disconnected.connect(lambda _account_id: self._reconnected())
        self.mapping.confirmed.connect(self._confirmed)
        self.deals.linked.connect(self.send)
        review.approved.connect(lambda _count: self.send())
        review.undone.connect(self.send)
        self.outbox.undone.connect(review.reload)

    def start(self) -> None:
        """Read the queue, and go on with what waits from before."""
        self.accounts.refresh()
        self.send()

    def send(self) -> None:
        """Show what is new in the queue and send it."""
        self.outbox.refresh()
        self.outbox.send()

    def close(self) -> None:
        """Begin nothing any more."""
        self.outbox.close()

    def _reconnected(self) -> None:
        self.deals.refresh()
        self.send()

    def _confirmed(self) -> None:
        self.noticed.emit(Notice(_("Соответствие полей подтверждено: завизированное уйдёт в CRM."), tone=Tone.DONE))
        self.accounts.refresh()
        self.send()
