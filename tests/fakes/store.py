"""A store in memory with the same promises as the real one; the contract suites hold both to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from app.adapters.storage.call_rows import searchable_phone
from app.adapters.storage.errors import no_call
from app.core.clock import Clock
from app.core.ids import new_id
from app.core.words import basic_forms, words_of
from app.draft.model import Draft
from app.pipeline import CallQuery, CallRow
from app.recording.model import Call, CallError, CallState
from app.transcript.model import Transcript
from tests.fakes.clock import FakeClock
from tests.fakes.knowledge import FakeKnowledge
from tests.fakes.records import FakeApprovals, FakeDeals, Records

_SETTLED = (CallState.APPROVED, CallState.DELIVERED)


@dataclass
class Shelf:
    """What the repositories of one store share."""

    clock: Clock
    calls: dict[str, Call] = field(default_factory=dict)
    transcripts: dict[str, Transcript] = field(default_factory=dict)
    drafts: dict[str, list[tuple[str, Draft]]] = field(default_factory=dict)
    records: Records = field(default_factory=Records)

    def call(self, call_id: str) -> Call:
        if call_id not in self.calls:
            raise no_call(call_id)
        return self.calls[call_id]

    def latest(self, call_id: str) -> tuple[str, Draft] | None:
        drafts = self.drafts.get(call_id)
        return drafts[-1] if drafts else None


class FakeStore:
    """As `app.adapters.storage.store.Store`; everything is gone with it."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.shelf = Shelf(clock or FakeClock())
        self.calls = FakeCalls(self.shelf)
        self.transcripts = FakeTranscripts(self.shelf)
        self.journal = FakeJournal()
        self.drafts = FakeDrafts(self.shelf)
        self.deals = FakeDeals(self.shelf.records, self.shelf.clock)
        self.approvals = FakeApprovals(self.shelf)
        self.index = FakeCallIndex(self.shelf)
        self.knowledge = FakeKnowledge()
        self.is_encrypted = True

    def close(self) -> None:
        """Nothing is held open."""


class FakeCalls:
    """`CallRepository`."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def add(self, call: Call) -> None:
        self._shelf.calls[call.id] = call

    def get(self, call_id: str) -> Call:
        return self._shelf.call(call_id)

    def find_by_content(self, content_sha256: str) -> Call | None:
        found = (c for c in self._shelf.calls.values() if c.recording.content_sha256 == content_sha256)
        return next(found, None)

    def set_state(self, call_id: str, state: CallState, error: CallError | None = None) -> None:
        self._shelf.calls[call_id] = replace(self._shelf.call(call_id), state=state, error=error)

    def set_manager_channel(self, call_id: str, channel: int | None) -> None:
        self._shelf.calls[call_id] = replace(self._shelf.call(call_id), manager_channel=channel)

    def set_deal(self, call_id: str, deal_id: str | None) -> None:
        self._shelf.calls[call_id] = replace(self._shelf.call(call_id), deal_id=deal_id)

    def with_state(self, *states: CallState) -> list[Call]:
        return sorted((c for c in self._shelf.calls.values() if c.state in states), key=lambda call: call.at)

    def delete(self, call_id: str) -> None:
        self._shelf.call(call_id)
        approved = {approval.draft_id for approval in self._shelf.records.approvals}
        kept = [item for item in self._shelf.drafts.pop(call_id, []) if item[0] in approved]
        if kept:
            self._shelf.drafts[call_id] = kept
        self._shelf.transcripts.pop(call_id, None)
        del self._shelf.calls[call_id]


class FakeTranscripts:
    """`TranscriptRepository`."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def save(self, call_id: str, transcript: Transcript) -> None:
        self._shelf.call(call_id)
        self._shelf.transcripts[call_id] = transcript

    def get(self, call_id: str) -> Transcript | None:
        return self._shelf.transcripts.get(call_id)


class FakeJournal:
    """`TranscriptJournal`; keeps JSON texts, so that what is no JSON fails as in the real one."""

    def __init__(self) -> None:
        self._plans: dict[str, str] = {}
        self._batches: dict[str, dict[int, str]] = {}

    def load(self, key: str) -> tuple[dict[str, Any] | None, dict[int, Any]]:
        plan = json.loads(self._plans[key]) if key in self._plans else None
        return plan, {number: json.loads(text) for number, text in sorted(self._batches.get(key, {}).items())}

    def save_plan(self, key: str, plan: dict[str, Any]) -> None:
        self._plans[key] = json.dumps(plan)
        self._batches[key] = {}

    def save_batch(self, key: str, number: int, result: Any) -> None:
        self._batches[key][number] = json.dumps(result)

    def forget(self, key: str) -> None:
        self._plans.pop(key, None)
        self._batches.pop(key, None)


class FakeDrafts:
    """`DraftRepository`."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def save(self, draft: Draft) -> str:
        self._shelf.call(draft.call_id)
        draft_id = new_id()
        self._shelf.drafts.setdefault(draft.call_id, []).append((draft_id, draft))
        return draft_id

    def latest(self, call_id: str) -> tuple[str, Draft] | None:
        return self._shelf.latest(call_id)


class FakeCallIndex:
    """`CallIndex`."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def count(self, query: CallQuery) -> int:
        return len(self._found(query))

    def rows(self, query: CallQuery, offset: int, limit: int) -> list[CallRow]:
        return [self._row(call) for call in self._found(query)[offset : offset + limit]]

    def hits(self, call_id: str, text: str) -> list[int]:
        sought = _sought(text)
        transcript = self._shelf.transcripts.get(call_id)
        if not sought or transcript is None:
            return []
        counts = {s.index: sum(holds(s.text) for holds in sought) for s in transcript.segments}
        best = len(sought) if len(sought) in counts.values() else 1
        return [index for index, count in counts.items() if count >= best]

    def _found(self, query: CallQuery) -> list[Call]:
        calls = [c for c in self._shelf.calls.values() if not query.states or c.state in query.states]
        if query.text.strip():
            sought = _sought(query.text)
            calls = [c for c in calls if sought and all(holds(self._text(c)) for holds in sought)]
        added = {call_id: number for number, call_id in enumerate(self._shelf.calls)}
        return sorted(calls, key=lambda c: (self._is_on_top(c), c.at, added[c.id]), reverse=True)

    def _is_on_top(self, call: Call) -> bool:
        latest = self._shelf.latest(call.id)
        return latest is not None and latest[1].is_urgent and call.state not in _SETTLED

    def _row(self, call: Call) -> CallRow:
        latest = self._shelf.latest(call.id)
        transcript = self._shelf.transcripts.get(call.id)
        audio = call.recording.audio
        duration_s = transcript.duration_s if transcript else None
        return CallRow(
            call.id,
            call.at,
            self._title(call),
            duration_s if duration_s is not None else (audio.duration_s if audio else None),
            call.state,
            latest[1].kind if latest else "",
            tuple(risk.kind for risk in latest[1].risks) if latest else (),
            bool(latest and latest[1].is_urgent),
            f"{call.error.message} {call.error.hint}".strip() if call.error else "",
        )

    def _title(self, call: Call) -> str:
        if call.deal_id:
            deal = self._shelf.records.deals[call.deal_id]
            names = [deal.contact.name if deal.contact else None, deal.company.name if deal.company else None]
            title = ", ".join(filter(None, names)) or deal.title
        else:
            title = ", ".join(filter(None, (self._drafted(call, "contact_name"), self._drafted(call, "company_name"))))
        return title or call.phone or call.recording.original_name

    def _drafted(self, call: Call, key: str) -> str | None:
        latest = self._shelf.latest(call.id)
        value = latest[1].fields.get(key) if latest else None
        return value.value if value else None

    def _text(self, call: Call) -> str:
        parts: list[str | None] = [self._title(call), call.recording.original_name, searchable_phone(call.phone or "")]
        transcript = self._shelf.transcripts.get(call.id)
        parts += [segment.text for segment in transcript.segments] if transcript else []
        if latest := self._shelf.latest(call.id):
            draft = latest[1]
            parts += [line.text for line in draft.note] + [step.action for step in draft.next_steps]
            parts += [value.value for value in draft.fields.values()]
        for approval in self._shelf.records.approvals:
            if approval.call_id == call.id and approval.undone_at is None:
                parts += [decision.value for decision in approval.decisions]
        if call.deal_id:
            deal = self._shelf.records.deals[call.deal_id]
            parts += [deal.title, deal.company.inn if deal.company else None]
            if deal.contact:
                parts += [deal.contact.email, searchable_phone(deal.contact.phone or "")]
        return " ".join(filter(None, parts))


def _sought(text: str) -> list[Callable[[str], bool]]:
    digits = "".join(filter(str.isdigit, text))
    if len(digits) >= 6 and set(text) <= set("+-() 0123456789"):
        return [lambda said: searchable_phone(digits).split()[-1] in said]
    words = words_of(text)
    return [_holder(word, may_continue=word is words[-1] and len(word) >= 3) for word in words]


def _holder(word: str, *, may_continue: bool) -> Callable[[str], bool]:
    wanted = set(basic_forms(word))

    def holds(said: str) -> bool:
        forms = {form for heard in words_of(said) for form in basic_forms(heard)}
        return bool(wanted & forms) or (may_continue and any(form.startswith(word) for form in forms))

    return holds
