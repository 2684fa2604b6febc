"""The price list as people name it: which articles a piece of speech can mean.

Words are compared by root and, where the recogniser misheard, by sound; numbers are compared as numbers and must be
equal: «котлаты до 200» can mean ТД-200 and never ТД-100.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.draft.conversation import fold
from app.draft.sound import likeness, sound_key, to_cyrillic
from app.draft.stems import stem
from app.profile.model import PriceItem
from app.spoken.model import Number

UNITS = {
    "мкм": "мкм", "микрон": "мкм", "мм": "мм", "миллиметр": "мм", "см": "см", "сантиметр": "см", "м": "м",
    "метр": "м", "км": "км", "кг": "кг",
    "килограмм": "кг", "кило": "кг", "грамм": "г", "г": "г", "тонн": "т", "квт": "квт", "киловатт": "квт",
    "вт": "вт", "ватт": "вт", "л": "л",
    "литр": "л", "вольт": "в", "ампер": "а", "час": "час", "дюйм": "дюйм", "кельвин": "к", "люмен": "лм", "лм": "лм",
    "кв": "кв", "градус": "град",
    "бар": "бар", "атмосфер": "бар", "мл": "мл", "куб": "куб", "га": "га", "гб": "гб", "гигабайт": "гб",
    "дюйма": "дюйм",
}  # fmt: skip
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[а-яa-z]+")
_STOP = frozenset("на с со для до по и в из от под без не или к при за над о об у также шт шт. серии серия мес".split())  # noqa: SIM905
_LETTERS = {
    "а": "а", "бэ": "б", "бе": "б", "вэ": "в", "ве": "в", "гэ": "г", "ге": "г", "дэ": "д", "де": "д", "жэ": "ж",
    "зэ": "з", "ка": "к", "эль": "л", "эл": "л",
    "эм": "м", "эн": "н", "пэ": "п", "пе": "п", "эр": "р", "эс": "с", "тэ": "т", "те": "т", "эф": "ф", "ха": "х",
    "цэ": "ц", "це": "ц", "че": "ч", "ша": "ш", "э": "э",
    "икс": "х", "плюс": "плюс",
}  # fmt: skip
_NUMBER_SLANG = {
    "десятк": 10, "пятнашк": 15, "пятнадцатк": 15, "шестнашк": 16, "семнашк": 17, "восемнашк": 18, "двадцатк": 20,
    "двадцатипятк": 25, "тридцатк": 30, "сороковк": 40, "сорокапятк": 45,
    "полтинник": 50, "пятидесятк": 50, "шестидесятк": 60, "восьмидесятк": 80, "сотк": 100, "соток": 100,
    "стодвадцатк": 120, "двухсотк": 200, "трехсотк": 300,
}  # fmt: skip


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """The stem of a word's dictionary form, so that «котлы» and «котёл» meet."""
    from app.spoken.morphology import parses

    return stem(fold(str(parses(word)[0].normal_form)))


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a name or of speech: a root, a code of letters, or a number with its unit.

    Args:
        text: Root or letters; digits of a number as text.
        unit: Canonical unit of a number, "" without one.
        is_number: A number.
        start: Place in the turn, for speech.
        end: Behind the last character, for speech.
        is_count: A number that counts things: not part of a name.
        heard: The words as heard, where they were only matched by sound.
    """

    text: str
    unit: str = ""
    is_number: bool = False
    start: int = 0
    end: int = 0
    is_count: bool = False
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with the parts of its name.

    Args:
        head: Roots of the first words, what the thing is.
        words: Roots and code letters.
        aside: Parts in brackets, which people seldom say.
        numbers: (value, unit) of the numbers in the name.
        ranges: (low, high, unit) of ranges such as «61–120 кВт» or «до 60 кВт».
    """

    item: PriceItem
    head: frozenset[str]
    words: frozenset[str]
    aside: frozenset[str]
    numbers: frozenset[tuple[str, str]]
    ranges: tuple[tuple[float, float, str], ...] = ()


def _numbers_with_units(text: str) -> list[tuple[str, str]]:
    found = []
    for match in re.finditer(r"(\d+(?:[.,]\d+)?)\s*([а-яa-z]+)?", text):
        unit = UNITS.get(match.group(2) or "", UNITS.get((match.group(2) or "").rstrip("аов"), ""))
        found.append((match.group(1).replace(",", ".").lstrip("0") or "0", unit))
    return found


def entry_of(item: PriceItem) -> Entry:
    """An article taken apart."""
    name = fold(item.name).replace("×", " на ").replace("–", "-")
    main, aside = re.sub(r"\([^)]*\)", " ", name), " ".join(re.findall(r"\(([^)]*)\)", name))
    ranges: list[tuple[float, float, str]] = []
    for match in re.finditer(r"(?:(\d+)\s*-\s*|до\s+)(\d+)\s*(квт|кг|м|мм|л|чел\w*|пользоват\w*)\b", main):
        ranges.append(
            (float(match.group(1) or 0), float(match.group(2)), UNITS.get(match.group(3), match.group(3)[:5]))
        )
    bare = re.sub(r"(?:(\d+)\s*-\s*|до\s+)(\d+)\s*(?:квт|кг|л|чел\w*|пользоват\w*)\b", " ", main) if ranges else main
    words = [w for w in re.findall(r"[а-яa-z]+", bare) if w not in _STOP and w not in UNITS]
    roots = [root(to_cyrillic(w)) if len(w) > 2 else to_cyrillic(w) for w in words]
    head = frozenset(roots[:1] + (roots[1:2] if "-" in name.split(" ")[0] else []))
    extra = frozenset(
        root(to_cyrillic(w))
        for w in re.findall(r"[а-яa-z]+", aside)
        if w not in _STOP and w not in UNITS and len(w) > 2
    )
    return Entry(
        item, head, frozenset(roots), extra - frozenset(roots), frozenset(_numbers_with_units(bare)), tuple(ranges)
    )


@dataclass
class Catalogue:
    """All articles with the weight of each part: what few names have tells more."""

    items: Sequence[PriceItem]
    entries: tuple[Entry, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()
    vocabulary: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entries = tuple(entry_of(item) for item in self.items)
        counts: Counter[str] = Counter()
        for entry in self.entries:
            counts.update(entry.words | entry.aside)
            counts.update({f"#{value}" for value, _unit in entry.numbers})
        total = max(len(self.entries), 1)
        self.weights = {part: math.log(1 + total / count) for part, count in counts.items()}
        self.heads = frozenset(h for entry in self.entries for h in entry.head)
        full: dict[str, str] = {}
        for item in self.items:
            for word in re.findall(r"[а-яa-z]{5,}", fold(item.name)):
                full.setdefault(root(to_cyrillic(word)), to_cyrillic(word))
        self.vocabulary = full

    def weight(self, part: str) -> float:
        return self.weights.get(part, 0.0)

    def parts_of(self, text: str, numbers: Iterable[Number]) -> list[Part]:
        """The parts of a piece of speech that names of the price list know, and all its numbers, in order.

        Args:
            text: A turn's text.
            numbers: Numbers found in it.
        """
        folded = fold(text)
        parts: list[Part] = []
        spans = []
        for number in numbers:
            spans.append((number.start, number.end))
            value = f"{number.value.normalize():f}"
            unit_word = fold(number.unit) or _next_word(folded, number.end)
            unit = _unit_of(unit_word)
            is_count = bool(fold(number.unit)) and not unit and not number.is_ordinal
            parts.append(Part(value, unit, is_number=True, start=number.start, end=number.end, is_count=is_count))
        for match in re.finditer(r"[а-яa-z]+", folded):
            if any(start <= match.start() < end for start, end in spans):
                continue
            word = match.group()
            parts.extend(self._word_part(word, match.start(), match.end()))
        return sorted(parts, key=lambda p: p.start)

    def _word_part(self, word: str, start: int, end: int) -> list[Part]:  # noqa: PLR0911
        slang = next(
            (value for stem_, value in _NUMBER_SLANG.items() if word.startswith(stem_) and len(word) <= len(stem_) + 3),
            None,
        )
        if slang is not None:
            return [Part(str(slang), "", is_number=True, start=start, end=end)]
        plain = to_cyrillic(word)
        if plain in _LETTERS and _LETTERS[plain] in self.weights:
            return [Part(_LETTERS[plain], start=start, end=end)]
        if len(plain) <= 2:
            return [Part(plain, start=start, end=end)] if plain in self.weights else []
        own = root(plain)
        if own in self.weights:
            return [Part(own, start=start, end=end)]
        spelled = _spelled(plain)
        if spelled and spelled in self.weights:
            return [Part(spelled, start=start, end=end)]
        for known in self.weights:
            if (
                len(known) >= 5
                and len(own) >= 5
                and (known.startswith(own) or own.startswith(known))
                and abs(len(known) - len(own)) <= 3
            ):
                return [Part(known, start=start, end=end)]
        if len(plain) >= 6:
            heard = self._by_sound(plain)
            if heard:
                return [Part(heard, start=start, end=end, heard=word)]
        return []

    def _by_sound(self, word: str) -> str | None:
        best: tuple[float, str] | None = None
        for known, full in self.vocabulary.items():
            if abs(len(sound_key(word)) - len(sound_key(full))) > 2 or sound_key(word)[:1] != sound_key(full)[:1]:
                continue
            score = likeness(word, full)
            if score >= 0.78 and (best is None or score > best[0]):
                best = (score, known)
        return best[1] if best else None


def _next_word(folded: str, place: int) -> str:
    match = re.match(r"\s*([а-яa-z%]+)", folded[place:])
    return match.group(1) if match else ""


def _unit_of(word: str) -> str:
    if word in UNITS:
        return UNITS[word]
    return next((unit for name, unit in UNITS.items() if len(name) >= 4 and word.startswith(name)), "")


def _spelled(word: str) -> str | None:
    """«тэдэ», «энцэ» -> «тд», «нц»: the names of letters run together."""
    rest, letters = word, ""
    while rest:
        name = next(
            (n for n in sorted(_LETTERS, key=len, reverse=True) if rest.startswith(n) and _LETTERS[n] != "плюс"), None
        )
        if name is None:
            return None
        letters += _LETTERS[name]
        rest = rest[len(name) :]
    return letters if len(letters) >= 2 else None


@dataclass(frozen=True, slots=True)
class Match:
    """An article that a group of parts can mean."""

    entry: Entry
    score: float
    by_sound: bool


def matches(catalogue: Catalogue, parts: Sequence[Part], context: Sequence[Part] = ()) -> list[Match]:
    """Articles that fit a group of parts, best first; a number that differs rules an article out.

    Args:
        catalogue: The price list.
        parts: What was said now.
        context: What was said before of the same thing; counts less and never against what was said now.
    """
    words = {p.text for p in parts if not p.is_number}
    numbers = [p for p in parts if p.is_number and not p.is_count]
    old_words = {p.text for p in context if not p.is_number} - words
    said_units = {p.unit for p in numbers if p.unit}
    old_numbers = [p for p in context if p.is_number and not p.is_count and p.unit not in said_units]
    result = []
    for entry in catalogue.entries:
        hit = words & entry.words
        aside = words & entry.aside
        score = sum(catalogue.weight(w) for w in hit) + 0.6 * sum(catalogue.weight(w) for w in aside)
        number_score, ruled_out = _number_score(catalogue, entry, numbers, strict=True)
        if ruled_out or (not hit and not aside and number_score <= 0):
            continue
        score += number_score
        old_score, _ignored = _number_score(catalogue, entry, old_numbers, strict=False)
        score += 0.6 * (old_score + sum(catalogue.weight(w) for w in old_words & entry.words))
        missing = entry.words - words - old_words
        score -= 0.22 * sum(catalogue.weight(w) for w in missing)
        score -= 0.10 * len(entry.numbers - {(p.text, p.unit) for p in numbers})
        if score > 0:
            result.append(Match(entry, score, any(p.heard for p in parts if p.text in hit)))
    return sorted(result, key=lambda m: -m.score)


def _number_score(catalogue: Catalogue, entry: Entry, numbers: Sequence[Part], *, strict: bool) -> tuple[float, bool]:
    score = 0.0
    for part in numbers:
        same = [
            (value, unit)
            for value, unit in entry.numbers
            if value == part.text and (not part.unit or not unit or unit == part.unit)
        ]
        if same:
            score += catalogue.weight(f"#{part.text}") + (0.5 if part.unit else 0)
            continue
        of_unit = [value for value, unit in entry.numbers if part.unit and unit == part.unit]
        if of_unit and strict:
            return 0.0, True
        if part.unit and not of_unit and not any(unit == part.unit for _low, _high, unit in entry.ranges) and strict:
            score -= 0.5
    return score, False
