"""Promises, requests and proposals of one turn, each with its owner and its day."""

from __future__ import annotations

import re

from app.draft import proof
from app.draft.agreed_times import OTHER_TIME
from app.draft.conversation import Sentence, Turn
from app.draft.due_days import Due, clause_at, due_of
from app.draft.promise import CONTACTS, Promise, quoted, settled
from app.draft.promise_words import (
    AFTER_DEAL,
    AT_ONCE,
    CONCESSION,
    DATED_ACTION,
    DONE_BY_OTHERS,
    HABIT,
    HEDGED,
    INSTALLS,
    LIGHT_VERBS,
    NO_ACTION,
    RANK,
    REPORTED,
    SENT_PERSON,
    THIRD_PERSON,
    Verb,
    acting_verbs,
    group_of,
)
from app.draft.proposing import expected_in, papers_in, proposed_in
from app.draft.reading import Reading
from app.draft.step_wording import action_of

_COMES = re.compile(r"\bк вам\b|\bу вас\b|\bприед|\bподъед|\bзаед|\bвстре")
_BY_CLIENT_UNDATED = frozenset({"send", "call", "clarify", "show"})
_PRESENT_OF_CLIENT = frozenset({"send", "call", "visit", "pay"})


def promises_of(reading: Reading, turn: Turn) -> list[Promise]:
    """What the speaker of a turn promises, asks for and proposes."""
    found: list[Promise] = []
    for sentence in turn.sentences:
        text = sentence.folded
        if proof.is_hypothetical(sentence) or AFTER_DEAL.search(text) or REPORTED.search(text) or HABIT.search(text):
            continue
        verbs = acting_verbs(text)
        own = [
            (text[: verb.start].count(","), p)
            for verb in verbs
            if not verb.is_order and (p := _promised(reading, turn, sentence, verb)) is not None
        ]
        found += _one_per_day(own)
        found += [p for verb in verbs if verb.is_order and (p := _asked(reading, turn, sentence, verb)) is not None]
        found += expected_in(reading, turn, sentence)
        if not own:
            found += proposed_in(reading, turn, sentence) or papers_in(reading, turn, sentence)
    return found


def _promised(reading: Reading, turn: Turn, sentence: Sentence, verb: Verb) -> Promise | None:
    """The promise that a verb makes, if it makes one."""
    if verb.person == "2per":
        return _asked_for(reading, turn, sentence, verb)
    if re.search(r"\bне\s+(?:\w+\s+)?$", sentence.folded[: verb.start]):
        return None
    group = _group(sentence, verb)
    due = due_of(reading, turn, sentence, verb.start)
    if verb.person == "3per":
        if not _is_by_our_people(turn, sentence, verb, group, due):
            return None
        group = group or "show"
    elif not _is_promise(reading, turn, sentence, verb, group, due):
        return None
    if sentence.is_question and not _is_answered(reading, turn, is_third=verb.person == "3per"):
        return None
    who = "manager" if turn.is_manager else "client"
    promise = Promise(
        who=who,
        group=group or "prepare",
        action=action_of(sentence, verb),
        due=due.iso,
        due_sure=due.is_sure,
        place=turn.index,
        evidence=(quoted(reading, turn, sentence),),
        confirmed=verb.person != "3per",
        hour=due.hour,
    )
    return settled(reading, promise, sentence)


def _group(sentence: Sentence, verb: Verb) -> str:
    if verb.lemma in LIGHT_VERBS or verb.lemma == "попросить":
        around = group_of(
            sentence.folded[verb.start :] if verb.lemma == "попросить" else clause_at(sentence, verb.start)
        )
        if around in CONTACTS:
            return around
    group = group_of(verb.text + " " + verb.lemma)
    if group in ("send", "prepare") and SENT_PERSON.search(sentence.folded):
        # «Пришлю мастера» is a visit and no parcel.
        return "visit"
    if group == "deliver" and INSTALLS.search(sentence.folded):
        # «Привезу, поставлю и обучим смену»: people come along.
        return "visit"
    return group


def _is_promise(  # noqa: PLR0911, PLR0917
    reading: Reading, turn: Turn, sentence: Sentence, verb: Verb, group: str, due: Due
) -> bool:
    """«Я сделаю», «завтра отправляю»: a first person that speaks of what will be done."""
    text = sentence.folded
    today = reading.at.date().isoformat()
    if HEDGED.search(text) or (AT_ONCE.search(text) and group in ("prepare", "clarify", "show", "")):
        return False
    if not verb.is_future:
        if due.iso is None or not group or due.iso[:10] < today or sentence.is_question:
            return False
        if group == "call" and due.iso == today:
            return False
        return turn.is_manager or group in _PRESENT_OF_CLIENT
    if verb.lemma in NO_ACTION and not (
        verb.lemma in DATED_ACTION and due.iso is not None and not sentence.is_question
    ):
        return False
    if turn.is_client and re.search(r"\bесли\b", text[: verb.start]):
        return False
    if turn.is_client and group == "visit" and not _COMES.search(text):
        return False
    if due.iso is None and not due.hour:
        if turn.is_client:
            return group in _BY_CLIENT_UNDATED
        return bool(group) and group != "deliver" and not CONCESSION.search(text)
    if group == "deliver" and due.is_deadline:
        # «Довезём до двадцатого» repeats by when the client needs it.
        return False
    return bool(group) or (turn.is_manager and not sentence.is_question)


def _is_by_our_people(turn: Turn, sentence: Sentence, verb: Verb, group: str, due: Due) -> bool:
    """What a third person of the speaker's side will do: «мастер приедет», «девочки вам скинут»."""
    text = sentence.folded
    if not verb.is_future and (due.iso is None or sentence.is_question):
        return False
    if turn.is_client:
        if due.iso is None and not due.hour:
            return False
        return verb.lemma in DONE_BY_OTHERS or (
            group in ("send", "call", "pay") and bool(re.search(r"\bвам\b|\bтебе\b|\bваш\w*", text))
        )
    if verb.lemma in NO_ACTION or not group:
        return False
    if verb.lemma in ("уйти", "уходить"):
        return due.iso is not None
    return bool(THIRD_PERSON.search(text)) or group in ("call", "visit", "deliver")


def _is_answered(reading: Reading, turn: Turn, *, is_third: bool) -> bool:
    """The other side says yes, or another time."""
    answer = reading.conversation.next(turn.index)
    if is_third or answer is None or answer.is_manager == turn.is_manager:
        return False
    if proof.agrees(answer.text):
        return True
    has_time = any(m.turn is answer for m in reading.candidates.moments) or any(
        t.turn is answer for t in reading.candidates.times
    )
    return has_time and (not proof.refuses(answer.text) or bool(OTHER_TIME.search(answer.folded)))


def _one_per_day(found: list[tuple[int, Promise]]) -> list[Promise]:
    """Several verbs of one sentence and one day make one step: «отправлю макет и позвоню».

    A call and a parcel in clauses of their own are two: «завтра перезвоню, и заодно счёт пришлю».
    """
    kept: dict[tuple[str | None, int, bool], Promise] = {}
    for clause, promise in found:
        key = (promise.due[:10] if promise.due else None, clause, promise.group in CONTACTS)
        twin = next((k for k in kept if k[0] == key[0] and (k[1] == clause or k[2] == key[2])), key)
        old = kept.get(twin)
        if promise.group in ("clarify", "show", "prepare") and old is None:
            twin = next((k for k in kept if k[0] == key[0]), key)
            old = kept.get(twin)
        if old is None or RANK.get(promise.group, 9) < RANK.get(old.group, 9):
            kept[twin] = promise
    loose = [
        k for k, p in kept.items() if p.group in ("clarify", "show") and any(o[0] == k[0] and o != k for o in kept)
    ]
    return [p for k, p in kept.items() if k not in loose]


def _asked_for(reading: Reading, turn: Turn, sentence: Sentence, verb: Verb) -> Promise | None:
    """«Документацию скинете?» — «вечером»: what the other side is asked for and does not refuse."""
    infinitive = re.search(r"\b[а-я]+ть\b", sentence.folded[verb.end :]) if verb.lemma in ("мочь", "смочь") else None
    group = group_of(infinitive.group()) if infinitive else group_of(verb.text + " " + verb.lemma)
    answer = reading.conversation.next(turn.index)
    if not sentence.is_question or not (verb.is_future or infinitive) or group not in ("send", "pay"):
        return None
    if answer is None or answer.is_manager == turn.is_manager or proof.refuses(answer.text):
        return None
    due = due_of(reading, turn, sentence, verb.start, is_request=True)
    if due.iso is None and answer.sentences:
        due = due_of(reading, answer, answer.sentences[0], 0, is_request=True)
    if due.iso is None and not proof.agrees(answer.text):
        return None
    return Promise(
        who="client" if turn.is_manager else "manager",
        group=group,
        action=action_of(sentence, verb),
        due=due.iso,
        due_sure=due.is_sure,
        place=turn.index,
        evidence=(quoted(reading, turn, sentence), reading.conversation.evidence(answer.index)),
        confirmed=proof.agrees(answer.text),
        is_asked=True,
    )


def _asked(reading: Reading, turn: Turn, sentence: Sentence, verb: Verb) -> Promise | None:
    """«Позвоните мне в понедельник»: a step of the other side once it agrees or falls silent on it."""
    group = _group(sentence, verb)
    if not group or re.search(r"\bне\s+(?:\w+\s+)?$|\bчтобы?\b", sentence.folded[: verb.start]):
        return None
    answer = reading.conversation.next(turn.index)
    if answer is not None and answer.is_manager == turn.is_manager:
        answer = None
    if answer is not None and proof.refuses(answer.text):
        return None
    due = due_of(reading, turn, sentence, verb.start, is_request=True)
    evidence = [quoted(reading, turn, sentence)]
    is_agreed = answer is not None and (proof.agrees(answer.text) or _promises_something(answer))
    if turn.is_manager and group in ("prepare", "clarify", "visit") and due.iso is None:
        return None
    if due.iso is None and not due.hour and (not is_agreed or group == "pay" or CONCESSION.search(sentence.folded)):
        return None
    if is_agreed and answer is not None:
        evidence.append(reading.conversation.evidence(answer.index))
    promise = Promise(
        who="client" if turn.is_manager else "manager",
        group=group,
        action=action_of(sentence, verb),
        due=due.iso,
        due_sure=due.is_sure,
        place=turn.index,
        evidence=tuple(evidence),
        confirmed=is_agreed,
        hour=due.hour,
        is_asked=True,
    )
    return settled(reading, promise, sentence)


def _promises_something(turn: Turn) -> bool:
    return any(
        v.person == "1per" and v.is_future and v.lemma not in NO_ACTION
        for sentence in turn.sentences
        for v in acting_verbs(sentence.folded)
    )
