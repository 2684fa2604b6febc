"""A language model tried on the person's own corrections, before it is taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.approval.regression import Change, FieldChange
from app.approval.rerun import CorrectedCall
from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.model_store import ModelKind
from app.core.observable import Signal
from app.jobs.runner import Dispatcher, Job, JobRunner
from app.pipeline import HEAVY_LANE
from app.settings import Settings
from app.viewmodels.models_shelf import ModelsViewModel
from app.viewmodels.requests import Requests
from app.viewmodels.settings_form import SettingsViewModel

SERVER = "server"
_SERVER_LANE = "rerun"
_STEPS = 100


class Rerunner(Protocol):
    """The regression set and its trial; `app.approval.rerun.RerunService` is it."""

    def corrected(self) -> list[CorrectedCall]: ...

    def rerun(
        self, call_id: str, settings: Settings, on_progress: Callable[[float], None], cancel: CancelToken
    ) -> list[FieldChange]: ...


@dataclass(frozen=True, slots=True)
class TrialModel:
    """A model that may be tried.

    Args:
        key: Its short name; `SERVER` for the one behind the address.
        name: As it is shown.
    """

    key: str
    name: str

    @property
    def is_server(self) -> bool:
        return self.key == SERVER


@dataclass(frozen=True, slots=True)
class Trial:
    """How far a trial has come.

    Args:
        done: Calls drafted anew.
        total: Calls of the set.
        share: Of the call that is being drafted, 0 to 1.
        changes: Of all calls so far.
    """

    model: TrialModel
    total: int
    done: int = 0
    share: float = 0.0
    changes: tuple[FieldChange, ...] = ()
    is_running: bool = True

    @property
    def is_whole(self) -> bool:
        """All calls were tried."""
        return self.done == self.total

    def count(self, change: Change) -> int:
        return sum(each.change is change for each in self.changes)


@dataclass(frozen=True, slots=True)
class FieldTrial:
    """What a trial means for one field."""

    label: str
    better: int
    worse: int
    same: int
    changed: tuple[FieldChange, ...]


class RerunViewModel:
    """One model is tried at a time, a call in each job, so that new calls get their turn in between."""

    def __init__(
        self,
        requests: Requests,
        jobs: JobRunner,
        dispatcher: Dispatcher,
        *,
        rerunner: Callable[[], Rerunner],
        models: ModelsViewModel,
        form: SettingsViewModel,
    ) -> None:
        self._requests = requests
        self._jobs = jobs
        self._dispatcher = dispatcher
        self._rerunner = rerunner
        self._models = models
        self._form = form
        self._token: CancelToken | None = None
        self.calls: tuple[CorrectedCall, ...] = ()
        self.is_known = False
        self.trial: Trial | None = None
        self.changed: Signal[()] = Signal()
        self.failed: Signal[VizirError] = Signal()
        models.changed.connect(self.changed.emit)
        form.changed.connect(lambda name: self.changed.emit() if name.startswith("llm_") else None)

    @property
    def corrections(self) -> int:
        """Values that people wrote in place of the drafted ones."""
        return sum(call.corrections for call in self.calls)

    @property
    def models(self) -> list[TrialModel]:
        """What may be tried: the embedded models that are here, and the server that has an address."""
        rows = self._models.rows.get(ModelKind.LANGUAGE, ())
        found = [TrialModel(row.facts.key, row.facts.key) for row in rows if row.is_installed]
        settings = self._form.settings
        if settings.llm_address.strip():
            found.append(TrialModel(SERVER, settings.llm_name.strip() or settings.llm_address.strip()))
        return found

    @property
    def chosen(self) -> str:
        """Key of the model that the settings choose; "" where it is not here."""
        settings = self._form.settings
        if settings.llm_mode == "address":
            return SERVER
        wanted = settings.llm_embedded_model
        rows = self._models.rows.get(ModelKind.LANGUAGE, ())
        fits = [r for r in rows if (wanted in (r.facts.key, r.facts.name) if wanted else r.is_recommended)]
        return fits[0].facts.key if fits and fits[0].is_installed else ""

    def refresh(self) -> None:
        """Look what was corrected since."""

        def take(calls: list[CorrectedCall]) -> None:
            self.calls, self.is_known = tuple(calls), True
            self.changed.emit()

        self._requests.ask("rerun.calls", lambda: self._rerunner().corrected(), take, self.failed.emit)

    def start(self, model: TrialModel) -> None:
        """Draft the corrected calls anew with a model."""
        if not self.calls or (self.trial is not None and self.trial.is_running):
            return
        self._token = CancelToken()
        self._set(Trial(model, len(self.calls)))
        self._next(self.calls, self._settings_with(model), self._token)

    def stop(self) -> None:
        """Stop; what was found so far stays."""
        if self._token is not None:
            self._token.cancel()

    def fields(self) -> list[FieldTrial]:
        """The result by field, those that changed first."""
        if self.trial is None:
            return []
        by_key: dict[str, list[FieldChange]] = {}
        for change in self.trial.changes:
            by_key.setdefault(change.definition.key, []).append(change)
        found = [_summed(changes) for changes in by_key.values()]
        return sorted(found, key=lambda field: -len(field.changed))

    def _settings_with(self, model: TrialModel) -> Settings:
        if model.is_server:
            return replace(self._form.settings, llm_mode="address")
        # A model chosen by being the recommended one is chosen by an empty name: it must count as the one in force.
        settings = self._form.settings
        is_in_force = settings.llm_mode == "embedded" and model.key == self.chosen
        return settings if is_in_force else replace(settings, llm_mode="embedded", llm_embedded_model=model.key)

    def _next(self, left: Sequence[CorrectedCall], settings: Settings, token: CancelToken) -> None:
        call_id = left[0].call_id
        told = [-1]

        def report(share: float) -> None:
            if round(share * _STEPS) != told[0]:
                told[0] = round(share * _STEPS)
                self._dispatcher.post(lambda: self._advance(token, share))

        def done(changes: list[FieldChange]) -> None:
            if self.trial is None or token is not self._token:
                return
            now = replace(self.trial, done=self.trial.done + 1, share=0.0, changes=(*self.trial.changes, *changes))
            self._set(replace(now, is_running=bool(left[1:])))
            if left[1:]:
                self._next(left[1:], settings, token)

        def failed(error: VizirError) -> None:
            self._end()
            self.failed.emit(error)

        job = Job(
            lambda cancel: self._rerunner().rerun(call_id, settings, report, cancel),
            on_done=done,
            on_failed=failed,
            on_cancelled=self._end,
            name="rerun",
            cancel=token,
        )
        # The embedded model takes turns with speech recognition; a server elsewhere does not.
        self._jobs.submit(HEAVY_LANE if settings.llm_mode == "embedded" else _SERVER_LANE, job)

    def _advance(self, token: CancelToken, share: float) -> None:
        if token is self._token and self.trial is not None and self.trial.is_running:
            self._set(replace(self.trial, share=share))

    def _end(self) -> None:
        if self.trial is not None:
            self._set(replace(self.trial, is_running=False))

    def _set(self, trial: Trial) -> None:
        self.trial = trial
        self.changed.emit()


def _summed(changes: Sequence[FieldChange]) -> FieldTrial:
    counts = Counter(change.change for change in changes)
    return FieldTrial(
        changes[0].definition.label,
        counts[Change.BETTER],
        counts[Change.WORSE],
        counts[Change.SAME],
        tuple(change for change in changes if change.change is not Change.SAME),
    )
