"""What stands in the CRM, as values of our fields: the draft's «сейчас в CRM» goes by it where a deal is linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Protocol

from app.core.clock import Clock
from app.deals.model import Deal, FieldDefinition, FieldRecord, FieldType, Norm
from app.deals.ports import DealRepository
from app.deals.typed_values import TypedValue, are_same, shown
from app.delivery.model import CrmValue, FieldMap, MappedField, Money
from app.profile.model import Profile


class LinkedValues(Protocol):
    """The values of linked deals as they were last read; `app.delivery.mirror` has them."""

    def values(self, deal_id: str) -> Mapping[str, CrmValue]: ...


@dataclass(frozen=True, slots=True)
class MirroredDeals:
    """A `DealRepository` whose values are those of the CRM where a deal is linked; for reading alone.

    Args:
        field_map: The mapping of the account that a deal is linked to; an empty one without a link.
    """

    deals: DealRepository
    mirror: Callable[[], LinkedValues]
    field_map: Callable[[str], FieldMap]
    profile: Callable[[], Profile]
    clock: Clock

    def get(self, deal_id: str) -> Deal:
        return self.deals.get(deal_id)

    def recent(self, limit: int) -> list[Deal]:
        return self.deals.recent(limit)

    def search(self, text: str, limit: int) -> list[Deal]:
        return self.deals.search(text, limit)

    def values(self, deal_id: str) -> dict[str, FieldRecord]:
        """Our records; where the CRM says something else, what the CRM says."""
        own = self.deals.values(deal_id)
        seen = self.mirror().values(deal_id)
        if not seen:
            return own
        definitions = {definition.key: definition for definition in self.profile().fields}
        mapped = {one.key: one for one in self.field_map(deal_id).fields}
        now = self.clock.now_utc()
        zone = self.clock.local(now).tzinfo or now.tzinfo
        for key, value in seen.items():
            definition = definitions.get(key)
            if definition is None or zone is None:
                continue
            typed = in_our_words(definition, value, mapped.get(key), zone)
            if typed is None:
                own.pop(key, None)
                continue
            record = own.get(key)
            if record is None or not are_same(definition, typed, TypedValue(record.value, record.norm)):
                own[key] = FieldRecord(key, typed.value, typed.norm, "", now)
        return own


def in_our_words(
    definition: FieldDefinition, value: CrmValue, mapped: MappedField | None, zone: tzinfo
) -> TypedValue | None:
    """A CRM's value as one of our field; None for an empty one.

    Args:
        mapped: Says which option of ours each of the CRM's is; an unknown one is shown as the CRM has it.
        zone: Time zone in which times are read.
    """
    if value is None:
        return None
    norm = _norm(definition.type, value, mapped, zone)
    if norm is None:
        return TypedValue(_text(value), None)
    return TypedValue(shown(definition, norm, _text(value)), norm)


def _norm(kind: FieldType, value: CrmValue, mapped: MappedField | None, zone: tzinfo) -> Norm:
    options = {theirs: ours for ours, theirs in mapped.options.items()} if mapped is not None else {}
    norm: Norm = None
    if isinstance(value, bool):
        norm = value if kind is FieldType.BOOL else None
    elif isinstance(value, Money):
        norm = _whole(value.amount)
    elif isinstance(value, Decimal):
        norm = _whole(value)
    elif isinstance(value, datetime):
        norm = value.astimezone(zone).strftime("%Y-%m-%d" if kind is FieldType.DATE else "%Y-%m-%dT%H:%M")
    elif isinstance(value, date):
        norm = value.isoformat()
    elif isinstance(value, tuple) and kind is FieldType.MULTIENUM:
        norm = [options.get(one, one) for one in value]
    elif kind in (FieldType.PHONE, FieldType.EMAIL):
        norm = (value[0] if isinstance(value, tuple) else value) or None
    elif isinstance(value, str) and kind is FieldType.ENUM:
        norm = options.get(value, value)
    return norm


def _whole(amount: Decimal) -> int | None:
    return int(amount) if amount == amount.to_integral_value() else None


def _text(value: CrmValue) -> str:
    if isinstance(value, Money):
        return f"{value.amount:f}".replace(".", ",")
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return ", ".join(value) if isinstance(value, tuple) else str(value)
