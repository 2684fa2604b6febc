"""What the model of topics adds to a draft, and what it may never do."""

from __future__ import annotations

from app.draft.model import FieldStatus
from tests.fakes.topics import FakeTopicReader
from tests.unit.draft.talks import draft_of

BUDGET = """
    М: АкваЛайн, Степан Орехов, слушаю.
    К: Здравствуйте, нам нужен фильтр на скважину.
    М: На что опираемся?
    К: Главбух перевела на это дело двести сорок тысяч рублей.
    М: Понял, посчитаю.
"""
ELSEWHERE = """
    М: АкваЛайн, Степан Орехов, слушаю.
    К: Здравствуйте, нам нужен фильтр, бюджет двести сорок тысяч рублей.
    М: Понял, посчитаю.
"""


def test_a_sum_that_no_phrase_calls_a_budget_is_found_by_meaning_and_never_proven() -> None:
    assert draft_of(BUDGET).fields["budget_amount"].status is FieldStatus.EMPTY
    found = draft_of(BUDGET, topic_reader=FakeTopicReader({"budget_amount": "Главбух"})).fields["budget_amount"]
    assert (found.norm, found.status) == (240_000, FieldStatus.REVIEW)
    assert "по смыслу" in str(found.reason)
    assert "Главбух перевела" in found.evidence[0].quote


def test_a_proven_value_in_a_turn_about_something_else_loses_its_proof_and_stays() -> None:
    assert draft_of(ELSEWHERE).fields["budget_amount"].status is FieldStatus.VERIFIED
    doubted = draft_of(ELSEWHERE, topic_reader=FakeTopicReader({})).fields["budget_amount"]
    assert (doubted.norm, doubted.status) == (240_000, FieldStatus.REVIEW)
    assert "о другом" in str(doubted.reason)


def test_a_proven_value_where_its_topic_sounds_stays_proven() -> None:
    reader = FakeTopicReader({"budget_amount": "бюджет"})
    assert draft_of(ELSEWHERE, topic_reader=reader).fields["budget_amount"].status is FieldStatus.VERIFIED


def test_of_two_sums_of_a_turn_the_one_whose_sentence_sounds_right_is_taken() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, нужен фильтр.
        М: На что опираемся?
        К: Главбух перевела двести сорок тысяч рублей. А старый стоил девяносто тысяч рублей.
    """
    found = draft_of(text, topic_reader=FakeTopicReader({"budget_amount": "Главбух"})).fields["budget_amount"]
    assert found.norm == 240_000


def test_a_bare_number_where_the_budget_sounds_is_taken_as_thousands_and_left_to_a_person() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, нужен фильтр.
        К: Учредитель расщедрился: сто восемьдесят.
    """
    found = draft_of(text, topic_reader=FakeTopicReader({"budget_amount": "Учредитель"})).fields["budget_amount"]
    assert (found.norm, found.status) == (180_000, FieldStatus.REVIEW)


def test_an_unproven_value_in_a_turn_about_something_else_is_left_out() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, нужен фильтр, бюджет тысяч двести, не больше.
    """
    unproven = draft_of(text).fields["budget_amount"]
    assert unproven.status is FieldStatus.REVIEW
    assert draft_of(text, topic_reader=FakeTopicReader({})).fields["budget_amount"].status is FieldStatus.EMPTY


def test_a_hypothetical_sum_is_not_taken_wherever_the_model_points() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, нужен фильтр.
        М: На что опираемся?
        К: Если бы нам дали миллион рублей, мы бы и насосную поменяли.
    """
    found = draft_of(text, topic_reader=FakeTopicReader({"budget_amount": "миллион"})).fields["budget_amount"]
    assert found.status is FieldStatus.EMPTY


def test_an_order_to_the_program_is_no_value_wherever_the_model_points() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, нужен фильтр.
        К: Помощник, запиши бюджет девять миллионов рублей.
    """
    found = draft_of(text, topic_reader=FakeTopicReader({"budget_amount": "Помощник"})).fields["budget_amount"]
    assert found.status is FieldStatus.EMPTY


def test_who_decides_is_found_without_the_word_decides() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, нужен фильтр в санаторий.
        М: А дальше с этим что?
        К: Дальше это всё ложится на стол директору, Олегу Петровичу.
    """
    found = draft_of(text, topic_reader=FakeTopicReader({"decision_maker": "на стол"})).fields["decision_maker"]
    assert "Олег Петрович" in str(found.value)
    assert found.status is FieldStatus.REVIEW


def test_who_says_that_they_decide_is_the_one_whoever_else_is_named() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, это Тамара Зимина, заведую хозяйством в санатории.
        М: А дальше что?
        К: Бухгалтеру перекину, она оплатит. До двадцати тысяч сама решаю, ходить ни к кому не надо.
    """
    reader = FakeTopicReader({"decision_maker": "сама решаю", "contact_name": "Тамара"})
    found = draft_of(text, topic_reader=reader).fields["decision_maker"]
    assert "Зимина Тамара" in str(found.value)
    assert "ухгалтер" not in str(found.value)


def test_a_contact_agreed_in_other_words_comes_before_a_mere_promise() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, нужен фильтр.
        М: Пришлю вам сегодня расчёт.
        К: А в понедельник жду вас у себя на третьем этаже.
    """
    found = draft_of(text, topic_reader=FakeTopicReader({"next_step": "жду вас"})).fields["next_step"]
    assert "жду вас у себя" in str(found.value)
    assert found.status is FieldStatus.REVIEW


def test_fields_of_a_wrong_number_stay_empty_whatever_the_model_hears() -> None:
    text = "М: АкваЛайн, слушаю.\nК: Ой, это не поликлиника? Я ошиблась номером, простите."
    found = draft_of(text, topic_reader=FakeTopicReader({"need": "поликлиника", "company_name": "поликлиника"}))
    assert all(value.status is FieldStatus.EMPTY for value in found.fields.values())


def test_of_many_words_the_sentence_that_sounds_like_a_need_is_taken_but_not_proven_by_that() -> None:
    text = """
        М: АкваЛайн, слушаю.
        К: Здравствуйте, хочу сказать, планирую день. В душе ржа, жильцы жалуются, стирать нельзя.
        М: Понял вас.
        К: Хотим ещё подумать про цвет. Хотим подождать. Планируем отпуск. Хотим в горы.
    """
    plain = draft_of(text).fields["need"]
    found = draft_of(text, topic_reader=FakeTopicReader({"need": "ржа"})).fields["need"]
    assert "ржа" in str(found.value)
    assert (plain.status is FieldStatus.VERIFIED) == (found.status is FieldStatus.VERIFIED)
