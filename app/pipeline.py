"""The way of a call: recording -> transcript -> draft -> approval -> delivery. Read this file first.

`STAGES` is the table of the stages the program runs by itself; what follows (approval, delivery) is a person's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import Bug, Cancelled, VizirError
from app.core.i18n import _, texts_in
from app.draft.model import Draft
from app.draft.ports import DraftRepository
from app.profile.model import Profile
from app.recording.model import Call, CallError, CallState
from app.recording.ports import CallRepository
from app.transcript.model import Segment, Transcript
from app.transcript.ports import RecognitionProgress, TranscriptRepository

_log = logging.getLogger(__name__)

HEAVY_LANE = "heavy"
"""Name of the one lane of jobs in which calls are processed: speech and language model never run side by side."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the way: a call in `before` is moved to `during` while it runs, and to `after` when it is done."""

    name: str
    before: CallState
    during: CallState
    after: CallState


STAGES = (
    Stage("transcribe", CallState.IMPORTED, CallState.TRANSCRIBING, CallState.TRANSCRIBED),
    Stage("draft", CallState.TRANSCRIBED, CallState.DRAFTING, CallState.READY),
)
_RUNNING = tuple(stage.during for stage in STAGES)


@dataclass(frozen=True, slots=True)
class CallRow:
    """A line of the list of calls.

    Args:
        title: Who: contact, company, or the file's name where neither is known.
        kind: Kind of call once drafted, else "".
        is_urgent: Anger or a request for a superior: shown on top until it is approved.
    """

    id: str
    at: datetime
    title: str
    duration_s: float | None
    state: CallState
    kind: str = ""
    risks: tuple[str, ...] = ()
    is_urgent: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class CallQuery:
    """What the list shows: `text` searches all that was said and written, in any form of the words."""

    text: str = ""
    states: tuple[CallState, ...] = ()


class CallIndex(Protocol):
    """The list of calls and its full-text search. Newest first, urgent ones on top until they are approved."""

    def count(self, query: CallQuery) -> int: ...

    def rows(self, query: CallQuery, offset: int, limit: int) -> list[CallRow]: ...

    def hits(self, call_id: str, text: str) -> list[int]:
        """Indexes of the segments of a call in which `text` was found."""
        ...


class PipelineObserver(Protocol):
    """Told of every move; called in the worker's thread."""

    def state_changed(self, call_id: str, state: CallState) -> None: ...

    def progressed(self, call_id: str, fraction: float, seconds_left: float | None) -> None: ...

    def segments_arrived(self, call_id: str, segments: list[Segment]) -> None: ...


class TranscribeStage(Protocol):
    """The verb of the transcript stage: makes a transcript and stores it."""

    def transcribe(
        self,
        call: Call,
        names: Profile | None,
        *,
        on_progress: Callable[[RecognitionProgress], None],
        on_segments: Callable[[list[Segment]], None],
        cancel: CancelToken,
    ) -> Transcript: ...


class DraftStage(Protocol):
    """The verb of the draft stage."""

    def draft(
        self, call: Call, transcript: Transcript, *, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> Draft: ...


def stages_left(state: CallState, has_transcript: bool) -> tuple[Stage, ...]:
    """The stages that a call has still to go through.

    Args:
        state: Where the call stands. After a failure or an interruption the stored transcript decides.
        has_transcript: Whether the call's transcript is stored.
    """
    if state in (CallState.READY, CallState.APPROVED, CallState.DELIVERED):
        return ()
    return STAGES[1:] if has_transcript else STAGES


class CallPipeline:
    """Takes calls through the stages of `STAGES`, and leaves each in an honest state whatever happens.

    Args:
        transcribe: Makes the verb of the transcript stage when it is first needed.
        draft: Makes the verb of the draft stage likewise.
        profile: The profile in force.
        make_room: By name of a stage, what must be stopped before it starts: the two models take turns.
        claim: Makes this program the one that works on the store's calls; raises UserFixable ``pipeline.taken`` where
            another one does. Claiming again does nothing.
    """

    def __init__(
        self,
        calls: CallRepository,
        transcripts: TranscriptRepository,
        drafts: DraftRepository,
        *,
        transcribe: Callable[[], TranscribeStage],
        draft: Callable[[Profile], DraftStage],
        profile: Callable[[], Profile],
        clock: Clock,
        make_room: Mapping[str, Callable[[], None]] | None = None,
        claim: Callable[[], None] = lambda: None,
    ) -> None:
        self._calls = calls
        self._transcripts = transcripts
        self._drafts = drafts
        self._transcribe = transcribe
        self._draft = draft
        self._profile = profile
        self._clock = clock
        self._make_room = make_room or {}
        self._claim = claim

    def process(self, call_id: str, observer: PipelineObserver, cancel: CancelToken) -> CallState:
        """Run the stages that are left; blocks, so it belongs in a job of `HEAVY_LANE`.

        Returns:
            READY when a draft waits for the person, FAILED with the reason stored in the call, INTERRUPTED when
            cancelled. What was finished before is kept in each case, and calling again goes on behind it.

        Raises:
            UserFixable: ``pipeline.taken``: another program works on this store's calls.
            VizirError: The store itself failed, so that not even the state could be written.
        """
        self._claim()
        try:
            self._run_stages(call_id, observer, cancel)
        except Cancelled:
            return self._end(call_id, CallState.INTERRUPTED, None, observer)
        except VizirError as failure:
            _log.warning("call %s failed: %s %s", call_id, failure.code, failure.detail)
            error = CallError(failure.code, failure.message, failure.hint, failure.action)
            return self._end(call_id, CallState.FAILED, error, observer)
        except BaseException:
            error = CallError(
                "bug.unexpected",
                _("Разбор звонка прерван ошибкой программы."),
                _("Повторите; если не поможет, пришлите журнал разработчику."),
            )
            self._end(call_id, CallState.FAILED, error, observer)
            raise
        return self._calls.get(call_id).state

    def waiting(self) -> list[Call]:
        """Calls with stages left, oldest first. Failed ones wait for a person's «Повторить»."""
        return self._calls.with_state(CallState.IMPORTED, CallState.TRANSCRIBED, CallState.INTERRUPTED)

    def settle_interrupted(self) -> list[Call]:
        """Mark what a crash left running as interrupted; returns those calls. To be called before the first job.

        Raises:
            UserFixable: ``pipeline.taken``: what looks left over is another program's work going on.
        """
        self._claim()
        leftovers = self._calls.with_state(*_RUNNING)
        for call in leftovers:
            self._calls.set_state(call.id, CallState.INTERRUPTED)
        return leftovers

    def _run_stages(self, call_id: str, observer: PipelineObserver, cancel: CancelToken) -> None:
        call = self._calls.get(call_id)
        run = {"transcribe": self._run_transcribe, "draft": self._run_draft}
        for stage in stages_left(call.state, self._has_words(call_id)):
            cancel.raise_if_cancelled()
            self._move(call_id, stage.during, None, observer)
            if stage.name in self._make_room:
                self._make_room[stage.name]()
            run[stage.name](call, observer, cancel)
            self._move(call_id, stage.after, None, observer)

    def _run_transcribe(self, call: Call, observer: PipelineObserver, cancel: CancelToken) -> None:
        self._transcribe().transcribe(
            call,
            self._profile(),
            on_progress=lambda p: observer.progressed(call.id, p.fraction, p.seconds_left),
            on_segments=lambda segments: observer.segments_arrived(call.id, segments),
            cancel=cancel,
        )

    def _run_draft(self, call: Call, observer: PipelineObserver, cancel: CancelToken) -> None:
        transcript = self._transcripts.get(call.id)
        if transcript is None:
            raise Bug("pipeline.no_transcript", f"call {call.id} reached the draft without a transcript")
        began_s = self._clock.monotonic_s()
        with texts_in(transcript.language):
            draft = self._draft(self._profile()).draft(
                call, transcript, on_progress=lambda f: observer.progressed(call.id, f, None), cancel=cancel
            )
        seconds = self._clock.monotonic_s() - began_s
        self._drafts.save(replace(draft, engine=replace(draft.engine, draft_s=round(seconds, 3))))

    def _has_words(self, call_id: str) -> bool:
        """Whether there is something to draft from: the stored transcript of a silent recording is empty."""
        transcript = self._transcripts.get(call_id)
        return transcript is not None and bool(transcript.segments)

    def _move(self, call_id: str, state: CallState, error: CallError | None, observer: PipelineObserver) -> None:
        self._calls.set_state(call_id, state, error)
        observer.state_changed(call_id, state)

    def _end(self, call_id: str, state: CallState, error: CallError | None, observer: PipelineObserver) -> CallState:
        self._move(call_id, state, error, observer)
        return state
