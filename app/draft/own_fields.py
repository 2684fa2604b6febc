"""A company's own fields where the rules' words end: the value said in the turn that sounds like the field.

No training has seen these fields; what is found by their likeness to a turn is for a person to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldType
from app.draft import proof
from app.draft.conversation import Turn
from app.draft.custom_texts import agreed_name
from app.draft.likely import by_place, likely_turns
from app.draft.model import FieldValue
from app.draft.passages import Passage, chosen, evidence_of, quoted
from app.draft.reading import Reading, proposed
from app.draft.topics import SETTLED_BY_CALL, TOPICS
from app.draft.wording import is_mostly_filler
from app.draft.yes_no import plain_answer

Finder = Callable[[Reading, str], FieldValue | None]
_TEXT_LIMIT, _MOST_SENTENCES = 220, 3


def own_finder(reading: Reading, key: str) -> Finder | None:
    """How a value of a field of the company's own is read from a likely turn; None for the usual fields."""
    definition = reading.profile.field(key)
    if definition is None or key in TOPICS or key in SETTLED_BY_CALL:
        return None
    find = _BY_TYPE.get(definition.type)
    return None if find is None else lambda reading, _key: find(reading, definition)


def _answers(reading: Reading, definition: FieldDefinition) -> Iterator[Turn]:
    """The client's likely turns, the likeliest first."""
    for turn in likely_turns(reading, definition.key):
        if turn.is_client and not proof.is_taken_back(turn):
            yield turn


def _yes_or_no(reading: Reading, definition: FieldDefinition) -> FieldValue | None:
    for turn in _answers(reading, definition):
        answer = plain_answer(reading, turn)
        if answer is not None:
            return proposed(
                definition.key,
                _("да") if answer else _("нет"),
                [reading.conversation.evidence(turn.index)],
                norm=answer,
                doubt=by_place(),
            )
    return None


def _words(reading: Reading, definition: FieldDefinition) -> FieldValue | None:
    """The sentences of the likeliest answer; with a bare yes the name that was asked about."""
    for turn in _answers(reading, definition):
        told = [s for s in turn.sentences if not s.is_question and not is_mostly_filler(s.text)]
        kept = chosen([Passage(turn, sentence, 1.0) for sentence in told], limit=_TEXT_LIMIT, most=_MOST_SENTENCES)
        if kept:
            quotes = evidence_of(reading.conversation, kept)
            return proposed(definition.key, quoted(kept), quotes, doubt=by_place())
        name = agreed_name(reading.conversation.question_before(turn.index))
        before = reading.conversation.previous(turn.index)
        if name and before is not None and proof.agrees(turn.text):
            quotes = [reading.conversation.evidence(before.index), reading.conversation.evidence(turn.index)]
            return proposed(definition.key, name, quotes, doubt=by_place())
    return None


# Numbers, dates, phones and options found so were wrong more often than right: a turn that sounds like the field names
# others of their kind too. They stay with the rules.
_BY_TYPE: dict[FieldType, Callable[[Reading, FieldDefinition], FieldValue | None]] = {
    FieldType.BOOL: _yes_or_no,
    FieldType.TEXT: _words,
    FieldType.LONGTEXT: _words,
}
