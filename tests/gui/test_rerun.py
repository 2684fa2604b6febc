"""Before another model is taken, it is tried on what the person corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.core.language_model import CompletionRequest
from tests.fakes.language_model import ScriptedModel
from tests.fakes.window import FakeModels
from tests.gui.program import Program


def first_choice(request: CompletionRequest) -> dict[str, Any]:
    """The first thing that the schema of a question allows."""
    found: dict[str, Any] = {}
    for name, about in request.schema["properties"].items():
        found[name] = about["enum"][0] if "enum" in about else about.get("minimum", [])
    return found


def test_one_click_drafts_the_corrected_calls_anew_and_tells_the_result_by_field(
    program: Program, tmp_path: Path
) -> None:
    models = FakeModels()
    models.here.add("language-large")
    program.overrides["models"] = models
    program.overrides["language_model"] = ScriptedModel({"draft.*": first_choice}, name="large-q4")
    program.start()
    call_id = program.import_sample(tmp_path)
    program.desk.review.new_deal()
    # The recording says 110, as the real rules find it; the scripted draft of this test is made to be corrected.
    program.desk.review.edit("field:uf_light_points", "112")
    program.desk.review.approve_joint()
    program.wait(lambda: program.desk.review.can_undo and not program.desk.review.is_busy)
    stored = program.app.drafts.latest(call_id)

    program.bot.keyClick(program.window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    program.window.act("open_settings_llm")
    program.wait(lambda: bool(program.desk.rerun.calls) and program.find("rerunStart").isEnabled())
    assert program.find("rerunText").text().startswith("Вы исправили 1 значение в 1 звонке.")
    assert program.find("rerunModel").currentText() == "language-large"
    program.bot.mouseClick(program.find("rerunStart"), Qt.MouseButton.LeftButton)
    program.wait(lambda: program.desk.rerun.trial is not None and not program.desk.rerun.trial.is_running)
    assert program.find("rerunVerdict").text().startswith("Модель language-large против прежних черновиков: лучше ")
    decided = program.app.approvals.of_call(call_id)[0].decisions
    lines = program.find("rerunPanel").findChildren(QWidget, "rerunField")
    assert len(lines) == sum(decision.subject == "field" for decision in decided)
    points = next(f for f in program.desk.rerun.fields() if f.label == "Число точек света")
    assert points.better + points.worse + points.same == 1
    assert program.app.drafts.latest(call_id) == stored
