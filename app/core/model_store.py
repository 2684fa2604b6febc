"""The port to the models on this machine: which there are, which suit it, how to get them.

Screens, subcommands and checks know this; where models come from is known in app/adapters/models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.core.cancel import CancelToken


class ModelKind(StrEnum):
    SPEECH = "speech"
    LANGUAGE = "language"


class SourceKind(StrEnum):
    """Where a model comes from. `AUTO` tries what is configured, then the hub, then packages."""

    AUTO = "auto"
    FOLDER = "folder"
    HUB = "hub"
    PACKAGES = "packages"


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a person chooses a model by.

    Args:
        key: Short name for settings and the command line ("base", "qwen2.5-coder-1.5b").
        name: Full name with quantisation, as recorded beside transcripts and drafts.
        size_bytes: Bytes to fetch; from the sources' own listing where the exact size is not pinned.
        memory_bytes: Memory it takes while it works.
        languages: Two letters each.
        licence: SPDX name.
        sources: Kinds of source that offer it; any model can also come from a folder.
    """

    kind: ModelKind
    key: str
    name: str
    size_bytes: int
    memory_bytes: int
    languages: tuple[str, ...]
    licence: str
    sources: tuple[SourceKind, ...]


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model that is in place.

    Args:
        folder: Folder of its files.
        file: The one file of a language model; the main file of a speech model.
        is_verified: Its sums were compared when it came; False for files somebody put there by hand.
    """

    facts: ModelFacts
    folder: Path
    file: Path
    is_verified: bool

    @property
    def name(self) -> str:
        return self.facts.name


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """How far fetching has come.

    Args:
        done_bytes: Bytes in place, those of an interrupted try too.
        total_bytes: Bytes in all.
        step: What is going on, in the person's language ("пакет 3 из 22").
    """

    done_bytes: int
    total_bytes: int
    step: str


class ModelStore(Protocol):
    """Models by their short or full name; "" means what suits this machine."""

    def known(self, kind: ModelKind) -> tuple[ModelFacts, ...]:
        """All models there are, the smallest first."""
        ...

    def recommended(self, kind: ModelKind) -> ModelFacts:
        """What suits this machine's memory and cores."""
        ...

    def find(self, kind: ModelKind, name: str = "") -> ModelFacts:
        """The model of that name, in any case; the recommended one without. Raises UserFixable ``models.unknown``."""
        ...

    def installed(self, kind: ModelKind, name: str = "") -> InstalledModel | None:
        """The model if it is in place, whole by its sizes; its sums are not read."""
        ...

    def speech_model(self, name: str = "") -> InstalledModel:
        """The speech model in place.

        Raises:
            UserFixable: ``asr.no_model`` when it is not there, ``models.unknown`` for a name that does not exist.
        """
        ...

    def language_model(self, name: str = "") -> InstalledModel:
        """The language model in place. Raises UserFixable ``llm.no_model`` or ``models.unknown``."""
        ...

    def verify(self, model: InstalledModel, cancel: CancelToken) -> None:
        """Read the files and compare their sums.

        Raises:
            UserFixable: ``models.checksum``.
            Cancelled: The token was set.
        """
        ...

    def fetch(
        self,
        kind: ModelKind,
        name: str,
        source: SourceKind,
        *,
        folder: Path | None = None,
        on_progress: Callable[[FetchProgress], None],
        cancel: CancelToken,
    ) -> InstalledModel:
        """Put a model in place, verified; one that is there already is only verified.

        What was fetched before a failure or a cancel is kept and used by the next try.

        Args:
            folder: For `SourceKind.FOLDER`: where the files are; any folder above them will do.

        Raises:
            UserFixable: ``models.unknown``, ``models.no_source``, ``models.folder``, ``models.checksum``,
                ``models.disk_full``, ``models.in_use``, ``models.no_rights``.
            ExternalFailure: ``models.no_network``, ``models.source_failed``.
            Cancelled: The token was set.
        """
        ...
