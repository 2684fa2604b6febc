"""The odds of two first words, read from what servers answer."""

from __future__ import annotations

import json
import math

import pytest

from app.adapters.llm.likelihoods import odds_of
from app.core.language_model import MOST_ODDS


def _answer(likely: dict[str, float] | None, said: str = "да") -> str:
    top = [{"token": token, "logprob": math.log(share)} for token, share in (likely or {}).items()]
    likelihoods = {"content": [{"token": said, "logprob": -0.1, "top_logprobs": top}]} if likely is not None else None
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": said}, "logprobs": likelihoods}]})


def test_both_words_are_weighed() -> None:
    assert odds_of(_answer({"да": 0.6, "нет": 0.3, "yes": 0.1}), "да", "нет") == pytest.approx(math.log(2))


def test_spellings_and_beginnings_of_a_word_count_together() -> None:
    likely = {" Да": 0.2, "д": 0.2, "НЕТ": 0.1}
    assert odds_of(_answer(likely), "да", "нет") == pytest.approx(math.log(4))


def test_a_word_that_is_not_among_the_likeliest_is_at_most_as_likely_as_the_last() -> None:
    assert odds_of(_answer({"да": 0.8, "yes": 0.1}), "да", "нет") == pytest.approx(math.log(8))


def test_a_server_without_likelihoods_is_taken_at_its_word() -> None:
    assert odds_of(_answer(None, "Да"), "да", "нет") == MOST_ODDS
    assert odds_of(_answer(None, "нет."), "да", "нет") == -MOST_ODDS


def test_neither_word_says_nothing() -> None:
    assert odds_of(_answer({"возможно": 0.9, "": 0.1}), "да", "нет") is None
    assert odds_of(_answer(None, "Возможно"), "да", "нет") is None


def test_a_longer_word_with_the_same_beginning_is_another_one() -> None:
    assert odds_of(_answer(None, "Данных нет"), "да", "нет") is None
    assert odds_of(_answer({"нет": 0.2, "данных": 0.4, "да": 0.1}), "да", "нет") == pytest.approx(-math.log(2))
