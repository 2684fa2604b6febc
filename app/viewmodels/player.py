"""The port to what plays a recording; the window has one made of QtMultimedia."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.core.errors import VizirError
from app.core.observable import Signal


class Player(Protocol):
    """Plays one recording at a time. All calls and signals on the main thread."""

    moved: Signal[float]
    """The position in seconds, about 25 times a second while it plays, and after each jump."""
    playing_changed: Signal[bool]
    failed: Signal[VizirError]

    @property
    def is_playing(self) -> bool: ...

    @property
    def position_s(self) -> float: ...

    def load(self, path: Path | None) -> None:
        """Choose a recording; nothing is read before the first `play`. None: nothing to play."""
        ...

    def play(self, from_s: float, until_s: float | None = None) -> None:
        """Play from a second on; stop at `until_s` where given."""
        ...

    def pause(self) -> None: ...

    def seek(self, to_s: float) -> None:
        """Move without starting or stopping."""
        ...

    def close(self) -> None: ...
