"""Parts of a window's state to test with: a player without sound, jobs that wait until they are let go."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.core.cancel import CancelToken
from app.core.errors import UserFixable, VizirError
from app.core.model_store import FetchProgress, InstalledModel, ModelFacts, ModelKind, SourceKind
from app.core.observable import Signal
from app.jobs.runner import InlineDispatcher, Job, JobRunner
from app.pipeline import PipelineObserver
from app.recording.model import Call, CallState, TakenIn
from app.recording.naming import NameFacts
from tests.fakes.jobs import InlineJobRunner

T = TypeVar("T")


class FakePlayer:
    """`Player`: the position is where the test puts it."""

    def __init__(self) -> None:
        self.moved: Signal[float] = Signal()
        self.playing_changed: Signal[bool] = Signal()
        self.failed: Signal[VizirError] = Signal()
        self.path: Path | None = None
        self.is_playing = False
        self.position_s = 0.0
        self.played: list[tuple[float, float | None]] = []

    def load(self, path: Path | None) -> None:
        self.path = path
        self.is_playing = False
        self.seek(0.0)

    def play(self, from_s: float, until_s: float | None = None) -> None:
        self.played.append((round(from_s, 3), until_s if until_s is None else round(until_s, 3)))
        self.is_playing = True
        self.seek(from_s)
        self.playing_changed.emit(True)

    def pause(self) -> None:
        self.is_playing = False
        self.playing_changed.emit(False)

    def seek(self, to_s: float) -> None:
        self.position_s = to_s
        self.moved.emit(to_s)

    def close(self) -> None:
        self.path = None


class FakeWaveforms:
    """`WaveformReader`: the same outline for every file."""

    def prepare(self) -> None:
        """Nothing to load."""

    def peaks(
        self, path: Path, buckets: int, cancel: CancelToken | None = None
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        return (0.5,) * buckets, (0.25,) * buckets


class HeldJobs(JobRunner):
    """A job runner whose jobs wait until the test lets them go, in any order it likes."""

    def __init__(self) -> None:
        super().__init__(InlineDispatcher())
        self._inner = InlineJobRunner()
        self.held: deque[tuple[str, Job[object]]] = deque()

    def submit(self, lane: str, job: Job[T]) -> CancelToken:
        self.held.append((lane, job))  # type: ignore[arg-type]
        return job.cancel

    def let_go(self, count: int = 1_000) -> None:
        """Run the oldest jobs, those that they submit too."""
        while self.held and count:
            lane, job = self.held.popleft()
            self._inner.submit(lane, job)
            count -= 1

    def let_last_go(self) -> None:
        """Run the newest job before all others."""
        lane, job = self.held.pop()
        self._inner.submit(lane, job)


class ScriptedPipeline:
    """What the window needs of the pipeline; `script` plays the stages."""

    def __init__(self, script: Callable[[str, PipelineObserver, CancelToken], CallState]) -> None:
        self._script = script
        self.unfinished: list[Call] = []
        self.has_settled = False

    def process(self, call_id: str, observer: PipelineObserver, cancel: CancelToken) -> CallState:
        return self._script(call_id, observer, cancel)

    def waiting(self) -> list[Call]:
        return self.unfinished

    def settle_interrupted(self) -> list[Call]:
        self.has_settled = True
        return []


class FakeImporter:
    """Takes every file in as the call the test has laid out for its name; others are refused."""

    def __init__(self, calls: dict[str, Call]) -> None:
        self._calls = calls
        self._seen: set[str] = set()

    def take_in(self, path: Path, *, named: NameFacts | None = None, cancel: CancelToken | None = None) -> TakenIn:
        if path.name not in self._calls:
            raise UserFixable("audio.not_audio", f"«{path.name}» — не запись.", hint="Выберите другой файл.")
        is_new = path.name not in self._seen
        self._seen.add(path.name)
        return TakenIn(self._calls[path.name], is_new)


class FakeModels:
    """Two models of each kind, the first of which suits; `error` is what fetching fails with."""

    def __init__(self) -> None:
        self.here: set[str] = set()
        self.error: VizirError | None = None
        self.sources: list[tuple[SourceKind, Path | None]] = []

    def known(self, kind: ModelKind) -> tuple[ModelFacts, ...]:
        return tuple(
            ModelFacts(kind, f"{kind}-{size}", f"{kind} {size}", 100, 200, ("ru",), "MIT", (SourceKind.HUB,))
            for size in ("small", "large")
        )

    def recommended(self, kind: ModelKind) -> ModelFacts:
        return self.known(kind)[0]

    def installed(self, kind: ModelKind, name: str = "") -> InstalledModel | None:
        facts = next(f for f in self.known(kind) if f.key == (name or f"{kind}-small"))
        return InstalledModel(facts, Path(), Path(), True) if facts.key in self.here else None

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
        self.sources.append((source, folder))
        on_progress(FetchProgress(50, 100, "пакет 1 из 2"))
        if self.error is not None:
            raise self.error
        self.here.add(name)
        found = self.installed(kind, name)
        assert found is not None
        return found
