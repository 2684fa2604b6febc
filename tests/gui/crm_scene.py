"""A window whose company works with a CRM in memory: the real services over it, no network."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.delivery.model import CrmAccount, CrmKind, Money, Operation, OperationState
from tests.fakes.crm import FakeConnector, FakeCrm
from tests.gui.program import Program

KEY = "odoo-key-7f3a2c19b0"
PORTAL = "https://crm.teplo.example"
WAREHOUSE = "41"


class CrmProgram:
    """The window with its CRM; `program` is the window as the other tests have it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.crm = FakeCrm()
        self.crm.add_deal(
            WAREHOUSE, title="Склад в Казани", amount=Money(Decimal(2_000_000)), stage="S1", city="Казань"
        )
        self.crm.add_deal("42", title="Цех розлива", stage="S1")
        program.overrides["connectors"] = lambda _account, _secret: FakeConnector(self.crm)

    def start(self, *, is_mapped: bool = True) -> CrmAccount:
        """Show the window with the CRM connected and its deals read."""
        self.program.start()
        app = self.program.app
        account = app.connections.connect(CrmKind.ODOO, "Одоо", PORTAL, {"database": "teplo"}, KEY)
        if is_mapped:
            offered = app.connections.suggestion(account.id)
            chosen = tuple(one for one in offered.fields if one.remote_key != "title")
            app.connections.confirm(account.id, replace(offered, fields=chosen))
        desk = self.program.desk
        desk.crm.accounts.refresh()
        self.program.wait(lambda: app.mirror.state(account.id).finished_at is not None)
        return account

    def import_into(self, folder: Path, remote_id: str = WAREHOUSE) -> str:
        """Import the sample and let it belong to a deal of the CRM; returns the call's id."""
        program = self.program
        call_id = program.import_sample(folder)
        row = next(one for one in program.app.mirror.search("", 10) if one.deal.id == remote_id)
        program.desk.review.choose_deal(program.app.mirror.adopt(row.account_id, remote_id))
        program.wait(lambda: program.desk.crm.deals.facts is not None)
        return call_id

    def approve_into(self, folder: Path, remote_id: str = WAREHOUSE) -> str:
        """Likewise, and approve what is proven."""
        program = self.program
        call_id = self.import_into(folder, remote_id)
        program.desk.review.approve_joint()
        program.wait(lambda: program.desk.review.can_undo and not program.desk.review.is_busy)
        return call_id

    @property
    def operations(self) -> list[Operation]:
        return self.program.app.delivery.operations()

    def wait_for(self, state: OperationState, count: int = 1) -> None:
        """Wait until so many operations stand in a state, and the window shows it."""
        outbox = self.program.desk.crm.outbox
        self.program.wait(
            lambda: (
                sum(one.state is state for one in self.operations) >= count
                and sum(row.operation.state is state for row in outbox.rows) >= count
            )
        )

    def reachable_again(self, after_s: float = 600) -> None:
        """The line is back, and so much later the window looks whether something is due."""
        outbox = self.program.desk.crm.outbox
        for account in self.program.app.connections.accounts():
            # A round that still ends would set its next time when the window has looked already.
            self.program.wait(lambda account_id=account.id: not outbox.is_sending(account_id))
        self.crm.state = None
        self.program.clock.advance(after_s)
        self.program.window.crm.look()

    def open_queue(self) -> Any:
        """The queue's tab on the page of deals."""
        self.program.window.act("open_outbox")
        queue = self.program.window.deals.queue
        assert queue is not None
        self.program.wait(lambda: queue.card is not None)
        return queue

    def button(self, name: str) -> Any:
        """A button of the chosen operation."""
        made = self.open_queue().card.buttons[name]
        assert made.isVisible(), name
        return made


def dialog(name: str) -> QWidget:
    """A window of its own that is on the screen."""
    return next(one for one in QApplication.topLevelWidgets() if one.objectName() == name and one.isVisible())


def has_dialog(name: str) -> bool:
    return any(one.objectName() == name and one.isVisible() for one in QApplication.topLevelWidgets())


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)
