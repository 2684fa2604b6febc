"""Who called, held against the contacts of the CRM."""

from __future__ import annotations

from app.draft.model import FieldStatus, Misheard
from tests.unit.draft.talks import draft_of


def test_the_caller_is_the_contact_and_the_manager_is_not() -> None:
    fields = draft_of(
        """
        М: АкваЛайн, Степан Орехов, здравствуйте.
        К: Здравствуйте, Степан. Меня зовут Тамара Зимина, я главный инженер.
        """
    ).fields
    assert fields["contact_name"].value == "Зимина Тамара"
    assert "инженер" in str(fields["contact_role"].value).lower()


def test_an_absent_director_is_not_the_contact_but_decides() -> None:
    fields = draft_of(
        """
        К: Здравствуйте, меня зовут Тамара Зимина, нужен фильтр.
        М: А кто принимает решение?
        К: Подписывает директор, Олег Петрович.
        """
    ).fields
    assert "Тамара" in str(fields["contact_name"].value)
    assert "Олег Петрович" in str(fields["decision_maker"].value)


def test_a_name_heard_wrongly_is_set_beside_the_one_in_the_crm() -> None:
    value = draft_of("М: АкваЛайн, слушаю.\nК: Здравствуйте, это Кальцева Рима, санаторий.").fields["contact_name"]
    assert (value.value, value.status) == ("Кольцова Римма", FieldStatus.REVIEW)
    assert value.misheard == (Misheard("Кальцева Рима", "Кольцова Римма"),)


def test_a_known_name_in_another_case_is_not_misheard() -> None:
    value = draft_of("М: АкваЛайн, слушаю.\nК: Здравствуйте, это Кольцова Римма, санаторий.").fields["contact_name"]
    assert (value.value, value.misheard) == ("Кольцова Римма", ())
    talk = "М: АкваЛайн, слушаю.\nК: Здравствуйте, я от «Белого Паруса», меня зовут Тамара Зимина."
    assert draft_of(talk).fields["company_name"].misheard == ()


def test_a_company_heard_nearly_right_takes_the_crms_spelling() -> None:
    value = draft_of("М: АкваЛайн, слушаю.\nК: Здравствуйте, это Тамара, санаторий Белый Порус.").fields["company_name"]
    assert (value.value, value.status) == ("Белый Парус", FieldStatus.REVIEW)
    assert value.misheard == (Misheard("Белый Порус", "Белый Парус"),)


def test_our_own_phone_is_not_the_clients() -> None:
    made = draft_of("М: Запишите: четыреста семьдесят три, двести, десять, десять.\nК: Спасибо.")
    assert made.fields["phone"].status is FieldStatus.EMPTY


def test_a_phone_repeated_by_the_manager_is_verified() -> None:
    value = draft_of(
        """
        М: Продиктуйте телефон.
        К: Восемь, девятьсот пять, сто одиннадцать, сорок два, тридцать три.
        М: Девятьсот пять, сто одиннадцать, сорок два, тридцать три. Верно?
        К: Верно.
        """
    ).fields["phone"]
    assert (value.norm, value.status) == ("+79051114233", FieldStatus.VERIFIED)


def test_a_phone_one_digit_off_the_crms_is_shown_with_both() -> None:
    value = draft_of("М: Ваш телефон?\nК: Девятьсот пять, сто одиннадцать, двадцать два, тридцать четыре.").fields[
        "phone"
    ]
    assert value.status is FieldStatus.REVIEW
    assert value.misheard == (Misheard("+7 905 111-22-34", "+7 905 111-22-33"),)


def test_a_town_heard_wrongly_is_shown_as_heard_and_meant() -> None:
    value = draft_of("М: АкваЛайн, слушаю.\nК: Здравствуйте, это Тамара из Чилябинзка, нужен фильтр.").fields[
        "delivery_city"
    ]
    assert (value.value, value.status) == ("Челябинск", FieldStatus.REVIEW)
    assert value.misheard == (Misheard("Чилябинзка", "Челябинск"),)


def test_a_number_is_proven_only_where_it_is_said_whose_it_is() -> None:
    own = draft_of(
        "К: Здравствуйте, нужен фильтр.\nМ: Ваш номер?\nК: Плюс семь девятьсот пять сто двадцать тридцать сорок."
    )
    assert own.fields["phone"].status is FieldStatus.VERIFIED
    unsaid = draft_of("К: Здравствуйте, нужен фильтр.\nМ: Так.\nК: Девятьсот пять, сто двадцать, тридцать, сорок.")
    assert unsaid.fields["phone"].status is FieldStatus.REVIEW
    assert "Чей" in str(unsaid.fields["phone"].reason)


def test_a_number_passed_on_for_somebody_else_is_not_the_contacts() -> None:
    fields = draft_of(
        """
        К: Здравствуйте, нужен фильтр.
        М: Кто встретит машину?
        К: Позвоните кладовщику, девятьсот пять, сто двадцать, тридцать, сорок.
        """
    ).fields
    assert fields["phone"].status is FieldStatus.EMPTY


def test_a_name_spoken_of_in_another_case_is_not_the_callers() -> None:
    value = draft_of(
        """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, нужен фильтр. Больше я Ивану Фёдоровичу такого не понесу.
        """
    ).fields["contact_name"]
    assert value.status is not FieldStatus.VERIFIED


def test_a_town_is_proven_only_as_the_place_of_delivery_or_of_the_client() -> None:
    said = "М: АкваЛайн, слушаю.\nК: Здравствуйте, нужен фильтр.\nМ: Понял.\nК: {}"
    assert draft_of(said.format("Везти в Липецк.")).fields["delivery_city"].status is FieldStatus.VERIFIED
    passing = draft_of(said.format("Учредители в Липецке кофе пьют.")).fields["delivery_city"]
    assert passing.status is not FieldStatus.VERIFIED


def test_a_name_by_which_the_manager_does_not_answer_is_to_be_heard_again() -> None:
    said = "М: АкваЛайн, слушаю.\nК: Алло, здравствуйте, меня зовут Влад, нужен фильтр.\nМ: Здравствуйте, {name}."
    assert draft_of(said.format(name="Влад")).fields["contact_name"].status is FieldStatus.VERIFIED
    value = draft_of(said.format(name="Лада")).fields["contact_name"]
    assert value.status is FieldStatus.REVIEW
    assert "Лада" in str(value.reason)


def test_an_address_takes_the_spelling_of_the_names_it_sounds_like() -> None:
    value = draft_of(
        """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, меня зовут Ульяна Зорина, компания «Мебель Град».
        М: Продиктуйте почту.
        К: Зорена, собака, мебель дефист град точка ру.
        """
    ).fields["email"]
    assert (value.norm, value.status) == ("zorina@mebel-grad.ru", FieldStatus.REVIEW)
    assert [spelling.meant for spelling in value.misheard] == ["zorina@mebel-grad.ru"]
    assert value.misheard[0].heard in value.others


def test_an_address_that_only_begins_like_a_name_stays_as_it_was_said() -> None:
    value = draft_of(
        "М: Слушаю.\nК: Меня зовут Ульяна Зорина.\nМ: Ваша почта?\nК: Зорин собака почта точка ру."
    ).fields["email"]
    assert value.norm == "zorin@pochta.ru"


def test_our_own_address_is_ours_however_it_was_heard() -> None:
    value = draft_of("М: Пишите нам.\nК: Записал: заказ собака аквалаин точка ру.").fields["email"]
    assert value.status is FieldStatus.EMPTY


def test_a_town_written_together_with_its_preposition_is_shown_as_heard_and_meant() -> None:
    value = draft_of("М: АкваЛайн, слушаю.\nК: Здравствуйте, это Тамара, мы вомске, нужен фильтр.").fields[
        "delivery_city"
    ]
    assert (value.value, value.status) == ("Омск", FieldStatus.REVIEW)
    assert value.misheard == (Misheard("вомске", "Омск"),)


def test_a_number_left_for_the_driver_is_the_contacts() -> None:
    said = "М: Его не возите, я сам. И телефон для водителя?\nК: Восемь, девятьсот пять, сто двадцать, тридцать, сорок."
    assert draft_of(said).fields["phone"].norm == "+79051203040"


def test_two_words_are_no_town_behind_its_preposition() -> None:
    value = draft_of("М: АкваЛайн, слушаю.\nК: Здравствуйте, нужно поменять все священия.").fields["delivery_city"]
    assert value.status is FieldStatus.EMPTY


def test_the_rest_of_a_name_said_a_turn_later_belongs_to_it() -> None:
    text = """
        М: АкваЛайн, слушаю вас.
        К: Это Дёмина, санаторий «Ключи».
        М: Слушаю внимательно.
        К: Алла Игоревна. У нас фильтр потёк.
        """
    value = draft_of(text).fields["contact_name"]
    assert value.value == "Дёмина Алла Игоревна"


def test_a_name_that_has_no_cases_stays_as_it_was_said() -> None:
    text = "М: АкваЛайн, слушаю.\nК: Здравствуйте, я Шишкина Нелли, санаторий «Ключи»."
    assert draft_of(text).fields["contact_name"].value == "Шишкина Нелли"


def test_whose_price_is_told_is_not_the_clients_company() -> None:
    text = """
        М: Добрый день, вы получили наше предложение для «Лагуны»?
        К: Получила. А «Водолей» дал сорок тысяч.
        """
    fields = draft_of(text).fields
    assert fields["company_name"].value == "Лагуна"
    assert "Водолей" in str(fields["competitors"].value)


def test_what_somebody_runs_is_told_whole() -> None:
    text = "М: АкваЛайн, слушаю.\nК: Меня зовут Ольга Рябова, я технической службой руковожу."
    assert draft_of(text).fields["contact_role"].value == "Руководитель технической службы"


def test_an_adjective_of_the_post_belongs_to_it() -> None:
    text = "М: АкваЛайн, слушаю.\nК: Меня зовут Олег Рябов, я системный администратор."
    assert draft_of(text).fields["contact_role"].value == "Системный администратор"


def test_the_post_of_whom_a_paper_goes_to_is_not_the_speakers() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Меня зовут Ольга Рябова, санаторий «Ключи».
        М: Кто смотрит бумагу?
        К: Понесу исполнительному директору, Павлу Юрьевичу.
        """
    assert draft_of(text).fields["contact_role"].status is FieldStatus.EMPTY
