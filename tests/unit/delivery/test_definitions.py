"""A CRM's own field becomes a field that the draft can fill."""

from __future__ import annotations

from app.deals.model import FieldOption, FieldType
from app.delivery.definitions import from_remote
from app.delivery.model import RemoteField, RemoteOption, RemoteType


def test_a_list_keeps_its_options_and_gets_a_key_of_ours() -> None:
    remote = RemoteField("ufCrm_17", "Объект", RemoteType.OPTION, options=(RemoteOption("31", "Склад"),))
    made = from_remote(remote)
    assert made is not None
    assert (made.key, made.label, made.type) == ("uf_ufcrm_17", "Объект", FieldType.ENUM)
    assert made.options == (FieldOption("31", "Склад"),)


def test_a_key_that_is_in_use_is_not_taken_twice() -> None:
    remote = RemoteField("ufCrm_17", "Объект", RemoteType.TEXT)
    made = from_remote(remote, taken={"uf_ufcrm_17"})
    assert made is not None
    assert made.key != "uf_ufcrm_17"


def test_what_nobody_says_in_a_call_is_no_field() -> None:
    assert from_remote(RemoteField("assignedById", "Ответственный", RemoteType.LINK)) is None
    assert from_remote(RemoteField("id", "ID", RemoteType.NUMBER, is_readonly=True)) is None
    assert from_remote(RemoteField("ufCrm_18", "Пустой список", RemoteType.OPTION)) is None
