"""Kind of call, mood and risks by what was said in so many words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.draft import proof
from app.draft.contact import is_own_name
from app.draft.conversation import Conversation
from app.draft.deciders import cheaper_rivals, is_dismissed, rival_mentions
from app.draft.model import CallKind, Evidence, FieldStatus, FieldValue, Risk
from app.draft.reading import Reading

_VOICEMAIL = re.compile(
    r"оставьте (?:ваше |свое )?сообщение|после (?:звукового )?сигнала|абонент (?:временно )?(?:не"
    r"|недоступ)|автоответчик|вне зоны действия|не может ответить|голосов\w+ (?:почт"
    r"|ящик)|перезвоните позднее|не берет трубку"
)
_WRONG = re.compile(
    r"ошиб\w+ номер\w*|\bвы\b[^.?!]{0,15}\bошиблись\b|не туда (?:попал|звон)\w*|номером ошиб\w+"
    r"|вы ошиблись|неправильно набрал\w*|какой (?:вы )?номер (?:вы )?набра\w+|\bвы (?:кому|куда) звоните\b"
    r"|неверно набрал\w*|это не (?:аптек|такси|поликлиник|магазин|ресторан|банк|больниц"
    r"|школ|\w+)\W*\?*.{0,20}ошиб|нет таких|нет такого здесь|таких (?:здесь )?нет"
)
_SERVICE = re.compile(
    r"\bне работа(?:ет|ют)\b|\bсломал\w*|\bбрак\w*|\bпо гарантии\b|\bгаранти\w+ случа"
    r"|\bпретензи\w+|\bрекламаци\w+|\bвернуть деньги|\bверните\b|\bпоставили\b.{0,60}\bне\b"
    r"|\bошибк[ауи]\b|\bпротека\w+|\bтеч[её]т\b|\bзаказывал\w*\b.{0,80}\b(?:не|брак"
    r"|порв|разб)|\bжалоб\w*|\bне привезли\b|\bопоздал\w*|\bнедовез\w*|\bпересорт\w* в (?:заказ"
    r"|постав)|\bзависа\w+|\bне запуска\w+|\bвозврат\w*|\bу меня (?:ваш|уже стоит)"
    r"|\bтехподдержк\w*|\bвылета\w+|\bнет доступа|\bне могу (?:войти|зайти)|\bгде (?:мой"
    r"|наш) заказ|\bперестал\w*|\bбракованн\w*|\bне (?:клеит|держит|греет|включается"
    r"|печатает|открывается)\b|\bрасклеива\w+|\bкомпенсаци\w+|\bглюч\w*"
    r"|\bне (?:поднима|опуска|закрыва|открыва|заводит|греет|крутит|кача|охлажда)\w*"
)
_OTHERS_COST = re.compile(r"за (?:чей|наш|ваш|свой|мой) сч[её]т")
_SELLS = re.compile(
    r"\bцен[ауы]\b|\bстоит\b|\bприс?лите (?:кп|прайс|предложение)|\bкп\b|\bпрайс|\bкупить\b"
    r"|\bзаказать\b|\bбюджет\w*|\bкоммерческ\w+|\bдоговор\w*\b|\bскидк\w*|\bрасч[её]т\w*"
    r"|\bвыбира\w+|\bтендер\w*|\bсч[её]т\b|\bинтересу\w+"
)
_INFORMAL = re.compile(
    r"\b(?:привет|слушай|ты|тебе|тебя|давай|смотри|пока|скажи|сделай|закажи|запиши|твой|твоя|твою)\b"
)
_FORMAL = re.compile(r"\b(?:вы|вас|вам|ваш\w*|здравствуйте|пожалуйста)\b")

_PRICE = re.compile(
    r"\bдорог(?:о|ой|ая|ие|овато|ую)\b|\bдороже\b|\bдешевле\b|\bскид(?:ку|очку|ывайте"
    r"|ка|ки|очка)\b.{0,20}(?:дад|дай|мож|буд|сдел|нужн|больш)|\bне влез\w+|\bне впис\w+"
    r"|\bцена (?:не|выс|куса)\w*|\bкусается\b|\bперебор\b|\bне потян\w+|\bвыше бюджета"
    r"|\bмноговато\b|\bподвин\w+ по цене|\bснизить цен|\bсбрось\w*|\bуступ\w+|\bторг\w*\b"
    r"|\bпо цене не"
)
_DELAY = re.compile(
    r"\bперен(?:ос|ест|есем|если)\w*|\bотлож(?:им|или|ить|ено|ат)\b|\bне успе(?:ва\w+|ем|ете|ют)\b|\bзадерж\w+"
    r"|\bопозда\w+|\bпозже (?:чем|планир|срок)|\bне раньше\b|\bраньше .{0,25}(?:никого"
    r"|не (?:дам|сможем|получится|будет))"
    r"|\bвернемся к (?:этому|разговору)|\b(?:весной|летом|осенью|зимой) (?:наберите|позвоните|вернемся)|\bзаморозили\b"
    r"|\bпауз\w+|\bсдвин\w+|\bподвин\w+ срок|\bпросроч\w+|\bждем уже\b|\bсрок(?:и)? (?:не устраива"
    r"|горит|горят|поджима)\w*"
)
_COMPLAINT = re.compile(
    r"\bне работа(?:ет|ют)\b|\bбрак\w*|\bсломал\w*|\bпретензи\w+|\bжалоб\w*|\bжаловаться\b"
    r"|\bбезобраз\w+|\bвозмутит\w*|\bужас\w*|\bкошмар\w*|\bсколько можно\b|\bобещали\b.{0,30}\bне\b"
    r"|\bвы обещали\b|\bсказали .{0,20}перезвон|\bрасклеива\w+|\bиз-за вас\b|\bнедовол\w+"
    r"|\bплохо работа"
    r"|\bне (?:поднима|опуска|закрыва|открыва|заводит|включа|запуска)\w*"
    r"|\bопять\b.{0,40}\b(?:не|сломал|ошибк)|\bрекламаци\w+|\bне привезли\b"
    r"|\bпорван\w*|\bпришл[аио] (?:мят|бит|рван|не т)|\bнедоста(?:ч|ет|в)\w*|\bникто не (?:отвеча"
    r"|перезвон|приех)\w*|\bвиснет\b|\bзависа\w+"
)
_HUMAN = re.compile(
    r"\b(?:дайте|соедините|позовите|переключите|хочу|буду|можно|свяжите|передайте|пригласите"
    r"|нужен|говорить)\b.{0,40}\b(?:руководител\w*|начальник\w*|директор\w*|старш\w+"
    r"|из руководства|с руководством"
    r"|главн\w+|живо\w+ человек\w*|человек\w*|оператор\w*|управляющ\w+|шеф\w*)|\bкто (?:у вас )?(?:главный"
    r"|старший|начальник|руководитель)"
)
_CHURN = re.compile(
    r"\bуйд[её]м\b|\bуйду\b|\bуходим\b|\bни ногой\b|\bрасторг\w+|\bбольше (?:не|ни"
    r"|к вам)\b.{0,25}(?:работ|закаж|куп|обращ|ног|свяж)\w*|\bоткажемся\b|\bперейд[её]м к\b"
    r"|\bсменим поставщик|\bк другим\b|\bдругого (?:поставщик|подрядчик)\w* (?:найд"
    r"|будем)|\bотключ(?:аемся|имся|иться)\b|\bне будем продлевать|\bне продл\w+"
)
_LEGAL = re.compile(
    r"\b(?:в |по )?суд(?:а|у|ом|е)?\b|\bпрокуратур\w*|\bроспотребнадзор\w*|\bраспотребнадзор\w*"
    r"|\bюрист\w*\b.{0,30}(?:претенз|напиш|подклю|подадут|разбер)\w*|\bподам\b.{0,15}\bсуд"
    r"|\bисков\w+|\bиск\b|\bарбитраж\w*|\bтрудов\w+ инспекц|\bпо закону о защите|\bнеустойк\w*"
    r"|\bфас\b|\bполици\w+"
)
_NO_BUDGET = re.compile(
    r"\b(?:бюджет\w*|денег|деньг\w*|финансировани\w+|средств)\b[^.?!]{0,40}\b(?:нет"
    r"|не утвержд\w+|не заложен\w*|заморо\w+|урезал\w*|закончил\w*|не дали|не выделил\w*"
    r"|срезали|сняли)\b|\b(?:нет|без|закончил\w*|заморозил\w*|урезал\w*|не утвердил\w*)\b[^.?!]{0,20}\b(?:бюдж"
    r"ет\w*|денег|финансировани\w+|средств)\b"
)
_AUTHORITY = re.compile(
    r"\b(?:реша|подписыва|утвержда|согласовыва|одобря)\w*\b[^.?!]{0,40}\b(?:он|она"
    r"|директор\w*|генеральн\w*|хозя\w+|собственник\w*|шеф\w*|начальник\w*|владел\w+"
    r"|учредител\w*|комисси\w+|главн\w+|правлени\w+|совет\w*|собрани\w+|они|бухгалтер\w*)"
    r"|\b(?:директор\w*|генеральн\w*|хозя\w+|собственник\w*|шеф\w*|владел\w+|учредител\w*"
    r"|комисси\w+|правлени\w+|собрани\w+)\b[^.?!]{0,40}\b(?:реша|подпи|утвержда|утверди"
    r"|согласу|одобр)\w*|\bсам[аи]? (?:я )?(?:это )?не (?:реша|подпи)\w+|\bя не реша\w+"
    r"|\bпоследнее слово за\b|\bне я реша\w+|\bнадо (?:согласовать|показать|посоветоваться)\b"
)
_ANGER = re.compile(
    r"\bкакой он добр|\bничего вы не\b|\bбезобраз\w+|\bвозмутит\w*|\bсколько можно\b"
    r"|\bдостали\b|\bиздева\w+|\bобман\w*|\bхватит\b|\bнадоел\w*|\bтишина\b|\bразговаривать .{0,15}не (?:хочу"
    r"|буду)|\bсуд\b|\bверните деньги|\bпозор\w*|\bхамств\w*|\bврете\b|\bнаглость\b"
    r"|\bкошмар\b"
)
_PLEASED = re.compile(
    r"\b(?:отлично|замечательно|прекрасно|здорово|супер|класс|спасибо большое|то что надо"
    r"|шикарно|договорились|хорошо|нормально|порядок|удобно|красота|выручили|огромное спасибо"
    r"|рад[аы]?)\b"
)
_SOUR = re.compile(
    r"\bжаль\b|\bплохо\b|\bдорого\b|\bминус\b|\bэх\b|\bувы\b|\bк сожалению\b|\bне устраива\w+"
    r"|\bне ответ\b|\bобидно\b|\bнеприятно\b|\bбрак\b|\bне надо\b|\bне интерес\w+|\bразочарова\w+"
    r"|\bнедовол\w+|\bдолго\b|\bрасстро\w+"
)


def kind_by_words(reading: Reading) -> tuple[CallKind | None, bool]:  # noqa: PLR0911
    """The kind that the words prove and whether that is certain; None where they leave it open."""
    conversation = reading.conversation
    text = [turn.folded for turn in conversation.turns]
    whole = " ".join(text)
    clients = " ".join(turn.folded for turn in conversation.client_turns)
    if not text:
        return CallKind.VOICEMAIL, True
    if len(text) <= 10 and _VOICEMAIL.search(whole):
        return CallKind.VOICEMAIL, True
    if len(text) <= 16 and _WRONG.search(whole):
        return CallKind.WRONG_NUMBER, True
    if len({turn.is_manager for turn in conversation.turns}) == 1 and len(text) <= 4:
        return CallKind.VOICEMAIL, False
    informal, formal = len(_INFORMAL.findall(whole)), len(_FORMAL.findall(whole))
    if informal >= 5 and informal > 2 * formal:
        return CallKind.INTERNAL, True
    colleague = any(
        found.turn.is_client and is_own_name(reading, found.mark) and conversation.place(found.turn.index) < 3
        for found in reading.candidates.people
        if found.mark.surname
    )
    if colleague and informal >= 2 and informal >= formal:
        return CallKind.INTERNAL, True
    service, sells = len(_SERVICE.findall(clients)), len(_SELLS.findall(_OTHERS_COST.sub(" ", clients)))
    if service >= 2 and service >= sells:
        return CallKind.SERVICE, service >= 3 or sells == 0
    if service >= 1 and sells == 0:
        return CallKind.SERVICE, False
    if sells >= 1 and service == 0:
        return CallKind.SALES, True
    return (CallKind.SALES, False) if sells > service else (None, False)


def call_kind(reading: Reading) -> CallKind:
    """The kind of the call: a machine and a wrong number by their own words, else what the whole call sounds like.

    Where nobody read what it sounds like the words decide.
    """
    kind, sure = kind_by_words(reading)
    if reading.topics.kind is not None and not (sure and kind in (CallKind.VOICEMAIL, CallKind.WRONG_NUMBER)):
        return CallKind(reading.topics.kind)
    return kind or CallKind.SALES


def risks(
    reading: Reading, kind: CallKind, legal: Sequence[Evidence], decision: FieldValue, stage: FieldValue
) -> tuple[Risk, ...]:
    """Risks in the order of their table, each with the quotes that name it.

    Args:
        reading: The call.
        kind: Kind of the call: complaints of a service call, no authority only where something is sold.
        legal: Quotes of promises that differ from the knowledge base.
        decision: The field that says who decides.
        stage: The stage after the call.
    """
    conversation = reading.conversation
    found: dict[str, list[Evidence]] = {}

    def scan(
        name: str,
        pattern: re.Pattern[str],
        *,
        unless: re.Pattern[str] | None = None,
        questions: bool = True,
        sides: str = "client",
    ) -> None:
        for turn, sentence in conversation.sentences(manager=sides == "both"):
            text = sentence.folded
            if (
                not pattern.search(text)
                or proof.is_hypothetical(sentence)
                or (unless is not None and unless.search(text))
            ):
                continue
            if sentence.is_question and not questions:
                continue
            found.setdefault(name, []).append(conversation.evidence(turn.index, sentence.start, sentence.end))

    if kind in (CallKind.VOICEMAIL, CallKind.WRONG_NUMBER):
        return ()
    if kind is not CallKind.INTERNAL:
        scan(
            "price",
            _PRICE,
            unless=re.compile(r"\bнедорого\b|\bне дорого\b|нервы дороже|\bдороже\b.*\?|дешевле было бы"),
            questions=True,
        )
        for mention in cheaper_rivals(reading):
            found.setdefault("price", []).append(reading.candidates.evidence(mention))
        for mention in rival_mentions(reading):
            if not is_dismissed(reading, mention):
                found.setdefault("competitor", []).append(reading.candidates.evidence(mention))
        if (
            re.search(
                r"тендер|участник|другие поставщик|несколько предложени|сравнива(?:ем|ю)",
                " ".join(t.folded for t in conversation.client_turns),
            )
            and "competitor" not in found
        ):
            scan(
                "competitor",
                re.compile(r"тендер|участник|других поставщик|других предложени|несколько предложени|сравнива(?:ем|ю)"),
            )
        scan("no_budget", _NO_BUDGET)
        decides_alone = decision.value is None or "(решает сам)" in decision.value or stage.norm in ("lost", "won")
        if not decides_alone:
            scan("no_authority", _AUTHORITY)
            if "no_authority" not in found:
                found["no_authority"] = list(decision.evidence)
        scan("asked_for_human", _HUMAN)
        scan("churn", _CHURN)
        scan("legal", _LEGAL)
        if kind is CallKind.SERVICE:
            scan("complaint", _COMPLAINT)
        # Where the client puts off the whole purchase, that is the delay.
        if stage.norm == "postponed":
            found["delay"] = list(stage.evidence)
    scan("delay", _DELAY, sides="both" if kind is not CallKind.SERVICE else "client", questions=False)
    if legal:
        found.setdefault("legal", []).extend(legal)
    order = (
        "price",
        "competitor",
        "no_budget",
        "no_authority",
        "delay",
        "complaint",
        "asked_for_human",
        "churn",
        "legal",
    )
    return tuple(Risk(name, tuple(found[name][:3])) for name in order if name in found)


def is_urgent(reading: Reading, found: Sequence[Risk]) -> bool:
    """A request for a superior, or anger: the call goes on top of the list."""
    if any(risk.kind == "asked_for_human" for risk in found):
        return True
    return _anger(reading.conversation) >= 2


def _anger(conversation: Conversation) -> int:
    return sum(len(_ANGER.findall(turn.folded)) for turn in conversation.client_turns)


def sentiment(reading: Reading, found: Sequence[Risk], stage: FieldValue) -> str:
    """ "positive", "neutral" or "negative": how the client's side sounds at the end of the call."""
    if reading.topics.mood is not None:
        return reading.topics.mood
    conversation = reading.conversation
    kinds = {risk.kind for risk in found}
    if kinds & {"complaint", "churn", "asked_for_human"} or _anger(conversation) >= 2:
        return "negative"
    clients = [turn.folded for turn in conversation.client_turns]
    if len(clients) < 5:
        return "neutral"
    glad = sum(len(_PLEASED.findall(text)) for text in clients)
    sour = sum(len(_SOUR.findall(text)) for text in clients) + (2 if "price" in kinds else 0)
    if stage.norm in ("lost", "postponed"):
        return "neutral"
    if stage.status is not FieldStatus.EMPTY and stage.norm in ("contract", "won"):
        glad += 2
    return "positive" if glad > sour + 1 else "neutral"
