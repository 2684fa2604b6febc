"""How a piece of a document stands to a question: likenesses and matches as numbers, and the weights over them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.words import folded
from app.knowledge.asked import Asked, Word, names_town, quantities_of
from app.knowledge.concepts import concepts_of
from app.knowledge.kinds import Kind, holds
from app.knowledge.model import Passage, PriceItem
from app.knowledge.nearness import NEAR_WORD, Found, Likeness, Nearness, matches
from app.knowledge.passages import sentences
from app.knowledge.pieces import SHORT_SIGNS, Piece, clauses, stems_by_word
from app.knowledge.search import codes_of, is_other_article, speaks_of_family, stem
from app.spoken.cities import find_cities

_HEADING_SHARE = 0.75
_BESIDE_SHARE = 0.9
_NAMES_OF_ARTICLE = 2
_DENIES = re.compile(r"\b(?:не|нет|ни|без|кроме)\b|\bтолько\b|\b(?:no|not)\b")
_SAYS = re.compile(r"^(?:да|нет)\b|\b(?:не|нет|есть|можно|нельзя|только|бесплатн\w*|вход[ия]т)\b")
_OTHER_VALUE = re.compile(r"₽|\bруб|%")
_SHORT_FORMS = {
    "децибел": "дб", "киловатт": "квт", "килограммов": "кг", "граммов": "г", "тонн": "т", "литров": "л",
    "метров": "м", "километров": "км", "сантиметров": "см", "миллиметров": "мм", "штук": "шт",
    "градусов": "°c", "процентов": "%", "рублей": "₽", "человек": "чел",
}  # fmt: skip
_OTHERS = re.compile(
    r"(?:друг|остальн|проч|ины)\w* (?:город|регион|област|населенн|направлен)|^\W*(?:куда|город)?\W*дальше|по россии|"
    r"за пределы|соседн\w+ (?:област|регион)|other (?:cities|regions)"
)
_REGIONS = re.compile(r"\bобласт|\bкра[йяею]|\bрегион|\bреспублик|за город|\bстран[аыеу]")
_LOWER = re.compile(
    r"(?:\bот|больше|свыше|более|дальше|выше|не меньше|со?|over|from|above|начиная с)\s+([\d\s]*\d)", re.IGNORECASE
)
_UPPER = re.compile(r"(?:\bдо|меньше|менее|не больше|не более|ниже|up to|under|below)\s+([\d\s]*\d)", re.IGNORECASE)


FEATURES = (
    "meaning", "meaning_with_heading", "meaning_of_question", "best_sentence",
    "words", "words_of_trade", "words_soft", "heaviest_missing",
    "noun_missing", "noun_missing_soft", "other_noun_missing", "adjective_missing", "adjective_missing_soft",
    "verb_missing", "verb_missing_soft", "said_elsewhere", "said_nowhere", "trade_missing",
    "words_in_text", "own_words_asked",
    "kind_there", "kind_missing", "code_there", "code_missing", "name_there", "name_missing",
    "town_there", "town_missing", "others_for_town", "quantity_fits", "quantity_missing", "quantity_contradicts",
    "is_row", "is_question", "length",
    "other_town", "kind_of_thing", "words_in_sentence", "own_words_in_sentence", "kind_in_sentence",
    "words_by_value", "nouns_by_value", "denies_thing", "yes_or_no", "yes_or_no_said", "kind_and_words",
    "counted_there", "counted_missing", "role_missing", "yes_or_no_verb_missing", "yes_or_no_noun_missing",
    "value_noun_missing", "value_verb_missing", "row_found", "row_missing",
)  # fmt: skip


_WORDS_OF_SENSE = frozenset(("noun", "adjective", "verb"))


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
        near = Nearness.between(self.asked.words, pieces, likeness)
        lows = [folded(piece.text) for piece in pieces]
        is_named = any(names_town(town, low) for town in self.asked.towns for low in lows)
        found = [self._found(piece, near) for piece in pieces]
        most = [max((one[at].hard for one in found), default=0.0) for at in range(len(self.asked.words))]
        most_soft = [max((one[at].soft for one in found), default=0.0) for at in range(len(self.asked.words))]
        return [
            [
                *self._meanings(piece, meaning[n], headed[n]),
                *self._words(piece, found[n], most, most_soft),
                *self._things(piece, is_named=is_named),
                *self._sentence(piece, near),
                *self._value(piece, near, found[n]),
            ]
            for n, piece in enumerate(pieces)
        ]

    def _found(self, piece: Piece, near: Nearness) -> list[Found]:
        """How far each word of the question is found in a piece or the heading over it."""
        found = []
        for word in self.asked.words:
            own, over = near.found(word, piece.stems), near.found(word, piece.above)
            found.append(
                Found(
                    max(own.exact, _HEADING_SHARE * over.exact),
                    max(own.hard, _HEADING_SHARE * over.hard),
                    max(own.soft, _HEADING_SHARE * over.soft),
                )
            )
        return found

    def _meanings(self, piece: Piece, meaning: float, headed: float) -> list[float]:
        of_question = self.likeness(self.asked.text, [piece.question])[0] if piece.question else 0.0
        parts = sentences(piece.text)
        best = max(self.likeness(self.asked.text, parts)) if len(parts) > 1 else meaning
        return [meaning, headed, of_question, best]

    def _weights(self) -> list[float]:
        return [word.weight * _rarity(self.prevalence.get(word.stem, 0.0)) for word in self.asked.words]

    def _words(
        self, piece: Piece, found: Sequence[Found], most: Sequence[float], most_soft: Sequence[float]
    ) -> list[float]:
        """How much of the question's words a piece has, which are missing, and how much of its own were asked for.

        Args:
            most: How far each word of the question is found in the piece that has it most.
            most_soft: The same by meaning.
        """
        words = self.asked.words
        weights = self._weights()
        exact = [one.exact for one in found]
        soft = [one.soft for one in found]
        own_exact = [matches(word.stem, piece.stems) for word in words]
        long = [one for one, word in piece.stems.items() if len(word) > 3]
        asked = {word.stem: "" for word in words}

        def missing(part: str, shares: Sequence[float]) -> list[float]:
            lost = [w.weight * (1 - share) for w, share in zip(words, shares, strict=True) if w.part == part]
            return sorted([*lost, 0.0, 0.0], reverse=True)

        hard = [one.hard for one in found]
        nouns = missing("noun", hard)
        elsewhere = [w.weight * (top - one) for w, top, one in zip(words, most, hard, strict=True)]
        nowhere = [w.weight * (1 - top) for w, top in zip(words, most_soft, strict=True) if w.part != "value"]
        return [
            _share(weights, exact),
            _share(weights, hard),
            _share(weights, soft),
            max((weight * (1 - one) for weight, one in zip(weights, soft, strict=True)), default=0.0),
            nouns[0],
            missing("noun", soft)[0],
            nouns[1],
            missing("adjective", hard)[0],
            missing("adjective", soft)[0],
            missing("verb", hard)[0],
            missing("verb", soft)[0],
            max(elsewhere, default=0.0),
            max(nowhere, default=0.0),
            _trade_missing(words, piece),
            _share(weights, own_exact),
            len([1 for one in long if matches(one, asked)]) / max(1, len(long)),
        ]

    def _things(self, piece: Piece, *, is_named: bool) -> list[float]:
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
        has_town = bool(as_far) or any(names_town(town, low) for town in asked.towns)
        is_for_others = bool(asked.towns) and not has_town and not is_named and bool(_OTHERS.search(low))
        has_town = has_town or is_for_others
        is_wide = bool(_OTHERS.search(low) or _REGIONS.search(low))
        is_for_other_town = bool(asked.towns) and not has_town and not is_wide and bool(find_cities(piece.text))
        has_code = bool(asked.codes & codes) or speaks_of_family(asked.codes, codes, piece.text)
        has_thing = has_town or fits > 0 or has_code or bool(names)
        return [
            float(is_there),
            float(bool(asked.kinds) and not is_there),
            float(has_code),
            float(bool(asked.codes) and not has_code) + float(is_other_article(asked.codes, codes, piece.text)),
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
            min(len(piece.text), SHORT_SIGNS) / SHORT_SIGNS,
            float(is_for_other_town),
            float(is_there and has_thing),
        ]

    def _sentence(self, piece: Piece, near: Nearness) -> list[float]:
        """The same of the sentence that has most of the question's words: an answer stands beside what was asked."""
        words = self.asked.words
        weights = self._weights()
        asked = {word.stem: "" for word in words}
        best = (0.0, 0.0, 0.0)
        for sentence in sentences(piece.answer):
            stems = stems_by_word(sentence)
            found = [near.found(word, stems).soft for word in words]
            long = [one for one, word in stems.items() if len(word) > 3]
            own = len([1 for one in long if matches(one, asked)]) / max(1, len(long))
            is_there = any(holds(sentence, kind) for kind in self.asked.kinds)
            best = max(best, (_share(weights, found), own, float(is_there)))
        return list(best)

    def _value(self, piece: Piece, near: Nearness, found: Sequence[Found]) -> list[float]:
        """How much of the question stands beside the value that would answer it, and whether the thing is denied."""
        words, kinds = self.asked.words, self.asked.kinds
        weights = self._weights()
        over = {**piece.above, **stems_by_word(piece.question)}
        best, nouns = 0.0, 0.0
        for clause in clauses(piece.answer, is_row=bool(piece.passage.literal)):
            if kinds and not any(holds(clause, kind) for kind in kinds):
                continue
            stems = stems_by_word(clause)
            hard = [max(near.found(word, stems).hard, _BESIDE_SHARE * near.found(word, over).hard) for word in words]
            best = max(best, _share(weights, hard))
            lost = [w.weight * (1 - one) for w, one in zip(words, hard, strict=True) if w.part == "noun"]
            nouns = max(nouns, 1 - max(lost, default=0.0))
        is_denied = bool(_DENIES.search(folded(piece.answer)))
        thing = min((one.hard for w, one in zip(words, found, strict=True) if w.part == "noun"), default=0.0)
        is_polar = not kinds
        is_there = any(holds(piece.answer, kind) for kind in kinds)
        return [
            best,
            nouns,
            thing if is_denied else 0.0,
            float(is_polar),
            float(is_polar and bool(_SAYS.search(folded(piece.answer)))),
            best if is_there else 0.0,
            *self._counted(piece, near),
            self._role_missing(piece, near),
            *(is_polar * self._missing(part, found) for part in ("verb", "noun")),
            *((not is_polar) * self._missing(part, found) for part in ("noun", "verb")),
            *self._row(piece, near),
        ]

    def _row(self, piece: Piece, near: Nearness) -> list[float]:
        """Of a row of a table, whether its first cell is what is asked about, or speaks of something else."""
        if not piece.passage.literal:
            return [0.0, 0.0]
        first = piece.text.partition("; ")[0].partition(": ")[2] or piece.text
        stems = stems_by_word(first)
        by_word = max((near.found(word, stems).hard for word in self.asked.words if word.part != "value"), default=0.0)
        by_number, _ = _quantities([one.value for one in self.asked.quantities] + list(self.distances), first)
        by_town = any(names_town(town, folded(first)) for town in self.asked.towns) or bool(
            self.asked.towns and _OTHERS.search(folded(first))
        )
        best = max(by_word, float(by_number > 0), float(by_town))
        return [best, 1.0 - best]

    def _missing(self, part: str, found: Sequence[Found]) -> float:
        lost = [w.weight * (1 - one.soft) for w, one in zip(self.asked.words, found, strict=True) if w.part == part]
        return max(lost, default=0.0)

    def _counted(self, piece: Piece, near: Nearness) -> list[float]:
        """Whether a piece has a number of the thing whose number is asked, or it is asked and has none."""
        thing = self.asked.counted
        if thing is None:
            return [0.0, 0.0]
        is_there = counts(piece, thing, near)
        return [float(is_there), float(not is_there)]

    def _role_missing(self, piece: Piece, near: Nearness) -> float:
        """Where a person is asked for, how much of the role's words is not in a sentence that names somebody."""
        if Kind.PERSON not in self.asked.kinds:
            return 0.0
        role = [word for word in self.asked.words if word.part in ("noun", "adjective")]
        lost = 1.0
        for clause in clauses(piece.answer, is_row=bool(piece.passage.literal)):
            if holds(clause, Kind.PERSON):
                stems = stems_by_word(clause)
                lost = min(lost, max((1 - near.found(word, stems).soft for word in role), default=0.0))
        return lost


def unknown_words(words: Sequence[Word], pieces: Sequence[Piece], likeness: Likeness) -> list[Word]:
    """Nouns, adjectives and verbs of a question to which no word of the pieces or their headings comes near."""
    near = Nearness.between(words, pieces, likeness)
    return [
        word
        for word in words
        if word.part in _WORDS_OF_SENSE
        and not any(
            found.soft >= NEAR_WORD
            for piece in pieces
            for found in (near.found(word, piece.stems), near.found(word, piece.above))
        )
    ]


def is_named(item: PriceItem, asked: Asked) -> bool:
    """Whether a question names an article: at least two words, and each of them stands in the article's name."""
    words = [word for word in asked.words if word.part != "value"]
    name = stems_by_word(item.name)
    return len(words) >= _NAMES_OF_ARTICLE and all(matches(word.stem, name) for word in words)


def _trade_missing(words: Sequence[Word], piece: Piece) -> float:
    """Which share of what the question speaks of in trade the piece does not speak of."""
    own = [found for word in words if (found := concepts_of(word.text))]
    said: set[str] = set()
    for other in (*piece.stems.values(), *piece.above.values()):
        said |= concepts_of(other)
    return sum(one.isdisjoint(said) for one in own) / len(own) if own else 0.0


def counts(piece: Piece, thing: Word, near: Nearness) -> bool:
    """Whether a piece has a number of a thing: beside its name, its short form or a word near to it."""
    short = next((short for word, short in _SHORT_FORMS.items() if stem(word) == thing.stem), "")
    if short and re.search(rf"\d\s*{re.escape(short)}(?!\w)", folded(piece.text)):
        return True
    if piece.question and near.found(thing, stems_by_word(piece.question)).soft >= NEAR_WORD:
        return holds(piece.answer, Kind.NUMBER)
    parts = piece.answer.split("; ") if piece.passage.literal else clauses(piece.answer, is_row=False)
    for clause in parts:
        if near.found(thing, stems_by_word(clause)).soft < NEAR_WORD:
            continue
        for quantity in () if _OTHER_VALUE.search(clause) else quantities_of(clause):
            if not quantity.of or near.is_near(thing, quantity.of):
                return True
    return False


def _share(weights: Sequence[float], found: Sequence[float]) -> float:
    return sum(w * f for w, f in zip(weights, found, strict=True)) / (sum(weights) or 1.0)


def _rarity(prevalence: float) -> float:
    """From 1 for a word that stands nowhere or once to 0.3 for one that stands everywhere."""
    return 1.0 - 0.7 * min(1.0, prevalence * 4)


def _nearest_heading(passage: Passage) -> str:
    return passage.heading.rsplit("›", 1)[-1].strip()


def _is_named(name: str, piece: Piece) -> bool:
    return all(
        matches(stem(word), piece.stems) or matches(stem(word), piece.above)
        for word in re.findall(r"\w+", name)
        if not word.isdecimal()
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
