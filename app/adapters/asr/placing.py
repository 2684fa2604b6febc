"""Words of a window back at their places in the recording, and speech for which there are no words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.adapters.asr.windows import RATE_HZ, Piece, Window

# Times of words lean towards the pauses beside them; the detector knows better where the voice begins and ends.
_BEFORE_VOICE_S, _BEHIND_VOICE_S = 0.15, 0.25
# Speech of this length without a word was skipped by the model: it does so with a second sentence of another kind.
_SKIPPED_S = 1.2
_AROUND_S = 0.25
_WORD_S, _SIGN_S, _DIGIT_S = 0.5, 0.08, 0.6


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word with its times in seconds: inside a window as the model gives it, in the recording once placed."""

    start_s: float
    end_s: float
    text: str
    probability: float

    @property
    def plain(self) -> str:
        """Letters and digits only, lower case."""
        return "".join(sign for sign in self.text.lower() if sign.isalnum())

    @property
    def longest_s(self) -> float:
        """How long it can take to say the word: "950000" takes longer than its six signs."""
        digits = sum(sign.isdigit() for sign in self.text)
        return _WORD_S + _SIGN_S * (len(self.text) - digits) + _DIGIT_S * digits


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of the plan with the words heard in it, at their times in the recording."""

    stream: int
    piece: Piece
    words: tuple[HeardWord, ...]

    def to_json(self) -> list[Any]:
        """``[stream, [[start_s, end_s, text, probability], …]]``."""
        return [
            self.stream,
            [[round(w.start_s, 2), round(w.end_s, 2), w.text, round(w.probability, 3)] for w in self.words],
        ]


def place(window: Window, words: Sequence[HeardWord]) -> list[Placed]:
    """The words of a window cut back into its pieces; one entry for each piece.

    A word belongs to the piece whose voice it covers most: the model lets a word that follows a pause begin in the
    pause, so that its middle may still lie in the piece before.
    """
    begins_s = [sum(piece.samples for piece in window.pieces[:at]) / RATE_HZ for at in range(len(window.pieces))]
    chosen: list[list[HeardWord]] = [[] for _piece in window.pieces]
    at = 0
    for word in words:
        covered = [_covered_s(word, piece, begin_s) for piece, begin_s in zip(window.pieces, begins_s, strict=True)]
        if max(covered[at:]) > 0:
            at = max(range(at, len(covered)), key=lambda n: (covered[n], -n))
        else:
            middle_s = (word.start_s + word.end_s) / 2
            at = max([at, *(n for n, begin_s in enumerate(begins_s) if begin_s <= middle_s)])
        chosen[at].append(word)
    return [
        Placed(window.stream, piece, tuple(_moved(word, piece, begin_s) for word in inside))
        for piece, begin_s, inside in zip(window.pieces, begins_s, chosen, strict=True)
    ]


def _covered_s(word: HeardWord, piece: Piece, begin_s: float) -> float:
    """Seconds of the piece's voice that the word covers, both in the window's time."""
    voice_start_s = begin_s + (piece.voice_start - piece.start) / RATE_HZ
    voice_end_s = begin_s + (piece.voice_end - piece.start) / RATE_HZ
    return min(word.end_s, voice_end_s) - max(word.start_s, voice_start_s)


def _moved(word: HeardWord, piece: Piece, begin_s: float) -> HeardWord:
    """The word at its time in the recording, not before or behind the voice of its piece."""
    shift_s = piece.start / RATE_HZ - begin_s
    earliest = max(piece.start / RATE_HZ, piece.voice_start / RATE_HZ - _BEFORE_VOICE_S)
    latest = max(earliest, min(piece.end / RATE_HZ, piece.voice_end / RATE_HZ + _BEHIND_VOICE_S))
    start_s = min(max(word.start_s + shift_s, earliest), latest)
    return replace(word, start_s=start_s, end_s=min(max(word.end_s + shift_s, start_s), latest))


def skipped(placed: Placed) -> list[Piece]:
    """Stretches of speech in a piece for which the model gave no words, as pieces to be heard once more."""
    first, last = placed.piece.voice_start / RATE_HZ, placed.piece.voice_end / RATE_HZ
    stretches: list[tuple[float, float]] = []
    behind_s = first
    for word in placed.words:
        stretches.append((behind_s, word.start_s))
        behind_s = min(word.end_s, word.start_s + word.longest_s)
    stretches.append((behind_s, last))
    found = []
    for start_s, end_s in stretches:
        if end_s - start_s >= _SKIPPED_S:
            start = max(placed.piece.start, int((start_s - _AROUND_S) * RATE_HZ))
            end = min(placed.piece.end, int((end_s + _AROUND_S) * RATE_HZ))
            found.append(Piece(start, end, int(start_s * RATE_HZ), int(end_s * RATE_HZ)))
    return found


def with_found(placed: Placed, found: Sequence[HeardWord]) -> Placed:
    """The piece with words that were found in what had been skipped; words said once are not written twice."""
    if not found:
        return placed
    before = [w for w in placed.words if w.start_s <= found[0].start_s]
    behind = placed.words[len(before) :]
    new = list(found)
    while new and before and new[0].plain == before[-1].plain:
        new.pop(0)
    while new and behind and new[-1].plain == behind[0].plain:
        new.pop()
    if new and before:
        # A word that was stretched over the skipped speech ends where that begins.
        before[-1] = replace(before[-1], end_s=max(before[-1].start_s, min(before[-1].end_s, new[0].start_s)))
    return replace(placed, words=(*before, *new, *behind))
