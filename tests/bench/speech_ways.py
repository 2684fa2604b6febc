"""The two ways that the speech bench compares, and what they cost."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil

from app.adapters.asr.recognizer import WhisperRecognizer
from app.bootstrap import build_engines
from app.core.cancel import CancelToken
from app.core.ids import file_sha256
from app.settings import Folders, Settings
from app.transcript.journal_file import FileJournal
from app.transcript.model import Transcript
from app.transcript.ports import RecognitionRequest
from app.transcript.respelling import respelled
from tests.bench.speech_scoring import Errors

MODEL = "base"
T = TypeVar("T")


@dataclass(slots=True)
class Side:
    """What one of the two ways has cost so far, and the errors it made."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    errors: Errors = field(default_factory=Errors)

    def timed(self, work: Callable[[], T]) -> T:
        """Do the work, here and in child processes, and add what it cost."""
        began_s, before_s = time.monotonic(), _cpu_s()
        result = work()
        self.wall_s += time.monotonic() - began_s
        self.cpu_s += _cpu_s() - before_s
        return result


class Peak:
    """The largest resident memory of a child process while it is open, in MB."""

    def __init__(self) -> None:
        self.mb = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.1):
            for child in psutil.Process().children():
                try:
                    self.mb = max(self.mb, child.memory_info().rss / 2**20)
                except psutil.Error:
                    continue


class Ways:
    """Our recogniser and whisper-ctranslate2's defaults over the same model folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        model = build_engines(Settings(), Folders.of_this_machine()).models().speech_model(MODEL)
        self.model_folder: Path = model.folder
        self.model_name: str = model.name

    def ours(self, path: Path, greetings: tuple[str, ...] = (), journal: FileJournal | None = None) -> Transcript:
        """Our transcript without a company's words, by a child process that starts, loads the model, and ends."""
        recognizer = WhisperRecognizer(self.model_folder, self.model_name, self.folder / "scratch")
        return respelled(
            recognizer.transcribe(
                RecognitionRequest(path, file_sha256(path), greetings=greetings),
                journal or FileJournal(Path(tempfile.mkdtemp(dir=self.folder))),
                on_progress=lambda _progress: None,
                on_segments=lambda _segments: None,
                cancel=CancelToken(),
            )
        )

    def theirs(self, path: Path) -> str:
        """The text of whisper-ctranslate2 as it comes, by a process that starts, loads the model, and ends."""
        command = [str(Path(sys.executable).with_name("whisper-ctranslate2")), str(path)]
        command += ["--model_directory", str(self.model_folder), "--device", "cpu", "--verbose", "False"]
        command += ["--output_format", "json", "--output_dir", str(self.folder)]
        subprocess.run(command, check=True, capture_output=True)
        return str(json.loads((self.folder / f"{path.stem}.json").read_text("utf-8"))["text"])


def text_of(transcript: Transcript) -> str:
    """All that was heard, in the order of time."""
    return " ".join(segment.text for segment in transcript.segments)


def _cpu_s() -> float:
    times = psutil.Process().cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)
