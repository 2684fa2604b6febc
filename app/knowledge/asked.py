"""What a question asks: which kind of value, of which things, under which conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.core.words import folded
from app.knowledge.search import codes_of, stem
from app.spoken.cities import find_cities
from app.spoken.morphology import parses
from app.spoken.numbers import find_numbers

_WORD = re.compile(r"[^\W_]+")


class Kind(StrEnum):
    """What an answer must hold."""

    MONEY = "money"
    DURATION = "duration"
    PERCENT = "percent"
    WEEKDAY = "weekday"
    NUMBER = "number"
    WHO = "who"
    WHERE = "where"


_ASKS = {
    Kind.WEEKDAY: re.compile(r"как(?:им|ие|ой|ому) (?:рабоч\w+ )?д(?:ням|ни|ень|ню)|which days?|what days?"),
    Kind.MONEY: re.compile(
        r"сколько\b.{0,30}\b(?:сто[ия]т|стоить|берет|берете|возьмете|платить|заплат|обойд)|\bцен[аыу]\b|почем\b|стоимост|"
        r"во сколько обойд|каков\w* тариф|how much|price|cost|от какой суммы|с какой суммы|на какую сумму|платн"
    ),
    Kind.DURATION: re.compile(
        r"сколько\b.{0,25}\b(?:дней|времени|часов|недел|месяц|лет|суток|жд|ид[еу]т|держ|хран|дела|собира|занима|длит|"
        r"ехать|едет|действу|служ|готов|печата|изготов|учит)|за сколько|\bсрок|как долго|\bкогда\b|как быстро|"
        r"на сколько|как\w+ гаранти|как\w+ отсрочк|как\w+ рассрочк|how long|how soon|\bwhen\b|как часто|через сколько"
    ),
    Kind.PERCENT: re.compile(
        r"(?:как\w+|сколько|наибольш\w+|максимальн\w+)\b.{0,20}скидк|процент|"
        r"скидк\w+ (?:от|на) |discount"
    ),
    Kind.WHO: re.compile(r"\bкто\b|\bкому\b|\bк кому\b|\bкем\b|\bчье|\bчьи|\bу кого\b|\bwho\b"),
    Kind.WHERE: re.compile(r"\bгде\b|\bкуда\b|\bоткуда\b|\bадрес|\bwhere\b"),
    Kind.NUMBER: re.compile(
        r"\bсколько\b|\bскольк|\bкак(?:ой|ая|ое|ие|ова|ов) (?:вес|размер|скорост|мощност|температур|давлен|объем|тираж|"
        r"минимальн|максимальн|наименьш|наибольш|площад|напор|расход|дозировк|уровень|высот|длин|ширин|класс|толщин)|"
        r"\bс какого\b|\bот какого\b|how many|how large"
    ),
}  # fmt: skip
_HOLDS = {
    Kind.MONEY: re.compile(r"₽|\bруб|бесплатн|за счет|по тариф|тысяч|\$|€|\bfree\b|за (?:наш|ваш|свой) счет|\d ?%"),
    Kind.DURATION: re.compile(
        r"\d[\d\s–—-]*(?:\(\w+\) )?(?:рабоч\w+ |календарн\w+ |банковск\w+ |полн\w+ |цел\w+ )?"
        r"(?:дн|день|сут|час|мин|недел|месяц|мес\b|год|лет|секунд|смен|моточ|day|hour|week|month|year)|"
        r"в день |следующ\w+ (?:рабоч\w+ )?день|сезон|\bсразу\b|в течение суток|раз в (?:год|месяц|квартал|неделю)|"
        r"круглосуточно|кажд\w+ (?:рабоч\w+ )?день|ежедневно|бессрочн|постоянно|ближайш|"
        r"весь срок|до утра|завтра|двух суток"
    ),
    Kind.PERCENT: re.compile(r"%|процент"),
    Kind.WEEKDAY: re.compile(
        r"понедельник|вторник|\bсред[аеу]|четверг|пятниц|суббот|воскресен|\b(?:пн|вт|ср|чт|пт|сб|вс)\b|"
        r"кажд\w+ (?:рабоч\w+ )?день|ежедневно|по будням|еженедельн|день в день|рабочи\w+ дн"
    ),
    Kind.NUMBER: re.compile(
        r"\d|\b(?:один|одн[аоу]|два|две|двух|три|трех|четыр|пять|пяти|шест|семь|восем|девят|десят|втор\w+|трет\w+|первы\w+)"
    ),
    Kind.WHO: re.compile(
        r"[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+|директор|руководител|начальник|инженер|технолог|менеджер|бухгалтер|логист|мастер|"
        r"отдел\w*|за (?:наш|ваш|свой|их) сч[её]т|за сч[её]т|сил(?:ами|а) |покупател|"
        r"клиент|заказчик|компани|бригад|завод|юрлиц"
    ),
    Kind.WHERE: re.compile(
        r"\bул\b|улиц|шоссе|проспект|переул|площад[ьи]|склад|офис|цех|адрес|\bг\. |"
        r"област|край|город|[а-яё,] [А-ЯЁ][а-яё]+"
    ),
}  # fmt: skip
_ASKS_FOR_STOCK = re.compile(r"налич|остат(?:ок|ки|ка|ков)|есть (?:ли )?на складе|сколько на складе|in stock|availab")
_COUNTED = re.compile(r"\bскольк(?:о|их|им|ими)\s+([а-я]{4,})|\bhow many\s+([a-z]{3,})")
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
_QUOTED = re.compile(r"«([^»]+)»|\"([^\"]+)\"|„([^“]+)“")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question that tells what is asked; `weight` by its class, from 0 to 1."""

    text: str
    stem: str
    weight: float


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
        counted: The thing whose number is asked («сколько пачек»); None where none is.
        codes: Article numbers.
        names: Names in quotation marks or in capitals, folded.
        towns: Towns, folded, in the nominative.
    """

    text: str
    words: tuple[Word, ...]
    kinds: frozenset[Kind]
    asks_for_stock: bool
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
    low = folded(text)
    cities = find_cities(text)
    towns = tuple(dict.fromkeys(folded(city.name) for city in cities))
    # Numbers and towns are compared in their own way.
    apart = [range(number.start, number.end) for number in find_numbers(text)]
    apart += [range(city.start, city.end) for city in cities]
    words: dict[str, Word] = {}
    for match in _WORD.finditer(low):
        word = match[0]
        if any(match.start() in span for span in apart):
            continue
        if word not in _EMPTY and not word.isdecimal() and len(word) > 1:
            words.setdefault(stem(word), Word(word, stem(word), _weight(word)))
    return Asked(
        text=text,
        words=tuple(words.values()),
        kinds=kinds_asked(low),
        asks_for_stock=bool(_ASKS_FOR_STOCK.search(low)),
        counted=_counted(low, words),
        codes=codes_of(text, families),
        names=_names(text, towns),
        towns=towns,
        quantities=quantities_of(text),
    )


def _counted(low: str, words: Mapping[str, Word]) -> Word | None:
    match = _COUNTED.search(low)
    word = words.get(stem(match[1] or match[2])) if match else None
    return word if word and word.weight >= _WEIGHT_OF_CLASS["NOUN"] else None


def kinds_asked(low: str) -> frozenset[Kind]:
    """Kinds of values a folded question asks for; a plain number only where nothing closer was asked."""
    found = {kind for kind, pattern in _ASKS.items() if pattern.search(low)}
    if len(found) > 1:
        found.discard(Kind.NUMBER)
    return frozenset(found)


def holds(text: str, kind: Kind) -> bool:
    """Whether a text holds a value of a kind."""
    pattern = _HOLDS[kind]
    return bool(pattern.search(text) or pattern.search(folded(text)))


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


def _weight(word: str) -> float:
    if word in _OF_VALUES:
        return _SHARE_OF_VALUE_WORDS
    if not re.match("[а-я]", word):
        return 1.0
    return _WEIGHT_OF_CLASS.get(str(parses(word)[0].tag.POS), _OTHER_CLASS)


def _names(text: str, towns: tuple[str, ...]) -> tuple[str, ...]:
    """Names in quotation marks, words in capitals or Latin letters, and capitalised words that begin no sentence."""
    found = [folded(next(filter(None, match.groups()))) for match in _QUOTED.finditer(text)]
    for match in re.finditer(r"(?<![.?!»\"] )(?<!^)\b([A-ZА-ЯЁ][\w-]+)", text):
        word = folded(match[1])
        is_town = any(word[:4] in town for town in towns)
        if not is_town and not any(word in name for name in found) and not re.search(r"\d", word):
            found.append(word)
    return tuple(dict.fromkeys(found))
