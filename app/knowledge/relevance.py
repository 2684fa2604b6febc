"""How a piece of a document stands to a question: likenesses and matches as numbers, and the weights over them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.words import folded
from app.knowledge.asked import Asked, Word, holds, quantities_of
from app.knowledge.model import Passage, PriceItem
from app.knowledge.passages import sentences
from app.knowledge.search import codes_of, is_other_article, stem
from app.spoken.cities import find_cities

Likeness = Callable[[str, Sequence[str]], list[float]]
"""How near each of some texts comes to a text, as `SentenceVectors.likeness`."""
Near = Mapping[str, Mapping[str, float]]
"""By stem of the question's words: by stem of the pieces' words how near they are."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_QUESTION = re.compile(r"^(.{3,160}?\?)[*\s]*(.+)$", re.DOTALL)
_HEADING_SHARE = 0.75
_FEW_LETTERS = 4
_SHORT_SIGNS = 420
_NEAR_WORD = 0.5
_SHORT_FORMS = {
    stem(word): short
    for word, short in (
        ("децибел", "дб"), ("киловатт", "квт"), ("килограммов", "кг"), ("граммов", "г"), ("тонн", "т"), ("литров", "л"),
        ("метров", "м"), ("километров", "км"), ("сантиметров", "см"), ("миллиметров", "мм"), ("штук", "шт"),
        ("градусов", "°c"), ("процентов", "%"), ("рублей", "₽"), ("человек", "чел"),
    )
}  # fmt: skip
_OTHERS = re.compile(
    r"(?:друг|остальн|проч|ины)\w* (?:город|регион|област|населенн|направлен)|^\W*(?:куда|город)?\W*дальше|по россии|"
    r"за пределы|соседн\w+ (?:област|регион)|other (?:cities|regions)"
)
_LOWER = re.compile(
    r"(?:\bот|больше|свыше|более|дальше|выше|не меньше|со?|over|from|above|начиная с)\s+([\d\s]*\d)", re.IGNORECASE
)
_UPPER = re.compile(r"(?:\bдо|меньше|менее|не больше|не более|ниже|up to|under|below)\s+([\d\s]*\d)", re.IGNORECASE)


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
    if len(text) <= _SHORT_SIGNS:
        return [_piece(passage, text, question)]
    own = sentences(text)
    return [
        _piece(passage, " ".join(own[at : at + 2]), question if at == 0 else "") for at in range(max(1, len(own) - 1))
    ]


def piece_of_item(item: PriceItem) -> Piece:
    """An article as what may be answered with."""
    text = f"{item.name} ({item.sku}): цена {item.price} ₽ за {item.unit}; {item.note}"
    if item.stock is not None:
        text += f"; в наличии, остаток на складе {item.stock} {item.unit}"
    if item.lead_days is not None:
        text += f"; срок {item.lead_days} дней"
    passage = Passage("", item.source.partition(",")[0], "", text, 0)
    return Piece(passage, text, "", stems_by_word(text), {}, item)


def _piece(passage: Passage, text: str, question: str) -> Piece:
    return Piece(passage, text, question, stems_by_word(text), stems_by_word(passage.heading))


def stems_by_word(text: str) -> dict[str, str]:
    """The words of a text by their stems."""
    return {stem(word): word for word in _WORD.findall(folded(text))}


FEATURES = (
    "meaning", "meaning_with_heading", "meaning_of_question", "best_sentence",
    "words", "words_soft", "heaviest_missing", "words_in_text", "own_words_asked",
    "kind_there", "kind_missing", "code_there", "code_missing", "name_there", "name_missing",
    "town_there", "town_missing", "others_for_town", "quantity_fits", "quantity_missing", "quantity_contradicts",
    "is_row", "is_question", "length", "unknown_word",
    "other_town", "kind_of_thing", "words_in_sentence", "own_words_in_sentence", "kind_in_sentence",
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What a question's relation to pieces is reckoned from.

    Args:
        prevalence: In which share of the passages each stem of the question stands.
        distances: How far the asked towns are, where the base says so, in km.
    """

    asked: Asked
    likeness: Likeness
    prevalence: Mapping[str, float]
    distances: Sequence[Decimal] = ()

    def features(self, pieces: Sequence[Piece]) -> list[list[float]]:
        """One row of numbers per piece, in the order of `FEATURES`."""
        asked, likeness = self.asked.text, self.likeness
        meaning = likeness(asked, [piece.text for piece in pieces])
        headed = likeness(asked, [f"{_nearest_heading(piece.passage)}. {piece.text}" for piece in pieces])
        near = _soft_matches(self.asked.words, pieces, likeness)
        lows = [folded(piece.text) for piece in pieces]
        is_named = any(_has_town(town, low) for town in self.asked.towns for low in lows)
        return [
            [
                *self._meanings(piece, meaning[n], headed[n]),
                *self._words(piece, near),
                *self._things(piece, near, is_named=is_named),
                *self._sentence(piece, near),
            ]
            for n, piece in enumerate(pieces)
        ]

    def _meanings(self, piece: Piece, meaning: float, headed: float) -> list[float]:
        of_question = self.likeness(self.asked.text, [piece.question])[0] if piece.question else 0.0
        parts = sentences(piece.text)
        best = max(self.likeness(self.asked.text, parts)) if len(parts) > 1 else meaning
        return [meaning, headed, of_question, best]

    def _words(self, piece: Piece, near: Near) -> list[float]:
        """How much of the question's words a piece has, and how much of the piece's words were asked for."""
        words = self.asked.words
        weights = [word.weight * _rarity(self.prevalence.get(word.stem, 0.0)) for word in words]
        exact = [_matches(word.stem, piece.stems) for word in words]
        hard = [
            max(own, _HEADING_SHARE * _matches(word.stem, piece.above)) for word, own in zip(words, exact, strict=True)
        ]
        soft = [max(own, _nearest_word(near[word.stem], piece)) for word, own in zip(words, hard, strict=True)]
        long = [one for one, word in piece.stems.items() if len(word) > 3]
        asked = {word.stem: "" for word in words}
        return [
            _share(weights, hard),
            _share(weights, soft),
            max((weight * (1 - one) for weight, one in zip(weights, soft, strict=True)), default=0.0),
            _share(weights, exact),
            len([1 for one in long if _matches(one, asked)]) / max(1, len(long)),
        ]

    def _things(self, piece: Piece, near: Near, *, is_named: bool) -> list[float]:
        """Whether a piece holds the kind of value, the articles, names, towns and numbers asked for.

        Args:
            is_named: Whether the base names the town; what it says of «other cities» is about all towns it does not.
        """
        asked, low = self.asked, folded(piece.text)
        is_there = any(holds(piece.answer, kind) for kind in asked.kinds)
        codes = codes_of(piece.text)
        names = [name for name in asked.names if _is_named(name, piece)]
        fits, contradicts = _quantities([one.value for one in asked.quantities], piece.text)
        as_far, _ = _quantities(self.distances, piece.text) if "км" in low else (0.0, False)
        fits = max(fits, as_far)
        has_town = bool(as_far) or any(_has_town(town, low) for town in asked.towns)
        is_for_others = bool(asked.towns) and not has_town and not is_named and bool(_OTHERS.search(low))
        has_town = has_town or is_for_others
        is_for_other_town = bool(asked.towns) and not has_town and bool(find_cities(piece.text))
        has_thing = has_town or fits > 0 or bool(asked.codes & codes) or bool(names)
        unknown = [word for word in asked.words if not self.prevalence.get(word.stem) and not _is_known(word, near)]
        return [
            float(is_there),
            float(bool(asked.kinds) and not is_there),
            float(bool(asked.codes & codes)),
            float(bool(asked.codes) and not asked.codes & codes) + float(is_other_article(asked.codes, codes)),
            len(names) / len(asked.names) if asked.names else 0.0,
            float(len(names) < len(asked.names)),
            float(has_town),
            float(bool(asked.towns) and not has_town),
            float(is_for_others),
            fits,
            float(bool(asked.quantities or self.distances) and fits == 0.0),
            float(contradicts),
            float(bool(piece.passage.literal)),
            float(bool(piece.question)),
            min(len(piece.text), _SHORT_SIGNS) / _SHORT_SIGNS,
            max((word.weight for word in unknown), default=0.0),
            float(is_for_other_town),
            float(is_there and has_thing),
        ]

    def _sentence(self, piece: Piece, near: Near) -> list[float]:
        """The same of the sentence that has most of the question's words: an answer stands beside what was asked."""
        words = self.asked.words
        weights = [word.weight * _rarity(self.prevalence.get(word.stem, 0.0)) for word in words]
        best = (0.0, 0.0, 0.0)
        for sentence in sentences(piece.answer):
            stems = stems_by_word(sentence)
            found = [
                max(_matches(word.stem, stems), max((near[word.stem].get(other, 0.0) for other in stems), default=0.0))
                for word in words
            ]
            long = [one for one, word in stems.items() if len(word) > 3]
            own = len([1 for one in long if _matches(one, {word.stem: "" for word in words})]) / max(1, len(long))
            is_there = any(holds(sentence, kind) for kind in self.asked.kinds)
            best = max(best, (_share(weights, found), own, float(is_there)))
        return list(best)


def counts(piece: Piece, thing: Word, likeness: Likeness) -> bool:
    """Whether a piece speaks of a thing whose number is asked: by its name, its short form, or a word near to it."""
    if _matches(thing.stem, piece.stems) or _matches(thing.stem, piece.above):
        return True
    short = _SHORT_FORMS.get(thing.stem)
    if short and re.search(rf"\d\s*{re.escape(short)}(?!\w)", folded(piece.text)):
        return True
    return max(likeness(thing.text, list(piece.stems.values())), default=0.0) >= _NEAR_WORD


def _share(weights: Sequence[float], found: Sequence[float]) -> float:
    return sum(w * f for w, f in zip(weights, found, strict=True)) / (sum(weights) or 1.0)


def _nearest_word(near: Mapping[str, float], piece: Piece) -> float:
    own = max((near.get(other, 0.0) for other in piece.stems), default=0.0)
    return max(own, _HEADING_SHARE * max((near.get(other, 0.0) for other in piece.above), default=0.0))


def _is_known(word: Word, near: Near) -> bool:
    """Whether something in the pieces comes so near to a word that it may be meant."""
    return max(near[word.stem].values(), default=0.0) > 0.7


def _rarity(prevalence: float) -> float:
    """From 1 for a word that stands nowhere or once to 0.3 for one that stands everywhere."""
    return 1.0 - 0.7 * min(1.0, prevalence * 4)


def _matches(one: str, stems: Mapping[str, str]) -> float:
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


def _soft_matches(words: Sequence[Word], pieces: Sequence[Piece], likeness: Likeness) -> dict[str, dict[str, float]]:
    """For each word of the question how near each word of the pieces comes to it in meaning, from 0 to 1."""
    others = {one: word for piece in pieces for stems in (piece.stems, piece.above) for one, word in stems.items()}
    names = list(others)
    found = {}
    for word in words:
        near = likeness(word.text, [others[one] for one in names])
        found[word.stem] = {one: max(0.0, (share - 0.35) / 0.65) for one, share in zip(names, near, strict=True)}
    return found


def _nearest_heading(passage: Passage) -> str:
    return passage.heading.rsplit("›", 1)[-1].strip()


def _is_named(name: str, piece: Piece) -> bool:
    return all(
        _matches(stem(word), piece.stems) or _matches(stem(word), piece.above)
        for word in re.findall(r"\w+", name)
        if not word.isdecimal()
    )


def _has_town(town: str, low: str) -> bool:
    """Whether a folded text names a town, in any case: by its beginning, for towns bend at the end."""
    return all(
        re.search(rf"\b{re.escape(part[: max(4, len(part) - 2)])}", low) for part in town.split() if len(part) > 2
    )


def _quantities(asked: Sequence[Decimal], text: str) -> tuple[float, bool]:
    """How well the numbers of the question fit what a text says of ranges, and whether they lie outside of them."""
    fits, outside = 0.0, False
    ranges = _ranges(text)
    own = {quantity.value for quantity in quantities_of(text)}
    for value in asked:
        if value in own:
            fits = max(fits, 1.0)
        for lower, upper in ranges:
            if (lower is None or lower <= value) and (upper is None or value <= upper):
                span = float(lower / value) if lower and value else float(value / upper) if upper else 0.0
                fits = max(fits, 0.4 + 0.6 * span)
            elif value not in own:
                outside = True
    return fits, outside and fits == 0.0


def _ranges(text: str) -> list[tuple[Decimal | None, Decimal | None]]:
    """«От 100 до 500 км», «до 100 км», «от 200 000 ₽»: lower and upper bounds as said."""
    found: list[tuple[Decimal | None, Decimal | None]] = []
    uppers = {match.start(): _decimal(match[1]) for match in _UPPER.finditer(text)}
    for match in _LOWER.finditer(text):
        behind = next((at for at in uppers if 0 <= at - match.end() <= 6), None)
        found.append((_decimal(match[1]), uppers.pop(behind) if behind is not None else None))
    return [*found, *((None, upper) for upper in uppers.values())]


def _decimal(text: str) -> Decimal:
    return Decimal(re.sub(r"\s", "", text))
