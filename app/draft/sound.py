"""How alike two Russian words sound: for names and articles that the recogniser wrote down wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.draft.conversation import Turn, fold
from app.draft.stems import stem

_SAME_SOUND = str.maketrans("оеэыюябгдвзжцщ", "аииииапктфсшсш")
_SILENT = re.compile(r"[^а-я0-9a-z]|[ьъй]")
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
_WORD = re.compile(r"[0-9a-zа-яё]+", re.IGNORECASE)


def to_cyrillic(text: str) -> str:
    """A Latin name as it is spoken, roughly: "Ozon" -> «озон»."""
    folded = fold(text)
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


def is_respelled(heard: str, meant: str) -> bool:
    """Whether the heard words are not those of a name in some case: «Кальцевой» for «Кольцова», not «Кольцовой».

    How a Latin name is written in Cyrillic is no mistake while it sounds the same.
    """
    if re.search(r"[a-z]", meant, re.IGNORECASE):
        return sound_key(heard) != sound_key(meant)
    said, known = _WORD.findall(to_cyrillic(heard)), _WORD.findall(fold(meant))
    if "".join(said) == "".join(known):
        return False
    return not {stem(word) for word in said} <= {stem(word) for word in known}


@dataclass(frozen=True, slots=True)
class Heard:
    """A place in a turn that sounds like a known name."""

    turn: int
    start: int
    end: int
    text: str
    score: float


def places_like(turn: Turn, name: str, *, at_least: float, max_words: int = 4) -> Iterator[Heard]:
    """Runs of words of a turn that sound like a name, best first."""
    key = sound_key(name)
    if not key:
        return
    spans = [(m.start(), m.end()) for m in _WORD.finditer(turn.text)]
    found: list[Heard] = []
    for first in range(len(spans)):
        for last in range(first, min(first + max_words, len(spans))):
            start, end = spans[first][0], spans[last][1]
            window = turn.text[start:end]
            if abs(len(sound_key(window)) - len(key)) > max(2, len(key) // 3):
                continue
            score = likeness(window, name)
            if score >= at_least:
                found.append(Heard(turn.index, start, end, window, score))
    yield from sorted(found, key=lambda heard: (-heard.score, heard.end - heard.start))
