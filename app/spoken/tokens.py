"""Words, digits and signs of a text with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

_TOKEN = re.compile(r"[A-Za-zА-Яа-яЁё]+|[0-9]+|[^\sA-Za-zА-Яа-яЁё0-9]")


def vocabulary(words: str) -> frozenset[str]:
    """The words of a string, as a set."""
    return frozenset(words.split())


# Sounds that stand between two parts of one thing and mean nothing.
PURE_HESITATIONS = vocabulary("э ээ эээ эм эмм мм ммм")


class Kind(Enum):
    WORD = "word"
    DIGITS = "digits"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `low` is its lower case with ё as е."""

    start: int
    end: int
    text: str
    low: str
    kind: Kind
    space_before: bool

    @property
    def is_word(self) -> bool:
        return self.kind is Kind.WORD

    @property
    def is_digits(self) -> bool:
        return self.kind is Kind.DIGITS

    @property
    def is_capitalised(self) -> bool:
        return self.text[:1].isupper()


def plain(word: str) -> str:
    """Lower case, ё as е."""
    return word.lower().replace("ё", "е")


@lru_cache(maxsize=256)
def tokenise(text: str) -> tuple[Token, ...]:
    """All tokens of a text; white space is dropped."""
    tokens = []
    last_end = 0
    for match in _TOKEN.finditer(text):
        piece = match.group()
        if piece[0].isascii() and piece[0].isdigit():
            kind = Kind.DIGITS
        elif piece[0].isalpha():
            kind = Kind.WORD
        else:
            kind = Kind.SIGN
        tokens.append(Token(match.start(), match.end(), piece, plain(piece), kind, match.start() > last_end))
        last_end = match.end()
    return tuple(tokens)


def low_at(tokens: tuple[Token, ...], index: int) -> str:
    """The plain word or sign at a place, "" outside the text."""
    return tokens[index].low if 0 <= index < len(tokens) else ""


def previous_word(tokens: tuple[Token, ...], index: int) -> int:
    """Index of the nearest word before `index` with only hesitations between, -1 if a sign stops the way."""
    index -= 1
    while index >= 0 and tokens[index].low in PURE_HESITATIONS | {"-"}:
        index -= 1
    return index if index >= 0 and tokens[index].is_word else -1


_SENTENCE_END = frozenset(".?!;…")


def clause_bounds(tokens: tuple[Token, ...], index: int) -> tuple[int, int]:
    """First token and the one behind the last of the clause (between sentence signs, commas, dashes) at `index`."""
    stops = _SENTENCE_END | {",", "—", "–", ":"}
    first = index
    while first > 0 and tokens[first - 1].low not in stops:
        first -= 1
    last = index
    while last < len(tokens) and tokens[last].low not in stops:
        last += 1
    return first, last


def sentence_bounds(tokens: tuple[Token, ...], index: int) -> tuple[int, int]:
    """The same between sentence signs only."""
    first = index
    while first > 0 and tokens[first - 1].low not in _SENTENCE_END:
        first -= 1
    last = index
    while last < len(tokens) and tokens[last].low not in _SENTENCE_END:
        last += 1
    return first, last


_OPENING, _CLOSING = frozenset('«„“"'), frozenset('»“”"')


@lru_cache(maxsize=256)
def quotes(text: str) -> tuple[tuple[int, int], ...]:
    """Token indices of the opening and the closing quotation mark around a few words."""
    tokens = tokenise(text)
    found = []
    index = 0
    while index < len(tokens):
        if tokens[index].low in _OPENING:
            closing = next(
                (i for i in range(index + 2, min(index + 11, len(tokens))) if tokens[i].low in _CLOSING), None
            )
            if closing is not None:
                found.append((index, closing))
                index = closing
        index += 1
    return tuple(found)


def quoted_indices(text: str) -> frozenset[int]:
    """Indices of the tokens inside quotation marks."""
    return frozenset(index for first, last in quotes(text) for index in range(first, last + 1))
