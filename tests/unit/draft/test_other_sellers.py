"""What calls of any trade have in common: rivals, deciding bodies, machines, lists, names and addresses."""

from __future__ import annotations

from app.draft.model import FieldStatus
from app.spoken.contacts import find_emails
from tests.unit.draft.talks import draft_of


def test_a_rival_who_gives_a_lower_price_is_a_rival_and_an_objection() -> None:
    made = draft_of("К: Нужны два фильтра АЛ десять.\nМ: Пять четыреста.\nК: А «Родник» мне даёт по четыре девятьсот.")
    assert "Родник" in str(made.fields["competitors"].value)
    assert made.fields["objections"].status is not FieldStatus.EMPTY
    assert {"price", "competitor"} <= {risk.kind for risk in made.risks}


def test_a_company_that_is_only_cheaper_is_not_the_callers_own() -> None:
    value = draft_of("М: Роман, здравствуйте.\nК: Фильтры у «Родника» на сто рублей дешевле.").fields["company_name"]
    assert value.status is FieldStatus.EMPTY


def test_a_body_that_approves_is_who_decides_and_needs_a_look() -> None:
    value = draft_of("М: Кто утверждает?\nК: Совет дома утвердит, потом договор.").fields["decision_maker"]
    assert (value.value, value.status) == ("Совет дома", FieldStatus.REVIEW)


def test_the_greeting_of_a_machine_fills_no_field() -> None:
    text = """
        К: Вы позвонили Лидии Марковой, я сейчас не могу ответить, оставьте сообщение после сигнала.
        М: Лидия, это Степан, АкваЛайн, перезвоню завтра в девять.
        """
    assert all(value.status is FieldStatus.EMPTY for value in draft_of(text).fields.values())


def test_a_surname_said_apart_belongs_to_the_name() -> None:
    value = draft_of("М: Как вас зовут?\nК: Родион меня зовут, фамилия Ковтун.").fields["contact_name"]
    assert set(str(value.value).split()) == {"Родион", "Ковтун"}


def test_the_date_that_says_what_the_first_one_means_is_the_deadline() -> None:
    value = draft_of("К: До конца ноября надо запустить, то есть край двадцать четвёртое ноября.").fields["deadline"]
    assert value.norm == "2026-11-24"


def test_a_quotation_asked_where_to_send_and_promised_makes_the_stage() -> None:
    text = """
        К: Нужны фильтры АЛ десять, две штуки.
        М: Куда вам прислать коммерческое?
        К: На почту, она у вас есть.
        М: Завтра отправлю.
        """
    assert draft_of(text).fields["stage"].norm == "proposal"


def test_an_unclear_address_read_back_and_confirmed_is_taken_as_read() -> None:
    text = """
        К: Почта: ка ковтун собака альфа точка ру.
        М: Каковтун собака альфа точка ру?
        К: Да, верно.
        """
    value = draft_of(text).fields["email"]
    assert value.status is FieldStatus.REVIEW
    assert value.norm == "kakovtun@alfa.ru"


def test_words_about_the_writing_of_an_address_are_no_part_of_it() -> None:
    assert [m.value for m in find_emails("аква дом, слитно латиницей, собака альфа точка ру")] == ["akvadom@alfa.ru"]


def test_an_initial_written_together_has_no_point_behind_it() -> None:
    (mark,) = find_emails("ка ковтун собака альфа точка ру, всё слитно")
    assert mark.value == "kkovtun@alfa.ru"


def test_pieces_of_an_address_said_one_by_one_belong_together() -> None:
    assert [m.value for m in find_emails("эн, о, нижнее подчёркивание, опт, собака альфа точка ру")] == [
        "no_opt@alfa.ru"
    ]


def test_an_option_turned_down_by_its_name_is_left_out() -> None:
    text = "М: Ванную, бассейн чистим?\nК: Нет, бассейн другие делают. Кухню и ванную надо чистить."
    assert draft_of(text).fields["uf_rooms"].norm == ["kitchen", "bath"]


def test_an_option_put_off_is_left_out() -> None:
    text = "К: Нам надо чистить воду на кухне. Может, и бассейн понадобится, но не сейчас."
    assert draft_of(text).fields["uf_rooms"].norm == ["kitchen"]


def test_what_i_do_with_the_bill_does_not_make_me_who_decides() -> None:
    value = draft_of("М: Кто у вас утверждает?\nК: Я ему только счёт положу.").fields["decision_maker"]
    assert value.status is FieldStatus.EMPTY


def test_a_thing_that_does_not_do_its_work_is_a_complaint() -> None:
    made = draft_of(
        "К: Вы нам поставили установку, она не включается! Позовите кого-нибудь из руководства.\nМ: Сейчас."
    )
    assert {"complaint", "asked_for_human"} <= {risk.kind for risk in made.risks}
