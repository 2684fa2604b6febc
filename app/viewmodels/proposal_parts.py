"""What the screen «КП» needs of the running program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from app.core.cancel import CancelToken
from app.deals.model import Deal
from app.draft.model import Draft
from app.knowledge.model import Hit, Knowledge
from app.profile.model import Profile
from app.proposal.archive import FinalFiles, OpenProposal, ProposalRow
from app.proposal.model import Client, Number, Proposal


class ProposalDesk(Protocol):
    """Everything that is done with proposals. Each call takes its time, so it is made in the background."""

    def rows(self) -> list[ProposalRow]:
        """All proposals, the newest first."""
        ...

    def open(self, number: Number) -> OpenProposal:
        """One of them."""
        ...

    def begin(self, draft: Draft | None, profile: Profile, knowledge: Knowledge, today: date) -> Proposal:
        """A new proposal under the next number; without a draft it has no lines."""
        ...

    def revise(self, number: Number) -> Proposal:
        """The next revision of a final proposal."""
        ...

    def keep(self, proposal: Proposal, *, active_s: float, edits: int) -> None:
        """Store the proposal as it stands now."""
        ...

    def discard(self, number: Number) -> None:
        """Throw an unfinished proposal away; its number is not given again."""
        ...

    def checked(self, proposal: Proposal) -> Proposal:
        """The proposal with its warnings anew."""
        ...

    def draft_texts(self, proposal: Proposal, draft: Draft | None, cancel: CancelToken) -> Proposal:
        """The proposal with its texts written by the model, within the facts."""
        ...

    def preview(self, proposal: Proposal, dpi: int = 96, *, is_first_only: bool = False) -> Sequence[bytes]:
        """The pages as PNG, or the first of them."""
        ...

    def missing_fonts(self, proposal: Proposal) -> Sequence[str]:
        """Fonts of its template that this machine has not."""
        ...

    def finish(self, proposal: Proposal, by: str) -> FinalFiles:
        """Approve it: make the documents, and keep them with what they were made from."""
        ...


class KnowledgeShelf(Protocol):
    """Prices and passages in force; each call takes its time."""

    def knowledge(self) -> Knowledge:
        """What is in force."""
        ...

    def items(self, query: str, limit: int = 10) -> list[Hit]:
        """Articles that come nearest to a name or number, the best first."""
        ...


def client_of(deal: Deal, known: Client) -> Client:
    """To whom a proposal of a deal goes: as the deal has it, else as `known`."""
    company, contact = deal.company, deal.contact
    return Client(
        company=(company.name if company else "") or known.company,
        contact=(contact.name if contact else "") or known.contact,
        role=(contact.role if contact else "") or known.role,
        inn=(company.inn if company else "") or known.inn,
        city=known.city,
        email=(contact.email if contact else "") or known.email,
    )
