"""Words of promises: verbs that promise an action, kinds of action, requests, proposals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from app.draft.conversation import fold

# Verbs that say something about talking or feeling and promise no action.
NO_ACTION = frozenset(
    """быть сказать мочь смочь понять успеть уложиться записать повторить договориться увидеть разобраться обсудить подождать дождаться подумать стать дать
    объяснить подсказать попробовать учесть поверить хватить прийтись получиться выйти пойти понадобиться
    потребоваться стоить хотеть знать назвать
    найти найтись остаться обойтись потерпеть пройти влезть решить захотеть услышать слышать простить извинить
    заметить добавить считать начать
    постараться обещать предложить взять купить ответить пожаловаться поменять заменить сообщить открыть открыться
    закрыть закрыться заработать работать
    попросить спросить показаться сломаться потерять забыть поставить скинуться жить ждать беспокоить помнить
    рассказать пропадать намотать домотать
    хватать закончиться кончиться запустить запуститься помочь выбрать звать обратиться поговорить переехать
    вырасти вспомнить подумать посмотреть подписаться""".split()  # noqa: E501, SIM905
)
# No step by themselves, but one once a day is set: «завтра отвечу».
DATED_ACTION = frozenset("ответить сообщить решить поставить открыть заменить поменять начать попросить".split())  # noqa: SIM905
# The noun beside them says what is done: «сделаю звоночек», «проведу показ».
LIGHT_VERBS = frozenset("сделать делать устроить провести проводить организовать".split())  # noqa: SIM905
GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "call",
        re.compile(
            r"\bзвон|позвон|перезвон|отзвон|прозвон|дозвон|набер|набра|набира|созвон|созван|звонк|звонок|звоноч"
            r"|на связи|свяж[уе]|связаться|связыва|перенабер|потревож|побеспоко|отвлечь|отвлек|звякн"
            r"|переговорим|переговорить|объявиться|напомнить о себе"
        ),
    ),
    (
        "visit",
        re.compile(
            r"приед|приехать|подъед|подъех|выезд|выезжа|\bедем\b|\bеду\b|встреч|встрет|демонстрац|показ\b|приходите|зайд"
            r"|заед|\bосмотр|обследован|\bзамер|презентац|экскурс|приезж|подключ\w* к (?:встреч|созвон)|пров[её]д[уе]"
            r"|видео-?конференц|диагностик"
        ),
    ),
    (
        "clarify",
        re.compile(r"уточн|\bответ(?:ить|им)\b|\bотвечу\b|узна|выясн|спрош|провер|согласу|поинтересу|посмотрю у|сверюсь"
                   r"|сверимся|разузна"),
    ),
    ("deliver", re.compile(r"привез|привоз|довез|достав|отгру[зж]|завез|завоз|забер|забира|забрать|отвез"
                           r"|приш?лём машину|постав(?:им|ка)\b")),
    ("pay", re.compile(r"оплач|оплат|переведу|переведем|заплач")),
    (
        "prepare",
        re.compile(
            r"подготов|сдела|посчита|рассчита|пересчита|просчита|оформ|состав|выстав|подпиш|подпис|заброниру|резервиру"
            r"|закаж|переда[мдею]|контролиру|постав\w* заявк|ставлю|подад|пода[мё]|внес|завед"
            r"|запиш[уе]м|собер|сформиру|открыва|открою|переброшу"
        ),
    ),
    (
        "send",
        re.compile(
            r"приш[лю]|пришл|присл|присыл|отправ|вышл|высл|высыл|скин|скид|перешл|пересыл|направ|сброш|сбрас|сброс|дошл"
            r"|продублиру|кину|кида|закину|\bшл[июе]|\bслать|отошл|напиш|черкн|отпиш|вложу|верну|\bуйдет\b|\bуходит\b"
        ),
    ),
    ("show", re.compile(r"покаж|доложу|обсуд|передам|поговор|согласу|посовет|скажу")),
)  # fmt: skip
RANK = {
    name: place for place, name in enumerate(("call", "visit", "send", "deliver", "prepare", "clarify", "pay", "show"))
}
REPORTED = re.compile(
    r"\b(?:сказали|обещали|говорили|обещал[аи]?|сказал[аи]?)\b[^.?!]*\b(?:перезвон|приед"
    r"|приш|сдела|отправ)\w+"
)
DONE_BY_OTHERS = frozenset(
    "ответить решить прислать сделать подготовить передать подписать вернуть отправить согласовать оплатить".split()  # noqa: SIM905
)
THIRD_PERSON = re.compile(
    r"\b(?:инженер|бригад|монтажник|мастер|курьер|водител|коллег|бухгалтер|юрист|логист"
    r"|технолог|специалист|техник|руководител|сервис|он вам|она вам|вам)\w*\b"
)
_SENT = r"\b(?:при[шс]л|направ|отправ|подошл|переброс|переброш|подкин|выш[лш])\w*"
# «Пришлю мастера» is a visit and no parcel.
SENT_PERSON = re.compile(
    _SENT + r"\b[^,.;?!]{0,25}\b(?:мастер|инженер|техник|технолог|бригад|специалист|замерщик|консультант|наладчик"
    r"|монтажник|механик|сервисник|настройщик|сотрудник)[аоуи]?в?\b|\b(?:мастера|инженера|техника|технолога|бригаду"
    r"|специалиста|замерщика|монтажников|механика|сервисника|настройщика|сотрудника|консультанта|наладчика|человека)"
    r"\b[^,.;?!]{0,25}" + _SENT
)
# «Сейчас посмотрю»: done while the call goes on.
AT_ONCE = re.compile(r"\bсейчас\b|\bсекунд\w+|\bминутку\b|\bпогодите\b|\bподождите\b|\bща\b")
INSTALLS = re.compile(
    r"\bобуч\w+|\bнастро\w+|\bустанов\w+|\bсмонтир\w+|\bподключ\w+|\bпокаж\w+|\bзапуст\w+|\bна пробу\b"
)
HEDGED = re.compile(r"\bнаверное?\b|\bскорее всего\b|\bвозможно\b|\bможет быть\b|\bвряд ли\b")
PROPOSES = re.compile(
    r"\bпредлагаю\b|\bдавайте\b.{0,60}(?:демонстрац|встреч|созвон|приед|звон|показ"
    r"|выезд)|\bудобно\b\W*\?|\bкогда .{0,20}удобно|\bгодится\b\W*\?|\bподойд[её]т\b\W*\?|\bустроит\b\W*\?"
    r"|\bво сколько\b"
)
WHEN = re.compile(
    r"\bкогда\b|\bво сколько\b|\b(?:в|на) как(?:ой|ое|ие|ую) (?:день|время|дат|числ|час)|\bкакого числа\b"
)
# What is given in a bargain is no step: «тридцать дней сделаем», «поставлю вам три процента».
CONCESSION = re.compile(
    r"\bпроцент\w*|\bскид\w+|\bбесплатн\w*|\bподар\w+|\bрубл\w*|\bтысяч\w*|\bотсрочк\w*|\bгаранти\w*|\bцен[ауеы]\b"
    r"|\bдней\b|\bпод мою\b|\bза наш счет\b"
)
DOCUMENT = re.compile(
    r"\b(?:договор|счет|предложени|смет|расчет|прайс|бланк|спецификац|презентац|коммерческ|реквизит|карточк|накладн|макет"
    r"|чертеж|ответ|письм)\w{0,3}\b|\bкп\b|\bтз\b|\b(?:мое|наше|все) будет\b|\bбудет у вас\b"
)
TODAY = re.compile(
    r"\bсегодня\b|\bсейчас\b|\bпрямо сейчас\b|\bв течение (?:часа|дня)\b|\bчерез (?:час"
    r"|полчаса|пару часов|два часа)\b|\bдо (?:вечера|конца дня|шести|пяти|семи|обеда)\b"
    r"|\bвечером\b|\bнемедленно\b|\bтут же\b|\bсразу (?:же )?(?:после|отправ|приш|скин)"
)
AFTER_DEAL = re.compile(r"\bесли (?:закаж|возьм|подпиш|соглас|будет|надо|понадоб|что)\w*|\bкогда (?:закаж|оплат)\w*")


# Habits are no promises: «возим по вторникам», «плачу каждый месяц».
HABIT = re.compile(
    r"\bкажд\w+|\bобычно\b|\bвсегда\b|\bпо (?:понедельник|вторник|сред|четверг|пятниц|суббот|будн)\w*м\b"
)
# Verbs of the dictionary that nobody says: «открою» is no form of «откроить».
_ODD = frozenset({"откроить"})
# A plan said in the present («завтра набираю») is written down as something to be done once.
_DONE_ONCE = dict(
    pair.split(":")
    for pair in """скидывать:скинуть набирать:набрать отправлять:отправить звонить:позвонить присылать:прислать
    высылать:выслать открывать:открыть привозить:привезти кидать:скинуть слать:прислать забирать:забрать
    приезжать:приехать подъезжать:подъехать оформлять:оформить выставлять:выставить узнавать:узнать
    подписывать:подписать передавать:передать созваниваться:созвониться ставить:поставить делать:сделать
    готовить:подготовить считать:посчитать возвращать:вернуть встречать:встретить встречаться:встретиться
    согласовывать:согласовать уточнять:уточнить проверять:проверить выезжать:выехать направлять:направить
    завозить:завезти отгружать:отгрузить оплачивать:оплатить отвечать:ответить""".split()  # noqa: SIM905
)
_INVITES = frozenset({"давать", "дать"})


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb that may promise or ask for an action.

    Args:
        start: Offset in the text.
        end: Behind its last letter.
        text: As said, folded.
        lemma: Dictionary form.
        person: "1per", "2per", "3per"; "" for an imperative.
        is_future: A perfective future, which promises by itself; a present does only with its day.
        is_order: An imperative.
    """

    start: int
    end: int
    text: str
    lemma: str
    person: str
    is_future: bool
    is_order: bool


@lru_cache(maxsize=20_000)
def _verb(word: str) -> tuple[str, str, bool, bool] | None:
    """Dictionary form, person, whether a perfective future, whether an imperative; None for any other word."""
    from app.spoken.morphology import parses

    # A word that is something else before it is a verb is left alone: «встречу» is a noun first.
    readings = [r for r in parses(word)[:3] if r.tag.POS == "VERB"]
    if not readings or parses(word)[0].tag.POS != "VERB":
        return None
    order = next((r for r in readings if r.tag.mood == "impr" and "excl" in r.tag), None)
    if order is not None and (readings[0] is order or str(readings[0].tag.person) == "2per"):
        return fold(str(order.normal_form)), "", False, True
    # «Узнаю», «отзвонюсь»: the same letters are a present and a perfective future.
    future = next((r for r in readings if r.tag.tense == "futr" and r.normal_form not in _ODD), None)
    reading = future or readings[0]
    if future is None and reading.tag.tense != "pres":
        return None
    return fold(str(reading.normal_form)), str(reading.tag.person), future is not None, False


def acting_verbs(folded: str) -> list[Verb]:
    """Verbs of the future, the present and the imperative in a folded text, in order."""
    found = []
    for match in re.finditer(r"[а-я]+", folded):
        verb = _verb(match.group())
        if verb is not None and not (verb[3] and verb[0] in _INVITES):
            lemma, person, is_future, is_order = verb
            found.append(Verb(match.start(), match.end(), match.group(), lemma, person, is_future, is_order))
    return found


def to_do(lemma: str) -> str:
    """The infinitive of something to be done once: «скидывать» -> «скинуть»."""
    return _DONE_ONCE.get(lemma, lemma)


def has_past_verb(folded: str) -> bool:
    """It tells what has been: «летом приезжал»."""
    from app.spoken.morphology import is_past_verb

    return any(is_past_verb(word) for word in re.findall(r"[а-я]{3,}", folded))


def group_of(text: str) -> str:
    """The kind of action that words name: "call", "visit", "send"…; "" for none."""
    folded = fold(text)
    return next((name for name, pattern in GROUPS if pattern.search(folded)), "")


def place_of(group: str, text: str) -> int:
    """Where in a text the words of a kind of action stand; 0 where they do not."""
    pattern = next((pattern for name, pattern in GROUPS if name == group), None)
    match = pattern.search(fold(text)) if pattern is not None else None
    return match.start() if match is not None else 0
