"""Bitrix24's fields and values in our spelling, and ours in its. Pure.

Source: the vendor's pages "CRM object fields" and "Data types" (August 2026).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from app.deals.typed_values import read_phone
from app.delivery.model import (
    CrmValue,
    Entity,
    Money,
    RemoteContact,
    RemoteDeal,
    RemoteField,
    RemoteOption,
    RemoteType,
)

DEAL, CONTACT, COMPANY = 2, 3, 4
"""Numbers of the kinds of cards."""
ENTITY_IDS = {Entity.DEAL: DEAL, Entity.CONTACT: CONTACT, Entity.COMPANY: COMPANY}
NUMBERS = {RemoteType.PHONES: "PHONE", RemoteType.EMAILS: "EMAIL"}
"""Fields with many values: they are no fields of `crm.item.*`, but kinds of the one field «fm»."""

_AMOUNT = "opportunity"
_ROUBLE = "RUB"
_TYPES = {
    "string": RemoteType.TEXT,
    "text": RemoteType.TEXT,
    "url": RemoteType.TEXT,
    "integer": RemoteType.NUMBER,
    "double": RemoteType.NUMBER,
    "money": RemoteType.MONEY,
    "date": RemoteType.DATE,
    "datetime": RemoteType.DATETIME,
    "boolean": RemoteType.BOOL,
    "enumeration": RemoteType.OPTION,
    "crm_status": RemoteType.OPTION,
    "user": RemoteType.LINK,
    "employee": RemoteType.LINK,
    "crm_company": RemoteType.LINK,
    "crm_contact": RemoteType.LINK,
}
# Read-only in effect: they are told as writable, but belong to the card's own machinery.
_INNER = frozenset({"id", "currencyId", "isManualOpportunity", "categoryId", "contacts", "companies", "fm"})
_NO, _YES = ("N", "0", "FALSE"), ("Y", "1", "TRUE")


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What is needed to read and write the values of a field.

    Args:
        key: The portal's own key, without the entity.
        label: As people of the portal know it.
    """

    key: str
    type: RemoteType
    label: str = ""


def entity_of(key: str) -> tuple[Entity, str]:
    """Whose field a key of ours is, and its key there: ("contact", "PHONE") of "contact.PHONE"."""
    entity, dot, rest = key.partition(".")
    return (Entity(entity), rest) if dot and entity in (Entity.CONTACT, Entity.COMPANY) else (Entity.DEAL, key)


def key_of(entity: Entity, own: str) -> str:
    return own if entity is Entity.DEAL else f"{entity}.{own}"


def kind_of(own: str, told: Mapping[str, Any]) -> FieldKind:
    """The kind of a field as `crm.item.fields` tells it."""
    kind = str(told.get("type") or "")
    found = _TYPES.get(kind, RemoteType.OTHER)
    if own == _AMOUNT:
        found = RemoteType.MONEY
    elif own == "stageId":
        found = RemoteType.STAGE
    elif _is_yes(told.get("isMultiple")):
        # Several texts or dates in one field have no counterpart in a draft.
        found = RemoteType.OPTIONS if found is RemoteType.OPTION else RemoteType.OTHER
    return FieldKind(own, found, str(told.get("title") or own))


def fields_of(
    entity: Entity,
    told: Mapping[str, Mapping[str, Any]],
    own_fields: Sequence[Mapping[str, Any]],
    statuses: Mapping[str, Sequence[RemoteOption]],
    number_labels: Mapping[str, str],
) -> list[RemoteField]:
    """Fields of one kind of card.

    Args:
        told: As `crm.item.fields` tells them.
        own_fields: The company's own fields with options, as `crm.*.userfield.list` tells them.
        statuses: Options of the portal's lists ("SOURCE").
        number_labels: Labels of «PHONE» and «EMAIL»; empty for a card without them.
    """
    lists = {str(field.get("FIELD_NAME")): field for field in own_fields}
    found: list[RemoteField] = []
    for own, facts in told.items():
        kind = kind_of(own, facts)
        upper = str(facts.get("upperName") or "")
        own_field = lists.get(upper, {})
        options = _options(own_field.get("LIST")) or _options(facts.get("items"))
        if kind.type in (RemoteType.OPTION, RemoteType.STAGE) and not options:
            options = tuple(statuses.get(str(facts.get("statusType") or ""), ()))
        label = kind.label
        if label in (own, upper) or not label:
            label = str(own_field.get("EDIT_FORM_LABEL") or own_field.get("LIST_COLUMN_LABEL") or own)
        found.append(
            RemoteField(
                key_of(entity, own),
                label,
                kind.type,
                entity,
                options,
                is_required=_is_yes(facts.get("isRequired")) or _is_yes(own_field.get("MANDATORY")),
                is_readonly=own in _INNER or _is_yes(facts.get("isReadOnly")) or _is_yes(facts.get("isImmutable")),
            )
        )
    for kind_type, own in NUMBERS.items():
        if own in number_labels:
            found.append(RemoteField(key_of(entity, own), number_labels[own] or own, kind_type, entity))
    return found


def read_value(kind: FieldKind, card: Mapping[str, Any]) -> CrmValue:
    """The value of a field of a card, in our spelling."""
    if kind.type in NUMBERS:
        return numbers_of(card, kind.type)
    raw = card.get(kind.key)
    if kind.key == _AMOUNT:
        # An amount that was never entered is told as 0.
        return _money(raw, str(card.get("currencyId") or _ROUBLE))
    return _READERS.get(kind.type, _text)(raw)


def written_value(kind: FieldKind, value: CrmValue, zone: tzinfo) -> dict[str, Any]:
    """What `crm.item.update` must be given for a value of ours; several keys for an amount.

    Args:
        zone: The portal's.
    """
    if kind.key == _AMOUNT:
        amount = value if isinstance(value, Money) else Money(value if isinstance(value, Decimal) else Decimal(0))
        # Without it the portal counts the amount anew from the products and drops ours.
        manual: dict[str, Any] = {_AMOUNT: _plain_number(amount.amount), "isManualOpportunity": "Y"}
        return {**manual, "currencyId": amount.currency} if value is not None else manual
    return {kind.key: _written(kind.type, value, zone)}


def numbers_of(card: Mapping[str, Any], kind: RemoteType) -> CrmValue:
    """Phones or e-mails of a contact or company."""
    return tuple(sorted({spelt for _id_, spelt in rows_of_numbers(card, kind)})) or None


def rows_of_numbers(card: Mapping[str, Any], kind: RemoteType) -> list[tuple[str, str]]:
    """Ids and values of a card's phones or e-mails."""
    rows = card.get("fm") or ()
    values = rows.values() if isinstance(rows, dict) else rows
    own = [row for row in values if isinstance(row, dict) and row.get("typeId") == NUMBERS[kind]]
    spelt = ((str(row.get("id") or ""), spell_number(kind, str(row.get("value") or ""))) for row in own)
    return [(row_id, text) for row_id, text in spelt if text]


def spell_number(kind: RemoteType, text: str) -> str:
    """A phone as "+7…", an e-mail in small letters; a phone that is none stays as it is."""
    if kind is RemoteType.EMAILS:
        return text.strip().lower()
    return read_phone(text) or "".join(sign for sign in text if sign.isdigit() or sign == "+")


def deal_of(
    item: Mapping[str, Any],
    contacts: Mapping[str, Mapping[str, Any]],
    companies: Mapping[str, Mapping[str, Any]],
    inns: Mapping[str, str],
) -> RemoteDeal:
    """A deal of a list with its contact and company, each by id."""
    contact = contacts.get(contact_id_of(item))
    company_id = _id(item.get("companyId")) or ""
    amount = _money(item.get(_AMOUNT), str(item.get("currencyId") or _ROUBLE))
    return RemoteDeal(
        id=str(item.get("id")),
        title=_text(item.get("title")) or "",
        stage_id=_id(item.get("stageId")) or "",
        pipeline_id=str(item.get("categoryId") or 0),
        amount=amount,
        company_id=company_id,
        company=_text(companies.get(company_id, {}).get("title")) or "",
        inn=inns.get(company_id, ""),
        contact=contact_of(contact) if contact else None,
        owner_id=_id(item.get("assignedById")) or "",
        updated_at=_instant(item.get("updatedTime")),
        is_closed=item.get("closed") == "Y" or item.get("stageSemanticId") in ("S", "F"),
    )


def contact_id_of(item: Mapping[str, Any]) -> str:
    """The deal's first contact; "" without one."""
    return _id(item.get("contactId")) or next(
        (found for raw in _list(item.get("contactIds")) if (found := _id(raw))), ""
    )


def contact_of(card: Mapping[str, Any]) -> RemoteContact:
    names = (_text(card.get(part)) for part in ("lastName", "name", "secondName"))
    return RemoteContact(
        str(card.get("id")),
        " ".join(filter(None, names)),
        _tuple(numbers_of(card, RemoteType.PHONES)),
        _tuple(numbers_of(card, RemoteType.EMAILS)),
    )


def by_id(cards: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(card.get("id")): card for card in cards}


def _written(kind: RemoteType, value: CrmValue, zone: tzinfo) -> Any:
    if value is None:
        return [] if kind is RemoteType.OPTIONS else ""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    writer = _WRITERS.get(type(value))
    return writer(value) if writer else value


def _options(rows: Any) -> tuple[RemoteOption, ...]:
    values = rows.values() if isinstance(rows, dict) else rows or ()
    pairs = ((_id(row.get("ID")), _text(row.get("VALUE"))) for row in values if isinstance(row, dict))
    return tuple(RemoteOption(option, label or option) for option, label in pairs if option)


def _plain_number(amount: Decimal) -> int | float:
    """JSON knows no decimals; up to 15 digits come back from a float as they went in."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _number(raw: Any) -> Decimal | None:
    if raw is None or raw == "" or isinstance(raw, bool):
        return None
    try:
        return Decimal(str(raw))
    except InvalidOperation:
        return None


def _money(raw: Any, currency: str) -> Money | None:
    amount = _number(raw)
    return Money(amount, currency) if amount else None


def _moment(raw: Any) -> datetime | None:
    if not raw or not isinstance(raw, str):
        return None
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        try:
            moment = datetime.strptime(raw, "%d.%m.%Y")  # noqa: DTZ007 - a day, as old fields are spelt
        except ValueError:
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _bool(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    word = str(raw if raw is not None else "").upper()
    return True if word in _YES else False if word in _NO else None


def _is_yes(raw: Any) -> bool:
    return _bool(raw) is True


def _id(raw: Any) -> str | None:
    return str(raw) if raw not in (None, "", 0, "0", False) and not isinstance(raw, list | dict) else None


def _list(raw: Any) -> list[Any]:
    if isinstance(raw, list):
        return raw
    return list(raw.values()) if isinstance(raw, dict) else [] if raw in (None, "", False) else [raw]


def _text(raw: Any) -> str | None:
    if raw is None or raw is False or isinstance(raw, list | dict):
        return None
    return str(raw).strip() or None


def _tuple(value: CrmValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _money_of_field(raw: Any) -> Money | None:
    amount, _bar, currency = str(raw or "").partition("|")
    return _money(amount, currency or _ROUBLE)


def _day(raw: Any) -> date | None:
    # The day is that of the portal's own zone, in which it was written.
    moment = _moment(raw)
    return moment.date() if moment else None


def _instant(raw: Any) -> datetime | None:
    moment = _moment(raw)
    return moment.astimezone(UTC) if moment else None


def _ids(raw: Any) -> tuple[str, ...] | None:
    return tuple(sorted(filter(None, (_id(item) for item in _list(raw))))) or None


_READERS: dict[RemoteType, Callable[[Any], CrmValue]] = {
    RemoteType.MONEY: _money_of_field,
    RemoteType.NUMBER: _number,
    RemoteType.DATE: _day,
    RemoteType.DATETIME: _instant,
    RemoteType.BOOL: _bool,
    RemoteType.OPTIONS: _ids,
    RemoteType.OPTION: _id,
    RemoteType.STAGE: _id,
    RemoteType.LINK: _id,
}
_WRITERS: dict[type, Callable[[Any], Any]] = {
    bool: lambda value: "Y" if value else "N",
    Money: lambda value: f"{_plain_number(value.amount)}|{value.currency}",
    Decimal: _plain_number,
    date: date.isoformat,
    tuple: list,
}
