"""Who called: the contact, the role, the company, the town, the phone and the e-mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from app.core.i18n import _
from app.draft import proof
from app.draft.candidates import Found
from app.draft.conversation import Conversation, Turn, fold
from app.draft.misheard import misheard_city
from app.draft.model import Evidence, FieldValue, Misheard
from app.draft.reading import Reading, empty, proposed
from app.draft.sound import is_respelled, places_like
from app.spoken.model import Certainty, City, Organisation, Person
from app.spoken.sound import likeness

_INTRODUCES = re.compile(
    r"\bменя\b[^.?!]*\bзовут\b|\bзовут\b|\bмое имя\b|\bэто\b|\bя\b|\bвас беспокоит\b"
    r"|\bбеспокоит\b|\bменя [а-я]+\b|\bпредставлюсь\b|\bобращайтесь\b"
)
# «Этого я вам не скажу, Вероника»: the name behind a verb and a comma is who is spoken to.
_SPEAKS_TO = re.compile(r"\bя\b[^,.!?]*\b[а-я]{4,}[^,.!?]*,\s*$")
_ASKS_NAME = re.compile(
    r"как\w* (?:к вам|мне к вам|вас|тебя).{0,20}(?:обраща|зовут|звать|величать)|представьтесь"
    r"|с кем (?:я )?(?:говорю|разговариваю|общаюсь)|ваше имя|вас как зовут|как вас по имени"
)
ABSENT_PERSON = re.compile(
    r"\b(?:реша\w+|подписыва\w+|утвержда\w+|согласу\w+|соглас\w+ у|покаж\w+|директор\w*"
    r"|хозя\w+|собственник\w*|шеф\w*|начальник\w*|бухгалтер\w*"
    r"|сосед\w*|порекоменд\w+|посоветова\w+|говорит|сказал[аи]?|переда(?:м|йте)|у (?:него|нее)"
    r"|подойд[её]т|подключит\w+|присоединит\w+|громкую\W+тут)\W*$"
)
_IS_BESIDE = re.compile(
    r"\W*(?:тоже |уже )?(?:рядышком|рядом|подош\w+|подключил\w+|заглянул\w*|зашел|зашла|на линии|идет)\b"
)
_GREETS = re.compile(
    r"\b(?:здравствуй\w*|добр\w+ (?:день|утро|вечер)|доброго|приветствую|алло|привет|очень приятно|приятно)\b"
)
_LEGAL_FORM = re.compile(
    r"\b(?:ооо|оао|зао|пао|ао|ип|спк|ано|тоо|нко|фгуп|муп|гуп|ooo|кфх|нпо|тд|гк)\b\.?", re.IGNORECASE
)
_QUOTES = re.compile(r"[«»\"'“”„.]")
_DELIVERY = re.compile(
    r"достав|вез(?:ти|ете|ем|ут)|привез|отгруз|монтаж|монтир|приехать|приед|выезд|выезж"
    r"|склад|объект|цех|магазин|находимся|стоим|это|филиал|площадк"
)
_ELSEWHERE = re.compile(
    r"\bбригад\w*|\bнаш склад\b|\bдата-?центр|\bкомандировк|\bотпуск|\bпоех|\bлечу\b"
    r"|\bна стороне\b|\bу (?:товарищ|знаком|друз|сосед|подрядчик)\w+|\bв отъезде|\bбилет"
    r"|\bродом|\bсервис\w* |\bзвоню из|\bя (?:\w+ )?в [а-я]+ буду\b|\bмы в [а-я]+ будем\b"
)
# In such a clause a company is a rival and not the caller's own.
_COMPARED = re.compile(
    r"\bдешевле\b|\bдороже\b|\bвыгоднее\b|\bда(?:ет|ют)\b|\bпредлага(?:ет|ют)\b|\bпрода(?:ет|ют)\b|\bбрали\b"
    r"|\bда(?:ла|ли|л)\b|\bприслал[аи]?\b|\bпрос(?:ит|ят)\b"
)
INTRO_TURNS = 6
_SURE_NAME, _LIKELY_NAME = 0.86, 0.72
_LEAST_PRICE = 10


@lru_cache(maxsize=512)
def core_name(name: str) -> str:
    """A company's name without legal form and quotes; capitals made ordinary."""
    text = re.sub(r"\s+", " ", _QUOTES.sub(" ", _LEGAL_FORM.sub(" ", name))).strip(" ,-")
    return text.title() if text.isupper() and len(text) > 4 else text


def first_client_turns(conversation: Conversation, count: int = INTRO_TURNS) -> list[Turn]:
    """The turns in which a caller says who they are."""
    return [turn for turn in conversation.turns if turn.is_client][:count]


def is_own_name(reading: Reading, person: Person) -> bool:
    """A name of the manager or of a colleague from the profile."""
    said = fold(person.name).split()
    for colleague in reading.profile.colleagues:
        parts = fold(colleague).split()
        if person.first and person.surname and fold(person.surname) not in parts:
            continue
        if all(any(likeness(word, part) >= 0.8 for part in parts) for word in said):
            return True
    return False


def _greeting_name(reading: Reading, found: Found[Person]) -> bool:
    """The client only greets the manager by name."""
    manager = fold(reading.profile.manager_name).split()
    return bool(manager) and bool(found.mark.first) and likeness(found.mark.first, manager[0]) >= 0.8


@dataclass(frozen=True, slots=True)
class Contact:
    """The person of the call.

    Args:
        sure: Introduced in so many words.
    """

    first: str
    patronymic: str
    surname: str
    found: tuple[Found[Person], ...]
    sure: bool

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.surname, self.first, self.patronymic) if part)


def find_contact(reading: Reading) -> Contact | None:
    """The person the manager talked with first; None where nobody was named."""
    conversation = reading.conversation
    intro = {turn.index for turn in first_client_turns(conversation)}
    best: tuple[float, Found[Person]] | None = None
    for found in reading.candidates.people:
        score = _introduction_score(reading, found, intro)
        if score > 0 and (best is None or score > best[0]):
            best = (score, found)
    if best is None:
        return None
    return _merge(reading, best[1], best[0])


def _introduction_score(reading: Reading, found: Found[Person], intro: set[int]) -> float:  # noqa: PLR0911
    conversation, turn = reading.conversation, found.turn
    sentence = found.sentence
    before = sentence.before(found.mark.start)
    place = conversation.place(turn.index)
    if ABSENT_PERSON.search(before) or _IS_BESIDE.match(sentence.after(found.mark.end)):
        return 0
    if any(city.turn is turn and city.mark.start == found.mark.start for city in reading.candidates.cities):
        return 0
    if turn.is_manager:
        if is_own_name(reading, found.mark) or place > 8:
            return 0
        vocative = before.strip(" ,.!") == "" or _GREETS.search(before) or _GREETS.search(sentence.folded)
        return (2.5 if place <= 2 else 1.5) if vocative else 0.6
    if turn.index not in intro:
        return 0
    asked = bool(_ASKS_NAME.search(other_side_before(conversation, turn)))
    introduces = bool(_INTRODUCES.search(before[-40:])) and not _SPEAKS_TO.search(before[-40:])
    introduces = introduces or bool(re.match(r"[^.?!]{0,25}\bзовут\b", sentence.after(found.mark.end)))
    if not asked and _is_oblique(found):
        # «Я Ивану Фёдоровичу не понесу»: spoken of, whatever stands before.
        return 0
    greets_only = _greeting_name(reading, found) and not found.mark.surname and not asked
    if greets_only and not re.search(r"\bзовут\b|\bменя\b|\bя\b", before + sentence.after(found.mark.end)[:12]):
        return 0
    if is_own_name(reading, found.mark) and not asked and not introduces:
        return 0
    score = 1.0 + (3.0 if asked else 0) + (2.0 if introduces else 0)
    score += 1.5 if found.mark.surname or found.mark.patronymic else 0
    score += max(0.0, 1.5 - 0.3 * place)
    return score


def _is_oblique(found: Found[Person]) -> bool:
    """Said in another case than the nominative, in which nobody introduces themselves."""
    said, name = fold(found.text).split(), set(fold(found.mark.name).split())
    return found.mark.certainty is Certainty.EXACT and bool(said) and not any(word in name for word in said)


def other_side_before(conversation: Conversation, turn: Turn) -> str:
    """The other side's turn right before, folded."""
    before = conversation.previous(turn.index)
    return before.folded if before is not None and before.is_manager != turn.is_manager else ""


def _merge(reading: Reading, seed: Found[Person], score: float) -> Contact:
    """Parts of one name said in several places: «Ольга» and «Лаптева»; the manager says «Ольга Сергеевна»."""
    first, patronymic, surname = seed.mark.first, seed.mark.patronymic, seed.mark.surname
    used = [seed]
    intro = {turn.index for turn in first_client_turns(reading.conversation)}
    for found in reading.candidates.people:
        mark = found.mark
        if found is seed or (found.turn.is_client and is_own_name(reading, mark)):
            continue
        near = found.turn.index == seed.turn.index and 0 <= found.mark.start - seed.mark.end <= 25
        names_same = bool(mark.first and first) and likeness(mark.first, first) >= 0.8
        if near and not mark.first and mark.surname and not surname and found.turn.index in intro:
            surname = mark.surname
            used.append(found)
        elif not first and mark.patronymic and found.turn.index in intro and _is_all_said(found):
            # «Это Шаповалова» — «Слушаю вас» — «Римма Павловна. У меня беда»: the rest of one's own name.
            first, patronymic = mark.first, mark.patronymic
            used.append(found)
        elif names_same and not (mark.surname and surname and likeness(mark.surname, surname) < 0.7):
            if patronymic and mark.patronymic and likeness(mark.patronymic, patronymic) < 0.7:
                continue
            patronymic, surname = patronymic or mark.patronymic, surname or mark.surname
            if len(used) < 3:
                used.append(found)
    if first and not surname and seed.turn.is_client:
        surname = _surname_said(seed.turn)
    return Contact(first, patronymic, surname, tuple(used), score >= 3.0)


def _is_all_said(found: Found[Person]) -> bool:
    """Nothing else stands in the sentence, and it names nobody else's surname."""
    rest = found.sentence.before(found.mark.start) + found.sentence.after(found.mark.end)
    return not found.mark.surname and not re.search(r"[а-я]", rest)


def _surname_said(turn: Turn) -> str:
    """«Фамилия Дробот», said apart from the first name."""
    match = re.search(r"\bфамилия\s+(?:у меня\s+|моя\s+|—\s*|-\s*)?([а-я]{3,}(?:-[а-я]+)?)", turn.folded)
    if match is None or match.group(1) in ("моя", "такая", "через", "пишется", "слитно", "простая"):
        return ""
    return turn.text[match.start(1) : match.end(1)].capitalize()


def contact_name(reading: Reading) -> FieldValue:
    """The contact as the call and, for the spelling, the CRM know them."""
    contact = find_contact(reading)
    known = _known_contact(reading, contact)
    if contact is None and known is None:
        return empty("contact_name")
    if known is not None:
        name, heard, evidence = known
        if is_respelled(heard, name):
            why = _("В CRM имя записано так: сверьте.")
            return proposed("contact_name", name, evidence, doubt=why, misheard=[Misheard(heard, name)])
        return proposed("contact_name", name, evidence)
    assert contact is not None  # noqa: S101
    evidence = [reading.candidates.evidence(found) for found in contact.found]
    doubt = None
    if any(found.turn.is_unknown for found in contact.found):
        doubt = _("Не ясно, кто из двоих назвал это имя.")
    elif not contact.sure:
        doubt = _("Имя прозвучало, но собеседник так не представлялся.")
    elif not (contact.first or contact.surname):
        # A patronymic asked for apart from the name.
        doubt = _("Имя могло быть услышано неверно.")
    elif all(found.mark.certainty is not Certainty.EXACT for found in contact.found):
        doubt = _("Имя могло быть услышано неверно.")
    elif other := _addressed_as(reading, contact):
        doubt = _("Менеджер обращается иначе: {name}.").format(name=other)
    return proposed("contact_name", contact.name, evidence, doubt=doubt)


def _addressed_as(reading: Reading, contact: Contact) -> str:
    """Another first name by which the manager greets whoever has just introduced themselves; empty where none."""
    places = [reading.conversation.place(found.turn.index) for found in contact.found if found.turn.is_client]
    for found in reading.candidates.people:
        place = reading.conversation.place(found.turn.index)
        if not (found.turn.is_manager and found.mark.first) or is_own_name(reading, found.mark):
            continue
        if any(0 < place - introduced <= 2 for introduced in places) and _GREETS.search(found.sentence.folded):
            return "" if likeness(found.mark.first, contact.first or contact.name) >= 0.7 else found.mark.first
    return ""


def _known_contact(reading: Reading, contact: Contact | None) -> tuple[str, str, list[Evidence]] | None:
    """A contact of the CRM that sounds like what was heard: name, heard words, quotes."""
    best: tuple[float, str, str, list[Evidence]] | None = None
    for known in dict.fromkeys(c.name for c in reading.profile.known_contacts if len(c.name.split()) > 1):
        parts = known.split()
        if contact is not None and contact.surname and contact.first:
            heard = contact.name
            pairs = [max((likeness(word, part) for part in parts), default=0.0) for word in heard.split()]
            score = sum(pairs) / len(pairs)
            if min(pairs) < 0.6 or score < _LIKELY_NAME:
                continue
            evidence = [reading.candidates.evidence(found) for found in contact.found]
            name = " ".join(part for part in parts if max(likeness(part, word) for word in heard.split()) >= 0.6)
        else:
            place = _heard_in_introduction(reading, parts)
            if place is None:
                continue
            score, heard, evidence, name = place
        if best is None or score > best[0]:
            best = (score, name, heard, evidence)
    return best[1:] if best is not None else None


def _heard_in_introduction(reading: Reading, parts: list[str]) -> tuple[float, str, list[Evidence], str] | None:
    """Two parts of a known name, both heard in one of the first turns of the client or greeted by the manager."""
    conversation = reading.conversation
    turns = [*first_client_turns(conversation, 4), *[t for t in conversation.turns[:3] if t.is_manager]]
    for turn in turns:
        hits = []
        for part in parts:
            place = next(places_like(turn, part, at_least=0.72, max_words=2), None)
            if place is not None and len(part) > 3:
                hits.append((place, part))
        if len(hits) >= 2:
            score = sum(place.score for place, _part in hits) / len(hits)
            start, end = min(p.start for p, _x in hits), max(p.end for p, _x in hits)
            if end - start > 60 or score < 0.78:
                continue
            name = " ".join(part for _place, part in hits)
            return score, turn.text[start:end], [conversation.evidence(turn.index, start, end)], name
    return None


def is_own_company(reading: Reading, name: str) -> bool:
    """Our own brand, as it may have been misheard; another name of the glossary is that other name."""
    if any(fold(name) == fold(term) for term in reading.profile.glossary):
        return fold(name) == fold(reading.profile.brand)
    own = (reading.profile.brand, core_name(reading.profile.legal_name))
    return any(likeness(name, brand) >= 0.7 for brand in own if brand)


def company_name(reading: Reading) -> FieldValue:
    """The client's company as it was introduced, with the CRM's spelling where it sounds the same."""
    conversation = reading.conversation
    turns = [*[t for t in conversation.turns[:4] if t.is_manager], *first_client_turns(conversation)]
    known = _known_company(reading, turns)
    said = _said_company(reading, {turn.index for turn in turns})
    if known is not None and (known[0] >= _SURE_NAME or said is None):
        _score, name, heard, evidence = known
        if said is not None and fold(name) in fold(said.mark.name) and len(said.mark.name) > len(name):
            return proposed("company_name", said.mark.name, [evidence])
        if is_respelled(heard, name):
            why = _("В CRM название записано так: сверьте.")
            return proposed("company_name", name, [evidence], doubt=why, misheard=[Misheard(heard, name)])
        return proposed("company_name", name, [evidence])
    if said is None:
        return empty("company_name")
    doubt = _("Не ясно, кто это сказал.") if said.turn.is_unknown else None
    if doubt is None and said.mark.certainty is not Certainty.EXACT:
        doubt = _("Название могло быть услышано неверно, в CRM такого нет.")
    return proposed("company_name", said.mark.name, [reading.candidates.evidence(said)], doubt=doubt)


def _known_company(reading: Reading, turns: list[Turn]) -> tuple[float, str, str, Evidence] | None:
    best: tuple[float, str, str, Evidence] | None = None
    for name in dict.fromkeys(core_name(company.name) for company in reading.profile.known_companies):
        if len(name) < 4 or is_own_company(reading, name):
            continue
        at_least = 0.95 if len(name) < 6 else 0.8
        for turn in turns:
            heard = next(places_like(turn, name, at_least=at_least), None)
            if heard is None:
                continue
            score = heard.score - (0.05 if turn.is_manager else 0)
            if best is None or (score, len(name)) > (best[0], len(best[1])):
                best = (score, name, heard.text, reading.conversation.evidence(turn.index, heard.start, heard.end))
    return best


def _said_company(reading: Reading, indexes: set[int]) -> Found[Organisation] | None:
    best: tuple[float, Found[Organisation]] | None = None
    for found in reading.candidates.organisations:
        if found.turn.index not in indexes or is_own_company(reading, found.mark.name):
            continue
        if proof.is_about_others(found.sentence) or _COMPARED.search(found.clause) or _has_price(reading, found):
            continue
        named = any(p.turn.index == found.turn.index for p in reading.candidates.people)
        score = (
            (2.0 if named else 0)
            - 0.3 * reading.conversation.place(found.turn.index)
            + (0.5 if found.turn.is_client else 0)
        )
        if best is None or score > best[0]:
            best = (score, found)
    return best[1] if best else None


def _has_price(reading: Reading, found: Found[Organisation]) -> bool:
    """«У «Холодторга» — сто сорок один»: what is asked elsewhere."""
    if not (found.turn.is_client and re.search(r"\bу\W*$", found.sentence.before(found.mark.start))):
        return False
    return any(
        one.turn is found.turn and found.mark.end <= one.mark.start < found.sentence.end
        for one in reading.candidates.numbers
        if one.mark.value >= _LEAST_PRICE and not one.mark.is_ordinal
    )


_GOES_TO = re.compile(
    r"достав|вез(?:ти|ете|ем|ут|и)|завез|привез|отгруз|отправ\w+ в|монтаж|монтир|приехать|приед|выезд|выезж|находимся"
    r"|\bмы (?:из|в|под)\b|\bмы [^.?!]{0,20}\b(?:из|в)\b|\bсам[аи]? (?:из|в)\b|\bадрес\w*|\bсклад\b|\bобъект\b"
    r"|\bсамовывоз|\bдо (?:терминала|склада|объекта|нас)\b|\bу нас в\b"
)
_ASKS_PLACE = re.compile(r"\bкуда\b|\bгород\w*|\bадрес\w*|\bгде\b|\bоткуда\b|\bкак\w+ регион|достав")


def _is_place_of_client(reading: Reading, found: Found[City], intro: set[int]) -> bool:
    """Named as where the goods go, in answer to that question, or in the client's own introduction."""
    if _GOES_TO.search(found.clause) or _ASKS_PLACE.search(reading.conversation.question_before(found.turn.index)):
        return True
    introduces = any(o.turn is found.turn for o in reading.candidates.organisations)
    return found.turn.is_client and found.turn.index in intro and introduces


def delivery_city(reading: Reading) -> FieldValue:  # noqa: PLR0912
    """The town the goods go to: one said with the delivery, else the one the client introduced themselves with."""
    conversation = reading.conversation
    home = fold(reading.profile.address)
    intro = {turn.index for turn in first_client_turns(conversation, 4)}
    best: tuple[float, int] | None = None
    cities = list(reading.candidates.cities)
    for place, found in enumerate(cities):
        sentence = found.sentence
        if (
            _ELSEWHERE.search(sentence.folded)
            or (proof.is_about_others(sentence) and not re.search(r"\bмы\b|\bнаш", sentence.folded))
            or proof.is_hypothetical(sentence)
        ):
            continue
        if found.turn.is_manager and fold(found.mark.name) in home:
            continue
        score = 0.0
        if _DELIVERY.search(sentence.folded):
            score += 2.0
        if found.turn.is_client:
            score += 1.0 + (1.5 if found.turn.index in intro else 0)
        elif score == 0:
            continue
        if proof.is_negated(found.clause):
            score -= 2.0
        if score > 0 and (best is None or score > best[0] + 0.01):
            best = (score, place)
    if best is None:
        return misheard_city(reading)
    found = cities[best[1]]
    others = [
        c.mark.name
        for c in cities
        if c.turn.is_client and c.mark.name != found.mark.name and not _ELSEWHERE.search(c.sentence.folded)
    ]
    doubt = None
    if not any(c.turn.is_client and c.mark.name == found.mark.name for c in cities):
        doubt = _("Город назвал менеджер, клиент его не повторил.")
    elif found.turn.is_unknown:
        doubt = _("Не ясно, кто это сказал.")
    elif others:
        doubt = _("Названы и другие города: {names}.").format(names=", ".join(dict.fromkeys(others)))
    elif found.mark.certainty is not Certainty.EXACT:
        doubt = _("Город мог быть услышан неверно.")
    elif not _is_place_of_client(reading, found, intro):
        doubt = _("Город назван, но не прямо как место доставки: сверьте.")
    return proposed("delivery_city", found.mark.name, [reading.candidates.evidence(found)], doubt=doubt, others=others)
