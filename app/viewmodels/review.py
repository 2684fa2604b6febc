"""The draft of the open call: what is proposed, what a person makes of it, and the deal it goes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from app.approval.model import Approval, ApprovalRequest, DecisionKind, SubjectKind
from app.approval.ports import ApprovalRepository
from app.core.errors import UserFixable, VizirError
from app.core.observable import Signal
from app.deals.matching import DealCandidate, DealClues, DealProposal
from app.deals.model import Deal, FieldDefinition, FieldRecord, Norm
from app.deals.typed_values import read
from app.draft.model import Draft, Evidence
from app.draft.ports import DraftRepository
from app.profile.model import Profile
from app.recording.model import Call
from app.recording.ports import CallRepository
from app.viewmodels.deal_clues import clues_of
from app.viewmodels.earlier import EarlierValue, earlier_values
from app.viewmodels.requests import Requests
from app.viewmodels.review_edits import edit_from_json, edit_to_json, text_edit
from app.viewmodels.review_items import Edit, Group, ReviewItem, in_order, items_of
from app.viewmodels.track_records import TrackRecords
from app.viewmodels.work import WorkQueue

_EDITS = "edits"
_SEARCH_LIMIT = 12


class Approver(Protocol):
    """The approval stage, as far as the window uses it."""

    def approve(self, request: ApprovalRequest) -> Approval: ...

    def undo(self, approval_id: str, decided_by: str) -> Approval: ...


class DealProposer(Protocol):
    """Finds the deals a call may belong to."""

    def propose(self, clues: DealClues) -> DealProposal: ...


class DealReader(Protocol):
    """Deals, as far as a draft reads them."""

    def get(self, deal_id: str) -> Deal: ...

    def recent(self, limit: int) -> list[Deal]: ...

    def search(self, text: str, limit: int) -> list[Deal]: ...

    def values(self, deal_id: str) -> dict[str, FieldRecord]: ...


@dataclass(frozen=True, slots=True)
class _Loaded:
    call: Call
    draft_id: str
    draft: Draft | None
    approvals: tuple[Approval, ...]
    deal: Deal | None
    in_crm: dict[str, FieldRecord]
    earlier: dict[str, EarlierValue]
    proposal: DealProposal | None
    fields: tuple[FieldDefinition, ...]


class ReviewViewModel:
    """Commands run in the background; what they change is read back from the store, never assumed.

    Args:
        person: Name of the person who decides, as it goes into the log of approvals.
        profile: The profile in force; may read files, so it is asked in the background.
    """

    def __init__(
        self,
        requests: Requests,
        *,
        calls: CallRepository,
        drafts: DraftRepository,
        deals: DealReader,
        approvals: ApprovalRepository,
        approval: Approver,
        proposer: DealProposer,
        profile: Callable[[], Profile],
        person: Callable[[], str],
        work: WorkQueue,
    ) -> None:
        self._requests = requests
        self._calls = calls
        self._drafts = drafts
        self._deals = deals
        self._approvals = approvals
        self._approval = approval
        self._proposer = proposer
        self._proposed: Deal | None = None
        self._profile = profile
        self._person = person
        self._fields: tuple[FieldDefinition, ...] = ()
        self._draft_id = ""
        self._edits: dict[str, Edit] = {}
        self._approved: tuple[Approval, ...] = ()
        self._in_crm: dict[str, FieldRecord] = {}
        self._earlier: dict[str, EarlierValue] = {}
        self._records = TrackRecords(requests, approvals, self._recounted)
        self.call_id = ""
        self.call: Call | None = None
        self.draft: Draft | None = None
        self.deal: Deal | None = None
        self.is_new_deal = False
        self.candidates: tuple[DealCandidate, ...] = ()
        self.items: list[ReviewItem] = []
        self.selected = ""
        self.is_busy = False
        self._then: Callable[[], None] | None = None
        self.loaded: Signal[()] = Signal()
        self.items_changed: Signal[()] = Signal()
        self.selection_changed: Signal[str] = Signal()
        self.deal_changed: Signal[()] = Signal()
        self.busy_changed: Signal[bool] = Signal()
        self.found_deals: Signal[list[DealCandidate]] = Signal()
        self.failed: Signal[VizirError] = Signal()
        self.deal_needed: Signal[()] = Signal()
        self.approved: Signal[int] = Signal()
        self.undone: Signal[()] = Signal()
        self.evidence_wanted: Signal[Evidence] = Signal()
        work.state_changed.connect(lambda call_id: self.reload() if call_id == self.call_id else None)

    @property
    def groups(self) -> list[tuple[Group, list[ReviewItem]]]:
        """The items as they are shown."""
        return in_order(self.items)

    @property
    def joint(self) -> list[ReviewItem]:
        """What «Завизировать проверенное» approves."""
        return [item for item in self.items if item.may_join]

    @property
    def open_items(self) -> list[ReviewItem]:
        """What still waits for a decision."""
        return [item for item in self.items if item.is_open]

    @property
    def proposed_title(self) -> str:
        """How a new deal would be called."""
        return self._proposed.title if self._proposed else ""

    @property
    def can_undo(self) -> bool:
        return any(approval.undone_at is None for approval in self._approved)

    @property
    def client_name(self) -> str:
        """The client's name as drafted; empty where it was not said."""
        return self._value_of("contact_name")

    @property
    def company_name(self) -> str:
        """The client's company: that of the deal, else as drafted."""
        if self.deal is not None and self.deal.company is not None:
            return self.deal.company.name
        return self._value_of("company_name")

    def item(self, item_id: str) -> ReviewItem | None:
        return next((item for item in self.items if item.id == item_id), None)

    def open(self, call_id: str) -> None:
        """Show the draft of a call; none for an empty id."""
        if call_id != self.call_id:
            self.call_id = call_id
            self.call, self.draft, self.deal, self.is_new_deal = None, None, None, False
            self._draft_id, self._edits, self._approved, self._in_crm, self._earlier = "", {}, (), {}, {}
            self.candidates, self._proposed, self.items, self.selected = (), None, [], ""
            self._requests.forget("review.load")
            self.loaded.emit()
        self.reload()

    def reload(self) -> None:
        """Read the draft and what was decided anew."""
        call_id = self.call_id
        if not call_id:
            return
        chosen = self.deal if self.is_new_deal else None

        def load() -> _Loaded:
            call = self._calls.get(call_id)
            draft_id, draft = self._drafts.latest(call_id) or ("", None)
            deal = self._deals.get(call.deal_id) if call.deal_id else chosen
            is_stored = deal is not None and deal is not chosen
            in_crm = self._deals.values(deal.id) if deal is not None and is_stored else {}
            return _Loaded(
                call,
                draft_id,
                draft,
                tuple(self._approvals.of_call(call_id)),
                deal,
                in_crm,
                earlier_values(
                    in_crm, self._approvals.with_ids({r.approval_id for r in in_crm.values()}), self._call_at
                ),
                self._proposer.propose(clues_of(call, draft)) if draft and not is_stored else None,
                self._profile().fields,
            )

        self._requests.ask("review.load", load, self._apply, self._unreadable)

    def select(self, item_id: str) -> None:
        """Make an item the one that keys act on."""
        if item_id != self.selected and (not item_id or self.item(item_id)):
            self.selected = item_id
            self.selection_changed.emit(item_id)

    def step(self, by: int) -> None:
        """Select the next item (1) or the one before (-1)."""
        order = [i.id for group, members in self.groups for i in members if group is not Group.ABSENT]
        if not order:
            return
        if self.selected in order:
            self.select(order[max(0, min(len(order) - 1, order.index(self.selected) + by))])
        else:
            self.select(order[0])

    def play(self, item_id: str, number: int = 0) -> None:
        """Let the evidence of an item be heard."""
        item = self.item(item_id)
        if item is not None and number < len(item.evidence):
            self.evidence_wanted.emit(item.evidence[number])

    def edit(self, item_id: str, entered: Norm, *, who: str | None = None, due: str | None = None) -> bool:
        """Write something else over a proposal; it waits for approval and is kept over a restart.

        Returns:
            False when it was refused; `failed` has said why.
        """
        item = self.item(item_id)
        if item is None or item.decision is not None:
            return False
        try:
            if item.definition is not None:
                typed = read(item.definition, entered)
                edit = Edit(typed.value, typed.norm)
            else:
                edit = text_edit(str(entered or ""), who or item.who, due)
        except UserFixable as error:
            self.failed.emit(error)
            return False
        is_as_drafted = not item.is_edited and (edit.value, edit.norm) == (item.value, item.norm)
        if is_as_drafted and (item.subject is not SubjectKind.STEP or (edit.who, edit.due) == (item.who, item.due)):
            return True
        self._edits[item_id] = edit
        self._rebuild()
        self._keep_edits()
        return True

    def revert(self, item_id: str) -> None:
        """Drop what was written over a proposal."""
        if self._edits.pop(item_id, None) is not None:
            self._rebuild()
            self._keep_edits()

    def add_step(self) -> str:
        """A new next step of the manager's, to be written by the person; returns its id."""
        number = 1 + max((int(i.key) for i in self.items if i.subject is SubjectKind.STEP), default=-1)
        item_id = f"{SubjectKind.STEP}:{number}"
        self._edits[item_id] = Edit("", None, "manager", None)
        self._rebuild()
        self.select(item_id)
        return item_id

    def approve(self, item_id: str) -> None:
        """Approve one item as it stands."""
        item = self.item(item_id)
        if item is not None and item.is_open:
            self._decide([item], DecisionKind.ACCEPTED)

    def approve_joint(self) -> None:
        """Approve all proven low-risk fields, the note and the proven steps in one go."""
        if self.joint:
            self._decide(self.joint, DecisionKind.ACCEPTED)

    def reject(self, item_id: str) -> None:
        """Decide that a proposal is not written."""
        item = self.item(item_id)
        if item is None:
            return
        if item.subject is SubjectKind.STEP and item.is_edited and not item.evidence:
            self.revert(item_id)
        elif item.is_open:
            self._decide([item], DecisionKind.REJECTED)

    def reject_rest(self) -> None:
        """Decide that nothing of what is still open is written: the call is done."""
        if self.open_items:
            self._decide(self.open_items, DecisionKind.REJECTED)

    def undo(self) -> None:
        """Take the latest approval back."""
        last = next((a for a in reversed(self._approved) if a.undone_at is None), None)
        if last is None or self.is_busy:
            return
        person = self._person()

        def done(_approval: Approval) -> None:
            self._records.forget()
            self._settle(self.undone.emit)

        self._set_busy(True)
        self._requests.tell("review.undo", lambda: self._approval.undo(last.id, person), done, self._refused)

    def search_deals(self, text: str) -> None:
        """Look deals up; the answer comes by `found_deals`."""

        def find() -> list[DealCandidate]:
            found = self._deals.search(text, _SEARCH_LIMIT) if text.strip() else self._deals.recent(_SEARCH_LIMIT)
            return [DealCandidate(deal) for deal in found]

        self._requests.ask("review.deals", find, self.found_deals.emit, self.failed.emit)

    def choose_deal(self, deal_id: str | None) -> None:
        """Say which deal the call belongs to; None takes the choice back."""
        call_id = self.call_id
        self.is_new_deal = False
        self.deal = None
        self._requests.tell(
            "review.choose",
            lambda: self._calls.set_deal(call_id, deal_id),
            lambda _done: self.reload(),
            self.failed.emit,
        )

    def new_deal(self, title: str = "") -> None:
        """Let the first approval create a deal for this call."""
        if self._proposed is None:
            return
        self.deal = replace(self._proposed, title=title.strip() or self._proposed.title)
        self.is_new_deal = True
        self._in_crm, self._earlier = {}, {}
        self._rebuild()
        self.deal_changed.emit()

    def _value_of(self, key: str) -> str:
        item = self.item(f"{SubjectKind.FIELD}:{key}")
        return item.value if item else ""

    def _decide(self, items: list[ReviewItem], kind: DecisionKind) -> None:
        if self.is_busy or self.draft is None:
            return
        if self.deal is None:
            self.deal_needed.emit()
            return
        decided = {item.id for item in items}
        request = ApprovalRequest(
            call_id=self.call_id,
            draft_id=self._draft_id,
            deal_id=self.deal.id,
            decisions=tuple(item.decided(kind) for item in items),
            decided_by=self._person(),
            new_deal=self.deal if self.is_new_deal else None,
            settles_call=not any(item.id not in decided for item in self.open_items),
        )
        follower = self._follower(decided)

        def shown() -> None:
            self.approved.emit(len(decided) if kind is not DecisionKind.REJECTED else 0)
            if follower and self.selected in decided and self.call_id == request.call_id:
                self.select(follower)

        def done(_approval: Approval) -> None:
            self._records.forget()
            self.is_new_deal = False
            for item_id in decided:
                self._edits.pop(item_id, None)
            self._settle(shown)

        self._set_busy(True)
        self._requests.tell("review.approve", lambda: self._approval.approve(request), done, self._refused)

    def _follower(self, decided: set[str]) -> str:
        """The next open item behind the selected one, for the keys to go on with."""
        order = [item for _group, members in self.groups for item in members]
        at = next((i for i, item in enumerate(order) if item.id == self.selected), -1)
        rest = [i for i in order[at + 1 :] + order[: max(at, 0)] if i.is_open and i.id not in decided]
        return rest[0].id if rest else ""

    def _settle(self, then: Callable[[], None]) -> None:
        """Read back what was written; until then nothing else is decided, for the items are not as they were."""
        self._then = then
        self.reload()

    def _refused(self, error: VizirError) -> None:
        self.failed.emit(error)
        self._settle(lambda: None)

    def _set_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        self.busy_changed.emit(is_busy)

    def _apply(self, answer: _Loaded) -> None:
        is_new_draft = answer.draft_id != self._draft_id
        had_draft = self.draft is not None
        self.call, self.draft, self.deal = answer.call, answer.draft, answer.deal
        self._draft_id, self._approved, self._in_crm = answer.draft_id, answer.approvals, answer.in_crm
        self._earlier, self._fields = answer.earlier, answer.fields
        self.candidates = answer.proposal.candidates if answer.proposal else ()
        self._proposed = answer.proposal.new_deal if answer.proposal else None
        if answer.draft is not None and (is_new_draft or not had_draft):
            self._edits = {k: edit_from_json(v) for k, v in answer.draft.extra.get(_EDITS, {}).items()}
        self._rebuild(announce=False)
        if is_new_draft or not had_draft:
            self.loaded.emit()
        self.items_changed.emit()
        self.deal_changed.emit()
        self._finish()
        # Behind the draft itself, which nobody should wait for.
        self._records.read()

    def _call_at(self, call_id: str) -> datetime | None:
        try:
            return self._calls.get(call_id).at
        except UserFixable:
            return None

    def _recounted(self) -> None:
        if self.draft is not None:
            self._rebuild()

    def _unreadable(self, error: VizirError) -> None:
        self.failed.emit(error)
        self._finish()

    def _finish(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            self._set_busy(False)
            then()

    def _rebuild(self, announce: bool = True) -> None:
        self.items = (
            items_of(
                self.draft,
                self._fields,
                edits=self._edits,
                approvals=self._approved,
                in_crm=self._in_crm,
                earlier=self._earlier,
                records=self._records.of(self.draft),
            )
            if self.draft is not None
            else []
        )
        if announce:
            self.items_changed.emit()

    def _keep_edits(self) -> None:
        """What a person typed is stored beside the draft at once: closing the window must not lose it."""
        if self.draft is None:
            return
        edits = {k: edit_to_json(e) for k, e in self._edits.items() if e.value}
        draft = self.draft = replace(self.draft, extra={**self.draft.extra, _EDITS: edits})
        call_id = self.call_id

        def kept(draft_id: str) -> None:
            if call_id == self.call_id:
                self._draft_id = draft_id

        self._requests.tell("review.edits", lambda: self._drafts.save(draft), kept, self.failed.emit)
