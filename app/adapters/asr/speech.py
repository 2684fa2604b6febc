"""Where there is speech on each side: Silero VAD in a stream, then the gate against the other side's echo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Frames = NDArray[np.float32]
    Mask = NDArray[np.bool_]

RATE_HZ = 16_000
FRAME = 512
"""Samples in a frame: the window of Silero VAD."""

_CONTEXT = 64
_STATE = 128
_THRESHOLD, _LOWER_THRESHOLD = 0.5, 0.35
_FLOOR_DB = -100.0
_DEAD_DB = -85.0


def _frames(seconds: float) -> int:
    return max(1, round(seconds * RATE_HZ / FRAME))


_MIN_SILENCE = _frames(0.3)
_MIN_SPEECH = _frames(0.1)
_PAD = _frames(0.4)
_LEAK_RUN = _frames(0.6)
_LEAK_DB = 10.0
_FAINT_DB = 30.0
_APART_DB = 12.0
# Two sides this alike in most of their speech are two microphones in one room, not two ends of a line.
_ALIKE_DB, _ALIKE_SHARE = 6.0, 0.7

Span = tuple[int, int]


class VoiceTrack:
    """One side, frame by frame: probability of speech and level; fed in pieces of any length."""

    def __init__(self) -> None:
        import numpy as np
        from faster_whisper.vad import get_vad_model  # type: ignore[import-untyped]

        self._session = get_vad_model().session
        self._h = np.zeros((1, 1, _STATE), np.float32)
        self._c = np.zeros((1, 1, _STATE), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)
        self._probabilities: list[Frames] = []
        self._levels: list[Frames] = []
        self._has_voice = False

    def add(self, samples: Samples) -> None:
        """Look at the next samples, shape (n,), 16,000 Hz."""
        import numpy as np

        whole = np.concatenate((self._rest, samples))
        used = len(whole) // FRAME * FRAME
        self._rest = whole[used:]
        if used:
            self._look(whole[:used])

    def finish(self) -> None:
        """Look at the last incomplete frame, filled up with silence."""
        import numpy as np

        if len(self._rest):
            self._look(np.pad(self._rest, (0, FRAME - len(self._rest))))
            self._rest = self._rest[:0]

    def _look(self, samples: Samples) -> None:
        import numpy as np

        frames = samples.reshape(-1, FRAME)
        before = np.concatenate((self._context[None], frames[:-1, -_CONTEXT:]))
        self._context = frames[-1, -_CONTEXT:].copy()
        output, self._h, self._c = self._session.run(
            None, {"input": np.concatenate((before, frames), axis=1), "h": self._h, "c": self._c}
        )
        probabilities = np.asarray(output, np.float32).reshape(-1)
        self._probabilities.append(probabilities)
        self._has_voice = self._has_voice or bool((probabilities >= _THRESHOLD).any())
        power = np.mean(frames.astype(np.float64) ** 2, axis=1)
        self._levels.append((10 * np.log10(np.maximum(power, 10 ** (_FLOOR_DB / 10)))).astype(np.float32))

    @property
    def has_voice(self) -> bool:
        """Whether anybody may have spoken so far; always true where there is a span of speech."""
        return self._has_voice

    @property
    def probabilities(self) -> Frames:
        """Probability of speech of each frame."""
        return _joined(self._probabilities)

    @property
    def levels_db(self) -> Frames:
        """Level of each frame in dB below full scale."""
        return _joined(self._levels)


def _joined(parts: list[Frames]) -> Frames:
    import numpy as np

    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Speech:
    """What is to be recognised.

    Args:
        sides: For each stream its spans in frames, in order, not padded. One stream where the sides do not tell the
            speakers apart.
        is_mixed: The one stream is the mix of all sides.
    """

    sides: tuple[tuple[Span, ...], ...]
    is_mixed: bool


def find_speech(tracks: list[VoiceTrack], is_same_signal: bool) -> Speech:
    """Spans of speech of each stream.

    Args:
        tracks: One for each side of the recording, finished.
        is_same_signal: Both sides carry the same signal, so that there is one stream.
    """
    import numpy as np

    if len(tracks) == 1:
        return Speech((tuple(spans(tracks[0].probabilities)),), False)
    left, right = tracks
    if is_same_signal or _is_one_stream(left, right):
        mixed = spans(np.maximum(left.probabilities, right.probabilities))
        return Speech((tuple(mixed),), True)
    return Speech(_gated(left, right), False)


def spans(probabilities: Frames) -> list[Span]:
    """Spans of speech in frames: Silero's own rule with two thresholds, short pauses kept, short noises dropped."""
    found: list[Span] = []
    start: int | None = None
    quiet: int | None = None
    for at, probability in enumerate(probabilities.tolist()):
        if probability >= _THRESHOLD:
            quiet = None
            if start is None:
                start = at
        elif start is not None and probability < _LOWER_THRESHOLD:
            quiet = at if quiet is None else quiet
            if at - quiet >= _MIN_SILENCE:
                found.append((start, quiet))
                start = quiet = None
    if start is not None:
        found.append((start, len(probabilities)))
    return [(a, b) for a, b in found if b - a >= _MIN_SPEECH]


def _is_one_stream(left: VoiceTrack, right: VoiceTrack) -> bool:
    """True when one side is dead, or when both sides hear everything equally well."""
    import numpy as np

    levels = left.levels_db, right.levels_db
    if any(not len(side) or float(side.max()) < _DEAD_DB for side in levels):
        return True
    speaks = (left.probabilities >= _THRESHOLD) & (right.probabilities >= _THRESHOLD)
    either = (left.probabilities >= _THRESHOLD) | (right.probabilities >= _THRESHOLD)
    if not either.any() or speaks.sum() < _ALIKE_SHARE * either.sum():
        return False
    difference = (levels[0] - levels[1])[speaks]
    alike = np.abs(difference - np.median(difference)) < _ALIKE_DB
    return bool(alike.mean() > _ALIKE_SHARE and abs(float(np.median(difference))) < _APART_DB)


def _gated(left: VoiceTrack, right: VoiceTrack) -> tuple[tuple[Span, ...], ...]:
    """Spans of each side without the other side's echo."""
    import numpy as np

    frames = len(left.probabilities)
    tracks = (left, right)
    found = [spans(track.probabilities) for track in tracks]
    masks = [_mask(side, frames) for side in found]
    levels = [_smoothed(track.levels_db) for track in tracks]
    difference = levels[0] - levels[1]
    either = masks[0] | masks[1]
    divide = _divide(difference[either]) if either.any() else 0.0
    own = (masks[0] & (difference > divide), masks[1] & (difference <= divide))
    usual = [_usual_level(levels[side], own[side]) for side in (0, 1)]
    sides: list[tuple[Span, ...]] = []
    for side, other in ((0, 1), (1, 0)):
        mine, theirs = levels[side] - usual[side], levels[other] - usual[other]
        leak = (mine < theirs - _LEAK_DB) | (mine < -_FAINT_DB)
        if not own[side].any():
            leak = np.ones(frames, np.bool_)
        speaks = tracks[side].probabilities >= _THRESHOLD
        sides.append(tuple(part for span in found[side] for part in _without_leaks(span, leak, speaks)))
    return tuple(sides)


def _without_leaks(span: Span, leak: Mask, speaks: Mask) -> list[Span]:
    """The parts of a span that are this side's own speech: long runs of the other side's echo cut it."""
    parts: list[Span] = []
    start: int | None = None
    last = span[0]
    for at in range(*span):
        if leak[at]:
            continue
        if start is None:
            start = at
        elif at - last > _LEAK_RUN:
            parts.append((start, last + 1))
            start = at
        last = at
    if start is not None:
        parts.append((start, last + 1))
    return [(a, b) for a, b in parts if int((speaks[a:b] & ~leak[a:b]).sum()) >= _MIN_SPEECH]


def _divide(difference: Frames) -> float:
    """The level difference between the sides that tells one speaker from the other, in dB.

    Two clusters where both speak; with one speaker only, the louder side is his.
    """
    import numpy as np

    low, high = float(np.percentile(difference, 5)), float(np.percentile(difference, 95))
    for _round in range(20):
        middle = (low + high) / 2
        below, above = difference[difference <= middle], difference[difference > middle]
        if not len(below) or not len(above):
            break
        low, high = float(below.mean()), float(above.mean())
    return (low + high) / 2 if high - low > _APART_DB else 0.0


def _usual_level(levels: Frames, own: Mask) -> float:
    import numpy as np

    return float(np.percentile(levels[own], 90)) if own.any() else 0.0


def _smoothed(levels: Frames) -> Frames:
    """The loudest of three neighbouring frames: a pause inside a word is not silence."""
    import numpy as np

    if len(levels) < 3:
        return levels
    padded = np.pad(levels, 1, mode="edge")
    loudest: Frames = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    return loudest


def _mask(found: list[Span], frames: int) -> Mask:
    import numpy as np

    mask = np.zeros(frames, np.bool_)
    for start, end in found:
        mask[start:end] = True
    return mask
