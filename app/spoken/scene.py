"""The text a day is looked for in, and the moment it was said at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.spoken.calendar_words import WEEKDAY_OF
from app.spoken.model import Certainty
from app.spoken.morphology import is_future_or_present_verb, is_past_verb
from app.spoken.numerals import read_numeral
from app.spoken.tokens import Token, clause_bounds, low_at, vocabulary

_DETERMINERS = {
    "следующ": "next", "будущ": "next", "ближайш": "near", "прошл": "last", "минувш": "last", "предыдущ": "last",
    "текущ": "this", "нынешн": "this",
}  # fmt: skip
_THIS = vocabulary("этот эту этой этого этом этому это эта")
THAT = vocabulary("той тот ту том того тому")
# Verbs in the past that arrange something for the future.
_ARRANGING = (
    "хоте", "дума", "планир", "договор", "собира", "мог", "надея", "рассчит", "обеща", "услов", "реш", "записа",
    "понял", "назнач", "перен", "сдвин", "отлож", "поста", "счита",
)  # fmt: skip
_FILLERS = vocabulary(
    "ну э да то есть это значит а давайте где примерно наверное скорее всего ближе уже прямо лучше там"
)


@dataclass(frozen=True, slots=True)
class DayHit:
    """A day found; token indices.

    Args:
        kind: "relative", "weekday", "date" (a day of a month), "number" (a day without its month), "period".
        month: Month named without a day, which a later day without its month belongs to; 0 without one.
        time: Hour and minute where the day was counted in hours («через два часа»).
        weekday: Number of a day of the week said without its week, None otherwise.
    """

    first: int
    behind: int
    day: date
    certainty: Certainty = Certainty.EXACT
    kind: str = "period"
    is_past: bool = False
    month: tuple[int, int] = (0, 0)
    time: tuple[int, int] | None = None
    is_deadline: bool = False
    weekday: int | None = None


@dataclass(slots=True)
class Scene:
    """The text and the moment it was said at.

    Args:
        month: Year and month named in the text so far without a day, (0, 0) without one.
        earlier: Days named in earlier turns; None where these are not known.
        dated: The last day to come that was named in the text with its month; None without one.
    """

    tokens: tuple[Token, ...]
    now: datetime
    month: tuple[int, int] = (0, 0)
    earlier: tuple[date, ...] | None = None
    dated: date | None = None

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())

    def low(self, index: int) -> str:
        return low_at(self.tokens, index)

    def speaks_of_past(self, index: int) -> bool:
        """True if the clause has a verb in the past that is no wish, condition or arrangement."""
        first, last = clause_bounds(self.tokens, index)
        words = [t.low for t in self.tokens[first:last] if t.is_word]
        if any(word in {"чтобы", "чтоб", "бы", "если"} or is_future_or_present_verb(word) for word in words):
            return False
        return any(is_past_verb(word) and not word.startswith(_ARRANGING) for word in words)


def determiner(low: str) -> str:
    """ "next", "this", "last", "near" or "that" for «следующий», «этой»…; "" for other words."""
    if low in _THIS:
        return "this"
    if low in THAT:
        return "that"
    return next((kind for stem, kind in _DETERMINERS.items() if low.startswith(stem)), "")


def year_at(scene: Scene, at: int) -> tuple[int | None, int]:
    """A year at `at` («двадцать седьмого года», «2027», «следующего года»), and the index behind it."""
    kind = determiner(scene.low(at))
    if kind and scene.low(at + 1) in {"года", "году", "год"}:
        shift = {"next": 1, "last": -1}.get(kind, 0)
        return scene.today.year + shift, at + 2
    numeral = read_numeral(scene.tokens, at)
    if numeral is None or numeral.value != int(numeral.value):
        return None, at
    behind = numeral.behind
    if scene.low(behind) == "-" and scene.low(behind + 1) in {"го", "м", "ом", "й"}:
        behind += 2
    has_word = scene.low(behind) in {"года", "году", "год", "г"}
    has_point = scene.low(behind) == "г" and scene.low(behind + 1) == "."
    value = int(numeral.value)
    if 2000 <= value <= 2100 and (has_word or numeral.ordinal_ending or scene.tokens[at].is_digits):
        return value, behind + has_word + has_point
    if 20 <= value <= 99 and has_word and (numeral.ordinal_ending or scene.tokens[at].is_digits):
        return 2000 + value, behind + 1 + has_point
    return None, at


def skip_fillers(scene: Scene, at: int) -> int:
    for _ in range(4):
        if scene.low(at) in _FILLERS or scene.low(at) in {",", "-", "…"}:
            at += 1
    return at


def weekday_behind(scene: Scene, at: int) -> tuple[int, int] | None:
    """«…, в четверг» behind a week: number of the day and the index behind it."""
    at = skip_fillers(scene, at)
    at += scene.low(at) in {"в", "во", "к", "до"}
    weekday = WEEKDAY_OF.get(scene.low(at))
    return None if weekday is None else (weekday, at + 1)
