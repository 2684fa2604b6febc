"""The rows of the open proposal as Qt's table sees them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from app.core.errors import UserFixable
from app.core.i18n import _
from app.proposal.model import Line, LineSum
from app.proposal.pricing import line_sum
from app.viewmodels.proposal import ProposalViewModel
from app.viewmodels.proposal_lines import LineColumn, cell_text, edit_text

LINE = Qt.ItemDataRole.UserRole
COLUMNS = tuple(LineColumn)
_RIGHT = (LineColumn.QTY, LineColumn.PRICE, LineColumn.DISCOUNT, LineColumn.SUM)
Index = QModelIndex | QPersistentModelIndex


class LinesModel(QAbstractTableModel):
    """Binds the lines of `ProposalViewModel`. A change of cells keeps what is edited; rows come and go singly."""

    def __init__(self, proposal: ProposalViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._proposal = proposal
        self._lines: tuple[Line, ...] = ()
        self._sums: list[LineSum | None] = []
        proposal.opened.connect(self._reset)
        proposal.changed.connect(self._renew)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._proposal.is_editable and COLUMNS[index.column()].is_editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].label
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            right = COLUMNS[section] in _RIGHT
            return (
                Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            ) | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._lines):
            return None
        line, column = self._lines[index.row()], COLUMNS[index.column()]
        answers: dict[int, Callable[[], object]] = {
            LINE: lambda: line,
            Qt.ItemDataRole.EditRole: lambda: edit_text(line, column),
            Qt.ItemDataRole.DisplayRole: lambda: cell_text(line, self._sum(index.row()), column),
            Qt.ItemDataRole.ToolTipRole: lambda: self._tip(line, column),
            Qt.ItemDataRole.AccessibleTextRole: lambda: self._spoken(line, column, index.row()),
            Qt.ItemDataRole.TextAlignmentRole: lambda: _alignment(column),
        }
        answer = answers.get(role)
        return answer() if answer is not None else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        if role != Qt.ItemDataRole.EditRole:
            return False
        return self._proposal.edit_cell(index.row(), COLUMNS[index.column()], str(value or ""))

    def _sum(self, row: int) -> LineSum | None:
        if self._sums[row] is None and self._proposal.proposal is not None:
            try:
                self._sums[row] = line_sum(self._lines[row], self._proposal.proposal.vat_mode)
            except UserFixable:
                # What is wrong with the row stands among the warnings.
                return None
        return self._sums[row]

    @staticmethod
    def _tip(line: Line, column: LineColumn) -> str:
        if column is LineColumn.NAME:
            return "\n".join(filter(None, (line.name, line.doubt or "", line.source)))
        if column is LineColumn.PRICE:
            return line.source or _("Цена вписана вручную")
        return ""

    def _spoken(self, line: Line, column: LineColumn, row: int) -> str:
        doubt = _(", нужно уточнить: {doubt}").format(doubt=line.doubt) if line.doubt else ""
        return f"{column.label}: {cell_text(line, self._sum(row), column)}{doubt}"

    def _lines_now(self) -> tuple[Line, ...]:
        return self._proposal.proposal.lines if self._proposal.proposal is not None else ()

    def _reset(self) -> None:
        self.beginResetModel()
        self._lines = self._lines_now()
        self._sums = [None] * len(self._lines)
        self.endResetModel()

    def _renew(self) -> None:
        lines, before = self._lines_now(), self._lines
        if lines == before:
            return
        grown = len(lines) - len(before)
        if grown == 0:
            changed = [row for row, (line, old) in enumerate(zip(lines, before, strict=True)) if line != old]
            self._lines = lines
            for row in changed:
                self._sums[row] = None
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(COLUMNS) - 1))
            return
        same = next((row for row, (line, old) in enumerate(zip(lines, before, strict=False)) if line != old), -1)
        place = same if same >= 0 else min(len(lines), len(before))
        is_one_block = lines[place + max(grown, 0) :] == before[place + max(-grown, 0) :]
        if not is_one_block:
            self._reset()
        elif grown > 0:
            self.beginInsertRows(QModelIndex(), place, place + grown - 1)
            self._lines = lines
            self._sums[place:place] = [None] * grown
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), place, place - grown - 1)
            self._lines = lines
            del self._sums[place : place - grown]
            self.endRemoveRows()


def _alignment(column: LineColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
