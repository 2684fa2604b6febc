"""Answers that stand on passages and rows of the price list, or the word that the base has none."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from app.core.clock import Clock, SystemClock
from app.core.i18n import _
from app.core.words import folded
from app.knowledge.asked import Asked, read_question
from app.knowledge.beside import neighbours, papers_with_price
from app.knowledge.kinds import Kind
from app.knowledge.model import Answer, AnswerSentence, Hit, Source
from app.knowledge.passages import sentences
from app.knowledge.people import ask_whom
from app.knowledge.pieces import Piece, piece_of_item, pieces_of
from app.knowledge.ports import KnowledgeIndex, SentenceVectors
from app.knowledge.price_words import told_of
from app.knowledge.relevance import FEATURES, Setting, is_named, unknown_words
from app.knowledge.search import codes_of, codes_of_item, families_of
from app.knowledge.second_look import MOST_ODDS, SecondLook
from app.settings import ANSWER_WEIGHTS

_PASSAGES = 60
_ITEMS = 5
_OF_TOWN = 5
# «Пахнет ли краска?»: of what is asked the base knows neither the thing nor what it does.
_MOST_UNKNOWN = 2
_MOST_PIECES = 3
_CODE_THERE, _KIND_MISSING = FEATURES.index("code_there"), FEATURES.index("kind_missing")
_COUNTED_MISSING, _DENIES_THING = FEATURES.index("counted_missing"), FEATURES.index("denies_thing")
_OTHER_TOWN = FEATURES.index("other_town")
_DENIED = 0.8
# What a model says is worth so much beside the line's sum. With it the bar may stand higher: of what that refuses the
# model brings the right answers back. Both are measured on companies left out of training.
_OF_MODEL = 0.6
_HIGHER = 0.36
_IN_DOUBT = _OF_MODEL * MOST_ODDS
_THINGS = tuple(FEATURES.index(name) for name in ("town_there", "code_there", "name_there", "quantity_fits"))
_MOST_QUESTION_SIGNS = 600
_DISTANCES = (
    re.compile(r"([А-ЯЁ][\w-]+(?: [А-ЯЁ][\w-]+)?) ?\((?:около |примерно |~ ?)?(\d+) ?км\)"),
    re.compile(r"\bдо ([А-ЯЁ][\w-]+(?: [А-ЯЁ][\w-]+)?) (?:около |примерно )?(\d+) ?км"),
    re.compile(r"([А-ЯЁ][\w-]+(?: [А-ЯЁ][\w-]+)?) — (?:около |примерно )?(\d+) ?км"),
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-ZА-ЯЁ][\w-]+")


@dataclass(frozen=True, slots=True)
class AnswerWeights:
    """What was learned of which pieces answer.

    Args:
        rank: Weight of each feature where pieces of one base are put in order.
        answers: Weight of each feature where it is judged whether a piece answers at all.
        bar: From which sum on it does.
        beside: How much less than the best another piece may have to be given too.
    """

    rank: tuple[float, ...]
    answers: tuple[float, ...]
    bar: float
    beside: float


@lru_cache(maxsize=4)
def read_weights(path: Path = ANSWER_WEIGHTS) -> AnswerWeights:
    """The weights as they come with the program."""
    stored = json.loads(path.read_text("utf-8"))
    return AnswerWeights(
        rank=tuple(stored["rank"][name] for name in FEATURES),
        answers=tuple(stored["answers"][name] for name in FEATURES),
        bar=stored["bar"],
        beside=stored["beside"],
    )


class AnswerService:
    """Answers questions from what `index` holds.

    Args:
        vectors: What compares meanings; the same that `index` uses.
        second_look: What a language model says of doubtful pieces; None decides by the line alone.
        head: Whom to ask where the base names nobody, in the genitive: «руководителя отдела продаж Марины Шульц».
    """

    def __init__(
        self,
        index: KnowledgeIndex,
        vectors: SentenceVectors,
        *,
        weights: AnswerWeights | None = None,
        second_look: SecondLook | None = None,
        head: str = "",
        clock: Clock | None = None,
    ) -> None:
        self._index = index
        self._vectors = vectors
        self._weights = weights
        self._second_look = second_look
        self._head = head
        self._clock = clock or SystemClock()

    def ask(self, question: str) -> Answer:
        """An answer whose every sentence has its source, or «В базе нет ответа. Уточните у …».

        Raises:
            VizirError: The store of the index cannot be read.
            Cancelled: The program ends while the language model looks at it.
        """
        began_s = self._clock.monotonic_s()
        plain = " ".join(question.split())[:_MOST_QUESTION_SIGNS]
        chosen = self._chosen(plain) if plain else []
        found = [
            sentence for piece in chosen for sentence in _told(piece) if is_supported(sentence, piece.passage.text)
        ]
        supported = list(dict.fromkeys(found))
        seconds = self._clock.monotonic_s() - began_s
        if supported:
            text = " ".join(dict.fromkeys(sentence.text for sentence in supported))
            return Answer(question, text, True, tuple(supported), seconds=round(seconds, 3))
        whom = ask_whom(plain, self._index, self._vectors) if plain else ""
        advice = _("В базе нет ответа. Уточните у {whom}.").format(
            whom=whom or self._head or _("руководителя отдела продаж")
        )
        return Answer(question, advice, False, (), whom, round(self._clock.monotonic_s() - began_s, 3))

    def _chosen(self, question: str) -> list[Piece]:
        """The pieces that answer, the best first; none where nothing does."""
        asked, around = self._read(question)
        pieces, rows = self._fitting(asked, around)
        if not pieces:
            return []
        weights = self._weights or read_weights()
        ranks = [_sum(weights.rank, row) for row in rows]
        order = sorted(range(len(pieces)), key=lambda n: (-ranks[n], n))
        named = [n for n in order if (item := pieces[n].item) and is_named(item, asked)]
        if named and not asked.codes and not asked.towns:
            return _with_papers(asked, [pieces[n] for n in named[:_MOST_PIECES]], around)
        best = order[0]
        above_bar = _sum(weights.answers, rows[best]) - weights.bar
        if _is_beside_the_point(asked, rows[best]) or not self._answers(question, pieces[best], above_bar):
            return []
        if len(unknown_words(asked.words, around, self._vectors.likeness)) >= _MOST_UNKNOWN:
            return []
        beside = [
            n
            for n in order[1:_MOST_PIECES]
            if ranks[best] - ranks[n] <= weights.beside
            and _sum(weights.answers, rows[n]) >= weights.bar
            and _is_of_same_things(rows[best], rows[n])
            and (pieces[n].item is None or asked.codes)
        ]
        chosen = [pieces[best], *neighbours(asked, pieces[best], around), *(pieces[n] for n in beside)]
        return _with_papers(asked, chosen, around)

    def _answers(self, question: str, piece: Piece, above_bar: float) -> bool:
        """Whether a piece answers: by the line alone where no model could change that, or none says anything."""
        if self._second_look is not None and abs(above_bar - _HIGHER) < _IN_DOUBT:
            odds = self._second_look.odds(question, piece)
            if odds is not None:
                return above_bar - _HIGHER + _OF_MODEL * odds >= 0
        return above_bar >= 0

    def judged(self, question: str) -> tuple[Asked, list[Piece], list[list[float]]]:
        """The question as it was read, what may answer it, and the features of each piece."""
        asked, around = self._read(question)
        return asked, *self._fitting(asked, around)

    def _read(self, question: str) -> tuple[Asked, list[Piece]]:
        """The question as it was read, and all pieces that search brings."""
        hits = self._index.search(question, _PASSAGES)
        asked = read_question(question, _families(hits))
        for town in asked.towns:
            hits += self._index.search(town, _OF_TOWN)
        # A row of the price list tells a price and a stock; what is promised of an article stands in the documents.
        is_of_price_list = Kind.MONEY in asked.kinds or asked.asks_for_stock or asked.asks_for_least
        hits = [hit for hit in hits if hit.item is None]
        hits += self._index.items(question, _ITEMS) if is_of_price_list else []
        return asked, list({piece.key: piece for hit in hits for piece in _pieces(hit)}.values())

    def _fitting(self, asked: Asked, pieces: Sequence[Piece]) -> tuple[list[Piece], list[list[float]]]:
        """The pieces that may answer, and their features."""
        stems = [word.stem for word in asked.words]
        prevalence = dict(zip(stems, self._index.prevalence(stems), strict=True))
        setting = Setting(asked, self._vectors.likeness, prevalence, distances_of(asked.towns, pieces))
        rows = setting.features(pieces)
        fitting = [n for n, row in enumerate(rows) if _may_answer(row)]
        return [pieces[n] for n in fitting], [rows[n] for n in fitting]


def _with_papers(asked: Asked, chosen: list[Piece], around: Sequence[Piece]) -> list[Piece]:
    """What was chosen, and where the papers name the same price."""
    return [*chosen, *papers_with_price(asked, [piece.item for piece in chosen if piece.item], around)]


def _may_answer(row: Sequence[float]) -> bool:
    """Whether a piece has a value of the kind asked for, and of the thing counted, or says that there is none."""
    if row[_COUNTED_MISSING]:
        return False
    is_off = row[_KIND_MISSING] or row[_OTHER_TOWN]
    return not is_off or row[_DENIES_THING] >= _DENIED


def _is_beside_the_point(asked: Asked, row: Sequence[float]) -> bool:
    """Whether a piece is of other articles than the asked one."""
    return bool(asked.codes) and not row[_CODE_THERE]


def _is_of_same_things(best: Sequence[float], other: Sequence[float]) -> bool:
    """Whether a piece speaks of the town, the article, the name and the number of the question if the best one does."""
    return all(other[place] >= best[place] / 2 for place in _THINGS)


def is_supported(sentence: AnswerSentence, passage: str) -> bool:
    """Whether each number and each name of a sentence stands in its source.

    Args:
        passage: The text of the passage; beside the quoted cells of a row it has the titles of their columns.
    """
    source = _plain_numbers(f"{sentence.source.quote} {passage}")
    said = _plain_numbers(sentence.text)
    return all(_has_number(source, number) for number in _NUMBER.findall(said)) and all(
        name in source for name in _NAME.findall(said)
    )


def _has_number(text: str, number: str) -> bool:
    return any(_value(number) == _value(other) for other in _NUMBER.findall(text))


def _value(number: str) -> Decimal:
    return Decimal(number.replace(",", "."))


def distances_of(towns: Iterable[str], pieces: Sequence[Piece]) -> tuple[Decimal, ...]:
    """How far the towns are by the words of the base: «Арзамас (110 км)», in km."""
    found = []
    for town in towns:
        for piece in pieces:
            for pattern in _DISTANCES:
                found += [
                    Decimal(match[2]) for match in pattern.finditer(piece.text) if _is_same_town(folded(match[1]), town)
                ]
    return tuple(dict.fromkeys(found))


def _is_same_town(said: str, town: str) -> bool:
    return said == town or (len(said) > 4 and said[: len(said) - 2] == town[: len(said) - 2])


def _sum(weights: Sequence[float], row: Sequence[float]) -> float:
    return math.fsum(weight * value for weight, value in zip(weights, row, strict=True))


def _families(hits: Iterable[Hit]) -> frozenset[str]:
    codes: set[str] = set()
    for hit in hits:
        codes |= codes_of_item(hit.item) if hit.item else codes_of(hit.passage.text) if hit.passage else frozenset()
    return families_of(codes)


def _pieces(hit: Hit) -> list[Piece]:
    if hit.item is not None:
        return [piece_of_item(hit.item)]
    return pieces_of(hit.passage) if hit.passage is not None else []


def _told(piece: Piece) -> list[AnswerSentence]:
    """A piece as sentences of an answer, each with its quote."""
    passage = piece.passage
    if piece.item is not None:
        text, quote = told_of(piece.item)
        return [AnswerSentence(text, Source(passage.file, "", quote))]
    if passage.literal:
        return [AnswerSentence(f"{piece.text}.", Source(passage.file, passage.heading, passage.literal))]
    return [
        AnswerSentence(sentence, Source(passage.file, passage.heading, sentence))
        for sentence in sentences(piece.answer)
    ]


def _plain_numbers(text: str) -> str:
    return re.sub(r"(?<=\d)[\s\u00a0](?=\d)", "", text)
