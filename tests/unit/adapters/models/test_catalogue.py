"""Which model suits which machine, and what stands in the table of models."""

from __future__ import annotations

import re

import pytest

from app.adapters.models.catalogue import LANGUAGE_MODELS, SPEECH_MODELS, ModelSpec, models_of, recommended
from app.core.model_store import ModelKind

_GIB = 1 << 30
_ALL = [*SPEECH_MODELS, *LANGUAGE_MODELS]


@pytest.mark.parametrize(
    ("memory_gib", "cores", "speech", "language"),
    [
        (4, 2, "base", "qwen2.5-coder-1.5b"),
        (64, 2, "base", "qwen2.5-coder-1.5b"),
        (2, 2, "base", "qwen2.5-coder-0.5b"),
        (8, 4, "small", "qwen2.5-coder-1.5b"),
        (16, 6, "medium", "qwen3-4b"),
        (32, 10, "large-v3-turbo", "qwen3-8b"),
        (8, 16, "small", "qwen2.5-coder-1.5b"),
        (1, 1, "base", "qwen2.5-coder-0.5b"),
    ],
)
def test_the_machine_decides(memory_gib: int, cores: int, speech: str, language: str) -> None:
    # A machine sold with 8 GB reports somewhat less.
    memory_bytes = memory_gib * _GIB - _GIB // 10 if memory_gib > 4 else memory_gib * _GIB
    assert recommended(ModelKind.SPEECH, memory_bytes, cores).key == speech
    assert recommended(ModelKind.LANGUAGE, memory_bytes, cores).key == language


@pytest.mark.parametrize("kind", list(ModelKind))
def test_models_are_listed_from_small_to_large(kind: ModelKind) -> None:
    sizes = [spec.size_bytes for spec in models_of(kind)]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("spec", _ALL, ids=lambda spec: spec.key)
def test_what_packages_carry_is_pinned_to_the_last_file(spec: ModelSpec) -> None:
    if spec.packages is None:
        assert spec.pinned == ()
        return
    carried = {name for part in spec.packages.parts for _member, name in part.members}
    assert carried == {pin.name for pin in spec.pinned}
    assert spec.size_bytes == sum(pin.size_bytes for pin in spec.pinned)
    assert all(re.fullmatch(r"[0-9a-f]{64}", pin.sha256) for pin in spec.pinned)
    assert all("==" in part.requirement for part in spec.packages.parts)


def test_no_name_stands_for_two_models() -> None:
    names = [name.casefold() for spec in _ALL for name in (spec.key, spec.name, *spec.aliases)]
    assert len(names) == len(set(names))


def test_a_model_answers_to_its_names_in_any_case() -> None:
    assert SPEECH_MODELS[0].answers_to("Whisper-Base")
    assert SPEECH_MODELS[-1].answers_to("turbo")
    assert not SPEECH_MODELS[0].answers_to("tiny")


def test_every_model_may_be_used_in_a_company() -> None:
    assert {spec.licence for spec in _ALL} <= {"MIT", "Apache-2.0"}
