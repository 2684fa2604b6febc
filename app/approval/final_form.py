"""The sole way in which a proposal becomes final: a named person, and nothing left to settle."""

from __future__ import annotations

from app.core.errors import UserFixable
from app.core.i18n import _
from app.proposal.archive import FinalForm, ProposalArchive
from app.proposal.service import blocked


class FinalFormApproval:
    """Signs proposals.

    Args:
        archive: Where the signed ones are written.
    """

    def __init__(self, archive: ProposalArchive) -> None:
        self._archive = archive

    def __call__(self, form: FinalForm, by: str) -> None:
        """Make it final.

        Raises:
            UserFixable: ``approval.no_person``, ``proposal.blocked`` where something is not settled, and what the
                archive refuses; nothing was written.
        """
        if not by.strip():
            raise UserFixable(
                "approval.no_person",
                _("Не указано, кто визирует."),
                hint=_("Введите своё имя в настройках: оно записывается в журнал."),
                action="open_settings",
            )
        if form.proposal.is_blocked or any(line.doubt for line in form.proposal.lines):
            raise blocked(form.proposal)
        self._archive.approve(form, by)
