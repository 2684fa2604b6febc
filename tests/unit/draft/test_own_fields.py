"""A company's own fields found by the turn that sounds like them: always for a person to read."""

from __future__ import annotations

import pytest

from app.draft.model import FieldStatus, FieldValue
from tests.fakes.topics import FakeTopicReader
from tests.unit.draft.talks import draft_of

OPENING = "М: АкваЛайн, слушаю.\nК: Здравствуйте, нужен фильтр.\n"


def found(key: str, talk: str, phrase: str) -> FieldValue:
    return draft_of(OPENING + talk, topic_reader=FakeTopicReader({key: phrase})).fields[key]


def test_words_that_answer_are_found_and_never_proven() -> None:
    value = found("uf_installed", "М: А до нас кто чистил?\nК: Бочка с песком, ещё дед ставил.", "Бочка")
    assert (value.value, value.status) == ("Бочка с песком, ещё дед ставил", FieldStatus.REVIEW)
    assert "по смыслу" in str(value.reason)
    assert value.evidence[0].quote == "Бочка с песком, ещё дед ставил."


def test_a_yes_to_a_name_takes_the_name() -> None:
    value = found("uf_installed", "М: Чистит по-прежнему «Аквафор-100»?\nК: Да, он.", "Да, он")
    assert value.value == "Аквафор-100"
    assert len(value.evidence) == 2


@pytest.mark.parametrize(("answer", "norm"), [("Да, конечно.", True), ("Нет, обойдёмся.", False)])
def test_yes_and_no_are_read_from_the_answer(answer: str, norm: bool) -> None:
    value = found("uf_analysis", f"М: Пробу в лабораторию свезём?\nК: {answer}", "лабораторию")
    assert (value.norm, value.status) == (norm, FieldStatus.REVIEW)


def test_an_answer_that_says_neither_leaves_the_field_empty() -> None:
    assert found("uf_analysis", "М: Пробу свезём?\nК: Ну, там видно.", "Пробу").status is FieldStatus.EMPTY


def test_a_number_is_not_taken_because_its_turn_sounds_right() -> None:
    value = found("uf_residents", "М: Кто водой пользуется?\nК: Да весь подъезд наш, сто двадцать.", "подъезд")
    assert value.status is FieldStatus.EMPTY
