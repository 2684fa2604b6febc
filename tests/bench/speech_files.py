"""Sound files that the speech bench makes for itself."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.adapters.audio.pyav import PyAvAudio
from app.core.cancel import CancelToken

RATE_HZ = 16_000
_SILENT_S = 30.0

Samples = NDArray[np.float64]


def write(path: Path, sides: NDArray[np.float64], rate_hz: int = RATE_HZ) -> Path:
    """Write sides of shape (sides, n) as 16-bit PCM."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(sides))
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(_pcm(sides))
    return path


def mixed(source: Path, target: Path) -> Path:
    """Both sides of a recording mixed to one channel, 8,000 Hz, as a telephone would keep it."""
    pieces = [piece.mean(axis=0) for piece in PyAvAudio().decode(source, CancelToken(), 8_000)]
    return write(target, np.concatenate(pieces)[None].astype(np.float64), 8_000)


def long_recording(target: Path, sources: list[Path], duration_s: float) -> Path:
    """Recordings of two sides one behind the other until the duration is reached; never held in memory whole."""
    with wave.open(str(target), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8_000)
        written = number = 0
        while written < duration_s * 8_000:
            for piece in PyAvAudio().decode(sources[number % len(sources)], CancelToken(), 8_000):
                file.writeframes(_pcm(piece.astype(np.float64)))
                written += piece.shape[1]
            number += 1
    return target


def silent_files(folder: Path) -> Iterator[Path]:
    """Sixteen files of half a minute in which nobody speaks: silence, noises, tones of a line, music."""
    for name, sound in _silent_sounds().items():
        yield write(folder / f"{name}.wav", sound[None])


def _silent_sounds() -> dict[str, Samples]:
    dice = np.random.default_rng(20)
    at = np.arange(int(_SILENT_S * RATE_HZ)) / RATE_HZ
    white = dice.standard_normal(len(at))
    brown = np.cumsum(white)
    brown -= np.convolve(brown, np.ones(4000) / 4000, mode="same")
    ring = np.sin(2 * np.pi * 425 * at)
    return {
        "digital-silence": np.zeros(len(at)),
        "faint-noise": 0.0005 * white,
        "white-noise": 0.05 * white,
        "loud-noise": 0.2 * white,
        "brown-noise": 0.1 * brown / np.abs(brown).max(),
        "clicks": 0.5 * (dice.random(len(at)) > 0.9998),
        "hum": 0.1 * np.sin(2 * np.pi * 50 * at) + 0.05 * np.sin(2 * np.pi * 150 * at),
        "dial-tone": 0.3 * ring,
        "ringback": 0.3 * ring * (at % 5 < 1),
        "busy": 0.3 * ring * (at % 0.7 < 0.35),
        "three-tones": 0.3
        * np.sin(2 * np.pi * np.array([950, 1400, 1800])[(at % 1.32 // 0.33).astype(int) % 3] * at)
        * (at % 1.32 < 0.99),
        "touch-tones": _touch_tones(at, dice),
        "fax": 0.3 * np.sin(2 * np.pi * 1100 * at) * (at % 3.5 < 0.5),
        "melody": _music(at, dice, chords=False),
        "hold-music": _music(at, dice, chords=True),
        "hold-music-with-drums": _music(at, dice, chords=True) + 0.2 * white * np.exp(-30 * (at % 0.5)),
    }


def _touch_tones(at: Samples, dice: np.random.Generator) -> Samples:
    low, high = np.array([697, 770, 852, 941]), np.array([1209, 1336, 1477])
    key = (at // 0.25).astype(int)
    lows, highs = low[dice.integers(0, 4, key.max() + 1)][key], high[dice.integers(0, 3, key.max() + 1)][key]
    tones: Samples = 0.2 * (np.sin(2 * np.pi * lows * at) + np.sin(2 * np.pi * highs * at)) * (at % 0.25 < 0.12)
    return tones


def _music(at: Samples, dice: np.random.Generator, *, chords: bool) -> Samples:
    scale = 220.0 * 2.0 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16]) / 12)
    beat = (at // 0.5).astype(int)
    notes = scale[dice.integers(0, len(scale), beat.max() + 1)]
    sound = np.zeros(len(at))
    for voice in (1.0, 1.25, 1.5) if chords else (1.0,):
        for overtone in range(1, 5):
            sound += np.sin(2 * np.pi * notes[beat] * voice * overtone * at) / overtone**1.5
    fade: Samples = 0.25 * sound / np.abs(sound).max() * np.exp(-2 * (at % 0.5))
    return fade


def _pcm(sides: NDArray[np.float64]) -> bytes:
    return np.clip(sides.T * 32767, -32768, 32767).astype("<i2").tobytes()
