"""An article of the price list taken apart: the roots of its name, its designation, its sizes and measures."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from app.draft.conversation import fold
from app.draft.stems import stem
from app.knowledge.model import PriceItem
from app.spoken.sound import to_cyrillic

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
_STOP = frozenset("на с со для до по и в из от под без не или к при за над о об у также шт шт. серии серия мес".split())  # noqa: SIM905


_TIMES = frozenset("один год месяц день час неделя сутки".split())  # noqa: SIM905


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
        codes: Letters that stand right before the number of a designation: ТД-120 has «тд».
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
    codes: frozenset[str] = frozenset()

    @property
    def numbers_of_name(self) -> tuple[str, ...]:
        """What the letters of its designation may be followed by."""
        return (*self.model, *self.sizes)

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset((*self.model, *self.sizes, *(value for value, _unit in self.measures)))


_CODE = re.compile(r"(?<![а-яa-z\d])[а-яa-z]{1,3}(?=[- ]\d|\d)(?![- ]?\d+ ?(?:[×xх%]|мм|м\b|кг|л\b))")
_LETTERS_BEFORE = re.compile(r"(?<![\w-])([а-яa-z]{1,3})[\s-]+$")
_SIZE = re.compile(r"\d+(?:[.,]\d+)?(?:\s*[×xх]\s*\d+(?:[.,]\d+)?)+(?!\s*[а-я]*\s*×)")
_RANGE = re.compile(r"(?:(\d+)\s*-\s*|\bдо\s+)(\d+)\s*(квт|кг|мм|м|л|чел\w*|пользоват\w*|склад\w*)\b")
_DIGIT_LETTER = re.compile(r"(?<![\w-])\d[а-яa-z](?![\w])")


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """The stem of a word's dictionary form, so that «котлы» and «котёл» meet."""
    from app.spoken.morphology import parses

    return stem(fold(str(parses(word)[0].normal_form)))


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
    sizes = tuple(plain_number(n) for n in re.findall(r"\d+(?:[.,]\d+)?", size.group())) if size else ()
    main = main.replace(size.group(), " ") if size else main
    model, measures = [], set()
    for match in re.finditer(r"(\d+(?:[.,]\d+)?)\s*([а-яa-z]+)?", main):
        unit = unit_of(match.group(2) or "") or _counted_part(main, match)
        if unit:
            measures.add((plain_number(match.group(1)), unit))
        else:
            model.append(plain_number(match.group(1)))
    for match in re.finditer(r"(\d+(?:[.,]\d+)?)\s*([а-яa-z]+)", aside):
        if unit := unit_of(match.group(2)):
            measures.add((plain_number(match.group(1)), unit))
    codes = re.findall(r"(?<![а-яa-z\d])[а-яa-z]{1,3}(?=-\d)", main)
    words = [w for w in re.findall(r"[а-яa-z]+", main) if w not in _STOP and (w not in UNITS or w in codes)]
    words = [w for w in words if not _says_little(w)]
    roots = [_known_root(w) for w in words] + short
    compound = "-" in name.split(" ")[0] and not re.search(r"\d", name.split(" ")[0])
    head = 2 if compound else 1 + _leading_adjectives(words)
    quoted = " ".join(re.findall(r"[«\"]([^»\"]+)[»\"]", main))
    return Entry(
        item=item,
        head=frozenset(roots[:head]),
        words=frozenset(roots),
        names=frozenset(_known_root(w) for w in re.findall(r"[а-яa-z]+", quoted)),
        aside=frozenset(
            _known_root(w)
            for w in re.findall(r"[а-яa-z]{3,}", aside)
            if w not in _STOP and w not in UNITS and not _says_little(w)
        )
        - frozenset(roots),
        model=tuple(model),
        sizes=sizes,
        measures=frozenset(measures),
        ranges=ranges,
        codes=frozenset(to_cyrillic(code) for code in _CODE.findall(main)),
    )


@lru_cache(maxsize=5_000)
def _says_little(word: str) -> bool:
    """Numerals and stretches of time: «две группы», «на год»."""
    from app.spoken.morphology import parses

    first = parses(word)[0]
    return str(first.tag.POS) == "NUMR" or str(first.normal_form) in _TIMES


def _leading_adjectives(words: Sequence[str]) -> int:
    """How many words stand before the noun that says what the thing is: one in «тепловая завеса»."""
    from app.spoken.morphology import parses

    kinds = [str(parses(word)[0].tag.POS) for word in words[:3]]
    count = next((place for place, kind in enumerate(kinds) if kind == "NOUN"), 0)
    return count if all(kind in ("ADJF", "PRTF") for kind in kinds[:count]) else 0


def _counted_part(name: str, number: re.Match[str]) -> str:
    """The root of what a name counts: «4 ящика», «3 полки»; "" for a number of the designation."""
    from app.spoken.morphology import parses

    word = number.group(2) or ""
    hangs_on = name[: number.start()].rstrip(" ")[-1:]
    if len(word) < 4 or name[number.start() - 1 : number.start()] == "-" or hangs_on in {"-", "."}:
        return ""
    readings = [r for r in parses(word) if str(r.tag.POS) == "NOUN" and str(r.tag.case) == "gent"]
    return root(word) if readings else ""


def follows_code(folded: str, start: int, codes: Set[str]) -> bool:
    """«ПК шесть»: whether a number stands right behind letters of a designation, and so counts nothing.

    Args:
        folded: A turn.
        start: Where the number begins in it.
        codes: Letters that designations begin with.
    """
    before = _LETTERS_BEFORE.search(folded[:start])
    return before is not None and to_cyrillic(before.group(1)) in codes


def plain_number(number: str) -> str:
    return number.replace(",", ".").lstrip("0") or "0"


def _known_root(word: str) -> str:
    return root(to_cyrillic(word)) if len(word) > 2 else to_cyrillic(word)


def unit_of(word: str) -> str:
    if word in UNITS:
        return UNITS[word]
    return next((unit for name, unit in UNITS.items() if len(name) >= 4 and word.startswith(name)), "")


def with_short_names(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """«Короб» may mean a «гофрокороб» too: a compound word counts as its last part as well."""
    roots = {w for entry in entries for w in entry.words if len(w) >= 5}
    result = []
    for entry in entries:
        short = {r for w in entry.words for r in roots if len(w) - len(r) >= 4 and w.endswith(r)}
        heads = {r for w in entry.head for r in roots if len(w) - len(r) >= 4 and w.endswith(r)}
        result.append(replace(entry, words=entry.words | short, head=entry.head | heads))
    return tuple(result)
