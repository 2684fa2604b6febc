"""What `doctor` asks each part of the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of `doctor`.

    Args:
        text: What was found, one plain sentence.
        cure: What to do about it; "" where nothing is wrong.
    """

    is_good: bool
    text: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A question to a part of the program.

    Args:
        name: Label of the line, translated.
        run: Looks and answers; raises VizirError where the part cannot even be asked.
    """

    name: str
    run: Callable[[], CheckResult]
