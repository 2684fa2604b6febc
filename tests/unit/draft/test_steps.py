"""Promises and agreements."""

from __future__ import annotations

from tests.unit.draft.talks import draft_of


def _steps(text: str) -> list[tuple[str, str | None]]:
    return [(step.who, step.due) for step in draft_of(text).next_steps]


def test_a_promise_of_the_manager_is_a_step() -> None:
    assert _steps("К: Пришлите расчёт.\nМ: Завтра отправлю.") == [("manager", "2026-09-16")]


def test_a_call_agreed_on_has_its_time() -> None:
    text = "М: Тогда в четверг в одиннадцать я вам позвоню, удобно?\nК: В четверг, да, удобно."
    assert _steps(text) == [("manager", "2026-09-17T11:00")]


def test_both_sides_can_owe_something() -> None:
    text = "К: Карточку предприятия пришлю сегодня.\nМ: А я завтра отправлю договор."
    assert _steps(text) == [("client", "2026-09-15"), ("manager", "2026-09-16")]


def test_a_refused_offer_is_no_step() -> None:
    assert _steps("М: Может, я вам в пятницу позвоню?\nК: Нет, не надо.") == []


def test_what_is_not_going_to_be_done_is_no_step() -> None:
    assert _steps("К: Я сама это не подпишу.") == []


def test_the_nearest_contact_is_the_next_step() -> None:
    fields = draft_of(
        """
        К: Пришлите КП, пожалуйста.
        М: КП завтра отправлю. А в понедельник я вам позвоню, хорошо?
        К: Да, звоните.
        """
    ).fields
    assert fields["next_step_at"].norm == "2026-09-21"
    assert str(fields["next_step"].value).startswith("Позвонить")
