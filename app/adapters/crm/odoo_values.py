"""Odoo's fields and values in our spelling, and ours in its. Pure.

Source: answers of Odoo 19's interface /json/2: empty is false, times are UTC without a zone, a link is its number and
name, a text with markup is HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core.i18n import _
from app.deals.typed_values import read_phone
from app.delivery import faults
from app.delivery.model import CrmValue, Entity, Money, RemoteContact, RemoteDeal, RemoteField, RemoteOption, RemoteType

LEAD, PARTNER = "crm.lead", "res.partner"
MODELS = {Entity.DEAL: LEAD, Entity.CONTACT: PARTNER, Entity.COMPANY: PARTNER}
CATALOGUES = frozenset(("crm.tag", "crm.lost.reason", "utm.source", "utm.medium"))
"""Models whose records are choices of a field, few enough to be shown as such; so are a company's own (``x_``)."""

_TYPES = {
    "char": RemoteType.TEXT,
    "text": RemoteType.TEXT,
    "html": RemoteType.TEXT,
    "integer": RemoteType.NUMBER,
    "float": RemoteType.NUMBER,
    "monetary": RemoteType.MONEY,
    "date": RemoteType.DATE,
    "datetime": RemoteType.DATETIME,
    "boolean": RemoteType.BOOL,
    "selection": RemoteType.OPTION,
    "many2one": RemoteType.LINK,
    "many2many": RemoteType.OPTIONS,
}
_NUMBERS = {
    "phone": RemoteType.PHONES,
    "mobile": RemoteType.PHONES,
    "email": RemoteType.EMAILS,
    "email_from": RemoteType.EMAILS,
}
_INNER = re.compile(
    r"(message|activity|my_activity|website_message|create|write|email_state|phone_state|image|partner_l\w+tude)(_|\d|$)"
    r"|(id|active|color|type|lang|lang_id|tz|company_id|barcode|self|properties|signup_\w+|calendar_\w+"
    r"|automated_probability|date_automation_last|\w*_normalized|\w*_sanitized|email_domain_criterion)$"
)
"""Fields that serve Odoo itself; nobody speaks of them in a call."""
_STAGE = "stage_id"
_BLOCK_END = re.compile(r"(?:<br\s*/?>)?\s*</(?:p|div|li|tr|h\d|blockquote)>|<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_TIME = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What is needed to read and write the values of a field.

    Args:
        name: Odoo's own, without the entity.
        odoo_type: As Odoo calls it.
        relation: The model behind a link.
        currency: Name of the field that holds an amount's currency.
    """

    name: str
    type: RemoteType
    odoo_type: str
    label: str
    relation: str = ""
    currency: str = ""
    options: tuple[RemoteOption, ...] = ()
    is_required: bool = False
    is_readonly: bool = False


def entity_of(key: str) -> tuple[Entity, str]:
    """Whose field a key of ours is, and its name there: ("contact", "phone") of "contact.phone"."""
    entity, dot, rest = key.partition(".")
    return (Entity(entity), rest) if dot and entity in (Entity.CONTACT, Entity.COMPANY) else (Entity.DEAL, key)


def kinds_of(told: Mapping[str, Mapping[str, Any]]) -> dict[str, FieldKind]:
    """The fields of a model that can be read and written, as `fields_get` tells them."""
    found = {}
    for name, facts in told.items():
        odoo_type = str(facts.get("type"))
        kind = _TYPES.get(odoo_type)
        if kind is None or _INNER.match(name) or not facts.get("store"):
            continue
        relation = str(facts.get("relation") or "")
        if name == _STAGE:
            kind = RemoteType.STAGE
        elif odoo_type == "char":
            kind = _NUMBERS.get(name, kind)
        elif odoo_type == "many2one" and is_catalogue(relation):
            kind = RemoteType.OPTION
        elif odoo_type == "many2many" and not is_catalogue(relation):
            kind = RemoteType.OTHER
        found[name] = FieldKind(
            name,
            kind,
            odoo_type,
            str(facts.get("string") or name),
            relation,
            str(facts.get("currency_field") or ""),
            tuple(RemoteOption(str(value), str(label)) for value, label in facts.get("selection") or ()),
            bool(facts.get("required")),
            bool(facts.get("readonly")) or kind is RemoteType.OTHER,
        )
    return found


def is_catalogue(model: str) -> bool:
    """Whether a model's records are choices of a field."""
    return model in CATALOGUES or model.startswith("x_")


def field_of(entity: Entity, kind: FieldKind, options: Sequence[RemoteOption]) -> RemoteField:
    """A field for the mapping; `options` are those of its catalogue."""
    key = kind.name if entity is Entity.DEAL else f"{entity.value}.{kind.name}"
    return RemoteField(
        key, kind.label, kind.type, entity, kind.options or tuple(options), kind.is_required, kind.is_readonly
    )


def read_value(kind: FieldKind, row: Mapping[str, Any]) -> CrmValue:
    """The value of a field of a record, in our spelling."""
    raw = row.get(kind.name)
    if kind.type is RemoteType.BOOL:
        return bool(raw)
    if raw is None or raw is False or raw in ("", []):
        return None
    if kind.odoo_type == "html":
        return text_of(str(raw)) or None
    if kind.type is RemoteType.MONEY:
        # Odoo knows no amount that was not entered: it is 0.
        amount = _number(raw)
        return Money(amount, name_of(row.get(kind.currency)) or "RUB") if amount else None
    return _READERS.get(kind.type, _text)(raw)


def written_value(kind: FieldKind, value: CrmValue, currency: str = "") -> Any:
    """What `write` must be given for a value of ours.

    Args:
        currency: Of the record, for an amount.

    Raises:
        CrmFailure: ``crm.invalid`` for a value that the field cannot hold.
    """
    if isinstance(value, Money) and currency and value.currency != currency:
        raise faults.invalid(
            _("сделка ведётся в {currency}, а сумма в {other}").format(currency=currency, other=value.currency),
            (kind.name,),
        )
    if kind.type is RemoteType.OPTIONS:
        return [[6, 0, [int(item) for item in several(value)]]]
    if kind.type in (RemoteType.PHONES, RemoteType.EMAILS):
        return _single(kind, several(value))
    if value is None or value == ():
        return False
    return _link(kind, value) if kind.odoo_type == "many2one" else _plain(kind, value)


def deal_of(row: Mapping[str, Any], partners: Mapping[int, Mapping[str, Any]]) -> RemoteDeal:
    """A deal of a list.

    Args:
        partners: Contacts and companies by their numbers; what this person may not see is missing.
    """
    partner = partners.get(number_of(row.get("partner_id")) or 0)
    company = _company_of(partner, partners)
    amount = _number(row.get("expected_revenue"))
    return RemoteDeal(
        id=str(row["id"]),
        title=_text(row.get("name")) or "",
        stage_id=_id(row.get("stage_id")) or "",
        pipeline_id=_id(row.get("team_id")) or "",
        amount=Money(amount, name_of(row.get("company_currency")) or "RUB") if amount else None,
        company_id=str(company["id"]) if company else "",
        company=(_text(company.get("name")) if company else _text(row.get("partner_name"))) or "",
        inn=(_text(company.get("vat")) if company else None) or "",
        contact=_contact_of(row, partner),
        owner_id=_id(row.get("user_id")) or "",
        updated_at=moment_of(row.get("write_date")),
        is_closed=row.get("won_status") in ("won", "lost") or row.get("active") is False,
    )


def text_of(markup: str) -> str:
    """The words of an HTML text, line by line."""
    lines = html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", markup))).replace("\xa0", " ").split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def html_of(text: str) -> str:
    """A plain text as HTML that looks the same; nothing in it is taken for markup."""
    return "".join(f"<p>{html.escape(line)}</p>" if line.strip() else "<p><br></p>" for line in text.splitlines())


def moment_of(raw: Any) -> datetime | None:
    """A time as Odoo writes it; None for none."""
    if not isinstance(raw, str):
        return None
    try:
        return datetime.strptime(raw, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def moment_text(moment: datetime) -> str:
    """A time as Odoo writes it."""
    return moment.astimezone(UTC).strftime(_TIME)


def number_of(raw: Any) -> int | None:
    """The number behind a link, told as a pair or bare; None for none."""
    value = raw[0] if isinstance(raw, list) and raw else raw
    return value if isinstance(value, int) and value is not False else None


def name_of(raw: Any) -> str:
    """The name behind a link that is told as a pair."""
    return str(raw[1]) if isinstance(raw, list) and len(raw) == 2 else ""


def several(value: CrmValue) -> tuple[str, ...]:
    """A value that may be one or many as many."""
    return value if isinstance(value, tuple) else () if value is None else (str(value),)


def _company_of(
    partner: Mapping[str, Any] | None, partners: Mapping[int, Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    if partner is None:
        return None
    owner = partners.get(number_of(partner.get("commercial_partner_id")) or 0, partner)
    return owner if owner.get("is_company") else None


def _contact_of(row: Mapping[str, Any], partner: Mapping[str, Any] | None) -> RemoteContact | None:
    person = partner if partner is not None and not partner.get("is_company") else None
    sources = [source for source in (person, row) if source is not None]
    phones = [spell_phone(str(source["phone"])) for source in sources if source.get("phone")]
    raw_emails = [source.get("email") or source.get("email_from") for source in sources]
    emails = [str(raw).strip().lower() for raw in raw_emails if raw]
    name = _text(person.get("name")) if person is not None else _text(row.get("contact_name"))
    if not (name or phones or emails):
        return None
    return RemoteContact(
        str(person["id"]) if person is not None else "",
        name or "",
        tuple(dict.fromkeys(phones)),
        tuple(dict.fromkeys(emails)),
    )


def spell_phone(text: str) -> str:
    """A phone as "+7…"; one that is none stays as it is."""
    return read_phone(text) or text.strip()


def _single(kind: FieldKind, values: tuple[str, ...]) -> Any:
    if len(values) > 1:
        raise faults.invalid(
            _("в поле «{label}» помещается только одно: {values}").format(label=kind.label, values=", ".join(values)),
            (kind.name,),
        )
    return values[0] if values else False


def _plain(kind: FieldKind, value: CrmValue) -> Any:
    if isinstance(value, Money | Decimal):
        amount = value.amount if isinstance(value, Money) else value
        return int(amount) if amount == amount.to_integral_value() else float(amount)
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return html_of(value) if kind.odoo_type == "html" and isinstance(value, str) else value


def _link(kind: FieldKind, value: CrmValue) -> int:
    try:
        return int(str(value))
    except ValueError:
        pass
    raise faults.invalid(_("такого варианта нет"), (kind.name,))


def _number(raw: Any) -> Decimal | None:
    """A number in digits; None for 0, which Odoo writes for an empty one."""
    try:
        return Decimal(str(raw)) or None
    except InvalidOperation:
        return None


def _text(raw: Any) -> str | None:
    return str(raw).strip() or None if raw not in (None, False) else None


def _id(raw: Any) -> str | None:
    number = number_of(raw)
    return str(number) if number is not None else raw if isinstance(raw, str) and raw else None


def _ids(raw: Any) -> tuple[str, ...] | None:
    return tuple(sorted(str(item) for item in raw)) or None if isinstance(raw, list) else None


def _day(raw: Any) -> date | None:
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        return None


_READERS: dict[RemoteType, Callable[[Any], CrmValue]] = {
    RemoteType.NUMBER: _number,
    RemoteType.DATE: _day,
    RemoteType.DATETIME: moment_of,
    RemoteType.OPTION: _id,
    RemoteType.OPTIONS: _ids,
    RemoteType.STAGE: _id,
    RemoteType.LINK: _id,
    RemoteType.PHONES: lambda raw: (spell_phone(str(raw)),),
    RemoteType.EMAILS: lambda raw: (str(raw).strip().lower(),),
}
