"""A server on loopback that answers with any bytes at all, for attacks on what asks it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def everything(self) -> str:
        """All of it as text, as a server would repeat it in an error."""
        return f"{self.method} {self.path} {self.headers} {self.body.decode(errors='replace')}"


Behaviour: TypeAlias = Callable[[Asked], Iterable[bytes]]


@dataclass
class HostileServer:
    """The running server.

    Args:
        sent_bytes: How much it could send until the other side hung up.
    """

    port: int
    scheme: str = "http"
    received: list[Asked] = field(default_factory=list)
    sent_bytes: int = 0
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


def reply(status: int, body: bytes | object, *, kind: str = "application/json", **headers: str) -> list[bytes]:
    """A whole answer; a body that is no bytes is written as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(raw)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ["\r\n".join(lines).encode() + b"\r\n\r\n", raw]


@contextmanager
def hostile(behave: Behaviour, certificate: Path | None = None) -> Iterator[HostileServer]:
    """A running server; https where a file with a key and a certificate is given."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = HostileServer(listener.getsockname()[1], "https" if certificate else "http")
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    thread = threading.Thread(target=_serve, args=(listener, context, server, behave))
    thread.start()
    try:
        yield server
    finally:
        server.release.set()
        _wake(listener)
        thread.join()
        listener.close()


def _serve(listener: socket.socket, context: ssl.SSLContext | None, server: HostileServer, behave: Behaviour) -> None:
    while not server.release.is_set():
        connection, _address = listener.accept()
        with connection:
            connection.settimeout(10)
            try:
                # One at a time: the connectors open one connection.
                if context is None:
                    _answer(connection, server, behave)
                else:
                    with context.wrap_socket(connection, server_side=True) as secured:
                        _answer(secured, server, behave)
            except OSError:
                # The other side hung up; that is what some tests are about.
                continue


def _answer(connection: socket.socket, server: HostileServer, behave: Behaviour) -> None:
    asked = _request(connection)
    if asked is None:
        return
    server.received.append(asked)
    for piece in behave(asked):
        connection.sendall(piece)
        server.sent_bytes += len(piece)


def _request(connection: socket.socket) -> Asked | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = connection.recv(65_536)
        if not piece:
            return None
        raw += piece
    head, _end, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65_536)
    method, path, _version = first.split(" ", 2)
    return Asked(method, path, headers, body)


def _wake(listener: socket.socket) -> None:
    with socket.create_connection(listener.getsockname()):
        return
