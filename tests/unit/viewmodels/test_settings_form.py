from __future__ import annotations

from app.core.errors import ExternalFailure, UserFixable
from app.core.keys import MODEL_SERVER_KEY
from app.profile.model import Profile
from app.settings import Folders, load
from app.viewmodels.settings_form import CheckState
from tests.fakes.language_model import ScriptedModel
from tests.unit.viewmodels.conftest import Table


def test_a_change_is_in_force_and_on_disk_at_once(table: Table) -> None:
    table.desk.settings.change("theme", "dark")
    assert table.parts.settings.theme == "dark"
    assert load(Folders.of_this_machine().settings_file).theme == "dark"


def test_a_value_out_of_bounds_is_refused_with_its_bounds(table: Table) -> None:
    table.desk.settings.change("llm_timeout_s", 1)
    assert table.desk.settings.settings.llm_timeout_s == 120
    assert "1800" in table.said[0].hint


def test_the_key_goes_to_the_keychain_and_not_to_the_file(table: Table) -> None:
    form = table.desk.settings
    form.keep_key(" sk-тайна ")
    form.change("llm_mode", "address")
    assert table.parts.secrets.get(MODEL_SERVER_KEY) == "sk-тайна"
    assert form.has_key
    assert "тайна" not in Folders.of_this_machine().settings_file.read_text("utf-8")
    form.keep_key("")
    assert table.parts.secrets.get(MODEL_SERVER_KEY) is None


def test_a_check_says_who_answers(table: Table) -> None:
    table.desk.settings.check()
    assert table.desk.settings.check_state is CheckState.PASSED
    assert "scripted" in table.desk.settings.check_text


def test_a_failed_check_says_why_and_is_forgotten_when_the_address_changes(table: Table) -> None:
    form = table.desk.settings
    failure = ExternalFailure("llm.unreachable", "Сервер не отвечает.", hint="Проверьте адрес.")
    table.parts.language_model = ScriptedModel({"check": failure})
    form.check()
    assert (form.check_state, form.check_text) == (CheckState.FAILED, "Сервер не отвечает. Проверьте адрес.")
    form.change("llm_address", "http://127.0.0.1:9/v1")
    assert form.check_state is CheckState.IDLE


def test_the_profile_is_counted_and_its_trouble_named(table: Table) -> None:
    form = table.desk.settings
    form.read_profile()
    assert (form.profile.brand, form.profile.fields, form.profile.is_sample) == ("Тепло и Лист", 6, True)

    def broken() -> Profile:
        raise UserFixable("profile.file", "Файл fields.json не читается.", hint="Исправьте его.")

    form._profile = broken
    form.change("profile_folder", "/нет/такой")
    assert form.profile.problem == "Файл fields.json не читается."
    assert not form.profile.is_sample
