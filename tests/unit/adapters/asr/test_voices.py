"""Voices told apart by vectors; made vectors stand for the model's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.adapters.asr import voices
from app.adapters.asr.fbank import RATE_HZ
from app.adapters.asr.windows import Voiced

S = RATE_HZ
WIDTH = 48


def _voice(number: int, count: int, spread: float = 0.5, *, like: float = 0.0) -> NDArray[np.float32]:
    """Vectors of one voice around its own direction; `like` is the cosine of that direction with voice 0."""
    random = np.random.default_rng(number)
    middle = np.zeros(WIDTH)
    middle[0], middle[number] = (1.0, 1.0) if number == 0 else (like, (1 - like**2) ** 0.5)
    found = middle / np.linalg.norm(middle) + spread * random.standard_normal((count, WIDTH)) / WIDTH**0.5
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def _count(*groups: NDArray[np.float32]) -> int:
    return len(voices.voices_in(np.concatenate(groups)))


def test_two_voices_are_two_and_three_are_three() -> None:
    assert _count(_voice(0, 40), _voice(1, 25)) == 2
    assert _count(_voice(0, 40), _voice(1, 25), _voice(2, 20)) == 3


def test_one_voice_stays_one_however_much_it_says() -> None:
    for count in (1, 5, 8, 30, 300):
        assert _count(_voice(3, count)) == 1


def test_a_second_voice_that_says_too_little_is_not_made_up() -> None:
    assert _count(_voice(0, 30), _voice(1, 2)) == 1


def test_voices_that_are_alike_need_much_speech() -> None:
    assert _count(_voice(0, 60, 0.35, like=0.75), _voice(1, 60, 0.35, like=0.75)) == 2
    assert _count(_voice(0, 8, 0.35, like=0.75), _voice(1, 8, 0.35, like=0.75)) == 1


def test_windows_cover_a_span_to_its_end() -> None:
    assert voices.windows_of((0, 3 * S)) == [(0, 24_000), (16_000, 40_000), (24_000, 48_000)]
    assert voices.windows_of((100, 100 + S)) == [(100, 100 + S)]
    assert voices.windows_of((0, S // 10)) == []


def test_a_change_inside_a_span_is_put_where_the_windows_turn() -> None:
    span = (0, 6 * S)
    windows = voices.windows_of(span)
    is_first = np.array([start + end < 6 * S for start, end in windows])
    near = np.stack([np.where(is_first, 0.9, 0.2), np.where(is_first, 0.2, 0.9)], axis=1).astype(np.float32)
    first, second = voices.voted([span], windows, near)
    assert (first.voice, second.voice) == (0, 1)
    assert (first.start, second.end) == span
    assert first.end == second.start == pytest.approx(3 * S, abs=0.5 * S)


def test_voices_are_numbered_as_they_are_heard() -> None:
    spans = [(0, S), (2 * S, 3 * S)]
    near = np.array([[0.1, 0.8], [0.8, 0.1]], np.float32)
    assert voices.voted(spans, spans, near) == (Voiced(0, S, 0), Voiced(2 * S, 3 * S, 1))


def test_the_same_sound_gives_the_same_voices() -> None:
    spans = [(at * 4 * S, at * 4 * S + 3 * S) for at in range(8)]
    made = {0: _voice(0, 1)[0], 1: _voice(1, 1)[0]}

    def read(start: int, end: int) -> NDArray[np.float32]:
        hertz = 3_000 if start // (4 * S) % 2 else 300
        return np.sin(2 * np.pi * hertz * np.arange(end - start) / S).astype(np.float32)

    def vector(features: NDArray[np.float32]) -> NDArray[np.float32]:
        return made[int(features.mean(axis=0).argmax() > 40)]

    with ThreadPoolExecutor(2) as pool:
        found = voices.find_voices(spans, read, vector, pool)
        assert found == voices.find_voices(spans, read, vector, pool)
    assert [(v.start, v.end) for v in found] == spans


def test_a_model_that_is_not_the_shipped_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "campplus.onnx"
    file.write_bytes(voices.MODEL.read_bytes()[:-1])
    with pytest.raises(ValueError, match="damaged"):
        voices.VoiceModel(file)
