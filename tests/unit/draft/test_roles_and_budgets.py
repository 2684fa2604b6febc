"""Posts told in roundabout ways, and budgets without thousands."""

from __future__ import annotations

import pytest

from app.draft.model import FieldStatus
from tests.unit.draft.talks import draft_of


def test_a_post_named_by_the_manager_counts_once_the_client_says_yes() -> None:
    value = draft_of("М: Добрый день! Вы же директор пекарни, верно?\nК: Верно. А что вы хотели?").fields[
        "contact_role"
    ]
    assert value.value is not None
    assert value.value.startswith("Директор")
    assert value.status is FieldStatus.REVIEW


@pytest.mark.parametrize(
    ("said", "post"),
    [
        ("Я, знаете, не эксперт, я про воду мало понимаю.", None),
        ("Доброе утро, хозяйка!", None),
        ("Управляющая компания «Причал», Зотов Пётр, главный инженер я.", "Главный инженер"),
        ("Я тогда мастером участка был, а теперь я главный инженер.", "Главный инженер"),
        (
            "Я начальник отдела материально-технического снабжения.",
            "Начальник отдела материально-технического снабжения",
        ),
    ],
)
def test_a_post_is_the_speaker_s_own_one_of_today(said: str, post: str | None) -> None:
    assert draft_of(f"М: АкваЛайн, слушаю.\nК: {said} Нужен фильтр.").fields["contact_role"].value == post


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("На фильтры двести восемьдесят отложено.", 280_000),
        ("Больше трёхсот двадцати в год не могу.", 320_000),
        ("Начальная цена у нас четыреста десять, по смете.", 410_000),
    ],
)
def test_a_limit_without_thousands_is_shown_for_review(said: str, amount: int) -> None:
    value = draft_of(f"М: Как будем считать?\nК: {said}").fields["budget_amount"]
    assert (value.norm, value.status) == (amount, FieldStatus.REVIEW)


def test_money_that_is_being_spent_now_is_no_budget() -> None:
    value = draft_of("М: Ясно.\nК: Сейчас у нас на воду тысяч сорок в месяц уходит.").fields["budget_amount"]
    assert value.norm != 40_000


def test_who_decides_themselves_is_not_who_speaks_of_another() -> None:
    value = draft_of(
        "М: Как вас зовут?\nК: Меня зовут Нина Зотова, я инженер.\nМ: Кто решает?\n"
        "К: Подписывает директор, Олег Савельев, он у нас сам решает."
    ).fields["decision_maker"]
    assert "Савельев" in (value.value or "")


def test_a_pronoun_that_decides_means_the_person_named_before() -> None:
    value = draft_of(
        "М: Подписывать кто будет?\nК: Нина Павловна, директор. Она и решает, но ждёт, что главбух скажет."
    ).fields["decision_maker"]
    assert "Нина" in (value.value or "")


def test_a_signature_that_is_called_a_formality_proves_no_decider() -> None:
    said = "Нужен фильтр. Подписывает директор Захаров, но это формальность."
    value = draft_of(f"М: АкваЛайн, слушаю.\nК: {said}").fields["decision_maker"]
    assert value.status is FieldStatus.REVIEW
    assert "формальность" in str(value.reason)


@pytest.mark.parametrize(
    "answer",
    ["Сам. Учредитель в такое не лезет.", "Моя, чья же ещё. Директор в это не суётся.", "Финал за мной."],
)
def test_who_is_named_to_stay_out_does_not_decide(answer: str) -> None:
    value = draft_of(
        f"М: Как вас зовут?\nК: Меня зовут Павел Зотов.\nМ: Подпись под договором чья, кто решает?\nК: {answer}"
    ).fields["decision_maker"]
    assert str(value.value).startswith("Зотов Павел")


@pytest.mark.parametrize(
    ("said", "amount"),
    [("Мне за всё не дороже семисот тысяч рублей.", 700_000), ("Мне до пятидесяти тысяч рублей дозволено.", 50_000)],
)
def test_what_a_client_may_not_exceed_is_the_budget(said: str, amount: int) -> None:
    assert draft_of(f"М: Как будем считать?\nК: {said}").fields["budget_amount"].norm == amount


def test_what_is_left_of_a_budget_takes_its_place() -> None:
    text = """
        М: Какой бюджет заложили?
        К: Триста тысяч выделяли.
        М: Хорошо, триста.
        К: Стоп, не так. Из трёхсот мы насос уже купили. Осталось двести шестьдесят.
        """
    value = draft_of(text).fields["budget_amount"]
    assert (value.norm, value.status) == (260_000, FieldStatus.REVIEW)


def test_who_says_that_it_is_not_they_does_not_decide() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Меня зовут Ольга Рябова, управляющая. Только окончательно не я решаю. Собственник, Павел Юрьевич, посмотрит.
        """
    assert "сам" not in str(draft_of(text).fields["decision_maker"].value)


@pytest.mark.parametrize("said", ["Решаю, кстати, сама, ждать никого не надо.", "Я хозяйка, я и решила."])
def test_who_decides_alone_may_say_it_in_passing(said: str) -> None:
    text = f"М: АкваЛайн, слушаю.\nК: Меня зовут Ольга Рябова, нужна установка.\nМ: Понял.\nК: {said}"
    assert "Рябова" in str(draft_of(text).fields["decision_maker"].value)
