"""Stage and interest: lists whose options every seller words alike, chosen by what was agreed in the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from app.core.i18n import _
from app.deals.model import FieldDefinition
from app.draft import proof
from app.draft.conversation import Sentence, fold
from app.draft.model import Evidence, FieldStatus, FieldValue, LineItem, NextStep
from app.draft.promise_words import group_of
from app.draft.reading import Reading, empty, proposed

_LOST = re.compile(
    r"\bвыбрали (?:других|другого|не вас|их|другую)\b|\bмы (?:отказ\w+|откаж\w+)|\bне будем (?:у вас "
    r"|с вами )?(?:брать|покупать|работать|заказывать)\b|\bпередумал[аи]?\b|\bуже (?:купили"
    r"|подписали|заключили|взяли) .{0,20}(?:у других|с други|договор)|\bвзяли у других\b"
    r"|\bподписали с (?:другими|ними)\b|\bбольше не (?:актуальн|звоните|интересн)\w*"
    r"|\bне актуально\b|\bостаемся (?:с|у|на)\b|\bпроект (?:закрыли|отменили)\b|\bзакупку отменили\b"
    r"|\bостались с прежн\w+|\bк вам (?:\w+ )?не верн[её]мся\b|\bуш(?:ли|ла|ел) от вас\b"
    r"|\bушли к (?:другим|ним|конкурент\w+)\b|\b(?:взяли|купили) (?:мы )?уже\b\W*$"
    r"|\bмы (?:уже )?(?:взяли|купили) у (?!вас|тебя|нас)"
)
_POSTPONED = re.compile(
    r"\b(?:верн[её]мся|вернуться|наберите|позвоните|перезвоните|поговорим|давайте|отлож\w+"
    r"|перен[её]с\w*|только|не раньше)\b[^.?!]{0,50}\b(?:весн\w+|лет[оа]м?|осен\w+"
    r"|зим\w+|в (?:январ|феврал|март|апрел|ма[ей]|июн|июл|август|сентябр|октябр|ноябр"
    r"|декабр)\w*|следующ\w+ (?:год|сезон|квартал)\w*|через (?:\w+ )?(?:месяц\w*|полгода"
    r"|год)|после (?:нового года|праздников|сезона))|\bзаморо[зж]\w+|\bотлож(?:или"
    r"|им|ить|ено)\b|\bсейчас не (?:готов|будем|планиру|до этого)\w*|\bна паузу\b|\bпока (?:не (?:актуальн"
    r"|готов|планиру)|на стопе)\w*"
    r"|\bдо (?:весны|лета|осени|зимы|нового года|сезона)\b[^.?!]{0,15}\b(?:никак|ничего|не\b|без толку|бесполезно)\w*"
    r"|\bсейчас\b[^.?!]{0,20}\b(?:покупать|брать|заказывать)\b[^.?!]{0,15}\bне (?:стан|буд)\w+"
    r"|\bне в этом (?:году|сезоне)\b"
)
_AGREED = re.compile(
    r"\bвыставля\w+ сч[её]т|\bсч[её]т\w* (?:выставля|присыла|выписыва|дава|жд|готов"
    r"|на оплату)\w*|\b(?:выставьте|пришлите|скиньте|готовьте|делайте|дайте|выписывайте"
    r"|жду|ждем) (?:\w+ ){0,3}(?:сч[её]т|договор|макет)\w*|\bоформля(?:йте|ем)\b|\bготовьте (?:договор"
    r"|документы)|\bдоговор (?:присылайте|готовьте|пришлите|делайте|отправ\w+|подпишем)"
    r"|\bсогласн[аы]?\b.{0,30}\b(?:сч[её]т|договор)|\bберем\b.{0,20}\bсч[её]т|\bреквизит\w* (?:приш"
    r"|скин|вышл)\w*|\bсчет-договор\b"
)
_MANAGER_BILLS = re.compile(
    r"\bсч[её]т\b.{0,40}\b(?:приш|выстав|отправ|сдела|подготов|скин|вышл|высыл|выпи[сш])\w*|\b(?:приш"
    r"|выстав|отправ|сдела|подготов|скин|вышл|высыл|выпи[сш])\w*.{0,40}\b(?:сч[её]т|договор|макет)\b"
    r"|\bдоговор\b.{0,40}\b(?:приш|подготов|отправ|сдела|вышл|высыл)\w*"
)
_PAID = re.compile(
    r"\b(?:оплатили|деньги (?:пришли|поступили|ушли)|платеж(?:ка|ку)? (?:прош|ушл|отправ)\w*"
    r"|оплата (?:прошла|пришла|поступила)|мы вчера оплатили)\b"
)
_OFFER = re.compile(
    r"\b(?:приш|отправ|подготов|вышл|скин|сдела|посчита|рассчита|жд[ую]|направ|подгот"
    r"|присыл)\w*\b[^.?!]{0,60}\b(?:кп|коммерческ\w+|предложени\w+|расч[её]т\w*|смет\w+"
    r"|прайс\w*|заявк\w+)|\b(?:кп|коммерческ\w+|предложени\w+|расч[её]т\w*|смет\w+)\b[^.?!]{0,60}\b(?:приш"
    r"|отправ|подготов|вышл|скин|сдела|направ|присыл|жд)\w*|\bзаявк\w+ (?:на тендер )?подад\w+"
    r"|\bучаству\w+ в тендере|\b(?:кп|предложени\w+|расч[её]т\w*|смет\w+) (?:\w+ ){0,3}(?:будет|будут) у (?:вас|тебя)\b"
)
_WHERE_TO = re.compile(
    r"\b(?:куда|на какую почту|на какой адрес|на какую)\b[^.?!]{0,30}\b(?:кп\b|коммерческ|предложени|расчет|смет)\w*"
)
_OFFER_OUT = re.compile(
    r"\bваш\w* (?:кп|предложени\w+|расч[её]т\w*|смет\w+)\b[^.?!]{0,30}\b(?:передо мной|перед глазами|на столе"
    r"|под рукой|на руках)\b|\b(?:посмотрел\w*|получил\w*|изучил\w*|видел\w*|смотрел\w*|прочитал\w*|обсудил\w*"
    r"|показал\w*)\b[^.?!]{0,40}\b(?:кп|предложени\w+|расч[её]т\w*|смет\w+|ваше)\b"
    r"|\b(?:кп|предложени\w+|расч[её]т\w*|смет\w+)\b[^.?!]{0,40}\b(?:посмотрел\w*|получил\w*"
    r"|изучил\w*|смотрел\w*|открыл\w*|видели|читали|прочл\w+|прочел|долистал\w*|долетел\w*|дошл[оа]|пришл[оа]|прислали|отправлял\w*|высылал\w*|присылал\w*)|\b(?:отправлял"
    r"|высылал|присылал)\w*\b[^.?!]{0,40}\b(?:кп|предложени\w+|расч[её]т\w*|смет\w+)"
    r"|\b(?:кп|предложени\w+|расч[её]т\w*|смет\w+)\b[^.?!]{0,40}\b(?:успел\w*|удалось)\b"
    r"|\b(?:успел\w*|удалось)\b[^.?!]{0,40}\b(?:кп|предложени\w+|расч[её]т\w*|смет\w+)"
    r"|\bпо (?:вашему|нашему) (?:кп|предложению|расч[её]ту)|\bв (?:вашем|нашем) (?:кп"
    r"|предложении|расч[её]те)"
)
_VISIT = re.compile(
    r"демонстрац\w*|\bпоказ\b|инженер\w*.{0,25}(?:приед|выед)|\bвыезд\w*|\bобследован\w*"
    r"|\bзамер\w*|\bобраз(?:ец|цы|цов|ца)\b|\bпробн\w+|\bтестов\w+|\bвстреч\w+|\bпрезентаци\w*"
    r"|\bосмотр\w*"
)
_OFFER_WORD = re.compile(r"\b(?:кп|предложени\w+|расч[её]т\w*|смет\w+)\b")
_VISIT_DAY = re.compile(
    r"\b(?:замерщик|инженер|мастер|монтажник|специалист|технолог)\w*[^.?!]{0,30}"
    r"\b(?:в понедельник|во вторник|в сред[уы]|в четверг|в пятницу|в субботу|завтра|послезавтра"
    r"|приед\w+|подъед\w+|выед\w+)"
)
_PAPER = re.compile(r"\bсч[её]т\b|\bдоговор\b")
_AFTER_VISIT = re.compile(r"\bпосле (?:проб|замер|осмотр|тест|дегустац|показ|встреч|визит|приезд|обследован)\w*")
_OPENING = 4
KNOWN_STAGES = ("new", "qualified", "proposal", "negotiation", "contract", "won", "postponed", "lost")
_LABELS = {
    "new": "нов", "qualified": "потребност", "proposal": "кп", "negotiation": "переговор", "contract": "счет",
    "won": "оплач", "postponed": "отлож", "lost": "проигр",
}  # fmt: skip
_HOT_DAYS, _FAR = 30, 60


def _option(definition: FieldDefinition, meaning: str, labels: dict[str, str]) -> str | None:
    """The option's id for a known meaning, by id or by the beginning of its label."""
    for option in definition.options:
        if option.id == meaning:
            return option.id
    for option in definition.options:
        if re.search(rf"\b{labels[meaning]}", fold(option.label)):
            return option.id
    return None


# «Расчёт сегодня же пришлю, куда?»: a promise with a question behind it.
_TAG = re.compile(r",\s*(?:куда|на какую почту|на какой адрес|хорошо|ладно|да|договорились|годится|устроит)\?$")


def _asks(sentence: Sentence) -> bool:
    return sentence.is_question and not _TAG.search(sentence.folded.rstrip(' »"'))


def _first(
    reading: Reading, pattern: re.Pattern[str], *, client: bool = True, manager: bool = True, questions: bool = False
) -> Evidence | None:
    for turn, sentence in reading.conversation.sentences(client=client, manager=manager):
        if proof.is_hypothetical(sentence) or (_asks(sentence) and not questions) or proof.is_joke(turn):
            continue
        if pattern.search(sentence.folded):
            return reading.conversation.evidence(turn.index, sentence.start, sentence.end)
    return None


def _first_opening(reading: Reading, pattern: re.Pattern[str]) -> str | None:
    """What the manager's first turns say that fits a pattern, questions too."""
    opening = [turn for turn in reading.conversation.turns[:_OPENING] if turn.is_manager]
    return next((match.group() for turn in opening if (match := pattern.search(turn.folded))), None)


def stage_meaning(  # noqa: PLR0911
    reading: Reading, steps: Sequence[NextStep], items: Sequence[LineItem], need: FieldValue
) -> tuple[str, list[Evidence], bool]:
    """What the call means for the deal, its quotes, and whether the words prove it."""
    lost = _first(reading, _LOST, manager=False)
    if lost is not None:
        return "lost", [lost], True
    # That money has come is for the books to say: a caller's word is no proof of it.
    paid = _first(reading, _PAID, manager=False)
    agreed = _first(reading, _AGREED, manager=False)
    bills = _first(reading, _MANAGER_BILLS, client=False)
    postponed = _first(reading, _POSTPONED, manager=False)
    contacts = [s.due for s in steps if s.due and group_of(s.action) in ("call", "visit", "")]
    soon = any(_days(reading, due) <= 45 for due in contacts)
    if postponed is not None and agreed is None and bills is None and not soon:
        months = any(_days(reading, due) > 45 for due in contacts)
        return "postponed", [postponed], months
    if (
        contacts
        and agreed is None
        and bills is None
        and paid is None
        and min(_days(reading, d) for d in contacts) > _FAR
    ):
        # Nothing was agreed on for the next two months, whatever words it was put off in.
        return "postponed", [quote for s in steps if s.due in contacts for quote in s.evidence[:1]][:1], False
    if agreed is not None and bills is not None:
        return "contract", [agreed, bills], True
    if paid is not None:
        return "won", [paid], False
    if agreed is not None or bills is not None:
        return "contract", [e for e in (agreed, bills) if e is not None], False
    out = _first(reading, _OFFER_OUT, questions=True)
    offer = _first(reading, _OFFER, client=False) or _first(reading, _OFFER, manager=False)
    if offer is None and any(s.who == "manager" and group_of(s.action) in ("send", "call") for s in steps):
        # «Куда прислать коммерческое?» and, a little later, «завтра отправлю».
        offer = _first(reading, _WHERE_TO, client=False, questions=True)
    visit_steps = [s for s in steps if group_of(s.action) == "visit" or _VISIT.search(fold(s.action))]
    if out is not None:
        # Where a bill or a contract comes up behind it, a person hears better how far they are.
        return "negotiation", [out], _first(reading, _PAPER, client=False) is None
    if visit_steps and not _offer_before_visit(visit_steps, offer):
        return "qualified", list(visit_steps[0].evidence[:2]), False
    if offer is not None:
        if not items and need.status is FieldStatus.EMPTY and len(reading.conversation.turns) <= 10:
            return "new", [offer], False
        # Whoever opens with an offer that was made, or agrees on a visit, may be at another stage.
        is_first = _first_opening(reading, _OFFER_WORD) is None and not visit_steps
        is_first = is_first and _first(reading, _AFTER_VISIT) is None
        return "proposal", [offer], is_first and _first(reading, _VISIT_DAY) is None
    if need.status is not FieldStatus.EMPTY and steps:
        return "qualified", list(need.evidence[:1]), False
    first = next(reading.conversation.client_turns, None)
    return "new", [reading.conversation.evidence(first.index)] if first is not None else [], False


def _offer_before_visit(visits: Sequence[NextStep], offer: Evidence | None) -> bool:
    """A quotation promised on its own, and not only after the visit."""
    if offer is None:
        return False
    text = fold(offer.quote) + " " + " ".join(fold(e.quote) for v in visits for e in v.evidence)
    return not re.search(r"\bпосле\b|\bпотом\b|\bпо итогам\b|\bпо результат\w+|\bа уже\b|\bсначала\b|\bзатем\b", text)


def known_stage(definition: FieldDefinition, meaning: str) -> str | None:
    """The option of a stage list that has a known meaning ("contract", "lost"…); None where there is none."""
    return _option(definition, meaning, _LABELS)


def stage(
    reading: Reading,
    definition: FieldDefinition,
    steps: Sequence[NextStep],
    items: Sequence[LineItem],
    need: FieldValue,
    *,
    is_message: bool,
) -> FieldValue:
    """The stage after the call; empty where the profile's stages are other ones.

    Args:
        is_message: The call was a message on a machine: nothing was agreed, the deal is new.
    """
    meaning, evidence, sure = stage_meaning(reading, steps, items, need)
    if is_message:
        first = next(t for t in reading.conversation.client_turns if len(t.text.split()) >= 4)
        meaning, evidence, sure = "new", [reading.conversation.evidence(first.index)], True
    option = _option(definition, meaning, _LABELS)
    if option is None or not evidence:
        return empty(definition.key)
    doubt = None if sure else _("Этап выведен из договорённостей, прямо не назван: сверьте.")
    return proposed(definition.key, definition.option_label(option), evidence, norm=option, doubt=doubt)


_INTEREST = {"hot": "горяч", "warm": "тепл", "cold": "холод"}


def interest(
    reading: Reading,
    definition: FieldDefinition,
    stage_value: FieldValue,
    deadline: FieldValue,
    steps: Sequence[NextStep],
) -> FieldValue:
    """Hot, warm or cold by the rule that sellers write down: a date within 30 days, or a bill asked for."""
    evidence: list[Evidence] = []
    sure = True
    if stage_value.norm in ("lost", "postponed"):
        meaning, evidence = "cold", list(stage_value.evidence[:1])
    elif stage_value.norm in ("contract", "won"):
        meaning, evidence, sure = "hot", list(stage_value.evidence[:2]), stage_value.status is FieldStatus.VERIFIED
    elif isinstance(deadline.norm, str):
        near = _days(reading, deadline.norm) <= _HOT_DAYS
        meaning, evidence, sure = (
            ("hot" if near else "warm"),
            list(deadline.evidence[:1]),
            deadline.status is FieldStatus.VERIFIED,
        )
    elif steps and stage_value.norm not in ("new", None):
        # Warm for want of a date: whether none was said, a person hears better.
        meaning, evidence, sure = "warm", list(steps[-1].evidence[:1]), False
    else:
        return empty(definition.key)
    option = _option(definition, meaning, _INTEREST)
    if option is None or not evidence:
        return empty(definition.key)
    doubt = None if sure else _("Выведено из срока и этапа: сверьте с ними.")
    return proposed(definition.key, definition.option_label(option), evidence, norm=option, doubt=doubt)


def _days(reading: Reading, iso: str) -> int:
    return (date.fromisoformat(iso[:10]) - reading.at.date()).days
