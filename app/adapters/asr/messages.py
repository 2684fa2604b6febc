"""What the program and the child process of speech recognition say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.errors import VizirError


@dataclass(frozen=True, slots=True)
class Start:
    """Transcribe a recording.

    Args:
        path: Sound file.
        model_folder: CTranslate2 folder of the model.
        scratch_folder: Where the decoded samples may lie while the work lasts.
        language: Two letters, or None to have it recognised.
        hints: Names for the recogniser; empty for none.
        workers: Batches recognised at once, one thread each.
        screen_language: Language of the sentences in errors.
        plan: The plan of an earlier run that was broken off; None for the first run.
        finished: Numbers of its batches that need not be done again.
    """

    path: Path
    model_folder: Path
    scratch_folder: Path
    language: str | None
    hints: tuple[str, ...]
    workers: int
    screen_language: str = "ru"
    plan: dict[str, Any] | None = None
    finished: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound was read and searched for speech up to this share (0 to 1)."""

    fraction: float


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be recognised in which batches; JSON values. Sent before the first batch."""

    plan: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BatchDone:
    """A finished batch: for each of its windows the words with their places; JSON values."""

    number: int
    result: list[Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """All batches were sent."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The work ended with an error of our taxonomy."""

    error: VizirError
