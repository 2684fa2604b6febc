"""The company's own words for its fields: definitions that were edited here or added from the CRM.

They lie beside the settings, one file a profile, in the form of a profile's fields.json, and stand over those of the
profile. The command line with `--profile` goes by the folder alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.model import FieldDefinition
from app.profile.folder import read_fields
from app.profile.model import Profile
from app.settings import write_whole

_KEY = re.compile(r"[a-z][a-z0-9_]{0,60}")


class OwnFields:
    """Definitions that stand over those of the profiles.

    Args:
        folder: Where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def over(self, profile: Profile) -> Profile:
        """The profile with the company's definitions over its own, further fields behind them.

        Raises:
            UserFixable: The file of the definitions is damaged (``profile.bad_file``).
        """
        own = {definition.key: definition for definition in self.of(profile.id)}
        if not own:
            return profile
        known = {definition.key for definition in profile.fields}
        changed = tuple(own.get(definition.key, definition) for definition in profile.fields)
        return replace(profile, fields=changed + tuple(own[key] for key in own if key not in known))

    def of(self, profile_id: str) -> tuple[FieldDefinition, ...]:
        """What was edited or added, in its order. Raises as `over`."""
        path = self._file(profile_id)
        return read_fields(path) if path.exists() else ()

    def put(self, profile_id: str, definition: FieldDefinition) -> None:
        """Keep a definition: over the profile's own of the same key, or as a further field.

        Raises:
            UserFixable: ``field.definition`` for one without label or with a key that is none; ``settings.write``
                where the folder cannot be written to.
        """
        if not definition.label.strip() or not _KEY.fullmatch(definition.key):
            raise UserFixable(
                "field.definition",
                _("Поле «{label}» описано не полностью.").format(label=definition.label or definition.key),
                hint=_("Дайте ему название; ключ состоит из латинских букв, цифр и подчёркивания."),
            )
        own = {item.key: item for item in self.of(profile_id)}
        own[definition.key] = definition
        self._write(profile_id, own.values())

    def drop(self, profile_id: str, key: str) -> None:
        """Go back to the profile's own definition; a field that was added is added no more."""
        self._write(profile_id, [item for item in self.of(profile_id) if item.key != key])

    def _write(self, profile_id: str, definitions: Iterable[FieldDefinition]) -> None:
        records = [_record(definition) for definition in definitions]
        write_whole(self._file(profile_id), json.dumps(records, ensure_ascii=False, indent=1))

    def _file(self, profile_id: str) -> Path:
        return self._folder / f"{re.sub(r'[^a-zA-Z0-9_-]', '_', profile_id)}.json"


def _record(definition: FieldDefinition) -> dict[str, Any]:
    record: dict[str, Any] = {
        "key": definition.key,
        "label": definition.label,
        "type": definition.type.value,
        "definition": definition.definition,
        "required": definition.is_required,
    }
    if definition.options:
        record["options"] = [{"id": option.id, "label": option.label} for option in definition.options]
    return record
