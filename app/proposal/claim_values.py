"""What a text claims in figures and names: numbers with their units, days, times, contacts, articles, names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.core.words import basic_forms
from app.draft.conversation import fold
from app.spoken.contacts import find_emails, find_phones
from app.spoken.dates import find_moments
from app.spoken.model import Certainty, Number
from app.spoken.morphology import parses
from app.spoken.names import find_people
from app.spoken.numbers import find_numbers
from app.spoken.tokens import Token, tokenise, vocabulary


class Kind(StrEnum):
    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    CONTACT = "contact"
    ARTICLE = "article"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that a text claims.

    Args:
        start: First character of the words.
        end: Behind the last character, the unit taken in.
        key: By which it is compared: "2026-12-01", "15:30", "+78442300101", "TD120"; words of a name, a space between.
        number: For numbers: the value in the measure of `unit`; the upper end of a range is a value of its own.
        unit: For numbers: "%", "₽", "month", "day", "workday", …, else the basic form of the noun; "" without one.
        is_lower: The lower end of a range.
    """

    kind: Kind
    start: int
    end: int
    key: str = ""
    number: Decimal = Decimal(0)
    unit: str = ""
    is_lower: bool = False


_MEASURES: tuple[tuple[str, str, int], ...] = (
    (r"%|процент\w*|проц", "%", 1),
    (r"₽|руб\w*|р", "₽", 1),
    (r"год\w*|лет|г", "month", 12),
    (r"месяц\w*|мес", "month", 1),
    (r"недел\w*|нед", "day", 7),
    (r"дн\w*|день|сут\w*", "day", 1),
    (r"час(?:а|ов|у|ы|е)?|ч", "hour", 1),
    (r"минут\w*|мин", "minute", 1),
    (r"шт|штук\w*|ед|единиц\w*", "piece", 1),
    (r"м|метр\w*|пог", "m", 1),
    (r"м2|м²|квадрат\w*|кв", "m2", 1),
    (r"м3|м³|куб\w*", "m3", 1),
    (r"кг|килограмм\w*|кило", "kg", 1),
    (r"т|тонн\w*", "kg", 1000),
    (r"км|километр\w*", "km", 1),
    (r"л|литр\w*", "l", 1),
)
_UNITS = tuple((re.compile(pattern), unit, factor) for pattern, unit, factor in _MEASURES)
_STEMS: dict[str, Decimal | int] = {
    "одно": 1, "двух": 2, "трех": 3, "четырех": 4, "пяти": 5, "шести": 6, "семи": 7, "восьми": 8, "девяти": 9,
    "десяти": 10, "двенадцати": 12, "пятнадцати": 15, "двадцати": 20, "тридцати": 30, "полутора": Decimal("1.5"),
    "сто": 100,
}  # fmt: skip
_COMPOUND_UNITS = {
    "летн": "лет", "годичн": "год", "месячн": "мес", "дневн": "дн", "суточн": "сут", "недельн": "нед",
    "процентн": "%", "часов": "час",
}  # fmt: skip
_COMPOUND = re.compile(
    rf"(?<!\w)(?:(?P<digits>\d+)\s?-\s?(?:х\s)?|(?P<word>{'|'.join(_STEMS)}))"
    rf"(?P<unit>{'|'.join(_COMPOUND_UNITS)})\w+"
)
_ALONE = re.compile(
    r"(?<!\w)(?:за|на|через|в течение)\s+(?:(?:цел\w+|один|одну|одного|одной|одни)\s+)?"
    r"(?P<unit>год|года|месяц|месяца|неделю|недели|день|дня|сутки|суток|час|часа)(?!\w)(?!\s+(?:или|и)\b)"
    r"|(?<!\w)в день (?:оплаты|заказа|обращения|отгрузки|звонка)(?!\w)"
)
_COUNTING = vocabulary("этап вариант способ часть шаг пункт вопрос платёж платеж причина раз очередь")
_SHORT_DAY = re.compile(
    r"(?<![\d.,\w-])(?P<day>0?[1-9]|[12]\d|3[01])\.(?P<month>0[1-9]|1[0-2])(?![\d.]*\d)(?!\s*(?:%|₽|[а-я]{1,3}\b))"
)
_CLOCK = re.compile(r"(?<![\d:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:])")
_NUMBERING = re.compile(r"^\s*\d{1,2}[.)]\s")
_SITE = re.compile(
    r"\b(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:ru|рф|com|net|org|su|info|biz|example)\b(?:/\S*)?",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"(?<![\w-])(?:[A-Za-zА-Яа-яЁё]{1,8}[-/]?\d[\w]*(?:[-/.]\w+)*|[A-ZА-ЯЁ]{1,6}(?:-[A-ZА-ЯЁ]{1,4})?\s\d+(?:[-/]\d+)+\w*"
    r"|[A-ZА-ЯЁ]{2,6}(?:-[A-ZА-ЯЁ]\d*)+(?:\s?\d+)?|[A-ZА-ЯЁ]{2,6}\s\d{2,}[A-ZА-ЯЁ]?|\d+[A-ZА-ЯЁ]{1,3}-?\d\w*"
    r"|\d+(?:[.,]\d+)?(?:\s?[×xх]\s?\d+(?:[.,]\d+)?){1,3})(?![\w-])"
)
_MANY_DIGITS = re.compile(r"\d{6,}")
_NO_ARTICLE = vocabulary("НДС ИНН КПП ОГРН ОГРНИП БИК КП ООО АО ПАО ЗАО ИП РФ НК ГК СТ П")
_LOOKALIKES = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")
_DEAR_YOU = re.compile(r"(?:вы|вас|вам|вами|ваш\w{0,3})")
_KNOWN_TO_ALL = vocabulary(
    "ндс инн кпп огрн огрнип бик ооо ао пао зао оао ип кп упд эдо ттн тк рф фио тз ед шт счет итого №"
    " pdf word excel email e-mail гост ту"
)
_NAMING = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"})
_NAME_SHARE = 0.5
_LONGEST = 1000


@lru_cache(maxsize=8192)
def values(text: str, today: date) -> tuple[Value, ...]:
    """Everything a text claims, in its order. No-break spaces count as spaces; offsets are those of the text given."""
    plain = text.replace("\u00a0", " ").replace("\u202f", " ")
    if len(plain) <= _LONGEST:
        return _values(plain, today)
    # The rules for speech grow with the square of the length; nothing they find is longer than a sentence.
    found: list[Value] = []
    start = 0
    while start < len(plain):
        cut = plain.rfind(" ", start + 1, start + _LONGEST) if start + _LONGEST < len(plain) else len(plain)
        end = cut if cut > start else start + _LONGEST
        found += (
            replace(one, start=one.start + start, end=one.end + start) for one in _values(plain[start:end], today)
        )
        start = end
    return tuple(found)


@lru_cache(maxsize=8192)
def _values(text: str, today: date) -> tuple[Value, ...]:
    contacts = [*_contacts(text)]
    taken = [(one.start, one.end) for one in contacts]
    days = [one for one in _days(text, today) if not _inside(one, taken)]
    taken += [(one.start, one.end) for one in days]
    articles = [one for one in _articles(text) if not _inside(one, taken)]
    taken += [(one.start, one.end) for one in articles]
    numbers = [one for one in _numbers(text) if not _inside(one, taken)]
    names = [one for one in _names(text) if not _inside(one, taken)]
    taken += [(one.start, one.end) for one in numbers]
    codes = [one for one in _codes(text) if not _inside(one, taken)]
    return tuple(sorted([*contacts, *days, *articles, *numbers, *names, *codes], key=lambda one: (one.start, one.end)))


def _inside(one: Value, spans: list[tuple[int, int]]) -> bool:
    return any(start < one.end and one.start < end for start, end in spans)


def _contacts(text: str) -> Iterator[Value]:
    mails = find_emails(text) if "@" in text else []
    for mark in [*find_phones(text), *mails]:
        yield Value(Kind.CONTACT, mark.start, mark.end, mark.value.lower())
    for match in _SITE.finditer(text):
        if not any(mark.start < match.end() and match.start() < mark.end for mark in mails):
            key = re.sub(r"^(?:https?://)?(?:www\.)?", "", match.group().lower()).rstrip("/.")
            yield Value(Kind.CONTACT, *match.span(), key)


def _days(text: str, today: date) -> Iterator[Value]:
    times = []
    for match in _CLOCK.finditer(text):
        times.append(match.span())
        yield Value(Kind.TIME, *match.span(), f"{int(match['hour']):02d}:{match['minute']}")
    for moment in find_moments(text, datetime(today.year, today.month, today.day, 9)):  # noqa: DTZ001
        is_time_alone = moment.certainty is Certainty.GUESS and "T" in moment.iso
        if is_time_alone and any(a >= moment.start and b <= moment.end for a, b in times):
            continue
        if "T" in moment.iso and not any(a >= moment.start and b <= moment.end for a, b in times):
            yield Value(Kind.TIME, moment.start, moment.end, moment.iso[11:16])
        if not is_time_alone:
            yield Value(Kind.DAY, moment.start, moment.end, moment.iso[:10])
    for match in _SHORT_DAY.finditer(text):
        month, day = int(match["month"]), int(match["day"])
        year = today.year + ((month, day) < (today.month, today.day))
        yield Value(Kind.DAY, *match.span(), f"{year}-{month:02d}-{day:02d}")


def _articles(text: str) -> Iterator[Value]:
    for match in _ARTICLE.finditer(text):
        code = match.group()
        head = re.match(r"[A-Za-zА-Яа-яЁё]+", code)
        if head is not None and head.group().upper() in _NO_ARTICLE:
            continue
        if " " in code and re.match(r"\s*(?:%|₽|шт|м\b|мм|см|кг|л\b|руб|дн|год|лет|мес|час)", text[match.end() :]):
            continue
        if re.fullmatch(r"[а-яё]+-?\d+", code) or re.fullmatch(r"[A-Za-zА-Яа-яЁё]+-?\d+-[а-яё]+", code):
            continue
        yield Value(Kind.ARTICLE, *match.span(), article_key(code))


def _codes(text: str) -> Iterator[Value]:
    """Digits too many for a number: an account, a registration; or something nobody has."""
    for match in _MANY_DIGITS.finditer(text):
        yield Value(Kind.ARTICLE, *match.span(), match.group())


def article_key(code: str) -> str:
    """The article by which spellings are compared: «НЦ 25-60», «нц25-60»; look-alike letters are one letter."""
    return re.sub(r"[\s\-/.]", "", code.upper().replace("×", "X").replace("Ё", "Е").translate(_LOOKALIKES))


def _numbers(text: str) -> Iterator[Value]:
    low = fold(text)
    compounds = []
    for match in _COMPOUND.finditer(low):
        compounds.append(match.span())
        count = Decimal(match["digits"]) if match["digits"] else Decimal(_STEMS[match["word"]])
        measure, factor = _measure(_COMPOUND_UNITS[match["unit"]], "")
        yield Value(Kind.NUMBER, *match.span(), number=count * factor, unit=measure)
    numbering = _NUMBERING.match(text)
    for number in find_numbers(text):
        is_numbering = numbering is not None and number.end <= numbering.end()
        is_one = number.value == 1 and not text[number.start].isdigit() and not number.unit
        is_word_ordinal = number.is_ordinal and not text[number.start].isdigit()
        if is_numbering or is_one or is_word_ordinal or any(a <= number.start < b for a, b in compounds):
            continue
        yield from _with_unit(text, low, number)
    for match in _ALONE.finditer(low):
        measure, factor = _measure(match["unit"], "") if match["unit"] else ("day", 0)
        yield Value(Kind.NUMBER, *match.span(), "alone", Decimal(factor), measure)


def _with_unit(text: str, low: str, number: Number) -> Iterator[Value]:
    end, between = number.end, ""
    unit = fold(number.unit)
    if unit:
        behind = re.match(rf"(?P<between>[\s.\-]*(?:\w+\s+)?){re.escape(unit)}", low[number.end :])
        if behind is not None:
            end, between = number.end + behind.end(), behind["between"]
    else:
        behind = re.match(r"\s?(?P<unit>квт\w*|мпа|гц|бар|в|а|мкм|гб|мбит\w*|кп|ам)(?!\w)", low[number.end :])
        if behind is not None:
            unit, end = behind["unit"], number.end + behind.end()
    measure, factor = _measure(unit, between)
    if measure in _COUNTING and number.value <= 5:
        return  # «В два этапа» counts the parts of what is being said.
    yield Value(
        Kind.NUMBER,
        number.start,
        end,
        number=number.value * factor,
        unit=measure,
        is_lower=number.upper is not None,
    )
    if number.upper is not None:
        yield Value(Kind.NUMBER, number.start, end, number=number.upper * factor, unit=measure)


def _measure(unit: str, between: str) -> tuple[str, int]:
    """The measure in which a unit is compared, and how many of it make one unit."""
    if not unit:
        return "", 1
    for pattern, measure, factor in _UNITS:
        if pattern.fullmatch(unit):
            return ("workday" if measure == "day" and "рабоч" in between else measure), factor
    return basic_forms(unit)[0], 1


def _names(text: str) -> Iterator[Value]:
    people = [person for person in find_people(text) if " " in person.name]
    for person in people:
        if text[person.start].isupper():
            yield Value(Kind.NAME, person.start, person.end, fold(person.name))
    tokens = tokenise(text)
    for index, token in enumerate(tokens):
        if any(person.start <= token.start < person.end for person in people):
            continue
        if token.is_word and len(token.text) > 1 and _is_name(tokens, index):
            yield Value(Kind.NAME, token.start, token.end, token.low)


def _is_name(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether a word with a capital is a name: anywhere but at a beginning, and there too if it can be little else."""
    token = tokens[index]
    if not any(sign.isupper() for sign in token.text) or token.low in _KNOWN_TO_ALL or _DEAR_YOU.fullmatch(token.low):
        return False
    before = tokens[index - 1] if index else None
    # «кВт», «Гц» behind a number are units; «с НДС» is known to all.
    if before is not None and before.is_digits:
        return False
    if any(sign.isupper() for sign in token.text[1:]):
        return not _is_unit(token)
    is_beginning = (
        before is None
        or before.low in {".", "!", "?", "…", ":", ";", "(", "•"}
        or (
            before.low in {"«", '"', "„", "—", "-", "–"}
            and (index < 2 or tokens[index - 2].low in {".", ":", "!", "?"})
        )
    )
    if not is_beginning:
        return True
    readings = parses(token.low)
    if not any(reading.is_known for reading in readings):
        return True
    total = sum(reading.score for reading in readings) or 1
    return bool(sum(r.score for r in readings if _NAMING & r.tag.grammemes) / total >= _NAME_SHARE)


def _is_unit(token: Token) -> bool:
    return token.low in {"квт", "мпа", "гкал", "мвт", "квтч", "гц", "кгц", "дб"}
