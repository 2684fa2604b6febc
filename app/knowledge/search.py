"""What search compares: stems of Russian and English words, and article numbers, which count only as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import cache, lru_cache
from typing import Any

from app.core.words import folded
from app.knowledge.model import PriceItem

_WORD = re.compile(r"[^\W_]+")
_CODE_PARTS = re.compile(r"[^\W\d_]+|\d+")
_DIGIT = re.compile(r"\d")
_RUSSIAN = re.compile("[а-я]")
_MAX_CODE_PARTS = 5
_MAX_LETTERS = 6
_CODE_MARK = "0x"
# A number with one of these before it is a quantity, not the number of an article.
_NOT_LETTERS_OF_CODES = frozenset(
    """от до за на по из и в с к у о не или для при без над под мне нам вам все это как что так the of to for at in
    from and or до с больше меньше около нужно надо есть срок цена скидка заказ""".split()  # noqa: SIM905
)
_UNITS = frozenset(
    """р руб ₽ шт м мм см км кг г т л мл ч мин сут дн дня дней день час часа часов лет год года мес месяц месяцев
    недель неделя недели процент процента процентов тыс млн рублей рубля вт квт в бар атм дб уп кор рул раз раза
    штук штуки человек мест места метров метра километров до после рабочих и или на по с от без""".split()  # noqa: SIM905
)
# «Котлы ТД — 3 года»: letters of article numbers without any number speak of all of them.
_FAMILY = re.compile(r"(?<![\w-])[A-ZА-ЯЁ]{2,6}(?:-[A-ZА-ЯЁ]{1,3})?(?![\w/]|-\w|[ \u00a0]\d)")
_ALL_OF_FAMILY = re.compile(r"\b(?:все|всех|всем|вся|всей|всю|люб\w+|кажд\w+|all|any|every)\b")
_SOUNDS = str.maketrans(
    dict(zip("абвгдеезийклмнопрстуфхцэ", "abvgdeeziiklmnoprstufhce", strict=True))
    | {"ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "", "ю": "yu", "я": "ya"}
)
_LOOKS = str.maketrans("авекмнорстух", "abekmhopctyx")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one folded word, Russian or English; numbers stay as they are."""
    if word.isdecimal():
        return word
    if _RUSSIAN.match(word):
        return str(_stemmer("russian").stemWord(word)).rstrip("ьй") or word
    return str(_stemmer("english").stemWord(word))


@cache
def _stemmer(language: str) -> Any:
    import snowballstemmer  # type: ignore[import-untyped]

    return snowballstemmer.stemmer(language)


def stems_of(text: str) -> list[str]:
    """Stems of all words and numbers of a text, in order."""
    return [stem(word) for word in _WORD.findall(folded(text))]


def indexed_words(text: str) -> str:
    """What a full-text index keeps of a text: its stems, and its article numbers as words that nothing else is."""
    return " ".join([*stems_of(text), *(_CODE_MARK + code for code in sorted(codes_of(text)))])


def query_terms(text: str, families: Set[str]) -> list[str]:
    """The words to look up for a question, each once; of article numbers the whole number only."""
    codes = codes_of(text, families)
    rest = without_codes(text, families) if codes else text
    return list(dict.fromkeys([*stems_of(rest), *(_CODE_MARK + code for code in sorted(codes))]))


def codes_of(text: str, families: Set[str] | None = None) -> frozenset[str]:
    """Article numbers in a text, spelled the one way in which they are compared: «ТД-120» and «td 120» are the same.

    Args:
        families: Letters with which article numbers are known to begin; then a space or nothing at all between letters
            and digits will do («тд 120»). Without them only numbers joined by more than a space are found.
    """
    return frozenset(form for _start, _end, forms in _codes(text, families) for form in forms)


def families_of(codes: Iterable[str]) -> frozenset[str]:
    """The letters with which article numbers begin."""
    return frozenset(family for code in codes if (family := family_of(code)))


def family_of(code: str) -> str:
    """The letters before the first digit; empty for a number that begins with a digit."""
    return re.match(r"[^\d]*", code)[0]  # type: ignore[index]


def codes_of_item(item: PriceItem) -> frozenset[str]:
    """Article numbers by which an article may be asked for: its own, and the models in its name."""
    own = _spelled(_CODE_PARTS.findall(folded(item.sku)))
    return frozenset([*own, *codes_of(item.name, _letters_before_digits(item.name))])


def is_other_article(asked: Set[str], named: Set[str], text: str) -> bool:
    """Whether a text names articles of an asked family, and none of the asked ones, nor the family as a whole.

    Args:
        named: The article numbers of the text.
    """
    if not asked or asked & named or speaks_of_family(asked, named, text):
        return False
    return bool(families_of(asked) & families_of(named))


def speaks_of_family(asked: Set[str], named: Set[str], text: str) -> bool:
    """Whether a text speaks of all articles of an asked family: «Котлы ТД — 3 года», «ТД (все модели, и ТД-200М)»."""
    families = families_of(asked)
    if not any(form in families for family in _FAMILY.findall(text) for form in _forms(_joined(family))):
        return False
    return not families & families_of(named) or bool(_ALL_OF_FAMILY.search(folded(text)))


def _joined(family: str) -> str:
    return folded(family).replace("-", "")


def _letters_before_digits(name: str) -> frozenset[str]:
    """In a name, capitals before a number are a model: «Насос НЦ 32-80»."""
    found = re.findall(r"\b([A-ZА-ЯЁ]{1,6})[\s-]?\d", name)
    return frozenset(form for letters in found for form in _forms(folded(letters)))


def _codes(text: str, families: Set[str] | None) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Runs of letters and digits that are one article number, with where they begin and end."""
    if not _DIGIT.search(text):
        return
    low = folded(text)
    parts = list(_CODE_PARTS.finditer(low))
    at = 0
    while at < len(parts):
        behind = _code_end(low, parts, at, families) if _may_begin_code(parts, at) else at
        if behind > at:
            run = [part[0] for part in parts[at:behind]]
            yield parts[at].start(), parts[behind - 1].end(), _spelled(run)
            at = behind
        else:
            at += 1


def _may_begin_code(parts: list[re.Match[str]], at: int) -> bool:
    """A quick look before the thorough one: letters with digits at most one part further."""
    return not parts[at][0].isdecimal() and any(part[0].isdecimal() for part in parts[at + 1 : at + 3])


def _code_end(low: str, parts: list[re.Match[str]], at: int, families: Set[str] | None) -> int:
    """The first part behind the article number that begins at a part; the part itself where none begins."""
    first = parts[at][0]
    is_glued_to_number = at > 0 and parts[at - 1].end() == parts[at].start()
    if is_glued_to_number or len(first) > _MAX_LETTERS:
        return at
    behind = at + 1
    while behind < min(len(parts), at + _MAX_CODE_PARTS):
        gap = low[parts[behind - 1].end() : parts[behind].start()]
        if gap == "" or gap in ("-", "–", "/", ".") or (gap == " " and _may_skip_space(parts, at, behind, families)):
            behind += 1
        else:
            break
    while behind > at + 1 and _is_unit_behind(parts, behind - 1):
        behind -= 1
    run = [part[0] for part in parts[at:behind]]
    is_code = any(part.isdecimal() for part in run) and any(not part.isdecimal() for part in run)
    begins_well = not run[0].isdecimal() and any(part.isdecimal() for part in run[:3])
    return at + len(run) if is_code and begins_well else at


def _is_unit_behind(parts: list[re.Match[str]], at: int) -> bool:
    """Whether a part is a word of its own behind a number, as in «ТД-100-шт»; in «ПМ-50С» the letter belongs to it."""
    word = parts[at][0]
    is_apart = parts[at - 1].end() < parts[at].start()
    return not word.isdecimal() and (len(word) > _MAX_LETTERS or (is_apart and word in _UNITS))


def _may_skip_space(parts: list[re.Match[str]], at: int, behind: int, families: Set[str] | None) -> bool:
    """Over a space only from letters that are known to begin article numbers to their digits."""
    if families is None or behind != at + 1 or not parts[behind][0].isdecimal():
        return False
    if parts[at][0] in _NOT_LETTERS_OF_CODES:
        return False
    return any(form in families for form in _forms(parts[at][0]))


def _spelled(run: list[str]) -> tuple[str, ...]:
    return _forms("".join(run))


def _forms(low: str) -> tuple[str, ...]:
    """A code as it sounds and as it looks in Latin letters: «ТД» is typed «TD», and «С» for «C»."""
    sounds = low.translate(_SOUNDS)
    return tuple(dict.fromkeys((sounds, low.translate(_LOOKS)))) if _RUSSIAN.search(low) else (low,)


def without_codes(text: str, families: Set[str]) -> str:
    """The text with a space for each article number: «на ТД-100» asks for nothing a hundredfold."""
    kept, last = [], 0
    for start, end, _forms_of_it in _codes(text, families):
        kept.append(text[last:start])
        last = end
    return " ".join([*kept, text[last:]])
