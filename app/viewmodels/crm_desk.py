"""The view-models of the connected CRMs, wired to one another and to the draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.approval.ports import ApprovalRepository
from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import ExternalFailure, VizirError
from app.core.i18n import _
from app.core.observable import Signal
from app.deals.ports import DealRepository
from app.delivery.model import FieldMap, Operation
from app.jobs.runner import Dispatcher, Job, JobRunner
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

    changed: Signal[Operation]


class CrmMirror(Mirror, LinkedValues, Protocol):
    """The mirror likewise."""

    def refresh(self, account_id: str, on_progress: Callable[[int], None], cancel: CancelToken) -> int: ...


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

    def reread_profile(self) -> None: ...

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

    def __init__(
        self,
        parts: CrmParts,
        dispatcher: Dispatcher,
        requests: Requests,
        review: ReviewViewModel,
        person: Callable[[], str],
    ) -> None:
        self._parts = parts
        self._requests = requests
        self._dispatcher = dispatcher
        self._is_told = False
        self._is_closed = False
        self._reading: dict[str, int] = {}
        self._read_once: set[str] = set()
        self.reading_changed: Signal[()] = Signal()
        self.moved: Signal[()] = Signal()
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
            reread_profile=parts.reread_profile,
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
        self.accounts.lapsing.connect(
            lambda text: self.noticed.emit(Notice(text, tone=Tone.WARNING, action="open_settings_crm"))
        )
        self.mapping.confirmed.connect(self._confirmed)
        self.deals.linked.connect(self.send)
        review.approved.connect(lambda _count: self.send())
        review.undone.connect(self.send)
        self.outbox.undone.connect(review.reload)

    def start(self) -> None:
        """Read the queue, and go on with what waits from before."""
        # Made in the background: nothing of it may hold up a window that is being drawn.
        self._requests.ask("crm.start", lambda: self._parts.delivery, self._started, self.failed.emit)
        self.accounts.changed.connect(self._accounts_read)
        self.accounts.refresh()
        self.send()

    def _started(self, delivery: CrmDelivery) -> None:
        delivery.changed.connect(self._moved)

    def send(self) -> None:
        """Show what is new in the queue and send it."""
        self.outbox.refresh()
        self.outbox.send()

    def read_deals(self) -> None:
        """Read what changed in the CRMs, each in a lane of its own; what is being read is not begun again."""
        for row in self.accounts.rows:
            if not row.account.is_paused and row.account.id not in self._reading and not self._is_closed:
                self._read_deals(row.account.id)

    def read_so_far(self, account_id: str) -> int | None:
        """How many deals the running reading has brought; None while nothing is read."""
        return self._reading.get(account_id)

    def close(self) -> None:
        """Begin nothing any more."""
        self._is_closed = True
        self.outbox.close()

    def _moved(self, _operation: Operation) -> None:
        """An operation moved, told in the thread of its lane; of many reports one is enough."""
        if not self._is_told:
            self._is_told = True
            self._dispatcher.post(self._show_moved)

    def _show_moved(self) -> None:
        self._is_told = False
        if not self._is_closed:
            self.moved.emit()

    def _accounts_read(self) -> None:
        known = {row.account.id for row in self.accounts.rows}
        for account_id in known - self._read_once:
            self.accounts.watch_key(account_id)
        if known - self._read_once:
            self._read_once = known
            self.read_deals()

    def _read_deals(self, account_id: str) -> None:
        self._reading[account_id] = 0

        def report(count: int) -> None:
            self._dispatcher.post(lambda: advance(count))

        def advance(count: int) -> None:
            if account_id in self._reading and not self._is_closed:
                self._reading[account_id] = count
                self.reading_changed.emit()

        def read(cancel: CancelToken) -> int:
            try:
                return self._parts.mirror.refresh(account_id, report, cancel)
            except ExternalFailure:
                # Read again by itself; meanwhile the mirror is as old as it was, and the queue says what is wrong.
                return 0

        def ended(_count: int = 0) -> None:
            self._reading.pop(account_id, None)
            self.reading_changed.emit()

        def failed(error: VizirError) -> None:
            ended()
            self.failed.emit(error)

        self._parts.jobs.submit(f"mirror-{account_id}", Job(read, ended, failed, ended, name="mirror"))

    def _reconnected(self) -> None:
        self.deals.refresh()
        self.send()

    def _confirmed(self) -> None:
        self.noticed.emit(Notice(_("Соответствие полей подтверждено: завизированное уйдёт в CRM."), tone=Tone.DONE))
        self.accounts.refresh()
        self.send()
