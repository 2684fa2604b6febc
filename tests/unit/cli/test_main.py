"""The edge of the subcommands: exit codes and one line for each error."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from app.cli import main
from app.core import i18n
from app.core.errors import Bug, Cancelled, ExternalFailure, ModelOutputRejected, UserFixable


@pytest.fixture(autouse=True)
def russian_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")


@pytest.fixture
def command_that(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], int]], int]:
    """Runs `queue` with other insides."""

    def run(work: Callable[[], int]) -> int:
        module = SimpleNamespace(NAME="queue", add_arguments=lambda _parser: None, run=lambda _args: work())
        monkeypatch.setattr(main.importlib, "import_module", lambda _name: module)
        return main.run_command(["queue"], _no_wiring())

    return run


def _no_wiring() -> Any:
    return SimpleNamespace()


def _raises(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UserFixable("audio.no_sound", "В файле нет звука.", hint="Выберите другой."), 3),
        (UserFixable("profile.bad_file", "Профиль не читается."), 3),
        (UserFixable("input.no_folder", "Писать некуда."), 3),
        (UserFixable("asr.file_gone", "Запись исчезла."), 3),
        (UserFixable("asr.no_model", "Модели речи нет."), 4),
        (UserFixable("models.unknown", "Такой модели нет."), 4),
        (ExternalFailure("llm.unreachable", "Сервер не отвечает."), 4),
        (ModelOutputRejected("llm.bad_output", "Модель ответила не по форме."), 1),
        (UserFixable("store.locked", "База занята."), 1),
        (Bug("x", "Сбой."), 1),
        (Cancelled(), 1),
        (KeyboardInterrupt(), 1),
    ],
)
def test_each_kind_of_failure_has_the_exit_code_of_the_contract(
    command_that: Any, capsys: pytest.CaptureFixture[str], error: BaseException, code: int
) -> None:
    assert command_that(_raises(error)) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_the_line_holds_what_is_wrong_and_what_to_do(command_that: Any, capsys: pytest.CaptureFixture[str]) -> None:
    command_that(_raises(UserFixable("audio.no_sound", "В файле\nнет звука.", hint="Выберите другой.")))
    assert capsys.readouterr().err == "В файле нет звука. Выберите другой.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frobnicate"], "frobnicate"),
        (["queue", "--frobnicate"], "--frobnicate"),
        (["process"], "FILE"),
        (["process", "call.mp3", "--json"], "--json"),
        (["resume", "--at"], "--at"),
        (["--frobnicate"], "--frobnicate"),
    ],
)
def test_wrong_usage_is_one_line_that_names_the_culprit(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main.run_command(arguments, _no_wiring()) == 2
    line = capsys.readouterr().err
    assert said in line
    assert line.count("\n") == 1


def test_the_language_follows_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    main.run_command(["--version"], _no_wiring())
    assert i18n.language() == "en"
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LC_MESSAGES", "")
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    main.run_command(["--version"], _no_wiring())
    assert i18n.language() == "ru"


@pytest.mark.logs_errors
def test_an_unexpected_error_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    error = ZeroDivisionError("division by zero")
    main.report_unexpected(ZeroDivisionError, error, None)
    line = capsys.readouterr().err
    assert "ZeroDivisionError" in line
    assert line.count("\n") == 1


@pytest.mark.parametrize("name", main.SUBCOMMANDS)
def test_every_subcommand_has_the_agreed_names(name: str) -> None:
    module = main.module_of(name)
    assert name == module.NAME
    module.add_arguments(ArgumentParser())
    assert callable(module.run)
