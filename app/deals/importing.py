"""From the rows of an export to deals that a person confirms: nothing that is there is changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.clock import Clock
from app.core.i18n import _
from app.core.ids import canonical_json, new_id, text_sha256
from app.core.validation import is_inn
from app.core.words import words_of
from app.deals.cell_checks import email_fault, inn_fault, phone_fault
from app.deals.crm_rows import CrmColumn, CrmRow, CrmTable, read_cell_moment
from app.deals.duplicates import duplicates
from app.deals.exporting import without_apostrophe
from app.deals.hygiene_rules import column_label
from app.deals.local_rows import rows_of
from app.deals.matching import company_key, phone_key
from app.deals.model import Company, Contact, Deal, DealContents
from app.deals.typed_values import read_phone

_TAKEN = (
    *(CrmColumn.DEAL_ID, CrmColumn.TITLE, CrmColumn.CREATED_AT, CrmColumn.COMPANY, CrmColumn.INN),
    *(CrmColumn.CONTACT, CrmColumn.CONTACT_ROLE, CrmColumn.PHONE, CrmColumn.EMAIL),
)
_OLD, _NEW = "old:", "new:"


class RowFate(StrEnum):
    """What becomes of a row: taken, taken when the person says so, left."""

    READ = "read"
    DOUBTFUL = "doubtful"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of the file.

    Args:
        number: As a spreadsheet counts it.
        text: What identifies it for a person.
        reasons: Why it is doubtful or skipped, and what of it is not taken.
        deal: What would be made of it; None for a skipped one.
    """

    number: int
    text: str
    fate: RowFate
    reasons: tuple[str, ...] = ()
    deal: Deal | None = None


@dataclass(frozen=True, slots=True)
class DealImport:
    """A file as it is understood.

    Args:
        notes: What a person should know of the file as a whole.
    """

    file: str
    read_as: str
    rows: tuple[ImportedRow, ...]
    notes: tuple[str, ...] = ()

    def count(self, fate: RowFate) -> int:
        return sum(row.fate is fate for row in self.rows)

    def deals(self, *, has_doubtful: bool) -> list[Deal]:
        """The deals that would be created."""
        wanted = (RowFate.READ, RowFate.DOUBTFUL) if has_doubtful else (RowFate.READ,)
        return [row.deal for row in self.rows if row.fate in wanted and row.deal is not None]


def deals_of_table(table: CrmTable, known: Sequence[DealContents], file: str, clock: Clock) -> DealImport:
    """What the rows of a file become beside the deals that are there."""
    rows = [_clean(row) for row in table.rows]
    old = rows_of(known, (), clock)
    twins = _twins(old, rows)
    cards = _Cards(known)
    ids = {one.deal.id for one in known}
    made = tuple(_imported(row, twins, ids, cards, clock) for row in rows)
    left = [heading for column, heading in table.columns.items() if column not in _TAKEN]
    others = list(dict.fromkeys(heading for row in rows for heading in row.extra))
    notes = []
    if left or others:
        text = _("Не переносятся (значения полей вносит только виза): {names}.")
        notes.append(text.format(names=", ".join((*left, *others))))
    return DealImport(file, table.read_as, made, tuple(notes))


class _Cards:
    """Companies and contacts that are there, with those that this import adds: nobody gets a second card."""

    def __init__(self, known: Sequence[DealContents]) -> None:
        self._by_inn: dict[str, Company] = {}
        self._by_name: dict[str, Company] = {}
        self._by_phone: dict[str, list[Contact]] = {}
        self._people: dict[tuple[str, str | None], Contact] = {}
        for one in known:
            if one.deal.company:
                self._add_company(one.deal.company)
            if one.deal.contact:
                self._add_contact(one.deal.contact)

    def company(self, name: str, inn: str | None) -> tuple[Company | None, str]:
        """The company's card, and what is not taken over into it."""
        if not name and not inn:
            return None, ""
        found = self._by_inn.get(inn or "") or self._by_name.get(company_key(name))
        # Two companies of one name with different INN are two companies.
        if found is not None and not (inn and found.inn and inn != found.inn):
            is_new = bool(inn and not found.inn)
            return found, _("в карточку компании ИНН не дописывается: она не меняется") if is_new else ""
        made = Company(new_id(), name or inn or "", inn)
        self._add_company(made)
        return made, ""

    def contact(self, row: CrmRow, phone: str | None, company: Company | None) -> tuple[Contact | None, str]:
        """The person's card, and what is not taken over into it."""
        name, email = row.text(CrmColumn.CONTACT), row.text(CrmColumn.EMAIL).lower() or None
        if not name and not phone and not email:
            return None, ""
        key = phone_key(phone or "")
        words = set(words_of(name))
        for known in self._by_phone.get(key, []) if key else []:
            its = set(words_of(known.name))
            if not words or words <= its or its <= words:
                return known, _differences(known, row, email)
        same = self._people.get((_folded_name(name), company.id)) if name and company else None
        if same is not None and not (key and same.phone):
            return same, _differences(same, row, email)
        shown = name or phone or email or ""
        made = Contact(
            new_id(), shown, row.text(CrmColumn.CONTACT_ROLE) or None, phone, email, company.id if company else None
        )
        self._add_contact(made)
        return made, ""

    def _add_company(self, company: Company) -> None:
        if company.inn:
            self._by_inn.setdefault(company.inn, company)
        if key := company_key(company.name):
            self._by_name.setdefault(key, company)

    def _add_contact(self, contact: Contact) -> None:
        if key := phone_key(contact.phone or ""):
            self._by_phone.setdefault(key, []).append(contact)
        self._people.setdefault((_folded_name(contact.name), contact.company_id), contact)


def _imported(row: CrmRow, twins: dict[str, str], ids: set[str], cards: _Cards, clock: Clock) -> ImportedRow:
    text = " · ".join(filter(None, map(row.text, (CrmColumn.TITLE, CrmColumn.COMPANY, CrmColumn.CONTACT))))
    if not any(map(row.text, (CrmColumn.TITLE, CrmColumn.COMPANY, CrmColumn.CONTACT, CrmColumn.PHONE))):
        return ImportedRow(row.number, text, RowFate.SKIPPED, (_("нет ни сделки, ни компании, ни контакта"),))
    deal_id = _identity(row)
    if row.cells.get(CrmColumn.DEAL_ID) in ids:
        deal_id = row.cells[CrmColumn.DEAL_ID]
    twin = twins.get(f"{_NEW}{row.number}", "")
    if deal_id in ids:
        return ImportedRow(row.number, text, RowFate.SKIPPED, (_("такая сделка уже загружена"),))
    if twin.startswith(_OLD):
        reason = _("сделка уже есть: {title}").format(title=twin.removeprefix(_OLD))
        return ImportedRow(row.number, text, RowFate.SKIPPED, (reason,))
    ids.add(deal_id)
    doubts, phone = _doubts(row)
    if twin:
        number, _colon, why = twin.partition(":")
        doubts.append(_("похоже на строку {number}: {why}").format(number=number, why=why))
    inn = row.text(CrmColumn.INN)
    company, kept = cards.company(row.text(CrmColumn.COMPANY), inn if is_inn(inn) else None)
    contact, kept_too = cards.contact(row, phone, company)
    title = row.text(CrmColumn.TITLE) or (company.name if company else contact.name if contact else "")
    deal = Deal(deal_id, title, company, contact, _created(row, clock))
    fate = RowFate.DOUBTFUL if doubts else RowFate.READ
    return ImportedRow(row.number, text, fate, tuple(filter(None, (*doubts, kept, kept_too))), deal)


def _doubts(row: CrmRow) -> tuple[list[str], str | None]:
    """What of a row is not as it should be, and its phone in the spelling of the local CRM."""
    doubts = []
    for column, check in (
        (CrmColumn.INN, inn_fault),
        (CrmColumn.PHONE, phone_fault),
        (CrmColumn.EMAIL, email_fault),
        (CrmColumn.CREATED_AT, lambda text: read_cell_moment(text).why_not),
    ):
        text = row.text(column)
        if text and (why := check(text)):
            doubts.append(f"{column_label(column)}: {why}")
    phone = row.text(CrmColumn.PHONE)
    return doubts, (read_phone(phone) or phone) if phone else None


def _differences(known: Contact, row: CrmRow, email: str | None) -> str:
    """What the file says of a person that the card does not: it is shown, the card stays."""
    pairs = (
        (CrmColumn.EMAIL, email, (known.email or "").lower() or None),
        (CrmColumn.CONTACT_ROLE, row.text(CrmColumn.CONTACT_ROLE) or None, known.role),
    )
    other = [column_label(column) for column, new, old in pairs if new and new != old]
    text = _("карточка контакта «{name}» не меняется: в файле другое ({names})")
    return text.format(name=known.name, names=", ".join(other)) if other else ""


def _twins(old: Sequence[CrmRow], new: Sequence[CrmRow]) -> dict[str, str]:
    """For rows that are a deal again: ``old:`` and its title, or the number of the earlier row and the reason."""
    marked = [CrmRow(row.number, f"{_OLD}{row.number}", row.cells) for row in old]
    marked += [CrmRow(row.number, f"{_NEW}{row.number}", row.cells) for row in new]
    titles = {f"{_OLD}{row.number}": row.text(CrmColumn.TITLE) for row in old}
    twins: dict[str, str] = {}
    for group in duplicates(marked):
        first = next((deal_id for deal_id in group.deal_ids if deal_id in titles), "")
        fresh = [deal_id for deal_id in group.deal_ids if deal_id not in titles]
        for deal_id in fresh if first else fresh[1:]:
            twins[deal_id] = f"{_OLD}{titles[first]}" if first else f"{fresh[0].removeprefix(_NEW)}:{group.why}"
    return twins


def _clean(row: CrmRow) -> CrmRow:
    """What the program's own export put before a formula's sign goes away again."""
    cells = {column: without_apostrophe(text) for column, text in row.cells.items()}
    return CrmRow(row.number, row.deal_id, cells, row.extra)


def _identity(row: CrmRow) -> str:
    """The same row of the same export gives the same deal; the program's own export names the deal itself."""
    number = row.cells.get(CrmColumn.DEAL_ID, "")
    parts = [number, *(row.text(column) for column in _TAKEN if column is not CrmColumn.DEAL_ID)]
    return f"file-{text_sha256(canonical_json(parts))[:24]}"


def _created(row: CrmRow, clock: Clock) -> datetime | None:
    moment = read_cell_moment(row.text(CrmColumn.CREATED_AT)).moment if row.text(CrmColumn.CREATED_AT) else None
    return moment.replace(tzinfo=clock.local(clock.now_utc()).tzinfo) if moment else None


def _folded_name(name: str) -> str:
    return " ".join(sorted(words_of(name)))
