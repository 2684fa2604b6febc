from __future__ import annotations

from dataclasses import replace

from app.recording.model import CallState
from app.transcript.model import CLIENT, MANAGER, Segment, Transcript, Word
from app.viewmodels.conversation import Place
from tests.fakes import examples
from tests.fakes.window import HeldJobs
from tests.unit.viewmodels.conftest import Table, make_table


def test_a_pressed_word_is_played_from_a_little_before_it(table: Table) -> None:
    table.with_draft()
    table.desk.conversation.play_from(Place(1, 2))
    assert table.player.played == [(4.2, None)]


def test_the_word_that_sounds_is_known(table: Table) -> None:
    table.with_draft()
    table.player.seek(4.6)
    assert table.desk.conversation.playing == Place(1, 2)
    table.player.seek(0.0)
    assert table.desk.conversation.playing == Place(0, 0)


def test_overlapping_voices_follow_the_later_word(table: Table) -> None:
    table.with_draft()
    turns = (
        Segment(0, 0.0, 4.0, MANAGER, 0, "раз два", (Word(0.0, 0.5, "раз", 1.0), Word(3.0, 3.5, "два", 1.0))),
        Segment(1, 1.0, 2.0, CLIENT, 1, "да", (Word(1.0, 1.5, "да", 1.0),)),
    )
    table.store.transcripts.save("call-1", Transcript(turns))
    table.desk.conversation.open("call-1")
    table.player.seek(1.2)
    assert table.desk.conversation.playing == Place(1, 0)
    table.player.seek(3.1)
    assert table.desk.conversation.playing == Place(0, 1)


def test_a_word_spelled_anew_tells_what_was_heard(table: Table) -> None:
    table.with_draft()
    words = (
        Word(0.0, 0.4, "Это", 0.9),
        Word(0.4, 0.6, "под", 0.7, "подзаказ"),
        Word(0.6, 0.9, "заказ.", 0.7, ""),
        Word(1.0, 1.4, "Да.", 0.9),
    )
    table.store.transcripts.save("call-1", Transcript((Segment(0, 0.0, 1.4, CLIENT, 1, "Это под заказ. Да.", words),)))
    conversation = table.desk.conversation
    conversation.open("call-1")
    told = "Услышано: «подзаказ» → под заказ"
    assert [conversation.heard_at(Place(0, word)) for word in range(-1, 5)] == ["", "", told, told, "", ""]
    assert conversation.heard_at(Place(3, 0)) == ""


def test_segments_show_as_they_come(table: Table) -> None:
    table.store.calls.add(examples.a_call("call-1"))
    table.desk.open_call("call-1")
    firsts: list[int] = []
    table.desk.conversation.segments_changed.connect(firsts.append)
    turns = list(examples.a_transcript("Раз.", "Два.", "Три.").segments)
    table.desk.work.segments_arrived.emit("call-1", turns[:2])
    table.desk.work.segments_arrived.emit("call-1", turns)
    table.desk.work.segments_arrived.emit("another", turns[:1])
    assert firsts == [0, 2]
    assert len(table.desk.conversation.segments) == 3


def test_swapped_speakers_stay_swapped_and_the_draft_is_offered_anew(table: Table) -> None:
    table.with_draft()
    conversation = table.desk.conversation
    assert conversation.name_of(conversation.segments[0]) == "Менеджер"
    conversation.swap_speakers()
    assert conversation.segments[0].speaker == CLIENT
    assert conversation.is_draft_stale
    stored = table.store.transcripts.get("call-1")
    assert stored is not None
    assert stored.segments[0].speaker == CLIENT
    assert table.store.calls.get("call-1").manager_channel == 1
    conversation.draft_anew()
    assert not conversation.is_draft_stale
    assert table.store.calls.get("call-1").state is CallState.READY


def test_hits_are_stepped_through_round_and_round(table: Table) -> None:
    table.with_draft()
    table.store.transcripts.save("call-1", examples.a_transcript("Теплица.", "Да.", "Другая теплица."))
    conversation = table.desk.conversation
    conversation.open("call-1")
    shown: list[Place] = []
    conversation.shown.connect(shown.append)
    conversation.find("теплица")
    conversation.step_hit(1)
    conversation.step_hit(1)
    conversation.step_hit(-1)
    assert [place.segment for place in shown] == [0, 2, 0, 2]


def test_an_answer_for_a_call_that_was_left_is_dropped() -> None:
    jobs = HeldJobs()
    table = make_table(jobs)
    for call_id in ("one", "two"):
        table.store.calls.add(examples.a_call(call_id))
        table.store.transcripts.save(call_id, examples.a_transcript(call_id))
    table.desk.open_call("one")
    table.desk.open_call("two")
    jobs.let_last_go()
    jobs.let_go()
    assert table.desk.conversation.segments[0].text == "two"
    call = table.desk.conversation.call
    assert call is not None
    assert call.id == "two"


def test_a_text_without_times_is_shown_and_not_played(table: Table) -> None:
    table.with_draft()
    turns = (
        Segment(0, None, None, MANAGER, None, "Добрый день."),
        Segment(1, None, None, CLIENT, None, "Здравствуйте."),
    )
    table.store.transcripts.save("call-1", Transcript(turns))
    table.desk.conversation.open("call-1")
    table.desk.conversation.play_from(Place(1))
    assert table.player.played == []


def test_playing_starts_over_at_the_end(table: Table) -> None:
    table.with_draft()
    table.player.seek(61.4)
    table.desk.conversation.toggle()
    assert table.player.played == [(0.0, None)]
    table.desk.conversation.toggle()
    assert not table.player.is_playing


def _guessed(table: Table) -> None:
    """The open call becomes one of one channel whose speakers were told apart by the program."""
    table.with_draft()
    two_sided = examples.a_transcript("Чем могу помочь?", "Хочу теплицу.", "Какую?")
    turns = tuple(replace(segment, channel=0) for segment in two_sided.segments)
    guess = replace(two_sided, segments=turns, channels=1, has_guessed_speakers=True)
    table.store.transcripts.save("call-1", guess)
    table.desk.conversation.open("call-1")


def test_a_guess_is_shown_until_a_person_agrees(table: Table) -> None:
    _guessed(table)
    conversation = table.desk.conversation
    assert conversation.has_guessed_speakers
    conversation.confirm_speakers()
    assert not conversation.has_guessed_speakers
    assert conversation.is_draft_stale
    stored = table.store.transcripts.get("call-1")
    assert stored is not None
    assert not stored.has_guessed_speakers


def test_a_wrong_guess_is_turned_with_one_step_and_says_nothing_of_channels(table: Table) -> None:
    _guessed(table)
    conversation = table.desk.conversation
    conversation.swap_speakers()
    assert [s.speaker for s in conversation.segments] == [CLIENT, MANAGER, CLIENT]
    assert not conversation.has_guessed_speakers
    assert table.store.calls.get("call-1").manager_channel is None


def test_one_turn_is_given_to_the_other_speaker(table: Table) -> None:
    _guessed(table)
    conversation = table.desk.conversation
    conversation.set_speaker(2, CLIENT)
    assert [s.speaker for s in conversation.segments] == [MANAGER, CLIENT, CLIENT]
    assert conversation.has_guessed_speakers
    assert conversation.is_draft_stale
