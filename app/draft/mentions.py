"""Where articles of the price list are named, clause by clause, and how much of each name was said."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.draft.articles import Entry, Part
from app.draft.catalogue import Catalogue
from app.draft.conversation import Sentence, Turn
from app.draft.item_counts import plain_numbers
from app.draft.line_items import catalogue_of
from app.draft.reading import Reading
from app.knowledge.model import PriceItem

CUT = re.compile(r"[,;:—–]|\s(?:и|а|плюс|или|еще)\s")
"""What parts a sentence into clauses, each of which may name another article."""
_NEGATED = re.compile(r"\bне $")
# A part said before counts less than one said now, and less with each turn since.
_SAID_BEFORE, _A_TURN_AGO, _REMEMBERED_TURNS = 0.8, 0.8, 12
_IN_BRACKETS = 0.6
# «Два» is a count far more often than a part of a name; «сто двадцать» is not.
_SMALL_NUMBER = 0.5
_OTHER_MEASURE = 2.0
_CLEARLY = 0.3
# A word that fits more articles than this equally well names none of them.
_MOST_ALIKE = 40


@dataclass(frozen=True, slots=True)
class Mention:
    """A clause that names an article at least as well as any other.

    Args:
        start: Where the clause begins in the turn.
        end: Behind the clause.
        parts: What was said of the name, in order; never empty.
        cover: Which share of the name this makes up together with what was said shortly before, by weight.
        is_alone: No other article is named nearly as well.
    """

    entry: Entry
    turn: Turn
    sentence: Sentence
    start: int
    end: int
    parts: tuple[Part, ...]
    cover: float
    is_alone: bool

    @property
    def clause(self) -> str:
        """The clause, folded."""
        return self.turn.folded[self.start : self.end]

    @property
    def is_negated(self) -> bool:
        """«Не большой, а малый»."""
        return any(_NEGATED.search(self.turn.folded[self.sentence.start : part.start]) for part in self.parts)

    def holds(self, turn: int, place: int) -> bool:
        """Whether a character of a turn stands in the clause."""
        return self.turn.index == turn and self.start <= place < self.end


@dataclass(frozen=True, slots=True)
class NamePart:
    """A piece of speech that belongs to the name of each of some articles."""

    turn: int
    start: int
    end: int
    skus: frozenset[str]


@dataclass
class Mentions:
    """All that a call says of the price list.

    Args:
        of: The mentions of each article, in the order of the call.
        cover: The greatest cover of each article in any clause, also where another was named better.
        parts: What names consist of, in the order of the call.
    """

    of: dict[str, list[Mention]] = field(default_factory=lambda: defaultdict(list))
    cover: dict[str, float] = field(default_factory=dict)
    parts: list[NamePart] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name consists of; numbers are written "#120"."""

    entry: Entry
    words: frozenset[str]
    numbers: frozenset[str]
    units: frozenset[str]
    whole: float

    def said(self, parts: Iterable[Part], weights: Mapping[str, float]) -> tuple[dict[str, float], list[Part], int]:
        """The weights of what was said of it, the parts that said it, and how many measures differ from its own."""
        found: dict[str, float] = {}
        own, others = [], 0
        for part in parts:
            key, share = _key(part), 0.0
            if not part.is_number:
                share = 1.0 if key in self.words else _IN_BRACKETS if key in self.entry.aside else 0.0
            elif part.unit and (part.text, part.unit) not in self.entry.measures:
                others += part.unit in self.units
            elif part.unit or part.text in self.numbers:
                share = 1.0 if part.unit or float(part.text) >= 10 else _SMALL_NUMBER
            if share and (not part.is_number or float(part.text) >= 1):
                found[key] = max(found.get(key, 0.0), share * weights.get(key, 0.0))
                own.append(part)
        return found, own, others


class _Names:
    """What the names of a price list consist of, each taken apart when it is first spoken of."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._known: dict[int, _Name] = {}

    def with_some_of(self, parts: Iterable[Part]) -> list[_Name]:
        """The names that have any of some parts, in the order of the price list."""
        return [self._name(entry) for entry in self.catalogue.entries_with(map(_key, parts))]

    def _name(self, entry: Entry) -> _Name:
        if id(entry) not in self._known:
            words, numbers = entry.words | entry.names, entry.numbers
            whole = sum(self.catalogue.weight(key) for key in (*words, *(f"#{number}" for number in numbers)))
            units = frozenset(unit for _value, unit in entry.measures)
            self._known[id(entry)] = _Name(entry, words, numbers, units, whole)
        return self._known[id(entry)]


@lru_cache(maxsize=1)
def _names_of(price_list: tuple[PriceItem, ...]) -> _Names:
    return _Names(catalogue_of(price_list))


def find_mentions(reading: Reading) -> Mentions:
    """Where each article of the profile's price list is named."""
    names = _names_of(reading.profile.price_list)
    found = Mentions()
    said_in: dict[str, int] = {}
    for turn in reading.conversation.turns:
        parts = names.catalogue.parts_of(turn.text, [n.mark for n in plain_numbers(reading, turn)])
        for sentence in turn.sentences:
            for start, end in _clauses(sentence, parts):
                own = [part for part in parts if start <= part.start < end and not part.is_count]
                _read_clause(names, found, said_in, turn, sentence, (start, end), own)
                said_in |= {_key(part): turn.index for part in own}
    return found


def _clauses(sentence: Sentence, parts: Sequence[Part]) -> list[tuple[int, int]]:
    """The clauses of a sentence; none ends within a part."""
    cuts = [sentence.start]
    for sign in CUT.finditer(sentence.folded):
        place = sentence.start + sign.start()
        if not any(part.start < place < part.end for part in parts):
            cuts.append(place)
    return [(start, end) for start, end in zip(cuts, [*cuts[1:], sentence.end], strict=True) if end > start]


def _read_clause(  # noqa: PLR0917
    names: _Names,
    found: Mentions,
    said_in: Mapping[str, int],
    turn: Turn,
    sentence: Sentence,
    clause: tuple[int, int],
    parts: Sequence[Part],
) -> None:
    weights = names.catalogue.weights
    fits: list[tuple[float, _Name, list[Part]]] = []
    for name in names.with_some_of(parts):
        said, own, others = name.said(parts, weights)
        if not own:
            continue
        before = _said_before(name, said, said_in, turn.index, weights)
        fits.append((sum(said.values()) + before - _OTHER_MEASURE * others, name, own))
    if not fits:
        return
    first, second = sorted([fit[0] for fit in fits] + [0.0], reverse=True)[:2]
    best = [fit for fit in fits if fit[0] >= first - 1e-9]
    for strength, name, _own in fits:
        sku, cover = name.entry.item.sku, strength / (name.whole or 1.0)
        found.cover[sku] = max(cover, found.cover.get(sku, cover))
    if len(best) > _MOST_ALIKE:
        return
    of_part: dict[Part, set[str]] = {}
    for strength, name, own in best:
        sku, is_alone = name.entry.item.sku, strength > second + _CLEARLY
        cover = strength / (name.whole or 1.0)
        found.of[sku].append(Mention(name.entry, turn, sentence, *clause, tuple(own), cover, is_alone))
        for part in own:
            of_part.setdefault(part, set()).add(sku)
    found.parts += [NamePart(turn.index, part.start, part.end, frozenset(skus)) for part, skus in of_part.items()]


def _said_before(
    name: _Name, said: Mapping[str, float], said_in: Mapping[str, int], turn: int, weights: Mapping[str, float]
) -> float:
    """The weight of those parts of a name that were said lately and not now."""
    keys = [key for key in (*name.words, *(f"#{number}" for number in name.numbers)) if key not in said]
    ago = {key: turn - said_in[key] for key in keys if key in said_in}
    return sum(
        _SAID_BEFORE * _A_TURN_AGO**turns * weights.get(key, 0.0)
        for key, turns in ago.items()
        if turns <= _REMEMBERED_TURNS
    )


def _key(part: Part) -> str:
    return f"#{part.text}" if part.is_number else part.text
