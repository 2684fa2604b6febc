"""Times of day in a text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.spoken.model import Certainty, ClockTime
from app.spoken.morphology import is_counted_noun, is_future_or_present_verb, is_genitive_adjective, is_past_verb
from app.spoken.numeral_forms import CARDINALS, NOMINATIVE_LIKE, ORDINALS, SCALES
from app.spoken.tokens import Token, clause_bounds, low_at, tokenise, vocabulary

_PARTS = {"утра": "morning", "дня": "day", "вечера": "evening", "ночи": "night"}
_PARTS_BEFORE = {"утром": "morning", "утра": "morning", "днем": "day", "вечером": "evening", "вечерком": "evening"}
_HOUR_WORDS = vocabulary("час часа часов часам часу часах")
_HOURS_BEFORE = vocabulary("часов часа часам часиков часикам часу")
_PREPOSITIONS = vocabulary("в во к ко до после с со на около")
_NO_HOUR_BEHIND = vocabulary("раза раз на процентов процента и из тысяч шт кг км") | SCALES.keys()


@dataclass(frozen=True, slots=True)
class TimeHit:
    """A time found; token indices.

    Args:
        is_sure: Something but the preposition says that it is a time (a colon, «утра», «часов», «половине»).
        opener: The preposition before it, "" without one.
    """

    first: int
    behind: int
    hour: int
    minute: int
    certainty: Certainty = Certainty.EXACT
    is_sure: bool = True
    opener: str = ""

    @property
    def iso(self) -> str:
        return f"{self.hour:02d}:{self.minute:02d}"


def find_times(text: str) -> list[ClockTime]:
    """Times of day in the order of the text.

    An hour without «утра», «дня», «вечера» is taken from 8 to 19 («в три» is 15:00). «После обеда», «утром» are
    no times. A bare number behind a preposition («в три», «до шести») is a GUESS.
    """
    tokens = tokenise(text)
    times = []
    for hit in time_hits(tokens):
        certainty = hit.certainty if hit.is_sure else Certainty.GUESS
        is_deadline = hit.opener in {"до", "к", "ко"}
        times.append(ClockTime(tokens[hit.first].start, tokens[hit.behind - 1].end, hit.iso, certainty, is_deadline))
    return times


def time_hits(tokens: tuple[Token, ...]) -> list[TimeHit]:
    """Times in order, not overlapping."""
    hits: list[TimeHit] = []
    index = 0
    while index < len(tokens):
        hit = _at(tokens, index)
        if hit is None:
            index += 1
        else:
            hits.append(hit)
            index = hit.behind
    return _with_ranges(tokens, hits)


def _with_ranges(tokens: tuple[Token, ...], hits: list[TimeHit]) -> list[TimeHit]:
    """«с девяти до шести»: the beginning stands for the range."""
    result = list(hits)
    for index in range(len(hits) - 1):
        if (
            hits[index].opener in {"с", "со"}
            and hits[index + 1].opener == "до"
            and hits[index].behind == hits[index + 1].first
        ):
            result[index] = replace(hits[index], certainty=Certainty.RANGE, is_sure=True)
    return result


def _at(tokens: tuple[Token, ...], index: int) -> TimeHit | None:
    opener = low_at(tokens, index) if low_at(tokens, index) in _PREPOSITIONS else ""
    at = index + 1 if opener else index
    for rule in (_digital, _half, _quarter_past, _minutes_to, _noon):
        hit = rule(tokens, at)
        if hit is not None:
            return replace(hit, first=index, opener=opener)
    return _inverted(tokens, index) or _hour(tokens, index, at, opener)


def _digital(tokens: tuple[Token, ...], at: int) -> TimeHit | None:
    """«11:00», «14:30»."""
    if at + 2 >= len(tokens) or not (tokens[at].is_digits and tokens[at + 1].low == ":" and tokens[at + 2].is_digits):
        return None
    if tokens[at + 1].space_before or tokens[at + 2].space_before or len(tokens[at + 2].text) != 2:
        return None
    if len(tokens[at].text) > 2 or int(tokens[at].text) > 23 or int(tokens[at + 2].text) > 59:
        return None
    behind = at + 3
    hour = int(tokens[at].text)
    part = _PARTS.get(low_at(tokens, behind))
    if part:
        hour, behind = _by_part(hour, part), behind + 1
    if low_at(tokens, behind) == ":" and behind + 1 < len(tokens) and tokens[behind + 1].is_digits:
        behind += 2
    return TimeHit(at, behind, hour, int(tokens[at + 2].text))


def _ordinal_hour(low: str) -> int | None:
    """10 for «десятого»."""
    value, ending = ORDINALS.get(low, (0, ""))
    return value if ending in {"ого", "его"} and 1 <= value <= 12 else None


def _half(tokens: tuple[Token, ...], at: int) -> TimeHit | None:
    """«половине десятого», «полдесятого»."""
    low = low_at(tokens, at)
    if low in {"половине", "половину", "половина", "половины", "пол"}:
        behind = at + 2 + (low_at(tokens, at + 1) == "-")
        hour = _ordinal_hour(low_at(tokens, behind - 1))
    elif low.startswith("пол"):
        behind, hour = at + 1, _ordinal_hour(low[3:])
    else:
        return None
    return _before_hour(tokens, at, behind, hour, 30) if hour else None


def _quarter_past(tokens: tuple[Token, ...], at: int) -> TimeHit | None:
    """«четверть третьего», «пятнадцать минут третьего»."""
    if low_at(tokens, at) == "четверть":
        hour = _ordinal_hour(low_at(tokens, at + 1))
        return _before_hour(tokens, at, at + 2, hour, 15) if hour else None
    minutes = _number(tokens, at)
    if minutes is None or low_at(tokens, minutes[1]) not in {"минут", "минуты"}:
        return None
    hour = _ordinal_hour(low_at(tokens, minutes[1] + 1))
    return _before_hour(tokens, at, minutes[1] + 2, hour, minutes[0]) if hour and minutes[0] < 60 else None


def _before_hour(tokens: tuple[Token, ...], at: int, behind: int, hour: int, minute: int) -> TimeHit:
    part = _PARTS.get(low_at(tokens, behind))
    previous = 12 if hour == 1 else hour - 1
    if part:
        return TimeHit(at, behind + 1, _by_part(previous, part), minute)
    return TimeHit(at, behind, _by_part(previous, _part_before(tokens, at)), minute)


def _minutes_to(tokens: tuple[Token, ...], at: int) -> TimeHit | None:
    """«без пятнадцати три», «без четверти три»."""
    if low_at(tokens, at) != "без":
        return None
    if low_at(tokens, at + 1) == "четверти":
        minutes: tuple[int, int] | None = (15, at + 2)
    else:
        minutes = _number(tokens, at + 1)
    if minutes is None or minutes[0] not in (5, 10, 15, 20, 25):
        return None
    behind = minutes[1] + (low_at(tokens, minutes[1]) == "минут")
    hour = (1, behind + 1) if low_at(tokens, behind) == "час" else _number(tokens, behind)
    if hour is None or not 1 <= hour[0] <= 12:
        return None
    part = _PARTS.get(low_at(tokens, hour[1]))
    previous = 12 if hour[0] == 1 else hour[0] - 1
    full = _by_part(previous, part or _part_before(tokens, at))
    return TimeHit(at, hour[1] + bool(part), full, 60 - minutes[0])


def _noon(tokens: tuple[Token, ...], at: int) -> TimeHit | None:
    low, before = low_at(tokens, at), low_at(tokens, at - 1)
    if low in {"полдень", "полудня", "полудню"} and before in _PREPOSITIONS:
        return TimeHit(at, at + 1, 12, 0)
    if low in {"полночь", "полуночи"} and before in _PREPOSITIONS:
        return TimeHit(at, at + 1, 0, 0)
    return None


def _inverted(tokens: tuple[Token, ...], index: int) -> TimeHit | None:
    """«часов в одиннадцать», «часа в три», «часам к пяти»: about that time."""
    if low_at(tokens, index) not in _HOURS_BEFORE or low_at(tokens, index + 1) not in {"в", "во", "к", "до", "после"}:
        return None
    if index and (tokens[index - 1].is_digits or tokens[index - 1].low in CARDINALS):
        return None
    hit = _hour(tokens, index + 1, index + 2, low_at(tokens, index + 1))
    return replace(hit, first=index, certainty=Certainty.APPROXIMATE, is_sure=True) if hit else None


def _hour(tokens: tuple[Token, ...], index: int, at: int, opener: str) -> TimeHit | None:
    """An hour as a number, with minutes and part of the day: «десять утра», «в три», «в десять тридцать»."""
    if low_at(tokens, at) in {"час", "часу"}:
        part = _PARTS.get(low_at(tokens, at + 1))
        return TimeHit(index, at + 2, _by_part(1, part), 0, opener=opener) if part else None
    read = _number(tokens, at)
    first = low_at(tokens, at)
    is_locative = opener in {"в", "во"} and first in CARDINALS and first not in NOMINATIVE_LIKE
    if read is None or read[0] > 24 or is_locative or first in {"две", "одна", "одну", "двое", "трое"}:
        return None
    hour, behind = read
    has_hours = low_at(tokens, behind) in _HOUR_WORDS
    behind += has_hours
    minute, behind_minutes = _minutes(tokens, behind, has_hours=has_hours, has_opener=bool(opener))
    has_minutes = behind_minutes > behind
    behind = behind_minutes
    part = _PARTS.get(low_at(tokens, behind))
    if part is None and not opener and not (has_minutes and has_hours):
        return None
    if part is None and (hour == 1 or not _may_be_hour(tokens, behind, opener, has_hours=has_hours)):
        return None
    if part == "day" and not has_hours and opener in {"", "на", "с", "около"}:
        # «три дня», «на три дня» are days.
        return None
    full = _by_part(hour, part or _part_before(tokens, index))
    is_range = low_at(tokens, behind) == "-" and _number(tokens, behind + 1) is not None
    if is_range:
        further = _number(tokens, behind + 1)
        behind = further[1] if further else behind
        part = _PARTS.get(low_at(tokens, behind))
        full = _by_part(hour, part) if part else full
    is_sure = (
        part is not None or (has_hours and opener in {"в", "к", "до"}) or (has_minutes and opener in {"в", "к", "до"})
    )
    certainty = Certainty.RANGE if is_range else Certainty.EXACT
    if opener in {"около", "с", "со"}:
        certainty = Certainty.APPROXIMATE
    return TimeHit(index, behind + (part is not None), full % 24, minute, certainty, is_sure, opener)


def _may_be_hour(tokens: tuple[Token, ...], behind: int, opener: str, *, has_hours: bool) -> bool:
    """False where the number counts something («в три этажа», «до пяти пользователей», «в два раза»)."""
    following = tokens[behind] if behind < len(tokens) else None
    if following is None or has_hours:
        return opener != "на" or following is None
    low, further = following.low, low_at(tokens, behind + 1)
    if not following.is_word:
        return not following.is_digits and low not in {"%", "₽", "/"}
    if low in _NO_HOUR_BEHIND or low in CARDINALS or low in ORDINALS or is_counted_noun(low):
        return False
    return not (is_genitive_adjective(low) and further.isalpha() and is_counted_noun(further))


def bare_hour(tokens: tuple[Token, ...], at: int) -> TimeHit | None:
    """«вторник, одиннадцать»: a number that stands alone behind a day, taken for an hour as a guess."""
    if low_at(tokens, at) != ",":
        return None
    read = _number(tokens, at + 1)
    if read is None or not 8 <= read[0] <= 20 or low_at(tokens, read[1]) not in {"", ",", ".", "!", "?"}:
        return None
    return TimeHit(at + 1, read[1], read[0], 0, Certainty.GUESS, is_sure=False)


def is_in_clause_with_verb(tokens: tuple[Token, ...], index: int) -> bool:
    """True if the clause at `index` has a verb: «жду до шести», but not «до шести»."""
    first, last = clause_bounds(tokens, index)
    return any(t.is_word and (is_future_or_present_verb(t.low) or is_past_verb(t.low)) for t in tokens[first:last])


def _minutes(tokens: tuple[Token, ...], at: int, *, has_hours: bool, has_opener: bool) -> tuple[int, int]:
    """Minutes behind an hour («тридцать», «ноль ноль», «ноль-ноль», «пятнадцать минут») and the index behind them."""
    has_zero = low_at(tokens, at) in {"ноль", "нуль"}
    second = at + 1 + (low_at(tokens, at + 1) == "-")
    if has_zero and low_at(tokens, second) in {"ноль", "нуль"}:
        return 0, second + 1
    read = _number(tokens, at + has_zero) if has_opener or has_hours else None
    if read is None or read[0] >= (10 if has_zero else 60):
        return 0, at
    if has_zero or low_at(tokens, read[1]) in {"минут", "минуты"}:
        return read[0], read[1] + (not has_zero)
    following = low_at(tokens, read[1])
    is_round = read[0] % 5 == 0 and read[0] >= 10 and not has_hours
    return read if is_round and following not in SCALES and following not in CARDINALS else (0, at)


def _number(tokens: tuple[Token, ...], at: int) -> tuple[int, int] | None:
    """A cardinal below 60 at `at`, in words or digits, and the index behind it."""
    if at >= len(tokens):
        return None
    if tokens[at].is_digits:
        glued = low_at(tokens, at + 1) in {".", ",", ":"} and at + 2 < len(tokens) and tokens[at + 2].is_digits
        is_glued = glued and not tokens[at + 2].space_before
        return (int(tokens[at].text), at + 1) if len(tokens[at].text) <= 2 and not is_glued else None
    value = CARDINALS.get(tokens[at].low)
    if value is None or value >= 60:
        return None
    ones = CARDINALS.get(low_at(tokens, at + 1), 0)
    if value >= 20 and 1 <= ones <= 9:
        return value + ones, at + 2
    return value, at + 1


def _part_before(tokens: tuple[Token, ...], index: int) -> str | None:
    """Part of the day said just before: «вечером в семь», «утром, часов в девять»."""
    for position in range(index - 1, max(index - 4, -1), -1):
        part = _PARTS_BEFORE.get(tokens[position].low)
        if part:
            return part
    return None


def _by_part(hour: int, part: str | None) -> int:
    """The hour of 24. Without a part of the day, one to seven are after noon."""
    if hour > 12:
        return hour
    if part == "morning":
        return hour
    if part == "night":
        return 0 if hour == 12 else hour if hour < 6 else hour + 12
    if part == "day":
        return hour + 12 if hour < 8 else hour
    if part == "evening":
        return hour + 12 if hour < 12 else hour
    return hour + 12 if 1 <= hour <= 7 else hour
