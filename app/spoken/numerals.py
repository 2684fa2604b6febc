"""The reading of one Russian numeral at a place of the text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from app.spoken.numeral_forms import (
    CARDINALS,
    DENOMINATORS,
    FRACTION_HEADS,
    HALF_SCALES,
    HALVES,
    ORDINALS,
    SCALES,
    SINGULAR_SCALES,
    SLANG_SCALES,
    SMALL_SCALES,
    WHOLES,
)
from app.spoken.tokens import PURE_HESITATIONS, Token, low_at, vocabulary


@dataclass(frozen=True, slots=True)
class Numeral:
    """One numeral read from the tokens.

    Args:
        first: Index of its first token.
        behind: Index behind its last token.
        scale: The smallest scale word said (1000, 10**6…), 0 without one.
        ordinal_ending: Ending of the ordinal («ого»), "" for a cardinal; "digits" for «20-го».
        is_guess: An ellipsis, slang or a hesitation inside.
        is_feminine: It begins with «одна» or «две».
        has_digits: Written in digits.
    """

    first: int
    behind: int
    value: Decimal
    scale: int = 0
    ordinal_ending: str = ""
    is_guess: bool = False
    is_approximate: bool = False
    is_feminine: bool = False
    has_digits: bool = False
    is_slang: bool = False
    is_inverted: bool = False


@dataclass(slots=True)
class _Group:
    value: Decimal = Decimal(0)
    behind: int = 0
    has_hundreds: bool = False
    has_tens: bool = False
    has_units: bool = False
    is_empty: bool = True
    is_fraction: bool = False
    has_digits: bool = False
    is_guess: bool = False
    ordinal_ending: str = ""


def _adjacent(tokens: tuple[Token, ...], index: int) -> bool:
    """Two digit tokens with one space between, as thousands are written."""
    return tokens[index].is_digits and tokens[index].start - tokens[index - 1].end == 1 and tokens[index].space_before


def read_digits(tokens: tuple[Token, ...], index: int) -> tuple[Decimal, int, bool] | None:
    """A number in digits: its value, the index behind it, and whether it may mean something else («1.200»)."""
    if index >= len(tokens) or not tokens[index].is_digits or len(tokens[index].text) > 15:
        return None
    text, behind = tokens[index].text, index + 1
    if len(text) <= 3:
        last = behind
        while last < len(tokens) and len(tokens[last].text) == 3 and _adjacent(tokens, last):
            last += 1
        continues = last < len(tokens) and _adjacent(tokens, last)
        if last > behind and not continues and last - behind <= 4:
            text, behind = "".join(t.text for t in tokens[index:last]), last
    separators = 0
    tail: list[str] = []
    while (
        behind + 1 < len(tokens)
        and tokens[behind].text in ".,"
        and not tokens[behind].space_before
        and tokens[behind + 1].is_digits
        and not tokens[behind + 1].space_before
    ):
        tail.append(tokens[behind + 1].text)
        separators += 1
        behind += 2
    if separators == 1 and len(tail[0]) == 3 and 1 <= len(text) <= 3 and text != "0":
        # Recognisers write «сто девятнадцать пятьсот двадцать» as 119,520: three decimals are hardly ever said.
        return Decimal(text + tail[0]), behind, tail[0] != "000"
    if separators == 1:
        return Decimal(f"{text}.{tail[0][:9]}"), behind, False
    if separators > 1:
        if len(text) <= 3 and separators <= 4 and all(len(part) == 3 for part in tail):
            return Decimal(text + "".join(tail)), behind, False
        return None
    return Decimal(text), behind, False


def _read_group(tokens: tuple[Token, ...], index: int, can_hesitate: bool = True) -> _Group | None:
    """A group below a thousand (or any number in digits) at `index`."""
    group = _Group(behind=index)
    digits = read_digits(tokens, index)
    if digits is not None:
        value, behind, is_doubtful = digits
        group = _Group(value, behind, True, True, True, is_empty=False, has_digits=True, is_guess=is_doubtful)
        return _with_half(tokens, group)
    position = index
    while position < len(tokens):
        low = tokens[position].low
        if not group.is_empty and can_hesitate and _skips_hesitation(tokens, position, group):
            position += 1
            group.is_guess = True
            continue
        if group.is_empty and low in HALVES:
            return _Group(HALVES[low], position + 1, True, True, True, is_empty=False, is_fraction=True)
        ordinal = ORDINALS.get(low)
        value_int = CARDINALS.get(low, ordinal[0] if ordinal else -1)
        torn = torn_numeral(tokens, position, value_int)
        value_int, behind = torn or (value_int, position + 1)
        if value_int < 0 or not _fits(group, value_int):
            break
        group.is_guess = group.is_guess or torn is not None
        group.value += value_int
        group.is_empty = False
        group.has_hundreds = True if value_int >= 100 else group.has_hundreds
        group.has_tens = True if value_int >= 10 and value_int % 100 else group.has_tens
        group.has_units = True if value_int < 20 else group.has_units
        group.behind = position = behind
        if value_int == 0 and low_at(tokens, behind) in {"ноль", "нуль"}:
            group.behind = behind + 1
        if ordinal and low not in CARDINALS:
            group.ordinal_ending = ordinal[1]
            return group
        if group.has_units:
            break
    return None if group.is_empty else _with_half(tokens, group)


def torn_numeral(tokens: tuple[Token, ...], at: int, ones: int) -> tuple[int, int] | None:
    """«пять-надцать», «семь десят»: one numeral that a recogniser tore in two; its value and the index behind it."""
    if not 1 <= ones <= 9:
        return None
    tail = at + 2 if low_at(tokens, at + 1) == "-" else at + 1
    shift = {"надцать": 0, "надцати": 0, "десят": 10, "сот": 100}.get(low_at(tokens, tail))
    if shift is None:
        return None
    return (ones * shift if shift else 10 + ones), tail + 1


def _skips_hesitation(tokens: tuple[Token, ...], position: int, group: _Group) -> bool:
    """«двести, э-э, пятьдесят»: true on each token of a pause that a fitting numeral follows."""
    end = position
    seen = False
    while end < len(tokens) and (tokens[end].low in PURE_HESITATIONS or tokens[end].low in {",", "-", "…"}):
        seen = seen or tokens[end].low in PURE_HESITATIONS
        end += 1
    if end == position or not (seen or group.is_guess):
        return False
    value = CARDINALS.get(low_at(tokens, end), -1)
    return value > 0 and _fits(group, value)


def _fits(group: _Group, value: int) -> bool:
    if group.is_empty:
        return True
    if value >= 100 or value == 0 or group.has_units or group.value == 0:
        return False
    if value >= 10:
        return not group.has_tens
    return True


def _with_half(tokens: tuple[Token, ...], group: _Group) -> _Group:
    """Reads «с половиной», «с четвертью», «целых пять десятых», «и пять десятых», «запятая четыре» behind a group."""
    at = group.behind
    first, second = low_at(tokens, at), low_at(tokens, at + 1)
    if group.ordinal_ending:
        return group
    if first == "с" and second in {"половиной", "четвертью"} and not group.is_fraction:
        part = Decimal("0.5") if second == "половиной" else Decimal("0.25")
        group.value += part
        group.behind, group.is_fraction = at + 2, True
        return group
    if first in WHOLES or first == "и":
        at += 2 if first in WHOLES and second == "и" else 1
        part_group = _read_group(tokens, at, can_hesitate=False)
        if part_group and not part_group.ordinal_ending and low_at(tokens, part_group.behind) in DENOMINATORS:
            group.value += part_group.value / DENOMINATORS[low_at(tokens, part_group.behind)]
            group.behind, group.is_fraction = part_group.behind + 1, True
        elif part_group and part_group.ordinal_ending and low_at(tokens, part_group.behind - 1) in DENOMINATORS:
            denominator = DENOMINATORS[low_at(tokens, part_group.behind - 1)]
            numerator = part_group.value - (denominator if denominator <= 100 else 0)
            group.value += numerator / denominator
            group.behind, group.is_fraction = part_group.behind, True
        return group
    if first == "запятая" and not group.has_digits:
        part_group = _read_group(tokens, at + 1, can_hesitate=False)
        if part_group and not part_group.ordinal_ending and part_group.value == int(part_group.value):
            group.value += Decimal(f"0.{int(part_group.value)}")
            group.behind, group.is_fraction = part_group.behind, True
    return group


def _scale_at(tokens: tuple[Token, ...], index: int) -> tuple[int, int, bool]:
    """The scale word at a place, the index behind it, and whether it is slang; 0 without one."""
    low = low_at(tokens, index)
    for table, is_slang in ((SCALES, False), (SLANG_SCALES, True), (SMALL_SCALES, False)):
        if low in table:
            behind = index + 1
            if low in {"млн", "тыс", "млрд"} and low_at(tokens, behind) == "." and not tokens[behind].space_before:
                # The point of «тыс.» belongs to the number unless the sentence ends with it.
                following = tokens[behind + 1] if behind + 1 < len(tokens) else None
                if following is not None and (following.is_digits or not following.is_capitalised):
                    behind += 1
            return table[low], behind, is_slang
    if low in {"к", "т"} and index > 0 and tokens[index - 1].is_digits and not tokens[index].space_before:
        return 1000, index + 1, True
    return 0, index, False


def _read_start(tokens: tuple[Token, ...], index: int) -> Numeral | None:
    """Numerals that are one word or a fraction of a scale: «полмиллиона», «четверть миллиона»."""
    low = low_at(tokens, index)
    if low in HALF_SCALES:
        value = HALF_SCALES[low]
        scale = 10**6 if value >= 10**5 else 1000 if value == 500 else 0
        return Numeral(index, index + 1, value, scale=scale, is_slang=low.endswith("ляма"))
    if low in FRACTION_HEADS or low == "пара" or low in {"пару", "пары", "парочка", "парочку"}:
        at = index + 1
        if low == "пол" and low_at(tokens, at) == "-":
            at += 1
        scale, behind, is_slang = _scale_at(tokens, at)
        if scale:
            share = FRACTION_HEADS.get(low, Decimal(2))
            is_pair = low.startswith("пар")
            return Numeral(index, behind, share * scale, scale=scale, is_approximate=is_pair, is_slang=is_slang)
    inverted = _read_inverted(tokens, index)
    if inverted is not None:
        return inverted
    if low in {"три", "трех"} and low_at(tokens, index + 1) in {"четверти", "четвертей"}:
        scale, behind, is_slang = _scale_at(tokens, index + 2)
        if scale:
            return Numeral(index, behind, Decimal("0.75") * scale, scale=scale, is_slang=is_slang)
    return None


_GENITIVE_SINGULAR = vocabulary("миллиона тысячи тыщи миллиарда ляма лимона косаря мильона")
_GENITIVE_PLURAL = vocabulary("миллионов тысяч тыщ миллиардов лямов лимонов косарей мильонов")


def _read_inverted(tokens: tuple[Token, ...], index: int) -> Numeral | None:
    """«миллиона три», «тысяч триста», «тысяч на сто»: turned about, it means "about"."""
    low = low_at(tokens, index)
    if low not in _GENITIVE_SINGULAR and low not in _GENITIVE_PLURAL:
        return None
    at = index + 2 if low_at(tokens, index + 1) in {"на", "за", "до", "по"} else index + 1
    group = _read_group(tokens, at, can_hesitate=False)
    if group is None or group.ordinal_ending or _scale_at(tokens, group.behind)[0] or not group.value:
        return None
    if low in _GENITIVE_SINGULAR and not Decimal(1) < group.value < 5:
        return None
    scale, _, is_slang = _scale_at(tokens, index)
    return Numeral(
        index, group.behind, group.value * scale, scale=scale, is_approximate=True, is_slang=is_slang,
        is_inverted=True, has_digits=group.has_digits,
    )  # fmt: skip


_STARTS = frozenset(
    (
        *CARDINALS, *ORDINALS, *HALVES, *SCALES, *SLANG_SCALES, *SMALL_SCALES, *HALF_SCALES, *FRACTION_HEADS,
        "пара", "пару", "пары", "парочка", "парочку",
    )
)  # fmt: skip


def read_numeral(tokens: tuple[Token, ...], index: int) -> Numeral | None:
    """The longest numeral that begins at `index`, or None."""
    if index >= len(tokens) or not (tokens[index].is_digits or tokens[index].low in _STARTS):
        return None
    special = _read_start(tokens, index)
    if special is not None:
        return special
    numeral = Numeral(index, index, Decimal(0), is_feminine=low_at(tokens, index) in {"две", "одна", "одну"})
    at, last_scale = index, 10**12
    while at < len(tokens):
        longer, last_scale = _next_part(tokens, numeral, at, last_scale)
        if longer is None:
            break
        numeral, at = longer, longer.behind
        if not last_scale:
            break
        if _lower_scale_behind_comma(tokens, at, last_scale):
            at, numeral = at + 1, replace(numeral, is_guess=True)
    return None if numeral.behind == index else numeral


def _next_part(tokens: tuple[Token, ...], numeral: Numeral, at: int, last_scale: int) -> tuple[Numeral | None, int]:
    """The numeral with its next part, and the scale below which it may go on (0: it is complete)."""
    is_first = numeral.behind == numeral.first
    group = _read_group(tokens, at)
    if group is None:
        if not is_first or low_at(tokens, at) not in SINGULAR_SCALES:
            return None, last_scale
        group = _Group(Decimal(1), at)
    if group.ordinal_ending:
        return replace(_extended(numeral, group.behind, group.value, group), ordinal_ending=group.ordinal_ending), 0
    scale, behind, is_slang = _scale_at(tokens, group.behind)
    if scale in (10, 100):
        return _with_small_scale(tokens, numeral, group, scale, behind)
    if scale and scale < last_scale:
        longer = _extended(numeral, behind, group.value * scale, group)
        longer = replace(longer, scale=scale, is_slang=numeral.is_slang or is_slang)
        return longer, 0 if group.is_fraction else scale
    is_too_large = group.has_digits and group.value >= (10**6 if last_scale >= 10**6 else 1000)
    if scale or (not is_first and (group.is_fraction or group.value == 0 or is_too_large)):
        return None, last_scale
    return _with_remainder(tokens, numeral, group, last_scale), 0


def _with_small_scale(
    tokens: tuple[Token, ...], numeral: Numeral, group: _Group, scale: int, behind: int
) -> tuple[Numeral | None, int]:
    """«две сотни», «пять десятков», «сотня тысяч»: round, so approximate."""
    if numeral.behind > numeral.first or group.value >= 10:
        return None, 0
    larger, behind_larger, is_slang = _scale_at(tokens, behind)
    value = group.value * scale
    if larger >= 1000:
        value, behind = value * larger, behind_larger
    else:
        larger, is_slang = 0, False
    return replace(_extended(numeral, behind, value, group), scale=larger, is_slang=is_slang, is_approximate=True), 0


def _extended(numeral: Numeral, behind: int, value: Decimal, group: _Group) -> Numeral:
    return replace(
        numeral,
        behind=behind,
        value=numeral.value + value,
        is_guess=numeral.is_guess or group.is_guess,
        has_digits=numeral.has_digits or group.has_digits,
    )


def _with_remainder(tokens: tuple[Token, ...], numeral: Numeral, group: _Group, last_scale: int) -> Numeral:
    """A last group without a scale word; behind millions it means thousands («миллион двести»)."""
    if numeral.scale < 10**6:
        return _extended(numeral, group.behind, group.value, group)
    if group.value >= 1000:
        # «миллион 146,300»
        return replace(_extended(numeral, group.behind, group.value, group), is_guess=True)
    step = last_scale // 1000
    value, behind = group.value * step, group.behind
    following = _read_group(tokens, behind, can_hesitate=False)
    if following and not following.ordinal_ending and 100 <= following.value < 1000:
        value += 0 if _scale_at(tokens, following.behind)[0] else following.value * step / 1000
        behind = behind if _scale_at(tokens, following.behind)[0] else following.behind
    return replace(_extended(numeral, behind, value, group), is_guess=True)


def _lower_scale_behind_comma(tokens: tuple[Token, ...], at: int, last_scale: int) -> bool:
    """«два миллиона, четыреста тысяч»: recognisers put a comma into one number."""
    if low_at(tokens, at) != ",":
        return False
    group = _read_group(tokens, at + 1, can_hesitate=False)
    if group is None or group.ordinal_ending:
        return False
    scale = _scale_at(tokens, group.behind)[0]
    return 1000 <= scale < last_scale and last_scale >= 10**6
