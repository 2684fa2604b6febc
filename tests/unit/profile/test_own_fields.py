"""The company's own definitions of fields stand over those of the profile and travel to the draft."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import UserFixable
from app.deals.model import FieldDefinition, FieldOption, FieldType
from app.profile.own_fields import OwnFields
from tests.fakes.proposal_sellers import a_profile


def test_an_edited_definition_stands_in_its_place_and_a_new_field_behind_them(tmp_path: Path) -> None:
    profile, own = a_profile(), OwnFields(tmp_path / "fields")
    first = profile.fields[0]
    edited = replace(first, definition="Только то, что клиент назвал сам")
    added = FieldDefinition("uf_fuel", "Топливо", FieldType.ENUM, "", options=(FieldOption("1", "газ"),))
    own.put(profile.id, edited)
    own.put(profile.id, added)
    fields = OwnFields(tmp_path / "fields").over(profile).fields
    assert fields[0] == edited
    assert fields[-1] == added
    assert len(fields) == len(profile.fields) + 1


def test_dropping_goes_back_to_what_the_profile_says(tmp_path: Path) -> None:
    profile, own = a_profile(), OwnFields(tmp_path)
    own.put(profile.id, replace(profile.fields[0], label="Иначе"))
    own.drop(profile.id, profile.fields[0].key)
    assert own.over(profile) == profile


@pytest.mark.parametrize(
    "wrong",
    [
        FieldDefinition("uf_x", "  ", FieldType.TEXT, ""),
        FieldDefinition("Поле", "Поле", FieldType.TEXT, ""),
    ],
)
def test_a_field_without_label_or_key_is_refused_and_nothing_kept(tmp_path: Path, wrong: FieldDefinition) -> None:
    own = OwnFields(tmp_path)
    with pytest.raises(UserFixable) as told:
        own.put(a_profile().id, wrong)
    assert told.value.code == "field.definition"
    assert own.of(a_profile().id) == ()


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "fields").write_text("a file in the way", "utf-8")
    with pytest.raises(UserFixable) as told:
        OwnFields(tmp_path / "fields").put(a_profile().id, FieldDefinition("uf_x", "Поле", FieldType.TEXT, ""))
    assert told.value.code == "settings.write"
