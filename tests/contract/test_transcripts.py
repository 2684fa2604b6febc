"""What every `TranscriptRepository` and `TranscriptJournal` promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.errors import UserFixable
from app.transcript.model import Segment, Transcript, Word
from tests.contract.conftest import AnyStore
from tests.fakes.examples import a_call, a_transcript


def test_a_transcript_comes_back_word_for_word(store: AnyStore) -> None:
    store.calls.add(a_call())
    store.transcripts.save("call-1", a_transcript())
    assert store.transcripts.get("call-1") == a_transcript()


def test_what_was_heard_in_place_of_a_word_comes_back(store: AnyStore) -> None:
    store.calls.add(a_call())
    words = (
        Word(0.0, 0.4, "Отсрочка", 0.6, "а срочка"),
        Word(0.4, 0.8, "под", 0.7, "подзаказ"),
        Word(0.8, 1.0, "заказ", 0.7, ""),
    )
    said = Transcript((Segment(0, 0.0, 1.0, "client", 1, "Отсрочка под заказ", words),), 1.0, channels=2)
    store.transcripts.save("call-1", said)
    assert store.transcripts.get("call-1") == said


def test_speakers_that_are_a_guess_stay_one_until_a_person_agrees(store: AnyStore) -> None:
    guess = replace(a_transcript(), channels=1, has_guessed_speakers=True)
    store.calls.add(a_call())
    store.transcripts.save("call-1", guess)
    assert store.transcripts.get("call-1") == guess
    store.transcripts.save("call-1", guess.with_confirmed_speakers())
    assert store.transcripts.get("call-1") == guess.with_confirmed_speakers()


def test_a_transcript_that_came_as_text_has_no_times(store: AnyStore) -> None:
    store.calls.add(a_call())
    text = Transcript((Segment(0, None, None, "client", None, "Перезвоните завтра."),))
    store.transcripts.save("call-1", text)
    assert store.transcripts.get("call-1") == text


def test_a_second_transcript_replaces_the_first(store: AnyStore) -> None:
    store.calls.add(a_call())
    store.transcripts.save("call-1", a_transcript("Раз.", "Два.", "Три."))
    store.transcripts.save("call-1", a_transcript("Один."))
    assert store.transcripts.get("call-1") == a_transcript("Один.")


def test_a_call_without_transcript_has_none(store: AnyStore) -> None:
    store.calls.add(a_call())
    assert store.transcripts.get("call-1") is None


def test_a_transcript_of_a_deleted_call_is_refused(store: AnyStore) -> None:
    with pytest.raises(UserFixable) as caught:
        store.transcripts.save("nobody", a_transcript())
    assert caught.value.code == "store.no_call"


def test_the_journal_gives_back_plan_and_batches_in_order(store: AnyStore) -> None:
    assert store.journal.load("key") == (None, {})
    store.journal.save_plan("key", {"windows": [[0, 1.5]], "имя": "ё"})
    store.journal.save_batch("key", 1, [{"text": "второй"}])
    store.journal.save_batch("key", 0, [])
    assert store.journal.load("key") == ({"windows": [[0, 1.5]], "имя": "ё"}, {0: [], 1: [{"text": "второй"}]})


def test_a_batch_done_again_replaces_the_first(store: AnyStore) -> None:
    store.journal.save_plan("key", {})
    store.journal.save_batch("key", 0, "раз")
    store.journal.save_batch("key", 0, "два")
    assert store.journal.load("key")[1] == {0: "два"}


def test_a_new_plan_forgets_the_batches_of_the_old_one(store: AnyStore) -> None:
    store.journal.save_plan("key", {"n": 1})
    store.journal.save_batch("key", 0, "старое")
    store.journal.save_plan("other", {"n": 9})
    store.journal.save_batch("other", 0, "чужое")
    store.journal.save_plan("key", {"n": 2})
    assert store.journal.load("key") == ({"n": 2}, {})
    store.journal.forget("key")
    assert store.journal.load("key") == (None, {})
    assert store.journal.load("other") == ({"n": 9}, {0: "чужое"})
