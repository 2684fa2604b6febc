"""When a value is sure, and when a person has to look."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.spoken.contacts import find_emails, find_phones, join_dictation
from app.spoken.dates import find_moments, find_terms
from app.spoken.model import Certainty
from app.spoken.money import find_money
from app.spoken.names import find_people
from app.spoken.numbers import find_numbers
from app.spoken.times import find_times

NOW = datetime(2026, 11, 18, 15)  # noqa: DTZ001 - the local time of a call


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("бюджет два миллиона рублей", Certainty.EXACT),
        ("бюджет около двух миллионов", Certainty.APPROXIMATE),
        ("миллиона два", Certainty.APPROXIMATE),
        ("двести тысяч с копейками", Certainty.APPROXIMATE),
        ("больше миллиона", Certainty.APPROXIMATE),
        ("не больше миллиона", Certainty.EXACT),
        ("от ста до двухсот тысяч", Certainty.RANGE),
        ("миллион триста", Certainty.GUESS),
        ("лимит шесть восемьсот", Certainty.GUESS),
        ("три ляма", Certainty.GUESS),
        ("бюджет девятьсот", Certainty.GUESS),
        ("двести, э-э, пятьдесят тысяч", Certainty.GUESS),
    ],
)
def test_amounts_said_in_full_are_exact_and_others_are_not(text: str, certainty: Certainty) -> None:
    assert [money.certainty for money in find_money(text)] == [certainty]


def test_digits_in_a_row_that_make_no_number_are_guesses() -> None:
    assert {n.certainty for n in find_numbers("код семь восемь два")} == {Certainty.GUESS}


def test_a_lone_one_is_a_guess_unless_it_counts_or_answers() -> None:
    assert [n.certainty for n in find_numbers("один нам подойдёт")] == [Certainty.GUESS]
    assert [n.certainty for n in find_numbers("один")] == [Certainty.EXACT]
    assert [n.certainty for n in find_numbers("одна штука")] == [Certainty.EXACT]


def test_a_phone_corrected_while_dictated_is_a_guess() -> None:
    said = find_phones("восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят, ой, девяносто")
    assert [(mark.value, mark.certainty) for mark in said] == [("+79123456790", Certainty.GUESS)]


def test_a_phone_that_cannot_exist_is_not_found() -> None:
    assert find_phones("плюс семь ноль ноль ноль ноль ноль ноль ноль ноль ноль ноль") == []
    assert find_phones("8 912 345 67 8") == []


def test_a_phone_dictated_over_turns_is_found_in_the_joined_text() -> None:
    text = join_dictation(["Восемь, девятьсот двенадцать…", "Так.", "Триста сорок пять.", "шестьдесят семь, ноль ноль"])
    assert [mark.value for mark in find_phones(text)] == ["+79123456700"]


def test_an_extension_is_kept_apart_from_the_phone() -> None:
    (mark,) = find_phones(
        "четыреста девяносто пять семьсот двадцать один ноль ноль одиннадцать, добавочный сто двадцать"
    )
    assert (mark.value, mark.extension) == ("+74957210011", "120")


def test_an_address_put_into_latin_letters_is_a_guess_and_a_spelled_one_is_not() -> None:
    assert [m.certainty for m in find_emails("петрова собака яндекс точка ру")] == [Certainty.GUESS]
    assert [m.certainty for m in find_emails("эн о эр дэ собака яндекс точка ру")] == [Certainty.EXACT]
    assert [m.certainty for m in find_emails("nord@yandex.ru")] == [Certainty.EXACT]


def test_a_word_spelled_behind_the_address_replaces_the_guessed_letters() -> None:
    (mark,) = find_emails("щукина собака яндекс точка ру. Щукина — эс, ха, у, ка, и, эн, а.")
    assert (mark.value, mark.certainty) == ("shukina@yandex.ru", Certainty.EXACT)


def test_a_day_without_its_month_is_a_guess_until_earlier_turns_are_known() -> None:
    assert [m.certainty for m in find_moments("к двадцать пятому", NOW)] == [Certainty.GUESS]
    assert [m.certainty for m in find_moments("к двадцать пятому", NOW, earlier=())] == [Certainty.EXACT]


def test_a_day_without_its_month_takes_the_month_named_in_an_earlier_turn() -> None:
    earlier = find_moments("заезд двадцать пятого января", NOW)
    (moment,) = find_moments("к двадцать пятому успеем", NOW, earlier=earlier)
    assert (moment.iso, moment.certainty) == ("2027-01-25", Certainty.EXACT)


def test_a_day_of_the_week_and_its_number_confirm_each_other() -> None:
    (moment,) = find_moments("тридцатого, да, в понедельник", NOW)
    assert (moment.iso, moment.certainty) == ("2026-11-30", Certainty.EXACT)


def test_a_day_of_the_week_that_contradicts_its_number_is_a_guess() -> None:
    assert {m.certainty for m in find_moments("в пятницу, двадцать шестого", NOW, earlier=())} == {Certainty.GUESS}


@pytest.mark.parametrize(
    "text", ["вчера отправили", "в прошлый четверг", "две недели назад", "в августе закрыли", "в понедельник привезли"]
)
def test_what_was_said_of_the_past_is_marked(text: str) -> None:
    assert [moment.is_past for moment in find_moments(text, NOW)] == [True]


@pytest.mark.parametrize(
    "text", ["чтобы в понедельник привезли", "хотел в понедельник созвониться", "если бы в понедельник привезли"]
)
def test_a_wish_in_the_past_tense_is_about_the_future(text: str) -> None:
    assert [moment.is_past for moment in find_moments(text, NOW)] == [False]


def test_until_and_by_make_a_deadline_but_a_farewell_does_not() -> None:
    assert find_moments("нужно до пятницы", NOW)[0].is_deadline
    assert find_moments("привезём к пятнице", NOW)[0].is_deadline
    assert find_moments("пятого января, не позже", NOW)[0].is_deadline
    assert not find_moments("Спасибо, до пятницы!", NOW)[0].is_deadline


def test_a_time_without_a_day_is_a_guess() -> None:
    assert [m.certainty for m in find_moments("перезвоню в десять", NOW)] == [Certainty.GUESS]


def test_an_hour_without_part_of_day_is_taken_from_business_hours() -> None:
    assert [t.iso for t in find_times("в три")] == ["15:00"]
    assert [t.iso for t in find_times("в девять")] == ["09:00"]
    assert [t.iso for t in find_times("в семь утра")] == ["07:00"]


def test_a_term_counts_days_from_its_event_and_is_no_day() -> None:
    text = "оплата в течение десяти рабочих дней с момента подписания договора"
    (term,) = find_terms(text)
    assert (term.days, term.event, term.is_working) == (10, "подписание договора", True)
    assert find_moments(text, NOW) == []


def test_moved_days_off_and_holidays_are_no_working_days() -> None:
    assert [m.iso for m in find_moments("через один рабочий день", datetime(2026, 12, 30, 12))] == [  # noqa: DTZ001
        "2027-01-11"
    ]


def test_a_name_of_the_card_is_known_in_lower_case_too() -> None:
    assert find_people("я спрошу веру") == []
    (person,) = find_people("я спрошу веру", known=("Вера Орлова",))
    assert (person.name, person.certainty) == ("Вера", Certainty.EXACT)


def test_parts_of_a_name_are_told_apart() -> None:
    (person,) = find_people("Соколову Анну Ильиничну")
    assert (person.surname, person.first, person.patronymic) == ("Соколова", "Анна", "Ильинична")
