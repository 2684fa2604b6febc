"""The pages of the open proposal, and the fonts that this machine lacks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.errors import VizirError
from app.core.observable import Signal
from app.proposal.model import Proposal
from app.viewmodels.proposal_lines import without_blank_rows
from app.viewmodels.proposal_parts import ProposalDesk
from app.viewmodels.requests import Requests

_LANE = "preview"
_USUAL_DPI = 96
# Of a longer proposal the first page is shown before the others are drawn.
_MANY_LINES = 40


class ProposalPages:
    """Draws in the background; a newer state of the proposal makes an older drawing unwanted."""

    def __init__(self, requests: Requests, proposals: Callable[[], ProposalDesk]) -> None:
        self._requests = requests
        self._proposals = proposals
        self._looked_at = ""
        self._dpi = _USUAL_DPI
        self._latest: Proposal | None = None
        self.missing_fonts: tuple[str, ...] = ()
        self.begun: Signal[tuple[bytes, ...]] = Signal()
        self.drawn: Signal[tuple[bytes, ...]] = Signal()
        self.not_drawn: Signal[VizirError] = Signal()
        self.fonts_changed: Signal[()] = Signal()

    def draw(self, proposal: Proposal) -> None:
        """Draw the pages of the proposal as it stands now; then look for the fonts of its template."""
        self._latest, dpi = proposal, self._dpi
        shown = without_blank_rows(proposal)

        def all_drawn(pages: tuple[bytes, ...]) -> None:
            self.drawn.emit(pages)
            self._look_for_fonts(proposal)

        def draw_all() -> None:
            self._ask(lambda: self._proposals().preview(shown, dpi), all_drawn)

        def first_drawn(pages: tuple[bytes, ...]) -> None:
            if pages:
                self.begun.emit(pages)
            draw_all()

        if len(shown.lines) > _MANY_LINES:
            self._ask(lambda: self._proposals().preview(shown, dpi, is_first_only=True), first_drawn)
        else:
            draw_all()

    def _ask(self, work: Callable[[], Sequence[bytes]], take: Callable[[tuple[bytes, ...]], None]) -> None:
        self._requests.ask("proposal.pages", lambda: tuple(work()), take, self.not_drawn.emit, lane=_LANE)

    def set_dpi(self, dpi: int) -> None:
        """Draw with so many dots per inch from now on; the pages that are shown are drawn anew."""
        if dpi != self._dpi:
            self._dpi = dpi
            if self._latest is not None:
                self.draw(self._latest)

    def _look_for_fonts(self, proposal: Proposal) -> None:
        """Once a template: the first time the names of all fonts of the machine are read, which may take seconds."""
        if proposal.template == self._looked_at:
            return

        def take(fonts: tuple[str, ...]) -> None:
            self._looked_at, self.missing_fonts = proposal.template, fonts
            self.fonts_changed.emit()

        self._requests.ask(
            "proposal.fonts",
            lambda: tuple(self._proposals().missing_fonts(proposal)),
            take,
            lambda _error: None,
            lane=_LANE,
        )
