"""Digits said in groups («девятьсот двенадцать», «ноль ноль», «две семёрки») as runs, with corrections carried out."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.spoken.numeral_forms import CARDINALS
from app.spoken.numerals import torn_numeral
from app.spoken.tokens import PURE_HESITATIONS, Token, low_at, vocabulary

_SEPARATORS = frozenset(",.-–—()…/ +")
_FILLERS = PURE_HESITATIONS | vocabulary("так угу ага дальше далее потом затем и ну вот да плюс есть")
_CORRECTIONS = vocabulary("нет ой стоп вру точнее вернее извините простите ошибся ошиблась погодите подождите")
_DIGIT_NOUNS: dict[str, str] = {
    form: digit
    for digit, forms in {
        "0": "нуля нулей ноля нолей ноль нуль нули ноли",
        "1": "единицы единиц единица единички единичка",
        "2": "двойки двоек двойка",
        "3": "тройки троек тройка",
        "4": "четверки четверок четверка",
        "5": "пятерки пятерок пятерка",
        "6": "шестерки шестерок шестерка",
        "7": "семерки семерок семерка",
        "8": "восьмерки восьмерок восьмерка",
        "9": "девятки девяток девятка",
    }.items()
    for form in forms.split()
}
_TWICE = vocabulary("двойной двойная двойное дважды")


@dataclass(frozen=True, slots=True)
class Group:
    """Digits said together; token indices."""

    first: int
    behind: int
    digits: str


@dataclass(slots=True)
class Run:
    """Groups with nothing but pauses between them.

    Args:
        plus_at: Token index of «плюс» or "+" before the first group, -1 without one.
        is_corrected: A slip was put right inside, so that a person should look.
    """

    groups: list[Group] = field(default_factory=list)
    plus_at: int = -1
    is_corrected: bool = False

    @property
    def digits(self) -> str:
        return "".join(group.digits for group in self.groups)


def read_group(tokens: tuple[Token, ...], index: int) -> Group | None:
    """The digits that begin at `index`: one written group, or one spoken numeral below a thousand."""
    if index >= len(tokens):
        return None
    token = tokens[index]
    if token.is_digits:
        return Group(index, index + 1, token.text)
    if token.low in _TWICE and low_at(tokens, index + 1) in CARDINALS | _DIGIT_NOUNS.keys():
        low = low_at(tokens, index + 1)
        return Group(index, index + 2, (_DIGIT_NOUNS.get(low) or str(CARDINALS[low])) * 2)
    following = low_at(tokens, index + 1)
    if CARDINALS.get(token.low, 0) in (2, 3, 4, 5) and following in _DIGIT_NOUNS and following not in {"ноль", "нуль"}:
        return Group(index, index + 2, _DIGIT_NOUNS[following] * CARDINALS[token.low])
    if token.low in _DIGIT_NOUNS and token.low not in CARDINALS:
        return Group(index, index + 1, _DIGIT_NOUNS[token.low])
    return _spoken_group(tokens, index)


def _spoken_group(tokens: tuple[Token, ...], index: int) -> Group | None:
    total, at, floor = 0, index, 1000
    while at < len(tokens):
        value = CARDINALS.get(tokens[at].low)
        torn = torn_numeral(tokens, at, value or 0)
        if torn is not None:
            value = torn[0]
        if value is None or (at > index and (value == 0 or value >= floor)):
            break
        total += value
        at = torn[1] if torn is not None else at + 1
        floor = 100 if value >= 100 else 10 if value >= 20 else 0
        if not floor or value == 0:
            break
    return Group(index, at, str(total)) if at > index else None


def digit_runs(tokens: tuple[Token, ...]) -> list[Run]:
    """All runs of digit groups in order; corrections inside a run are carried out."""
    runs: list[Run] = []
    index = 0
    while index < len(tokens):
        group = read_group(tokens, index)
        if group is None:
            index += 1
            continue
        run, index = _read_run(tokens, group)
        runs.append(run)
    return runs


def _read_run(tokens: tuple[Token, ...], group: Group) -> tuple[Run, int]:
    plus_at = group.first - 1 if low_at(tokens, group.first - 1) in {"+", "плюс"} else -1
    run = Run([group], plus_at)
    at = group.behind
    while True:
        following, is_corrected = _next_group(tokens, at)
        if following is None:
            return run, at
        if not is_corrected:
            run.groups.append(following)
        elif not _correct(tokens, run, following):
            return run, at
        at = following.behind


def _next_group(tokens: tuple[Token, ...], at: int) -> tuple[Group | None, bool]:
    """The next group behind separators and fillers, and whether a word of correction stands before it."""
    is_corrected = False
    start = at
    while at < len(tokens):
        low = tokens[at].low
        if low in _CORRECTIONS:
            is_corrected = True
        elif low == "не" and read_group(tokens, at + 1) is not None:
            wrong = read_group(tokens, at + 1)
            behind = wrong.behind if wrong else at
            behind += 1 if low_at(tokens, behind) == "," else 0
            if low_at(tokens, behind) != "а":
                return None, False
            return read_group(tokens, behind + 1), True
        elif low not in _SEPARATORS and low not in _FILLERS:
            break
        at += 1
        if at - start > 8:
            return None, False
    return read_group(tokens, at), is_corrected


def _correct(tokens: tuple[Token, ...], run: Run, group: Group) -> bool:
    """Put `group` in the place of the one it corrects: the one named by «не X», else the last; False if none fits."""
    wrong = _named_wrong(tokens, group)
    for position in range(len(run.groups) - 1, -1, -1):
        old = run.groups[position]
        if wrong is None:
            is_meant = position == len(run.groups) - 1 and len(old.digits) == len(group.digits)
            corrected = group.digits
        else:
            is_meant = wrong in old.digits
            corrected = group.digits.join(old.digits.rsplit(wrong, 1))
        if is_meant:
            run.groups[position] = Group(old.first, old.behind, corrected)
            run.groups[-1] = Group(run.groups[-1].first, group.behind, run.groups[-1].digits)
            run.is_corrected = True
            return True
    return False


def _named_wrong(tokens: tuple[Token, ...], group: Group) -> str | None:
    """X of «не X, а …» before the group."""
    at = group.first - 1
    if low_at(tokens, at) != "а":
        return None
    at -= 2 if low_at(tokens, at - 1) == "," else 1
    first = at
    while first > 0 and tokens[first].low != "не" and at - first < 4:
        first -= 1
    if low_at(tokens, first) != "не":
        return None
    wrong = read_group(tokens, first + 1)
    return wrong.digits if wrong and wrong.behind == at + 1 else None
