"""Text fields of a company's own: an answer to a question with the field's words, or what was said with them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.i18n import _
from app.deals.model import FieldDefinition
from app.draft import proof
from app.draft.amounts import positive_part
from app.draft.asked import POSSIBLE, heard_stems, nouns
from app.draft.conversation import fold, words_of
from app.draft.model import FieldValue
from app.draft.passages import Passage, chosen, evidence_of, quoted, unknown_speaker
from app.draft.reading import Reading, empty, proposed
from app.draft.stems import content_stems, overlap
from app.draft.wording import is_mostly_filler, lower_first

_LEAST_TEXT = 2.0
_ANSWER_SENTENCES = 2
_COLOUR = re.compile(
    r"\b(?:[а-я]+-?)?(?:бел|ч[её]рн|сер|красн|син|голуб|зел[её]н|ж[её]лт|оранжев|коричнев|бежев|розов|фиолетов|бордов|серебрист"
    r"|золотист|прозрачн|светл|т[её]мн)(?:еньк)?(?:ый|ий|ая|яя|ое|ее|ые|ие|ого|его|ой|ей|ую|юю|ых|их|ым|им|ыми|ими|ом|ем)\b"
    r"|\b(?:бордо|хаки|графит\w*|слоновая кость|орех\w*|дуб\w*|венге)\b"
)
_WHO = re.compile(r"^кто\b|^кого\b|^кому\b|^с кем\b|^чей\b|^контактн\w+ лицо|^ответственн\w+")
_PRONOUN = re.compile(r"\b(?:он|она|они|него|нее|ней|ним|нему|их|ими|это|там)\b")


def text_field(reading: Reading, definition: FieldDefinition) -> FieldValue:
    """A text field of a company's own: the answer to a question with its words, or the client's sentences with them."""
    conversation = reading.conversation
    named = _meaningful(definition.label)
    positive = positive_part(definition.definition)
    wide = _meaningful(definition.label + " " + positive)
    kinds = nouns(positive.split(":")[1]) if ":" in positive else frozenset()
    of_colour = bool(re.search(r"\bцвет|\bрасцветк|\bдекор\b|\bокрас", fold(definition.label + " " + positive)))
    pointed = set(reading.pointers.turns.get(definition.key, ()))
    found: list[Passage] = []
    for turn, sentence in conversation.sentences(manager=False):
        if sentence.is_question or proof.is_hypothetical(sentence) or POSSIBLE.search(sentence.folded):
            continue
        own = heard_stems(sentence.text)
        question = conversation.question_before(turn.index)
        asked = heard_stems(question)
        is_answer = bool(overlap(named, asked)) and turn.sentences.index(sentence) < _ANSWER_SENTENCES
        if is_mostly_filler(sentence.text) and not (is_answer and agreed_name(question)):
            continue
        score = 2.0 * len(overlap(named, own)) + 0.6 * len(overlap(wide - named, own))
        score += 2.2 if is_answer else 0.3 * len(overlap(wide - named, asked))
        score += 1.6 * len(overlap(kinds, own))
        score += 2.5 if of_colour and _COLOUR.search(sentence.folded) else 0
        score += 1.0 if turn.index in pointed else 0
        if score >= _LEAST_TEXT:
            found.append(Passage(turn, sentence, score))
    passages = chosen(found, limit=220, most=2)
    if not passages:
        return empty(definition.key)
    if _WHO.match(fold(definition.label)):
        passages = _with_persons(passages)
    doubt = unknown_speaker(passages) or _("Слова подобраны по описанию поля: прочтите, о том ли они.")
    value = quoted(passages)
    evidence = evidence_of(conversation, passages)
    name = agreed_name(conversation.question_before(passages[0].turn.index))
    before = conversation.previous(passages[0].turn.index)
    if (
        name
        and before is not None
        and proof.agrees(passages[0].sentence.text.split(",")[-1])
        and fold(name) not in fold(value)
    ):
        value = f"{name}; {lower_first(value)}"
        evidence = [conversation.evidence(before.index), *evidence]
    return proposed(definition.key, value, evidence, doubt=doubt)


def agreed_name(question: str) -> str:
    """A name in quotes within a question: «Прибор у вас «Омега двести», как и был?»."""
    match = re.search(r"«([^»]{3,40})»", question)
    return match.group(1).capitalize() if match else ""


# People stand in every question of how many.
_ANYBODY = frozenset({"люд", "человек", "людей"})


def _meaningful(text: str) -> frozenset[str]:
    """Stems by which a field is known: of words that are long enough to be told apart, and of their nouns."""
    long = " ".join(word for word in words_of(text) if len(word) > 3 or word.isupper())
    return (frozenset(one for one in content_stems(long) if len(one) > 3) | nouns(long)) - _ANYBODY


def _with_persons(passages: Sequence[Passage]) -> list[Passage]:
    """«Она всё и пришлёт» says nothing without the sentence before it."""
    more: dict[tuple[int, int], Passage] = {}
    for passage in passages:
        place = passage.turn.sentences.index(passage.sentence)
        if place > 0 and _PRONOUN.search(passage.sentence.folded):
            before = passage.turn.sentences[place - 1]
            more[passage.turn.index, before.start] = Passage(passage.turn, before, passage.score)
        more[passage.turn.index, passage.sentence.start] = passage
    return list(more.values())
