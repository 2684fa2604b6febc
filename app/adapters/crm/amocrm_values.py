"""amoCRM's fields and values in our spelling, and back.

Source: the field types and value models of amoCRM's API v4 and of its official PHP client. Times are Unix seconds; a
day is written as "2026-12-01" and read in the account's time zone, unless it is midnight in UTC, as amoCRM's own
examples are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core import validation
from app.core.i18n import _
from app.deals.typed_values import read_phone
from app.delivery.model import (
    CrmValue,
    Entity,
    Money,
    RemoteContact,
    RemoteField,
    RemoteOption,
    RemoteType,
)

FOLDERS = {Entity.DEAL: "leads", Entity.CONTACT: "contacts", Entity.COMPANY: "companies"}
WON, LOST = "142", "143"
"""The closing stages: the same two in every pipeline."""
_DAY_S = 86_400
_TYPES = {
    "text": RemoteType.TEXT,
    "textarea": RemoteType.TEXT,
    "streetaddress": RemoteType.TEXT,
    "url": RemoteType.TEXT,
    "numeric": RemoteType.NUMBER,
    "price": RemoteType.MONEY,
    "monetary": RemoteType.MONEY,
    "checkbox": RemoteType.BOOL,
    "select": RemoteType.OPTION,
    "radiobutton": RemoteType.OPTION,
    "multiselect": RemoteType.OPTIONS,
    "date": RemoteType.DATE,
    "birthday": RemoteType.DATE,
    "date_time": RemoteType.DATETIME,
}
_MULTITEXT = {"PHONE": RemoteType.PHONES, "EMAIL": RemoteType.EMAILS}
_SEVERAL = (RemoteType.PHONES, RemoteType.EMAILS, RemoteType.OPTIONS)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the account decides about values: its currency, its time zone, whether reasons of loss are kept."""

    currency: str = "RUB"
    zone: tzinfo = UTC
    has_loss_reasons: bool = False


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field with its number at amoCRM; 0 for one that stands in the card itself ("price")."""

    remote: RemoteField
    number: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A deal, contact or company as amoCRM told it, with what it takes to change it."""

    entity: Entity
    id: str
    body: Mapping[str, Any] = field(default_factory=dict)

    def items(self, number: int) -> list[Mapping[str, Any]]:
        """The values of a field as they stand, in amoCRM's spelling."""
        return next((_items(entry) for entry in _entries(self.body) if entry.get("field_id") == number), [])


def terms_of(account: Mapping[str, Any]) -> Terms:
    """The account's terms out of `GET /account?with=datetime_settings`."""
    embedded = account.get("_embedded")
    times = embedded.get("datetime_settings") if isinstance(embedded, Mapping) else None
    zone = _zone(times) if isinstance(times, Mapping) else UTC
    return Terms(str(account.get("currency") or "RUB"), zone, bool(account.get("is_loss_reason_enabled")))


def card_fields(entity: Entity) -> list[OwnField]:
    """The fields that every card has; stages and reasons of loss come from their own lists."""
    if entity is not Entity.DEAL:
        label = _("Имя контакта") if entity is Entity.CONTACT else _("Название компании")
        return [OwnField(RemoteField(f"{entity.value}.name", label, RemoteType.TEXT, entity), name="name")]
    return [
        OwnField(RemoteField("name", _("Название сделки"), RemoteType.TEXT), name="name"),
        OwnField(RemoteField("price", _("Бюджет"), RemoteType.MONEY), name="price"),
        OwnField(RemoteField("responsible_user_id", _("Ответственный"), RemoteType.LINK), name="responsible_user_id"),
    ]


def listed_field(key: str, label: str, kind: RemoteType, options: Sequence[RemoteOption]) -> OwnField:
    """A field of the deal's card whose values are a list: its stage, its reason of loss."""
    return OwnField(RemoteField(key, label, kind, options=tuple(options)), name=key)


def own_field(described: Mapping[str, Any], entity: Entity) -> OwnField:
    """A field out of `GET /leads/custom_fields`; a type that cannot be written is `OTHER` and read-only."""
    kind = str(described.get("type"))
    code = str(described.get("code") or "")
    known = _MULTITEXT.get(code) if kind == "multitext" else _TYPES.get(kind)
    number = int(described["id"])
    key = str(number) if entity is Entity.DEAL else f"{entity.value}.{number}"
    has_options = known in (RemoteType.OPTION, RemoteType.OPTIONS)
    enums = [item for item in described.get("enums") or [] if isinstance(item, Mapping)]
    options = tuple(RemoteOption(str(item.get("id")), str(item.get("value") or "")) for item in enums)
    return OwnField(
        RemoteField(
            key,
            str(described.get("name") or number),
            known or RemoteType.OTHER,
            entity,
            options if has_options else (),
            bool(described.get("is_required")),
            known is None,
        ),
        number,
    )


def value_of(own: OwnField, card: Card, terms: Terms) -> CrmValue:
    """What stands in a field."""
    if not own.number:
        return _card_value(own, card.body.get(own.name), terms)
    kind = own.remote.type
    items = card.items(own.number)
    if kind is RemoteType.BOOL:
        # A box that was never ticked is not told at all: for amoCRM it is the same as an unticked one.
        return bool(items) and items[0].get("value") in (True, 1, "1", "true")
    if kind in (RemoteType.OPTION, RemoteType.OPTIONS):
        chosen = tuple(sorted(str(item["enum_id"]) for item in items if item.get("enum_id"))) or None
        return chosen[0] if chosen and kind is RemoteType.OPTION else chosen
    if kind in _SEVERAL:
        return tuple(sorted({spelt for item in items if (spelt := _spelt(kind, item.get("value")))})) or None
    return _single(kind, items[0].get("value"), terms) if items else None


def written(own: OwnField, value: CrmValue, card: Card, terms: Terms) -> Any:
    """What is sent for a field: the bare value of the card's own ones, else the whole list of `values`.

    amoCRM replaces all values of a field by those that are sent, so phones and e-mails that stay are sent as they
    stand, with their kind ("work", "mobile").

    Raises:
        ValueError: The value has not the field's type; its text says so to a person.
    """
    kind = own.remote.type
    _check(own.remote, value)
    if not own.number:
        return _card_written(own, value)
    if value is None or value == ():
        return None
    if kind is RemoteType.OPTIONS:
        return [{"enum_id": int(item)} for item in _several(value)]
    if kind in _SEVERAL:
        return _contacts_written(kind, _several(value), card.items(own.number))
    if kind is RemoteType.OPTION:
        return [{"enum_id": int(str(value))}]
    return [{"value": _plain(kind, value, terms)}]


def instant(seconds: object) -> datetime | None:
    """A moment out of Unix seconds, aware UTC; None for none."""
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def end_of(due: date | datetime, zone: tzinfo) -> int:
    """Unix seconds until which a task runs: a day until its last minute, as amoCRM's own «весь день»."""
    if isinstance(due, datetime):
        return int(due.timestamp())
    return int(datetime.combine(due, time(23, 59), zone).timestamp())


def decimal_of(value: object) -> Decimal | None:
    """A number in digits; None for anything else."""
    try:
        return Decimal(str(value).replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return None


def contact_of(body: Mapping[str, Any]) -> RemoteContact:
    """A contact with its phones and e-mails."""
    found: dict[RemoteType, tuple[str, ...]] = {}
    for entry in _entries(body):
        kind = _MULTITEXT.get(str(entry.get("field_code") or ""))
        if kind is not None:
            values = (_spelt(kind, item.get("value")) for item in _items(entry))
            found[kind] = tuple(dict.fromkeys(value for value in values if value))
    return RemoteContact(
        str(body["id"]),
        str(body.get("name") or ""),
        found.get(RemoteType.PHONES, ()),
        found.get(RemoteType.EMAILS, ()),
    )


def inn_of(body: Mapping[str, Any]) -> str:
    """A company's INN: out of its requisites, else out of a field that is called so; "" without one."""
    for entry in _entries(body):
        values = [item.get("value") for item in _items(entry)]
        if entry.get("field_type") == "legal_entity":
            values = [value.get("vat_id") for value in values if isinstance(value, Mapping)]
        elif "инн" not in str(entry.get("field_name") or "").lower().split():
            continue
        found = next((str(value) for value in values if value and validation.is_inn(str(value))), "")
        if found:
            return found
    return ""


def _card_value(own: OwnField, value: object, terms: Terms) -> CrmValue:
    if value in (None, "", 0) and own.remote.type is not RemoteType.MONEY:
        return None
    if own.remote.type is RemoteType.MONEY:
        # An empty budget is told as 0.
        amount = decimal_of(value) if value else None
        return Money(amount, terms.currency) if amount is not None else None
    return str(value)


def _card_written(own: OwnField, value: CrmValue) -> Any:
    if isinstance(value, Money):
        whole = value.amount.to_integral_value()
        return int(whole) if whole == value.amount else float(value.amount)
    if own.remote.type is RemoteType.MONEY:
        return 0
    if own.remote.type is RemoteType.TEXT or value is None:
        return value
    return int(str(value))


def _single(kind: RemoteType, value: object, terms: Terms) -> CrmValue:
    if value in (None, ""):
        return None
    found: CrmValue = None
    if kind in (RemoteType.NUMBER, RemoteType.MONEY):
        found = decimal_of(value)
        if isinstance(found, Decimal) and kind is RemoteType.MONEY:
            found = Money(found, terms.currency)
    elif kind is RemoteType.DATE:
        found = _day(value, terms.zone)
    elif kind is RemoteType.DATETIME:
        found = instant(value) or _iso(value)
    # What is not of the field's type stays visible as text instead of being taken for empty.
    return found if found is not None else str(value)


def _plain(kind: RemoteType, value: CrmValue, terms: Terms) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, Money):
        return _number_text(value.amount)
    if isinstance(value, Decimal):
        return _number_text(value)
    if isinstance(value, datetime):
        return (
            int(value.timestamp()) if kind is RemoteType.DATETIME else value.astimezone(terms.zone).date().isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    return value


def _contacts_written(
    kind: RemoteType, values: Sequence[str], standing: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    wanted = {spelt: value for value in values if (spelt := _spelt(kind, value))}
    sent: list[dict[str, Any]] = []
    for item in standing:
        if wanted.pop(_spelt(kind, item.get("value")), None) is not None:
            sent.append({name: item[name] for name in ("value", "enum_id", "enum_code") if item.get(name) is not None})
    return sent + [{"value": value, "enum_code": "WORK"} for value in wanted.values()]


def _check(remote: RemoteField, value: CrmValue) -> None:
    kinds: dict[RemoteType, type | tuple[type, ...]] = {
        RemoteType.TEXT: str,
        RemoteType.NUMBER: Decimal,
        RemoteType.MONEY: Money,
        RemoteType.DATE: date,
        RemoteType.DATETIME: datetime,
        RemoteType.BOOL: bool,
        RemoteType.OPTION: str,
        RemoteType.STAGE: str,
        RemoteType.LINK: str,
        RemoteType.OPTIONS: (tuple, str),
        RemoteType.PHONES: (tuple, str),
        RemoteType.EMAILS: (tuple, str),
    }
    expected = kinds.get(remote.type)
    known = {option.id for option in remote.options}
    is_option = remote.type in (RemoteType.OPTION, RemoteType.OPTIONS, RemoteType.STAGE)
    if expected is None or remote.is_readonly:
        raise ValueError(_("поле «{label}» нельзя заполнить из программы").format(label=remote.label))
    if value is None:
        return
    is_id = remote.type is not RemoteType.LINK or str(value).isdecimal()
    if not isinstance(value, expected) or not is_id:
        raise ValueError(_("поле «{label}» другого типа").format(label=remote.label))
    if is_option and not set(_several(value)) <= known:
        raise ValueError(_("в поле «{label}» больше нет такого варианта").format(label=remote.label))


def _several(value: CrmValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _spelt(kind: RemoteType, value: object) -> str:
    text = str(value or "").strip()
    if kind is RemoteType.PHONES:
        return read_phone(text) or text
    return text.lower()


def _number_text(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _day(value: object, zone: tzinfo) -> date | None:
    moment = instant(value)
    if moment is None:
        found = _iso(value)
        return found.astimezone(zone).date() if found is not None else None
    return moment.date() if moment.timestamp() % _DAY_S == 0 else moment.astimezone(zone).date()


def _iso(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _zone(times: Mapping[str, Any]) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(str(times.get("timezone")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Windows brings no table of time zones; the offset of today is told beside the name.
        return _offset(str(times.get("timezone_offset") or ""))


def _offset(text: str) -> tzinfo:
    sign, digits = text[:1], text[1:].replace(":", "")
    if sign not in ("+", "-") or len(digits) != 4 or not digits.isdigit():
        return UTC
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if sign == "-" else offset)


def _entries(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _mappings(body.get("custom_fields_values"))


def _items(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _mappings(entry.get("values"))


def _mappings(told: object) -> list[Mapping[str, Any]]:
    # An empty card has null there.
    return [item for item in told if isinstance(item, Mapping)] if isinstance(told, list) else []
