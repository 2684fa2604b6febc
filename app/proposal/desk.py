"""The proposals that are worked on and those that are done: what the screen «КП» is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.draft.model import Draft
from app.knowledge.model import Knowledge
from app.profile.model import Profile
from app.proposal.archive import FinalFiles, OpenProposal, ProposalArchive, ProposalRow, ProposalState
from app.proposal.model import Number, Proposal, Totals

if TYPE_CHECKING:
    from datetime import timedelta

    from app.proposal.service import ProposalService

_ATTEMPTS = 3


class ProposalDesk:
    """Proposals by number, from the first line to the signature.

    Args:
        clock: Says what day it is when a revision is begun.
    """

    def __init__(self, service: ProposalService, archive: ProposalArchive, clock: Clock) -> None:
        self.service = service
        self._archive = archive
        self._clock = clock

    def rows(self) -> list[ProposalRow]:
        """All proposals, the newest first."""
        return self._archive.rows()

    def open(self, number: Number) -> OpenProposal:
        """One of them. Raises UserFixable ``proposal.unknown``."""
        return self._archive.open(number)

    def begin(self, draft: Draft | None, profile: Profile, knowledge: Knowledge, today: date) -> Proposal:
        """A new proposal under the next number, which it takes at once; without a draft it has no lines."""
        for attempt in range(1, _ATTEMPTS + 1):
            number = self._archive.next_number(today.year)
            made = self.service.begin(draft, profile, knowledge, lines=None, today=today, number=number)
            try:
                self._archive.keep(made)
            except UserFixable as error:
                if error.code != "proposal.number_taken" or attempt == _ATTEMPTS:
                    raise
            else:
                return made
        raise AssertionError(number)

    def revise(self, number: Number) -> Proposal:
        """The next revision, dated today and valid for as long as the first was.

        Raises:
            UserFixable: ``proposal.unknown``.
        """
        final = self._archive.open(number)
        today = self._clock.local(self._clock.now_utc()).date()
        term: timedelta = final.proposal.valid_until - final.proposal.dated
        made = replace(
            final.proposal,
            number=self._archive.next_revision(number),
            dated=today,
            valid_until=today + term,
            warnings=(),
        )
        self._archive.keep(made)
        return made

    def keep(self, proposal: Proposal, *, active_s: float, edits: int) -> None:
        """Store the proposal as it stands now."""
        self._archive.keep(proposal, active_s=active_s, edits=edits)

    def discard(self, number: Number) -> None:
        """Throw an unfinished proposal away; its number is not given again."""
        self._archive.discard(number)

    def checked(self, proposal: Proposal) -> Proposal:
        """The proposal with its warnings anew."""
        return self.service.checked(proposal)

    def totals(self, proposal: Proposal) -> dict[str, Totals]:
        """Money by option; under the empty name where there is one way."""
        return self.service.totals(proposal)

    def draft_texts(self, proposal: Proposal, draft: Draft | None, cancel: CancelToken) -> Proposal:
        """The proposal with its texts, within the facts."""
        return self.service.draft_texts(proposal, draft, cancel)

    def preview(self, proposal: Proposal, dpi: int = 96, *, is_first_only: bool = False) -> tuple[bytes, ...]:
        """The pages as PNG, or the first of them."""
        return self.service.preview(proposal, dpi, is_first_only=is_first_only)

    def missing_fonts(self, proposal: Proposal) -> tuple[str, ...]:
        """Fonts of its template that this machine has not."""
        return self.service.missing_fonts(proposal)

    def finish(self, proposal: Proposal, by: str) -> FinalFiles:
        """Approve it: make the documents, and keep them with what they were made from."""
        return self.service.finish(proposal, by=by)

    def is_settled(self, number: Number) -> bool:
        """Whether it can no longer be changed."""
        return self._archive.open(number).state is not ProposalState.DRAFT
