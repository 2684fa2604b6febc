"""What a file of deals would bring: counts, reasons, and the word of the person."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.i18n import _, ngettext
from app.deals.importing import ImportedRow, RowFate
from app.ui.draft.section import Section
from app.ui.scrolling import scroll_column
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, chip, clear, label, pane
from app.viewmodels.deal_files import DealFilesViewModel

_SHOWN = 60
_FATES = {
    RowFate.READ: ("ok", "circle-check", "ok"),
    RowFate.DOUBTFUL: ("warn", "triangle-alert", "warn"),
    RowFate.SKIPPED: ("neutral", "ban", "faint"),
}


class DealImportView(QWidget):
    """Binds the import of `DealFilesViewModel` that waits for confirmation."""

    def __init__(self, theme: Theme, files: DealFilesViewModel) -> None:
        super().__init__()
        self.setObjectName("dealImport")
        self._theme = theme
        self._files = files
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        ground = pane("dealImportPane")
        rows = QVBoxLayout(ground)
        rows.setContentsMargins(0, 14, 0, 0)
        rows.setSpacing(8)
        head = QVBoxLayout()
        head.setContentsMargins(20, 0, 16, 0)
        head.setSpacing(2)
        self.title = label("", "title", is_wrapped=True, name="dealImportTitle")
        self.read_as = label("", "muted", is_wrapped=True, name="dealImportReadAs")
        head.addWidget(self.title)
        head.addWidget(self.read_as)
        chips = QHBoxLayout()
        chips.setContentsMargins(0, 8, 0, 0)
        chips.setSpacing(8)
        self.counts = {fate: chip("", tone, name=f"dealImport_{fate}") for fate, (tone, _icon, _role) in _FATES.items()}
        for made in self.counts.values():
            chips.addWidget(made)
        chips.addStretch(1)
        head.addLayout(chips)
        self.notes = label("", "warn", is_wrapped=True, name="dealImportNotes")
        head.addWidget(self.notes)
        rows.addLayout(head)
        area, self._column = scroll_column("dealImportScroll", QMargins(16, 2, 14, 16))
        rows.addWidget(area, 1)
        rows.addWidget(self._make_footer())
        outer.addWidget(ground)
        files.changed.connect(self._renew)

    def _make_footer(self) -> QFrame:
        footer = QFrame()
        footer.setObjectName("footer")
        line = QHBoxLayout(footer)
        line.setContentsMargins(16, 10, 16, 12)
        line.setSpacing(10)
        self.doubtful = QCheckBox()
        self.doubtful.setObjectName("dealImportDoubtful")
        self.doubtful.clicked.connect(self._files.choose_doubtful)
        self.confirm = button("", "primary", name="dealImportConfirm")
        self.confirm.setProperty("large", True)
        self.confirm.clicked.connect(self._files.confirm)
        self.cancel = button(_("Не загружать"), "", name="dealImportCancel", tip="Esc")
        self.cancel.clicked.connect(self._files.dismiss)
        line.addWidget(self.doubtful)
        line.addStretch(1)
        line.addWidget(self.confirm)
        line.addWidget(self.cancel)
        return footer

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self._files.dismiss()
            return
        super().keyPressEvent(event)

    def _renew(self) -> None:
        found = self._files.found
        if found is None:
            return
        self.title.setText(_("Сделки из «{name}»").format(name=found.file))
        self.read_as.setText(" · ".join(filter(None, (found.read_as, _("того, что уже есть, загрузка не меняет")))))
        for fate, made in self.counts.items():
            made.setText(_count_text(fate, found.count(fate)))
        self.notes.setText("\n".join(found.notes))
        self.notes.setVisible(bool(found.notes))
        doubtful = found.count(RowFate.DOUBTFUL)
        self.doubtful.setText(_("загрузить и сомнительные ({count})").format(count=doubtful))
        self.doubtful.setVisible(doubtful > 0)
        self.doubtful.setChecked(self._files.has_doubtful)
        count = self._files.count
        word = ngettext("сделку", "сделки", "сделок", count)
        text = _("Загрузить {count} {word}").format(count=count, word=word)
        self.confirm.setText(_("Загружаю…") if self._files.is_busy else text)
        self.confirm.setEnabled(count > 0 and not self._files.is_busy)
        clear(self._column)
        for fate, title in (
            (RowFate.DOUBTFUL, _("Сомнительные строки")),
            (RowFate.SKIPPED, _("Пропущенные строки")),
            (RowFate.READ, _("Будут загружены")),
        ):
            self._add_section(title, [row for row in found.rows if row.fate is fate])
        self._column.addStretch(1)

    def _add_section(self, title: str, rows: list[ImportedRow]) -> None:
        if not rows:
            return
        section = Section(title, f"dealImportRows_{rows[0].fate}")
        section.count(len(rows))
        for row in rows[:_SHOWN]:
            section.rows.addWidget(self._row(row))
        if len(rows) > _SHOWN:
            section.rows.addWidget(label(_("…и ещё {count}").format(count=len(rows) - _SHOWN), "muted"))
        self._column.addWidget(section)

    def _row(self, row: ImportedRow) -> QWidget:
        host = QWidget()
        line = QHBoxLayout(host)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(8)
        _tone, icon, role = _FATES[row.fate]
        line.addWidget(Icon(self._theme, icon, role, 15), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        place = _("Строка {number}: {text}").format(number=row.number, text=row.text[:160] or _("пустая"))
        texts.addWidget(label(place, "body", is_wrapped=True, name="dealImportRow"))
        if row.reasons:
            texts.addWidget(label("; ".join(row.reasons), "muted", is_wrapped=True, name="dealImportReason"))
        line.addLayout(texts, 1)
        return host


def _count_text(fate: RowFate, count: int) -> str:
    return {
        RowFate.READ: _("прочитано: {count}"),
        RowFate.DOUBTFUL: _("сомнительных: {count}"),
        RowFate.SKIPPED: _("пропущено: {count}"),
    }[fate].format(count=count)
