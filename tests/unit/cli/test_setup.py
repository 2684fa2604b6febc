"""`setup`: which models are fetched, from where, and what is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app import settings as settings_file
from app.cli import main
from app.core.errors import ExternalFailure
from app.core.model_store import FetchProgress, InstalledModel, ModelFacts, ModelKind, SourceKind
from app.settings import Folders, Settings

_FACTS = {
    kind: ModelFacts(kind, f"{kind}-small", f"{kind}-small-q4", 5_000_000, 1, ("ru",), "MIT", (SourceKind.HUB,))
    for kind in ModelKind
}


class _Store:
    def __init__(self) -> None:
        self.fetched: list[tuple[ModelKind, str, SourceKind, Path | None]] = []
        self.failure: Exception | None = None
        self.is_verified = True

    def find(self, kind: ModelKind, name: str = "") -> ModelFacts:
        return _FACTS[kind]

    def fetch(self, kind: ModelKind, name: str, source: SourceKind, **named: Any) -> InstalledModel:
        self.fetched.append((kind, name, source, named["folder"]))
        if self.failure is not None:
            raise self.failure
        named["on_progress"](FetchProgress(1, 2, ""))
        folder = Path("models") / _FACTS[kind].name
        return InstalledModel(_FACTS[kind], folder, folder / "model", self.is_verified)


@pytest.fixture
def store() -> _Store:
    return _Store()


def _run(store: _Store, *arguments: str) -> int:
    def build_engines(settings: Settings, _folders: Folders, **_overrides: Any) -> Any:
        return SimpleNamespace(settings=settings, models=lambda: store, close=lambda: None)

    wiring: Any = SimpleNamespace(build_engines=build_engines)
    return main.run_command(["setup", *arguments], wiring)


def test_without_names_both_models_that_suit_the_machine_are_fetched(
    store: _Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(store) == 0
    assert store.fetched == [
        (ModelKind.SPEECH, "speech-small", SourceKind.AUTO, None),
        (ModelKind.LANGUAGE, "language-small", SourceKind.AUTO, None),
    ]
    assert capsys.readouterr().out.count("\n") == 2


def test_with_a_model_at_an_address_no_language_model_is_fetched(store: _Store) -> None:
    path = Folders.of_this_machine().settings_file
    settings_file.save(path, replace(Settings(), llm_mode="address", llm_address="http://127.0.0.1:1/v1"))
    assert _run(store) == 0
    assert [kind for kind, *_rest in store.fetched] == [ModelKind.SPEECH]


def test_only_what_is_named_is_fetched(store: _Store) -> None:
    assert _run(store, "--llm", "language-small", "--source", "packages") == 0
    assert store.fetched == [(ModelKind.LANGUAGE, "language-small", SourceKind.PACKAGES, None)]


def test_a_folder_is_a_source(store: _Store, tmp_path: Path) -> None:
    assert _run(store, "--asr", "speech-small", "--source", "folder", str(tmp_path)) == 0
    assert store.fetched == [(ModelKind.SPEECH, "speech-small", SourceKind.FOLDER, tmp_path)]


@pytest.mark.parametrize("source", [["folder"], ["hub", "extra"], ["nowhere"]])
def test_a_source_that_is_none_is_wrong_usage(
    store: _Store, source: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(store, "--source", *source) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert store.fetched == []


def test_without_a_network_the_exit_code_says_that_a_model_is_missing(
    store: _Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.failure = ExternalFailure("models.no_network", "Нет связи.", hint="Проверьте сеть.")
    assert _run(store) == 4
    said = capsys.readouterr()
    assert said.err.endswith("Нет связи. Проверьте сеть.\n")
    assert said.out == ""


def test_files_without_sums_are_said_to_be_unverified(store: _Store, capsys: pytest.CaptureFixture[str]) -> None:
    _run(store)
    verified = capsys.readouterr().out
    store.is_verified = False
    _run(store)
    assert capsys.readouterr().out != verified
