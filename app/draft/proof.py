"""What takes the force from a value that was said: each rule looks at the words around it and nothing else.

The rules answer one question each, so that a failed proof can be told to the reader in one sentence.
"""

from __future__ import annotations

import re

from app.draft.conversation import Conversation, Sentence, Turn, fold

_HYPOTHETICAL = re.compile(
    r"\bесли бы\b|\bесли б\b|\bдопустим\b|\bпредположим\b|\bпредставьте\b|\bпредставим\b|\bгипотетич|\bтеоретически\b"
    r"|\bв теории\b|\bкабы\b|\bа если (?!честно|не ошибаюсь)|\bбыло бы\b|\bбыл бы\b|\bбыла бы\b|\bна будущее\b"
    r"|\bхорошо бы\b|\bв мечтах\b|\bв идеале\b"
)
_EXAMPLE = re.compile(r"\bнапример\b|\bк примеру\b|\bскажем\b|\bдля примера\b|\bусловно\b|\bпримера ради\b")
_JOKE = re.compile(r"\bшучу\b|\bшутка\b|\bшучу я\b|\bв шутку\b|\bха-ха\b|\bпошутил")
_DO_NOT_WRITE = re.compile(r"\bне записывай|\bне пишите\b|\bне считается\b|\bэто я так\b|\bне в счет\b")
_PAST = re.compile(
    r"\bраньше\b|\bв прошл\w+ (?:год|раз|сезон|месяц|зим|лет|квартал)\w*|\bпрошл\w+ (?:год|лет|зим|весн|осен)\w+"
    r"|\bбыл[аои]? (?:весной|летом|зимой|осенью)|\bэто (?:весной|летом|зимой|осенью) был"
    r"|\bуже (?:заплатил|оплатил|отдал|купил)"
    r"|\b(?:отдал|заплатил|потратил)[аи]?\b|\bкогда-то\b|\bтогда (?:был|план)|\bпозапрошл"
    r"|\bпланировал[аи]?\b|\bизначально\b"
)
_NEGATION = re.compile(
    r"\bне (?:надо|нужн\w*|нужен|нада|буд\w+|хо\w+|берем|подход\w+|устраива\w+|интерес\w+|рассматрив\w+|использу\w+"
    r"|требу\w+|понадоб\w+|планиру\w+|работаем|возьмем|закладыва\w+)\b|\bбез\b|\bотказал|\bотпал|\bникак\w+ \w+ не\b"
    r"|\bмимо\b|\bушли\b|\bнет необходимости\b|\bлишн\w+|\bобойдемся\b|\bни к чему\b|\bне для нас\b|\bоткаж\w+"
    r"|\b(?:даже )?не (?:заикай|предлага|соглас|трога|нада|пойд|годи)\w*\b|\bни за что\b|\bпротив\b(?! не)"
)
_OTHERS = re.compile(
    r"\bу них\b|\bони (?:дали|дают|предлож|прос|став|обещ|везут|завоз)\w*|\bсосед\w*|\bзнаком\w+|\bконкурент\w*"
    r"|\b(?:свояк[а-я]*|шурин[а-я]*|племянни[а-я]+|двоюродн[а-я]+|зят[ьяюе]м?|тест[ья]|кум[ауе]?|сват[ауе]?)\b"
    r"[^.?!]{0,20}\b(?:у|в|на|из)\b"
    r"|\bдруг(?:ой|ого|ие|их) (?:постав|подряд|компан|фирм)\w*|\bим (?:дали|выставили)\b|\bте (?:дали|предлож)\w*"
)
_CORRECTION = re.compile(
    r"\bвру\b|\bой,? нет\b|\bа,? нет\b|\bстоп\b|\bошиб(?:ся|лась|ся я|очка)\b|\bхотя нет\b|\bвернее\b|\bточнее\b"
    r"|\bпоправ(?:ка|люсь|ьте|лю)\b|\bпереигра|\bисправ(?:ьте|лю|люсь)\b|\bоговорил(?:ся|ась)\b|\bне так сказал"
    r"|\bперепутал[аи]?\b|\bпогодите\b|\bподождите\b|\bнет,? не\b|\bтьфу\b|\bто есть не\b|\bпередумал|\bуже не\b"
    r"|\bнаоборот\b|\bсначала (?:думали|хотели|планировали|считали)\b|\bпересчита(?:л|ли)\b"
)
_AGREE = re.compile(
    r"^\W*(?:(?:ну|а|ой|о|угу|ага|так|вот|хм|м-м|и)\W+)*(?:да\b|ага\b|угу\b|верно\b"
    r"|точно\b|так точно\b|именно\b|хорошо\b|договорились\b|(?:с?делайте|присылайте"
    r"|пришлите|выставляйте|звоните|приезжайте|отправляйте|оформляйте)\b|давайте\b"
    r"|конечно\b|ладно\b|согласн\w+|подходит\b|идет\b|правильно\b|все верно\b|устраивает\b"
    r"|ок\b|окей\b|отлично\b|записал\w*\b"
    r"|нормально\b|добро\b|принято\b|пойдет\b|удобно\b|нужн[аоы]?\b|нужен\b|обязательно\b"
    r"|можно\b|жду\b|ждем\b|буду\b|буд[уе]м?\b|есть\b)"
)
# «Двадцать третьего, да, в понедельник»: the answer says the date again and then agrees.
_REPEATS_AND_AGREES = re.compile(
    r"^[^.!?]{2,40}(?:,|…|\.\.\.|—)\s*(?:ну )?(?:да|хорошо|давайте|договорились|удобно"
    r"|подходит|можно)\b(?! нет)"
)
_REFUSE = re.compile(
    r"^\W*(?:(?:ну|а|ой|о|угу|да|так|вот|хм)\W+)*(?:нет\b|не-е\b|не\b(?! вопрос)|нету\b"
    r"|ни в коем\b|пока нет\b|вряд ли\b|зачем\b|обойдемся\b|сами\b|спасибо,? нет)"
)


def is_hypothetical(sentence: Sentence) -> bool:
    """«Если бы у нас было пять миллионов…», «допустим», «на будущее»."""
    return bool(_HYPOTHETICAL.search(sentence.folded))


def is_example(sentence: Sentence) -> bool:
    """«Например», «скажем», «условно»."""
    return bool(_EXAMPLE.search(sentence.folded))


def is_joke(turn: Turn) -> bool:
    """Taken back as a joke within the same turn."""
    return bool(_JOKE.search(turn.folded))


def is_taken_back(turn: Turn) -> bool:
    """«Не записывайте», «это я так»."""
    return bool(_DO_NOT_WRITE.search(turn.folded))


def is_past(sentence: Sentence) -> bool:
    """Of an earlier time or already paid: «летом было», «в прошлый раз», «я отдала»."""
    return bool(_PAST.search(sentence.folded))


def is_about_others(sentence: Sentence) -> bool:
    """Of a competitor, a neighbour, an acquaintance."""
    return bool(_OTHERS.search(sentence.folded))


def is_negated(clause: str) -> bool:
    """The piece of the sentence refuses what it names."""
    return bool(_NEGATION.search(fold(clause)))


def corrects(text: str) -> bool:
    """The speaker takes something back: «а, стоп, вру», «хотя нет», «точнее»."""
    return bool(_CORRECTION.search(fold(text)))


def agrees(text: str) -> bool:
    """An answer that begins with a yes."""
    folded = fold(text)
    return bool(_AGREE.search(folded) or _REPEATS_AND_AGREES.search(folded)) and not refuses(text)


def refuses(text: str) -> bool:
    """An answer that begins with a no."""
    return bool(_REFUSE.search(fold(text)))


def is_answer_to_hypothetical(conversation: Conversation, turn: Turn) -> bool:
    """The other side had asked «а если…»; what is answered then is no promise."""
    before = conversation.previous(turn.index)
    return (
        before is not None
        and before.is_manager != turn.is_manager
        and any(is_hypothetical(s) for s in before.sentences)
    )


def weakness(conversation: Conversation, turn: Turn, start: int) -> str | None:
    """Name of the first rule that takes the force from what stands at `start`; None if none does.

    Returns:
        "hypothetical", "example", "joke", "taken_back", "past", "others" or None.
    """
    sentence = turn.sentence_at(start)
    if is_hypothetical(sentence) or is_answer_to_hypothetical(conversation, turn):
        return "hypothetical"
    checks = (
        ("example", is_example(sentence)),
        ("joke", is_joke(turn)),
        ("taken_back", is_taken_back(turn)),
        ("past", is_past(sentence)),
        ("others", is_about_others(sentence)),
    )
    return next((name for name, holds in checks if holds), None)
