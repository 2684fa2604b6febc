"""`doctor`: a line for each part, its cure, and the exit code of the first that fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app import settings as settings_file
from app.cli import main
from app.core.checkup import Check, CheckResult
from app.core.errors import StoredDataError, UserFixable
from app.core.model_store import InstalledModel, ModelFacts, ModelKind, SourceKind
from app.settings import Folders, Settings
from tests.fakes.clock import FakeClock
from tests.fakes.language_model import ScriptedModel
from tests.fakes.telephony import Exchange, a_talk


@pytest.fixture(autouse=True)
def russian_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")


class _Machine:
    """Parts that work, until a test breaks one."""

    def __init__(self) -> None:
        self.no_model: UserFixable | None = None
        self.no_keychain: UserFixable | None = None
        self.broken_store: StoredDataError | None = None
        self.damaged: UserFixable | None = None
        self.checks: tuple[Check, ...] = ()
        self.exchanges: list[Exchange] = []
        self.model = ScriptedModel({"doctor": {"ok": True}}, name="scripted-model")

    def build_engines(self, settings: Settings, folders: Folders, **_overrides: Any) -> Any:
        return SimpleNamespace(
            settings=settings,
            folders=folders,
            clock=FakeClock(),
            models=lambda: self,
            language_model=lambda: self.model,
            rest_language_model=lambda: None,
            audio=SimpleNamespace(probe=lambda _path, _cancel: SimpleNamespace(codec="mp3")),
            secrets=SimpleNamespace(get=self._secret),
            close=lambda: None,
        )

    def build(self, settings: Settings, folders: Folders, *_args: Any, **_named: Any) -> Any:
        if self.broken_store is not None:
            raise self.broken_store
        return SimpleNamespace(
            settings=settings,
            folders=folders,
            clock=FakeClock(),
            checks=self.checks,
            deals=SimpleNamespace(recent=lambda _limit: []),
            call_sources=lambda: self.exchanges,
            close=lambda: None,
        )

    def speech_model(self, _name: str = "") -> InstalledModel:
        if self.no_model is not None:
            raise self.no_model
        facts = ModelFacts(ModelKind.SPEECH, "base", "whisper-base", 1, 1, ("ru",), "MIT", (SourceKind.HUB,))
        return InstalledModel(facts, Path("x"), Path("x/model.bin"), True)

    language_model = speech_model

    def verify(self, _model: InstalledModel, _cancel: object) -> None:
        if self.damaged is not None:
            raise self.damaged

    def _secret(self, _name: str) -> str | None:
        if self.no_keychain is not None:
            raise self.no_keychain
        return None


def _run(machine: _Machine) -> int:
    wiring: Any = machine
    return main.run_command(["doctor"], wiring)


def _make_store() -> None:
    database = Folders.of_this_machine().database
    database.parent.mkdir(parents=True)
    database.touch()


def test_a_machine_in_order_gets_a_good_line_for_each_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(_Machine()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 7
    assert all(line.startswith("✓ ") for line in lines)
    assert any("scripted-model" in line for line in lines)


def test_looking_makes_no_store(capsys: pytest.CaptureFixture[str]) -> None:
    _run(_Machine())
    assert not Folders.of_this_machine().database.exists()


def test_a_missing_model_has_its_cure_and_the_other_lines_still_come(capsys: pytest.CaptureFixture[str]) -> None:
    machine = _Machine()
    machine.no_model = UserFixable("asr.no_model", "Модели речи нет.", hint="Загрузите её командой setup.")
    machine.no_keychain = UserFixable("secrets.no_keyring", "Хранилища паролей нет.", hint="Установите его.")
    assert _run(machine) == 4
    lines = capsys.readouterr().out.splitlines()
    assert "✗ Распознавание речи: Модели речи нет. Загрузите её командой setup." in lines
    assert "✗ Хранилище паролей: Хранилища паролей нет. Установите его." in lines
    assert sum(line.startswith("✓") for line in lines) == 4


def test_a_machine_without_a_keychain_is_in_order_where_the_store_needs_none() -> None:
    path = Folders.of_this_machine().settings_file
    settings_file.save(path, replace(Settings(), store_protection="passphrase"))
    machine = _Machine()
    machine.no_keychain = UserFixable("secrets.no_keyring", "Хранилища паролей нет.", hint="Установите его.")
    assert _run(machine) == 0


def test_a_damaged_model_file_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    machine = _Machine()
    machine.damaged = UserFixable("models.checksum", "Файл повреждён.", hint="Загрузите заново.")
    assert _run(machine) == 4


def test_a_store_that_does_not_open_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    _make_store()
    machine = _Machine()
    machine.broken_store = StoredDataError("store.damaged", "База повреждена.", hint="Верните копию.")
    assert _run(machine) == 1
    assert "✗ База: База повреждена. Верните копию." in capsys.readouterr().out


def test_the_checks_of_the_store_are_asked(capsys: pytest.CaptureFixture[str]) -> None:
    _make_store()
    machine = _Machine()
    machine.checks = (
        Check("База", lambda: CheckResult(True, "открывается")),
        Check("Журнал виз", lambda: CheckResult(False, "запись 3 не сходится", "Покажите специалисту.")),
    )
    assert _run(machine) == 1
    said = capsys.readouterr().out
    assert "✓ База: открывается." in said
    assert "✗ Журнал виз: запись 3 не сходится. Покажите специалисту." in said


def test_settings_that_do_not_read_are_said_and_end_the_round(capsys: pytest.CaptureFixture[str]) -> None:
    path = Folders.of_this_machine().settings_file
    settings_file.save(path, Settings())
    path.write_text("no settings", "utf-8")
    assert _run(_Machine()) == 1
    assert capsys.readouterr().out.startswith("✗ Настройки: ")


def test_the_folder_of_telephony_gets_a_line_once_it_is_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings_file.save(Folders.of_this_machine().settings_file, Settings(telephony_folder=str(tmp_path / "записи")))
    assert _run(_Machine()) != 0
    assert "✗ Телефония: Папка с записями телефонии недоступна" in capsys.readouterr().out
    (tmp_path / "записи").mkdir()
    (tmp_path / "записи" / "20260302-101530_79161234567.mp3").write_bytes(b"sound")
    assert _run(_Machine()) == 0
    assert "✓ Телефония: записей в папке: 1, имя прочитано у 1" in capsys.readouterr().out


def test_the_list_of_calls_gets_a_line_once_it_is_switched_on(capsys: pytest.CaptureFixture[str]) -> None:
    settings_file.save(Folders.of_this_machine().settings_file, Settings(telephony_calls="crm"))
    machine = _Machine()
    _make_store()
    assert _run(machine) != 0
    assert "✗ Список звонков CRM: Список звонков брать неоткуда: Битрикс24 не подключён." in capsys.readouterr().out
    machine.exchanges = [Exchange(a_talk(), replace(a_talk(), id="c-2", recording=""))]
    assert _run(machine) == 0
    assert "✓ Список звонков CRM: новых звонков: 1, ещё без записи: 1" in capsys.readouterr().out
