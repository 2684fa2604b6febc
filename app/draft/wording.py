"""How spoken words become a line that a careful manager would write: fillers out, nothing added."""

from __future__ import annotations

import re
from datetime import date

from app.draft.conversation import fold

_FILLERS = re.compile(
    r"(?<![\w-])(?:э-э+|э+|м-м+|эм+|ну|вот это вот|вот|короче|в общем|в общем-то|как бы"
    r"|типа|значит|так сказать|собственно|слушайте"
    r"|смотрите|понимаете|знаете|знаешь|слушай|смотри|честно говоря|если честно|честно"
    r"|представляете|ой|ох|эх|ага|угу|алло"
    r"|скажите|пожалуйста|кстати|прямо|просто|аж|то есть|ведь|же|блин|видите ли|так|да-да|нет-нет)(?![\w-])",
    re.IGNORECASE,
)
_LOST_COMMAS = re.compile(r"\s*,(?:\s*,)+")
_SPACE_BEFORE = re.compile(r"\s+([,.!?…;:])")
_SPACES = re.compile(r"\s+")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)\s*")
_GREETING = re.compile(
    r"^(?:здравствуйте|добрый день|доброе утро|добрый вечер|приветствую|привет|алло|день добрый)\b[\s,.!]*",
    re.IGNORECASE,
)
_MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)


def tidy(text: str, limit: int = 220) -> str:
    """The words of a quote without fillers and greetings, first letter capital, no full stop at the end.

    Args:
        text: What was said.
        limit: Longest result in characters; a longer one ends at a word with «…».
    """
    line = _ELLIPSIS.sub(", ", text)
    line = _GREETING.sub("", line.strip())
    line = _FILLERS.sub("", line)
    line = _LOST_COMMAS.sub(",", line)
    line = _SPACE_BEFORE.sub(r"\1", line)
    line = re.sub(r"([.!?])[,\s]*,", r"\1", line)
    line = _SPACES.sub(" ", line).strip(" ,;:—–-")
    line = line.rstrip(" .,;")
    if len(line) > limit:
        line = line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return line[:1].upper() + line[1:]


def lower_first(text: str) -> str:
    """The text with a small first letter, unless it begins with an abbreviation or a name in capitals."""
    if len(text) > 1 and text[1].isupper():
        return text
    return text[:1].lower() + text[1:]


def roubles(amount: int) -> str:
    """«2 400 000 ₽»."""
    return f"{amount:,}".replace(",", " ") + " ₽"


def day(iso: str) -> str:
    """«19.11.2026», with «14:00» behind it where a time is known."""
    moment = date.fromisoformat(iso[:10])
    text = f"{moment:%d.%m.%Y}"
    return f"{text} {iso[11:16]}" if len(iso) > 10 else text


def day_in_words(iso: str) -> str:
    """«19 ноября», with «в 14:00» behind it where a time is known."""
    moment = date.fromisoformat(iso[:10])
    text = f"{moment.day} {_MONTHS[moment.month - 1]}"
    return f"{text} в {iso[11:16]}" if len(iso) > 10 else text


def phone(number: str) -> str:
    """«+7 910 125-38-91»."""
    if not re.fullmatch(r"\+7\d{10}", number):
        return number
    return f"+7 {number[2:5]} {number[5:8]}-{number[8:10]}-{number[10:]}"


def is_mostly_filler(text: str) -> bool:
    """Nothing of substance left when the fillers are out."""
    return len(re.findall(r"[а-я]{3,}", fold(tidy(text)))) < 2
