"""A row of the price list in words: in Russian as the rows are, whatever language the screen has."""

from __future__ import annotations

from decimal import Decimal

from app.knowledge.model import PriceItem
from app.knowledge.stock import stock_of
from app.spoken.morphology import inflected, parses


def told_of(item: PriceItem) -> tuple[str, str]:
    """The sentence that tells an article's price and stock, and the cells of the file that it says."""
    parts = [f"{amount(item.price)} ₽ за {_accusative(item.unit)}"]
    stock = stock_of(item)
    if stock is not None:
        parts.append(f"на складе {amount(stock)}" if stock else "на складе нет")
    if item.lead_days:
        parts.append(f"срок {item.lead_days} дн.")
    if item.min_qty > 1:
        parts.append(f"от {amount(item.min_qty)} {item.unit}")
    if item.note:
        parts.append(item.note)
    return f"{item.name} ({item.sku}): {', '.join(parts).rstrip('.')}.", _quote(item)


def amount(value: Decimal) -> str:
    """A number as people write it: «12 900», «1 234,50»."""
    whole = value == value.to_integral_value()
    text = f"{value:,.0f}" if whole else f"{value:,.2f}"
    return text.replace(",", "\u00a0").replace(".", ",")


def _accusative(unit: str) -> str:
    """A unit as it stands behind «за»: «услугу», «группу»; what is no single word of the dictionary, as it is."""
    reading = parses(unit)[0]
    is_word = unit.islower() and unit.isalpha() and reading.is_known and reading.tag.POS == "NOUN"
    return inflected(reading, "accs") if is_word and reading.tag.case == "nomn" else unit


def _quote(item: PriceItem) -> str:
    return f"{item.sku};{item.name};{item.unit};{item.price}"
