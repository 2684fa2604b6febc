"""Writing the name of a row: articles that fit stand below it, and one is taken by the keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.core.i18n import _
from app.core.money import roubles
from app.knowledge.model import PriceItem
from app.ui.theme import Theme
from app.ui.widgets import label
from app.viewmodels.proposal_articles import ArticleFinder

_TYPING_MS = 120
_WIDTH = 660
_ITEM = Qt.ItemDataRole.UserRole


def item_text(item: PriceItem) -> str:
    """An article in one line: number, name, price."""
    return f"{item.sku} · {item.name} · {roubles(item.price)}/{item.unit}"


class ItemEditor(QLineEdit):
    """A line with the articles under it. Down and Up choose, Enter takes the chosen one or the text as it is."""

    item_taken = Signal(object)

    def __init__(self, theme: Theme, finder: ArticleFinder, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("itemEditor")
        self.setAccessibleName(_("Наименование или артикул"))
        self.setPlaceholderText(_("Название или артикул из прайса"))
        self._finder = finder
        self._begun: str | None = None
        self.popup = QFrame(self.window())
        self.popup.setObjectName("itemPopup")
        self.popup.setProperty("card", True)
        self.popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        rows = QVBoxLayout(self.popup)
        rows.setContentsMargins(6, 6, 6, 6)
        rows.setSpacing(4)
        self._hint: QLabel = label("", "faint")
        self.list = QListWidget()
        self.list.setObjectName("itemPopupList")
        self.list.setAccessibleName(_("Подходящие артикулы"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFont(theme.font(13))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The sheet of the window leaves chosen rows of a list bare, for most of them are painted by a delegate.
        colors = (theme.color("accent_soft").name(), theme.color("text").name())
        self.list.setStyleSheet(
            "QListWidget::item { padding: 4px 6px; border-radius: 6px; }"
            f"QListWidget::item:selected {{ background: {colors[0]}; color: {colors[1]}; }}"
        )
        self.list.itemClicked.connect(self._clicked)
        rows.addWidget(self.list)
        rows.addWidget(self._hint)
        self.popup.hide()
        self._typing = QTimer(self)
        self._typing.setObjectName("itemTyping")
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(lambda: self._finder.search(self.text()))
        self.textEdited.connect(lambda _text: self._typing.start())
        self._disconnect = finder.found.connect(self._found)
        self.destroyed.connect(self._disconnect)

    @property
    def chosen(self) -> PriceItem | None:
        """The article that Enter takes."""
        row = self.list.currentItem() if self.popup.isVisible() else None
        item = row.data(_ITEM) if row is not None else None
        return item if isinstance(item, PriceItem) else None

    def offer_near(self) -> None:
        """Show the articles that come nearest to the text as it stands."""
        self._finder.search(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.popup.isVisible():
            by = 1 if event.key() == Qt.Key.Key_Down else -1
            row = max(-1, min(self.list.count() - 1, self.list.currentRow() + by))
            self.list.setCurrentRow(row)
            return
        if event.key() == Qt.Key.Key_Down and not self.popup.isVisible():
            self.offer_near()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        self._close()
        super().hideEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DeferredDelete:
            self._close()
        return super().event(event)

    def _close(self) -> None:
        self._typing.stop()
        self._disconnect()
        self.popup.hide()
        self.popup.deleteLater()

    def _found(self, text: str, items: list[PriceItem]) -> None:
        if text != self.text() or not self.isVisible():
            return
        self.list.clear()
        for item in items:
            row = QListWidgetItem(item_text(item))
            row.setData(_ITEM, item)
            row.setToolTip("\n".join(filter(None, (item.name, item.note, item.source))))
            self.list.addItem(row)
        if not items:
            self.popup.hide()
            return
        exact = [
            n for n, item in enumerate(items) if text.strip().casefold() in (item.sku.casefold(), item.name.casefold())
        ]
        self.list.setCurrentRow(exact[0] if exact else (0 if len(items) == 1 else -1))
        self._hint.setText(_("↓ ↑ — выбрать, Enter — взять, Esc — закрыть"))
        self.list.setFixedHeight(max(1, self.list.sizeHintForRow(0)) * min(len(items), 8) + 4)
        self.popup.setFixedWidth(max(_WIDTH, self.width()))
        self.popup.adjustSize()
        place = self.mapTo(self.window(), QPoint(0, self.height() + 2))
        room = self.window().rect()
        if place.y() + self.popup.height() > room.bottom():
            place.setY(self.mapTo(self.window(), QPoint(0, 0)).y() - self.popup.height() - 2)
        place.setX(max(0, min(place.x(), room.right() - self.popup.width())))
        self.popup.move(place)
        self.popup.show()
        self.popup.raise_()

    def _clicked(self, row: QListWidgetItem) -> None:
        item = row.data(_ITEM)
        if isinstance(item, PriceItem):
            self.item_taken.emit(item)
