"""Next steps: who promised what, and for when; several with different owners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.i18n import _
from app.draft import proof
from app.draft.conversation import Sentence, Turn, fold
from app.draft.model import Evidence, FieldStatus, FieldValue, NextStep
from app.draft.promise_words import (
    AFTER_DEAL,
    DATED_ACTION,
    DONE_BY_OTHERS,
    NO_ACTION,
    PROPOSES,
    RANK,
    REPORTED,
    REQUEST,
    SENT_PERSON,
    THIRD_PERSON,
    TODAY,
    group_of,
    infinitive,
    place_of,
    promising_verb,
)
from app.draft.reading import Reading, empty, proposed
from app.draft.wording import day, tidy
from app.spoken.model import Certainty

# The other side asks for another day or hour.
_OTHER_TIME = re.compile(
    r"\b(?:лучше|удобнее|попозже|позже|пораньше|перенес\w+|не могу|не смогу|не получится|не выйдет|занят[аы]?)\b"
    r"|\b(?:давайте|можно|а если)\b(?=[^.?!]{0,20}[.?!]?$)"
)


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise or an agreement while it is being put together.

    Args:
        group: What kind of action it is: "call", "visit", "send"…
        place: Index of the turn in which it was made.
        confirmed: Promised outright, or agreed to by the other side.
    """

    who: str
    group: str
    action: str
    due: str | None
    due_sure: bool
    place: int
    evidence: tuple[Evidence, ...]
    confirmed: bool


def promises(reading: Reading) -> tuple[Promise, ...]:
    """Promises and agreements, each once, in the order in which they were made."""
    found = [p for turn in reading.conversation.turns for p in _promises(reading, turn)]
    dated = [_dated_by_answer(reading, p) for p in found]
    last = {p.place: p for p in dated if p.due and p.group in ("call", "visit")}
    return tuple(_merged([_moved(reading, p) if last.get(p.place) is p else p for p in dated]))


def next_steps(found: Sequence[Promise]) -> tuple[NextStep, ...]:
    """Promises as steps of a draft."""
    return tuple(_step(promise) for promise in found)


def _dated_by_answer(reading: Reading, promise: Promise) -> Promise:
    """A day that the answer makes exact: «звоните в марте, в середине» — «пятнадцатого марта, записал»."""
    answer = reading.conversation.next(promise.place)
    if promise.due is not None and promise.due_sure:
        return _timed(reading, promise, answer)
    if answer is None or promise.group not in ("call", "visit"):
        return promise
    if promise.due is not None and _OTHER_TIME.search(answer.folded):
        return promise
    due, sure = date_in_turn(reading, answer, 0)
    if due is None or not sure or len(answer.text) > 120:
        return promise
    evidence = (*promise.evidence, reading.conversation.evidence(answer.index))
    return replace(promise, due=due, due_sure=True, evidence=tuple(dict.fromkeys(evidence)))


def _timed(reading: Reading, promise: Promise, answer: Turn | None) -> Promise:
    """The hour that the one who agrees adds: «в четверг созвонимся?» — «да, давайте, часов в одиннадцать»."""
    if promise.due is None or "T" in promise.due or answer is None or promise.group not in ("call", "visit"):
        return promise
    asked = reading.conversation.turn(promise.place)
    times = [t.mark for t in reading.candidates.times if t.turn is answer]
    if answer.is_manager == asked.is_manager or len(times) != 1 or not proof.agrees(answer.text):
        return promise
    sure = times[0].certainty is Certainty.EXACT
    evidence = (*promise.evidence, reading.conversation.evidence(answer.index))
    return replace(promise, due=f"{promise.due}T{times[0].iso}", due_sure=sure, evidence=tuple(dict.fromkeys(evidence)))


def _moved(reading: Reading, promise: Promise) -> Promise:
    """Another day or hour that the other side asked for: «в девять?» — «нет, лучше в десять» — «в десять».

    Sure only once the first side says the new time again or agrees to it.
    """
    turn = reading.conversation.turn(promise.place)
    answer = reading.conversation.next(promise.place)
    if promise.due is None or answer is None or answer.is_manager == turn.is_manager:
        return promise
    wish = _OTHER_TIME.search(answer.folded)
    if wish is None:
        return promise
    due = _wished(reading, answer, wish.start(), promise.due)
    if due is None or due == promise.due:
        return promise
    last = reading.conversation.next(promise.place, 2)
    sure = last is not None and last.is_manager == turn.is_manager and _takes(reading, last, due)
    quotes = [reading.conversation.evidence(answer.index)]
    if last is not None and sure:
        quotes.append(reading.conversation.evidence(last.index))
    return replace(promise, due=due, due_sure=sure, evidence=(*promise.evidence[:1], *quotes), confirmed=True)


def _wished(reading: Reading, turn: Turn, start: int, old: str) -> str | None:
    """The day and time asked for behind a place of a turn; a time alone keeps the old day."""
    moments = [m.mark for m in reading.candidates.moments if m.turn is turn and m.mark.start >= start]
    days = [m for m in moments if not m.is_past and m.certainty is not Certainty.GUESS]
    times = [t.mark.iso for t in reading.candidates.times if t.turn is turn and t.mark.start >= start]
    times += [m.iso[11:] for m in moments if "T" in m.iso]
    if days:
        day_said = days[-1].iso
        return day_said if "T" in day_said or not times else f"{day_said}T{times[-1]}"
    return f"{old[:10]}T{times[-1]}" if times else None


def _takes(reading: Reading, turn: Turn, due: str) -> bool:
    """The turn agrees, or names the new time or day itself."""
    if proof.refuses(turn.text):
        return False
    own = [m.mark.iso for m in reading.candidates.moments if m.turn is turn]
    own += [t.mark.iso for t in reading.candidates.times if t.turn is turn]
    return proof.agrees(turn.text) or any(iso in due or due in iso for iso in own)


def _step(promise: Promise) -> NextStep:
    reason = None
    if promise.due is not None and not promise.due_sure:
        reason = _("Срок назван неточно или взят из соседней фразы: сверьте.")
    elif not promise.confirmed:
        reason = _("Похоже на обещание: прочтите, так ли это.")
    status = FieldStatus.REVIEW if reason else FieldStatus.VERIFIED
    return NextStep(promise.who, promise.action, promise.due, status, promise.evidence, reason)


def _promises(reading: Reading, turn: Turn) -> list[Promise]:
    found: list[Promise] = []
    for sentence in turn.sentences:
        text = sentence.folded
        if proof.is_hypothetical(sentence) or AFTER_DEAL.search(text) or REPORTED.search(text):
            continue
        own = [p for verb in _verbs(sentence) if (p := _promised(reading, turn, sentence, verb)) is not None]
        found += _one_per_day(own)
        found += _requests(reading, turn, sentence)
        found += _proposals(reading, turn, sentence)
    return found


def _promised(reading: Reading, turn: Turn, sentence: Sentence, verb: tuple[int, int, str, str]) -> Promise | None:
    """The promise that a verb makes, if it makes one."""
    start, end, lemma, person = verb
    text = sentence.folded
    group = group_of(text[start:end] + " " + lemma)
    if group == "send" and SENT_PERSON.search(text):
        group = "visit"
    due, sure = _due(reading, turn, sentence, start)
    by_another = person == "3per"
    if by_another and turn.is_client:
        if due is None or lemma not in DONE_BY_OTHERS:
            return None
        group = group or "show"
    elif (
        (lemma in NO_ACTION and not (lemma in DATED_ACTION and due is not None and not sentence.is_question))
        or not group
        or (by_another and not (THIRD_PERSON.search(text) or group in ("call", "visit", "deliver")))
    ):
        return None
    if re.search(r"\bне\s+(?:\w+\s+)?$", text[:start]):
        return None
    if sentence.is_question:
        answer = reading.conversation.next(turn.index)
        if by_another or answer is None or answer.is_manager == turn.is_manager or not proof.agrees(answer.text):
            return None
    who = "manager" if turn.is_manager else "client"
    action = tidy(_clause_of(sentence, start), 140)
    quote = (_quote(reading, turn, sentence),)
    return Promise(who, group, action, due, sure, turn.index, quote, confirmed=not by_another)


def _one_per_day(found: list[Promise]) -> list[Promise]:
    """Several verbs of one sentence and one day make one step: «отправлю макет и позвоню»."""
    kept: dict[str | None, Promise] = {}
    for promise in found:
        old = kept.get(promise.due)
        if old is None or RANK.get(promise.group, 9) < RANK.get(old.group, 9):
            kept[promise.due] = promise
    return list(kept.values())


def _verbs(sentence: Sentence) -> list[tuple[int, int, str, str]]:
    result = []
    for match in re.finditer(r"[а-я]+", sentence.folded):
        verb = promising_verb(match.group())
        if verb is not None and verb[1] in ("1per", "3per"):
            result.append((match.start(), match.end(), verb[0], verb[1]))
    return result


def _clause_of(sentence: Sentence, place: int) -> str:
    """The piece of a sentence around a verb; short pieces take their neighbours along."""
    if len(sentence.text) <= 110:
        return sentence.text
    pieces = list(re.finditer(r"[^,;—–]+[,;—–]?", sentence.text))
    index = next((i for i, p in enumerate(pieces) if p.start() <= place < p.end()), 0)
    start, end = pieces[index].start(), pieces[index].end()
    while end - start < 60 and index + 1 < len(pieces):
        index += 1
        end = pieces[index].end()
    return sentence.text[start:end]


def _quote(reading: Reading, turn: Turn, sentence: Sentence) -> Evidence:
    return reading.conversation.evidence(turn.index, sentence.start, sentence.end)


def _requests(reading: Reading, turn: Turn, sentence: Sentence) -> list[Promise]:
    """«Позвоните мне в понедельник»: a step of the other side once it agrees or falls silent on it."""
    match = REQUEST.search(sentence.folded)
    if match is None or re.search(r"\bне\s+$", sentence.folded[: match.start()]):
        return []
    answer = reading.conversation.next(turn.index)
    refused = answer is not None and answer.is_manager != turn.is_manager and proof.refuses(answer.text)
    if refused:
        return []
    who = "client" if turn.is_manager else "manager"
    due, sure = _due(reading, turn, sentence, match.start(), is_request=True)
    evidence = [_quote(reading, turn, sentence)]
    agreed = (
        answer is not None
        and answer.is_manager != turn.is_manager
        and (proof.agrees(answer.text) or bool(_verbs_of(answer)))
    )
    if agreed and answer is not None:
        evidence.append(reading.conversation.evidence(answer.index))
    action = _as_action(_clause_of(sentence, match.start()))
    return [Promise(who, group_of(match.group()), action, due, sure, turn.index, tuple(evidence), confirmed=agreed)]


def _verbs_of(turn: Turn) -> list[str]:
    return [
        lemma
        for sentence in turn.sentences
        for _s, _e, lemma, person in _verbs(sentence)
        if person == "1per" and lemma not in NO_ACTION
    ]


def _as_action(text: str) -> str:
    """«Позвоните мне в понедельник» -> «Позвонить в понедельник»."""
    line = tidy(text, 140)
    match = REQUEST.search(fold(line))
    if match is None:
        return line
    line = line[: match.start()] + infinitive(line[match.start() : match.end()]) + line[match.end() :]
    line = re.sub(r"\s+\b(?:мне|нам)\b", "", line)
    return line[:1].upper() + line[1:]


def _proposals(reading: Reading, turn: Turn, sentence: Sentence) -> list[Promise]:
    """«Предлагаю демонстрацию», «послезавтра в десять удобно?»: a meeting or a call once the client agrees."""
    group = group_of(sentence.text)
    dated = any(
        m.turn.index == turn.index and sentence.start <= m.mark.start < sentence.end for m in reading.candidates.moments
    )
    meets = group in ("call", "visit") and dated and not any(v[3] == "1per" for v in _verbs(sentence))
    if not turn.is_manager or not (PROPOSES.search(sentence.folded) or meets):
        return []
    if group not in ("call", "visit") and SENT_PERSON.search(sentence.folded):
        # The sentence has an action of its own and asks about that one.
        return []
    around = turn.folded
    before = reading.conversation.previous(turn.index, 2)
    if group not in ("call", "visit"):
        group = group_of(around) if group_of(around) in ("call", "visit") else ""
    if not group and before is not None and before.is_manager and group_of(before.text) in ("call", "visit"):
        group = group_of(before.text)
    if group not in ("call", "visit"):
        return []
    answer = reading.conversation.next(turn.index)
    if answer is None or answer.is_manager or proof.refuses(answer.text):
        return []
    evidence = [_quote(reading, turn, sentence), reading.conversation.evidence(answer.index)]
    due, sure = _due(reading, turn, sentence, place_of(group, sentence.text))
    if due is None:
        due, sure = date_in_turn(reading, answer, 0)
    return [
        Promise(
            "manager",
            group,
            tidy(_clause_of(sentence, 0), 140),
            due,
            sure and proof.agrees(answer.text),
            turn.index,
            tuple(evidence),
            confirmed=True,
        )
    ]


def _due(
    reading: Reading, turn: Turn, sentence: Sentence, place: int, *, is_request: bool = False
) -> tuple[str | None, bool]:
    """The day of a promise: in its clause, its sentence, then right around it."""
    inside = [
        m
        for m in reading.candidates.moments
        if m.turn.index == turn.index and sentence.start <= m.mark.start < sentence.end and not m.mark.is_past
    ]
    if inside:
        nearest = min(inside, key=lambda m: abs(m.mark.start - sentence.start - place))
        iso, sure = nearest.mark.iso, nearest.mark.certainty is Certainty.EXACT
        if "T" not in iso and len({m.mark.iso[:10] for m in inside}) == 1:
            # «Завтра отвечу … до двенадцати»: the only day of the sentence has the hour said in it.
            iso = max((m.mark.iso for m in inside), key=len)
        return iso, sure
    if TODAY.search(sentence.folded):
        return reading.at.date().isoformat(), True
    near = [] if is_request else _neighbours(turn, sentence)
    for other in near:
        marks = [
            m
            for m in reading.candidates.moments
            if m.turn.index == turn.index and other.start <= m.mark.start < other.end and not m.mark.is_past
        ]
        if marks and len(other.text) < 60 and not _verbs(other):
            return marks[-1].mark.iso, marks[-1].mark.certainty is Certainty.EXACT
    return None, True


def _neighbours(turn: Turn, sentence: Sentence) -> list[Sentence]:
    place = turn.sentences.index(sentence)
    return [turn.sentences[i] for i in (place + 1, place - 1) if 0 <= i < len(turn.sentences)]


def date_in_turn(reading: Reading, turn: Turn, after: int) -> tuple[str | None, bool]:
    marks = [
        m
        for m in reading.candidates.moments
        if m.turn.index == turn.index and m.mark.start >= after and not m.mark.is_past
    ]
    if not marks:
        return None, True
    return marks[-1].mark.iso, marks[-1].mark.certainty is Certainty.EXACT


def _merged(promises: list[Promise]) -> list[Promise]:
    """One step for a promise made, repeated and made more exact: same owner, same action, days that agree."""
    kept: list[Promise] = []
    for promise in promises:
        same = next((i for i, old in enumerate(kept) if _is_same(old, promise)), None)
        if same is None:
            kept.append(promise)
            continue
        old = kept[same]
        due = promise.due if promise.due and (not old.due or len(promise.due) >= len(old.due)) else old.due
        sure = promise.due_sure if due == promise.due else old.due_sure
        longer = len(promise.action) > len(old.action) and promise.who == "manager"
        dated = bool(promise.due) and not old.due
        action = promise.action if dated or (longer and not (old.due and not promise.due)) else old.action
        evidence = tuple(dict.fromkeys((*old.evidence, *promise.evidence)))[:4]
        kept[same] = replace(
            old, due=due, due_sure=sure, action=action, evidence=evidence, confirmed=old.confirmed or promise.confirmed
        )
    return kept


def _is_same(old: Promise, new: Promise) -> bool:
    if old.who != new.who:
        return False
    if old.group != new.group:
        # «Сделаю сравнение» and, a little later, «завтра пришлю» are one step.
        return old.group == "prepare" and new.group == "send" and old.due is None and 0 <= new.place - old.place <= 4
    if old.due and new.due and old.due[:10] != new.due[:10]:
        # A day moved in the next turns is the same step; far apart they are two.
        same_words = old.evidence[:1] == new.evidence[:1]
        return old.group in ("call", "visit") and (0 < new.place - old.place <= 3 or same_words)
    return old.group in ("call", "visit") or new.place - old.place <= 12


def main_step(found: Sequence[Promise]) -> Promise | None:
    """The nearest agreed contact; without one, the manager's main promise."""
    contacts = [p for p in found if p.group in ("call", "visit")]
    dated = sorted((p for p in contacts if p.due), key=lambda p: str(p.due))
    if dated:
        return dated[0]
    own = [p for p in found if p.who == "manager"]
    for group in ("send", "prepare"):
        if chosen := next((p for p in own if p.group == group and p.due), None):
            return chosen
    if contacts:
        return contacts[0]
    order = {group: place for place, group in enumerate(("send", "prepare", "deliver", "clarify"))}
    ranked = sorted(own, key=lambda p: (p.due is None, order.get(p.group, 9)))
    return ranked[0] if ranked else None


def next_step(found: Sequence[Promise], key: str = "next_step") -> FieldValue:
    """What happens next, in one line."""
    main = main_step(found)
    if main is None:
        return empty(key)
    return proposed(key, named(main), main.evidence, doubt=_step(main).reason or _choice_doubt(found, main))


def named(promise: Promise) -> str:
    names = {
        "call": _("Позвонить"),
        "visit": _("Встреча"),
        "send": _("Отправить"),
        "prepare": _("Подготовить"),
        "deliver": _("Доставить"),
        "clarify": _("Уточнить"),
    }
    name = names.get(promise.group, "")
    return f"{name}: {promise.action[:1].lower() + promise.action[1:]}" if name else promise.action


def next_step_at(found: Sequence[Promise], key: str = "next_step_at") -> FieldValue:
    """When it happens."""
    main = main_step(found)
    if main is None or main.due is None:
        return empty(key)
    doubt = _step(main).reason or _choice_doubt(found, main)
    return proposed(key, day(main.due), main.evidence, norm=main.due, doubt=doubt)


def _choice_doubt(found: Sequence[Promise], main: Promise) -> str | None:
    """Why the chosen step may not be the one a manager would call the next."""
    if main.group not in ("call", "visit"):
        return _("О звонке или встрече не договорились, взято обещание: сверьте.")
    days = {p.due[:10] for p in found if p.due and p.group in ("call", "visit")}
    if len(days) > 1:
        return _("Договорились о нескольких встречах и звонках, взят ближайший: сверьте.")
    return None
