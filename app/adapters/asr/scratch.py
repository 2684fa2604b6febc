"""Decoded samples on disk, so that the length of a recording does not count in memory."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.errors import UserFixable
from app.core.i18n import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]


class Scratch:
    """The sides of a recording, 16 bit, in nameless files that vanish with the process.

    Plain reads and no memory map: mapped pages would count as memory of the process.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[Any] = []
        self.samples = 0

    @property
    def sides(self) -> int:
        return len(self._files)

    def append(self, piece: Samples) -> None:
        """Add a piece of shape (sides, n). Raises UserFixable ``recording.disk_full`` or ``recording.store``."""
        import numpy as np

        try:
            if not self._files:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._files = [
                    tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by `close`
                    for _side in piece
                ]
            for file, side in zip(self._files, piece, strict=True):
                file.write(np.clip(side * 32768.0, -32768, 32767).astype("<i2").tobytes())
        except OSError as error:
            raise _cannot_write(error) from error
        self.samples += piece.shape[1]

    def finish(self) -> None:
        """Make all that was appended readable. Raises as `append`."""
        try:
            for file in self._files:
                file.flush()
        except OSError as error:
            raise _cannot_write(error) from error

    def read(self, side: int | None, start: int, end: int) -> Samples:
        """Samples [start, end) of a side as float32; None mixes all sides. One thread at a time."""
        import numpy as np

        chosen = self._files if side is None else [self._files[side]]
        mixed = np.zeros(max(0, min(end, self.samples) - start), np.float32)
        for file in chosen:
            file.seek(start * 2)
            mixed += np.frombuffer(file.read(len(mixed) * 2), "<i2").astype(np.float32)
        return mixed / (32768.0 * len(chosen))

    def close(self) -> None:
        for file in self._files:
            file.close()


def _cannot_write(error: OSError) -> UserFixable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserFixable(
            "recording.disk_full",
            _("На диске нет места для работы с записью."),
            hint=_("Освободите место (час разговора занимает около 250 МБ на время распознавания) и повторите."),
            detail=repr(error),
        )
    return UserFixable(
        "recording.store",
        _("Программа не может писать в свою папку."),
        hint=_("Проверьте права на папку данных программы."),
        detail=repr(error),
    )
