"""Fields that only this seller has: read by type, label, definition and options."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.deals.model import FieldDefinition, FieldOption, FieldType
from app.draft.model import FieldStatus, Misheard
from app.draft.options import option_words
from app.draft.reading import Pointers
from app.draft.service import assemble
from tests.unit.draft.talks import AT, PROFILE, draft_of, talk


def test_a_number_is_taken_with_its_counted_word() -> None:
    value = draft_of("К: Нам нужен фильтр, дом большой, жильцов двести сорок.").fields["uf_residents"]
    assert value.norm == 240


def test_a_direct_answer_to_how_many_needs_no_word() -> None:
    value = draft_of("М: А сколько жильцов в доме?\nК: Сто двадцать.").fields["uf_residents"]
    assert value.norm == 120


def test_a_count_of_another_thing_is_not_taken() -> None:
    value = draft_of("М: Что за дом?\nК: Нужен фильтр на дом, там шестьдесят квартир.").fields["uf_residents"]
    assert value.norm != 60


def test_the_last_of_two_counts_wins_and_the_other_is_shown() -> None:
    value = draft_of("М: Сколько жильцов?\nК: Двести жильцов. А, нет, вру, двести двадцать.").fields["uf_residents"]
    assert value.norm == 220
    assert "200" in value.others


def test_an_area_is_taken_only_in_squares() -> None:
    value = draft_of("К: Нужен фильтр, бассейн сорок квадратов, глубина два метра.").fields["uf_depth_m2"]
    assert value.norm == 40


@pytest.mark.parametrize(
    ("answer", "norm"), [("Да, нужен.", True), ("Нет, не нужен.", False), ("Нет, мы сами сделаем.", False)]
)
def test_yes_and_no_come_from_the_answer_to_the_question(answer: str, norm: bool) -> None:
    value = draft_of(f"М: Анализ воды нужен?\nК: {answer}").fields["uf_analysis"]
    assert value.norm is norm
    assert {quote.segment for quote in value.evidence} == {0, 1}


def test_what_was_not_talked_about_stays_empty() -> None:
    value = draft_of("М: АкваЛайн, добрый день.\nК: Здравствуйте, сколько стоит картридж?").fields["uf_analysis"]
    assert value.status is FieldStatus.EMPTY


def test_an_option_is_proven_by_its_word() -> None:
    value = draft_of("К: Воду берём из скважины, нужна хорошая очистка.").fields["uf_source"]
    assert (value.norm, value.status) == ("well", FieldStatus.VERIFIED)


def test_a_refused_option_is_left_out_of_a_list() -> None:
    value = draft_of("К: Чистить надо кухню и ванную. Бассейн не надо, он закрыт.").fields["uf_rooms"]
    assert value.norm == ["kitchen", "bath"]


def test_a_choice_of_the_model_alone_is_never_verified() -> None:
    pointers = Pointers(options={"uf_source": ("river",)}, turns={"uf_source": (0,)})
    value = draft_of("К: Нужен фильтр для дома у воды.", pointers).fields["uf_source"]
    assert (value.norm, value.status) == ("river", FieldStatus.REVIEW)
    assert value.reason


def test_the_definitions_example_never_becomes_a_value() -> None:
    made = draft_of("М: АкваЛайн, слушаю.\nК: Здравствуйте, перезвоню позже.")
    filled = {k for k, v in made.fields.items() if v.status is not FieldStatus.EMPTY}
    assert filled <= {"next_step", "next_step_at", "stage", "interest_level"}


def test_a_count_put_right_and_repeated_by_the_manager_is_proven() -> None:
    value = draft_of(
        "М: Сколько душ живёт?\nК: По списку девяносто. Хотя… нет, уже восемьдесят четыре.\nМ: Восемьдесят четыре."
    ).fields["uf_residents"]
    assert (value.norm, value.status) == (84, FieldStatus.VERIFIED)


def test_a_number_of_another_time_is_no_answer() -> None:
    value = draft_of("М: Сколько жильцов?\nК: Раньше было двести. Сейчас сто сорок.").fields["uf_residents"]
    assert value.norm == 140


def test_a_bare_number_takes_the_place_of_the_counted_one() -> None:
    value = draft_of("К: Нужен фильтр на сорок жильцов. Ой, нет, погодите, сорок пять.\nМ: Сорок пять.").fields[
        "uf_residents"
    ]
    assert value.norm == 45


def test_a_number_behind_if_is_left_out() -> None:
    value = draft_of("К: Если потом жильцов будет триста, тогда и поговорим.").fields["uf_residents"]
    assert value.norm != 300


def test_a_no_in_other_words_after_the_managers_offer_is_a_no() -> None:
    value = draft_of("М: Анализ воды закладываем?\nК: Да? Нет, анализа не надо.").fields["uf_analysis"]
    assert value.norm is False


def test_an_offer_taken_after_a_question_about_it_is_a_yes_to_look_at() -> None:
    value = draft_of(
        "М: Есть анализ воды, приедет лаборант.\nК: И ничего не надо платить?\nМ: Ничего.\nК: Тогда я за."
    ).fields["uf_analysis"]
    assert (value.norm, value.status) == (True, FieldStatus.REVIEW)


def test_a_number_that_the_manager_repeats_as_another_is_to_be_heard_again() -> None:
    said = "М: Сколько жильцов?\nК: Стоит 10 жильцов.\nМ: Хорошо, 110 жильцов."
    heard = replace(talk(said), channels=2, model="whisper-base")
    value = assemble(heard, PROFILE, "call-1", AT, Pointers()).fields["uf_residents"]
    assert value.status is FieldStatus.REVIEW
    assert "110" in str(value.reason)


def test_a_number_of_something_else_is_not_proven_where_the_counted_thing_had_its_own() -> None:
    tanks = FieldDefinition("uf_tanks", "Баков", FieldType.INT, "Сколько баков подключают, последнее названное число.")
    value = draft_of(
        """
        М: А сколько баков и сколько человек пользуется?
        К: Бак один на нет вру-два. Второй весной поставили. Два бака, а людей двенадцать.
        М: 12 пользователей два бака.
        К: Ага, а, стоп, двенадцать это без нового бака, там еще трое, то есть 15, пишите 15.
        М: Пишу 15. Что ещё?
        """,
        profile=replace(PROFILE, fields=(*PROFILE.fields, tanks)),
    ).fields["uf_tanks"]
    assert value.status is FieldStatus.REVIEW
    assert value.reason == "Звучали и другие числа: 2."


def test_a_weekday_beside_a_broken_day_of_the_month_is_left_to_a_person() -> None:
    said = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, нужен фильтр.
        М: Тогда я вам двадцать претей позвоню.
        К: 23. Да. В понедельник. Как раз он вернётся.
        М: Договорились.
    """
    heard = replace(talk(said), channels=2, model="whisper-base")
    value = assemble(heard, PROFILE, "call-1", AT, Pointers()).fields["next_step_at"]
    assert value.status is FieldStatus.REVIEW
    assert "другое число месяца" in str(value.reason)


def test_a_number_of_something_else_is_not_proven_where_the_word_of_the_field_stands_before_another() -> None:
    tanks = FieldDefinition("uf_tanks", "Баков", FieldType.INT, "Сколько баков подключают.")
    value = draft_of(
        """
        М: Сколько человек пользуется водой?
        К: 40, 40 человек бак 1.
        М: Понял.
        """,
        profile=replace(PROFILE, fields=(*PROFILE.fields, tanks)),
    ).fields["uf_tanks"]
    assert value.status is not FieldStatus.VERIFIED


def test_an_option_matched_by_its_sound_shows_what_was_heard() -> None:
    options = (FieldOption("wb", "Wildberries"), FieldOption("ozon", "Ozon"))
    places = FieldDefinition("uf_place", "Площадка", FieldType.ENUM, "Где клиент продаёт.", options=options)
    value = draft_of(
        "М: На какой площадке продаёте?\nК: Продаём на вайлтберис.",
        profile=replace(PROFILE, fields=(*PROFILE.fields, places)),
    ).fields["uf_place"]
    assert (value.norm, value.status) == ("wb", FieldStatus.REVIEW)
    assert value.misheard == (Misheard("вайлтберис", "Wildberries"),)


def test_what_is_struck_out_or_left_alone_is_no_option() -> None:
    text = """
        М: Что будем чистить?
        К: Кухню и бассейн. Хотя бассейн вычёркиваем, денег нет.
        М: А ванную?
        К: Ванную мы сами чистим, трогать не надо. Только кухня.
        """
    assert draft_of(text).fields["uf_rooms"].norm == ["kitchen"]


def test_a_word_of_time_alone_is_no_name_of_a_service() -> None:
    assert option_words(FieldOption("care", "Годовое ТО")) == []
    assert option_words(FieldOption("month", "Раз в месяц")) != []
