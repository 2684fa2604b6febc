"""Six hundred values said in words, in three cases, and read back."""

from __future__ import annotations

import random
from functools import lru_cache

import pytest

from app.spoken.model import Certainty
from app.spoken.money import find_money
from app.spoken.morphology import parses
from app.spoken.numbers import find_numbers

num2words = pytest.importorskip("num2words").num2words
_SCALES = ("тысяча", "миллион", "миллиард")


def _values() -> list[int]:
    generator = random.Random(20261118)
    values = {generator.randrange(10**power) for power in (2, 3, 4, 5, 6, 7, 8) for _ in range(40)}
    # «миллион двести» is a million and two hundred thousand in speech, so such a value is never said that way.
    return sorted(v for v in values if v and (v < 10**6 or v % 10**6 // 1000 or not v % 1000))[:200]


@lru_cache(maxsize=5_000)
def _inflected(word: str, case: str) -> str:
    readings = parses(word)
    if readings[0].normal_form in _SCALES:
        number = "sing" if word in _SCALES else "plur"
        return str(next(p for p in readings if p.normal_form in _SCALES).inflect({case, number}).word)
    reading = next((p for p in readings if p.tag.POS == "NUMR"), readings[0])
    return str(reading.inflect({case}).word)


def _said(value: int, case: str) -> str:
    words = num2words(value, lang="ru").split()
    return " ".join(words if case == "nomn" else [_inflected(word, case) for word in words])


@pytest.mark.parametrize("case", ["nomn", "gent", "datv"])
def test_two_hundred_values_survive_the_way_to_words_and_back(case: str) -> None:
    lost = []
    for value in _values():
        text = _said(value, case)
        heard = [(int(n.value), n.certainty) for n in find_numbers(f"{text} рублей")]
        amounts = [(int(m.value), m.certainty) for m in find_money(f"{text} рублей")]
        if heard != [(value, Certainty.EXACT)] or amounts != [(value, Certainty.EXACT)]:
            lost.append((value, text, heard, amounts))
    assert lost == []
    assert len(_values()) == 200
