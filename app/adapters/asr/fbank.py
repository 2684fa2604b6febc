"""Kaldi's filter bank, by numpy: what the model of voices is given. The same numbers as Kaldi without dither."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Features = NDArray[np.float32]

RATE_HZ = 16_000
BANDS = 80
STEP = 160
"""Samples from one frame to the next."""

_LENGTH, _FFT = 400, 512
_LOWEST_HZ, _HIGHEST_HZ = 20.0, 8_000.0
_PREEMPHASIS = 0.97
_WINDOW_POWER = 0.85
# The smallest step of float32 at 1: Kaldi's floor under the logarithm.
_FLOOR = 1.1920929e-07


def fbank(samples: Samples) -> Features:
    """Logarithms of the power in 80 bands, shape (frames, 80); no frame reaches over the end.

    Args:
        samples: Shape (n,), float32 in [-1, 1), 16,000 Hz.

    Source: kaldi/src/feat/feature-fbank.cc and feature-window.cc with dither 0 and the defaults for 16 kHz.
    """
    import numpy as np

    if len(samples) < _LENGTH:
        return np.zeros((0, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, _LENGTH)[::STEP].astype(np.float32)
    frames -= frames.mean(axis=1, keepdims=True)
    before = np.concatenate((frames[:, :1], frames[:, :-1]), axis=1)
    frames = (frames - _PREEMPHASIS * before) * _window()
    power = np.abs(np.fft.rfft(frames, _FFT, axis=1)[:, : _FFT // 2]) ** 2
    found: Features = np.log(np.maximum(power @ _bands(), _FLOOR)).astype(np.float32)
    return found


@cache
def _window() -> Features:
    """Povey's window: Hann's, a little wider."""
    import numpy as np

    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_LENGTH) / (_LENGTH - 1))
    window: Features = (hann**_WINDOW_POWER).astype(np.float32)
    return window


@cache
def _bands() -> Features:
    """Weights of the spectrum's bins in each band, shape (256, 80): triangles of equal width in mel."""
    import numpy as np

    def mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = 1127.0 * np.log1p(hz / 700.0)
        return found

    low, high = mel(np.array([_LOWEST_HZ, _HIGHEST_HZ]))
    width = (high - low) / (BANDS + 1)
    left = low + width * np.arange(BANDS)
    bins = mel(np.arange(_FFT // 2) * RATE_HZ / _FFT)[:, None]
    rising, falling = (bins - left) / width, (left + 2 * width - bins) / width
    weights: Features = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    return weights
