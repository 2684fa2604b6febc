"""Names and articles of which a turn holds only the sound: where they stand, and whether they were heard otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.draft.conversation import Turn, fold
from app.draft.stems import stem
from app.spoken.sound import likeness, sound_key, to_cyrillic

_WORD = re.compile(r"[0-9a-zа-яё]+", re.IGNORECASE)


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
