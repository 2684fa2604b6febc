"""Kinds of values: which one a question asks for, and whether a text holds one."""

from __future__ import annotations

import re
from enum import StrEnum

from app.core.words import folded


class Kind(StrEnum):
    """What an answer must hold."""

    MONEY = "money"
    DURATION = "duration"
    YEAR = "year"
    HOURS = "hours"
    PERCENT = "percent"
    WEEKDAY = "weekday"
    WEIGHT = "weight"
    LENGTH = "length"
    AREA = "area"
    VOLUME = "volume"
    POWER = "power"
    PRESSURE = "pressure"
    TEMPERATURE = "temperature"
    NOISE = "noise"
    NUMBER = "number"
    PERSON = "person"
    WHO = "who"
    WHERE = "where"


_ROLES = (
    r"директор\w*|руководител\w*|начальник\w*|глав\w+|завед\w+|управля\w+|возглавля\w+|руковод\w+|шеф\w*|бухгалтер\w*|"
    r"президент\w*|председател\w*|основател\w*|владел\w+|учредител\w*"
)
_SUMS = "аванс|предоплат|наценк|доплат|надбавк|пен[яиюе]|неустойк|штраф|залог"
_ASKS = {
    Kind.WEEKDAY: re.compile(
        r"(?:как(?:им|ие|ой|ому) |в как(?:ой|ие) )(?:рабоч\w+ )?д(?:ням|ни|ень|ню)|which days?|what days?|"
        r"\bкогда\b.{0,25}\b(?:воз[ия]т|воз[ия]те|ездит|рейс|машина)"
    ),
    Kind.MONEY: re.compile(
        r"сколько\b.{0,30}\b(?:сто[ия]т|стоить|берет|берете|возьмете|плат\w+|заплат|обойд|доплат\w+)|\bцен[ауые]\b(?!.{0,25}(?:ндс|налог|фикс|держ|\bгод))|"
        r"\bпочем\b|стоимост|во сколько обойд|каков\w* тариф|how much|price|cost|от какой суммы|с какой суммы|"
        r"на какую сумму|платн|минимальн\w+ заказ|"
        rf"(?:как\w+|сколько|велик\w*)\b.{{0,20}}\b(?:{_SUMS})|\b(?:{_SUMS})\w* (?:сколько|как)|^(?:{_SUMS})\w* "
    ),
    Kind.DURATION: re.compile(
        r"сколько\b.{0,25}\b(?:дней|времени|часов|недел|месяц|лет|суток|жд|ид[еу]т|держ|хран|дела|собира|занима|длит|"
        r"ехать|едет|действу|служ|готов|печата|изготов|учит)|за сколько|\bсрок|как долго|\bдолго\b|\bкогда\b|"
        r"как быстро|на сколько|как\w+ гаранти|^гаранти\w+ (?:на|у)\b|как\w+ отсрочк|как\w+ рассрочк|how long|how soon|"
        r"\bwhen\b|как часто|через сколько|за как\w+ время"
    ),
    Kind.YEAR: re.compile(r"с какого года|в каком году|когда (?:основа|созда|появи)|сколько лет\b|since when"),
    Kind.HOURS: re.compile(
        r"во сколько (?!обо)|(?:до|со?) скольки\b|котор\w+ час|какого часа|час\w* работ|график|"
        r"режим\w* работ|врем\w+ работ|когда (?:вы |у вас )?(?:офис |склад )?(?:открыт|закр|работа)|"
        r"opening hours|what time"
    ),
    Kind.PERCENT: re.compile(
        r"(?:как\w+|сколько|наибольш\w+|максимальн\w+)\b.{0,20}скидк|процент|скидк\w+ (?:от|на|при|если|за) |"
        rf"(?:как\w+|сколько|велик\w*)\b.{{0,20}}\b(?:{_SUMS})|\b(?:{_SUMS})\w* (?:сколько|как)|^(?:{_SUMS})\w* |"
        r"discount"
    ),
    Kind.WEIGHT: re.compile(r"\bвес(?:ит|ят|а|у|ом)?\b|\bмасс[аыуе]\b|сколько\b.{0,15}\b(?:кило|кг\b|грамм|тонн)"),
    Kind.LENGTH: re.compile(
        r"как\w+ (?:высот|ширин|длин|толщин|глубин|диаметр|шаг\b|расстояни)|какой (?:высоты|ширины|длины|толщины)|"
        r"сколько (?:сантиметр|миллиметр|метр|километр|км\b|мм\b|см\b)"
    ),
    Kind.AREA: re.compile(r"площад[ьи]|сколько (?:квадрат|гектар|кв\b)"),
    Kind.VOLUME: re.compile(r"как\w+ объем|сколько\b.{0,15}\b(?:литр|воды|кубов|кубометр)|вместимост"),
    Kind.POWER: re.compile(r"мощност|сколько\b.{0,15}ватт"),
    Kind.PRESSURE: re.compile(r"давлени|сколько (?:бар|атмосфер)"),
    Kind.TEMPERATURE: re.compile(r"(?:как\w+|сколько)\b.{0,25}(?:температур|градус|мороз)|скольких градус"),
    Kind.NOISE: re.compile(r"(?:как\w+|сколько)\b.{0,20}шум|громк|децибел"),
    Kind.PERSON: re.compile(rf"\bкто\b.{{0,30}}\b(?:{_ROLES})|как (?:зовут|звать)|\bфамили|who is|name of"),
    Kind.WHO: re.compile(r"\bкто\b|\bкому\b|\bк кому\b|\bкем\b|\bчье|\bчьи|\bу кого\b|\bwho\b"),
    Kind.WHERE: re.compile(r"\bгде\b|\bкуда\b|\bоткуда\b|\bадрес|\bwhere\b"),
    Kind.NUMBER: re.compile(
        r"\bсколько\b|\bскольк|\bкак(?:ой|ая|ое|ие|ова|ов) (?:размер|скорост|тираж|минимальн|максимальн|наименьш|"
        r"наибольш|напор|расход|дозировк|уровень|класс|нагрузк|грузоподъемн|производительн|разрешени|плотност)|"
        r"\bс какого\b|\bот какого\b|how many|how large"
    ),
}  # fmt: skip
_HOLDS = {
    Kind.MONEY: re.compile(
        r"₽|\bруб|бесплатн|за счет|по тариф|тысяч|\bмлн|\$|€|\bfree\b|за (?:наш|ваш|свой) счет|вход[ия]т в |включен|"
        r"без доплат|оплачива|плат[ия]т|"
        r"(?:цен|стоим|плюс|надбавк|наценк|минус|дешевл|дорож|предоплат|аванс)\D{0,40}\d+ ?%|"
        r"\d ?% (?:в день|цены|стоимости|сумм|аванс|предоплат|от )"
    ),
    Kind.DURATION: re.compile(
        r"(?<!\d)(?!(?:19|20)\d\d ?(?:г\b|год))\d[\d\s–—-]*(?:\(\w+\) )?"
        r"(?:рабоч\w+ |календарн\w+ |банковск\w+ |полн\w+ |цел\w+ )?"
        r"(?:дн|день|сут|час|мин|недел|месяц|мес\b|год|лет|секунд|смен|моточ|цикл|стир|day|hour|week|month|year)|"
        r"в день |следующ\w+ (?:рабоч\w+ )?день|сезон|\bсразу\b|в течение суток|раз в (?:год|месяц|квартал|неделю)|"
        r"круглосуточно|кажд\w+ (?:рабоч\w+ )?день|ежедневно|бессрочн|постоянно|ближайш|за месяц|в тот же день|"
        r"весь срок|до утра|завтра|двух суток|за сутки|\b(?:один|два|две|три|четыре|пять|шесть|семь) (?:рабоч\w+ )?"
        r"(?:дн|день|час|недел|месяц|год|суток)|понедельник|вторник|\bсред[аеу]|четверг|пятниц|суббот|воскресен|"
        r"январ|феврал|\bмарт|апрел|\bма[йея]\b|июн|июл|август|сентябр|октябр|ноябр|декабр|\d{1,2}:\d\d"
    ),
    Kind.YEAR: re.compile(r"\b(?:19|20)\d\d\b|\d+ (?:лет|год)"),
    Kind.HOURS: re.compile(r"\b\d{1,2}[:.]\d\d\b|круглосуточ|24/7|\b\d{1,2} ?(?:час|утра|вечера)"),
    Kind.PERCENT: re.compile(r"%|процент|половин"),
    Kind.WEEKDAY: re.compile(
        r"понедельник|вторник|\bсред[аеуы]|четверг|пятниц|суббот|воскресен|\b(?:пн|вт|ср|чт|пт|сб|вс)\b|"
        r"кажд\w+ (?:рабоч\w+ )?день|ежедневно|по будням|еженедельн|день в день|рабочи\w+ дн"
    ),
    Kind.WEIGHT: re.compile(r"\d\s?(?:кг|г|т|тонн\w*|грамм\w*|килограмм\w*)\b|тонн|килограмм"),
    Kind.LENGTH: re.compile(r"\d\s?(?:мм|см|м|км|метр\w*|сантиметр\w*|миллиметр\w*|дюйм\w*)\b|\d\s?[x×х]\s?\d"),
    Kind.AREA: re.compile(r"\d\s?(?:м²|м2|кв\.? ?м|га\b|гектар|квадрат|соток)"),
    Kind.VOLUME: re.compile(r"\d\s?(?:л\b|литр|мл\b|м³|м3|куб)|кубометр|кубическ"),
    Kind.POWER: re.compile(r"\d\s?(?:квт|вт\b|мвт|ватт|киловатт|л\. ?с)|киловатт"),
    Kind.PRESSURE: re.compile(r"\d\s?(?:бар|атм|мпа|кпа)"),
    Kind.TEMPERATURE: re.compile(r"\d\s?(?:°|º|градус)|(?:минус|плюс) \d|[+−-]\d"),
    Kind.NOISE: re.compile(r"\d\s?(?:дб|децибел)"),
    Kind.NUMBER: re.compile(
        r"\d|\b(?:один|одн[аоу]|два|две|двух|три|трех|четыр|пять|пяти|шест|семь|восем|девят|десят|втор\w+|трет\w+|первы\w+)|"
        r"\bлюбое число|без ограничений"
    ),
    Kind.PERSON: re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)? [А-ЯЁ][а-яё]+|[А-ЯЁ]\. ?(?:[А-ЯЁ]\. ?)?[А-ЯЁ][а-яё]+"),
    Kind.WHO: re.compile(
        r"[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+|директор|руководител|начальник|инженер|технолог|менеджер|бухгалтер|логист|мастер|"
        r"отдел\w*|за (?:наш|ваш|свой|их) сч[её]т|за сч[её]т|сил(?:ами|а) |покупател|\bмы\b|\bвы\b|"
        r"клиент|заказчик|компани|бригад|завод|юрлиц|агроном|водител|партн[её]р"
    ),
    Kind.WHERE: re.compile(
        r"\bул\b|улиц|шоссе|проспект|переул|площад[ьи]|склад|офис|цех|адрес|\bг\. |"
        r"област|край|город|[а-яё,] [А-ЯЁ][а-яё]+|кабинет|сайт"
    ),
}  # fmt: skip
# What a closer kind makes needless: who asks how many days asks for no plain number.
_CLOSER = {Kind.PERSON: Kind.WHO}
_OF_PEOPLE = frozenset((Kind.PERSON, Kind.WHO))
# The name of a company is nobody's.
_IN_QUOTES = re.compile(r"«[^»]*»|\"[^\"]*\"")


def kinds_asked(low: str) -> frozenset[Kind]:
    """Kinds of values a folded question asks for; a plain number only where nothing closer was asked."""
    found = {kind for kind, pattern in _ASKS.items() if pattern.search(low)}
    for closer, wider in _CLOSER.items():
        if closer in found:
            found.discard(wider)
    if len(found) > 1:
        found.discard(Kind.NUMBER)
    return frozenset(found)


def holds(text: str, kind: Kind) -> bool:
    """Whether a text holds a value of a kind."""
    pattern = _HOLDS[kind]
    if kind in _OF_PEOPLE:
        text = _IN_QUOTES.sub("", text)
    return bool(pattern.search(text) or pattern.search(folded(text)))
