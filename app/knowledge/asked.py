"""What a question asks: which kind of value, of which things, under which conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.core.words import folded
from app.knowledge.kinds import Kind, kinds_asked
from app.knowledge.search import codes_of, stem, without_codes
from app.spoken.cities import find_cities
from app.spoken.morphology import parses
from app.spoken.numbers import find_numbers

_WORD = re.compile(r"[^\W_]+")
_ASKS_FOR_STOCK = re.compile(r"налич|остат(?:ок|ки|ка|ков)|есть (?:ли )?на складе|сколько на складе|in stock|availab")
_ASKS_FOR_LEAST = re.compile(
    r"минимальн\w+ (?:заказ|тираж|парти|количеств|объем)|минимум (?:можно )?(?:взять|заказать)|от скольки|minimum order"
)
_WHO_IS = re.compile(r"\bкто (?:у вас |ваш |там |такой )?(?:\w+(?:ый|ий|ой) )?([а-я]{4,})")
_COUNTED = re.compile(
    r"\bскольк(?:о|их|им|ими)\s+(?:всего |у вас |сейчас |вообще )*([а-я]{4,})|\bhow many\s+([a-z]{3,})"
)
# Words of questions that say nothing of the thing asked for.
_EMPTY = frozenset(
    """а без бы был была были было быть в вам вами вас ваш ваша ваше вашего вашей вашем вашему ваши ваших во возможно
    вообще вот все всё вы где да для до другой его ее если есть еще же за и из или им их к как какая какие каким какими
    каких какого какое какой каком какому какую ко когда кого кому который которая кто куда ли лишь мне можем может
    можете можно мой моя мы на над надо нам нас наш наша наше наши нашего нашей нам не него нее нет ни них но ну нужен
    нужна нужно нужны о об обычно он она они оно от откуда по под почему почем при про разве с сами самим свой себя
    сейчас сколько скольких скольки со так такая такое такой там те то тоже только тут ты у уже хотим хочу чего чей чем
    чему что чтобы чье чьи это этого этой этот эту я вашу ваши какова каков каково какому стоит стоят стоить сколькими
    делаете делает делать делается делаем даете дадите дать дают дает бывает будет будете получить получите считаете
    самая самый самое самую наибольшая наибольший раз один одна одну день дни дней дня дням месяц месяцев лет
    the a an is are do does you your can could will would what which who how much many long it of for to in at on we our
    your us i my when where""".split()  # noqa: SIM905
)
# Words that only say which value is wanted; the kind of the value says it better.
_OF_VALUES = frozenset(
    """срок срока сроки долго быстро времени время ждать ждем подождать идет идут длится длиться занимает займет ехать
    размер размера порядок условия условие цена цены цену стоимость сумма суммы сумму сумме адрес часто величина объем
    количество процент процентов price cost""".split()  # noqa: SIM905
)
_SHARE_OF_VALUE_WORDS = 0.3
_WEIGHT_OF_CLASS = {"NOUN": 1.0, "ADJF": 0.8, "ADJS": 0.7, "PRTF": 0.7, "VERB": 0.6, "INFN": 0.6, "ADVB": 0.6}
_OTHER_CLASS = 0.8
_SHORT_NAME = 5
_PARTS = {"NOUN": "noun", "ADJF": "adjective", "ADJS": "adjective", "PRTF": "adjective", "VERB": "verb", "INFN": "verb"}
# Forms of organisations in capitals name none.
_FORMS = frozenset("ао гуп жкх жск зао ип муп нко оао ооо пао снт тсж тсн ук фгуп".split())  # noqa: SIM905
_QUOTED = re.compile(r"«([^»]+)»|\"([^\"]+)\"|„([^“]+)“")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question that tells what is asked.

    Args:
        weight: By its class, from 0 to 1.
        part: Its class: "noun", "adjective", "verb", "value" (it says which value is wanted) or "other".
        is_known: Whether it stands in the dictionary; a slip of the fingers does not.
    """

    text: str
    stem: str
    weight: float
    part: str = "noun"
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number said as a condition; `of` is the stem of what is counted, "₽" for money, empty where not said."""

    value: Decimal
    of: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read.

    Args:
        kinds: What an answer must hold one of; empty where anything may answer.
        asks_for_stock: Whether it is asked what lies in the warehouse.
        asks_for_least: Whether it is asked how little may be ordered.
        counted: The thing whose number is asked («сколько пачек»); None where none is.
        codes: Article numbers.
        names: Names in quotation marks or in capitals, folded.
        towns: Towns, folded, in the nominative.
    """

    text: str
    words: tuple[Word, ...]
    kinds: frozenset[Kind]
    asks_for_stock: bool
    asks_for_least: bool
    counted: Word | None
    codes: frozenset[str]
    names: tuple[str, ...]
    towns: tuple[str, ...]
    quantities: tuple[Quantity, ...]


def read_question(text: str, families: Set[str] = frozenset()) -> Asked:
    """What a question asks.

    Args:
        families: Letters with which the article numbers of the base begin.
    """
    plain = without_codes(text, families)
    low = folded(plain)
    cities = find_cities(plain)
    towns = tuple(dict.fromkeys(folded(city.name) for city in cities))
    # Numbers and towns are compared in their own way.
    apart = [range(number.start, number.end) for number in find_numbers(plain)]
    apart += [range(city.start, city.end) for city in cities]
    kinds = _kinds(low)
    words: dict[str, Word] = {}
    for match in _WORD.finditer(low):
        word = match[0]
        if any(match.start() in span for span in apart):
            continue
        if word not in _EMPTY and not word.isdecimal() and len(word) > 1:
            words.setdefault(stem(word), _read(word))
    return Asked(
        text=text,
        words=tuple(words.values()),
        kinds=kinds,
        asks_for_stock=bool(_ASKS_FOR_STOCK.search(low)),
        asks_for_least=bool(_ASKS_FOR_LEAST.search(low)),
        counted=_counted(low, words) if Kind.NUMBER in kinds else None,
        codes=codes_of(text, families),
        names=_names(plain, towns),
        towns=towns,
        quantities=quantities_of(plain),
    )


def _kinds(low: str) -> frozenset[Kind]:
    """Kinds of values asked for; «кто у вас технолог» asks for a name, «кто разгружает» for a side."""
    found = kinds_asked(low)
    if Kind.WHO in found and (match := _WHO_IS.search(low)) and _is_person(match[1]):
        return (found - {Kind.WHO}) | {Kind.PERSON}
    return found


def _is_person(word: str) -> bool:
    tag = parses(word)[0].tag
    return bool(tag.POS == "NOUN" and tag.animacy == "anim" and tag.case == "nomn")


def _counted(low: str, words: Mapping[str, Word]) -> Word | None:
    match = _COUNTED.search(low)
    word = words.get(stem(match[1] or match[2])) if match else None
    return word if word and word.part == "noun" else None


def quantities_of(text: str) -> tuple[Quantity, ...]:
    """Numbers of a text with what they count."""
    found = []
    for number in find_numbers(text):
        behind = folded(text[number.end : number.end + 6]).strip()
        of = "₽" if behind.startswith(("₽", "руб")) or number.unit.startswith("руб") else stem(folded(number.unit))
        if not of and re.match(r"(?:км|м²|м2|м|кг|%|квт|дб|мм|см|т|а|л)\b|%", behind):
            of = re.match(r"[^\s.,;]+", behind)[0]  # type: ignore[index]
        if isinstance(number.value, Decimal | int):
            found.append(Quantity(Decimal(number.value), of))
    return tuple(found)


def names_town(town: str, low: str) -> bool:
    """Whether a folded text names a town, in any case."""
    return all(re.search(_in_any_case(part), low) for part in town.split() if len(part) > 2)


@lru_cache(maxsize=1000)
def _in_any_case(name: str) -> str:
    """A long name by its beginning, for towns bend at the end; of a short one, such as «Тула», all forms."""
    if len(name) > _SHORT_NAME:
        return rf"\b{re.escape(name[: len(name) - 2])}"
    forms = {name, *(folded(str(form.word)) for form in parses(name)[0].lexeme)}
    return rf"\b(?:{'|'.join(map(re.escape, sorted(forms)))})\b"


def _read(word: str) -> Word:
    if not re.match("[а-я]", word):
        return Word(word, stem(word), _SHARE_OF_VALUE_WORDS if word in _OF_VALUES else 1.0)
    reading = parses(word)[0]
    name = str(reading.tag.POS)
    weight = _SHARE_OF_VALUE_WORDS if word in _OF_VALUES else _WEIGHT_OF_CLASS.get(name, _OTHER_CLASS)
    part = "value" if word in _OF_VALUES else _PARTS.get(name, "other")
    return Word(word, stem(word), weight, part, bool(reading.is_known))


def _names(text: str, towns: tuple[str, ...]) -> tuple[str, ...]:
    """Names in quotation marks, words in capitals or Latin letters, and capitalised words that begin no sentence."""
    found = [folded(next(filter(None, match.groups()))) for match in _QUOTED.finditer(text)]
    for match in re.finditer(r"(?<![.?!»\"] )(?<!^)\b([A-ZА-ЯЁ][\w-]+)", text):
        word = folded(match[1])
        is_town = any(word[:4] in town or names_town(town, word) for town in towns)
        is_known = is_town or word in _FORMS or any(word in name for name in found)
        if not is_known and not re.search(r"\d", word):
            found.append(word)
    return tuple(dict.fromkeys(found))
