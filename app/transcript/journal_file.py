"""A journal in plain files, so that work without a store goes on behind a kill too."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import time
from pathlib import Path
from typing import Any

from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.ids import text_sha256

_SUFFIX = ".journal"
_FORGOTTEN_AFTER_S = 7 * 24 * 3600


class FileJournal:
    """`TranscriptJournal` with one file for each recognition: a line for the plan, a line for each batch.

    A line that a kill has cut is left out when reading. Files are readable by their owner only, and what nobody has
    come back for within a week is removed: it is what people said.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._remove_forgotten()

    def load(self, key: str) -> tuple[dict[str, Any] | None, dict[int, Any]]:
        try:
            lines = self._path(key).read_text("utf-8").split("\n")
        except (OSError, UnicodeDecodeError):
            return None, {}
        plan: dict[str, Any] | None = None
        batches: dict[int, Any] = {}
        # What stands behind the last line break was cut by a kill.
        for line in lines[:-1]:
            with contextlib.suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                if "plan" in entry:
                    plan, batches = entry["plan"], {}
                else:
                    batches[int(entry["number"])] = entry["result"]
        return (plan, batches) if plan is not None else (None, {})

    def save_plan(self, key: str, plan: dict[str, Any]) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._path(key).unlink()
        self._write(key, {"plan": plan})

    def save_batch(self, key: str, number: int, result: Any) -> None:
        self._write(key, {"number": number, "result": result})

    def forget(self, key: str) -> None:
        with contextlib.suppress(OSError):
            self._path(key).unlink()

    def _path(self, key: str) -> Path:
        return self._folder / f"{text_sha256(key)}{_SUFFIX}"

    def _write(self, key: str, entry: dict[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._path(key)
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                size = os.fstat(handle).st_size
                # A line that was cut by a kill must not swallow the next one.
                is_cut = size > 0 and _last_byte(handle, size) != b"\n"
                os.write(handle, (b"\n" if is_cut else b"") + line.encode())
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise _cannot_write(error) from error

    def _remove_forgotten(self) -> None:
        if not self._folder.is_dir():
            return
        for path in self._folder.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _FORGOTTEN_AFTER_S:
                    path.unlink()


def _last_byte(handle: int, size: int) -> bytes:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1)


def _cannot_write(error: OSError) -> UserFixable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserFixable(
            "recording.disk_full",
            _("На диске нет места для работы с записью."),
            hint=_("Освободите место и повторите: сделанное сохранено."),
            detail=repr(error),
        )
    return UserFixable(
        "recording.store",
        _("Программа не может писать в свою папку."),
        hint=_("Проверьте права на папку данных программы."),
        detail=repr(error),
    )
