"""What becomes of each row of a price list: read, doubtful or skipped, with the reason in plain words. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.core.i18n import _
from app.knowledge.cells import is_unit, normal_unit, read_days, read_number, read_price, read_vat_rate, text_of
from app.knowledge.model import Column, PriceItem, RowReport, RowState
from app.knowledge.ports import Cell

PIECE = "шт"
_TOTAL = re.compile(r"^(?:итого|всего|в т\.?\s?ч\.?|сумма|total|subtotal)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_HEADING_SIGNS = 80
_SKU_SIGNS = 80
_NO_SKU = ("-", "–", "—", "нет", "б/а", "n/a")
# Capitals that look alike in both alphabets: one article typed on two keyboards.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


@dataclass(frozen=True, slots=True)
class RowRules:
    """How the rows of one table are to be read.

    Args:
        columns: Which column holds what, from 0.
        titles: Texts of the header, to know it again where it is repeated.
        file: For the source of each article.
        sheet: Named in the source where the price list goes over several sheets; else empty.
        price_factor: 1000 under «Цена, тыс. руб.».
        refusal: Why no price of this table can be taken, such as a foreign currency; None where they can.
    """

    columns: Mapping[Column, int]
    titles: tuple[str, ...]
    file: str
    sheet: str = ""
    price_factor: Decimal = Decimal(1)
    refusal: str | None = None


def read_rows(rows: Iterable[tuple[int, Sequence[Cell]]], rules: RowRules) -> list[RowReport]:
    """A report of each row that is not empty, in order.

    Args:
        rows: Numbered as a spreadsheet does, from 1; only those below the header.

    Returns:
        Reports without regard to each other: `without_duplicates` looks at them together.
    """
    lines = (_Line(number, row, [text_of(cell) for cell in row], rules) for number, row in rows)
    return [_report(line) for line in lines if any(line.texts)]


def without_duplicates(reports: Sequence[RowReport]) -> tuple[RowReport, ...]:
    """The reports with repeated articles settled.

    The same article at the same price stays once. At different prices, or under different names, each of its rows is
    doubtful and says where the other stands: nobody but a person can know which one holds.
    """
    places: dict[str, list[tuple[int, PriceItem]]] = defaultdict(list)
    for at, report in enumerate(reports):
        if report.item is not None:
            places[sku_key(report.item.sku)].append((at, report.item))
    settled = list(reports)
    for same in places.values():
        if len(same) > 1:
            _settle(settled, same)
    return tuple(settled)


def sku_key(sku: str) -> str:
    """An article as it is compared: capitals, no spaces, letters that look alike in both alphabets as one."""
    return re.sub(r"\s+", "", sku).upper().translate(_LOOKALIKES)


def _settle(reports: list[RowReport], same: list[tuple[int, PriceItem]]) -> None:
    kept: dict[tuple[Decimal, str], tuple[int, PriceItem]] = {}
    for at, item in same:
        twin, _item = kept.setdefault((item.price, item.name.casefold()), (at, item))
        if twin != at:
            reason = _("повтор строки {row}").format(row=_place(reports[twin], reports[at]))
            reports[at] = replace(reports[at], state=RowState.SKIPPED, reason=reason, item=None)
    if len(kept) < 2:
        return
    (first, first_item), (second, second_item), *_rest = kept.values()
    for at, item in kept.values():
        other, other_item = (second, second_item) if at == first else (first, first_item)
        row = _place(reports[other], reports[at])
        if item.price != other_item.price:
            reason = _("у артикула {sku} в строке {row} другая цена").format(sku=item.sku, row=row)
        else:
            reason = _("артикул {sku} в строке {row} с другим названием").format(sku=item.sku, row=row)
        reports[at] = replace(reports[at], state=RowState.DOUBTFUL, reason=_and(reports[at].reason, reason))


def _place(of: RowReport, seen_from: RowReport) -> str:
    """The number of the row, with its sheet where that is another one."""
    if of.sheet == seen_from.sheet:
        return str(of.row)
    return _("{row} листа «{sheet}»").format(row=of.row, sheet=of.sheet)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with the texts of its cells."""

    number: int
    row: Sequence[Cell]
    texts: list[str]
    rules: RowRules

    def cell(self, column: Column) -> Cell:
        at = self.rules.columns.get(column)
        return self.row[at] if at is not None and at < len(self.row) else None

    def text(self, column: Column) -> str:
        at = self.rules.columns.get(column)
        return self.texts[at] if at is not None and at < len(self.texts) else ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts without an empty end; what a merged cell repeats over the whole row stands once."""
        texts = self.texts
        if texts.count("") + 1 < len(texts) and len(set(texts) - {""}) == 1:
            first = next(at for at, text in enumerate(texts) if text)
            texts = ["" if at != first else text for at, text in enumerate(texts)]
        end = next(at for at in range(len(texts), 0, -1) if texts[at - 1])
        return tuple(texts[:end])

    def is_title(self) -> bool:
        """Whether it repeats the header, as each printed page does."""
        shown = [(at, text) for at, text in enumerate(self.texts) if text]
        titles = self.rules.titles
        same = sum(at < len(titles) and titles[at].casefold().startswith(text.casefold()) for at, text in shown)
        return len(shown) > 1 and same == len(shown)


def _report(line: _Line) -> RowReport:
    rules, cells = line.rules, line.cells

    def skipped(reason: str) -> RowReport:
        return RowReport(line.number, RowState.SKIPPED, cells, reason, sheet=rules.sheet)

    if reason := _no_article(line, cells):
        return skipped(reason)
    price = read_price(line.cell(Column.PRICE), rules.price_factor)
    if price.amount is None:
        return skipped(price.refusal or _("нет цены"))
    if rules.refusal:
        return skipped(rules.refusal)
    sku, name = line.text(Column.SKU), line.text(Column.NAME)
    sku = "" if sku in _NO_SKU else sku
    if not sku and not name:
        return skipped(_("есть цена, но нет ни артикула, ни названия"))
    unit, unit_doubt = _unit(line.text(Column.UNIT), name, rules)
    vat_rate, vat_doubt = _vat_rate(line.text(Column.VAT_RATE))
    min_qty, min_doubt = _min_qty(line.text(Column.MIN_QTY))
    doubts = (
        price.doubt,
        *_doubts_of_names(line.cell(Column.SKU), sku, name, rules),
        unit_doubt,
        vat_doubt,
        min_doubt,
    )
    reason = "; ".join(doubt for doubt in doubts if doubt)
    item = PriceItem(
        sku=sku or name,
        name=name or sku,
        unit=unit,
        price=price.amount,
        vat_rate=vat_rate,
        min_qty=min_qty,
        note=line.text(Column.NOTE),
        stock=read_number(line.text(Column.STOCK)),
        lead_days=read_days(line.text(Column.LEAD_DAYS)),
        source=_source(rules, line.number),
    )
    state = RowState.DOUBTFUL if reason else RowState.READ
    return RowReport(line.number, state, cells, reason or None, item, rules.sheet)


def _no_article(line: _Line, cells: tuple[str, ...]) -> str | None:
    """Why the row cannot be an article at all; None where it may be one."""
    filled = [text for text in cells if text]
    price = line.text(Column.PRICE)
    if not _DIGIT.search(price) and line.is_title():
        return _("повтор заголовка таблицы")
    if any(_TOTAL.match(text) for text in filled[:3]):
        return _("строка с итогом")
    if len(filled) == 1 and (not price or not _DIGIT.search(price) or len(line.texts) - line.texts.count("") > 1):
        return _("пояснение, а не товар") if len(filled[0]) > _HEADING_SIGNS else _("заголовок группы")
    if Column.PRICE not in line.rules.columns:
        return _("не указан столбец с ценой")
    return None


def _doubts_of_names(cell: Cell, sku: str, name: str, rules: RowRules) -> list[str]:
    doubts = []
    if Column.SKU in rules.columns and not sku:
        doubts.append(_("нет артикула: вместо него название"))
    if isinstance(cell, date):
        doubts.append(_("вместо артикула дата {text}: Excel мог его исказить").format(text=sku))
    elif "e+" in sku.casefold() and re.fullmatch(r"\d(?:[.,]\d+)?e\+\d+", sku.casefold()):
        doubts.append(_("артикул {text} искажён: откройте исходный файл").format(text=sku))
    elif len(sku) > _SKU_SIGNS:
        doubts.append(_("артикул длиннее {count} знаков").format(count=_SKU_SIGNS))
    if not name:
        doubts.append(_("нет названия: вместо него артикул"))
    return doubts


def _unit(text: str, name: str, rules: RowRules) -> tuple[str, str | None]:
    if text:
        return normal_unit(text), None
    # «Песок речной, т»
    named = name.rpartition(", ")[2]
    if is_unit(named):
        return normal_unit(named), None
    return PIECE, _("нет единицы измерения: взято «шт»") if Column.UNIT in rules.columns else None


def _vat_rate(text: str) -> tuple[str, str | None]:
    rate = read_vat_rate(text)
    return (rate, None) if rate is not None else (text, _("ставки НДС «{text}» нет").format(text=text))


def _min_qty(text: str) -> tuple[Decimal, str | None]:
    if not text:
        return Decimal(1), None
    qty = read_number(text)
    if qty is None or qty <= 0:
        return Decimal(1), _("минимальное количество «{text}» непонятно: взята 1").format(text=text)
    return qty, None


def _source(rules: RowRules, number: int) -> str:
    if rules.sheet:
        return _("{file}, лист «{sheet}», строка {line}").format(file=rules.file, sheet=rules.sheet, line=number)
    return _("{file}, строка {line}").format(file=rules.file, line=number)


def _and(one: str | None, other: str) -> str:
    return f"{one}; {other}" if one else other
