"""Yes/no fields of a company's own: said outright, answered, or settled by who does the work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.i18n import _
from app.deals.model import FieldDefinition
from app.draft import proof
from app.draft.amounts import positive_part
from app.draft.asked import heard_stems, nouns
from app.draft.conversation import Sentence, Turn, fold
from app.draft.model import Evidence, FieldValue, LineItem
from app.draft.reading import Reading, empty, proposed
from app.draft.stems import content_stems, overlap, stem, stems_of
from app.spoken.morphology import parses

_YES = re.compile(
    r"\bнуж(?:ен|на|но|ны)\b|\bнадо\b|\bдавайте\b|\bхотим\b|\bхочу\b|\bхотел\w*\b|\bпришлите\b"
    r"|\bзаклад\w+|\bбер[её]м\b|\bвключ\w+|\bобязательно\b|\bпонадоб\w+|\bдобав\w+"
    r"|\bзакаж\w+|\bваш\w*\b|\bпод ключ\b|\bможно\b|\bпривезите\b|\bс (?:вашим|нашим)\b"
)
_NO = re.compile(
    r"\bне (?:нуж(?:ен|на|но|ны)|надо|буд\w+|требу\w+|хо\w+|заклад\w+|бер[её]м|понадоб\w+"
    r"|интересу\w+|включ\w+|актуальн\w+)\b|\bсвои(?:ми)?\b|\bсвоих\b|\bсвоей\b|\bсвой\b"
    r"|\bсами\b|\bсам\b|\bобойд\w+|\bбез\b|\bотказ\w+|\bлишн\w+|\bни к чему\b|\bникак\w+\b"
    r"|\bтолько\b.{0,20}\bбез\b"
)


@dataclass(frozen=True, slots=True)
class _Vote:
    turn: Turn
    is_yes: bool
    weight: float
    evidence: tuple[Evidence, ...]


def bool_field(reading: Reading, definition: FieldDefinition, items: Sequence[LineItem] = ()) -> FieldValue:
    """Yes or no: said outright by the client, or as an answer to the manager's question; the last word counts."""
    topic = _Topic.of(definition)
    votes = _votes(reading, topic)
    taken = next((item for item in items if overlap(topic.named, stems_of(item.name.split("(")[0])[:1])), None)
    if taken is not None and all(vote.is_yes for vote in votes) and not any(vote.weight >= 2 for vote in votes):
        unsaid = _("Следует из выбранных позиций, прямо об этом не сказали.")
        return proposed(definition.key, _("да"), taken.evidence, norm=True, doubt=unsaid)
    if not votes:
        return empty(definition.key)
    last = votes[-1]
    strongest = max(vote.weight for vote in votes)
    if last.weight < strongest - 1.5:
        last = next(vote for vote in reversed(votes) if vote.weight == strongest)
    doubt: str | None = None
    if last.turn.is_unknown:
        doubt = _("Не ясно, кто это сказал.")
    elif last.weight < 2:
        doubt = _("Об этом говорили, но прямо «да» или «нет» не прозвучало.")
    elif any(vote.is_yes != last.is_yes and vote.weight >= 2 for vote in votes):
        doubt = _("В разговоре звучали и «да», и «нет»: взято последнее.")
    value = _("да") if last.is_yes else _("нет")
    return proposed(definition.key, value, last.evidence, norm=last.is_yes, doubt=doubt)


@dataclass(frozen=True)
class _Topic:
    """What a yes/no field is about.

    Args:
        named: Stems of its label, else of its definition.
        wide: Stems of the nouns and verbs of its definition.
        by_us: The question is who does the work: we, or the client themselves.
    """

    named: frozenset[str]
    wide: frozenset[str]
    by_us: bool

    @staticmethod
    def of(definition: FieldDefinition) -> _Topic:
        text = fold(definition.definition)
        choices = text.split(".")[0]
        wide = nouns(choices) | frozenset(
            stem(w)
            for w in re.findall(r"[а-я]+", choices)
            if parses(w)[0].tag.POS in ("VERB", "INFN") and not _SAYS_NOTHING.match(w)
        )
        wide = frozenset(one for one in wide if not _SAYS_NOTHING.match(one))
        whole = fold(definition.label) + " " + choices
        by_us = bool(re.search(r"\bмы\b|\bнами\b|\bнаш\w*\b", whole) and re.search(r"\bсам[аи]?\b|\bсвоими\b", choices))
        return _Topic(topic_stems(definition), wide, by_us)

    def fits(self, text: str) -> float:
        """1 where a text speaks of the field by its label, 0.5 by its definition, else 0."""
        if overlap(self.named, stems_of(text)):
            return 1.0
        hits = len(overlap(self.wide, heard_stems(text)))
        return 0.5 if hits >= (1 if self.by_us else 2) else 0.0


_SAYS_NOTHING = re.compile(
    r"^(?:клиент|менеджер|отказ|соглас|бер|реч|был|говор|обсужд|проси|прос|сказ|нужн|нуж|реш|вопрос|хоч|хот|дела|сдела|сам)"
)
_OURS = re.compile(r"\bваш(?:и|е|а|у|ей|ими|их)?\b|\bвы\b|\bвами\b|\bс вас\b|\bпод ключ\b")
_OWN = re.compile(r"\bсам(?:и|а)?\b|\bсво(?:и|ими|их|ей|ем|ими силами)\b|\bмо(?:и|ими)\b|\bнаши (?:[а-я]+ )?[а-я]+")
_ASSENTS = re.compile(
    r"\b(?:я|мы) за\b|\bбер[её]м\b|\bберу\b|\bсоглас\w+|\bдавайте\b|\bпопробуем\b|\bконечно\b|\bобязательно\b"
)
_ASKS_WHICH = re.compile(r"\bкак(?:ие|ой|ая|ое)\b|\bчто\b|\bчего\b")
_ONE_MORE, _SHORT_ECHO = 2, 4


def topic_stems(definition: FieldDefinition) -> frozenset[str]:
    """The words a yes/no field is about: those of its label, else of its definition."""
    return content_stems(definition.label) or content_stems(positive_part(definition.definition))


def _votes(reading: Reading, topic: _Topic) -> list[_Vote]:
    conversation = reading.conversation
    votes: list[_Vote] = []
    for turn, sentence in conversation.sentences():
        fits = topic.fits(sentence.text)
        if not fits or proof.is_hypothetical(sentence):
            continue
        quote = conversation.evidence(turn.index, sentence.start, sentence.end)
        if turn.is_manager:
            answer = conversation.next(turn.index)
            if answer is None or answer.is_manager or not answer.sentences:
                continue
            offers = sentence.is_question or (turn.text.rstrip().endswith("?") and sentence is turn.sentences[-1])
            answered = _answered(reading, turn, sentence, answer, topic, offers=offers)
            if answered is not None:
                is_yes, weight, said, said_in = answered
                first = conversation.evidence(said_in.index, said.start, said.end)
                votes.append(_Vote(said_in, is_yes, weight if fits == 1 else min(weight, _WIDE), (first, quote)))
            continue
        said_by_client = _said(reading, turn, sentence, topic)
        if said_by_client is not None:
            is_yes, weight = said_by_client
            votes.append(_Vote(turn, is_yes, weight if fits == 1 else min(weight, _WIDE), (quote,)))
    return [vote for vote in votes if vote.weight >= 1]


# Spoken of in the words of the definition: worth showing, no proof.
_WIDE = 1.5


def plain_answer(reading: Reading, turn: Turn) -> bool | None:
    """What a client's turn says to the question before it, or by itself: yes, no, or None for neither."""
    for sentence in turn.sentences:
        if sentence.is_question or proof.is_hypothetical(sentence):
            continue
        is_first = sentence is turn.sentences[0]
        asked = is_first and bool(reading.conversation.question_before(turn.index))
        if _NO.search(sentence.folded) or (asked and proof.refuses(sentence.text)):
            return False
        if _YES.search(sentence.folded) or (asked and proof.agrees(sentence.text)):
            return True
    return None


def _said(reading: Reading, turn: Turn, sentence: Sentence, topic: _Topic) -> tuple[bool, float] | None:
    """What a client's sentence about the topic says, with its weight."""
    whole = sentence.folded
    clauses = [piece for piece in re.split(r"[,;:—–]|\bа вот\b|\bно\b", whole) if topic.fits(piece)]
    clause = clauses[-1] if clauses else whole
    if topic.by_us and (done_by := _done_by(clause)) is not None:
        return done_by, 1.5 if sentence.is_question and not done_by else 2.0
    if _NO.search(clause) or (re.search(r"^\W*(?:нет|не)\b", whole) and len(clauses) == 1 and _NO.search(whole)):
        return False, 2.5
    if sentence.is_question:
        return (True, 1.0) if re.search(r"\bможно\b|\bпришл|\bпривез|\bсделаете\b", whole) else None
    if _YES.search(clause):
        return True, 2.5
    if _YES.search(whole):
        return True, 2.0
    asked = _ASKS_WHICH.search(reading.conversation.question_before(turn.index))
    return (True, 1.2) if asked else None


def _done_by(text: str) -> bool | None:
    """True where our side is to do it, False where the client does it themselves; the last word counts."""
    ours, own = [*_OURS.finditer(text)], [*_OWN.finditer(text)]
    if not ours and not own:
        return None
    return not own or bool(ours and ours[-1].start() > own[-1].start())


def _answered(
    reading: Reading, turn: Turn, sentence: Sentence, answer: Turn, topic: _Topic, *, offers: bool
) -> tuple[bool, float, Sentence, Turn] | None:
    """What is answered to the manager's words about the topic: yes or no, how surely, in which sentence."""
    first = answer.sentences[0]
    if topic.by_us and offers and (done_by := _done_by(first.folded)) is not None:
        return done_by, 2.2, first, answer
    refuses = not first.is_question and (proof.refuses(first.text) or _NO.search(first.folded))
    if refuses and (offers or _shares_noun(sentence, first)):
        return False, 2.5 if offers else 2.0, first, answer
    if first.is_question and len(answer.sentences) > 1 and len(first.text.split()) <= _SHORT_ECHO:
        first = answer.sentences[1]
    if not first.is_question and offers and (proof.agrees(first.text) or _YES.search(first.folded)):
        return True, 2.2, first, answer
    if not refuses and (offers or _OFFERS.search(sentence.folded)):
        return _assented(reading, turn)
    return None


_OFFERS = re.compile(
    r"\bесть\b|\bможем\b|\bмогу\b|\bдавайте\b|\bпредлага\w+|\bтогда\b|\bприез\w+|\bпривез\w+|\bсделаем\b|\bставим\b"
)


def _assented(reading: Reading, turn: Turn) -> tuple[bool, float, Sentence, Turn] | None:
    """«А ничего не надо?» — «Нет» — «Тогда я за»: the offer is taken after a question about it."""
    for steps in (1, 1 + _ONE_MORE):
        later = reading.conversation.next(turn.index, steps)
        if later is None or later.is_manager:
            return None
        for said in later.sentences[:2]:
            if _ASSENTS.search(said.folded) and not said.is_question and not _NO.search(said.folded):
                return True, 1.5, said, later
        if not any(said.is_question for said in later.sentences):
            return None
    return None


def _shares_noun(left: Sentence, right: Sentence) -> bool:
    return bool(nouns(left.text) & nouns(right.text))
