"""What the transcript stage needs from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.core.cancel import CancelToken
from app.transcript.model import Segment, Transcript


@dataclass(frozen=True, slots=True)
class RecognitionRequest:
    """What the recogniser is asked.

    Args:
        path: Sound file.
        content_sha256: Identity of its content, part of the journal's key.
        language: Two letters, or None to have it recognised.
        manager_channel: 0 or 1 where it is known; None to have it guessed by content.
        hints: Names and articles of the profile, as `Profile.speech_hints` lists them; may be empty.
        greetings: Words of the company (brand, names of its people) by which the manager's side is guessed.
        direction: "in" or "out" where it is known; helps the guess.
    """

    path: Path
    content_sha256: str
    language: str | None = "ru"
    manager_channel: int | None = None
    hints: tuple[str, ...] = ()
    greetings: tuple[str, ...] = ()
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class RecognitionProgress:
    """How far the recognition has come.

    Args:
        fraction: 0 to 1, by seconds of speech.
        seconds_left: Estimate; None at the beginning.
    """

    fraction: float
    seconds_left: float | None


class SpeechRecognizer(Protocol):
    """Turns a recording into a transcript, resuming behind what the journal holds."""

    @property
    def model_name(self) -> str: ...

    def transcribe(
        self,
        request: RecognitionRequest,
        journal: TranscriptJournal,
        *,
        on_progress: Callable[[RecognitionProgress], None],
        on_segments: Callable[[list[Segment]], None],
        cancel: CancelToken,
    ) -> Transcript:
        """Transcribe. `on_segments` gets all turns known so far, in order, after each batch.

        Raises:
            UserFixable: ``asr.no_model``, ``asr.bad_model``, ``asr.file_gone``, and the ``audio.`` codes.
            Cancelled: Within 2 seconds of the token being set.
        """
        ...


class TranscriptJournal(Protocol):
    """Finished batches of a recognition, so that a kill costs one batch at most.

    The key names the content and everything that changes the result. `plan` is stored before the first batch.
    """

    def load(self, key: str) -> tuple[dict[str, Any] | None, dict[int, Any]]:
        """The stored plan (None without one) and the finished batches by number; all JSON values."""
        ...

    def save_plan(self, key: str, plan: dict[str, Any]) -> None:
        """Store the plan and forget batches of an older one under this key."""
        ...

    def save_batch(self, key: str, number: int, result: Any) -> None:
        """Store one finished batch, committed before it returns."""
        ...

    def forget(self, key: str) -> None:
        """Drop plan and batches once the transcript itself is stored."""
        ...


class TranscriptRepository(Protocol):
    def save(self, call_id: str, transcript: Transcript) -> None:
        """Store the transcript of a call and make it searchable; a second one replaces the first."""
        ...

    def get(self, call_id: str) -> Transcript | None: ...
