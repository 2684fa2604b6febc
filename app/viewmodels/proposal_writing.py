"""Texts of a proposal that the model writes while the person goes on working."""

from __future__ import annotations

from collections.abc import Callable

from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.draft.ports import DraftRepository
from app.jobs.runner import Job, JobRunner
from app.pipeline import HEAVY_LANE
from app.proposal.model import Proposal
from app.viewmodels.proposal_parts import ProposalDesk


class TextWriting:
    """One proposal at a time; what was stopped gives no answer any more."""

    def __init__(self, jobs: JobRunner, proposals: Callable[[], ProposalDesk], drafts: DraftRepository) -> None:
        self._jobs = jobs
        self._proposals = proposals
        self._drafts = drafts
        self._token: CancelToken | None = None

    @property
    def is_running(self) -> bool:
        return self._token is not None

    def start(self, begun: Proposal, written: Callable[[Proposal], None], failed: Callable[[VizirError], None]) -> None:
        """Have the texts of a proposal written; exactly one of the two is called, unless it is stopped before."""
        token = self._token = CancelToken()

        def write(cancel: CancelToken) -> Proposal:
            stored = self._drafts.latest(begun.call_id) if begun.call_id else None
            return self._proposals().draft_texts(begun, stored[1] if stored else None, cancel)

        def done(drafted: Proposal) -> None:
            if self._end(token):
                written(drafted)

        def not_done(error: VizirError) -> None:
            if self._end(token):
                failed(error)

        job = Job(write, on_done=done, on_failed=not_done, on_cancelled=lambda: None, name="texts", cancel=token)
        self._jobs.submit(HEAVY_LANE, job)

    def stop(self) -> bool:
        """The model need not go on; returns whether it was at work."""
        token, self._token = self._token, None
        if token is not None:
            token.cancel()
        return token is not None

    def _end(self, token: CancelToken) -> bool:
        is_wanted = self._token is token
        if is_wanted:
            self._token = None
        return is_wanted
