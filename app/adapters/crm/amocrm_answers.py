"""amoCRM's answers, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.adapters.crm import amocrm_values
from app.adapters.crm.amocrm_values import LOST, WON
from app.adapters.crm.transport import Answer
from app.delivery import faults
from app.delivery.model import Money, RemoteDeal


def deal_of(
    lead: Mapping[str, Any],
    contact: Mapping[str, Any] | None,
    company: Mapping[str, Any] | None,
    currency: str,
) -> RemoteDeal:
    """A deal out of its card and those of its main contact and company, where they were read."""
    stage = str(lead.get("status_id") or "")
    price = amocrm_values.decimal_of(lead.get("price") or "")
    return RemoteDeal(
        str(lead["id"]),
        str(lead.get("name") or ""),
        stage,
        str(lead.get("pipeline_id") or ""),
        Money(price, currency) if price else None,
        company_of(lead),
        str((company or {}).get("name") or ""),
        amocrm_values.inn_of(company) if company else "",
        amocrm_values.contact_of(contact) if contact else None,
        str(lead.get("responsible_user_id") or ""),
        amocrm_values.instant(lead.get("updated_at")),
        stage in (WON, LOST),
        bool(lead.get("is_deleted")),
    )


def deleted_deal(lead: Mapping[str, Any]) -> RemoteDeal:
    """A deal out of the bin: amoCRM tells little more than its id."""
    moment = amocrm_values.instant(lead.get("updated_at"))
    return RemoteDeal(str(lead["id"]), str(lead.get("name") or ""), updated_at=moment, is_gone=True)


def main_contact(lead: Mapping[str, Any]) -> str:
    """Id of the main contact, else of the first; "" without one."""
    contacts = embedded(lead, "contacts")
    main = next((item for item in contacts if item.get("is_main")), contacts[0] if contacts else {})
    return str(main.get("id") or "")


def company_of(lead: Mapping[str, Any]) -> str:
    """Id of the company; "" without one."""
    companies = embedded(lead, "companies")
    return str(companies[0].get("id") or "") if companies else ""


def note_text(note: Mapping[str, Any]) -> str:
    """The words of an ordinary note."""
    params = note.get("params")
    return str(params.get("text") or "") if isinstance(params, Mapping) else ""


def number_of(text: str) -> int:
    """amoCRM's ids are numbers. Raises CrmFailure for anything else: there is no such card."""
    if not text.isdecimal():
        raise faults.not_found("not an id of amoCRM")
    return int(text)


def made(body: Any, key: str) -> str:
    """Id of what was made. Raises ``Fault.UNKNOWN`` when the answer does not tell it: it may have been made."""
    found = embedded(body, key)
    if not found:
        # It was taken; only its number is not known, so it is looked up by its mark.
        raise faults.unknown("an answer without an id")
    return str(found[0]["id"])


def card_of(answer: Answer) -> Mapping[str, Any] | None:
    """A card; None for 204, which amoCRM answers for an unknown id. Raises CrmFailure for anything that is none."""
    if answer.status == 204:
        return None
    if not isinstance(answer.body, Mapping):
        raise faults.unexpected(f"{answer.status} without a card")
    return answer.body


def list_of(answer: Answer, key: str) -> list[Mapping[str, Any]]:
    """A page of a list; empty for 204.

    Raises:
        CrmFailure: An answer without such a list: «nothing found» must never be read out of something else, for a
            look-up that finds nothing leads to a second sending.
    """
    body = card_of(answer)
    if body is None:
        return []
    inside = body.get("_embedded")
    if inside != [] and not (isinstance(inside, Mapping) and isinstance(inside.get(key), list)):
        raise faults.unexpected(f"{answer.status} without a list")
    return embedded(body, key)


def embedded(body: Any, key: str) -> list[Mapping[str, Any]]:
    """Cards inside of a card or answer that have an id; an empty object may be written as an empty list."""
    inside = body.get("_embedded") if isinstance(body, Mapping) else None
    found = inside.get(key) if isinstance(inside, Mapping) else None
    items = found if isinstance(found, list) else []
    return [item for item in items if isinstance(item, Mapping) and str(item.get("id")).isdecimal()]


def next_page(body: Any) -> str | None:
    """Address of the next page; None behind the last."""
    links = body.get("_links") if isinstance(body, Mapping) else None
    following = links.get("next") if isinstance(links, Mapping) else None
    href = following.get("href") if isinstance(following, Mapping) else None
    return href if isinstance(href, str) and href else None


def changed_s(card: Mapping[str, Any]) -> int:
    """When a card was changed, Unix seconds; 0 where that is not told."""
    moment = amocrm_values.instant(card.get("updated_at"))
    return int(moment.timestamp()) if moment is not None else 0
