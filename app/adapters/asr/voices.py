"""Voices in one stream: told apart by vectors of the sound, which exist in memory only while this runs."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.asr.fbank import RATE_HZ, STEP, fbank
from app.adapters.asr.windows import Voiced

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Vectors = NDArray[np.float32]

MODEL = Path(__file__).resolve().parents[3] / "resources" / "voices" / "campplus-int8.onnx"
_MODEL_SHA256 = "ea841d969ffd9f49d026082a1c71e0e1dcd6bbdabba13ad68e9ddc0e9024c7d4"

_WINDOW, _STEP = int(1.5 * RATE_HZ), RATE_HZ
WINDOW_FRAMES = _WINDOW // STEP - 2
"""Frames of `fbank` in a window that stands alone."""

_SHORTEST = int(0.25 * RATE_HZ)
# Below this the vector says more of the word than of the voice: it may be assigned, but does not shape the voices.
_TELLING = int(1.0 * RATE_HZ)
# Two voices lie farther apart than this; the halves of one voice lie nearer.
_TWO_VOICES_COSINE = 0.70
# Voices that are alike: many windows must fall into two heaps with nothing between them.
_ALIKE_VOICES_COSINE, _MANY_WINDOWS, _CLEAR_GAP = 0.80, 40, 5.5
_FEWEST_WINDOWS = 3
_MOST_VOICES = 4
_ROUNDS = 50

Span = tuple[int, int]


class VoiceModel:
    """CAM++ of 3D-Speaker: a vector for each window of sound; vectors of one voice point the same way."""

    def __init__(self, file: Path = MODEL) -> None:
        import onnxruntime  # type: ignore[import-untyped]

        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != _MODEL_SHA256:
            raise ValueError(f"{file.name} is damaged")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        # The last level lays convolutions of 32 bits out anew: nothing for these weights, but a fifth of the loading.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        self._session: Any = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def vector(self, features: Vectors) -> Vectors:
        """The vector of one window, shape (192,), of length 1; `features` as `fbank` gives them."""
        import numpy as np

        (found,) = self._session.run(None, {"x": (features - features.mean(axis=0))[None]})
        return _direction(np.asarray(found, np.float32))


def find_voices(
    spans: Sequence[Span], read: Callable[[int, int], Samples], vector: Callable[[Vectors], Vectors], pool: Executor
) -> tuple[Voiced, ...]:
    """Who speaks where; empty where there is not surely more than one voice.

    Args:
        spans: Speech in samples, in order.
        read: Gives the samples between two places.
        vector: Of the features of a window.
        pool: Where vectors are computed.
    """
    import numpy as np

    windows: list[Span] = []

    def vectors_of(span: Span, places: Sequence[Span]) -> list[Vectors]:
        features = fbank(read(*span))
        return [vector(features[(a - span[0]) // STEP : (b - span[0]) // STEP - 1]) for a, b in places]

    found: list[Future[list[Vectors]]] = []
    for span in spans:
        places = windows_of(span)
        windows += places
        if places:
            found.append(pool.submit(vectors_of, span, places))
    vectors = [each for future in found for each in future.result()]
    telling = [at for at, (start, end) in enumerate(windows) if end - start >= _TELLING]
    if not telling:
        return ()
    centres = voices_in(np.stack([vectors[at] for at in telling]))
    return voted(spans, windows, np.stack(vectors) @ centres.T) if len(centres) > 1 else ()


def windows_of(span: Span) -> list[Span]:
    """Overlapping windows over a span; one for a short span, none for a scrap."""
    start, end = span
    if end - start < _SHORTEST:
        return []
    if end - start <= _WINDOW:
        return [span]
    starts = [*range(start, end - _WINDOW, _STEP), end - _WINDOW]
    return [(at, at + _WINDOW) for at in starts]


def voices_in(vectors: Vectors) -> Vectors:
    """Centres of the voices, shape (voices, n), at most four; one where a second is not sure, or there is too little.

    Args:
        vectors: Shape (windows, n), each of length 1.
    """
    import numpy as np

    groups = [vectors]
    at = 0
    while at < len(groups) and len(groups) < _MOST_VOICES:
        halves = _halves(groups[at])
        if halves is None:
            at += 1
        else:
            groups[at : at + 1] = halves
    centres = np.stack([_direction(group) for group in groups])
    return _settled(vectors, centres)


def _halves(vectors: Vectors) -> list[Vectors] | None:
    """The vectors of two voices; None where they are of one voice, or too few to tell."""
    import numpy as np

    if len(vectors) < 2 * _FEWEST_WINDOWS:
        return None
    # Begins on both sides of the widest spread, so that the same sound always gives the same voices.
    _left, _sizes, axes = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    along = vectors @ axes[0]
    is_second = along > along.mean()
    if is_second.all() or not is_second.any():
        return None
    centres = _settled(vectors, np.stack([_direction(vectors[~is_second]), _direction(vectors[is_second])]))
    leaning = vectors @ (centres[0] - centres[1])
    is_second = leaning < 0
    if min(int(is_second.sum()), int((~is_second).sum())) < _FEWEST_WINDOWS:
        return None
    cosine = float(centres[0] @ centres[1])
    is_apart = cosine < _TWO_VOICES_COSINE or (
        len(vectors) >= _MANY_WINDOWS and cosine < _ALIKE_VOICES_COSINE and _gap(leaning, is_second) > _CLEAR_GAP
    )
    return [vectors[~is_second], vectors[is_second]] if is_apart else None


def _gap(leaning: NDArray[np.float32], is_second: NDArray[np.bool_]) -> float:
    """How far the two groups lie apart, in their own spread."""
    first, second = leaning[~is_second], leaning[is_second]
    spread = (float(first.var()) * len(first) + float(second.var()) * len(second)) / len(leaning)
    return float(first.mean() - second.mean()) / max(math.sqrt(spread), 1e-9)


def _settled(vectors: Vectors, centres: Vectors) -> Vectors:
    """The centres after every vector has gone to its nearest one, again and again until none moves."""
    import numpy as np

    nearest = np.full(len(vectors), -1)
    for _round in range(_ROUNDS):
        moved = (vectors @ centres.T).argmax(axis=1)
        if bool((moved == nearest).all()):
            break
        nearest = moved
        groups = [vectors[nearest == voice] for voice in range(len(centres))]
        centres = np.stack(
            [_direction(group) if len(group) else old for group, old in zip(groups, centres, strict=True)]
        )
    return centres


def _direction(vectors: Vectors) -> Vectors:
    import numpy as np

    middle = vectors.mean(axis=0)
    direction: Vectors = (middle / max(float(np.linalg.norm(middle)), 1e-9)).astype(np.float32)
    return direction


def voted(spans: Sequence[Span], windows: Sequence[Span], nearness: NDArray[np.float32]) -> tuple[Voiced, ...]:
    """Stretches of one voice each: every 10 ms goes to the voice for which the windows over it speak most.

    Args:
        spans: Speech in samples, in order.
        windows: Windows inside the spans.
        nearness: For each window its cosine with each voice, shape (windows, voices).
    """
    import numpy as np

    votes = np.zeros((max(end for _start, end in spans) // STEP + 1, nearness.shape[1]), np.float32)
    for (start, end), near in zip(windows, nearness, strict=True):
        votes[start // STEP : max(end // STEP, start // STEP + 1)] += near
    found: list[Voiced] = []
    order: list[int] = []
    for start, end in spans:
        inside = votes[start // STEP : max(end // STEP, start // STEP + 1)]
        if not inside.any():
            continue
        voices = inside.argmax(axis=1)
        changes = [0, *(np.flatnonzero(voices[1:] != voices[:-1]) + 1).tolist(), len(inside)]
        for begin, stop in pairwise(changes):
            voice = int(voices[begin])
            if voice not in order:
                order.append(voice)
            last = end if stop == len(inside) else start + stop * STEP
            found.append(Voiced(start + begin * STEP, last, order.index(voice)))
    return tuple(found)
