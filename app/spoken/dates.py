"""Days and times of a text, relative to the moment it was said at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.spoken import day_rules, period_rules, week_rules
from app.spoken.calendar_words import WEEKDAY_OF
from app.spoken.model import Certainty, Moment
from app.spoken.scene import DayHit, Scene
from app.spoken.terms import find_terms, term_places
from app.spoken.times import TimeHit, bare_hour, is_in_clause_with_verb, time_hits
from app.spoken.tokens import Token, clause_bounds, sentence_bounds, tokenise, vocabulary

__all__ = ["find_moments", "find_terms"]

_RULES: tuple[Callable[[Scene, int], DayHit | None], ...] = (
    day_rules.written,
    day_rules.day_of_month,
    period_rules.nth_weekday,
    day_rules.relative,
    day_rules.through,
    day_rules.ago,
    day_rules.within,
    period_rules.edge,
    week_rules.holidays,
    week_rules.weekday,
    week_rules.week,
    period_rules.whole_period,
    day_rules.number,
)

_CONNECTIVES = vocabulary(
    "ну э ээ где то примерно так давайте утром вечером днем утра часов часика около и да прямо лучше скажем наверное бы"
    " с ориентировочно ближе первой половине во после до обеда"
)
_SIGNS = frozenset(",-–—…")
_APPROXIMATE = vocabulary("раньше примерно ориентировочно приблизительно около ближе районе плюс")
_PARTING = vocabulary("спасибо тогда свидания связи хорошо договорились пока ладно счастливо")
_ASIDE_WORDS = 4
_SAME_DAY_FILLERS = vocabulary("да ну то есть это значит а числа в во как раз")


def find_moments(text: str, now: datetime, earlier: Sequence[Moment] | None = None) -> list[Moment]:
    """Days, with a time where one was said, in the order of the text, not overlapping.

    Args:
        text: A turn of a call.
        now: When it was said; local time of the call.
        earlier: Moments of the turns before, which a day without its month («к двадцатому») may refer to. Without
            them such a day is a GUESS; with them it is EXACT unless they speak of another month.

    A day of the week without more is the nearest in the future, «следующий вторник» that of the next week. A time
    without a day near it belongs to a day named before, or to today, and is a GUESS. What was said of the past is
    marked `is_past`. Terms counted from an event («после поставки») are left to `find_terms`.
    """
    tokens = tokenise(text)
    masked = {index for first, behind, *_ in term_places(text) for index in range(first, behind)}
    known = None if earlier is None else tuple(date.fromisoformat(m.iso[:10]) for m in earlier if not m.is_past)
    scene = Scene(tokens, now.replace(tzinfo=None, second=0, microsecond=0), earlier=known)
    times = [t for t in time_hits(tokens) if not masked & set(range(t.first, t.behind))]
    sure = {index for t in times if t.is_sure for index in range(t.first + bool(t.opener), t.behind)}
    days = _doubted(scene, _merged(scene, _day_hits(scene, masked | sure)))
    times = [t for t in times if not _is_taken(t, days)]
    return _joined(scene, days, times)


def _day_hits(scene: Scene, masked: set[int]) -> list[DayHit]:
    hits: list[DayHit] = []
    index = 0
    while index < len(scene.tokens):
        hit = None if index in masked else _hit_at(scene, index)
        if hit is None or (hits and hit.first < hits[-1].behind):
            index += 1
            continue
        if hit.month != (0, 0):
            scene.month = hit.month
        elif hit.kind == "date":
            scene.month = (0, 0)
            scene.dated = hit.day if not hit.is_past else scene.dated
        hits.append(_with_opener(scene, hit))
        index = hit.behind
    return hits


def _hit_at(scene: Scene, index: int) -> DayHit | None:
    for rule in _RULES:
        hit = rule(scene, index)
        if hit is not None:
            return hit
    return None


def _with_opener(scene: Scene, hit: DayHit) -> DayHit:
    """Takes the preposition in, and from the words around whether it is a deadline or about that day."""
    first = hit.first
    before = scene.low(first - 1)
    is_deadline = hit.is_deadline or before in {"до", "к", "ко"} or scene.low(first) in {"до", "к"}
    if before in {"позже", "позднее"} and scene.low(first - 2) == "не":
        is_deadline = True
    if scene.low(hit.behind) == "," and scene.low(hit.behind + 1) == "не":
        is_deadline = is_deadline or scene.low(hit.behind + 2) in {"позже", "позднее"}
    if before in {"в", "во", "до", "к", "ко", "на", "с", "со", "после"}:
        first -= 1
    certainty = hit.certainty
    is_about = scene.low(first - 1) in _APPROXIMATE or (
        scene.low(first - 1) == "то" and scene.low(first - 3) in {"где", "как"}
    )
    if is_about and certainty is Certainty.EXACT:
        certainty = Certainty.APPROXIMATE
    if is_deadline and _is_farewell(scene, first, hit):
        is_deadline = False
    return replace(hit, first=first, certainty=certainty, is_deadline=is_deadline)


def _is_farewell(scene: Scene, first: int, hit: DayHit) -> bool:
    """«Спасибо, до вторника!» names a day and no deadline."""
    if scene.low(first) != "до" or hit.kind not in {"weekday", "relative"}:
        return False
    start, end = sentence_bounds(scene.tokens, first)
    words = {t.low for t in scene.tokens[start:first]}
    ends = {scene.low(hit.behind), scene.low(end)}
    return scene.low(hit.behind) in {"", ",", ".", "!"} and ("!" in ends or bool(words & _PARTING))


def _merged(scene: Scene, hits: list[DayHit]) -> list[DayHit]:
    """Days named twice in a row («во вторник, шестого») made one; the date of the month wins."""
    result: list[DayHit] = []
    for hit in hits:
        joined = _same_day(scene, result[-1], hit) if result else None
        if _names_its_weekday(scene, result, hit):
            continue
        if joined is not None:
            result[-1] = joined
        elif result and _contradicts(scene, result[-1], hit):
            result[-1:] = [replace(named, certainty=Certainty.GUESS) for named in (result[-1], hit)]
        elif result and [t.low for t in scene.tokens[result[-1].behind : hit.first]] == ["или"]:
            result[-1:] = [replace(choice, certainty=Certainty.GUESS) for choice in (result[-1], hit)]
        else:
            result.append(hit)
    return result


def _names_its_weekday(scene: Scene, before: list[DayHit], hit: DayHit) -> bool:
    """«Второго февраля звоните, это вторник»: what day of the week the day named just before is, and no other day."""
    if scene.low(hit.first) != "это" or scene.low(hit.first + 1) not in WEEKDAY_OF or not before:
        return False
    named = before[-1]
    is_near = hit.first - named.behind <= _ASIDE_WORDS
    return is_near and named.kind in {"date", "number"} and named.day.weekday() == WEEKDAY_OF[scene.low(hit.first + 1)]


def _contradicts(scene: Scene, a: DayHit, b: DayHit) -> bool:
    """«в среду, двадцать шестого» where that is a Thursday."""
    between = scene.tokens[a.behind : b.first]
    is_pair = {a.kind, b.kind} in ({"weekday", "number"}, {"weekday", "date"})
    return is_pair and a.day != b.day and len(between) <= 2 and all(t.low in _SIGNS for t in between)


def _doubted(scene: Scene, hits: list[DayHit]) -> list[DayHit]:
    """«в понедельник» is a guess if a later day that was named is a Monday too."""
    named = [*(scene.earlier or ()), *(hit.day for hit in hits if hit.kind in {"date", "number"})]
    return [
        replace(hit, certainty=Certainty.GUESS)
        if hit.weekday is not None and any(day.weekday() == hit.weekday and day > hit.day for day in named)
        else hit
        for hit in hits
    ]


def _same_day(scene: Scene, a: DayHit, b: DayHit) -> DayHit | None:
    between = scene.tokens[a.behind : b.first]
    signs = _SIGNS | {"."} if any(t.low == "да" for t in between) else _SIGNS
    if len(between) > 5 or any(t.low not in _SAME_DAY_FILLERS and t.low not in signs for t in between):
        return None
    is_deadline = a.is_deadline or b.is_deadline
    if a.day == b.day and a.kind != b.kind:
        certainty = Certainty.EXACT if "period" not in (a.kind, b.kind) else a.certainty
        return replace(b, first=a.first, certainty=certainty, is_deadline=is_deadline, time=a.time or b.time)
    if a.month != (0, 0) and b.kind == "number":
        return replace(b, first=a.first, is_deadline=is_deadline)
    for named, weekday in ((a, b.weekday), (b, a.weekday)):
        if weekday is not None and named.kind in {"date", "number", "relative"} and named.day.weekday() == weekday:
            return replace(named, first=a.first, behind=b.behind, certainty=Certainty.EXACT, is_deadline=is_deadline)
    return None


def _is_taken(time: TimeHit, days: list[DayHit]) -> bool:
    return any(day.first < time.behind and time.first < day.behind for day in days)


def _joined(scene: Scene, days: list[DayHit], times: list[TimeHit]) -> list[Moment]:
    moments: list[Moment] = []
    free = list(times)
    for day in days:
        time = next((t for t in free if _is_beside(scene.tokens, day, t)), None)
        if time is not None:
            free.remove(time)
        elif day.kind in {"weekday", "relative", "date"} and not day.is_past and day.time is None:
            time = bare_hour(scene.tokens, day.behind)
        moments.append(_moment(scene, day, time))
    moments.extend(m for time in free if (m := _lone(scene, days, time)) is not None)
    return sorted(moments, key=lambda m: m.start)


def _is_beside(tokens: tuple[Token, ...], day: DayHit, time: TimeHit) -> bool:
    if day.time is not None or (day.is_past and not time.is_sure):
        return False
    if time.first >= day.behind:
        between = tokens[day.behind : time.first]
        limit = 6
    else:
        between = tokens[time.behind : day.first]
        limit = 2
    if len(between) > limit:
        return False
    return all(t.low in _CONNECTIVES or t.low in _SIGNS for t in between)


def _moment(scene: Scene, day: DayHit, time: TimeHit | None) -> Moment:
    first, behind, certainty, is_deadline = day.first, day.behind, day.certainty, day.is_deadline
    iso = day.day.isoformat()
    if day.time is not None:
        iso = f"{iso}T{day.time[0]:02d}:{day.time[1]:02d}"
    if time is not None:
        iso = f"{iso}T{time.iso}"
        first, behind = min(first, time.first), max(behind, time.behind)
        is_deadline = is_deadline or time.opener in {"до", "к", "ко"}
        if certainty is Certainty.EXACT:
            certainty = time.certainty
    tokens = scene.tokens
    return Moment(tokens[first].start, tokens[behind - 1].end, iso, certainty, is_deadline, day.is_past)


def _lone(scene: Scene, days: list[DayHit], time: TimeHit) -> Moment | None:
    """A time without a day beside it: of the day named before, else of today or tomorrow."""
    if not time.is_sure and not is_in_clause_with_verb(scene.tokens, time.first):
        first, last = clause_bounds(scene.tokens, time.first)
        if time.opener not in {"в", "во"} or last - first > 3:
            return None
    earlier = [d for d in days if d.behind <= time.first and not d.is_past and d.time is None]
    if earlier:
        day = earlier[-1].day
    else:
        is_still_ahead = (time.hour, time.minute) > (scene.now.hour, scene.now.minute)
        day = scene.today if is_still_ahead else scene.today + timedelta(days=1)
    tokens = scene.tokens
    return Moment(
        tokens[time.first].start,
        tokens[time.behind - 1].end,
        f"{day.isoformat()}T{time.iso}",
        Certainty.GUESS,
        time.opener in {"до", "к", "ко"},
    )
