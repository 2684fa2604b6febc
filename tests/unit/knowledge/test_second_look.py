"""What a language model says of a doubtful answer, and what happens where it says nothing."""

from __future__ import annotations

import pytest

from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, UserFixable, VizirError
from app.core.language_model import LanguageModel, Message
from app.knowledge.model import Passage
from app.knowledge.pieces import pieces_of
from app.knowledge.second_look import SecondLook
from tests.fakes.language_model import ScriptedModel

_PIECE = pieces_of(Passage("1", "terms.md", "Условия › Оплата", "Рассрочки нет.", 0))[0]


@pytest.mark.parametrize(("odds", "told"), [(2.5, 2.0), (0.2, -0.3), (10.0, 3.0), (-10.0, -3.0), (None, None)])
def test_a_weak_yes_counts_as_a_no_and_nothing_as_certain(odds: float | None, told: float | None) -> None:
    assert SecondLook(lambda: ScriptedModel(odds=odds)).odds("Есть ли рассрочка?", _PIECE) == pytest.approx(told)


def test_the_model_sees_the_question_and_the_piece_under_its_heading() -> None:
    model = ScriptedModel(odds=1.0)
    SecondLook(lambda: model).odds("Есть ли рассрочка?", _PIECE)
    last = model.looked_at[0][-1]
    assert (last.role, last.text.splitlines()[:2]) == (
        "user",
        ["Выдержка: Оплата. Рассрочки нет.", "Вопрос: Есть ли рассрочка?"],
    )


def test_the_end_of_the_program_does_not_wait_for_it() -> None:
    closing = CancelToken()
    closing.cancel()
    with pytest.raises(Cancelled):
        SecondLook(lambda: ScriptedModel(odds=1.0), closing).odds("Есть ли рассрочка?", _PIECE)


def test_a_model_that_takes_too_long_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    class Slow(ScriptedModel):
        def odds(self, messages: tuple[Message, ...], one: str, other: str, cancel: CancelToken) -> float | None:
            cancel.wait(30)
            cancel.raise_if_cancelled()
            return super().odds(messages, one, other, cancel)

    assert SecondLook(lambda: Slow(odds=1.0), patience_s=0.05).odds("Есть ли рассрочка?", _PIECE) is None
    assert "took longer" in caplog.text


@pytest.mark.parametrize(
    "error", [UserFixable("llm.no_model", "Модели нет."), ExternalFailure("llm.unreachable", "Сервер молчит.")]
)
def test_without_a_model_nothing_is_said_and_the_log_tells_why(
    error: VizirError, caplog: pytest.LogCaptureFixture
) -> None:
    def absent() -> LanguageModel:
        raise error

    assert SecondLook(absent).odds("Есть ли рассрочка?", _PIECE) is None
    assert SecondLook(lambda: ScriptedModel(odds=error)).odds("Есть ли рассрочка?", _PIECE) is None
    assert caplog.text.count(error.code) == 2
