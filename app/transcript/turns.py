"""Words become turns: what one speaker says until the other takes over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.transcript.model import UNKNOWN, Segment, Word

_BREATH_S = 0.3
_JOIN_S = 1.0
_JOIN_ONE_STREAM_S = 0.6
# The other side must have held the floor alone for this long before a turn counts as interrupted.
_TAKES_OVER_S = 0.3
_LONGEST_S = 45.0
_LONGEST_ONE_STREAM_S = 20.0
_SENTENCE_END = (".", "?", "!", "…")


@dataclass(frozen=True, slots=True)
class Heard:
    """Words of one stream that were recognised together, in order."""

    stream: int
    words: tuple[Word, ...]


def turns(heard: Iterable[Heard], streams: int) -> tuple[Segment, ...]:
    """All turns in the order of their beginnings, speakers still unknown.

    Pieces of one speaker are one turn when less than a second of silence lies between them and the other speaker says
    nothing in it. A short «угу» inside the other's turn stays a turn of its own, placed by its time.

    Args:
        heard: Words of each stream, in any order.
        streams: 2 where each stream is a speaker, 1 where one stream holds them all.
    """
    breaths = [breath for piece in heard for breath in _breaths(piece)]
    breaths.sort(key=lambda b: (b.words[0].start_s, b.stream))
    is_one_stream = streams < 2
    found: list[Heard] = []
    open_turns: dict[int, int] = {}
    for breath in breaths:
        at = open_turns.get(breath.stream)
        if at is not None and _goes_on(found[at], breath, found, is_one_stream):
            found[at] = Heard(breath.stream, found[at].words + breath.words)
        else:
            open_turns[breath.stream] = len(found)
            found.append(breath)
    found.sort(key=lambda t: t.words[0].start_s)
    return tuple(_segment(index, turn) for index, turn in enumerate(found))


def _goes_on(turn: Heard, breath: Heard, found: Sequence[Heard], is_one_stream: bool) -> bool:
    last, first = turn.words[-1], breath.words[0]
    pause_s = first.start_s - last.end_s
    length_s = last.end_s - turn.words[0].start_s
    is_sentence_over = last.text.endswith(_SENTENCE_END)
    if is_one_stream:
        # Nothing tells the speakers apart here, so a sentence that ended before a breath may be the other's.
        limit_s = _BREATH_S if is_sentence_over else _JOIN_ONE_STREAM_S
        return pause_s < limit_s and not (length_s > _LONGEST_ONE_STREAM_S and is_sentence_over)
    if pause_s >= _JOIN_S or (length_s > _LONGEST_S and is_sentence_over):
        return False
    return not any(_takes_over(other, last.end_s, first.start_s) for other in found[-8:] if other.stream != turn.stream)


def _takes_over(other: Heard, from_s: float, to_s: float) -> bool:
    """True when the other side begins to speak in the pause, or says most of a turn in it."""
    begin_s, end_s = other.words[0].start_s, other.words[-1].end_s
    begins_inside = from_s - 0.2 <= begin_s and begin_s + _TAKES_OVER_S < to_s
    return begins_inside or from_s <= (begin_s + end_s) / 2 < to_s


def _breaths(piece: Heard) -> Iterable[Heard]:
    words: list[Word] = []
    for word in piece.words:
        if words and word.start_s - words[-1].end_s >= _BREATH_S:
            yield Heard(piece.stream, tuple(words))
            words = []
        words.append(word)
    if words:
        yield Heard(piece.stream, tuple(words))


def _segment(index: int, turn: Heard) -> Segment:
    return Segment(
        index=index,
        start_s=turn.words[0].start_s,
        end_s=max(word.end_s for word in turn.words),
        speaker=UNKNOWN,
        channel=turn.stream,
        text=" ".join(word.text for word in turn.words),
        words=turn.words,
    )
