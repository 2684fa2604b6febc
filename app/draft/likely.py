"""Turns that sound like a topic or a field, and the values said in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from app.core.i18n import _
from app.draft import proof
from app.draft.candidates import Found, Mark, in_turn
from app.draft.conversation import Sentence, Turn
from app.draft.model import Evidence
from app.draft.reading import Reading

M = TypeVar("M", bound=Mark)
MOST_PLACES = 3
_ABOUT_AS_LIKELY = 0.2


def misplaced() -> str:
    return _("Слова подходят, но речь здесь могла идти о другом: сверьте.")


def by_place() -> str:
    return _("Прямо не названо, место найдено по смыслу: прочтите.")


def likely_turns(reading: Reading, topic: str) -> list[Turn]:
    """The likeliest turns of a topic, a question followed by its answer."""
    result: list[Turn] = []
    for place in reading.topics.places(topic)[:MOST_PLACES]:
        turn = reading.conversation.turns[place]
        result.append(turn)
        answer = reading.conversation.next(turn.index)
        if turn.is_manager and answer is not None and answer.is_client:
            result.append(answer)
    return [turn for turn in dict.fromkeys(result) if not turn.is_machine and not proof.is_joke(turn)]


def turns_about(reading: Reading, key: str) -> tuple[Turn, ...]:
    """The turns that speak of a field with those around them; the whole call where no topics were read."""
    if not reading.topics.shares:
        return tuple(reading.conversation.turns)
    near = {place + step for place in reading.topics.places(key)[:MOST_PLACES] for step in (-1, 0, 1)}
    return tuple(turn for place, turn in enumerate(reading.conversation.turns) if place in near)


def likely_mark(reading: Reading, topic: str, found: Sequence[Found[M]]) -> Found[M] | None:
    """Of the likeliest turn that has such values said by the client the one of the likeliest sentence.

    Hypothetical ones are no values; of sentences that are about as likely the last counts, as what was said last.
    """
    for turn in likely_turns(reading, topic):
        marks = [
            one
            for one in in_turn(found, turn.index)
            if turn.is_client
            and proof.weakness(reading.conversation, turn, one.mark.start) not in ("hypothetical", "example", "joke")
        ]
        if marks:
            most = max(_sentence_share(reading, topic, one) for one in marks)
            return [one for one in marks if _sentence_share(reading, topic, one) > most - _ABOUT_AS_LIKELY][-1]
    return None


def likely_sentences(reading: Reading, topic: str, turn: Turn) -> list[Sentence]:
    """The sentences of a client's turn, those that speak most of the topic first; hypothetical ones left out."""
    if not turn.is_client:
        return []
    place = reading.conversation.place(turn.index)
    numbered = [(n, s) for n, s in enumerate(turn.sentences) if not proof.is_hypothetical(s)]
    return [s for n, s in sorted(numbered, key=lambda one: -reading.topics.sentence_share(topic, place, one[0]))]


def _sentence_share(reading: Reading, topic: str, found: Found[M]) -> float:
    place = reading.conversation.place(found.turn.index)
    return reading.topics.sentence_share(topic, place, found.turn.sentences.index(found.sentence))


def quote_of(reading: Reading, found: Found[M]) -> list[Evidence]:
    return [reading.candidates.evidence(found)]
