"""Names of people in a text, in lower case too, put into the nominative."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from app.spoken.emails import emails
from app.spoken.model import Certainty, Person
from app.spoken.morphology import inflected, lemmas, parses
from app.spoken.roles import find_roles
from app.spoken.tokens import Token, low_at, plain, quoted_indices, sentence_bounds, tokenise, vocabulary

FIRST, PATRONYMIC, SURNAME = "first", "patronymic", "surname"
_KIND_OF = {"Name": FIRST, "Patr": PATRONYMIC, "Surn": SURNAME}
_PATTERNS = (
    (SURNAME, FIRST, PATRONYMIC),
    (FIRST, PATRONYMIC, SURNAME),
    (FIRST, PATRONYMIC),
    (SURNAME, FIRST),
    (FIRST, SURNAME),
)
_CASE_BEFORE = {
    "с": "ablt", "со": "ablt", "к": "datv", "ко": "datv", "у": "gent", "от": "gent", "для": "gent", "без": "gent",
    "до": "gent", "о": "loct", "об": "loct", "по": "datv", "на": "loct", "через": "accs", "про": "accs", "за": "ablt",
}  # fmt: skip
_NAMING = vocabulary("зовут звать имя беспокоит говорит представлюсь обращаться")
_GREETING = vocabulary(
    "здравствуйте привет приветствую спасибо добрый доброе день утро вечер хорошо алло понял поняла договорились пока"
    " да нет слушайте смотрите скажите извините простите записал записала давайте ну так уважаемый уважаемая свидания"
)
_GREETING_BEFORE = vocabulary("здравствуйте спасибо привет день утро вечер приятно алло приветствую")
_STREETS = vocabulary("улица улице улицы улицу ул проспект проспекте площадь площади переулок имени шоссе бульвар ип")


@dataclass(frozen=True, slots=True)
class _Reading:
    kind: str
    case: str
    gender: str
    nominative: str
    score: float
    is_known: bool


def find_people(text: str, known: Sequence[str] = ()) -> list[Person]:
    """People in the order of the text; the parts of `name` stand in the order they were said.

    A run of words is a name if it holds a patronymic, or a first name and a surname that agree. A single word needs
    «зовут», a greeting, a job title before it, or to be among `known` (full names of a card, in the nominative).
    Single names otherwise are a GUESS, and in lower case are left out: «вера», «роман», «мороз» are words.
    """
    return list(_people(text, tuple(known)))


@lru_cache(maxsize=256)
def _people(text: str, known: tuple[str, ...]) -> tuple[Person, ...]:
    tokens = tokenise(text)
    barred = _barred(text, tokens)
    known_parts = frozenset(plain(part) for name in known for part in name.split() if len(part) > 1)
    titles = frozenset(role.end for role in find_roles(text))
    found: list[Person] = []
    index = 0
    while index < len(tokens):
        hit = None
        if index not in barred and tokens[index].is_word:
            hit = _run(tokens, index, barred) or _single(tokens, index, known_parts, titles)
        if hit is None:
            index += 1
            continue
        found.append(hit[1])
        index = hit[0]
    return tuple(found)


def _barred(text: str, tokens: tuple[Token, ...]) -> set[int]:
    """Tokens in quotation marks, in e-mail addresses and behind names of streets."""
    spans = [(mark.start, mark.end) for mark in emails(text)]
    barred = set(quoted_indices(text))
    for index, token in enumerate(tokens):
        if any(start <= token.start < end for start, end in spans) or low_at(tokens, index - 1) in _STREETS:
            barred.add(index)
    return barred


@lru_cache(maxsize=20_000)
def _readings(low: str) -> tuple[_Reading, ...]:
    """Readings of a word as a part of a name, in the singular."""
    found = []
    names = [p for p in parses(low) if "Name" in p.tag]
    declined = sum(p.score for p in names if "Fixd" not in p.tag)
    # «Кати» is a form of «Катя», though there is such a name; «Нелли» is mostly a name of its own.
    has_forms = declined > sum(p.score for p in names if "Fixd" in p.tag)
    for parse in parses(low):
        if has_forms and {"Name", "Fixd"} <= parse.tag.grammemes:
            continue
        kind = next((k for tag, k in _KIND_OF.items() if tag in parse.tag.grammemes), None)
        if kind is None or parse.tag.number != "sing":
            continue
        nominative = inflected(parse, "nomn", "sing") if parse.tag.case != "nomn" else str(parse.word)
        case = "nomn" if parse.tag.case == "voct" else str(parse.tag.case)
        found.append(
            _Reading(kind, case, str(parse.tag.gender or ""), nominative, float(parse.score), bool(parse.is_known))
        )
    return tuple(found)


_SURNAME = re.compile(r"([а-я]{2,}(?:ин|ын|ов|ев))(а|у|ым|е|ой|ою|)")
_MASCULINE = {"": "nomn", "а": "gent", "у": "datv", "ым": "ablt", "е": "loct"}
_FEMININE = {"а": ("nomn",), "у": ("accs",), "ой": ("gent", "datv", "ablt", "loct"), "ою": ("ablt",)}


def _by_ending(low: str) -> list[_Reading]:
    """Readings of a surname that is in no dictionary, by its ending: «Лапиной», «Хвостовым»."""
    match = _SURNAME.fullmatch(low)
    if match is None:
        return []
    stem, ending = match.groups()
    readings = [_Reading(SURNAME, c, "femn", stem + "а", 0.2, is_known=False) for c in _FEMININE.get(ending, ())]
    if ending in _MASCULINE:
        readings.append(_Reading(SURNAME, _MASCULINE[ending], "masc", stem, 0.2, is_known=False))
    return readings


def _of_kind(low: str, kind: str) -> list[_Reading]:
    found = [reading for reading in _readings(low) if reading.kind == kind]
    return found or (_by_ending(low) if kind == SURNAME else [])


@lru_cache(maxsize=20_000)
def _name_share(low: str) -> float:
    """How much of the word's readings is a name, 0 to 1."""
    readings = parses(low)
    total = sum(p.score for p in readings) or 1
    return float(sum(p.score for p in readings if _KIND_OF.keys() & p.tag.grammemes) / total)


def _run(tokens: tuple[Token, ...], index: int, barred: set[int]) -> tuple[int, Person] | None:
    """The longest run at `index` that is a name of two or three parts."""
    for pattern in _PATTERNS:
        places = _places(tokens, index, len(pattern))
        if places is None or barred & set(places):
            continue
        best = _agreement(tokens, places, pattern)
        if best is None or (PATRONYMIC not in pattern and not _is_name_like(tokens, places)):
            continue
        parts = {kind: _titled(reading.nominative) for kind, reading in zip(pattern, best, strict=True)}
        is_known = all(reading.is_known or reading.kind == SURNAME for reading in best)
        certainty = Certainty.EXACT if is_known else Certainty.GUESS
        return places[-1] + 1, _person(tokens, (places[0], places[-1] + 1), parts, certainty)
    return None


def _places(tokens: tuple[Token, ...], index: int, count: int) -> tuple[int, ...] | None:
    """Indices of `count` words in a row; «Ольга зовут, Лаптева» counts as two in a row."""
    places = [index]
    while len(places) < count:
        at = places[-1] + 1
        if low_at(tokens, at) == "зовут" and len(places) == 1:
            at += 1
            at += low_at(tokens, at) == ","
        if at >= len(tokens) or not tokens[at].is_word:
            return None
        places.append(at)
    return tuple(places)


def _agreement(
    tokens: tuple[Token, ...], places: tuple[int, ...], pattern: tuple[str, ...]
) -> tuple[_Reading, ...] | None:
    """The best readings of the words that fit the pattern and agree in case and gender."""
    choices = [_of_kind(tokens[at].low, kind) for at, kind in zip(places, pattern, strict=True)]
    wanted = _CASE_BEFORE.get(low_at(tokens, places[0] - 1), "nomn")
    best: tuple[float, tuple[_Reading, ...]] | None = None
    for combination in product(*choices):
        if len({r.case for r in combination}) > 1 or not _same_gender(combination):
            continue
        score = 1.0
        for reading in combination:
            score *= reading.score
        score *= 100 if combination[0].case == wanted else 10 if combination[0].case == "nomn" else 1
        if best is None or score > best[0]:
            best = (score, combination)
    return best[1] if best else None


def _same_gender(readings: tuple[_Reading, ...]) -> bool:
    genders = {r.gender for r in readings} - {"", "ms-f", "GNdr"}
    return len(genders) <= 1


def _is_name_like(tokens: tuple[Token, ...], places: tuple[int, ...]) -> bool:
    """For a first name and a surname: neither may be just a word of speech («вера белая», «роман мороз»)."""
    shares = [_name_share(tokens[at].low) for at in places]
    capitals = [tokens[at].is_capitalised for at in places]
    if all(capitals):
        return min(shares) > 0.05 or max(shares) >= 0.9
    return min(shares) >= 0.25 and max(shares) >= 0.7


def _titled(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def _person(tokens: tuple[Token, ...], place: tuple[int, int], parts: dict[str, str], certainty: Certainty) -> Person:
    return Person(
        start=tokens[place[0]].start,
        end=tokens[place[1] - 1].end,
        name=" ".join(parts.values()),
        first=parts.get(FIRST, ""),
        patronymic=parts.get(PATRONYMIC, ""),
        surname=parts.get(SURNAME, ""),
        certainty=certainty,
    )


def _single(
    tokens: tuple[Token, ...], index: int, known: frozenset[str], titles: frozenset[int]
) -> tuple[int, Person] | None:
    readings = _readings(tokens[index].low)
    is_known = bool(known & ({plain(r.nominative) for r in readings} | {tokens[index].low} | lemmas(tokens[index].low)))
    if not readings and not is_known:
        return None
    if low_at(tokens, index - 1) in {"в", "во", "из", "под"} and not is_known:
        return None
    certainty = Certainty.EXACT if is_known else _single_certainty(tokens, index, titles)
    if certainty is not None and not is_known and not any(r.is_known for r in readings):
        certainty = Certainty.GUESS if _is_named(tokens, index) else None
    if certainty is None:
        return None
    reading = _best_single(tokens, index, readings)
    parts = {reading.kind: _titled(reading.nominative)} if reading else {SURNAME: _titled(tokens[index].text)}
    return index + 1, _person(tokens, (index, index + 1), parts, certainty)


def _best_single(tokens: tuple[Token, ...], index: int, readings: tuple[_Reading, ...]) -> _Reading | None:
    wanted = _CASE_BEFORE.get(low_at(tokens, index - 1), "nomn")
    likely = max((r.score for r in readings), default=0.0) * 0.4
    ranked = sorted(
        (r for r in readings if r.score >= likely),
        key=lambda r: (r.case != wanted, r.case != "nomn", r.kind == SURNAME, -r.score),
    )
    return ranked[0] if ranked else None


def _single_certainty(tokens: tuple[Token, ...], index: int, titles: frozenset[int]) -> Certainty | None:
    """How sure one word is a person; None if it is likely none."""
    token = tokens[index]
    share = _name_share(token.low)
    before, behind = low_at(tokens, index - 1), low_at(tokens, index + 1)
    is_named = _is_named(tokens, index)
    if is_named:
        return Certainty.EXACT
    if not token.is_capitalised:
        is_greeted = before in _GREETING_BEFORE and share >= 0.9 and not any(t.is_capitalised for t in tokens)
        return Certainty.GUESS if is_greeted else None
    has_title = index >= 1 and (tokens[index - 1].end in titles or (before == "," and tokens[index - 2].end in titles))
    is_surname = all(r.kind == SURNAME for r in _readings(token.low))
    if is_surname:
        first, last = sentence_bounds(tokens, index)
        is_answer = last - first <= 3 and share >= 0.7
        is_greeted = before == "." and low_at(tokens, index - 2) in _GREETING and behind in {".", ","}
        return Certainty.GUESS if (has_title or is_answer or is_greeted) and share >= 0.5 else None
    if has_title and share >= 0.2:
        return Certainty.EXACT
    is_addressed = behind in {",", "!", ".", "?", "…", ""} and before in {"", ",", ".", "!", "?", "…"}
    if is_addressed and (share >= 0.2 or _is_greeted(tokens, index)):
        return Certainty.EXACT if share >= 0.7 or _is_greeted(tokens, index) else Certainty.GUESS
    is_inside = before not in {"", ".", "!", "?", "…"}
    return Certainty.GUESS if share >= 0.6 or (share >= 0.3 and is_inside) else None


def _is_named(tokens: tuple[Token, ...], index: int) -> bool:
    """«меня зовут Павел», «меня Павел зовут», «это Анастасия», «Роман беспокоит»."""
    before, behind = low_at(tokens, index - 1), low_at(tokens, index + 1)
    if before in _NAMING or behind in {"зовут", "беспокоит", "слушает", "слушаю"}:
        return any(r.kind == FIRST and r.case == "nomn" for r in _readings(tokens[index].low))
    if before in {"это", "вами"} and behind in {",", ".", "", "!"}:
        return tokens[index].is_capitalised and _name_share(tokens[index].low) >= 0.2
    return False


def _is_greeted(tokens: tuple[Token, ...], index: int) -> bool:
    """«Здравствуйте, Роман», «Роман, здравствуйте»."""
    neighbours = {low_at(tokens, index - 2), low_at(tokens, index + 2)}
    return bool(neighbours & _GREETING) and {low_at(tokens, index - 1), low_at(tokens, index + 1)} & {","} == {","}
