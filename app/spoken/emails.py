"""E-mail addresses: dictated with «собака» and «точка», spelled by letters, or written by a recogniser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from app.spoken.digits import read_group
from app.spoken.letters import COMMON_WORDS, LETTER_PAIRS, LETTERS, latin
from app.spoken.model import Certainty, ContactMark
from app.spoken.tokens import PURE_HESITATIONS, Token, low_at, tokenise, vocabulary

_WRITTEN = re.compile(
    r"(?<![\w.+-])([A-Za-zА-Яа-яЁё0-9_][A-Za-zА-Яа-яЁё0-9_.+-]{0,63}) ?@ ?"
    r"((?:[A-Za-zА-Яа-яЁё0-9-]{1,63}\.){1,4}[A-Za-zА-Яа-яЁё]{2,12})(?![\w-])"
)
_AT = vocabulary("собака собачка собаку собачку собаки собакой сабака эт @")
_DOT = vocabulary("точка точку точкой точки")
_HYPHEN = vocabulary("дефис тире минус черточка дефиса")
_UNDERSCORE = vocabulary("подчеркивание подчеркиванье подчерк подчеркивания андерскор")
_PAUSES = (PURE_HESITATIONS - {"э", "эм"}) | {",", "…"}
_TOP: dict[str, str] = {
    "ру": "ru", "ком": "com", "рф": "рф", "орг": "org", "нет": "net", "су": "su", "инфо": "info", "биз": "biz",
    "про": "pro", "онлайн": "online", "шоп": "shop", "групп": "group", "тех": "tech", "москва": "moscow", "бай": "by",
    "кз": "kz", "ко": "co", "ио": "io", "клуб": "club", "маркет": "market", "ком.": "com", "эру": "ru",
}  # fmt: skip
_GLUED_TOP = {"точкару": "ru", "точкаком": "com", "точкарф": "рф", "точкаорг": "org", "точканет": "net"}
_SPELLED_TOP = {("эр", "у"): "ru", ("ар", "ю"): "ru", ("ка", "зет"): "kz", ("ка", "зэ"): "kz", ("эс", "у"): "su"}
_HOW_WRITTEN = vocabulary(
    "слитно вместе латиницей латинскими английскими маленькими строчными буквами слово словом одно одним все"
)
_ORDER_WORDS = vocabulary("потом затем дальше далее снова опять")
_PLAINLY = vocabulary("обычное обычная обычный обычные по-английски по-русски")
_IN_ONE_WORD = vocabulary("слитно вместе одним")
_NOT_LOCAL = vocabulary(
    "почта почту почте почты адрес адресу мейл имейл емейл электронка электронная электронную электронной на пишите"
    " запишите записывайте диктую моя мой наша это будет так вот ну да нет значит там тогда или по"
)
_CUES_BEFORE_INITIAL = vocabulary("почта почту адрес мейл имейл электронка диктую запишите записывайте")


@dataclass(slots=True)
class _Part:
    """One side of an address while it is put together."""

    text: str = ""
    edge: int = 0
    is_sure: bool = True
    words: list[str] = field(default_factory=list)
    assumed_point: int = -1


@lru_cache(maxsize=256)
def emails(text: str) -> tuple[ContactMark, ...]:
    """Addresses in the order of the text."""
    found = [_written(match) for match in _WRITTEN.finditer(text)]
    taken = [(mark.start, mark.end) for mark in found]
    tokens = tokenise(text)
    for index, token in enumerate(tokens):
        if token.low not in _AT or any(start <= token.start < end for start, end in taken):
            continue
        mark = _dictated(*_without_remarks(tokens, index))
        if mark is not None and not any(start < mark.end and mark.start < end for start, end in taken):
            found.append(mark)
            taken.append((mark.start, mark.end))
    return tuple(sorted(found, key=lambda mark: mark.start))


def _without_remarks(tokens: tuple[Token, ...], at: int) -> tuple[tuple[Token, ...], int]:
    """The tokens without remarks on how the address is written, and where «собака» stands among them.

    «Кашин, потом точка, потом одна буква гэ, собака…», «…собака, винтоград слитно, вэ обычное, точка ком»: what is
    said of the letters is no part of the address. Behind its top level everything stays.
    """
    kept: list[Token] = []
    place, index = at, 0
    end = _end_of_domain(tokens, at)
    while index < len(tokens):
        length = _remark_at(tokens, index, is_domain=at < index < end) if index != at and index < end else 0
        if length and index < at < index + length:
            length = at - index
        if not length:
            kept.append(tokens[index])
        elif index < at:
            place -= length
        index += length or 1
    return tuple(kept), place


def _end_of_domain(tokens: tuple[Token, ...], at: int) -> int:
    """Index of the point before the top level, else the end."""
    for index in range(at + 1, len(tokens)):
        if low_at(tokens, index) in _DOT and _top(tokens, index + 1) is not None:
            return index
    return len(tokens)


def _remark_at(tokens: tuple[Token, ...], at: int, *, is_domain: bool) -> int:
    """How many tokens from `at` on are a remark; 0 for none."""
    low, following = low_at(tokens, at), low_at(tokens, at + 1)
    if low in _ORDER_WORDS:
        return 1
    if (low in {"одна", "одну"} and following == "буква") or (low == "как" and following.startswith("слыш")):
        return 2
    if low in {"мягкий", "твердый"} and following == "знак" and low_at(tokens, at + 2) == "не":
        return 4
    if low == "через" and following in LETTERS:
        return 4 if low_at(tokens, at + 2) == "на" and low_at(tokens, at + 3) == "конце" else 2
    return 1 if is_domain and low in _HOW_WRITTEN | _PLAINLY else 0


def _written(match: re.Match[str]) -> ContactMark:
    local, domain = match.group(1), match.group(2)
    is_sure = (local + domain).isascii()
    labels = domain.split(".")
    top = _TOP.get(labels[-1].lower(), latin(labels[-1])[0])
    pieces = [*(_latin_label(label) for label in labels[:-1]), top]
    value = f"{_latin_label(local)}@{'.'.join(pieces)}"
    return ContactMark(match.start(), match.end(), value, Certainty.EXACT if is_sure else Certainty.GUESS)


def _latin_label(label: str) -> str:
    return "".join(latin(piece)[0] for piece in re.split(r"([^A-Za-zА-Яа-яЁё]+)", label))


def _dictated(tokens: tuple[Token, ...], at: int) -> ContactMark | None:
    domain = _domain(tokens, at + 1)
    local = _local(tokens, at - 1) if domain else None
    if domain is None or local is None:
        return None
    _spell_out(tokens, domain.edge, local, domain)
    certainty = Certainty.EXACT if local.is_sure and domain.is_sure else Certainty.GUESS
    start, end = tokens[local.edge].start, tokens[domain.edge - 1].end
    return ContactMark(start, end, f"{local.text}@{domain.text}".lower(), certainty)


def _letter(tokens: tuple[Token, ...], at: int) -> tuple[str, int] | None:
    """The letter named at `at`, and the index behind it («эс как доллар» is one letter)."""
    pair = LETTER_PAIRS.get((low_at(tokens, at), low_at(tokens, at + 1)))
    if pair is not None:
        return pair, at + 2
    low = low_at(tokens, at)
    letter = LETTERS.get(low) or (low if len(low) == 1 and low.isascii() and low.isalpha() else None)
    if letter is None:
        return None
    behind = at + 1
    if low_at(tokens, behind) == "как" and low_at(tokens, behind + 1).isalpha():
        behind += 2
    elif low_at(tokens, behind) in {"русская", "английская", "латинская"}:
        behind += 1
    return letter, behind


def _domain(tokens: tuple[Token, ...], at: int) -> _Part | None:
    """The domain behind «собака», up to its top level."""
    part = _Part(edge=at)
    needs_label = True
    for _ in range(24):
        low = low_at(tokens, part.edge)
        if low in _PAUSES:
            part.edge += 1
        elif low in _GLUED_TOP and part.text:
            part.text, part.edge = part.text + "." + _GLUED_TOP[low], part.edge + 1
            return part
        elif low in _DOT or (low == "." and not needs_label and not tokens[part.edge].space_before):
            top = _top(tokens, part.edge + 1)
            if top is not None and part.text:
                part.text, part.edge = f"{part.text}.{top[0]}", top[1]
                if low_at(tokens, part.edge) not in _DOT or _top(tokens, part.edge + 1) is None:
                    return part
                continue
            part.text, part.edge, needs_label = part.text + ".", part.edge + 1, True
        elif (hyphen := _hyphen(tokens, part.edge)) is not None:
            part.text, part.edge, needs_label = part.text + hyphen[0], hyphen[1], True
        elif not _take_label(tokens, part):
            return None
        else:
            needs_label = False
            service = _service_top(tokens, part)
            if service is not None:
                return service
    return None


def _top(tokens: tuple[Token, ...], at: int) -> tuple[str, int] | None:
    while low_at(tokens, at) in _PAUSES:
        at += 1
    low = low_at(tokens, at)
    if (low, low_at(tokens, at + 1)) in _SPELLED_TOP:
        return _SPELLED_TOP[(low, low_at(tokens, at + 1))], at + 2
    if low in _TOP:
        return _TOP[low], at + 1
    if low.isascii() and low.isalpha() and 2 <= len(low) <= 10:
        return low, at + 1
    return None


def _service_top(tokens: tuple[Token, ...], part: _Part) -> _Part | None:
    """«мейл ру», «яндекс ру»: the point is often left out with mail services."""
    if part.text in {"yandex", "mail", "gmail", "rambler", "inbox", "bk"} and low_at(tokens, part.edge) in {
        "ру",
        "ком",
    }:
        part.text += "." + _TOP[low_at(tokens, part.edge)]
        part.edge += 1
        return part
    return None


def _hyphen(tokens: tuple[Token, ...], at: int) -> tuple[str, int] | None:
    low, following = low_at(tokens, at), low_at(tokens, at + 1)
    if low in _HYPHEN or low in {"-", "–"}:
        return "-", at + 1
    if low == "нижнее" and (following in _UNDERSCORE or following in _HYPHEN):
        return "_", at + 2
    if low in _UNDERSCORE or low == "_":
        return "_", at + 1
    return None


def _take_label(tokens: tuple[Token, ...], part: _Part) -> bool:
    """Add the word, letter or digits at the edge of a domain."""
    token = tokens[part.edge] if part.edge < len(tokens) else None
    if token is None or not (token.is_word or token.is_digits):
        return False
    letter = _letter(tokens, part.edge)
    if letter is not None:
        part.text, part.edge = part.text + letter[0], letter[1]
        return True
    group = read_group(tokens, part.edge)
    if group is not None:
        part.text, part.edge = part.text + group.digits, group.behind
        return True
    text, is_sure = latin(token.text)
    part.words.append(token.low)
    part.is_sure = part.is_sure and is_sure
    part.text, part.edge = part.text + text, part.edge + 1
    return len(part.words) <= 5


def _local(tokens: tuple[Token, ...], at: int) -> _Part | None:
    """The part before «собака», read leftwards; None if no word stands there."""
    remarks: list[str] = []
    while low_at(tokens, at) in _PAUSES or low_at(tokens, at) in _HOW_WRITTEN:
        remarks.append(low_at(tokens, at))
        at -= 1
    first = _local_start(tokens, at)
    if first is None:
        return None
    if _IN_ONE_WORD & set(remarks):
        first = _words_in_one(tokens, first)
    part = _Part(edge=first, is_sure=not remarks)
    position = first
    while position <= at:
        low = tokens[position].low
        connector = _hyphen(tokens, position)
        if low in _DOT or low == ".":
            part.text, position = part.text + ".", position + 1
        elif connector is not None:
            part.text, position = part.text + connector[0], connector[1]
        elif low in _PAUSES:
            position += 1
        else:
            position = _take_local(tokens, part, position, at)
    return part if part.text.strip("._-") else None


def _words_in_one(tokens: tuple[Token, ...], first: int) -> int:
    """Where an address of several words begins that is said to be written «слитно»."""
    for _ in range(2):
        before = first - 1
        if before < 0 or not tokens[before].is_word or tokens[before].low in _NOT_LOCAL:
            break
        first = before
    return first


def _take_local(tokens: tuple[Token, ...], part: _Part, position: int, last: int) -> int:
    letter = _letter(tokens, position)
    if letter is not None and letter[1] <= last + 1:
        part.text += letter[0]
        following = tokens[letter[1]] if letter[1] <= last else None
        if following is not None and _is_plain_word(tokens, letter[1]) and position == part.edge:
            # «а петров»: an initial before a surname is parted by a point in most addresses.
            part.assumed_point = len(part.text)
            part.text, part.is_sure = part.text + ".", False
        return letter[1]
    group = read_group(tokens, position)
    if group is not None and group.behind <= last + 1:
        part.text += group.digits
        return group.behind
    text, is_sure = latin(tokens[position].text)
    part.words.append(tokens[position].low)
    part.text, part.is_sure = part.text + text, part.is_sure and is_sure and tokens[position].text.isascii()
    return position + 1


def _is_plain_word(tokens: tuple[Token, ...], at: int) -> bool:
    token = tokens[at]
    return (
        token.is_word
        and _letter(tokens, at) is None
        and read_group(tokens, at) is None
        and token.low not in _DOT
        and _hyphen(tokens, at) is None
    )


def _is_letter_or_digits(tokens: tuple[Token, ...], at: int) -> bool:
    return at >= 0 and (_letter(tokens, at) is not None or read_group(tokens, at) is not None)


def _local_start(tokens: tuple[Token, ...], at: int) -> int | None:
    """Index of the first token of the local part that ends at `at`."""
    if at < 0 or not (tokens[at].is_word or tokens[at].is_digits) or tokens[at].low in _NOT_LOCAL - {"моя"}:
        return None
    first = at
    while first > 0:
        before = first - 1
        low = tokens[before].low
        if low == "," and _is_sign(tokens, before - 1):
            # «эн, точка, склад»: each piece of the address is said for itself.
            before -= 1
            low = tokens[before].low
        is_connector = low in _DOT or low in _HYPHEN or low in _UNDERSCORE
        is_glued_sign = low in {".", "-", "_"} and not tokens[first].space_before and not tokens[before].space_before
        if is_connector or is_glued_sign:
            start = before - 1
            if low in _UNDERSCORE and low_at(tokens, start) == "нижнее":
                start -= 1
            while low_at(tokens, start) in {","}:
                start -= 1
            if start < 0 or not (tokens[start].is_word or tokens[start].is_digits) or tokens[start].low in _NOT_LOCAL:
                return first
            first = start
            continue
        step = _spelled_before(tokens, first)
        if step is None:
            return first
        first = step
    return first


def _is_sign(tokens: tuple[Token, ...], at: int) -> bool:
    low = low_at(tokens, at)
    return at >= 0 and (low in _DOT or low in _HYPHEN or low in _UNDERSCORE)


def _spelled_before(tokens: tuple[Token, ...], first: int) -> int | None:
    """Where the letter or digits before `first` begin, if they belong to the address; None if they do not."""
    before = first - 1
    has_pause = tokens[before].low == ","
    before -= 1 if has_pause else 0
    if before < 0 or tokens[before].low in _NOT_LOCAL:
        return None
    low, earlier = tokens[before].low, low_at(tokens, before - 1)
    if (earlier, low) in LETTER_PAIRS:
        return before - 1
    is_here_spelled = _is_letter_or_digits(tokens, first)
    if not _is_letter_or_digits(tokens, before):
        is_word_with_number = not has_pause and read_group(tokens, first) is not None and _is_plain_word(tokens, before)
        return before if is_word_with_number else None
    if is_here_spelled:
        is_lone = low in COMMON_WORDS and not _is_letter_or_digits(tokens, before - 1) and earlier != ","
        return None if is_lone and earlier.isalpha() and earlier not in _CUES_BEFORE_INITIAL else before
    if has_pause or read_group(tokens, before) is not None:
        return None
    stands_first = not earlier.isalpha() or earlier in _CUES_BEFORE_INITIAL
    return before if low not in COMMON_WORDS or stands_first else None


def _spell_out(tokens: tuple[Token, ...], at: int, *parts: _Part) -> None:
    """Use what is said behind the address: «Лаптева: эл, а, пэ, тэ, е, вэ, а», «через дефис», «слитно»."""
    for index in range(at, min(at + 40, len(tokens))):
        domain = parts[-1]
        local = parts[0]
        is_one_word = tokens[index].low in {"слитно", "вместе"} or (
            tokens[index].low == "без" and low_at(tokens, index + 1) in {"точки", "точек"}
        )
        if is_one_word and local.assumed_point >= 0:
            local.text = local.text[: local.assumed_point] + local.text[local.assumed_point + 1 :]
            local.assumed_point = -1
        is_hyphen = low_at(tokens, index) == "через" and low_at(tokens, index + 1) in _HYPHEN
        if is_hyphen and index <= at + 3 and len(domain.words) > 1 and "-" not in domain.text:
            joined = "".join(latin(word)[0] for word in domain.words)
            domain.text = domain.text.replace(joined, "-".join(latin(word)[0] for word in domain.words))
        for part in parts:
            if tokens[index].low not in part.words or low_at(tokens, index + 1) not in {"—", "–", "-", ":", ",", "это"}:
                continue
            spelled, position = "", index + 2
            while (letter := _letter(tokens, position)) is not None:
                spelled, position = spelled + letter[0], letter[1]
                while low_at(tokens, position) in {",", "-"}:
                    position += 1
            if len(spelled) >= 3:
                guessed = latin(tokens[index].text)[0]
                part.text = part.text.replace(guessed, spelled)
                part.is_sure = len(part.words) == 1
