"""The verb of the approval stage: a person decides, and only what passes here becomes a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.approval import policy
from app.approval.model import Approval, ApprovalRequest, Decision, DecisionKind, SubjectKind
from app.approval.ports import ApprovalRepository
from app.core.errors import UserFixable
from app.core.i18n import _
from app.deals.model import Deal, FieldDefinition
from app.draft.model import Draft
from app.draft.ports import DraftRepository


class ApprovalService:
    """Checks decisions against the draft and the fields' definitions, and has them written.

    Args:
        fields: The definitions of the profile in force.
    """

    def __init__(
        self,
        approvals: ApprovalRepository,
        drafts: DraftRepository,
        fields: Callable[[], Sequence[FieldDefinition]],
    ) -> None:
        self._approvals = approvals
        self._drafts = drafts
        self._fields = fields

    def approve(self, request: ApprovalRequest) -> Approval:
        """Record the decisions and write what was approved, all of it or nothing.

        Values are checked by type and written in their one spelling; "accepted" and "edited" are told apart here, by
        comparing with the draft. Several approvals at once may hold only what the one-click policy lets through.

        Raises:
            UserFixable: ``approval.no_draft``, ``approval.no_person``, ``approval.nothing``, ``approval.one_by_one``,
                ``approval.already_decided``, ``approval.unknown_field``, ``approval.step_owner``,
                ``approval.step_date``, ``field.empty``, ``field.value``, and the ``store.`` codes; nothing was written.
            StoredDataError: The store is damaged.
        """
        draft = self._draft(request.call_id)
        definitions = {definition.key: definition for definition in self._fields()}
        decisions = tuple(policy.settled(decision, draft, definitions) for decision in request.decisions)
        _refuse_empty(request.decided_by, decisions)
        positive = [decision for decision in decisions if decision.kind is not DecisionKind.REJECTED]
        if len(positive) > 1:
            for decision in positive:
                if not policy.may_join(decision, draft, definitions):
                    raise _one_by_one(decision, definitions)
        standing = policy.standing(self._approvals.of_call(request.call_id))
        _refuse_repeated(positive, standing)
        decided = set(standing) | {(decision.subject, decision.key) for decision in decisions}
        return self._approvals.approve(
            replace(
                request,
                decisions=decisions,
                definitions=tuple(definitions[d.key] for d in decisions if d.key in definitions),
                settles_call=request.settles_call or policy.is_settled(draft, definitions, decided),
            )
        )

    def approve_proven(self, call_id: str, deal_id: str, decided_by: str, new_deal: Deal | None = None) -> Approval:
        """«Завизировать проверенное»: all proven low-risk fields, the note and the proven steps that are undecided.

        Raises:
            UserFixable: As `approve`; ``approval.nothing`` when there is nothing of the kind.
        """
        latest = self._drafts.latest(call_id)
        if latest is None:
            raise _no_draft()
        draft_id, draft = latest
        standing = policy.standing(self._approvals.of_call(call_id))
        waiting = tuple(
            decision
            for decision in policy.one_click_decisions(draft, self._fields())
            if (decision.subject, decision.key) not in standing
        )
        return self.approve(ApprovalRequest(call_id, draft_id, deal_id, waiting, decided_by, new_deal))

    def undo(self, approval_id: str, decided_by: str) -> Approval:
        """Take an approval back: the values from before return, its note and tasks go, and that is recorded.

        Raises:
            UserFixable: ``approval.changed_since`` when a later approval stands on it, ``approval.already_undone``,
                ``approval.too_old``, ``approval.unknown``, ``approval.no_person``.
        """
        _require_person(decided_by)
        return self._approvals.undo(approval_id, decided_by)

    def _draft(self, call_id: str) -> Draft:
        latest = self._drafts.latest(call_id)
        if latest is None:
            raise _no_draft()
        return latest[1]


def _no_draft() -> UserFixable:
    return UserFixable(
        "approval.no_draft",
        _("У звонка ещё нет черновика."),
        hint=_("Дождитесь разбора или запустите его ещё раз."),
    )


def _require_person(decided_by: str) -> None:
    if not decided_by.strip():
        raise UserFixable(
            "approval.no_person",
            _("Не указано, кто визирует."),
            hint=_("Введите своё имя в настройках: оно записывается в журнал."),
            action="open_settings",
        )


def _refuse_empty(decided_by: str, decisions: Sequence[Decision]) -> None:
    _require_person(decided_by)
    if not decisions:
        raise UserFixable(
            "approval.nothing",
            _("Визировать нечего: проверенных значений не осталось."),
            hint=_("Остальные поля решаются по одному."),
        )


def _one_by_one(decision: Decision, definitions: dict[str, FieldDefinition]) -> UserFixable:
    definition = definitions.get(decision.key) if decision.subject is SubjectKind.FIELD else None
    label = definition.label if definition else (decision.value or decision.key)
    return UserFixable(
        "approval.one_by_one",
        _("«{label}» визируется отдельно: это деньги, этап, дата или непроверенное значение.").format(label=label),
        hint=_("Прослушайте цитату и завизируйте это поле само по себе."),
        detail=decision.key,
    )


def _refuse_repeated(decisions: Sequence[Decision], standing: dict[tuple[SubjectKind, str], Decision]) -> None:
    # A field may be approved anew with another value; a second note of the same call would stand beside the first.
    for decision in decisions:
        before = standing.get((decision.subject, decision.key))
        is_written = before is not None and before.kind is not DecisionKind.REJECTED
        if is_written and decision.subject is not SubjectKind.FIELD:
            raise UserFixable(
                "approval.already_decided",
                _("Заметка или шаг уже завизированы."),
                hint=_("Чтобы изменить их, сначала снимите визу."),
                detail=decision.key,
            )
