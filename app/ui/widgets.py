"""The small parts that all pages are made of: labels, chips, buttons, empty states."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.i18n import _
from app.ui import icons
from app.ui.theme import Theme


class WrappedLabel(QLabel):
    """A text of several lines that knows its heights.

    A layout asks for them again and again, each time over all cards of a draft, and a label whose text can be selected
    sets its whole text anew for each answer.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._heights: dict[int, int] = {}
        self.setWordWrap(True)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        self._heights.clear()
        super().setText(text)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        known = self._heights.get(width)
        if known is None:
            known = self._heights[width] = super().heightForWidth(width)
        return known

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self._heights.clear()
        super().changeEvent(event)


def label(text: str = "", role: str = "body", *, is_wrapped: bool = False, name: str = "") -> QLabel:
    """A text in one of the style sheet's roles. Plain text only: what people said must not become markup."""
    made = WrappedLabel(text) if is_wrapped else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if name:
        made.setObjectName(name)
    return made


def set_role(widget: QWidget, **properties: object) -> None:
    """Change properties that the style sheet looks at, and have it look again."""
    if all(widget.property(key) == value for key, value in properties.items()):
        return
    for key, value in properties.items():
        widget.setProperty(key, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def chip(text: str = "", tone: str = "neutral", *, name: str = "") -> QLabel:
    """A short word on a coloured ground; tones: neutral, ok, warn, danger, accent, client."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("chip", True)
    made.setProperty("tone", tone)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    if name:
        made.setObjectName(name)
    return made


def set_chip(target: QLabel, text: str, tone: str) -> None:
    """Change a chip; an empty one is hidden."""
    target.setText(text)
    target.setVisible(bool(text))
    set_role(target, tone=tone)


def button(text: str, kind: str = "", *, name: str = "", tip: str = "") -> QPushButton:
    """A button; kinds: primary, soft, link, danger, or "" for a plain one."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setToolTip(tip)
    if name:
        made.setObjectName(name)
    return made


class IconButton(QToolButton):
    """A button with a drawing that follows the theme.

    Args:
        icon_name: File name in resources/icons.
        accessible: What it does, for screen readers and as its tip.
        kind: `icon`, `play`, `quote`, `filter`, `segment`, or "" for none.
        role: Colour of the drawing.
    """

    def __init__(
        self,
        theme: Theme,
        icon_name: str,
        accessible: str,
        *,
        kind: str = "icon",
        role: str = "muted",
        px: int = 16,
        name: str = "",
        shortcut: str = "",
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon_name
        self._role = role
        self._px = px
        self._drawn: tuple[object, ...] = ()
        self.setProperty("kind", kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(px, px))
        if kind == "quote":
            # A style sheet's font is not counted in the size that Qt proposes for a tool button.
            self.setFont(theme.font(11, QFont.Weight.DemiBold, is_tabular=True))
        self.describe(accessible, shortcut)
        if name:
            self.setObjectName(name)
        self._draw()

    def describe(self, accessible: str, shortcut: str = "") -> None:
        """Say what it does; `shortcut` only stands in the tip."""
        self.setAccessibleName(accessible)
        self.setToolTip(f"{accessible} ({shortcut})" if shortcut else accessible)

    def set_icon(self, icon_name: str, role: str | None = None) -> None:
        """Change the drawing or its colour."""
        if (icon_name, role or self._role) != (self._icon_name, self._role):
            self._icon_name, self._role = icon_name, role or self._role
            self._draw()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        if self.property("kind") != "quote":
            return super().sizeHint()
        # Qt leaves room for a menu's arrow behind the text of a tool button.
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + self._px + 20, 21)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        color, faint = self._theme.color(self._role), self._theme.color("faint", 0.6)
        wanted = (self._icon_name, color.rgba(), faint.rgba(), self.devicePixelRatioF())
        if wanted != self._drawn:
            # The palette is announced anew with every change of parent, mostly without any change of colour.
            self._drawn = wanted
            self.setIcon(icons.icon(self._icon_name, color, self._px, self.devicePixelRatioF(), disabled=faint))


class SearchField(QLineEdit):
    """A line with a magnifying glass, and a cross that empties it.

    Args:
        hint: What can be looked for; shown while it is empty, and its name for screen readers.
    """

    def __init__(self, theme: Theme, hint: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self._theme = theme
        self._glass = self.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._cross = self.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        self._glass.setText(hint)
        self._cross.setText(_("Очистить"))
        self._cross.triggered.connect(self.clear)
        self._cross.setVisible(False)
        self.textChanged.connect(lambda text: self._cross.setVisible(bool(text)))
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def _draw(self) -> None:
        for action, name in ((self._glass, "search"), (self._cross, "x")):
            action.setIcon(icons.icon(name, self._theme.color("faint"), 16, self.devicePixelRatioF()))


class Icon(QWidget):
    """A drawing beside a text."""

    def __init__(self, theme: Theme, icon_name: str, role: str = "muted", px: int = 16) -> None:
        super().__init__()
        self._theme, self._name, self._role, self._px = theme, icon_name, role, px
        self.setFixedSize(px, px)

    def set(self, icon_name: str, role: str) -> None:
        self._name, self._role = icon_name, role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        drawing = icons.pixmap(self._name, self._theme.color(self._role), self._px, self.devicePixelRatioF())
        painter.drawPixmap(0, 0, drawing)


class ElidedLabel(QLabel):
    """One line that ends in «…» where there is no room; the whole of it is the tip."""

    def __init__(self, text: str = "", role: str = "body", name: str = "") -> None:
        super().__init__()
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if name:
            self.setObjectName(name)
        self.set_full(text)

    @property
    def full(self) -> str:
        return self._full

    def set_full(self, text: str) -> None:
        self._full = text
        self.setAccessibleName(text)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._elide()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(20, super().minimumSizeHint().height())

    def _elide(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._full, Qt.TextElideMode.ElideRight, max(20, self.width()))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class FlowLayout(QLayout):
    """Places its items beside one another and goes on in the next line where the room ends.

    Qt asks for the height many times in each pass over the layouts around it, so what was worked out is kept.
    """

    def __init__(self, spacing: int = 6) -> None:
        super().__init__()
        self._items: list = []  # type: ignore[type-arg]
        self._sizes: list[tuple[int, int]] | None = None
        self._heights: dict[int, int] = {}
        self._placed = QRect()
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item) -> None:  # type: ignore[no-untyped-def]  # noqa: N802 - Qt's name
        self._items.append(item)
        self._forget()

    def invalidate(self) -> None:
        self._forget()
        super().invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int):  # type: ignore[no-untyped-def]  # noqa: N802 - Qt's name
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int):  # type: ignore[no-untyped-def]  # noqa: N802 - Qt's name
        self._forget()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        height = self._heights.get(width)
        if height is None:
            height = self._heights[width] = self._place(QRect(0, 0, width, 0), is_trial=True)
        return height

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        super().setGeometry(rect)
        if rect != self._placed:
            self._place(rect, is_trial=False)
            self._placed = QRect(rect)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        sizes = self._item_sizes()
        around = self.contentsMargins()
        width = max((width for width, _height in sizes), default=0) + around.left() + around.right()
        return QSize(width, max((height for _width, height in sizes), default=0) + around.top() + around.bottom())

    def clear(self) -> None:
        """Take all widgets out and have them deleted."""
        self._forget()
        while self._items:
            widget = self._items.pop().widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _forget(self) -> None:
        self._sizes = None
        self._heights.clear()
        self._placed = QRect()

    def _item_sizes(self) -> list[tuple[int, int]]:
        """Width and height of each item; an item that is hidden takes none."""
        if self._sizes is None:
            hints = [QSize() if item.isEmpty() else item.sizeHint() for item in self._items]
            self._sizes = [(hint.width(), hint.height()) for hint in hints]
        return self._sizes

    def _place(self, rect: QRect, *, is_trial: bool) -> int:
        around, gap = self.contentsMargins(), self.spacing()
        room = rect.marginsRemoved(around)
        left, right, widest = room.x(), room.right() + 1, max(room.width(), 1)
        x, y, line = left, room.y(), 0
        for item, (width, height) in zip(self._items, self._item_sizes(), strict=True):
            if width < 0:
                continue
            if x > left and x + width > right:
                x, y, line = left, y + line + gap, 0
            if not is_trial:
                item.setGeometry(QRect(x, y, min(width, widest), height))
            x += width + gap
            line = max(line, height)
        return y + line - rect.y() + around.bottom()


class EmptyState(QWidget):
    """What stands where nothing is yet: a drawing, a sentence, its explanation, and what to do."""

    def __init__(self, theme: Theme, icon_name: str, title: str, text: str = "", *, name: str = "") -> None:
        super().__init__()
        if name:
            self.setObjectName(name)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 28, 28, 28)
        outer.setSpacing(8)
        outer.addStretch(2)
        self._icon = Icon(theme, icon_name, "faint", 40)
        outer.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addSpacing(6)
        self.title = label(title, "title", is_wrapped=True)
        self.text = label(text, "muted", is_wrapped=True)
        for part in (self.title, self.text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            outer.addWidget(part)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._buttons.addStretch(1)
        outer.addSpacing(6)
        outer.addLayout(self._buttons)
        outer.addStretch(3)

    def say(self, icon_name: str, title: str, text: str, role: str = "faint") -> None:
        """Change what it says."""
        self._icon.set(icon_name, role)
        self.title.setText(title)
        self.text.setText(text)

    def add(self, added: QAbstractButton) -> None:
        """Put a button under the text."""
        self._buttons.insertWidget(self._buttons.count() - 1, added)


def tool(theme: Theme, text: str, kind: str, name: str, *, px: int = 12, is_checkable: bool = False) -> QToolButton:
    """A small button with a text; kinds: filter, absent. Its font is set here, for a style sheet's font is not
    counted in the size that Qt proposes for a tool button."""
    made = QToolButton()
    made.setText(text)
    made.setFont(theme.font(px, QFont.Weight.Medium))
    made.setProperty("kind", kind)
    made.setCheckable(is_checkable)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setObjectName(name)
    return made


def divider() -> QFrame:
    """A thin line."""
    made = QFrame()
    made.setProperty("divider", True)
    return made


def pane(name: str) -> QFrame:
    """The ground of a column."""
    made = QFrame()
    made.setProperty("pane", True)
    made.setObjectName(name)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; widgets are deleted."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            break
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
