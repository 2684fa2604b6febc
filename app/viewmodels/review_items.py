"""The things of a draft that a person decides on, and in which order they are shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from app.approval.model import Approval, Decision, DecisionKind, SubjectKind
from app.approval.track_record import TrackRecord
from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldRecord, Norm, RiskClass
from app.deals.typed_values import TypedValue, are_same, shown
from app.draft.model import Draft, Evidence, FieldStatus, Misheard
from app.viewmodels.earlier import EarlierValue

NOTE_KEY = "note"


class Group(StrEnum):
    """Where an item is shown: what needs a decision first, what was not discussed last."""

    DECIDE = "decide"
    PROVEN = "proven"
    NOTE = "note"
    STEPS = "steps"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        return {
            Group.DECIDE: _("Решаете вы"),
            Group.PROVEN: _("Проверено по записи"),
            Group.NOTE: _("Заметка"),
            Group.STEPS: _("Следующие шаги"),
            Group.ABSENT: _("Не обсуждали"),
        }[self]


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person wrote over a proposal and has not yet approved."""

    value: str
    norm: Norm = None
    who: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing to decide on.

    Args:
        id: Stable within a draft: subject and key.
        value: The value as it stands: edited, or as drafted; "" for none.
        status: How well it is proven; what a person wrote themselves needs no proof.
        decision: What was decided, None while it is open.
        in_crm: The value now in the CRM.
        earlier: The call that value came from.
        record: How often such values were right; None where nothing is known.
        may_join: Part of the one-click approval while it is open.
    """

    subject: SubjectKind
    key: str
    label: str
    value: str
    norm: Norm
    status: FieldStatus
    definition: FieldDefinition | None = None
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    others: tuple[str, ...] = ()
    misheard: tuple[Misheard, ...] = ()
    who: str | None = None
    due: str | None = None
    is_edited: bool = False
    decision: DecisionKind | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    in_crm: FieldRecord | None = None
    earlier: EarlierValue | None = None
    record: TrackRecord | None = None

    @property
    def id(self) -> str:
        return f"{self.subject}:{self.key}"

    @property
    def is_high_risk(self) -> bool:
        return self.definition is not None and self.definition.risk_class is RiskClass.HIGH

    @property
    def is_open(self) -> bool:
        """Has a value and waits for a decision."""
        return self.decision is None and bool(self.value)

    @property
    def may_join(self) -> bool:
        if not self.is_open or self.is_high_risk:
            return False
        return self.is_edited or self.subject is SubjectKind.NOTE or self.status is FieldStatus.VERIFIED

    @property
    def group(self) -> Group:
        if self.subject is SubjectKind.NOTE:
            return Group.NOTE
        if self.subject is SubjectKind.STEP:
            return Group.STEPS
        if not self.value and self.decision is None:
            return Group.ABSENT
        if self.is_high_risk or (self.status is FieldStatus.REVIEW and not self.is_edited):
            return Group.DECIDE
        return Group.PROVEN

    @property
    def in_crm_text(self) -> str:
        """The value now in the CRM, as the screen shows it."""
        if self.in_crm is None:
            return ""
        return shown(self.definition, self.in_crm.norm, self.in_crm.value) if self.definition else self.in_crm.value

    @property
    def is_same_as_crm(self) -> bool:
        """The call confirms what is in the CRM."""
        if self.in_crm is None or self.definition is None or not self.value:
            return False
        before = TypedValue(self.in_crm.value, self.in_crm.norm)
        return are_same(self.definition, TypedValue(self.value, self.norm), before)

    @property
    def contradicts_crm(self) -> bool:
        """The call says something else than what is in the CRM."""
        return self.in_crm is not None and bool(self.value) and not self.is_same_as_crm

    def decided(self, kind: DecisionKind) -> Decision:
        """The decision on this item as it stands."""
        is_rejected = kind is DecisionKind.REJECTED
        return Decision(
            subject=self.subject,
            key=self.key,
            kind=DecisionKind.EDITED if kind is DecisionKind.ACCEPTED and self.is_edited else kind,
            value=None if is_rejected else self.value,
            norm=None if is_rejected else self.norm,
            evidence=self.evidence,
            who=self.who,
            due=None if is_rejected else self.due,
        )


def items_of(
    draft: Draft,
    fields: Sequence[FieldDefinition],
    *,
    edits: Mapping[str, Edit],
    approvals: Sequence[Approval],
    in_crm: Mapping[str, FieldRecord],
    earlier: Mapping[str, EarlierValue] = MappingProxyType({}),
    records: Mapping[str, TrackRecord] = MappingProxyType({}),
) -> list[ReviewItem]:
    """All items of a draft: fields in the profile's order, note, steps."""
    found = [
        replace(
            _field_item(draft, definition, in_crm.get(definition.key)),
            earlier=earlier.get(definition.key),
            record=records.get(definition.key),
        )
        for definition in fields
    ]
    note = "\n".join(line.text for line in draft.note)
    proof = tuple(e for line in draft.note for e in line.evidence)
    note_status = FieldStatus.VERIFIED if note else FieldStatus.EMPTY
    found.append(ReviewItem(SubjectKind.NOTE, NOTE_KEY, _("Заметка о звонке"), note, None, note_status, evidence=proof))
    for number, step in enumerate(draft.next_steps):
        found.append(
            ReviewItem(
                SubjectKind.STEP,
                str(number),
                _("Шаг {number}").format(number=number + 1),
                step.action,
                None,
                step.status,
                evidence=step.evidence,
                reason=step.reason,
                who=step.who,
                due=step.due,
            )
        )
    decisions = _latest_decisions(approvals)
    known = {(item.subject, item.key) for item in found}
    added = [key for key in edits if key.startswith(f"{SubjectKind.STEP}:")]
    added += [f"{s}:{k}" for s, k in decisions if s is SubjectKind.STEP]
    for item_id in dict.fromkeys(added):
        key = item_id.partition(":")[2]
        if (SubjectKind.STEP, key) not in known:
            label = _("Шаг {number}").format(number=int(key) + 1)
            found.append(ReviewItem(SubjectKind.STEP, key, label, "", None, FieldStatus.REVIEW, who="manager"))
    return [_as_it_stands(item, edits.get(item.id), decisions.get((item.subject, item.key))) for item in found]


def in_order(items: Sequence[ReviewItem]) -> list[tuple[Group, list[ReviewItem]]]:
    """The items by group, in the order of the screen; empty groups are left out."""
    groups = [(group, [item for item in items if item.group is group]) for group in Group]
    return [(group, members) for group, members in groups if members]


def _field_item(draft: Draft, definition: FieldDefinition, record: FieldRecord | None) -> ReviewItem:
    proposed = draft.fields.get(definition.key)
    has_value = proposed is not None and proposed.value is not None and proposed.status is not FieldStatus.EMPTY
    if proposed is None or not has_value:
        return ReviewItem(
            SubjectKind.FIELD,
            definition.key,
            definition.label,
            "",
            None,
            FieldStatus.EMPTY,
            definition=definition,
            in_crm=record,
        )
    return ReviewItem(
        SubjectKind.FIELD,
        definition.key,
        definition.label,
        shown(definition, proposed.norm, proposed.value),
        proposed.norm,
        proposed.status,
        definition=definition,
        evidence=proposed.evidence,
        reason=proposed.reason,
        others=proposed.others,
        misheard=proposed.misheard,
        in_crm=record,
    )


def _as_it_stands(item: ReviewItem, edit: Edit | None, decided: tuple[Decision, Approval] | None) -> ReviewItem:
    if decided is not None:
        decision, approval = decided
        item = replace(item, decision=decision.kind, decided_by=approval.decided_by, decided_at=approval.at)
        if decision.value is not None:
            value = shown(item.definition, decision.norm, decision.value) if item.definition else decision.value
            item = replace(item, value=value, norm=decision.norm)
            if item.subject is SubjectKind.STEP:
                item = replace(item, who=decision.who, due=decision.due)
        return item
    if edit is not None:
        item = replace(item, value=edit.value, norm=edit.norm, is_edited=True)
        if item.subject is SubjectKind.STEP:
            item = replace(item, who=edit.who, due=edit.due)
    return item


def _latest_decisions(approvals: Sequence[Approval]) -> dict[tuple[SubjectKind, str], tuple[Decision, Approval]]:
    return {
        (decision.subject, decision.key): (decision, approval)
        for approval in approvals
        if approval.undone_at is None
        for decision in approval.decisions
    }
