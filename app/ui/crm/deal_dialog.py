"""Choosing a deal of a CRM: by words, phone or INN, from the mirror, so that it works without a network."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.core.i18n import _
from app.ui.theme import Theme
from app.ui.widgets import SearchField, button, label
from app.viewmodels.crm_deals import CrmDealRow, CrmDealsViewModel

_TYPING_MS = 200
_ROW = Qt.ItemDataRole.UserRole


class CrmDealDialog(QDialog):
    """Searches the deals of one account, or of all.

    Args:
        question: What the choice is for.
        account_id: Only deals of this one; all for "".
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, deals: CrmDealsViewModel, question: str, account_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("crmDealDialog")
        self.setWindowTitle(_("Сделка в CRM"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 440)
        self._deals = deals
        self._account_id = account_id
        rows = QVBoxLayout(self)
        rows.setContentsMargins(QMargins(20, 18, 20, 16))
        rows.setSpacing(10)
        rows.addWidget(label(question, "title", is_wrapped=True))
        self.search = SearchField(theme, _("Найти сделку: компания, имя, телефон, ИНН"), "crmDealSearch")
        rows.addWidget(self.search)
        self.list = QListWidget()
        self.list.setObjectName("itemPopupList")
        self.list.setAccessibleName(_("Сделки CRM"))
        self.list.itemActivated.connect(lambda _item: self._take())
        self.list.currentItemChanged.connect(lambda _now, _before: self._renew())
        rows.addWidget(self.list, 1)
        self._none = label(_("Ничего не нашлось."), "muted")
        self._none.hide()
        rows.addWidget(self._none)
        foot = QHBoxLayout()
        foot.addStretch(1)
        cancel = button(_("Отмена"), "", name="crmDealCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.take = button(_("Выбрать"), "primary", name="crmDealTake")
        self.take.setDefault(True)
        self.take.clicked.connect(self._take)
        foot.addWidget(cancel)
        foot.addWidget(self.take)
        rows.addLayout(foot)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._search)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        disconnect = deals.found.connect(self._found)
        self.finished.connect(lambda _code: disconnect())
        self.search.setFocus()
        self._renew()
        self._search()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus() and self.list.count():
            self.list.setFocus()
            return
        super().keyPressEvent(event)

    def _search(self) -> None:
        self._deals.search(self.search.text(), self._account_id or None)

    def _found(self, rows: list[CrmDealRow]) -> None:
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(f"{row.mirrored.deal.title}\n{row.line}")
            item.setData(_ROW, row)
            self.list.addItem(item)
        if rows:
            self.list.setCurrentRow(0)
        self._none.setVisible(not rows)
        self._renew()

    def _renew(self) -> None:
        self.take.setEnabled(self.list.currentItem() is not None)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.chosen.emit(item.data(_ROW))
            self.accept()
