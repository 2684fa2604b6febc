"""Model text becomes a checked JSON object, or a reason."""

from __future__ import annotations

import pytest

from app.adapters.llm.answer_check import BrokenAnswerError, checked_answer

_SCHEMA = {
    "type": "object",
    "properties": {"turns": {"type": "array", "items": {"type": "integer"}, "maxItems": 2}},
    "required": ["turns"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "text",
    ['{"turns": [1]}', '```json\n{"turns": [1]}\n```', '<think>может, {"turns": [9]}</think>\n{"turns": [1]}'],
)
def test_the_object_is_found_in_what_surrounds_it(text: str) -> None:
    assert checked_answer(text, _SCHEMA) == {"turns": [1]}


@pytest.mark.parametrize("text", ["", "да", "[1]", '{"turns": [1', "{turns: 1}"])
def test_text_without_an_object_is_no_json(text: str) -> None:
    with pytest.raises(BrokenAnswerError) as caught:
        checked_answer(text, _SCHEMA)
    assert not caught.value.is_json


@pytest.mark.parametrize("text", ["{}", '{"turns": ["1"]}', '{"turns": [1, 2, 3]}', '{"turns": [], "more": 1}'])
def test_an_object_outside_the_schema_is_named_with_its_place(text: str) -> None:
    with pytest.raises(BrokenAnswerError) as caught:
        checked_answer(text, _SCHEMA)
    assert caught.value.is_json
    assert caught.value.reason.startswith("$")


def test_the_reason_does_not_quote_a_long_answer_back() -> None:
    with pytest.raises(BrokenAnswerError) as caught:
        checked_answer('{"turns": "' + "а" * 5000 + '"}', _SCHEMA)
    assert len(caught.value.reason) < 300
