"""The way of a call: recording -> transcript -> draft -> approval -> delivery. Read this file first.

`STAGES` is the table of the stages the program runs by itself; what follows (approval, delivery) is a person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.recording.model import CallState
from app.transcript.model import Segment


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


@dataclass(frozen=True, slots=True)
class CallRow:
    """A line of the list of calls.

    Args:
        title: Who: contact, company, or the file's name where neither is known.
        kind: Kind of call once drafted, else "".
        is_urgent: Anger or a request for a superior: shown on top.
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
    """The list of calls and its full-text search. Newest first, urgent ones on top."""

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
