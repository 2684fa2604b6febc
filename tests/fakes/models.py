"""Small models in place of the real ones, and a hub that serves them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from app.adapters.models.catalogue import HubOrigin, ModelSpec, PackagePart, PackagesOrigin, PinnedFile
from app.core.model_store import ModelKind

MAIN_FILE = "tiny.gguf"
CONTENT = b"GGUF" + bytes(range(256)) * 4096
SECOND_FILE = "notes.txt"
SECOND = b"small and not large\n"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def tiny_model(parts: int = 3) -> ModelSpec:
    """A language model of one megabyte and a small file, that a hub has and `parts` packages carry."""
    return ModelSpec(
        kind=ModelKind.LANGUAGE,
        key="tiny",
        name="tiny-q4",
        files=(MAIN_FILE, SECOND_FILE),
        size_bytes=len(CONTENT) + len(SECOND),
        memory_bytes=1,
        languages=("ru",),
        licence="MIT",
        hub=HubOrigin("owner/tiny", {MAIN_FILE: MAIN_FILE, SECOND_FILE: SECOND_FILE}),
        pinned=(
            PinnedFile(MAIN_FILE, len(CONTENT), sha256(CONTENT)),
            PinnedFile(SECOND_FILE, len(SECOND), sha256(SECOND)),
        ),
        packages=PackagesOrigin(
            tuple(
                PackagePart(
                    f"tiny-part{n}==1.0",
                    (
                        (f"tiny_part{n}/data/part.bin", MAIN_FILE),
                        *(((f"tiny_part{n}/data/notes.txt", SECOND_FILE),) if n == parts else ()),
                    ),
                )
                for n in range(1, parts + 1)
            )
        ),
    )


def put_model(folder: Path, content: bytes = CONTENT) -> Path:
    """The model's files in a folder, as a person would copy them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MAIN_FILE).write_bytes(content)
    (folder / SECOND_FILE).write_bytes(SECOND)
    return folder


class Hub:
    """A model hub on loopback.

    Args:
        content: What it serves as the main file.
    """

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.etag = sha256(content)
        self.breaks_off_after: int | None = None
        self.status = 200
        self.is_html = False
        self.ranges: list[str] = []
        self.on_block: Callable[[], None] = lambda: None
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self._begin(*hub.file(self.path))

            def do_GET(self) -> None:
                content, etag = hub.file(self.path)
                asked = self.headers.get("Range", "")
                if content is hub.content:
                    hub.ranges.append(asked)
                first = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
                if not self._begin(content, etag, first, is_part=bool(asked)):
                    return
                end = len(content)
                if hub.breaks_off_after is not None and content is hub.content:
                    end = min(end, first + hub.breaks_off_after)
                for at in range(first, end, 65536):
                    hub.on_block()
                    self.wfile.write(content[at : min(end, at + 65536)])
                self.close_connection = end < len(content)

            def _begin(self, content: bytes, etag: str, first: int = 0, *, is_part: bool = False) -> bool:
                is_good = hub.status == 200
                self.send_response(206 if is_part and is_good else hub.status)
                if hub.is_html:
                    self.send_header("Content-Type", "text/html")
                elif is_good:
                    self.send_header("ETag", f'"{etag}"')
                    self.send_header("X-Repo-Commit", "a" * 40)
                self.send_header("Content-Length", str(len(content) - first if is_good else 0))
                self.end_headers()
                return is_good

            def log_message(self, *_args: object) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def file(self, path: str) -> tuple[bytes, str]:
        """Content and hash of a file: SHA-256 of the large one, git's of the small one."""
        if path.endswith(SECOND_FILE):
            return SECOND, hashlib.sha1(b"blob %d\0" % len(SECOND) + SECOND, usedforsecurity=False).hexdigest()
        return self.content, self.etag

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
