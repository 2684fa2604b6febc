"""The table of goods in a document: found by its header, however that is worded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.proposal.paper import Cell, Paper, Table, numbers, plain
from app.proposal.ports import TableColumn

_WORDS = (
    *("наименование", "название", "товар", "товара", "продукция", "продукции", "номенклатура", "описание", "позиция"),
    *("модель", "материал", "оборудование", "услуга", "услуги", "работы", "артикул", "код", "единица", "измерения"),
    *("количество", "цена", "сумма", "стоимость", "скидка", "скидки", "скидкой", "ставка", "всего", "итого", "срок"),
)
_NAMES = re.compile(
    r"\b(наименован|назван|товар|продукц|номенклатур|описани|позици|модел|материал|оборудован|услуг|работ|характеристик)"
)
_UNIT = re.compile(r"^ед\b|\bед\.|единиц|^е\.?и\.?$|^изм")
_QTY = re.compile(r"кол-?во|количеств|^кол\b|^к-во|объем|^шт\.?$|^qty$")
_SKU = re.compile(r"артикул|^арт\b|^код\b|\bкод товара|каталожный|номенклатурный номер|^sku$")
_INDEX = re.compile(r"^(№|n|#|no)\.?( п/?п\.?)?$|^п/?п$|^№ п|^номер$")
_SUM = re.compile(r"сумм|стоимост|всего|итого")
_PRICE = re.compile(r"цена|цены|тариф|стоимость (за|ед|1)|за ед|прайс")
_TOTAL_ROW = re.compile(
    r"^\W*(итог|всего|к оплате|ндс|в т(\.|ом)|в том числе|сумма|скидк|без ндс|общая|включая|доставка не|общий)"
)
_OPTION = re.compile(r"^\W*вариант\s*(?:№\s*)?[«\"]?([а-яa-z0-9])\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GoodsTable:
    """Where the goods of a document stand.

    Args:
        number: Of the table, from 0.
        header: The rows of its header, from 0.
        headings: Text of the header by grid column; of two rows of header joined.
        columns: Grid column of each role.
        rows: Rows with goods.
        ending: Rows below them: totals.
        option: «А», «Б» …; empty where no heading names one.
        confidence: 0 to 1.
    """

    number: int
    header: tuple[int, ...]
    headings: Mapping[int, str]
    columns: Mapping[TableColumn, int]
    rows: tuple[int, ...]
    ending: tuple[int, ...]
    option: str
    confidence: float


def goods_tables(paper: Paper) -> tuple[GoodsTable, ...]:
    """All tables of goods, in the order of the document."""
    found = []
    end = 0
    for number, table in enumerate(paper.tables):
        goods = _goods_table(number, table, _option_before(paper, end, table.first))
        if goods is not None:
            found.append(goods)
            end = table.last + 1
    return tuple(found)


def cell_at(row: Sequence[Cell], column: int) -> Cell | None:
    """The cell of a row that covers a grid column."""
    return next((cell for cell in row if cell.column <= column < cell.column + cell.span), None)


@lru_cache(maxsize=4096)
def role(heading: str) -> TableColumn | None:
    """What a column holds, by its heading; misspelt words are understood, anything else gives None."""
    text = _spelled(plain(heading))
    if not text:
        return None
    if _INDEX.search(text):
        return TableColumn.INDEX
    if "скидк" in text and not _SUM.search(text):
        before = re.search(r"без скидки|до скидки", text)
        paid = TableColumn.PRICE if "цен" in text else TableColumn.DISCOUNT
        return TableColumn.FULL_PRICE if before else paid
    if "ндс" in text or "налог" in text:
        return _of_vat(text)
    rules = (
        (re.compile(r"базовая|по прайсу|розничн|прайсовая"), TableColumn.FULL_PRICE),
        (_PRICE, TableColumn.PRICE),
        (_QTY, TableColumn.QTY),
        (_SUM, TableColumn.SUM),
        (re.compile(r"\bсрок|отгрузк|дней"), TableColumn.LEAD_DAYS),
        (_NAMES, TableColumn.NAME),
        (_SKU, TableColumn.SKU),
        (_UNIT, TableColumn.UNIT),
    )
    return next((column for pattern, column in rules if pattern.search(text)), None)


def _of_vat(text: str) -> TableColumn:
    if re.search(r"цена|цены|за ед", text):
        return TableColumn.PRICE
    if re.search(r"ставка|%", text) and not _SUM.search(text):
        return TableColumn.VAT_RATE
    if re.search(r"без (учета )?(ндс|налог)", text):
        return TableColumn.NET_SUM
    if re.search(r"\b(с|вкл\w*|учетом)\.? (учетом )?(ндс|налог)", text) and _SUM.search(text):
        return TableColumn.SUM
    return TableColumn.VAT


def _spelled(text: str) -> str:
    """Words of a heading with their misspellings mended: «наименвоание» for «наименование»."""
    from rapidfuzz import fuzz, process

    def mended(match: re.Match[str]) -> str:
        best = process.extractOne(match.group(), _WORDS, scorer=fuzz.ratio, score_cutoff=84)
        return best[0] if best else match.group()

    return re.sub(r"[а-я]{5,}", mended, text)


_Found = tuple[float, tuple[int, ...], dict[int, str], dict[TableColumn, int]]


def _goods_table(number: int, table: Table, option: str) -> GoodsTable | None:
    best: _Found | None = None
    for at in range(min(len(table.rows), 6)):
        for height in (1, 2):
            top = table.rows[at : at + height]
            if len(top) < height or (height == 2 and not _continues(table.rows[at], table.rows[at + 1])):
                continue
            headings = _headings(top)
            columns = _columns(headings)
            score = _score(columns)
            if score and (best is None or score > best[0]):
                best = (score, tuple(range(at, at + height)), headings, columns)
    if best is None:
        return None
    score, header_rows, headings, columns = best
    header, first = header_rows, header_rows[-1] + 1
    if first < len(table.rows) and _is_numbering(table.rows[first]):
        header = (*header, first)
        first += 1
    rows, ending = _goods_and_totals(table, first, columns)
    return GoodsTable(number, header, headings, columns, rows, ending, option, min(1.0, score))


def _continues(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Whether a row goes on with the header above: it splits a merged cell, or fills the rest of vertical merges."""
    has_numbers = any(re.fullmatch(r"[\d\s.,\u00a0]+", cell.text) for cell in lower if cell.text.strip())
    is_split = any(cell.span > 1 for cell in upper) or any(not cell.text.strip() for cell in lower)
    return is_split and not has_numbers


def _headings(rows: Sequence[Sequence[Cell]]) -> dict[int, str]:
    last = max(cell.column + cell.span for row in rows for cell in row) if any(rows) else 0
    headings = {}
    for column in range(last):
        texts = [cell.text.strip() for row in rows if (cell := cell_at(row, column)) is not None]
        if any(cell.column == column for cell in rows[-1]):
            headings[column] = " ".join(dict.fromkeys(filter(None, texts)))
    return headings


def _columns(headings: Mapping[int, str]) -> dict[TableColumn, int]:
    columns: dict[TableColumn, int] = {}
    for column, heading in headings.items():
        found = role(heading)
        if found is not None and found not in columns:
            columns[found] = column
        elif found is TableColumn.PRICE and "без" not in plain(heading):
            # Of two prices the one the client pays counts: with VAT, after the discount.
            columns[found] = column
    if TableColumn.SUM not in columns and TableColumn.NET_SUM in columns:
        columns[TableColumn.SUM] = columns.pop(TableColumn.NET_SUM)
    return columns


def _score(columns: Mapping[TableColumn, int]) -> float:
    if TableColumn.NAME not in columns and TableColumn.SKU not in columns:
        return 0.0
    money = sum(column in columns for column in (TableColumn.QTY, TableColumn.PRICE, TableColumn.SUM))
    if money < 2:
        return 0.0
    return 0.4 + 0.15 * money + 0.05 * min(len(columns) - money, 4)


def _is_numbering(row: Sequence[Cell]) -> bool:
    """«1 | 2 | 3 | 4» below a header, as forms have it."""
    texts = [cell.text.strip() for cell in row]
    return len(texts) > 2 and texts == [str(number) for number in range(1, len(texts) + 1)]


def _goods_and_totals(
    table: Table, first: int, columns: Mapping[TableColumn, int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    goods: list[int] = []
    named = columns.get(TableColumn.NAME, columns.get(TableColumn.SKU, 0))
    money = [columns[c] for c in (TableColumn.QTY, TableColumn.PRICE, TableColumn.SUM) if c in columns]
    for at in range(first, len(table.rows)):
        row = table.rows[at]
        texts = [cell.text for cell in row if cell.text.strip()]
        label = plain(texts[0]) if texts else ""
        is_total = re.match(r"\W*(итог|всего)", label) or not _is_full(row, named, money)
        if is_total and _TOTAL_ROW.search(label):
            return tuple(goods), tuple(range(at, len(table.rows)))
        if _is_full(row, named, money):
            goods.append(at)
    return tuple(goods), ()


def _is_full(row: Sequence[Cell], named: int, money: Sequence[int]) -> bool:
    """Whether a row has a name and numbers of its own in at least two columns of money and quantity."""
    name = cell_at(row, named)
    if name is None or not name.text.strip() or name.span > 2:
        return False
    cells = {id(cell): cell for column in money if (cell := cell_at(row, column)) is not None and cell is not name}
    return sum(bool(numbers(cell.text)) or "{" in cell.text for cell in cells.values()) >= min(2, len(money))


def _option_before(paper: Paper, first: int, last: int) -> str:
    for _number, text in reversed(paper.outside(first, last)):
        match = _OPTION.match(text.strip())
        if match:
            return match[1].upper()
    return ""
