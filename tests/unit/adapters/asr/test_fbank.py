"""The filter bank that the model of voices was trained on."""

from __future__ import annotations

import numpy as np
import pytest

from app.adapters.asr.fbank import BANDS, fbank

# Bands 0, 10, 30, 50 and 79 of some frames of `_sweep`, as kaldi-native-fbank 1.23.0 gives them with dither 0.
KALDI = {
    0: (-2.989, -5.588, -15.431, -15.942, -15.942),
    20: (-11.977, -5.592, -0.784, -15.942, -15.942),
    47: (-11.516, -5.589, -15.082, -8.188, -15.942),
}


def _sweep() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Half a second of a tone and of another one that rises."""
    at = np.arange(8_000) / 16_000
    return (0.3 * np.sin(2 * np.pi * 440 * at) + 0.1 * np.sin(2 * np.pi * 2_500 * at * at)).astype(np.float32)


def test_the_numbers_are_those_of_kaldi() -> None:
    found = fbank(_sweep())
    assert found.shape == (48, BANDS)
    for frame, expected in KALDI.items():
        assert found[frame, [0, 10, 30, 50, 79]] == pytest.approx(expected, abs=0.002)


def test_a_scrap_shorter_than_a_frame_has_no_features() -> None:
    assert fbank(np.zeros(399, np.float32)).shape == (0, BANDS)
