"""The estimate stays on its side of what real tokenizers count."""

from __future__ import annotations

import pytest

from app.adapters.llm.token_estimate import tokens_at_least, tokens_at_most

# Counted with Qwen2.5's tokenizer.
_COUNTED = [
    ("Добрый день, меня зовут Анна, звоню по поводу светильников для нового склада.", 29),
    ("Good afternoon, I am calling about the lights for our new warehouse.", 14),
    ('{"budget": 2400000, "phone": "+79161234567"}', 28),
    ("ТД-200, 12 шт., 310 000 руб.", 23),
]


@pytest.mark.parametrize(("text", "counted"), _COUNTED)
def test_a_count_lies_between_the_estimates(text: str, counted: int) -> None:
    assert tokens_at_least(text) <= counted <= tokens_at_most(text)


def test_nothing_has_no_tokens() -> None:
    assert tokens_at_most("") == tokens_at_least("") == 0
