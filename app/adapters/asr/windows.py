"""The plan of a recognition: speech packed into short windows, windows into batches. Plain numbers, JSON on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

RATE_HZ = 16_000
PAD_S = 0.4
TWO_SIDED_WINDOW_S = 15.0
ONE_SIDED_WINDOW_S = 12.0
# More windows at once take less time, and more memory: about 50 MB for each in two batches of 19 seconds. Six of the
# longer windows took 94 MB more than five and were no faster.
TWO_SIDED_BATCH = 5
ONE_SIDED_BATCH = 6
_LOOK_AHEAD_BATCHES = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one stream, in samples.

    Args:
        start: First sample handed to the model, with the margin before the speech.
        end: Behind the last sample handed to the model.
        voice_start: Where the speech itself begins.
        voice_end: Where it ends.
    """

    start: int
    end: int
    voice_start: int
    voice_end: int

    @property
    def samples(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Window:
    """What the model hears at once: pieces of one stream, one behind the other."""

    stream: int
    pieces: tuple[Piece, ...]

    @property
    def samples(self) -> int:
        return sum(piece.samples for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Voiced:
    """A stretch of one stream in which one voice speaks, in samples. Voices are numbered as they are heard."""

    start: int
    end: int
    voice: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is to be recognised.

    Args:
        streams: 2 where each side is a speaker, else 1.
        is_mixed: The one stream is the mix of two sides.
        language: Two letters, as asked for or as recognised.
        voices: Who speaks where in the one stream; empty where the streams are the speakers, or one voice was found.
    """

    samples: int
    streams: int
    is_mixed: bool
    language: str
    batches: tuple[tuple[Window, ...], ...]
    voices: tuple[Voiced, ...] = ()

    @property
    def duration_s(self) -> float:
        return self.samples / RATE_HZ

    def to_json(self) -> dict[str, Any]:
        return {
            "samples": self.samples,
            "streams": self.streams,
            "is_mixed": self.is_mixed,
            "language": self.language,
            "batches": [
                [[w.stream, [[p.start, p.end, p.voice_start, p.voice_end] for p in w.pieces]] for w in batch]
                for batch in self.batches
            ],
            "voices": [[v.start, v.end, v.voice] for v in self.voices],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Plan:
        """Read what `to_json` writes. Raises KeyError, TypeError or ValueError on another shape."""
        return cls(
            samples=int(value["samples"]),
            streams=int(value["streams"]),
            is_mixed=bool(value["is_mixed"]),
            language=str(value["language"]),
            batches=tuple(
                tuple(
                    Window(int(stream), tuple(Piece(*map(int, places)) for places in pieces))
                    for stream, pieces in batch
                )
                for batch in value["batches"]
            ),
            voices=tuple(Voiced(*map(int, places)) for places in value["voices"]),
        )


def padded(
    spans: Sequence[tuple[int, int]], samples: int, limit_s: float, quietest: Callable[[int, int], int]
) -> list[Piece]:
    """Spans of speech with a margin on both sides, none longer than the limit.

    Args:
        spans: Start and end in samples, in order, not overlapping.
        samples: Length of the recording.
        limit_s: Longest piece in seconds; a longer one is cut where it is quietest.
        quietest: Gives the sample between two samples where a cut hurts least.
    """
    limit, pad = int(limit_s * RATE_HZ), int(PAD_S * RATE_HZ)
    pieces: list[Piece] = []
    for at, (start, end) in enumerate(spans):
        before = start - (spans[at - 1][1] if at else -pad)
        after = (spans[at + 1][0] if at + 1 < len(spans) else samples + pad) - end
        first = max(0, start - min(pad, before // 2))
        last = min(samples, end + min(pad, after // 2))
        voice = start
        while last - first > limit:
            cut = quietest(first + limit // 2, first + limit)
            pieces.append(Piece(first, cut, voice, min(cut, end)))
            first = voice = cut
        pieces.append(Piece(first, last, voice, max(voice, end)))
    return pieces


def joined_windows(stream: int, pieces: Sequence[Piece], limit_s: float) -> list[Window]:
    """Pieces of a stream one behind the other, the silence between them left out, up to the limit."""
    windows: list[Window] = []
    held: list[Piece] = []
    for piece in pieces:
        if held and sum(p.samples for p in held) + piece.samples > limit_s * RATE_HZ:
            windows.append(Window(stream, tuple(held)))
            held = []
        held.append(piece)
    return [*windows, Window(stream, tuple(held))] if held else windows


def contiguous_windows(pieces: Sequence[Piece], limit_s: float) -> list[Window]:
    """Stretches of one stream that hold whole pieces and the silence between them, up to the limit."""
    windows: list[Window] = []
    held: Piece | None = None
    for piece in pieces:
        if held is not None and piece.end - held.start > limit_s * RATE_HZ:
            windows.append(Window(0, (held,)))
            held = None
        held = piece if held is None else Piece(held.start, piece.end, held.voice_start, piece.voice_end)
    return [*windows, Window(0, (held,))] if held is not None else windows


def batches(windows: Sequence[Window], workers: int, size: int) -> tuple[tuple[Window, ...], ...]:
    """Windows of like length together, `size` at most, in nearly the order of time.

    The encoder runs as long as the longest window of a batch, so windows are sorted by length, but only within a
    look-ahead, so that turns still appear from the beginning of the call onwards.
    """
    look_ahead = _LOOK_AHEAD_BATCHES * size
    ordered = sorted(windows, key=lambda w: (w.pieces[0].start, w.stream))
    found: list[tuple[Window, ...]] = []
    for at in range(0, len(ordered), look_ahead):
        ahead = sorted(ordered[at : at + look_ahead], key=lambda w: -w.samples)
        # As many batches as fill all workers, so that none of them waits for the last one.
        count = min(len(ahead), ceil(ceil(len(ahead) / size) / workers) * workers)
        for number in range(count):
            found.append(tuple(ahead[number * len(ahead) // count : (number + 1) * len(ahead) // count]))
    return tuple(found)
