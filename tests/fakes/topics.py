"""A model of topics that was told what to hear."""

from __future__ import annotations

from collections.abc import Sequence

from app.draft.topics import TOPICS, Topics, TurnFacts


class FakeTopicReader:
    """Finds a topic in the turns that hold its phrase, and nowhere else.

    Args:
        phrases: Phrase by topic; a topic without one sounds in no turn.
    """

    version = "fake"

    def __init__(self, phrases: dict[str, str]) -> None:
        self._phrases = phrases

    def read(self, facts: Sequence[TurnFacts]) -> Topics:
        def line(topic: str) -> tuple[float, ...]:
            phrase = self._phrases.get(topic)
            return tuple(0.9 if phrase and phrase in turn.text else 0.01 for turn in facts)

        return Topics(
            shares={topic: line(topic) for topic in TOPICS},
            expected=dict.fromkeys(TOPICS, 0.5),
            doubtful=dict.fromkeys(TOPICS, 0.05),
        )
