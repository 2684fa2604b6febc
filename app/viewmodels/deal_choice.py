"""Which deal a call may belong to, and why: offered to the person, never chosen for them in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.core.i18n import _
from app.core.ids import new_id
from app.deals.model import Company, Contact, Deal
from app.deals.ports import DealRepository
from app.draft.model import Draft
from app.recording.model import Call

_LIMIT = 6


@dataclass(frozen=True, slots=True)
class DealCandidate:
    """A deal with the reasons that speak for it, the strongest first."""

    deal: Deal
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    deal: Deal
    reasons: list[str] = field(default_factory=list)
    weight: int = 0


def candidates_for(deals: DealRepository, call: Call, draft: Draft | None) -> list[DealCandidate]:
    """Deals that fit by phone, company or name, the best first; empty when nothing fits."""
    found: dict[str, _Found] = {}
    reasons: list[tuple[str | None, int, Callable[[str], str]]] = [
        (call.phone, 4, lambda text: _("номер телефона {text}").format(text=text)),
        (_value(draft, "phone"), 3, lambda text: _("телефон из разговора {text}").format(text=text)),
        (_value(draft, "email"), 3, lambda text: _("почта {text}").format(text=text)),
        (_value(draft, "company_name"), 2, lambda text: _("компания «{text}»").format(text=text)),
        (_value(draft, "contact_name"), 1, lambda text: _("контакт {text}").format(text=text)),
    ]
    for text, weight, reason in reasons:
        if not text:
            continue
        for deal in deals.search(text, _LIMIT):
            entry = found.setdefault(deal.id, _Found(deal))
            entry.weight += weight
            entry.reasons.append(reason(text))
    best = sorted(found.values(), key=lambda entry: -entry.weight)[:_LIMIT]
    return [DealCandidate(entry.deal, tuple(entry.reasons)) for entry in best]


def proposed_deal(call: Call, draft: Draft | None, title: str = "") -> Deal:
    """A new deal as it would be created with the first approval: named after the company, else the contact."""
    company = _value(draft, "company_name")
    contact = _value(draft, "contact_name")
    phone = _value(draft, "phone") or call.phone
    person = (
        Contact(new_id(), contact or phone or "", _value(draft, "contact_role"), phone, _value(draft, "email"))
        if contact or phone
        else None
    )
    return Deal(
        new_id(),
        title.strip() or company or contact or phone or call.recording.original_name,
        Company(new_id(), company) if company else None,
        person,
    )


def _value(draft: Draft | None, key: str) -> str | None:
    found = draft.fields.get(key) if draft else None
    if found is None or found.value is None:
        return None
    return str(found.norm) if key in ("phone", "email") and found.norm else found.value
