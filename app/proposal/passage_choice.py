"""Which sentences of the knowledge base concern these goods and this client: chosen by code, taken word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Protocol

from app.core.words import basic_forms, folded
from app.knowledge.model import Hit, Passage, PriceItem, Source
from app.knowledge.search import codes_of, codes_of_item, families_of, is_other_article
from app.proposal.model import BlockKind, Line, Sentence

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[А-ЯЁA-Z«])")
_CLAUSE = re.compile(r"[,;:()—–]|\s-\s|\bи\b")
_KEY = 5
_WHOLE = 4
_ARTICLES_READ = 5_000
_FEWEST_WORDS = 3
_LONGEST = 240
_CANDIDATES = 30

_TOPICS: dict[BlockKind, re.Pattern[str]] = {
    BlockKind.DELIVERY: re.compile(
        r"достав|отгру|самовывоз|разгруз|привоз|привез|возим|перевоз|срок поставк|под заказ|старт проекта|внедрен"
    ),
    BlockKind.PAYMENT: re.compile(r"оплат|предоплат|аванс|отсроч|рассроч|плат[её]ж"),
    BlockKind.WARRANTY: re.compile(r"гаранти|претенз|возврат|рекламац|замен[аы] |сро[кч]\w* хранени"),
}
_QUERIES: dict[BlockKind, tuple[str, ...]] = {
    BlockKind.DELIVERY: ("доставка {city}", "сроки отгрузки", "доставка стоимость условия {goods}"),
    BlockKind.PAYMENT: ("условия оплаты", "предоплата аванс оплата {goods}"),
    BlockKind.WARRANTY: ("гарантия {goods}", "срок гарантии условия"),
}
_MOST = {BlockKind.DELIVERY: 4, BlockKind.PAYMENT: 3, BlockKind.WARRANTY: 4, BlockKind.EXCLUDED: 3}
_EXCLUDED = re.compile(
    r"\bне (?:входит|входят|включ|покрыва)|за сч[её]т (?:покупател|клиент|заказчик)"
    r"|оплачивает (?:покупател|клиент|заказчик)"
    r"|оплачивается отдельно|силами (?:клиент|покупател|заказчик)"
)
_LASTS = re.compile(r"\d+\s(?:год|лет|месяц|мес\b|дн|день|дня|рабоч|час)")
_LEANS_BACK = re.compile(r"(?:если|тогда|это|он|она|они|их|его|ее|там|кроме|также|но|а|и|вместо)\b")
_TOWN_LIST = re.compile(r"(?P<towns>[^—;:.]+(?:,| и )[^—;:.]+?)\s—\s(?P<rest>.+)")
_MERE_TOWN = re.compile(r"(?:[Вв]|[Дд]о|[Пп]о)?\s?[А-ЯЁ][\w-]+(?:\s[А-ЯЁ][\w-]+)?(?:\s\([^)]*\))?")
_HEADING = " › "
# What is true, but no term of this sale: refusals, discounts (a person decides), terms of the proposal itself.
_NOT_FOR_CLIENT = re.compile(
    r"\bнет\b|\bне (?:да[её]м|дела|вед|оформл|предоставл|прода|достав|воз|приним|гарантир)|скид[ко]"
    r"|\bкп действует|предложение действует"
    r"|жалоб|возврат денег|штраф|\?"
)


class PassageSearch(Protocol):
    """What finds passages by a question."""

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """What fits best, the best first."""
        ...


@dataclass(frozen=True, slots=True)
class Goods:
    """What is sold, in the beginnings of the words that tell articles apart, and by the article numbers."""

    known: frozenset[str]
    sold: frozenset[str]
    codes: frozenset[str]
    families: frozenset[str]
    names: str

    @classmethod
    def of(cls, lines: Sequence[Line], items: Iterable[PriceItem]) -> Goods:
        """The goods of a proposal beside the whole price list."""
        read = list(islice(items, _ARTICLES_READ))
        by_sku = {item.sku: item for item in read}
        sold = frozenset(key for line in lines for key in _keys(line.name))
        mine = [by_sku[line.sku] for line in lines if line.sku in by_sku]
        heads = dict.fromkeys(word for line in lines for word in _WORD.findall(line.name)[:2])
        return cls(
            known=frozenset(key for item in read for key in _keys(item.name)) | sold,
            sold=sold,
            codes=frozenset(code for item in mine for code in codes_of_item(item)),
            families=families_of(code for item in read for code in codes_of_item(item)),
            names=" ".join(list(heads)[:6]),
        )

    def concern(self, text: str) -> bool | None:
        """Whether a sentence speaks of these goods; None where it speaks of no goods, False where of others only."""
        plain = re.sub(r"\([^)]*\)", "", text)
        if self.codes and is_other_article(self.codes, codes_of(plain, self.families), text):
            return False
        named = [keys & self.known for clause in _CLAUSE.split(plain) if (keys := frozenset(_keys(clause)))]
        named = [keys for keys in named if keys]
        if not named:
            return None
        return any(keys <= self.sold for keys in named)

    def is_subject(self, text: str) -> bool:
        """Whether a sentence begins with these goods: «Насосы НЦ — 2 года»."""
        keys = frozenset(_keys(_CLAUSE.split(re.sub(r"\([^)]*\)", "", text), maxsplit=1)[0])) & self.known
        return bool(keys) and keys <= self.sold


@dataclass(frozen=True, slots=True)
class Town:
    """Where the client wants it, and where the seller sits, whom a sentence may always name; empty when unknown."""

    client: str
    seller: str = ""


def chosen(kind: BlockKind, index: PassageSearch, goods: Goods, town: Town) -> list[Sentence]:
    """The sentences of a block, the most telling first, each with the passage it stands in."""
    topics = list(_QUERIES) if kind is BlockKind.EXCLUDED else [kind]
    found = [one for topic in topics for one in _candidates(topic, index, goods, town.client)]
    is_excluded = kind is BlockKind.EXCLUDED
    fitting = [one for one in dict.fromkeys(found) if _is_left_out(one, goods) is is_excluded]
    zone = _zone_of(town.client, fitting)
    weighed = []
    for place, one in enumerate(fitting):
        weight = None if _is_inward(one) else _weight(one, kind, goods, town, zone)
        if weight is not None:
            weighed.append((-weight, place, one))
    best = sorted(weighed, key=lambda found: found[:2])[: _MOST[kind]]
    return [Sentence(_for_client(one, town.client), one.source) for _weighed, _place, one in best]


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    folded: str
    heading: str
    file: str
    is_row: bool

    @property
    def source(self) -> Source:
        return Source(self.file, self.heading, self.text.rstrip("."))

    @property
    def topics(self) -> frozenset[BlockKind]:
        """What the nearest heading over it is about."""
        near = folded(self.heading.rpartition(_HEADING)[2])
        return frozenset(kind for kind, topic in _TOPICS.items() if topic.search(near))

    @property
    def topic(self) -> BlockKind | None:
        """What it is about: by its heading, or else by what it names first."""
        named = {kind: hit.start() for kind, topic in _TOPICS.items() if (hit := topic.search(self.folded))}
        about = self.topics
        if len(about) == 1:
            return next(iter(about))
        first = sorted((place, kind) for kind, place in named.items() if kind in (about or named))
        return first[0][1] if first else next(iter(sorted(about)), None)

    @property
    def cells(self) -> list[tuple[str, str]]:
        """A row of a table by its headers."""
        parts = (cell.partition(": ") for cell in self.text.rstrip(".").split("; "))
        return [(head.strip(), value.strip()) for head, _colon, value in parts]


def _candidates(kind: BlockKind, index: PassageSearch, goods: Goods, city: str) -> list[_Candidate]:
    found: dict[str, _Candidate] = {}
    for query in _QUERIES[kind]:
        for hit in index.search(query.format(city=city, goods=goods.names).strip(), _CANDIDATES):
            if hit.passage is not None:
                for one in _sentences(hit.passage):
                    found.setdefault(one.text, one)
    return [one for one in found.values() if one.topic is kind]


def _sentences(passage: Passage) -> Iterator[_Candidate]:
    """A row of a table stays whole; a question with its answer is no statement, nor what leans on the one before."""
    if "?" in passage.text:
        return
    is_row = bool(re.match(r"[^.;:]{1,60}: [^;]+; ", passage.text))
    for place, text in enumerate([passage.text] if is_row else _SENTENCE.split(passage.text)):
        plain = text.strip(" -*•")
        if len(plain.split()) < _FEWEST_WORDS or len(plain) > _LONGEST or (place and _LEANS_BACK.match(folded(plain))):
            continue
        ended = plain if plain[-1:] in ".!…" else plain + "."
        yield _Candidate(ended, folded(ended), passage.heading, passage.file, is_row)


def _is_left_out(one: _Candidate, goods: Goods) -> bool:
    """«Монтаж оплачивается отдельно» is said of what is not in the price, unless just that is sold here."""
    return bool(_EXCLUDED.search(one.folded)) and not goods.is_subject(one.text)


def _is_inward(one: _Candidate) -> bool:
    """True, but no term of this sale: refusals, discounts, people of the company."""
    from app.spoken.names import find_people

    if _NOT_FOR_CLIENT.search(one.folded) or "скид" in folded(one.heading.rpartition(_HEADING)[2]):
        return True
    return any(" " in one.text[person.start : person.end] for person in find_people(one.text))


def _weight(one: _Candidate, kind: BlockKind, goods: Goods, town: Town, zone: frozenset[str]) -> float | None:
    """How much a sentence tells this client; None where it concerns others only."""
    concern = goods.concern(one.text)
    towns = _towns(one.text)
    if concern is False or (towns and not towns & {town.client, town.seller}):
        return None
    is_ours = bool(town.client) and town.client in towns
    if one.is_row and not is_ours:
        # A row of a table speaks of one case among several: without a sign that it is ours it would mislead.
        case = one.cells[0][1]
        is_ours = bool(zone) and "км" in case and _numbers(case) == zone
        if not is_ours and (towns or goods.concern(case) is not True):
            return None
    topic = _TOPICS.get(kind)
    weight = 2.0 if topic is not None and topic.search(one.folded) else 0.0
    weight += 2.0 if kind in one.topics else 0.0
    weight += 3.0 if concern else 0.0
    weight += 2.0 if goods.is_subject(one.text) else 0.0
    weight += 6.0 if is_ours else 0.0
    return weight + (1.0 if kind is not BlockKind.PAYMENT and _LASTS.search(one.folded) else 0.0)


def _for_client(one: _Candidate, city: str) -> str:
    """The sentence without the towns of others; a row of a table as a sentence."""
    if one.is_row:
        (_head, case), *rest = one.cells
        own = next((part for part in re.split(r",\s", case) if city and city in _towns(part)), case)
        return f"{own}: {'; '.join(f'{head[:1].lower()}{head[1:]} — {value}' for head, value in rest)}."
    listed = _TOWN_LIST.fullmatch(one.text)
    if city and listed is not None:
        towns = re.split(r",\s|\sи\s", listed["towns"])
        own = next((part for part in towns if city in _towns(part)), "")
        # Only a list of mere towns is cut: «По Самаре возим каждый день, в Тольятти — по вторникам» says two things.
        if own and all(_MERE_TOWN.fullmatch(part) and (_towns(part) or "км" in part) for part in towns):
            before = re.match(r"(?:В|До|По)\s", towns[0])
            return f"{before[0] if before and own is not towns[0] else ''}{own} — {listed['rest']}"
    return one.text


def _zone_of(city: str, found: Sequence[_Candidate]) -> frozenset[str]:
    """Numbers that the base names beside the client's town: «Арзамас (110 км) … зона от 100 до 500 км»."""
    beside = [one.text for one in found if city and city in _towns(one.text) and "зон" in one.folded]
    return frozenset(number for text in beside for number in _numbers(text.rpartition("зон")[2]))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+", text))


@lru_cache(maxsize=4_000)
def _towns(text: str) -> frozenset[str]:
    from app.spoken.cities import find_cities

    return frozenset(city.name for city in find_cities(text))


@lru_cache(maxsize=20_000)
def _key(word: str) -> str:
    return basic_forms(word)[0][:_KEY]


def _keys(text: str) -> list[str]:
    """Beginnings of the dictionary forms of its words; short words only where they are written in capitals."""
    words = _WORD.findall(text)
    return [
        _key(folded(word)) if len(word) >= _WHOLE else folded(word)
        for word in words
        if len(word) >= _WHOLE or (len(word) > 1 and word.isupper())
    ]
