"""Lines that the rules of line items miss: articles that many signs together call wanted, with the likeliest count."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.core.i18n import _
from app.draft.articles import Entry
from app.draft.choices import are_variants
from app.draft.item_signs import COUNT, WANTED, ItemSigns
from app.draft.matching import said_name
from app.draft.mentions import Mention
from app.draft.model import Evidence, FieldStatus, LineItem, Misheard
from app.draft.reading import Reading
from app.settings import ITEM_WEIGHTS

_MOST_QUOTES = 4


@dataclass(frozen=True, slots=True)
class ItemWeights:
    """What was learned of which articles are wanted, and how many.

    Args:
        wanted: Weight of each sign of `WANTED`.
        shift: Added to their sum.
        count: Weight of each sign of `COUNT`.
        bar: From which likelihood on, of article and count together, a line is shown.
    """

    wanted: Mapping[str, float]
    shift: float
    count: Mapping[str, float]
    bar: float

    def likelihood(self, signs: Mapping[str, float]) -> float:
        """How likely an article is wanted, 0 to 1."""
        total = self.shift + math.fsum(self.wanted[name] * signs[name] for name in WANTED)
        return 1 / (1 + math.exp(-total)) if total > -500 else 0.0

    def likeliest(self, counts: Mapping[int, Mapping[str, float]]) -> tuple[int, float]:
        """The likeliest of some counts, and how likely it is among them, 0 to 1."""
        sums = {
            qty: math.fsum(self.count[name] * signs[name] for name in COUNT) for qty, signs in sorted(counts.items())
        }
        best = max(sums, key=lambda qty: sums[qty])
        return best, 1 / math.fsum(math.exp(one - sums[best]) for one in sums.values())


@dataclass(frozen=True, slots=True)
class Likely:
    """An article with its likeliest count; `likelihood` is that both are right, 0 to 1."""

    entry: Entry
    qty: int
    likelihood: float


@lru_cache(maxsize=4)
def read_weights(path: Path = ITEM_WEIGHTS) -> ItemWeights:
    """The weights as they come with the program."""
    stored = json.loads(path.read_text("utf-8"))
    return ItemWeights(
        wanted={name: float(stored["wanted"][name]) for name in WANTED},
        shift=float(stored["shift"]),
        count={name: float(stored["count"][name]) for name in COUNT},
        bar=float(stored["bar"]),
    )


def likely_items(
    reading: Reading, taken: Sequence[LineItem], weights: ItemWeights | None = None
) -> tuple[LineItem, ...]:
    """Lines beside those that the rules found, in the order they came up; each is for a person to look at.

    Args:
        taken: The lines of the rules; no line is made for their articles.
        weights: Others than come with the program.
    """
    if not reading.profile.price_list:
        return ()
    signs = ItemSigns(reading, taken)
    weights = weights or read_weights()
    return tuple(_line(reading, signs, one) for one in likely_articles(signs, weights) if one.likelihood >= weights.bar)


def likely_articles(signs: ItemSigns, weights: ItemWeights) -> list[Likely]:
    """Articles that the rules did not take, below the bar too; of variants with one count only the likeliest."""
    found = []
    for entry in signs.articles():
        if signs.is_taken(entry) or not _may_be_wanted(signs, entry):
            continue
        counts = signs.count(entry)
        qty, share = weights.likeliest(counts)
        if signs.is_taken_in_variant(entry, qty) or signs.is_uncounted(entry, qty):
            continue
        found.append(Likely(entry, qty, weights.likelihood(signs.wanted(entry, counts)) * share))
    return [one for one in found if not _is_outdone(one, found)]


def _may_be_wanted(signs: ItemSigns, entry: Entry) -> bool:
    """Whether it was named as more than a thought, and not refused in the end."""
    named = signs.mentions.of[entry.item.sku]
    return not signs.is_refused(entry) and not all(signs.is_hypothetical(mention) for mention in named)


def _is_outdone(one: Likely, found: Sequence[Likely]) -> bool:
    """Of variants of one thing with one count, only one is meant."""
    rivals = [other for other in found if other is not one and other.qty == one.qty]
    return any(
        are_variants(other.entry, one.entry)
        and (other.likelihood, one.entry.item.sku) > (one.likelihood, other.entry.item.sku)
        for other in rivals
    )


def _line(reading: Reading, signs: ItemSigns, one: Likely) -> LineItem:
    item = one.entry.item
    named = signs.mentions.of[item.sku]
    best = max(named, key=lambda mention: mention.cover)
    quotes = [*_quotes_of_name(reading, best, named), *_quotes_of_count(reading, signs, one, named)]
    heard = said_name(one.entry, best.parts, best.turn.text) if any(part.heard for part in best.parts) else ""
    return LineItem(
        sku=item.sku,
        name=item.name,
        qty=one.qty,
        status=FieldStatus.REVIEW,
        evidence=tuple(sorted(dict.fromkeys(quotes), key=lambda quote: quote.segment)[:_MOST_QUOTES]),
        reason=_("Найдено по совокупности примет: сверьте товар и количество."),
        misheard=(Misheard(heard, item.name),) if heard else (),
    )


def _quotes_of_name(reading: Reading, best: Mention, named: Sequence[Mention]) -> list[Evidence]:
    """Where it is named best, and where the client named it last."""
    client = [mention for mention in named if mention.turn.is_client]
    shown = [best, *client[-1:]]
    return [reading.conversation.evidence(one.turn.index, one.parts[0].start, one.parts[-1].end) for one in shown]


def _quotes_of_count(reading: Reading, signs: ItemSigns, one: Likely, named: Sequence[Mention]) -> list[Evidence]:
    """Where its count was said nearest to its name."""
    sku = one.entry.item.sku
    said = [
        count for count in signs.counts if count.value == one.qty and (one.qty > 1 or count.nearness.get(sku, 0.0) > 0)
    ]
    if not said:
        return []
    turns = [mention.turn.index for mention in named]
    nearest = max(
        said,
        key=lambda count: (
            count.nearness.get(sku, 0.0),
            -min(abs(count.turn.index - turn) for turn in turns),
            count.turn.index,
        ),
    )
    return [reading.conversation.evidence(nearest.turn.index, nearest.start, nearest.end)]
