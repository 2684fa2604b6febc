"""What holds for any text at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.spoken.cities import find_cities
from app.spoken.companies import find_organisations
from app.spoken.contacts import find_digit_strings, find_emails, find_phones
from app.spoken.dates import find_moments, find_terms
from app.spoken.money import find_money
from app.spoken.names import find_people
from app.spoken.numbers import find_numbers
from app.spoken.roles import find_roles
from app.spoken.times import find_times
from app.spoken.tokens import vocabulary

NOW = datetime(2026, 11, 18, 15)  # noqa: DTZ001 - the local time of a call


class _Mark(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_FINDERS: tuple[Callable[[str], Sequence[_Mark]], ...] = (
    find_numbers,
    find_money,
    lambda text: find_moments(text, NOW),
    find_terms,
    find_times,
    find_phones,
    find_emails,
    find_digit_strings,
    find_people,
    find_roles,
    find_organisations,
    find_cities,
)
_WORDS = sorted(
    vocabulary(
        "ноль один два две три пять десять пятнадцать двадцать сорок сто двести девятьсот тысяча тысяч миллион миллиона"
        " полтора полмиллиона четверть половиной целых десятых первого двадцатое сотый рублей копеек процентов % штук"
        " от до с по и в на к через после без около где-то не а нет ой плюс минус семь восемь девять собака точка ру"
        " дефис яндекс эм а и эс завтра вчера вторник пятницу марта декабря недели неделю месяца квартала года числа"
        " утра часов половине третьего конца начале следующей той рабочих дней поставки праздников Игорь Савельевым"
        " Ольге Петровна директор отдела компания ООО «Ромашка» „Прогресс“ город Орёл Казани Ростов-на-Дону 8 25 2026"
        " 12:30 31.12 1,5 2 400 000 +7 ( ) - — , . … ! ? : ; № ₽"
    )
)
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(_WORDS), max_size=14).map(" ".join),
    st.lists(st.sampled_from(_WORDS), max_size=8).map("".join),
)


@pytest.mark.parametrize("find", _FINDERS)
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(text=_TEXTS)
def test_places_lie_in_the_text_in_order_and_apart(find: Callable[[str], Sequence[_Mark]], text: str) -> None:
    behind = 0
    for mark in find(text):
        assert behind <= mark.start < mark.end <= len(text)
        assert text[mark.start : mark.end].strip() == text[mark.start : mark.end]
        behind = mark.end


@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=_TEXTS)
def test_the_upper_end_of_a_range_is_above_the_lower(text: str) -> None:
    for found in (*find_numbers(text), *find_money(text)):
        assert found.upper is None or abs(found.value) < abs(found.upper)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=_TEXTS)
def test_moments_are_written_as_iso_dates(text: str) -> None:
    for moment in find_moments(text, NOW):
        assert datetime.fromisoformat(moment.iso).strftime("%Y-%m-%dT%H:%M")[: len(moment.iso)] == moment.iso


@pytest.mark.parametrize("word", ["в", "на", "до", "к", "с", "через", "около", "после", "полтора", "двадцать", "и"])
@pytest.mark.parametrize("before", ["", "сто девять тысяч", "109 тысяч", "во вторник", "собака точка"])
def test_a_recogniser_may_end_a_turn_after_any_word(before: str, word: str) -> None:
    for find in _FINDERS:
        find(f"{before} {word}".strip())


def test_tenths_behind_and_are_a_fraction() -> None:
    found = find_numbers("два и три десятых куба")
    assert [one.value for one in found] == [Decimal("2.3")]
