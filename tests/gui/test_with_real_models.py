"""The real window with the real models: nothing is scripted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import bootstrap
from app.application import App
from app.draft.model import FieldStatus
from app.jobs.runner import Dispatcher
from app.recording.model import CallState
from app.settings import Folders, Settings
from app.ui.calls.turns_view import TurnsView
from tests.gui.program import Program

WORK_MS = 700_000
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.usefixtures("real_models")]


class RealProgram(Program):
    """The program as `python -m app` starts it, but for the keychain of the test and the day it takes place."""

    def build(self, settings: Settings, folders: Folders, dispatcher: Dispatcher, **overrides: Any) -> App:
        return bootstrap.build(
            settings, folders, dispatcher, **{"clock": self.clock, "secrets": self.secrets, **overrides}
        )


@pytest.fixture
def real_program(qtbot: QtBot, qapp: QApplication) -> Iterator[RealProgram]:
    made = RealProgram(qtbot, qapp)
    yield made
    made.close()


def test_a_recording_is_transcribed_drafted_edited_approved_and_still_there_after_a_restart(
    real_program: RealProgram, tmp_path: Path
) -> None:
    program = real_program
    program.start()
    program.window.import_files([program.sample(tmp_path)])
    program.wait(lambda: len(program.desk.conversation.segments) > 3, WORK_MS)
    program.wait(lambda: bool(program.desk.review.items) and not program.desk.work.count, WORK_MS)
    call_id = program.desk.review.call_id
    assert program.app.calls.get(call_id).state is CallState.READY
    assert program.find("turns", TurnsView).model().rowCount() > 15
    draft = program.desk.review.draft
    assert draft is not None
    assert any(field.status is FieldStatus.VERIFIED for field in draft.fields.values())
    assert program.app.deals.recent(5) == []

    program.desk.review.edit("field:need", "Заменить освещение склада в Казани")
    program.wait(lambda: program.in_card("field:need", "cardState").text() == "исправлено вами")
    program.bot.mouseClick(program.find("newDealButton"), Qt.MouseButton.LeftButton)
    program.bot.mouseClick(program.find("approveAllButton"), Qt.MouseButton.LeftButton)
    program.wait(lambda: program.desk.review.can_undo and not program.desk.review.is_busy)
    (deal,) = program.app.deals.recent(5)

    program.restart()
    program.wait(lambda: program.desk.review.call_id == call_id and program.desk.review.can_undo)
    values = program.app.deals.values(deal.id)
    assert values["need"].value == "Заменить освещение склада в Казани"
    assert "budget_amount" not in values
    assert program.app.transcripts.get(call_id) is not None
    assert program.app.approvals.verify_audit() is None
