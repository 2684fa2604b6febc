"""Words of one stream given to the voices that were told apart in it. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.transcript.model import Word
from app.transcript.turns import Heard

_PAUSE_S = 0.3
_LONE_WORD_S = 0.7
_NEAR_WORDS = 2
_NEAR_S = 0.8
_SENTENCE_END = (".", "?", "!", "…")


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """A stretch of speech by one voice.

    Args:
        start_s: Seconds from the beginning of the recording.
        end_s: Seconds.
        voice: From 0, in the order in which the voices are heard.
    """

    start_s: float
    end_s: float
    voice: int


def by_voice(heard: Iterable[Heard], spans: Sequence[VoiceSpan]) -> list[Heard]:
    """The same words in order, each run of one voice by itself; `stream` is the voice.

    Voices are told apart by windows longer than a word, so the place of a change is known to half a second only: it
    goes to the pause or the end of a sentence beside it, and one word amid the other's speech stays with the other.

    Args:
        heard: Words of one stream, in any order.
        spans: Stretches of all voices in order, not overlapping; at least one.
    """
    words = sorted((word for piece in heard for word in piece.words), key=lambda w: w.start_s)
    ends = [span.end_s for span in spans]
    voices = [_voice_of(word, spans, ends) for word in words]
    _join_lone_words(words, voices)
    _move_changes(words, voices)
    found: list[Heard] = []
    for start, end in _runs(voices):
        found.append(Heard(voices[start], tuple(words[start:end])))
    return found


def _voice_of(word: Word, spans: Sequence[VoiceSpan], ends: Sequence[float]) -> int:
    """The voice that covers most of a word; beside all speech, the nearest one."""
    covered: dict[int, float] = {}
    at = bisect_left(ends, word.start_s)
    for span in spans[at:]:
        if span.start_s >= word.end_s:
            break
        both_s = min(word.end_s, span.end_s) - max(word.start_s, span.start_s)
        covered[span.voice] = covered.get(span.voice, 0.0) + both_s
    if covered:
        return max(covered, key=lambda voice: (covered[voice], -voice))
    beside = spans[max(0, at - 1) : at + 1]
    return min(beside, key=lambda s: max(s.start_s - word.end_s, word.start_s - s.end_s)).voice


def _runs(voices: Sequence[int]) -> list[tuple[int, int]]:
    changes = [at for at in range(1, len(voices)) if voices[at] != voices[at - 1]]
    edges = [0, *changes, len(voices)]
    return [(a, b) for a, b in pairwise(edges) if b > a]


def _join_lone_words(words: Sequence[Word], voices: list[int]) -> None:
    for at in range(1, len(words) - 1):
        is_alone = voices[at - 1] == voices[at + 1] != voices[at]
        is_short = words[at].end_s - words[at].start_s < _LONE_WORD_S
        if is_alone and is_short and not (_has_pause(words, at) and _has_pause(words, at + 1)):
            voices[at] = voices[at - 1]


def _move_changes(words: Sequence[Word], voices: list[int]) -> None:
    """Move changes of voice inside a sentence to the pause or sentence end that is nearest, if one is near."""
    for start, _end in _runs(voices)[1:]:
        if _is_seam(words, start):
            continue
        near = [
            at
            for at in range(max(1, start - _NEAR_WORDS), min(len(words), start + _NEAR_WORDS + 1))
            if _is_seam(words, at)
            and abs(words[at].start_s - words[start].start_s) <= _NEAR_S
            and len(set(voices[min(at, start) : max(at, start)])) == 1
        ]
        if near:
            to = min(near, key=lambda at: (abs(words[at].start_s - words[start].start_s), at))
            for at in range(min(to, start), max(to, start)):
                voices[at] = voices[start] if to < start else voices[start - 1]


def _is_seam(words: Sequence[Word], at: int) -> bool:
    """True when one may take over before a word."""
    return _has_pause(words, at) or words[at - 1].text.endswith(_SENTENCE_END)


def _has_pause(words: Sequence[Word], at: int) -> bool:
    return words[at].start_s - words[at - 1].end_s >= _PAUSE_S
