"""A proxy before the CRM that loses answers, as a bad line does: the request arrives, its answer never comes back."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_DROPPED = frozenset({"transfer-encoding", "connection", "content-length", "keep-alive"})


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that came to the proxy.

    Args:
        call: ``model/method``.
        status: What the CRM answered; None where it could not be asked.
    """

    call: str
    body: bytes
    status: int | None


class Proxy:
    """Forwards everything to one server; started by `proxy_before`."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = threading.Lock()
        self._lose: dict[str, int] = {}
        self._before: dict[str, Callable[[], None]] = {}
        self.passed: list[Passed] = []
        self.url = ""

    def lose_answers(self, call: str, times: int = 1) -> None:
        """The next `times` requests whose ``model/method`` ends with `call` are carried out and never answered."""
        with self._lock:
            self._lose[call] = times

    def before(self, call: str, action: Callable[[], None]) -> None:
        """Do this once, before the next request whose ``model/method`` ends with `call` is passed on."""
        with self._lock:
            self._before[call] = action

    def count(self, call: str) -> int:
        """How many requests whose ``model/method`` ends with `call` have come."""
        with self._lock:
            return sum(passed.call.endswith(call) for passed in self.passed)

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        """Pass one request on; answer it, unless its answer is to be lost."""
        call = handler.path.removeprefix("/json/2/")
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self._lock:
            action = next((self._before.pop(end) for end in list(self._before) if call.endswith(end)), None)
        if action is not None:
            action()
        reply = self._forward(handler, body)
        with self._lock:
            self.passed.append(Passed(call, body, reply[0] if reply else None))
            end = next((end for end, left in self._lose.items() if left and call.endswith(end)), None)
            if end is not None:
                self._lose[end] -= 1
        if reply is None or end is not None:
            handler.close_connection = True
            return
        status, headers, content = reply
        handler.send_response(status)
        for name, value in headers:
            if name.lower() not in _DROPPED:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def _forward(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes] | None:
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in _DROPPED}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(handler.command, handler.path, body or None, headers)
            reply = connection.getresponse()
            return reply.status, reply.getheaders(), reply.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


@contextmanager
def proxy_before(port: int) -> Iterator[Proxy]:
    """A proxy before the server at that port of 127.0.0.1."""
    proxy = Proxy(port)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            proxy.handle(self)

        def do_POST(self) -> None:
            proxy.handle(self)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the output belongs to pytest."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # A connection that the client keeps open would hold up the end of the test.
    server.daemon_threads = True
    server.block_on_close = False
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="crm-proxy")
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
