"""Opens the window and runs it until it is closed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from app import settings as stored
from app.core import i18n
from app.core.errors import VizirError
from app.jobs.runner import Job, JobRunner
from app.settings import Folders, Settings
from app.ui import icons
from app.ui.crash import CrashWatch
from app.ui.dispatcher import QtDispatcher
from app.ui.garbage import MainThreadGarbage
from app.ui.main_window import MainWindow
from app.ui.opening import TypedPassphrase
from app.ui.single_instance import SingleInstance
from app.ui.theme import Theme
from app.viewmodels.workspace import Notice, Tone, WindowState, notice_of

if TYPE_CHECKING:
    from app.application import App, Builder
    from app.ui.folder_timer import FolderTimer
    from app.viewmodels.desk import Desk
    from app.viewmodels.player import Player

_log = logging.getLogger(__name__)
_SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "sample" / "calls"
_CLOSE_S = 5.0
_SWITCH_S = 0.0001
_WARM_UP_MS = 600
_SETTLE_MS = 2500


class WindowProgram(QObject):
    """One life of the window: shown first, filled once the store is open, and closed without losing anything."""

    settled = Signal()
    """The window and what was made in advance are there; from now on it waits for the person."""

    def __init__(
        self,
        application: QApplication,
        build: Builder,
        folders: Folders,
        make_player: Callable[[], Player] | None = None,
    ) -> None:
        super().__init__()
        self._build = build
        self._make_player = make_player or _sound_player
        self._folders = folders
        self._problem: VizirError | None = None
        self.settings = self._load_settings()
        i18n.set_language(self.settings.language)
        self.dispatcher = QtDispatcher()
        self._opener = JobRunner(self.dispatcher)
        self._passphrase = TypedPassphrase()
        self._waiting_files: list[Path] = []
        self._warming = QTimer(self)
        self._warming.setSingleShot(True)
        self._warming.setInterval(_WARM_UP_MS)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self.settled)
        self.app: App | None = None
        self.desk: Desk | None = None
        self._folder_timer: FolderTimer | None = None
        self.theme = Theme(application, self.settings.theme)
        self.window = MainWindow(self.theme, WindowState.from_text(self.settings.window_state), _sample())
        self.window.state_kept.connect(self._keep_state)
        self.window.opening.retry_wanted.connect(self.open_store)
        self.window.opening.passphrase_given.connect(self._passphrase_given)
        self.window.opening.protection_chosen.connect(self._protection_chosen)
        self.window.opening.backups_wanted.connect(self._open_backups)
        self.window.opening.restore_wanted.connect(lambda: self.open_store(restore_backup=True))

    def start(self, files: Sequence[str] = ()) -> None:
        """Show the window; the store opens once it is painted."""
        self._waiting_files = [Path(file) for file in files]
        self.window.show()
        QTimer.singleShot(0, self, self.open_store)

    def open_store(self, *, restore_backup: bool = False) -> None:
        """Build the program in the background and show it, with the newest backup copy in place of a damaged store."""
        self.window.opening.wait()
        settings = self.settings

        def build() -> App:
            _load_pages()
            return self._build(
                settings,
                self._folders,
                self.dispatcher,
                passphrase_asker=self._passphrase,
                restore_backup=restore_backup,
            )

        self._opener.submit("open", Job(lambda _cancel: build(), self._opened, self._not_opened, name="open"))

    def close(self) -> None:
        """Cancel what runs, end the child processes, close the store; what was unfinished resumes next time."""
        self._warming.stop()
        self._settling.stop()
        if self._folder_timer is not None:
            self._folder_timer.stop()
        self.dispatcher.close()
        if self.desk is not None:
            self.desk.close()
        if self.app is not None:
            self.app.close(_CLOSE_S)
        self._opener.close(_CLOSE_S)
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        icons.forget()

    def take_second_start(self, files: list[str]) -> None:
        """Another start handed its files over."""
        self.window.come_to_front(files)
        if self.desk is None:
            self._waiting_files += [Path(file) for file in files]

    def _opened(self, app: App) -> None:
        from app.ui.folder_timer import FolderTimer
        from app.viewmodels.desk import Desk

        self.app = app
        self.desk = Desk(app, self.dispatcher, self._make_player())
        self.window.attach(self.desk)
        if self._problem is not None:
            self.window.notices.say(notice_of(self._problem))
        self._folder_timer = FolderTimer(self.desk.telephony, self)
        self.desk.start()
        self.window.import_files(self._waiting_files)
        self._warming.timeout.connect(self._warm_up)
        self._warming.start()

    def _warm_up(self) -> None:
        if self.desk is not None:
            self.desk.warm_up()
            if self._folder_timer is not None:
                self._folder_timer.begin()
            self.window.prepare()
            self._settling.start()

    def _not_opened(self, error: VizirError) -> None:
        _log.warning("the store did not open: %s %s", error.code, error.detail)
        self._passphrase.text = ""
        self.window.opening.explain(error, is_new=self._passphrase.is_new)

    def _passphrase_given(self, text: str) -> None:
        self._passphrase.text = text
        self.open_store()

    def _protection_chosen(self, protection: str) -> None:
        self.settings = replace(self.settings, store_protection=protection)
        self._save(self.settings)
        self.open_store()

    def _open_backups(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folders.backups)))

    def _load_settings(self) -> Settings:
        try:
            return stored.load(self._folders.settings_file)
        except VizirError as error:
            self._problem = error
            return Settings()

    def _keep_state(self, state: WindowState) -> None:
        now = self.desk.settings.settings if self.desk is not None else self.settings
        self.settings = replace(now, window_state=state.to_text())
        if self.desk is not None:
            self.desk.settings.settings = self.settings
        if self._problem is None:
            self._save(self.settings)

    def _save(self, settings: Settings) -> None:
        try:
            stored.save(self._folders.settings_file, settings)
        except VizirError as error:
            self.window.notices.say(Notice(error.message, error.hint, Tone.WARNING))


def run(build: Builder, folders: Folders, files: Sequence[str] = ()) -> int:
    """Show the window until it is closed; a second start hands its files to the first and ends at once.

    Returns:
        The exit code.
    """
    application = QApplication.instance() or QApplication([])
    if not isinstance(application, QApplication):
        raise TypeError("a window needs a QApplication")
    application.setApplicationName("Vizir")
    application.setDesktopFileName("vizir")
    single = SingleInstance(folders.data)
    if single.hand_over(files):
        return 0
    single.listen()
    watch = CrashWatch()
    watch.install()
    # With the usual 5 ms a busy lane would hold up each of the many small calls that Qt makes into Python.
    sys.setswitchinterval(_SWITCH_S)
    garbage = MainThreadGarbage()
    garbage.start()
    program = WindowProgram(application, build, folders)
    watch.parent_window = program.window
    single.raised.connect(program.take_second_start)
    program.settled.connect(garbage.settle)
    program.start(files)
    code = application.exec()
    single.close()
    program.close()
    garbage.stop()
    return code


def _load_pages() -> None:
    """Load in the background what is first shown when the store is open."""
    import app.ui.calls.page
    import app.viewmodels.desk  # noqa: F401


def _sound_player() -> Player:
    from app.ui.qt_player import QtPlayer

    return QtPlayer()


def _sample() -> Path | None:
    return next(iter(sorted(_SAMPLES.glob("*.mp3"))), None)
