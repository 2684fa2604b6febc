"""Who answers what."""

from __future__ import annotations

import pytest

from app.draft.conversation import Conversation
from app.transcript.model import CLIENT, MANAGER, TEXT_MODEL, Segment, Transcript


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
