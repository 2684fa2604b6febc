"""The transcript stage: recognised, read, stored, taken up again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.core.cancel import CancelToken
from app.core.errors import Cancelled, UserFixable
from app.recording.model import SourceKind
from app.transcript.journal_file import FileJournal
from app.transcript.model import CLIENT, MANAGER, Segment, Transcript
from app.transcript.ports import RecognitionProgress
from app.transcript.service import TranscribeOptions, TranscriptService
from tests.fakes.examples import a_call
from tests.fakes.speech import FakeRecognizer

TALK = [(0, "Зелёный Дом, добрый день."), (1, "Нужна теплица."), (0, "Записал.")]


@dataclass
class Names:
    brand: str = "Зелёный Дом"
    colleagues: tuple[str, ...] = ("Олег Гай",)
    speech_hints: tuple[str, ...] = ("Зелёный Дом", "Ангар-8")
    texts: tuple[str, ...] = ("Зелёный Дом", "Ангар-8", "Теплица с поликарбонатом")


class Kept:
    def __init__(self) -> None:
        self.transcripts: dict[str, Transcript] = {}

    def save(self, call_id: str, transcript: Transcript) -> None:
        self.transcripts[call_id] = transcript

    def get(self, call_id: str) -> Transcript | None:
        return self.transcripts.get(call_id)


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    return FileJournal(tmp_path / "journal")


def _key() -> str:
    return f"{a_call().recording.content_sha256}:scripted"


def test_a_recording_is_recognised_and_stored_and_its_journal_dropped(journal: FileJournal) -> None:
    kept = Kept()
    service = TranscriptService(lambda: FakeRecognizer(TALK), journal, kept)
    shares: list[RecognitionProgress] = []
    arrived: list[list[Segment]] = []
    transcript = service.transcribe(a_call(), Names(), on_progress=shares.append, on_segments=arrived.append)
    assert kept.transcripts == {"call-1": transcript}
    assert [s.speaker for s in transcript.segments] == [MANAGER, CLIENT, MANAGER]
    assert shares[-1].fraction == 1.0
    assert [len(segments) for segments in arrived] == [1, 2, 3]
    assert journal.load(_key()) == (None, {})


def test_what_was_finished_before_a_cancel_is_not_done_again(journal: FileJournal) -> None:
    recognizer, kept = FakeRecognizer(TALK), Kept()
    service = TranscriptService(lambda: recognizer, journal, kept)
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        service.transcribe(
            a_call(), on_segments=lambda found: cancel.cancel() if len(found) == 2 else None, cancel=cancel
        )
    assert kept.transcripts == {}
    service.transcribe(a_call())
    assert recognizer.recognised == [0, 1, 2]


def test_names_are_given_as_hints_only_when_wanted(journal: FileJournal) -> None:
    recognizer = FakeRecognizer(TALK)
    for has_hints in (False, True):
        options = TranscribeOptions(has_hints=has_hints)
        TranscriptService(lambda: recognizer, journal, options=options).transcribe(a_call(), Names())
    assert [r.hints for r in recognizer.requests] == [(), ("Зелёный Дом", "Ангар-8")]
    assert recognizer.requests[0].greetings == ("Зелёный Дом", "Олег Гай")


def test_the_call_knows_its_manager_better_than_the_settings(journal: FileJournal) -> None:
    recognizer = FakeRecognizer(TALK)
    service = TranscriptService(lambda: recognizer, journal, options=TranscribeOptions("en", manager_channel=0))
    service.transcribe(a_call())
    service.transcribe(a_call(manager_channel=1))
    assert [r.manager_channel for r in recognizer.requests] == [0, 1]
    assert recognizer.requests[0].language == "en"


def test_a_recording_without_speech_is_said_and_its_empty_transcript_stored(journal: FileJournal) -> None:
    kept = Kept()
    with pytest.raises(UserFixable) as caught:
        TranscriptService(lambda: FakeRecognizer([]), journal, kept).transcribe(a_call())
    assert caught.value.code == "transcript.no_speech"
    assert "call-1.mp3" in caught.value.message
    assert kept.transcripts["call-1"].segments == ()


def test_a_ready_transcript_needs_no_recogniser(tmp_path: Path, journal: FileJournal) -> None:
    path = tmp_path / "0123.txt"
    path.write_text("Менеджер: Добрый день!\nКлиент: Алло.\n", "utf-8")
    recording = replace(a_call().recording, path=path, kind=SourceKind.TRANSCRIPT, audio=None)

    def refuse() -> FakeRecognizer:
        raise AssertionError("a text was given to the recogniser")

    kept = Kept()
    transcript = TranscriptService(refuse, journal, kept).transcribe(a_call(recording=recording))
    assert [s.text for s in transcript.segments] == ["Добрый день!", "Алло."]
    assert kept.transcripts == {"call-1": transcript}


def test_a_ready_transcript_that_is_gone_is_said(tmp_path: Path, journal: FileJournal) -> None:
    recording = replace(a_call().recording, path=tmp_path / "gone.txt", kind=SourceKind.TRANSCRIPT)
    with pytest.raises(UserFixable) as caught:
        TranscriptService(lambda: FakeRecognizer([]), journal).transcribe(a_call(recording=recording))
    assert caught.value.code == "asr.file_gone"


def test_speakers_are_swapped_with_one_step(journal: FileJournal) -> None:
    transcript = TranscriptService(lambda: FakeRecognizer(TALK), journal).transcribe(a_call(), Names())
    assert [s.speaker for s in transcript.with_swapped_speakers().segments] == [CLIENT, MANAGER, CLIENT]


def test_nameless_speakers_are_named_with_one_step_and_turned_with_the_next() -> None:
    turns = tuple(Segment(at, 0.0, 1.0, f"speaker_{who}", 0, "Алло.") for at, who in enumerate((1, 2, 3)))
    named = Transcript(turns, has_guessed_speakers=True).with_swapped_speakers()
    assert [s.speaker for s in named.segments] == [MANAGER, CLIENT, CLIENT]
    assert not named.has_guessed_speakers
    assert [s.speaker for s in named.with_swapped_speakers().segments] == [CLIENT, MANAGER, MANAGER]


def test_a_guess_is_written_and_read_and_older_files_hold_none() -> None:
    guess = Transcript((Segment(0, 0.0, 1.0, MANAGER, 0, "Алло."),), channels=1, has_guessed_speakers=True)
    assert Transcript.from_json(guess.to_json()) == guess
    older = guess.with_confirmed_speakers().to_json()
    assert "speakers_guessed" not in older
    assert not Transcript.from_json(older).has_guessed_speakers
