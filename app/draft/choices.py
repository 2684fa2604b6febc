"""Articles a call is about while it goes on: chosen, corrected, refused, and settled on in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.draft.articles import Entry, Part
from app.draft.conversation import Turn, fold
from app.draft.model import Evidence


@dataclass
class Choice:
    """An article, or several that only a range tells apart, while the call goes on.

    `heard` is the first name it was called by that only sounds like its own, "" without one.
    """

    entry: Entry
    rivals: tuple[Entry, ...] = ()
    weight: float = 0.0
    first_turn: int = 0
    last_turn: int = 0
    heard: str = ""
    qty: int | None = None
    qty_sure: bool = False
    counts: set[int] = field(default_factory=set)
    counted_in: int = 0
    is_summed: bool = False
    is_single: bool = False
    is_refused: bool = False
    quotes: list[Evidence] = field(default_factory=list)


@dataclass
class Talk:
    """What is being talked about right now, with what was said of each kind of thing before."""

    contexts: dict[frozenset[str], list[Part]] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()
    focus: list[Choice] = field(default_factory=list)
    pending: dict[frozenset[str], Choice] = field(default_factory=dict)

    def context_of(self, heads: frozenset[str]) -> tuple[frozenset[str], list[Part]]:
        """What was said before of a thing; of what is in focus where no kind is named."""
        if not heads:
            return self.heads, self.contexts.get(self.heads, [])
        known = next((key for key in self.contexts if key & heads), heads)
        return known, self.contexts.get(known, [])


def resolve_ranges(choices: dict[str, Choice]) -> None:
    """«Монтаж» means the one whose range holds the thing it is for: 61–120 кВт for a boiler of 120."""
    goods = [c for c in settled(choices) if not c.rivals]
    for sku, choice in list(choices.items()):
        if not choice.rivals:
            continue
        for entry in choice.rivals:
            low, high, unit = entry.ranges[0]
            values = [float(v) for c in goods for v, u in c.entry.measures if u == unit]
            if values and all(low <= value <= high for value in values):
                choice.entry = entry
                break
        else:
            del choices[sku]


def settled(choices: dict[str, Choice]) -> list[Choice]:
    """Articles that stay: refused ones out, and of two variants of one thing the later, unless both were wanted."""
    alive = [c for c in choices.values() if not c.is_refused and c.weight >= 1.4]
    kept: list[Choice] = []
    for choice in sorted(alive, key=lambda c: c.first_turn):
        rivals = [
            c
            for c in alive
            if c is not choice and are_variants(c.entry, choice.entry) and not _are_counted_together(c, choice)
        ]
        if any(_beats(rival, choice) for rival in rivals):
            continue
        kept.append(choice)
    return kept


def _are_counted_together(left: Choice, right: Choice) -> bool:
    """«Пять малых и одна большая»: each has its own count, said in one breath; both are wanted."""
    return bool(left.qty and right.qty) and left.counted_in == right.counted_in


def are_variants(left: Entry, right: Entry) -> bool:
    if fold(left.item.unit) != fold(right.item.unit) or not left.head & right.head:
        return False
    both, either = left.words & right.words, left.words | right.words
    return len(both) >= 0.5 * len(either) or len(either) - len(both) <= 2


def _beats(rival: Choice, choice: Choice) -> bool:
    """The variant settled on: later in the call and at least nearly as strong."""
    if rival.last_turn != choice.last_turn:
        later = rival.last_turn > choice.last_turn
        return rival.weight >= choice.weight - 0.5 if later else rival.weight > choice.weight + 1.5
    return rival.weight > choice.weight + 0.5


def supersede(choice: Choice, choices: dict[str, Choice], turn: Turn) -> None:
    """«Ой, нет, двадцать пять восемьдесят»: the variant named just before was a slip; its count goes over."""
    for other in choices.values():
        near = 0 <= turn.index - other.last_turn <= 2
        if other is not choice and near and not choice.is_refused and are_variants(other.entry, choice.entry):
            other.is_refused = True
            choice.weight = max(choice.weight, other.weight)
            if choice.qty is None:
                choice.qty, choice.qty_sure = other.qty, other.qty_sure


def differ_by_range(entries: Sequence[Entry]) -> bool:
    return all(e.ranges for e in entries) and len({e.words for e in entries}) == 1
