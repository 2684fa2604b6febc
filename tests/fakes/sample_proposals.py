"""Proposals for the tests of documents: one seller of pipe fittings, prices with VAT, without it and with it on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.profile.seller import Bank, Person, Seller, VatMode
from app.proposal.model import BlockKind, Client, Line, Number, Proposal, Sentence, TextBlock, Zone

SELLER = Seller(
    brand="Северный кран",
    legal_name="ООО «Северный кран»",
    inn="7801234567",
    kpp="780101001",
    ogrn="1027800000001",
    address="196084, Санкт-Петербург, Цветочная ул., 25, оф. 314",
    phone="+78123334455",
    email="zakaz@severkran.example",
    site="severkran.example",
    bank=Bank("АО «Невский банк»", "044030001", "40702810500000000001", "30101810900000000001"),
    manager=Person("Анна Соколова", "руководитель отдела продаж", "+78123334456", "sokolova@severkran.example"),
)
CLIENT = Client("ООО «Вода & Тепло <Юг>»", "Павел Игоревич Дёмин", "главный механик", "6165000001", "Ростов-на-Дону")


def block(kind: BlockKind, *sentences: str, zone: Zone = Zone.TERMS) -> TextBlock:
    return TextBlock(kind, tuple(map(Sentence, sentences)), zone)


BLOCKS = (
    block(
        BlockKind.COVERING,
        "Павел Игоревич, вы просили подобрать арматуру для второй нитки насосной и привезти её до 12 декабря.",
        "Ниже позиции, которые есть на складе сегодня, и одна под заказ.",
        zone=Zone.PROSE,
    ),
    block(
        BlockKind.NEED,
        "Нужно заменить шесть затворов, которые пропускают при давлении выше 10 бар, и поставить обратные клапаны.",
        zone=Zone.PROSE,
    ),
    block(BlockKind.PAYMENT, "Предоплата 50 %, остаток в течение 10 рабочих дней после поставки."),
    block(
        BlockKind.DELIVERY,
        "Доставка до склада в Ростове-на-Дону транспортной компанией, 4–5 рабочих дней с даты отгрузки.",
        "Разгрузка силами покупателя.",
    ),
    block(BlockKind.WARRANTY, "24 месяца с даты поставки, на уплотнения 12 месяцев."),
    block(BlockKind.EXCLUDED, "Монтаж, пусконаладка и ответные фланцы."),
    block(
        BlockKind.NEXT_STEP,
        "В четверг 26 ноября Анна Соколова позвонит, чтобы согласовать дату отгрузки и реквизиты для счёта.",
    ),
)


def line(
    name: str = "Затвор дисковый DN100 PN16, чугун, уплотнение EPDM",
    price: str = "12500.00",
    qty: str = "6",
    *,
    sku: str = "ЗД-100-16",
    unit: str = "шт",
    discount: str = "0",
    rate: str | None = "22",
    option: str = "",
    lead_days: int | None = None,
) -> Line:
    vat_rate = None if rate is None else Decimal(rate)
    return Line(sku, name, unit, Decimal(qty), Decimal(price), Decimal(discount), vat_rate, option, lead_days)


GOODS = (
    line(),
    line("Клапан обратный межфланцевый DN100 PN16", "18340.50", "2", sku="КО-100-16", lead_days=14),
    line("Прокладка паронитовая ПОН-Б, DN100", "145.00", "24", sku="ПР-100"),
    line("Лента ФУМ 19 мм, для газа и воды", "48.90", "12.5", sku="ФУМ-19", unit="м"),
    line("Доставка до склада в Ростове-на-Дону", "9800.00", "1", sku="", unit="усл."),
)


def proposal(
    lines: Sequence[Line] = GOODS, vat_mode: VatMode = VatMode.INCLUDED, template: str = "full", client: Client = CLIENT
) -> Proposal:
    """A proposal of «Северный кран» with all its texts."""
    return Proposal(
        number=Number(2026, 117),
        dated=date(2026, 11, 18),
        valid_until=date(2026, 12, 2),
        seller=replace(SELLER, vat_mode=vat_mode),
        client=client,
        lines=tuple(lines),
        blocks=BLOCKS,
        asked="В ответ на ваш запрос от 17.11.2026",
        vat_mode=vat_mode,
        template=template,
    )


def with_discount() -> Proposal:
    """One row with 7,5 % off."""
    return proposal([replace(GOODS[0], discount_percent=Decimal("7.5")), *GOODS[1:]])


def with_two_rates() -> Proposal:
    """VAT on top, of 22 and of 10 per cent, and a discount: as many columns as there can be."""
    milk = line("Молочная смесь для столовой", "300.00", "10", sku="МС-1", rate="10", discount="3")
    return proposal([GOODS[0], milk, *GOODS[1:]], VatMode.ON_TOP)


def without_vat() -> Proposal:
    cable = line("Кабель ВВГнг(А)-LS 3×2,5", "98.40", "1250", sku="ВВГ-325", unit="м", rate=None)
    return proposal([line(rate=None), cable], VatMode.NONE)


def with_options() -> Proposal:
    """Two ways, with a row that belongs to both."""
    cast, valve = replace(GOODS[0], option="А"), replace(GOODS[1], option="А")
    steel = line("Затвор дисковый DN100 PN25, нержавеющая сталь", "31200.00", "6", sku="ЗД-100-25Н", option="Б")
    return proposal([cast, valve, steel, replace(valve, option="Б"), GOODS[4]])


def long_one(count: int) -> Proposal:
    """As many rows as `count`, all different."""
    return proposal([line(f"Болт М{i % 36 + 4} с гайкой", f"{i % 97 + 1}.35", str(i % 9 + 1)) for i in range(count)])
