"""Writing the name of a row: articles that fit stand below it, and one is taken by the keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.core.i18n import _
from app.core.money import roubles
from app.knowledge.model import PriceItem
from app.ui.theme import Theme
from app.ui.widgets import label
from app.viewmodels.proposal_articles import ArticleFinder

_TYPING_MS = 120
_WIDTH = 660
_AT_ONCE = 8
_ITEM = Qt.ItemDataRole.UserRole


def item_text(item: PriceItem) -> str:
    """An article in one line: number, name, price."""
    return f"{item.sku} · {item.name} · {roubles(item.price)}/{item.unit}"


class ItemPopup(QFrame):
    """The articles that fit what is being written; one for the whole table. It never takes the keyboard."""

    taken = Signal(object)

    def __init__(self, theme: Theme, finder: ArticleFinder) -> None:
        super().__init__()
        self.setObjectName("itemPopup")
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._finder = finder
        self._field: QLineEdit | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(6, 6, 6, 6)
        rows.setSpacing(4)
        self.list = QListWidget()
        self.list.setObjectName("itemPopupList")
        self.list.setAccessibleName(_("Подходящие артикулы"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFont(theme.font(13))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda row: self.taken.emit(row.data(_ITEM)))
        rows.addWidget(self.list)
        rows.addWidget(label(_("↓ ↑ — выбрать, Enter — взять, Esc — закрыть"), "faint"))
        self._typing = QTimer(self)
        self._typing.setObjectName("itemTyping")
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.search)
        finder.found.connect(self._found)
        self.hide()

    @property
    def chosen(self) -> PriceItem | None:
        """The article that Enter takes."""
        row = self.list.currentItem() if self.isVisible() else None
        item = row.data(_ITEM) if row is not None else None
        return item if isinstance(item, PriceItem) else None

    def serve(self, field: QLineEdit) -> None:
        """Offer articles for what is written in this field."""
        self._field = field
        self.setParent(field.window())
        self.hide()

    def leave(self, field: QLineEdit) -> None:
        """The field is being left."""
        if field is self._field:
            self._field = None
            self._typing.stop()
            self.hide()

    def typed(self) -> None:
        """Search once the person pauses."""
        self._typing.start()

    def search(self) -> None:
        """Search for what is written now."""
        if self._field is not None:
            self._finder.search(self._field.text())

    def step(self, by: int) -> None:
        """Choose the next article (1) or the one before (-1)."""
        self.list.setCurrentRow(max(-1, min(self.list.count() - 1, self.list.currentRow() + by)))

    def _found(self, text: str, items: list[PriceItem]) -> None:
        field = self._field
        if field is None or text != field.text() or not field.isVisible():
            return
        self.list.clear()
        for item in items:
            row = QListWidgetItem(item_text(item))
            row.setData(_ITEM, item)
            row.setToolTip("\n".join(filter(None, (item.name, item.note, item.source))))
            self.list.addItem(row)
        if not items:
            self.hide()
            return
        written = text.strip().casefold()
        exact = [n for n, item in enumerate(items) if written in (item.sku.casefold(), item.name.casefold())]
        self.list.setCurrentRow(exact[0] if exact else (0 if len(items) == 1 else -1))
        self._place(field)

    def _place(self, field: QLineEdit) -> None:
        rows = min(self.list.count(), _AT_ONCE)
        self.ensurePolished()
        self.list.setFixedHeight(max(1, self.list.sizeHintForRow(0)) * rows + 4)
        self.setFixedWidth(max(_WIDTH, field.width()))
        self.adjustSize()
        room = field.window().rect()
        place = field.mapTo(field.window(), QPoint(0, field.height() + 2))
        if place.y() + self.height() > room.bottom():
            place.setY(place.y() - field.height() - self.height() - 4)
        place.setX(max(0, min(place.x(), room.right() - self.width())))
        self.move(place)
        self.show()
        self.raise_()


class ItemEditor(QLineEdit):
    """A line with the articles under it. Down and Up choose, Enter takes the chosen one or the text as it is."""

    def __init__(self, popup: ItemPopup, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("itemEditor")
        self.setAccessibleName(_("Наименование или артикул"))
        self.setPlaceholderText(_("Название или артикул из прайса"))
        self.popup = popup
        popup.serve(self)
        self.textEdited.connect(lambda _text: popup.typed())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if self.popup.isVisible():
                self.popup.step(1 if event.key() == Qt.Key.Key_Down else -1)
            else:
                self.popup.search()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        self.popup.leave(self)
        super().hideEvent(event)
