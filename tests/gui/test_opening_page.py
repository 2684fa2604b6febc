"""A store that does not open: the reason and what helps stand in the window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.core.errors import StoredDataError, UserFixable
from app.ui.opening import OpeningPage
from app.ui.theme import Theme


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> OpeningPage:
    made = OpeningPage(Theme(qapp, "light"))
    qtbot.addWidget(made)
    return made


def test_a_damaged_store_with_a_backup_offers_to_restore_it(page: OpeningPage, qtbot: QtBot) -> None:
    page.explain(StoredDataError("store.damaged", "Файл базы повреждён.", action="restore_backup"), is_new=False)
    restore = page.findChild(QPushButton, "restoreBackup")
    with qtbot.waitSignal(page.restore_wanted):
        restore.click()


def test_a_damaged_store_without_backup_offers_none(page: OpeningPage) -> None:
    page.explain(StoredDataError("store.damaged", "Файл базы повреждён."), is_new=False)
    assert page.findChild(QPushButton, "restoreBackup") is None


@pytest.mark.parametrize("code", ["secrets.no_passphrase", "secrets.key_lost", "store.wrong_key"])
def test_a_passphrase_can_be_typed_whenever_one_may_help(page: OpeningPage, qtbot: QtBot, code: str) -> None:
    page.explain(UserFixable(code, "Нужен пароль."), is_new=False)
    field = page.findChild(QLineEdit, "passphrase")
    assert not field.isHidden()
    field.setText("зимний сад")
    with qtbot.waitSignal(page.passphrase_given) as given:
        page.findChild(QPushButton, "passphraseOpen").click()
    assert given.args == ["зимний сад"]
