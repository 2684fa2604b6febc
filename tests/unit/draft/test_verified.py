"""What must not be called verified: values of somebody else, of another hour, or put right later."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.deals.model import FieldDefinition, FieldOption, FieldType
from app.draft.model import FieldStatus
from app.knowledge.model import PriceItem
from tests.unit.draft.talks import PROFILE, draft_of

_WHO = "М: Добрый день, АкваЛайн, Степан.\nК: Добрый день, меня зовут Ольга Рябова, санаторий «Ключи».\n"
_NUMBER = "восемь, девятьсот пять, триста двадцать, сорок один, семнадцать"
_READ_BACK = "М: Девятьсот пять, триста двадцать, сорок один, семнадцать."


@pytest.mark.parametrize(
    "said",
    [
        f"По оснастке лучше Игорь Палкин, технолог: {_NUMBER}.",
        f"По оснастке к Палкину, технолог: {_NUMBER}.",
        f"Всё пришлёт бухгалтерия, Марина. {_NUMBER.capitalize()}, её телефон.",
        f"Меня не будет, на проходную позвоните: {_NUMBER}.",
    ],
)
def test_the_number_of_somebody_else_is_not_the_contacts_phone(said: str) -> None:
    value = draft_of(f"{_WHO}М: Что вам ещё прислать?\nК: {said}\n{_READ_BACK}").fields["phone"]
    assert value.status is FieldStatus.EMPTY


def test_a_number_asked_for_and_read_back_is_verified() -> None:
    text = f"{_WHO}М: Как с вами связаться, по какому номеру?\nК: {_NUMBER.capitalize()}.\n{_READ_BACK}"
    assert draft_of(text).fields["phone"].status is FieldStatus.VERIFIED


def test_somebody_who_comes_nearer_is_not_the_contact() -> None:
    text = """
        М: Богдан, добрый день, АкваЛайн.
        К: Слушаю. Рядом со мной, сейчас подойдёт Вера Эдуардовна, она по деньгам.
        М: Здравствуйте, Вера Эдуардовна.
        """
    assert draft_of(text).fields["contact_name"].value == "Богдан"


def test_somebody_put_on_the_loudspeaker_is_not_the_contact() -> None:
    text = """
        М: Игорь, добрый день, АкваЛайн.
        К: Добрый. Включаю громкую, тут Вера Эдуардовна, финансовый директор.
        М: Здравствуйте, Вера Эдуардовна.
        """
    fields = draft_of(text).fields
    assert fields["contact_name"].value == "Игорь"
    assert fields["contact_role"].status is FieldStatus.EMPTY


def test_weeks_said_before_their_number_are_no_count_of_something_else() -> None:
    text = f"{_WHO}М: Сколько жильцов в доме?\nК: Недели три посчитаем и скажем."
    assert draft_of(text).fields["uf_residents"].status is FieldStatus.EMPTY


def test_a_patronymic_alone_is_no_verified_name() -> None:
    text = "М: АкваЛайн, слушаю.\nК: Добрый день, звонят из санатория.\nМ: Как вас по отчеству?\nК: Маратовна."
    assert draft_of(text).fields["contact_name"].status is not FieldStatus.VERIFIED


def test_the_post_of_somebody_else_is_not_the_contacts() -> None:
    text = f"{_WHO}М: Подошло предложение?\nК: Я не очень верю, но директор цифру видел."
    assert draft_of(text).fields["contact_role"].status is FieldStatus.EMPTY


def test_an_hour_is_no_count() -> None:
    text = f"{_WHO}М: Сколько жильцов в доме?\nК: Это к председателю, приезжайте к восьми."
    assert draft_of(text).fields["uf_residents"].status is FieldStatus.EMPTY


def test_a_count_said_with_doubt_needs_a_look() -> None:
    text = f"{_WHO}М: Сколько жильцов в доме?\nК: Сорок пять, наверное.\nМ: Сорок пять."
    value = draft_of(text).fields["uf_residents"]
    assert (value.norm, value.status) == (45, FieldStatus.REVIEW)


def test_a_count_put_right_after_it_was_read_back_is_the_last_one() -> None:
    text = f"""{_WHO}
        М: Сколько жильцов в доме?
        К: Тридцать пять.
        М: Тридцать пять, все постоянно?
        К: Все. Ой, стоп, дачники же ещё! Пятьдесят, короче.
        М: Пятьдесят, понял.
        """
    assert draft_of(text).fields["uf_residents"].norm == 50


def test_a_count_put_right_without_a_word_from_the_manager_needs_a_look() -> None:
    text = f"""{_WHO}
        М: Сколько жильцов в доме?
        К: В первом подъезде двадцать четыре жильца.
        М: Так, двадцать четыре. А фильтр какой смотрели?
        К: Нет, погодите, второй подъезд забыла. Вместе сорок один.
        """
    assert draft_of(text).fields["uf_residents"].status is FieldStatus.REVIEW


def test_a_budget_for_each_needs_a_look() -> None:
    text = f"{_WHO}М: Какой у вас бюджет?\nК: По двадцать тысяч рублей на корпус отложили."
    assert draft_of(text).fields["budget_amount"].status is FieldStatus.REVIEW


def test_until_when_somebody_is_busy_is_no_appointment() -> None:
    text = f"""{_WHO}
        М: Я в четверг вам позвоню.
        К: В четверг у меня планёрка до двух, звоните после.
        М: Тогда в три.
        К: В три хорошо.
        """
    assert [step.due for step in draft_of(text).next_steps] == ["2026-09-17T15:00"]


def test_of_two_clocks_the_managers_counts() -> None:
    text = f"""{_WHO}
        М: Давайте в четверг созвонимся.
        К: Давайте. Часов в одиннадцать по-вашему, у нас час дня будет.
        М: Договорились, в одиннадцать.
        """
    assert [step.due for step in draft_of(text).next_steps] == ["2026-09-17T11:00"]


def test_a_promise_on_a_condition_is_not_verified() -> None:
    text = f"{_WHO}М: Созвонимся?\nК: Я сама вам в пятницу позвоню, если главврач подпишет."
    assert draft_of(text).fields["next_step"].status is not FieldStatus.VERIFIED


def test_a_delivery_promised_for_an_earlier_day_leaves_the_next_step_open() -> None:
    text = f"""{_WHO}
        К: Беру две установки осмоса, выставляйте счёт.
        М: Хорошо, привезём в среду.
        К: Отлично.
        М: А в пятницу позвоню, узнаю, как запустились.
        К: Договорились, в пятницу.
        """
    assert draft_of(text).fields["next_step_at"].status is FieldStatus.REVIEW


def test_an_offer_that_the_client_has_read_makes_the_talk_a_negotiation() -> None:
    text = f"""{_WHO}
        М: Вы смету нашу видели?
        К: Видела. Дорого, снимите пять процентов.
        М: Пересчитаю, новое предложение завтра отправлю.
        """
    assert draft_of(text).fields["stage"].norm == "negotiation"


def test_nothing_agreed_on_for_two_months_puts_the_deal_off() -> None:
    text = f"""{_WHO}
        М: Когда вам позвонить?
        К: Пятнадцатого декабря звоните, до этого смысла нет.
        М: Пятнадцатого декабря позвоню.
        """
    assert draft_of(text).fields["stage"].norm == "postponed"


def test_who_only_writes_the_paper_does_not_decide() -> None:
    text = f"""{_WHO}
        М: Кто принимает решение?
        К: Директор, Аркадий Львович, один всё решает. Я так, главный инженер, при бумагах.
        """
    assert "инженер" not in str(draft_of(text).fields["decision_maker"].value)


def test_whose_decision_it_is_stays_open_where_two_people_speak() -> None:
    text = f"""{_WHO}
        М: Фильтр подошёл?
        К: Подошёл, сейчас громкую включу.
        К: Добрый день, это насчёт фильтра?
        М: Добрый день! Да. А решение кто принимает?
        К: Я сама решаю.
        М: Понял.
        К: До свидания.
        М: До свидания.
        """
    assert draft_of(text).fields["decision_maker"].status is not FieldStatus.VERIFIED


def test_a_stranger_with_a_wrong_number_fills_nothing() -> None:
    text = """
        М: АкваЛайн, доброе утро.
        К: Доброе! Это Нина Павловна из третьего дома, воды опять нет.
        М: А вы кому звоните?
        К: Вам, в управляющую.
        М: Мы фильтры продаём. Какой номер вы набрали?
        К: Ой, очки не те надела.
        """
    draft = draft_of(text)
    assert draft.kind.value == "wrong_number"
    assert all(value.status is FieldStatus.EMPTY for value in draft.fields.values())


def test_a_client_who_left_is_lost_and_one_who_left_somebody_else_is_not() -> None:
    left = f"{_WHO}М: Как дела с фильтрами?\nК: Мы ушли к другим, договор на год."
    rival = f"{_WHO}М: Чем чистите?\nК: Пробовали «Ручей», не вернёмся. Пришлите предложение.\nМ: Завтра пришлю расчёт."
    assert draft_of(left).fields["stage"].norm == "lost"
    assert draft_of(rival).fields["stage"].norm != "lost"


def test_an_offer_promised_with_a_question_behind_it_is_an_offer() -> None:
    text = f"{_WHO}К: Нужны два фильтра.\nМ: Расчёт сегодня же пришлю, куда?\nК: На почту."
    assert draft_of(text).fields["stage"].norm == "proposal"


def test_that_the_speaker_does_not_decide_is_no_way_of_deciding() -> None:
    alone = f"{_WHO}М: Кто решает?\nК: Только решать-то не мне."
    told = f"{_WHO}М: Кто решает?\nК: Решать не мне, решает главврач Рудаков, на совете по средам."
    assert draft_of(alone).fields["decision_process"].status is not FieldStatus.VERIFIED
    assert draft_of(told).fields["decision_process"].status is FieldStatus.VERIFIED


def test_money_is_no_number_of_people() -> None:
    text = f"{_WHO}М: Двадцать семь жильцов, верно?\nК: Я в смете сорок тысяч на всё ставила."
    assert draft_of(text).fields["uf_residents"].value != "40000"


def test_the_place_where_a_relative_works_is_not_the_clients() -> None:
    text = f"{_WHO}М: Что с водой?\nК: У свояка в доме скважина, он доволен."
    assert draft_of(text).fields["uf_source"].status is not FieldStatus.VERIFIED


@pytest.mark.parametrize("opening", ["Вы наш расчёт посмотреть успели?", "Вам смету по фильтрам удалось посмотреть?"])
def test_an_offer_that_was_there_before_makes_a_negotiation(opening: str) -> None:
    text = f"М: Ольга, добрый день, это Степан, АкваЛайн. {opening}\nК: Успела. Дорого.\nМ: Тогда пришлю новый расчёт."
    assert draft_of(text).fields["stage"].norm == "negotiation"


def test_an_offer_beside_a_visit_is_no_proven_stage() -> None:
    text = f"""{_WHO}М: Инженер может приехать в понедельник в десять.
        К: Хорошо, ждём, фильтр нужен.
        М: А во вторник пришлю точное предложение.
        """
    assert draft_of(text).fields["stage"].status is not FieldStatus.VERIFIED


@pytest.mark.parametrize("said", ["Взяли мы уже. Спасибо.", "Мы купили у «Водолея», всё стоит."])
def test_who_bought_elsewhere_is_lost(said: str) -> None:
    assert draft_of(f"{_WHO}М: Фильтр ещё нужен?\nК: {said}").fields["stage"].norm == "lost"


def test_a_way_of_paying_that_is_disliked_is_no_proven_term() -> None:
    text = f"{_WHO}М: Как платить будете?\nК: Рассрочки всякие не люблю."
    assert draft_of(text).fields["payment_terms"].status is not FieldStatus.VERIFIED


@pytest.mark.parametrize("said", ["Оплачу сразу, всей суммой.", "Половину сейчас, половину, когда смонтируете."])
def test_how_is_paid_may_be_said_without_words_of_trade(said: str) -> None:
    assert draft_of(f"{_WHO}М: Хорошо, записал.\nК: {said}").fields["payment_terms"].status is not FieldStatus.EMPTY


def test_an_offer_to_be_made_after_a_trial_is_no_proven_stage() -> None:
    text = f"""{_WHO}М: Можем поставить фильтр на пробу.
        К: Давайте в четверг. Нам фильтр нужен, вода ржавая.
        М: Хорошо. Предложение тогда пришлю после пробы.
        """
    assert draft_of(text).fields["stage"].status is not FieldStatus.VERIFIED


def test_a_bill_behind_an_offer_leaves_the_stage_open() -> None:
    text = """М: Ольга, добрый день, это Степан, АкваЛайн. Успели предложение посмотреть?
        К: Успела, годится.
        М: Тогда завтра утром высылаю счёт.
        К: Высылайте.
        """
    stage = draft_of(text).fields["stage"]
    assert (stage.norm, stage.status) == ("contract", FieldStatus.REVIEW)


def test_the_hour_that_the_manager_says_after_the_client_is_the_appointment() -> None:
    text = f"""{_WHO}М: Тогда в пятницу вам позвоню. В десять утра нормально?
        К: В десять планёрка. В полдвенадцатого.
        М: Хорошо, в пятницу в половине двенадцатого.
        """
    assert draft_of(text).fields["next_step_at"].norm == "2026-09-18T11:30"


def test_a_budget_that_was_is_not_proven() -> None:
    text = f"{_WHO}М: Какой бюджет?\nК: Шестьдесят тысяч было.\nМ: Шестьдесят.\nК: Было. Вчера оставили сорок пять."
    value = draft_of(text).fields["budget_amount"]
    assert (value.norm, value.status) == (45_000, FieldStatus.REVIEW)


def test_who_says_what_they_do_not_pay_has_named_no_terms() -> None:
    text = f"{_WHO}М: Как платите?\nК: Аванс мы не даём, бухгалтерия не пропустит."
    assert draft_of(text).fields["payment_terms"].status is not FieldStatus.VERIFIED


def test_a_test_is_no_relative() -> None:
    text = f"{_WHO}М: Откуда вода?\nК: После теста в лаборатории ясно: у нас скважина."
    assert draft_of(text).fields["uf_source"].norm == "well"


def test_goods_that_fit_an_option_do_not_outweigh_the_other_option_that_the_client_named() -> None:
    heat = FieldDefinition(
        "uf_heat",
        "Нагрев",
        FieldType.ENUM,
        "На чём будет работать котёл.",
        options=(FieldOption("electric", "Электричество"), FieldOption("gas", "Газ")),
    )
    boiler = PriceItem("AL-K20", "Котёл электрический КТ-20", "шт", Decimal(39_500), "22")
    profile = replace(PROFILE, fields=(*PROFILE.fields, heat), price_list=(*PROFILE.price_list, boiler))
    text = f"""{_WHO}К: Нужен один котёл КТ-20.
        М: Котёл электрический КТ-20, один, записал.
        К: Нам летом газ завели, теперь газом бы топить. А электричество у нас слабое, одна подстанция.
        """
    value = draft_of(text, profile=profile).fields["uf_heat"]
    assert value.status is FieldStatus.REVIEW
    assert len(value.others) == 1


def test_how_is_decided_holds_what_is_said_behind_a_short_answer() -> None:
    text = f"{_WHO}М: Смету директору?\nК: Директор, да. Он и решает. Смету ему на стол положим, через день скажет."
    assert "на стол" in draft_of(text).fields["decision_process"].value
