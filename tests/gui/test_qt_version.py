"""Guards against a Qt binding that aborts the program after some hundred signals."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class _Sender(QObject):
    moved = Signal(int, bool)


def test_three_thousand_emits_arrive(qapp: object) -> None:
    sender = _Sender()
    received: list[tuple[int, bool]] = []
    sender.moved.connect(lambda number, is_last: received.append((number, is_last)))
    for number in range(3000):
        sender.moved.emit(number, number == 2999)
    assert len(received) == 3000
    assert received[-1] == (2999, True)
