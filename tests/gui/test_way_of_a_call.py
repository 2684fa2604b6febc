"""The real window and the real store; only speech and draft are scripted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.recording.model import CallState
from app.transcript.model import CLIENT, MANAGER
from app.ui.calls.turns_view import TurnsView
from tests.gui.program import Program, no_model


def test_a_recording_is_imported_drafted_corrected_approved_and_still_there_after_a_restart(
    program: Program, tmp_path: Path
) -> None:
    program.start()
    call_id = program.import_sample(tmp_path)
    turns = program.find("turns", TurnsView)
    assert turns.model().rowCount() == 24
    assert program.find("conversationTitle").full == "Марина Ковалёва, Волга Логистик"

    program.bot.mouseClick(program.find("newDealButton"), Qt.MouseButton.LeftButton)
    assert program.app.deals.recent(5) == []
    program.bot.mouseClick(program.in_card("field:uf_light_points", "editButton"), Qt.MouseButton.LeftButton)
    line: QLineEdit = program.in_card("field:uf_light_points", "editorLine")
    line.setText("112")
    program.bot.keyClick(line, Qt.Key.Key_Return)
    assert program.in_card("field:uf_light_points", "cardState").text() == "исправлено вами"

    program.bot.mouseClick(program.find("approveAllButton"), Qt.MouseButton.LeftButton)
    program.wait(lambda: program.desk.review.can_undo and not program.desk.review.is_busy)
    deal = program.app.deals.recent(5)[0]
    values = program.app.deals.values(deal.id)
    assert deal.title == "Волга Логистик"
    assert values["uf_light_points"].norm == 112
    assert "budget_amount" not in values
    assert len(program.app.deals.tasks(deal.id)) == 2

    program.bot.mouseClick(program.in_card("field:budget_amount", "approveButton"), Qt.MouseButton.LeftButton)
    program.wait(lambda: "budget_amount" in program.app.deals.values(deal.id))

    program.restart()
    program.wait(lambda: program.desk.review.call_id == call_id and program.desk.review.can_undo)
    assert program.app.deals.values(deal.id)["budget_amount"].norm == 1_500_000
    program.wait(lambda: program.window.calls.draft.card("field:budget_amount") is not None)
    assert program.in_card("field:budget_amount", "cardState").text() == "завизировано"
    assert program.app.approvals.verify_audit() is None


def test_an_edit_that_was_not_approved_is_there_after_a_restart(program: Program, tmp_path: Path) -> None:
    program.start()
    program.import_sample(tmp_path)
    program.desk.review.edit("field:deadline", "25.12.2026")
    program.wait(lambda: program.app.jobs.is_idle("store"))
    program.restart()
    program.wait(lambda: program.window.calls.draft.card("field:deadline") is not None)
    assert program.in_card("field:deadline", "cardValue").text() == "25.12.2026"


def test_turns_appear_while_the_call_is_still_transcribed_and_a_stop_is_quick(program: Program, tmp_path: Path) -> None:
    program.script.waits_for_cancel = True
    program.start()
    program.window.import_files([program.sample(tmp_path)])
    program.wait(lambda: len(program.desk.conversation.segments) == 6)
    program.wait(lambda: "40 %" in program.find("progressText").text())
    program.bot.mouseClick(program.find("stopButton"), Qt.MouseButton.LeftButton)
    program.wait(lambda: program.find("troubleText").text() == "Разбор остановлен.", 3000)
    program.script.waits_for_cancel = False
    program.bot.mouseClick(program.find("retryButton", QPushButton), Qt.MouseButton.LeftButton)
    program.wait(lambda: bool(program.desk.review.items))


def test_a_window_closed_while_it_works_goes_on_at_the_next_start(program: Program, tmp_path: Path) -> None:
    program.script.waits_for_cancel = True
    program.start()
    program.window.import_files([program.sample(tmp_path)])
    program.wait(lambda: len(program.desk.conversation.segments) == 6)
    call_id = program.desk.conversation.call_id
    program.close()
    program.script.waits_for_cancel = False
    program.start()
    program.wait(lambda: program.app.calls.get(call_id).state is CallState.READY)
    program.wait(lambda: bool(program.desk.review.items))


def test_a_missing_model_is_explained_and_the_button_leads_to_the_cure(program: Program, tmp_path: Path) -> None:
    program.script.error = no_model()
    program.start()
    program.window.import_files([program.sample(tmp_path)])
    program.wait(lambda: program.find("troublePanel").isVisible())
    assert program.find("troubleText").text() == "Нет модели распознавания речи."
    assert program.find("troubleHint").text() == "Загрузите её один раз."
    program.bot.mouseClick(program.find("cureButton"), Qt.MouseButton.LeftButton)
    assert program.window.settings.isVisible()
    program.script.error = None
    program.bot.keyClick(program.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    program.bot.mouseClick(program.find("retryButton"), Qt.MouseButton.LeftButton)
    program.wait(lambda: bool(program.desk.review.items))
    assert not program.find("troublePanel").isVisible()


def test_nothing_is_approved_without_a_deal_and_the_eye_is_led_to_it(program: Program, tmp_path: Path) -> None:
    program.start()
    program.import_sample(tmp_path)
    program.bot.mouseClick(program.find("approveAllButton"), Qt.MouseButton.LeftButton)
    assert program.find("dealPanel").property("current") is True
    assert program.app.approvals.of_call(program.desk.review.call_id) == []


def test_undo_takes_the_last_approval_back(program: Program, tmp_path: Path) -> None:
    program.start()
    program.import_sample(tmp_path)
    program.desk.review.new_deal()
    program.desk.review.approve_joint()
    program.wait(lambda: program.desk.review.can_undo)
    program.bot.keyClick(program.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: not program.desk.review.can_undo and not program.desk.review.is_busy)
    assert program.app.deals.recent(5) == []
    assert [notice.text for notice in program.window.notices.shown][-1].startswith("Виза снята")


def test_swapped_speakers_change_names_and_offer_a_new_draft(program: Program, tmp_path: Path) -> None:
    program.start()
    program.import_sample(tmp_path)
    first = program.desk.conversation.segments[0]
    assert program.desk.conversation.name_of(first) == "Денис Орлов"
    program.bot.mouseClick(program.find("swapButton"), Qt.MouseButton.LeftButton)
    program.wait(lambda: program.find("staleBar").isVisible())
    assert program.desk.conversation.name_of(program.desk.conversation.segments[0]) == "Марина Ковалёва"


def test_guessed_speakers_are_confirmed_or_turned_with_one_click(program: Program, tmp_path: Path) -> None:
    program.start()
    call_id = program.import_sample(tmp_path)
    conversation = program.desk.conversation
    assert not program.find("guessBar").isVisible()
    for name, first in (("firstGuessButton", MANAGER), ("secondGuessButton", CLIENT)):
        transcript = program.app.transcripts.get(call_id)
        assert transcript is not None
        program.app.transcripts.save(call_id, replace(transcript, channels=1, has_guessed_speakers=True))
        conversation.open(call_id)
        program.wait(lambda: program.find("guessBar").isVisible())
        program.bot.mouseClick(program.find(name), Qt.MouseButton.LeftButton)
        program.wait(lambda: not program.find("guessBar").isVisible())
        assert conversation.segments[0].speaker == first
        assert program.find("staleBar").isVisible()


def test_of_voices_that_nobody_could_name_one_is_made_the_manager_with_one_click(
    program: Program, tmp_path: Path
) -> None:
    program.start()
    call_id = program.import_sample(tmp_path)
    transcript = program.app.transcripts.get(call_id)
    assert transcript is not None
    numbers = {MANAGER: "speaker_1", CLIENT: "speaker_2"}
    turns = tuple(replace(segment, speaker=numbers[segment.speaker]) for segment in transcript.segments)
    program.app.transcripts.save(call_id, replace(transcript, segments=turns, channels=1, has_guessed_speakers=True))
    program.desk.conversation.open(call_id)
    program.wait(lambda: program.find("guessBar").isVisible())
    assert program.desk.conversation.name_of(program.desk.conversation.segments[0]) == "Собеседник 1"
    program.bot.mouseClick(program.find("secondGuessButton"), Qt.MouseButton.LeftButton)
    program.wait(lambda: not program.find("guessBar").isVisible())
    assert [s.speaker for s in program.desk.conversation.segments[:2]] == [CLIENT, MANAGER]


def test_one_turn_is_given_to_the_other_speaker_by_its_menu(program: Program, tmp_path: Path) -> None:
    program.start()
    program.import_sample(tmp_path)
    manager, client = program.find("turns", TurnsView).speaker_menu(0).actions()
    assert (manager.isChecked(), client.isChecked()) == (True, False)
    client.trigger()
    program.wait(lambda: program.desk.conversation.segments[0].speaker == CLIENT)
    assert program.desk.conversation.segments[2].speaker == MANAGER


def test_a_search_opens_the_call_at_the_word(program: Program, tmp_path: Path) -> None:
    program.start()
    program.import_sample(tmp_path)
    program.bot.keyClick(program.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert program.find("callSearch").hasFocus()
    program.find("callSearch").setText("гарантию")
    program.wait(lambda: program.find("hitsBar").isVisible())
    assert program.find("hitsText").text() == "Найдено место 1 из 1"
    start_s = program.desk.conversation.segments[15].start_s
    assert start_s is not None
    assert abs(program.desk.player.position_s - (start_s - 0.3)) < 0.01
    program.find("callSearch").setText("аэродром")
    program.wait(lambda: program.find("callListEmpty").isVisible())
