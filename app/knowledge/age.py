"""How old the knowledge base is: what the files say of their dates, and what a person is warned about. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from app.core.i18n import _, ngettext
from app.knowledge.model import STALE_DAYS, Document, Knowledge, PriceList

_MONTHS = (
    ("янв", "jan"),
    ("фев", "feb"),
    ("мар", "mar"),
    ("апр", "apr"),
    ("ма", "may"),
    ("июн", "jun"),
    ("июл", "jul"),
    ("авг", "aug"),
    ("сен", "sep"),
    ("окт", "oct"),
    ("ноя", "nov"),
    ("дек", "dec"),
)
_DATE = re.compile(
    r"(?<!\d)(?:(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"
    r"|(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>20\d\d|\d\d)(?!\d)"
    r"|«?(?P<dd>\d{1,2})»?\s+(?P<word>[а-яёa-z]{3,9})\.?,?\s+(?P<yyyy>20\d\d))",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:\bдо|\bпо|until|till|through|valid to|включительно до)\s*:?\s*(?:конца\s+дня\s+)?$", re.IGNORECASE
)
_HOLDS = re.compile(r"действ|актуальн|срок|фиксир|цен[аы]|прайс|valid|effective|prices?", re.IGNORECASE)
_OF_DAY = re.compile(
    r"(?:\bна|\bот|\bс|\bдата|as of|dated?|from|effective|since)\s*(?:прайса?|обновления)?\s*[:—-]?\s*$",
    re.IGNORECASE,
)
_LINE_SIGNS = 300


@dataclass(frozen=True, slots=True)
class PriceDates:
    """Of which day prices are, and the last day on which they hold; None where nothing says so."""

    priced_on: date | None = None
    valid_until: date | None = None


def price_dates(lines: Iterable[str]) -> PriceDates:
    """The dates that the title lines of a price list say: «действителен до 31.12.2026», «цены на 01.11.2026»."""
    priced_on: date | None = None
    valid_until: date | None = None
    for line in lines:
        if len(line) > _LINE_SIGNS or not _HOLDS.search(line):
            continue
        for start, day in _days(line):
            before = line[:start]
            if _UNTIL.search(before):
                valid_until = valid_until or day
            elif _OF_DAY.search(before):
                priced_on = priced_on or day
    return PriceDates(priced_on, valid_until)


def expired(price_list: PriceList, today: date) -> str | None:
    """Why no proposal may be made from the price list, or None: its prices held until a day that is over."""
    if price_list.valid_until is None or price_list.valid_until >= today:
        return None
    return _("Цены прайс-листа действовали до {day}: загрузите новый прайс-лист.").format(
        day=price_list.valid_until.strftime("%d.%m.%Y")
    )


def age_days(loaded_at: datetime, today: date, zone: tzinfo | None = None, priced_on: date | None = None) -> int:
    """Whole days since the prices' own day or the loading, whichever was earlier; never below 0.

    Args:
        loaded_at: UTC.
        zone: Where `today` is; this machine's own where none is given.
    """
    loaded = loaded_at.replace(tzinfo=UTC) if loaded_at.tzinfo is None else loaded_at
    since = loaded.astimezone(zone).date()
    return max(0, (today - min(since, priced_on or since)).days)


def warnings(knowledge: Knowledge, today: date, zone: tzinfo | None = None) -> list[str]:
    """What a person should know of the age of the base, the gravest first; empty where all is fresh."""
    return [
        *_of_price_list(knowledge.price_list, today, zone),
        *(text for document in knowledge.documents if (text := _of_document(document, today, zone))),
    ]


def _of_price_list(price_list: PriceList | None, today: date, zone: tzinfo | None) -> Iterator[str]:
    if price_list is None:
        yield _("Прайс-лист не загружен: цены взять неоткуда.")
        return
    if gone := expired(price_list, today):
        yield gone
    days = age_days(price_list.loaded_at, today, zone, price_list.priced_on)
    if days <= STALE_DAYS:
        return
    if price_list.priced_on is not None and days == (today - price_list.priced_on).days:
        yield _("Цены прайс-листа на {day}: им {age}. Проверьте, не изменились ли они.").format(
            day=price_list.priced_on.strftime("%d.%m.%Y"), age=_counted(days)
        )
    else:
        yield _("Прайс-лист загружен {age} назад. Проверьте, не изменились ли цены.").format(age=_counted(days))


def _of_document(document: Document, today: date, zone: tzinfo | None) -> str | None:
    days = age_days(document.loaded_at, today, zone)
    if days <= STALE_DAYS:
        return None
    return _("Документ «{file}» загружен {age} назад. Проверьте, не устарел ли он.").format(
        file=document.file, age=_counted(days)
    )


def _counted(days: int) -> str:
    return f"{days} " + ngettext("день", "дня", "дней", days)


def _days(line: str) -> Iterator[tuple[int, date]]:
    """Each day written in full, with where it begins."""
    for match in _DATE.finditer(line):
        part = match.groupdict()
        if part["word"]:
            numbers = (int(part["yyyy"]), _month(part["word"]), int(part["dd"]))
        elif part["y"]:
            numbers = (int(part["y"]), int(part["m"]), int(part["d"]))
        else:
            year = int(part["year"])
            numbers = (year + 2000 if year < 100 else year, int(part["month"]), int(part["day"]))
        try:
            yield match.start(), date(*numbers)
        except ValueError:
            continue  # «31.02.2026» is no day.


def _month(word: str) -> int:
    """1 to 12; 0 for a word that is no month."""
    low = word.casefold()
    return next((at for at, begins in enumerate(_MONTHS, 1) if low.startswith(begins)), 0)
