"""The recogniser and its child: messages, journal, cancel, and a child that dies. The child is scripted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.adapters.asr import recognizer
from app.adapters.asr.recognizer import WhisperRecognizer
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, UserFixable
from app.core.ids import text_sha256
from app.transcript.journal_file import FileJournal
from app.transcript.model import CLIENT, MANAGER, Segment
from app.transcript.ports import RecognitionProgress, RecognitionRequest

TALK = ["Зелёный Дом, добрый день.", "Нужна теплица.", "Какая площадь у вас?", "Сорок метров."]


@pytest.fixture(autouse=True)
def scripted_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "_ENTRY", "tests.fakes.speech_child:main")


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_text("{}", "utf-8")
    return folder


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    return FileJournal(tmp_path / "journal")


@pytest.fixture
def speech(model_folder: Path, tmp_path: Path) -> WhisperRecognizer:
    return WhisperRecognizer(model_folder, "whisper-base", tmp_path / "scratch")


def _request(tmp_path: Path, **script: Any) -> RecognitionRequest:
    path = tmp_path / "call.mp3"
    path.write_text(json.dumps({"batches": TALK, **script}), "utf-8")
    return RecognitionRequest(path, text_sha256("call"), greetings=("Зелёный Дом",))


class Told:
    """What a caller is told on the way."""

    def __init__(self) -> None:
        self.progress: list[RecognitionProgress] = []
        self.segments: list[list[Segment]] = []
        self.cancel = CancelToken()

    @property
    def here(self) -> dict[str, Any]:
        return {"on_progress": self.progress.append, "on_segments": self.segments.append, "cancel": self.cancel}


def test_turns_appear_batch_by_batch_and_become_a_transcript(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    told = Told()
    transcript = speech.transcribe(_request(tmp_path), journal, **told.here)
    assert [(s.speaker, s.text) for s in transcript.segments] == list(
        zip([MANAGER, CLIENT, MANAGER, CLIENT], TALK, strict=True)
    )
    assert (transcript.model, transcript.language, transcript.channels) == ("whisper-base", "ru", 2)
    assert transcript.duration_s == 20.0
    assert [len(found) for found in told.segments] == [1, 2, 3, 4]
    fractions = [progress.fraction for progress in told.progress]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert told.progress[0].seconds_left is None
    assert told.progress[-1].seconds_left == 0.0


def test_after_a_child_that_died_the_work_goes_on_behind_what_was_finished(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    request = _request(tmp_path, dies_after=2)
    with pytest.raises(ExternalFailure) as caught:
        speech.transcribe(request, journal, **Told().here)
    assert caught.value.code == "asr.child_gone"
    told = Told()
    transcript = speech.transcribe(request, journal, **told.here)
    assert [s.text for s in transcript.segments] == TALK
    assert [len(found) for found in told.segments] == [2, 3, 4]


def test_voices_of_one_channel_are_named_as_a_guess_and_known_again_after_a_child_that_died(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    request = _request(tmp_path, voices=True, dies_after=2)
    with pytest.raises(ExternalFailure):
        speech.transcribe(request, journal, **Told().here)
    transcript = speech.transcribe(request, journal, **Told().here)
    assert [(s.speaker, s.text) for s in transcript.segments] == list(
        zip([MANAGER, CLIENT, MANAGER, CLIENT], TALK, strict=True)
    )
    assert (transcript.channels, {s.channel for s in transcript.segments}) == (1, {0})
    assert transcript.has_guessed_speakers


def test_another_way_of_recognising_does_not_take_up_the_old_work(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path, model_folder: Path
) -> None:
    request = _request(tmp_path, dies_after=2)
    with pytest.raises(ExternalFailure):
        speech.transcribe(request, journal, **Told().here)
    other = WhisperRecognizer(model_folder, "whisper-small", tmp_path / "scratch")
    with pytest.raises(ExternalFailure):
        other.transcribe(request, journal, **Told().here)


def test_a_journal_that_cannot_be_read_is_begun_anew(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    with pytest.raises(ExternalFailure):
        speech.transcribe(_request(tmp_path, dies_after=1), journal, **Told().here)
    (path,) = (tmp_path / "journal").iterdir()
    path.write_text('{"plan":{"batches":"none"}}\n{"number":0,"result":[]}\n', "utf-8")
    transcript = speech.transcribe(_request(tmp_path), journal, **Told().here)
    assert [s.text for s in transcript.segments] == TALK


@pytest.mark.timeout(20)
def test_a_child_that_hangs_is_ended_when_cancelled(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    told = Told()
    stops: Callable[[list[Segment]], None] = lambda found: told.cancel.cancel() if len(found) == 3 else None  # noqa: E731
    with pytest.raises(Cancelled):
        speech.transcribe(_request(tmp_path, hangs_after=3), journal, **{**told.here, "on_segments": stops})


def test_the_childs_own_errors_arrive_as_they_are(
    speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path
) -> None:
    with pytest.raises(UserFixable, match="Так задумано") as caught:
        speech.transcribe(_request(tmp_path, fails="asr.bad_model"), journal, **Told().here)
    assert caught.value.code == "asr.bad_model"


def test_the_manager_is_where_the_caller_says(speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path) -> None:
    request = _request(tmp_path)
    known = RecognitionRequest(request.path, request.content_sha256, manager_channel=1, greetings=request.greetings)
    transcript = speech.transcribe(known, journal, **Told().here)
    assert [s.speaker for s in transcript.segments][:2] == [CLIENT, MANAGER]


def test_a_recording_that_is_gone_is_said(speech: WhisperRecognizer, journal: FileJournal, tmp_path: Path) -> None:
    request = RecognitionRequest(tmp_path / "gone.mp3", text_sha256("gone"))
    with pytest.raises(UserFixable) as caught:
        speech.transcribe(request, journal, **Told().here)
    assert caught.value.code == "asr.file_gone"


def test_a_folder_without_a_model_is_said(journal: FileJournal, tmp_path: Path) -> None:
    empty = WhisperRecognizer(tmp_path / "nothing", "whisper-base", tmp_path / "scratch")
    with pytest.raises(UserFixable) as caught:
        empty.transcribe(_request(tmp_path), journal, **Told().here)
    assert caught.value.code == "asr.no_model"
    assert caught.value.action
