"""The table of lines, written in by keys: Enter and Tab go on, Insert adds, Delete takes out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.core.i18n import _
from app.knowledge.model import PriceItem
from app.proposal.model import Line
from app.ui.proposals.item_editor import ItemEditor, ItemPopup
from app.ui.proposals.lines_model import COLUMNS, LINE, LinesModel
from app.ui.theme import Theme
from app.viewmodels.proposal import ProposalViewModel
from app.viewmodels.proposal_lines import LineColumn

ROW = 58
_ROWS_IN_SIGHT = 7
_WIDTHS = {
    LineColumn.OPTION: 44,
    LineColumn.QTY: 66,
    LineColumn.UNIT: 44,
    LineColumn.PRICE: 82,
    LineColumn.DISCOUNT: 66,
    LineColumn.VAT: 54,
    LineColumn.SUM: 100,
}
_NAME = COLUMNS.index(LineColumn.NAME)
_QTY = COLUMNS.index(LineColumn.QTY)
Index = QModelIndex | QPersistentModelIndex


class LinesDelegate(QStyledItemDelegate):
    """Paints cells and opens their editors; a row that waits for a person has a mark and says what for."""

    left = Signal(int)
    item_taken = Signal(int, object)

    def __init__(self, theme: Theme, proposal: ProposalViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._proposal = proposal
        self._font = theme.font(13, is_tabular=True)
        self._strong = theme.font(13, QFont.Weight.Medium)
        self._name = theme.font(12, QFont.Weight.Medium)
        self._small = theme.font(11)
        self.popup = ItemPopup(theme, proposal.articles)
        self.popup.taken.connect(self._take)
        self._written: tuple[QWidget, int] | None = None

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        return QSize(option.rect.width(), ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(LINE)
        if not isinstance(line, Line):
            return
        view = self.parent()
        current = view.currentIndex() if isinstance(view, QTableView) else QModelIndex()
        has_focus = isinstance(view, QTableView) and view.hasFocus()
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "warn_soft" if line.doubt else ("accent_soft" if current.row() == index.row() else "")
        if ground:
            painter.fillRect(rect, self._theme.color(ground))
        if line.doubt and index.column() == (view.first_column if isinstance(view, LinesTable) else 0):
            painter.fillRect(QRectF(rect.x(), rect.y(), 3, rect.height()), self._theme.color("warn"))
        painter.fillRect(QRectF(rect.x(), rect.bottom(), rect.width(), 1), self._theme.color("line"))
        if has_focus and current == index:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 5, 5)
        self._write(painter, rect.adjusted(8, 0, -8, 0), line, index)
        painter.restore()

    def _write(self, painter: QPainter, rect: QRectF, line: Line, index: Index) -> None:
        column, text = COLUMNS[index.column()], str(index.data() or "")
        if column is LineColumn.NAME:
            self._write_name(painter, rect, line, text)
            return
        painter.setFont(self._strong if column is LineColumn.SUM else self._font)
        is_quiet = text == "–" or (column is LineColumn.OPTION and not line.option)
        painter.setPen(self._theme.color("faint" if is_quiet else "text"))
        shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole)), shown)

    def _write_name(self, painter: QPainter, rect: QRectF, line: Line, text: str) -> None:
        """The name in one or two lines, under it the article or what must be settled."""
        metrics = QFontMetricsF(self._name)
        names = _two_lines(text or _("Название или артикул"), metrics, rect.width())
        second = line.doubt or line.sku or (_("строка вписана вручную") if line.name else "")
        parts = [(part, self._name, "text" if line.name else "faint", 17.0) for part in names]
        parts.append((second, self._small, "warn" if line.doubt else "faint", 15.0))
        top = rect.y() + (rect.height() - sum(height for *_rest, height in parts)) / 2
        for part, font, role, height in parts:
            painter.setFont(font)
            painter.setPen(self._theme.color(role))
            shown = QFontMetricsF(font).elidedText(part, Qt.TextElideMode.ElideRight, rect.width())
            box = QRectF(rect.x(), top, rect.width(), height)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            top += height

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802 - Qt's name
        column = COLUMNS[index.column()]
        if column is LineColumn.NAME:
            editor = ItemEditor(self.popup, parent)
            self._written = (editor, index.row())
            return editor
        plain = QLineEdit(parent)
        plain.setObjectName("cellEditor")
        plain.setAccessibleName(column.label)
        plain.setAlignment(Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole)))
        return plain

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802 - Qt's name
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))
            editor.selectAll()
            line = index.data(LINE)
            if isinstance(editor, ItemEditor) and isinstance(line, Line) and line.doubt:
                self.popup.search()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:  # noqa: N802 - Qt's name
        if isinstance(editor, QLineEdit) and isinstance(model, LinesModel):
            text = editor.text()
            if text != str(index.data(Qt.ItemDataRole.EditRole) or ""):
                model.setData(index, text)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:  # noqa: N802 - Qt's name
        editor.setGeometry(option.rect.adjusted(1, 11, -1, -11))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._finish(watched, 0)
                return False
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
                chosen = self.popup.chosen if isinstance(watched, ItemEditor) else None
                if chosen is not None:
                    self._take(chosen)
                else:
                    self._finish(watched, 1)
                return True
            if key == Qt.Key.Key_Backtab:
                self._finish(watched, -1)
                return True
            if key == Qt.Key.Key_Escape and isinstance(watched, ItemEditor) and self.popup.isVisible():
                self.popup.hide()
                return True
        return super().eventFilter(watched, event)

    def _finish(self, editor: QWidget, by: int) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        if by:
            self.left.emit(by)

    def _take(self, item: PriceItem) -> None:
        if self._written is not None:
            editor, row = self._written
            self._written = None
            self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
            self.item_taken.emit(row, item)


def _two_lines(text: str, metrics: QFontMetricsF, width: float) -> list[str]:
    """A text in at most two lines, broken between words; the second may be too long."""
    first = ""
    words = text.split(" ")
    for count in range(len(words), 0, -1):
        first = " ".join(words[:count])
        if metrics.horizontalAdvance(first) <= width:
            break
    rest = text[len(first) :].strip()
    return [first, rest] if rest else [first]


class LinesTable(QTableView):
    """As tall as its rows, up to a point; then it scrolls by itself, so that 300 rows cost no more than ten."""

    near_chosen = Signal(int)
    row_chosen = Signal(int)

    def __init__(self, theme: Theme, proposal: ProposalViewModel) -> None:
        super().__init__()
        self.setObjectName("proposalLines")
        self.setAccessibleName(_("Позиции предложения"))
        self._theme = theme
        self._proposal = proposal
        self._lines = LinesModel(proposal, self)
        self.setModel(self._lines)
        self.delegate = LinesDelegate(theme, proposal, self)
        self.setItemDelegate(self.delegate)
        self.delegate.left.connect(self._go_on)
        self.delegate.item_taken.connect(self._take)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setObjectName("proposalLinesHeader")
        header.setHighlightSections(False)
        header.setFont(theme.font(11, QFont.Weight.DemiBold))
        header.setMinimumSectionSize(36)
        header.setFixedHeight(30)
        for number, column in enumerate(COLUMNS):
            header.setSectionResizeMode(
                number,
                QHeaderView.ResizeMode.Stretch if column is LineColumn.NAME else QHeaderView.ResizeMode.Fixed,
            )
            if column in _WIDTHS:
                self.setColumnWidth(number, _WIDTHS[column])
        for signal in (self._lines.modelReset, self._lines.rowsInserted, self._lines.rowsRemoved):
            signal.connect(self._fit)
        self._lines.dataChanged.connect(self._show_options)
        self._fit()

    @property
    def first_column(self) -> int:
        """The leftmost column that is shown."""
        return 1 if self.isColumnHidden(0) else 0

    def add_row(self) -> None:
        """An empty row behind the current one, its name open for writing."""
        self.write(self._proposal.add_line(self.currentIndex().row()), _NAME)

    def remove_row(self) -> None:
        """Take the current row out."""
        row = self.currentIndex().row()
        if row < 0:
            return
        self._proposal.remove_line(row)
        count = self._lines.rowCount()
        if count:
            self.setCurrentIndex(self._lines.index(min(row, count - 1), max(self.currentIndex().column(), _NAME)))

    def write(self, row: int, column: int = _NAME) -> None:
        """Open a cell for writing."""
        if 0 <= row < self._lines.rowCount():
            index = self._lines.index(row, column)
            self.setFocus()
            self.setCurrentIndex(index)
            self.scrollTo(index)
            if self._proposal.is_editable:
                self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        key, modifiers = event.key(), event.modifiers()
        is_plain = modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if modifiers & Qt.KeyboardModifier.AltModifier and Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            self.near_chosen.emit(key - Qt.Key.Key_0)
        elif is_plain and key == Qt.Key.Key_Insert:
            self.add_row()
        elif is_plain and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_row()
        elif is_plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            index = self.currentIndex()
            if index.isValid() and self._proposal.is_editable:
                self.edit(index) if COLUMNS[index.column()].is_editable else self._go_on(1)
            elif self._lines.rowCount() == 0:
                self.add_row()
        elif is_plain and key == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        super().currentChanged(current, previous)
        for row in {current.row(), previous.row()}:
            self._repaint_row(row)
        if current.row() != previous.row():
            self.row_chosen.emit(current.row())

    def _repaint_row(self, row: int) -> None:
        for column in range(len(COLUMNS)):
            index = self._lines.index(row, column)
            if index.isValid():
                self.update(index)

    def _take(self, row: int, item: PriceItem) -> None:
        self._proposal.choose_item(row, item)
        # The editor that chose it closes first.
        QTimer.singleShot(0, self, lambda: self.write(row, _QTY))

    def _go_on(self, by: int) -> None:
        """To the next cell that can be written in; behind the last one a new row begins."""
        now = self.currentIndex()
        columns = [n for n, c in enumerate(COLUMNS) if c.is_editable and not self.isColumnHidden(n)]
        places = [(row, column) for row in range(self._lines.rowCount()) for column in columns]
        here = (now.row(), now.column())
        later = [place for place in places if (place > here if by > 0 else place < here)]
        if later:
            row, column = later[0] if by > 0 else later[-1]
            QTimer.singleShot(0, self, lambda: self.write(row, column))
        elif by > 0 and self._proposal.is_editable:
            QTimer.singleShot(0, self, self._add_last)
        else:
            self.setFocus()

    def _add_last(self) -> None:
        self.write(self._proposal.add_line(), _NAME)

    def _show_options(self) -> None:
        proposal = self._proposal.proposal
        self.setColumnHidden(0, not (proposal is not None and proposal.options))

    def _fit(self) -> None:
        self._show_options()
        rows = max(1, min(self._lines.rowCount(), _ROWS_IN_SIGHT))
        self.setFixedHeight(self.horizontalHeader().height() + rows * ROW + 4)
