"""Which field of ours goes where in the CRM: suggested, corrected, confirmed; definitions are worded beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit

from app.delivery.model import OperationState
from app.viewmodels.workspace import Page
from tests.fakes.crm import renamed
from tests.gui.crm_scene import CrmProgram
from tests.gui.program import Program


@pytest.fixture
def crm(program: Program) -> CrmProgram:
    """The page of the mapping is on the screen, nothing is confirmed."""
    made = CrmProgram(program)
    account = made.start(is_mapped=False)
    program.window.welcome.skipped.emit()
    program.window.go(Page.SETTINGS)
    program.window.crm.show_mapping(account.id)
    program.wait(lambda: program.desk.crm.mapping.is_loaded)
    program.wait(lambda: program.window.findChild(QComboBox, "mapChoice") is not None)
    program.wait(lambda: len(program.find("mappingView").findChildren(QComboBox, "mapChoice")) > 20)
    return made


def choose(crm: CrmProgram, key: str, remote_key: str) -> None:
    box: QComboBox = crm.program.find(f"map_{key}").findChild(QComboBox, "mapChoice")
    place = box.findData(remote_key)
    assert place >= 0
    box.setCurrentIndex(place)
    box.activated.emit(place)


def reason(crm: CrmProgram, key: str) -> str:
    told = crm.program.find(f"map_{key}").findChild(QLabel, "mapReason")
    return "" if told.isHidden() else str(told.text())


def test_what_fits_is_suggested_and_read_only_fields_are_not_offered(crm: CrmProgram) -> None:
    box: QComboBox = crm.program.find("map_budget_amount").findChild(QComboBox, "mapChoice")
    assert box.currentData() == "amount"
    offered = [box.itemData(at) for at in range(box.count())]
    assert "number" not in offered
    assert "owner" not in offered


def test_what_does_not_fit_is_marked_with_the_reason_and_stays_here(crm: CrmProgram) -> None:
    choose(crm, "competitors", "amount")
    assert "не помещается" in reason(crm, "competitors")
    choose(crm, "competitors", "city")
    assert reason(crm, "competitors") == ""
    choose(crm, "delivery_city", "city")
    assert "уже передаётся" in reason(crm, "delivery_city")
    crm.program.find("mappingConfirm").click()
    account_id = crm.program.desk.crm.mapping.account_id
    crm.program.wait(lambda: crm.program.app.connections.field_map(account_id).confirmed_at is not None)
    sent = {one.key for one in crm.program.app.connections.field_map(account_id).fields if one.is_enabled}
    assert "competitors" in sent
    assert "delivery_city" not in sent
    crm.program.wait(lambda: not crm.program.find("mappingConfirm").isEnabled())


def test_options_are_matched_one_by_one(crm: CrmProgram) -> None:
    program = crm.program
    program.desk.crm.mapping.select("interest_level")
    program.wait(lambda: program.window.findChild(QComboBox, "option_warm") is not None)
    mapping = program.desk.crm.mapping
    row = mapping.row("interest_level")
    assert row is not None
    assert row.mapped is not None
    assert set(row.mapped.options.values()) == {"1", "2"}
    assert "Без пары в CRM: Тёплый" in reason(crm, "interest_level")
    box: QComboBox = program.find("option_warm")
    box.setCurrentIndex(box.findData("2"))
    box.activated.emit(box.currentIndex())
    assert reason(crm, "interest_level") == ""


def test_what_belongs_in_a_field_is_worded_beside_it_and_the_next_draft_goes_by_it(crm: CrmProgram) -> None:
    program = crm.program
    before = program.app.profile().field("need")
    assert before is not None
    program.desk.crm.mapping.select("need")
    text: QPlainTextEdit = program.find("definitionText", QPlainTextEdit)
    text.setPlainText("Задача клиента его словами, без цены.")
    program.desk.crm.mapping.select("phone")
    program.wait(lambda: program.app.profile().field("need").definition == "Задача клиента его словами, без цены.")
    program.desk.crm.mapping.select("competitors")
    text.setPlainText("С кем сравнивают.")
    program.desk.crm.mapping.select("phone")
    program.wait(lambda: program.app.profile().field("competitors").definition == "С кем сравнивают.")
    assert program.app.profile().field("need").definition == "Задача клиента его словами, без цены."


def test_a_field_that_was_renamed_in_the_crm_is_marked_when_its_fields_are_read_again(crm: CrmProgram) -> None:
    program = crm.program
    program.find("mappingConfirm").click()
    program.wait(lambda: program.desk.crm.mapping.is_confirmed)
    crm.crm.fields = renamed(crm.crm.fields, "amount", "Сумма без НДС")
    program.find("mappingRefresh").click()
    program.wait(lambda: "Сумма" in reason(crm, "budget_amount"))
    choose(crm, "budget_amount", "amount")
    assert reason(crm, "budget_amount") == ""
    assert program.find("mappingConfirm").isEnabled()


def test_nothing_is_sent_before_the_mapping_is_confirmed(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    choose(crm, "company_name", "")
    crm.approve_into(tmp_path)
    program.wait(lambda: bool(crm.operations))
    program.wait(lambda: program.app.jobs.is_idle(f"deliver-{program.desk.crm.mapping.account_id}"))
    assert crm.crm.effects == {}
    program.window.crm.show_mapping()
    program.wait(lambda: program.find("mappingView").isVisible() and program.find("mappingConfirm").isEnabled())
    program.find("mappingConfirm").click()
    program.wait(lambda: all(one.state is OperationState.DONE for one in crm.operations))
    assert max(crm.crm.effects.values()) == 1


def test_a_field_of_the_crm_becomes_a_field_of_ours_and_goes_again(crm: CrmProgram) -> None:
    program = crm.program
    offered: QComboBox = program.find("mappingAdd")
    keys = [offered.itemData(at) for at in range(offered.count())]
    assert "amount" not in keys
    assert "number" not in keys
    taken = next(key for key in keys if key)
    place = offered.findData(taken)
    shown = offered.itemText(place).split(" · ")[0]
    offered.setCurrentIndex(place)
    offered.activated.emit(place)
    added = program.desk.crm.mapping
    program.wait(lambda: added.is_own(added.selected))
    key = added.selected
    program.wait(lambda: program.app.profile().field(key) is not None)
    assert program.app.profile().field(key).label == shown
    assert added.row(key).mapped.remote_key == taken
    assert offered.findData(taken) < 0
    program.wait(lambda: program.find("definitionReset").isVisible())
    program.find("definitionReset").click()
    program.wait(lambda: added.row(key) is None)
    assert program.app.profile().field(key) is None
    program.wait(lambda: offered.findData(taken) >= 0)


def test_words_of_ones_own_for_a_field_can_be_taken_back(crm: CrmProgram) -> None:
    program = crm.program
    mapping = program.desk.crm.mapping
    mapping.select("need")
    before = program.app.profile().field("need").definition
    assert program.find("definitionReset").isHidden()
    text: QPlainTextEdit = program.find("definitionText")
    text.setPlainText("Своими словами.")
    mapping.select("phone")
    program.wait(lambda: program.app.profile().field("need").definition == "Своими словами.")
    mapping.select("need")
    program.wait(lambda: program.find("definitionReset").isVisible())
    program.find("definitionReset").click()
    program.wait(lambda: program.app.profile().field("need").definition == before)
    program.wait(lambda: text.toPlainText() == before)
    assert program.find("definitionReset").isHidden()
