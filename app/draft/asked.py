"""Numbers in the answer to a question that holds a field's words, and which of several the speakers settled on.

«Сколько душ одеваем?» — «По списку сто сорок. Хотя… сто тридцать два» — «Сто тридцать два»: the question says what is
counted, the correction and the other side's repetition say which number stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.deals.model import FieldDefinition
from app.draft import proof
from app.draft.amounts import positive_part
from app.draft.candidates import Found, Mark
from app.draft.conversation import Conversation, Turn, fold
from app.draft.reading import Reading
from app.draft.stems import content_stems, overlap, stem
from app.spoken.model import Certainty, Number
from app.spoken.morphology import parses

M = TypeVar("M", bound=Mark)
# By how much a later answer may be weaker and still count: what was said last was put right.
_LATER = 0.3
_COUNTS = re.compile(r"\bсколько\b|\bсколькими\b|\bмного\b|\bколичеств\w*|\bчисло\b|\bскольк\w+")
_ASKS = re.compile(_COUNTS.pattern + r"|\bкак(?:ая|ой|ое|ие|ую|им)\b|\bкаков\w*")
_COUNTED = re.compile(r"\bсколько(?: (?:у вас|вам|там|примерно|всего|их|сейчас|будет|штук))* ([а-я]+(?: [а-я]+){0,2})")
# What a label shortens, as it is said.
_SHORTENED = {
    "кг": "килограмм кило", "г": "грамм", "т": "тонна", "шт": "штука", "чел": "человек", "л": "литр", "м": "метр",
    "мм": "миллиметр", "см": "сантиметр", "км": "километр", "ч": "час", "мин": "минута", "дн": "день", "мес": "месяц",
    "бар": "атмосфера", "квт": "киловатт", "вт": "ватт", "гб": "гигабайт", "тб": "терабайт", "м3": "куб",
}  # fmt: skip
_PEOPLE_STEMS = frozenset(
    stem(word)
    for word in "человек людей люди сотрудников работников пользователей участников рабочих персонал".split()  # noqa: SIM905
)
_PEOPLE_ASKED = re.compile(r"\bдуш\b|\bнарод\w*|\bлюд\w+|\bчеловек\b|\bперсон\b|\bголов\b")
_NO_COUNT = re.compile(
    r"^(?:стои|сто$|руб|денег|деньг|врем|час|дн|дне|ден|недел|месяц|лет|год|процент|тысяч|раз$|вы$|он|эт|за$|у$|в$|на$)"
)
# «Порций в день», «Расход, л/мин»: no days and minutes are counted.
_PER_TIME = re.compile(
    r"\b(?:в|за) (?:день|сутки|смену|неделю|месяц|год|час|минуту|секунду)\b|/\s*(?:мин|ч|час|сут|день|мес|год|с)\b"
)
_SAID_TIME = re.compile(
    r"\b(?:день|дн\w+|сутк\w*|суток|смен\w*|недел\w*|месяц\w*|год\w*|час\w*|минут\w*|секунд\w*|ежедн\w+"
    r"|ежемес\w+)\b"
)
MOST_PEOPLE = 5000
_HEDGED = re.compile(
    r"\bнаверн\w*|\bпожалуй\b|\bвроде\b|\bпримерно\b|\bприблизительно\b|\bгде-то\b|\bкажется\b|\bскорее всего\b"
    r"|\bпо-моему\b|\bне помню\b|\bможет\b|\bнавскидку\b|\bусловно\b"
)
_SUMS_UP = re.compile(
    r"\bитого\b|\bвсего\b|\bвыходит\b|\bполучается\b|\bстанет\b|\bвместе\b|\bплюс\b|\bк (?:ваш|уже)\w*"
)
_IN_DISBELIEF = re.compile(r"\bкак(?:ие|ой|ая|ое)\W+$")
POSSIBLE = re.compile(r"\bесли (?!не ошибаюсь|честно|точно|быть)")
# A clause about another time, a possibility or another circle of people.
_ASIDE = re.compile(
    r"\bбыло\b|\bбывал\w*|\bбыл[аи]?\b|\bраньше\b|\bв прошл\w+|\bпрошлогодн\w+|\bпо прошл\w+|\bв сезон\b|\bесли\b"
    r"|\bпо спис\w+|\bпо штату\b|\bв штате\b|\bна стар\w+|\bвычеркива\w+|\bувол\w+|\bв прошлом\b|\bпредел\b"
)
_SETTLES = re.compile(
    r"\bкороче\b|\bстанет\b|\bпишите\b|\bпиши\b|\bосталось\b|\bвыходит\b|\bитого\b|\bстало быть\b|\bзначит\b|\bвсего\b$"
)
_COLLECTIVE = re.compile(r"^(?:дво|тро|[а-я]+ер)(?:е|о|их|ых|им|ым|ими|ыми)$")
_INTERRUPTED = re.compile(
    r"\bхотя\b|\bа,? нет\b|\bнет\b|\bне\b,|\bстоп\b|\bстойте\b|\bпогоди\w*|\bминуточку\b|\bтьфу\b"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A number taken for a field.

    Args:
        is_sure: The question or the counted word is the field's own, and nothing rivals the number.
        others: Other numbers of the same answer.
    """

    found: Found[Number]
    is_sure: bool
    others: tuple[int, ...] = ()


def nouns(text: str) -> frozenset[str]:
    """Stems of the nouns of a text; an adjective that could be a noun («рабочих мест») is left out before a noun."""
    words = re.findall(r"[а-я]+", fold(text))
    content = {word for word in words if content_stems(word)}
    kept: set[str] = set()
    for place, word in enumerate(words):
        readings = parses(word)
        if not any(p.tag.POS == "NOUN" for p in readings[:2]) or len(word) < 3:
            continue
        following = words[place + 1] if place + 1 < len(words) else ""
        could_be_adjective = any(p.tag.POS in ("ADJF", "PRTF") for p in readings)
        if could_be_adjective and following and parses(following)[0].tag.POS == "NOUN":
            continue
        if word in content:
            kept |= {stem(word), stem(_lemma(word))}
    return frozenset(kept)


def without_time(label: str) -> str:
    """The folded label of a field without the time for which it counts."""
    return _PER_TIME.sub(" ", label)


def lacks_time(reading: Reading, definition: FieldDefinition, found: Found[Number]) -> bool:
    """Whether a field counts for a time («Порций в день»), and none is named with the number or asked for."""
    if without_time(fold(definition.label)) == fold(definition.label):
        return False
    before = reading.conversation.question_before(found.turn.index)
    return not (_SAID_TIME.search(found.sentence.folded) or _SAID_TIME.search(before))


def heard_stems(text: str) -> list[str]:
    """Stems of the words and of their dictionary forms: «чашек» and «чашках» meet in «чашка»."""
    words = re.findall(r"[0-9a-zа-я]+", fold(text))
    return [stem(word) for word in words] + [stem(_lemma(word)) for word in words if word.isalpha()]


def _lemma(word: str) -> str:
    readings = parses(word)
    noun: Any = next((p for p in readings[:2] if p.tag.POS == "NOUN"), readings[0])
    return str(noun.normal_form).replace("ё", "е")


@dataclass(frozen=True)
class Measure:
    """What a whole-number field counts.

    Args:
        named: Stems of its label, with what the label shortens.
        wide: Stems of the nouns of its definition.
    """

    named: frozenset[str]
    wide: frozenset[str]
    is_people: bool

    @staticmethod
    def of(definition: FieldDefinition) -> Measure:
        label = without_time(fold(definition.label))
        spelled = " ".join(_SHORTENED.get(word, "") for word in re.findall(r"[а-я0-9]+", label))
        positive = positive_part(definition.definition)
        named = nouns(label) | frozenset(stem(word) for word in spelled.split())
        counted = _counted_noun(fold(positive))
        is_people = any(_is_animate(w) for w in re.findall(r"[а-я]+", label) if stem(w) in named) or bool(
            overlap(_PEOPLE_STEMS, nouns(label + " " + counted))
        )
        is_people = is_people or bool(
            re.search(r"\bчеловек\b|\bлюдей\b|\bработников\b|\bсотрудников\b", fold(positive)[:60])
        )
        return Measure(named, nouns(positive) - named, is_people)

    def is_counted_in(self, words: str) -> bool:
        """The words beside a number are what the field counts."""
        near = heard_stems(words)
        if overlap(self.named, near) or any(len(o) >= 6 and h.startswith(o) for o in self.named for h in near):
            return True
        return self.is_people and (bool(overlap(_PEOPLE_STEMS, near)) or bool(_PEOPLE_ASKED.search(words)))

    def is_asked(self, question: str) -> float:
        """2 where a question asks for the field by its own word, 1 by a word of its definition, else 0."""
        counted = _counted_noun(question)
        is_other = bool(counted and _NO_COUNT.match(counted))
        if not question or (is_other and not self.is_counted_in(counted)):
            return 0
        asks_count = bool(_COUNTS.search(question))
        own = self.named - {stem(counted)} if is_other else self.named
        heard = heard_stems(question)
        is_short = len(re.findall(r"[а-я]+", question)) <= 5
        of_people = self.is_people and asks_count and _PEOPLE_ASKED.search(question)
        if of_people or (overlap(own, heard) and (_ASKS.search(question) or is_short)):
            return 2
        if self.is_people and counted and _is_animate(counted):
            return 1.5
        return 1 if asks_count and overlap(self.wide, heard) else 0


def _counted_noun(text: str) -> str:
    match = _COUNTED.search(text)
    if match is None:
        after = re.search(r"([а-я]+) (?:у вас )?(?:там )?(?:всего )?сколько\b", text)
        return after.group(1) if after else ""
    words: list[str] = match.group(1).split()
    for place, word in enumerate(words):
        readings, following = parses(word), parses(words[place + 1]) if place + 1 < len(words) else ()
        is_noun_next = bool(following) and following[0].tag.POS == "NOUN"
        if any(p.tag.POS == "NOUN" for p in readings[:2]) and not (
            is_noun_next and any(p.tag.POS == "ADJF" for p in readings)
        ):
            return word
        if readings[0].tag.POS not in ("ADJF", "PRTF"):
            break
    return words[0]


def _is_animate(word: str) -> bool:
    """People by what they do: «операторов», «торговых»."""
    readings = parses(word)[:2]
    is_noun = any(p.tag.POS == "NOUN" and "anim" in p.tag for p in readings)
    return is_noun or bool(readings[0].tag.POS == "ADJF" and {"plur", "gent"} <= readings[0].tag.grammemes)


def repeats(
    conversation: Conversation, found: Found[M], pool: Sequence[Found[M]], value: Callable[[M], object]
) -> bool:
    """The other side's next words name the value again.

    Args:
        pool: All values of the kind.
    """
    for steps in (1, 2):
        after = conversation.next(found.turn.index, steps)
        if after is None:
            return False
        if after.is_manager != found.turn.is_manager:
            return any(one.turn is after and value(one.mark) == value(found.mark) for one in pool)
    return False


def settled(
    reading: Reading, marks: Sequence[Found[M]], pool: Sequence[Found[M]], value: Callable[[M], object]
) -> tuple[Found[M], bool] | None:
    """Of values of one answer the one that stays, and whether that is plain: repeated back, alone, or put right."""
    plain = [one for one in marks if not _ASIDE.search(_own_clause(one))] or list(marks)
    if not plain:
        return None
    told = [one for one in plain if _SETTLES.search(_own_clause(one))]
    if told and len(plain) > 1:
        return told[-1], True
    echoed = [one for one in plain if repeats(reading.conversation, one, pool, value)]
    if echoed:
        return echoed[-1], True
    last = plain[-1]
    distinct = {value(one.mark) for one in marks}
    is_plain = len(distinct) == 1 and not _INTERRUPTED.search(last.turn.folded[last.mark.end :])
    said_twice = sum(value(one.mark) == value(last.mark) for one in plain) > 1 and len(distinct) > 1
    return last, is_plain or (said_twice and proof.corrects(last.turn.text))


def _own_clause(found: Found[M]) -> str:
    """The piece of the sentence a value stands in, up to the next value's piece."""
    text, place = found.sentence.folded, found.mark.start - found.sentence.start
    for piece in re.finditer(r"[^,;:—–…]+", text):
        if piece.start() <= place < piece.end():
            return piece.group()
    return text


def asked_number(reading: Reading, definition: FieldDefinition) -> Answered | None:
    """The number of the last answer to a question about what the field counts, or said with the counted word."""
    measure = Measure.of(definition)
    words = {_lemma(w) for w in re.findall(r"[а-я]+", without_time(fold(definition.label))) if content_stems(w)}
    best: tuple[float, Answered] | None = None
    for turn in reading.conversation.client_turns:
        asked = max(
            measure.is_asked(reading.conversation.question_before(turn.index)),
            _stated_before(reading, turn, measure),
            _repeated_before(reading, turn, best[1].found) if best is not None else 0,
        )
        numbers = [one for one in usable_numbers(reading, turn) if _fits(one, measure)]
        counted = [one for one in numbers if _is_counted(one, measure)]
        spoken_of = bool(overlap(measure.named, heard_stems(turn.text)))
        named = [
            one
            for one in numbers
            if not one.sentence.is_question and words & {_lemma(w) for w in re.findall(r"[а-я]+", one.sentence.folded)}
        ]
        if asked < 2:
            numbers = [one for one in numbers if one.mark.value > 1]
        if asked < 1 and not counted:
            numbers = [o for o in numbers if o in named or (spoken_of and _is_repeated(reading, o))]
        elif asked < 2 and counted:
            numbers = [o for o in numbers if o in counted or _puts_right(reading, counted[-1], o)]
        chosen = settled(reading, numbers, reading.candidates.numbers, lambda mark: int(mark.value))
        if chosen is None:
            continue
        found, is_plain = chosen
        is_exact = found.mark.certainty is Certainty.EXACT and found.mark.upper is None and not is_hedged(found)
        strength = max(float(asked), 1.5 if found in counted or found in named else 0.5)
        strength += 0.5 * _is_repeated(reading, found)
        others = tuple(int(one.mark.value) for one in numbers if one.mark.value != found.mark.value)
        # A lone number proves nothing by itself: the other side repeats it, or the counted thing stands beside it.
        is_alone = _is_repeated(reading, found) or (len(usable_numbers(reading, turn)) == 1 and found in counted)
        answer = Answered(found, is_plain and is_alone and is_exact and asked >= 2, others)
        if best is None or strength >= best[0] - _LATER:
            best = (strength, answer)
    return best[1] if best else None


def _puts_right(reading: Reading, counted: Found[Number], later: Found[Number]) -> bool:
    """«Двадцать паллет… хотя нет, тридцать»: the later bare number takes the place of the counted one."""
    between = later.turn.folded[counted.mark.end : later.mark.start]
    is_broken_off = bool(_INTERRUPTED.search(between)) or _is_repeated(reading, later)
    return later.mark.start > counted.mark.end and is_broken_off


def _is_repeated(reading: Reading, found: Found[Number]) -> bool:
    return repeats(reading.conversation, found, reading.candidates.numbers, lambda mark: int(mark.value))


def _stated_before(reading: Reading, turn: Turn, measure: Measure) -> float:
    """1.8 where the manager has just named a count of the field's own, which the answer may put right."""
    before = reading.conversation.previous(turn.index)
    if before is None or not before.is_manager:
        return 0
    stated = (one for one in reading.candidates.numbers if one.turn is before and _is_counted(one, measure))
    return 1.8 if next(stated, None) is not None else 0


def _repeated_before(reading: Reading, turn: Turn, found: Found[Number]) -> float:
    """2.3 where the manager has just said the client's number again, and this turn puts it right or sums it up.

    «Тридцать пять?» — «Ой, стоп, стажёры же! Сорок»; «Пять к двадцати двум — двадцать семь» — «Ага, двадцать семь».
    """
    before = reading.conversation.previous(turn.index)
    if before is None or not before.is_manager or before.index <= found.turn.index:
        return 0
    said = {one.mark.value for one in reading.candidates.numbers if one.turn is before}
    own = {one.mark.value for one in reading.candidates.numbers if one.turn is turn}
    sums_up = bool(_SUMS_UP.search(before.folded)) and bool(own & (said - {found.mark.value}))
    return 2.3 if found.mark.value in said and (sums_up or proof.corrects(turn.text)) else 0


def _is_counted(found: Found[Number], measure: Measure) -> bool:
    """What the field counts stands beside the number, or the number itself counts people."""
    is_collective = measure.is_people and bool(_COLLECTIVE.match(fold(found.text)))
    return measure.is_counted_in(_beside(found)) or (is_collective and bool(_SETTLES.search(_own_clause(found))))


def usable_numbers(reading: Reading, turn: Turn) -> list[Found[Number]]:
    """Whole numbers of a turn that may count something.

    No part of a phone or of an hour, none of a joke or of a mere possibility.
    """
    phones = [(m.mark.start, m.mark.end) for m in reading.candidates.phones if m.turn is turn]
    phones += hours(reading, turn)
    return [
        one
        for one in reading.candidates.numbers
        if one.turn is turn
        and not one.mark.is_ordinal
        and one.mark.value > 0
        and one.mark.value == int(one.mark.value)
        and not any(start <= one.mark.start < end for start, end in phones)
        and not proof.is_hypothetical(one.sentence)
        and not POSSIBLE.search(one.sentence.folded)
        and not is_thrown_back(one)
        and not proof.is_joke(turn)
        and not proof.is_taken_back(turn)
    ]


def hours(reading: Reading, turn: Turn) -> list[tuple[int, int]]:
    """Where hours of the day stand in a turn: «к восьми», «в понедельник, к восьми»."""
    spans = [(t.mark.start, t.mark.end) for t in reading.candidates.times if t.turn is turn]
    return spans + [
        (m.mark.start, m.mark.end) for m in reading.candidates.moments if m.turn is turn and "T" in m.mark.iso
    ]


def is_thrown_back(found: Found[Number]) -> bool:
    """«Какие три! Две»: said in disbelief."""
    return bool(_IN_DISBELIEF.search(found.sentence.before(found.mark.start)))


def is_hedged(found: Found[Number]) -> bool:
    """«Тридцать пять, наверное»: the speaker is not sure of the number."""
    beside = found.turn.folded[max(found.mark.start - 30, found.sentence.start) : found.mark.end + 22]
    return bool(_HEDGED.search(beside))


def _beside(found: Found[Number]) -> str:
    """The unit and the words right behind a number; behind a noun another count begins («20 человек, склад 1»)."""
    unit = fold(found.mark.unit)
    if unit and parses(unit)[0].tag.POS == "NOUN":
        return unit
    after = found.turn.folded[found.mark.end : found.mark.end + 24]
    return unit + " " + " ".join(re.findall(r"[а-я]+", re.split(r"[,.;:!?…—]", after)[0])[:2])


def _fits(found: Found[Number], measure: Measure) -> bool:
    """No unit of another kind stands with the number."""
    unit = fold(found.mark.unit)
    after = found.turn.folded[found.mark.end : found.mark.end + 12]
    if measure.is_people and not unit and found.mark.value >= MOST_PEOPLE:
        # «Я в заявке сорок тысяч ставил» is money.
        return False
    if re.match(r"\s*(?:%|процент)", after):
        return False
    before = re.findall(r"[а-я]+", re.split(r"[,.;:!?…—]", found.turn.folded[: found.mark.start])[-1])[-1:]
    inverted = [
        w for w in before if any(p.tag.POS == "NOUN" and {"plur", "gent"} <= p.tag.grammemes for p in parses(w)[:1])
    ]
    return all(measure.is_counted_in(word) for word in [unit, *inverted] if word)
