"""A model server on loopback that behaves, or misbehaves, as a test tells it to."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

from app.adapters.llm.token_estimate import tokens_at_most


@dataclass(frozen=True, slots=True)
class Received:
    """A request as the server got it; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back.

    Args:
        promised_bytes: Length said in the header; more than the body makes the answer break off.
        is_hung_up: Close the connection without any answer.
    """

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    promised_bytes: int | None = None
    is_hung_up: bool = False


Behaviour: TypeAlias = Callable[[Received], Reply]


def chat(content: object, *, finish: str = "stop", prompt_tokens: int = 12, **message: object) -> Reply:
    """An honest answer. `content` is text, or a value that is written as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return Reply(
        body=json.dumps(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "test",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": finish,
                        "message": {"role": "assistant", "content": text, **message},
                    }
                ],
                "usage": {
                    "prompt_tokens": prompt_tokens,
                    "completion_tokens": tokens_at_most(text),
                    "total_tokens": prompt_tokens + tokens_at_most(text),
                },
            },
            ensure_ascii=False,
        )
    )


def refusal(status: int, message: str, **headers: str) -> Reply:
    """An error as such servers write it."""
    return Reply(status, json.dumps({"error": {"message": message, "type": "error"}}), headers)


class ModelServer:
    """The server; `behave` decides about each request, `release` ends those that are held up."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.received: list[Received] = []
        self.arrived = threading.Event()
        self.release = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                self._answer(json.loads(self.rfile.read(length) or b"{}"))

            def do_GET(self) -> None:
                self._answer({})

            def _answer(self, body: dict[str, Any]) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                received = Received(self.path, headers, body)
                owner.received.append(received)
                owner.arrived.set()
                reply = owner.behave(received)
                if reply.is_hung_up:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                raw = reply.body.encode()
                try:
                    self.send_response(reply.status)
                    self.send_header("Content-Type", reply.content_type)
                    self.send_header("Content-Length", str(reply.promised_bytes or len(raw)))
                    for name, value in reply.headers.items():
                        self.send_header(name.replace("_", "-"), value)
                    self.end_headers()
                    self.wfile.write(raw)
                except OSError:
                    # The client has given up; that is what some tests are about.
                    self.close_connection = True
                if reply.promised_bytes:
                    self.close_connection = True

            def log_message(self, *_args: object) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def held_up(self, _received: Received) -> Reply:
        """A behaviour: no answer until `release` is set."""
        self.release.wait(20)
        return chat({})

    def close(self) -> None:
        self.release.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@contextmanager
def serving(behave: Behaviour) -> Iterator[ModelServer]:
    """A running server."""
    server = ModelServer(behave)
    try:
        yield server
    finally:
        server.close()


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
