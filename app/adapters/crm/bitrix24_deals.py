"""Bitrix24's deals: pages in the order of their change, and those that fit a phone, an e-mail or words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.adapters.crm import bitrix24_values as values
from app.adapters.crm.bitrix24_portal import PAGE, Params, Portal, items_of
from app.delivery.faults import Fault
from app.delivery.model import DealPage, RemoteDeal, RemoteType

_DEAL_KEYS = (
    *("id", "title", "stageId", "stageSemanticId", "categoryId", "closed", "updatedTime", "assignedById"),
    *("opportunity", "currencyId", "companyId", "contactId", "contactIds"),
)
_MOST_IDS = 200
_WORDS = re.compile(r"[\w@.+-]+")
_INN = re.compile(r"\d{10}|\d{12}")


class DealList:
    """The deals of one portal that this person may see."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def page(self, since: datetime | None, cursor: str | None) -> DealPage:
        """As `CrmConnector.deals`."""
        question: dict[str, Any] = {"entityTypeId": values.DEAL, "select": list(_DEAL_KEYS), "start": -1}
        if since is None:
            question |= {"filter": {">id": int(cursor or 0)}, "order": {"id": "ASC"}}
        else:
            moment, _bar, last = (cursor or "").partition("|")
            # A second may hold more deals than a page: within it the id goes on.
            behind = {
                "logic": "OR",
                "0": {">updatedTime": moment},
                "1": {">=updatedTime": moment, "<=updatedTime": moment, ">id": int(last or 0)},
            }
            question["filter"] = {"0": behind} if cursor else {">=updatedTime": since.isoformat(timespec="seconds")}
            question["order"] = {"updatedTime": "ASC", "id": "ASC"}
        items = items_of(self._portal.read("crm.item.list", question))
        following = None
        if len(items) >= PAGE:
            last_item = items[-1]
            following = str(last_item["id"]) if since is None else f"{last_item['updatedTime']}|{last_item['id']}"
        return DealPage(self._deals_of(items), following)

    def find(self, text: str, limit: int) -> tuple[RemoteDeal, ...]:
        """As `CrmConnector.find_deals`, the newest first."""
        way = self._way_to_deals(text)
        if way is None:
            return ()
        question: Params = {
            "entityTypeId": values.DEAL,
            "select": list(_DEAL_KEYS),
            "filter": way,
            "order": {"id": "DESC"},
            "start": -1,
        }
        return self._deals_of(items_of(self._portal.read("crm.item.list", question))[:limit])

    def _deals_of(self, items: Sequence[Mapping[str, Any]]) -> tuple[RemoteDeal, ...]:
        """Deals with their contacts and companies, which are read for the whole page in one request."""
        contacts = set(_ids(values.contact_id_of(item) for item in items))
        companies = set(_ids(item.get("companyId") for item in items if item.get("companyId")))
        questions: dict[str, tuple[str, Params]] = {}
        if contacts:
            questions["contacts"] = _cards(values.CONTACT, contacts)
        if companies:
            questions["companies"] = _cards(values.COMPANY, companies)
            questions["inns"] = ("crm.requisite.list", _requisites({"@ENTITY_ID": sorted(companies)}))
        found, failed = self._portal.batch(questions) if questions else ({}, {})
        for failure in failed.values():
            # What this person may not see is left out of the card; the deal is still theirs.
            if failure.fault is not Fault.FORBIDDEN:
                raise failure
        people = values.by_id(items_of(found.get("contacts")))
        firms = values.by_id(items_of(found.get("companies")))
        inns = {str(row["ENTITY_ID"]): str(row["RQ_INN"]) for row in items_of(found.get("inns")) if row.get("RQ_INN")}
        return tuple(values.deal_of(item, people, firms, inns) for item in items)

    def _way_to_deals(self, text: str) -> dict[str, Any] | None:
        """The filter of deals that fit a phone, an e-mail or words; None where no deal can."""
        words = _WORDS.findall(text)
        phone = values.spell_number(RemoteType.PHONES, text)
        if phone.startswith("+") and len(phone) >= 11:
            contacts, companies = self._by_number("PHONE", list(dict.fromkeys((phone, phone.replace("+7", "8", 1)))))
        elif len(words) == 1 and "@" in words[0]:
            contacts, companies = self._by_number("EMAIL", [words[0].lower()])
        elif words:
            contacts, companies = self._by_name(words)
        else:
            return None
        if _INN.fullmatch(text.strip()):
            # It may look like a phone of Kazakhstan at the same time.
            companies = [*companies, *self._by_inn(text.strip())]
        ways: list[dict[str, Any]] = []
        if contacts:
            ways.append({"@contactId": contacts})
        if companies:
            ways.append({"@companyId": companies})
        if words and not phone.startswith("+") and "@" not in text:
            ways.append({str(index): {"%title": word} for index, word in enumerate(words)})
        return {"0": {"logic": "OR", **{str(index): way for index, way in enumerate(ways)}}} if ways else None

    def _by_number(self, kind: str, spellings: list[str]) -> tuple[list[int], list[int]]:
        question = {"type": kind, "values": spellings}
        found, failed = self._portal.batch(
            {name: ("crm.duplicate.findbycomm", {"entity_type": name, **question}) for name in ("CONTACT", "COMPANY")}
        )
        if len(failed) == 2:
            raise failed["CONTACT"]
        return _duplicates(found.get("CONTACT"), "CONTACT"), _duplicates(found.get("COMPANY"), "COMPANY")

    def _by_inn(self, inn: str) -> list[int]:
        rows = self._portal.read("crm.requisite.list", _requisites({"RQ_INN": inn}))
        return _ids(row.get("ENTITY_ID") for row in items_of(rows))

    def _by_name(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        person: dict[str, Any] = {}
        for index, word in enumerate(words):
            person[str(index)] = {"logic": "OR", "0": {"%name": word}, "1": {"%lastName": word}}
        firm = {str(index): {"%title": word} for index, word in enumerate(words)}
        found, _failed = self._portal.batch(
            {
                "contacts": _named(values.CONTACT, person),
                "companies": _named(values.COMPANY, firm),
            }
        )
        people, firms = (items_of(found.get(name)) for name in ("contacts", "companies"))
        return _ids(row.get("id") for row in people), _ids(row.get("id") for row in firms)


def _cards(entity_number: int, ids: Iterable[int]) -> tuple[str, Params]:
    # Without `select`, since phones and e-mails come only then.
    return "crm.item.list", {"entityTypeId": entity_number, "filter": {"@id": sorted(ids)}, "start": -1}


def _requisites(condition: Params) -> Params:
    return {"filter": {"ENTITY_TYPE_ID": values.COMPANY, **condition}, "select": ["ENTITY_ID", "RQ_INN"]}


def _named(entity_number: int, condition: Params) -> tuple[str, Params]:
    return "crm.item.list", {"entityTypeId": entity_number, "select": ["id"], "filter": condition, "start": -1}


def _duplicates(told: Any, kind: str) -> list[int]:
    # Nothing found is a list, something is a map.
    return _ids(told.get(kind) or ()) if isinstance(told, dict) else []


def _ids(found: Iterable[Any]) -> list[int]:
    return [int(item) for item in found if str(item).isdigit()][:_MOST_IDS]
