"""Rows and cards of the settings page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.core.i18n import _
from app.settings import Settings
from app.ui.theme import Theme
from app.ui.widgets import Icon, label
from app.viewmodels.settings_form import SettingsViewModel

_NARROW = 400


class SettingsCard(QFrame):
    """A heading with a sentence, and rows under it."""

    def __init__(self, theme: Theme, icon_name: str, title: str, text: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("pane", True)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(22, 18, 22, 20)
        self.rows.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Icon(theme, icon_name, "accent", 22), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(label(title, "title"))
        if text:
            texts.addWidget(label(text, "muted", is_wrapped=True))
        head.addLayout(texts, 1)
        self.rows.addLayout(head)

    def add_row(self, caption: str, field: QWidget, hint: str = "") -> None:
        """A caption on the left, its field on the right, a hint below."""
        line = QHBoxLayout()
        line.setSpacing(16)
        left = label(caption, "body", is_wrapped=True)
        left.setFixedWidth(190)
        left.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(caption)
        right = QVBoxLayout()
        right.setSpacing(4)
        # A narrow field aligned by itself, or its hint and its caption would be as narrow as it is.
        is_narrow = field.maximumWidth() < _NARROW
        right.addWidget(field, 0, Qt.AlignmentFlag.AlignLeft if is_narrow else Qt.AlignmentFlag(0))
        if hint:
            right.addWidget(label(hint, "faint", is_wrapped=True))
        line.addWidget(left, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(right, 1)
        self.rows.addLayout(line)


class Segments(QWidget):
    """One of a few choices, all of them in sight."""

    def __init__(self, choices: Sequence[tuple[str, str]], chosen: Callable[[str], None], name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for value, text in choices:
            made = QToolButton()
            made.setText(text)
            made.setCheckable(True)
            made.setProperty("kind", "segment")
            made.setObjectName(f"{name}_{value}")
            made.setCursor(Qt.CursorShape.PointingHandCursor)
            made.clicked.connect(lambda _on=False, value=value: chosen(value))
            group.addButton(made)
            line.addWidget(made)
            self.buttons[value] = made
        line.addStretch(1)

    def choose(self, value: str) -> None:
        """Show a choice without making it."""
        if value in self.buttons:
            self.buttons[value].setChecked(True)


def text_row(card: SettingsCard, form: SettingsViewModel, name: str, *, width: int = 0) -> QLineEdit:
    """A row for a setting that is a text; it is taken when the field is left or Enter is pressed."""
    spec = Settings.spec(name)
    field = QLineEdit(str(getattr(form.settings, name)))
    field.setObjectName(f"setting_{name}")
    if width:
        field.setMaximumWidth(width)
    value_type = type(getattr(form.settings, name))

    def take() -> None:
        text = field.text().strip()
        if value_type is int:
            form.change(name, int(text) if text.isdecimal() else getattr(form.settings, name))
        else:
            form.change(name, text)

    def renew(changed: str) -> None:
        if changed == name:
            field.setText(str(getattr(form.settings, name)))

    field.editingFinished.connect(take)
    form.changed.connect(renew)
    caption = f"{_(spec.label)}, {_(spec.unit)}" if spec.unit else _(spec.label)
    card.add_row(caption, field, _(spec.hint) if spec.hint else "")
    return field


def choice_row(card: SettingsCard, form: SettingsViewModel, name: str, labels: Sequence[str]) -> Segments:
    """A row for a setting that is one of a few choices."""
    spec = Settings.spec(name)
    segments = Segments(
        list(zip(spec.choices, labels, strict=True)), lambda value: form.change(name, value), f"setting_{name}"
    )
    segments.choose(str(getattr(form.settings, name)))
    form.changed.connect(
        lambda changed: segments.choose(str(getattr(form.settings, name))) if changed == name else None
    )
    card.add_row(_(spec.label), segments, _(spec.hint) if spec.hint else "")
    return segments
