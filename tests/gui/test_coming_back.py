"""Going from a draft to a call without one and back leaves the draft as it was."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea

from tests.gui import scene
from tests.gui.program import Program


def _height_and_need(program: Program) -> tuple[int, int]:
    area = program.window.calls.draft.findChild(QScrollArea, "draftScroll")
    content = area.widget()
    return content.height(), content.minimumSizeHint().height()


def _open(program: Program, call_id: str) -> None:
    program.window.calls.list.select(call_id)
    program.wait(lambda: program.desk.conversation.call_id == call_id)


def test_a_draft_that_is_shown_again_has_all_its_height(program: Program) -> None:
    program.start()
    scene.fill(program.app, program.clock.local(program.clock.now_utc()))
    program.window.welcome.skipped.emit()
    program.window.resize(1280, 800)
    program.desk.call_list.refresh()
    for _turn in range(2):
        _open(program, scene.MAIN)
        program.wait(lambda: program.window.calls.draft.card("field:budget_amount") is not None)
        program.desk.review.choose_deal("deal-1")
        program.wait(lambda: program.desk.review.deal is not None)
        program.wait(lambda: _height_and_need(program)[0] >= _height_and_need(program)[1] > 1000)
        _open(program, "call-2")
        program.wait(lambda: program.window.calls.draft.card("field:budget_amount") is None)
        program.wait(lambda: _height_and_need(program)[0] < 1000)
