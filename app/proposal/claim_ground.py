"""What the texts of a proposal may lean on: its facts, rows, client, seller, dates, and the sources of sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from app.core.errors import UserFixable
from app.core.words import basic_forms, folded, words_of
from app.knowledge.model import Source
from app.profile.seller import VatMode
from app.proposal.beginning import CONVERSATION
from app.proposal.claim_values import Kind, Value, article_key, values
from app.proposal.model import Fact, Line, Proposal, TextBlock
from app.proposal.pricing import discounted_price, totals_by_option
from app.proposal.units import written
from app.spoken.tokens import vocabulary

_PARTS = re.compile(r"(?<=[.!?])\s+(?=[А-ЯЁA-Z«\d-])|\n+|\s+[•]\s+|\s+-\s+(?=[А-ЯЁ])")
TIME = frozenset({"month", "day", "workday", "hour"})
_BEGINNING = 5
_EMPTY = vocabulary(
    "и в на с по от до за к у о из не а но или для при под над без что как это мы вы он наш ваш быть весь его их они"
    " тот этот который также уже ещё еще"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a fact. `topic` is the heading over it with its own words, folded."""

    text: str
    file: str
    heading: str = ""

    @property
    def is_talk(self) -> bool:
        return self.file == CONVERSATION

    @property
    def topic(self) -> str:
        return folded(f"{self.heading} {self.text}")

    @property
    def forms(self) -> frozenset[str]:
        return content_forms(f"{self.heading} {self.text}")


class Ground:
    """Everything the texts may say, ready to be asked.

    Args:
        blocks: Their sentences' own sources count as facts; what the sentences say does not.
    """

    def __init__(self, blocks: Sequence[TextBlock], facts: Sequence[Fact], proposal: Proposal) -> None:
        self.today = proposal.dated
        sources = [s.source for block in blocks for s in block.sentences if s.source is not None]
        self.statements = tuple(dict.fromkeys([*_statements(facts, sources), *_rows(proposal)]))
        cards = tuple(Statement(text, "") for text in _card_texts(proposal))
        everything = (*self.statements, *cards)
        self._word_runs = tuple(f" {' '.join(words_of(one.text))} " for one in everything)
        self._bags = tuple(_bag(f"{one.heading} {one.text}") for one in everything)
        self._words = frozenset().union(*self._bags)
        self._keys = {(v.kind, v.key) for one in everything for v in values(one.text, self.today)}
        self._keys |= {(Kind.ARTICLE, article_key(line.sku)) for line in proposal.lines if line.sku}
        self._keys |= {(Kind.DAY, day.isoformat()) for day in (proposal.dated, proposal.valid_until)}
        self._numbers = tuple((one.forms, _numbers_in(one, self.today)) for one in self.statements)
        self._free_numbers = frozenset().union(*(_numbers_in(one, self.today) for one in cards))
        self._free_numbers |= {(number, unit, True) for number, unit in _own_numbers(proposal)}
        self._lines = tuple((line, _articles_of(line, self.today)) for line in proposal.lines)
        self._asked: tuple[str, list[tuple[int, Line]]] = ("", [])
        self._counts = tuple((line.qty, content_forms(f"{line.name} {line.unit}")) for line in proposal.lines)

    def says(self, text: str) -> bool:
        """Whether the words stand in one of the facts as they are."""
        words = words_of(text)
        return len(words) > 1 and any(f" {' '.join(words)} " in run for run in self._word_runs)

    def bears_out(self, value: Value, text: str) -> bool:
        """Whether a value of the text is known; a number has to be known of what the text speaks of."""
        if value.kind is Kind.NUMBER:
            return self._has_number(value, content_forms(text))
        if value.kind is Kind.NAME:
            return self._has_name(value.key)
        return (value.kind, value.key) in self._keys or self.says(text[value.start : value.end])

    def wrong_count(self, text: str, value: Value) -> Line | None:
        """The row that the text names last before a count, where the table has another quantity of it."""
        if value.kind is not Kind.NUMBER or not value.unit:
            return None
        segment = text.rfind(";", 0, value.start) + 1
        named = [(place, line) for place, line in self._named(text) if segment <= place < value.start]
        if not named:
            return None
        last = max(place for place, _line in named)
        lines = [line for place, line in named if place == last]
        counted = [line for line in lines if {value.unit, value.unit[:_BEGINNING]} & _count_units(line)]
        return counted[0] if counted and all(line.qty != value.number for line in lines) else None

    def _named(self, text: str) -> list[tuple[int, Line]]:
        """Where a text names the articles of the table. The same text is asked about for each of its values."""
        if self._asked[0] != text:
            articles = [one for one in values(text, self.today) if one.kind is Kind.ARTICLE]
            self._asked = text, [(a.start, line) for line, keys in self._lines for a in articles if a.key in keys]
        return self._asked[1]

    def _has_number(self, value: Value, topic: frozenset[str]) -> bool:
        if _is_among(value, self._free_numbers):
            return True
        if any(
            qty == value.number and (value.unit[:_BEGINNING] in forms or value.unit == "piece")
            for qty, forms in self._counts
            if value.unit
        ):
            return True
        about = topic - {value.unit[:_BEGINNING]}
        return any(_is_among(value, numbers) and (forms & about or len(about) < 2) for forms, numbers in self._numbers)

    def _has_name(self, key: str) -> bool:
        """All words of a name in one fact: a first name of one person and a surname of another are nobody's."""
        parts = [forms_of(word) for word in key.split()]
        return any(all(part & bag for part in parts) for bag in self._bags)


def content_forms(text: str) -> frozenset[str]:
    """The beginnings of the words that carry meaning, numbers left out: «отгрузим» and «отгружаем» have the same."""
    return _content_forms(folded(text))


@lru_cache(maxsize=8192)
def _content_forms(text: str) -> frozenset[str]:
    words = [word for word in words_of(text) if len(word) > 1 and not word[0].isdigit() and word not in _EMPTY]
    return frozenset(form[:_BEGINNING] for word in words for form in basic_forms(word) if form not in _EMPTY)


def forms_of(word: str) -> frozenset[str]:
    """A word with its basic forms; names that no dictionary has are compared without their ending as well."""
    low = folded(word)
    stem = low.rstrip("аяоеыиуюьй")
    for ending in ("ом", "ем", "ами", "ой", "ов"):
        if len(low) - len(ending) >= 4 and low.endswith(ending):
            stem = low[: -len(ending)]
            break
    return frozenset({low, *basic_forms(low), f"{stem}~"} if len(stem) >= 4 else {low, *basic_forms(low)})


def _articles_of(line: Line, today: date) -> frozenset[str]:
    named = {one.key for one in values(line.name, today) if one.kind is Kind.ARTICLE}
    return frozenset({*named, article_key(line.sku)} if line.sku else named)


def _count_units(line: Line) -> frozenset[str]:
    """In what a text may count a row: its unit as numbers are measured in, and its nouns."""
    unit = {one.unit for one in values(f"1 {line.unit}", date.min) if one.kind is Kind.NUMBER}
    return frozenset({*unit, "piece"} if "piece" in unit else unit) | content_forms(line.name)


@lru_cache(maxsize=8192)
def _numbers_in(statement: Statement, today: date) -> frozenset[tuple[Decimal, str, bool]]:
    """Numbers of a statement with their units, and whether each may stand alone: the lower end of a term may not."""
    found = set()
    for one in values(statement.text, today):
        if one.kind is Kind.NUMBER:
            units = (one.unit,) if one.unit else ("", *unit_hints(statement.topic))
            found |= {(one.number, unit, not one.is_lower) for unit in units}
    return frozenset(found)


def _is_among(value: Value, numbers: frozenset[tuple[Decimal, str, bool]]) -> bool:
    if not value.unit:
        return any(number == value.number for number, _unit, _is_whole in numbers)
    same = {(value.number, value.unit)}
    if value.unit == "hour" and value.number % 24 == 0:
        same.add((value.number / 24, "day"))
    if value.unit == "day":
        same.add((value.number * 24, "hour"))
    may_be_lower = value.is_lower or value.unit not in TIME
    return any((*one, True) in numbers or (may_be_lower and (*one, False) in numbers) for one in same)


@lru_cache(maxsize=8192)
def _bag(text: str) -> frozenset[str]:
    return frozenset(form for word in words_of(text) for form in forms_of(word))


def _statements(facts: Iterable[Fact], sources: Iterable[Source]) -> Iterator[Statement]:
    for fact in facts:
        for part in _PARTS.split(fact.text):
            yield Statement(part.strip(" -*#|"), fact.source.file, fact.source.heading)
        if folded(fact.source.quote) not in folded(fact.text):
            yield Statement(fact.source.quote, fact.source.file, fact.source.heading)
    for source in sources:
        for part in _PARTS.split(source.quote):
            yield Statement(part.strip(" -*#|"), source.file, source.heading)


def _rows(proposal: Proposal) -> Iterator[Statement]:
    """Rows of the table as statements: what they promise is discount and lead days."""
    for line in proposal.lines:
        parts = [line.name, f"{written(line.qty)} {line.unit}"]
        if line.lead_days is not None:
            days = written(Decimal(line.lead_days))
            parts.append(f"срок поставки {days} дней, {days} рабочих дней")
        if line.discount_percent:
            parts.append(f"скидка {written(line.discount_percent)} %")
        yield Statement("; ".join(parts), line.source.partition(",")[0])


def _card_texts(proposal: Proposal) -> Iterator[str]:
    """What stands in the header, the requisites and the table."""
    seller, client = proposal.seller, proposal.client
    bank, person = seller.bank, seller.manager
    yield f"{client.company}; {client.city}; {client.inn}"
    yield f"{client.contact}; {client.role}; {client.email}"
    yield f"{seller.brand}; {seller.legal_name}; {seller.inn}; {seller.kpp}; {seller.ogrn}; {seller.address}"
    yield f"{seller.email} , {seller.site}"
    yield f"{bank.name}; {bank.bik}; {bank.account}; {bank.corr}"
    yield f"{person.name}; {person.role}"
    yield from (phone for phone in (seller.phone, person.phone, person.email) if phone)
    yield proposal.asked
    yield f"Вариант {', '.join(proposal.options)}"
    yield str(proposal.number)
    yield from (line.sku for line in proposal.lines if line.sku)


def _own_numbers(proposal: Proposal) -> Iterator[tuple[Decimal, str]]:
    """Numbers of the table and the head with their units: code made them, so a text may repeat them."""
    number = proposal.number
    yield from ((Decimal(number.year), ""), (Decimal(number.running), ""), (Decimal(number.year), "month"))
    days = (proposal.valid_until - proposal.dated).days
    yield from ((Decimal(days), "day"), (Decimal(proposal.seller.valid_days), "day"))
    yield from ((Decimal(len(proposal.lines)), form) for form in ("", "позиция", "строка", "наименование"))
    if proposal.options:
        yield from ((Decimal(len(proposal.options)), form) for form in ("", "вариант"))
    if proposal.vat_mode is not VatMode.NONE:
        yield proposal.seller.vat_rate, "%"
    for line in proposal.lines:
        yield line.qty, ""
        yield line.price, "₽"
        if line.discount_percent:
            yield line.discount_percent, "%"
        if line.vat_rate is not None and proposal.vat_mode is not VatMode.NONE:
            yield line.vat_rate, "%"
        if line.lead_days is not None:
            yield from ((Decimal(line.lead_days), "day"), (Decimal(line.lead_days), "workday"))
        if line.price.is_finite() and line.discount_percent.is_finite():
            yield discounted_price(line), "₽"
    yield from ((amount, "₽") for amount in _sums(proposal))


def _sums(proposal: Proposal) -> Iterator[Decimal]:
    try:
        by_option = totals_by_option(proposal)
    except UserFixable:
        # A row that cannot be reckoned has its own warning; its sums are nobody's fact.
        return
    for money in by_option.values():
        yield from (money.total, money.vat, money.total - money.vat)
        yield from (share.amount for share in money.vat_shares)
        for row in money.lines:
            yield from (row.sum, row.vat, row.sum - row.vat)


_HINTS = (
    (re.compile(r"\bмес(?:яц\w*)?\b"), "month"),
    (re.compile(r"\bрабоч\w+ дн\w*"), "workday"),
    (re.compile(r"\bдн(?:и|ей|я|ях)?\b"), "day"),
    (re.compile(r"%|\bпроцент\w*"), "%"),
    (re.compile(r"\bруб\w*|₽|\bцена\b|\bстоимость\b"), "₽"),
)


@lru_cache(maxsize=4096)
def unit_hints(topic: str) -> tuple[str, ...]:
    """Units named apart from their number: «срок отгрузки, дней: 3»."""
    return tuple(unit for pattern, unit in _HINTS if pattern.search(topic))
