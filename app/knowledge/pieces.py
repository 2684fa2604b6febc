"""Pieces of passages that may answer a question, and rows of the price list as such."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.words import folded
from app.knowledge.model import Passage, PriceItem
from app.knowledge.passages import sentences
from app.knowledge.search import stem
from app.knowledge.stock import stock_of

_WORD = re.compile(r"[^\W\d_]{2,}")
_QUESTION = re.compile(r"^(.{3,160}?\?)[*\s]*(.+)$", re.DOTALL)
_CLAUSE_END = re.compile(r";\s+|,\s+(?=[^,;]*\s[—–-]\s)")
SHORT_SIGNS = 420


@dataclass(frozen=True)
class Piece:
    """A piece of a passage that may answer.

    Args:
        question: The question of a list of questions and answers that stands over it; else empty.
        item: The article, for a row of the price list.
        stems: Stems of its words.
        above: Stems of the heading's words.
    """

    passage: Passage
    text: str
    question: str
    stems: Mapping[str, str]
    above: Mapping[str, str]
    item: PriceItem | None = None

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What tells it from any other piece."""
        return self.passage.file, self.passage.heading, self.passage.place, self.text

    @property
    def answer(self) -> str:
        """The text without the question that stands over it: it asks for a value and has none."""
        found = _QUESTION.match(self.text) if self.question else None
        return found[2] if found else self.text


def pieces_of(passage: Passage) -> list[Piece]:
    """A passage as what may be answered with: whole where it is short, else its sentences two by two."""
    text = passage.text
    found = _QUESTION.match(text)
    question = found[1] if found else ""
    if len(text) <= SHORT_SIGNS:
        return [_piece(passage, text, question)]
    own = sentences(text)
    return [
        _piece(passage, " ".join(own[at : at + 2]), question if at == 0 else "") for at in range(max(1, len(own) - 1))
    ]


def piece_of_item(item: PriceItem) -> Piece:
    """An article as what may be answered with."""
    text = f"{item.name} ({item.sku}): цена {item.price} ₽ за {item.unit}; {item.note}"
    stock = stock_of(item)
    if stock is not None:
        text += f"; в наличии, остаток на складе {stock} {item.unit}"
    if item.min_qty > 1:
        text += f"; минимальный заказ от {item.min_qty} {item.unit}"
    if item.lead_days is not None:
        text += f"; срок {item.lead_days} дней"
    passage = Passage("", item.source.partition(",")[0], "", text, 0)
    return Piece(passage, text, "", stems_by_word(text), {}, item)


def _piece(passage: Passage, text: str, question: str) -> Piece:
    return Piece(passage, text, question, stems_by_word(text), stems_by_word(passage.heading))


def stems_by_word(text: str) -> dict[str, str]:
    """The words of a text by their stems."""
    return {stem(word): word for word in _WORD.findall(folded(text))}


def clauses(text: str, *, is_row: bool) -> list[str]:
    """The parts of a text that say one thing each: «Кабель — 5 лет, щиты — 3 года» says two."""
    if is_row:
        return [text]
    return [part for sentence in sentences(text) for part in _CLAUSE_END.split(sentence) if part.strip()]
