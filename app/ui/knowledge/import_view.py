"""How a price list was read: which column holds what, what became of the rows, and a look at three of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _, ngettext
from app.core.money import roubles
from app.knowledge.model import Column, RowReport, RowState, TableImport
from app.ui.draft.section import Section
from app.ui.knowledge.import_choices import ImportChoices
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, chip, clear, label
from app.viewmodels.knowledge import KnowledgeViewModel, column_label

_REASONS = 40
_SAMPLES = 3
_NEEDED = (Column.NAME, Column.PRICE)


class ImportView(QWidget):
    """Binds the price list of `KnowledgeViewModel` that waits for confirmation."""

    def __init__(self, theme: Theme, knowledge: KnowledgeViewModel) -> None:
        super().__init__()
        self.setObjectName("importView")
        self._theme = theme
        self._knowledge = knowledge
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 12, 0, 0)
        outer.setSpacing(8)
        head = QVBoxLayout()
        head.setContentsMargins(20, 0, 16, 0)
        head.setSpacing(2)
        self.title = label("", "title", is_wrapped=True, name="importTitle")
        self.read_as = label("", "muted", is_wrapped=True, name="importReadAs")
        head.addWidget(self.title)
        head.addWidget(self.read_as)
        outer.addLayout(head)
        area, rows = scroll_column("importScroll", QMargins(16, 2, 14, 16))
        rows.addWidget(self._make_counts())
        self.notes = label("", "warn", is_wrapped=True, name="importNotes")
        rows.addWidget(self.notes)
        self.choices = ImportChoices(theme, knowledge)
        rows.addWidget(self.choices)
        rows.addWidget(self._make_columns())
        self._samples = Section(_("Так прочитаны первые строки"), "importSamples")
        self._sample_rows = QVBoxLayout()
        self._sample_rows.setSpacing(6)
        self._samples.rows.addLayout(self._sample_rows)
        rows.addWidget(self._samples)
        self._reasons = Section(_("Строки, на которые стоит взглянуть"), "importReasons")
        self._reason_rows = QVBoxLayout()
        self._reason_rows.setSpacing(4)
        self._reasons.rows.addLayout(self._reason_rows)
        rows.addWidget(self._reasons)
        rows.addStretch(1)
        outer.addWidget(area, 1)
        outer.addWidget(self._make_footer())
        knowledge.table_changed.connect(self._renew)
        knowledge.reading_changed.connect(self._renew_buttons)

    def _make_counts(self) -> QWidget:
        host = QWidget()
        line = QHBoxLayout(host)
        line.setContentsMargins(2, 0, 2, 0)
        line.setSpacing(8)
        self.counts = {state: chip("", tone, name=f"import_{state}") for state, tone in _TONES.items()}
        for made in self.counts.values():
            line.addWidget(made)
        line.addStretch(1)
        return host

    def _make_columns(self) -> Section:
        section = Section(_("Что в каком столбце"), "importColumns")
        frame = QFrame()
        frame.setProperty("card", True)
        grid = QGridLayout(frame)
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        self.boxes: dict[Column, QComboBox] = {}
        for place, column in enumerate(Column):
            box = QComboBox()
            box.setObjectName(f"column_{column}")
            box.setAccessibleName(column_label(column))
            box.setMinimumContentsLength(10)
            box.activated.connect(partial(self._column_chosen, column))
            self.boxes[column] = box
            cell = QVBoxLayout()
            cell.setSpacing(3)
            mark = " *" if column in _NEEDED else ""
            cell.addWidget(label(f"{column_label(column)}{mark}", "label"))
            cell.addWidget(box)
            grid.addLayout(cell, place // 3, place % 3)
        for number in range(3):
            grid.setColumnStretch(number, 1)
        section.rows.addWidget(frame)
        return section

    def _make_footer(self) -> QFrame:
        footer = QFrame()
        footer.setObjectName("footer")
        line = QHBoxLayout(footer)
        line.setContentsMargins(16, 10, 16, 12)
        line.setSpacing(8)
        self.confirm = button("", "primary", name="confirmImport", tip=_("Ctrl+Enter"))
        self.confirm.setProperty("large", True)
        self.confirm.clicked.connect(self._knowledge.confirm)
        self.cancel = button(_("Не загружать"), "", name="cancelImport", tip="Esc")
        self.cancel.clicked.connect(self._knowledge.dismiss)
        line.addWidget(self.confirm, 1)
        line.addWidget(self.cancel)
        return footer

    def _renew(self) -> None:
        table = self._knowledge.table
        if table is None:
            return
        self.title.setText(_("Прайс-лист «{name}»").format(name=table.file))
        header = ", ".join(map(str, table.header_rows))
        place = _("шапка в строке {rows}").format(rows=header) if header else ""
        self.read_as.setText(" · ".join(filter(None, (table.read_as, place))))
        for state, made in self.counts.items():
            made.setText(_count_text(state, table.count(state)))
            made.setVisible(table.count(state) > 0 or state is RowState.READ)
        self.notes.setText("\n".join(table.notes))
        self.notes.setVisible(bool(self.notes.text()))
        self._renew_boxes(table)
        self._renew_rows(table)
        self._renew_buttons()
        now = QApplication.focusWidget()
        if now is None or now is self.cancel or not self.isAncestorOf(now):
            self.confirm.setFocus()

    def _renew_boxes(self, table: TableImport) -> None:
        for column, box in self.boxes.items():
            box.clear()
            box.addItem(_("нет в файле"), -1)
            for at, header in enumerate(table.headers):
                box.addItem(header.strip() or _("столбец {number}").format(number=at + 1), at)
            box.setCurrentIndex(box.findData(table.columns.get(column, -1)))

    def _renew_rows(self, table: TableImport) -> None:
        clear(self._sample_rows)
        clear(self._reason_rows)
        samples = [row for row in table.rows if row.state is RowState.READ][:_SAMPLES]
        for row in samples:
            self._sample_rows.addWidget(_sample(row))
        if not samples:
            text = _("Ни одна строка не прочитана: выберите столбцы с наименованием и ценой.")
            self._sample_rows.addWidget(label(text, "danger", is_wrapped=True, name="nothingRead"))
        told = sorted((row for row in table.rows if row.reason), key=lambda row: row.state is not RowState.DOUBTFUL)
        for row in told[:_REASONS]:
            self._reason_rows.addWidget(self._reason(row))
        if len(told) > _REASONS:
            text = _("…и ещё {count}").format(count=len(told) - _REASONS)
            self._reason_rows.addWidget(label(text, "muted"))
        self._reasons.setVisible(bool(told))
        self._reasons.count(len(told))

    def _reason(self, row: RowReport) -> QWidget:
        host = QWidget()
        line = QHBoxLayout(host)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(8)
        is_doubtful = row.state is RowState.DOUBTFUL
        icon, role = ("triangle-alert", "warn") if is_doubtful else ("ban", "faint")
        line.addWidget(Icon(self._theme, icon, role, 15), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        place = _("Строка {row}: {reason}").format(row=row.row, reason=row.reason)
        texts.addWidget(label(place, "body", is_wrapped=True, name="rowReason"))
        cells = " · ".join(cell for cell in row.cells if cell.strip())
        if cells:
            texts.addWidget(label(cells[:160], "faint", is_wrapped=True))
        line.addLayout(texts, 1)
        return host

    def _renew_buttons(self) -> None:
        table = self._knowledge.table
        count = len(table.items) if table is not None else 0
        is_reading = self._knowledge.is_reading
        word = ngettext("артикул", "артикула", "артикулов", count)
        text = _("Загрузить {count} {word}").format(count=count, word=word)
        self.confirm.setText(_("Читаю файл…") if is_reading else text)
        self.confirm.setEnabled(count > 0 and not is_reading)

    def _column_chosen(self, column: Column, at: int) -> None:
        index = int(self.boxes[column].itemData(at))
        self._knowledge.set_column(column, index if index >= 0 else None)


_TONES = {RowState.READ: "ok", RowState.DOUBTFUL: "warn", RowState.SKIPPED: "neutral"}


def _count_text(state: RowState, count: int) -> str:
    return {
        RowState.READ: _("прочитано: {count}"),
        RowState.DOUBTFUL: _("сомнительных: {count}"),
        RowState.SKIPPED: _("пропущено: {count}"),
    }[state].format(count=count)


def _sample(row: RowReport) -> QFrame:
    made = QFrame()
    made.setProperty("tile", True)
    made.setObjectName("importSample")
    rows = QVBoxLayout(made)
    rows.setContentsMargins(12, 7, 12, 8)
    rows.setSpacing(2)
    item = row.item
    if item is None:
        return made
    rows.addWidget(label(item.name, "strong", is_wrapped=True))
    vat = _("НДС {rate}").format(rate=item.vat_rate) if item.vat_rate else ""
    stock = _("остаток {count}").format(count=f"{item.stock:f}") if item.stock is not None else ""
    facts = (item.sku, f"{roubles(item.price)}/{item.unit}", vat, stock, item.note)
    rows.addWidget(label(" · ".join(filter(None, facts)), "muted", is_wrapped=True))
    return made
