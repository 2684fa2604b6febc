"""What is left to be written, and what a colleague changed, are told by values; phones stand beside those of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from app.delivery import optimistic
from app.delivery.faults import CrmFailure
from app.delivery.model import CrmValue, Money, Snapshot

_PHONE = "contact.PHONE"
_LABELS = {"amount": "Сумма", _PHONE: "Телефон"}


class Card:
    """A deal that keeps what it is told, but for what it refuses."""

    def __init__(self, values: Mapping[str, CrmValue], refuses: Sequence[str] = ()) -> None:
        self.values = dict(values)
        self._refuses = refuses

    def read_deal(self, deal_id: str, keys: Sequence[str]) -> Snapshot:
        return Snapshot(deal_id, {key: self.values.get(key) for key in keys})

    def write_deal(self, deal_id: str, changes: Mapping[str, CrmValue], op_id: str) -> None:
        self.values |= {key: value for key, value in changes.items() if key not in self._refuses}


def _compare(card: Card, changes: Mapping[str, CrmValue], base: Mapping[str, CrmValue]) -> optimistic.Comparison:
    return optimistic.compare(card, "1", changes, base, _LABELS, added=(_PHONE,))  # type: ignore[arg-type]


def test_a_new_phone_goes_beside_those_that_stand_there() -> None:
    found = _compare(Card({_PHONE: ("+79161112233",)}), {_PHONE: ("+79031234567",)}, {})
    assert found.needed == {_PHONE: ("+79031234567", "+79161112233")}
    assert found.before == {_PHONE: ("+79161112233",)}


def test_a_phone_that_a_colleague_added_meanwhile_is_no_conflict() -> None:
    card = Card({_PHONE: ("+79161112233", "+79998887766")})
    found = _compare(card, {_PHONE: ("+79031234567",)}, {_PHONE: ("+79161112233",)})
    assert found.conflicts == ()
    assert found.needed == {_PHONE: ("+79031234567", "+79161112233", "+79998887766")}


def test_a_phone_that_stands_there_already_is_not_written_again() -> None:
    found = _compare(Card({_PHONE: ("+79031234567", "+79161112233")}), {_PHONE: ("+79031234567",)}, {})
    assert found.needed == {}


def test_a_phone_that_came_while_ours_was_written_is_no_refusal() -> None:
    card = Card({_PHONE: ("+79161112233",)})
    needed = _compare(card, {_PHONE: ("+79031234567",)}, {}).needed
    card.values[_PHONE] = (*needed[_PHONE], "+79998887766")  # type: ignore[misc]
    stuck = Card(card.values, refuses=[_PHONE])
    optimistic.write(stuck, "1", needed, "op", _LABELS, added=(_PHONE,))  # type: ignore[arg-type]


def test_a_phone_that_was_not_kept_is_told_by_its_label() -> None:
    card = Card({_PHONE: ("+79161112233",)}, refuses=[_PHONE])
    needed = _compare(card, {_PHONE: ("+79031234567",)}, {}).needed
    with pytest.raises(CrmFailure, match="Телефон") as caught:
        optimistic.write(card, "1", needed, "op", _LABELS, added=(_PHONE,))  # type: ignore[arg-type]
    assert caught.value.code == "crm.not_applied"


def test_an_amount_that_a_colleague_changed_is_a_conflict() -> None:
    card = Card({"amount": Money(Decimal(300))})
    found = _compare(card, {"amount": Money(Decimal(500))}, {"amount": Money(Decimal(100))})
    assert [(one.base, one.theirs, one.ours) for one in found.conflicts] == [
        (Money(Decimal(100)), Money(Decimal(300)), Money(Decimal(500)))
    ]
