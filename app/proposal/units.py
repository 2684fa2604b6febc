"""Units of sale: which come whole, which in parts, and whether a quantity fits."""

from __future__ import annotations

import re
from decimal import Decimal

from app.core.i18n import _

_LIMIT = Decimal(10) ** 9
_PLACES = -3
# By the beginning of the unit, as price lists write it: «м», «пог. м», «м2», «кг», «т», «л», «ч», «чел.-ч».
_PARTIAL = re.compile(
    r"(?:пог|п|кв|куб)?[\s.]*(?:мм|см|дм|км|м)\s*(?:[23²³]|кв|куб)?\.?"
    r"|метр\w*|(?:кв|куб|пог)\w*[\s.]+метр\w*|квадрат\w*|куб\w*|га|сот\w*"
    r"|мг|кг|г|гр|т|тн|ц|тонн\w*|килограмм\w*|кило|грамм\w*"
    r"|мл|л|литр\w*|гл|дал"
    r"|(?:чел\w*|норм\w*|маш\w*)?[\s.\-/]*(?:ч|час\w*|мин|минут\w*)|(?:чел\w*)[\s.\-/]*(?:д|дн|день|дней)"
    r"|сут\w*|дн\w*|день|дней|мес\w*|год\w*|лет"
    r"|квт[\s.\-*·/]*ч\w*|гкал|тыс\.?\s*шт\w*|тыс\w*"
)


def may_be_partial(unit: str) -> bool:
    """Whether the unit is sold in parts: metres, kilograms, square metres, tonnes, hours are; pieces are not.

    A unit nobody knows counts as whole: half a set ordered by mistake costs more than a question.
    """
    plain = unit.strip().casefold().replace("ё", "е").rstrip(".")
    return bool(plain) and _PARTIAL.fullmatch(plain) is not None


def has_valid_quantity(qty: Decimal, unit: str) -> bool:
    """Whether so much can be sold: more than nothing, below a billion, whole or in thousandths as the unit has it."""
    if not qty.is_finite() or not 0 < qty < _LIMIT:
        return False
    if qty == qty.to_integral_value():
        return True
    exponent = qty.normalize().as_tuple().exponent
    return may_be_partial(unit) and isinstance(exponent, int) and exponent >= _PLACES


def quantity_error(qty: Decimal, unit: str) -> str:
    """What is wrong with a quantity, for the person who typed it; "" for a good one."""
    if has_valid_quantity(qty, unit):
        return ""
    if not qty.is_finite() or qty <= 0:
        return _("количество должно быть больше нуля")
    if qty >= _LIMIT:
        return _("количество слишком велико")
    if may_be_partial(unit):
        return _("в количестве больше трёх знаков после запятой")
    return _("«{unit}» продают целыми, дробного количества не бывает").format(unit=unit)


def written(number: Decimal) -> str:
    """A number as Russian texts write it, without needless zeros: «7,5», «12»."""
    if not number.is_finite():
        return str(number)
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
