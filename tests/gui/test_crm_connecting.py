"""Settings: connecting a CRM by its guided page, over the real services and a CRM in memory."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QPushButton, QWidget

from app.delivery import faults
from app.delivery.model import Account, CrmKind
from app.viewmodels.workspace import Page
from tests.fakes.crm import FakeConnector
from tests.gui.crm_scene import KEY, PORTAL, CrmProgram, dialog
from tests.gui.program import Program


@pytest.fixture
def crm(program: Program) -> CrmProgram:
    return CrmProgram(program)


def open_form(crm: CrmProgram, kind: CrmKind = CrmKind.ODOO) -> None:
    program = crm.program
    program.window.welcome.skipped.emit()
    program.window.go(Page.SETTINGS)
    program.find(f"connect_{kind}", QPushButton).click()
    program.wait(lambda: program.find("connectView").isVisible())
    program.wait(lambda: shown(program.find("connectView"), "crmConnect") == 1)


def write(crm: CrmProgram, name: str, text: str) -> None:
    field: QLineEdit = crm.program.find(f"crm_{name}", QLineEdit)
    field.clear()
    crm.program.bot.keyClicks(field, text)


def fill(crm: CrmProgram) -> None:
    write(crm, "address", PORTAL)
    write(crm, "database", "teplo")
    write(crm, "secret", KEY)


def found(crm: CrmProgram) -> list[str]:
    view = crm.program.find("connectView")
    return [one.text() for one in view.findChildren(QLabel, "findingLine") if not one.isHidden()]


def shown(view: QWidget, name: str) -> int:
    """How many parts of that name are on the screen."""
    return sum(one.isVisible() for one in view.findChildren(QWidget, name))


def test_a_crm_is_checked_connected_and_mapped_and_its_key_is_in_the_keychain_alone(crm: CrmProgram) -> None:
    program = crm.program
    program.start()
    program.bot.waitActive(program.window)
    open_form(crm)
    assert not program.find("crmConnect").isEnabled()
    fill(crm)
    assert program.find("crm_secret", QLineEdit).echoMode() is QLineEdit.EchoMode.Password
    program.find("crmCheck").click()
    program.wait(lambda: "Ольга, Тепло" in found(crm))
    assert {"Права есть", "Воронки: Продажи", "Полей: 13"} <= set(found(crm))
    assert program.app.connections.accounts() == []

    program.find("crmConnect").click()
    program.wait(lambda: program.find("mappingView").isVisible())
    account = program.app.connections.accounts()[0]
    assert program.secrets.get(account.secret_name) == KEY
    assert program.desk.crm.accounts.form is None
    program.wait(lambda: program.desk.crm.mapping.is_loaded)
    assert program.app.connections.field_map(account.id).confirmed_at is None
    program.wait(program.find("mappingConfirm").isEnabled)
    assert program.find("mappingView").isAncestorOf(program.window.focusWidget())
    program.find("mappingConfirm").click()
    program.wait(lambda: program.app.connections.field_map(account.id).confirmed_at is not None)
    mapped = {one.key: one.remote_key for one in program.app.connections.field_map(account.id).fields}
    assert mapped["budget_amount"] == "amount"


def test_rights_that_are_missing_and_a_key_that_lapses_soon_are_told(
    crm: CrmProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = crm.program
    program.start()
    ends = program.clock.now_utc() + timedelta(days=13, hours=1)
    told = Account("7", "Ольга", "Тепло", ("task",), ends)
    monkeypatch.setattr(FakeConnector, "check", lambda _self: told)
    open_form(crm)
    fill(crm)
    program.find("crmCheck").click()
    program.wait(lambda: "Не хватает права: task" in found(crm))
    assert any("осталось дней 13" in line for line in found(crm))


def test_a_key_that_is_refused_is_told_and_nothing_is_kept(crm: CrmProgram) -> None:
    program = crm.program
    program.start()
    crm.crm.state = faults.unauthorised()
    open_form(crm)
    fill(crm)
    program.find("crmConnect").click()
    program.wait(lambda: "не принимает ключ" in program.find("crmCheckText", QLabel).text())
    assert program.app.connections.accounts() == []
    assert program.find("connectView").isVisible()


def test_the_window_lives_while_a_portal_does_not_answer(crm: CrmProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    program = crm.program
    program.start()
    answered = threading.Event()

    def check(_self: FakeConnector) -> Account:
        answered.wait(30)
        return Account("7", "Ольга", "Тепло")

    monkeypatch.setattr(FakeConnector, "check", check)
    open_form(crm)
    fill(crm)
    program.find("crmCheck").click()
    try:
        assert program.find("crmCheckText", QLabel).text() == "Спрашиваю CRM…"
        program.window.go(Page.CALLS)
        program.desk.call_list.refresh()
        program.wait(lambda: program.app.jobs.is_idle("store"))
    finally:
        answered.set()
    program.wait(lambda: program.desk.crm.accounts.finding is not None)


def test_what_was_checked_is_told_no_more_once_another_key_is_typed(crm: CrmProgram) -> None:
    program = crm.program
    program.start()
    open_form(crm)
    fill(crm)
    program.find("crmCheck").click()
    program.wait(lambda: bool(found(crm)))
    write(crm, "secret", "another")
    assert program.desk.crm.accounts.finding is None


def test_the_pages_of_all_kinds_show_steps_rights_and_a_drawing(crm: CrmProgram) -> None:
    program = crm.program
    program.start()
    for kind in CrmKind:
        open_form(crm, kind)
        view = program.find("connectView")
        program.wait(lambda view=view: shown(view, "connectStep") == 4)
        assert shown(view, "portalSketch") == 1
        program.find("connectBack").click()
        program.wait(lambda: program.window.shown_page is Page.SETTINGS)
        assert not program.find("connectView").isVisible()


def test_the_portal_of_a_webhook_is_read_from_it(crm: CrmProgram) -> None:
    program = crm.program
    program.start()
    open_form(crm, CrmKind.BITRIX24)
    write(crm, "secret", "https://teplo.bitrix24.ru/rest/1/abcdef0123456789/")
    form = program.desk.crm.accounts.form
    assert form is not None
    assert form.address == "https://teplo.bitrix24.ru"
    assert program.find("crmCheck").isEnabled()


def test_a_connection_that_lapsed_says_so_and_is_connected_again_with_another_key(crm: CrmProgram) -> None:
    program = crm.program
    account = crm.start()
    program.window.welcome.skipped.emit()
    program.app.connections.connector(account.id).close()
    crm.crm.state = faults.unauthorised()
    program.desk.crm.accounts.check_account(account.id)
    program.wait(lambda: any("не принимает ключ" in one.text for one in program.window.notices.shown))
    crm.crm.state = None
    program.window.act("open_settings_crm")
    program.find("crmReconnect").click()
    program.wait(lambda: program.window.findChild(QLineEdit, "crm_address") is not None)
    assert program.find("crm_address", QLineEdit).text() == PORTAL
    assert program.find("crm_secret", QLineEdit).text() == ""
    write(crm, "secret", "odoo-key-new")
    program.find("crmConnect").click()
    program.wait(lambda: program.secrets.get(account.secret_name) == "odoo-key-new")
    assert len(program.app.connections.accounts()) == 1


def test_disconnecting_is_asked_first_and_the_key_goes(crm: CrmProgram) -> None:
    program = crm.program
    account = crm.start()
    program.window.welcome.skipped.emit()
    program.window.act("open_settings_crm")
    program.find("crmDisconnect").click()
    box = dialog("disconnectDialog")
    assert isinstance(box, QMessageBox)
    assert box.defaultButton().text() == "Оставить"
    next(one for one in box.buttons() if one.text() == "Отключить").click()
    program.wait(lambda: program.app.connections.accounts() == [])
    assert program.secrets.get(account.secret_name) is None
    program.wait(lambda: program.window.findChild(QLabel, "crmAccountTitle") is None)
