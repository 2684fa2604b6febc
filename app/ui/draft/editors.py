"""Editors in place, one for each type of field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldType, Norm
from app.deals.typed_values import moment_text, number_text, phone_text, read_moment
from app.ui.theme import Theme
from app.ui.widgets import FlowLayout, IconButton

_LINES_AT_MOST = 9


class Editor(QWidget):
    """What all editors share. Enter commits, Esc gives up; both are signals, the card decides."""

    committed = Signal()
    given_up = Signal()

    def entered(self) -> Norm:
        """What stands in the editor, as `app.deals.typed_values.read` takes it."""
        raise NotImplementedError

    def show_value(self, value: str, norm: Norm) -> None:
        """Begin with a value."""
        raise NotImplementedError

    def start(self) -> None:
        """Take the keyboard."""
        raise NotImplementedError

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.given_up.emit()
                return True
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
                self.committed.emit()
                return True
        return False


class LineEditor(Editor):
    """Text, numbers, phones, e-mails."""

    def __init__(self, definition: FieldDefinition | None, shown: Callable[[str, Norm], str]) -> None:
        super().__init__()
        self._shown = shown
        self.line = QLineEdit()
        self.line.setObjectName("editorLine")
        if definition is not None:
            self.line.setAccessibleName(definition.label)
            self.line.setPlaceholderText(_placeholder(definition))
        self.line.installEventFilter(self)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.line)

    def entered(self) -> Norm:
        return self.line.text()

    def show_value(self, value: str, norm: Norm) -> None:
        self.line.setText(self._shown(value, norm))

    def start(self) -> None:
        self.line.setFocus()
        self.line.selectAll()


class DateEditor(LineEditor):
    """A date, with a time where the field has one; typed, or chosen from a calendar."""

    def __init__(self, theme: Theme, definition: FieldDefinition | None, *, has_time: bool) -> None:
        super().__init__(definition, lambda value, norm: moment_text(str(norm)) or value if norm else value)
        self._has_time = has_time
        self.line.setPlaceholderText("20.12.2026 10:00" if has_time else "20.12.2026")
        opener = IconButton(theme, "calendar", _("Выбрать в календаре"), name="editorCalendar")
        opener.clicked.connect(self._open_calendar)
        layout = self.layout()
        if layout is not None:
            layout.setSpacing(4)
            layout.addWidget(opener)

    def show_iso(self, iso: str | None) -> None:
        self.line.setText(moment_text(iso))

    def iso(self) -> str | None:
        """The date as ISO; None for nothing or nonsense."""
        return read_moment(self.line.text())

    def _open_calendar(self) -> None:
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setProperty("card", True)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget(popup)
        calendar.setGridVisible(False)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        now = read_moment(self.line.text())
        if now:
            calendar.setSelectedDate(QDate.fromString(now[:10], Qt.DateFormat.ISODate))
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(calendar)

        def choose(day: QDate) -> None:
            time = f"T{now[11:]}" if now and "T" in now else ("T10:00" if self._has_time else "")
            self.line.setText(moment_text(day.toString(Qt.DateFormat.ISODate) + time))
            popup.close()
            self.line.setFocus()

        calendar.clicked.connect(choose)
        calendar.activated.connect(choose)
        popup.adjustSize()
        below = self.line.mapToGlobal(QPoint(0, self.line.height() + 2))
        screen = self.screen().availableGeometry()
        below.setX(min(below.x(), screen.right() - popup.width()))
        below.setY(min(below.y(), screen.bottom() - popup.height()))
        popup.move(below)
        popup.show()
        calendar.setFocus()


class LongTextEditor(Editor):
    """Several lines: as tall as its text. Shift+Enter begins a new line."""

    def __init__(self, accessible: str) -> None:
        super().__init__()
        self.text = QPlainTextEdit()
        self.text.setObjectName("editorText")
        self.text.setAccessibleName(accessible)
        self.text.setToolTip(_("Enter — готово, Shift+Enter — новая строка, Esc — отмена"))
        self.text.setTabChangesFocus(True)
        self.text.installEventFilter(self)
        self.text.textChanged.connect(self.fit)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.text)
        self.fit()

    def entered(self) -> Norm:
        return self.text.toPlainText()

    def show_value(self, value: str, norm: Norm) -> None:
        self.text.setPlainText(value)

    def start(self) -> None:
        self.text.setFocus()
        self.text.selectAll()

    def fit(self) -> None:
        """Become as tall as the text."""
        per_line = max(20, self.text.viewport().width() // max(1, self.text.fontMetrics().averageCharWidth()))
        paragraphs = self.text.toPlainText().split("\n")
        lines = sum(1 + len(paragraph) // per_line for paragraph in paragraphs)
        height = self.text.fontMetrics().lineSpacing() * max(2, min(_LINES_AT_MOST, lines + 1))
        self.text.setFixedHeight(height + 22)


class ChoiceEditor(Editor):
    """One of several options; yes and no."""

    def __init__(self, label: str, options: list[tuple[str, Norm]]) -> None:
        super().__init__()
        self._options = options
        self.box = QComboBox()
        self.box.setObjectName("editorChoice")
        self.box.setAccessibleName(label)
        for text, _value in options:
            self.box.addItem(text)
        self.box.installEventFilter(self)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.box)

    def entered(self) -> Norm:
        index = self.box.currentIndex()
        return self._options[index][1] if index >= 0 else None

    def show_value(self, value: str, norm: Norm) -> None:
        self.box.setCurrentIndex(next((i for i, (_t, v) in enumerate(self._options) if v == norm), 0))

    def start(self) -> None:
        self.box.setFocus()


class ManyEditor(Editor):
    """Any number of options."""

    def __init__(self, definition: FieldDefinition) -> None:
        super().__init__()
        outer = FlowLayout(10)
        self.setLayout(outer)
        self.boxes: dict[str, QCheckBox] = {}
        for option in definition.options:
            box = QCheckBox(option.label)
            box.setObjectName(f"editorOption_{option.id}")
            box.installEventFilter(self)
            outer.addWidget(box)
            self.boxes[option.id] = box

    def entered(self) -> Norm:
        return [option for option, box in self.boxes.items() if box.isChecked()]

    def show_value(self, value: str, norm: Norm) -> None:
        chosen = norm if isinstance(norm, list) else []
        for option, box in self.boxes.items():
            box.setChecked(option in chosen)

    def start(self) -> None:
        next(iter(self.boxes.values())).setFocus()


def editor_for(theme: Theme, definition: FieldDefinition) -> Editor:
    """The editor that fits a field's type."""
    text, label = FieldType.TEXT, definition.label
    makers: dict[FieldType, Callable[[], Editor]] = {
        text: lambda: LineEditor(definition, lambda value, norm: str(norm) if norm else value),
        FieldType.LONGTEXT: lambda: LongTextEditor(label),
        FieldType.MONEY: lambda: LineEditor(definition, lambda value, norm: number_text(norm) if norm else value),
        FieldType.PHONE: lambda: LineEditor(definition, lambda value, norm: phone_text(str(norm)) if norm else value),
        FieldType.DATE: lambda: DateEditor(theme, definition, has_time=False),
        FieldType.DATETIME: lambda: DateEditor(theme, definition, has_time=True),
        FieldType.ENUM: lambda: ChoiceEditor(label, [(option.label, option.id) for option in definition.options]),
        FieldType.BOOL: lambda: ChoiceEditor(label, [(_("да"), True), (_("нет"), False)]),
        FieldType.MULTIENUM: lambda: ManyEditor(definition),
    }
    return makers.get(definition.type, makers[text])()


def _placeholder(definition: FieldDefinition) -> str:
    return {
        FieldType.MONEY: "1 500 000",
        FieldType.INT: "110",
        FieldType.PHONE: "+7 912 345-67-89",
        FieldType.EMAIL: "name@company.ru",
    }.get(definition.type, "")
