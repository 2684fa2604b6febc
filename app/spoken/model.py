"""What the rules of this package find in a text. Offsets count characters of the text that was given."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Certainty(StrEnum):
    """`EXACT` was said in full; the others need a person's eye.

    APPROXIMATE: «около трёх миллионов», «миллиона три». RANGE: «от пятисот до семисот тысяч».
    GUESS: an ellipsis or slang that could mean something else («четыре двести»).
    """

    EXACT = "exact"
    APPROXIMATE = "approximate"
    RANGE = "range"
    GUESS = "guess"


@dataclass(frozen=True, slots=True)
class Number:
    """A number, in words or digits.

    Args:
        start: First character.
        end: Behind the last character.
        value: The number; the lower end of a range.
        upper: The upper end of a range, else None.
        is_ordinal: «двадцатое», «второго».
        unit: Word of the unit behind it as said («штук», «метров», «процентов», «рублей», «квадратов»); "" without one.
    """

    start: int
    end: int
    value: Decimal
    certainty: Certainty = Certainty.EXACT
    upper: Decimal | None = None
    is_ordinal: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in roubles; `upper` ends a range. `has_currency`: roubles (or slang for them) were said."""

    start: int
    end: int
    value: Decimal
    certainty: Certainty = Certainty.EXACT
    upper: Decimal | None = None
    has_currency: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, with a time where one was said.

    Args:
        iso: "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM".
        is_deadline: «до», «к», «не позже».
        certainty: APPROXIMATE for «примерно», «в начале месяца»; RANGE for «через две-три недели» (the first day);
            GUESS for what could be another day, and for a time said without a day.
        is_past: «вчера», «в прошлый вторник», «две недели назад»; «в августе порезали».
    """

    start: int
    end: int
    iso: str
    certainty: Certainty = Certainty.EXACT
    is_deadline: bool = False
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day, "HH:MM", without its day."""

    start: int
    end: int
    iso: str
    certainty: Certainty = Certainty.EXACT
    is_deadline: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A term counted from an event, which is no date: «в течение десяти дней после поставки».

    Args:
        days: Days as said (a week is 7, a month 30); None for «после поставки».
        event: The event, its first noun in the nominative («подписание договора»).
        is_working: Working days were said.
    """

    start: int
    end: int
    days: int | None
    event: str
    is_working: bool = False


@dataclass(frozen=True, slots=True)
class ContactMark:
    """A phone ("+7XXXXXXXXXX"), an e-mail (lower case) or a string of digits, as dictated.

    Args:
        extension: Digits of an extension said behind a phone; "" without one.
    """

    start: int
    end: int
    value: str
    certainty: Certainty = Certainty.EXACT
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name in the nominative: «Игорь Савельев», «Марина Ковалёва», «Николай Петрович»."""

    start: int
    end: int
    name: str
    first: str = ""
    patronymic: str = ""
    surname: str = ""
    certainty: Certainty = Certainty.EXACT


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company in the nominative, without quotes; the legal form apart ("ООО").

    Args:
        kind: What it is, where that was said before the name: «санаторий», «сеть аптек».
    """

    start: int
    end: int
    name: str
    legal_form: str = ""
    certainty: Certainty = Certainty.EXACT
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A job title in the nominative: «начальник снабжения», «директор по логистике»."""

    start: int
    end: int
    name: str
    certainty: Certainty = Certainty.EXACT


@dataclass(frozen=True, slots=True)
class City:
    """A Russian town in the nominative: «Нижний Новгород»."""

    start: int
    end: int
    name: str
    certainty: Certainty = Certainty.EXACT
