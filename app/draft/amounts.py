"""Sums of money: the client's budget, and money fields of a company's own."""

from __future__ import annotations

import re

from app.core.i18n import _
from app.deals.model import FieldDefinition
from app.draft import proof
from app.draft.candidates import Found
from app.draft.conversation import Turn, fold
from app.draft.model import FieldValue
from app.draft.reading import Reading, empty, proposed
from app.draft.stems import content_stems, overlap, stems_of
from app.draft.wording import roubles
from app.spoken.model import Certainty, Money

_BUDGET = re.compile(
    r"бюджет|лимит|потол(?:ок|ка|ке)|утвержден[оа]?\b|утвердил|заложен|заложил|заложено|выделил|выделен|согласовал"
    r"|рассчитыва(?:ем|ю|л)|уложит|уложим|укладыва|в пределах"
    r"|не больше|не выше|максимум|ориентир|на вс[её] про вс|располага|можем потратить"
    r"|готовы потратить|хватит|по деньгам|денег|сумм[аыу]\b"
    r"|предел|готовы отдать|рассчитан|дали нам|нам дали|отложен|отложил|порезал|урезал|выбил"
    r"|реально у нас|вписа|влез|планк"
    r"|дозволен|отрезал|\bне дороже\b|\bне вылез\w*|\bбольше не да\w+|моя цифра|наша цифра|отписал"
    r"|начальн\w+ цен|\bпо смете\b|\bотвел[аи]?\b|\bосилил"
    r"|\bна этом точка\b|\bи вс[её]\b\W"
    r"|\b(?:больше|выше|дороже|свыше) (?:[а-я]+ ){1,5}(?:в месяц |в год |за \w+ )?не (?:хо\w+|мо\w+|пропу\w+|дам|дадут)"
    r"|\bдальше ни|\bподписал\b|\bтеперь у (?:меня|нас)\b|\bу (?:меня|нас) теперь\b"
)
_ASKS_BUDGET = re.compile(
    r"бюджет|какую сумм|на какие деньг|сколько готовы|сколько планиру|по деньгам|по сумм"
    r"|рамк|ориентир|лимит|сколько заложен|сколько выделен|денег"
)
_PRICE_TALK = re.compile(
    r"\bстоит\b|\bстоят\b|\bвыйдет\b|\bвыходит\b|\bпо цене\b|\bза (?:штуку|рулон|метр"
    r"|тонну|единицу|человека|пользователя|одного|один|одну|месяц|комплект|час)\b"
    r"|\bвы (?:говорили|насчитали|назвали|давали|предлож)|\bу вас (?:было|вышло|стоит)"
    r"|\bпредоплат|\bаванс|\bштраф|\bкомпенсац|\bубыт|\bдолж[нeе]н"
    r"|\bполучается\b|\bитого\b|\bскидк|\bдешевле\b|\bдороже\b|\bразниц|\bв прайсе\b|\bпо прайсу\b"
)
_PERIOD = re.compile(
    r"\bна (?:год|квартал|месяц|полгода|сезон)\b|\bв (?:год|квартал|месяц)\b|\bгодов\w+"
    r"|\bежемесячн\w+|\bквартальн\w+|\bмесячн\w+"
)
# Of a sum that is being spent already, or of somebody else's.
_SPENT = re.compile(
    r"\b(?:прожига\w+|улета\w+|уход(?:ит|ят)|ушл[оаи]|трат(?:им|ите|ят)|потратил\w*|платеж|стоимост\w+)\b"
)
_LEAST_BUDGET = 1000
_LEAST_BARE = 10
# «Метров сто двадцать, потолок три двадцать» is a room.
_OF_ROOMS = re.compile(r"\bметр\w*|\bквадрат\w*|\bсантиметр\w*|\bвысот\w+")
_FOR_EACH = re.compile(r"\bпо\s+$")
_GONE = re.compile(r"\bпрошлогодн\w+|\bсгорел\w*|\bвбухал\w*|\bвгрохал\w*|\bотвалил\w*|\bугрохал\w*")
_ENDS_SUM = re.compile(
    r"\s*(?:[,.!?…;—]|$|(?:в (?:месяц|год|квартал)|на (?:год|месяц|квартал|все|это|этом)|под|по смете|и|у меня|у нас"
    r"|подписал\w*|заложил\w*|утвердил\w*|отложил\w*|отложен\w*|дали|выделил\w*|максимум|потолок|предел|лежит"
    r"|не хо\w+|не могу|лимит|осталось|остается|—)\b)"
)
_WHOLE = re.compile(r"\bна вс[юе]\b|\bвсего\b|\bпотолок\b|\bграниц|\bпредел\b|\bвнутри\b|\bукладыва|\bпомеща|\bумеща")
_TAKES_BACK = re.compile(
    r"\b(?:погодите|подождите|постойте|вернее|точнее|стоп|вру|ой|ошиб\w+|оговорил\w+|то есть|хотя нет|уже не)\b"
    r"|(?:^|[,.!?…—-]\s*)(?:а |ой |хотя |ну |или )?нет\b"
)
_NOW = re.compile(
    r"\b(?:осталось|остается|оставил[аи]?|сейчас|теперь|стало|край|подня(?:л[аи]?|ли)|добавил[аи]?|урезал[аи]?|срезал[аи]?)\b"
)
_BARE_END = re.compile(r"\s*(?:[,.!?…;—]|$|(?:сейчас|теперь|осталось|остается|поднял[аи]?)\b)")
_WAS = re.compile(r"\W*(?:да,? )?был[оа]?\b")
_CORRECTED_NEAR, _CORRECTED_WITHIN = 30, 2


def budget(reading: Reading, key: str = "budget_amount") -> FieldValue:
    """The sum the client named as a limit, the last one after corrections."""
    strong: list[tuple[Found[Money], float]] = []
    rejected: list[str] = []
    for found in _sums(reading):
        if not found.turn.is_client:
            continue
        score = _budget_score(reading, found, strong)
        if score >= 2:
            strong.append((found, score))
        elif found.mark.value >= _LEAST_BUDGET and score > 0:
            rejected.append(_words(found.mark))
    if not strong:
        return empty(key)
    strong += _corrected_bare(reading, strong[-1][0])
    last = strong[-1][0]
    amount = int(last.mark.upper or last.mark.value)
    evidence = [reading.candidates.evidence(last)]
    others = [_words(found.mark) for found, _score in strong[:-1] if _words(found.mark) != _words(last.mark)]
    doubt = _doubt(reading, strong, others)
    period = _PERIOD.search(last.turn.folded)
    value = roubles(amount) + (f" {period.group()}" if period and period.group().startswith("на ") else "")
    return proposed(key, value, evidence, norm=amount, doubt=doubt, others=others)


def bare_thousands(reading: Reading, turn: Turn) -> list[Found[Money]]:
    """Bare numbers that end a client's words about money, as thousands: «расщедрился: сто восемьдесят».

    The scale is inferred, so such a sum is a GUESS.
    """
    spans = [(m.mark.start, m.mark.end) for m in _plain_sums(reading) if m.turn is turn]
    spans += [(m.mark.start, m.mark.end) for m in reading.candidates.phones if m.turn is turn]
    return [
        Found(turn, Money(one.mark.start, one.mark.end, one.mark.value * 1000, Certainty.GUESS))
        for one in reading.candidates.numbers
        if one.turn is turn
        and turn.is_client
        and not turn.folded[: one.mark.start].endswith(" не ")
        and not one.mark.unit
        and not one.mark.is_ordinal
        and _LEAST_BARE <= one.mark.value < _LEAST_BUDGET
        and not any(start <= one.mark.start < end for start, end in spans)
        and not _OF_ROOMS.search(one.sentence.folded)
        and _ENDS_SUM.match(turn.folded[one.mark.end :])
    ]


def _plain_sums(reading: Reading) -> list[Found[Money]]:
    return [one for one in reading.candidates.money if one.mark.has_currency or one.mark.value >= _LEAST_BUDGET]


def _sums(reading: Reading) -> list[Found[Money]]:
    """All sums, and bare numbers that speak of a budget: «двести восемьдесят под это отложено» are thousands.

    The scale is inferred there, so such a sum is a GUESS.
    """
    result = _plain_sums(reading)
    for turn in reading.conversation.client_turns:
        asked = _ASKS_BUDGET.search(reading.conversation.question_before(turn.index))
        result += [
            one
            for one in bare_thousands(reading, turn)
            if asked or _BUDGET.search(one.sentence.folded) or _repeated_in_thousands(reading, one)
        ]
    return sorted(result, key=lambda one: (reading.conversation.place(one.turn.index), one.mark.start))


def _is_followed(reading: Reading, found: Found[Money]) -> bool:
    """The client's next turn names another sum, perhaps the whole of which this was a part."""
    place = reading.conversation.place(found.turn.index)
    return any(
        one.turn.is_client
        and 0 < reading.conversation.place(one.turn.index) - place <= _CORRECTED_WITHIN
        and one.mark.value > found.mark.value
        and not _PRICE_TALK.search(one.clause)
        for one in reading.candidates.money
    )


def _repeated_in_thousands(reading: Reading, found: Found[Money]) -> bool:
    """«Сто девяносто» — «Сто девяносто тысяч на всю закупку?»."""
    after = reading.conversation.next(found.turn.index)
    value = found.mark.value
    return (
        after is not None
        and after.is_manager
        and bool(_BUDGET.search(after.folded) or _WHOLE.search(after.folded))
        and any(one.turn is after and one.mark.value == value for one in reading.candidates.money)
    )


def _doubt(reading: Reading, strong: list[tuple[Found[Money], float]], others: list[str]) -> str | None:  # noqa: PLR0911
    """Why the last of the sums needs a look; None where it does not."""
    last, score = strong[-1]
    scale_confirmed = _confirmed(reading, last)
    corrected = proof.corrects(last.turn.text) or len(strong) == 1
    if last.turn.is_unknown:
        return _("Не ясно, кто назвал эту сумму.")
    if _is_taken_back(last):
        return _("После этой суммы собеседник поправился: сверьте.")
    if last.mark.certainty is Certainty.APPROXIMATE:
        return _("Сумма названа примерно.")
    if last.mark.certainty is Certainty.RANGE or last.mark.upper is not None:
        return _("Названа вилка, взята верхняя граница.")
    if last.mark.certainty is Certainty.GUESS and not scale_confirmed and not _repeated(reading, last):
        return _("Сумма сказана сокращённо: тысячи или миллионы, сверьте.")
    if others and not corrected and score < 3:
        return _("Называли и другие суммы: {names}.").format(names=", ".join(dict.fromkeys(others)))
    if _WAS.match(last.turn.folded[last.mark.end :]):
        return _("После этой суммы собеседник поправился: сверьте.")
    if _is_followed(reading, last):
        return _("Сразу за этой суммой клиент назвал ещё одну: сверьте.")
    if _FOR_EACH.search(last.sentence.before(last.mark.start)):
        return _("Сумма названа на каждого или за единицу: сверьте, сколько всего.")
    if score < 2.5:
        return _("Сумма прозвучала, но прямо бюджетом её не назвали.")
    if others and reading.conversation.transcript.channels == 1:
        return _("Называли и другие суммы: {names}.").format(names=", ".join(dict.fromkeys(others)))
    return None


def _corrected_bare(reading: Reading, said: Found[Money]) -> list[tuple[Found[Money], float]]:
    """«Триста тысяч… нет, триста двадцать»: a bare number put in the place of a sum takes over its thousands.

    The scale is inferred, so what comes of it is a GUESS.
    """
    place = reading.conversation.place(said.turn.index)
    result: list[tuple[Found[Money], float]] = []
    for number in reading.candidates.numbers:
        turn, mark = number.turn, number.mark
        gap = reading.conversation.place(turn.index) - place
        if not turn.is_client or not 0 <= gap <= _CORRECTED_WITHIN or mark.unit or mark.is_ordinal:
            continue
        start = said.mark.end if gap == 0 else 0
        behind = turn.folded[start : mark.start]
        taken_back = (_TAKES_BACK.search(behind) or _WAS.match(behind)) if mark.start >= start else None
        if taken_back is None or not mark.value < 1000:
            continue
        is_near = mark.start - start - taken_back.end() <= _CORRECTED_NEAR
        # «Стоп, не так. Из семисот уже потратили. Осталось шестьсот двадцать»: it says itself what holds now.
        if not is_near and not _NOW.search(number.sentence.folded):
            continue
        values = [mark.value * scale for scale in (1_000_000, 1000)]
        value = next((v for v in values if said.mark.value / 5 <= v <= said.mark.value * 5), None)
        if value is not None and _BARE_END.match(turn.folded[mark.end :]):
            result.append((Found(turn, Money(mark.start, mark.end, value, Certainty.GUESS)), 3.0))
    return result


def _is_taken_back(found: Found[Money]) -> bool:
    """The speaker takes the sum back right behind it, whatever is put in its place."""
    rest = found.turn.folded[found.mark.end :]
    match = _TAKES_BACK.search(rest[: 2 * _CORRECTED_NEAR])
    return match is not None and match.group() not in {"то есть"}


def _words(money: Money) -> str:
    if money.upper is not None:
        return f"{roubles(int(money.value))[:-2]}–{roubles(int(money.upper))}"
    return roubles(int(money.value))


def _budget_score(reading: Reading, found: Found[Money], earlier: list[tuple[Found[Money], float]]) -> float:
    conversation, sentence = reading.conversation, found.sentence
    value = found.mark.upper or found.mark.value
    if value < (_LEAST_BUDGET if found.mark.has_currency else 5 * _LEAST_BUDGET):
        return 0
    weak = proof.weakness(conversation, found.turn, found.mark.start)
    if weak in ("hypothetical", "joke", "taken_back", "others", "example"):
        return 0
    text = sentence.folded
    before = sentence.before(found.mark.start)
    named = bool(_BUDGET.search(text))
    asked = bool(_ASKS_BUDGET.search(conversation.question_before(found.turn.index)))
    correcting = False
    if earlier:
        gap = conversation.place(found.turn.index) - conversation.place(earlier[-1][0].turn.index)
        same_turn_later = gap == 0 and found.mark.start > earlier[-1][0].mark.start
        correcting = (0 < gap <= 3 and proof.corrects(found.turn.folded)) or (
            same_turn_later and not _PRICE_TALK.search(found.clause)
        )
    owns = bool(re.search(r"\b(?:у нас|у меня|нам|мне)\b", before[-30:]))
    score = (2.5 if named else 0) + (2.5 if asked else 0) + (2.5 if correcting else 0) + (1.0 if owns else 0)
    if not asked and owns and _PERIOD.search(text) and not _PRICE_TALK.search(text):
        score += 1.5
    if weak == "past" and not correcting:
        score -= 1.5
    if _GONE.search(text):
        score -= 2.5
    if _SPENT.search(found.clause) and not re.search(r"бюджет|лимит|потол|максимум", found.clause):
        score -= 2.0
    question = conversation.question_before(found.turn.index)
    if _SPENT.search(question) and not asked:
        score -= 2.0
    if _PRICE_TALK.search(found.clause) and not re.search(r"бюджет|лимит|потол|уклад|максимум|не дороже", found.clause):
        score -= 2.0
    if re.search(r"\bне (?:хватит|уложим|уложит|проход)", text):
        score -= 1.0
    if sentence.is_question and not named:
        score -= 2.0
    if proof.is_negated(found.clause) and not re.search(r"не (?:больше|выше|более|дороже)", found.clause):
        score -= 1.5
    return score


def _confirmed(reading: Reading, found: Found[Money]) -> bool:
    """The manager asks the sum back in full and the client says yes."""
    answer = reading.conversation.next(found.turn.index, 2)
    return _repeated(reading, found) and answer is not None and answer.is_client and proof.agrees(answer.text)


def _repeated(reading: Reading, found: Found[Money]) -> bool:
    """The manager's next turn names the same sum."""
    after = reading.conversation.next(found.turn.index)
    if after is None or not after.is_manager:
        return False
    return any(m.turn.index == after.index and m.mark.value == found.mark.value for m in reading.candidates.money)


def money_field(reading: Reading, definition: FieldDefinition) -> FieldValue:
    """A money field of a company's own: the sum in whose sentence the words of its definition stand."""
    named = content_stems(definition.label)
    wide = content_stems(definition.label + " " + positive_part(definition.definition))
    by_manager = wants_manager(definition)
    is_limit = bool(_LIMIT.search(fold(definition.label)))
    best: tuple[float, Found[Money]] | None = None
    for found in [*reading.candidates.money, *(_bare_limits(reading, named) if is_limit else [])]:
        if found.turn.is_manager != by_manager:
            continue
        weak = proof.weakness(reading.conversation, found.turn, found.mark.start)
        is_refused = proof.is_negated(found.clause) and not (is_limit and _NO_MORE.search(found.sentence.folded))
        if weak is not None or is_refused:
            continue
        said = stems_of(found.sentence.folded)
        around = [*said, *stems_of(prompt_before(reading, found.turn))]
        score = 2.0 * len(overlap(named, around)) + 0.5 * len(overlap(wide - named, around))
        score += 0.5 * len(overlap(wide - named, said)) if is_limit else 0
        if _ASKS_SUM.search(prompt_before(reading, found.turn)) and len(overlap(wide, around)) >= 2:
            score += 1.0
        if is_limit and _NO_MORE.search(found.sentence.folded):
            score += 1.0
        if score >= 2 and (best is None or score >= best[0]):
            best = (score, found)
    if best is None:
        return empty(definition.key)
    found = (_corrected_bare(reading, best[1]) or [(best[1], 0.0)])[-1][0]
    doubt = None
    other_term = _PERIOD.search(found.sentence.folded)
    if found.turn.is_unknown:
        doubt = _("Не ясно, кто назвал эту сумму.")
    elif other_term is not None and not overlap(wide, stems_of(other_term.group())):
        doubt = _("Сумма названа за период, о котором поле не говорит: сверьте.")
    elif _is_taken_back(found):
        doubt = _("После этой суммы собеседник поправился: сверьте.")
    elif found.mark.certainty is not Certainty.EXACT:
        doubt = _("Сумма названа неточно.")
    elif best[0] < 3:
        doubt = _("Сумма прозвучала рядом с этими словами: сверьте, что она об этом.")
    amount = int(found.mark.value)
    return proposed(definition.key, roubles(amount), [reading.candidates.evidence(found)], norm=amount, doubt=doubt)


_LIMIT = re.compile(r"\bпотол\w+|\bлимит\w*|\bпредел\w*|\bмаксимум\w*|\bне (?:больше|дороже|выше)\b")
_NO_MORE = re.compile(r"\b(?:дороже|выше|больше|свыше|не более|максимум|потолок|предел)\b")
_ASKS_SUM = re.compile(r"\bсумм\w+|\bстоимост\w+|\bсколько сто\w+|\bв какую цен\w+|\bпочем\b|\bденьг\w+|\bденег\b")


def prompt_before(reading: Reading, turn: Turn) -> str:
    """What the other side asked, or said last, right before a turn; folded."""
    asked = reading.conversation.question_before(turn.index)
    before = reading.conversation.previous(turn.index)
    if asked or before is None or before.is_manager == turn.is_manager or not before.sentences:
        return asked
    return " ".join(sentence.folded for sentence in before.sentences[-2:])


def _bare_limits(reading: Reading, named: frozenset[str]) -> list[Found[Money]]:
    """«Дороже семи с половиной за комплект запрещено»: a bare number as a limit of the field's thing; thousands."""
    return [
        Found(one.turn, Money(one.mark.start, one.mark.end, one.mark.value * 1000, Certainty.GUESS))
        for one in reading.candidates.numbers
        if not one.mark.unit
        and not one.mark.is_ordinal
        and 1 < one.mark.value < _LEAST_BUDGET
        and _NO_MORE.search(one.sentence.before(one.mark.start)[-20:])
        and overlap(named, stems_of(one.sentence.folded))
        and not any(
            m.turn is one.turn and m.mark.start <= one.mark.start < m.mark.end for m in reading.candidates.money
        )
    ]


def positive_part(definition: str) -> str:
    """What a definition asks for, without its «Не …» sentences and its example."""
    sentences = re.split(r"(?<=[.;!?])\s+", definition)
    return " ".join(s for s in sentences if not re.match(r"\s*(?:не |пример|если |для )", s.lower()))


def wants_manager(definition: FieldDefinition) -> bool:
    """The definition asks for what the manager said («которую менеджер подтвердил»)."""
    text = definition.definition.lower()
    return bool(
        re.search(r"менеджер\w*\s+(?:подтвердил|назвал|пообещал|обещал|согласовал|предложил|дал|озвучил)", text)
    )
