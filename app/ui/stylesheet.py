"""The style sheet of the window, made of a palette."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from string import Template

from app.ui.palette import Palette

_ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"
_SHEET = Template(
    """
* { outline: none; }
QWidget { color: $text; }
QMainWindow, QDialog, QWidget#canvas { background: $canvas; }
QToolTip { background: $raised; color: $text; border: 1px solid $line_strong; padding: 5px 8px; }

QFrame#rail { background: $rail; border: none; }
QToolButton[rail="true"] {
    color: $rail_text; background: transparent; border: 2px solid transparent; border-radius: 10px;
    padding: 8px 2px 6px 2px; font-size: 11px; font-weight: 500;
}
QToolButton[rail="true"]:hover { color: $rail_active_text; background: rgba(255, 255, 255, 16); }
QToolButton[rail="true"]:checked { color: $rail_active_text; background: $rail_active; font-weight: 600; }
QToolButton[rail="true"]:focus { border-color: #8b9dff; }

QFrame[pane="true"] { background: $surface; border: 1px solid $line; border-radius: 12px; }
QFrame[card="true"] { background: $raised; border: 1px solid $line; border-radius: 10px; padding: 1px; }
QFrame[card="true"][current="true"] { border: 2px solid $accent; padding: 0px; }
QFrame[card="true"][settled="true"] { background: $sunken; }
QFrame[tile="true"] { background: $sunken; border: 1px solid $line; border-radius: 10px; }
QFrame[divider="true"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QLabel { background: transparent; border: none; }
QLabel[role="page"] { font-size: 20px; font-weight: 700; }
QLabel[role="hero"] { font-size: 26px; font-weight: 700; }
QLabel[role="title"] { font-size: 16px; font-weight: 600; }
QLabel[role="section"] { font-size: 12px; font-weight: 600; color: $muted; }
QLabel[role="label"] { font-size: 12px; font-weight: 500; color: $muted; }
QLabel[role="value"] { font-size: 14px; font-weight: 600; }
QLabel[role="body"] { font-size: 13px; }
QLabel[role="strong"] { font-size: 13px; font-weight: 600; }
QLabel[role="muted"] { font-size: 12px; color: $muted; }
QLabel[role="faint"] { font-size: 12px; color: $faint; }
QLabel[role="quote"] { font-size: 12px; color: $muted; }
QLabel[role="warn"] { font-size: 12px; color: $warn; }
QLabel[role="danger"] { font-size: 12px; color: $danger; }
QLabel[role="ok"] { font-size: 12px; color: $ok; }

QLabel[chip="true"] {
    border-radius: 9px; padding: 2px 8px; font-size: 11px; font-weight: 600;
    background: $neutral_soft; color: $muted;
}
QLabel[chip="true"][tone="ok"] { background: $ok_soft; color: $ok; }
QLabel[chip="true"][tone="warn"] { background: $warn_soft; color: $warn; }
QLabel[chip="true"][tone="danger"] { background: $danger_soft; color: $danger; }
QLabel[chip="true"][tone="accent"] { background: $accent_soft; color: $accent; }
QLabel[chip="true"][tone="client"] { background: $client_soft; color: $client; }

QPushButton {
    background: $surface; color: $text; border: 1px solid $line_strong; border-radius: 8px;
    padding: 6px 14px; font-weight: 500; min-height: 18px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $neutral_soft; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 13px; }
QPushButton:disabled { color: $faint; border-color: $line; background: $sunken; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_strong; border-color: $accent_strong; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $neutral_soft; color: $faint; border-color: $neutral_soft; }
QPushButton[large="true"] { min-height: 26px; }
QPushButton[kind="soft"] { background: $accent_soft; color: $accent; border: 1px solid $accent_soft; font-weight: 600; }
QPushButton[kind="soft"]:hover { border-color: $accent_line; }
QPushButton[kind="soft"]:focus { border: 2px solid $accent; }
QPushButton[kind="link"] {
    background: transparent; color: $accent; border: 2px solid transparent; padding: 3px 4px; font-weight: 500;
}
QPushButton[kind="link"]:hover { color: $accent_strong; text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 2px solid $accent; }
QPushButton[kind="link"]:disabled { color: $faint; }
QPushButton[kind="danger"] { color: $danger; border-color: $line_strong; }
QPushButton[kind="danger"]:hover { background: $danger_soft; }

QToolButton[kind="icon"] { background: transparent; border: 2px solid transparent; border-radius: 7px; padding: 3px; }
QToolButton[kind="icon"]:hover { background: $hover; }
QToolButton[kind="icon"]:focus { border-color: $accent; }
QToolButton[kind="icon"]:checked { background: $accent_soft; }
QToolButton[kind="icon"]::menu-indicator { image: none; width: 0; }
QToolButton[kind="play"] { background: $accent; border: 2px solid $accent; border-radius: 17px; }
QToolButton[kind="play"]:hover { background: $accent_strong; border-color: $accent_strong; }
QToolButton[kind="play"]:focus { border-color: $text; }
QToolButton[kind="play"]:disabled { background: $neutral_soft; border-color: $neutral_soft; }
QToolButton[kind="quote"] {
    background: $accent_soft; color: $accent; border: 2px solid $accent_soft; border-radius: 10px;
    padding: 0px 6px 0px 4px;
}
QToolButton[kind="quote"]:hover { border-color: $accent_line; }
QToolButton[kind="quote"]:focus { border-color: $accent; }
QToolButton[kind="quote"]:disabled { background: $neutral_soft; color: $muted; border-color: $neutral_soft; }
QToolButton[kind="filter"] {
    background: transparent; color: $muted; border: 2px solid transparent; border-radius: 12px;
    padding: 2px 7px;
}
QToolButton[kind="filter"]:hover { background: $hover; color: $text; }
QToolButton[kind="filter"]:checked { background: $accent_soft; color: $accent; }
QToolButton[kind="filter"]:focus { border-color: $accent; }
QToolButton[kind="absent"] {
    background: $sunken; color: $muted; border: 1px solid $line; border-radius: 11px; padding: 3px 9px;
}
QToolButton[kind="absent"]:hover { background: $hover; color: $text; }
QToolButton[kind="absent"]:focus { border: 2px solid $accent; padding: 2px 8px; }
QToolButton[kind="segment"] {
    background: $surface; color: $text; border: 1px solid $line_strong; border-radius: 8px; padding: 6px 14px;
    font-weight: 500;
}
QToolButton[kind="segment"]:hover { background: $hover; }
QToolButton[kind="segment"]:checked {
    background: $accent_soft; color: $accent; border-color: $accent; font-weight: 600;
}
QToolButton[kind="segment"]:focus { border: 2px solid $accent; padding: 5px 13px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QComboBox, QDateEdit, QDateTimeEdit {
    background: $surface; color: $text; border: 1px solid $line_strong; border-radius: 8px; padding: 5px 9px;
    selection-background-color: $accent; selection-color: $on_accent; min-height: 20px;
}
QLineEdit:hover, QPlainTextEdit:hover, QSpinBox:hover, QComboBox:hover { border-color: $faint; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QComboBox:focus,
QDateEdit:focus, QDateTimeEdit:focus { border: 2px solid $accent; padding: 4px 8px; }
QLineEdit[wrong="true"] { border: 2px solid $danger; padding: 4px 8px; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { background: $sunken; color: $faint; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url($chevron); width: 14px; height: 14px; }
QComboBox QAbstractItemView, QMenu {
    background: $raised; color: $text; border: 1px solid $line_strong; border-radius: 8px; padding: 4px;
    selection-background-color: $accent_soft; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; }
QMenu::item { padding: 6px 18px 6px 10px; border-radius: 6px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }
QSpinBox::up-button, QSpinBox::down-button, QDateEdit::up-button, QDateEdit::down-button,
QDateTimeEdit::up-button, QDateTimeEdit::down-button { width: 0; border: none; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 16px; height: 16px; border: 1px solid $line_strong; background: $surface;
}
QCheckBox::indicator { border-radius: 5px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($check); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 8px; height: 8px; background: $on_accent; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; }
QRadioButton::indicator:checked:focus { border: 5px solid $accent; }

QAbstractItemView { background: transparent; border: none; selection-background-color: transparent; }
QTableView::item:selected, QListView::item:selected { background: transparent; }
QListView:focus, QTableView:focus { border: none; }
QListWidget#itemPopupList::item { padding: 4px 6px; border-radius: 6px; }
QListWidget#itemPopupList::item:selected { background: $accent_soft; color: $text; }
QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: none; }
QScrollArea#previewScroll { border: 2px solid transparent; border-radius: 8px; }
QScrollArea#previewScroll:focus { border-color: $accent; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
    background: $sunken; color: $muted; border: none; border-bottom: 1px solid $line; padding: 0 8px; font-weight: 600;
}
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar::handle:vertical { background: $line_strong; border-radius: 4px; min-height: 36px; }
QScrollBar::handle:vertical:hover { background: $faint; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle:horizontal { background: $line_strong; border-radius: 4px; min-width: 36px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $accent_line; border-radius: 2px; }
QProgressBar { background: $neutral_soft; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QFrame[banner="true"] { background: $warn_soft; border: none; border-bottom: 1px solid $line; }
QFrame[banner="true"] QLabel { color: $warn; font-weight: 500; }
QFrame[notice="true"] { background: $raised; border: 1px solid $line_strong; border-radius: 10px; }
QFrame[notice="true"][tone="error"] { border: 1px solid $danger; }
QFrame[notice="true"][tone="done"] { border: 1px solid $ok; }
QFrame[notice="true"][tone="warning"] { border: 1px solid $warn; }
QFrame[notice="true"] QLabel#noticeText { font-weight: 600; }
QFrame[trouble="true"] { background: $danger_soft; border: 1px solid $danger_soft; border-radius: 10px; }
QFrame[trouble="true"] QLabel#troubleText { color: $danger; font-weight: 600; }
QFrame[hint="true"] { background: $accent_soft; border: 1px solid $accent_soft; border-radius: 10px; }
QFrame[caution="true"] { background: $warn_soft; border: 1px solid $warn_soft; border-radius: 10px; }
QFrame#footer { background: $surface; border: none; border-top: 1px solid $line; border-bottom-left-radius: 12px;
    border-bottom-right-radius: 12px; }
QWidget#dropVeil { background: $accent_soft; border: 2px dashed $accent; border-radius: 16px; }
QCalendarWidget QWidget { background: $raised; alternate-background-color: $sunken; }
QCalendarWidget QAbstractItemView:enabled { color: $text; selection-background-color: $accent;
    selection-color: $on_accent; }
QCalendarWidget QToolButton { color: $text; background: transparent; border: none; padding: 4px 8px; font-weight: 600; }
QCalendarWidget QToolButton:hover { background: $hover; border-radius: 6px; }
"""
)


def stylesheet(palette: Palette) -> str:
    """The sheet for a palette."""
    tone = "dark" if palette.is_dark else "light"
    return _SHEET.substitute(
        asdict(palette),
        chevron=(_ICONS / f"chevron-down-{tone}.svg").as_posix(),
        check=(_ICONS / f"check-{tone}.svg").as_posix(),
    )
