"""Kind of call, risks and what makes a call urgent."""

from __future__ import annotations

from app.draft.model import CallKind, FieldStatus
from tests.unit.draft.talks import draft_of


def _risks(text: str) -> set[str]:
    return {risk.kind for risk in draft_of(text).risks}


def test_a_wrong_number_fills_nothing() -> None:
    made = draft_of(
        "М: АкваЛайн, добрый день.\nК: Это поликлиника? Мне к врачу.\nМ: Вы ошиблись номером.\nК: Извините."
    )
    assert made.kind is CallKind.WRONG_NUMBER
    assert all(value.status is FieldStatus.EMPTY for value in made.fields.values())
    assert len(made.note) == 1


def test_a_machine_with_no_message_fills_nothing() -> None:
    made = draft_of("М: Здравствуйте! Оставьте сообщение после сигнала.")
    assert made.kind is CallKind.VOICEMAIL
    assert all(value.status is FieldStatus.EMPTY for value in made.fields.values())


def test_a_message_left_on_our_machine_is_read() -> None:
    made = draft_of(
        """
        М: Вы позвонили в компанию АкваЛайн. Оставьте сообщение после сигнала.
        К: Это Инна Жарова. Нам нужны фильтры АЛ десять, три штуки. Перезвоните мне завтра.
        """
    )
    assert made.kind is CallKind.VOICEMAIL
    assert [(i.sku, i.qty) for i in made.line_items] == [("AL-F10", 3)]
    assert made.fields["next_step_at"].norm == "2026-09-16"


def test_colleagues_among_themselves_are_internal() -> None:
    made = draft_of(
        """
        М: Привет, Жанна, слушай, у тебя замер когда?
        К: Привет! Да завтра. А ты смету сделай, давай до обеда.
        М: Ладно, сделаю. Скажи Олегу, пусть тебя дождётся.
        К: Скажу. Пока!
        """
    )
    assert made.kind is CallKind.INTERNAL
    assert all(value.status is FieldStatus.EMPTY for value in made.fields.values())


def test_a_request_for_a_superior_is_urgent() -> None:
    made = draft_of("К: Установка опять не работает! Дайте мне руководителя!\nМ: Сейчас передам.")
    assert "asked_for_human" in {risk.kind for risk in made.risks}
    assert made.extra["urgent"] is True


def test_a_calm_call_is_not_urgent() -> None:
    assert draft_of("К: Здравствуйте, нужен фильтр.\nМ: Хорошо.").extra["urgent"] is False


def test_a_promise_against_the_knowledge_base_is_a_legal_risk_with_both_quotes() -> None:
    made = draft_of("К: Хочу купить установку. А гарантия какая?\nМ: Гарантия пять лет.\nК: Хорошо.")
    assert "legal" in {risk.kind for risk in made.risks}
    claim = made.extra["claims"][0]
    assert "пять лет" in claim["said"]
    assert (claim["file"], "2 года" in claim["base"]) == ("warranty.md", True)


def test_a_promise_that_the_base_holds_is_no_risk() -> None:
    assert "legal" not in _risks("К: Хочу купить установку. А гарантия какая?\nМ: Гарантия два года.\nК: Хорошо.")


def test_a_price_that_hurts_is_a_risk() -> None:
    assert "price" in _risks("М: Установка сорок восемь тысяч рублей.\nК: Ну, это дорого.\nМ: Понимаю.")
