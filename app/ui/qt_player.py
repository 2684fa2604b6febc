"""Plays recordings through QtMultimedia, which is loaded when a recording is first chosen and not before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLoggingCategory, QObject, QTimer, QUrl

from app.core.errors import UserFixable, VizirError
from app.core.i18n import _
from app.core.observable import Signal

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer

_TICK_MS = 40


class QtPlayer(QObject):
    """Implements `Player`. A jump that is asked for before the file is open is made as soon as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: Signal[float] = Signal()
        self.playing_changed: Signal[bool] = Signal()
        self.failed: Signal[VizirError] = Signal()
        self._path: Path | None = None
        self._opened: Path | None = None
        self._media: QMediaPlayer | None = None
        self._output: QAudioOutput | None = None
        self._is_playing = False
        self._position_s = 0.0
        self._until_s: float | None = None
        self._pending: tuple[float, bool] | None = None
        self._ticker = QTimer(self)
        self._ticker.setObjectName("playerTicker")
        self._ticker.setInterval(_TICK_MS)
        self._ticker.timeout.connect(self._tick)

    @property
    def is_playing(self) -> bool:
        return self._is_playing

    @property
    def position_s(self) -> float:
        return self._position_s

    def load(self, path: Path | None) -> None:
        self.pause()
        self._path, self._position_s, self._until_s, self._pending = path, 0.0, None, None
        if self._media is not None and self._opened is not None:
            self._media.setSource(QUrl())
            self._opened = None
        self.moved.emit(0.0)

    def play(self, from_s: float, until_s: float | None = None) -> None:
        if self._path is None:
            return
        if not self._path.exists():
            self.failed.emit(
                UserFixable(
                    "player.file_gone",
                    _("Файл записи не найден: {name}.").format(name=self._path.name),
                    hint=_("Импортируйте запись ещё раз: разбор и визы сохранены."),
                    action="import",
                )
            )
            return
        self._until_s = until_s
        self._go(from_s, is_playing=True)

    def pause(self) -> None:
        self._pending = None
        if self._media is not None and self._is_playing:
            self._media.pause()
        self._set_playing(False)

    def seek(self, to_s: float) -> None:
        self._until_s = None
        if self._path is not None and (self._opened is not None or self._is_playing):
            self._go(to_s, is_playing=self._is_playing)
        else:
            self._set_position(to_s)

    def close(self) -> None:
        self._ticker.stop()
        if self._media is not None:
            self._media.stop()
            self._media.setSource(QUrl())
            self._media.deleteLater()
            self._media = None
        if self._output is not None:
            self._output.deleteLater()
            self._output = None

    def _go(self, to_s: float, *, is_playing: bool) -> None:
        media = self._media or self._make()
        if is_playing and not self._has_device():
            return
        self._set_position(to_s)
        if self._opened != self._path:
            self._opened = self._path
            self._pending = (to_s, is_playing)
            media.setSource(QUrl.fromLocalFile(str(self._path)))
        else:
            self._jump(to_s, is_playing)

    def _has_device(self) -> bool:
        from PySide6.QtMultimedia import QMediaDevices

        if QMediaDevices.audioOutputs():
            return True
        self.failed.emit(
            UserFixable(
                "player.no_device",
                _("На этом компьютере не найдено, чем воспроизвести звук."),
                hint=_("Подключите наушники или колонки и нажмите ещё раз; разбор и визы работают и без звука."),
            )
        )
        return False

    def _jump(self, to_s: float, is_playing: bool) -> None:
        media = self._media
        if media is None:
            return
        media.setPosition(round(to_s * 1000))
        if is_playing:
            media.play()
            self._set_playing(True)

    def _make(self) -> QMediaPlayer:
        QLoggingCategory.setFilterRules("qt.multimedia.*=false")
        from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer

        self._output = QAudioOutput(self)
        self._media = QMediaPlayer(self)
        self._media.setAudioOutput(self._output)
        self._media.mediaStatusChanged.connect(self._status_changed)
        self._media.errorOccurred.connect(self._error)
        return self._media

    def _status_changed(self, status: QMediaPlayer.MediaStatus) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        states = QMediaPlayer.MediaStatus
        if status in (states.LoadedMedia, states.BufferedMedia) and self._pending is not None:
            (to_s, is_playing), self._pending = self._pending, None
            self._jump(to_s, is_playing)
        elif status is states.EndOfMedia:
            self._set_playing(False)

    def _error(self, _error: object, text: str) -> None:
        self._pending = None
        self._set_playing(False)
        self.failed.emit(
            UserFixable(
                "player.unplayable",
                _("Запись не проигрывается на этом компьютере."),
                hint=_("Проверьте звуковое устройство; разбор и визы работают и без звука."),
                detail=text,
            )
        )

    def _tick(self) -> None:
        if self._media is None:
            return
        self._set_position(self._media.position() / 1000)
        if self._until_s is not None and self._position_s >= self._until_s:
            self.pause()

    def _set_position(self, position_s: float) -> None:
        if position_s != self._position_s:
            self._position_s = position_s
            self.moved.emit(position_s)

    def _set_playing(self, is_playing: bool) -> None:
        if is_playing == self._is_playing:
            return
        self._is_playing = is_playing
        if is_playing:
            self._ticker.start()
        else:
            self._ticker.stop()
        self.playing_changed.emit(is_playing)
