"""Every number, day, name, article and promise of the texts held against the facts: what stands in none is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from app.core.i18n import _
from app.core.words import words_of
from app.draft.conversation import fold
from app.knowledge.model import Source
from app.proposal.claim_ground import TIME, Ground, Statement, content_forms, unit_hints
from app.proposal.claim_values import Kind, Value, values
from app.proposal.model import BlockKind, Fact, Proposal, Sentence, TextBlock, Warning, WarningKind
from app.proposal.style_text import sentence_spans
from app.proposal.units import written
from app.spoken.morphology import parses

_GIFT = content_forms("бесплатный бесплатно счёт подарок доплата даром")
_SHOWN = 160
_WIDE = 3
"""So many subjects at the end of the list are too wide to be denied by a clause: term, stock, fixed prices."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something a seller answers for: the words that speak of it, and the units in which it is promised."""

    cue: re.Pattern[str]
    units: frozenset[str]


def _subject(cue: str, *units: str) -> Subject:
    return Subject(re.compile(rf"\b(?:{cue})"), frozenset(units))


SUBJECTS = (
    _subject(r"гаранти\w*", *TIME),
    _subject(r"отсроч\w+|постоплат\w+|рассроч\w+", *TIME, "%"),
    _subject(r"предоплат\w+|аванс\w*|оплат\w+|оплач\w+", *TIME, "%"),
    _subject(r"скид(?:к|ок)\w*", "%"),
    _subject(r"возврат\w*|верн[её]м\b", *TIME),
    _subject(r"замен(?:а|у|е|ы|им|яем|ить)\b", *TIME),
    _subject(r"монтаж\w*|смонтиру\w+|пусконаладк\w*|установ(?:им|ка|ку|ки|кой)\b|внедр\w+", *TIME),
    _subject(r"обуч(?:им|ение|ения|ению|аем)\b", *TIME),
    _subject(
        r"достав\w+|привез\w+|привоз\w*|отгру\w+|отправ(?:им|ляем) (?:груз|товар|заказ)\w*|поставк\w*"
        r"|постав(?:им|ляем)\b|вез[её]м\b",
        *TIME,
    ),
    _subject(r"обслужи\w+|сервис\w*|поддержк\w*|ремонт\w*", *TIME),
    _subject(r"штраф\w*|неустойк\w*|пен[яию]\b", "%"),
    _subject(r"срок\w*", *TIME),
    _subject(r"в наличии|на складе|резерв\w*", "piece"),
    _subject(r"фиксиру\w+|зафиксир\w+|не (?:изменит|измен[ия]\w*|вырас)\w*"),
)
_WARRANTY = SUBJECTS[0]
_OF_BLOCK = {BlockKind.WARRANTY: _WARRANTY, BlockKind.DELIVERY: SUBJECTS[8]}
_FREE = re.compile(r"\bбесплатн\w+|\bза наш сч[её]т\b|\bв подарок\b|\bподар(?:им|ок)\b|\bбез доплат\w*|\bдаром\b")
_DENIED = re.compile(
    r"\bнет\b|\bне (?:да[её]м|делаем|предоставля\w+|оформля\w+|бывает|возим|доставля\w+|действует|входит|включ\w+"
    r"|работаем|держим|распространя\w+|отгружа\w+|возможн\w+|предусмотр\w+)|\bневозможн\w+|\bкроме\b"
    r"|\bтолько за плату\b|\bплатн\w+"
)
_ENDLESS = re.compile(r"\bпожизненн\w+|\bбессрочн\w+|\bнеограниченн\w+|\bкруглосуточн\w+")
_GRANTS = re.compile(
    r"\b(?:включен\w*|вход(?:ит|ят)|составля\w+|предоставля\w+|предусмотрен\w*|возмож(?:на|ен|но|ны)|есть|действует"
    r"|получ(?:ите|аете)|положен\w*|распространя\w+)\b"
)
_WORDS_OF_CLIENT = re.compile(
    r"\bвы\b[^.!?]{0,25}\b(?:назвал|сказал|прос|указал|хот|писал|говор|спраш|упомян|интерес)\w*"
    r"|\bваш\w* (?:срок|просьб|вопрос)\w*"
)


def check(blocks: Sequence[TextBlock], facts: Sequence[Fact], proposal: Proposal) -> list[Warning]:
    """What the texts say and nothing bears out, in their order; every warning blocks the final form.

    A promise that differs from what the knowledge base says on its subject is a contradiction; what stands in no
    fact, row, requisite or date of the proposal is unsourced. A sentence's own source counts as a fact.
    """
    ground = Ground(blocks, facts, proposal)
    found: list[Warning] = []
    for block in blocks:
        for sentence in block.sentences:
            for start, end in sentence_spans(sentence.text):
                text = sentence.text[start:end].strip()
                if text and not _stands_in_base(ground, text):
                    found += _faults(ground, proposal, block.kind, text, sentence)
    return list(dict.fromkeys(found))


def _stands_in_base(ground: Ground, text: str) -> bool:
    """Word for word in the base or the price list. What somebody said in the call is not sure for that."""
    words = words_of(text)
    run = f" {' '.join(words)} "
    return bool(words) and any(
        not one.is_talk and run in f" {' '.join(words_of(one.text))} " for one in ground.statements
    )


def _faults(ground: Ground, proposal: Proposal, block: BlockKind, text: str, sentence: Sentence) -> Iterator[Warning]:
    claimed = values(text, proposal.dated)
    contradicted = [*_contradictions(ground, block, text, claimed), *_wrong_counts(ground, block, text, claimed)]
    yield from contradicted
    quotes = [warning.quote for warning in contradicted]
    for value in claimed:
        words = text[value.start : value.end]
        if value.key == "alone" or any(words in quote or quote in words for quote in quotes):
            continue
        if not ground.bears_out(value, text):
            quotes.append(words)
            yield _unsourced(block, value.kind, words)
    if not quotes:
        yield from _unsourced_promises(ground, block, text, claimed, sentence.source)


def _unsourced(block: BlockKind, kind: Kind, words: str) -> Warning:
    text = (
        _("«{words}»: такого названия нет ни в прайсе, ни в базе знаний, ни в разговоре. Исправьте или уберите.")
        if kind in (Kind.NAME, Kind.ARTICLE)
        else _("«{words}» нет ни в прайсе, ни в базе знаний, ни в разговоре: исправьте или уберите.")
    )
    return Warning(WarningKind.UNSOURCED, text.format(words=words), block, words, is_blocking=True)


def _contradictions(ground: Ground, block: BlockKind, text: str, claimed: Sequence[Value]) -> Iterator[Warning]:
    low = fold(text)
    for value in claimed:
        if value.kind is not Kind.NUMBER or value.is_lower:
            continue
        subject = _nearest(low, value, block)
        against = _against(ground, subject, value, text) if subject in SUBJECTS[:-_WIDE] else None
        if against is not None:
            yield _contradiction(block, text[value.start : value.end], *against)
    if _DENIED.search(low):
        return
    gift = _FREE.search(low)
    denying = _denying_gift(ground, text) if gift is not None else None
    if gift is not None and denying is not None:
        yield _contradiction(block, text[gift.start() : gift.end()], denying, None)
    else:
        has_value = any(value.kind is Kind.NUMBER for value in claimed)
        yield from _denied(ground, block, text, low, has_value=has_value)


def _wrong_counts(ground: Ground, block: BlockKind, text: str, claimed: Sequence[Value]) -> Iterator[Warning]:
    """«ТД-120, 4 шт.», where the table has two of them."""
    for value in claimed:
        line = ground.wrong_count(text, value)
        if line is not None:
            words, right = text[value.start : value.end], f"{written(line.qty)} {line.unit}"
            said = _("«{words}»: в таблице «{name}» — {right}.").format(words=words, name=line.name, right=right)
            yield Warning(WarningKind.UNSOURCED, said, block, words, right, is_blocking=True)


def _contradiction(block: BlockKind, words: str, statement: Statement, cure: str | None) -> Warning:
    text = _("«{words}» расходится с базой знаний ({file}): «{statement}».")
    shown = statement.text if len(statement.text) <= _SHOWN else statement.text[:_SHOWN].rstrip() + "…"
    return Warning(
        WarningKind.CONTRADICTION,
        text.format(words=words, file=statement.file, statement=shown.rstrip(".")),
        block,
        words,
        cure,
        is_blocking=True,
    )


def _nearest(low: str, value: Value, block: BlockKind) -> Subject | None:
    """The subject that a number belongs to: of those promised in its unit the one whose words stand nearest.

    A sentence that names none speaks of what its block is about: «насосы — 2 года» under the warranty.
    """
    best: tuple[int, Subject] | None = None
    cues = _cues(low)
    for place, subject in enumerate(SUBJECTS):
        if value.unit not in subject.units:
            continue
        for start, end in cues[place]:
            if value.start <= start < value.end:
                continue  # «В день оплаты» is no promise of payment.
            distance = value.start - end if end <= value.start else start - value.end + 3
            # A comma between parts them: «гарантия 3 года, доставка 5 дней».
            between = low[min(end, value.end) : max(start, value.start)]
            distance += 40 * len(re.findall(r"[,;]", between))
            # «Гарантийный срок» is a warranty.
            distance += 100 * (place >= len(SUBJECTS) - _WIDE)
            if best is None or distance < best[0]:
                best = (distance, subject)
    if best is not None:
        return best[1]
    own = _OF_BLOCK.get(block)
    is_silent = not any(cues)
    return own if own is not None and is_silent and value.unit in own.units else None


@lru_cache(maxsize=256)
def _cues(low: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Where a text speaks of each of the subjects. It is looked through once, not once for each of its numbers."""
    return tuple(tuple(match.span() for match in subject.cue.finditer(low)) for subject in SUBJECTS)


def _against(ground: Ground, subject: Subject, value: Value, text: str) -> tuple[Statement, str | None] | None:
    """What the base says on the subject in the same kind of unit, where none of it is this value.

    Returns:
        The statement, and its number as words where it has one only.
    """
    own = content_forms(text)
    spoken = []
    for statement in ground.statements:
        others = [] if statement.is_talk else _numbers_of(ground, statement, subject, value.unit)
        if any(_is_same(other, value) for other, _words in others) and _is_row(statement):
            return None
        if others and _is_told_of(statement, subject):
            # What has the subject in its own words says more than what only stands under such a heading.
            nearness = 2 * bool(subject.cue.search(fold(statement.text)))
            spoken.append((nearness + len(own & statement.forms), statement, others))
    if not spoken:
        return None
    best = max(fit for fit, _statement, _others in spoken)
    near = [(statement, others) for fit, statement, others in spoken if fit == best]
    if any(_is_same(other, value) for _statement, others in near for other, _words in others):
        return None
    statement, others = near[0]
    words = {said for _other, said in others}
    return statement, words.pop() if len(words) == 1 and value.key != "alone" else None


def _is_told_of(statement: Statement, subject: Subject) -> bool:
    """Whether a statement is about the subject, and not about the warranty that its heading names.

    «Монтажные работы — 1 год» under «Сроки гарантии» says nothing of how long the mounting takes.
    """
    heading = fold(statement.heading.rpartition("›")[2])
    return subject.cue.search(heading) is not None or not _WARRANTY.cue.search(heading)


def _is_same(other: Value, value: Value) -> bool:
    if other.is_lower:
        return False
    hours = {"day": 24, "hour": 1}
    if other.unit in hours and value.unit in hours:
        return other.number * hours[other.unit] == value.number * hours[value.unit]
    return (other.number, other.unit) == (value.number, value.unit)


def _is_row(statement: Statement) -> bool:
    """Rows of the table come with their own terms; another row's are no contradiction."""
    return ";" in statement.text and not statement.heading


def _numbers_of(ground: Ground, statement: Statement, subject: Subject, unit: str) -> list[tuple[Value, str]]:
    """Numbers of a statement on the subject, in units of the same kind."""
    if not subject.cue.search(statement.topic):
        return []
    same = TIME if unit in TIME else {unit}
    found = []
    for one in values(statement.text, ground.today):
        if one.kind is not Kind.NUMBER or one.key == "alone":
            continue
        # «Гарантия, мес: 18» names the unit apart.
        is_bare = not one.unit and unit in unit_hints(statement.topic)
        if is_bare or one.unit in same:
            found.append((replace(one, unit=unit) if is_bare else one, statement.text[one.start : one.end]))
    return found


def _denying_gift(ground: Ground, text: str) -> Statement | None:
    """A statement of the base that says the same is not free, where none says nearer that it is."""
    own = content_forms(text) - _GIFT
    denying: tuple[int, Statement | None] = (0, None)
    granting = 0
    for statement in ground.statements:
        fit = len(own & statement.forms)
        if statement.is_talk or not fit or not _FREE.search(statement.topic):
            continue
        if not _DENIED.search(fold(statement.text)):
            granting = max(granting, fit)
        elif fit > denying[0]:
            denying = (fit, statement)
    # One word in common is the subject alone: «доставка бесплатная» may be so for another town.
    return denying[1] if denying[0] > granting or granting <= 1 else None


def _denied(ground: Ground, block: BlockKind, text: str, low: str, *, has_value: bool) -> Iterator[Warning]:
    """«Дадим рассрочку», where the base says there is none."""
    if _WORDS_OF_CLIENT.search(low) or not (has_value or _commits(low)):
        return
    own = content_forms(text) - _GIFT
    is_gift = _FREE.search(low) is not None
    for subject in SUBJECTS[:-_WIDE]:
        match = subject.cue.search(low)
        if match is None:
            continue
        about = [one for one in ground.statements if not one.is_talk and subject.cue.search(fold(one.text))]
        # Whether it is free has been settled by statements that speak of that.
        denying = [one for one in about if _denies(subject, one.text) and not (is_gift and _FREE.search(one.topic))]
        fits = [len(own & content_forms(one.text)) for one in denying]
        granting = (len(own & content_forms(one.text)) for one in about if one not in denying)
        if denying and max(fits) > max(granting, default=0):
            yield _contradiction(block, text[match.start() : match.end()], denying[fits.index(max(fits))], None)


def _denies(subject: Subject, text: str) -> bool:
    """Whether a sentence denies the subject itself, within one clause: «рассрочки нет», «скидку не даём»."""
    return any(subject.cue.search(clause) and _DENIED.search(clause) for clause in re.split(r"[,;:—]", fold(text)))


def _commits(low: str) -> bool:
    """Whether the sentence takes something on: «доставим», «входит в цену»."""
    if _GRANTS.search(low):
        return True
    readings = (parses(word)[0].tag for word in re.findall(r"\b[а-я]{3,}(?:м|мся)\b", low))
    return any(tag.POS == "VERB" and tag.person == "1per" and tag.number == "plur" for tag in readings)


def _unsourced_promises(
    ground: Ground, block: BlockKind, text: str, claimed: Sequence[Value], source: Source | None
) -> Iterator[Warning]:
    low = fold(text)
    if text.endswith("?") or _WORDS_OF_CLIENT.search(low):
        return
    own = content_forms(text)
    gift = _FREE.search(low)
    if gift is not None:
        if not any(_FREE.search(one.topic) and (own - _GIFT) & one.forms for one in ground.statements):
            yield _unsourced_promise(block, text, gift)
        return
    endless = _ENDLESS.search(low)
    if endless is not None and not any(endless.group()[:8] in one.topic for one in ground.statements):
        yield _unsourced_promise(block, text, endless)
        return
    has_value = any(value.kind in (Kind.NUMBER, Kind.DAY, Kind.TIME) for value in claimed)
    if not has_value and not _commits(low):
        return
    borne_out = content_forms(f"{source.heading} {source.quote}") if source is not None else frozenset()
    for subject in SUBJECTS:
        match = subject.cue.search(low)
        if match is None:
            continue
        own_numbers = [
            v for v in claimed if v.kind is Kind.NUMBER and v.key != "alone" and _nearest(low, v, block) is subject
        ]
        if own_numbers and all(_is_promised(ground, subject, low, value) for value in own_numbers):
            continue
        if own_numbers:
            yield _unsourced_promise(block, text, match)
            return
        # With a source of its own a sentence may say it in other words.
        if len(own & borne_out) * 2 >= len(own) or _is_term_of_proposal(subject, low, claimed, ground):
            continue
        about = [one for one in ground.statements if subject.cue.search(one.topic)]
        if _DENIED.search(low) and any(_denies(subject, one.text) for one in about):
            continue
        if not any(len(own & one.forms) >= min(2, len(own)) for one in about):
            yield _unsourced_promise(block, text, match)
            return


def _is_promised(ground: Ground, subject: Subject, low: str, value: Value) -> bool:
    """Whether a number that belongs to the subject stands in a statement on it, and not just anywhere."""
    return any(
        _is_same(other, value) or (value.is_lower and other.number == value.number)
        for statement in ground.statements
        for other, _words in _numbers_of(ground, statement, subject, value.unit)
    ) or _is_term_of_proposal(subject, low, [value], ground)


def _is_term_of_proposal(subject: Subject, low: str, claimed: Sequence[Value], ground: Ground) -> bool:
    """«Срок действия предложения 14 дней»: its dates and days are facts that code has made."""
    return bool(
        subject.cue.search("срок")
        and re.search(r"\bпредложени\w*|\bцен\w*|\bдейств\w*|\bкп\b", low)
        and claimed
        and all(ground.bears_out(value, "") for value in claimed)
    )


def _unsourced_promise(block: BlockKind, text: str, match: re.Match[str]) -> Warning:
    words = text[match.start() : match.end()]
    sentence = _("Обещание «{words}» нечем подтвердить: добавьте условие в базу знаний или уберите его.")
    return Warning(WarningKind.UNSOURCED, sentence.format(words=words), block, words, is_blocking=True)
