"""What a person types becomes the address that requests go to."""

from __future__ import annotations

import pytest

from app.adapters.llm.openai_compatible import base_address
from app.core.errors import UserFixable


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"),
        (" https://llm.example.org/v1/chat/completions ", "https://llm.example.org/v1"),
        ("https://llm.example.org", "https://llm.example.org/v1"),
        ("localhost:1234", "http://localhost:1234/v1"),
        ("https://llm.example.org/openai/deployments/one", "https://llm.example.org/openai/deployments/one"),
    ],
)
def test_an_address_is_completed(typed: str, address: str) -> None:
    assert base_address(typed) == address


@pytest.mark.parametrize("typed", ["", "   ", "ftp://host/v1", "http://", "http://host:99999/v1", "C:\\models"])
def test_what_is_no_address_is_said_at_once(typed: str) -> None:
    with pytest.raises(UserFixable) as caught:
        base_address(typed)
    assert caught.value.code == "llm.address"
