"""Deals and approvals in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.adapters.storage.call_rows import searchable_phone
from app.adapters.storage.errors import no_deal
from app.approval.model import Approval, ApprovalRequest, AuditEntry, Decision, DecisionKind, SubjectKind
from app.approval.track_record import FieldVerdict, MadeWith
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.ids import canonical_json, new_id, text_sha256
from app.core.words import folded
from app.deals.model import Company, Contact, Deal, DealContents, FieldRecord, NoteRecord, Task
from app.draft.model import Draft, FieldStatus, FieldValue
from app.recording.model import CallState

if TYPE_CHECKING:
    from tests.fakes.store import Shelf


@dataclass
class Records:
    """What is in the CRM, and why."""

    deals: dict[str, Deal] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    touched: list[str] = field(default_factory=list)
    touched_at: dict[str, datetime] = field(default_factory=dict)
    values: dict[str, dict[str, FieldRecord]] = field(default_factory=dict)
    notes: list[NoteRecord] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    requests: dict[str, ApprovalRequest] = field(default_factory=dict)
    before: dict[str, tuple[dict[str, FieldRecord], str | None]] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)

    def touch(self, deal_id: str, at: datetime) -> None:
        self.touched_at[deal_id] = at
        self.touched = [other for other in self.touched if other != deal_id] + [deal_id]

    def append_audit(self, clock: Clock, actor: str, action: str, subject: str) -> None:
        previous = self.audit[-1].hash if self.audit else ""
        body = (len(self.audit) + 1, clock.now_utc(), actor, action, subject, "{}", previous)
        self.audit.append(AuditEntry(*body, _hash(body)))


class FakeDeals:
    """`DealRepository`."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def create(self, deal: Deal) -> None:
        _add_deal(self._records, deal, self._clock)
        self._records.append_audit(self._clock, "", "deal_created", deal.id)

    def create_all(self, deals: Sequence[Deal]) -> int:
        new = [deal for deal in {deal.id: deal for deal in deals}.values() if deal.id not in self._records.deals]
        for deal in new:
            self.create(deal)
        return len(new)

    def contents(self) -> list[DealContents]:
        return [
            DealContents(
                deal,
                self._records.touched_at[deal.id],
                self.values(deal.id),
                tuple(self.notes(deal.id)),
                tuple(self.tasks(deal.id)),
            )
            for deal in self.recent(len(self._records.deals))
        ]

    def get(self, deal_id: str) -> Deal:
        if deal_id not in self._records.deals or deal_id in self._records.removed:
            raise no_deal(deal_id)
        return self._records.deals[deal_id]

    def recent(self, limit: int) -> list[Deal]:
        newest = [d for d in reversed(self._records.touched) if d not in self._records.removed]
        return [self._records.deals[deal_id] for deal_id in newest[:limit]]

    def search(self, text: str, limit: int) -> list[Deal]:
        digits = "".join(filter(str.isdigit, text))
        is_number = len(digits) >= 5 and not any(map(str.isalpha, text))
        sought = digits[-10:] if is_number else " ".join(folded(text).split())
        return [deal for deal in self.recent(len(self._records.deals)) if sought in _search_text(deal)][:limit]

    def values(self, deal_id: str) -> dict[str, FieldRecord]:
        return dict(self._records.values.get(deal_id, {}))

    def notes(self, deal_id: str) -> list[NoteRecord]:
        return [note for note in self._records.notes if note.deal_id == deal_id]

    def tasks(self, deal_id: str) -> list[Task]:
        return [task for task in self._records.tasks if task.deal_id == deal_id]

    def contacts(self, limit: int) -> list[Contact]:
        found = {d.contact.id: d.contact for d in self._records.deals.values() if d.contact}
        return list(reversed(found.values()))[:limit]

    def companies(self, limit: int) -> list[Company]:
        found = {d.company.id: d.company for d in self._records.deals.values() if d.company}
        return list(reversed(found.values()))[:limit]


class FakeApprovals:
    """`ApprovalRepository`."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._records = shelf.records

    def approve(self, request: ApprovalRequest) -> Approval:
        call = self._shelf.call(request.call_id)
        records = self._records
        if request.new_deal is not None:
            _add_deal(records, request.new_deal, self._shelf.clock)
        if request.deal_id not in records.deals or request.deal_id in records.removed:
            raise no_deal(request.deal_id)
        approval = Approval(
            new_id(),
            request.call_id,
            request.draft_id,
            request.deal_id,
            request.decided_by,
            self._shelf.clock.now_utc(),
            request.decisions,
        )
        records.approvals.append(approval)
        records.requests[approval.id] = request
        values = records.values.setdefault(request.deal_id, {})
        records.before[approval.id] = (dict(values), call.deal_id)
        for decision in request.decisions:
            if decision.kind is not DecisionKind.REJECTED:
                self._write(approval, decision)
        records.append_audit(self._shelf.clock, request.decided_by, "approved", approval.id)
        records.touch(request.deal_id, self._shelf.clock.now_utc())
        state = CallState.APPROVED if request.settles_call else call.state
        self._shelf.calls[call.id] = replace(call, deal_id=request.deal_id, state=state)
        return approval

    def undo(self, approval_id: str, decided_by: str) -> Approval:
        records = self._records
        place = next((i for i, a in enumerate(records.approvals) if a.id == approval_id), None)
        if place is None:
            raise UserFixable("approval.unknown", "Такой визы в базе нет.")
        approval = records.approvals[place]
        if approval.undone_at is not None:
            raise UserFixable("approval.already_undone", "Эта виза уже снята.")
        values = records.values[approval.deal_id]
        keys = [
            d.key for d in approval.decisions if d.subject is SubjectKind.FIELD and d.kind is not DecisionKind.REJECTED
        ]
        if any(values[key].approval_id != approval_id for key in keys) or self._is_deal_used(approval):
            raise UserFixable("approval.changed_since", "Визу не снять: поверх неё уже стоит более поздняя.")
        before, previous_deal_id = records.before[approval_id]
        for key in keys:
            del values[key]
            if key in before:
                values[key] = before[key]
        records.notes = [note for note in records.notes if note.approval_id != approval_id]
        records.tasks = [task for task in records.tasks if task.approval_id != approval_id]
        undone = records.approvals[place] = replace(approval, undone_at=self._shelf.clock.now_utc())
        records.append_audit(self._shelf.clock, decided_by, "undone", approval_id)
        self._take_call_back(approval, previous_deal_id)
        if records.requests[approval_id].new_deal is not None:
            records.removed.add(approval.deal_id)
        return undone

    def of_call(self, call_id: str) -> list[Approval]:
        return [approval for approval in self._records.approvals if approval.call_id == call_id]

    def with_ids(self, approval_ids: Collection[str]) -> list[Approval]:
        return [approval for approval in self._records.approvals if approval.id in approval_ids]

    def of_deal(self, deal_id: str) -> list[Approval]:
        return [approval for approval in reversed(self._records.approvals) if approval.deal_id == deal_id]

    def verdicts(self, limit: int) -> list[FieldVerdict]:
        drafts = {draft_id: draft for found in self._shelf.drafts.values() for draft_id, draft in found}
        standing = [approval for approval in self._records.approvals if approval.undone_at is None]
        return [
            FieldVerdict(
                approval.call_id,
                decision.key,
                MadeWith.of(drafts[approval.draft_id].engine),
                drafts[approval.draft_id]
                .fields.get(decision.key, FieldValue(decision.key, status=FieldStatus.EMPTY))
                .status,
                decision.kind,
            )
            for approval in standing[-limit:]
            if approval.draft_id in drafts
            for decision in approval.decisions
            if decision.subject is SubjectKind.FIELD
        ]

    def corrected_calls(self, limit: int) -> list[str]:
        found = [
            approval.call_id
            for approval in reversed(self._records.approvals)
            if approval.undone_at is None
            and approval.call_id in self._shelf.transcripts
            and any(d.subject is SubjectKind.FIELD and d.kind is DecisionKind.EDITED for d in approval.decisions)
        ]
        return list(dict.fromkeys(found))[:limit]

    def draft_of(self, approval_id: str) -> Draft:
        approval = next((a for a in self._records.approvals if a.id == approval_id), None)
        if approval is None:
            raise UserFixable("approval.unknown", "Такой визы в базе нет.")
        drafts = {draft_id: draft for found in self._shelf.drafts.values() for draft_id, draft in found}
        return drafts[approval.draft_id]

    def audit(self, limit: int) -> list[AuditEntry]:
        return list(reversed(self._records.audit))[:limit]

    def verify_audit(self) -> int | None:
        previous = ""
        for number, entry in enumerate(self._records.audit, 1):
            body = (number, entry.at, entry.actor, entry.action, entry.subject, entry.content, previous)
            if _hash(body) != entry.hash:
                return number
            previous = entry.hash
        return None

    def _write(self, approval: Approval, decision: Decision) -> None:
        assert decision.value is not None
        deal_id, records = approval.deal_id, self._records
        if decision.subject is SubjectKind.FIELD:
            records.values[deal_id][decision.key] = FieldRecord(
                decision.key, decision.value, decision.norm, approval.id, approval.at
            )
        elif decision.subject is SubjectKind.NOTE:
            records.notes.append(NoteRecord(new_id(), deal_id, decision.value, approval.id, approval.at))
        else:
            assert decision.who is not None
            records.tasks.append(Task(new_id(), deal_id, decision.who, decision.value, decision.due, approval.id))

    def _is_deal_used(self, approval: Approval) -> bool:
        if self._records.requests[approval.id].new_deal is None:
            return False
        others = (a for a in self._records.approvals if a.deal_id == approval.deal_id and a.id != approval.id)
        calls = (c for c in self._shelf.calls.values() if c.deal_id == approval.deal_id and c.id != approval.call_id)
        return any(other.undone_at is None for other in others) or next(calls, None) is not None

    def _take_call_back(self, approval: Approval, previous_deal_id: str | None) -> None:
        call = self._shelf.calls.get(approval.call_id)
        if call is None:
            return
        others = [a for a in self.of_call(call.id) if a.undone_at is None]
        is_back = (
            self._records.requests[approval.id].settles_call
            and not any(self._records.requests[a.id].settles_call for a in others)
            and call.state is CallState.APPROVED
        )
        self._shelf.calls[call.id] = replace(
            call,
            deal_id=call.deal_id if others else previous_deal_id,
            state=CallState.READY if is_back else call.state,
        )


def _add_deal(records: Records, deal: Deal, clock: Clock) -> None:
    records.deals[deal.id] = replace(deal, created_at=deal.created_at or clock.now_utc())
    records.touch(deal.id, clock.now_utc())


def _search_text(deal: Deal) -> str:
    parts: list[str | None] = [deal.title]
    if deal.company:
        parts += [deal.company.name, deal.company.inn]
    if deal.contact:
        parts += [deal.contact.name, deal.contact.email, searchable_phone(deal.contact.phone or "")]
    return folded(" ".join(filter(None, parts)))


def _hash(body: tuple[object, ...]) -> str:
    return text_sha256(canonical_json([str(part) for part in body]))
