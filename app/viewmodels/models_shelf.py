"""Speech and language models: which are here, which suit this machine, fetching one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.model_store import FetchProgress, InstalledModel, ModelFacts, ModelKind, ModelStore, SourceKind
from app.core.observable import Signal
from app.jobs.runner import Dispatcher, Job, JobRunner
from app.viewmodels.requests import Requests

_LANE = "models"
_LOOK_LANE = "models-look"
_STEPS = 500


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model as the settings show it."""

    facts: ModelFacts
    is_installed: bool
    is_recommended: bool


@dataclass(frozen=True, slots=True)
class Fetching:
    """A model on its way."""

    kind: ModelKind
    key: str
    fraction: float = 0.0
    done_bytes: int = 0
    total_bytes: int = 0
    step: str = ""


class ModelsViewModel:
    """One model is fetched at a time; what was fetched before a stop is used by the next try.

    Args:
        models: Makes the store of models; may be slow, so it is asked in the background.
    """

    def __init__(
        self, requests: Requests, jobs: JobRunner, dispatcher: Dispatcher, models: Callable[[], ModelStore]
    ) -> None:
        self._requests = requests
        self._jobs = jobs
        self._dispatcher = dispatcher
        self._models = models
        self._token: CancelToken | None = None
        self.rows: dict[ModelKind, tuple[ModelRow, ...]] = {}
        self.fetching: Fetching | None = None
        self.changed: Signal[()] = Signal()
        self.progressed: Signal[()] = Signal()
        self.fetched: Signal[ModelFacts] = Signal()
        self.failed: Signal[VizirError] = Signal()

    @property
    def is_known(self) -> bool:
        """False until it was looked which models are here."""
        return bool(self.rows)

    def is_missing(self, kind: ModelKind, chosen: str = "") -> bool:
        """True when the chosen model, or the recommended one where none is chosen, is not here."""
        rows = self.rows.get(kind, ())
        wanted = [r for r in rows if (chosen in (r.facts.key, r.facts.name) if chosen else r.is_recommended)]
        return bool(rows) and not any(row.is_installed for row in wanted)

    def refresh(self) -> None:
        """Look again which models are here."""

        def look() -> dict[ModelKind, tuple[ModelRow, ...]]:
            store = self._models()
            return {kind: _rows(store, kind) for kind in ModelKind}

        def take(rows: dict[ModelKind, tuple[ModelRow, ...]]) -> None:
            self.rows = rows
            self.changed.emit()

        self._requests.ask("models.rows", look, take, self.failed.emit, lane=_LOOK_LANE)

    def fetch(self, kind: ModelKind, key: str, folder: Path | None = None) -> None:
        """Get a model: from a folder or a USB stick where one is named, else by the usual ways."""
        if self.fetching is not None:
            return
        self.fetching = Fetching(kind, key)
        self.progressed.emit()
        source = SourceKind.AUTO if folder is None else SourceKind.FOLDER
        told = [-1]

        def report(progress: FetchProgress) -> None:
            fraction = progress.done_bytes / progress.total_bytes if progress.total_bytes else 0.0
            if round(fraction * _STEPS) == told[0]:
                return
            told[0] = round(fraction * _STEPS)
            now = Fetching(kind, key, fraction, progress.done_bytes, progress.total_bytes, progress.step)
            self._dispatcher.post(lambda: self._advance(now))

        def get(cancel: CancelToken) -> InstalledModel:
            return self._models().fetch(kind, key, source, folder=folder, on_progress=report, cancel=cancel)

        job = Job(get, self._got, self._broke, self._end, "fetch")
        self._token = self._jobs.submit(_LANE, job)

    def stop(self) -> None:
        """Stop fetching."""
        if self._token is not None:
            self._token.cancel()

    def _advance(self, now: Fetching) -> None:
        if self.fetching is not None:
            self.fetching = now
            self.progressed.emit()

    def _got(self, model: InstalledModel) -> None:
        self._end()
        self.fetched.emit(model.facts)

    def _broke(self, error: VizirError) -> None:
        self._end()
        self.failed.emit(error)

    def _end(self) -> None:
        self.fetching, self._token = None, None
        self.progressed.emit()
        self.refresh()


def _rows(store: ModelStore, kind: ModelKind) -> tuple[ModelRow, ...]:
    recommended = store.recommended(kind).key
    return tuple(
        ModelRow(facts, store.installed(kind, facts.key) is not None, facts.key == recommended)
        for facts in store.known(kind)
    )
