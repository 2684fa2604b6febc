"""Where the values now in the CRM came from: the earlier call behind each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.approval.model import Approval, DecisionKind, SubjectKind
from app.deals.model import FieldRecord
from app.draft.model import Evidence


@dataclass(frozen=True, slots=True)
class EarlierValue:
    """How a value got into the CRM.

    Args:
        call_id: The call it was approved from; "" where that call is no longer kept.
        at: When that call was; the moment of the approval where the call is no longer kept.
        decided_by: Who signed it.
        evidence: The quote it stands on; None for a value without one.
        is_edited: The person wrote it themselves, so the quote may say something else.
    """

    call_id: str
    at: datetime
    decided_by: str
    evidence: Evidence | None
    is_edited: bool = False


def earlier_values(
    in_crm: Mapping[str, FieldRecord], approvals: Iterable[Approval], call_at: Callable[[str], datetime | None]
) -> dict[str, EarlierValue]:
    """The origin of each value of a deal, by field key.

    Args:
        in_crm: The values now in the CRM.
        approvals: At least those that stand behind them.
        call_at: When a call was; None for one that is no longer kept.
    """
    by_id = {approval.id: approval for approval in approvals}
    found: dict[str, EarlierValue] = {}
    for key, record in in_crm.items():
        approval = by_id.get(record.approval_id)
        if approval is None:
            continue
        decision = next(d for d in approval.decisions if (d.subject, d.key) == (SubjectKind.FIELD, key))
        at = call_at(approval.call_id)
        found[key] = EarlierValue(
            approval.call_id if at is not None else "",
            at or approval.at,
            approval.decided_by,
            decision.evidence[0] if decision.evidence else None,
            decision.kind is DecisionKind.EDITED,
        )
    return found
