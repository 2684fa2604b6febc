"""Who answers what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.draft.conversation import Conversation
from app.draft.model import FieldStatus
from app.draft.reading import Pointers
from app.draft.service import assemble
from app.transcript.model import CLIENT, MANAGER, TEXT_MODEL, Segment, Transcript
from tests.unit.draft.talks import AT, PROFILE, talk


def _asked(question: str, model: str) -> str:
    turns = (Segment(0, 0.0, 2.0, MANAGER, 0, question), Segment(1, 2.0, 3.0, CLIENT, 1, "Двести тысяч."))
    return Conversation(Transcript(turns, model=model)).question_before(1)


@pytest.mark.parametrize(
    "question", ["записал скажите какой лимит на этот квартал", "Хорошо, сколько планируете потратить,"]
)
def test_a_recogniser_that_left_the_question_mark_out_is_understood_by_the_asking_word(question: str) -> None:
    assert _asked(question, "whisper-base")


def test_a_statement_of_the_recogniser_is_no_question() -> None:
    assert _asked("Хорошо, записал ваши пожелания.", "whisper-base") == ""


def test_in_a_written_text_the_question_mark_decides() -> None:
    assert _asked("Скажите, какой лимит.", TEXT_MODEL) == ""
    assert _asked("Скажите, какой лимит?", TEXT_MODEL)


def test_what_guessed_speakers_say_is_never_verified() -> None:
    said = """
    М: АкваЛайн, Степан Орехов, добрый день.
    К: Здравствуйте, меня зовут Римма Кольцова, компания «Белый Парус». Бюджет у нас триста тысяч рублей.
    М: Хорошо, Римма. Я завтра до двенадцати пришлю вам коммерческое предложение на две установки ОС-5.
    """
    sure = assemble(talk(said), PROFILE, "call-1", AT, Pointers())
    guess = assemble(replace(talk(said), has_guessed_speakers=True), PROFILE, "call-1", AT, Pointers())
    assert any(value.status is FieldStatus.VERIFIED for value in sure.fields.values())
    assert any(step.status is FieldStatus.VERIFIED for step in sure.next_steps)
    found = [*guess.fields.values(), *guess.next_steps, *guess.line_items]
    assert not [value for value in found if value.status is FieldStatus.VERIFIED]
    assert {key: value.value for key, value in guess.fields.items()} == {
        key: value.value for key, value in sure.fields.items()
    }
    assert guess.next_steps[0].reason == "Кто говорит, программа догадалась: подтвердите собеседников."
