"""Every format of PRODUCT.md is read: facts, samples, outline."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from app.adapters.audio.pyav import PyAvAudio
from app.core.cancel import CancelToken
from app.core.errors import Cancelled
from tests import sounds

NO_CANCEL = CancelToken()


def _decoded(path: Path) -> sounds.Samples:
    return np.concatenate(list(PyAvAudio().decode(path, NO_CANCEL)), axis=1)


@pytest.mark.parametrize("form", sounds.FORMS, ids=[f"{form.suffix[1:]}-{form.codec}" for form in sounds.FORMS])
def test_a_recording_is_measured_and_decoded(tmp_path: Path, form: sounds.Form) -> None:
    sides = [sounds.tone(3.0, 440, form.rate_hz)]
    if not form.is_mono_only:
        sides.append(sounds.tone(3.0, 700, form.rate_hz))
    path = sounds.write(tmp_path / f"call{form.suffix}", sides, form)
    facts = PyAvAudio().probe(path, NO_CANCEL)
    samples = _decoded(path)
    assert facts.duration_s == pytest.approx(3.0, abs=0.15)
    assert facts.channels == len(sides)
    assert not facts.is_dual_mono
    assert not facts.is_cut
    assert samples.shape[0] == len(sides)
    assert samples.shape[1] == pytest.approx(48_000, abs=2_400)
    assert samples.dtype == np.float32
    assert 0.3 < float(np.abs(samples).max()) <= 1.0


def test_gsm_from_an_exchange_is_read(tmp_path: Path) -> None:
    facts = PyAvAudio().probe(sounds.write_gsm(tmp_path / "call.wav", 50), NO_CANCEL)
    assert (facts.codec, facts.channels) == ("gsm_ms", 1)
    assert facts.duration_s == pytest.approx(2.0, abs=0.05)


def test_the_sound_of_a_video_is_read(tmp_path: Path) -> None:
    path = sounds.write(
        tmp_path / "zoom.mp4", [sounds.tone(2.0, 440, 16_000)], sounds.Form(".mp4", "aac", 16_000), has_picture=True
    )
    assert PyAvAudio().probe(path, NO_CANCEL).duration_s == pytest.approx(2.0, abs=0.15)


def test_the_sides_keep_their_places(tmp_path: Path) -> None:
    left = np.concatenate((sounds.tone(1.0, 500), sounds.silence(1.0)))
    right = np.concatenate((sounds.silence(1.0), sounds.tone(1.0, 500)))
    samples = _decoded(sounds.write(tmp_path / "call.wav", [left, right]))
    loud = np.abs(samples).reshape(2, 2, -1).mean(axis=2)
    assert min(loud[0, 0], loud[1, 1]) > 0.2
    assert max(loud[0, 1], loud[1, 0]) < 0.01


def test_more_than_two_channels_are_mixed_to_one(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "room.wav", [sounds.tone(1.0, 300 + 50 * n) for n in range(4)])
    assert PyAvAudio().probe(path, NO_CANCEL).channels == 4
    assert _decoded(path).shape[0] == 1


def test_one_signal_on_both_channels_is_noticed(tmp_path: Path) -> None:
    voice = sounds.tone(2.0, 440) + sounds.tone(2.0, 910, loudness=0.2)
    path = sounds.write(tmp_path / "call.mp3", [voice, 0.7 * voice], sounds.Form(".mp3", "libmp3lame"))
    assert PyAvAudio().probe(path, NO_CANCEL).is_dual_mono


def test_the_echo_of_one_side_in_the_other_is_not_one_signal(tmp_path: Path) -> None:
    voice = sounds.tone(2.0, 440)
    path = sounds.write(tmp_path / "call.wav", [voice, 0.05 * voice])
    assert not PyAvAudio().probe(path, NO_CANCEL).is_dual_mono


def test_the_duration_is_measured_where_the_header_lies(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "streamed.wav", [sounds.tone(4.0, 440)])
    content = bytearray(path.read_bytes())
    at = content.find(b"data") + 4
    content[at : at + 4] = b"\xff\xff\xff\xff"
    content[4:8] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert PyAvAudio().probe(path, NO_CANCEL).duration_s == pytest.approx(4.0, abs=0.1)


def test_a_gap_in_the_recording_stays_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "gap.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8_000, layout="mono")
        for start_s in (0, 3):
            block = (sounds.tone(1.0, 500)[None] * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block, "s16", "mono")
            frame.rate, frame.pts = 8_000, start_s * 8_000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    loud = np.abs(_decoded(path)[0]).reshape(4, -1).mean(axis=1)
    assert min(loud[0], loud[3]) > 0.2
    assert max(loud[1], loud[2]) < 0.01


def test_the_outline_has_the_asked_columns_for_each_side(tmp_path: Path) -> None:
    left = np.concatenate((sounds.tone(1.0, 500), sounds.silence(3.0)))
    right = np.concatenate((sounds.silence(3.0), sounds.tone(1.0, 500, loudness=0.25)))
    path = sounds.write(tmp_path / "call.wav", [left, right])
    loud, quiet = PyAvAudio().peaks(path, 4)
    assert [len(loud), len(quiet)] == [4, 4]
    assert loud[0] == pytest.approx(0.5, abs=0.05)
    assert max(loud[1:3]) < 0.05
    assert quiet[3] == pytest.approx(0.25, abs=0.05)


def test_the_outline_of_one_channel_has_one_side(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "call.wav", [sounds.tone(0.5, 500)])
    left, right = PyAvAudio().peaks(path, 100)
    assert (len(left), right) == (100, ())


def test_reading_stops_when_cancelled(tmp_path: Path) -> None:
    path = sounds.write(tmp_path / "call.wav", [sounds.tone(2.0, 440)])
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        PyAvAudio().probe(path, cancel)
