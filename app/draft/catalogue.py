"""The price list as people name it: which articles a piece of speech can mean.

Words are compared by root and, where the recogniser misheard, by sound; numbers are compared as numbers and must be
equal: «котлаты до 200» can mean ТД-200 and never ТД-100.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
_DIGITS = {"один": 1, "два": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9}
_PACKS = re.compile(r"^(?:короб(?:ок|ки|ка|ку)|упаков|пачк|паллет|палет|рулон|штук|ящик)")
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
    """A piece of speech that names of the price list know, or a number.

    Args:
        text: Root, letters of a code, or digits of a number.
        unit: Canonical unit of a number, "" without one.
        is_number: A number.
        start: Place in the turn.
        end: Behind the last character.
        is_count: A number that counts things and is no part of a name.
        size: Position in a size said as «шестьсот на четыреста», counted from 1; 0 for any other number.
        heard: The word as heard, where it was only matched by sound.
    """

    text: str
    unit: str = ""
    is_number: bool = False
    start: int = 0
    end: int = 0
    is_count: bool = False
    size: int = 0
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with the parts of its name.

    Args:
        head: Roots of the first word, what the thing is.
        words: Roots and code letters of the name, without brackets.
        names: Roots of a name in quotes.
        aside: Roots in brackets, which people seldom say.
        model: Numbers of the designation: ТД-120 has 120, НЦ 25-60 has 25 and 60.
        sizes: Numbers of a size such as 600×400×300, in order.
        measures: (value, unit) of measured numbers, brackets included.
        ranges: (low, high, unit) of ranges such as «61–120 кВт» or «до 60 кВт».
    """

    item: PriceItem
    head: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    aside: frozenset[str]
    model: tuple[str, ...]
    sizes: tuple[str, ...]
    measures: frozenset[tuple[str, str]]
    ranges: tuple[tuple[float, float, str], ...] = ()

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset((*self.model, *self.sizes, *(value for value, _unit in self.measures)))


_SIZE = re.compile(r"\d+(?:[.,]\d+)?(?:\s*[×xх]\s*\d+(?:[.,]\d+)?)+(?!\s*[а-я]*\s*×)")
_RANGE = re.compile(r"(?:(\d+)\s*-\s*|\bдо\s+)(\d+)\s*(квт|кг|мм|м|л|чел\w*|пользоват\w*|склад\w*)\b")
_DIGIT_LETTER = re.compile(r"(?<![\w-])\d[а-яa-z](?![\w])")


def entry_of(item: PriceItem) -> Entry:
    """An article taken apart."""
    name = fold(item.name).replace("–", "-")
    aside = " ".join(re.findall(r"\(([^)]*)\)", name))
    main = re.sub(r"\([^)]*\)", " ", name)
    ranges = tuple(
        (float(m.group(1) or 0), float(m.group(2)), UNITS.get(m.group(3), m.group(3)[:5]))
        for m in _RANGE.finditer(name)
    )
    main = _RANGE.sub(" ", main)
    short = [to_cyrillic(code) for code in _DIGIT_LETTER.findall(main)]
    main = _DIGIT_LETTER.sub(" ", main)
    size = _SIZE.search(main)
    sizes = tuple(_plain(n) for n in re.findall(r"\d+(?:[.,]\d+)?", size.group())) if size else ()
    main = main.replace(size.group(), " ") if size else main
    model, measures = [], set()
    for match in re.finditer(r"(\d+(?:[.,]\d+)?)\s*([а-яa-z]+)?", main):
        unit = _unit_of(match.group(2) or "")
        if unit:
            measures.add((_plain(match.group(1)), unit))
        else:
            model.append(_plain(match.group(1)))
    for match in re.finditer(r"(\d+(?:[.,]\d+)?)\s*([а-яa-z]+)", aside):
        if unit := _unit_of(match.group(2)):
            measures.add((_plain(match.group(1)), unit))
    words = [w for w in re.findall(r"[а-яa-z]+", main) if w not in _STOP and w not in UNITS]
    roots = [_known_root(w) for w in words] + short
    compound = "-" in name.split(" ")[0] and not re.search(r"\d", name.split(" ")[0])
    quoted = " ".join(re.findall(r"[«\"]([^»\"]+)[»\"]", main))
    return Entry(
        item=item,
        head=frozenset(roots[: 2 if compound else 1]),
        words=frozenset(roots),
        names=frozenset(_known_root(w) for w in re.findall(r"[а-яa-z]+", quoted)),
        aside=frozenset(_known_root(w) for w in re.findall(r"[а-яa-z]{3,}", aside) if w not in _STOP and w not in UNITS)
        - frozenset(roots),
        model=tuple(model),
        sizes=sizes,
        measures=frozenset(measures),
        ranges=ranges,
    )


def _plain(number: str) -> str:
    return number.replace(",", ".").lstrip("0") or "0"


def _known_root(word: str) -> str:
    return root(to_cyrillic(word)) if len(word) > 2 else to_cyrillic(word)


def _unit_of(word: str) -> str:
    if word in UNITS:
        return UNITS[word]
    return next((unit for name, unit in UNITS.items() if len(name) >= 4 and word.startswith(name)), "")


def _with_short_names(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """«Короб» may mean a «гофрокороб» too: a compound word counts as its last part as well."""
    roots = {w for entry in entries for w in entry.words if len(w) >= 5}
    result = []
    for entry in entries:
        short = {r for w in entry.words for r in roots if r != w and w.endswith(r)}
        heads = {r for w in entry.head for r in roots if r != w and w.endswith(r)}
        result.append(replace(entry, words=entry.words | short, head=entry.head | heads))
    return tuple(result)


@dataclass
class Catalogue:
    """All articles with the weight of each part: what few names have tells more."""

    items: Sequence[PriceItem]
    entries: tuple[Entry, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()
    vocabulary: dict[str, str] = field(default_factory=dict)
    joined: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entries = tuple(entry_of(item) for item in self.items)
        self.entries = _with_short_names(self.entries)
        counts: Counter[str] = Counter()
        for entry in self.entries:
            counts.update(entry.words | entry.aside)
            counts.update({f"#{value}" for value in entry.numbers})
        total = max(len(self.entries), 1)
        self.weights = {part: math.log(1 + total / count) for part, count in counts.items()}
        self.joined = {"".join(e.model): (e.model[0], e.model[1]) for e in self.entries if len(e.model) == 2}
        self.heads = frozenset(h for entry in self.entries for h in entry.head)
        for item in self.items:
            for word in re.findall(r"[а-яa-z]{5,}", fold(item.name)):
                self.vocabulary.setdefault(root(to_cyrillic(word)), to_cyrillic(word))

    def is_unique(self, word: str) -> bool:
        """Only one article has this word."""
        return sum(word in entry.words for entry in self.entries) == 1

    def weight(self, part: str) -> float:
        """How much a part tells; a number is asked for as "#120"."""
        return self.weights.get(part, 0.0)

    def parts_of(self, text: str, numbers: Iterable[Number]) -> list[Part]:
        """The parts of a piece of speech that names of the price list know, and all its numbers, in order.

        Args:
            text: A turn's text.
            numbers: Numbers found in it.
        """
        folded = fold(text)
        found = self._spoken_codes(folded)
        codes = [(p.start, p.end) for p in found]
        found += [p for p in self._number_parts(folded, list(numbers)) if not any(s <= p.start < e for s, e in codes)]
        spans = [(p.start, p.end) for p in found]
        for match in re.finditer(r"\d+", folded):
            if not any(start <= match.start() < end for start, end in spans):
                found.append(Part(_plain(match.group()), is_number=True, start=match.start(), end=match.end()))
        for match in re.finditer(r"[а-яa-z]+", folded):
            if not any(start <= match.start() < end for start, end in spans):
                found += self._word_part(text, match.group(), match.start(), match.end())
        return _short_codes(_sized(sorted(found, key=lambda p: p.start), folded), self.weights)

    def _spoken_codes(self, folded: str) -> list[Part]:
        """«один эс» where the price list has 1С, «тэ дэ» where it has ТД."""
        found = []
        for match in re.finditer(rf"\b(?:{'|'.join(_LETTERS)})(?:[\s-]+(?:{'|'.join(_LETTERS)}))+\b", folded):
            code = "".join(_LETTERS[name] for name in re.findall(r"[а-я]+", match.group()))
            if code in self.weights:
                found.append(Part(code, start=match.start(), end=match.end()))
        for match in re.finditer(rf"\b({'|'.join(_DIGITS)})\s+([а-я]{{1,3}})\b", folded):
            letter = _LETTERS.get(match.group(2))
            code = f"{_DIGITS[match.group(1)]}{letter}"
            if letter and code in self.weights:
                found.append(Part(code, start=match.start(), end=match.end()))
        return found

    def _number_parts(self, folded: str, numbers: Sequence[Number]) -> list[Part]:
        parts = []
        for number in numbers:
            value = f"{number.value.normalize():f}"
            said = fold(number.unit)
            unit = _unit_of(said) or _unit_of(_next_word(folded, number.end))
            is_count = bool(said) and not unit and not number.is_ordinal
            if value in self.joined:
                # «тридцать два сто двадцать» was read as one number, and is two of one designation.
                first, second = self.joined[value]
                parts.append(Part(first, is_number=True, start=number.start, end=number.start + 1))
                parts.append(Part(second, is_number=True, start=number.start + 1, end=number.end))
                continue
            parts.append(Part(value, unit, is_number=True, start=number.start, end=number.end, is_count=is_count))
        return parts

    def _word_part(self, text: str, word: str, start: int, end: int) -> list[Part]:
        if _PACKS.match(word):
            return []
        slang = _slang(word)
        if slang is not None:
            return [Part(str(slang), is_number=True, start=start, end=end)]
        plain = to_cyrillic(word)
        known = self._known(plain)
        if known is not None:
            is_letter = plain in _LETTERS and known == _LETTERS[plain]
            if not is_letter and _is_function_word(word) and not _stands_out(text, start, end):
                return []
            return [Part(known, start=start, end=end)]
        heard = self._by_sound(plain) if len(plain) >= 6 else None
        return [Part(heard, start=start, end=end, heard=word)] if heard else []

    def _known(self, plain: str) -> str | None:
        """The part of the price list that a word is a form of."""
        if plain in _LETTERS and _LETTERS[plain] in self.weights:
            return _LETTERS[plain]
        if len(plain) <= 2:
            return plain if plain in self.weights else None
        own = root(plain)
        if own in self.weights:
            return own
        spelled = _spelled(plain)
        if spelled and spelled in self.weights:
            return spelled
        return next((known for known in self.weights if _are_kin(known, own)), None)

    def _by_sound(self, word: str) -> str | None:
        best: tuple[float, str] | None = None
        key = sound_key(word)
        at_least = 0.88 if _is_in_dictionary(word) else 0.76
        for known, full in self.vocabulary.items():
            other = sound_key(full)
            if abs(len(key) - len(other)) > 2 or key[:1] != other[:1]:
                continue
            score = likeness(word, full)
            if score >= at_least and (best is None or score > best[0]):
                best = (score, known)
        return best[1] if best else None


def _are_kin(known: str, own: str) -> bool:
    """«пеллетный» and «пеллеты», «пузырчатая» and «пузырьковая»: one stem grown out of the other or out of one root."""
    shorter = min(len(known), len(own))
    if shorter < 5 or abs(len(known) - len(own)) > 3:
        return False
    common = next((i for i, (a, b) in enumerate(zip(known, own, strict=False)) if a != b), shorter)
    return common == shorter or (common >= 5 and common >= 0.6 * shorter)


def _slang(word: str) -> int | None:
    for beginning, value in _NUMBER_SLANG.items():
        if word.startswith(beginning) and len(word) <= len(beginning) + 3:
            return value
    return None


@lru_cache(maxsize=5_000)
def _is_function_word(word: str) -> bool:
    from app.spoken.morphology import parses

    return any(reading.tag.POS in ("PREP", "CONJ", "PRCL") for reading in parses(word)[:2])


@lru_cache(maxsize=20_000)
def _is_in_dictionary(word: str) -> bool:
    from app.spoken.morphology import parses

    return bool(parses(word)[0].is_known)


def _stands_out(text: str, start: int, end: int) -> bool:
    """Quoted, written with a capital within a sentence, or named behind its kind: «тариф про»."""
    if text[start - 1 : start] in {"«", '"'} or text[end : end + 1] in {"»", '"'}:
        return True
    before = text[:start].rstrip()
    if re.search(r"\b(?:тариф\w*|лиценз\w*|верси\w*|пакет\w*|план\w*|редакци\w*|комплектаци\w*)$", fold(before)):
        return True
    return text[start : start + 1].isupper() and bool(before) and before[-1] not in ".!?…"


def _sized(parts: list[Part], folded: str) -> list[Part]:
    """Marks numbers that make one size: «шестьсот на четыреста на четыреста»."""
    result = list(parts)
    for i in range(1, len(result)):
        left, right = result[i - 1], result[i]
        if (
            left.is_number
            and right.is_number
            and re.fullmatch(r"\s*(?:на|×|x|х|\*)\s*", folded[left.end : right.start])
        ):
            position = left.size or 1
            result[i - 1] = replace(left, size=position, is_count=False)
            result[i] = replace(right, size=position + 1, is_count=False)
    return result


def _short_codes(parts: list[Part], weights: Mapping[str, float]) -> list[Part]:
    """«один эс» is 1С where the price list has such a code."""
    result: list[Part] = []
    for part in parts:
        last = result[-1] if result else None
        if last is not None and last.is_number and not part.is_number and part.start - last.end <= 2:
            code = last.text + part.text
            if code in weights:
                result[-1] = Part(code, start=last.start, end=part.end)
                continue
        result.append(part)
    return result


def _next_word(folded: str, place: int) -> str:
    match = re.match(r"\s*([а-яa-z%]+)", folded[place:])
    return match.group(1) if match else ""


def _spelled(word: str) -> str | None:
    """«тэдэ», «энцэ» -> «тд», «нц»: the names of letters run together."""
    rest, letters = word, ""
    names = sorted((n for n in _LETTERS if n != "плюс"), key=len, reverse=True)
    while rest:
        name = next((n for n in names if rest.startswith(n)), None)
        if name is None:
            return None
        letters += _LETTERS[name]
        rest = rest[len(name) :]
    return letters if len(letters) >= 2 else None


@dataclass(frozen=True, slots=True)
class Match:
    """An article that a group of parts can mean.

    Args:
        score: How well it fits, words of its name that were not said counted against it.
        support: What speaks for it alone; articles with the same support are told apart by nothing that was said.
        by_number: A number of its name was said.
        by_sound: One of its words was only matched by sound.
    """

    entry: Entry
    score: float
    support: float
    by_number: bool
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
    old_numbers = [p for p in context if p.is_number and p.unit not in said_units]
    result = []
    for entry in catalogue.entries:
        hit, aside = words & entry.words, words & entry.aside
        number_score = _number_score(catalogue, entry, numbers, is_code=bool(hit & _code_letters(entry)))
        if number_score is None or not (hit or aside or number_score > 0):
            continue
        old_hit = old_words & (entry.words - entry.names)
        of_size = bool(entry.sizes) and tuple(p.text for p in numbers if p.size) == entry.sizes
        old_score = _number_score(catalogue, entry, old_numbers, is_code=False, is_strict=False) or 0.0
        if not of_size and not _is_named(
            catalogue, entry, hit, aside, number_score + (old_score if hit else 0), old_hit
        ):
            continue
        score = sum(catalogue.weight(w) for w in hit) + 0.6 * sum(catalogue.weight(w) for w in aside) + number_score
        score += 0.6 * (old_score + sum(catalogue.weight(w) for w in old_hit))
        support = score + (0.5 if hit & entry.head else 0.0)
        score -= 0.22 * sum(catalogue.weight(w) for w in entry.words - words - old_words)
        said = {p.text for p in (*numbers, *old_numbers)}
        score -= 0.15 * len([n for n in entry.model if n not in said]) + 0.03 * len(entry.measures)
        if score > 0:
            by_sound = any(p.heard for p in parts if p.text in hit)
            result.append(Match(entry, score, support, number_score > 0 or old_score > 0, by_sound))
    return sorted(result, key=lambda m: -m.score)


def _code_letters(entry: Entry) -> set[str]:
    return {w for w in entry.words if len(w) <= 3 and w.isalpha()} if entry.model else set()


def _is_named(  # noqa: PLR0911, PLR0917
    catalogue: Catalogue, entry: Entry, hit: set[str], aside: set[str], number_score: float, old_hit: set[str]
) -> bool:
    """Enough of the name was said: what it is, its own name, a code with its number, or half of its words."""
    if hit & entry.head or aside - catalogue.heads:
        return True
    if any(re.search(r"\d", w) for w in hit):
        return True
    if entry.names and entry.names <= hit:
        return True
    if number_score > 0 and (hit or old_hit) and (not _code_letters(entry) or (hit | old_hit) & _code_letters(entry)):
        return True
    if any(catalogue.is_unique(w) and re.search(r"[аея]ни[еяюй]?$", catalogue.vocabulary.get(w, "")) for w in hit):
        return True
    whole = sum(catalogue.weight(w) for w in entry.words)
    if (hit and old_hit & entry.head) or sum(catalogue.is_unique(w) for w in hit) >= 2:
        return True
    return sum(catalogue.weight(w) for w in hit) >= 0.6 * whole


def _number_score(
    catalogue: Catalogue, entry: Entry, numbers: Sequence[Part], *, is_code: bool, is_strict: bool = True
) -> float | None:
    """What the numbers say for an article; None where one of them rules it out."""
    score = 0.0
    sized = tuple(p.text for p in numbers if p.size)
    if sized and is_strict and entry.sizes and sized != entry.sizes[: len(sized)]:
        return None
    for part in numbers:
        if part.unit:
            values = {value for value, unit in entry.measures if unit == part.unit}
            if part.text in values:
                score += catalogue.weight(f"#{part.text}") + 0.5
            elif values and is_strict:
                return None
            elif is_strict and not any(u == part.unit and lo <= float(part.text) <= hi for lo, hi, u in entry.ranges):
                score -= 0.5
        elif part.text in entry.model or part.text in entry.sizes:
            score += catalogue.weight(f"#{part.text}")
        elif part.text in {value for value, _unit in entry.measures}:
            score += 0.7 * catalogue.weight(f"#{part.text}")
        elif is_code and is_strict and entry.model and float(part.text) >= 10:
            # «ТД двести» is never ТД-100: digits of a designation must be equal.
            score -= 2.0
    return score
