"""The price list as people name it: the parts of a piece of speech that its names know.

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
from itertools import pairwise

from app.draft.articles import UNITS, Entry, Part, entry_of, plain_number, root, unit_of, with_short_names
from app.draft.conversation import fold
from app.knowledge.model import PriceItem
from app.spoken.model import Number
from app.spoken.sound import likeness, sound_key, to_cyrillic

_LETTERS = {
    "а": "а", "бэ": "б", "бе": "б", "вэ": "в", "ве": "в", "гэ": "г", "ге": "г", "дэ": "д", "де": "д", "жэ": "ж",
    "зэ": "з", "ка": "к", "эль": "л", "эл": "л",
    "эм": "м", "эн": "н", "пэ": "п", "пе": "п", "эр": "р", "эс": "с", "тэ": "т", "те": "т", "эф": "ф", "ха": "х",
    "цэ": "ц", "це": "ц", "че": "ч", "ша": "ш", "э": "э", "аш": "х", "дубльвэ": "в", "зет": "з", "каэм": "км",
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


_COMPOUND = re.compile(
    r"^([а-я]+?)-?(литр|метр|килограмм|грамм|миллиметр|сантиметр|киловатт|тонн|микрон)(?:ов|н|к)[а-я]+$"
)
_OF = {
    "одно": 1, "двух": 2, "трех": 3, "четырех": 4, "пяти": 5, "шести": 6, "семи": 7, "восьми": 8, "девяти": 9,
    "десяти": 10, "двенадцати": 12, "пятнадцати": 15, "двадцати": 20, "двадцатипяти": 25, "тридцати": 30,
    "сорока": 40, "пятидесяти": 50, "шестидесяти": 60, "восьмидесяти": 80, "сто": 100, "ста": 100, "двухсот": 200,
    "трехсот": 300, "пятисот": 500,
}  # fmt: skip


# A word and, where its letters were heard as another short word, that word in front of a number.
_STRANGE = re.compile(r"\b([а-я]{5,})(?:[\s-]+[а-я]{1,5})?[\s-]+$")
_LIKE_BEFORE_NUMBER = 0.68
_GAP = 2


_TWO_CODES = re.compile(r"(?<![\w-])([а-яa-z]{1,3})-([а-яa-z]{1,3})(?=\d)")


@dataclass
class Catalogue:
    """All articles with the weight of each part: what few names have tells more."""

    items: Sequence[PriceItem]
    entries: tuple[Entry, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    vocabulary: dict[str, str] = field(default_factory=dict)
    joined: dict[str, tuple[str, str]] = field(default_factory=dict)
    counted_parts: frozenset[str] = frozenset()
    grown: dict[str, tuple[str, str]] = field(default_factory=dict)
    _places: dict[str, list[int]] = field(default_factory=dict)
    _unique: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.entries = tuple(entry_of(item) for item in self.items)
        self.entries = with_short_names(self.entries)
        counts: Counter[str] = Counter()
        for place, entry in enumerate(self.entries):
            parts = entry.words | entry.aside | {f"#{value}" for value in entry.numbers}
            counts.update(parts)
            for part in parts | entry.names:
                self._places.setdefault(part, []).append(place)
        words = Counter(word for entry in self.entries for word in entry.words)
        self._unique = frozenset(word for word, count in words.items() if count == 1)
        total = max(len(self.entries), 1)
        self.weights = {part: math.log(1 + total / count) for part, count in counts.items()}
        self.joined = {"".join(e.model): (e.model[0], e.model[1]) for e in self.entries if len(e.model) == 2}
        units = {unit for entry in self.entries for _value, unit in entry.measures}
        self.counted_parts = frozenset(units - set(UNITS.values()))
        self.heads = frozenset(h for entry in self.entries for h in entry.head)
        self.codes = frozenset(code for entry in self.entries for code in entry.codes)
        for item in self.items:
            for first, second in _TWO_CODES.findall(fold(item.name)):
                self.grown[to_cyrillic(first) + to_cyrillic(second)] = (to_cyrillic(first), to_cyrillic(second))
            for word in re.findall(r"[а-яa-z]{5,}", fold(item.name)):
                self.vocabulary.setdefault(root(to_cyrillic(word)), to_cyrillic(word))

    def entries_with(self, parts: Iterable[str]) -> list[Entry]:
        """The articles whose names have any of some parts, in the order of the price list.

        Args:
            parts: Roots, and numbers as "#120".
        """
        places = {place for part in parts for place in self._places.get(part, ())}
        return [self.entries[place] for place in sorted(places)]

    def designations(self, parts: Sequence[Part]) -> list[tuple[Part, Part]]:
        """Letters of a designation, each with the number said right behind it: «БК сто тридцать»."""
        return [
            (letters, number)
            for letters, number in pairwise(parts)
            if letters.text in self.codes and number.is_number and 0 <= number.start - letters.end <= _GAP
        ]

    def is_unique(self, word: str) -> bool:
        """Only one article has this word."""
        return word in self._unique

    def is_mere_word(self, part: Part, text: str) -> bool:
        """A common noun that only names in quotes have, said without anything that makes it a name."""
        if part.is_number or part.heard:
            return False
        having = self.entries_with([part.text])
        if not any(part.text in e.names for e in having):
            return False
        if any(part.text in e.names and len(e.names) > 1 for e in having):
            return False
        if any(part.text in e.words - e.names for e in having):
            return False
        word = fold(text[part.start : part.end])
        return _is_common_noun(word) and not _stands_out(text, part.start, part.end)

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
                found.append(Part(plain_number(match.group()), is_number=True, start=match.start(), end=match.end()))
        for match in re.finditer(r"[а-яa-z]+", folded):
            if any(start <= match.start() < end for start, end in spans):
                continue
            if to_cyrillic(match.group()) in self.grown:
                found += self._grown_parts(match.group(), match.start())
            else:
                found += self._word_part(text, match.group(), match.start(), match.end())
        found += self._before_numbers(folded, found)
        found = _run_together(sorted(found, key=lambda p: p.start), self.weights)
        return _short_codes(_sized(found, folded), self.weights)

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
            unit = unit_of(said) or unit_of(_next_word(folded, number.end)) or self._counted_part(said)
            is_count = bool(said) and not unit and not number.is_ordinal
            if value in self.joined:
                # «тридцать два сто двадцать» was read as one number, and is two of one designation.
                first, second = self.joined[value]
                parts.append(Part(first, is_number=True, start=number.start, end=number.start + 1))
                parts.append(Part(second, is_number=True, start=number.start + 1, end=number.end))
                continue
            parts.append(Part(value, unit, is_number=True, start=number.start, end=number.end, is_count=is_count))
        return parts

    def _counted_part(self, said: str) -> str:
        """The root of a counted noun that tells articles apart: drawers, shelves, sections."""
        own = root(said) if len(said) >= 4 else ""
        return own if own in self.counted_parts else ""

    def _grown_parts(self, word: str, start: int) -> list[Part]:
        """«ТДП100»: a recogniser leaves the hyphen of ТД-П100 out."""
        first, second = self.grown[to_cyrillic(word)]
        middle = start + len(first)
        return [Part(first, start=start, end=middle), Part(second, start=middle, end=start + len(word))]

    def _word_part(self, text: str, word: str, start: int, end: int) -> list[Part]:
        if _PACKS.match(word):
            return []
        slang = _slang(word) if root(to_cyrillic(word)) not in self.weights else None
        if slang is not None:
            return [Part(str(slang), is_number=True, start=start, end=end)]
        measured = _measured(word)
        if measured is not None:
            return [Part(measured[0], measured[1], is_number=True, start=start, end=end)]
        plain = to_cyrillic(word)
        known = self._known(plain)
        if known is not None:
            is_letter = plain in _LETTERS and known == _LETTERS[plain]
            if not is_letter and _is_function_word(word) and not _stands_out(text, start, end):
                return []
            # A word that no dictionary has, only grown out of one root with a known one, may be that one misheard.
            is_sure = _is_form(known, plain) or _is_in_dictionary(plain)
            return [Part(known, start=start, end=end, heard="" if is_sure else word)]
        heard = self._by_sound(plain) if len(plain) >= 6 else None
        return [Part(heard, start=start, end=end, heard=word)] if heard else []

    def _before_numbers(self, folded: str, found: Sequence[Part]) -> list[Part]:
        """Words that no dictionary has, right before a number of a designation: «котлаты до 200» beside ТД-200.

        The number tells which names to hold the word against, so that less of its sound is enough.
        """
        result = []
        for number in found:
            word = _STRANGE.search(folded[: number.start]) if number.is_number and not number.unit else None
            if word is None or any(p.start < word.end() and word.start() < p.end for p in found):
                continue
            having = self.entries_with([f"#{number.text}"])
            heads = {h for e in having if number.text in e.model for h in e.head if h in self.vocabulary}
            if not heads or _is_in_dictionary(word.group(1)):
                continue
            likest = {head: _likeness_of_forms(word.group(1), self.vocabulary[head]) for head in heads}
            best = max(sorted(likest), key=lambda head: likest[head])
            if likest[best] >= _LIKE_BEFORE_NUMBER:
                result.append(Part(best, start=word.start(1), end=word.end(1), heard=word.group(1)))
        return result

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


def _is_form(known: str, plain: str) -> bool:
    own = root(plain)
    return min(len(known), len(own)) < 5 or known.startswith(own) or own.startswith(known)


def _are_kin(known: str, own: str) -> bool:
    """«пеллетный» and «пеллеты», «пузырчатая» and «пузырьковая»: one stem grown out of the other or out of one root."""
    shorter = min(len(known), len(own))
    if shorter < 5 or abs(len(known) - len(own)) > 3:
        return False
    common = next((i for i, (a, b) in enumerate(zip(known, own, strict=False)) if a != b), shorter)
    return common == shorter or (common >= 5 and common >= 0.6 * shorter)


def _measured(word: str) -> tuple[str, str] | None:
    """«Двадцатилитровый»: 20 and its unit."""
    match = _COMPOUND.match(word)
    if match is None or match.group(1) not in _OF:
        return None
    return str(_OF[match.group(1)]), UNITS[match.group(2)]


def _slang(word: str) -> int | None:
    for beginning, value in _NUMBER_SLANG.items():
        if word.startswith(beginning) and len(word) <= len(beginning) + 3:
            return value
    return None


@lru_cache(maxsize=5_000)
def _is_function_word(word: str) -> bool:
    from app.spoken.morphology import parses

    readings = parses(word)
    if readings[0].tag.POS in ("COMP", "ADVB", "NPRO", "PRED"):
        # «Больше» is no «Большая».
        return True
    return any(reading.tag.POS in ("PREP", "CONJ", "PRCL") for reading in readings[:2])


@lru_cache(maxsize=20_000)
def _is_in_dictionary(word: str) -> bool:
    from app.spoken.morphology import parses

    return bool(parses(word)[0].is_known)


@lru_cache(maxsize=5_000)
def _likeness_of_forms(heard: str, word: str) -> float:
    """How much a word sounds like the likest form of another: «котлаты» and «котла»."""
    from app.spoken.morphology import parses

    forms = {str(form.word) for form in parses(word)[0].lexeme}
    return max((likeness(heard, form) for form in forms if sound_key(form)[:2] == sound_key(heard)[:2]), default=0.0)


@lru_cache(maxsize=5_000)
def _is_common_noun(word: str) -> bool:
    from app.spoken.morphology import parses

    first = parses(word)[0]
    return bool(first.tag.POS == "NOUN" and first.is_known)


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


def _run_together(parts: list[Part], weights: Mapping[str, float]) -> list[Part]:
    """«Двадцать девять ноль восемьдесят семь» is 29087 where a designation has that number."""
    result: list[Part] = []
    index = 0
    while index < len(parts):
        for behind in range(min(index + 4, len(parts)), index + 1, -1):
            run = parts[index:behind]
            close = all(b.start - a.end <= 2 for a, b in pairwise(run))
            value = "".join(p.text for p in run)
            if close and all(p.is_number and not p.size for p in run) and f"#{value}" in weights and len(value) >= 3:
                result.append(Part(value, is_number=True, start=run[0].start, end=run[-1].end))
                index = behind
                break
        else:
            result.append(parts[index])
            index += 1
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
