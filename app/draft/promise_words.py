"""Words of promises: verbs that promise an action, kinds of action, requests, proposals."""

from __future__ import annotations

import re
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
    вырасти""".split()  # noqa: E501, SIM905
)
# No step by themselves, but one once a day is set: «завтра отвечу».
DATED_ACTION = frozenset({"ответить", "сообщить", "решить"})
GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "call",
        re.compile(
            r"позвон|перезвон|набер|набра|созвон|звонк|звонок|наберите|на связи|свяж[уе]|связаться|перенабер"
        ),
    ),
    (
        "visit",
        re.compile(
            r"приед|приехать|подъед|подъех|выезд|встреч|встрет|демонстрац|показ\b|приходите|зайд|заед|осмотр"
            r"|обследован|замер|презентац|экскурс|приезж|подключ\w* к (?:встреч|созвон)|пров[её]д[уе]"
            r"|видео-?конференц"
        ),
    ),
    (
        "clarify",
        re.compile(r"уточн|\bответ(?:ить|им)\b|\bотвечу\b|узна|выясн|спрош|провер|согласу|поинтересу|посмотрю у"),
    ),
    ("deliver", re.compile(r"привез|достав|отгруз|завез|забер|отвез|приш?лём машину|постав(?:им|ка)\b")),
    ("pay", re.compile(r"оплач|оплат|переведу|переведем|заплач")),
    (
        "prepare",
        re.compile(
            r"подготов|сдела|посчита|рассчита|пересчита|оформ|состав|выстав|подпиш|подпис|заброниру|резервиру"
            r"|закаж|передам|переда[мд]|контролиру|постав\w* заявк|ставлю|подад|пода[мё]|внес|завед"
            r"|запиш[уе]м"
        ),
    ),
    ("send", re.compile(r"приш[лю]|пришл|отправ|вышл|выслать|скин|перешл|направ|сброш|продублиру|дошл|кину")),
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
REQUEST = re.compile(
    r"\b(?:позвоните|звоните|набирайте|приезжайте|присылайте|наберите|перезвоните|пришлите"
    r"|вышлите|отправьте|скиньте|сбросьте"
    r"|направьте|уточните|узнайте|проверьте|посчитайте|рассчитайте|пересчитайте|подготовьте"
    r"|сделайте|выставляйте|выставьте|оформляйте|привезите|приезжайте|согласуйте|согласовывайте"
    r"|перешлите|продублируйте|забронируйте|закажи|закажите|запишите меня|передайте"
    r"|оплатите|покажите|подтвердите|подпишите)\b"
)
THIRD_PERSON = re.compile(
    r"\b(?:инженер|бригад|монтажник|мастер|курьер|водител|коллег|бухгалтер|юрист|логист"
    r"|технолог|специалист|техник|руководител|сервис|он вам|она вам|вам)\w*\b"
)
# «Пришлю мастера» is a visit and no parcel.
SENT_PERSON = re.compile(
    r"\b(?:при[шс]л|направ|отправ|подошл)\w*\b[^,.;?!]{0,25}\b(?:мастер|инженер|техник|бригад|специалист|замерщик"
    r"|курьер|монтажник|механик|сервисник|настройщик|сотрудник)\w*|\b(?:мастера|инженера|техника|бригаду|специалиста"
    r"|замерщика|курьера|монтажников|механика|сервисника|настройщика|сотрудника)\b[^,.;?!]{0,25}"
    r"\b(?:при[шс]л|направ|отправ|подошл)\w*"
)
PROPOSES = re.compile(
    r"\bпредлагаю\b|\bдавайте\b.{0,60}(?:демонстрац|встреч|созвон|приед|звон|показ"
    r"|выезд)|\bудобно\b\W*\?|\bкогда .{0,20}(?:позвонить|набрать|приехать|встретиться"
    r"|удобно)|\bгодится\b\W*\?|\bподойд[её]т\b\W*\?|\bустроит\b\W*\?|\bво сколько\b"
)
TODAY = re.compile(
    r"\bсегодня\b|\bсейчас\b|\bпрямо сейчас\b|\bв течение (?:часа|дня)\b|\bчерез (?:час"
    r"|полчаса|пару часов|два часа)\b|\bдо (?:вечера|конца дня|шести|пяти|семи|обеда)\b"
    r"|\bвечером\b|\bнемедленно\b|\bтут же\b|\bсразу (?:же )?(?:после|отправ|приш|скин)"
)
AFTER_DEAL = re.compile(r"\bесли (?:закаж|возьм|подпиш|соглас|будет|надо|понадоб|что)\w*|\bкогда (?:закаж|оплат)\w*")


@lru_cache(maxsize=20_000)
def promising_verb(word: str) -> tuple[str, str, str] | None:
    """Dictionary form, person and number of a perfective verb in the future; None for any other word."""
    from app.spoken.morphology import parses

    # Only the likeliest reading: «встречу» is a noun before it is a verb.
    for reading in parses(word)[:1]:
        tag = reading.tag
        if tag.POS == "VERB" and tag.tense == "futr":
            return fold(str(reading.normal_form)), str(tag.person), str(tag.number)
    return None


def group_of(text: str) -> str:
    """The kind of action that words name: "call", "visit", "send"…; "" for none."""
    folded = fold(text)
    return next((name for name, pattern in GROUPS if pattern.search(folded)), "")


def place_of(group: str, text: str) -> int:
    """Where in a text the words of a kind of action stand; 0 where they do not."""
    pattern = next((pattern for name, pattern in GROUPS if name == group), None)
    match = pattern.search(fold(text)) if pattern is not None else None
    return match.start() if match is not None else 0


@lru_cache(maxsize=2_000)
def infinitive(word: str) -> str:
    from app.spoken.morphology import parses

    for reading in parses(word.lower()):
        if reading.tag.POS == "VERB" and (reading.tag.mood == "impr" or reading.tag.tense == "futr"):
            form = str(reading.normal_form)
            return form[:1].upper() + form[1:] if word[:1].isupper() else form
    return word
