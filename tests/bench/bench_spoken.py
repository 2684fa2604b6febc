"""Spoken values: the shared phrases, phrases of our own, and the time a turn takes."""

from __future__ import annotations

import itertools
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.spoken.cities import find_cities
from app.spoken.companies import find_organisations
from app.spoken.contacts import find_digit_strings, find_emails, find_phones
from app.spoken.dates import find_moments, find_terms
from app.spoken.model import Certainty
from app.spoken.money import find_money
from app.spoken.names import find_people
from app.spoken.numbers import find_numbers
from app.spoken.roles import find_roles
from tests.bench.figures import Figure, at_least, at_most
from tests.shared_bench import SHARED_BENCH
from tests.unit.spoken import named_phrases, phrases

_NOW = datetime(2026, 11, 18, 15)  # noqa: DTZ001 - the local time of a call


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in a phrase, and whether all of it claimed to be exact."""

    values: list[Any]
    is_exact: bool


def heard_numbers(text: str) -> Heard:
    """All values in order: amounts, and the numbers beside them; a range as its two ends."""
    money = find_money(text)
    numbers = [n for n in find_numbers(text) if not any(m.start < n.end and n.start < m.end for m in money)]
    found = sorted((*money, *numbers), key=lambda mark: mark.start)
    values = [float(end) for mark in found for end in (mark.value, mark.upper) if end is not None]
    return Heard(values, all(mark.certainty is Certainty.EXACT for mark in found))


def heard_moment(text: str, now: datetime) -> Heard:
    """The one moment of a phrase."""
    found = find_moments(text, now)
    return Heard([moment.iso for moment in found], all(m.certainty is Certainty.EXACT for m in found))


def heard_contacts(text: str) -> Heard:
    """Phones, e-mails and strings of digits."""
    found = [mark for find in (find_phones, find_emails, find_digit_strings) for mark in find(text)]
    return Heard([mark.value for mark in found], all(mark.certainty is Certainty.EXACT for mark in found))


def shared_figures(folder: Path) -> Iterator[Figure]:
    """The shares right in the shared phrases, and how many wrong values claim to be exact."""
    dates = json.loads((folder / "dates.json").read_text("utf-8"))
    now = datetime.fromisoformat(dates["now"])
    kinds: list[tuple[str, float, Callable[[str], Heard]]] = [
        ("numbers", 0.95, heard_numbers),
        ("dates", 0.90, lambda text: heard_moment(text, now)),
        ("contacts", 0.85, heard_contacts),
    ]
    for kind, bar, hear in kinds:
        cases = json.loads((folder / f"{kind}.json").read_text("utf-8"))["cases"]
        right = wrong_and_exact = 0
        for case in cases:
            heard = hear(case["text"])
            wanted = case["want"] if isinstance(case["want"], list) else [case["want"]]
            right += heard.values == wanted
            wrong_and_exact += bool(heard.values) and heard.values != wanted and heard.is_exact
        yield at_least(f"shared phrases: {kind}", round(right / len(cases), 3), bar, note=f"{right} of {len(cases)}")
        yield at_most(f"shared phrases: {kind}, wrong yet exact", wrong_and_exact, 0)


def own_figures() -> Iterator[Figure]:
    """The shares right in phrases of our own."""
    kinds: tuple[tuple[str, Sequence[tuple[str, Any]], Callable[[str], Any]], ...] = (
        ("amounts", phrases.MONEY, lambda t: tuple(_ends(t))),
        ("days and times", phrases.MOMENTS, lambda t: tuple(m.iso for m in find_moments(t, _NOW))),
        ("contacts", phrases.CONTACTS, lambda t: "".join(heard_contacts(t).values)),
        ("people", named_phrases.PEOPLE, lambda t: tuple(p.name for p in find_people(t))),
        ("titles", named_phrases.ROLES, lambda t: tuple(r.name for r in find_roles(t))),
        ("companies", named_phrases.COMPANIES, lambda t: tuple((o.name, o.legal_form) for o in find_organisations(t))),
        ("towns", named_phrases.CITIES, lambda t: tuple(c.name for c in find_cities(t))),
    )
    for kind, entries, hear in kinds:
        right = sum(hear(text) == _plain(wanted) for text, wanted in entries)
        yield Figure(f"own phrases: {kind}", round(right / len(entries), 3), note=f"{right} of {len(entries)}")


def _ends(text: str) -> list[float]:
    return [float(end) for money in find_money(text) for end in (money.value, money.upper) if end is not None]


def _plain(wanted: Any) -> Any:
    """Amounts are written as text in the phrases."""
    is_amounts = isinstance(wanted, tuple) and all(isinstance(w, str) and w.replace(".", "").isdigit() for w in wanted)
    return tuple(float(w) for w in wanted) if is_amounts else wanted


def speed_figures() -> Iterator[Figure]:
    """Processor time for all finders on one turn, after one turn that loads the dictionaries."""
    turns = [text for text, _ in (*phrases.MONEY, *phrases.MOMENTS, *phrases.CONTACTS, *named_phrases.PEOPLE)]
    turns = [f"{first}. {second}" for first, second in itertools.pairwise(turns)]
    began = time.perf_counter()
    _all_finders("разогрев: завтра в десять, два миллиона, через три рабочих дня, в Казани у Игоря Савельева")
    yield Figure("first turn, with everything loaded on the way", round(time.perf_counter() - began, 2), "s")
    for warmth, bar in (("words not met before", None), ("words met before", 2.0)):
        spent = []
        for turn in turns:
            began_s = time.process_time()
            # The texts differ from pass to pass, so that only words are remembered, and no answers.
            _all_finders(turn if bar is None else f"{turn} ")
            spent.append((time.process_time() - began_s) * 1000)
        name = f"all finders on a turn, {warmth}, median"
        median, note = round(statistics.median(spent), 2), f"{len(turns)} turns; 95th percentile {_late(spent)} ms"
        yield Figure(name, median, "ms", note=note) if bar is None else at_most(name, median, bar, "ms", note)


def _late(spent_ms: list[float]) -> float:
    return round(sorted(spent_ms)[int(len(spent_ms) * 0.95)], 2)


def _all_finders(text: str) -> None:
    find_numbers(text)
    find_money(text)
    find_moments(text, _NOW)
    find_terms(text)
    find_phones(text)
    find_emails(text)
    find_people(text)
    find_roles(text)
    find_organisations(text)
    find_cities(text)


def figures() -> Iterator[Figure]:
    """What the finders of spoken values reach."""
    # First, while nothing is loaded yet.
    yield from speed_figures()
    folder = SHARED_BENCH / "phrases"
    if folder.is_dir():
        yield from shared_figures(folder)
    else:
        yield Figure("shared phrases", "not beside this checkout", note="../shared/bench/phrases")
    yield from own_figures()
