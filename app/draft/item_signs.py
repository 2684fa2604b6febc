"""Signs that an article is wanted and that a number is its count, each one a number for a trained line to weigh.

They are told by what was said, and by nothing the rules of line items know but the lines they found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.draft import proof
from app.draft.articles import Entry, unit_of
from app.draft.choices import Choice, are_variants
from app.draft.conversation import fold
from app.draft.item_counts import COUNT_UNITS, counts_well, free_numbers, is_own_unit
from app.draft.line_items import REFUSED_NEXT, REFUSES, TAKES
from app.draft.mentions import Mention, find_mentions
from app.draft.model import LineItem
from app.draft.priced_counts import LEAST_SUM, in_thousands, side_by_side
from app.draft.reading import Reading
from app.draft.spoken_counts import SpokenCount, spoken_counts

WANTED = (
    "name_said",  # which share of its name was said, in the clause that said most of it
    "has_word",  # a word of its name was said, and not numbers alone
    "by_manager",  # how many clauses of the manager's named it
    "taken",  # how many of the client's took it: «давайте», «нужен»
    "refused",  # how many of the client's refused it, and how many of the manager's were answered with a no
    "hypothetical",  # how many said «если бы» or answered it
    "past",  # how many spoke of another time
    "price_said",  # its price was said
    "counted",  # a number stands near its name
    "count_follows",  # a number follows its name in the sentence
    "counted_alone",  # a clause names nothing else and holds one number
    "count_said_again",  # a number around it was said by the other side too
    "sum_said",  # its price times a count that may be its own was said
    "sibling_taken",  # the rules have a similar article among the lines
)
COUNT = (
    "sum_said",  # price times count was said as a sum
    "sum_near",  # and within some turns of its name
    "nearness",  # how near the number stands to its name
    "own_unit",  # its unit stands behind the number
    "other_unit",  # a measure stands behind it: litres, metres
    "no_unit_of_goods",  # a word stands behind it that counts no goods
    "affordable",  # price times count is no more than twice the greatest sum
    "one",  # it is one
    "by_client",  # how often the client said it
    "said_again",  # both sides said it in neighbouring turns
    "superseded",  # it was taken back in the same turn
)
_NEAR_TURNS, _NEAREST_TURNS, _NEAR_SUM_TURNS = 8, 3, 4
_LEAST_PRICE = 50
_FEW = 4
_TWICE = 2.1


class ItemSigns:
    """The signs of one call.

    Args:
        taken: The lines that the rules found.
    """

    def __init__(self, reading: Reading, taken: Sequence[LineItem]) -> None:
        self._conversation = reading.conversation
        self.mentions = find_mentions(reading)
        self.counts = spoken_counts(reading, self.mentions)
        self._said = _said_amounts(reading)
        self._sums = {turn: {round(v) for v in said if v >= LEAST_SUM} for turn, said in self._said.items()}
        self._all_sums = frozenset().union(*self._sums.values())
        self._shares = _shares(reading)
        self._taken = {item.sku: item.qty for item in taken}

    def articles(self) -> list[Entry]:
        """Articles that some clause names best, in the order of the call."""
        return [named[0].entry for named in self.mentions.of.values()]

    def is_taken(self, entry: Entry) -> bool:
        """Whether the rules have a line for it."""
        return entry.item.sku in self._taken

    def is_taken_in_variant(self, entry: Entry, qty: int) -> bool:
        """Whether the rules have a line for a variant of it, with the same count."""
        taken = (sku for sku, count in self._taken.items() if count == qty and sku in self.mentions.of)
        return any(are_variants(self.mentions.of[sku][0].entry, entry) for sku in taken)

    def is_uncounted(self, entry: Entry, qty: int) -> bool:
        """Whether these are goods that only the manager named, and nobody counted."""
        named = self.mentions.of[entry.item.sku]
        is_said = any(count.value == qty for count in self._near(named))
        return not is_said and counts_well(Choice(entry)) and all(mention.turn.is_manager for mention in named)

    def wanted(self, entry: Entry, counts: Mapping[int, Mapping[str, float]]) -> dict[str, float]:
        """What `WANTED` names, of an article.

        Args:
            counts: What `count` gives for it.
        """
        sku = entry.item.sku
        named = self.mentions.of[sku]
        client = [mention for mention in named if mention.turn.is_client]
        manager = [mention for mention in named if mention.turn.is_manager]
        near = self._near(named)
        price = float(entry.item.price)
        return {
            "name_said": self.mentions.cover[sku],
            "has_word": float(any(not part.is_number for mention in named for part in mention.parts)),
            "by_manager": float(len(manager)),
            "taken": float(sum(_takes(mention) for mention in client)),
            "refused": float(sum(self._is_refused(mention) for mention in named)),
            "hypothetical": float(sum(self.is_hypothetical(mention) for mention in named)),
            "past": float(sum(proof.is_past(mention.sentence) for mention in named)),
            "price_said": float(price >= _LEAST_PRICE and any(price in said for said in self._said.values())),
            "counted": float(any(signs["nearness"] > 0 for signs in counts.values())),
            "count_follows": float(any(sku in count.follows for count in near)),
            "counted_alone": float(any(_is_alone(count, near, named) for count in near)),
            "count_said_again": float(any(count.is_said_again for count in near)),
            "sum_said": float(any(signs["sum_said"] for qty, signs in counts.items() if qty >= 2)),
            "sibling_taken": float(self._has_sibling(entry)),
        }

    def count(self, entry: Entry) -> dict[int, dict[str, float]]:
        """What `COUNT` names, of each number that an article may be counted by, one included."""
        named = self.mentions.of[entry.item.sku]
        found: dict[int, list[SpokenCount]] = {1: []}
        for qty in self._taken.values():
            if qty:
                found.setdefault(qty, [])
        for count in self._near(named):
            found.setdefault(count.value, []).append(count)
        return {qty: self._of_count(entry, named, qty, said) for qty, said in found.items()}

    def is_refused(self, entry: Entry) -> bool:
        """Whether the client's last word of it is a no, or the answer to the manager's, who alone named it."""
        named = self.mentions.of[entry.item.sku]
        client = [mention for mention in named if mention.turn.is_client]
        return self._is_refused((client or named)[-1])

    def is_hypothetical(self, mention: Mention) -> bool:
        """Named in «если бы…», or in the answer to it."""
        return proof.is_hypothetical(mention.sentence) or proof.is_answer_to_hypothetical(
            self._conversation, mention.turn
        )

    def _of_count(
        self, entry: Entry, named: Sequence[Mention], qty: int, said: Sequence[SpokenCount]
    ) -> dict[str, float]:
        whole = float(entry.item.price) * qty
        units = {count.unit for count in said if count.unit}
        own = {word for word in units if is_own_unit(word, Choice(entry))}
        strange = {word for word in units - own if not COUNT_UNITS.match(word)}
        nearest = (one for one in said if _turns_between(one.turn.index, named) <= _NEAREST_TURNS)
        return {
            "sum_said": float(self._is_sum(whole, self._all_sums)),
            "sum_near": float(qty >= 2 and self._is_sum(whole, self._sums_near(named))),
            "nearness": max((count.nearness.get(entry.item.sku, 0.0) for count in nearest), default=0.0),
            "own_unit": float(bool(own)),
            "other_unit": float(any(unit_of(word) for word in strange)),
            "no_unit_of_goods": float(any(not unit_of(word) for word in strange)),
            "affordable": float(whole <= _TWICE * max(self._all_sums, default=0)),
            "one": float(qty == 1),
            "by_client": float(min(sum(count.turn.is_client for count in said), _FEW)),
            "said_again": float(any(count.is_said_again for count in said)),
            "superseded": float(any(count.is_superseded for count in said)),
        }

    def _near(self, named: Sequence[Mention]) -> list[SpokenCount]:
        """Numbers around the names of an article that are neither in its name nor its price."""
        return [
            count
            for count in self.counts
            if _turns_between(count.turn.index, named) <= _NEAR_TURNS
            and not _is_price(named[0].entry, count.value)
            and not any(count.is_in_name_of(mention) for mention in named)
        ]

    def _is_refused(self, mention: Mention) -> bool:
        if mention.turn.is_client:
            return _refuses(mention)
        answer = self._conversation.next(mention.turn.index)
        is_last = mention.sentence == mention.turn.sentences[-1]
        return is_last and answer is not None and answer.is_client and proof.refuses(answer.text)

    def _has_sibling(self, entry: Entry) -> bool:
        """Whether an article of the same kind and unit is among the lines."""
        unit = fold(entry.item.unit)
        others = (self.mentions.of[sku][0].entry for sku in self._taken if sku in self.mentions.of)
        return any(
            other.item.sku != entry.item.sku and other.head & entry.head and fold(other.item.unit) == unit
            for other in others
        )

    def _is_sum(self, whole: float, sums: Iterable[float]) -> bool:
        if whole < LEAST_SUM:
            return False
        due = [whole * share for share in self._shares]
        return any(abs(total - one) < 1 for total in sums for one in due)

    def _sums_near(self, named: Sequence[Mention]) -> set[int]:
        return {
            total
            for turn, sums in self._sums.items()
            if sums and _turns_between(turn, named) <= _NEAR_SUM_TURNS
            for total in sums
        }


def _is_alone(count: SpokenCount, counts: Sequence[SpokenCount], named: Sequence[Mention]) -> bool:
    return any(
        mention.is_alone
        and mention.holds(count.turn.index, count.start)
        and sum(mention.holds(other.turn.index, other.start) for other in counts) == 1
        for mention in named
    )


def _is_price(entry: Entry, number: int) -> bool:
    """«По шестьсот девяносто»: what one costs is no count of it."""
    price = float(entry.item.price)
    return number >= _LEAST_PRICE and number in (price, price / 1000)


def _takes(mention: Mention) -> bool:
    return bool(TAKES.search(mention.clause)) and not _refuses(mention) and not mention.sentence.is_question


def _refuses(mention: Mention) -> bool:
    behind = mention.sentence.after(mention.parts[-1].end)
    return mention.is_negated or bool(REFUSES.search(mention.clause) or REFUSED_NEXT.search(behind))


def _turns_between(turn: int, named: Iterable[Mention]) -> int:
    return min(abs(turn - mention.turn.index) for mention in named)


def _said_amounts(reading: Reading) -> dict[int, set[float]]:
    """The numbers and sums of each turn, also as they are meant where thousands are left out."""
    said: dict[int, set[float]] = defaultdict(set)
    for turn in reading.conversation.turns:
        said[turn.index] |= {float(found.mark.value) for found in free_numbers(reading, turn)}
    for money in reading.candidates.money:
        said[money.turn.index].add(float(money.mark.value))
    return {
        turn: amounts | in_thousands(amounts) | side_by_side(reading, turn) for turn, amounts in said.items() if amounts
    }


def _shares(reading: Reading) -> set[float]:
    """What is left of a sum after each discount that was named, and the whole."""
    percents = {
        abs(float(found.mark.value))
        for found in reading.candidates.numbers
        if fold(found.mark.unit).startswith("процент")
    }
    return {1.0} | {1 - percent / 100 for percent in percents if 0 < percent < 50}
