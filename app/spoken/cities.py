"""Russian towns in a text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.spoken.model import Certainty, City
from app.spoken.morphology import lemmas, parses
from app.spoken.tokens import Token, low_at, quoted_indices, tokenise, vocabulary

_TOWNS = Path(__file__).resolve().parents[2] / "resources" / "towns_ru.txt"
_LARGE = 100
_PLACE_PREPOSITIONS = vocabulary("в во из под до через по")
_TOWN_WORDS = vocabulary("город города городе городу городом г")
_STREET_WORDS = vocabulary("улица улице улицы улицу ул проспект проспекте площадь шоссе переулок имени завод шоссе")
_ALIASES: dict[str, tuple[str, Certainty]] = {
    **dict.fromkeys(vocabulary("питер питера питере питеру питером спб"), ("Санкт-Петербург", Certainty.EXACT)),
    **dict.fromkeys(vocabulary("петербург петербурга петербурге петербургу"), ("Санкт-Петербург", Certainty.EXACT)),
    **dict.fromkeys(vocabulary("челны челнов челнах челнам"), ("Набережные Челны", Certainty.EXACT)),
    **dict.fromkeys(vocabulary("екб екат екате еката"), ("Екатеринбург", Certainty.GUESS)),
    **dict.fromkeys(vocabulary("новосиб новосибе новосиба"), ("Новосибирск", Certainty.GUESS)),
    **dict.fromkeys(vocabulary("ростов ростова ростове ростову"), ("Ростов-на-Дону", Certainty.GUESS)),
    **dict.fromkeys(vocabulary("новгород новгорода новгороде"), ("Великий Новгород", Certainty.GUESS)),
    **dict.fromkeys(vocabulary("комсомольск комсомольска комсомольске"), ("Комсомольск-на-Амуре", Certainty.GUESS)),
    "мск": ("Москва", Certainty.GUESS),
}


@dataclass(frozen=True, slots=True)
class _Town:
    name: str
    words: tuple[str, ...]
    thousands: int


def find_cities(text: str) -> list[City]:
    """Towns in the order of the text, in the nominative.

    Names that are also a word, a first name or a surname («Бор», «Владимир», «Киров») count only behind a
    preposition of place or «город», with a capital letter where the text has any. What stands in quotation
    marks is no town.
    """
    return list(_cities(text))


@lru_cache(maxsize=256)
def _cities(text: str) -> tuple[City, ...]:
    tokens = tokenise(text)
    quoted = quoted_indices(text)
    has_case = any(t.is_word and t.is_capitalised for t in tokens)
    found: list[City] = []
    index = 0
    while index < len(tokens):
        hit = None if index in quoted or not tokens[index].is_word else _town_at(tokens, index, has_case=has_case)
        if hit is None:
            index += 1
            continue
        behind, name, certainty = hit
        found.append(City(tokens[index].start, tokens[behind - 1].end, name, certainty))
        index = behind
    return tuple(found)


@lru_cache(maxsize=1)
def large_towns() -> tuple[str, ...]:
    """Names of the towns with a hundred thousand inhabitants and more, the largest first."""
    lines = (line.split(";") for line in _TOWNS.read_text("utf-8").splitlines() if ";" in line and line[:1] != "#")
    return tuple(name for name, thousands in lines if int(thousands) >= _LARGE)


@lru_cache(maxsize=1)
def _towns() -> dict[str, list[_Town]]:
    """Towns by each dictionary form of their first word, the longest names first."""
    index: dict[str, list[_Town]] = {}
    for line in _TOWNS.read_text("utf-8").splitlines():
        if line.startswith("#") or ";" not in line:
            continue
        name, thousands = line.split(";")
        words = tuple(name.lower().replace("ё", "е").replace("-", " ").split())
        town = _Town(name, words, int(thousands))
        for key in lemmas(words[0]) | {words[0]}:
            index.setdefault(key, []).append(town)
    for towns in index.values():
        towns.sort(key=lambda town: -len(town.words))
    return index


def _town_at(tokens: tuple[Token, ...], index: int, *, has_case: bool) -> tuple[int, str, Certainty] | None:
    token = tokens[index]
    if has_case and not token.is_capitalised:
        return None
    keys = lemmas(token.low) | {token.low}
    towns = _towns()
    for town in sorted({t for key in keys for t in towns.get(key, ())}, key=lambda t: (-len(t.words), -t.thousands)):
        behind = _match(tokens, index, town)
        if behind is None:
            continue
        certainty = _certainty(tokens, index, town, has_case=has_case)
        if certainty is not None:
            return behind, town.name, certainty
    alias = _ALIASES.get(token.low)
    if alias is not None:
        return index + 1, *alias
    is_lower = token.low in {"нижнем", "нижнего", "нижний"} and low_at(tokens, index - 1) in {"в", "из"}
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if is_lower and (following is None or not following.is_word):
        return index + 1, "Нижний Новгород", Certainty.GUESS
    return None


def _match(tokens: tuple[Token, ...], index: int, town: _Town) -> int | None:
    """Index behind the town's words if they all stand at `index`, hyphens or not."""
    at = index
    for position, word in enumerate(town.words):
        if position and low_at(tokens, at) == "-":
            at += 1
        low = low_at(tokens, at)
        is_same = low == word or (low.isalpha() and bool((lemmas(low) | {low}) & (lemmas(word) | {word})))
        if position and not is_same:
            # The second half of «Йошкар-Ола» is in no dictionary.
            is_same = len(word) >= 3 and low.startswith(word[:-1]) and len(low) <= len(word) + 1
        if not is_same or (position == 0 and len(town.words) == 1 and not _can_be(low, word)):
            return None
        at += 1
    return at


@lru_cache(maxsize=20_000)
def _can_be(low: str, town: str) -> bool:
    """True if the word is a singular noun (or a town in the plural), so «боров» is not Бор."""
    if low == town:
        return True
    readings = [p for p in parses(low) if p.normal_form.replace("ё", "е") in lemmas(town) | {town}]
    return any("Geox" in p.tag or p.tag.number == "sing" for p in readings)


@lru_cache(maxsize=20_000)
def _geographic_share(low: str) -> float:
    """How much of the word's readings is a place, 0 to 1."""
    readings = parses(low)
    return float(sum(p.score for p in readings if "Geox" in p.tag) / (sum(p.score for p in readings) or 1))


def _certainty(tokens: tuple[Token, ...], index: int, town: _Town, *, has_case: bool) -> Certainty | None:
    if len(town.words) == 1:
        return _single_certainty(tokens, index, town, has_case=has_case)
    is_plain = any(_geographic_share(word) >= 0.6 for word in town.words) or town.thousands >= _LARGE
    return Certainty.EXACT if has_case or is_plain or low_at(tokens, index - 1) in _PLACE_PREPOSITIONS else None


def _single_certainty(tokens: tuple[Token, ...], index: int, town: _Town, *, has_case: bool) -> Certainty | None:
    """Certainty of a name of one word; None if it is likely something else."""
    low, before = tokens[index].low, low_at(tokens, index - 1)
    if before == "." and low_at(tokens, index - 2) == "г":
        before = "г"
    if before in _STREET_WORDS or _is_part_of_name(tokens, index):
        return None
    if before in _TOWN_WORDS:
        return Certainty.EXACT
    is_behind_preposition = before in _PLACE_PREPOSITIONS
    share = _geographic_share(low)
    if share >= 0.85 or (share >= 0.6 and (is_behind_preposition or has_case)):
        return Certainty.EXACT
    if not has_case and town.thousands < _LARGE:
        return None
    if is_behind_preposition and before != "по":
        is_sure = has_case and (town.thousands >= _LARGE or before in {"в", "во", "из"})
        return Certainty.EXACT if is_sure else Certainty.GUESS
    stands_alone = low_at(tokens, index + 1) in {"", ",", ".", "!", "?"} and before in {",", "это", "."}
    is_name = any({"Name", "Surn"} & p.tag.grammemes for p in parses(low))
    return Certainty.GUESS if stands_alone and has_case and not is_name and low == town.words[0] else None


def _is_part_of_name(tokens: tuple[Token, ...], index: int) -> bool:
    """«Владимир Петрович», «Игорь Королёв»: beside a first name or a patronymic it is no town."""
    for neighbour in (index - 1, index + 1):
        low = low_at(tokens, neighbour)
        if low.isalpha() and any({"Patr", "Name"} & p.tag.grammemes and p.score >= 0.3 for p in parses(low)):
            return tokens[neighbour].is_capitalised or neighbour == index + 1
    return False
