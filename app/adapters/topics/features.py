"""Turns as rows of numbers: the one way in which they are trained on and read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from app.draft.stems import overlap
from app.draft.topics import MARKS, FieldFacts, TurnFacts

if TYPE_CHECKING:
    import numpy

# How much the neighbours count beside the turn itself.
_BEFORE, _AFTER, _WORDS, _WORDS_BEFORE = 0.7, 0.3, 0.7, 0.5
_NEAR = 4
_OPENING = 5
TYPES = ("int", "money", "date", "datetime", "bool", "enum", "multienum", "text", "longtext", "phone", "email")
# Which marks a value of a type is read from.
_READ_FROM = {
    "int": ("number",),
    "money": ("money",),
    "date": ("moment",),
    "datetime": ("moment", "time"),
    "phone": ("phone",),
    "email": ("email",),
}
# Topics whose turns a field of a company's own is easily mistaken for, or shares.
BESIDE = (
    "line_item", "budget_amount", "deadline", "delivery_city", "payment_terms", "decision_process", "need",
    "contact_role", "competitors",
)  # fmt: skip
# Where a word is known to no training it is as rare as the rarest.
_UNKNOWN = 1.0
_LONG_TURN = 100


@dataclass(frozen=True)
class FieldVectors:
    """Sentence vectors of length 1, one a row, that relate a call to a field.

    Args:
        sentences: Of all sentences of the call; `starts` says with which row each turn begins.
    """

    turns: numpy.ndarray[Any, Any]
    sentences: numpy.ndarray[Any, Any]
    starts: Sequence[int]
    label: numpy.ndarray[Any, Any]
    definition: numpy.ndarray[Any, Any]
    meant: numpy.ndarray[Any, Any]
    options: numpy.ndarray[Any, Any]

    def nearest(self, texts: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
        """For each turn how near its nearest sentence comes to the nearest of some texts."""
        import numpy

        near: numpy.ndarray[Any, Any] = numpy.maximum.reduceat((self.sentences @ texts.T).max(axis=1), self.starts)
        return near


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
    pieces = [(turn.place, turn.words, turn.marks) for turn in facts]
    return _rows(facts, vectors, pieces=pieces, of_pieces=vectors, places=places, rarity=rarity)


def sentence_rows(
    facts: Sequence[TurnFacts],
    vectors: numpy.ndarray[Any, Any],
    sentences: numpy.ndarray[Any, Any],
    places: dict[str, int],
    rarity: Sequence[float],
) -> numpy.ndarray[Any, Any]:
    """The same for each sentence, in order, as if its turn held nothing else.

    Args:
        sentences: Sentence vectors of the sentences, one row each.
    """
    pieces = [(turn.place, one.words, one.marks) for turn in facts for one in turn.sentences]
    return _rows(facts, vectors, pieces=pieces, of_pieces=sentences, places=places, rarity=rarity)


def _rows(
    facts: Sequence[TurnFacts],
    vectors: numpy.ndarray[Any, Any],
    *,
    pieces: Sequence[tuple[int, Sequence[str], Set[str]]],
    of_pieces: numpy.ndarray[Any, Any],
    places: dict[str, int],
    rarity: Sequence[float],
) -> numpy.ndarray[Any, Any]:
    """Rows of turns or of parts of turns, each with the place of its turn, its words and its kinds of values."""
    import numpy

    count = len(facts)
    of_turns = [place for place, _, _ in pieces]
    before, after = numpy.zeros_like(vectors), numpy.zeros_like(vectors)
    before[1:], after[:-1] = vectors[:-1], vectors[1:]
    scene = numpy.zeros((len(pieces), 5 + 2 * len(MARKS)), numpy.float32)
    words = numpy.zeros((len(pieces), 2 * len(places)), numpy.float32)
    weighed = [word_weights(turn.words, places, rarity) for turn in facts]
    for row, (place, spoken, marks) in enumerate(pieces):
        is_manager = facts[place].is_manager
        scene[row, :5] = (is_manager, not is_manager, place / count, place < _NEAR, place >= count - _NEAR)
        for column, mark in enumerate(MARKS):
            scene[row, 5 + column] = mark in marks
            scene[row, 5 + len(MARKS) + column] = place > 0 and mark in facts[place - 1].marks
        for word, weight in word_weights(spoken, places, rarity).items():
            words[row, word] = _WORDS * weight
        for word, weight in weighed[place - 1].items() if place > 0 else ():
            words[row, len(places) + word] = _WORDS_BEFORE * weight
    return numpy.hstack([of_pieces, _BEFORE * before[of_turns], _AFTER * after[of_turns], scene * 0.5, words]).astype(
        numpy.float32
    )


def call_row(facts: Sequence[TurnFacts], vectors: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """One row for a whole call: what its beginning, each side and its end mean."""
    import numpy

    sides = numpy.array([turn.is_manager for turn in facts], bool)
    parts = [vectors[:_OPENING], vectors[~sides], vectors[sides], vectors[-_NEAR:]]
    means = [part.mean(axis=0) if len(part) else numpy.zeros(vectors.shape[1]) for part in parts]
    return numpy.concatenate(means).astype(numpy.float32)


def field_rows(
    facts: Sequence[TurnFacts],
    field: FieldFacts,
    vectors: FieldVectors,
    shares: Mapping[str, numpy.ndarray[Any, Any]],
    rarity: Mapping[str, float],
) -> numpy.ndarray[Any, Any]:
    """One row per turn: how it relates to a field that is known by its label and definition alone.

    Args:
        facts: Turns of one call in order.
        field: The field.
        vectors: Sentence vectors of the turns, their sentences and the field's texts.
        shares: What the turns speak of, for the topics of `BESIDE`.
        rarity: How rare a stem is, from 0 for one in every turn to 1.

    Returns:
        float32, turns by features.
    """
    import numpy

    count = len(facts)
    manager = numpy.array([turn.is_manager for turn in facts], numpy.float32)
    question = _has(facts, "question")
    asked = _before(manager * question)
    label, whole, meant = (vectors.turns @ text for text in (vectors.label, vectors.definition, vectors.meant))
    label_part, meant_part = vectors.nearest(vectors.label[None]), vectors.nearest(vectors.meant[None])
    option_part = vectors.nearest(vectors.options) if field.options else numpy.zeros(count)
    named = numpy.array(field.named, numpy.float32)
    own = numpy.array([_rarities(overlap(field.label_stems, turn.stems), rarity) for turn in facts])
    added = numpy.array([_rarities(overlap(field.meant_stems, turn.stems), rarity) for turn in facts])
    fits = numpy.zeros(count)
    for mark in _READ_FROM.get(field.type, ()):
        fits = numpy.maximum(fits, _has(facts, mark))
    columns = [
        *(label, whole, meant, label_part, meant_part, option_part),
        *(_before(label), _before(meant), _before(label_part)),
        *(named, named * (1 - manager), _before(named) * asked),
        *(own, added, _before(own), _before(added), _before(own) * asked, own > 0),
        numpy.minimum(own, 1) * (1 - manager),
        *(fits, fits * (1 - manager), fits * own, fits * _before(own), fits * asked),
        *(fits * label_part, fits * _before(label_part)),
        *(manager, question, question * (1 - manager), asked),
        *(numpy.arange(count) / count, numpy.array([len(turn.text) for turn in facts]) / _LONG_TURN),
        *(_has(facts, mark) for mark in MARKS if mark not in ("time", "question")),
        *(numpy.full(count, field.type == one) for one in TYPES),
        numpy.full(count, _rarities(field.label_stems, rarity)),
        *(shares[topic] for topic in BESIDE),
    ]
    return numpy.array(columns, numpy.float32).T


def _has(facts: Sequence[TurnFacts], mark: str) -> Any:
    import numpy

    return numpy.array([mark in turn.marks for turn in facts], numpy.float32)


def _before(values: Any) -> Any:
    """The same of the turn before."""
    import numpy

    return numpy.concatenate([[0], values[:-1]])


def _rarities(stems: Iterable[str], rarity: Mapping[str, float]) -> float:
    return sum(rarity.get(stem, _UNKNOWN) for stem in stems)
