"""What is being worked on and what has become final: the values, and the store behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.core.i18n import _
from app.proposal.model import Number, Proposal


class ProposalState(StrEnum):
    """`REPLACED`: a newer revision was made of it."""

    DRAFT = "draft"
    FINAL = "final"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        return {
            ProposalState.DRAFT: _("готовится"),
            ProposalState.FINAL: _("завизировано"),
            ProposalState.REPLACED: _("заменено"),
        }[self]


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal as the list shows it. `total` in roubles; of several options the first."""

    number: Number
    client: str
    dated: date
    total: Decimal
    state: ProposalState
    call_id: str = ""
    deal_id: str = ""


@dataclass(frozen=True, slots=True)
class FinalFiles:
    """What an approval has made.

    Args:
        pdf: None where it could not be made.
        converter: What made the PDF, as shown to a person: «LibreOffice».
        no_pdf_why: Why there is no PDF and what helps, for the person who has just approved; not kept.
    """

    docx: Path
    pdf: Path | None
    eml: Path | None
    converter: str = ""
    no_pdf_why: str = ""

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(file for file in (self.docx, self.pdf, self.eml) if file is not None)


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal with what stands beside it in the store.

    Args:
        active_s: Seconds of work on it, as the clock of the screen counted them.
        edits: Changes made after it was begun.
    """

    proposal: Proposal
    state: ProposalState
    files: FinalFiles | None = None
    active_s: float = 0.0
    edits: int = 0


@dataclass(frozen=True, slots=True)
class FinalForm:
    """A proposal that a person wants to make final, with the documents they have before them.

    Args:
        total: Of the first option, where there are several.
        document_sha256: Of the finished .docx.
    """

    proposal: Proposal
    total: Decimal
    document_sha256: str
    files: FinalFiles


class ProposalArchive(Protocol):
    """Proposals by number. A final one is written with its approval and its audit entry in one transaction."""

    def next_number(self, year: int) -> Number:
        """The number that the next new proposal of the year gets."""
        ...

    def next_revision(self, number: Number) -> Number:
        """The number that the next revision of a proposal gets."""
        ...

    def keep(self, proposal: Proposal, *, active_s: float = 0.0, edits: int = 0) -> None:
        """Store unfinished work as it stands now; the first time this takes its number.

        Raises:
            UserFixable: ``proposal.number_taken`` where a new number is not the next of its series,
                ``proposal.is_final``, ``proposal.unknown`` for one that was thrown away, and the ``store.`` codes.
        """
        ...

    def discard(self, number: Number) -> None:
        """Throw unfinished work away; its number stays taken. Raises UserFixable ``proposal.is_final``."""
        ...

    def open(self, number: Number) -> OpenProposal:
        """One of them. Raises UserFixable ``proposal.unknown``."""
        ...

    def rows(self, limit: int = 1000) -> list[ProposalRow]:
        """The latest proposals but for those thrown away, the newest first."""
        ...

    def approve(self, form: FinalForm, by: str) -> None:
        """Make it final.

        Raises:
            UserFixable: ``proposal.is_final``, ``proposal.unknown`` for one that was thrown away, and the ``store.``
                codes; nothing was written.
        """
        ...
