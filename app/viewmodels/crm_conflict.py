"""A conflict on the table: what stood at the draft, what stands in the CRM, what is proposed; the person decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldOption, FieldType, Norm
from app.deals.typed_values import read
from app.delivery.definitions import from_remote
from app.delivery.mapping import shown
from app.delivery.model import CrmValue, FieldConflict, Money, RemoteField, RemoteType, Resolution
from app.viewmodels.crm_outbox import ConflictView

_MANY = (RemoteType.PHONES, RemoteType.EMAILS)


class Choice(StrEnum):
    """What becomes of one field."""

    THEIRS = "theirs"
    OURS = "ours"
    EDITED = "edited"


class ConflictChoices:
    """The decisions of one dialogue; nothing leaves it before all of them are made.

    Args:
        zone: Time zone in which the person reads and types times.
    """

    def __init__(self, view: ConflictView, zone: tzinfo) -> None:
        self.view = view
        self._zone = zone
        self.chosen: dict[str, Choice] = {}
        self.edited: dict[str, CrmValue] = {}

    @property
    def is_complete(self) -> bool:
        return all(conflict.key in self.chosen for conflict in self.view.conflicts)

    @property
    def writes(self) -> int:
        """How many fields will be written over."""
        return sum(choice is not Choice.THEIRS for choice in self.chosen.values())

    @property
    def resolutions(self) -> dict[str, Resolution]:
        """What the delivery stage is told; an edited value is one of ours."""
        return {
            key: Resolution.THEIRS if choice is Choice.THEIRS else Resolution.OURS
            for key, choice in self.chosen.items()
        }

    @property
    def written(self) -> dict[str, CrmValue]:
        """The values that were edited here."""
        return {key: self.edited[key] for key, choice in self.chosen.items() if choice is Choice.EDITED}

    def text(self, conflict: FieldConflict, value: CrmValue) -> str:
        """A value as its column shows it."""
        if value is None:
            return _("пусто")
        if isinstance(value, datetime):
            return f"{value.astimezone(self._zone):%d.%m.%Y %H:%M}"
        return shown(value, self.view.fields.get(conflict.key))

    def choose(self, key: str, choice: Choice) -> None:
        """Decide about a field; an edited one needs its value first."""
        if choice is not Choice.EDITED or key in self.edited:
            self.chosen[key] = choice

    def edit(self, conflict: FieldConflict, entered: Norm) -> CrmValue:
        """Take what was typed in the place of both. Raises UserFixable ``field.empty`` or ``field.value``."""
        value = self._read(conflict, entered)
        self.edited[conflict.key] = value
        self.chosen[conflict.key] = Choice.EDITED
        return value

    def definition(self, conflict: FieldConflict) -> FieldDefinition:
        """The field as an editor needs it; a text where the CRM's field is not known."""
        remote = self.view.fields.get(conflict.key)
        made = None
        if remote is not None and remote.type in (RemoteType.STAGE, RemoteType.OPTION) and remote.options:
            options = tuple(FieldOption(one.id, one.label) for one in remote.options)
            made = FieldDefinition("stage", remote.label, FieldType.ENUM, "", options=options)
        elif remote is not None and remote.type not in (RemoteType.NUMBER, RemoteType.MONEY, *_MANY):
            made = from_remote(replace(remote, is_readonly=False))
        return made or FieldDefinition("text", conflict.label, FieldType.TEXT, "")

    def norm(self, conflict: FieldConflict) -> tuple[str, Norm]:
        """What an editor begins with: the value proposed, in words and typed."""
        value = self.edited.get(conflict.key, conflict.ours)
        text = "" if value is None else self.text(conflict, value)
        return _plain(value) or text, _norm(value, self._zone)

    def _read(self, conflict: FieldConflict, entered: Norm) -> CrmValue:
        remote = self.view.fields.get(conflict.key)
        typed = read(self.definition(conflict), entered)
        kind = remote.type if remote is not None else RemoteType.TEXT
        if kind in (RemoteType.NUMBER, RemoteType.MONEY) or isinstance(conflict.ours, Money | Decimal):
            number = _number(typed.value, conflict.label)
            return Money(number, _currency(conflict)) if _is_money(kind, conflict) else number
        if kind in _MANY:
            return _several(typed.value, remote, conflict)
        return _value(typed.norm, typed.value, kind, self._zone)


def _is_money(kind: RemoteType, conflict: FieldConflict) -> bool:
    return kind is RemoteType.MONEY or isinstance(conflict.ours, Money)


def _currency(conflict: FieldConflict) -> str:
    for value in (conflict.ours, conflict.theirs, conflict.base):
        if isinstance(value, Money):
            return value.currency
    return "RUB"


def _number(text: str, label: str) -> Decimal:
    plain = "".join(sign for sign in text if not sign.isspace() and sign not in "₽\u00a0\u202f").replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise UserFixable(
            "field.value",
            _("«{text}» не подходит для поля «{label}».").format(text=text, label=label),
            hint=_("Пример: {form}.").format(form="1 500 000,50"),
        )
    return number


def _several(text: str, remote: RemoteField | None, conflict: FieldConflict) -> tuple[str, ...]:
    is_phone = remote is not None and remote.type is RemoteType.PHONES
    one = FieldDefinition("each", conflict.label, FieldType.PHONE if is_phone else FieldType.EMAIL, "")
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    return tuple(sorted(str(read(one, part).norm) for part in parts))


def _value(norm: Norm, text: str, kind: RemoteType, zone: tzinfo) -> CrmValue:
    if isinstance(norm, list):
        return tuple(sorted(norm))
    if isinstance(norm, bool):
        return norm
    if isinstance(norm, int):
        return Decimal(norm)
    if isinstance(norm, str) and kind is RemoteType.DATETIME:
        return datetime.fromisoformat(norm).replace(tzinfo=zone).astimezone(UTC)
    if isinstance(norm, str) and kind is RemoteType.DATE:
        return date.fromisoformat(norm[:10])
    return norm if norm is not None else text


def _plain(value: CrmValue) -> str:
    if isinstance(value, Money):
        return f"{value.amount:f}".replace(".", ",")
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return ", ".join(value) if isinstance(value, tuple) else ""


def _norm(value: CrmValue, zone: tzinfo) -> Norm:
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | bool) else None
