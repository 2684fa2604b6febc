"""The mirror of the connected CRMs: their deals on this machine, for the list, for matching and for search offline."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta

from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.deals.matching import DealCandidate, DealClues, judged, phone_key, search_texts
from app.deals.model import Company, Contact, Deal
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmValue, DealLink, FieldMap, MirroredDeal, MirrorProgress
from app.delivery.optimistic import same
from app.delivery.ports import AccountStore, CrmConnector, MirrorStore

_OVERLAP = timedelta(minutes=10)
"""CRMs tell whole seconds by their own clock, which may be late against this one."""
_PER_CLUE = 50


class MirrorService:
    """Reads the CRMs' deals into the mirror and answers from it.

    Args:
        connector: Makes the connector of an account; its `close` is called after each reading.
        link_of: Which deal of a CRM one of ours stands for.
    """

    def __init__(
        self,
        store: MirrorStore,
        accounts: AccountStore,
        connector: Callable[[str], CrmConnector],
        link_of: Callable[[str], DealLink | None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._connector = connector
        self._link_of = link_of
        self._clock = clock

    def refresh(self, account_id: str, on_progress: Callable[[int], None], cancel: CancelToken) -> int:
        """Read what changed since the last time, all of it the first time; goes on where a kill broke it off.

        Args:
            on_progress: Told the number of deals read so far, after each page.

        Returns:
            How many deals were read.

        Raises:
            CrmFailure: As the connector; what was read is kept, and the next call goes on behind it.
            Cancelled: Likewise.
        """
        progress = self._store.progress(account_id)
        if progress.cursor is None:
            progress = replace(progress, started_at=self._clock.now_utc())
        connector = self._connector(account_id)
        read = 0
        try:
            while True:
                cancel.raise_if_cancelled()
                page = connector.deals(since=progress.since, cursor=progress.cursor)
                read += len(page.deals)
                progress = replace(progress, cursor=page.cursor)
                if page.cursor is None:
                    progress = self._finished(progress)
                self._store.put_page(account_id, page.deals, progress)
                on_progress(read)
                if page.cursor is None:
                    return read
        finally:
            connector.close()

    def search(self, text: str, limit: int = 50, account_id: str | None = None) -> list[MirroredDeal]:
        """Deals by words, phone, e-mail or INN; the latest ones for an empty text."""
        if not text.strip():
            return self._store.recent(limit, account_id)
        return self._store.search(text, limit, account_id)

    def propose(self, clues: DealClues, limit: int = 6) -> list[tuple[MirroredDeal, DealCandidate]]:
        """Deals of the CRMs that fit a call, the best first, by the same reasons as those of this machine."""
        found: dict[str, MirroredDeal] = {}
        for text in search_texts(clues):
            for item in self._store.search(text, _PER_CLUE):
                found.setdefault(f"{item.account_id} {item.deal.id}", item)
        sought = {phone_key(phone) for phone in clues.phones}
        cards = {key: replace(as_deal(item, sought), id=key) for key, item in found.items()}
        return [(found[candidate.deal.id], candidate) for candidate in judged(clues, cards.values())[:limit]]

    def of(self, account_id: str, remote_id: str) -> MirroredDeal | None:
        """A deal as it was last seen."""
        return self._store.get(account_id, remote_id)

    def adopt(self, account_id: str, remote_id: str) -> str:
        """The local deal that stands for this one and is linked to it. Raises UserFixable ``mirror.unknown``."""
        return self._store.adopt(account_id, remote_id)

    def state(self, account_id: str) -> MirrorProgress:
        """How far the reading is, and how old the mirror."""
        return self._store.progress(account_id)

    def values(self, deal_id: str) -> dict[str, CrmValue]:
        """What stood in the CRM when one of our deals was last looked at, by our keys; {} for one without a link."""
        link = self._link_of(deal_id)
        if link is None:
            return {}
        seen = self._accounts.values(link.account_id, link.remote_id)
        mapped = self._accounts.field_map(link.account_id).fields
        return {item.key: seen[item.remote_key] for item in mapped if item.is_enabled and item.remote_key in seen}

    def look(self, deal_id: str) -> bool:
        """Read the fields of a linked deal now: what a person sees when deciding is what a conflict is judged by.

        Returns:
            Whether something stands there that did not when last looked at; False for a deal without a link.

        Raises:
            CrmFailure: As the connector; what was read before stays. A deal that is gone leaves the mirror.
        """
        link = self._link_of(deal_id)
        field_map = self._accounts.field_map(link.account_id) if link is not None else FieldMap("")
        keys = [item.remote_key for item in field_map.fields if item.is_enabled]
        if link is None or not keys:
            return False
        connector = self._connector(link.account_id)
        try:
            now = connector.read_deal(link.remote_id, keys).values
        except CrmFailure as failure:
            if failure.fault is Fault.NOT_FOUND:
                self._store.mark_gone(link.account_id, link.remote_id)
            raise
        finally:
            connector.close()
        seen = self._accounts.values(link.account_id, link.remote_id)
        if all(key in seen and same(seen[key], now.get(key)) for key in keys):
            return False
        self._accounts.keep_values(link.account_id, link.remote_id, {key: now.get(key) for key in keys})
        return True

    def _finished(self, progress: MirrorProgress) -> MirrorProgress:
        started = progress.started_at or self._clock.now_utc()
        return replace(progress, since=started - _OVERLAP, finished_at=self._clock.now_utc())


def as_deal(item: MirroredDeal, sought_phones: Collection[str] = ()) -> Deal:
    """The deal of a CRM as a card of this machine, with ids that are the CRM's own.

    Args:
        sought_phones: Keys of phones (`phone_key`); a contact's number that is one of them is shown before the others.
    """
    remote = item.deal
    company = Company(remote.company_id or remote.id, remote.company, remote.inn or None) if remote.company else None
    contact = None
    if (person := remote.contact) is not None:
        contact = Contact(
            person.id,
            person.name,
            phone=next(iter(sorted(person.phones, key=lambda phone: phone_key(phone) not in sought_phones)), None),
            email=next(iter(person.emails), None),
            company_id=company.id if company else None,
        )
    return Deal(remote.id, remote.title, company, contact)
