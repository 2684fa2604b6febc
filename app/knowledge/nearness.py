"""How near words of a question come to words of pieces: by form, trade and meaning, or over a slip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.knowledge.asked import Word
from app.knowledge.concepts import concepts_of
from app.knowledge.pieces import Piece

Likeness = Callable[[str, Sequence[str]], list[float]]
"""How near each of some texts comes to a text, as `SentenceVectors.likeness`."""
Near = Mapping[str, Mapping[str, float]]
"""By stem of the question's words: by stem of the pieces' words how near they are."""

_FEW_LETTERS = 4
_SLIP_SHARE = 0.9
_LONG_LETTERS = 9
_TRADE_SHARE = 0.7
NEAR_WORD = 0.45


@dataclass(frozen=True, slots=True)
class Found:
    """How far a word is found, from 0 to 1: as it is, with words of trade that mean the same, with words near to it."""

    exact: float
    hard: float
    soft: float


@dataclass(frozen=True)
class Nearness:
    """How near the words of a question come to those of pieces.

    Args:
        soft: By stem of the question's words: by stem of the pieces' words how near they are in meaning.
        slips: By stem of a word that no dictionary knows: stems it may be a slip of the fingers for.
    """

    soft: Near
    slips: Mapping[str, frozenset[str]]

    @classmethod
    def between(cls, words: Sequence[Word], pieces: Sequence[Piece], likeness: Likeness) -> Nearness:
        others = {one: word for piece in pieces for stems in (piece.stems, piece.above) for one, word in stems.items()}
        return cls(_soft_matches(words, others, likeness), _slips(words, others))

    def found(self, word: Word, stems: Mapping[str, str]) -> Found:
        exact = matches(word.stem, stems)
        if exact < _SLIP_SHARE and not self.slips.get(word.stem, frozenset()).isdisjoint(stems):
            exact = _SLIP_SHARE
        own = concepts_of(word.text)
        same = bool(own) and any(not own.isdisjoint(concepts_of(other)) for other in stems.values())
        hard = max(exact, _TRADE_SHARE if same else 0.0)
        near = self.soft[word.stem]
        return Found(exact, hard, max(hard, max((near.get(other, 0.0) for other in stems), default=0.0)))

    def is_near(self, word: Word, stem_of_other: str) -> bool:
        """Whether a word of the pieces comes near to one of the question."""
        return self.found(word, {stem_of_other: stem_of_other}).soft >= NEAR_WORD


def _slips(words: Sequence[Word], others: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Words of the pieces that a word no dictionary knows may have been meant for."""
    from rapidfuzz.distance import OSA

    found = {}
    for word in words:
        if word.is_known or len(word.stem) < _FEW_LETTERS + 1 or word.stem in others:
            continue
        most = 1 if len(word.stem) < _LONG_LETTERS else 2
        near = [one for one in others if OSA.distance(word.stem, one, score_cutoff=most) <= most]
        if near:
            found[word.stem] = frozenset(near)
    return found


def _soft_matches(words: Sequence[Word], others: Mapping[str, str], likeness: Likeness) -> dict[str, dict[str, float]]:
    """For each word of the question how near each word of the pieces comes to it in meaning, from 0 to 1."""
    names = list(others)
    found = {}
    for word in words:
        near = likeness(word.text, [others[one] for one in names])
        found[word.stem] = {one: max(0.0, (share - 0.35) / 0.65) for one, share in zip(names, near, strict=True)}
    return found


def matches(one: str, stems: Mapping[str, str]) -> float:
    """1 for the same stem, 0.8 for one with the same beginning («доставк» and «достав»), else 0."""
    if one in stems:
        return 1.0
    return 0.8 if any(same_word(one, other) for other in stems) else 0.0


def same_word(one: str, other: str) -> bool:
    """Whether two stems may be forms of one word: they begin alike and differ in a short end."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _FEW_LETTERS:
        return False
    common = next((n for n, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return common >= max(_FEW_LETTERS, len(shorter) - 2) and len(longer) - common <= 4
