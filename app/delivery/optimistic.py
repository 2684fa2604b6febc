"""Writing into a deal that colleagues write into too: values are compared, never timestamps.

No CRM here has a conditional write: between reading and writing one round trip stays open. Times of change are whole
seconds in all of them, so they tell nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.delivery import faults
from app.delivery.model import CrmValue, FieldConflict, Money
from app.delivery.ports import CrmConnector

_KOPECK = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What stands in the deal against what shall stand there.

    Args:
        before: Of the keys to be written, what stands there now: kept before the writing, for an undo. A value that
            stood there already is not ours, so an undo will not touch it.
        needed: What is left to be written; empty when all of it stands there already.
        conflicts: Values that a colleague changed meanwhile; while there is one, nothing may be written.
    """

    before: Mapping[str, CrmValue]
    needed: Mapping[str, CrmValue]
    conflicts: tuple[FieldConflict, ...] = ()


def same(one: CrmValue, other: CrmValue) -> bool:
    """Whether two values are one: sums by kopecks, texts by their words (CRMs change spaces and line ends)."""
    return _comparable(one) == _comparable(other)


def compare(
    connector: CrmConnector,
    deal_id: str,
    changes: Mapping[str, CrmValue],
    base: Mapping[str, CrmValue],
    labels: Mapping[str, str],
) -> Comparison:
    """Read the deal and tell what is left to write; sends nothing.

    Safe after a lost answer: values that arrived are not needed a second time.

    Args:
        changes: What shall stand, by the CRM's keys.
        base: What stood when the person decided. A key that is missing here was never seen: what stands there now is
            overwritten only if it is empty.
        labels: For what is shown.

    Raises:
        CrmFailure: As the connector.
    """
    now = connector.read_deal(deal_id, list(changes)).values
    needed = {key: value for key, value in changes.items() if not same(now.get(key), value)}
    conflicts = tuple(
        FieldConflict(key, labels.get(key, key), base.get(key), now.get(key), value)
        for key, value in needed.items()
        if not same(now.get(key), base.get(key))
    )
    return Comparison({key: now.get(key) for key in needed}, needed, conflicts)


def write(
    connector: CrmConnector, deal_id: str, needed: Mapping[str, CrmValue], op_id: str, labels: Mapping[str, str]
) -> None:
    """Write the values and make sure that they stand there.

    Raises:
        CrmFailure: As the connector; ``crm.not_applied`` when the CRM answered well and did not keep a value.
    """
    told = connector.write_deal(deal_id, needed, op_id) or connector.read_deal(deal_id, list(needed))
    refused = tuple(key for key, value in needed.items() if not same(told.values.get(key), value))
    if refused:
        raise faults.not_applied(", ".join(labels.get(key, key) for key in refused), refused)


def _comparable(value: CrmValue) -> object:
    if isinstance(value, Money):
        return ("money", value.amount.quantize(_KOPECK, ROUND_HALF_UP), value.currency)
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return value.normalize()
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, tuple):
        return tuple(sorted(value)) or None
    return value
