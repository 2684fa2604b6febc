"""A call and the recording it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class CallState(StrEnum):
    """Where a call stands on its way; the moves between the states are in app/pipeline.py."""

    IMPORTED = "imported"
    TRANSCRIBING = "transcribing"
    TRANSCRIBED = "transcribed"
    DRAFTING = "drafting"
    READY = "ready"
    APPROVED = "approved"
    DELIVERED = "delivered"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class SourceKind(StrEnum):
    """What came in by the door."""

    AUDIO = "audio"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What a sound file says of itself.

    Args:
        duration_s: Seconds of sound, measured where the header does not say.
        channels: 1 or more.
        rate_hz: Samples a second as stored.
        codec: FFmpeg's name of the codec ("mp3", "pcm_alaw", "amrnb").
        is_dual_mono: Two channels that hold the same signal: there is nothing to tell the speakers by.
        is_cut: The header promises clearly more sound than there is: the file was cut on its way.
    """

    duration_s: float
    channels: int
    rate_hz: int
    codec: str
    is_dual_mono: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """A file that was taken in.

    Args:
        content_sha256: Identity: the same bytes under another name are the same recording.
        path: The program's own copy.
        original_name: Name of the file as the person knew it.
        kind: Sound, or a ready transcript.
        audio: Facts of the sound; None for a ready transcript.
    """

    content_sha256: str
    path: Path
    original_name: str
    size_bytes: int
    kind: SourceKind
    audio: AudioFacts | None


@dataclass(frozen=True, slots=True)
class CallError:
    """Why a call failed, as the person reads it."""

    code: str
    message: str
    hint: str
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation with a client (or an attempt at one).

    Args:
        at: When it took place, with its time zone; from the file's name or time where nothing better is known.
        direction: "in" or "out"; None where unknown.
        state: See `CallState`.
        manager_channel: 0 or 1 once it is known which side the manager is; None for a guess by content.
        deal_id: The deal it belongs to; None until chosen.
        error: Set while the state is FAILED.
    """

    id: str
    at: datetime
    recording: Recording
    state: CallState
    direction: str | None = None
    phone: str | None = None
    manager_channel: int | None = None
    deal_id: str | None = None
    error: CallError | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TranscriptFacts:
    """What a ready transcript says of its call; None for what it does not say.

    Args:
        at: When the call took place, with its time zone where the file names one.
        direction: "in" or "out".
        source_id: Name of the call in the system it came from.
    """

    at: datetime | None = None
    direction: str | None = None
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a file that was taken in.

    Args:
        is_new: False when the same content was there before; `call` is then the earlier one.
    """

    call: Call
    is_new: bool
