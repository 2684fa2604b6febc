"""Calls that come out of the folder of telephony by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import ExternalFailure, UserFixable
from app.core.ids import text_sha256
from app.recording.model import CallState
from app.settings import Folders
from app.viewmodels.telephony import CheckOfFolder
from app.viewmodels.workspace import Tone
from tests.fakes import examples
from tests.fakes.store import FakeStore
from tests.fakes.telephony import Exchange, a_talk
from tests.unit.viewmodels.conftest import Table, make_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "records"
    made.mkdir()
    return made


@pytest.fixture
def phone_table(folder: Path) -> Iterator[Table]:
    """A desk that watches the folder, whose importer knows «one.mp3» and «two.mp3»."""
    calls = {f"{name}.mp3": examples.a_call(name) for name in ("one", "two")}
    made = make_table(imports=calls)
    for call in calls.values():
        made.store.calls.add(call)
    made.desk.settings.change("telephony_days_back", 365)
    made.desk.settings.change("telephony_folder", str(folder))
    yield made
    made.desk.close()


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(name.encode())


def looks(table: Table, times: int = 2) -> None:
    for _time in range(times):
        table.desk.telephony.look()


def test_new_recordings_are_taken_in_and_worked_on_without_opening_them(phone_table: Table, folder: Path) -> None:
    shown: list[str] = []
    phone_table.desk.call_wanted.connect(shown.append)
    put(folder, "one.mp3", "two.mp3")
    looks(phone_table)
    assert _state(phone_table.store, "one") is _state(phone_table.store, "two") is CallState.READY
    assert shown == []
    assert [notice.tone for notice in phone_table.said] == [Tone.DONE]
    assert "2 звонка" in phone_table.said[0].text


def _state(store: FakeStore, call_id: str) -> CallState:
    return store.calls.get(call_id).state


def test_a_recording_is_taken_once(phone_table: Table, folder: Path) -> None:
    put(folder, "one.mp3")
    looks(phone_table, 5)
    assert len(phone_table.said) == 1


def test_the_same_content_under_another_name_is_no_new_call(phone_table: Table, folder: Path) -> None:
    phone_table.parts.importer.take_in(Path("one.mp3"))
    put(folder, "one.mp3")
    looks(phone_table)
    assert phone_table.said == []
    assert _state(phone_table.store, "one") is CallState.IMPORTED


def test_a_file_that_fails_is_told_once_and_the_others_are_taken(phone_table: Table, folder: Path) -> None:
    put(folder, "bad.mp3", "one.mp3")
    looks(phone_table, 5)
    assert [notice.tone for notice in phone_table.said] == [Tone.WARNING, Tone.DONE]
    assert "bad.mp3" in phone_table.said[0].text


def test_what_may_pass_by_itself_is_tried_again_and_told_once(
    phone_table: Table, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer = phone_table.parts.importer
    whole = importer.take_in

    def full(*_path: object, **_more: object) -> None:
        raise UserFixable("recording.disk_full", "На диске нет места.", hint="Освободите место.")

    put(folder, "one.mp3")
    monkeypatch.setattr(importer, "take_in", full)
    looks(phone_table, 4)
    assert len(phone_table.said) == 1
    monkeypatch.setattr(importer, "take_in", whole)
    looks(phone_table, 1)
    assert "1 звонок" in phone_table.said[-1].text


def test_a_folder_that_is_away_is_said_once_and_quietly_until_it_is_back(phone_table: Table, folder: Path) -> None:
    folder.rmdir()
    looks(phone_table, 3)
    assert [notice.tone for notice in phone_table.said] == [Tone.INFO]
    assert str(folder) in phone_table.desk.telephony.trouble
    folder.mkdir()
    looks(phone_table, 1)
    assert phone_table.desk.telephony.trouble == ""


def test_a_waiting_file_is_looked_at_again_soon(phone_table: Table, folder: Path) -> None:
    telephony = phone_table.desk.telephony
    assert telephony.next_look_s == 60
    put(folder, "one.mp3")
    looks(phone_table, 1)
    assert telephony.next_look_s == 10


def test_a_check_says_how_many_fit_and_how_names_are_read(phone_table: Table, folder: Path) -> None:
    put(folder, "20260302-101530_79161234567_out.mp3", "звонок.mp3")
    telephony = phone_table.desk.telephony
    telephony.check()
    assert telephony.state is CheckOfFolder.PASSED
    assert "Записей в папке: 2, имя прочитано у 1" in telephony.text
    assert telephony.examples == (
        "20260302-101530_79161234567_out.mp3 → 02.03.2026 10:15, +7 916 123-45-67, исходящий",
    )


def test_a_pattern_that_is_not_understood_fails_the_check(phone_table: Table) -> None:
    phone_table.desk.settings.change("telephony_pattern", "{дата}")
    phone_table.desk.telephony.check()
    assert phone_table.desk.telephony.state is CheckOfFolder.FAILED
    assert "{дата}" in phone_table.desk.telephony.text


def test_without_a_folder_nothing_is_looked_at(table: Table) -> None:
    table.desk.telephony.look()
    table.desk.telephony.check()
    assert not table.desk.telephony.is_on
    assert table.desk.telephony.text == "Укажите папку с записями или включите список звонков CRM."
    assert not Folders.of_this_machine().telephony_ledger.exists()


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(a_talk())


@pytest.fixture
def list_table(exchange: Exchange) -> Iterator[Table]:
    """A desk that takes the calls of a CRM's list, whose importer knows the recording of its one call."""
    name = f"2026-03-03_11-00-00_+79161112233_in_{text_sha256('account c-1')[:12]}.wav"
    call = examples.a_call("listed")
    made = make_table(imports={name: call}, exchange=exchange)
    made.store.calls.add(call)
    made.desk.settings.change("telephony_calls", "crm")
    yield made
    made.desk.close()


def test_calls_of_the_crms_list_are_worked_on_without_opening_them(list_table: Table, exchange: Exchange) -> None:
    looks(list_table, 3)
    assert _state(list_table.store, "listed") is CallState.READY
    assert [notice.tone for notice in list_table.said] == [Tone.DONE]
    assert exchange.fetched == ["c-1"]


def test_calls_of_the_crms_list_are_counted_by_the_check(exchange: Exchange) -> None:
    exchange.listed += [replace(a_talk(), id="c-2"), replace(a_talk(), id="c-3", recording="")]
    table = make_table(exchange=exchange)
    table.desk.settings.settings = replace(table.desk.settings.settings, telephony_calls="crm")
    table.desk.telephony.check()
    assert table.desk.telephony.state is CheckOfFolder.PASSED
    assert table.desk.telephony.text == "Новых звонков в списке CRM за последние дни (7): 2, ещё без записи: 1."
    table.desk.close()


def test_a_list_without_a_connected_crm_says_where_to_connect_it(table: Table) -> None:
    table.desk.settings.change("telephony_calls", "crm")
    table.desk.telephony.check()
    assert table.desk.telephony.state is CheckOfFolder.FAILED
    assert "Битрикс24 не подключён" in table.desk.telephony.text
    assert [notice.action for notice in table.said] == ["open_settings_crm"]


def test_a_missing_right_to_the_list_is_told_once(exchange: Exchange) -> None:
    exchange.failure = ExternalFailure("crm.forbidden", "У подключения нет права: disk.")
    table = make_table(exchange=exchange)
    table.desk.settings.change("telephony_calls", "crm")
    looks(table, 3)
    assert [notice.text for notice in table.said] == ["У подключения нет права: disk."]
    assert "disk" in table.desk.telephony.trouble
    table.desk.close()
