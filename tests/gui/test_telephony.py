"""The folder of telephony in the real window, over the real store and importer."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.delivery.model import CrmKind
from app.recording.model import CallState
from app.settings import Folders, Settings, save
from tests.fakes.bitrix24_cards import ZONE
from tests.fakes.bitrix24_server import bitrix24_portal
from tests.gui import scene
from tests.gui.program import Program

NAME = "2026-11-17_10-30-00_79161234567_out.mp3"


def test_a_recording_in_the_folder_becomes_a_draft_by_itself_and_is_known_by_its_content(
    program: Program, tmp_path: Path
) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    shutil.copy(scene.SAMPLE / "sample-01.mp3", folder / NAME)
    settings = Settings(telephony_folder=str(folder), telephony_every_s=10, telephony_days_back=30)
    save(Folders.of_this_machine().settings_file, settings)
    program.start()
    telephony = program.desk.telephony
    for _look in range(2):
        program.wait(lambda: not telephony._is_looking)
        telephony.look()
    program.wait(lambda: bool(program.app.calls.with_state(CallState.READY)))
    (call,) = program.app.calls.with_state(CallState.READY)
    assert (f"{call.at:%Y-%m-%d %H:%M}", call.phone, call.direction) == ("2026-11-17 10:30", "+79161234567", "out")
    assert program.desk.review.call_id == ""

    shutil.copy(folder / NAME, folder / "copy.mp3")
    for _look in range(3):
        program.wait(lambda: not telephony._is_looking and not telephony._expected)
        telephony.look()
    program.wait(lambda: Folders.of_this_machine().telephony_ledger.read_text("utf-8").count(".mp3") == 2)
    assert len(program.app.calls.with_state(*CallState)) == 1


def test_a_call_of_a_fake_portals_list_becomes_a_draft_by_itself(program: Program) -> None:
    save(Folders.of_this_machine().settings_file, Settings(telephony_calls="crm", telephony_every_s=10))
    program.start()
    telephony = program.desk.telephony
    with bitrix24_portal() as portal:
        program.app.connections.connect(CrmKind.BITRIX24, "Битрикс24", portal.address, {}, portal.webhook)
        began = program.app.clock.now_utc().replace(microsecond=0) - timedelta(hours=1)
        sound = (scene.SAMPLE / "sample-01.mp3").read_bytes()
        portal.cards.add_call("79161234567", at=began.astimezone(ZONE).isoformat(), recording=sound, CALL_TYPE="1")
        telephony.look()
        program.wait(lambda: bool(program.app.calls.with_state(CallState.READY)))
        (call,) = program.app.calls.with_state(CallState.READY)
        assert (call.at, call.phone, call.direction) == (began, "+79161234567", "out")
        program.wait(lambda: not telephony._is_looking and not telephony._expected)
        spool = Folders.of_this_machine().telephony_calls
        program.wait(lambda: [path.name for path in spool.iterdir()] == ["taken.json"])
        telephony.look()
        program.wait(lambda: not telephony._is_looking)
        assert portal.methods().count("disk.file.get") == 1
    assert len(program.app.calls.with_state(*CallState)) == 1


def test_the_folder_is_chosen_and_checked_by_the_keyboard(program: Program, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"sound")
    program.start()
    program.window.act("open_settings_telephony")
    field = program.find("setting_telephony_folder")
    program.bot.keyClicks(field, str(tmp_path))
    program.bot.keyClick(field, Qt.Key.Key_Return)
    program.wait(lambda: program.desk.telephony.is_on)
    check = program.find("telephonyCheck", QPushButton)
    check.setFocus()
    program.bot.keyClick(check, Qt.Key.Key_Space)
    program.wait(lambda: program.desk.telephony.text.startswith("Записей в папке: 1"))
    assert "17.11.2026 10:30, +7 916 123-45-67, исходящий" in program.find("telephonyExamples", QLabel).text()
    assert field.accessibleName()
