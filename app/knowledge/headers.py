"""Finds the header of a price list and what its columns hold, by their titles and by what stands in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.knowledge.cells import is_unit, looks_like_price, read_vat_rate, text_of
from app.knowledge.model import Column
from app.knowledge.ports import Cell

Row = Sequence[Cell]

_SEARCHED_ROWS = 80
_SAMPLE_ROWS = 300
_ENOUGH = 62.0
_WEIGHTS = {Column.NAME: 1.5, Column.PRICE: 1.5}

# The nearer the beginning, the more it is preferred where several columns of a file claim the same.
_PHRASES: dict[Column, str] = {
    Column.SKU: "артикул|sku|арт|артикул товара|код товара|код изделия|article|part number|item code|product code|"
    "item no|part no|номенклатурный номер|каталожный номер|код номенклатуры|код позиции|шифр|код|id|code|"
    "обозначение|модель",
    Column.NAME: "наименование|название|name|наименование товара|название товара|номенклатура|наименование продукции|"
    "наименование характеристики|product name|item name|товар|товары|продукция|услуга|услуги|товар услуга|"
    "наименование работ|вид работ|вид услуги|работы|позиция|product|item|title|description|изделие|материал|"
    "описание|тариф|тарифный план",
    Column.UNIT: "ед изм|единица измерения|ед|единица|unit|единицы|ед измерения|един изм|изм|uom|единица изм|units",
    Column.PRICE: "цена|price|цена с ндс|цена вкл ндс|цена за ед|цена за единицу|unit price|цена за шт|розничная цена|"
    "цена розничная|розница|цена розница|ррц|цена прайс|прайс|базовая цена|цена базовая|цена без ндс|стоимость|"
    "стоимость с ндс|цена продажи|отпускная цена|оптовая цена|цена опт|цена оптовая|опт|дилерская цена|тариф|cost|"
    "retail|rate",
    Column.VAT_RATE: "ставка ндс|ндс|vat|vat rate|ндс %|% ндс|ставка ндс %|налог|tax",
    Column.MIN_QTY: "мин кол во|мин количество|минимальное количество|min qty|минимальный заказ|мин заказ|мин партия|"
    "минимальная партия|moq|мин отгрузка|минимальная отгрузка|min quantity|норма отгрузки|кратность|минимум",
    Column.STOCK: "остаток|остатки|stock|наличие|в наличии|на складе|остаток на складе|наличие на складе|"
    "количество на складе|кол во на складе|свободный остаток|available|in stock|склад",
    Column.LEAD_DAYS: "срок поставки|lead days|срок отгрузки|срок|срок изготовления|lead time|срок дн|срок дней|"
    "срок поставки дн|дней|delivery time",
    Column.NOTE: "примечание|note|комментарий|примечания|notes|характеристики|характеристика|comment|comments|remarks|"
    "описание|описание товара|description|дополнительно|состав",
}
_TITLES = {column: tuple(phrases.split("|")) for column, phrases in _PHRASES.items()}
# Words that make another column of one that otherwise fits.
_ALIEN: dict[Column, str] = {
    Column.SKU: "тн вэд тнвэд оквэд окпд окпд2 группы категории штрих штрихкод ед единицы окей поставщика",
    Column.NAME: "группы категории поставщика производителя",
    Column.PRICE: "закупка закупочная закуп себестоимость старая прошлая ндс_сумма доставки",
    Column.VAT_RATE: "цена сумма стоимость без",
    Column.LEAD_DAYS: "годности гарантии службы действия",
    Column.STOCK: "резерв",
}
_ALIENS = {column: frozenset(words.split()) for column, words in _ALIEN.items()}
_EMPTY_WORDS = frozenset(("руб", "рубль", "рубли", "рублей", "rub", "rur", "р", "тыс", "usd", "eur", "долл", "евро"))


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and what the columns hold.

    Args:
        rows: Its rows, from 0; empty where the table has none.
        titles: Text of each column's title, two rows of titles joined.
        columns: Which column holds what, from 0.
        rivals: Other columns that hold prices as well, by their titles.
        score: How sure it is; orders the sheets of one file only.
    """

    rows: tuple[int, ...]
    titles: tuple[str, ...]
    columns: dict[Column, int]
    rivals: tuple[str, ...] = ()
    score: float = 0.0


def find_header(rows: Sequence[Row], header_row: int | None = None) -> Header:
    """The header of a table, as sure as it can be had.

    Args:
        rows: All rows of the sheet.
        header_row: Its row from 0 where a person has said it, -1 for «there is none»; None to look for it.

    Returns:
        A header; without rows where none was found, then with what the contents of the columns say, if anything.
    """
    if header_row is not None and header_row >= 0:
        return max(_at(rows, header_row), key=lambda header: header.score)
    found = [header for at in _candidates(rows) for header in _at(rows, at)] if header_row is None else []
    good = [header for header in found if _is_enough(header)]
    if good:
        # The earliest of the best: the same titles again stand on each printed page.
        return max(good, key=lambda header: (round(header.score, 1), -header.rows[0]))
    return _by_contents(rows)


def title_key(titles: Sequence[str]) -> tuple[str, ...]:
    """Titles as they are compared with those of another file: small letters, no punctuation, no empty ends."""
    plain = [_plain(title) for title in titles]
    while plain and not plain[-1]:
        plain.pop()
    return tuple(plain)


def _candidates(rows: Sequence[Row]) -> Iterator[int]:
    seen = 0
    for at, row in enumerate(rows):
        texts = {text for cell in row if (text := text_of(cell))}
        seen += bool(texts)
        if seen > _SEARCHED_ROWS:
            return
        if len(texts) >= 2 and not any(_is_number(text) for text in texts):
            yield at


def _at(rows: Sequence[Row], at: int) -> Iterator[Header]:
    top = [text_of(cell) for cell in rows[at]] if at < len(rows) else []
    single = _header(rows, (at,), top)
    yield single
    if at + 1 >= len(rows):
        return
    below = [text_of(cell) for cell in rows[at + 1]]
    if not any(below) or any(_is_number(text) for text in below) or len({t for t in below if t}) < 2:
        joined = None if not _is_lower_row(top, below, single) else _joined(top, below)
    else:
        joined = _joined(top, below)
    if joined is None:
        return
    pair = _header(rows, (at, at + 1), joined)
    if _is_lower_row(top, below, single):
        yield Header(pair.rows, pair.titles, pair.columns, pair.rivals, max(pair.score, single.score) + 0.2)
    elif pair.score > single.score + 0.5 and len(pair.columns) > len(single.columns):
        yield pair


def _is_lower_row(top: list[str], below: list[str], single: Header) -> bool:
    """Whether the row goes on with titles: it says something new, and nothing under the article and the name."""
    named = [single.columns[column] for column in (Column.SKU, Column.NAME) if column in single.columns]
    if not named or any(_is_number(text) for text in below):
        return False

    def cell(row: list[str], at: int) -> str:
        return row[at] if at < len(row) else ""

    if any(cell(below, at) not in ("", cell(top, at)) for at in named):
        return False
    # A text to the left of both, under «№», is the heading of a group.
    new = [at for at, text in enumerate(below) if text and text != cell(top, at)]
    return bool(new) and new[0] > min(named)


def _joined(top: list[str], below: list[str]) -> list[str]:
    """Titles of two rows as one; a title above goes on over the empty cells to its right, as if they were merged."""
    width = max(len(top), len(below))
    top, below = top + [""] * (width - len(top)), below + [""] * (width - len(below))
    titles, last = [], ""
    for upper, lower in zip(top, below, strict=True):
        last = upper or (last if lower else "")
        titles.append(upper if upper == lower else f"{last} {lower}".strip() if lower else upper)
    return titles


def _header(rows: Sequence[Row], places: tuple[int, ...], titles: list[str]) -> Header:
    facts = _facts(rows, places[-1] + 1)
    claims: list[tuple[float, Column, int]] = []
    rivals: list[int] = []
    for at, title in enumerate(titles):
        fitting = sorted(((_likeness(title, column), column) for column in Column), key=lambda c: -c[0])
        for score, column in fitting:
            if score >= _ENOUGH and _may_hold(column, facts.get(at)):
                claims.append((score, column, at))
        if fitting[0][1] is Column.PRICE and fitting[0][0] >= _ENOUGH and _holds_prices(facts.get(at)):
            rivals.append(at)
    columns: dict[Column, int] = {}
    total = 0.0
    for score, column, at in sorted(claims, key=lambda claim: (-claim[0], claim[2])):
        if column not in columns and at not in columns.values():
            columns[column] = at
            total += score / 100 * _WEIGHTS.get(column, 1.0)
    described = facts.get(columns.get(Column.NOTE, -1))
    if Column.NAME not in columns and described is not None and described.share(described.letters) >= 0.7:
        # «Описание» is a note beside a name, and the name where there is no other.
        columns[Column.NAME] = columns.pop(Column.NOTE)
        total += 0.5
    _fill_by_contents(columns, facts, titles)
    chosen = columns.get(Column.PRICE)
    others = tuple(titles[at] for at in dict.fromkeys(rivals) if at != chosen and titles[at] != titles[chosen or 0])
    return Header(places, tuple(titles), columns, others if chosen is not None else (), total)


def _is_enough(header: Header) -> bool:
    columns = header.columns
    has_goods = Column.NAME in columns or Column.SKU in columns
    return header.score >= 2 and has_goods and (Column.PRICE in columns or len(columns) >= 3)


def _plain(title: str) -> str:
    """Small letters, no punctuation, «ё» as «е»."""
    return " ".join(re.sub(r"[^\w%²³]+|_", " ", title.casefold().replace("ё", "е")).split())


def _likeness(title: str, column: Column) -> float:
    """How well a title fits a column, from 0 to 100."""
    words = [word for word in _plain(title).split() if word not in _EMPTY_WORDS]
    if not words or len(words) > 10:
        return 0.0
    plain, present = " ".join(words), frozenset(words)
    if present & _ALIENS.get(column, frozenset()):
        return 0.0
    return max(_phrase_likeness(plain, present, phrase) - 0.1 * at for at, phrase in enumerate(_TITLES[column]))


def _phrase_likeness(plain: str, present: frozenset[str], phrase: str) -> float:
    if plain == phrase:
        return 100.0
    parts = phrase.split()
    if present.issuperset(parts):
        return 92.0 - 5 * (len(present) - len(parts))
    if len(phrase) < 5 or abs(len(plain) - len(phrase)) > 4:
        return 0.0
    from rapidfuzz.fuzz import ratio

    likeness = ratio(plain, phrase)
    return likeness * 0.95 if likeness >= 84 else 0.0


@dataclass(slots=True)
class _ColumnFacts:
    """What stands in a column below the header, as shares of its filled cells."""

    filled: int = 0
    prices: int = 0
    units: int = 0
    rates: int = 0
    letters: int = 0
    codes: int = 0
    length: int = 0
    is_counting: bool = True
    different: set[str] | None = None

    def share(self, count: int) -> float:
        return count / self.filled if self.filled else 0.0


def _facts(rows: Sequence[Row], start: int) -> dict[int, _ColumnFacts]:
    facts: dict[int, _ColumnFacts] = {}
    for row in rows[start : start + _SAMPLE_ROWS]:
        texts = [text_of(cell) for cell in row]
        if len({text for text in texts if text}) < 2:
            continue  # A heading over a group, or an empty row.
        for at, (cell, text) in enumerate(zip(row, texts, strict=True)):
            if text:
                _count(facts.setdefault(at, _ColumnFacts(different=set())), cell, text)
    return facts


def _count(fact: _ColumnFacts, cell: Cell, text: str) -> None:
    fact.filled += 1
    fact.prices += looks_like_price(cell)
    fact.units += is_unit(text)
    fact.rates += read_vat_rate(text) is not None
    fact.letters += bool(re.search(r"[^\W\d_]{3}", text))
    fact.codes += bool(re.fullmatch(r"\S{2,30}", text) and re.search(r"\d", text))
    fact.length += len(text)
    fact.is_counting = fact.is_counting and text.rstrip(".").isdecimal() and int(text.rstrip(".")) <= fact.filled + 5
    if fact.different is not None:
        fact.different.add(text)


def _may_hold(column: Column, fact: _ColumnFacts | None) -> bool:
    """Whether what stands in a column does not speak against its title."""
    if fact is None or not fact.filled:
        return True
    if column is Column.PRICE:
        return fact.share(fact.prices) >= 0.3
    if column is Column.VAT_RATE:
        return fact.share(fact.rates) >= 0.5
    if column is Column.NAME:
        return fact.share(fact.letters) >= 0.3
    if column is Column.UNIT:
        return fact.length / fact.filled <= 25 and not (fact.share(fact.prices) > 0.7 and not fact.units)
    return True


def _holds_prices(fact: _ColumnFacts | None) -> bool:
    return fact is not None and fact.filled > 0 and fact.share(fact.prices) >= 0.5


def _fill_by_contents(columns: dict[Column, int], facts: dict[int, _ColumnFacts], titles: Sequence[str]) -> None:
    """Give the columns without a telling title by what stands in them; only where it is plain."""
    free = {at: fact for at, fact in facts.items() if at not in columns.values() and fact.filled >= 2}
    untitled = {at: fact for at, fact in free.items() if at >= len(titles) or not titles[at]}
    if Column.NAME not in columns:
        named = [(fact.length / fact.filled, at) for at, fact in free.items() if fact.share(fact.letters) >= 0.7]
        if named and max(named)[0] >= 6:
            columns[Column.NAME] = max(named)[1]
            untitled.pop(columns[Column.NAME], None)
    if Column.UNIT not in columns:
        units = [at for at, fact in untitled.items() if fact.share(fact.units) >= 0.7]
        if len(units) == 1:
            columns[Column.UNIT] = units[0]
            untitled.pop(units[0])
    if Column.PRICE not in columns:
        prices = [at for at, fact in untitled.items() if fact.share(fact.prices) >= 0.6 and not fact.is_counting]
        prices = [at for at in prices if facts[at].share(facts[at].rates) < 0.9]
        if len(prices) == 1:
            columns[Column.PRICE] = prices[0]
            untitled.pop(prices[0])
    if Column.SKU not in columns and Column.NAME in columns:
        before = [at for at, fact in untitled.items() if at < columns[Column.NAME] and _holds_codes(fact)]
        if len(before) == 1:
            columns[Column.SKU] = before[0]


def _holds_codes(fact: _ColumnFacts) -> bool:
    different = len(fact.different or ())
    return not fact.is_counting and fact.share(fact.codes) >= 0.8 and different >= 0.8 * fact.filled


def _by_contents(rows: Sequence[Row]) -> Header:
    """A table without a header: what stands in the columns must say it."""
    facts = _facts(rows, 0)
    width = max((len(row) for row in rows[:_SAMPLE_ROWS]), default=0)
    columns: dict[Column, int] = {}
    _fill_by_contents(columns, facts, ())
    is_price_list = Column.NAME in columns and Column.PRICE in columns
    return Header((), ("",) * width, columns, score=0.5 if is_price_list else 0.0)


def _is_number(text: str) -> bool:
    return bool(re.search(r"\d", text)) and re.fullmatch(r"[-+\d\s.,%₽]+(?:руб\.?|р\.?)?", text) is not None
