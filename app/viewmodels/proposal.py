"""The open proposal: its rows, terms and texts, what must still be settled, and the way to the finished files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.core.clock import Clock
from app.core.errors import UserFixable, VizirError
from app.core.observable import Signal
from app.deals.ports import DealRepository
from app.draft.ports import DraftRepository
from app.jobs.runner import JobRunner
from app.knowledge.model import PriceItem
from app.profile.model import Profile
from app.profile.seller import VatMode
from app.proposal.active_time import ActiveTime, Effort
from app.proposal.archive import FinalFiles, OpenProposal, ProposalRow, ProposalState
from app.proposal.lines import line_for
from app.proposal.model import BlockKind, Client, LegalStatus, Line, Number, Proposal, Totals, Warning
from app.proposal.ports import DEFAULT_TEMPLATE, usable_template
from app.recording.ports import CallRepository
from app.viewmodels.proposal_articles import ArticleFinder
from app.viewmodels.proposal_blocks import cured, merged, place_of, with_next_option, with_text, without_sentence
from app.viewmodels.proposal_lines import NEW_LINE, OPTIONS, LineColumn, edited, totals_of, without_blank_rows
from app.viewmodels.proposal_pages import ProposalPages
from app.viewmodels.proposal_parts import KnowledgeShelf, ProposalDesk, client_of
from app.viewmodels.proposal_writing import TextWriting
from app.viewmodels.requests import Requests

_CHECK_LANE = "proposal"
_STEPS_BACK = 100


class ProposalViewModel:
    """Every change is kept at once and checked in the background; `render` draws the pages anew when it is asked to.

    Args:
        proposals: Gives what is done with proposals; made in the background when first needed.
        knowledge: What is in force; may read the store, so it is asked in the background, like `profile`.
        person: Name of the person who decides, as it goes into the log of approvals.
        template: The template that new proposals begin with: the one chosen last.
    """

    def __init__(
        self,
        requests: Requests,
        jobs: JobRunner,
        *,
        proposals: Callable[[], ProposalDesk],
        articles: ArticleFinder,
        knowledge: KnowledgeShelf,
        profile: Callable[[], Profile],
        calls: CallRepository,
        drafts: DraftRepository,
        deals: DealRepository,
        clock: Clock,
        person: Callable[[], str],
        template: Callable[[], str] = lambda: DEFAULT_TEMPLATE,
    ) -> None:
        self._requests = requests
        self._proposals = proposals
        self.articles = articles
        self._knowledge = knowledge
        self._profile = profile
        self._calls = calls
        self._drafts = drafts
        self._deals = deals
        self._clock = clock
        self._person = person
        self._template = template
        self._before: list[Proposal] = []
        self._writing = TextWriting(jobs, proposals, drafts)
        self.pages = ProposalPages(requests, proposals)
        self._time = ActiveTime(clock)
        self.rows: list[ProposalRow] = []
        self.is_loaded = False
        self.proposal: Proposal | None = None
        self.state = ProposalState.DRAFT
        self.files: FinalFiles | None = None
        self.totals: dict[str, Totals] = {}
        self.is_busy = False
        self.is_checked = False
        self.rows_changed: Signal[()] = Signal()
        self.opened: Signal[()] = Signal()
        self.begun: Signal[()] = Signal()
        self.changed: Signal[()] = Signal()
        self.checked: Signal[()] = Signal()
        self.drawn = self.pages.drawn
        self.not_drawn = self.pages.not_drawn
        self.template_chosen: Signal[str] = Signal()
        self.rule_off_wanted: Signal[int] = Signal()
        self.busy_changed: Signal[()] = Signal()
        self.blocked: Signal[()] = Signal()
        self.finished: Signal[FinalFiles] = Signal()
        self.failed: Signal[VizirError] = Signal()

    @property
    def is_editable(self) -> bool:
        """A final proposal is not changed any more: a new revision is made of it."""
        return self.proposal is not None and self.state is ProposalState.DRAFT

    @property
    def is_writing(self) -> bool:
        """True while the model writes the texts."""
        return self._writing.is_running

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """What should be looked at; what blocks stands first."""
        if self.proposal is None:
            return ()
        return tuple(sorted(self.proposal.warnings, key=lambda warning: not warning.is_blocking))

    @property
    def to_settle(self) -> tuple[Warning, ...]:
        """What keeps the proposal from being made final."""
        return tuple(warning for warning in self.warnings if warning.is_blocking)

    @property
    def active_s(self) -> float:
        """Seconds that a person has worked on the open proposal."""
        return self._time.effort.active_s

    @property
    def can_undo(self) -> bool:
        return bool(self._before) and self.is_editable

    def place_of(self, warning: Warning) -> BlockKind | int | str | None:
        """Where a warning leads: a block, the number of a row, a field of the client; None for nowhere."""
        return place_of(self.proposal, warning) if self.proposal is not None else None

    def refresh(self) -> None:
        """Read the list anew; the newest proposal is opened when none is."""

        def take(rows: list[ProposalRow]) -> None:
            self.rows, self.is_loaded = rows, True
            self.rows_changed.emit()
            if self.proposal is None and rows and not self.is_busy:
                self.open(rows[0].number)

        self._requests.ask("proposal.rows", lambda: self._proposals().rows(), take, self.failed.emit)

    def open(self, number: Number, then: Callable[[], None] = lambda: None) -> None:
        """Show a proposal of the list."""

        def take(stored: OpenProposal) -> None:
            self._show(stored.proposal, stored.state, stored.files, stored.active_s, stored.edits)
            then()

        self._requests.ask("proposal.open", lambda: self._proposals().open(number), take, self.failed.emit)

    def begin_from_call(self, call_id: str) -> None:
        """Prepare a proposal from the draft of a call; the unfinished one of that call is gone on with."""
        known = next((r for r in self.rows if r.call_id == call_id and r.state is ProposalState.DRAFT), None)
        if known is not None:
            self.open(known.number, self.begun.emit)
        else:
            self._begin(call_id, "")

    def begin_from_deal(self, deal_id: str) -> None:
        """Prepare an empty proposal for the client of a deal."""
        self._begin("", deal_id)

    def begin_empty(self) -> None:
        """Prepare a proposal without anything known of the client."""
        self._begin("", "")

    def revise(self) -> None:
        """Go on with a new revision of the final proposal; the old one is kept."""
        if self.proposal is None or self.state is not ProposalState.FINAL or self.is_busy:
            return
        number = self.proposal.number
        self._set_busy(True)
        self._requests.tell("proposal.begin", lambda: self._proposals().revise(number), self._begun, self._refused)

    def discard(self) -> None:
        """Throw the unfinished proposal away."""
        if self.proposal is None or not self.is_editable or self.is_busy:
            return
        number = self.proposal.number
        self.stop_writing()

        def done(_done: None) -> None:
            self.proposal, self.totals, self.files = None, {}, None
            self.opened.emit()
            self.refresh()

        self._requests.tell("proposal.discard", lambda: self._proposals().discard(number), done, self.failed.emit)

    def edit_cell(self, row: int, column: LineColumn, text: str) -> bool:
        """Write into a cell; False when it was refused, `failed` has said why."""
        line = self._line(row)
        if line is None:
            return False
        try:
            changed = edited(line, column, text)
        except UserFixable as error:
            self.failed.emit(error)
            return False
        self._put_line(row, changed)
        return True

    def choose_item(self, row: int, item: PriceItem) -> None:
        """Put an article of the price list into a row; quantity, discount and option stay."""
        line = self._line(row)
        if line is None or self.proposal is None:
            return
        qty = line.qty if line.qty > 0 else item.min_qty
        try:
            made = line_for(item, self.proposal.seller, qty, discount_percent=line.discount_percent, option=line.option)
        except UserFixable as error:
            self.failed.emit(error)
            return
        self._put_line(row, made)

    def settle_line(self, row: int) -> None:
        """A person says that a doubtful row is right as it stands."""
        line = self._line(row)
        if line is not None and line.doubt is not None:
            self._put_line(row, replace(line, doubt=None))

    def add_line(self, after: int = -1) -> int:
        """An empty row behind another one, or at the end; returns its place."""
        if self.proposal is None or not self.is_editable:
            return -1
        lines = list(self.proposal.lines)
        place = after + 1 if 0 <= after < len(lines) else len(lines)
        option = lines[place - 1].option if lines else ""
        lines.insert(place, replace(NEW_LINE, option=option, vat_rate=self._usual_rate()))
        self._change(replace(self.proposal, lines=tuple(lines)))
        return place

    def remove_line(self, row: int) -> None:
        """Take a row out; `undo` brings it back."""
        if self._line(row) is not None and self.proposal is not None:
            lines = self.proposal.lines
            self._change(replace(self.proposal, lines=lines[:row] + lines[row + 1 :]))

    def add_option(self) -> None:
        """Offer one way more, beginning with the rows of the last one."""
        self._alter(lambda proposal: with_next_option(proposal, OPTIONS))

    def set_client(self, client: Client) -> None:
        """Say to whom it goes."""
        self._alter(lambda proposal: replace(proposal, client=client))

    def set_asked(self, text: str) -> None:
        """Say what the client had asked for, and when."""
        self._alter(lambda proposal: replace(proposal, asked=text.strip()))

    def set_valid_until(self, last_day: date) -> None:
        """Say until when it holds."""
        self._alter(lambda proposal: replace(proposal, valid_until=last_day))

    def set_discount_by(self, head: str) -> None:
        """Say who allows the discounts above the manager's limit."""
        self._alter(lambda proposal: replace(proposal, discount_by=head.strip()))

    def set_status(self, status: LegalStatus) -> None:
        """Say what it is before the law."""
        self._alter(lambda proposal: replace(proposal, status=status))

    def set_template(self, template: str) -> None:
        """A built-in template by its name, or the company's own file; the next proposals begin with it."""
        self._alter(lambda proposal: replace(proposal, template=template))
        self.template_chosen.emit(template)

    def write_block(self, kind: BlockKind, text: str) -> None:
        """Write something else into a text block."""
        self._alter(lambda proposal: with_text(proposal, kind, text))

    def cure(self, warning: Warning) -> None:
        """Do what a warning proposes."""
        self._alter(lambda proposal: cured(proposal, warning))

    def drop(self, warning: Warning) -> None:
        """Take the sentence out that a warning is about."""
        self._alter(lambda proposal: without_sentence(proposal, warning))

    def hide_rule(self, rule: int) -> None:
        """Show a rule of style no more in this company's proposals; the settings bring it back."""
        self.rule_off_wanted.emit(rule)

    def recheck(self) -> None:
        """Hold the proposal against rules and prices that have changed meanwhile."""
        if self.is_editable:
            self._check()

    def undo(self) -> None:
        """Take the latest change back."""
        if self.can_undo:
            self._show_change(self._before.pop(), self._time.edited())

    def render(self) -> None:
        """Draw the pages of the proposal as it stands now."""
        if self.proposal is not None:
            self.pages.draw(self.proposal)

    def write_texts(self) -> None:
        """Have the model write the texts; what a person changes meanwhile stays."""
        begun = self.proposal
        if begun is None or not self.is_editable or self.is_writing:
            return
        self._time.generation_began()

        def done(drafted: Proposal) -> None:
            self.busy_changed.emit()
            if self.proposal is not None and self.proposal.number == begun.number:
                self._before = [*self._before[-_STEPS_BACK:], self.proposal]
                self._show_change(merged(self.proposal, begun, drafted), self._time.generated())

        def failed(error: VizirError) -> None:
            self.busy_changed.emit()
            if self.proposal is not None and self.proposal.number == begun.number:
                self.failed.emit(error)

        self._writing.start(begun, done, failed)
        self.busy_changed.emit()

    def stop_writing(self) -> None:
        """The model need not go on."""
        if self._writing.stop():
            self.busy_changed.emit()

    def approve(self) -> None:
        """Make it final: check it once more as it stands, and write the files; `blocked` when something is open."""
        proposal = self.proposal
        if proposal is None or not self.is_editable or self.is_busy or self.is_writing:
            return
        if self.is_checked and self.to_settle:
            self.blocked.emit()
            return
        person, effort = self._person(), self._time.finished()
        self._set_busy(True)

        def work() -> Proposal | FinalFiles:
            checked = self._proposals().checked(without_blank_rows(proposal))
            if checked.is_blocked:
                return checked
            self._proposals().keep(checked, active_s=effort.active_s, edits=effort.edits)
            return self._proposals().finish(checked, person)

        def done(result: Proposal | FinalFiles) -> None:
            self._set_busy(False)
            if isinstance(result, Proposal):
                self._time.reopened()
                self.proposal, self.is_checked = result, True
                self.checked.emit()
                self.blocked.emit()
                return
            self.files, self.state = result, ProposalState.FINAL
            self._before.clear()
            self.finished.emit(result)
            self.refresh()

        self._requests.tell("proposal.finish", work, done, self._refused)

    def _begin(self, call_id: str, deal_id: str) -> None:
        if self.is_busy:
            return
        today, template = self._clock.local(self._clock.now_utc()).date(), self._template()
        self._set_busy(True)

        def work() -> Proposal:
            stored = self._drafts.latest(call_id) if call_id else None
            chosen = (self._calls.get(call_id).deal_id or "") if call_id else deal_id
            made = self._proposals().begin(
                stored[1] if stored else None, self._profile(), self._knowledge.knowledge(), today
            )
            made = replace(made, call_id=call_id, deal_id=chosen, template=usable_template(template))
            if chosen:
                made = replace(made, client=client_of(self._deals.get(chosen), made.client))
            self._proposals().keep(made, active_s=0.0, edits=0)
            return made

        self._requests.tell("proposal.begin", work, self._begun, self._refused)

    def _begun(self, proposal: Proposal) -> None:
        self._set_busy(False)
        self._show(proposal, ProposalState.DRAFT)
        self.begun.emit()
        self.refresh()
        if proposal.call_id and not proposal.blocks:
            self.write_texts()

    def _show(
        self,
        proposal: Proposal,
        state: ProposalState,
        files: FinalFiles | None = None,
        active_s: float = 0.0,
        edits: int = 0,
    ) -> None:
        self.stop_writing()
        self._before.clear()
        self.proposal, self.state, self.files = proposal, state, files
        self._time = ActiveTime(self._clock, Effort(active_s, edits))
        self.totals, self.is_checked = {}, False
        self.opened.emit()
        self._check()

    def _line(self, row: int) -> Line | None:
        if self.proposal is None or not self.is_editable or not 0 <= row < len(self.proposal.lines):
            return None
        return self.proposal.lines[row]

    def _put_line(self, row: int, line: Line) -> None:
        if self.proposal is not None:
            lines = self.proposal.lines
            self._change(replace(self.proposal, lines=(*lines[:row], line, *lines[row + 1 :])))

    def _usual_rate(self) -> Decimal | None:
        proposal = self.proposal
        if proposal is None or proposal.vat_mode is VatMode.NONE:
            return None
        return proposal.seller.vat_rate

    def _alter(self, change: Callable[[Proposal], Proposal]) -> None:
        if self.proposal is not None and self.is_editable:
            self._change(change(self.proposal))

    def _change(self, proposal: Proposal) -> None:
        if self.proposal is None or proposal == self.proposal:
            return
        self._before = [*self._before[-_STEPS_BACK:], self.proposal]
        self._show_change(proposal, self._time.edited())

    def _show_change(self, proposal: Proposal, effort: Effort) -> None:
        self.proposal, self.is_checked = proposal, False
        self._requests.tell(
            "proposal.keep",
            lambda: self._proposals().keep(proposal, active_s=effort.active_s, edits=effort.edits),
            lambda _done: None,
            self.failed.emit,
        )
        self.changed.emit()
        self._check()

    def _check(self) -> None:
        proposal = self.proposal
        if proposal is None:
            return

        def take(answer: tuple[Proposal, dict[str, Totals]]) -> None:
            if self.proposal is proposal:
                # A row that is only being begun stands on the screen, but not in what is checked and made.
                self.proposal = replace(proposal, warnings=answer[0].warnings)
                self.totals, self.is_checked = answer[1], True
                self.checked.emit()

        self._requests.ask(
            "proposal.check",
            lambda: (self._proposals().checked(without_blank_rows(proposal)), totals_of(proposal)),
            take,
            self.failed.emit,
            lane=_CHECK_LANE,
        )

    def _set_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        self.busy_changed.emit()

    def _refused(self, error: VizirError) -> None:
        if self.is_editable:
            self._time.reopened()
        self._set_busy(False)
        self.failed.emit(error)
