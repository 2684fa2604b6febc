"""How alike words sound over a telephone: for names and words that a recogniser wrote down wrongly."""

from __future__ import annotations

import re
from functools import lru_cache

_SAME_SOUND = str.maketrans("оеэыюябгдвзжцщ", "аииииапктфсшсш")
_SILENT = re.compile(r"[^а-я0-9a-z]|[ьъй]")
_LATIN_LETTER = re.compile(r"[a-z]")
_TWICE = re.compile(r"(.)\1+")
_LATIN = (
    ("sch", "щ"), ("sh", "ш"), ("ch", "ч"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ya", "я"), ("yu", "ю"), ("yo",
    "е"),
    ("ee", "и"), ("oo", "у"), ("ph", "ф"), ("th", "т"), ("ck", "к"), ("qu", "кв"), ("x", "кс"), ("w", "в"), ("a", "а"),
    ("b", "б"), ("c", "к"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "х"), ("i", "и"), ("j", "дж"),
    ("k", "к"),
    ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u",
    "у"),
    ("v", "в"), ("y", "и"), ("z", "з"),
)  # fmt: skip
# Letters that a telephone tells apart badly, and what it costs to have written the one for the other.
_ALIKE = (
    ("оа", 0.25), ("ая", 0.3), ("еиыэя", 0.35), ("бп", 0.4), ("вф", 0.4), ("гк", 0.4), ("дт", 0.4), ("жш", 0.4),
    ("зс", 0.4), ("шщч", 0.4), ("ую", 0.3), ("тц", 0.5), ("цс", 0.5), ("ое", 0.6), ("мн", 0.6), ("сш", 0.6),
    ("зж", 0.6), ("гхк", 0.6), ("гв", 0.6), ("уюо", 0.6), ("рл", 0.7), ("пт", 0.7), ("кт", 0.7), ("чт", 0.7),
)  # fmt: skip
_VOWELS = frozenset("аоуыэеяию")
_LEFT_OUT = {"ь": 0.1, "ъ": 0.1, "й": 0.4, "-": 0.0}
# Hardly heard before another consonant: «отсрочка», «поздно».
_SWALLOWED, _SWALLOWED_COST = frozenset("тд"), 0.5
_TWICE_COST, _VOWEL_COST, _CONSONANT_COST, _OTHER_COST, _UNLIKE_COST = 0.3, 0.8, 0.9, 1.0, 1.6


def to_cyrillic(text: str) -> str:
    """A Latin name as it is spoken, roughly: "Ozon" -> «озон»."""
    folded = text.lower().replace("ё", "е")
    if not _LATIN_LETTER.search(folded):
        return folded
    for latin, cyrillic in _LATIN:
        folded = folded.replace(latin, cyrillic)
    return folded


@lru_cache(maxsize=50_000)
def sound_key(text: str) -> str:
    """What is left of a text when letters that sound alike over a telephone are made one and spaces go."""
    folded = _SILENT.sub("", to_cyrillic(text))
    return _TWICE.sub(r"\1", folded.translate(_SAME_SOUND))


def likeness(left: str, right: str) -> float:
    """0 to 1: how alike two names sound; their digits must be equal, else 0."""
    if re.findall(r"\d+", left) != re.findall(r"\d+", right):
        return 0.0
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(sound_key(left), sound_key(right)))


@lru_cache(maxsize=1)
def _pair_costs() -> dict[tuple[str, str], float]:
    costs: dict[tuple[str, str], float] = {}
    for letters, cost in _ALIKE:
        for left in letters:
            for right in letters:
                if left != right:
                    costs[left, right] = min(cost, costs.get((left, right), cost))
    return costs


def _leaving_out(letters: str, place: int) -> float:
    letter = letters[place]
    if letter in _LEFT_OUT:
        return _LEFT_OUT[letter]
    if place and letters[place - 1] == letter:
        return _TWICE_COST
    if letter in _SWALLOWED and place + 1 < len(letters) and letters[place + 1] not in _VOWELS:
        return _SWALLOWED_COST
    return _VOWEL_COST if letter in _VOWELS else _CONSONANT_COST


@lru_cache(maxsize=50_000)
def sound_distance(left: str, right: str) -> float:
    """How many letters two words are apart, those that sound alike counted in part; both folded, without spaces."""
    costs = _pair_costs()
    before = [0.0]
    for place in range(len(right)):
        before.append(before[-1] + _leaving_out(right, place))
    for row, mine in enumerate(left):
        dropped = _leaving_out(left, row)
        now = [before[0] + dropped]
        for column, theirs in enumerate(right):
            changed = 0.0 if mine == theirs else costs.get((mine, theirs), _unlike(mine, theirs))
            now.append(
                min(before[column] + changed, before[column + 1] + dropped, now[column] + _leaving_out(right, column))
            )
        before = now
    return before[-1]


def _unlike(left: str, right: str) -> float:
    return _OTHER_COST if (left in _VOWELS) == (right in _VOWELS) else _UNLIKE_COST
