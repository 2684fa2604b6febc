"""Starts the real window over the real store, with scripted speech and drafts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import bootstrap
from app.application import App
from app.core.cancel import CancelToken
from app.core.errors import UserFixable, VizirError
from app.draft.model import Draft
from app.jobs.runner import Dispatcher
from app.pipeline import CallPipeline
from app.profile.model import Profile
from app.recording.model import Call
from app.settings import Folders, Settings
from app.transcript.model import Segment, Transcript
from app.transcript.ports import RecognitionProgress, TranscriptRepository
from app.ui.main import WindowProgram
from app.viewmodels.desk import Desk
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeyStore
from tests.fakes.window import FakePlayer
from tests.gui import scene
from tests.gui.screenshots import NOW


class Script:
    """How recognition goes: its error, or a point at which it waits until it is cancelled."""

    def __init__(self) -> None:
        self.error: VizirError | None = None
        self.waits_for_cancel = False
        self.transcripts: TranscriptRepository | None = None

    def transcribe(
        self,
        call: Call,
        profile: Profile,
        *,
        on_progress: Callable[[RecognitionProgress], None],
        on_segments: Callable[[list[Segment]], None],
        cancel: CancelToken,
    ) -> Transcript:
        if self.error is not None:
            raise self.error
        transcript = scene.sample_transcript()
        on_progress(RecognitionProgress(0.4, 65.0))
        on_segments(list(transcript.segments[:6]))
        if self.waits_for_cancel:
            cancel.wait(30.0)
            cancel.raise_if_cancelled()
        if self.transcripts is not None:
            self.transcripts.save(call.id, transcript)
        return transcript

    def draft(
        self, call: Call, transcript: Transcript, *, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> Draft:
        on_progress(0.5)
        return scene.main_draft(call.at, transcript, call.id)


class Program:
    """A start of the window; `restart` closes it and starts it again over the same data."""

    def __init__(self, qtbot: QtBot, application: QApplication) -> None:
        self.bot = qtbot
        self._application = application
        self.script = Script()
        self.clock = FakeClock(NOW)
        self.secrets = FakeKeyStore()
        self.overrides: dict[str, Any] = {}
        self.running: WindowProgram | None = None

    @property
    def window_program(self) -> WindowProgram:
        assert self.running is not None
        return self.running

    @property
    def window(self) -> Any:
        return self.window_program.window

    @property
    def desk(self) -> Desk:
        assert self.window_program.desk is not None
        return self.window_program.desk

    @property
    def app(self) -> App:
        assert self.window_program.app is not None
        return self.window_program.app

    def build(self, settings: Settings, folders: Folders, dispatcher: Dispatcher, **overrides: Any) -> App:
        """The real program, but for the two stages that need models."""
        given = {"clock": self.clock, "secrets": self.secrets, **overrides, **self.overrides}
        app = bootstrap.build(settings, folders, dispatcher, **given)
        self.script.transcripts = app.transcripts
        app.pipeline = CallPipeline(
            app.calls,
            app.transcripts,
            app.drafts,
            transcribe=lambda: self.script,
            draft=lambda _profile: self.script,
            profile=app.profile,
            clock=self.clock,
        )
        return app

    def start(self, files: list[str] | None = None, *, until_open: bool = True) -> None:
        """Show the window and wait until the list has been read."""
        self.running = WindowProgram(self._application, self.build, Folders.of_this_machine(), FakePlayer)
        self.running.start(files or [])
        if until_open:
            self.wait(lambda: self.window_program.desk is not None and self.desk.call_list.is_loaded)

    def close(self) -> None:
        """Close the window as a person does, and end the program."""
        if self.running is not None:
            self.running.window.close()
            self.running.close()
            self.running = None
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def restart(self) -> None:
        self.close()
        self.start()

    def wait(self, is_true: Callable[[], bool], timeout_ms: int = 15_000) -> None:
        self.bot.waitUntil(is_true, timeout=timeout_ms)

    def find(self, name: str, kind: type[QObject] = QWidget) -> Any:
        """A widget of the window by its name."""
        found = self.window.findChild(kind, name)
        assert found is not None, f"no widget named {name}"
        return found

    def in_card(self, item_id: str, name: str) -> Any:
        """A widget inside the card of a review item."""
        card = self.window.calls.draft.card(item_id)
        assert card is not None, f"no card for {item_id}"
        return card.findChild(QWidget, name)

    def sample(self, folder: Path) -> Path:
        """A copy of the sample recording under a name of its own."""
        copy = folder / "2026-11-18_11-20_in_Ковалёва.mp3"
        if not copy.exists():
            shutil.copy(scene.SAMPLE / "sample-01.mp3", copy)
        return copy

    def import_sample(self, folder: Path) -> str:
        """Import the sample and wait for its draft; returns the call's id."""
        self.window.import_files([self.sample(folder)])
        self.wait(lambda: bool(self.desk.review.items) and not self.desk.work.count)
        self.wait(lambda: self.window.calls.draft.card("step:1") is not None)
        return self.desk.review.call_id


def no_model() -> UserFixable:
    """The error of a machine without a speech model."""
    return UserFixable(
        "asr.no_model",
        "Нет модели распознавания речи.",
        hint="Загрузите её один раз.",
        action="open_settings_models",
    )
