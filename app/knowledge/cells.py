"""What a cell of a price list says: a price, a unit, a VAT rate, a count, a number of days. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.core.i18n import _
from app.core.money import rounded
from app.knowledge.ports import Cell

WITHOUT_VAT = "без НДС"
VAT_RATES = ("22", "10", "5", "7", "0")
"""Rates in force. Source: Tax Code art. 164 as of 2026 (law 425-ФЗ of 28.11.2025)."""

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_ROUBLE = re.compile(r"(?:₽|руб(?:лей|ля|ль|\.)?|rub|rur|(?<=[\d\s])р\.?)(?:\s*/\s*\S+)?$", re.IGNORECASE)
_FOREIGN = re.compile(r"[$€¥£]|\b(?:usd|eur|cny|долл\w*|евро|у\.\s?е\.?|юан\w*|тенге|kzt)\b", re.IGNORECASE)
_FROM = re.compile(r"^(?:от|from)\s+(?=\d)", re.IGNORECASE)
_RANGE = re.compile(r"^\d[\d\s.,]*\s*(?:[-–—…]|\.\.+|до)\s*\d[\d\s.,]*$", re.IGNORECASE)
_ON_REQUEST = re.compile(
    r"запрос|договор|звон|уточн|согласован|индивидуальн|request|call|n/?a|tbd|^(?:[-–—]+|\?+|нет|нет в наличии|х|x)$",
    re.IGNORECASE,
)
_FORMULA_ERROR = re.compile(
    r"^#(?:div/0!|n/a|name\?|null!|num!|ref!|value!|spill!|calc!|getting_data|дел/0!|н/д|имя\?|пусто!|число!|ссылка!|"
    r"знач!)$|^(?:err|ошибка):\d+$",
    re.IGNORECASE,
)
_GROUP_GAP = re.compile(r"(?<=\d)\s(?=\d{3}(?!\d))")
_VAT_SAID = re.compile(
    r"\s*\(?\s*(?:(без)|с|вкл\w*\.?|включая|в т\.?\s?ч\.?)\s+(?:уч[её]т\w*\s+)?ндс(?:\s*\d+\s*%)?\s*\)?$", re.I
)
_PER_UNIT = re.compile(r"(?<=[\d.₽бр])\s*(?:/|за\s)\s*(?:1\s*)?[^\d\s][^\d]{0,14}[23]?$", re.IGNORECASE)
_KOPECKS = re.compile(r"^(\d[\d\s]*?)\s*р(?:уб\w*)?\.?\s*(\d\d?)\s*к(?:оп\w*)?\.?$", re.IGNORECASE)
_COUNT = re.compile(r"^[>≥<≤~≈]?\s*(-?\d+(?:[.,]\d+)?)\s*(?:[^\d\s][^\d]*)?$")
_DAYS = re.compile(r"(\d+)(?:\s*[-–—]\s*(\d+))?\s*([а-яёa-z.]*)", re.IGNORECASE)
_NONE_LEFT = ("нет", "нет в наличии", "отсутствует", "no", "out of stock", "-", "–", "—")
_AT_ONCE = ("в наличии", "есть", "со склада", "сразу", "in stock")
# «1.234.567,80» and «1,234,567.80»; «1.234.567».
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:\.\d{3})+,|(?:,\d{3})+\.)\d{1,4}")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+)")
_NOISE = Decimal("0.0001")

_UNITS = {
    "шт": "шт|штука|штуки|штук|pcs|pc|piece|pieces|ea|each|ед|единица",
    "м": "м|метр|метра|метров|m|мп",
    "пог. м": "пог м|погм|п м|пм|погонный метр|м пог|м п",
    "м²": "м2|м²|кв м|квм|квадратный метр|м кв|мкв|m2|sqm",
    "м³": "м3|м³|куб м|кубм|кубический метр|м куб|мкуб|куб|m3",
    "кг": "кг|килограмм|килограммов|kg",
    "г": "г|гр|грамм|граммов|g",
    "т": "т|тн|тонна|тонн|тонны|t",
    "л": "л|литр|литра|литров|l",
    "мл": "мл|миллилитр|ml",
    "мм": "мм|миллиметр",
    "см": "см|сантиметр",
    "км": "км|километр|километров",
    "компл": "компл|комплект|комплекта|комплектов|к т|кт|кмп|set|sets|набор|наб",
    "уп": "уп|упак|упаковка|упаковки|упаковок|pack|package",
    "пач": "пач|пачка|пачек",
    "кор": "кор|коробка|коробок|короб|box",
    "рул": "рул|рулон|рулона|рулонов|roll",
    "бухта": "бухта|бухт|бух",
    "лист": "лист|листов|листа|л т|sheet",
    "пар": "пар|пара|пары|pair",
    "меш": "меш|мешок|мешков",
    "бан": "бан|банка|банок",
    "бут": "бут|бутылка|бутылок",
    "поддон": "поддон|поддонов|паллета|палета|пал|паллет|pallet",
    "усл": "усл|услуга|услуги|service",
    "ч": "ч|час|часа|часов|hour|hours|h",
    "день": "день|дня|дней|дн|сутки|сут|day|days",
    "мес": "мес|месяц|месяца|месяцев|month|months",
    "год": "год|года|лет|year|years",
    "тыс. шт": "тыс шт|тысяча штук|1000 шт",
    "чел": "чел|человек",
    "рейс": "рейс|рейсов",
    "выезд": "выезд|выездов",
}
_UNIT_OF = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings.split("|")}


@dataclass(frozen=True, slots=True)
class Price:
    """A price as read. Exactly one of `amount` and `refusal` is given.

    Args:
        amount: Roubles, in kopecks at most.
        doubt: Why a person should look at it; None where it was plain.
        refusal: Why there is no price, one plain sentence.
    """

    amount: Decimal | None = None
    doubt: str | None = None
    refusal: str | None = None


def text_of(cell: Cell) -> str:
    """The cell as a person reads it: numbers without an exponent, dates as 31.12.2026, white space joined."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("да") if cell else _("нет")
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, datetime | date):
        return cell.strftime("%d.%m.%Y")
    text = " ".join(cell.split())
    return text if text.isascii() else " ".join(_INVISIBLE.sub("", text).split())


def is_formula_error(text: str) -> bool:
    """Whether the text is what a spreadsheet shows instead of a value: «#ДЕЛ/0!», «#N/A», «Err:502»."""
    return _FORMULA_ERROR.match(text) is not None


def read_price(cell: Cell, factor: Decimal = Decimal(1)) -> Price:
    """The price in a cell: a number, or a text such as «1 200,50 руб.».

    Args:
        factor: By what it is multiplied: 1000 under «Цена, тыс. руб.».
    """
    if isinstance(cell, datetime | date):
        return Price(refusal=_("вместо цены дата: {text}").format(text=text_of(cell)))
    if isinstance(cell, Decimal) and not isinstance(cell, bool):
        return _checked(cell * factor, None)
    text = text_of(cell)
    if not text:
        return Price(refusal=_("нет цены"))
    if refusal := _refusal(text):
        return Price(refusal=refusal)
    doubt = None
    if (said := _VAT_SAID.search(text)) and said[1]:
        doubt = _("цена указана как «{text}»").format(text=text)
    plain = _without_words(text)
    if _FROM.match(plain):
        plain = _FROM.sub("", plain)
        doubt = _("цена указана как «{text}»").format(text=text)
    amount, is_unsure = _number(plain)
    if amount is None:
        return Price(refusal=_("вместо цены текст: «{text}»").format(text=text[:60]))
    if is_unsure:
        doubt = doubt or _("цену «{text}» можно прочесть по-разному").format(text=text)
    return _checked(amount * factor, doubt)


def looks_like_price(cell: Cell) -> bool:
    """Whether the cell may stand in a column of prices: a number, a number with roubles, «по запросу», an error."""
    if isinstance(cell, Decimal):
        return True
    text = text_of(cell)
    if not text or isinstance(cell, bool | date):
        return False
    is_word = len(text) <= 40 and _ON_REQUEST.search(text) is not None and len(text) > 2
    return is_word or is_formula_error(text) or text.startswith("=") or read_price(text).amount is not None


def read_number(text: str) -> Decimal | None:
    """A count such as «1 200», «0,5 шт» or «>100»; None where there is none."""
    if text.casefold() in _NONE_LEFT:
        return Decimal(0)
    match = _COUNT.match(_GROUP_GAP.sub("", text))
    return Decimal(match[1].replace(",", ".")) if match else None


def read_days(text: str) -> int | None:
    """Days in «5», «3-5 раб. дн.» (the longer), «2 недели»; 0 for «в наличии»; None where none are said."""
    text = text.casefold()
    if text in _AT_ONCE:
        return 0
    match = _DAYS.search(text)
    if match is None or len(match[2] or match[1]) > 4:
        return None
    each = 7 if match[3].startswith(("нед", "week")) else 30 if match[3].startswith(("мес", "month")) else 1
    return int(match[2] or match[1]) * each


def normal_unit(text: str) -> str:
    """The unit in its one spelling: «шт» for «шт.» and «штука», «м²» for «кв. м»; an unknown one as it is."""
    plain = _SPACES.sub(" ", re.sub(r"[./\-]", " ", text.casefold())).strip()
    return _UNIT_OF.get(plain, text.strip())


def is_unit(text: str) -> bool:
    """Whether the text is a unit that is known."""
    return _SPACES.sub(" ", re.sub(r"[./\-]", " ", text.casefold())).strip() in _UNIT_OF


def read_vat_rate(text: str) -> str | None:
    """The rate in its one spelling: "22", "10", «без НДС», "" for an empty text; None for no rate in force."""
    text = text.casefold()
    if not text:
        return ""
    if re.search(r"без\s+ндс|не\s+обл|освобожд|no vat|exempt|^(?:[-–—]|нет)$", text):
        return WITHOUT_VAT
    match = re.search(r"\d+(?:[.,]\d+)?", text)
    if match is None:
        return None
    rate = Decimal(match[0].replace(",", "."))
    # A cell with the format «22 %» holds 0.22.
    if 0 < rate < 1:
        rate *= 100
    plain = format(rate.normalize(), "f")
    return plain if plain in VAT_RATES else None


def _without_words(text: str) -> str:
    """The number of a price: «1 200,50» of «1 200,50 руб./шт с НДС», «12.50» of «12 руб. 50 коп.»."""
    plain = _VAT_SAID.sub("", text.rstrip(" ="))
    if match := _KOPECKS.match(plain):
        return f"{match[1]}.{match[2].zfill(2)}"
    return _ROUBLE.sub("", _PER_UNIT.sub("", plain)).strip()


def _refusal(text: str) -> str | None:
    if is_formula_error(text):
        return _("ошибка формулы: {text}").format(text=text)
    if text.startswith("=") and len(text) > 1:
        return _("формула не посчитана: откройте файл в Excel и сохраните")
    if _FOREIGN.search(text):
        return _("цена в валюте: «{text}»").format(text=text[:60])
    if _RANGE.match(_without_words(text)) and not re.fullmatch(r"\d[\d\s]*-\d\d", text):
        return _("вместо цены промежуток: «{text}»").format(text=text[:60])
    if _ON_REQUEST.search(text) and not re.search(r"\d", text):
        return _("нет цены: «{text}»").format(text=text[:60])
    return None


def _number(text: str) -> tuple[Decimal | None, bool]:
    """The number, and whether it can be read in two ways, as «1.200»."""
    plain = re.sub(r"['’`]", "", _SPACES.sub("", text))
    if match := re.fullmatch(r"(\d+)-(\d\d)", plain):
        return Decimal(f"{match[1]}.{match[2]}"), False
    if not re.fullmatch(r"[+-]?\d[\d.,]*", plain):
        return None, False
    is_unsure = False
    if _GROUPED.fullmatch(plain):
        whole = max(plain.rfind("."), plain.rfind(","))
        plain = re.sub(r"[.,]", "", plain[:whole]) + "." + plain[whole + 1 :]
    elif _THOUSANDS.fullmatch(plain):
        is_unsure = plain.count(".") + plain.count(",") == 1
        plain = re.sub(r"[.,]", "", plain)
    elif plain.count(".") + plain.count(",") > 1:
        return None, False
    plain = plain.replace(",", ".").rstrip(".")
    return Decimal(plain), is_unsure


def _checked(amount: Decimal, doubt: str | None) -> Price:
    if not amount.is_finite() or amount >= Decimal(10) ** 12:
        return Price(refusal=_("цена слишком велика"))
    if amount < 0:
        return Price(refusal=_("цена меньше нуля"))
    exact = rounded(amount)
    if exact == 0:
        return Price(refusal=_("цена 0"))
    if abs(exact - amount) > _NOISE:
        doubt = doubt or _("в файле цена {exact}, взято {taken}: в цене не бывает долей копейки").format(
            exact=format(amount.normalize(), "f").replace(".", ","), taken=format(exact, "f").replace(".", ",")
        )
    return Price(amount=exact, doubt=doubt)
