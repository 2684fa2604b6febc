"""Signals for view-models, which know no Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVarTuple

Args = TypeVarTuple("Args")


class Signal(Generic[*Args]):
    """Calls every connected slot, in the order of connecting, in the thread that emits."""

    def __init__(self) -> None:
        self._slots: list[Callable[[*Args], None]] = []

    def connect(self, slot: Callable[[*Args], None]) -> Callable[[], None]:
        """Call `slot` on every emit; returns the way to disconnect it."""
        self._slots.append(slot)

        def disconnect() -> None:
            if slot in self._slots:
                self._slots.remove(slot)

        return disconnect

    def emit(self, *args: *Args) -> None:
        for slot in tuple(self._slots):
            slot(*args)
