"""Contacts that are proposed and asked about, papers named with their day, and what a side waits for."""

from __future__ import annotations

import re
from dataclasses import replace

from app.core.i18n import _
from app.draft import proof
from app.draft.agreed_times import OTHER_TIME
from app.draft.conversation import Sentence, Turn
from app.draft.due_days import due_of
from app.draft.promise import CONTACTS, Promise, quoted, settled
from app.draft.promise_words import (
    DOCUMENT,
    PROPOSES,
    SENT_PERSON,
    TODAY,
    WHEN,
    acting_verbs,
    group_of,
    has_past_verb,
    place_of,
)
from app.draft.reading import Reading
from app.draft.step_wording import action_of, clause_of
from app.spoken.model import Certainty

_NEED = re.compile(r"\bник\w+|\bнет\b|\bбез\b|\bне\b|\bнуж\w+|\bнадо\b|\bможно\b|\bнельзя\b|\bзаканчива\w+|\bистека\w+")
_UNTIL = re.compile(r"\b(?:по|с|со|от)\s+\S{0,3}$")


def proposed_in(reading: Reading, turn: Turn, sentence: Sentence) -> list[Promise]:
    """«Предлагаю демонстрацию», «когда вас набрать?»: a meeting or a call once the client agrees."""
    if not turn.is_manager or has_past_verb(sentence.folded):
        return []
    text = sentence.folded
    group = group_of(text)
    moments = [
        m for m in reading.candidates.moments if m.turn is turn and sentence.start <= m.mark.start < sentence.end
    ]
    others = [v for v in acting_verbs(text) if v.person in ("2per", "3per") and v.lemma != "быть"]
    if SENT_PERSON.search(text):
        group = "visit"
    meets = group in CONTACTS and bool(moments)
    asks_when = group in CONTACTS and sentence.is_question and bool(WHEN.search(text))
    if not (PROPOSES.search(text) or ((meets or asks_when) and not others)):
        return []
    if group not in CONTACTS and SENT_PERSON.search(text):
        # The sentence has an action of its own and asks about that one.
        return []
    if group not in CONTACTS:
        group = _contact_around(reading, turn)
    answer = reading.conversation.next(turn.index)
    if not group or answer is None or answer.is_manager:
        return []
    if proof.refuses(answer.text) and not OTHER_TIME.search(answer.folded):
        return []
    due = due_of(reading, turn, sentence, place_of(group, sentence.text))
    promise = Promise(
        who="manager",
        group=group,
        action=_proposal(reading, turn, sentence, group),
        due=due.iso,
        due_sure=due.is_sure and proof.agrees(answer.text),
        place=turn.index,
        evidence=(quoted(reading, turn, sentence), reading.conversation.evidence(answer.index)),
        confirmed=True,
        hour=due.hour,
    )
    promise = settled(reading, promise, sentence)
    return [promise] if promise.due or proof.agrees(answer.text) else []


def _proposal(reading: Reading, turn: Turn, sentence: Sentence, group: str) -> str:
    """What is proposed: a bare «в среду в десять удобно?» takes the words from what was proposed before."""
    if WHEN.search(sentence.folded) and group == "call":
        return _("Позвонить")
    if group_of(sentence.folded):
        return clause_of(sentence, 0)
    before = reading.conversation.previous(turn.index, 2)
    for other in (turn, before):
        for said in other.sentences if other is not None and other.is_manager else ():
            kinds = (group, "show", "deliver")
            if group_of(said.folded) in kinds:
                verbs = [v for v in acting_verbs(said.folded) if v.person == "1per" and group_of(v.text) in kinds]
                return action_of(said, verbs[0]) if verbs else clause_of(said, 0)
    return clause_of(sentence, 0)


def _contact_around(reading: Reading, turn: Turn) -> str:
    """What a bare «в среду в десять удобно?» proposes: what this turn or the manager's turn before spoke of."""
    before = reading.conversation.previous(turn.index, 2)
    for text in (turn.folded, before.folded if before is not None and before.is_manager else ""):
        group = group_of(text)
        if group in ("show", "deliver"):
            return "visit"
        if group in CONTACTS:
            return group
    return ""


def papers_in(reading: Reading, turn: Turn, sentence: Sentence) -> list[Promise]:
    """«Договор сегодня до вечера, а счёт завтра с утра»: papers and their days, without a verb."""
    if sentence.is_question:
        return []
    found = []
    for piece in re.finditer(r"[^,;—–]+", sentence.folded):
        if not DOCUMENT.search(piece.group()) or len(piece.group().split()) > 7:
            continue
        verbs = acting_verbs(piece.group())
        allowed = ("быть", "уходить", "уйти") if turn.is_manager else ()
        if any(v.lemma not in allowed for v in verbs) or has_past_verb(piece.group()) or _NEED.search(piece.group()):
            continue
        marks = [
            m
            for m in reading.candidates.moments
            if m.turn is turn
            and sentence.start + piece.start() <= m.mark.start < sentence.start + piece.end()
            and not m.mark.is_past
            and m.mark.certainty is not Certainty.APPROXIMATE
            and not _UNTIL.search(turn.folded[: m.mark.start + 3])
        ]
        is_today = bool(verbs) and bool(TODAY.search(piece.group()))
        if not marks and not is_today:
            continue
        due = marks[0].mark.iso if marks else reading.at.date().isoformat()
        who = "manager" if turn.is_manager else "client"
        quote = (quoted(reading, turn, sentence),)
        begin = sentence.text[piece.start() : piece.end()]
        action = clause_of(replace(sentence, text=begin.strip()), 0)
        found.append(
            Promise(who, "send", action, due, due_sure=True, place=turn.index, evidence=quote, confirmed=False)
        )
    return found


def expected_in(reading: Reading, turn: Turn, sentence: Sentence) -> list[Promise]:
    """«Жду от вас смету в пятницу», «с вас договор»: what the other side owes."""
    match = re.search(r"\bжд[уе]м?\b|\bс (?:вас|тебя)\b", sentence.folded)
    if match is None or re.search(r"\bне\s+$", sentence.folded[: match.start()]):
        return []
    due = due_of(reading, turn, sentence, match.start())
    rest = sentence.folded[match.end() :]
    if SENT_PERSON.search("пришлю " + rest) or re.search(
        r"\bваш(?:его|их|у) (?:человек|мастер|инженер|специалист)", rest
    ):
        group = "visit"
    else:
        group = "send" if DOCUMENT.search(rest) else "call" if group_of(rest) == "call" else ""
    if not group or due.iso is None:
        return []
    who = "client" if turn.is_manager else "manager"
    quote = (quoted(reading, turn, sentence),)
    action = clause_of(sentence, match.start())
    return [Promise(who, group, action, due.iso, due.is_sure, turn.index, quote, confirmed=False, is_asked=True)]
