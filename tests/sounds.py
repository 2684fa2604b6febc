"""Sound files for tests, written through PyAV in every format that its FFmpeg can write."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written: suffix, FFmpeg's codec and sample format."""

    suffix: str
    codec: str
    rate_hz: int = 8_000
    is_mono_only: bool = False


FORMS = (
    Form(".wav", "pcm_s16le"),
    Form(".wav", "pcm_alaw"),
    Form(".wav", "pcm_mulaw"),
    Form(".mp3", "libmp3lame"),
    Form(".ogg", "libopus", 16_000),
    Form(".m4a", "aac", 16_000),
    Form(".amr", "libopencore_amrnb", is_mono_only=True),
    Form(".flac", "flac"),
    Form(".wma", "wmav2", 16_000),
    Form(".mp4", "aac", 16_000),
    Form(".mkv", "aac", 16_000),
    Form(".webm", "libopus", 48_000),
)


def tone(seconds: float, hertz: float, rate_hz: int = 8_000, loudness: float = 0.5) -> Samples:
    """A pure tone, shape (n,)."""
    at = np.arange(int(seconds * rate_hz), dtype=np.float64) / rate_hz
    return (loudness * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def silence(seconds: float, rate_hz: int = 8_000) -> Samples:
    return np.zeros(int(seconds * rate_hz), np.float32)


def write(path: Path, sides: list[Samples], form: Form = FORMS[0], *, has_picture: bool = False) -> Path:
    """Write the sides of equal length as one file; skips the test where this FFmpeg has no such encoder."""
    layout = {1: "mono", 2: "stereo", 4: "quad", 6: "5.1"}[len(sides)]
    try:
        av.codec.Codec(form.codec, "w")
    except ValueError:
        pytest.skip(f"this PyAV's FFmpeg cannot write {form.codec}: reading {path.suffix} is not checked here")
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=5) if has_picture else None
        stream = container.add_stream(form.codec, rate=form.rate_hz, layout=layout)
        if form.codec == "wmav2":
            stream.bit_rate = 64_000
        samples = np.stack(sides)
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 32, 32, "yuv420p"
            for _number in range(5):
                container.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")))
            container.mux(picture.encode(None))
        resampler = av.AudioResampler(stream.format.name, layout, form.rate_hz, frame_size=stream.frame_size or 0)
        for start in range(0, samples.shape[1], 4096):
            block = np.ascontiguousarray(samples[:, start : start + 4096])
            frame = av.AudioFrame.from_ndarray(block, "fltp", layout)
            frame.rate = form.rate_hz
            frame.pts = start
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        for ready in resampler.resample(None):
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return path


def write_picture_only(path: Path) -> Path:
    """A video without a sound stream."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _number in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")))
        container.mux(stream.encode(None))
    return path


def write_gsm(path: Path, blocks: int) -> Path:
    """GSM 6.10 in a .wav, 40 ms a block, as exchanges write it; noise, since nothing at hand encodes it."""
    body = np.random.default_rng(7).integers(0, 256, blocks * 65, dtype=np.uint8).tobytes()
    form = struct.pack("<HHIIHHHH", 0x31, 1, 8_000, 1_625, 65, 0, 2, 320)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(body)) + body
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    return path
