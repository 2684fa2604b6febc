"""Which words are said in sales calls, how often, and behind which: what makes one spelling likelier than another."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from pathlib import Path

from app.core.words import folded
from app.spoken.morphology import parses
from app.spoken.sound import sound_key

BEGIN = "<s>"
"""Stands before the first word of a sentence."""
_WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]+")
# A word alone of one letter is one of these; every other is a letter that was heard.
_SHORTEST = frozenset("виксоуая")
# How much of a word's chance comes from calls in general, and how much from what this company writes.
_OF_CALLS, _OF_COMPANY = 0.6, 0.15
_KNOWN_TO_DICTIONARY, _KNOWN_TO_NOBODY, _NUMBER = 1e-7, 1e-8, 1e-4
# So often must a word have been said that what followed it counts as much as how common words are.
_TRUSTED = 100.0
_SHORTEST_NEAR = 4
_TEXT_SIGNS = 400_000


@dataclass(frozen=True)
class CallWords:
    """Counted words of calls, as `installer.train_words` writes them.

    Args:
        counts: How often each word was said.
        pairs: For each word and `BEGIN`, what followed it how often.
        names: Words that are mostly written with a capital inside a sentence.
    """

    counts: Mapping[str, int]
    pairs: Mapping[str, Mapping[str, int]]
    names: frozenset[str]

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> CallWords:
        """Count the words of turns."""
        counts: Counter[str] = Counter()
        pairs: defaultdict[str, Counter[str]] = defaultdict(Counter)
        capitals: Counter[str] = Counter()
        for text in texts:
            for sentence in _SENTENCE_END.split(text):
                before = BEGIN
                for place, written in enumerate(_WORD.findall(sentence)):
                    word = folded(written)
                    counts[word] += 1
                    pairs[before][word] += 1
                    if place:
                        capitals[word] += 1 if written[:1].isupper() else -1
                    before = word
        return cls(counts, pairs, frozenset(word for word, more in capitals.items() if more > 0))

    @classmethod
    def read(cls, file: Path) -> CallWords:
        """Read what `write` has written."""
        stored = json.loads(gzip.decompress(file.read_bytes()))
        return cls(stored["counts"], stored["pairs"], frozenset(stored["names"]))

    def write(self, file: Path) -> None:
        """Write the counts; the same counts give the same bytes."""
        stored = {"counts": self.counts, "pairs": self.pairs, "names": sorted(self.names)}
        text = json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        file.write_bytes(gzip.compress(text.encode(), mtime=0))


class Vocabulary:
    """The words of calls and those of one company.

    Args:
        calls: What is said in calls in general.
        texts: What the company writes: its names, price list and knowledge; only the beginning of very much of it.
    """

    def __init__(self, calls: CallWords, texts: Iterable[str] = ()) -> None:
        self._calls = calls
        self._said = sum(calls.counts.values()) or 1
        self._followed = {before: sum(behind.values()) for before, behind in calls.pairs.items()}
        self._own = _counted(texts)
        self._written = sum(self._own.values()) or 1
        self._by_sound: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted({*calls.counts, *self._own}):
            if len(word) > 1 or word in _SHORTEST:
                self._by_sound[sound_key(word)].append(word)
        # Keys with one sign left out: two keys that share one are at most a sign apart.
        self._shortened: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._by_sound:
            if len(key) >= _SHORTEST_NEAR:
                for shorter in _one_left_out(key):
                    self._shortened[shorter].append(key)

    def has(self, word: str) -> bool:
        """Whether a folded word is said in calls or written by the company."""
        return word in self._calls.counts or word in self._own

    def is_name(self, word: str) -> bool:
        """Whether a folded word may be a name: one of people and places, or any word of the company's own."""
        return word in self._calls.names or word in self._own

    def surprise(self, before: str, word: str) -> float:
        """Minus the natural logarithm of the chance that a folded word follows another, or `BEGIN`."""
        chance = _OF_CALLS * self._calls.counts.get(word, 0) / self._said
        chance += _OF_COMPANY * self._own[word] / self._written
        if not chance:
            chance = _KNOWN_TO_DICTIONARY if is_in_dictionary(word) else _KNOWN_TO_NOBODY
            chance = _NUMBER if word.isdigit() else chance
        if followed := self._followed.get(before):
            trust = followed / (followed + _TRUSTED)
            chance = trust * self._calls.pairs[before].get(word, 0) / followed + (1 - trust) * chance
        return -log(chance)

    def sounding(self, key: str) -> list[str]:
        """The words that have a sound key."""
        return self._by_sound.get(key, [])

    def sounding_near(self, key: str) -> list[str]:
        """The words whose sound key is at most one sign away."""
        near = {key, *self._shortened.get(key, ())}
        if len(key) >= _SHORTEST_NEAR:
            for shorter in _one_left_out(key):
                near.update({shorter} if len(shorter) >= _SHORTEST_NEAR else (), self._shortened.get(shorter, ()))
        return [word for one in sorted(near) for word in self.sounding(one)]


def is_in_dictionary(word: str) -> bool:
    """Whether the dictionary of Russian has a folded word."""
    return bool(parses(word)[0].is_known)


def _counted(texts: Iterable[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    left = _TEXT_SIGNS
    for text in texts:
        counted.update(folded(word) for word in _WORD.findall(text[:left]))
        left -= len(text)
        if left <= 0:
            break
    return counted


def _one_left_out(key: str) -> Iterable[str]:
    return (key[:place] + key[place + 1 :] for place in range(len(key)))
