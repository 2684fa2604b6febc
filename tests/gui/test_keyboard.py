"""Everything without a mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.program import Program


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, text: str = "") -> None:
    if text and not text.isascii():
        # QTest knows no Cyrillic keys.
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(focused(), QKeyEvent(kind, int(key), modifier, text))
    elif text:
        QTest.keyClicks(focused(), text)
    else:
        QTest.keyClick(focused(), key, modifier)


@pytest.fixture
def ready(program: Program, tmp_path: Path) -> Program:
    """The sample's draft is on the screen, the keyboard is in the list."""
    program.start()
    program.bot.waitActive(program.window)
    program.import_sample(tmp_path)
    program.desk.review.new_deal()
    program.window.calls.list.table.setFocus()
    return program


def test_a_draft_is_decided_on_by_keys_alone(ready: Program) -> None:
    review = ready.desk.review
    press(Qt.Key.Key_Return)
    assert review.selected == "field:email"
    press(Qt.Key.Key_Delete)
    ready.wait(lambda: review.selected == "field:budget_amount" and not review.is_busy)
    email = review.item("field:email")
    assert email is not None
    assert email.decision == "rejected"

    press(Qt.Key.Key_Space)
    assert ready.desk.conversation.is_playing or ready.desk.player.position_s > 0
    press(Qt.Key.Key_E, text="e")
    press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_0, text="1400000")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return)
    ready.wait(lambda: review.selected == "field:deadline" and not review.is_busy)
    deal_id = ready.app.deals.recent(1)[0].id
    assert ready.app.deals.values(deal_id)["budget_amount"].norm == 1_400_000

    press(Qt.Key.Key_J, text="j")
    assert review.selected == "field:stage"
    press(Qt.Key.Key_K, text="k")
    assert review.selected == "field:deadline"
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    ready.wait(lambda: not review.joint and not review.is_busy)
    assert len(ready.app.deals.tasks(deal_id)) == 2
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    ready.wait(lambda: bool(review.joint) and not review.is_busy)
    assert ready.app.deals.tasks(deal_id) == []


def test_letters_work_on_the_russian_layout(ready: Program) -> None:
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_unknown, text="о")
    assert ready.desk.review.selected == "field:budget_amount"
    press(Qt.Key.Key_unknown, text="л")
    assert ready.desk.review.selected == "field:email"
    press(Qt.Key.Key_unknown, text="у")
    assert focused().objectName() == "editorLine"
    press(Qt.Key.Key_Escape)
    assert ready.in_card("field:email", "cardValue").isVisible()


def test_a_word_is_chosen_and_heard_by_keys(ready: Program) -> None:
    press(Qt.Key.Key_F6)
    assert focused().objectName() == "turns"
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Return)
    row = ready.window.calls.conversation.turns.currentIndex().row()
    word = ready.desk.conversation.segments[row].words[1]
    assert abs(ready.desk.player.position_s - max(0.0, word.start_s - 0.3)) < 0.05


def test_a_word_that_was_spelled_anew_tells_by_keys_what_was_heard(ready: Program) -> None:
    from PySide6.QtWidgets import QToolTip

    press(Qt.Key.Key_F6)
    turns = ready.window.calls.conversation.turns
    while turns.currentIndex().row() < 7:
        press(Qt.Key.Key_Down)
    words = ready.desk.conversation.segments[7].words
    for _word in range([word.text for word in words].index("пролёт") + 1):
        press(Qt.Key.Key_Right)
    assert QToolTip.text() == "Услышано: «про лёд» → пролёт"
    press(Qt.Key.Key_Right)
    ready.wait(lambda: not QToolTip.isVisible())
    press(Qt.Key.Key_Left)
    ready.wait(QToolTip.isVisible)
    assert QToolTip.text() == "Услышано: «про лёд» → пролёт"


def test_f6_goes_round_the_columns(ready: Program) -> None:
    press(Qt.Key.Key_F6)
    press(Qt.Key.Key_F6)
    assert ready.window.calls.draft.isAncestorOf(focused())
    press(Qt.Key.Key_F6)
    assert focused() is ready.window.calls.list.table


def test_every_control_has_a_name_for_screen_readers(ready: Program) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit

    nameless = []
    for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox):
        for widget in ready.window.findChildren(kind):
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            is_inner = widget.objectName().startswith("qt_")
            if widget.isVisibleTo(ready.window) and not is_inner and not (widget.accessibleName() or text):
                nameless.append(widget.objectName() or type(widget).__name__)
    assert nameless == []
