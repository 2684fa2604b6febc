"""What a person says of a price list that is being taken in: its sheet, its header row, how long its prices hold."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QVBoxLayout, QWidget

from app.core.i18n import _
from app.knowledge.model import TableImport
from app.ui.draft.editors import DateEditor
from app.ui.theme import Theme
from app.ui.widgets import label
from app.viewmodels.knowledge import KnowledgeViewModel

_TITLE_SIGNS = 90
_NO_HEADER = 0


class ImportChoices(QFrame):
    """Binds what `KnowledgeViewModel` was told of the price list that waits; each choice reads the file anew."""

    def __init__(self, theme: Theme, knowledge: KnowledgeViewModel) -> None:
        super().__init__()
        self.setObjectName("importChoices")
        self.setProperty("card", True)
        self._knowledge = knowledge
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        self.sheet = _box("importSheet", _("Лист"))
        self.sheet.activated.connect(lambda at: knowledge.choose_sheet(self.sheet.itemData(at)))
        self.header = _box("importHeaderRow", _("Шапка таблицы"))
        self.header.activated.connect(lambda at: knowledge.choose_header_row(self.header.itemData(at)))
        self.until = DateEditor(theme, None, has_time=False)
        self.until.line.setObjectName("importValidUntil")
        self.until.line.setAccessibleName(_("Цены действуют до"))
        self.until.line.setPlaceholderText(_("срок не указан"))
        self.until.line.editingFinished.connect(self._take_date)
        self._sheet_cell = _cell(_("Лист"), self.sheet)
        grid.addWidget(self._sheet_cell, 0, 0)
        grid.addWidget(_cell(_("Шапка таблицы"), self.header), 0, 1)
        grid.addWidget(_cell(_("Цены действуют до"), self.until), 0, 2)
        for column, stretch in enumerate((2, 3, 2)):
            grid.setColumnStretch(column, stretch)
        knowledge.table_changed.connect(self._renew)

    def _renew(self) -> None:
        table = self._knowledge.table
        if table is None:
            return
        self._renew_sheets(table)
        self._renew_header(table)
        self.until.show_iso(table.valid_until.isoformat() if table.valid_until else None)

    def _renew_sheets(self, table: TableImport) -> None:
        with QSignalBlocker(self.sheet):
            self.sheet.clear()
            found = ", ".join(f"«{name}»" for name in table.read_sheets)
            is_found = self._knowledge.chosen_sheet is None
            self.sheet.addItem(_("подобран: {names}").format(names=found) if is_found else _("подобрать"), None)
            for name in table.sheets:
                self.sheet.addItem(name, name)
            self.sheet.setCurrentIndex(max(0, self.sheet.findData(self._knowledge.chosen_sheet)))
        self._sheet_cell.setVisible(len(table.sheets) > 1 and any(table.sheets))

    def _renew_header(self, table: TableImport) -> None:
        with QSignalBlocker(self.header):
            self.header.clear()
            self.header.addItem(_("шапки нет"), _NO_HEADER)
            for row, text in enumerate(table.top, 1):
                if text:
                    self.header.addItem(_("строка {row}: {text}").format(row=row, text=_short(text)), row)
            found = table.header_rows[0] if table.header_rows else _NO_HEADER
            if found > len(table.top):
                self.header.addItem(_("строка {row}").format(row=found), found)
            self.header.setCurrentIndex(self.header.findData(found))

    def _take_date(self) -> None:
        iso = self.until.iso()
        if iso or not self.until.line.text().strip():
            self._knowledge.set_table_valid_until(date.fromisoformat(iso[:10]) if iso else None)
        self._renew()


def _box(name: str, caption: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(caption)
    box.setMinimumContentsLength(10)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def _cell(caption: str, field: QWidget) -> QWidget:
    host = QWidget()
    rows = QVBoxLayout(host)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(3)
    text = label(caption, "label")
    text.setBuddy(field)
    rows.addWidget(text)
    rows.addWidget(field)
    return host


def _short(text: str) -> str:
    return text if len(text) <= _TITLE_SIGNS else f"{text[: _TITLE_SIGNS - 1]}…"
