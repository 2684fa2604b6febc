"""Which deal a call belongs to: candidates with their reasons, and a new deal proposed, never made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.i18n import _
from app.core.ids import new_id
from app.core.words import folded, words_of
from app.deals.model import Company, Contact, Deal

LEGAL_FORMS = frozenset(
    [
        "ооо",
        "оао",
        "зао",
        "пао",
        "ао",
        "нао",
        "ип",
        "нко",
        "фгуп",
        "гуп",
        "муп",
        "тоо",
        "кфх",
        "llc",
        "ltd",
        "gmbh",
        "inc",
    ]
)
_PHONE, _INN, _EMAIL, _COMPANY, _SIMILAR, _CONTACT = 8, 8, 6, 5, 3, 2
_SIMILAR_FROM = 88
_SURE_FROM = 5
_MAX = 6
_PHONE_DIGITS = 10
_MIN_WORD = 3


@dataclass(frozen=True, slots=True)
class DealClues:
    """What is known of the other side: of the call and from what was drafted; None for what is not.

    Args:
        phones: Numbers of the call and from the talk, in any spelling.
        file_name: Names a deal when nothing else does.
    """

    phones: tuple[str, ...] = ()
    email: str | None = None
    inn: str | None = None
    company: str | None = None
    contact: str | None = None
    contact_role: str | None = None
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class DealCandidate:
    """A deal with the reasons that speak for it, the strongest first.

    Args:
        is_sure: Phone, INN, e-mail or the company's very name fit; else the person should look twice.
    """

    deal: Deal
    reasons: tuple[str, ...] = ()
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class DealProposal:
    """Deals that fit, the best first, and the deal that would be made if the person decides so."""

    candidates: tuple[DealCandidate, ...]
    new_deal: Deal


def propose_deal(clues: DealClues, deals: Iterable[Deal]) -> DealProposal:
    """Candidates among `deals`, and a new deal made of the clues.

    A known company or contact goes into the new deal as it is, so that the CRM gets no second card of it.
    """
    known = list(deals)
    return DealProposal(tuple(judged(clues, known)[:_MAX]), _new_deal(clues, known))


def judged(clues: DealClues, deals: Iterable[Deal]) -> list[DealCandidate]:
    """Those of `deals` that something speaks for, the best first."""
    found = [(weight, candidate) for deal in deals for weight, candidate in [_judge(clues, deal)] if weight]
    found.sort(key=lambda item: -item[0])
    return [candidate for _weight, candidate in found]


def search_texts(clues: DealClues) -> list[str]:
    """What to look for in a store of deals, so that every deal that could fit is among what it finds."""
    texts = [key for phone in clues.phones if (key := phone_key(phone))]
    texts += [text for text in (clues.inn, clues.email) if text]
    for words in (company_key(clues.company or "").split(), words_of(clues.contact or "")):
        # The beginning of a word is enough: a recogniser often errs in endings.
        texts += [word[: max(_MIN_WORD, len(word) - 2)] for word in words if len(word) >= _MIN_WORD]
    return list(dict.fromkeys(texts))


def company_key(name: str) -> str:
    """A company's name for comparing: without legal form, quotes and order of words («ООО «Ромашка»» is «ромашка»)."""
    return " ".join(sorted(word for word in words_of(name) if word not in LEGAL_FORMS))


def phone_key(phone: str) -> str:
    """A phone for comparing: its last ten digits, whatever stands before them; "" for anything shorter."""
    digits = re.sub(r"\D", "", phone)
    return digits[-_PHONE_DIGITS:] if len(digits) >= _PHONE_DIGITS else ""


def _judge(clues: DealClues, deal: Deal) -> tuple[int, DealCandidate]:
    company, contact = deal.company, deal.contact
    found: list[tuple[int, str]] = []
    if contact and contact.phone and phone_key(contact.phone) in _phone_keys(clues):
        found.append((_PHONE, _("телефон {text}").format(text=contact.phone)))
    if company and company.inn and company.inn == clues.inn:
        found.append((_INN, _("ИНН {text}").format(text=company.inn)))
    if contact and contact.email and clues.email and contact.email.lower() == clues.email.lower():
        found.append((_EMAIL, _("почта {text}").format(text=contact.email)))
    if company and clues.company and (weight := _company_weight(clues.company, company.name)):
        reason = _("компания «{text}»") if weight == _COMPANY else _("похожая компания «{text}»")
        found.append((weight, reason.format(text=company.name)))
    if contact and clues.contact and _is_same_person(clues.contact, contact.name):
        found.append((_CONTACT, _("контакт {text}").format(text=contact.name)))
    found.sort(key=lambda item: -item[0])
    is_sure = bool(found) and found[0][0] >= _SURE_FROM
    return sum(weight for weight, _reason in found), DealCandidate(deal, tuple(text for _w, text in found), is_sure)


def _phone_keys(clues: DealClues) -> set[str]:
    return {phone_key(phone) for phone in clues.phones} - {""}


def _company_weight(one: str, other: str) -> int:
    from rapidfuzz import fuzz

    a, b = company_key(one), company_key(other)
    if not a or not b:
        return 0
    if a == b:
        return _COMPANY
    # Figures in a name tell companies apart («Завод № 4», «Завод № 14») where letters are alike.
    if re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return 0
    return _SIMILAR if fuzz.ratio(a, b) >= _SIMILAR_FROM else 0


def _is_same_person(one: str, other: str) -> bool:
    """One name holds the other in any order («Игорь», «Савельев Игорь Петрович»); a given name alone will do."""
    a, b = set(words_of(one)), set(words_of(other))
    return bool(a and b) and (a <= b or b <= a)


def _new_deal(clues: DealClues, known: Sequence[Deal]) -> Deal:
    company = _known_company(clues, known) or (Company(new_id(), clues.company, clues.inn) if clues.company else None)
    phone = next(iter(clues.phones), None)
    contact = _known_contact(clues, known)
    if contact is None and (clues.contact or phone or clues.email):
        contact = Contact(
            new_id(),
            clues.contact or phone or clues.email or "",
            clues.contact_role,
            phone,
            clues.email,
            company.id if company else None,
        )
    title = (company.name if company else None) or (contact.name if contact else None) or clues.file_name
    return Deal(new_id(), title, company, contact)


def _known_company(clues: DealClues, known: Sequence[Deal]) -> Company | None:
    for deal in known:
        if deal.company is None:
            continue
        if clues.inn and deal.company.inn == clues.inn:
            return deal.company
        is_same_name = clues.company and company_key(clues.company) == company_key(deal.company.name)
        # Two companies of one name with different INN are two companies.
        if is_same_name and not (clues.inn and deal.company.inn):
            return deal.company
    return None


def _known_contact(clues: DealClues, known: Sequence[Deal]) -> Contact | None:
    keys = _phone_keys(clues)
    for deal in known:
        contact = deal.contact
        if contact is None or not contact.phone or phone_key(contact.phone) not in keys:
            continue
        # Under a switchboard's number there are several people.
        if not clues.contact or _is_same_person(folded(clues.contact), contact.name):
            return contact
    return None
