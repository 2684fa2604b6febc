"""Terms counted from an event: «в течение десяти дней после поставки», which are no dates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.spoken.calendar_words import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    MONTH_OF,
    QUARTER,
    UNIT_OF,
    WEEK,
    WEEKDAY_OF,
    YEAR,
    Span,
    read_span,
)
from app.spoken.model import Term
from app.spoken.morphology import inflected, parses
from app.spoken.tokens import Token, low_at, tokenise, vocabulary

_DAYS_OF = {DAY: 1, WEEK: 7, MONTH: 30, QUARTER: 90, YEAR: 365}
_NO_EVENTS = vocabulary(
    "обеда обед праздников выходных отпуска нового ужина работы завтрака этого того чего тех полудня полуночи смены"
    " лета зимы весны осени сезона каникул майских новогодних недели месяца года дня часа"
)
_EVENT_STEMS = (
    "поставк", "отгрузк", "оплат", "предоплат", "аванс", "подписан", "получен", "согласован", "монтаж", "приемк",
    "доставк", "утвержден", "запуск", "ввод", "заявк", "заказ", "счет", "макет", "акт", "договор", "обследован",
    "замер", "выезд", "аудит", "тендер", "конкурс", "реализац", "продаж", "проверк", "испытан", "пусконалад",
    "внедрен", "демонстрац", "встреч", "звонк", "созвон", "собран", "инвентаризац", "изготовлен", "закрыт", "выставлен",
    "поступлен", "заключен", "передач", "документ", "образц", "тест", "показ", "презентац", "совещан",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Event:
    behind: int
    name: str
    head: str


def find_terms(text: str) -> list[Term]:
    """Terms counted from an event, in the order of the text; «после поставки» alone has `days` None."""
    tokens = tokenise(text)
    return [
        Term(tokens[first].start, tokens[behind - 1].end, days, event, is_working)
        for first, behind, days, event, is_working in term_places(text)
    ]


@lru_cache(maxsize=256)
def term_places(text: str) -> tuple[tuple[int, int, int | None, str, bool], ...]:
    """The same with token indices: first, behind, days, event, is_working."""
    tokens = tokenise(text)
    places: list[tuple[int, int, int | None, str, bool]] = []
    index = 0
    while index < len(tokens):
        place = _with_span(tokens, index) or _bare(tokens, index)
        if place is None:
            index += 1
        else:
            places.append(place)
            index = place[1]
    return tuple(places)


def _with_span(tokens: tuple[Token, ...], index: int) -> tuple[int, int, int | None, str, bool] | None:
    """«десять рабочих дней после поставки», with what opens it."""
    at = _behind_opener(tokens, index)
    span = read_span(tokens, at)
    if span is None or span.unit in (HOUR, MINUTE):
        return None
    if at == index and low_at(tokens, at) in UNIT_OF and low_at(tokens, index - 1).isalpha():
        return None
    event = _counted_from(tokens, span.behind)
    if event is None:
        return None
    return index, event.behind, _days(span), event.name, span.is_working


def _behind_opener(tokens: tuple[Token, ...], index: int) -> int:
    low, following = low_at(tokens, index), low_at(tokens, index + 1)
    if low == "в" and following in {"течение", "течении"}:
        return index + 2
    if low in {"через", "спустя", "за"}:
        return index + 1
    if low == "не" and following in {"позже", "позднее"}:
        return index + 4 if low_at(tokens, index + 2) == "чем" else index + 2
    return index


def _counted_from(tokens: tuple[Token, ...], at: int) -> _Event | None:
    """The event behind «после», «с момента», «со дня», «от даты»."""
    low, following = low_at(tokens, at), low_at(tokens, at + 1)
    if low == ",":
        return _counted_from(tokens, at + 1)
    if low == "после":
        return _event(tokens, at + 1)
    if low in {"с", "со", "от"} and following in {"момента", "дня", "даты", "числа"}:
        return _event(tokens, at + 2)
    return None


def _bare(tokens: tuple[Token, ...], index: int) -> tuple[int, int, int | None, str, bool] | None:
    """«после поставки», «по факту отгрузки»; a span may follow («после поставки в течение недели»)."""
    low = low_at(tokens, index)
    if low == "после":
        event = _event(tokens, index + 1)
    elif low == "по" and low_at(tokens, index + 1) == "факту":
        event = _event(tokens, index + 2)
    else:
        return None
    if event is None or not event.head.startswith(_EVENT_STEMS):
        return None
    at = event.behind + (low_at(tokens, event.behind) == ",")
    opener = _behind_opener(tokens, at)
    span = read_span(tokens, opener) if opener > at else None
    if span is not None and span.unit not in (HOUR, MINUTE):
        return index, span.behind, _days(span), event.name, span.is_working
    return index, event.behind, None, event.name, False


def _days(span: Span) -> int | None:
    return int(span.count * _DAYS_OF[span.unit])


def _genitive(word: str, kinds: set[str]) -> Any:
    return next((p for p in parses(word) if p.tag.POS in kinds and p.tag.case == "gent"), None)


def _event(tokens: tuple[Token, ...], at: int) -> _Event | None:
    """A group of nouns in the genitive, its first noun turned to the nominative."""
    words: list[str] = []
    adjectives: list[tuple[Any, str]] = []
    while at < len(tokens) and len(adjectives) < 2:
        if tokens[at].low in _NO_EVENTS or not tokens[at].is_word:
            return None
        noun = _genitive(tokens[at].low, {"NOUN"})
        if noun is not None and _genitive(tokens[at].low, {"ADJF"}) is None:
            break
        adjective = _genitive(tokens[at].low, {"ADJF", "PRTF"})
        if adjective is None:
            return None
        adjectives.append((adjective, tokens[at].low))
        at += 1
    else:
        return None
    low = tokens[at].low
    if low in WEEKDAY_OF or low in MONTH_OF or low in UNIT_OF or {"Name", "Patr", "Surn"} & noun.tag.grammemes:
        return None
    gender = noun.tag.gender if noun.tag.number == "sing" else None
    for adjective, _ in adjectives:
        words.append(inflected(adjective, "nomn", *((gender, "sing") if gender else ("plur",))))
    head = inflected(noun, "nomn")
    words.append(head)
    at += 1
    while at < len(tokens) and len(words) < 4 and tokens[at].is_word and _continues(tokens[at].low):
        words.append(tokens[at].text.lower())
        at += 1
    return _Event(at, " ".join(words), low.replace("ё", "е"))


def _continues(low: str) -> bool:
    """True for a genitive that belongs to the noun before it («подписания договора»)."""
    first = parses(low)[0]
    is_genitive = first.tag.POS in {"NOUN", "ADJF"} and any(p.tag.case == "gent" for p in parses(low))
    is_person = bool({"Name", "Patr", "Surn"} & first.tag.grammemes)
    return is_genitive and not is_person and low not in _NO_EVENTS and low not in UNIT_OF
