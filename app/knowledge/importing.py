"""From the sheets of a file to a price list that a person confirms. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.ids import canonical_json, text_sha256
from app.knowledge.age import price_dates
from app.knowledge.cells import text_of
from app.knowledge.headers import Header, find_header, title_key
from app.knowledge.markdown import sections_of
from app.knowledge.model import (
    Column,
    Document,
    Knowledge,
    KnowledgeText,
    PriceItem,
    PriceList,
    RowReport,
    TableImport,
)
from app.knowledge.passages import cut
from app.knowledge.ports import Cell, Section, Sheet
from app.knowledge.price_rows import PIECE, RowRules, read_rows, without_duplicates

_TITLE_LINES = 60
_TOP_ROWS = 30
_TOP_CELLS = 6
_FOOT_LINES = 10
_FOREIGN = re.compile(r"[$€¥]|\b(?:usd|eur|cny|долл\w*|евро|у\.\s?е|юан\w*)", re.IGNORECASE)
_ROUBLE = re.compile(r"₽|руб|\brub\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"\bтыс", re.IGNORECASE)
_WITHOUT_VAT = re.compile(r"без\s+(?:уч[её]та\s+)?ндс|excl\.?\s*vat|without vat|ex\.?\s*vat", re.IGNORECASE)
_FOR_MANY = re.compile(r"\bза\s+(?:\d{2,}|тысячу|упаковк|уп\b)", re.IGNORECASE)


def read_table(
    sheets: Sequence[Sheet],
    file: str,
    sha256: str,
    *,
    columns: Mapping[Column, int] | None = None,
    header_row: int | None = None,
    sheet: str | None = None,
) -> TableImport:
    """A price list as it is understood, with what became of each row.

    Sheets with the same titles are read as one price list. Where no column of prices is found, every row is skipped
    and a person may say the columns: nothing is raised for that.

    Args:
        file: Name of the file, without its folder.
        sha256: Of its bytes.
        columns: Which column holds what, from 0, as a person said or it was remembered; None to find out.
        header_row: Its row from 1 as a person said it, 0 for «there is none»; None to find it.
        sheet: Name of the sheet to read; None for the one that looks most like a price list.

    Raises:
        UserFixable: ``table.empty``: not one cell is filled.
    """
    filled = [one for one in sheets if any(text_of(cell) for row in one.rows for cell in row)]
    if not filled:
        raise UserFixable(
            "table.empty",
            _("В файле «{name}» нет ни одной заполненной ячейки.").format(name=file),
            hint=_("Проверьте, тот ли это файл."),
        )
    named = [one for one in filled if one.name == sheet]
    place = None if header_row is None else header_row - 1
    found = [(one, find_header(one.rows, place)) for one in named or filled]
    best, header = max(found, key=lambda pair: (pair[1].score, min(len(pair[0].rows), 1000)))
    key = title_key(header.titles)
    alike = [(one, its) for one, its in found if one is best or (its.rows and title_key(its.titles) == key)]
    if columns is not None:
        header = replace(header, columns=dict(columns), rivals=())
    rules = _rules(header, file)
    reports: list[RowReport] = []
    for one, its in alike:
        below = _numbered(one.rows, its.rows[-1] + 1 if its.rows else 0)
        reports += read_rows(below, replace(rules, sheet=one.name if len(alike) > 1 else ""))
    dates = price_dates([*_lines_around(best.rows, header), re.sub(r"_+", " ", file.rpartition(".")[0])])
    return TableImport(
        file=file,
        sha256=sha256,
        sheet=best.name,
        headers=header.titles,
        header_rows=tuple(row + 1 for row in header.rows),
        columns=dict(header.columns),
        rows=without_duplicates(reports),
        read_as=best.read_as,
        notes=(*_notes(header, rules), *_notes_of_sheets([one for one, _its in alike], filled)),
        valid_until=dates.valid_until,
        priced_on=dates.priced_on,
        sheets=tuple(one.name for one in filled),
        read_sheets=tuple(one.name for one, _its in alike),
        top=tuple(_looks(row) for row in best.rows[:_TOP_ROWS]),
    )


def price_list_of(table: TableImport, loaded_at: datetime) -> PriceList:
    """The price list that a confirmed import becomes.

    Args:
        loaded_at: UTC.

    Raises:
        UserFixable: ``table.no_prices``: not one article was read, and nothing must not replace the prices in force.
    """
    if not table.items:
        raise UserFixable(
            "table.no_prices",
            _("В файле «{name}» не прочитано ни одного товара с ценой.").format(name=table.file),
            hint=_("Укажите, в каких столбцах название и цена, или выберите другой файл."),
        )
    identity = text_sha256(
        canonical_json([table.sha256, table.sheet, {c.value: at for c, at in table.columns.items()}])
    )
    return PriceList(
        id=identity[:32],
        file=table.file,
        sha256=table.sha256,
        loaded_at=loaded_at,
        items=table.items,
        valid_until=table.valid_until,
        priced_on=table.priced_on,
    )


def document_of(sections: Sequence[Section], file: str, sha256: str, loaded_at: datetime) -> Document:
    """A document cut into passages. `loaded_at` in UTC."""
    identity = text_sha256(canonical_json([file, sha256]))
    return Document(identity[:32], file, sha256, loaded_at, cut(sections, file))


def knowledge_of(texts: Sequence[KnowledgeText], items: Sequence[PriceItem], loaded_at: datetime) -> Knowledge:
    """The knowledge base of a profile folder: its texts in Markdown and its articles. `loaded_at` in UTC."""
    price_list = None
    if items:
        file = items[0].source.partition(",")[0]
        sha256 = text_sha256(canonical_json([_facts(item) for item in items]))
        price_list = PriceList(sha256[:32], file, sha256, loaded_at, tuple(items))
    documents = (document_of(sections_of(t.text), t.file, text_sha256(t.text), loaded_at) for t in texts)
    return Knowledge(price_list, tuple(documents))


def _facts(item: PriceItem) -> list[str]:
    return [item.sku, item.name, item.unit, str(item.price), item.vat_rate, str(item.min_qty), item.note]


def _numbered(rows: Sequence[Sequence[Cell]], start: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Rows from one on, numbered as a spreadsheet does."""
    for at in range(start, len(rows)):
        yield at + 1, rows[at]


def _looks(row: Sequence[Cell]) -> str:
    """A row in short, by which a person knows it again."""
    return " · ".join([text for cell in row if (text := text_of(cell))][:_TOP_CELLS])


def _lines_around(rows: Sequence[Sequence[Cell]], header: Header) -> Iterator[str]:
    """Lines above the header and at the foot of the table, where price lists say until when they hold."""
    above = header.rows[0] if header.rows else 0
    for row in (*rows[: min(above, _TITLE_LINES)], *rows[max(above, len(rows) - _FOOT_LINES) :]):
        # A merged cell says the same in each of its columns.
        yield " ".join(dict.fromkeys(text for cell in row if (text := text_of(cell))))


def _rules(header: Header, file: str) -> RowRules:
    title = _title(header, Column.PRICE)
    is_foreign = _FOREIGN.search(title) is not None and not _ROUBLE.search(title)
    return RowRules(
        columns=header.columns,
        titles=header.titles,
        file=file,
        price_factor=Decimal(1000) if _THOUSANDS.search(title) else Decimal(1),
        refusal=_("цена не в рублях: «{title}»").format(title=title) if is_foreign else None,
    )


def _title(header: Header, column: Column) -> str:
    at = header.columns.get(column)
    return header.titles[at] if at is not None and at < len(header.titles) else ""


def _notes(header: Header, rules: RowRules) -> Iterator[str]:
    title = _title(header, Column.PRICE)
    if Column.PRICE not in header.columns:
        yield _("Столбец с ценой не найден: укажите его.")
        return
    if not header.rows:
        yield _("Строки заголовков нет: столбцы определены по содержимому, проверьте их.")
    if header.rivals:
        yield _("Столбцов с ценой несколько: взят «{title}», не взяты {others}.").format(
            title=title, others=", ".join(f"«{other}»" for other in header.rivals)
        )
    if rules.refusal:
        yield _("Цены не в рублях («{title}»): программа их не пересчитывает.").format(title=title)
    elif rules.price_factor != 1:
        yield _("Цены в тысячах рублей («{title}»): умножены на 1000.").format(title=title)
    if _WITHOUT_VAT.search(title):
        yield _("Цены без НДС («{title}»): проверьте, что в профиле так же.").format(title=title)
    if _FOR_MANY.search(title):
        yield _("Цена не за одну единицу («{title}»): проверьте единицы измерения.").format(title=title)
    if Column.SKU not in header.columns:
        yield _("Столбца с артикулами нет: товары различаются по названию.")
    if Column.UNIT not in header.columns:
        yield _("Столбца с единицами измерения нет: где их нет и в названии, взято «{unit}».").format(unit=PIECE)


def _notes_of_sheets(read: Sequence[Sheet], filled: Sequence[Sheet]) -> Iterator[str]:
    if len(read) > 1:
        yield _("Прочитаны листы: {names}.").format(names=", ".join(f"«{one.name}»" for one in read))
    if left := [one for one in filled if not any(one is other for other in read)]:
        yield _("Не прочитаны листы: {names}.").format(names=", ".join(f"«{one.name}»" for one in left))
