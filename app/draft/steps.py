"""Next steps: who promised what, and for when; several with different owners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from app.core.i18n import _
from app.draft import proof
from app.draft.conversation import Sentence, Turn, fold
from app.draft.model import Evidence, FieldStatus, FieldValue, NextStep
from app.draft.reading import Reading, empty, proposed
from app.draft.wording import day, tidy
from app.spoken.model import Certainty

# Verbs that say something about talking or feeling and promise no action.
_NO_ACTION = frozenset(
    """быть сказать мочь смочь понять успеть уложиться записать повторить договориться увидеть разобраться обсудить подождать дождаться подумать стать дать
    объяснить подсказать попробовать учесть поверить хватить прийтись получиться выйти пойти понадобиться
    потребоваться стоить хотеть знать назвать
    найти найтись остаться обойтись потерпеть пройти влезть решить захотеть услышать слышать простить извинить
    заметить добавить считать начать
    постараться обещать предложить взять купить ответить пожаловаться поменять заменить сообщить открыть открыться
    закрыть закрыться заработать работать
    попросить спросить показаться сломаться потерять забыть поставить скинуться жить ждать беспокоить помнить
    рассказать пропадать намотать домотать
    хватать закончиться кончиться запустить запуститься помочь выбрать звать обратиться поговорить переехать
    вырасти""".split()  # noqa: E501, SIM905
)
_GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "call",
        re.compile(
            r"позвон|перезвон|набер|набра|созвон|звонк|звонок|наберите|на связи|свяж[уе]|связаться|перенабер"
        ),
    ),
    (
        "visit",
        re.compile(
            r"приед|приехать|подъед|подъех|выезд|встреч|встрет|демонстрац|показ\b|приходите|зайд|заед|осмотр"
            r"|обследован|замер|презентац|экскурс|приезж|подключ\w* к (?:встреч|созвон)|пров[её]д[уе]"
            r"|видео-?конференц"
        ),
    ),
    ("clarify", re.compile(r"уточн|узна|выясн|спрош|провер|согласу|поинтересу|посмотрю у")),
    ("deliver", re.compile(r"привез|достав|отгруз|завез|забер|отвез|приш?лём машину|постав(?:им|ка)\b")),
    ("pay", re.compile(r"оплач|оплат|переведу|переведем|заплач")),
    (
        "prepare",
        re.compile(
            r"подготов|сдела|посчита|рассчита|пересчита|оформ|состав|выстав|подпиш|подпис|заброниру|резервиру"
            r"|закаж|передам|переда[мд]|контролиру|постав\w* заявк|ставлю|подад|пода[мё]|внес|завед"
            r"|запиш[уе]м"
        ),
    ),
    ("send", re.compile(r"приш[лю]|пришл|отправ|вышл|выслать|скин|перешл|направ|сброш|продублиру|дошл|кину")),
    ("show", re.compile(r"покаж|доложу|обсуд|передам|поговор|согласу|посовет|скажу")),
)  # fmt: skip
_RANK = {
    name: place for place, name in enumerate(("call", "visit", "send", "deliver", "prepare", "clarify", "pay", "show"))
}
_REPORTED = re.compile(
    r"\b(?:сказали|обещали|говорили|обещал[аи]?|сказал[аи]?)\b[^.?!]*\b(?:перезвон|приед"
    r"|приш|сдела|отправ)\w+"
)
_DONE_BY_OTHERS = frozenset(
    "ответить решить прислать сделать подготовить передать подписать вернуть отправить согласовать оплатить".split()  # noqa: SIM905
)
_REQUEST = re.compile(
    r"\b(?:позвоните|звоните|набирайте|приезжайте|присылайте|наберите|перезвоните|пришлите"
    r"|вышлите|отправьте|скиньте|сбросьте"
    r"|направьте|уточните|узнайте|проверьте|посчитайте|рассчитайте|пересчитайте|подготовьте"
    r"|сделайте|выставляйте|выставьте|оформляйте|привезите|приезжайте|согласуйте|согласовывайте"
    r"|перешлите|продублируйте|забронируйте|закажи|закажите|запишите меня|передайте"
    r"|оплатите|покажите|подтвердите|подпишите)\b"
)
_THIRD_PERSON = re.compile(
    r"\b(?:инженер|бригад|монтажник|мастер|курьер|водител|коллег|бухгалтер|юрист|логист"
    r"|технолог|специалист|техник|руководител|сервис|он вам|она вам|вам)\w*\b"
)
_PROPOSES = re.compile(
    r"\bпредлагаю\b|\bдавайте\b.{0,60}(?:демонстрац|встреч|созвон|приед|звон|показ"
    r"|выезд)|\bудобно\b\W*\?|\bкогда .{0,20}(?:позвонить|набрать|приехать|встретиться"
    r"|удобно)|\bгодится\b\W*\?|\bподойд[её]т\b\W*\?|\bустроит\b\W*\?|\bво сколько\b"
)
_TODAY = re.compile(
    r"\bсегодня\b|\bсейчас\b|\bпрямо сейчас\b|\bв течение (?:часа|дня)\b|\bчерез (?:час"
    r"|полчаса|пару часов|два часа)\b|\bдо (?:вечера|конца дня|шести|пяти|семи|обеда)\b"
    r"|\bвечером\b|\bнемедленно\b|\bтут же\b|\bсразу (?:же )?(?:после|отправ|приш|скин)"
)
_AFTER_DEAL = re.compile(r"\bесли (?:закаж|возьм|подпиш|соглас|будет|надо|понадоб|что)\w*|\bкогда (?:закаж|оплат)\w*")


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


@lru_cache(maxsize=20_000)
def _promising_verb(word: str) -> tuple[str, str, str] | None:
    """Dictionary form, person and number of a perfective verb in the future; None for any other word."""
    from app.spoken.morphology import parses

    # Only the likeliest reading: «встречу» is a noun before it is a verb.
    for reading in parses(word)[:1]:
        tag = reading.tag
        if tag.POS == "VERB" and tag.tense == "futr":
            return fold(str(reading.normal_form)), str(tag.person), str(tag.number)
    return None


def group_of(text: str) -> str:
    """The kind of action that words name: "call", "visit", "send"…; "" for none."""
    folded = fold(text)
    return next((name for name, pattern in _GROUPS if pattern.search(folded)), "")


def promises(reading: Reading) -> tuple[Promise, ...]:
    """Promises and agreements, each once, in the order in which they were made."""
    found = [p for turn in reading.conversation.turns for p in _promises(reading, turn)]
    return tuple(_merged([_dated_by_answer(reading, p) for p in found]))


def next_steps(found: Sequence[Promise]) -> tuple[NextStep, ...]:
    """Promises as steps of a draft."""
    return tuple(_step(promise) for promise in found)


def _dated_by_answer(reading: Reading, promise: Promise) -> Promise:
    """A day that the answer makes exact: «звоните в марте, в середине» — «пятнадцатого марта, записал»."""
    if promise.due is not None and promise.due_sure:
        return promise
    answer = reading.conversation.next(promise.place)
    if answer is None or promise.group not in ("call", "visit"):
        return promise
    due, sure = _date_in_turn(reading, answer, 0)
    if due is None or not sure or len(answer.text) > 120:
        return promise
    evidence = (*promise.evidence, reading.conversation.evidence(answer.index))
    return replace(promise, due=due, due_sure=True, evidence=tuple(dict.fromkeys(evidence)))


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
        if proof.is_hypothetical(sentence) or _AFTER_DEAL.search(text) or _REPORTED.search(text):
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
    due, sure = _due(reading, turn, sentence, start)
    by_another = person == "3per"
    if by_another and turn.is_client:
        if due is None or lemma not in _DONE_BY_OTHERS:
            return None
        group = group or "show"
    elif (
        lemma in _NO_ACTION
        or not group
        or (by_another and not (_THIRD_PERSON.search(text) or group in ("call", "visit", "deliver")))
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
        if old is None or _RANK.get(promise.group, 9) < _RANK.get(old.group, 9):
            kept[promise.due] = promise
    return list(kept.values())


def _verbs(sentence: Sentence) -> list[tuple[int, int, str, str]]:
    result = []
    for match in re.finditer(r"[а-я]+", sentence.folded):
        verb = _promising_verb(match.group())
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
    match = _REQUEST.search(sentence.folded)
    if match is None:
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
        if person == "1per" and lemma not in _NO_ACTION
    ]


@lru_cache(maxsize=2_000)
def _infinitive(word: str) -> str:
    from app.spoken.morphology import parses

    for reading in parses(word.lower()):
        if reading.tag.POS == "VERB" and (reading.tag.mood == "impr" or reading.tag.tense == "futr"):
            form = str(reading.normal_form)
            return form[:1].upper() + form[1:] if word[:1].isupper() else form
    return word


def _as_action(text: str) -> str:
    """«Позвоните мне в понедельник» -> «Позвонить в понедельник»."""
    line = tidy(text, 140)
    match = _REQUEST.search(fold(line))
    if match is None:
        return line
    line = line[: match.start()] + _infinitive(line[match.start() : match.end()]) + line[match.end() :]
    line = re.sub(r"\s+\b(?:мне|нам)\b", "", line)
    return line[:1].upper() + line[1:]


def _proposals(reading: Reading, turn: Turn, sentence: Sentence) -> list[Promise]:
    """«Предлагаю демонстрацию», «послезавтра в десять удобно?»: a meeting or a call once the client agrees."""
    group = group_of(sentence.text)
    dated = any(
        m.turn.index == turn.index and sentence.start <= m.mark.start < sentence.end for m in reading.candidates.moments
    )
    meets = group in ("call", "visit") and dated and not any(v[3] == "1per" for v in _verbs(sentence))
    if not turn.is_manager or not (_PROPOSES.search(sentence.folded) or meets):
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
    due, sure = _due(reading, turn, sentence, 0)
    if due is None:
        due, sure = _date_in_turn(reading, answer, 0)
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
        return nearest.mark.iso, nearest.mark.certainty is Certainty.EXACT
    if _TODAY.search(sentence.folded):
        return reading.at.date().isoformat(), True
    near = [] if is_request else _neighbours(turn, sentence)
    for other in near:
        marks = [
            m
            for m in reading.candidates.moments
            if m.turn.index == turn.index and other.start <= m.mark.start < other.end and not m.mark.is_past
        ]
        if marks and len(other.text) < 60 and not _verbs(other):
            return marks[-1].mark.iso, True
    return None, True


def _neighbours(turn: Turn, sentence: Sentence) -> list[Sentence]:
    place = turn.sentences.index(sentence)
    return [turn.sentences[i] for i in (place + 1, place - 1) if 0 <= i < len(turn.sentences)]


def _date_in_turn(reading: Reading, turn: Turn, after: int) -> tuple[str | None, bool]:
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
        action = promise.action if len(promise.action) > len(old.action) and promise.who == "manager" else old.action
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
        return old.group in ("call", "visit") and 0 <= new.place - old.place <= 3
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
    return proposed(key, _named(main), main.evidence, doubt=_step(main).reason)


def _named(promise: Promise) -> str:
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
    return proposed(key, day(main.due), main.evidence, norm=main.due, doubt=_step(main).reason)
