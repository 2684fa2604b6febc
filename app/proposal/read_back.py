"""A finished document read back: every number in it reckoned anew and compared with what it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import islice

from app.core.i18n import _
from app.core.money import rounded
from app.profile.seller import VatMode
from app.proposal.document_values import money, quantity
from app.proposal.goods_table import GoodsTable, cell_at, goods_tables
from app.proposal.model import Line, LineSum, Proposal, Totals, Warning, WarningKind
from app.proposal.paper import Cell, Paper, numbers, percentage, plain
from app.proposal.ports import ReadBack, ReadRow, ReadTable, TableColumn
from app.proposal.pricing import lines_of_option
from app.proposal.sum_in_words import in_words

IN_WORDS = re.compile(
    r"[А-ЯЁ][а-яё]+(?:[ \u00a0]+[а-яё]+)*[ \u00a0]+рубл(?:ь|я|ей),?[ \u00a0]+"
    r"(?:\d{1,2}|[а-яё]+)[ \u00a0]+копе(?:ек|йка|йки)"
)
_LEFTOVER = re.compile(r"\{\{|\{%|\}\}|%\}")
_TOTAL_LINE = re.compile(
    r"^\W*(итог|всего|к оплате|ндс|в т(\.|ом)|в том числе|общая|общий|сумма|стоимость|включая|без ндс)"
)
_VAT_LINE = re.compile(r"^\W*(в т(\.|ом)|в том числе|ндс|включая|сумма ндс|итого ндс|всего ндс)")
_PIECES = re.compile(r"(?=\b[вВ] т(?:\.|ом)\s?ч)")
_MOST_LINES_BELOW = 15


def read(paper: Paper) -> ReadBack:
    """The tables of goods of a document with the totals that belong to them."""
    found = goods_tables(paper)
    leftovers = tuple(p.text.strip() for p in paper.paragraphs if _LEFTOVER.search(p.text))
    ends = [paper.tables[goods.number].first for goods in found[1:]] + [len(paper.paragraphs)]
    return ReadBack(tuple(_table(paper, goods, end) for goods, end in zip(found, ends, strict=True)), leftovers)


def differences(proposal: Proposal, totals: Mapping[str, Totals], read_back: ReadBack) -> list[Warning]:
    """What in the document differs from the proposal, or from its own arithmetic; each blocks the final form."""
    found = [
        Warning(
            WarningKind.PLACEHOLDER,
            _("В документе осталась подстановка: проверьте шаблон."),
            quote=text[:200],
            is_blocking=True,
        )
        for text in read_back.leftovers
    ]
    names = proposal.options or ("",)
    if len(read_back.tables) != len(names):
        text = (
            _("В документе нет таблицы товаров, суммы нельзя перепроверить: назовите её столбцы в шаблоне.")
            if not read_back.tables
            else _("Таблиц товаров в документе {found}, а вариантов {wanted}: проверьте шаблон.").format(
                found=len(read_back.tables), wanted=len(names)
            )
        )
        return [*found, _difference(text)]
    for option, table in zip(names, read_back.tables, strict=True):
        found += _of_table(proposal, lines_of_option(proposal, option), totals[option], table)
    return found


def _of_table(proposal: Proposal, lines: tuple[Line, ...], totals: Totals, table: ReadTable) -> list[Warning]:
    found = _of_headings(proposal.vat_mode, totals, table)
    if len(table.rows) != len(lines):
        text = _("{place}: строк {found}, а должно быть {wanted}.")
        return [*found, _difference(text.format(place=table.place, found=len(table.rows), wanted=len(lines)))]
    for line, sums, row in zip(lines, totals.lines, table.rows, strict=True):
        found += _of_row(line, sums, row, proposal.vat_mode)
    found += _of_totals(totals, table)
    return found


def _of_headings(mode: VatMode, totals: Totals, table: ReadTable) -> list[Warning]:
    """A heading that says «с НДС» above prices without it is a wrong number, though all digits are right."""
    has_vat = bool(totals.vat_shares)
    wanted = {
        TableColumn.PRICE: has_vat and mode is VatMode.INCLUDED,
        TableColumn.SUM: has_vat,
        TableColumn.NET_SUM: False,
    }
    found = []
    for column, is_with_vat in wanted.items():
        heading = plain((table.headings or {}).get(column, ""))
        says_without = bool(re.search(r"без (учета )?ндс", heading))
        says_with = not says_without and bool(re.search(r"(с|вкл\w*\.?|учетом) ндс", heading))
        if (says_with and not is_with_vat) or (says_without and is_with_vat):
            text = _("{place}: заголовок «{heading}» не подходит к режиму НДС этого КП. Исправьте его в шаблоне.")
            shown = (table.headings or {})[column]
            found.append(_difference(text.format(place=table.place, heading=shown), shown))
    return found


def _of_row(line: Line, sums: LineSum, row: ReadRow, mode: VatMode) -> list[Warning]:
    has_vat = mode is not VatMode.NONE and line.vat_rate is not None
    net = sums.sum - sums.vat
    checks: list[tuple[str, Decimal | None, tuple[Decimal, ...]]] = [
        (_("количество"), row.qty, (line.qty,)),
        (_("цена"), row.price, (sums.price,)),
        # A company's own table may have one column of sums, without VAT, and the VAT below.
        (_("сумма"), row.sum, (sums.sum, net) if mode is VatMode.ON_TOP and row.net_sum is None else (sums.sum,)),
        (_("сумма без НДС"), row.net_sum, (net,)),
        (_("НДС"), row.vat, (sums.vat,)),
        (_("ставка НДС"), row.vat_rate, (line.vat_rate,) if has_vat and line.vat_rate is not None else ()),
    ]
    found = []
    for name, printed, wanted in checks:
        if printed is not None and wanted and printed not in wanted:
            text = _("{place}, {name}: в документе {printed}, а должно быть {wanted}.").format(
                place=row.place, name=name, printed=_shown(printed), wanted=_shown(wanted[0])
            )
            found.append(_difference(text, line.name))
    printed_net = row.net_sum if row.net_sum is not None else row.sum
    if row.qty is not None and row.price is not None and printed_net is not None and not found:
        expected = {rounded(row.qty * row.price), rounded(row.qty * row.price) + sums.vat}
        if printed_net not in expected:
            text = _("{place}: {qty} × {price} не даёт {sum}.").format(
                place=row.place, qty=quantity(row.qty), price=money(row.price), sum=money(printed_net)
            )
            found.append(_difference(text, line.name))
    if plain(line.name) not in plain(row.name):
        text = _("{place}: в документе «{printed}», а должно быть «{wanted}».")
        found.append(_difference(text.format(place=row.place, printed=row.name[:60], wanted=line.name), line.name))
    return found


def _of_totals(totals: Totals, table: ReadTable) -> list[Warning]:
    found = []
    if table.total is None:
        text = _("{place}: под таблицей не найден итог. Добавьте его в шаблон: {{{{ итого }}}}.").format(
            place=table.place
        )
        found.append(Warning(WarningKind.DIFFERENCE, text))
    elif table.total != totals.total:
        found.append(_unequal(table.place, _("итог"), money(table.total), money(totals.total)))
    printed = [row.sum for row in table.rows if row.sum is not None]
    added = sum(printed, Decimal(0))
    if printed and len(printed) == len(table.rows) and added not in (totals.total, totals.total - totals.vat):
        found.append(_unequal(table.place, _("сумма строк"), money(added), money(totals.total)))
    wanted_shares = {share.rate: share.amount for share in totals.vat_shares}
    for rate, amount in (table.vat_shares or {}).items():
        wanted = totals.vat if rate is None else wanted_shares.get(rate)
        if wanted is None and amount == totals.vat and len(wanted_shares) != 1:
            continue
        if wanted != amount:
            name = _("НДС") if rate is None else _("НДС {rate} %").format(rate=quantity(rate))
            found.append(_unequal(table.place, name, money(amount), money(wanted) if wanted is not None else "—"))
    if table.in_words and plain(table.in_words).replace(",", "") != plain(in_words(totals.total)).replace(",", ""):
        found.append(_unequal(table.place, _("сумма прописью"), table.in_words, totals.in_words))
    return found


def _unequal(place: str, name: str, printed: str, wanted: str) -> Warning:
    text = _("{place}, {name}: в документе {printed}, а должно быть {wanted}.")
    return _difference(text.format(place=place, name=name, printed=printed, wanted=wanted), printed)


def _difference(text: str, quote: str = "") -> Warning:
    return Warning(WarningKind.DIFFERENCE, text, quote=quote, is_blocking=True)


def _shown(number: Decimal) -> str:
    return money(number) if number.as_tuple().exponent == -2 else quantity(number)


def _table(paper: Paper, goods: GoodsTable, end: int) -> ReadTable:
    table = paper.tables[goods.number]
    below = [(0, _line_of(table.rows[at], goods)) for at in goods.ending] + paper.outside(table.last + 1, end)
    total, shares, words = _totals(text for _number, text in below if text.strip())
    place = _("таблица {number}").format(number=goods.number + 1)
    return ReadTable(
        option=goods.option,
        rows=tuple(
            _row(table.rows[at], goods, f"{place}, {_('строка {number}').format(number=at + 1)}") for at in goods.rows
        ),
        total=total,
        vat_shares=shares,
        in_words=words,
        headings={column: goods.headings[at] for column, at in goods.columns.items()},
        place=place,
    )


def _line_of(row: tuple[Cell, ...], goods: GoodsTable) -> str:
    """A row of totals as a line: of several amounts in it, that of the column of sums counts."""
    total = cell_at(row, goods.columns[TableColumn.SUM]) if TableColumn.SUM in goods.columns else None
    shown = [cell for cell in row if cell.text.strip()]
    if total in shown and numbers(total.text if total else ""):
        shown = [cell for cell in shown if cell is total or not numbers(cell.text) or cell is shown[0]]
    return "\t".join(cell.text for cell in shown)


def _row(row: tuple[Cell, ...], goods: GoodsTable, place: str) -> ReadRow:
    def text(column: TableColumn) -> str:
        cell = cell_at(row, goods.columns[column]) if column in goods.columns else None
        # Thousands stand apart by no-break spaces only: «5 100 шт» is five packs of a hundred.
        return cell.text.replace(" ", "\t") if cell is not None else ""

    def number(column: TableColumn) -> Decimal | None:
        return next(iter(numbers(text(column))), None)

    named = TableColumn.NAME if TableColumn.NAME in goods.columns else TableColumn.SKU
    return ReadRow(
        name=text(named).replace("\t", " ").strip(),
        qty=number(TableColumn.QTY),
        price=number(TableColumn.PRICE),
        net_sum=number(TableColumn.NET_SUM),
        sum=number(TableColumn.SUM),
        vat_rate=percentage(text(TableColumn.VAT_RATE)) or percentage(text(TableColumn.VAT)),
        vat=number(TableColumn.VAT),
        place=place,
    )


def _totals(texts: Iterable[str]) -> tuple[Decimal | None, dict[Decimal | None, Decimal], str]:
    """The total, the VAT by rate and the sum in words of the lines below a table."""
    total, weight, words = None, 0, ""
    shares: dict[Decimal | None, Decimal] = {}
    for text in islice(texts, _MOST_LINES_BELOW):
        if match := IN_WORDS.search(text):
            words = words or match.group()
        for piece in _PIECES.split(IN_WORDS.sub("", text)):
            label = plain(piece)
            if not _TOTAL_LINE.match(label) or "скидк" in label:
                continue
            amounts = numbers(piece)
            amount = next((a for a in amounts if a.as_tuple().exponent == -2), amounts[-1] if amounts else None)
            if amount is None:
                continue
            if _VAT_LINE.match(label):
                shares[percentage(piece)] = amount
            elif (found := _weight(label)) >= weight:
                total, weight = amount, found
        if words and total is not None:
            break
    return total, shares, words


def _weight(label: str) -> int:
    """How likely a line of totals is what the client pays."""
    if re.search(r"без (учета )?ндс", label):
        return 1
    if "к оплате" in label:
        return 4
    return 3 if re.search(r"всего|с ндс|с учетом", label) else 2
