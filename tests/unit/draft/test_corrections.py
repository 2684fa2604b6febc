"""What is taken back within a call: sums, hours, counts."""

from __future__ import annotations

from app.draft.model import FieldStatus
from tests.unit.draft.talks import draft_of


def test_a_bare_number_put_in_the_place_of_a_sum_takes_over_its_thousands() -> None:
    value = draft_of("М: Какой бюджет?\nК: Бюджет двести тысяч… ой, нет, двести сорок, нам добавили.").fields[
        "budget_amount"
    ]
    assert (value.norm, value.status) == (240000, FieldStatus.REVIEW)


def test_a_sum_taken_back_without_a_new_one_is_never_verified() -> None:
    value = draft_of("М: Какой бюджет?\nК: Бюджет двести тысяч рублей. Погодите, это ещё уточнят.").fields[
        "budget_amount"
    ]
    assert value.status is FieldStatus.REVIEW


def test_an_hour_moved_and_said_again_is_the_hour_agreed_on() -> None:
    text = """
        М: Я вам позвоню в четверг в девять, удобно?
        К: В девять совещание, лучше в одиннадцать.
        М: В одиннадцать, хорошо.
        """
    assert [step.due for step in draft_of(text).next_steps] == ["2026-09-17T11:00"]


def test_a_day_moved_without_an_answer_needs_a_look() -> None:
    text = "М: Я вам позвоню в четверг, удобно?\nК: В четверг не могу, лучше в пятницу."
    (step,) = draft_of(text).next_steps
    assert (step.due, step.status) == ("2026-09-18", FieldStatus.REVIEW)


def test_an_hour_added_by_the_one_who_agrees_belongs_to_the_step() -> None:
    text = "М: В четверг созвонимся?\nК: Да, давайте, в шестнадцать часов."
    assert [step.due for step in draft_of(text).next_steps] == ["2026-09-17T16:00"]


def test_an_hour_said_behind_the_verb_belongs_to_the_only_day_of_the_sentence() -> None:
    assert [
        s.due for s in draft_of("К: Так что со скидкой?\nМ: Завтра отвечу по скидке до двенадцати часов.").next_steps
    ] == ["2026-09-16T12:00"]


def test_a_fitter_who_is_sent_is_a_visit_and_no_parcel() -> None:
    fields = draft_of("К: Фильтр протекает.\nМ: Пришлю мастера завтра в десять.\nК: Хорошо.").fields
    assert str(fields["next_step"].value).startswith("Встреча")
