"""Rows of the table: made from an article of the price list, and held against it afterwards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from app.core.errors import UserFixable
from app.core.i18n import _, ngettext
from app.core.money import roubles, rounded
from app.core.words import folded
from app.knowledge.model import STALE_DAYS, PriceItem, PriceList
from app.knowledge.stock import stock_of
from app.profile.seller import Seller, VatMode
from app.proposal.model import Line, Warning, WarningKind
from app.proposal.pricing import OLD_RATES, RATES
from app.proposal.units import has_valid_quantity, quantity_error, written

_HIGHEST_PRICE = Decimal(10) ** 12
"""A million million roubles: what is above it is a slip of the hand, and would not fit into the sums."""
_NO_VAT = ("без ндс", "не облагается", "нет", "ндс не облагается", "безндс")


def line_for(
    item: PriceItem,
    seller: Seller,
    qty: Decimal,
    *,
    discount_percent: Decimal = Decimal(0),
    option: str = "",
    doubt: str | None = None,
) -> Line:
    """A row with the article's price as the price list has it, and its own VAT rate or else the seller's.

    A seller without VAT sells everything without it; an article that names a rate all the same gets a doubt.

    Raises:
        UserFixable: The price list has a rate that does not exist (``proposal.vat_rate``).
    """
    rate = vat_rate_of(item, seller)
    own = item.vat_rate.strip()
    if seller.vat_mode is VatMode.NONE and rate is not None:
        doubt = doubt or _("В прайсе у «{name}» НДС {rate} %, а компания продаёт без НДС: уточните, что верно.").format(
            name=item.name, rate=own.rstrip(" %")
        )
        rate = None
    return Line(
        sku=item.sku,
        name=item.name,
        unit=item.unit,
        qty=qty,
        price=item.price,
        discount_percent=discount_percent,
        vat_rate=rate,
        option=option,
        lead_days=item.lead_days,
        source=item.source,
        doubt=doubt,
    )


def vat_rate_of(item: PriceItem, seller: Seller) -> Decimal | None:
    """The rate of an article in per cent: its own, else the seller's; None for «без НДС».

    Raises:
        UserFixable: A rate that does not exist (``proposal.vat_rate``).
    """
    own = folded(item.vat_rate).strip().removeprefix("ндс").strip()
    if not own:
        return None if seller.vat_mode is VatMode.NONE else seller.vat_rate
    if own in _NO_VAT:
        return None
    try:
        rate = Decimal(own.rstrip("% ").replace(",", "."))
    except InvalidOperation:
        rate = Decimal(-1)
    if seller.vat_mode is VatMode.NONE and rate == 0:
        return None
    # A cell formatted as a percentage comes as its share.
    rate = rate * 100 if 0 < rate < 1 else rate
    if rate not in (*RATES, *OLD_RATES):
        raise UserFixable(
            "proposal.vat_rate",
            _("В прайсе у «{name}» непонятная ставка НДС «{rate}».").format(name=item.name, rate=item.vat_rate.strip()),
            hint=_("Укажите в прайсе 22, 10, 7, 5, 0 или «без НДС» и загрузите его заново."),
        )
    return rate.quantize(Decimal(1))


def faults(line: Line, discount_limit: Decimal) -> list[Warning]:
    """What is wrong with a row by itself.

    Args:
        discount_limit: Per cent that the manager may give alone; 100 where the head has signed.
    """
    found: list[Warning] = []
    if line.doubt:
        found.append(_blocking(line.doubt, line))
    fault = quantity_error(line.qty, line.unit)
    if fault:
        found.append(_blocking(_("«{name}»: {fault}.").format(name=line.name, fault=fault), line))
    if not 0 <= line.discount_percent <= 100:
        text = _("«{name}»: скидки {percent} % не бывает, укажите от 0 до 100 %.")
        found.append(_blocking(text.format(name=line.name, percent=written(line.discount_percent)), line))
    elif line.discount_percent > discount_limit:
        text = _("«{name}»: скидка {percent} % больше вашего предела {limit} %: нужна подпись руководителя").format(
            name=line.name, percent=written(line.discount_percent), limit=written(discount_limit)
        )
        found.append(Warning(WarningKind.DISCOUNT_LIMIT, text, quote=line.name, is_blocking=True))
    return [*found, *_vat_faults(line), *_price_faults(line)]


def faults_against(line: Line, price_list: PriceList) -> list[Warning]:
    """What differs between a row and the price list in force: gone, dearer, too few, not in stock.

    A row written by hand (without an article) stands in no price list and has no such faults.
    """
    if not line.sku:
        return []
    item = next((one for one in price_list.items if one.sku == line.sku), None)
    if item is None:
        text = _("Артикула {sku} («{name}») нет в прайсе «{file}»: замените его или уберите строку.")
        return [_blocking(text.format(sku=line.sku, name=line.name, file=price_list.file), line)]
    return [*_changed(line, item), *_availability(line, item)]


def price_list_faults(price_list: PriceList, today: date, valid_until: date) -> list[Warning]:
    """How old the prices are: over 30 days is warned about, prices that no longer hold block.

    Args:
        valid_until: Last day of the proposal.
    """
    expires = price_list.valid_until
    if expires is not None and expires < today:
        text = _("Цены прайса «{file}» действовали до {day}: загрузите новый прайс.")
        return [
            Warning(
                WarningKind.PRICE_AGE, text.format(file=price_list.file, day=f"{expires:%d.%m.%Y}"), is_blocking=True
            )
        ]
    found = []
    age = (today - price_list.loaded_at.date()).days
    if age > STALE_DAYS:
        text = _("Прайсу «{file}» {days} {word}: проверьте, что цены ещё верны.")
        word = ngettext("день", "дня", "дней", age)
        found.append(Warning(WarningKind.PRICE_AGE, text.format(file=price_list.file, days=age, word=word)))
    if expires is not None and expires < valid_until:
        text = _("Предложение действует до {until}, а цены прайса только до {expires}: сократите срок предложения.")
        text = text.format(until=f"{valid_until:%d.%m.%Y}", expires=f"{expires:%d.%m.%Y}")
        found.append(Warning(WarningKind.PRICE_AGE, text))
    return found


def _vat_faults(line: Line) -> list[Warning]:
    rate = line.vat_rate
    if rate is None or rate in RATES:
        return []
    if rate in OLD_RATES:
        text = _("«{name}»: НДС {rate} % больше не действует, с 2026 года ставка 22 %: исправьте строку или прайс.")
        return [Warning(WarningKind.VAT, text.format(name=line.name, rate=written(rate)), quote=f"{written(rate)} %")]
    text = _("«{name}»: ставки НДС {rate} % нет, выберите 22, 10, 7, 5, 0 % или «без НДС».")
    text = text.format(name=line.name, rate=written(rate))
    return [Warning(WarningKind.VAT, text, quote=f"{written(rate)} %", is_blocking=True)]


def _price_faults(line: Line) -> list[Warning]:
    if not line.price.is_finite() or line.price < 0:
        return [_blocking(_("«{name}»: цена должна быть от 0 ₽.").format(name=line.name), line)]
    if line.price > _HIGHEST_PRICE:
        return [_blocking(_("«{name}»: такой цены не бывает, проверьте число.").format(name=line.name), line)]
    if line.price == 0:
        text = _("«{name}»: цена 0 ₽. Укажите цену или напишите, что это входит в стоимость.")
        return [Warning(WarningKind.LINE, text.format(name=line.name), quote=line.name)]
    if line.price != rounded(line.price):
        text = _(
            "«{name}»: цена {exact} ₽ точнее копейки и напечатана как {price}; возьмите единицу крупнее (тыс. шт)."
        )
        text = text.format(name=line.name, exact=written(line.price), price=roubles(line.price))
        return [Warning(WarningKind.LINE, text, quote=line.name)]
    return []


def _changed(line: Line, item: PriceItem) -> list[Warning]:
    found = []
    if line.price != item.price:
        text = _("«{name}»: в прайсе теперь {new} вместо {old}. Возьмите новую цену или объясните старую.")
        text = text.format(name=line.name, new=roubles(item.price), old=roubles(line.price))
        found.append(Warning(WarningKind.LINE, text, quote=roubles(line.price), cure=roubles(item.price)))
    if folded(line.unit).rstrip(". ") != folded(item.unit).rstrip(". "):
        text = _("«{name}»: в прайсе единица «{new}», в строке «{old}»: цена может быть за другое количество.")
        found.append(_blocking(text.format(name=line.name, new=item.unit, old=line.unit), line))
    return found


def _availability(line: Line, item: PriceItem) -> list[Warning]:
    found: list[Warning] = []
    if not has_valid_quantity(line.qty, line.unit):
        return found
    if line.qty < item.min_qty:
        text = _("«{name}»: {qty} {unit} меньше наименьшей партии {least} {unit}.")
        text = text.format(name=line.name, qty=written(line.qty), unit=item.unit, least=written(item.min_qty))
        found.append(Warning(WarningKind.LINE, text, quote=written(line.qty), cure=written(item.min_qty)))
    stock = stock_of(item)
    if stock is not None and line.qty > stock:
        here = max(stock, Decimal(0))
        text = _("«{name}»: на складе {stock} {unit} из {qty}.").format(
            name=line.name, stock=written(here), unit=item.unit, qty=written(line.qty)
        )
        if item.lead_days:
            days = f"{item.lead_days} {ngettext('день', 'дня', 'дней', item.lead_days)}"
            text += " " + _("Срок поставки {days}: назовите его клиенту.").format(days=days)
        else:
            text += " " + _("Срок поставки в прайсе не указан: уточните его.")
        found.append(Warning(WarningKind.LINE, text, quote=line.name))
    return found


def _blocking(text: str, line: Line) -> Warning:
    return Warning(WarningKind.LINE, text, quote=line.name, is_blocking=True)
