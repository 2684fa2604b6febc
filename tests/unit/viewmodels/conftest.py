"""A desk over a store in memory, with the greenhouse seller's calls of tests/fakes/examples.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from app.adapters.documents.table_files import TableFiles
from app.adapters.documents.tables import Tables
from app.approval.regression import FieldChange
from app.approval.rerun import CorrectedCall
from app.approval.service import ApprovalService
from app.core.cancel import CancelToken
from app.deals.files import DealFiles
from app.deals.service import DealService
from app.jobs.runner import InlineDispatcher, JobRunner
from app.pipeline import PipelineObserver
from app.profile.model import Profile
from app.recording.model import Call, CallState
from app.settings import Folders, Settings
from app.viewmodels import conversation
from app.viewmodels.desk import Desk
from app.viewmodels.workspace import Notice
from tests.fakes import examples
from tests.fakes.clock import FakeClock
from tests.fakes.crm_desk import ScriptedConnections, ScriptedDelivery, ScriptedMirror, ScriptedWording
from tests.fakes.jobs import InlineJobRunner
from tests.fakes.keys import FakeKeyStore
from tests.fakes.language_model import ScriptedModel
from tests.fakes.proposals import ScriptedKnowledge, ScriptedProposals
from tests.fakes.store import FakeStore
from tests.fakes.telephony import Exchange
from tests.fakes.window import FakeImporter, FakeModels, FakePlayer, FakeWaveforms, ScriptedPipeline

PROFILE = Profile("teplo", "Тепло и Лист", "ООО «Тепло и Лист»", "Ольга Вишнёва", (), (), examples.FIELDS)


class NothingCorrected:
    """`Rerunner` of a person who never corrected anything."""

    def corrected(self) -> list[CorrectedCall]:
        return []

    def rerun(
        self, call_id: str, settings: Settings, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> list[FieldChange]:
        raise AssertionError(f"{call_id} is not in the set")


@dataclass
class Table:
    """A desk and what stands behind it."""

    desk: Desk
    store: FakeStore
    player: FakePlayer
    parts: Any
    pipeline: ScriptedPipeline
    connections: ScriptedConnections
    delivery: ScriptedDelivery
    mirror: ScriptedMirror
    said: list[Notice] = field(default_factory=list)

    def with_draft(self, call_id: str = "call-1", deal_id: str | None = "deal-1", **changes: Any) -> None:
        """Put a call with transcript and draft into the store and open it."""
        self.store.calls.add(examples.a_call(call_id, state=CallState.READY))
        self.store.transcripts.save(call_id, examples.a_transcript())
        self.store.drafts.save(examples.a_draft(call_id, **changes))
        if deal_id:
            self.store.deals.create(examples.a_deal(deal_id))
            self.store.calls.set_deal(call_id, deal_id)
        self.desk.open_call(call_id)


def make_table(
    jobs: JobRunner | None = None,
    imports: dict[str, Call] | None = None,
    *,
    profile: Profile = PROFILE,
    proposals: ScriptedProposals | None = None,
    knowledge: ScriptedKnowledge | None = None,
    exchange: Exchange | None = None,
) -> Table:
    store = FakeStore(FakeClock())

    def script(call_id: str, observer: PipelineObserver, cancel: CancelToken) -> CallState:
        cancel.raise_if_cancelled()
        for state in (CallState.TRANSCRIBING, CallState.DRAFTING, CallState.READY):
            store.calls.set_state(call_id, state)
            observer.state_changed(call_id, state)
            observer.progressed(call_id, 0.5, 10.0)
        return CallState.READY

    pipeline = ScriptedPipeline(script)
    connections = ScriptedConnections(profile.fields)
    delivery = ScriptedDelivery(connections)
    mirror = ScriptedMirror(delivery)
    parts = SimpleNamespace(
        settings=Settings(person_name="Ольга"),
        clock=FakeClock(),
        jobs=jobs or InlineJobRunner(),
        calls=store.calls,
        transcripts=store.transcripts,
        drafts=store.drafts,
        deals=store.deals,
        approvals=store.approvals,
        index=store.index,
        importer=FakeImporter(imports or {}),
        approval=ApprovalService(store.approvals, store.drafts, lambda: examples.FIELDS),
        pipeline=pipeline,
        rerun=NothingCorrected(),
        deal_service=DealService(store.deals),
        deal_files=DealFiles(store.deals, Tables(), TableFiles(), FakeClock(), lambda: profile.fields),
        audio=FakeWaveforms(),
        profile=lambda: profile,
        proposals=proposals or ScriptedProposals(Folders.of_this_machine().data),
        knowledge=knowledge or ScriptedKnowledge(profile),
        own_templates=lambda: None,
        models=FakeModels(),
        secrets=FakeKeyStore(),
        language_model=ScriptedModel({"check": {"answer": "готов"}}),
        folders=Folders.of_this_machine(),
        is_encrypted=True,
        connections=connections,
        delivery=delivery,
        mirror=mirror,
        own_fields=ScriptedWording(),
        reread_profile=lambda: None,
        back_up_if_due=lambda: False,
        call_sources=lambda: [exchange] if exchange else [],
    )

    def apply(settings: Settings) -> None:
        parts.settings = settings

    parts.apply = apply
    player = FakePlayer()
    table = Table(
        Desk(parts, InlineDispatcher(), player), store, player, parts, pipeline, connections, delivery, mirror
    )
    table.desk.noticed.connect(table.said.append)
    return table


@pytest.fixture(autouse=True)
def waveforms_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The outline of a recording is read without waiting until the draft is drawn."""
    monkeypatch.setattr(conversation, "WAVEFORM_AFTER_S", 0.0)


@pytest.fixture
def table() -> Iterator[Table]:
    """A desk whose questions are answered at once."""
    made = make_table()
    yield made
    made.desk.close()
