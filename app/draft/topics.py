"""What each turn of a call is about, by its meaning: a small trained model points, and code proves as ever.

The rules of this stage know phrases; people have more phrases than any list. So a linear model over sentence vectors,
words and kinds of values tells for each turn how likely it speaks of the budget, of who decides, and so on. It brings
no value and proves nothing: it shows a place to look at, and casts doubt where the words fit and the meaning does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

TOPICS = (
    "contact_name", "contact_role", "company_name", "phone", "email", "need", "product_interest", "budget_amount",
    "deadline", "decision_maker", "decision_process", "competitors", "objections", "payment_terms", "delivery_city",
    "next_step", "next_step_at", "step_of_manager", "step_of_client", "line_item",
    "stage_new", "stage_qualified", "stage_proposal", "stage_negotiation", "stage_contract", "stage_won",
    "stage_postponed", "stage_lost",
)  # fmt: skip
# Settled by the whole call and by other fields, not by a turn.
SETTLED_BY_CALL = ("stage", "interest_level")
MARKS = (
    "money", "moment", "time", "term", "phone", "email", "person", "organisation", "role", "city", "number", "question",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SentenceFacts:
    """A sentence of a turn: dictionary forms of its words in order, and the kinds of values found in it."""

    text: str
    words: tuple[str, ...]
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """What the model of topics is given of a turn.

    Args:
        place: Position among the turns, from 0.
        sentences: Its sentences; at least one.
        words: Dictionary forms of its words, in order.
        stems: Stems of the words that carry meaning.
        marks: Kinds of values found in it, of `MARKS`.
    """

    place: int
    text: str
    is_manager: bool
    sentences: tuple[SentenceFacts, ...]
    words: tuple[str, ...]
    stems: frozenset[str]
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What the model of topics is given of a field of a company's own, which no training has seen.

    Args:
        type: As in `FieldType`.
        definition: All of it; `meant` is the part that says what belongs into the field.
        options: Labels of its options; empty where it is no list.
        label_stems: Stems of the label; `meant_stems` those that the definition adds.
        named: For each turn of the call whether it names one of the options.
    """

    key: str
    type: str
    label: str
    definition: str
    meant: str
    options: tuple[str, ...]
    label_stems: frozenset[str]
    meant_stems: frozenset[str]
    named: tuple[bool, ...]


@dataclass(frozen=True)
class Topics:
    """How likely each turn speaks of each topic.

    Args:
        shares: For a topic one number from 0 to 1 per turn, in the order of the call.
        expected: From which number on a turn is worth showing as the place of a topic.
        doubtful: Below which number a turn hardly ever speaks of the topic.
        sentences: For a topic, turn by turn, one number per sentence; empty for topics that are read by turns alone.
        kinds: How likely the call is of each kind; empty where nobody read it.
        moods: How likely it is "positive", "neutral" or "negative" for the client.
    """

    shares: dict[str, tuple[float, ...]] = field(default_factory=dict)
    expected: dict[str, float] = field(default_factory=dict)
    doubtful: dict[str, float] = field(default_factory=dict)
    sentences: dict[str, tuple[tuple[float, ...], ...]] = field(default_factory=dict)
    kinds: dict[str, float] = field(default_factory=dict)
    moods: dict[str, float] = field(default_factory=dict)

    @property
    def kind(self) -> str | None:
        """The likeliest kind of the call; None where nobody read it."""
        return max(self.kinds, key=lambda kind: self.kinds[kind]) if self.kinds else None

    @property
    def mood(self) -> str | None:
        """The likeliest mood; None where nobody read it."""
        return max(self.moods, key=lambda mood: self.moods[mood]) if self.moods else None

    def share(self, topic: str, place: int) -> float:
        """The share of a turn; 0 for a topic that nobody read."""
        line = self.shares.get(topic, ())
        return line[place] if 0 <= place < len(line) else 0.0

    def sentence_share(self, topic: str, place: int, number: int) -> float:
        """The share of a sentence of a turn, by its number from 0; the turn's own where sentences were not read."""
        lines = self.sentences.get(topic, ())
        line = lines[place] if 0 <= place < len(lines) else ()
        return line[number] if 0 <= number < len(line) else self.share(topic, place)

    def places(self, topic: str) -> list[int]:
        """Turns worth showing for a topic, the likeliest first."""
        bar = self.expected.get(topic, 1.1)
        line = self.shares.get(topic, ())
        return sorted((place for place, share in enumerate(line) if share >= bar), key=lambda p: (-line[p], p))

    def is_doubtful(self, topic: str, places: Iterable[int]) -> bool:
        """None of these turns sounds like the topic. False for a topic that nobody read."""
        if topic not in self.shares:
            return False
        bar = self.doubtful.get(topic, 0.0)
        found = list(places)
        return bool(found) and all(self.share(topic, place) < bar for place in found)
