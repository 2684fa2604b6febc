"""Wide instructions are asked for where the processor has all of them, and never against the person's own choice."""

from __future__ import annotations

import os

import pytest

from app.adapters.asr import instructions

_ALL = dict.fromkeys(("AVX512F", "AVX512CD", "AVX512VL", "AVX512BW", "AVX512DQ"), True)


@pytest.fixture(autouse=True)
def _no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set first, so that what the code under test puts there goes again after the test.
    monkeypatch.setenv("CT2_FORCE_CPU_ISA", "")
    monkeypatch.delenv("CT2_FORCE_CPU_ISA")


def _asked_for(monkeypatch: pytest.MonkeyPatch, features: dict[str, bool]) -> str | None:
    monkeypatch.setattr(instructions, "_features", lambda: features)
    instructions.prefer_wide_instructions()
    return os.environ.get("CT2_FORCE_CPU_ISA")


def test_a_processor_with_all_of_them_uses_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _asked_for(monkeypatch, _ALL) == "AVX512"


@pytest.mark.parametrize("features", [{}, {"AVX512F": True}, {**_ALL, "AVX512VL": False}])
def test_one_that_lacks_some_is_left_alone(monkeypatch: pytest.MonkeyPatch, features: dict[str, bool]) -> None:
    assert _asked_for(monkeypatch, features) is None


def test_what_a_person_chose_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CT2_FORCE_CPU_ISA", "AVX2")
    assert _asked_for(monkeypatch, _ALL) == "AVX2"
