"""The rows with what belongs to them: adding, the doubt of the current row, the totals of each way."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.i18n import _
from app.core.money import roubles
from app.knowledge.model import PriceItem
from app.profile.seller import VatMode
from app.proposal.model import Line, Totals
from app.ui.proposals.item_editor import item_text
from app.ui.proposals.lines_table import LinesTable
from app.ui.theme import Theme
from app.ui.widgets import Icon, button, clear, label
from app.viewmodels.proposal import ProposalViewModel
from app.viewmodels.proposal_lines import OPTIONS, amount_text, plain_text

_NEAR = 3


class DoubtStrip(QFrame):
    """What must be settled in the current row, and the articles that come nearest: one key takes one."""

    def __init__(self, theme: Theme, proposal: ProposalViewModel) -> None:
        super().__init__()
        self.setObjectName("doubtStrip")
        self.setProperty("caution", True)
        self._proposal = proposal
        self._row = -1
        self._items: tuple[PriceItem, ...] = ()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 10)
        outer.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon(theme, "triangle-alert", "warn", 16), 0, Qt.AlignmentFlag.AlignTop)
        self.text = label("", "warn", is_wrapped=True, name="doubtText")
        head.addWidget(self.text, 1)
        outer.addLayout(head)
        self.near: list[QPushButton] = []
        for number in range(1, _NEAR + 1):
            made = button("", "soft", name=f"nearItem_{number}", tip=f"Alt+{number}")
            made.clicked.connect(partial(self.choose, number))
            made.hide()
            self.near.append(made)
            outer.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        self.keep = button(_("Оставить как есть"), "link", name="keepLine", tip="Alt+0")
        self.keep.clicked.connect(partial(self.choose, 0))
        outer.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignLeft)
        proposal.articles.near_found.connect(self._near_found)
        self.hide()

    def show_row(self, row: int) -> None:
        """Show the doubt of a row; nothing where it has none."""
        line = self._line(row)
        self._row = row
        self.setVisible(line is not None and line.doubt is not None)
        if line is None or line.doubt is None:
            return
        self.text.setText(f"{line.name}: {line.doubt}" if line.name else line.doubt)
        self._offer(())
        self._proposal.articles.seek_near(line.name)

    def choose(self, number: int) -> None:
        """Take the near article of this number; 0 leaves the row as it is."""
        if self.isHidden():
            return
        if number == 0:
            self._proposal.settle_line(self._row)
        elif number <= len(self._items):
            self._proposal.choose_item(self._row, self._items[number - 1])

    def _line(self, row: int) -> Line | None:
        proposal = self._proposal.proposal
        is_there = proposal is not None and self._proposal.is_editable and 0 <= row < len(proposal.lines)
        return proposal.lines[row] if proposal is not None and is_there else None

    def _near_found(self, name: str, items: tuple[PriceItem, ...]) -> None:
        line = self._line(self._row)
        if line is not None and line.doubt is not None and line.name == name:
            self._offer(items)

    def _offer(self, items: tuple[PriceItem, ...]) -> None:
        self._items = items[:_NEAR]
        for number, made in enumerate(self.near):
            made.setVisible(number < len(self._items))
            if number < len(self._items):
                text = item_text(self._items[number])
                made.setText(f"Alt+{number + 1}   {text}")
                made.setAccessibleName(_("Взять {item}").format(item=text))


class TotalsView(QWidget):
    """The money of each way: the total, VAT by rate, the sum in words."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("proposalTotals")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(4, 4, 8, 4)
        self._rows.setSpacing(10)

    def show_totals(self, totals: dict[str, Totals], vat_mode: VatMode) -> None:
        """Show the totals by option."""
        clear(self._rows)
        for option, total in totals.items():
            self._rows.addWidget(self._one(option, total, vat_mode))

    @staticmethod
    def _one(option: str, total: Totals, vat_mode: VatMode) -> QWidget:
        host = QWidget()
        rows = QVBoxLayout(host)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        head = QHBoxLayout()
        caption = _("Вариант {option}, итого").format(option=option) if option else _("Итого")
        head.addWidget(label(caption, "label"))
        head.addStretch(1)
        head.addWidget(label(roubles(total.total), "title", name=f"total_{option}"))
        rows.addLayout(head)
        for share in total.vat_shares:
            line = QHBoxLayout()
            name = _("в т. ч. НДС {rate} %") if vat_mode is VatMode.INCLUDED else _("НДС {rate} %")
            line.addWidget(label(name.format(rate=plain_text(share.rate)), "muted"))
            line.addStretch(1)
            line.addWidget(label(f"{amount_text(share.amount)} ₽", "muted", name="vatShare"))
            rows.addLayout(line)
        if not total.vat_shares:
            line = QHBoxLayout()
            line.addStretch(1)
            line.addWidget(label(_("Без НДС"), "muted", name="vatShare"))
            rows.addLayout(line)
        words = label(total.in_words, "faint", is_wrapped=True, name="totalInWords")
        words.setAlignment(Qt.AlignmentFlag.AlignRight)
        rows.addWidget(words)
        return host


class LinesPanel(QFrame):
    """Binds the lines of `ProposalViewModel`."""

    def __init__(self, theme: Theme, proposal: ProposalViewModel) -> None:
        super().__init__()
        self.setObjectName("linesPanel")
        self.setProperty("card", True)
        self._proposal = proposal
        rows = QVBoxLayout(self)
        rows.setContentsMargins(1, 1, 1, 8)
        rows.setSpacing(6)
        self.table = LinesTable(theme, proposal)
        rows.addWidget(self.table)
        below = QVBoxLayout()
        below.setContentsMargins(11, 0, 11, 0)
        below.setSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        self.add = button(_("Добавить позицию"), "link", name="addLine", tip="Insert")
        self.add.clicked.connect(self.table.add_row)
        self.remove = button(_("Удалить"), "link", name="removeLine", tip="Delete")
        self.remove.setAccessibleName(_("Удалить позицию"))
        self.remove.clicked.connect(self.table.remove_row)
        self.option = button(_("Добавить вариант"), "link", name="addOption")
        self.option.setToolTip(_("Те же позиции ещё раз, как другой вариант: А, Б…"))
        self.option.clicked.connect(proposal.add_option)
        for made in (self.add, self.remove, self.option):
            buttons.addWidget(made)
        buttons.addStretch(1)
        self._keys = label(_("Enter — дальше"), "faint")
        buttons.addWidget(self._keys)
        below.addLayout(buttons)
        self.doubt = DoubtStrip(theme, proposal)
        below.addWidget(self.doubt)
        self.totals = TotalsView()
        below.addWidget(self.totals)
        rows.addLayout(below)
        self.table.row_chosen.connect(self.doubt.show_row)
        self.table.near_chosen.connect(self.doubt.choose)
        proposal.opened.connect(self._opened)
        proposal.changed.connect(self._renew)
        proposal.checked.connect(self._renew)
        proposal.busy_changed.connect(self._renew_buttons)
        proposal.finished.connect(lambda _files: self._renew())
        self._opened()

    def _opened(self) -> None:
        proposal = self._proposal.proposal
        lines = proposal.lines if proposal is not None else ()
        # The first row that waits for a person is the one to begin with.
        row = next((n for n, line in enumerate(lines) if line.doubt), 0)
        if lines:
            self.table.setCurrentIndex(self.table.model().index(row, 1))
        self._renew()
        self._renew_buttons()

    def _renew(self) -> None:
        proposal = self._proposal.proposal
        self.doubt.show_row(self.table.currentIndex().row())
        if proposal is not None and (self._proposal.totals or not proposal.lines):
            self.totals.show_totals(self._proposal.totals if proposal.lines else {}, proposal.vat_mode)
        self._renew_buttons()

    def _renew_buttons(self) -> None:
        proposal = self._proposal.proposal
        can_write = self._proposal.is_editable
        for made in (self.add, self.remove, self.option, self._keys):
            made.setVisible(can_write)
        self.remove.setEnabled(proposal is not None and bool(proposal.lines))
        self.option.setEnabled(proposal is not None and bool(proposal.lines) and len(proposal.options) < len(OPTIONS))
