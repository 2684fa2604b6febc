"""What a rule of style works on and gives: pieces of text by zone, places in them, cures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.proposal.model import BlockKind, TextBlock, Zone
from app.spoken.tokens import vocabulary

_WORD = re.compile(r"[A-Za-zА-Яа-яЁё]+(?:-[A-Za-zА-Яа-яЁё]+)*|\d+(?:[.,]\d+)?")
_END = re.compile(r"[.!?…]+[»\")]*(?=\s|$)|\n+")
# Behind these a full stop ends no sentence.
_SHORT = vocabulary(
    "г гг ул д стр корп пом тел доб руб коп шт тыс млн млрд см м кг т е и др пр им оф обл р н п пп ст рис табл мин макс"
    " напр тж проф инж исх вх кв пог ед чел уп компл"
)


class Level(StrEnum):
    """`STOP` blocks the final form; the other two are hints, errors before warnings."""

    STOP = "stop"
    ERROR = "error"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence value of a block, as it stands there; a person may have put several sentences into it."""

    block: BlockKind
    zone: Zone
    text: str
    has_source: bool = False

    @property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Where its sentences begin and end."""
        return sentence_spans(self.text)

    def sentence_at(self, place: int) -> str:
        """The sentence that holds the sign at `place`."""
        return next((self.text[a:b] for a, b in self.sentences if a <= place < b), self.text)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that breaks a rule.

    Args:
        quote: The words as they stand in the piece; "" where the whole text is meant.
        cure: What one click puts in their place; None where there is nothing sensible.
        named: What the sentence of the rule names, if not the quote.
    """

    piece: Piece
    quote: str
    cure: str | None = None
    named: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of style; `title` and `text` are translated when shown.

    Args:
        number: As DOMAIN.md 5.2 counts them.
        title: For the list of rules in the settings.
        text: What is wrong and what helps; `{words}` stands for the words.
        find: Places in pieces of the zones, in the order of the text.
    """

    number: int
    title: str
    text: str
    level: Level
    zones: frozenset[Zone]
    find: Callable[[Sequence[Piece]], Iterable[Hit]]


EVERYWHERE = frozenset(Zone)
PROSE = frozenset({Zone.PROSE})
PROSE_AND_TERMS = frozenset({Zone.PROSE, Zone.TERMS})


def later(text: str) -> str:
    """The text as it is: imported as ``_`` it marks texts of a table for the catalogue, translated when shown."""
    return text


def pieces_of(blocks: Sequence[TextBlock]) -> tuple[Piece, ...]:
    """The pieces of all blocks, in order."""
    return tuple(
        Piece(block.kind, block.zone, sentence.text, sentence.source is not None)
        for block in blocks
        for sentence in block.sentences
    )


def words_in(text: str) -> list[str]:
    """Words and numbers as they stand."""
    return _WORD.findall(text)


def word_spans(text: str) -> list[re.Match[str]]:
    """Words and numbers with their places."""
    return list(_WORD.finditer(text))


def word_count(pieces: Sequence[Piece]) -> int:
    return sum(len(words_in(piece.text)) for piece in pieces)


def sentences_in(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, str]]:
    """All sentences of the pieces that hold a word."""
    for piece in pieces:
        for start, end in piece.sentences:
            sentence = piece.text[start:end].strip()
            if _WORD.search(sentence):
                yield piece, sentence


def found(pattern: re.Pattern[str]) -> Callable[[Sequence[Piece]], Iterator[Hit]]:
    """A finder of every match, without a cure."""

    def find(pieces: Sequence[Piece]) -> Iterator[Hit]:
        for piece in pieces:
            for match in pattern.finditer(piece.text):
                yield Hit(piece, match.group())

    return find


def dropped(piece: Piece, start: int, end: int) -> Hit:
    """A hit whose cure leaves the words out and lets the sentence begin or go on with the next one."""
    text = piece.text
    words = text[start:end]
    before = text[:start].rstrip()
    is_joined = bool(re.search(r"(?:,|\b(?:и|или|но|а))$", before)) and not text[start].isupper()
    behind = re.match(r"(?P<gap>[\s,:—–-]*)(?P<word>\w[\w-]*)", text[end:])
    if behind is None or is_joined or behind["word"] in {"и", "или", "но"}:
        return Hit(piece, words)
    following = behind["word"]
    if text[start].isupper():
        following = following[0].upper() + following[1:]
    return Hit(piece, words + behind.group(), following, words)


def begins_sentence(piece: Piece, place: int) -> bool:
    """Whether nothing but white space and quotation marks stands before `place` in its sentence."""
    return any(a <= place < b and not piece.text[a:place].strip(' «"—–-') for a, b in piece.sentences)


def like(words: str, replacement: str) -> str:
    """The replacement with a capital letter where the words begin with one."""
    return replacement[:1].upper() + replacement[1:] if words[:1].isupper() else replacement


@lru_cache(maxsize=512)
def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    spans, start = [], 0
    for match in _END.finditer(text):
        last = re.search(r"(\w+)$", text[start : match.start()])
        following = text[match.end() :].lstrip()[:1]
        is_short = (
            match.group() == "."
            and last is not None
            and (last[1].casefold() in _SHORT or (len(last[1]) == 1 and last[1].isalpha()))
        )
        if is_short and (following.islower() or following.isdigit() or (last is not None and last[1][:1].isupper())):
            continue
        if is_short and following and last is not None and last[1].casefold() in {"г", "ул", "д", "тел", "им", "корп"}:
            continue
        spans.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return tuple(spans)
