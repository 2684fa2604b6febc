"""What a subcommand writes: JSON to a file or to standard output, progress to standard error."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TextIO

from app.core.errors import UserFixable
from app.core.i18n import _

STANDARD_OUTPUT = "-"
_BAR_WIDTH = 24


def check_target(target: str | None) -> None:
    """Find out before minutes of work that the result could not be written. Raises UserFixable ``input.no_folder``."""
    if target in (None, STANDARD_OUTPUT):
        return
    path = Path(str(target))
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UserFixable(
            "input.no_folder",
            _("Результат некуда записать: {name}.").format(name=path),
            hint=_("Укажите файл в папке, которая уже есть."),
        )


def write_json(target: str | None, value: dict[str, Any]) -> None:
    """Write UTF-8 JSON whole, or nothing: a crash leaves no half file. ``-`` is standard output, None writes nothing.

    Raises:
        UserFixable: ``output.write`` when the file cannot be written.
    """
    if target is None:
        return
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    if target == STANDARD_OUTPUT:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    path = Path(target)
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as error:
        raise UserFixable(
            "output.write",
            _("Результат не записан: {name}.").format(name=path),
            hint=_("Проверьте место на диске и права на папку."),
            detail=repr(error),
        ) from error


class Progress:
    """A bar on a terminal; one line for each stage anywhere else."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._label = ""
        self._width = 0

    def begin(self, label: str) -> None:
        """Start a stage."""
        self.end()
        self._label = label
        if self._is_terminal:
            self.show(0.0, None)
        else:
            self._stream.write(label + "\n")
            self._stream.flush()

    def show(self, fraction: float, seconds_left: float | None) -> None:
        """Move the bar of the stage.

        Args:
            fraction: 0 to 1.
            seconds_left: Estimate, or None.
        """
        if not self._is_terminal:
            return
        full = round(_BAR_WIDTH * min(1.0, max(0.0, fraction)))
        line = f"{self._label} [{'#' * full}{'.' * (_BAR_WIDTH - full)}] {fraction:4.0%}"
        if seconds_left is not None:
            minutes, seconds = divmod(round(seconds_left), 60)
            line += "  " + _("осталось {minutes}:{seconds:02d}").format(minutes=minutes, seconds=seconds)
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)

    def end(self) -> None:
        """Take the bar away, so that what follows starts on a clean line."""
        if self._is_terminal and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0
