"""What lies in a warehouse: goods do, work and months do not, whatever number a price list gives them."""

from __future__ import annotations

import re
from decimal import Decimal

from app.knowledge.model import PriceItem

# Pieces and packs; what is sold by the visit, the boiler or the month lies in no warehouse.
_STORED = re.compile(
    r"(?:шт|штук|ед|рул|рулон|уп|упак|упаков|кор|короб|комп|компл|комплект|набор|пач|мешок|меш|бухт|лист|пар|бут|бутыл|фл|флак"
    r"|бан|кан|канистр|боч|бочк|вед|рол|паллет|пал|поддон|катуш|туб|тюб|блок|бл|секц|пог|п|кв|куб)[а-яё]*[\s.]*(?:[а-яё]{1,4}[23²³]?\.?)?"
    r"|(?:мм|см|дм|км|м)[23²³]?|метр\w*|мг|кг|г|гр|т|тн|тонн\w*|мл|л|литр\w*"
)


def stock_of(item: PriceItem) -> Decimal | None:
    """How many lie in the warehouse; None where the price list does not say so, or the unit is none of goods."""
    return item.stock if _STORED.fullmatch(item.unit.strip().casefold().rstrip(".")) else None
