"""What may be approved together, what alone, and what a decision must hold to count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.approval.model import Approval, Decision, DecisionKind, SubjectKind
from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldType, RiskClass
from app.deals.typed_values import TypedValue, read, read_moment, shown
from app.draft.model import Draft, FieldStatus

NOTE_KEY = "note"
WHO = ("manager", "client")
_TEXTS = (FieldType.TEXT, FieldType.LONGTEXT)


def one_click_decisions(draft: Draft, definitions: Sequence[FieldDefinition]) -> tuple[Decision, ...]:
    """What «Завизировать проверенное» approves of an untouched draft: proven low-risk fields, note, proven steps."""
    low = [d for d in definitions if d.risk_class is RiskClass.LOW]
    proposals = [decision for d in low if (decision := _drafted_field(draft, d))]
    if draft.note:
        proposals.append(_drafted_note(draft))
    proposals += [_drafted_step(draft, number) for number in range(len(draft.next_steps))]
    by_key = {d.key: d for d in definitions}
    return tuple(decision for decision in proposals if may_join(decision, draft, by_key))


def may_join(decision: Decision, draft: Draft, definitions: Mapping[str, FieldDefinition]) -> bool:
    """Whether a decision may be made together with others: never on a high-risk field, never on what is unproven.

    What a person wrote themselves needs no proof from the recording.
    """
    if decision.kind is DecisionKind.REJECTED:
        return True
    if decision.subject is SubjectKind.FIELD:
        definition = definitions.get(decision.key)
        if definition is None or definition.risk_class is RiskClass.HIGH:
            return False
        proposed = draft.fields.get(decision.key)
        is_proven = proposed is not None and proposed.status is FieldStatus.VERIFIED
    elif decision.subject is SubjectKind.STEP:
        number = _step_number(draft, decision.key)
        is_proven = number is not None and draft.next_steps[number].status is FieldStatus.VERIFIED
    else:
        is_proven = True
    return is_proven or decision.kind is DecisionKind.EDITED


def settled(decision: Decision, draft: Draft, definitions: Mapping[str, FieldDefinition]) -> Decision:
    """The decision as it is recorded: checked by the field's type, and called edited exactly when it differs.

    The evidence of what was drafted goes with it; what is called "accepted" is what the draft proposed.

    Raises:
        UserFixable: ``field.empty`` or ``field.value`` for a value that does not fit, ``approval.unknown_field``.
    """
    match decision.subject:
        case SubjectKind.FIELD:
            return _settled_field(decision, draft, definitions)
        case SubjectKind.NOTE:
            drafted = _drafted_note(draft)
            return _settled_text(decision, drafted, is_same=_plain(decision.value) == _plain(drafted.value))
        case SubjectKind.STEP:
            return _settled_step(decision, draft)


def standing(approvals: Iterable[Approval]) -> dict[tuple[SubjectKind, str], Decision]:
    """The latest decision on each subject among approvals that were not taken back, oldest approval first."""
    return {
        (decision.subject, decision.key): decision
        for approval in approvals
        if approval.undone_at is None
        for decision in approval.decisions
    }


def is_settled(
    draft: Draft, definitions: Mapping[str, FieldDefinition], decided: Iterable[tuple[SubjectKind, str]]
) -> bool:
    """Whether nothing that the draft proposes waits for a decision any more."""
    proposed = [key for key, value in draft.fields.items() if value.value is not None and key in definitions]
    waiting = {(SubjectKind.FIELD, key) for key in proposed}
    waiting |= {(SubjectKind.STEP, str(number)) for number in range(len(draft.next_steps))}
    if draft.note:
        waiting.add((SubjectKind.NOTE, NOTE_KEY))
    return waiting <= set(decided)


def _drafted_field(draft: Draft, definition: FieldDefinition) -> Decision | None:
    proposed = draft.fields.get(definition.key)
    if proposed is None or proposed.value is None:
        return None
    return Decision(
        SubjectKind.FIELD,
        definition.key,
        DecisionKind.ACCEPTED,
        shown(definition, proposed.norm, proposed.value),
        proposed.norm,
        proposed.evidence,
    )


def _drafted_note(draft: Draft) -> Decision:
    text = "\n".join(line.text for line in draft.note)
    evidence = tuple(item for line in draft.note for item in line.evidence)
    return Decision(SubjectKind.NOTE, NOTE_KEY, DecisionKind.ACCEPTED, text, None, evidence)


def _drafted_step(draft: Draft, number: int) -> Decision:
    step = draft.next_steps[number]
    return Decision(
        SubjectKind.STEP, str(number), DecisionKind.ACCEPTED, step.action, None, step.evidence, step.who, step.due
    )


def _step_number(draft: Draft, key: str) -> int | None:
    return int(key) if key.isdecimal() and int(key) < len(draft.next_steps) else None


def _settled_field(decision: Decision, draft: Draft, definitions: Mapping[str, FieldDefinition]) -> Decision:
    definition = definitions.get(decision.key)
    if definition is None:
        raise UserFixable(
            "approval.unknown_field",
            _("В профиле нет поля «{key}».").format(key=decision.key),
            hint=_("Проверьте, тот ли профиль выбран, и откройте звонок заново."),
        )
    proposed = draft.fields.get(decision.key)
    evidence = proposed.evidence if proposed else ()
    if decision.kind is DecisionKind.REJECTED:
        return Decision(SubjectKind.FIELD, decision.key, DecisionKind.REJECTED, None, None, evidence)
    typed = _typed(definition, decision)
    is_same = proposed is not None and proposed.value is not None and _is_same_value(definition, typed, decision, draft)
    kind = DecisionKind.ACCEPTED if is_same else DecisionKind.EDITED
    return Decision(SubjectKind.FIELD, decision.key, kind, typed.value, typed.norm, evidence)


def _typed(definition: FieldDefinition, decision: Decision) -> TypedValue:
    if definition.type in _TEXTS:
        return read(definition, decision.value)
    return read(definition, decision.norm if decision.norm is not None else decision.value)


def _is_same_value(definition: FieldDefinition, typed: TypedValue, decision: Decision, draft: Draft) -> bool:
    proposed = draft.fields[decision.key]
    if definition.type in _TEXTS:
        return _plain(typed.value) == _plain(proposed.value)
    return typed.norm == proposed.norm


def _settled_text(decision: Decision, drafted: Decision, *, is_same: bool) -> Decision:
    kind = DecisionKind.REJECTED
    if decision.kind is not DecisionKind.REJECTED:
        kind = DecisionKind.ACCEPTED if is_same else DecisionKind.EDITED
        if not _plain(decision.value):
            raise UserFixable(
                "field.empty", _("Текст пустой."), hint=_("Введите текст или отклоните его."), detail=decision.key
            )
    is_rejected = kind is DecisionKind.REJECTED
    return Decision(
        decision.subject,
        decision.key,
        kind,
        None if is_rejected else (decision.value or "").strip(),
        None,
        drafted.evidence,
        decision.who,
        None if is_rejected else decision.due,
    )


def _settled_step(decision: Decision, draft: Draft) -> Decision:
    number = _step_number(draft, decision.key)
    drafted = (
        _drafted_step(draft, number) if number is not None else Decision(SubjectKind.STEP, "", decision.kind, None)
    )
    if decision.kind is not DecisionKind.REJECTED:
        if decision.who not in WHO:
            raise UserFixable(
                "approval.step_owner", _("У шага не указано, кто его делает."), hint=_("Выберите: менеджер или клиент.")
            )
        if decision.due is not None and read_moment(decision.due) != decision.due:
            raise UserFixable(
                "approval.step_date",
                _("Срок шага «{due}» не похож на дату.").format(due=decision.due),
                hint=_("Пример: {form}.").format(form="20.12.2026 10:00"),
            )
    is_same = (_plain(decision.value), decision.who, decision.due) == (_plain(drafted.value), drafted.who, drafted.due)
    return _settled_text(decision, drafted, is_same=is_same)


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())
