"""The pipeline on the real store, with stages that do what the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.adapters.storage.store import Store, open_store
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, UserFixable
from app.core.ids import text_sha256
from app.draft.model import CallKind, Draft, Engine
from app.pipeline import STAGES, CallPipeline, stages_left
from app.profile.model import Profile
from app.recording.model import AudioFacts, Call, CallState, Recording, SourceKind
from app.settings import Folders, Settings
from app.transcript.model import CLIENT, Segment, Transcript
from app.transcript.ports import RecognitionProgress
from tests.fakes.clock import FakeClock

PROFILE = Profile(id="p", brand="Бренд", legal_name="ООО «Бренд»", manager_name="Анна", phones=(), emails=(), fields=())
SPOKEN = Transcript((Segment(0, 0.0, 2.0, CLIENT, 1, "Нужны три лампы."),), duration_s=2.0, channels=2)


class Stages:
    """Both verbs; `before` runs first in each and may fail."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.ran: list[str] = []
        self.before: dict[str, Callable[[CancelToken], None]] = {}
        self.spoken = SPOKEN

    def transcribe(
        self,
        call: Call,
        names: Profile,
        *,
        on_progress: Callable[[RecognitionProgress], None],
        on_segments: Callable[[list[Segment]], None],
        cancel: CancelToken,
    ) -> Transcript:
        self.ran.append("transcribe")
        self.before.get("transcribe", lambda _cancel: None)(cancel)
        on_progress(RecognitionProgress(0.5, 3.0))
        on_segments(list(self.spoken.segments))
        self._store.transcripts.save(call.id, self.spoken)
        return self.spoken

    def draft(
        self, call: Call, transcript: Transcript, *, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> Draft:
        self.ran.append("draft")
        self.before.get("draft", lambda _cancel: None)(cancel)
        on_progress(0.9)
        return Draft(
            call_id=call.id,
            at=call.at,
            kind=CallKind.SALES,
            fields={},
            note=(),
            next_steps=(),
            line_items=(),
            risks=(),
            sentiment="neutral",
            questions=(),
            engine=Engine("audio", "scripted", "scripted", "1"),
        )


class Watcher:
    """Writes down what the pipeline told."""

    def __init__(self) -> None:
        self.states: list[CallState] = []
        self.progress: list[float] = []
        self.turns: list[str] = []

    def state_changed(self, call_id: str, state: CallState) -> None:
        self.states.append(state)

    def progressed(self, call_id: str, fraction: float, seconds_left: float | None) -> None:
        self.progress.append(fraction)

    def segments_arrived(self, call_id: str, segments: list[Segment]) -> None:
        self.turns.extend(s.text for s in segments)


@pytest.fixture
def store(tmp_path: Path, fake_clock: FakeClock) -> Iterator[Store]:
    opened = open_store(
        Folders(tmp_path / "config", tmp_path / "data", tmp_path / "cache"),
        Settings(store_protection="clear"),
        _NoKey(),
        fake_clock,
    )
    yield opened
    opened.close()


class _NoKey:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a store in clear asked for {name}")


@pytest.fixture
def stages(store: Store) -> Stages:
    return Stages(store)


@pytest.fixture
def pipeline(store: Store, stages: Stages, fake_clock: FakeClock) -> CallPipeline:
    return CallPipeline(
        store.calls,
        store.transcripts,
        store.drafts,
        transcribe=lambda: stages,
        draft=lambda _profile: stages,
        profile=lambda: PROFILE,
        clock=fake_clock,
        make_room={name: lambda name=name: stages.ran.append(f"room for {name}") for name in ("transcribe", "draft")},  # type: ignore[misc]
    )


def _call(store: Store, state: CallState = CallState.IMPORTED, name: str = "one") -> Call:
    call = Call(
        id=name,
        at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        recording=Recording(
            text_sha256(name), Path(f"{name}.mp3"), f"{name}.mp3", 10, SourceKind.AUDIO, AudioFacts(2.0, 2, 8000, "mp3")
        ),
        state=state,
    )
    store.calls.add(call)
    return call


def _fail(error: BaseException) -> Callable[[CancelToken], None]:
    def work(_cancel: CancelToken) -> None:
        raise error

    return work


def test_a_call_goes_through_all_stages_and_each_move_is_told(
    store: Store, pipeline: CallPipeline, stages: Stages
) -> None:
    call, watcher = _call(store), Watcher()
    assert pipeline.process(call.id, watcher, CancelToken()) is CallState.READY
    assert watcher.states == [move for stage in STAGES for move in (stage.during, stage.after)]
    assert watcher.turns == ["Нужны три лампы."]
    assert store.transcripts.get(call.id) == SPOKEN
    assert store.drafts.latest(call.id) is not None
    assert store.calls.get(call.id).state is CallState.READY


def test_one_model_makes_room_before_the_other_starts(store: Store, pipeline: CallPipeline, stages: Stages) -> None:
    pipeline.process(_call(store).id, Watcher(), CancelToken())
    assert stages.ran == ["room for transcribe", "transcribe", "room for draft", "draft"]


def test_a_failure_is_kept_with_its_cure_and_the_transcript_is_not_lost(
    store: Store, pipeline: CallPipeline, stages: Stages
) -> None:
    call = _call(store)
    stages.before["draft"] = _fail(ExternalFailure("llm.unreachable", "Сервер не отвечает.", hint="Запустите его."))
    assert pipeline.process(call.id, Watcher(), CancelToken()) is CallState.FAILED
    kept = store.calls.get(call.id)
    assert kept.error is not None
    assert (kept.error.code, kept.error.hint) == ("llm.unreachable", "Запустите его.")
    assert store.transcripts.get(call.id) == SPOKEN


def test_a_retry_goes_on_behind_what_was_finished_and_clears_the_error(
    store: Store, pipeline: CallPipeline, stages: Stages
) -> None:
    call = _call(store)
    stages.before["draft"] = _fail(ExternalFailure("llm.unreachable", "Сервер не отвечает."))
    pipeline.process(call.id, Watcher(), CancelToken())
    stages.before.clear()
    stages.ran.clear()
    assert pipeline.process(call.id, Watcher(), CancelToken()) is CallState.READY
    assert stages.ran == ["room for draft", "draft"]
    assert store.calls.get(call.id).error is None


def test_a_stopped_call_is_interrupted_and_waits(store: Store, pipeline: CallPipeline, stages: Stages) -> None:
    call = _call(store)
    stages.before["transcribe"] = _fail(Cancelled())
    assert pipeline.process(call.id, Watcher(), CancelToken()) is CallState.INTERRUPTED
    assert [c.id for c in pipeline.waiting()] == [call.id]


def test_a_stop_between_the_stages_keeps_the_transcript(store: Store, pipeline: CallPipeline, stages: Stages) -> None:
    call, cancel = _call(store), CancelToken()
    stages.before["transcribe"] = lambda token: token.cancel()
    assert pipeline.process(call.id, Watcher(), cancel) is CallState.INTERRUPTED
    assert store.transcripts.get(call.id) == SPOKEN
    assert "draft" not in stages.ran


def test_an_unexpected_error_leaves_the_call_failed_and_reaches_the_job_runner(
    store: Store, pipeline: CallPipeline, stages: Stages
) -> None:
    call = _call(store)
    stages.before["transcribe"] = _fail(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        pipeline.process(call.id, Watcher(), CancelToken())
    kept = store.calls.get(call.id)
    assert kept.state is CallState.FAILED
    assert kept.error is not None


@pytest.mark.parametrize("state", [CallState.TRANSCRIBING, CallState.DRAFTING])
def test_what_a_crash_left_running_is_settled_as_interrupted(
    store: Store, pipeline: CallPipeline, state: CallState
) -> None:
    call = _call(store, state)
    done = _call(store, CallState.READY, "two")
    assert [c.id for c in pipeline.settle_interrupted()] == [call.id]
    assert store.calls.get(call.id).state is CallState.INTERRUPTED
    assert store.calls.get(done.id).state is CallState.READY


@pytest.mark.parametrize("state", [CallState.READY, CallState.APPROVED, CallState.DELIVERED])
def test_a_finished_call_is_not_done_again(
    store: Store, pipeline: CallPipeline, stages: Stages, state: CallState
) -> None:
    assert pipeline.process(_call(store, state).id, Watcher(), CancelToken()) is state
    assert stages.ran == []


def test_a_silent_recording_is_transcribed_again_and_not_drafted_from_nothing(
    store: Store, pipeline: CallPipeline, stages: Stages
) -> None:
    call = _call(store)
    store.transcripts.save(call.id, replace(SPOKEN, segments=()))
    stages.before["transcribe"] = _fail(UserFixable("transcript.no_speech", "Речи нет."))
    assert pipeline.process(call.id, Watcher(), CancelToken()) is CallState.FAILED
    assert "draft" not in stages.ran


@pytest.mark.parametrize(
    ("state", "has_transcript", "left"),
    [
        (CallState.IMPORTED, False, ["transcribe", "draft"]),
        (CallState.TRANSCRIBED, True, ["draft"]),
        (CallState.FAILED, False, ["transcribe", "draft"]),
        (CallState.INTERRUPTED, True, ["draft"]),
        (CallState.APPROVED, True, []),
    ],
)
def test_the_stages_that_are_left(state: CallState, has_transcript: bool, left: list[str]) -> None:
    assert [stage.name for stage in stages_left(state, has_transcript)] == left
