"""Dates: by when the client needs the result, and date fields of a company's own."""

from __future__ import annotations

import re

from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldType
from app.draft import proof
from app.draft.amounts import positive_part, prompt_before, wants_manager
from app.draft.candidates import Found
from app.draft.model import FieldValue
from app.draft.reading import Reading, empty, proposed
from app.draft.stems import content_stems, overlap, stems_of
from app.draft.wording import day
from app.spoken.model import Certainty, Moment

_RESULT = re.compile(
    r"\bнадо\b|\bнужн\w+|\bчтоб\w*|\bуспе\w+|\bзапус\w+|\bработал\w*|\bпривез\w*|\bпостав\w*"
    r"|\bдостав\w*|\bстарт\w*|\bсдать\b|\bсдач\w*|\bсдаем\b"
    r"|\bоткры(?:ваем\w*|ти\w*|ться|ваться)|\bкрайний срок|\bдедлайн|\bне позже|\bпервая поставка"
    r"|\bустанов\w*|\bмонтаж\w*|\bготов\w*|\bхотим\b|\bхотел\w*\b"
    r"|\bсезон\b|\bначать\b|\bначина\w+|\bкрайняк|\bв эксплуатац|\bвъезжа\w+|\bпереезжа\w+"
    r"|\bзаканчива\w+|\bкончи\w+|\bистека\w+|\bотгруз\w*"
)
_ASKS_DEADLINE = re.compile(
    r"по срокам|како(?:й|го|му) срок|когда (?:нужн|надо|хот|планиру|запус|старт|постав"
    r"|удобно (?:принять|получить)|первая|нужен|нужна|вам)|к како(?:му|й) (?:числу"
    r"|дате|сроку)"
    r"|сроки|как быстро|когда .*(?:запус|постав|нужн|привез)|срочно|когда открыва"
)
_NOT_RESULT = re.compile(
    r"\bпозвон\w+|\bнабер\w+|\bперезвон\w+|\bсозвон\w*|\bвстре[чт]\w+|\bприш\w+|\bвыш\w+"
    r"|\bотправ\w+|\bскин\w+|\bпокаж\w+|\bреш(?:ать|им|ение|ат|ит)\w*|\bсовещан\w*"
    r"|\bсобран\w*"
    r"|\bзаявк\w*|\bкомисси\w*|\bпобедител\w*|\bтендер\w*|\bотпуск\w*|\bкомандировк\w*"
    r"|\bоплат\w*|\bоплач\w*|\bсогласу\w+|\bдемонстрац\w*|\bвыезд\w*|\bпосмотр\w*|\bкп\b"
    r"|\bсчет\b"
    r"|\bподписал\w*|\bзвонил\w*|\bпокупал\w*|\bзаказывал\w*|\bв отъезде\b|\bвернет\w*"
    r"|\bвыйдет\b|\bинвентаризац\w*|\bуспеете\b|\bприед\w+|\bдейств\w+"
)


_MADE_EXACT = re.compile(r"\bто есть\b|\bкрай(?:ний)?\b|\bточнее\b|\bзначит\b|\bну,? скажем\b")


def deadline(reading: Reading, key: str = "deadline") -> FieldValue:
    """The date by which the client needs delivery, installation or launch."""
    conversation = reading.conversation
    scored: list[tuple[float, Found[Moment]]] = []
    for found in reading.candidates.moments:
        score = _deadline_score(reading, found)
        if score >= 2:
            scored.append((score, found))
    if not scored:
        return empty(key)
    best_score = max(score for score, _found in scored)
    # What was said last counts, unless it is much weaker than what was said before.
    score, found = _settled(scored, best_score)
    iso = found.mark.iso[:10]
    others = [day(f.mark.iso[:10]) for _s, f in scored if f.mark.iso[:10] != iso]
    doubt: str | None = None
    if found.turn.is_unknown:
        doubt = _("Не ясно, кто назвал эту дату.")
    elif found.mark.certainty is not Certainty.EXACT:
        doubt = _("Дата названа неточно: сверьте.")
    elif found.turn.is_manager:
        doubt = _("Дату назвал менеджер, клиент согласился: сверьте.")
    elif others and not proof.corrects(found.turn.text):
        doubt = _("Звучали и другие даты: {names}.").format(names=", ".join(dict.fromkeys(others)))
    elif score < 3:
        doubt = _("Дата прозвучала рядом со словами о поставке или запуске: сверьте.")
    evidence = [conversation.evidence(found.turn.index, found.mark.start, found.mark.end)]
    return proposed(key, day(iso), evidence, norm=iso, doubt=doubt, others=others)


def _settled(scored: list[tuple[float, Found[Moment]]], best_score: float) -> tuple[float, Found[Moment]]:
    """The last date that is not much weaker than the best; within one turn the first, unless it is corrected there."""
    score, found = next((s, f) for s, f in reversed(scored) if s >= best_score - 1.0)
    earlier = [f for _s, f in scored if f.turn is found.turn and f.mark.end <= found.mark.start]
    if earlier and _MADE_EXACT.search(found.turn.folded[earlier[-1].mark.end : found.mark.start]):
        # «До лета, то есть край двадцатое мая»: the second date says what the first one means.
        return score, found
    if proof.corrects(found.turn.text):
        return score, found
    return max(((s, f) for s, f in scored if f.turn is found.turn), key=lambda pair: pair[0])


def _deadline_score(reading: Reading, found: Found[Moment]) -> float:
    conversation = reading.conversation
    if not found.turn.is_client or found.mark.is_past or found.mark.iso[:10] < reading.at.date().isoformat():
        return 0
    weak = proof.weakness(conversation, found.turn, found.mark.start)
    if weak in ("hypothetical", "joke", "taken_back", "others", "example", "past"):
        return 0
    sentence = found.sentence
    text = sentence.folded
    # «Чтобы до декабря топилось» may lean on the sentence before it.
    score = 2.0 if _RESULT.search(text) else 0.0
    if _ASKS_DEADLINE.search(conversation.question_before(found.turn.index)):
        score += 2.5
    if found.mark.is_deadline:
        score += 1.0
    if _NOT_RESULT.search(found.clause):
        score -= 3.0
    elif _NOT_RESULT.search(text):
        score -= 1.5
    if sentence.is_question and not re.search(r"\b(?:нам|мне) (?:надо|нуж\w+)", text):
        score -= 2.0
    return score


_ANY_DATE = content_stems("дата день число срок окончание")
_UNTIL = re.compile(r"\bдо как(?:ого|ой|их)\b|\bдо когда\b|\bкогда (?:конч|истек|заканч)")
_POSSIBLE = re.compile(r"\bесли (?!не ошибаюсь|честно|точно)")


def date_field(reading: Reading, definition: FieldDefinition) -> FieldValue:
    """A date field of a company's own: the date said with the words of its definition, or in answer to them."""
    named = content_stems(definition.label) - _ANY_DATE
    wide = content_stems(definition.label + " " + positive_part(definition.definition)) - _ANY_DATE
    is_until = bool(re.search(r"\bдо\b", definition.label.lower()))
    by_manager = wants_manager(definition)
    best: tuple[float, Found[Moment]] | None = None
    for found in reading.candidates.moments:
        if (found.turn.is_manager and not by_manager) or _POSSIBLE.search(found.sentence.folded):
            continue
        if proof.weakness(reading.conversation, found.turn, found.mark.start) is not None or proof.is_negated(
            found.clause
        ):
            continue
        prompt = prompt_before(reading, found.turn)
        said, around = stems_of(found.sentence.folded), stems_of(found.sentence.folded + " " + prompt)
        score = 2.0 * len(overlap(named, around)) + 0.5 * len(overlap(wide - named, around))
        score += 0.5 * len(overlap(wide - named, said))
        if is_until and _UNTIL.search(prompt):
            score += 2.0
        if score >= 2 and (best is None or score >= best[0]):
            best = (score, found)
    if best is None:
        return empty(definition.key)
    found = best[1]
    iso = found.mark.iso if definition.type is FieldType.DATETIME else found.mark.iso[:10]
    doubt = None
    if found.turn.is_unknown:
        doubt = _("Не ясно, кто назвал эту дату.")
    elif found.mark.certainty is not Certainty.EXACT:
        doubt = _("Дата названа неточно: сверьте.")
    elif best[0] < 3 or len(overlap(named, stems_of(found.sentence.folded))) == 0:
        doubt = _("Дата прозвучала рядом с этими словами: сверьте, что она об этом.")
    evidence = [reading.candidates.evidence(found)]
    return proposed(definition.key, day(iso), evidence, norm=iso, doubt=doubt)
