"""Where speech is found: pauses, noises, the other side's echo, one stream on two channels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.adapters.asr import speech
from app.adapters.asr.speech import FRAME, RATE_HZ, find_speech, spans

QUIET_DB = -70.0


def _at(seconds: float) -> int:
    return round(seconds * RATE_HZ / FRAME)


class FakeTrack(speech.VoiceTrack):
    """A side whose probabilities and levels the test decides."""

    def __init__(self, length_s: float) -> None:
        self.voice: NDArray[np.float32] = np.zeros(_at(length_s), np.float32)
        self.level: NDArray[np.float32] = np.full(_at(length_s), QUIET_DB, np.float32)

    def says(self, start_s: float, end_s: float, level_db: float = -20.0) -> FakeTrack:
        self.voice[_at(start_s) : _at(end_s)] = 0.95
        self.level[_at(start_s) : _at(end_s)] = level_db
        return self

    @property
    def probabilities(self) -> NDArray[np.float32]:
        return self.voice

    @property
    def levels_db(self) -> NDArray[np.float32]:
        return self.level


def _seconds(found: tuple[tuple[int, int], ...]) -> list[tuple[float, float]]:
    return [(round(a * FRAME / RATE_HZ, 1), round(b * FRAME / RATE_HZ, 1)) for a, b in found]


def _voice(*seconds: tuple[float, float], length_s: float = 10.0) -> NDArray[np.float32]:
    track = FakeTrack(length_s)
    for start_s, end_s in seconds:
        track.says(start_s, end_s)
    return track.voice


def test_a_short_pause_does_not_end_speech_and_a_long_one_does() -> None:
    found = spans(_voice((1.0, 2.0), (2.2, 3.0), (4.0, 5.0)))
    assert _seconds(tuple(found)) == [(1.0, 3.0), (4.0, 5.0)]


def test_a_click_is_no_speech() -> None:
    assert spans(_voice((1.0, 1.06))) == []


def test_speech_up_to_the_end_is_kept() -> None:
    assert _seconds(tuple(spans(_voice((8.0, 10.0))))) == [(8.0, 10.0)]


def test_the_echo_of_the_other_side_is_no_speech() -> None:
    left = FakeTrack(20.0).says(1.0, 5.0).says(6.0, 9.0, -46.0)
    right = FakeTrack(20.0).says(1.0, 5.0, -46.0).says(6.0, 9.0)
    found = find_speech([left, right], is_same_signal=False)
    assert [_seconds(side) for side in found.sides] == [[(1.0, 5.0)], [(6.0, 9.0)]]
    assert not found.is_mixed


def test_unequal_levels_do_not_matter() -> None:
    left = FakeTrack(20.0).says(1.0, 5.0, -12.0).says(6.0, 9.0, -52.0)
    right = FakeTrack(20.0).says(1.0, 5.0, -38.0).says(6.0, 9.0, -27.0)
    found = find_speech([left, right], is_same_signal=False)
    assert [_seconds(side) for side in found.sides] == [[(1.0, 5.0)], [(6.0, 9.0)]]


def test_a_side_that_hears_only_echo_says_nothing() -> None:
    left = FakeTrack(20.0).says(1.0, 5.0).says(6.0, 9.0)
    right = FakeTrack(20.0).says(1.0, 5.0, -46.0).says(6.0, 9.0, -46.0)
    found = find_speech([left, right], is_same_signal=False)
    assert [_seconds(side) for side in found.sides] == [[(1.0, 5.0), (6.0, 9.0)], []]


def test_both_are_kept_where_both_speak() -> None:
    left = FakeTrack(20.0).says(1.0, 5.0).says(8.0, 9.0, -46.0)
    right = FakeTrack(20.0).says(1.0, 2.0, -46.0).says(4.0, 9.0, -22.0)
    found = find_speech([left, right], is_same_signal=False)
    assert [_seconds(side) for side in found.sides] == [[(1.0, 5.0)], [(4.0, 9.0)]]


def test_a_short_word_in_the_others_echo_is_kept() -> None:
    left = FakeTrack(20.0).says(1.0, 8.0)
    right = FakeTrack(20.0).says(1.0, 8.0, -46.0).says(4.0, 4.4, -20.0).says(10.0, 14.0)
    found = find_speech([left, right], is_same_signal=False)
    assert _seconds(found.sides[1]) == [(4.0, 4.4), (10.0, 14.0)]


@pytest.mark.parametrize("is_same_signal", [True, False])
def test_one_voice_on_both_channels_is_one_stream(is_same_signal: bool) -> None:
    left = FakeTrack(20.0).says(1.0, 5.0).says(6.0, 9.0, -22.0)
    right = FakeTrack(20.0).says(1.0, 5.0, -23.0).says(6.0, 9.0, -25.0)
    found = find_speech([left, right], is_same_signal)
    assert found.is_mixed
    assert [_seconds(side) for side in found.sides] == [[(1.0, 5.0), (6.0, 9.0)]]


def test_a_dead_channel_leaves_one_stream() -> None:
    left, right = FakeTrack(20.0).says(1.0, 5.0), FakeTrack(20.0)
    right.level[:] = -100.0
    assert len(find_speech([left, right], is_same_signal=False).sides) == 1


def test_silence_has_no_speech() -> None:
    assert find_speech([FakeTrack(20.0), FakeTrack(20.0)], is_same_signal=False).sides == ((), ())
    assert find_speech([FakeTrack(20.0)], is_same_signal=False).sides == ((),)


def test_pieces_of_any_length_give_the_same_as_the_whole() -> None:
    noise = (np.random.default_rng(5).standard_normal(50_000) * 0.1).astype(np.float32)
    whole, parts = speech.VoiceTrack(), speech.VoiceTrack()
    whole.add(noise)
    for start in range(0, len(noise), 777):
        parts.add(noise[start : start + 777])
    for track in (whole, parts):
        track.finish()
    assert len(whole.probabilities) == -(-len(noise) // FRAME)
    np.testing.assert_allclose(whole.probabilities, parts.probabilities, atol=1e-5)
    np.testing.assert_allclose(whole.levels_db, parts.levels_db, atol=1e-4)
