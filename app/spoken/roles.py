"""Job titles in a text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.spoken.model import Certainty, Role
from app.spoken.morphology import inflected, lemmas, parses
from app.spoken.tokens import Token, low_at, quoted_indices, tokenise, vocabulary

_HEADS = vocabulary(
    "директор начальник начальница инженер энергетик механик бухгалтер менеджер специалист специалистка закупщик"
    " закупщица снабженец логист юрист секретарь помощник помощница ассистент руководитель администратор"
    " руководительница координатор председатель технолог прораб агроном кладовщик кладовщица товаровед экономист"
    " аналитик программист айтишник собственник собственница хозяин хозяйка владелец владелица учредитель основатель"
    " предприниматель заместитель зам завхоз завскладом завпроизводством главбух гендиректор техдиректор финдиректор"
    " ректор проректор замдиректора главинж врач повар дизайнер архитектор маркетолог кадровик диспетчер оператор"
    " инспектор консультант эксперт комендант завуч воспитатель ветеринар конструктор проектировщик сметчик шеф"
    " медсестра фельдшер лаборант провизор фармацевт стоматолог завгар слесарь бригадир методист библиотекарь тренер"
    " безопасник кассир казначей коммерсант фермер арендатор партнер президент вице-президент тимлид продакт"
    " референт делопроизводитель сотрудник сотрудница адвокат нотариус контролер хирург преподаватель учитель профессор"
    " декан мастер супервайзер лаборантка редактор продюсер режиссер журналист психолог косметолог парикмахер бариста"
    " кондитер пекарь электрик сантехник геолог геодезист химик биолог эколог мерчендайзер рекрутер электромеханик"
    " гидротехник животновод зоотехник садовник садовод ландшафтник логопед хореограф тьютор староста старшина"
    " домоуправ управдом снабженка"
)
_ADJECTIVES = vocabulary(
    "главный старший ведущий генеральный коммерческий финансовый технический исполнительный операционный региональный"
    " младший первый личный управляющий производственный торговый территориальный сменный дежурный индивидуальный"
    " научный единственный креативный артистический технический проектный ответственный системный"
)
# Adjectives before a title that say whose or which one it is, and are no part of it.
_NOT_OF_TITLE = vocabulary(
    "мой твой наш ваш свой этот тот такой другой каждый любой сам самый весь один новый старый бывший прежний нынешний"
    " хороший плохой умный строгий добрый молодой уважаемый дорогой здешний тутошний местный вредный нормальный обычный"
    " простой настоящий будущий последний второй третий единый один-единственный наемный штатный больший отдельный"
)
_RUNS = {"заведую": "заведующий", "руковожу": "руководитель", "командую": "руководитель"}
_PREFIXES = {("айти", "-"), ("ит", "-"), ("арт", "-"), ("шеф", "-"), ("вице", "-"), ("зам", "-"), ("it", "-")}
_SUBSTANTIVES = {"заведующ": "заведующ", "управляющ": "управляющ", "уполномоченн": "уполномоченн"}
_DEPARTMENTS = vocabulary("отдел отдела отделу отделе служба службы службе департамент департамента бухгалтерия")
# «Управляющая компания» is a kind of company and nobody's post.
_RUN_BY_NOBODY = vocabulary("компания организация фирма")
_NOT_COMPLEMENTS = vocabulary("года году сегодня завтра дня недели месяца утра вечера то этого всего самого время час")
_AGREEING_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
_CASE_BEFORE = {
    "с": "ablt", "со": "ablt", "к": "datv", "ко": "datv", "у": "gent", "от": "gent", "для": "gent", "без": "gent",
    "до": "gent", "из": "gent", "о": "loct", "об": "loct", "при": "loct", "на": "accs", "через": "accs",
}  # fmt: skip


def find_roles(text: str) -> list[Role]:
    """Job titles in the order of the text, in the nominative, with what they govern.

    «начальником снабжения» gives «начальник снабжения». A department («отдел закупок») said instead of a title is a
    GUESS. Plurals («инженеров») are no one's title.
    """
    return list(_roles(text))


@lru_cache(maxsize=256)
def _roles(text: str) -> tuple[Role, ...]:
    tokens = tokenise(text)
    quoted = quoted_indices(text)
    found: list[Role] = []
    index = 0
    while index < len(tokens):
        role = None if index in quoted or not tokens[index].is_word else _role_at(tokens, index)
        if role is None:
            index += 1
            continue
        first, behind, name, certainty = role
        if found and tokens[first].start < found[-1].end:
            first = index
        found.append(Role(tokens[first].start, tokens[behind - 1].end, name, certainty))
        index = behind
    return tuple(found)


def _role_at(tokens: tuple[Token, ...], index: int) -> tuple[int, int, str, Certainty] | None:
    low = tokens[index].low
    if low in _DEPARTMENTS:
        return _department(tokens, index)
    if low in _RUNS:
        return _running(tokens, index)
    head = _head(low, low_at(tokens, index - 1))
    if head is None:
        return _elliptical(tokens, index)
    if low.startswith("управляющ") and lemmas(low_at(tokens, index + 1)) & _RUN_BY_NOBODY:
        return None
    reading, name = head
    first, adjectives = _adjectives(tokens, index, reading)
    is_shortened = low == "зам" and low_at(tokens, index + 1) == "."
    behind, complement = _complement(tokens, index + 1 + is_shortened, low)
    words = [*adjectives, name, *complement]
    return first, behind, " ".join(words).replace("- ", "-"), Certainty.EXACT


def _running(tokens: tuple[Token, ...], index: int) -> tuple[int, int, str, Certainty] | None:
    """«хозяйством заведую», «руковожу отделом закупок»: a post told by what one runs."""
    title = _RUNS[tokens[index].low]
    behind, words = _noun_group(tokens, index + 1, "ablt")
    if words:
        behind, more = _noun_group(tokens, behind, "gent")
        return index, behind, " ".join([title, *_governed(words, title), *more]), Certainty.GUESS
    before = tokens[index - 1] if index else None
    if before is None or not before.is_word:
        return None
    for first in range(max(index - 3, 0), index):
        behind, words = _noun_group(tokens, first, "ablt")
        if words and behind == index:
            return first, index + 1, " ".join([title, *_governed(words, title)]), Certainty.GUESS
    return None


def _governed(words: list[str], title: str) -> list[str]:
    """What is run in the case its title takes: «заведующий складом», «руководитель отдела»."""
    if title.startswith("завед"):
        return words
    readings = [next((p for p in parses(word) if p.tag.case == "ablt"), parses(word)[0]) for word in words]
    return [inflected(reading, "gent") for reading in readings]


def _elliptical(tokens: tuple[Token, ...], index: int) -> tuple[int, int, str, Certainty] | None:
    """«подписывает генеральный», «генеральному покажу»: the director is left out."""
    low, following = tokens[index].low, low_at(tokens, index + 1)
    if low not in {"генеральный", "генерального", "генеральному", "генеральным"}:
        return None
    if following.isalpha() and any(p.tag.POS == "NOUN" for p in parses(following)[:1]):
        return None
    return index, index + 1, "генеральный директор", Certainty.GUESS


@lru_cache(maxsize=5_000)
def _head(low: str, before: str) -> tuple[Any, str] | None:
    """The reading of a title in the singular and its nominative; None for other words."""
    stem = next((s for s in _SUBSTANTIVES if low.startswith(s)), None)
    if stem is not None:
        readings = [p for p in parses(low) if p.tag.number == "sing"]
        ending = low[len(stem) :]
        if not readings or ending in {"ие", "их", "им", "ими", "ее", "ое"}:
            return None
        is_feminine = ending in {"ая", "ую", "ей", "ею", "ой"}
        nominative = stem + (("ая" if is_feminine else "ий") if stem.endswith("щ") else ("ая" if is_feminine else "ый"))
        reading = next((p for p in readings if p.tag.gender == ("femn" if is_feminine else "masc")), readings[0])
        return reading, nominative
    if not lemmas(low) & _HEADS and low not in _HEADS:
        return None
    wanted = _CASE_BEFORE.get(before, "nomn")
    readings = [
        p
        for p in parses(low)
        if p.tag.number == "sing"
        and p.tag.POS == "NOUN"
        and (p.normal_form.replace("ё", "е") in _HEADS or low in _HEADS)
    ]
    if not readings:
        return (parses(low)[0], low) if low in _HEADS and "Fixd" in parses(low)[0].tag else None
    reading = next((p for p in readings if p.tag.case == wanted), readings[0])
    return reading, low if low in _HEADS and reading.tag.case == "nomn" else inflected(reading, "nomn")


def _adjectives(tokens: tuple[Token, ...], index: int, head: Any) -> tuple[int, list[str]]:
    """Adjectives before a title that belong to it, in the nominative, and the index of the first of them."""
    words: list[str] = []
    first = index
    if low_at(tokens, index - 1) == "-" and _is_prefix(tokens, index):
        first = index - 2
        words.insert(0, tokens[first].text.lower() + "-")
    while first > 0 and tokens[first - 1].is_word and _belongs(tokens[first - 1].low, head):
        readings = [
            p
            for p in parses(tokens[first - 1].low)
            if p.tag.POS in {"ADJF", "PRTF", "NOUN"} and p.tag.number == "sing" and p.tag.case in _AGREEING_CASES
        ]
        reading = next((p for p in readings if p.tag.case == head.tag.case), readings[0] if readings else None)
        if reading is None:
            break
        gender = head.tag.gender if head.tag.gender in {"masc", "femn"} else reading.tag.gender or "masc"
        words.insert(0, inflected(reading, "nomn", gender) if reading.tag.POS != "NOUN" else reading.normal_form)
        first -= 1
    return first, words


def _is_prefix(tokens: tuple[Token, ...], index: int) -> bool:
    """«офис-менеджер», «бренд-менеджер», «пресс-секретарь»: one word with the title."""
    if (low_at(tokens, index - 2), "-") in _PREFIXES:
        return True
    hyphen, word = tokens[index - 1], tokens[index - 2]
    is_joined = index >= 2 and word.is_word and not hyphen.space_before and not tokens[index].space_before
    return is_joined and len(word.text) > 2 and parses(word.low)[0].tag.POS in {"NOUN", "ADJF", None}


@lru_cache(maxsize=5_000)
def _belongs(low: str, head: Any) -> bool:
    """An adjective that can be a part of the title: a relational one («контрактный») in the title's case."""
    if lemmas(low) & _ADJECTIVES:
        return True
    first = parses(low)[0]
    if first.tag.POS != "ADJF" or {"Apro", "Anum", "Qual", "Supr", "Geox"} & first.tag.grammemes:
        return False
    if lemmas(low) & _NOT_OF_TITLE:
        return False
    return any(
        p.tag.POS == "ADJF" and p.tag.number == "sing" and p.tag.case == head.tag.case and _agrees(p, head)
        for p in parses(low)
    )


def _agrees(adjective: Any, head: Any) -> bool:
    return head.tag.gender not in {"masc", "femn"} or adjective.tag.gender in {None, head.tag.gender}


def _complement(tokens: tuple[Token, ...], at: int, head: str) -> tuple[int, list[str]]:
    """What the title governs: «снабжения», «отдела продаж», «по логистике и закупкам», «складом»."""
    case = "ablt" if head.startswith(("заведующ", "управляющ")) else "gent"
    behind, words = _noun_group(tokens, at, case)
    if words:
        again, more = _noun_group(tokens, behind, "gent")
        if more:
            behind, words = again, words + more
    if low_at(tokens, behind) == "по":
        further, group = _noun_group(tokens, behind + 1, "datv")
        if group:
            words += ["по", *group]
            behind, more = _noun_group(tokens, further, "gent")
            words += more
            if low_at(tokens, behind) == "и":
                further, second = _noun_group(tokens, behind + 1, "datv")
                if second:
                    words, behind = [*words, "и", *second], further
    return behind, words


def _noun_group(tokens: tuple[Token, ...], at: int, case: str) -> tuple[int, list[str]]:
    """Adjectives and a noun in a case; nothing where no such noun stands there."""
    words: list[str] = []
    joined = 0
    for place in range(at, min(at + 3, len(tokens))):
        position = place + joined
        if position >= len(tokens):
            break
        token, following = tokens[position], low_at(tokens, position + 2)
        if low_at(tokens, position + 1) == "-" and not tokens[position + 1].space_before and following:
            # «Материально-технического»: one adjective in two words.
            words.append(f"{token.low}-{following}")
            joined += 2
            continue
        if not token.is_word or token.low in _NOT_COMPLEMENTS:
            return at, []
        if token.text.isupper() and len(token.text) >= 2:
            return position + 1, [*words, token.text]
        readings = [p for p in parses(token.low) if p.tag.case == case and p.tag.POS in {"NOUN", "ADJF"}]
        if not readings or {"Name", "Surn", "Patr"} & parses(token.low)[0].tag.grammemes:
            return at, []
        if token.low in _HEADS and case != "gent":
            return at, []
        words.append(token.text.lower())
        if any(p.tag.POS == "NOUN" for p in readings):
            is_first_noun = parses(token.low)[0].tag.POS in {"NOUN", "ADJF"}
            return (position + 1, words) if is_first_noun else (at, [])
    return at, []


def _department(tokens: tuple[Token, ...], index: int) -> tuple[int, int, str, Certainty] | None:
    low = tokens[index].low
    if low == "бухгалтерия":
        return index, index + 1, low, Certainty.GUESS
    behind, words = _noun_group(tokens, index + 1, "gent")
    if not words:
        return None
    name = next((p for p in parses(low) if p.tag.number == "sing"), parses(low)[0])
    return index, behind, " ".join([inflected(name, "nomn", "sing"), *words]), Certainty.GUESS
