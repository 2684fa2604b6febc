"""Whole numbers and yes/no of a company's own fields, read by type, label and definition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from app.core.i18n import _
from app.deals.model import FieldDefinition
from app.draft import proof
from app.draft.amounts import positive_part, wants_manager
from app.draft.asked import (
    MOST_PEOPLE,
    POSSIBLE,
    Answered,
    asked_number,
    hours,
    is_hedged,
    is_thrown_back,
    lacks_time,
    nouns,
    usable_numbers,
    without_time,
)
from app.draft.candidates import Found
from app.draft.conversation import fold
from app.draft.model import FieldValue
from app.draft.reading import Reading, empty, proposed
from app.draft.stems import content_stems, overlap, stem, stems_of
from app.spoken.model import Certainty, Number

_PERCENT = re.compile(r"%|процент")
_AREA = re.compile(r"м²|м2|кв\. ?м|квадрат")
_AREA_SAID = re.compile(r"^\W*(?:тыс\w*\W+)?(?:квадрат|кв\b|м2|м²|метр\w* квадратн)|квадрат")
# People are counted in several words that mean the same.
_PEOPLE = ("пользователей", "сотрудников", "человек", "людей", "рабочих", "участников")
_PEOPLE_SAID = re.compile(r"^(?:человек|люд|пользоват|сотрудник|рабочих мест|мест\b|участник|персон)")
# A unit of measure makes a number no count, unless the field itself is measured in it.
_MEASURES = re.compile(
    r"(?:руб|тыс|млн|миллион|копе|метр|квадрат|градус|килограмм|кило|час|дн|день|дня|недел|месяц|год|лет|минут)"
)
_METRES = re.compile(r",\s*м\b|\bметр")
_ASKS_NUMBER = re.compile(r"\bсколько\b|\bкак(?:ая|ой|ое|ие)\b|\bмного\b")
_PUT_RIGHT_WITHIN = 4
_TAKES_BACK = re.compile(r"(?:^|[.!?…]\s*)(?:ой|нет|не|стоп|погоди\w*|подожди\w*|стойте)\b")
_ONE = re.compile(r"\b(?:один|одна|одно)\b")


@dataclass(frozen=True, slots=True)
class _Scored:
    score: float
    found: Found[Number]
    is_correction: bool = False


def int_field(reading: Reading, definition: FieldDefinition) -> FieldValue:
    """The number that is counted in the words of the definition; the last one after corrections."""
    scored = number_candidates(reading, definition)
    answer = None if _is_special(definition) else asked_number(reading, definition)
    if answer is not None and (answer.is_sure or not any(one.score >= 3.5 for one in scored)):
        return _asked(reading, definition, answer)
    if not scored:
        return empty(definition.key)
    best_score = max(one.score for one in scored)
    if best_score < 2.5:
        return empty(definition.key)
    last = next(one for one in reversed(scored) if one.score >= max(best_score - 2.0, 2.5))
    value = int(last.found.mark.value)
    others = [
        f"{int(one.found.mark.value)}"
        for one in scored
        if one.score >= 2.5 and not one.is_correction and int(one.found.mark.value) != value
    ]
    doubt: str | None = None
    if last.found.turn.is_unknown:
        doubt = _("Не ясно, кто назвал это число.")
    elif last.found.mark.certainty is not Certainty.EXACT or last.found.mark.upper is not None or is_hedged(last.found):
        doubt = _("Число названо неточно.")
    elif later := _put_right_later(reading, last.found):
        doubt = _("Звучали и другие числа: {names}.").format(names=", ".join(later))
        others += later
    elif last.score < 3.5 or lacks_time(reading, definition, last.found):
        doubt = _("Число прозвучало рядом со словами этого поля: сверьте.")
    elif counted := _counted_otherwise(reading, definition, last.found):
        doubt = _("Звучали и другие числа: {names}.").format(names=", ".join(dict.fromkeys(counted)))
        others += counted
    elif (others := others or _beside(reading, last.found)) and not _corrected(reading, last.found):
        doubt = _("Звучали и другие числа: {names}.").format(names=", ".join(dict.fromkeys(others)))
    return proposed(
        definition.key, str(value), [reading.candidates.evidence(last.found)], norm=value, doubt=doubt, others=others
    )


def _beside(reading: Reading, found: Found[Number]) -> list[str]:
    """Other bare numbers of the same sentence: «двенадцать человек на одно и восемь на другое»."""
    return [
        f"{int(one.mark.value)}"
        for one in reading.candidates.numbers
        if one.turn is found.turn
        and found.mark.end <= one.mark.start < found.sentence.end
        and not one.mark.unit
        and not one.mark.is_ordinal
        and one.mark.value not in (1, found.mark.value)
    ]


def _is_special(definition: FieldDefinition) -> bool:
    """Shares and areas have rules of their own; what the manager said is no answer."""
    text = definition.label.lower() + " " + fold(positive_part(definition.definition))
    return bool(_PERCENT.search(text) or _AREA.search(text)) or wants_manager(definition)


def _asked(reading: Reading, definition: FieldDefinition, answer: Answered) -> FieldValue:
    """The number of an answer, with the doubt it leaves."""
    found, value = answer.found, int(answer.found.mark.value)
    others = [f"{other}" for other in answer.others]
    doubt: str | None = None
    if found.turn.is_unknown:
        doubt = _("Не ясно, кто назвал это число.")
    elif found.mark.certainty is not Certainty.EXACT or found.mark.upper is not None or is_hedged(found):
        doubt = _("Число названо неточно.")
    elif later := _put_right_later(reading, found):
        doubt = _("Звучали и другие числа: {names}.").format(names=", ".join(later))
        others += later
    elif not answer.is_sure and others:
        doubt = _("Звучали и другие числа: {names}.").format(names=", ".join(dict.fromkeys(others)))
    elif counted := _counted_otherwise(reading, definition, found):
        doubt = _("Звучали и другие числа: {names}.").format(names=", ".join(dict.fromkeys(counted)))
        others += counted
    elif not answer.is_sure or lacks_time(reading, definition, found):
        doubt = _("Число прозвучало рядом со словами этого поля: сверьте.")
    return proposed(
        definition.key, str(value), [reading.candidates.evidence(found)], norm=value, doubt=doubt, others=others
    )


def _put_right_later(reading: Reading, found: Found[Number]) -> list[str]:
    """Other bare numbers of the client's next turns that take something back: «Нет, склад же ещё! Шестьдесят»."""
    place = reading.conversation.place(found.turn.index)
    result = []
    for turn in reading.conversation.client_turns:
        if not 0 < reading.conversation.place(turn.index) - place <= _PUT_RIGHT_WITHIN:
            continue
        if proof.corrects(turn.text) or _TAKES_BACK.search(turn.folded):
            result += [
                f"{int(one.mark.value)}"
                for one in usable_numbers(reading, turn)
                if not one.mark.unit and one.mark.value not in (1, found.mark.value)
            ]
    return list(dict.fromkeys(result))


def _counted_otherwise(reading: Reading, definition: FieldDefinition, found: Found[Number]) -> list[str]:
    """Counts the client said of the very thing that the field counts, where this one was not («два склада…»).

    One that is said again in the turn of the number was put right there.
    """
    named = nouns(definition.label)
    if overlap(named, stems_of(found.mark.unit)):
        return []
    here = {one.mark.value for one in reading.candidates.numbers if one.turn is found.turn}
    return [
        f"{int(one.mark.value)}"
        for one in reading.candidates.numbers
        if one.turn.is_client
        and (
            (one.mark.value not in here and overlap(named, stems_of(one.mark.unit)))
            or (one.turn is found.turn and one.mark.value != found.mark.value and _stands_behind(named, one))
        )
    ]


def _stands_behind(named: frozenset[str], found: Found[Number]) -> bool:
    """«Двадцать пользователей, склад один»: the word of the field right before a number that counts nothing else."""
    words = found.sentence.before(found.mark.start).split()
    return not found.mark.unit and bool(words) and bool(overlap(named, stems_of(words[-1])))


def _corrected(reading: Reading, found: Found[Number]) -> bool:
    if proof.corrects(found.turn.text):
        return True
    before = reading.conversation.previous(found.turn.index, 2)
    return before is not None and before.is_manager == found.turn.is_manager and proof.corrects(before.text)


def number_candidates(reading: Reading, definition: FieldDefinition) -> list[_Scored]:
    """Numbers that may fill a field, with their weight, in the order they were said."""
    label = without_time(re.sub(r"[%²]|\bм2\b", " ", fold(definition.label)))
    named = content_stems(label)
    positive = positive_part(definition.definition)
    wide = content_stems(label + " " + positive)
    unwanted = content_stems(definition.definition.replace(positive, "")) - wide if positive else frozenset()
    unwanted = frozenset(content_stems(" ".join(re.findall(r"\bне ([^.;]*)", fold(definition.definition))))) - named | (
        unwanted & frozenset()
    )
    percent, area = (
        bool(_PERCENT.search(definition.label.lower() + " " + fold(positive))),
        bool(_AREA.search(definition.label.lower() + " " + fold(positive))),
    )
    metres = bool(_METRES.search(definition.label.lower() + " " + fold(positive)))
    by_manager = wants_manager(definition)
    result: list[_Scored] = []
    taken = [(m.turn.index, m.mark.start, m.mark.end) for m in reading.candidates.phones]
    taken += [(t.index, start, end) for t in reading.conversation.turns for start, end in hours(reading, t)]
    restated = _restated(reading, named)
    for found in _with_ones(reading, nouns(label) or named):
        if found.turn.is_manager != by_manager and (by_manager or found.turn.is_manager):
            continue
        if (
            is_thrown_back(found)
            or found.mark.is_ordinal
            or found.mark.value != int(found.mark.value)
            or found.mark.value <= 0
        ):
            continue
        if any(turn == found.turn.index and start <= found.mark.start < end for turn, start, end in taken):
            continue
        score = _number_score(reading, found, named, wide, unwanted, percent=percent, area=area, metres=metres)
        corrects = False
        if (found.turn.index, int(found.mark.value)) in restated:
            score += 2.5
        if not percent and found.turn.is_client and score > -1:
            taken_back = [one.score for one in result if one.score >= 2.5 and _corrects(reading, found, one.found)]
            corrects = bool(taken_back) and max(taken_back) > score
            score = max([score, *taken_back])
        if score >= 1.5:
            result.append(_Scored(score, found, corrects))
    return result


def _with_ones(reading: Reading, named: frozenset[str]) -> list[Found[Number]]:
    """All numbers, and «склад один», «одна точка», where a one beside the counted word is a count."""
    found = list(reading.candidates.numbers)
    for turn, sentence in reading.conversation.sentences():
        for match in _ONE.finditer(sentence.folded):
            start, end = sentence.start + match.start(), sentence.start + match.end()
            if any(n.turn is turn and n.mark.start <= start < n.mark.end and n.mark.unit for n in found):
                continue
            before = re.findall(r"[а-я]+", sentence.folded[: match.start()])[-1:]
            after = re.findall(r"[а-я]+", sentence.folded[match.end() :])[:1]
            word = next((w for w in (*after, *before) if overlap(named, [stem(w)])), None)
            if word is not None:
                found = [n for n in found if n.turn is not turn or n.mark.start != start]
                found.append(Found(turn, Number(start, end, Decimal(1), unit=word)))
    return sorted(found, key=lambda n: (reading.conversation.place(n.turn.index), n.mark.start))


def _is_first(reading: Reading, found: Found[Number]) -> bool:
    """The first number of its turn, near the beginning: a direct answer."""
    earlier = [n for n in reading.candidates.numbers if n.turn is found.turn and n.mark.start < found.mark.start]
    return not earlier and len(found.turn.text[: found.mark.start].split()) <= 6


def _corrects(reading: Reading, found: Found[Number], earlier: Found[Number]) -> bool:
    """A number that takes an earlier one back: in its sentence, right behind it, or naming it again a little later."""
    gap = reading.conversation.place(found.turn.index) - reading.conversation.place(earlier.turn.index)
    if gap > 3 or not proof.corrects(found.turn.text[: found.mark.start]):
        return False
    if found.turn.index == earlier.turn.index:
        between = found.turn.folded[earlier.mark.end : found.mark.start]
        is_near = found.sentence.start == earlier.sentence.start or proof.corrects(between)
        return is_near and (not found.mark.unit or found.mark.unit == earlier.mark.unit)
    in_turn = [n for n in reading.candidates.numbers if n.turn.index == found.turn.index]
    return any(n.mark.value == earlier.mark.value for n in in_turn)


def _belongs_to_rival(reading: Reading, found: Found[Number], named: frozenset[str]) -> bool:
    """«Четыре тысячи метров, высота девять метров»: the field's word stands beside the other number of that unit."""
    return any(
        other.mark.start != found.mark.start and other.mark.unit == found.mark.unit != "" and not other.mark.is_ordinal
        for other in reading.candidates.numbers
        if other.turn is found.turn
        and found.sentence.start <= other.mark.start < found.sentence.end
        and overlap(named, stems_of(other.clause))
    )


def _restated(reading: Reading, named: frozenset[str]) -> set[tuple[int, int]]:
    """Turn and number that the manager's next turn repeats with the field's own word: «пятнадцать пользователей»."""
    result: set[tuple[int, int]] = set()
    for found in reading.candidates.numbers:
        if not found.turn.is_manager or not found.mark.unit or not overlap(named, stems_of(found.mark.unit)):
            continue
        for steps in (1, 2):
            before = reading.conversation.previous(found.turn.index, steps)
            if before is not None and before.is_client:
                result.add((before.index, int(found.mark.value)))
    return result


def _unit_score(unit: str, after: str, *, asked_area: bool, area: bool, metres: bool) -> float | None:
    """How the unit that was said fits the field's own; None where it cannot be this field."""
    if not area:
        return -3.0 if _MEASURES.match(unit) and not (metres and unit.startswith("метр")) else 0.0
    if _AREA_SAID.search(unit) or _AREA_SAID.match(after):
        return 2.5
    # «Какая площадь?» — «Четыре тысячи метров»: the question makes the metres square, if less surely.
    return 0.0 if asked_area and unit.startswith("метр") else None


def _unit_before(found: Found[Number]) -> str:
    """«Недельки три»: a measure said before its number; "" for any other word."""
    words = re.findall(r"[а-я]+", found.sentence.before(found.mark.start))[-1:]
    return words[0] if words and _MEASURES.match(words[0]) else ""


def _number_score(
    reading: Reading,
    found: Found[Number],
    named: frozenset[str],
    wide: frozenset[str],
    unwanted: frozenset[str],
    *,
    percent: bool,
    area: bool,
    metres: bool,
) -> float:
    conversation, sentence, mark = reading.conversation, found.sentence, found.mark
    after = found.turn.folded[mark.end : mark.end + 24]
    unit = fold(mark.unit) or _unit_before(found)
    question = stems_of(conversation.question_before(found.turn.index))
    is_percent = bool(_PERCENT.match(unit)) or bool(re.match(r"\s*(?:%|процент)", after)) or "%" in found.text
    if percent != is_percent:
        return -9
    if proof.weakness(conversation, found.turn, mark.start) in (
        "hypothetical",
        "joke",
        "taken_back",
        "example",
        "others",
        "past",
    ):
        return -9
    counted_people = [stem(word) for word in _PEOPLE if stem(word) in named]
    score = 0.0
    fitting = _unit_score(unit, after, asked_area=bool(overlap(named, question)), area=area, metres=metres)
    if fitting is None or (counted_people and not unit and mark.value >= MOST_PEOPLE):
        return -9
    score += fitting
    clause, text = stems_of(found.clause), stems_of(sentence.folded)
    if not overlap(named, clause) and _belongs_to_rival(reading, found, named):
        score -= 3.0
    near = stems_of(unit + " " + " ".join(after.split()[:2]))
    if counted_people and _PEOPLE_SAID.match(unit or after.strip()):
        near += counted_people
    score += 2.5 if overlap(named, near) else 0
    score += 1.5 * min(len(overlap(named, clause)), 2)
    score += 0.7 * min(len(overlap(named, text)), 2)
    asked = bool(overlap(named, question))
    score += 1.8 if asked else 0
    if asked and _ASKS_NUMBER.search(conversation.question_before(found.turn.index)) and _is_first(reading, found):
        score += 1.7
    score += 0.35 * min(len(overlap(wide - named, question)), 3) + 0.35 * min(len(overlap(wide - named, text)), 3)
    if percent and overlap(named, stems_of(found.turn.folded)):
        score += 1.5
    if percent and proof.refuses(sentence.text):
        score -= 3
    if overlap(unwanted, near):
        score -= 3.0
    if proof.is_negated(found.clause):
        score -= 2.0
    if sentence.is_question and found.turn.is_client:
        score -= 1.5
    if POSSIBLE.search(sentence.folded):
        score -= 3.0
    return score
