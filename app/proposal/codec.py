"""A proposal as JSON and back, without loss: for the store, and for the copy that the archive keeps beside it."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union

from app.core.errors import Bug
from app.proposal.model import Proposal


def proposal_to_json(proposal: Proposal) -> dict[str, Any]:
    """Plain values by the names of the fields; amounts as texts, so that no kopeck is lost."""
    plain: dict[str, Any] = _plain(proposal)
    return plain


def proposal_from_json(stored: Mapping[str, Any]) -> Proposal:
    """What `proposal_to_json` wrote; what an earlier version did not write yet has its default."""
    return typing.cast(Proposal, _typed(Proposal, stored))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _typed(kind: Any, stored: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        (kind,) = (one for one in typing.get_args(kind) if one is not types.NoneType)
        return None if stored is None else _typed(kind, stored)
    if origin is tuple:
        return tuple(_typed(typing.get_args(kind)[0], item) for item in stored)
    if not isinstance(kind, type):
        raise Bug("proposal.codec", f"no way to read {kind!r}")
    return _of_class(kind, stored)


def _of_class(kind: type[Any], stored: Any) -> Any:
    if is_dataclass(kind):
        known = _kinds(kind)
        return kind(**{name: _typed(known[name], item) for name, item in stored.items()})
    if kind is date:
        return date.fromisoformat(stored)
    if kind is Decimal or issubclass(kind, Enum):
        return kind(stored)
    return stored


@cache
def _kinds(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)
