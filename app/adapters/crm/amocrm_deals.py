"""The list of amoCRM's deals: walked through by their time of change, and searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.adapters.crm import amocrm_values
from app.adapters.crm.amocrm_answers import (
    changed_s,
    company_of,
    deal_of,
    deleted_deal,
    embedded,
    list_of,
    main_contact,
    next_page,
)
from app.adapters.crm.amocrm_cursor import Cursor
from app.adapters.crm.amocrm_portal import PAGE, AmoPortal
from app.deals.typed_values import read_phone
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import DealPage, RemoteDeal

_FOUND_CARDS = 50


class DealList:
    """Deals of one account with their main contacts and companies."""

    def __init__(self, portal: AmoPortal) -> None:
        self._portal = portal

    def page(self, since: datetime | None, cursor: str | None) -> DealPage:
        """A page by time of change; behind the last one, where `since` is given, come the deals in the bin."""
        at = Cursor.read(cursor) or Cursor.start(since)
        params: dict[str, Any] = {"with": "only_deleted" if at.is_bin else "contacts", "limit": PAGE, "page": at.page}
        params["order[updated_at]"] = "asc"
        if at.from_s:
            params["filter[updated_at][from]"] = at.from_s
        answer = self._portal.read("leads", params)
        found = list_of(answer, "leads")
        behind = at.behind([changed_s(item) for item in found], has_next=next_page(answer.body) is not None)
        deals = tuple(deleted_deal(item) for item in found) if at.is_bin else self._told(found)
        return DealPage(deals, behind.text if behind is not None else None)

    def find(self, text: str, limit: int) -> tuple[RemoteDeal, ...]:
        """Deals by a contact's or company's phone, or by words of the deal, the contact or the company."""
        phone = read_phone(text)
        query = phone[-10:] if phone else text.strip()
        if not query:
            return ()
        leads: dict[str, Mapping[str, Any]] = {}
        if phone is None:
            leads = {str(item["id"]): item for item in self._searched("leads", query, "contacts", limit)}
        ids: dict[str, None] = {}
        for folder in ("contacts", "companies"):
            for card in self._searched(folder, query, "leads", _FOUND_CARDS):
                if phone is None or phone in amocrm_values.contact_of(card).phones:
                    ids |= {str(lead["id"]): None for lead in embedded(card, "leads")}
        others = [key for key in ids if key not in leads][:limit]
        leads |= {str(lead["id"]): lead for lead in self._portal.by_ids("leads", others, {"with": "contacts"})}
        return self._told(list(leads.values())[:limit])

    def _told(self, leads: Sequence[Mapping[str, Any]]) -> tuple[RemoteDeal, ...]:
        """Leads with their contacts and companies, which are read together: two to six requests for a page."""
        contacts = self._by_id("contacts", (main_contact(lead) for lead in leads))
        companies = self._by_id("companies", (company_of(lead) for lead in leads))
        currency = self._portal.terms.currency
        return tuple(
            deal_of(lead, contacts.get(main_contact(lead)), companies.get(company_of(lead)), currency) for lead in leads
        )

    def _by_id(self, folder: str, ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        wanted = list(dict.fromkeys(card_id for card_id in ids if card_id))
        try:
            return {str(card["id"]): card for card in self._portal.by_ids(folder, wanted, {})}
        except CrmFailure as failure:
            if failure.fault is Fault.FORBIDDEN:
                # Deals without names are better than no deals for somebody who may not see contacts.
                return {}
            raise

    def _searched(self, folder: str, query: str, linked: str, limit: int) -> list[Mapping[str, Any]]:
        params = {"query": query, "with": linked, "limit": min(limit, PAGE)}
        try:
            return list_of(self._portal.read(folder, params), folder)
        except CrmFailure as failure:
            if failure.fault is Fault.FORBIDDEN:
                return []
            raise
