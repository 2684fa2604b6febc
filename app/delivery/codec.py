"""Canonical values as JSON for the store, and back, without loss."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.core.ids import canonical_json
from app.delivery.model import CrmValue, FieldConflict, Money


def values_to_text(values: Mapping[str, CrmValue]) -> str:
    """Values by their keys as one JSON object."""
    return canonical_json({key: value_to_json(value) for key, value in values.items()})


def values_from_text(text: str) -> dict[str, CrmValue]:
    """What `values_to_text` wrote."""
    return {key: value_from_json(value) for key, value in json.loads(text).items()}


def conflict_to_text(conflict: tuple[FieldConflict, ...]) -> str:
    """A conflict as a JSON list."""
    return canonical_json(
        [
            {
                "key": item.key,
                "label": item.label,
                "base": value_to_json(item.base),
                "theirs": value_to_json(item.theirs),
                "ours": value_to_json(item.ours),
            }
            for item in conflict
        ]
    )


def conflict_from_text(text: str) -> tuple[FieldConflict, ...]:
    """What `conflict_to_text` wrote."""
    return tuple(
        FieldConflict(
            item["key"],
            item["label"],
            value_from_json(item["base"]),
            value_from_json(item["theirs"]),
            value_from_json(item["ours"]),
        )
        for item in json.loads(text)
    )


def value_to_json(value: CrmValue) -> Any:
    """A value as JSON; what JSON has no type for is an object with the type's name as its key."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Money):
        return {"money": str(value.amount), "currency": value.currency}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return {"several": list(value)}


def value_from_json(stored: Any) -> CrmValue:
    """What `value_to_json` made."""
    if stored is None or isinstance(stored, bool | str):
        return stored
    if "money" in stored:
        return Money(Decimal(stored["money"]), stored["currency"])
    if "number" in stored:
        return Decimal(stored["number"])
    if "moment" in stored:
        return datetime.fromisoformat(stored["moment"])
    if "date" in stored:
        return date.fromisoformat(stored["date"])
    return tuple(stored["several"])
