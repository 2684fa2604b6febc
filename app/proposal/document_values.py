"""What a template may show of a proposal: every value has a Russian name and an English one, and stands here once.

The documents are Russian whatever language the screen has, so their words do not go through the catalogue of texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.errors import Bug
from app.core.money import NO_BREAK, grouped, rounded
from app.profile.seller import Seller, VatMode
from app.proposal import legal
from app.proposal.model import BlockKind, Client, Line, LineSum, Proposal, Totals, VatShare
from app.proposal.pricing import lines_of_option

COLUMN_OUT = "\ue000"
"""Stands in the header of a column that this proposal does not need; the writer takes the column out."""

_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ue000\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Named:
    """A value: its names, what it says, and what stands below it.

    Args:
        is_list: True for something to loop over; `parts` are then of one element.
    """

    russian: str
    english: str
    says: str
    parts: tuple[Named, ...] = ()
    is_list: bool = False


_PERSON_PARTS = (
    Named("имя", "full_name", "имя"),
    Named("должность", "role", "должность"),
    Named("телефон", "phone", "прямой телефон"),
    Named("почта", "email", "электронная почта"),
)
_LINE_PARTS = (
    Named("номер", "number", "номер строки: 1, 2, 3"),
    Named("артикул", "sku", "артикул"),
    Named("название", "name", "наименование"),
    Named("примечание", "note", "артикул и срок поставки одной строкой: «арт. ТД-100 · срок 14 дн.»"),
    Named("ед", "unit", "единица измерения"),
    Named("кол", "qty", "количество: «12», «0,5»"),
    Named("цена", "price", "цена за единицу после скидки: «18 500,00»"),
    Named("цена_без_скидки", "full_price", "цена до скидки; пусто, если скидки нет"),
    Named("скидка", "discount", "скидка: «5 %»; пусто, если её нет"),
    Named("ставка", "vat_rate", "ставка: «22 %» или «без НДС»"),
    Named("ндс", "vat", "НДС строки; пусто для «без НДС»"),
    Named("сумма_без_ндс", "net_sum", "сумма строки без НДС"),
    Named("сумма", "sum", "сумма строки к оплате"),
    Named("срок", "lead_time", "срок поставки: «14 дн.»; пусто, если не назван"),
)
_SUM_PARTS = (Named("название", "name", "подпись: «в т. ч. НДС 22 %»"), Named("сумма", "sum", "сумма"))
_VAT_PARTS = (*_SUM_PARTS, Named("ставка", "rate", "ставка: «22 %»"))
_COLUMN_PARTS = (
    Named("скидка", "discount", "«Скидка»"),
    Named("цена", "price", "«Цена с НДС» или «Цена без НДС»"),
    Named("ставка", "vat_rate", "«Ставка НДС»"),
    Named("ндс", "vat", "«НДС»"),
    Named("ндс_если_нужен", "vat_if_needed", "то же, но столбец остаётся, только если НДС сверху или ставки разные"),
    Named("сумма_без_ндс", "net_sum", "«Сумма без НДС»; только если НДС сверх цены"),
    Named("сумма", "sum", "«Сумма с НДС» или «Сумма без НДС»"),
    Named("срок", "lead_time", "«Срок поставки»"),
)
_MONEY = (
    Named("строки", "lines", "строки таблицы", _LINE_PARTS, is_list=True),
    Named("шапка", "columns", "заголовки столбцов; ненужный этому КП столбец убирается из таблицы", _COLUMN_PARTS),
    Named("итого", "total", "всего к оплате: «122 000,00»"),
    Named("итого_без_ндс", "net_total", "всего без НДС"),
    Named("ндс", "vat", "весь НДС; пусто для «без НДС»"),
    Named("ставка_ндс", "vat_rate", "ставка: «22 %»; разные ставки через «и»; пусто для «без НДС»"),
    Named("ндс_по_ставкам", "vat_lines", "НДС по каждой ставке", _VAT_PARTS, is_list=True),
    Named("итоги", "sums", "строки под таблицей: сумма, скидка, НДС по ставкам", _SUM_PARTS, is_list=True),
    Named("прописью", "in_words", "сумма прописью: «Сто двадцать две тысячи рублей 00 копеек»"),
    Named("есть_скидка", "has_discount", "да или нет: есть ли строки со скидкой"),
)
OF_OPTION = tuple(named.russian for named in _MONEY)
"""What each option has of its own; where there is one way, the same names stand for it outside of any loop too."""
NAMES: tuple[Named, ...] = (
    Named("номер", "number", "номер КП: «КП-2026-0117»"),
    Named("дата", "date", "дата КП: «18.11.2026»"),
    Named("дата_словами", "date_in_words", "дата КП: «18 ноября 2026 г.»"),
    Named("действует_до", "valid_until", "последний день действия: «02.12.2026»"),
    Named("действует_до_словами", "valid_until_in_words", "последний день действия: «2 декабря 2026 г.»"),
    Named("запрос", "asked", "что и когда спросил клиент: «В ответ на ваш запрос от 17.11.2026»"),
    Named(
        "клиент",
        "client",
        "кому адресовано КП",
        (
            Named("компания", "company", "название компании"),
            Named("контакт", "contact", "имя и фамилия"),
            Named("должность", "role", "должность"),
            Named("инн", "inn", "ИНН"),
            Named("город", "city", "город"),
            Named("почта", "email", "электронная почта"),
        ),
    ),
    Named(
        "продавец",
        "seller",
        "ваша компания",
        (
            Named("бренд", "brand", "имя, под которым вас знают"),
            Named("название", "name", "юридическое название"),
            Named("инн", "inn", "ИНН"),
            Named("кпп", "kpp", "КПП"),
            Named("огрн", "ogrn", "ОГРН"),
            Named("адрес", "address", "адрес"),
            Named("телефон", "phone", "телефон"),
            Named("почта", "email", "электронная почта"),
            Named("сайт", "site", "сайт"),
            Named("реквизиты", "requisites", "ИНН, КПП и ОГРН одной строкой"),
            Named("связь", "contacts", "телефон, почта и сайт одной строкой"),
            Named(
                "банк",
                "bank",
                "банковские реквизиты",
                (
                    Named("название", "name", "банк"),
                    Named("бик", "bik", "БИК"),
                    Named("счёт", "account", "расчётный счёт"),
                    Named("корсчёт", "corr", "корреспондентский счёт"),
                ),
            ),
        ),
    ),
    Named("менеджер", "manager", "кто подписывает", _PERSON_PARTS),
    *_MONEY,
    Named(
        "варианты",
        "options",
        "варианты А, Б…; у обычного КП один вариант без имени",
        (
            Named("название", "name", "«А», «Б»; пусто, если вариант один"),
            Named("заголовок", "heading", "«Вариант А»; пусто, если вариант один"),
            *_MONEY,
        ),
        is_list=True,
    ),
    Named("письмо", "covering", "вступительный текст"),
    Named("потребность", "need", "что нужно клиенту"),
    Named("доставка", "delivery", "условия доставки"),
    Named("оплата", "payment", "условия оплаты"),
    Named("гарантия", "warranty", "гарантия"),
    Named("не_входит", "excluded", "что не входит в цену"),
    Named("следующий_шаг", "next_step", "следующий шаг"),
    Named(
        "условия",
        "terms",
        "непустые условия: оплата, доставка, гарантия, что не входит",
        (Named("заголовок", "heading", "«Оплата»"), Named("текст", "text", "текст")),
        is_list=True,
    ),
    Named("срок_действия", "validity", "«Предложение действует до 02.12.2026 включительно.»"),
    Named("ндс_пометка", "vat_note", "как цены относятся к НДС"),
    Named("правовой_статус", "legal_status", "строка о правовом статусе КП"),
    Named("есть_ндс", "has_vat", "да или нет: есть ли в КП НДС"),
    Named("есть_варианты", "has_options", "да или нет: несколько ли вариантов"),
)


def money(amount: Decimal) -> str:
    """«122 000,00»: no-break spaces, comma, two digits always."""
    exact = rounded(amount)
    whole, kopecks = divmod(abs(exact), 1)
    sign = "−" if exact < 0 else ""
    return f"{sign}{grouped(int(whole))},{int(kopecks * 100):02d}"


def quantity(number: Decimal) -> str:
    """«12», «1 200», «0,5»: no zeros behind."""
    plain = f"{abs(number):f}"
    whole, _dot, fraction = plain.partition(".")
    fraction = fraction.rstrip("0")
    return ("−" if number < 0 else "") + grouped(int(whole)) + (f",{fraction}" if fraction else "")


def values(proposal: Proposal, totals: Mapping[str, Totals], most_rows: int | None = None) -> dict[str, Any]:
    """Everything a template may name, under the Russian and the English names of `NAMES`.

    Args:
        totals: By option; under the empty name where the proposal offers one way.
        most_rows: How many rows of an option may be shown; everything else is told as of all of them.
    """
    options = [_option(proposal, name, totals[name], most_rows) for name in proposal.options or ("",)]
    blocks = {kind: _clean(block.text) if (block := proposal.block(kind)) else "" for kind in BlockKind}
    role = _clean(proposal.seller.manager.role)
    terms = (
        ("Оплата", blocks[BlockKind.PAYMENT]),
        ("Доставка", blocks[BlockKind.DELIVERY]),
        ("Гарантия", blocks[BlockKind.WARRANTY]),
        ("Не входит в цену", blocks[BlockKind.EXCLUDED]),
    )
    russian: dict[str, Any] = {
        "номер": str(proposal.number),
        "дата": _day(proposal.dated),
        "дата_словами": _day_in_words(proposal.dated),
        "действует_до": _day(proposal.valid_until),
        "действует_до_словами": _day_in_words(proposal.valid_until),
        "запрос": _clean(proposal.asked),
        "клиент": _client(proposal.client),
        "продавец": _seller(proposal.seller),
        "менеджер": {
            "имя": _clean(proposal.seller.manager.name),
            "должность": role[:1].upper() + role[1:],
            "телефон": _phone(proposal.seller.manager.phone),
            "почта": _clean(proposal.seller.manager.email),
        },
        "варианты": options,
        "письмо": blocks[BlockKind.COVERING],
        "потребность": blocks[BlockKind.NEED],
        "доставка": blocks[BlockKind.DELIVERY],
        "оплата": blocks[BlockKind.PAYMENT],
        "гарантия": blocks[BlockKind.WARRANTY],
        "не_входит": blocks[BlockKind.EXCLUDED],
        "следующий_шаг": blocks[BlockKind.NEXT_STEP],
        "условия": [{"заголовок": heading, "текст": text} for heading, text in terms if text],
        "срок_действия": legal.validity_line(proposal),
        "ндс_пометка": legal.vat_note(proposal),
        "правовой_статус": legal.status_line(proposal),
        "есть_ндс": proposal.vat_mode is not VatMode.NONE,
        "есть_варианты": bool(proposal.options),
    }
    both = _in_both_languages(russian, [named for named in NAMES if named not in _MONEY])
    first = both["варианты"][0]
    return both | {name: first[name] for named in _MONEY for name in (named.russian, named.english)}


def _in_both_languages(russian: Mapping[str, Any], names: Sequence[Named]) -> dict[str, Any]:
    both: dict[str, Any] = {}
    for named in names:
        value = russian[named.russian]
        if named.is_list:
            value = [_in_both_languages(element, named.parts) for element in value]
        elif named.parts:
            value = _in_both_languages(value, named.parts)
        both[named.russian] = both[named.english] = value
    return both


def _option(proposal: Proposal, option: str, totals: Totals, most_rows: int | None) -> dict[str, Any]:
    lines = lines_of_option(proposal, option)
    if len(lines) != len(totals.lines):
        raise Bug("proposal.totals", f"{len(totals.lines)} sums for {len(lines)} lines")
    mode = proposal.vat_mode
    has_vat = bool(totals.vat_shares)
    return {
        "название": option,
        "заголовок": f"Вариант {option}" if option else "",
        "строки": [
            _line(number, line, money_of, mode)
            for number, (line, money_of) in enumerate(list(zip(lines, totals.lines, strict=True))[:most_rows], 1)
        ],
        "шапка": _columns(lines, mode),
        "итого": money(totals.total),
        "итого_без_ндс": money(totals.total - totals.vat),
        "ндс": money(totals.vat) if has_vat else "",
        "ставка_ндс": " и ".join(_percent(share.rate) for share in totals.vat_shares),
        "ндс_по_ставкам": [_vat_line(share, mode) for share in totals.vat_shares],
        "итоги": _sums(lines, totals, mode),
        "прописью": totals.in_words,
        "есть_скидка": any(line.discount_percent for line in lines),
    }


def _line(number: int, line: Line, sums: LineSum, mode: VatMode) -> dict[str, Any]:
    has_vat = mode is not VatMode.NONE and line.vat_rate is not None
    lead = f"{line.lead_days}{NO_BREAK}дн." if line.lead_days is not None else ""
    notes = (f"арт. {_clean(line.sku)}" if line.sku else "", f"срок поставки{NO_BREAK}{lead}" if lead else "")
    return {
        "номер": str(number),
        "артикул": _clean(line.sku),
        "название": _clean(line.name),
        "примечание": " · ".join(filter(None, notes)),
        "ед": _clean(line.unit),
        "кол": quantity(line.qty),
        "цена": money(sums.price),
        "цена_без_скидки": money(line.price) if line.discount_percent else "",
        "скидка": _percent(line.discount_percent) if line.discount_percent else "",
        "ставка": _percent(line.vat_rate) if has_vat and line.vat_rate is not None else "без НДС",
        "ндс": money(sums.vat) if has_vat else "",
        "сумма_без_ндс": money(sums.sum - sums.vat),
        "сумма": money(sums.sum),
        "срок": lead,
    }


def _columns(lines: Sequence[Line], mode: VatMode) -> dict[str, str]:
    rates = {line.vat_rate for line in lines}
    has_vat = mode is not VatMode.NONE and rates != {None}
    is_on_top = has_vat and mode is VatMode.ON_TOP
    price = "Цена с НДС" if has_vat and not is_on_top else "Цена без НДС"
    shown = {
        "скидка": ("Скидка", any(line.discount_percent for line in lines)),
        "цена": (price, True),
        "ставка": ("Ставка НДС", has_vat),
        "ндс": ("НДС", has_vat),
        "ндс_если_нужен": ("НДС", has_vat and (is_on_top or len(rates) > 1)),
        "сумма_без_ндс": ("Сумма без НДС", is_on_top),
        "сумма": ("Сумма с НДС" if has_vat else "Сумма без НДС", True),
        "срок": ("Срок поставки", any(line.lead_days is not None for line in lines)),
    }
    # A heading breaks before «без НДС», never within it.
    held = re.compile(r"(?<=без) |(?<=\bс) ")
    return {
        name: held.sub(NO_BREAK, heading) if is_needed else COLUMN_OUT for name, (heading, is_needed) in shown.items()
    }


def _sums(lines: Sequence[Line], totals: Totals, mode: VatMode) -> list[dict[str, str]]:
    goods = totals.total - totals.vat if mode is VatMode.ON_TOP else totals.total
    rows: list[tuple[str, str]] = []
    if any(line.discount_percent for line in lines):
        before = sum((rounded(line.price * line.qty) for line in lines), Decimal(0))
        rows += [("Сумма без скидки", money(before)), ("Скидка", money(goods - before))]
    rows.append(("Итого без НДС" if mode is VatMode.ON_TOP else "Итого", money(goods)))
    rows += [(row["название"], row["сумма"]) for row in (_vat_line(share, mode) for share in totals.vat_shares)]
    return [{"название": name, "сумма": amount} for name, amount in rows]


def _vat_line(share: VatShare, mode: VatMode) -> dict[str, str]:
    label = "НДС" if mode is VatMode.ON_TOP else "в т. ч. НДС"
    rate = _percent(share.rate)
    return {"название": f"{label} {rate}", "сумма": money(share.amount), "ставка": rate}


def _client(client: Client) -> dict[str, str]:
    return {
        "компания": _clean(client.company),
        "контакт": _clean(client.contact),
        "должность": _clean(client.role),
        "инн": _clean(client.inn),
        "город": _clean(client.city),
        "почта": _clean(client.email),
    }


def _seller(seller: Seller) -> dict[str, Any]:
    requisites = (("ИНН", seller.inn), ("КПП", seller.kpp), ("ОГРН", seller.ogrn))
    contacts = (_phone(seller.phone), _clean(seller.email), _clean(seller.site))
    return {
        "бренд": _clean(seller.brand) or _clean(seller.legal_name),
        "название": _clean(seller.legal_name),
        "инн": _clean(seller.inn),
        "кпп": _clean(seller.kpp),
        "огрн": _clean(seller.ogrn),
        "адрес": _clean(seller.address),
        "телефон": _phone(seller.phone),
        "почта": _clean(seller.email),
        "сайт": _clean(seller.site),
        "реквизиты": " · ".join(f"{name}{NO_BREAK}{_clean(value)}" for name, value in requisites if value),
        "связь": " · ".join(filter(None, contacts)),
        "банк": {
            "название": _clean(seller.bank.name),
            "бик": _clean(seller.bank.bik),
            "счёт": _clean(seller.bank.account),
            "корсчёт": _clean(seller.bank.corr),
        },
    }


def _phone(text: str) -> str:
    """«+7 846 222-40-41», its parts held together; anything that is no phone number stays as it is."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        return _clean(text)
    if number.extension or not phonenumbers.is_possible_number(number):
        return _clean(text)
    form = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return form.replace(" ", NO_BREAK)


def _percent(rate: Decimal) -> str:
    return f"{quantity(rate)}{NO_BREAK}%"


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _day_in_words(day: date) -> str:
    return f"{day.day}{NO_BREAK}{_MONTHS[day.month - 1]} {day.year}{NO_BREAK}г."


def _clean(text: str) -> str:
    """Without what XML cannot hold; a line break stays, docxtpl makes one of it."""
    return _CONTROL.sub("", text).strip()
