"""The deal of the open call in the connected CRMs: offered, searched for, and which one it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.approval.model import SubjectKind
from app.core.errors import UserFixable, VizirError
from app.core.observable import Signal
from app.deals.matching import DealCandidate, DealClues
from app.delivery.model import CrmAccount, DealLink, MirroredDeal, Operation
from app.viewmodels.crm_accounts import CRM_LANE
from app.viewmodels.deal_clues import clues_of
from app.viewmodels.requests import Requests
from app.viewmodels.review import ReviewViewModel
from app.viewmodels.review_items import ReviewItem

_OFFERED, _FOUND = 4, 12


class Mirror(Protocol):
    """The mirror of the CRMs' deals; `app.delivery.mirror` has it."""

    def search(self, text: str, limit: int = 50, account_id: str | None = None) -> Sequence[MirroredDeal]: ...

    def propose(self, clues: DealClues, limit: int = 6) -> Sequence[tuple[MirroredDeal, DealCandidate]]: ...

    def of(self, account_id: str, remote_id: str) -> MirroredDeal | None: ...

    def adopt(self, account_id: str, remote_id: str) -> str: ...

    def look(self, deal_id: str) -> bool: ...


class Links(Protocol):
    """Which deal of ours stands for which of a CRM's."""

    def link(self, deal_id: str, account_id: str, remote_id: str) -> Sequence[Operation] | None: ...

    def link_of(self, deal_id: str) -> DealLink | None: ...

    def warnings(self, deal_id: str, keys: Collection[str]) -> tuple[str, ...]: ...


class Connected(Protocol):
    """The connections."""

    def accounts(self) -> Sequence[CrmAccount]: ...


@dataclass(frozen=True, slots=True)
class CrmDealRow:
    """A deal of a CRM that the call may belong to."""

    mirrored: MirroredDeal
    account: str
    reasons: tuple[str, ...] = ()
    is_sure: bool = False

    @property
    def line(self) -> str:
        """Company, contact and CRM."""
        deal = self.mirrored.deal
        person = deal.contact.name if deal.contact is not None else ""
        return " · ".join(filter(None, (deal.company, person, self.account)))


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Which deal of which CRM the chosen deal is.

    Args:
        is_gone: The CRM says that it was deleted or merged.
    """

    link: DealLink
    account: str
    title: str = ""
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class _Facts:
    accounts: tuple[CrmAccount, ...]
    facts: LinkFacts | None
    offered: tuple[CrmDealRow, ...]


class CrmDealsViewModel:
    """Stands beside the draft's own view-model and follows it."""

    def __init__(
        self,
        requests: Requests,
        review: ReviewViewModel,
        *,
        mirror: Callable[[], Mirror],
        links: Callable[[], Links],
        connections: Callable[[], Connected],
    ) -> None:
        self._requests = requests
        self._review = review
        self._mirror = mirror
        self._links = links
        self._connections = connections
        self._cautions: dict[str, str] = {}
        self._asked: tuple[object, ...] = ()
        self.accounts: tuple[CrmAccount, ...] = ()
        self.facts: LinkFacts | None = None
        self.offered: tuple[CrmDealRow, ...] = ()
        self.changed: Signal[()] = Signal()
        self.cautioned: Signal[()] = Signal()
        self.found: Signal[list[CrmDealRow]] = Signal()
        self.linked: Signal[()] = Signal()
        self.failed: Signal[VizirError] = Signal()
        review.deal_changed.connect(self._follow)
        review.loaded.connect(self._follow)

    @property
    def is_connected(self) -> bool:
        return bool(self.accounts)

    def refresh(self) -> None:
        """Look again: a CRM was connected, or a deal was linked."""
        self._asked = ()
        self._follow()

    def caution(self, item: ReviewItem) -> str:
        """What of an item no undo takes back, said before it is approved; "" where all of it comes back."""
        return self._cautions.get(item.key, "") if item.subject is SubjectKind.FIELD and item.is_open else ""

    def search(self, text: str, account_id: str | None = None) -> None:
        """Look deals up in the mirror, of one account where one is named; the answer comes by `found`."""

        def find() -> list[CrmDealRow]:
            titles = {one.id: one.title for one in self._connections().accounts()}
            found = self._mirror().search(text, _FOUND, account_id)
            return [CrmDealRow(one, titles.get(one.account_id, "")) for one in found]

        self._requests.ask("crm.deals", find, self.found.emit, self.failed.emit)

    def choose(self, row: CrmDealRow) -> None:
        """The call belongs to this deal of the CRM: a card of this machine stands for it from now on."""
        call_id = self._review.call_id

        def chosen(deal_id: str) -> None:
            if call_id == self._review.call_id:
                self._review.choose_deal(deal_id)

        self._requests.tell(
            "crm.adopt",
            lambda: self._mirror().adopt(row.mirrored.account_id, row.mirrored.deal.id),
            chosen,
            self.failed.emit,
        )

    def link(self, row: CrmDealRow) -> None:
        """The chosen deal of this machine is that one in the CRM: what was approved of it is sent there."""
        deal = self._review.deal
        if deal is None or self._review.is_new_deal:
            return
        deal_id = deal.id

        def done(_operations: object) -> None:
            self.refresh()
            self.linked.emit()

        self._requests.tell(
            "crm.link",
            lambda: self._links().link(deal_id, row.mirrored.account_id, row.mirrored.deal.id),
            done,
            self.failed.emit,
        )

    def _follow(self) -> None:
        review = self._review
        deal_id = review.deal.id if review.deal is not None and not review.is_new_deal else ""
        asked = (review.call_id, deal_id, review.draft is not None, review.deal is None)
        if asked == self._asked:
            return
        self._asked = asked
        clues = clues_of(review.call, review.draft) if review.call is not None and not deal_id else None
        local = [candidate.deal.id for candidate in review.candidates]

        def read() -> _Facts:
            accounts = tuple(self._connections().accounts())
            if not accounts:
                return _Facts((), None, ())
            links = self._links()
            link = links.link_of(deal_id) if deal_id else None
            facts = self._facts(link, accounts) if link is not None else None
            known = {_place(one) for one in map(links.link_of, local) if one is not None}
            return _Facts(accounts, facts, self._offers(clues, accounts, known) if clues is not None else ())

        def take(read: _Facts) -> None:
            self.accounts, self.facts, self.offered = read.accounts, read.facts, read.offered
            self._cautions = {}
            self.changed.emit()
            if self.facts is not None:
                self._look(deal_id)
                self._ask_warnings(deal_id)

        self._requests.ask("crm.link_of", read, take, self.failed.emit)

    def _facts(self, link: DealLink, accounts: Sequence[CrmAccount]) -> LinkFacts | None:
        account = next((one for one in accounts if one.id == link.account_id), None)
        if account is None:
            return None
        seen = self._mirror().of(link.account_id, link.remote_id)
        title, is_gone = (seen.deal.title, seen.deal.is_gone) if seen is not None else ("", False)
        return LinkFacts(link, account.title, title, is_gone)

    def _offers(
        self, clues: DealClues, accounts: Sequence[CrmAccount], known: set[tuple[str, str]]
    ) -> tuple[CrmDealRow, ...]:
        titles = {one.id: one.title for one in accounts}
        found = self._mirror().propose(clues, _OFFERED + len(known))
        rows = [
            CrmDealRow(one, titles.get(one.account_id, ""), tuple(candidate.reasons), candidate.is_sure)
            for one, candidate in found
            if (one.account_id, one.deal.id) not in known
        ]
        return tuple(rows[:_OFFERED])

    def _look(self, deal_id: str) -> None:
        """What the CRM says now is what the person should decide by; without a connection it is what it said last."""

        def look() -> bool:
            try:
                return self._mirror().look(deal_id)
            except VizirError:
                # The queue's own rounds say what is wrong with the connection.
                return False

        def take(is_other: bool) -> None:
            if is_other and self._review.deal is not None and self._review.deal.id == deal_id:
                self._review.reload()

        self._requests.ask("crm.look", look, take, self.failed.emit, lane=CRM_LANE)

    def _ask_warnings(self, deal_id: str) -> None:
        """What a CRM can do is known to its connector, and making one asks the keychain: in the CRM's own lane."""
        keys = [item.key for item in self._review.items if item.subject is SubjectKind.FIELD]

        def look() -> dict[str, str]:
            try:
                return {key: " ".join(self._links().warnings(deal_id, [key])) for key in keys}
            except UserFixable:
                # Without its key nothing is sent either; the page of connections says so.
                return {}

        def take(cautions: dict[str, str]) -> None:
            if self.facts is not None and self.facts.link.deal_id == deal_id:
                self._cautions = cautions
                self.cautioned.emit()

        self._requests.ask("crm.warnings", look, take, self.failed.emit, lane=CRM_LANE)


def _place(link: DealLink) -> tuple[str, str]:
    return link.account_id, link.remote_id
