"""«Сделки · Отправка»: what was approved reaches the CRM, and what a person does about what does not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QRadioButton, QWidget

from app.delivery import faults
from app.delivery.model import Money, OperationKind, OperationState
from app.recording.model import CallState
from app.ui.calls.list_model import SENDING
from app.ui.crm.conflict_dialog import ConflictDialog
from app.ui.crm.deal_dialog import CrmDealDialog
from app.viewmodels.crm_conflict import Choice
from tests.gui.crm_scene import KEY, WAREHOUSE, CrmProgram, dialog, has_dialog, press
from tests.gui.program import Program
from tests.gui.test_keyboard import focused
from tests.gui.test_keyboard import press as press_focused

SPACE, DOWN, RIGHT, TAB, ENTER = (
    Qt.Key.Key_Space,
    Qt.Key.Key_Down,
    Qt.Key.Key_Right,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Return,
)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def crm(program: Program) -> CrmProgram:
    made = CrmProgram(program)
    made.start()
    program.bot.waitActive(program.window)
    return made


def badge(crm: CrmProgram) -> str:
    status = crm.program.find("crmStatus")
    return str(crm.program.find("crmStatusText", QLabel).text()) if status.isVisible() else ""


def approve(crm: CrmProgram, key: str) -> None:
    review = crm.program.desk.review
    review.approve(f"field:{key}")
    crm.program.wait(lambda: not review.is_busy and review.item(f"field:{key}").decision is not None)  # type: ignore[union-attr]


def offer(crm: CrmProgram) -> list[str]:
    return [name for name, made in crm.open_queue().card.buttons.items() if made.isVisible()]


def test_what_is_approved_arrives_and_the_call_says_so(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    call_id = crm.approve_into(tmp_path)
    approve(crm, "budget_amount")
    crm.wait_for(OperationState.DONE, 5)
    assert crm.crm.deals[WAREHOUSE]["amount"] == Money(Decimal(1_500_000))
    assert len(crm.crm.texts(WAREHOUSE)) == 1
    assert len(crm.crm.titles(WAREHOUSE)) == 2
    program.wait(lambda: badge(crm) == "")
    program.desk.review.reject_rest()
    program.wait(lambda: program.app.calls.get(call_id).state is CallState.DELIVERED)
    crm.open_queue()
    assert program.window.deals.tabs.buttons["queue"].text() == "Отправка"
    assert {"undo", "open", "call"} <= set(offer(crm))


def test_without_a_connection_it_waits_says_so_and_goes_out_later(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    crm.crm.state = faults.offline()
    call_id = crm.approve_into(tmp_path)
    program.wait(lambda: badge(crm) == "Нет связи с CRM, отправим позже (4)")
    program.desk.review.reject_rest()
    program.wait(lambda: call_id in program.desk.call_list.sending)
    program.wait(lambda: program.app.calls.get(call_id).state is CallState.APPROVED)
    table = program.window.calls.list.table
    program.wait(lambda: bool(table.model().data(table.model().index(0, 0, QModelIndex()), SENDING)))
    program.find("crmStatusOpen").click()
    assert program.window.deals.queue.isVisible()
    crm.reachable_again()
    crm.wait_for(OperationState.DONE, 4)
    program.wait(lambda: badge(crm) == "")
    assert max(crm.crm.effects.values()) == 1


def test_what_a_colleague_changed_is_decided_by_keys_alone_and_nothing_is_written_before(
    crm: CrmProgram, tmp_path: Path
) -> None:
    program = crm.program
    crm.approve_into(tmp_path)
    crm.wait_for(OperationState.DONE, 4)
    crm.crm.colleague(WAREHOUSE, "amount", Money(Decimal(1_800_000)))
    approve(crm, "budget_amount")
    crm.wait_for(OperationState.CONFLICT)
    assert crm.crm.deals[WAREHOUSE]["amount"] == Money(Decimal(1_800_000))
    program.wait(lambda: badge(crm).startswith("CRM ждёт"))
    queue = crm.open_queue()
    program.desk.crm.outbox.select(next(one.id for one in crm.operations if one.state is OperationState.CONFLICT))
    assert "Сумма сделки" in queue.card.findChild(QLabel, "operationWhy").text()

    press(queue.list, ENTER)
    program.wait(lambda: has_dialog("conflictDialog"))
    asked = dialog("conflictDialog")
    assert isinstance(asked, ConflictDialog)
    program.bot.waitActive(asked)
    texts = [asked.findChild(QLabel, name).text() for name in ("conflictBase", "conflictTheirs", "conflictOurs")]
    assert [text.replace("\xa0", " ") for text in texts] == ["2 000 000 ₽", "1 800 000 ₽", "1 500 000 ₽"]
    assert not asked.settle.isEnabled()
    assert isinstance(focused(), QRadioButton)
    press_focused(RIGHT)
    press_focused(RIGHT)
    press_focused(SPACE)
    press_focused(Qt.Key.Key_A, CTRL)
    press_focused(Qt.Key.Key_0, text="1650000,50")
    press_focused(ENTER)
    assert asked.settle.isEnabled()
    assert crm.crm.deals[WAREHOUSE]["amount"] == Money(Decimal(1_800_000))
    press(asked, ENTER, CTRL)
    program.wait(lambda: crm.crm.deals[WAREHOUSE]["amount"] == Money(Decimal("1650000.50")))
    crm.wait_for(OperationState.DONE, 5)


def conflict(crm: CrmProgram, folder: Path) -> ConflictDialog:
    crm.approve_into(folder)
    crm.wait_for(OperationState.DONE, 4)
    crm.crm.colleague(WAREHOUSE, "amount", Money(Decimal(1_800_000)))
    approve(crm, "budget_amount")
    crm.wait_for(OperationState.CONFLICT)
    crm.open_queue()
    crm.program.desk.crm.outbox.open_conflict(
        next(one.id for one in crm.operations if one.state is OperationState.CONFLICT)
    )
    crm.program.wait(lambda: has_dialog("conflictDialog"))
    asked = dialog("conflictDialog")
    assert isinstance(asked, ConflictDialog)
    return asked


def test_theirs_stays_when_the_person_says_so(crm: CrmProgram, tmp_path: Path) -> None:
    asked = conflict(crm, tmp_path)
    asked.rows[0].buttons[Choice.THEIRS].click()
    assert "ничего не изменится" in asked.findChild(QLabel, "conflictTold").text()
    asked.settle.click()
    crm.wait_for(OperationState.DONE, 5)
    assert crm.crm.deals[WAREHOUSE]["amount"] == Money(Decimal(1_800_000))


def test_a_conflict_left_for_later_stays_and_a_wrong_value_is_told(crm: CrmProgram, tmp_path: Path) -> None:
    asked = conflict(crm, tmp_path)
    asked.rows[0].buttons[Choice.EDITED].click()
    line = asked.rows[0].findChild(object, "editorLine")
    line.setText("после праздников")
    asked.rows[0].take_editor()
    assert asked.rows[0].findChild(QLabel, "conflictError").text()
    assert not asked.settle.isEnabled()
    press(asked, Qt.Key.Key_Escape)
    crm.program.wait(lambda: not has_dialog("conflictDialog"))
    assert crm.operations[0].state is OperationState.CONFLICT
    assert crm.crm.deals[WAREHOUSE]["amount"] == Money(Decimal(1_800_000))


def test_a_deal_that_is_gone_gets_another_one(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    crm.import_into(tmp_path)
    del crm.crm.deals[WAREHOUSE]
    program.desk.review.approve_joint()
    crm.wait_for(OperationState.REJECTED)
    crm.open_queue()
    rejected = next(one for one in crm.operations if one.state is OperationState.REJECTED)
    program.desk.crm.outbox.select(rejected.id)
    crm.button("deal").click()
    program.wait(lambda: has_dialog("crmDealDialog"))
    asked = dialog("crmDealDialog")
    assert isinstance(asked, CrmDealDialog)
    asked.search.setText("цех")
    program.wait(lambda: asked.list.count() == 1)
    press(asked.search, ENTER)
    crm.wait_for(OperationState.DONE, 4)
    assert len(crm.crm.texts("42")) == 1
    assert crm.crm.texts(WAREHOUSE) == []


def test_a_missing_right_is_copied_for_the_administrator_without_key_or_client(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    crm.crm.trouble("write_deal", faults.forbidden("crm.write"))
    crm.approve_into(tmp_path)
    crm.wait_for(OperationState.REJECTED)
    crm.open_queue()
    program.desk.crm.outbox.select(next(one.id for one in crm.operations if one.state is OperationState.REJECTED))
    crm.button("copy").click()
    text = QGuiApplication.clipboard().text()
    assert "crm.forbidden" in text
    assert "crm.write" in text
    for secret in (KEY, "Ковалёва", "Волга", "Казань"):
        assert secret not in text
    crm.button("retry").click()
    crm.wait_for(OperationState.DONE, 4)


def test_what_arrived_is_put_back_as_it_was(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    crm.approve_into(tmp_path)
    crm.wait_for(OperationState.DONE, 4)
    approve(crm, "budget_amount")
    crm.wait_for(OperationState.DONE, 5)
    crm.open_queue()
    program.desk.crm.outbox.select(
        next(one.id for one in crm.operations if any(c.key == "budget_amount" for c in one.changes))
    )
    crm.button("undo").click()
    program.wait(lambda: crm.crm.deals[WAREHOUSE]["amount"] == Money(Decimal(2_000_000)))
    item = program.desk.review.item("field:budget_amount")
    program.wait(lambda: program.desk.review.item("field:budget_amount").is_open)  # type: ignore[union-attr]
    assert item is not None
    crm.wait_for(OperationState.DONE, 6)
    assert any(one.kind is OperationKind.UNDO_FIELDS for one in crm.operations)


def test_a_refused_key_stops_the_queue_and_the_line_leads_to_the_connection(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    crm.crm.state = faults.unauthorised()
    crm.approve_into(tmp_path)
    program.wait(lambda: badge(crm).startswith("Подключите CRM заново: Одоо"))
    assert "reconnect" in offer(crm)
    program.find("crmStatusOpen").click()
    assert program.window.settings.isVisible()
    crm.crm.state = None
    program.desk.crm.accounts.refresh()
    program.wait(lambda: program.find("crmReconnect").isVisible())
    program.find("crmReconnect").click()
    program.wait(lambda: program.window.findChild(QWidget, "crm_secret") is not None)
    program.bot.keyClicks(program.find("crm_secret"), "odoo-key-new")
    program.find("crmConnect").click()
    crm.wait_for(OperationState.DONE, 4)
    program.wait(lambda: badge(crm) == "")


def test_what_is_not_to_be_sent_is_taken_out_of_the_queue(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    crm.crm.state = faults.offline()
    crm.approve_into(tmp_path)
    program.wait(lambda: badge(crm).startswith("Нет связи"))
    crm.open_queue()
    note = next(one for one in crm.operations if one.kind is OperationKind.NOTE)
    program.desk.crm.outbox.select(note.id)
    crm.button("cancel").click()
    crm.wait_for(OperationState.CANCELLED)
    crm.reachable_again()
    crm.wait_for(OperationState.DONE, 3)
    assert crm.crm.texts(WAREHOUSE) == []
