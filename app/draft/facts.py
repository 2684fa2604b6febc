"""What the model of topics is told of a call and of a company's own fields: words, stems, and kinds of values found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.deals.model import FieldDefinition, FieldType
from app.draft.amounts import positive_part
from app.draft.candidates import Candidates, Found
from app.draft.conversation import Conversation, Turn
from app.draft.options import is_named
from app.draft.stems import content_stems
from app.draft.topics import SETTLED_BY_CALL, TOPICS, FieldFacts, SentenceFacts, TurnFacts
from app.spoken.morphology import parses

_WORD = re.compile(r"[а-яa-z]+")


def facts(conversation: Conversation, candidates: Candidates) -> tuple[TurnFacts, ...]:
    """The facts of all turns that hold words."""
    found: dict[tuple[int, int], set[str]] = {}
    by_kind: dict[str, Iterable[Found[Any]]] = {
        "money": candidates.money,
        "moment": candidates.moments,
        "time": candidates.times,
        "term": candidates.terms,
        "phone": candidates.phones,
        "email": candidates.emails,
        "person": candidates.people,
        "organisation": candidates.organisations,
        "role": candidates.roles,
        "city": candidates.cities,
        "number": candidates.numbers,
    }
    for kind, marks in by_kind.items():
        for mark in marks:
            found.setdefault((mark.turn.index, mark.sentence.start), set()).add(kind)
    return tuple(_of_turn(place, turn, found) for place, turn in enumerate(conversation.turns))


def _of_turn(place: int, turn: Turn, found: Mapping[tuple[int, int], set[str]]) -> TurnFacts:
    sentences = tuple(
        SentenceFacts(
            one.text,
            dictionary_forms(one.folded),
            frozenset(found.get((turn.index, one.start), set()) | ({"question"} if one.is_question else set())),
        )
        for one in turn.sentences
    ) or (SentenceFacts(turn.text, dictionary_forms(turn.folded), frozenset()),)
    return TurnFacts(
        place,
        turn.text,
        turn.is_manager,
        sentences,
        dictionary_forms(turn.folded),
        content_stems(turn.text),
        frozenset(mark for one in sentences for mark in one.marks),
    )


def field_facts(conversation: Conversation, fields: Iterable[FieldDefinition]) -> tuple[FieldFacts, ...]:
    """The facts of a company's own fields; the usual ones have topics of their own."""
    return tuple(
        _of_field(conversation, one) for one in fields if one.key not in TOPICS and one.key not in SETTLED_BY_CALL
    )


def _of_field(conversation: Conversation, definition: FieldDefinition) -> FieldFacts:
    meant = positive_part(definition.definition)
    label_stems = content_stems(definition.label)
    is_list = definition.type in (FieldType.ENUM, FieldType.MULTIENUM)
    return FieldFacts(
        definition.key,
        str(definition.type),
        definition.label,
        definition.definition,
        meant,
        tuple(option.label for option in definition.options) if is_list else (),
        label_stems,
        content_stems(meant) - label_stems,
        tuple(is_list and is_named(definition.options, turn.text) for turn in conversation.turns),
    )


def dictionary_forms(folded: str) -> tuple[str, ...]:
    """The likeliest dictionary form of each word."""
    return tuple(str(parses(word)[0].normal_form).replace("ё", "е") for word in _WORD.findall(folded))
