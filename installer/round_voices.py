"""Rounds the weights of the model of voices to 8 bits: a quarter of the size, less than half of the time.

    python -m installer.round_voices CAMPPLUS.onnx

CAMPPLUS.onnx is the network with its weights as they were published; resources/voices/NOTICE.md tells from where. Which
numbers occur between the layers is taken from the sample call. The SHA-256 that is printed belongs into
`app/adapters/asr/voices.py` and into the notice.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from app.adapters.asr.fbank import fbank
from app.adapters.asr.voices import MODEL, WINDOW_FRAMES
from app.adapters.audio.pyav import PyAvAudio
from app.core.cancel import CancelToken

_SAMPLE = Path(__file__).parents[1] / "resources" / "sample" / "calls" / "sample-01.mp3"
# The quietest windows hold pauses, which the model is not given later either.
_QUIET_PERCENT = 30
_WINDOWS = 60


class _SampleWindows(CalibrationDataReader):
    """Windows of speech of the sample call, as the model is given them."""

    def __init__(self) -> None:
        sides = np.concatenate(list(PyAvAudio().decode(_SAMPLE, CancelToken())), axis=1)
        windows = []
        for features in map(fbank, sides):
            for at in range(0, len(features) - WINDOW_FRAMES, WINDOW_FRAMES):
                window = features[at : at + WINDOW_FRAMES]
                windows.append(window - window.mean(axis=0))
        spreads = [float(window.std()) for window in windows]
        least = np.percentile(spreads, _QUIET_PERCENT)
        chosen = [window for window, spread in zip(windows, spreads, strict=True) if spread > least]
        self._windows = iter(chosen[:_WINDOWS])

    def get_next(self) -> dict[str, Any] | None:
        window = next(self._windows, None)
        return None if window is None else {"x": window[None]}


def main(published: Path) -> None:
    """Write the rounded model to its place and print its SHA-256."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(published), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(MODEL),
            _SampleWindows(),
            op_types_to_quantize=["Conv"],
            per_channel=True,
            # Seven bits of weight: with eight, sums of products overflow on processors without VNNI.
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
    print(MODEL.name, hashlib.sha256(MODEL.read_bytes()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
