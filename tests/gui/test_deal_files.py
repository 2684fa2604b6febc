"""Deals in from a file and out to one in the real window, by the keyboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QListView, QPushButton

from app.viewmodels.workspace import Page
from tests.gui.program import Program

EXPORT = """ID;Сделка;Компания;ИНН;Контакт;Телефон
1;Насосы;ООО «Полюс»;500100732259;Инна Грач;8 (495) 111-22-33
2;Кровля;Вектор;7707083894;Олег Ким;8 (916) 123-45-67
"""


def dialog_of(program: Program, button_name: str, name: str) -> QFileDialog:
    """Press a button by the keyboard; returns the dialog that it opens."""
    button = program.find(button_name, QPushButton)
    button.setFocus()
    program.bot.keyClick(button, Qt.Key.Key_Space)
    found: QFileDialog = program.find(name, QFileDialog)
    return found


def test_deals_are_imported_looked_at_exported_and_put_in_order(program: Program, tmp_path: Path) -> None:
    export = tmp_path / "выгрузка.csv"
    export.write_bytes(EXPORT.encode("cp1251"))
    program.start()
    program.window.go(Page.DEALS)
    dialog = dialog_of(program, "dealImportButton", "dealImportDialog")
    dialog.fileSelected.emit(str(export))
    dialog.reject()
    program.wait(lambda: program.desk.deal_files.found is not None)
    view = program.window.deals.imports
    program.wait(view.confirm.isVisible)
    assert "1 сделку" in view.confirm.text()
    box = program.find("dealImportDoubtful", QCheckBox)
    program.bot.keyClick(box, Qt.Key.Key_Space)
    assert "2 сделки" in view.confirm.text()
    view.confirm.setFocus()
    program.bot.keyClick(view.confirm, Qt.Key.Key_Space)
    program.wait(lambda: len(program.desk.deals.rows) == 2)
    program.wait(program.window.deals.list.isVisible)

    out = tmp_path / "сделки.xlsx"
    dialog = dialog_of(program, "dealExportButton", "dealExportDialog")
    dialog.fileSelected.emit(str(out))
    dialog.reject()
    program.wait(out.exists)

    program.bot.keyClick(program.window.deals.tabs.buttons["order"], Qt.Key.Key_Space)
    program.wait(lambda: program.desk.deal_order.is_loaded and program.desk.deal_order.count > 0)
    lines = program.find("dealOrderList", QListView)
    program.bot.keyClick(lines, Qt.Key.Key_Return)
    program.wait(program.window.deals.list.isVisible)
    assert program.desk.deals.deal_id == program.desk.deal_order.lines[1].deal_id


def test_an_import_is_dismissed_by_escape(program: Program, tmp_path: Path) -> None:
    export = tmp_path / "выгрузка.csv"
    export.write_text(EXPORT, "utf-8")
    program.start()
    program.window.go(Page.DEALS)
    program.desk.deal_files.read(export)
    program.wait(lambda: program.desk.deal_files.found is not None)
    program.wait(program.window.deals.imports.confirm.isVisible)
    program.bot.keyClick(program.window.deals.imports.confirm, Qt.Key.Key_Escape)
    assert program.desk.deal_files.found is None
    assert program.desk.deals.rows == []


def test_a_table_dropped_on_the_page_is_shown(program: Program, tmp_path: Path) -> None:
    export = tmp_path / "выгрузка.csv"
    export.write_text(EXPORT, "utf-8")
    program.start()
    program.window.go(Page.DEALS)
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(export))])
    keys = (Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    program.window.dropEvent(QDropEvent(QPointF(20, 20), *keys))
    program.wait(lambda: program.desk.deal_files.found is not None)
    assert program.window.shown_page is Page.DEALS
