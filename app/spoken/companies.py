"""Companies in a text, with their legal form apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.spoken.cities import find_cities
from app.spoken.emails import emails
from app.spoken.model import Certainty, Organisation
from app.spoken.morphology import inflected, lemmas, parses
from app.spoken.names import find_people
from app.spoken.tokens import Token, low_at, plain, quotes, tokenise, vocabulary

LEGAL_FORMS = vocabulary(
    "ооо ао зао пао оао нао ип тсж снт жск гск ксп кфх гуп муп фгуп мбу гбу маоу мбоу гбоу ано нко чоу нпо нпп нпф"
    " тоо сп одо гк"
)
_SPELLED_FORMS: dict[tuple[str, ...], str] = {
    ("общество", "с", "ограниченной", "ответственностью"): "ООО",
    ("публичное", "акционерное", "общество"): "ПАО",
    ("закрытое", "акционерное", "общество"): "ЗАО",
    ("открытое", "акционерное", "общество"): "ОАО",
    ("акционерное", "общество"): "АО",
    ("индивидуальный", "предприниматель"): "ИП",
    ("товарищество", "собственников", "жилья"): "ТСЖ",
    ("о", "о", "о"): "ООО",
}
_TYPES = vocabulary(
    "компания фирма завод комбинат фабрика магазин сеть аптека санаторий отель гостиница база центр школа клиника"
    " больница ферма хозяйство холдинг группа корпорация банк предприятие производство агентство бюро студия салон"
    " ресторан кафе товарищество кооператив колхоз агрофирма птицефабрика типография пекарня стоматология"
    " хлебокомбинат мясокомбинат молокозавод супермаркет маркет гипермаркет лагерь садик сад пансионат турбаза"
    " мастерская автосервис застройщик организация объединение концерн дилер поставщик подрядчик оператор совхоз"
    " агрохолдинг агрокомплекс логопарк элеватор мельница пивоварня пиццерия столовая спортклуб автосалон"
)
_SURE_TYPES = vocabulary("компания фирма холдинг корпорация агрофирма агрохолдинг концерн")
_PRODUCT_WORDS = vocabulary(
    "тариф модель лицензия внедрение пакет план система программа серия котел насос кран станция версия модуль марка"
    " бренд проект функция кнопка раздел газета журнал книга фильм песня слово надпись логотип артикул позиция товар"
    " обычный стандарт кодовый название"
)
_CASE_BEFORE = {
    "для": "gent", "из": "gent", "от": "gent", "у": "gent", "до": "gent", "без": "gent", "с": "ablt", "со": "ablt",
    "к": "datv", "по": "datv", "в": "loct", "на": "loct", "о": "loct", "об": "loct", "за": "ablt", "перед": "ablt",
    "через": "accs", "про": "accs",
}  # fmt: skip
_STOP = vocabulary(
    "это мы вы он она они меня вам нам нас вас и а но или да нет ну вот так что как где когда из в во на по для с со у"
    " к от до за о об под над при про через добрый день здравствуйте город меня зовут хотим хочу можно"
)


@dataclass(frozen=True, slots=True)
class _Hit:
    first: int
    behind: int
    organisation: Organisation


def find_organisations(text: str, known: Sequence[str] = ()) -> list[Organisation]:
    """Companies in the order of the text, not overlapping, in the nominative and without quotation marks.

    EXACT are names among `known`, names behind a legal form or «компания», and names in quotation marks behind
    a word such as «завод», «магазин», «сеть». Other names in quotation marks, and names that recognisers leave
    without them, are a GUESS; tariffs and models in quotation marks are left out.
    """
    tokens = tokenise(text)
    hits = [*_known(tokens, known), *_quoted(text, tokens), *_behind_form(text, tokens), *_camel(text, tokens)]
    chosen: list[_Hit] = []
    for hit in hits:
        if not any(hit.first < other.behind and other.first < hit.behind for other in chosen):
            chosen.append(hit)
    return [hit.organisation for hit in sorted(chosen, key=lambda hit: hit.first)]


def _hit(
    tokens: tuple[Token, ...],
    place: tuple[int, int],
    name: str,
    certainty: Certainty,
    *,
    form: str = "",
    kind: str = "",
) -> _Hit:
    organisation = Organisation(tokens[place[0]].start, tokens[place[1] - 1].end, name, form, certainty, kind)
    return _Hit(place[0], place[1], organisation)


def split_legal_form(name: str) -> tuple[str, str]:
    """The name without quotation marks, and its legal form: «ООО "Ромашка"» gives ("Ромашка", "ООО")."""
    words = [t.text for t in tokenise(name)]
    form = next((w.upper() for w in words if plain(w) in LEGAL_FORMS), "")
    bare = name
    for mark in '«»„“”"':
        bare = bare.replace(mark, " ")
    kept = [w for w in bare.replace(",", " ").split() if plain(w) not in LEGAL_FORMS]
    return " ".join(kept), form


def _known(tokens: tuple[Token, ...], known: Sequence[str]) -> list[_Hit]:
    hits = []
    for full in known:
        name, form = split_legal_form(full)
        words = [t.low for t in tokenise(name) if t.is_word or t.is_digits]
        if not words or sum(map(len, words)) < 3:
            continue
        for index in range(len(tokens)):
            behind = _known_at(tokens, index, words)
            if behind is not None:
                hits.append(_hit(tokens, (index, behind), name, Certainty.EXACT, form=form))
    return sorted(hits, key=lambda hit: hit.first - hit.behind)


def _known_at(tokens: tuple[Token, ...], index: int, words: list[str]) -> int | None:
    at = index
    for word in words:
        while at > index and low_at(tokens, at) in {"-", "—"}:
            at += 1
        if not _is_form_of(low_at(tokens, at), word):
            return None
        at += 1
    return at


@lru_cache(maxsize=20_000)
def _is_form_of(said: str, word: str) -> bool:
    """True if the word said may be a form of a name's word («агроинвеста» of «агроинвест»)."""
    if said == word:
        return True
    if not said.isalpha() or not word.isalpha() or len(word) < 4 or abs(len(said) - len(word)) > 3:
        return False
    stem = word[:-1] if word[-1] in "аяоеыийь" else word
    if said.startswith(stem) and len(said) - len(stem) <= 3:
        return True
    return bool(lemmas(said) & lemmas(word))


def _quoted(text: str, tokens: tuple[Token, ...]) -> list[_Hit]:
    hits = []
    for opening, closing in quotes(text):
        name = text[tokens[opening].end : tokens[closing].start].strip()
        if not any(t.is_word for t in tokens[opening + 1 : closing]) or not name[:1].isupper():
            continue
        form, first = _form_before(tokens, opening)
        kind, kind_at = _type_before(tokens, first)
        before = low_at(tokens, opening - 1)
        if not form and kind is None and _is_product(tokens, opening):
            continue
        if form or kind is not None:
            hits.append(
                _hit(tokens, (min(first, kind_at), closing + 1), name, Certainty.EXACT, form=form, kind=kind or "")
            )
        else:
            nominative = _nominative(name, before)
            hits.append(_hit(tokens, (opening, closing + 1), nominative, Certainty.GUESS))
    return hits


def _form_before(tokens: tuple[Token, ...], index: int) -> tuple[str, int]:
    """The legal form that ends before `index`, and the index where it begins."""
    if low_at(tokens, index - 1) in LEGAL_FORMS and index > 0:
        return tokens[index - 1].low.upper(), index - 1
    for words, form in _SPELLED_FORMS.items():
        first = index - len(words)
        if first >= 0 and all(_is_form_of(low_at(tokens, first + i), word) for i, word in enumerate(words)):
            return form, first
    return "", index


def _type_before(tokens: tuple[Token, ...], index: int) -> tuple[str | None, int]:
    """The word of kind before a name («магазин», «сеть аптек», «база отдыха»), and where it begins."""
    for at in range(index - 1, max(index - 4, -1), -1):
        if not tokens[at].is_word and tokens[at].low != "-":
            return None, index
        found = lemmas(tokens[at].low) & _TYPES
        if found:
            return " ".join([sorted(found)[0], *(t.low for t in tokens[at + 1 : index])]), at
    return None, index


def _is_product(tokens: tuple[Token, ...], opening: int) -> bool:
    """«тариф „Стандарт“»: a word of goods just before the quotation mark."""
    for at in range(opening - 1, max(opening - 3, -1), -1):
        if tokens[at].is_word and lemmas(tokens[at].low) & _PRODUCT_WORDS:
            return True
    return False


def _nominative(name: str, before: str) -> str:
    """A name of one word in the nominative, by the preposition before it: «для „Агроинвеста“»."""
    case = _CASE_BEFORE.get(before)
    if case is None or not name.isalpha():
        return name
    readings = [
        p for p in parses(name.lower()) if p.tag.POS == "NOUN" and p.tag.case == case and p.tag.number == "sing"
    ]
    if not readings and case == "loct":
        readings = [p for p in parses(name.lower()) if p.tag.POS == "NOUN" and p.tag.case == "accs"]
    if not readings:
        return name
    form = inflected(readings[0], "nomn")
    return name if name.isupper() else form[:1].upper() + form[1:]


def _behind_form(text: str, tokens: tuple[Token, ...]) -> list[_Hit]:
    """Names without quotation marks behind a legal form or a word of kind: «ООО Ромашка», «компания Волга Логистик»."""
    hits = []
    has_case = any(t.is_word and t.is_capitalised for t in tokens[1:])
    places = {place for city in find_cities(text) for place in range(city.start, city.end)}
    people = {place for person in find_people(text) for place in range(person.start, person.end)}
    mail = {place for mark in emails(text) for place in range(mark.start, mark.end)}
    for index, token in enumerate(tokens):
        if token.start in mail:
            continue
        form, start = _form_before(tokens, index)
        type_lemmas = (
            lemmas(low_at(tokens, index - 1)) if index and low_at(tokens, index - 1).isalpha() else frozenset()
        )
        is_from = low_at(tokens, index - 1) == "из" and low_at(tokens, index - 2) in {"мы", "я"}
        kind = next(iter(sorted(type_lemmas & _TYPES)), "")
        if not form and not is_from and not kind:
            continue
        is_sure_kind = kind in _SURE_TYPES
        if not token.is_capitalised and (is_from or has_case or not (form or is_sure_kind)):
            continue
        behind = _name_behind(tokens, index, places if form == "ИП" else places | people, has_case=has_case)
        if behind is None:
            continue
        name = text[token.start : tokens[behind - 1].end]
        if not has_case:
            name = " ".join(word.capitalize() for word in name.split())
        certainty = Certainty.EXACT if has_case and (form or is_sure_kind) else Certainty.GUESS
        first = start if form else index if is_from else index - 1
        nominative = _nominative(name, "из") if is_from else name
        hits.append(_hit(tokens, (first, behind), nominative, certainty, form=form, kind="" if form else kind))
    return hits


def _name_behind(tokens: tuple[Token, ...], index: int, barred: set[int], *, has_case: bool) -> int | None:
    """Index behind the words of a name that begin at `index`, None if none do."""
    at = index
    while at < len(tokens) and at - index < 5:
        token = tokens[at]
        if token.low == "-" and at > index and not token.space_before:
            at += 1
            continue
        is_end = not token.is_word or token.start in barred or token.low in _STOP or token.low in LEGAL_FORMS
        if (
            is_end
            or (has_case and not token.is_capitalised)
            or (not has_case and not _may_be_in_name(token, at - index))
        ):
            break
        at += 1
    while at > index and tokens[at - 1].low == "-":
        at -= 1
    return at if at > index else None


def _may_be_in_name(token: Token, position: int) -> bool:
    """In a text without capitals a name is taken to be one word."""
    return position == 0 and parses(token.low)[0].tag.POS in {"NOUN", "ADJF", None}


def _camel(text: str, tokens: tuple[Token, ...]) -> list[_Hit]:
    """«ТеплоДом»: a capital inside a word is how brands are written."""
    return [
        _hit(tokens, (index, index + 1), token.text, Certainty.GUESS)
        for index, token in enumerate(tokens)
        if token.is_word
        and len(token.text) >= 5
        and not token.text.isupper()
        and any(a.islower() and b.isupper() for a, b in zip(token.text, token.text[1:], strict=False))
    ]
