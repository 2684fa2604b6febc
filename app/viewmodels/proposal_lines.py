"""The table of a proposal: what stands in its cells, and what becomes of a row when a person writes into one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.money import grouped, read_roubles, rounded
from app.proposal.model import Line, LineSum, Proposal, Totals
from app.proposal.pricing import totals_by_option

OPTIONS = ("А", "Б", "В", "Г")
NEW_LINE = Line("", "", "шт", Decimal(1), Decimal(0))
_LATIN = str.maketrans({"A": "А", "B": "Б", "C": "В", "D": "Г"})
_MOST_QTY = Decimal(10_000_000)


class LineColumn(StrEnum):
    """The columns of the table, in their order."""

    OPTION = "option"
    NAME = "name"
    QTY = "qty"
    UNIT = "unit"
    PRICE = "price"
    DISCOUNT = "discount"
    VAT = "vat"
    SUM = "sum"

    @property
    def label(self) -> str:
        return {
            LineColumn.OPTION: _("Вар."),
            LineColumn.NAME: _("Наименование, артикул"),
            LineColumn.QTY: _("Кол-во"),
            LineColumn.UNIT: _("Ед."),
            LineColumn.PRICE: _("Цена, ₽"),
            LineColumn.DISCOUNT: _("Скидка"),
            LineColumn.VAT: _("НДС"),
            LineColumn.SUM: _("Сумма, ₽"),
        }[self]

    @property
    def is_editable(self) -> bool:
        return self is not LineColumn.SUM


def amount_text(amount: Decimal) -> str:
    """«1 250,50»: kopecks always, no sign of currency."""
    exact = rounded(amount)
    whole, kopecks = divmod(abs(exact), 1)
    return f"{'-' if exact < 0 else ''}{grouped(int(whole))},{int(kopecks * 100):02d}"


def plain_text(number: Decimal) -> str:
    """A number as a person writes it: «2,5», «1 200»."""
    whole, _dot, fraction = f"{number.normalize():f}".partition(".")
    text = grouped(int(whole or 0))
    return f"{text},{fraction}" if fraction else text


def rate_text(rate: Decimal | None) -> str:
    """A rate of VAT: «22 %», «без НДС»."""
    return _("без НДС") if rate is None else f"{plain_text(rate)} %"


def cell_text(line: Line, line_sum: LineSum | None, column: LineColumn) -> str:
    """What a cell shows."""
    return {
        LineColumn.OPTION: lambda: line.option or _("все"),
        LineColumn.NAME: lambda: line.name,
        LineColumn.QTY: lambda: plain_text(line.qty),
        LineColumn.UNIT: lambda: line.unit,
        LineColumn.PRICE: lambda: amount_text(line.price),
        LineColumn.DISCOUNT: lambda: f"{plain_text(line.discount_percent)} %" if line.discount_percent else "–",
        LineColumn.VAT: lambda: rate_text(line.vat_rate),
        LineColumn.SUM: lambda: amount_text(line_sum.sum) if line_sum is not None else "…",
    }[column]()


def edit_text(line: Line, column: LineColumn) -> str:
    """What the editor of a cell begins with."""
    match column:
        case LineColumn.DISCOUNT:
            return plain_text(line.discount_percent)
        case LineColumn.VAT:
            return plain_text(line.vat_rate) if line.vat_rate is not None else _("без НДС")
        case LineColumn.OPTION:
            return line.option
        case _:
            return cell_text(line, None, column)


def edited(line: Line, column: LineColumn, text: str) -> Line:
    """The row with something else written into one of its cells.

    Raises:
        UserFixable: ``proposal.cell`` where the text does not fit the column.
    """
    text = " ".join(text.replace("\u00a0", " ").split())
    change = {
        LineColumn.OPTION: _with_option,
        LineColumn.NAME: _renamed,
        LineColumn.QTY: _with_qty,
        LineColumn.UNIT: _with_unit,
        LineColumn.PRICE: _with_price,
        LineColumn.DISCOUNT: _with_discount,
        LineColumn.VAT: _with_rate,
    }.get(column)
    return change(line, text) if change is not None else line


def without_blank_rows(proposal: Proposal) -> Proposal:
    """The proposal without rows that were begun and never written."""
    kept = tuple(line for line in proposal.lines if line.name or line.sku)
    return proposal if len(kept) == len(proposal.lines) else replace(proposal, lines=kept)


def totals_of(proposal: Proposal) -> dict[str, Totals]:
    """Money by option; none while a row cannot be reckoned, which is among the warnings then."""
    try:
        return totals_by_option(proposal)
    except UserFixable:
        return {}


def _with_option(line: Line, text: str) -> Line:
    letter = text.upper().translate(_LATIN)
    return replace(line, option=letter if letter in OPTIONS else "")


def _with_qty(line: Line, text: str) -> Line:
    qty = _number(text)
    if qty is None or not 0 < qty <= _MOST_QTY:
        raise _wrong(LineColumn.QTY, text, _("Нужно число больше нуля, например 48 или 2,5."))
    # A row whose quantity nobody had named waits for nothing else.
    is_settled = line.qty <= 0 or line.doubt == _("Количество в разговоре не названо.")
    return replace(line, qty=qty, doubt=None if is_settled else line.doubt)


def _with_unit(line: Line, text: str) -> Line:
    if not text:
        raise _wrong(LineColumn.UNIT, text, _("Например: шт, м, кг, услуга."))
    return replace(line, unit=text)


def _with_price(line: Line, text: str) -> Line:
    price = read_roubles(text)
    if price is None or price < 0:
        raise _wrong(LineColumn.PRICE, text, _("Нужна сумма в рублях, например 1 250,50."))
    return line if price == line.price else replace(line, price=price, source="")


def _with_discount(line: Line, text: str) -> Line:
    percent = _number(text.rstrip("% ") or "0")
    if percent is None or not 0 <= percent <= 100:
        raise _wrong(LineColumn.DISCOUNT, text, _("Нужен процент от 0 до 100."))
    return replace(line, discount_percent=percent)


def _with_rate(line: Line, text: str) -> Line:
    return replace(line, vat_rate=_rate(text))


def _renamed(line: Line, text: str) -> Line:
    if not text:
        raise _wrong(LineColumn.NAME, text, _("Наименование не может быть пустым: удалите строку клавишей Delete."))
    if text == line.name:
        return line
    is_same_article = bool(line.sku) and (line.name in text or line.sku in text)
    if is_same_article:
        return replace(line, name=text)
    return replace(line, name=text, sku="", source="", doubt=None)


def _rate(text: str) -> Decimal | None:
    if text.casefold() in ("", "-", "–", "без ндс", "no vat", _("без НДС").casefold()):
        return None
    rate = _number(text.rstrip("% "))
    if rate is None or not 0 <= rate <= 100:
        raise _wrong(LineColumn.VAT, text, _("Нужна ставка в процентах, например 22, или «без НДС»."))
    return rate


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _wrong(column: LineColumn, text: str, hint: str) -> UserFixable:
    return UserFixable(
        "proposal.cell",
        _("В столбец «{column}» не подходит «{text}».").format(column=column.label, text=text),
        hint=hint,
    )
