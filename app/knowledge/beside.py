"""What belongs to an answer because of where it stands: the points next to it, and papers that name the same price."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from app.knowledge.asked import Asked
from app.knowledge.kinds import Kind
from app.knowledge.model import PriceItem
from app.knowledge.pieces import Piece, stems_by_word
from app.knowledge.search import codes_of, codes_of_item

_LEAST_WEIGHT = 0.6
_MOST_SIGNS = 240
_MOST_PAPERS = 1
_NUMBER = re.compile(r"\d+(?:[\s\u00a0]\d{3})*(?:[.,]\d+)?")


def neighbours(asked: Asked, answer: Piece, pieces: Iterable[Piece]) -> list[Piece]:
    """The points right above and below an answer in its list that speak of the asked thing too, in their order.

    A list tells the rule in one point and its condition in the next: «Первые три заказа — предоплата», «С четвёртого —
    отсрочка до 14 дней».
    """
    if not _is_point(answer):
        return []
    stems = {word.stem for word in asked.words if word.weight >= _LEAST_WEIGHT and word.part != "value"}
    place = answer.passage.place
    found = [
        piece
        for piece in pieces
        if (piece.passage.file, piece.passage.heading) == (answer.passage.file, answer.passage.heading)
        and abs(piece.passage.place - place) == 1
        and _is_point(piece)
        and not stems.isdisjoint(piece.stems)
    ]
    return sorted(found, key=lambda piece: piece.passage.place)


def _is_point(piece: Piece) -> bool:
    """Whether it is the whole of a short passage, and no row and no question with its answer."""
    is_whole = piece.text == piece.passage.text and len(piece.text) <= _MOST_SIGNS
    return is_whole and piece.item is None and not piece.passage.literal and not piece.question


def papers_with_price(asked: Asked, items: Sequence[PriceItem], pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces of documents that name the price of an article and the words by which it was asked for."""
    if Kind.MONEY not in asked.kinds:
        return []
    stems = {word.stem for word in asked.words if word.part != "value"}
    found = [
        piece for item in items for piece in pieces if piece.item is None and _names_price(piece, item, stems, asked)
    ]
    return found[:_MOST_PAPERS]


def _names_price(piece: Piece, item: PriceItem, asked_stems: set[str], asked: Asked) -> bool:
    codes = asked.codes & codes_of_item(item)
    of_name = asked_stems & set(stems_by_word(item.name))
    own = set(piece.stems) | set(piece.above)
    is_named = bool(of_name) and of_name <= own
    return (is_named or bool(codes & codes_of(piece.text))) and item.price in _numbers(piece.text)


def _numbers(text: str) -> set[Decimal]:
    plain = (re.sub(r"[\s\u00a0]", "", number).replace(",", ".") for number in _NUMBER.findall(text))
    return {Decimal(number) for number in plain}
