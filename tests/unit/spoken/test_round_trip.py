"""Six hundred values said in words, in three cases, and read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.spoken.model import Certainty
from app.spoken.money import find_money
from app.spoken.numbers import find_numbers

_VALUES = Path(__file__).with_name("values_in_words.tsv")


def _said_in(case: str) -> list[tuple[int, str]]:
    """Values with their words. None is like 1 000 200: spoken, «миллион двести» is 1 200 000."""
    rows = [line.split("\t") for line in _VALUES.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [(int(value), words) for value, row_case, words in rows if row_case == case]


@pytest.mark.parametrize("case", ["nomn", "gent", "datv"])
def test_two_hundred_values_survive_the_way_to_words_and_back(case: str) -> None:
    said = _said_in(case)
    lost = []
    for value, words in said:
        heard = [(int(n.value), n.certainty) for n in find_numbers(f"{words} рублей")]
        amounts = [(int(m.value), m.certainty) for m in find_money(f"{words} рублей")]
        if heard != [(value, Certainty.EXACT)] or amounts != [(value, Certainty.EXACT)]:
            lost.append((value, words, heard, amounts))
    assert lost == []
    assert len(said) == 200
