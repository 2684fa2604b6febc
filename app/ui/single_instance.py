"""One window for one data folder: a second start hands its files over and leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 1500
_MESSAGE_BYTES = 1 << 20


class SingleInstance(QObject):
    """Listens for later starts.

    Args:
        data_folder: Two programs over different folders do not know of each other.
    """

    raised = Signal(list)
    """A second start happened; the files it was given, as text."""

    def __init__(self, data_folder: Path) -> None:
        super().__init__()
        digest = hashlib.sha256(str(data_folder.resolve()).encode()).hexdigest()[:24]
        self._name = f"vizir-{digest}"
        self._server: QLocalServer | None = None
        self._received: dict[int, bytearray] = {}

    def hand_over(self, files: Sequence[str]) -> bool:
        """True if another window took the files and came to the front: this start is to end."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        absolute = [str(Path(file).absolute()) for file in files]
        socket.write(json.dumps(absolute).encode() + b"\n")
        socket.waitForBytesWritten(_WAIT_MS)
        # The answer is waited for: a window that hangs must not swallow the files in silence.
        is_taken = socket.waitForReadyRead(_WAIT_MS) and bytes(socket.readAll().data()) == b"ok\n"
        socket.disconnectFromServer()
        return is_taken

    def listen(self) -> None:
        """Take later starts on from now on."""
        # A killed program leaves its socket file behind on Linux and macOS, and nobody listens on it.
        QLocalServer.removeServer(self._name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        self._server.listen(self._name)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def _connected(self) -> None:
        socket = self._server.nextPendingConnection() if self._server is not None else None
        if socket is None:
            return
        self._received[id(socket)] = bytearray()
        socket.readyRead.connect(lambda: self._read(socket))
        socket.disconnected.connect(lambda: self._gone(socket))
        if socket.bytesAvailable():
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        received = self._received.get(id(socket))
        if received is None:
            return
        received += bytes(socket.readAll().data())
        if len(received) > _MESSAGE_BYTES:
            socket.abort()
        elif received.endswith(b"\n"):
            files = _files_of(bytes(received))
            socket.write(b"ok\n")
            socket.flush()
            self._received[id(socket)] = bytearray()
            self.raised.emit(files)

    def _gone(self, socket: QLocalSocket) -> None:
        self._received.pop(id(socket), None)
        socket.deleteLater()


def _files_of(message: bytes) -> list[str]:
    try:
        files = json.loads(message)
    except ValueError:
        return []
    return [file for file in files if isinstance(file, str)] if isinstance(files, list) else []
