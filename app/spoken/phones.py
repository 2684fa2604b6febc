"""Russian phone numbers, dictated in groups or written by a recogniser."""

from __future__ import annotations

from functools import lru_cache

from app.spoken.digits import Group, Run, digit_runs, read_group
from app.spoken.model import Certainty, ContactMark
from app.spoken.numeral_forms import SCALES
from app.spoken.tokens import Token, low_at, tokenise, vocabulary

_OTHER_NUMBERS = vocabulary(
    "инн кпп огрн бик окпо снилс счет счета счету артикул заказ заказа договор договора паспорт"
)
_EXTENSION = vocabulary("добавочный добавочная добавочным доб внутренний")


@lru_cache(maxsize=2_000)
def is_valid(national: str) -> bool:
    """True if ten digits are a Russian number that can exist."""
    import phonenumbers

    number = phonenumbers.parse("+7" + national, None)
    return bool(phonenumbers.is_valid_number_for_region(number, "RU"))


@lru_cache(maxsize=256)
def phones(text: str) -> tuple[tuple[ContactMark, ...], tuple[Run, ...]]:
    """Phones of a text, and the runs of digits that are none."""
    tokens = tokenise(text)
    found: list[ContactMark] = []
    others: list[Run] = []
    for run in digit_runs(tokens):
        marks = _in_run(tokens, run)
        found.extend(marks)
        if not marks:
            others.append(run)
    return tuple(found), tuple(others)


def _in_run(tokens: tuple[Token, ...], run: Run) -> list[ContactMark]:
    if len(run.digits) < 10 or _is_other_number(tokens, run):
        return []
    groups = run.groups
    if any(len({g.digits for g in groups[i : i + 5]}) == 1 for i in range(len(groups) - 4)) and len(run.digits) > 11:
        # A recogniser that loops repeats the last group.
        return []
    if low_at(tokens, groups[-1].behind) in SCALES:
        groups = groups[:-1]
    marks: list[ContactMark] = []
    start = 0
    clean_start = True
    while start < len(groups):
        has_plus = start == 0 and run.plus_at >= 0
        end, national = _phone_from(groups, start, has_plus=has_plus)
        if not end:
            start, clean_start = start + 1, False
            continue
        is_clean = clean_start and not run.is_corrected and _is_grouped_well(groups[start:end])
        leftover = "".join(g.digits for g in groups[end:])
        extension, behind = _extension(tokens, groups[end - 1].behind)
        if extension:
            leftover = ""
        certainty = Certainty.EXACT if is_clean and (not leftover or len(leftover) >= 10) else Certainty.GUESS
        first = run.plus_at if has_plus else groups[start].first
        marks.append(ContactMark(tokens[first].start, tokens[behind - 1].end, "+7" + national, certainty, extension))
        start, clean_start = end, True
        while extension and start < len(groups) and groups[start].first < behind:
            start += 1
    return marks


def _phone_from(groups: list[Group], start: int, *, has_plus: bool) -> tuple[int, str]:
    """Index behind the groups from `start` that make a valid number, and its ten digits; (0, "") if none do."""
    digits = ""
    candidate = (0, "")
    for index in range(start, len(groups)):
        digits += groups[index].digits
        if len(digits) == 11 and digits[0] in "78" and (digits[0] == "7" or not has_plus) and is_valid(digits[1:]):
            return index + 1, digits[1:]
        if len(digits) == 10 and not has_plus and digits[0] in "3489" and is_valid(digits):
            candidate = (index + 1, digits)
        if len(digits) > 11:
            break
    return candidate


def _is_grouped_well(groups: list[Group]) -> bool:
    """True if the groups part the number where people part it: behind the code of three to five digits."""
    ends, total = set(), 0
    for group in groups:
        total += len(group.digits)
        ends.add(total)
    shift = total - 10
    inner = {end - shift for end in ends if shift < end < total}
    has_prefix_end = shift == 0 or 1 in ends or len(groups) == 1 or len(groups[0].digits) >= 4
    return has_prefix_end and (not inner or bool(inner & {3, 4, 5}))


def _extension(tokens: tuple[Token, ...], at: int) -> tuple[str, int]:
    """Digits of an extension behind `at`, and the index behind them."""
    behind = at
    while low_at(tokens, behind) in {",", "."}:
        behind += 1
    if low_at(tokens, behind) not in _EXTENSION:
        return "", at
    behind += 1
    while low_at(tokens, behind) in {".", ",", "номер"}:
        behind += 1
    digits = ""
    while (group := read_group(tokens, behind)) and len(digits) + len(group.digits) <= 6:
        digits, behind = digits + group.digits, group.behind
    return (digits, behind) if digits else ("", at)


def _is_other_number(tokens: tuple[Token, ...], run: Run) -> bool:
    first = run.groups[0].first
    words = [t.low for t in tokens[max(0, first - 4) : first] if t.is_word]
    if not words or "телефон" in words or "мобильный" in words:
        return False
    return any(word in _OTHER_NUMBERS for word in words)
