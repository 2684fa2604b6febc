"""Turns as rows of numbers: the one way in which they are trained on and read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from app.draft.topics import MARKS, TurnFacts

if TYPE_CHECKING:
    import numpy

# How much the neighbours count beside the turn itself.
_BEFORE, _AFTER, _WORDS, _WORDS_BEFORE = 0.7, 0.3, 0.7, 0.5
_NEAR = 4
_OPENING = 5


def word_weights(words: Sequence[str], places: dict[str, int], rarity: Sequence[float]) -> dict[int, float]:
    """Tf-idf of the single words and pairs of a turn, of length 1."""
    terms = Counter([*words, *(f"{a} {b}" for a, b in pairwise(words))])
    found = {places[term]: count * rarity[places[term]] for term, count in terms.items() if term in places}
    length = math.sqrt(sum(value * value for value in found.values()))
    return {place: value / length for place, value in found.items()} if length else {}


def rows(
    facts: Sequence[TurnFacts], vectors: numpy.ndarray[Any, Any], places: dict[str, int], rarity: Sequence[float]
) -> numpy.ndarray[Any, Any]:
    """One row per turn: its meaning, its neighbours' meaning, side and place, kinds of values, words.

    Args:
        facts: Turns of one call in order.
        vectors: Sentence vectors of the same turns, one row each.
        places: Column of each known word or pair of words.
        rarity: Inverse document frequency by column.

    Returns:
        float32, turns by features.
    """
    import numpy

    count, width = len(facts), vectors.shape[1]
    before, after = numpy.zeros_like(vectors), numpy.zeros_like(vectors)
    before[1:], after[:-1] = vectors[:-1], vectors[1:]
    scene = numpy.zeros((count, 5 + 2 * len(MARKS)), numpy.float32)
    words = numpy.zeros((count, 2 * len(places)), numpy.float32)
    for row, turn in enumerate(facts):
        scene[row, :5] = (
            turn.is_manager,
            not turn.is_manager,
            row / count,
            row < _NEAR,
            row >= count - _NEAR,
        )
        for column, mark in enumerate(MARKS):
            scene[row, 5 + column] = mark in turn.marks
            scene[row, 5 + len(MARKS) + column] = row > 0 and mark in facts[row - 1].marks
        for place, weight in word_weights(turn.words, places, rarity).items():
            words[row, place] = _WORDS * weight
            if row + 1 < count:
                words[row + 1, len(places) + place] = _WORDS_BEFORE * weight
    assert width  # noqa: S101
    return numpy.hstack([vectors, _BEFORE * before, _AFTER * after, scene * 0.5, words]).astype(numpy.float32)


def call_row(facts: Sequence[TurnFacts], vectors: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """One row for a whole call: what its beginning, each side and its end mean."""
    import numpy

    sides = numpy.array([turn.is_manager for turn in facts], bool)
    parts = [vectors[:_OPENING], vectors[~sides], vectors[sides], vectors[-_NEAR:]]
    means = [part.mean(axis=0) if len(part) else numpy.zeros(vectors.shape[1]) for part in parts]
    return numpy.concatenate(means).astype(numpy.float32)
