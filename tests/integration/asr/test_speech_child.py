"""The real child with the real model, on the sample call and on sounds without speech."""

from __future__ import annotations

import shutil
import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.adapters.asr.recognizer import WhisperRecognizer
from app.adapters.asr.whisper import WhisperEngine
from app.adapters.audio.pyav import PyAvAudio
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, UserFixable
from app.core.ids import file_sha256
from app.transcript.journal_file import FileJournal
from app.transcript.model import CLIENT, MANAGER, Segment, Transcript, Word
from app.transcript.ports import RecognitionProgress, RecognitionRequest
from tests import sounds
from tests.bench import speech_files

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "sample" / "calls" / "sample-01.mp3"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def speech(real_models: Path, tmp_path: Path) -> WhisperRecognizer:
    return WhisperRecognizer(real_models / "whisper-base", "whisper-base", tmp_path / "scratch")


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    return FileJournal(tmp_path / "journal")


def _transcribed(
    speech: WhisperRecognizer, journal: FileJournal, path: Path, *, cancel: CancelToken | None = None, stop_at: int = 0
) -> Transcript:
    token = cancel or CancelToken()
    told: list[list[Segment]] = []

    def arrived(segments: list[Segment]) -> None:
        told.append(segments)
        if cancel is not None and len(told) == stop_at:
            cancel.cancel()

    return speech.transcribe(
        RecognitionRequest(path, file_sha256(path), greetings=("Северный Свет",)),
        journal,
        on_progress=lambda _progress: None,
        on_segments=arrived,
        cancel=token,
    )


def test_the_sample_is_heard_by_turns_and_its_work_taken_up_after_a_cancel(
    speech: WhisperRecognizer, tmp_path: Path
) -> None:
    whole = _transcribed(speech, FileJournal(tmp_path / "whole"), SAMPLE)
    parts = FileJournal(tmp_path / "parts")
    with pytest.raises(Cancelled):
        _transcribed(speech, parts, SAMPLE, cancel=CancelToken(), stop_at=1)
    resumed = _transcribed(speech, parts, SAMPLE)
    assert resumed.segments == whole.segments
    assert 20 <= len(whole.segments) <= 28
    assert {s.channel: s.speaker for s in whole.segments} == {0: MANAGER, 1: CLIENT}
    said = " ".join(s.text.lower() for s in whole.segments)
    assert all(word in said for word in ("светильник", "бюджет", "монтаж", "аванс"))
    words = [w for s in whole.segments for w in s.words]
    assert all(0 <= w.start_s <= w.end_s <= (whole.duration_s or 0) for w in words)
    assert all(0 < w.probability <= 1 for w in words)
    assert [s.start_s for s in whole.segments] == sorted(s.start_s or 0 for s in whole.segments)


def test_a_child_that_is_killed_costs_no_finished_batch(speech: WhisperRecognizer, journal: FileJournal) -> None:
    def kill(_segments: list[Segment]) -> None:
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                child.kill()

    request = RecognitionRequest(SAMPLE, file_sha256(SAMPLE))
    with pytest.raises(ExternalFailure) as caught:
        speech.transcribe(request, journal, on_progress=lambda _p: None, on_segments=kill, cancel=CancelToken())
    assert caught.value.code == "asr.child_gone"
    first: list[list[Segment]] = []
    speech.transcribe(request, journal, on_progress=lambda _p: None, on_segments=first.append, cancel=CancelToken())
    assert first[0]


def test_nobody_speaking_gives_no_text(speech: WhisperRecognizer, tmp_path: Path) -> None:
    ring = np.tile(np.concatenate((sounds.tone(1.0, 425), sounds.silence(4.0))), 3)
    paths = [sounds.write(tmp_path / "ring.wav", [ring, sounds.silence(15.0)]), *speech_files.silent_files(tmp_path)]
    heard = {path.stem: _transcribed(speech, FileJournal(tmp_path / path.stem), path) for path in paths}
    assert {name: transcript.segments for name, transcript in heard.items() if transcript.segments} == {}
    assert heard["ring"].duration_s == pytest.approx(15.0, abs=0.1)


def test_the_speakers_of_one_channel_are_those_of_two(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    two = _transcribed(speech, journal, SAMPLE)
    path = sounds.write(tmp_path / "mono.wav", [_mixed_sample()])
    one = _transcribed(speech, journal, path)
    assert (one.channels, {s.channel for s in one.segments}, one.has_guessed_speakers) == (1, {0}, True)
    assert not two.has_guessed_speakers
    said = [word for segment in one.segments for word in segment.words]
    right = sum(_speaker_at(two, word) == segment.speaker for segment in one.segments for word in segment.words)
    assert len(said) > 200
    assert right >= 0.95 * len(said)
    assert abs(len(one.segments) - len(two.segments)) <= 4


def test_one_voice_in_one_channel_stays_unknown(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    alone = sounds.write(tmp_path / "alone.wav", [_sample_side(0)])
    transcript = _transcribed(speech, journal, alone)
    assert (transcript.channels, {s.speaker for s in transcript.segments}) == (1, {"unknown"})
    assert not transcript.has_guessed_speakers


def test_a_recording_too_short_to_tell_voices_apart_names_nobody(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    path = sounds.write(tmp_path / "start.wav", [_mixed_sample()[: 5 * 8_000]])
    transcript = _transcribed(speech, journal, path)
    assert {s.speaker for s in transcript.segments} == {"unknown"}
    assert "северный свет" in transcript.segments[0].text.lower()


def _speaker_at(transcript: Transcript, word: Word) -> str:
    """Who speaks at the middle of a word, or nearest to it."""
    middle_s = (word.start_s + word.end_s) / 2
    words = [(w, s.speaker) for s in transcript.segments for w in s.words]
    return min(words, key=lambda found: max(found[0].start_s - middle_s, middle_s - found[0].end_s, 0.0))[1]


def _sides() -> sounds.Samples:
    return np.concatenate(list(PyAvAudio().decode(SAMPLE, CancelToken(), 8_000)), axis=1)


def _sample_side(side: int) -> sounds.Samples:
    return _sides()[side]


def _mixed_sample() -> sounds.Samples:
    """The sample as one channel."""
    mixed: sounds.Samples = _sides().mean(axis=0)
    return mixed


def test_a_file_removed_while_it_is_transcribed_does_no_harm(
    speech: WhisperRecognizer, journal: FileJournal, sample_start: Path
) -> None:
    request = RecognitionRequest(sample_start, file_sha256(sample_start))

    def remove(progress: RecognitionProgress) -> None:
        if progress.fraction > 0.07:
            sample_start.unlink(missing_ok=True)

    speech.transcribe(request, journal, on_progress=remove, on_segments=lambda _s: None, cancel=CancelToken())
    assert not sample_start.exists()
    with pytest.raises(UserFixable) as caught:
        speech.transcribe(request, journal, on_progress=remove, on_segments=lambda _s: None, cancel=CancelToken())
    assert caught.value.code == "asr.file_gone"


def test_a_damaged_model_is_said(real_models: Path, journal: FileJournal, tmp_path: Path, sample_start: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(real_models / "whisper-base", folder)
    (folder / "model.bin").write_bytes((folder / "model.bin").read_bytes()[:100_000])
    with pytest.raises(UserFixable) as caught:
        _transcribed(WhisperRecognizer(folder, "whisper-base", tmp_path / "scratch"), journal, sample_start)
    assert caught.value.code == "asr.bad_model"


def test_where_nobody_speaks_the_model_is_not_even_loaded(
    real_models: Path, journal: FileJournal, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(real_models / "whisper-base", folder)
    (folder / "model.bin").write_bytes(b"")
    path = sounds.write(tmp_path / "dial.wav", [sounds.tone(10.0, 425)])
    transcript = _transcribed(WhisperRecognizer(folder, "whisper-base", tmp_path / "scratch"), journal, path)
    assert transcript.segments == ()


def test_what_is_no_recording_is_said_by_the_child(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    path = tmp_path / "setup.mp3"
    path.write_bytes(b"MZ" + bytes(5000))
    with pytest.raises(UserFixable) as caught:
        _transcribed(speech, journal, path)
    assert caught.value.code == "audio.not_audio"


@pytest.fixture
def sample_start(tmp_path: Path) -> Path:
    """The first twelve seconds of the sample as one channel."""
    return sounds.write(tmp_path / "start.wav", [_mixed_sample()[: 12 * 8_000]])


def test_with_the_tokens_of_russian_alone_the_same_is_heard(real_models: Path) -> None:
    side = np.concatenate(list(PyAvAudio().decode(SAMPLE, CancelToken())), axis=1).mean(axis=0)
    sounds_of_12_s = [side[at : at + 12 * 16_000] for at in range(0, 6 * 12 * 16_000, 12 * 16_000)]
    heard = []
    for language in (None, "ru"):
        engine = WhisperEngine(real_models / "whisper-base", 1, language)
        found = engine.words(sounds_of_12_s, "ru", ())
        heard.append([word.plain for words in found for word in words])
    assert len(heard[0]) > 60
    assert SequenceMatcher(None, *heard, autojunk=False).ratio() > 0.85


def test_a_short_window_is_heard_beside_a_long_one_as_it_is_alone(real_models: Path) -> None:
    side = np.concatenate(list(PyAvAudio().decode(SAMPLE, CancelToken())), axis=1).mean(axis=0)
    long, short = side[: 12 * 16_000], side[12 * 16_000 : 17 * 16_000]
    engine = WhisperEngine(real_models / "whisper-base", 1, "ru")
    _, beside = engine.words([long, short], "ru", ())
    (alone,) = engine.words([short], "ru", ())
    assert len(alone) > 5
    assert max(word.end_s for word in beside) <= 5.0
    texts = [[word.plain for word in words] for words in (beside, alone)]
    assert SequenceMatcher(None, *texts, autojunk=False).ratio() > 0.85


def test_sounds_of_many_lengths_take_no_more_memory_than_of_one(real_models: Path) -> None:
    script = """
import sys
from pathlib import Path
from app.adapters.asr.worker import set_up_libraries
set_up_libraries()
import numpy as np, psutil
from app.adapters.asr.whisper import WhisperEngine
engine = WhisperEngine(Path(sys.argv[1]), workers=1)
sound = np.zeros(16_000, np.float32)
def grown_mb(lengths):
    before = psutil.Process().memory_info().rss
    for seconds in lengths:
        engine._encode([sound], seconds / 100)
    return (psutil.Process().memory_info().rss - before) / 2**20
grown_mb(range(700, 720))
print(grown_mb(range(720, 790)))
"""
    command = [sys.executable, "-c", script, str(real_models / "whisper-base")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(ran.stdout) < 15, "an hour would take much more memory than a minute"
