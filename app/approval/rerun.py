"""Drafts the corrected calls anew with a model that somebody thinks of taking; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from app.approval.ports import ApprovalRepository, Drafter
from app.approval.regression import CALLS_AT_MOST, FieldChange, Wanted, compared, wanted_of
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.core.i18n import _, texts_in
from app.draft.model import FieldValue
from app.profile.model import Profile
from app.recording.ports import CallRepository
from app.settings import Settings
from app.transcript.ports import TranscriptRepository


@dataclass(frozen=True, slots=True)
class CorrectedCall:
    """A call of the regression set.

    Args:
        corrections: Fields in which a person's other value stands.
        decisions: All fields that were decided on.
    """

    call_id: str
    corrections: int
    decisions: int


class RerunService:
    """Tries a model on a person's own corrections.

    Args:
        trial: By the settings that choose a model, the draft stage with that model, for as long as it is needed.
    """

    def __init__(
        self,
        approvals: ApprovalRepository,
        calls: CallRepository,
        transcripts: TranscriptRepository,
        profile: Callable[[], Profile],
        trial: Callable[[Settings, Profile], AbstractContextManager[Drafter]],
    ) -> None:
        self._approvals = approvals
        self._calls = calls
        self._transcripts = transcripts
        self._profile = profile
        self._trial = trial

    def corrected(self) -> list[CorrectedCall]:
        """The regression set: the latest calls with corrections, the newest first."""
        found = []
        for call_id in self._approvals.corrected_calls(CALLS_AT_MOST):
            wanted = self._wanted(call_id)
            corrections = sum(each.is_correction for each in wanted)
            if corrections:
                found.append(CorrectedCall(call_id, corrections, len(wanted)))
        return found

    def rerun(
        self, call_id: str, settings: Settings, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> list[FieldChange]:
        """Draft one call anew and compare each field with what the person signed. Blocks, so it belongs in a job.

        Args:
            settings: Those in force but for the choice of the language model.
            on_progress: Told the share that is done, 0 to 1.

        Raises:
            UserFixable: ``rerun.no_transcript`` where the call was deleted meanwhile, and the model's own.
            ExternalFailure, ModelOutputRejected: The model failed.
            Cancelled: The token was set.
        """
        transcript = self._transcripts.get(call_id)
        if transcript is None:
            raise UserFixable(
                "rerun.no_transcript",
                _("Звонок из проверки удалён."),
                hint=_("Запустите проверку ещё раз: она возьмёт оставшиеся звонки."),
                detail=call_id,
            )
        profile = self._profile()
        with self._trial(settings, profile) as drafter, texts_in(transcript.language):
            draft = drafter.draft(self._calls.get(call_id), transcript, on_progress=on_progress, cancel=cancel)
        return [
            compared(call_id, wanted, draft.fields.get(wanted.definition.key, FieldValue(wanted.definition.key)))
            for wanted in self._wanted(call_id)
        ]

    def _wanted(self, call_id: str) -> list[Wanted]:
        approvals = [approval for approval in self._approvals.of_call(call_id) if approval.undone_at is None]
        drafts = {approval.id: self._approvals.draft_of(approval.id) for approval in approvals}
        return wanted_of(approvals, drafts, self._profile().fields)
