"""A CRM's own field as a field of ours: what the draft looks for and the person approves."""

from __future__ import annotations

import re
from collections.abc import Collection

from app.core.ids import text_sha256
from app.deals.model import FieldDefinition, FieldOption, FieldType
from app.delivery.model import RemoteField, RemoteType

_TYPES = {
    RemoteType.TEXT: FieldType.TEXT,
    RemoteType.NUMBER: FieldType.INT,
    RemoteType.MONEY: FieldType.MONEY,
    RemoteType.DATE: FieldType.DATE,
    RemoteType.DATETIME: FieldType.DATETIME,
    RemoteType.BOOL: FieldType.BOOL,
    RemoteType.OPTION: FieldType.ENUM,
    RemoteType.OPTIONS: FieldType.MULTIENUM,
    RemoteType.PHONES: FieldType.PHONE,
    RemoteType.EMAILS: FieldType.EMAIL,
}
_WITH_OPTIONS = (FieldType.ENUM, FieldType.MULTIENUM)
_SIGNS = re.compile(r"[^a-z0-9]+")
_MAX_KEY = 40


def from_remote(remote: RemoteField, taken: Collection[str] = ()) -> FieldDefinition | None:
    """A field of ours for a CRM's own one, with its options; None for a kind of value that nobody says in a call.

    Args:
        taken: Keys that are in use.
    """
    kind = _TYPES.get(remote.type)
    if kind is None or remote.is_readonly:
        return None
    if kind in _WITH_OPTIONS and not remote.options:
        return None
    key = f"uf_{_SIGNS.sub('_', remote.key.lower()).strip('_')}"[:_MAX_KEY]
    if key in taken:
        key = f"{key[: _MAX_KEY - 7]}_{text_sha256(remote.key)[:6]}"
    options = tuple(FieldOption(option.id, option.label) for option in remote.options)
    return FieldDefinition(key, remote.label, kind, "", remote.is_required, options if kind in _WITH_OPTIONS else ())
