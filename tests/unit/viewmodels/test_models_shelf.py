from __future__ import annotations

from pathlib import Path

from app.core.errors import ExternalFailure, VizirError
from app.core.model_store import ModelKind, SourceKind
from app.jobs.runner import InlineDispatcher
from app.viewmodels.models_shelf import ModelsViewModel
from app.viewmodels.requests import Requests
from tests.fakes.jobs import InlineJobRunner
from tests.fakes.window import FakeModels


def a_shelf() -> tuple[ModelsViewModel, FakeModels]:
    models, jobs = FakeModels(), InlineJobRunner()
    shelf = ModelsViewModel(Requests(jobs, lambda _error: None), jobs, InlineDispatcher(), lambda: models)
    shelf.refresh()
    return shelf, models


def test_what_suits_and_is_not_here_is_missing_until_it_was_fetched() -> None:
    shelf, _models = a_shelf()
    assert shelf.is_missing(ModelKind.SPEECH)
    seen: list[float] = []
    shelf.progressed.connect(lambda: seen.append(shelf.fetching.fraction) if shelf.fetching else None)
    shelf.fetch(ModelKind.SPEECH, "speech-small")
    assert seen == [0.0, 0.5]
    assert not shelf.is_missing(ModelKind.SPEECH)
    assert shelf.is_missing(ModelKind.SPEECH, "speech-large")
    assert shelf.is_missing(ModelKind.LANGUAGE)


def test_a_folder_is_named_as_the_source() -> None:
    shelf, models = a_shelf()
    shelf.fetch(ModelKind.LANGUAGE, "language-small", Path("usb"))
    assert models.sources == [(SourceKind.FOLDER, Path("usb"))]


def test_a_failure_is_told_and_another_try_is_open() -> None:
    shelf, models = a_shelf()
    errors: list[VizirError] = []
    shelf.failed.connect(errors.append)
    models.error = ExternalFailure("models.no_network", "Нет сети.")
    shelf.fetch(ModelKind.SPEECH, "speech-small")
    assert [error.code for error in errors] == ["models.no_network"]
    assert shelf.fetching is None
    models.error = None
    shelf.fetch(ModelKind.SPEECH, "speech-small")
    assert not shelf.is_missing(ModelKind.SPEECH)
