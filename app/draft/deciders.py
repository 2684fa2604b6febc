"""Who decides on the client's side, and whom the client compares us with."""

from __future__ import annotations

import re

from app.core.i18n import _
from app.draft import proof
from app.draft.candidates import Found
from app.draft.contact import company_name, find_contact, is_own_company, is_own_name
from app.draft.contact_role import contact_role
from app.draft.conversation import fold
from app.draft.model import FieldValue
from app.draft.reading import Reading, empty, proposed
from app.draft.wording import tidy
from app.spoken.model import Organisation
from app.spoken.sound import likeness

_DECIDES = re.compile(
    r"\bреша(?:ю|ет|ют|ем|ть|л[аи]?)\b|\bя и решил[аи]?\b"
    r"|\bрешение (?:за|принимает|остается)\b|\bподписыва\w+|\bподпи(?:шет|сать)\b"
    r"|\bутвержда\w+|\bутвердит\w*|\bпоследнее слово|\bсоглас(?:ует|овыва\w+|овать)\b"
    r"|\bглавн\w+ там|\bговорит (?:да|«да)|\bпринимал\b|\bзатвержда|\bодобр\w+|\bпокажу\b"
)
_SELF = re.compile(
    r"\bя (?:сам|сама)\b|(?<!\bон )(?<!\bона )(?<!нас )\b(?:сам|сама) (?:и )?(?:реш(?:аю|у|ил)|подпи(?:сываю|шу))\w*"
    r"|\bподпись моя\b|\bподпись\b[^.?!]{0,20}\bмоя\b|\bфинал (?:за мной|мой)\b|\bподпи(?:шу|сываю) я\b"
    r"|\b(?:последнее )?слово (?:мо[ея]|за мной)\b|\bреша(?:ю|ть буду)\W+(?:кстати\W+|тут |здесь |все )?(?:я"
    r"|сам|сама)\b|\bя и решил[аи]?\b|\bя (?:и )?(?:решаю|подписываю|принимаю|утверждаю)\b|\b(?:решаю"
    r"|подписываю) (?:я|сам|сама|единолично)\b|\bрешение (?:за мной|принимаю я|мое)\b"
    r"|\b(?:решать|подписывать|утверждать|принимать решение) (?:буду|будем)? ?я\b|\bбюджет у меня\b|\bсо мной\b"
)
_NOT_SELF = re.compile(
    r"\bне я (?:это |тут |здесь )?(?:реша|подпис|приним|утвержд)|\bрешаю (?:\w+ )?не я\b"
    r"|\b(?:не|сам[аи]? не) (?:решаю|подпи\w+)|\bсама? я (?:это )?не\b|\bя не (?:решаю|подпи)"
)
_ASKS = re.compile(
    r"\bвы\b.{0,25}(?:решаете|принимаете|подписываете)|(?:решаете|принимаете|подписываете)\b.{0,15}\b(?:вы|сами)\b|"
    r"чья .{0,15}подпись|подпись .{0,15}чья|кто .{0,30}(?:реша|решени|подпис|утвержд|соглас)"
    r"|решени\w* .{0,30}(?:кто|вы|сами|принима)|как .{0,15}решени"
)
# «Я так, управляющая, при бумажках», «я как главный технолог пишу, а он подписывает».
_OF_SPEAKER = re.compile(r"\bя (?:так|как|тут|здесь|только|лишь)\W*(?:\w+\W+)?$")
# «Учредитель в это не суётся», «директор мне эти дела давно отдал»: named to say that it is not they.
_STAYS_OUT = re.compile(
    r"\W*(?:[а-я]+\W+){0,4}?не (?:сует\w*|лез\w+|вника\w+|вмешива\w+|участву\w+|реша\w+|при чем)"
    r"|\W*(?:мне|нам) (?:[а-я]+ ){0,3}(?:отдал|доверил|поручил|передал)\w*"
)
# The answer to who decides: «сам», «моя», «я, кто ж ещё», «да, я и подпишу».
_ANSWERS_SELF = re.compile(
    r"\W*(?:сам|сама|моя|мое|единолично)\b(?:\s*[,.!…—–-]|\s*$)"
    r"|\W*(?:да,? )?я\b(?:\s*(?:[,.!…—–-]|$)|\s+(?:и |же |тоже )?(?:сам|реша|подпи|утвержд|принима|же\b))"
)
_FORMALITY = re.compile(r"\bформальн\w+|\bдля галочки\b|\bдля порядка\b|\bтолько подпис\w+")
_HE_DECIDES = re.compile(r"\W*(?:вот )?(?:он|она)\b(?: [а-я]+){0,2} (?:реша|подпис|утвержд|принима)")
_COMPARES = re.compile(
    r"\bу них\b|\bпредлож\w+|\bдал[аи]?\b|\bприслал[аи]?\b|\bда(?:ет|ют)\b|\bпрода(?:ет|ют)\b|\bбрали\b|\bзаказывали\b"
    r"|\bсравнива\w+|\bпробовал\w*|\bзвонит\b|\bзвонят\b"
    r"|\bработа(?:ли|ем) с\b|\bдешевле\b|\bвыбрали\b|\bконкурент\w*|\bрассматрива\w+"
    r"|\bпоставщик\w*|\bуйд[её]м\b|\bуйти\b|\bотказал\w*"
    r"|\bсмотр(?:им|ели|ю)\b|\bпредлага\w+|\bпросят\b|\bесть (?:еще|кп|предложени)\w*"
    r"|\bушли от\b|\bстоял[аи]?\b|\bпользовал\w*|\bбер[её]м у\b|\bбрали у\b|\bвозим от\b"
    r"|\bу (?:вас|них) вышло\b|\bзапросил\w*|\bтоже (?:дал|предлож|прис|счита)\w*|\bпротив\b"
    r"|\bпросит\b|\bна пробу\b|\bнам (?:тоже )?считают\b|\b(?:приезжал|мерил|замерял)\w*"
)
_DISMISSED = re.compile(
    r"\bотказал\w*|\bотпал\w*|\bне верн[её]м\w*|\bвыключили\b|\bне подош\w+|\bушли от\b"
    r"|\bмимо\b|\bне понравил\w*|\bне хо\w+|\bзабраковал\w*|\bотмели\b|\bне рассматрива\w+"
    r"|\bобожгл\w+|\bне доверя\w+|\bбольше не\b|\bпомучил\w*|\bне буд\w+"
)
_GREETS = re.compile(r"\b(?:здравствуй\w*|приветствую|добр(?:ый|ое|ого) (?:день|утро|вечер|дня|утра)|алло)\b")
_OPENING_TURNS, _CLOSING_TURNS = 5, 2
_PRICE_AT_LEAST = 50
_NO_RIVAL = re.compile(r"\b(?:посоветов\w+|порекоменд\w+|сосед\w*|знаком\w+|от вас|вы им|у вас брал\w*)\b")


def decision_maker(reading: Reading, key: str = "decision_maker") -> FieldValue:  # noqa: PLR0912
    """The person or the post that decides; the contact where they decide themselves."""
    conversation = reading.conversation
    best: tuple[float, str, int, int, int] | None = None
    self_turn: int | None = None
    for turn, sentence in conversation.sentences(manager=False):
        text = sentence.folded
        asked = bool(_ASKS.search(conversation.question_before(turn.index)))
        if proof.is_hypothetical(sentence) or (sentence.is_question and not asked):
            continue
        decides = (bool(_DECIDES.search(text)) and not re.search(r"\bпокажу\b", text)) or bool(
            re.search(r"\bпокажу\b.*\b(?:директор|хозя|собственник|шеф|начальник|генеральн)", text)
        )
        answers_self = asked and bool(_ANSWERS_SELF.match(text))
        if (decides or asked) and (answers_self or says_decides_alone(text)) and not _NOT_SELF.search(text):
            self_turn = turn.index
            continue
        if not decides and not asked:
            continue
        who = named_in(reading, turn.index, sentence.start, sentence.end)
        where = (sentence.start, sentence.end)
        named_before = named_in(reading, turn.index, 0, sentence.start) if _HE_DECIDES.match(text) else None
        if named_before is not None:
            # «Пётр Ильич, главный. Он и решает, ждёт, что скажет юрист»: the pronoun tells whose sentence it is.
            who, where = named_before, (0, sentence.end)
        if who is None and decides:
            # The name may stand in the next sentence of the same turn: «Решает хозяин. Игорь Львович».
            who = named_in(reading, turn.index, sentence.start, len(turn.text))
            where = (sentence.start, len(turn.text))
        is_body = False
        if who is None and decides:
            who = deciding_body(sentence.folded)
            is_body, where = who is not None, (sentence.start, sentence.end)
        if who is None:
            continue
        score = 1.0 if is_body else (2.0 if decides else 0) + (1.5 if asked else 0) + (0.5 if " " in who else 0)
        if not is_body and re.search(r"\bпоследнее слово|\bподписыва|\bреша", text):
            score += 0.5
        if best is None or score > best[0]:
            best = (score, who, turn.index, *where)
    if best is not None and self_turn == best[2]:
        # «Решаю я, директор только подписывает»: who signs or is shown a paper does not decide.
        best = None
    if best is not None:
        turn = conversation.turn(best[2])
        doubt = _("Не ясно, кто это сказал.") if turn.is_unknown else None
        if doubt is None and _FORMALITY.search(turn.folded):
            doubt = _("Сказано, что это формальность: сверьте, кто решает.")
        if doubt is None and best[0] < 2:
            doubt = _("Назван в ответ на вопрос о решении: сверьте.")
        return proposed(key, best[1], [conversation.evidence(best[2], best[3], best[4])], doubt=doubt)
    return decides_alone(reading, key, self_turn) if self_turn is not None else empty(key)


def says_decides_alone(text: str) -> bool:
    """Folded words in which the speaker says that they decide themselves."""
    return bool(_SELF.search(text)) and not _NOT_SELF.search(text)


def decides_alone(reading: Reading, key: str, turn: int, *, doubt: str | None = None) -> FieldValue:
    """The person of the call as the one who decides, as a turn says; empty where nobody knows who that is."""
    contact, role = find_contact(reading), contact_role(reading)
    parts = [contact.name if contact else "", (role.value or "").lower()]
    who = ", ".join(part for part in parts if part)
    if not who:
        return empty(key)
    value = _("{who} (решает сам)").format(who=who) if contact else who
    is_clear = contact is not None and contact.sure and not _is_joined(reading)
    unclear = None if is_clear else _("Собеседник решает сам, но кто он, названо неясно.")
    return proposed(key, value, [reading.conversation.evidence(turn), *role.evidence[:1]], doubt=doubt or unclear)


def _is_joined(reading: Reading) -> bool:
    """Somebody is greeted in the middle of the talk: one of two people on the client's side speaks."""
    turns = reading.conversation.turns
    return any(_GREETS.search(turn.folded) for turn in turns[_OPENING_TURNS:-_CLOSING_TURNS])


_BODY_DECIDES = re.compile(
    r"\b(?:соглас(?:ует|уют|овывает|овывают)|утвержда(?:ет|ют)|утверд(?:ит|ят)|одобр(?:яет|яют|ит)|подпи(?:шет|шут))\b"
)


def deciding_body(text: str) -> str | None:
    """Who does the deciding where it is no person: «совет дома утверждает», «служба заказчика согласует»."""
    from app.spoken.morphology import parses

    verb = _BODY_DECIDES.search(text)
    if verb is None:
        return None
    words = re.findall(r"[а-я-]+", re.split(r"[,;:.—–]", text[: verb.start()])[-1])
    cases = [{str(r.tag.case) for r in parses(w)[:4] if str(r.tag.POS) in ("NOUN", "ADJF")} for w in words]
    nouns = [any(str(r.tag.POS) == "NOUN" for r in parses(w)[:3]) for w in words]
    first = len(words)
    while first > 0 and cases[first - 1] & {"nomn", "gent"}:
        first -= 1
        is_subject = nouns[first] and "nomn" in cases[first]
        if is_subject and not (first > 0 and nouns[first - 1] and "nomn" in cases[first - 1]):
            return " ".join(words[first:]).capitalize()
    return None


def cheaper_rivals(reading: Reading) -> list[Found[Organisation]]:
    """Rivals named with what they ask, or as the cheaper ones: an objection to our price without saying so."""
    return [
        mention
        for mention in rival_mentions(reading)
        if not is_dismissed(reading, mention)
        and (
            re.search(r"\bдешевле\b|\bниже\b|\bвыгоднее\b", mention.sentence.folded)
            or (
                re.search(r"\bпо\b|\bза\b|\bцен\w+", mention.sentence.after(mention.mark.end))
                and any(
                    n.turn is mention.turn and n.mark.start >= mention.mark.end and n.mark.value >= _PRICE_AT_LEAST
                    for n in reading.candidates.numbers
                )
            )
        )
    ]


def named_in(reading: Reading, turn: int, start: int, end: int) -> str | None:
    """Post and name said within a span of a turn."""
    people = [
        p
        for p in reading.candidates.people
        if p.turn.index == turn and start <= p.mark.start < end and not is_own_name(reading, p.mark)
    ]
    roles = [
        r
        for r in reading.candidates.roles
        if r.turn.index == turn
        and start <= r.mark.start < end
        and not _OF_SPEAKER.search(r.sentence.before(r.mark.start))
        and not _STAYS_OUT.match(r.sentence.after(r.mark.end))
    ]
    if not people and not roles:
        return None
    role = roles[0].mark.name if roles else ""
    if len(roles) > 1 and re.fullmatch(r"\s*[,—-]\s*", roles[0].turn.text[roles[0].mark.end : roles[1].mark.start]):
        # «Руководитель гранта, профессор»: one person by two posts.
        role = f"{role}, {roles[1].mark.name}"
    name = people[0].mark.name if people else ""
    line = " ".join(part for part in (role, name) if part)
    return line[:1].upper() + line[1:]


def competitors(reading: Reading, key: str = "competitors") -> FieldValue:
    """Companies the client compares us with, in the order they were named; a rejected one is marked."""
    found = rival_mentions(reading)
    if not found:
        return empty(key)
    names: dict[str, list[Found[Organisation]]] = {}
    for mention in found:
        known = next((name for name in names if likeness(name, mention.mark.name) >= 0.75), mention.mark.name)
        names.setdefault(known, []).append(mention)
    lines, evidence, doubt = [], [], None
    for name, mentions in names.items():
        rejected = any(is_dismissed(reading, mention) for mention in mentions)
        about = tidy(mentions[0].sentence.text, 110)
        lines.append(_("{name} (отпал): {about}").format(name=name, about=about) if rejected else f"{name}: {about}")
        evidence += [reading.candidates.evidence(mention) for mention in mentions[:2]]
        if all(m.mark.certainty.value != "exact" for m in mentions):
            doubt = _("Название могло быть услышано неверно.")
        if any(m.turn.is_unknown for m in mentions):
            doubt = _("Не ясно, кто это сказал.")
        if not any(_COMPARES.search(m.sentence.folded) for m in mentions):
            doubt = _("Названа другая компания: сверьте, конкурент ли это.")
    return proposed(key, "; ".join(lines), evidence, doubt=doubt)


def rival_mentions(reading: Reading) -> list[Found[Organisation]]:
    """Organisations named by the client that are neither theirs nor ours."""
    result = []
    for found in strangers(reading):
        sentence = found.sentence
        asked = bool(
            re.search(
                r"\bкого\b|\bкто\b|\bкем\b|\bконкурент|\bсравнива|\bрассматрива|\bс кем\b",
                reading.conversation.question_before(found.turn.index),
            )
        )
        around = found.turn.folded
        if (
            _COMPARES.search(sentence.folded)
            or asked
            or (_COMPARES.search(around) and found.mark.certainty.value == "exact")
        ):
            result.append(found)
    return result


def strangers(reading: Reading) -> list[Found[Organisation]]:
    """Organisations the client named that are neither theirs nor ours, nor goods of the price list or advisers."""
    own = company_name(reading).value or ""
    products = [fold(item.name) for item in reading.profile.price_list]
    terms = [fold(term) for term in reading.profile.glossary]
    knowledge = " ".join(fold(document.text) for document in reading.profile.knowledge)
    result = []
    for found in reading.candidates.organisations:
        name = found.mark.name
        if not found.turn.is_client or is_own_company(reading, name):
            continue
        if own and (likeness(name, own) >= 0.7 or fold(name) in fold(own) or fold(own) in fold(name)):
            continue
        if any(fold(name) in product for product in products):
            continue
        # A company writes its rivals into the glossary too, to have them heard; its knowledge speaks of partners.
        if fold(name) in terms and (fold(name) in knowledge or not _COMPARES.search(found.sentence.folded)):
            continue
        if _NO_RIVAL.search(found.sentence.folded) or proof.is_hypothetical(found.sentence):
            continue
        result.append(found)
    return result


def is_dismissed(reading: Reading, mention: Found[Organisation]) -> bool:
    """The client has turned away from this company."""
    del reading
    turn = mention.turn
    later = turn.folded[max(mention.sentence.start - 1, 0) :]
    return bool(_DISMISSED.search(later)) and not re.search(r"\bк вам не\b", later)
