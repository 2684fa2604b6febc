"""Text fields that quote the client: need, objections, how they decide, terms of payment.

The value is what was said, tidied; nothing is put in other words, so nothing can be invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.i18n import _
from app.draft import proof
from app.draft.conversation import Conversation, Sentence, Turn
from app.draft.deciders import cheaper_rivals
from app.draft.model import Evidence, FieldValue
from app.draft.reading import Reading, empty, proposed
from app.draft.wording import is_mostly_filler, lower_first, tidy

_NEED = re.compile(
    r"\bнуж(?:ен|на|но|ны)\b|\bнадо\b|\bищем\b|\bхотим\b|\bхотел\w*\b|\bхочу\b|\bпроблем\w*"
    r"|\bбеда\b|\bсломал\w*|\bне работа\w+|\bстар(?:ый|ая|ое|ые)\b|\bне справля\w+"
    r"|\bменять\b|\bзамен\w+|\bпоменять\b|\bмучаем\w*|\bустал\w*|\bразоря\w+|\bрастем\b"
    r"|\bоткрыва\w+|\bстроим\b|\bрасширя\w+|\bне хватает\b|\bвыбира\w+|\bподбира\w+"
    r"|\bинтересу\w+|\bобновля\w+|\bжалу(?:ется|ются)\b|\bсломан\w*|\bизноси\w+|\bвстала?\b"
    r"|\bтребу\w+|\bзаканчива\w+|\bкончи\w+|\bистека\w+|\bпланиру\w+|\bперехо\w+|\bпереезжа\w+"
    r"|\bавари\w*|\bбрак\w*|\bтеч[её]т\b|\bлома\w+|\bрв[её]т\w*|\bошибк\w+|\bтеря\w+"
    r"|\bпута\w+"
    r"|\bнедостач\w*|\bвручную\b|\bкараул\b|\bужас\w*|\bзадач\w*|\bкупить\b|\bзаказать\b"
    r"|\bпод ключ\b|\bвышл[аои] из строя|\bсгорел\w*|\bпорвал\w*|\bбьется\b|\bбрать\b"
    r"|\bбер[её]м\b|\bпосчита\w+"
    r"|\bне (?:клеит|держ|гре|поднима|опуска|закрыва|заводит|крутит|кача|горит|охлажда"
    r"|включа|запуска|открыва|печата|вид|хватает|устраивает)\w*"
    r"|\bзагора\w+|\bгаснет\b|\bпротека\w+|\bшумит\b|\bдел[аея]\w+ ремонт"
)
_WHY = re.compile(
    r"\bпотому что\b|\bтак как\b|\bсейчас\b|\bпрошл\w+\b|\bуже\b|\bиз-за\b|\bтеперь\b"
    r"|\bпоэтому\b|\bсезон\b|\bзим\w+\b|\bпроизводств\w*|\bклиент\w*\b"
)
_OPEN_QUESTION = re.compile(
    r"чем (?:могу )?(?:помо|быть полез)|что (?:у вас|на \w+)? ?(?:болит|случил|произош"
    r"|интересу|нужн|хот|ищете|упаков|стряс|подсказ)"
    r"|расскаж\w+|что вас|какая (?:задача|проблема)|по какому вопросу|слушаю вас|что делаете"
    r"|а сейчас как|как сейчас|на чем сейчас"
)
_OBJECTION = re.compile(
    r"\bдорог\w*|\bдорого\w*|\bдешевле\b|\bне устраива\w+|\bминус\b|\bдолго\b|\bдолговато\b"
    r"|\bне подход\w+|\bсомнева\w+|\bсмуща\w+|\bне влез\w+|\bне впис\w+|\bмного\b.{0,12}\bденег"
    r"|\bкусается"
    r"|\bмы хотели\b|\bне готов\w*|\bне хоч\w+|\bобожгл\w+|\bне довер\w+"
    r"|\bбо(?:имся|юсь)\b|\bрискованн\w+|\bпереплачива\w+|\bкосмос\b|\bне укладыва\w+"
    r"|\bнастаива\w+|\bупер(?:ся|т)\w*"
    r"|\bвыше (?:бюджета|рынка)|\bу конкурент\w+|\bперевешива\w+|\bне потян\w+|\bмноговат\w*"
    r"|\bничего себе\b|\bтолько с ндс\b|\bбез ндс (?:не|нам не|неинтересно)|\bнепривычно"
    r"|\bплохо\b|\bвысок\w+ цен|\bцена высок|\bне пойдет\b"
    r"|\bво-первых\b|\bво-вторых\b|\bпугает\b|\bпуган\w+|\bне нрав\w+"
)
_NO_OBJECTION = re.compile(
    r"\bне дорого\b|\bнедорого\b|\bбез проблем\b|\bустраивает\b(?<!не устраивает)|\bнормально\b|\bсосед\b"
)
_DECIDES = re.compile(
    r"\bреша(?:ет|ем|ют|ть|ю|л)\b|\bрешени[еяю]\b|\bподписыва\w+|\bподпи(?:шет|сать"
    r"|шу|сь)\w*|\bсогласу\w+|\bсогласован\w*|\bутвержда\w+|\bутвердит\w*|\bтендер\w*"
    r"|\bкомисси\w+|\bсобрани\w+"
    r"|\bпоследнее слово|\bсовет директоров|\bпротащ\w+|\bзащища\w+|\bодобр\w+|\bвизиру\w+"
    r"|\bвиза\b|\bзакупочн\w+|\bзаявк\w+ принима|\bконкурс\w*|\bпокажу\b|\bдоложу\b"
    r"|\bговорит (?:да|нет|«да)|\bсвожу в таблиц\w*"
    r"|\bпо (?:трем|двум|нескольким) (?:предложени|кп)\w*|\bтаблич\w+|\bсоветуюсь\b"
    r"|\bпосовету\w+|\bпоговорю с\b|\bаукцион\w*|\bслужб\w+ безопасност|\bюрист\w*"
    r"|\bбюджетн\w+ комитет"
)
_DECISION_NOISE = re.compile(r"\bне решил\w*|\bрешили (?:вам|позвонить)|\bсколько\b")
_PAYMENT = re.compile(
    r"\bпредоплат\w*|\bаванс\w*|\bотсрочк\w*|\bрассрочк\w*|\bпостоплат\w*|\bпо факту\b"
    r"|\b(?:по|за|раз в) квартал\w*|\bпоквартально\b|\bпомесячно\b|\bпереведем (?:сразу|деньги)|\bденьги переве\w+"
    r"|\bоплат\w*|\bоплач\w+|\bплатим\b|\bплатить\b|\bлизинг\w*|\bпо (?:счету|счёту)\b"
    r"|\bпятьдесят на пятьдесят\b|\bвсей суммой\b|\bполовин\w+ (?:сразу|сейчас|вперед|перед|после)\b"
    r"|\bполовин\w+\b[^.?!]{0,30}\bполовин\w+|\bвперед,? половин\w+"
    r"|\bчастями\b|\bперед отгрузкой\b|\bв кредит\b|\bналичн\w+|\bбезнал\w*|\bпроцент\w* (?:сразу"
    r"|вперед|перед|после|потом)|\bаккредитив\w*"
)
_PAYMENT_STRONG = re.compile(
    r"\bпредоплат\w*|\bаванс\w*|\bотсрочк\w*|\bрассрочк\w*|\bпостоплат\w*|\bпо факту\b"
    r"|\bоплат\w+ сразу|\bсразу (?:же )?оплат\w+|\bоплач\w+ сразу|\bсразу и оплач|\bлизинг\w*"
    r"|\b(?:вс[ею] суммой|целиком)[^.?!]{0,20}\b(?:сразу|оплат|плат|заплат)\w*"
    r"|\bсразу[^.?!]{0,15}\b(?:оплат|плати|плачу|заплач|заплат)\w*"
    r"|\b(?:оплат|плати|плачу|заплач|заплат)\w*[^.?!]{0,25}\bсразу\b"
    r"|\bполовин\w+ (?:сразу|сейчас|вперед|перед|после)\b|\bполовин\w+\b[^.?!]{0,30}\bполовин\w+"
    r"|\bчастями\b|\bпополам\b|\bпятьдесят на пятьдесят\b|\b50 на 50\b|\b100 ?%|\bсто процентов\b"
)
_ONLY_REFUSED = re.compile(
    r"^[^0-9]{0,60}\b(?:никак\w+|не (?:быва\w+|буд\w+|да[её]м|плат\w+|хо\w+|люб\w+|предлага\w+)"
    r"|без аванс\w*)\b(?:[^0-9]{0,25}|[^0-9]{0,60}\bне [^0-9]{0,20})$"
)
_OF_MONEY = re.compile(
    r"\bплат\w*|\bзапла(?:т|ч)\w*|\bсч[её]т\w*|\bденьг\w*|\bденег\b|\bналич\w*|\bкасс\w*|\bвперед\b|\bпроцент\w*"
)
_LIMIT = 320
_SURE_NEED = 2.6
# How much it counts that a sentence sounds like a need to the model of topics.
_OF_TOPIC, _SOUNDS_SO = 3.0, 0.4
_NO_NEED = re.compile(r"\bнадо же\b|\bне пишите\b|\bне спеши\w*\b")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence chosen for a field, with its weight; `by_words` is the part of it that needs no model."""

    turn: Turn
    sentence: Sentence
    score: float
    by_words: float = 0.0


def chosen(passages: Iterable[Passage], *, limit: int = _LIMIT, most: int = 4) -> list[Passage]:
    """The weightiest passages that fit, back in the order of the call."""
    kept: list[Passage] = []
    room = limit
    for passage in sorted(passages, key=lambda p: (-p.score, p.turn.index)):
        length = len(tidy(passage.sentence.text))
        if len(kept) < most and length <= room:
            kept.append(passage)
            room -= length + 2
    return sorted(kept, key=lambda p: (p.turn.index, p.sentence.start))


def quoted(passages: Sequence[Passage], limit: int = _LIMIT) -> str:
    """The tidied words of passages as one line."""
    lines = [tidy(p.sentence.text, limit) for p in passages]
    lines = [line for line in dict.fromkeys(lines) if line]
    return "; ".join([lines[0], *(lower_first(line) for line in lines[1:])]) if lines else ""


def evidence_of(conversation: Conversation, passages: Sequence[Passage]) -> list[Evidence]:
    """Quotes of passages."""
    return [conversation.evidence(p.turn.index, p.sentence.start, p.sentence.end) for p in passages]


def need_passages(reading: Reading) -> list[Passage]:
    """Sentences in which the client says what has to be solved and why."""
    conversation = reading.conversation
    total = max(len(conversation.turns), 1)
    found: list[Passage] = []
    first: int | None = None
    for turn, sentence in conversation.sentences(manager=False):
        if is_mostly_filler(sentence.text) or proof.is_hypothetical(sentence) or _NO_NEED.search(sentence.folded):
            continue
        text = sentence.folded
        cues = len(set(_NEED.findall(text)))
        if sentence.is_question:
            cues -= 1
        score = min(cues, 3) * 1.0 + (0.7 if _WHY.search(text) else 0)
        if cues > 0 and first is None:
            first = conversation.place(turn.index)
        place = conversation.place(turn.index)
        if first is not None and place - first <= 2 and cues >= 0:
            score += 1.2
        if place <= 8 and _OPEN_QUESTION.search(conversation.question_before(turn.index)) and not sentence.is_question:
            score += 1.6
        share = _topic_share(reading, turn, sentence)
        of_topic = _OF_TOPIC * share if score > 0 or share >= _SOUNDS_SO else 0.0
        score += of_topic
        score -= 2.5 * place / total
        if re.search(r"\b(?:счет|позвон|пришл|почт|бюджет|реша|подпис|достав|оплат|скидк)\w*", text):
            score -= 1.5
        if proof.is_negated(text) and not re.search(
            r"не работа|не справля|не устраива|не хват|без (?:отопл|свет|тепл)", text
        ):
            score -= 0.8
        if score >= 0.6:
            found.append(Passage(turn, sentence, score, score - of_topic))
    return chosen(found, limit=300, most=4)


def _topic_share(reading: Reading, turn: Turn, sentence: Sentence) -> float:
    place = reading.conversation.place(turn.index)
    return reading.topics.sentence_share("need", place, turn.sentences.index(sentence))


def need(reading: Reading, key: str = "need") -> FieldValue:
    """The client's task in the client's words."""
    passages = need_passages(reading)
    if not passages:
        return empty(key)
    doubt = unknown_speaker(passages)
    # What sounds like a need is chosen by that, and proven by its words alone.
    proven = max(p.by_words for p in passages)
    if doubt is None and proven < _SURE_NEED:
        doubt = _("Потребность прямо не названа, выписаны близкие слова.")
    return proposed(key, quoted(passages), evidence_of(reading.conversation, passages), doubt=doubt)


def objection_passages(reading: Reading) -> list[Passage]:
    """Sentences in which the client says what does not suit them in our offer."""
    conversation = reading.conversation
    found: list[Passage] = []
    for turn, sentence in conversation.sentences(manager=False):
        text = sentence.folded
        hits = len(set(_OBJECTION.findall(text)))
        if _NO_OBJECTION.search(text):
            hits -= 1
        if sentence.is_question and not re.search(r"дорог|так долго|только\b", text):
            hits -= 1
        if proof.is_hypothetical(sentence) or proof.is_past(sentence):
            continue
        if hits > 0:
            found.append(Passage(turn, sentence, float(hits)))
    have = {(p.turn.index, p.sentence.start) for p in found}
    for mention in cheaper_rivals(reading):
        if (mention.turn.index, mention.sentence.start) not in have:
            found.append(Passage(mention.turn, mention.sentence, 1.0))
    return chosen(found, limit=260, most=3)


def objections(reading: Reading, key: str = "objections") -> FieldValue:
    """What does not suit the client, in their words; always for a person to read, tone decides here."""
    passages = objection_passages(reading)
    if not passages:
        return empty(key)
    doubt = unknown_speaker(passages) or _("Похоже на возражение: прочтите, так ли это.")
    return proposed(key, quoted(passages), evidence_of(reading.conversation, passages), doubt=doubt)


def decision_passages(reading: Reading) -> list[Passage]:
    """Sentences of the client about who and how decides."""
    conversation = reading.conversation
    found: list[Passage] = []
    for turn, sentence in conversation.sentences(manager=False):
        text = sentence.folded
        hits = len(set(_DECIDES.findall(text)))
        if not hits or _DECISION_NOISE.search(text) or proof.is_hypothetical(sentence):
            continue
        asked = bool(re.search(r"реша|решени|подпис|соглас|утвержд", conversation.question_before(turn.index)))
        if sentence.is_question and not asked:
            continue
        found.append(Passage(turn, sentence, hits + (1.0 if asked else 0)))
    found += _spelled_out(found)
    asked_turns = {
        turn.index
        for turn in conversation.turns
        if turn.is_client
        and re.search(r"реша\w+|решени\w+|подписыва\w+|утвержда\w+", conversation.question_before(turn.index))
    }
    have = {(p.turn.index, p.sentence.start) for p in found}
    for index in asked_turns:
        for sentence in conversation.turn(index).sentences:
            if (index, sentence.start) not in have and not is_mostly_filler(sentence.text) and not sentence.is_question:
                found.append(Passage(conversation.turn(index), sentence, 0.9))
    return chosen(found, limit=300, most=4)


_SHORT_SENTENCE = 28
# How it goes on once it is told who decides: «смету ему на стол положим, он день-два подумает и скажет».
_GOES_ON = re.compile(
    r"\b(?:скаж[еу]т|(?:по)?дума[ею]т|посмотр[ия]т|прочит\w+|прочтет|ответ[ия]т|собер(?:ет|ут)\w*|на стол"
    r"|отн(?:ес|ош)\w+|понес\w+|полож\w+|покаж\w+|отда(?:м|дим|ю|ем))\b"
)


def _spelled_out(found: Sequence[Passage]) -> list[Passage]:
    """The sentence before a short «решает он», without which it says nothing, and how it is done behind it."""
    have = {(p.turn.index, p.sentence.start) for p in found}
    more = []
    for passage in found:
        sentences = passage.turn.sentences
        place = sentences.index(passage.sentence)
        if len(tidy(passage.sentence.text)) >= _SHORT_SENTENCE:
            continue
        beside = [*sentences[max(0, place - 1) : place]]
        beside += [s for s in sentences[place + 1 : place + 2] if _GOES_ON.search(s.folded) and not s.is_question]
        for sentence in beside:
            if (passage.turn.index, sentence.start) not in have and not is_mostly_filler(sentence.text):
                have.add((passage.turn.index, sentence.start))
                more.append(Passage(passage.turn, sentence, passage.score))
    return more


def decision_process(reading: Reading, key: str = "decision_process") -> FieldValue:
    """How the client decides, in their words."""
    passages = decision_passages(reading)
    if not passages or max(p.score for p in passages) < 1:
        return empty(key)
    doubt = unknown_speaker(passages)
    if doubt is None and not any(
        re.search(r"реша|подпис|тендер|комисси|собрани|утвержд|соглас|последнее слово", p.sentence.folded)
        for p in passages
    ):
        doubt = _("Порядок решения назван не прямо: прочтите.")
    if doubt is None and not any(_tells_who(reading, passage) for passage in passages):
        # «Только решать-то не мне»: who does decide is missing.
        doubt = _("Порядок решения назван не прямо: прочтите.")
    return proposed(key, quoted(passages), evidence_of(reading.conversation, passages), doubt=doubt)


def _tells_who(reading: Reading, passage: Passage) -> bool:
    """More than that the speaker does not decide: somebody is named, or how it is done."""
    text, begin = passage.sentence.folded, passage.sentence.start
    if not _NOT_MINE.search(text) or _SOMEBODY_DECIDES.search(text):
        return True
    places = [p.mark.start - begin for p in reading.candidates.people if p.turn is passage.turn]
    places += [r.mark.start - begin for r in reading.candidates.roles if r.turn is passage.turn]
    return any(0 <= place < len(text) and not _AS_MYSELF.search(text[:place]) for place in places)


_NOT_MINE = re.compile(r"\bне (?:мне|я|нам|мы)\b")
_SOMEBODY_DECIDES = re.compile(r"\b(?:реша|подписыва|утвержда|согласовыва)(?:ет|ют)\b")
_AS_MYSELF = re.compile(r"\bя\W+(?:[а-я]+\W+)?$")


def payment_passages(reading: Reading) -> list[Passage]:
    """Terms of payment the client set, or the manager offered and the client took."""
    conversation = reading.conversation
    found: list[Passage] = []
    for turn in conversation.turns:
        for sentence in turn.sentences:
            text = sentence.folded
            if sentence.is_question or proof.is_hypothetical(sentence):
                continue
            if _settles_terms(reading, turn, sentence):
                found.append(Passage(turn, sentence, 3.5 if turn.is_manager else 2.5))
                continue
            if not _PAYMENT.search(text):
                continue
            strong = bool(_PAYMENT_STRONG.search(text))
            if re.search(
                r"\b(?:уже|вчера) (?:оплат|заплат)|\bаванс\w* (?:ушел|ушёл|прошел|отправ|перевел)|\bдоговор\w* подписан|\bоплатил\w*\b|\bдоставк\w* оплачива|\bмонтаж оплачива",  # noqa: E501
                text,
            ):
                continue
            if turn.is_client:
                asked = bool(_PAYMENT.search(conversation.question_before(turn.index)))
                if (
                    strong
                    or asked
                    or re.search(r"\bоплат\w*\b.{0,30}\b(?:сразу|платеж|вперед|после|до|перед|в течение)", text)
                ):
                    found.append(Passage(turn, sentence, 2.0 + strong))
                continue
            answer = conversation.next(turn.index)
            if strong and answer is not None and answer.is_client and proof.agrees(answer.text):
                found.append(Passage(turn, sentence, 1.5))
    if any(p.turn.is_client for p in found):
        last_manager = [p for p in found if p.turn.is_manager][-1:]
        found = [p for p in found if p.turn.is_client] + last_manager
    return chosen(found, limit=260, most=3)


def speaks_of_payment(text: str) -> bool:
    """Whether folded words are about how and when is paid."""
    return bool(_PAYMENT.search(text) or _OF_MONEY.search(text))


_ASKS_TERMS = re.compile(r"\bплат(?:ите|ить|им)\b|\bоплат\w*|\bоплачива\w+|\bаванс\w*|\bпредоплат\w*|\bрассч[её]т\w*")
_TERM_WORDS = re.compile(
    r"\b(?:после|перед|вперед|сразу|отсрочк\w*|аванс\w*|предоплат\w*|остал\w+|квартал\w*|месяц\w*|дн\w+|день|акт\w*|при[её]мк\w*)\b"
)
_ACCEPTS = re.compile(
    r"\b(\w+) так \1\b|^\W*(?:ну,? )?(?:ладно|хорошо|пусть|договорились|идет|согласн\w+)\b|\bвозражений нет\b"
)


def _settles_terms(reading: Reading, turn: Turn, sentence: Sentence) -> bool:
    """A term in answer to a question about paying, or the manager's counter-term that the client takes."""
    conversation = reading.conversation
    if not _TERM_WORDS.search(sentence.folded):
        return False
    has_number = any(
        one.turn is turn and sentence.start <= one.mark.start < sentence.end for one in reading.candidates.numbers
    )
    before, after = conversation.previous(turn.index), conversation.next(turn.index)
    if turn.is_client:
        question = conversation.question_before(turn.index)
        return has_number and bool(_ASKS_TERMS.search(question)) and not re.search(r"\bсколько\b", question)
    if not has_number or before is None or after is None or not (before.is_client and after.is_client):
        return False
    spoke = _PAYMENT.search(before.folded) or _ASKS_TERMS.search(conversation.question_before(before.index))
    return bool(spoke and _ACCEPTS.search(after.folded))


_CONDITION = re.compile(
    r"\bпредоплат\w*|\bпостоплат\w*|\bпополам\b|\bоплат\w+ (?:сразу|по факту)|\bсразу (?:же )?оплат\w+|\bрассрочк\w*"
    r"|\bотсрочк\w*|\bлизинг\w*|\bпо (?:счету|договору)\b|\bпо факту (?:постав|отгруз|получ|достав|монтаж|прием)\w*"
    r"|\b(?:после|перед|до|при) (?:постав|отгруз|получ|достав|монтаж|прием|подписан|акт)\w*"
    r"|\bпоквартально\b|\bпомесячно\b"
)
_WANTS_NO = re.compile(r"\bне даете\b|\bу вас нет\b|\bговорили\b|\bпока\b|\bв прошл\w+|\bраньше\b")


def _is_condition(reading: Reading, passage: Passage) -> bool:
    """How and when is paid, in so many words: a share, a term, or a named way, and no complaint about it."""
    text = passage.sentence.folded
    if _WANTS_NO.search(text) or re.search(r"\bзарплат\w*|\bсотрудник\w*|\bкарточк\w* сотруд", passage.turn.folded):
        return False
    inside = range(passage.sentence.start, passage.sentence.end)
    starts = [(m.turn, m.mark.start) for m in reading.candidates.numbers]
    starts += [(m.turn, m.mark.start) for m in reading.candidates.terms]
    has_share = any(turn is passage.turn and start in inside for turn, start in starts)
    return bool(_CONDITION.search(text)) or (has_share and bool(_PAYMENT_STRONG.search(text)))


def payment_terms(reading: Reading, key: str = "payment_terms") -> FieldValue:
    """The terms in the words of who set them."""
    passages = payment_passages(reading)
    if not passages:
        return empty(key)
    doubt = unknown_speaker(passages)
    if doubt is None and not any(p.turn.is_client for p in passages):
        doubt = _("Условие назвал менеджер, клиент согласился: сверьте.")
    countered = any(p.turn.is_manager and _settles_terms(reading, p.turn, p.sentence) for p in passages)
    if doubt is None and countered:
        doubt = _("Об условии торговались: сверьте, на чём сошлись.")
    if doubt is None and not any(_is_condition(reading, p) for p in passages):
        doubt = _("Об оплате говорили, но условие прямо не названо: прочтите.")
    if doubt is None and all(_ONLY_REFUSED.search(p.sentence.folded) for p in passages):
        doubt = _("Сказано, чего не будет; само условие могло прозвучать в другом месте.")
    return proposed(key, quoted(passages), evidence_of(reading.conversation, passages), doubt=doubt)


def unknown_speaker(passages: Sequence[Passage]) -> str | None:
    """The doubt about words of which nobody can tell who said them."""
    if any(p.turn.is_unknown for p in passages):
        return _("Не ясно, кто это сказал.")
    return None
