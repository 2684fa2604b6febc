"""The draft beside the connected CRM: which deal it is, what stands there now, what cannot be taken back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from app.delivery.model import Caps, Money, OperationState
from tests.gui.crm_scene import WAREHOUSE, CrmProgram, dialog, has_dialog
from tests.gui.program import Program


@pytest.fixture
def crm(program: Program) -> CrmProgram:
    made = CrmProgram(program)
    made.start()
    return made


def offered(crm: CrmProgram) -> list[QFrame]:
    rows = crm.program.window.calls.draft.deal.findChildren(QFrame, "crmCandidate")
    return [row for row in rows if row.isVisible()]


def test_a_deal_of_the_crm_is_found_chosen_and_opened_in_the_browser(
    crm: CrmProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = crm.program
    opened: list[str] = []

    def browse(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", browse)
    program.import_sample(tmp_path)
    program.find("dealSearch").setText("склад")
    program.wait(lambda: len(offered(crm)) == 1)
    offered(crm)[0].findChild(QPushButton, "chooseCrmDeal").click()
    program.wait(lambda: program.desk.crm.deals.facts is not None)
    program.wait(lambda: program.find("dealInCrm").full == "Одоо · Склад в Казани")
    assert crm.crm.effects == {}
    program.find("openInCrm").click()
    program.wait(lambda: opened == [f"https://crm.example/deal/{WAREHOUSE}"])


def test_the_value_now_in_the_crm_is_the_crms_own(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    crm.import_into(tmp_path)
    text = program.in_card("field:budget_amount", "cardInCrm")
    program.wait(lambda: "2 000 000" in text.text().replace("\xa0", " "))
    crm.crm.colleague(WAREHOUSE, "amount", Money(Decimal(1_500_000)))
    program.desk.crm.deals.refresh()
    program.wait(lambda: "подтверждено снова" in text.text())


def test_what_no_undo_takes_back_is_said_before_it_is_approved(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    crm.crm.caps = Caps(has_robots=True)
    crm.import_into(tmp_path)
    program.wait(lambda: program.in_card("field:stage", "cardCaution") is not None)
    assert "роботов" in program.in_card("field:stage", "cardCaution").text()
    assert program.in_card("field:budget_amount", "cardCaution") is None


def test_a_deal_of_this_machine_is_linked_and_what_was_approved_of_it_goes_out(crm: CrmProgram, tmp_path: Path) -> None:
    program = crm.program
    program.import_sample(tmp_path)
    program.desk.review.new_deal()
    program.desk.review.approve("field:budget_amount")
    program.wait(lambda: program.desk.review.can_undo and not program.desk.review.is_busy)
    program.wait(lambda: program.find("linkDeal").isVisible())
    assert "останется на этом компьютере" in program.find("dealInCrm").full
    assert crm.operations == []
    program.find("linkDeal").click()
    program.wait(lambda: has_dialog("crmDealDialog"))
    asked = dialog("crmDealDialog")
    program.wait(lambda: asked.list.count() == 2)  # type: ignore[attr-defined]
    asked.search.setText("склад")  # type: ignore[attr-defined]
    program.wait(lambda: asked.list.count() == 1)  # type: ignore[attr-defined]
    asked.take.click()  # type: ignore[attr-defined]
    program.wait(lambda: program.desk.crm.deals.facts is not None)
    program.wait(lambda: bool(crm.operations))
    crm.wait_for(OperationState.CONFLICT)
    assert crm.crm.deals[WAREHOUSE]["amount"] == Money(Decimal(2_000_000))


def test_without_a_connected_crm_the_draft_says_nothing_of_one(program: Program, tmp_path: Path) -> None:
    program.start()
    program.import_sample(tmp_path)
    program.desk.review.new_deal()
    program.desk.review.approve_joint()
    program.wait(lambda: program.desk.review.can_undo and not program.desk.review.is_busy)
    assert not program.find("dealInCrm").isVisible()
    assert not program.find("crmStatus").isVisible()
    assert program.window.calls.draft.deal.findChildren(QLabel, "crmCandidateAccount") == []
