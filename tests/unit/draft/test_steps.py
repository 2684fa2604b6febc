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


def test_a_plan_said_in_the_present_is_a_promise_for_its_day() -> None:
    text = "М: Тогда счёт скидываю сегодня, а послезавтра в десять набираю вас.\nК: Хорошо, в десять."
    assert _steps(text) == [("manager", "2026-09-15"), ("manager", "2026-09-17T10:00")]


def test_each_verb_has_the_day_of_its_own_clause() -> None:
    text = "М: Завтра к обеду скину договор, а в пятницу созвонимся.\nК: Давайте."
    assert _steps(text) == [("manager", "2026-09-16"), ("manager", "2026-09-18")]


def test_the_last_hour_agreed_on_over_several_turns_wins() -> None:
    text = """
        М: Когда вас побеспокоить?
        К: Давайте в пятницу.
        М: В пятницу. В девять?
        К: В девять я ещё в дороге. Полдесятого.
        М: Полдесятого, записал.
        """
    assert _steps(text) == [("manager", "2026-09-18T09:30")]


def test_a_day_later_is_counted_from_the_day_proposed() -> None:
    text = """
        М: Давайте я инженера в четверг пришлю?
        К: В четверг проверка. А на день позже?
        М: В пятницу, часов в десять.
        К: Хорошо.
        """
    assert _steps(text) == [("manager", "2026-09-18T10:00")]


def test_what_the_client_s_people_will_send_is_a_step_of_the_client() -> None:
    assert _steps("К: Реквизиты бухгалтерия вам завтра скинет.\nМ: Спасибо.") == [("client", "2026-09-16")]


def test_papers_named_with_their_day_are_promised() -> None:
    text = "К: А бумаги?\nМ: Договор сегодня, а счёт завтра с утра."
    assert _steps(text) == [("manager", "2026-09-15"), ("manager", "2026-09-16")]


def test_a_request_that_is_asked_as_a_question_is_a_step_of_the_other_side() -> None:
    assert _steps("М: План помещения скинете?\nК: Завтра, как найду.") == [("client", "2026-09-16")]


def test_an_agreement_in_words_of_a_request_is_no_second_step() -> None:
    assert _steps("М: Завтра пришлю смету.\nК: Присылайте.") == [("manager", "2026-09-16")]


def test_a_habit_is_no_promise() -> None:
    assert _steps("М: По пятницам возим в ваш город.\nК: Ясно.") == []


def test_what_is_looked_up_during_the_call_is_no_step() -> None:
    assert _steps("М: Секунду, сейчас посчитаю… Выходит сорок тысяч.") == []


def test_a_discount_given_is_no_step() -> None:
    assert _steps("К: Дорого.\nМ: Ладно, скидку три процента сделаем.") == []


def test_a_day_after_a_visit_is_counted_from_the_visit() -> None:
    text = """
        М: Замерщика в четверг прислать удобно?
        К: Да, удобно.
        М: Сразу после замера, в среду, вышлю смету.
        """
    assert _steps(text) == [("manager", "2026-09-17"), ("manager", "2026-09-23")]


def test_a_step_is_written_with_its_verb_first() -> None:
    (step,) = draft_of("М: Ну тогда я вам завтра смету скину.").next_steps
    assert step.action == "Скинуть завтра смету"


def test_papers_that_go_out_today_are_promised() -> None:
    assert _steps("К: А расчёт?\nМ: Сегодня же уйдёт.") == [("manager", "2026-09-15")]


def test_what_the_client_does_elsewhere_is_no_visit() -> None:
    assert _steps("К: На объект мы зайдём в октябре.\nМ: Ясно.") == []


def test_an_action_holds_no_leftover_of_a_spelled_address_or_of_the_next_sentence() -> None:
    (step,) = draft_of(
        """
        К: ru и позвоните мне в понедельник в 10. Мы с директором обсудим.
        М: Договорились, понедельник, 10 утра.
        """
    ).next_steps
    assert step.action == "Позвонить в понедельник в 10"


def test_an_hour_until_which_somebody_is_free_is_not_the_appointment() -> None:
    value = draft_of(
        """
        М: Послезавтра в десять вам удобно, позвоню?
        К: Послезавтра в десять могу, но только до одиннадцати.
        М: Договорились.
        """
    ).fields["next_step_at"]
    assert str(value.norm).endswith("T10:00")


def test_the_month_of_the_settled_day_changes_nothing() -> None:
    text = """
        М: Когда вам позвонить?
        К: Звони после каникул, двадцать второго января.
        М: Двадцать второго января позвоню. Может, пока предложение отправить?
        К: Не надо. В январе, всё в январе.
        М: Понял, до января не тревожу.
        """
    assert draft_of(text).fields["next_step_at"].norm == "2027-01-22"


def test_an_hour_on_the_dot_is_heard() -> None:
    text = "М: Тогда в четверг вам позвоню.\nК: В четверг в тринадцать ноль-ноль.\nМ: Договорились."
    assert draft_of(text).fields["next_step_at"].norm == "2026-09-17T13:00"
