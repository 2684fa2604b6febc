"""Whether what a cell holds can be true: requisites, phones, addresses, dates, sums. Pure.

Each check gives one plain sentence about what is wrong, or None. A spelling that a person understands («450 000 ₽»,
«05.10.2026», a phone with brackets) is no error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from app.core.i18n import _
from app.core.money import read_roubles
from app.core.validation import is_inn

FIRST_YEAR, LAST_YEARS_AHEAD = 2015, 4
_REMEMBERED = 50_000
_MOST_ROUBLES = Decimal(10) ** 12
_FOREIGN_AMOUNT = re.compile(r"-?\d[\d\s.,]*(?:[$€¥]|usd|eur|cny|rub|rur|тыс\.?|млн\.?)\.?", re.IGNORECASE)
_PHONES = re.compile(r"[,;/\n]|\s(?:и|или|and)\s")
_EXTENSION = re.compile(r"(?:,|;|\s)*(?:доб(?:авочный)?|вн(?:утр)?|ext|x|#)\.?\s*\d{1,6}\s*\)?$", re.IGNORECASE)
_WORDS_OF_PHONE = re.compile(r"(?:моб|тел|раб|т|сот|факс|tel|phone|mob)[.:]*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+", re.IGNORECASE)
_LOCAL = re.compile(r"[a-z0-9а-я._%+'\-]+", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9а-я](?:[a-z0-9а-я\-]*[a-z0-9а-я])?", re.IGNORECASE)
_LATIN, _RUSSIAN = re.compile(r"[a-z]", re.IGNORECASE), re.compile(r"[а-я]", re.IGNORECASE)
# Where a domain of the first level is mistyped, it is nearly always one of these.
_BAD_ENDING = re.compile(r"c[o0]n|cmo|ocm|vom|xom|cim|comm|coom|rru|ruu|r[iky]|tu|ner|nte|orh|o?rg(?<!org)|ogr|ур")
# Mail for everybody: the endings that exist.
FREE_MAIL = {
    "gmail": ("com", "ru"),
    "googlemail": ("com",),
    "yandex": ("ru", "com", "by", "kz", "ua", "uz", "com.tr"),
    "ya": ("ru",),
    "mail": ("ru", "com", "ua", "kz", "by"),
    "inbox": ("ru", "com", "lv"),
    "list": ("ru",),
    "bk": ("ru",),
    "internet": ("ru",),
    "rambler": ("ru", "com", "ua"),
    "icloud": ("com",),
    "outlook": ("com", "ru"),
    "hotmail": ("com", "ru"),
    "yahoo": ("com", "ru"),
    "vk": ("com",),
    "lenta": ("ru",),
}
_REAL_WORDS = ("email",)
_LONG_ENOUGH = 5


def inn_fault(text: str) -> str | None:
    """What is wrong with an INN; spaces and a «.0» of a spreadsheet do not matter."""
    plain = re.sub(r"\.0+$", "", re.sub(r"[\s\u00a0\-]", "", text))
    plain = re.sub(r"^инн:?", "", plain, flags=re.IGNORECASE)
    if is_inn(plain):
        return None
    if not re.fullmatch(r"\d+", plain, re.ASCII):
        return _("в ИНН не только цифры: {text}").format(text=text[:40])
    if len(plain) in (9, 11) and is_inn("0" + plain):
        return _("в ИНН {count} цифр: должно быть 10 или 12; похоже, потерян ноль в начале").format(count=len(plain))
    if len(plain) not in (10, 12):
        return _("в ИНН {count} цифр: должно быть 10 или 12").format(count=len(plain))
    return _("не сходится контрольная цифра ИНН {text}").format(text=plain)


def phones_of_cell(text: str) -> list[str]:
    """The phones of a cell as they are written, without extensions."""
    parts = (_EXTENSION.sub("", part).strip() for part in _PHONES.split(_EXTENSION.sub("", text)))
    return [part for part in parts if part]


@lru_cache(maxsize=_REMEMBERED)
def phone_fault(text: str) -> str | None:
    """What is wrong with the phones in a cell: several are divided by commas, an extension may follow."""
    return next((fault for phone in phones_of_cell(text) if (fault := _one_phone_fault(phone))), None)


def _one_phone_fault(text: str) -> str | None:
    plain = _WORDS_OF_PHONE.sub("", text).strip().removesuffix(".0")
    digits = re.sub(r"\D", "", plain)
    own = digits[1:] if len(digits) == 11 and digits[0] in "78" else digits
    if re.search(r"[^\W\d_]", plain) or not digits:
        return _("в телефоне не только цифры: {text}").format(text=text.strip()[:40])
    if len(set(own)) == 1 or own.endswith("0000000") or own in ("1234567890", "0123456789", "9876543210"):
        return _("это не настоящий номер: {text}").format(text=text.strip()[:40])
    # «8 (987) 650-738»: the eight is no part of the code, so that a digit is missing.
    if len(own) == 10 and (len(digits) == 11 or not re.match(r"\+7|[78][\s(\-]", plain)):
        starts_wrong = own[0] in "012"
        return _("с такого кода российские номера не начинаются: {text}").format(text=text) if starts_wrong else None
    return None if _is_foreign(plain, digits) else _wrong_length(digits)


def _is_foreign(plain: str, digits: str) -> bool:
    import phonenumbers

    # 375… and 998… are also written without a plus.
    if len(digits) == 12 and digits.startswith(("375", "998", "996", "992", "374", "994", "380", "971")):
        return True
    if not plain.startswith(("+", "00", "810")) or plain.startswith("+7"):
        return False
    try:
        number = phonenumbers.parse("+" + re.sub(r"^(?:810|00)", "", digits), None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number)


def _wrong_length(digits: str) -> str:
    if len(digits) <= 10:
        return _("в номере не хватает цифр: их {count}").format(count=len(digits))
    return _("в номере лишние цифры: их {count}").format(count=len(digits))


@lru_cache(maxsize=_REMEMBERED)
def email_fault(text: str) -> str | None:
    """What is wrong with the addresses in a cell, one or several."""
    parts = [part for part in re.split(r"[;,\s]+", text.strip()) if part]
    if len(parts) > 1 and all("@" in part for part in parts):
        return next((fault for part in parts if (fault := _one_email_fault(part))), None)
    return _one_email_fault(text.strip())


def _one_email_fault(text: str) -> str | None:
    return next(_email_faults(text), None)


def _email_faults(text: str) -> Iterator[str]:
    """What is wrong with one address, the plainest first."""
    plain = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE)
    plain = found[1] if (found := re.search(r"<([^<>]+@[^<>]+)>$", plain)) else plain
    shown = text[:60]
    local, at_sign, domain = plain.partition("@")
    labels = domain.lower().split(".")
    if not at_sign:
        yield _("в адресе нет знака @: {text}").format(text=shown)
    if "@" in domain:
        yield _("в адресе два знака @: {text}").format(text=shown)
    if "," in domain:
        yield _("в адресе запятая вместо точки: {text}").format(text=shown)
    if re.search(r"\s", plain):
        yield _("в адресе пробел: {text}").format(text=shown)
    if not _LOCAL.fullmatch(local) or ".." in plain or local[0] == "." or local[-1] == ".":
        yield _("так почта не пишется: {text}").format(text=shown)
    if len(labels) < 2:
        yield _("в адресе нет точки после @: {text}").format(text=shown)
    if not all(_LABEL.fullmatch(label) for label in labels):
        yield _("так домен не пишется: {text}").format(text=domain[:60])
    if any(_LATIN.search(label) and _RUSSIAN.search(label) for label in (local, *labels)):
        yield _("в адресе смешаны латинские и русские буквы: {text}").format(text=shown)
    if len(labels) >= 2 and (fault := _ending_fault(labels, domain)):
        yield fault


def _ending_fault(labels: list[str], domain: str) -> str | None:
    ending, name = labels[-1], labels[-2]
    if len(ending) < 2 or not re.fullmatch(r"[a-zа-я]{2,}|xn--[a-z0-9\-]+", ending):
        return _("у домена нет окончания: {text}").format(text=domain[:60])
    if _BAD_ENDING.fullmatch(ending):
        return _("опечатка в окончании домена: {text}").format(text=domain[:60])
    if len(labels) == 2:
        if (endings := FREE_MAIL.get(name)) and len(name) >= 4 and ending not in endings:
            return _("опечатка в домене: {text}").format(text=domain[:60])
        meant = mistyped_mail(name)
        if meant and ending in FREE_MAIL[meant]:
            return _("опечатка в домене: {text}, похоже на {meant}").format(text=domain[:60], meant=f"{meant}.{ending}")
    return None


def mistyped_mail(name: str) -> str | None:
    """The mail for everybody of which `name` is a slip of one key: «gmial», «yandx», «mial»."""
    from rapidfuzz.distance import OSA

    if name in FREE_MAIL or name in _REAL_WORDS:
        return None
    for known in FREE_MAIL:
        if len(known) >= _LONG_ENOUGH and OSA.distance(name, known) == 1:
            return known
    return "mail" if sorted(name) == sorted("mail") or name in ("maill", "maiil", "mmail", "maail") else None


def amount_fault(text: str, usual: Decimal | None = None) -> str | None:
    """What is wrong with a sum. `usual` is the median of the company's deals, where there are enough of them."""
    plain = re.sub(r"[’'`]", "", text).replace("−", "-").replace("–", "-")
    amount = read_amount(plain)
    if amount is None:
        return None if _FOREIGN_AMOUNT.fullmatch(plain.strip()) else _("это не сумма: {text}").format(text=text[:40])
    if amount < 0:
        return _("отрицательная сумма")
    if amount >= _MOST_ROUBLES or (usual and amount > usual * 10_000):
        return _("сумма неправдоподобно велика: {text}").format(text=text[:40])
    return None


def read_amount(text: str) -> Decimal | None:
    """Roubles in a cell: «450 000 ₽», «450000.00», «1,200,000.50», «1.200.000,50»; None for anything else."""
    # Where an export was saved as windows-1251, a question mark stands for «₽», which that encoding has not.
    plain = re.sub(r"(?<=\d)\?$", "", re.sub(r"[\s\u00a0\u202f]", "", text))
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?:₽|руб\.?|р\.?)?", plain, re.IGNORECASE):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?(?:₽|руб\.?|р\.?)?", plain, re.IGNORECASE):
        plain = plain.replace(".", "")
    elif found := re.fullmatch(r"(-?\d+[.,]\d{2})\d+", plain):
        plain = found[1]
    return read_roubles(plain)


def year_fault(moment: datetime, this_year: int) -> str | None:
    """Whether the year of a deal's date can be true."""
    if FIRST_YEAR <= moment.year <= this_year + LAST_YEARS_AHEAD:
        return None
    return _("опечатка в годе: {year}").format(year=moment.year)
