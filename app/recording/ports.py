"""What the recording stage needs from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.core.cancel import CancelToken
from app.recording.model import AudioFacts, Call, CallError, CallState


class AudioProbe(Protocol):
    def probe(self, path: Path, cancel: CancelToken) -> AudioFacts:
        """Facts of a sound or video file, read in small pieces.

        Raises:
            UserFixable: ``audio.no_sound``, ``audio.not_audio``, ``audio.broken``, ``audio.protected``,
                ``audio.too_long``, ``audio.empty``, ``audio.no_rights``.
            Cancelled: The token was set.
        """
        ...


class WaveformReader(Protocol):
    def prepare(self) -> None:
        """Load what reading needs, so that the first recording does not wait for it."""
        ...

    def peaks(
        self, path: Path, buckets: int, cancel: CancelToken | None = None
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Outline of a recording for the screen: the loudest sample of each bucket, 0 to 1, left and right.

        The right side is empty for a recording of one side.

        Raises:
            UserFixable: As `AudioProbe.probe`.
            Cancelled: The token was set.
        """
        ...


class CallRepository(Protocol):
    """Calls in the store. Every method raises StoredDataError or UserFixable of the ``store.`` family."""

    def add(self, call: Call) -> None: ...

    def get(self, call_id: str) -> Call: ...

    def find_by_content(self, content_sha256: str) -> Call | None: ...

    def set_state(self, call_id: str, state: CallState, error: CallError | None = None) -> None: ...

    def set_manager_channel(self, call_id: str, channel: int | None) -> None: ...

    def set_deal(self, call_id: str, deal_id: str | None) -> None: ...

    def with_state(self, *states: CallState) -> list[Call]:
        """Calls in any of the states, oldest first."""
        ...

    def delete(self, call_id: str) -> None:
        """Forget a call, its transcript and its unapproved draft; what was approved stays."""
        ...
