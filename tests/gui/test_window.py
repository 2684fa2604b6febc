"""The window around the pages: first start, second start, settings, what is dropped on it, what goes wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.core.errors import UserFixable
from app.settings import Folders, Settings, load, save
from app.ui.crash import CrashWatch, report_of
from app.ui.palette import DARK, LIGHT, Palette
from app.ui.single_instance import SingleInstance
from app.viewmodels.workspace import Page
from tests.fakes.language_model import ScriptedModel
from tests.gui.program import Program

_OFFSCREEN = "This plugin does not support"


def test_a_newcomer_is_welcomed_and_the_sample_is_one_press_away(program: Program) -> None:
    program.start()
    program.wait(lambda: program.find("welcomePage").isVisible())
    program.bot.mouseClick(program.find("welcomeSample"), Qt.MouseButton.LeftButton)
    program.wait(lambda: bool(program.desk.review.items))
    assert program.desk.conversation.call is not None
    assert program.desk.conversation.call.recording.original_name == "sample-01.mp3"
    program.restart()
    program.wait(lambda: program.desk.conversation.call is not None)
    assert program.window.calls.isVisible()


def test_files_dropped_on_the_window_are_imported(program: Program, tmp_path: Path) -> None:
    program.start()
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(program.sample(tmp_path)))])
    event = QDropEvent(
        QPointF(400, 300),
        Qt.DropAction.CopyAction,
        content,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    program.window.dropEvent(event)
    program.wait(lambda: bool(program.desk.review.items))


def test_a_file_that_is_no_recording_is_refused_in_words_and_the_rest_works(program: Program, tmp_path: Path) -> None:
    program.start()
    wrong = tmp_path / "прайс.mp3"
    wrong.write_bytes(b"MZ" + bytes(4000))
    program.window.import_files([wrong])
    program.wait(lambda: bool(program.window.notices.shown))
    assert "прайс.mp3" in program.window.notices.shown[0].text
    assert program.window.notices.shown[0].hint
    program.import_sample(tmp_path)


def test_the_window_opens_where_it_was_left(program: Program, tmp_path: Path) -> None:
    program.start()
    # No larger than the screen of the tests, or it would be cut on restoring.
    program.window.resize(900, 700)
    call_id = program.import_sample(tmp_path)
    program.window.calls.splitter.setSizes([225, 281, 340])
    widths = program.window.calls.splitter.sizes()
    program.window.go(Page.DEALS)
    program.window.go(Page.CALLS)
    program.restart()
    program.wait(lambda: program.desk.conversation.call_id == call_id)
    assert (program.window.width(), program.window.height()) == (900, 700)
    assert program.window.calls.splitter.sizes() == widths
    assert program.window.calls.list.table.currentIndex().row() == 0


@pytest.mark.qt_log_ignore(_OFFSCREEN)
def test_a_second_start_hands_its_files_to_the_first_window(
    program: Program, qapp: QApplication, tmp_path: Path
) -> None:
    program.start()
    first = SingleInstance(Folders.of_this_machine().data)
    first.raised.connect(program.window_program.take_second_start)
    first.listen()
    script = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from app.ui.single_instance import SingleInstance; application = QCoreApplication([]);"
        "sys.exit(0 if SingleInstance(Path(sys.argv[1])).hand_over(sys.argv[2:]) else 1)"
    )
    from PySide6.QtCore import QProcess

    second = QProcess()
    program.window.showMinimized()
    second.start(sys.executable, ["-c", script, str(Folders.of_this_machine().data), str(program.sample(tmp_path))])
    program.wait(lambda: second.state() == QProcess.ProcessState.NotRunning, 30_000)
    assert second.exitCode() == 0, bytes(second.readAllStandardError().data()).decode()
    program.wait(lambda: bool(program.desk.review.items))
    assert not program.window.isMinimized()
    first.close()


def test_a_first_start_finds_nobody_to_hand_over_to(qapp: QApplication, tmp_path: Path) -> None:
    assert not SingleInstance(tmp_path).hand_over(["a.mp3"])


def test_settings_take_effect_at_once_and_are_kept(program: Program) -> None:
    program.start()
    program.bot.keyClick(program.window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: program.find("profileBrand").text() == "Северный Свет (пример)")
    assert "24 поля" in program.find("profileFacts").text()
    program.bot.mouseClick(program.find("setting_theme_dark"), Qt.MouseButton.LeftButton)
    assert program.window_program.theme.palette is DARK
    name: QLineEdit = program.find("setting_person_name")
    name.setText("Денис Орлов")
    program.bot.keyClick(name, Qt.Key.Key_Return)
    program.wait(lambda: program.app.jobs.is_idle("store"))
    assert load(Folders.of_this_machine().settings_file).person_name == "Денис Орлов"
    program.restart()
    assert program.window_program.theme.palette is DARK
    assert program.desk.settings.settings.person_name == "Денис Орлов"


def test_a_model_server_is_set_up_and_checked_from_the_settings(program: Program) -> None:
    program.overrides["language_model"] = ScriptedModel({"check": {"answer": "готов"}}, name="qwen3-32b")
    program.start()
    program.window.act("open_settings_llm")
    program.find("setting_llm_mode_address").click()
    address: QLineEdit = program.find("setting_llm_address")
    program.wait(address.isVisible)
    address.setText("http://127.0.0.1:11434/v1")
    program.bot.keyClick(address, Qt.Key.Key_Return)
    program.find("setting_llm_key").setText("sk-1")
    program.bot.keyClick(program.find("setting_llm_key"), Qt.Key.Key_Return)
    program.wait(lambda: "model-server" in program.secrets.secrets)
    assert program.find("setting_llm_key").text() == ""
    program.find("checkModelButton").click()
    program.wait(lambda: "qwen3-32b" in program.find("checkModelText").text())


def test_missing_models_are_named_above_every_page(program: Program) -> None:
    program.start()
    program.window.prepare()
    program.wait(lambda: program.desk.models.is_known and program.find("missingModels").isVisible())
    assert "распознавания речи" in program.find("missingText").text()
    program.bot.mouseClick(program.find("missingMore"), Qt.MouseButton.LeftButton)
    assert program.window.settings.isVisible()


def test_a_store_in_clear_is_always_said_to_be_so(program: Program) -> None:
    save(Folders.of_this_machine().settings_file, Settings(store_protection="clear"))
    program.start()
    assert program.find("clearBanner").isVisible()
    program.window.go(Page.DEALS)
    assert program.find("clearBanner").isVisible()


def test_without_a_keychain_the_person_chooses_how_the_store_is_protected(program: Program) -> None:
    program.secrets.error = UserFixable(
        "secrets.no_keyring", "В системе нет хранилища паролей.", hint="Выберите защиту."
    )
    program.start(until_open=False)
    program.wait(lambda: program.find("openingCard").isVisible())
    assert program.find("passphrase").isVisible()
    assert program.find("passphraseAgain").isVisible()
    program.find("passphrase").setText("зимний сад на крыше")
    program.find("passphraseAgain").setText("зимний сад")
    program.bot.mouseClick(program.find("passphraseOpen"), Qt.MouseButton.LeftButton)
    assert program.find("openingProblem").text() == "Фразы не совпадают."
    program.find("passphraseAgain").setText("зимний сад на крыше")
    program.bot.mouseClick(program.find("passphraseOpen"), Qt.MouseButton.LeftButton)
    program.wait(lambda: program.window_program.desk is not None)
    program.close()
    program.start(until_open=False)
    program.wait(lambda: program.find("passphrase").isVisible())
    assert not program.find("passphraseAgain").isVisible()
    program.find("passphrase").setText("зимний сад на крыше")
    program.bot.mouseClick(program.find("passphraseOpen"), Qt.MouseButton.LeftButton)
    program.wait(lambda: program.window_program.desk is not None)


def test_without_a_keychain_the_store_is_kept_in_clear_only_when_that_is_chosen(program: Program) -> None:
    program.secrets.error = UserFixable(
        "secrets.no_keyring", "В системе нет хранилища паролей.", hint="Выберите защиту."
    )
    program.start(until_open=False)
    program.wait(lambda: program.find("openingCard").isVisible() and program.find("protect_clear").isVisible())
    program.bot.mouseClick(program.find("protect_clear"), Qt.MouseButton.LeftButton)
    program.wait(lambda: program.window_program.desk is not None)
    program.wait(lambda: program.find("clearBanner").isVisible())


def test_a_broken_settings_file_is_named_and_the_window_opens(program: Program) -> None:
    file = Folders.of_this_machine().settings_file
    file.parent.mkdir(parents=True)
    file.write_text("{", "utf-8")
    program.start()
    assert "Файл настроек не читается" in program.window.notices.shown[0].text


@pytest.mark.logs_errors
def test_an_unforeseen_error_is_shown_whole_and_sent_nowhere(qtbot: QtBot, qapp: QApplication) -> None:
    watch = CrashWatch()
    try:
        raise ZeroDivisionError("деление на ноль")
    except ZeroDivisionError as error:
        watch._hook(type(error), error, error.__traceback__)
    # Not within what is going on: it may be the painting of the window.
    assert QApplication.activeModalWidget() is None
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    report = dialog.findChild(QPlainTextEdit, "crashReport").toPlainText()
    assert "ZeroDivisionError: деление на ноль" in report
    assert "test_window.py" in report
    dialog.close()
    assert report_of("след").endswith("след")


def _contrast(one: str, other: str) -> float:
    def light(name: str) -> float:
        color = QColor(name)
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    a, b = sorted((light(one), light(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_its_ground(palette: Palette) -> None:
    pairs = [
        (role, ground) for role in ("text", "muted", "faint") for ground in ("surface", "raised", "sunken", "canvas")
    ]
    pairs += [(role, f"{role}_soft") for role in ("accent", "ok", "warn", "danger", "client")]
    pairs += [
        ("on_accent", "accent"),
        ("muted", "neutral_soft"),
        ("text", "hover"),
        ("text", "playing"),
        ("text", "hit"),
    ]
    pairs += [("rail_text", "rail"), ("rail_active_text", "rail_active"), ("manager", "surface"), ("client", "surface")]
    pairs += [("muted", "accent_soft"), ("text", "accent_soft")]
    poor = {
        f"{role} on {ground}": round(_contrast(getattr(palette, role), getattr(palette, ground)), 2)
        for role, ground in pairs
        if _contrast(getattr(palette, role), getattr(palette, ground)) < 4.5
    }
    assert poor == {}
