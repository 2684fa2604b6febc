"""A model of topics that was told what to hear."""

from __future__ import annotations

from collections.abc import Sequence

from app.draft.topics import TOPICS, FieldFacts, Topics, TurnFacts


class FakeTopicReader:
    """Finds a topic in the turns that hold its phrase, and nowhere else.

    Args:
        phrases: Phrase by topic or own field; one without a phrase sounds in no turn.
    """

    version = "fake"

    def __init__(self, phrases: dict[str, str]) -> None:
        self._phrases = phrases

    def read(self, facts: Sequence[TurnFacts], fields: Sequence[FieldFacts] = ()) -> Topics:
        def share(topic: str, text: str) -> float:
            phrase = self._phrases.get(topic)
            return 0.9 if phrase and phrase in text else 0.01

        names = (*TOPICS, *(field.key for field in fields))
        return Topics(
            shares={name: tuple(share(name, turn.text) for turn in facts) for name in names},
            sentences={
                name: tuple(tuple(share(name, one.text) for one in turn.sentences) for turn in facts) for name in names
            },
            expected=dict.fromkeys(names, 0.5),
            doubtful=dict.fromkeys(names, 0.05),
        )
