"""Each rule of proof, on sentences of its own."""

from __future__ import annotations

import pytest

from app.draft import proof
from app.draft.conversation import Sentence
from app.draft.model import FieldStatus
from tests.unit.draft.talks import draft_of, read


def _sentence(text: str) -> Sentence:
    return Sentence(0, 0, len(text), text)


@pytest.mark.parametrize(
    "text",
    [
        "Если бы нам дали два миллиона, взяли бы и вторую.",
        "Допустим, у нас триста тысяч.",
        "Ну, теоретически мы могли бы и за миллион.",
    ],
)
def test_what_only_might_be_is_hypothetical(text: str) -> None:
    assert proof.is_hypothetical(_sentence(text))


def test_a_plain_statement_is_not_hypothetical() -> None:
    assert not proof.is_hypothetical(_sentence("Бюджет у нас триста тысяч."))


def test_a_sum_paid_before_is_past() -> None:
    assert proof.is_past(_sentence("В прошлом году мы отдали за это двести тысяч."))


def test_a_sum_of_a_rival_is_about_others() -> None:
    assert proof.is_about_others(_sentence("У них вышло четыреста тысяч."))


@pytest.mark.parametrize("clause", ["доставка нам не нужна", "обойдёмся без анализа", "от монтажа отказались"])
def test_a_refusing_clause_is_negated(clause: str) -> None:
    assert proof.is_negated(clause)


@pytest.mark.parametrize("text", ["Ой, нет, вру, двадцать.", "А, стоп. Пятнадцать.", "Хотя нет, сто десять."])
def test_words_of_correction_are_heard(text: str) -> None:
    assert proof.corrects(text)


@pytest.mark.parametrize("text", ["Да, давайте.", "Ага, верно.", "В среду, да, удобно.", "Ну хорошо."])
def test_an_answer_that_agrees(text: str) -> None:
    assert proof.agrees(text)


@pytest.mark.parametrize("text", ["Нет, не надо.", "Ну нет.", "Вряд ли."])
def test_an_answer_that_refuses(text: str) -> None:
    assert proof.refuses(text)
    assert not proof.agrees(text)


def test_the_clients_budget_is_verified_with_its_quote() -> None:
    value = draft_of(
        """
        М: АкваЛайн, Степан, добрый день.
        К: Здравствуйте, нужна установка обратного осмоса.
        М: А какой бюджет заложили?
        К: Бюджет у нас триста двадцать тысяч рублей.
        """
    ).fields["budget_amount"]
    assert (value.norm, value.status) == (320000, FieldStatus.VERIFIED)
    assert value.evidence[0].segment == 3
    assert "триста двадцать тысяч" in value.evidence[0].quote


def test_a_price_of_the_manager_is_no_budget() -> None:
    value = draft_of("М: Установка стоит сорок восемь тысяч рублей.\nК: Понятно.").fields["budget_amount"]
    assert value.status is FieldStatus.EMPTY


def test_a_hypothetical_sum_is_no_budget() -> None:
    value = draft_of("М: Какой у вас бюджет?\nК: Если бы у нас был миллион рублей, мы бы и бассейн чистили.").fields[
        "budget_amount"
    ]
    assert value.status is FieldStatus.EMPTY


def test_a_budget_taken_back_gives_way_to_the_later_one() -> None:
    value = draft_of(
        """
        М: На какую сумму ориентируетесь?
        К: Бюджет четыреста тысяч рублей.
        М: Четыреста, пишу.
        К: Ой, нет, вру. Это весной было. Сейчас двести шестьдесят тысяч рублей.
        """
    ).fields["budget_amount"]
    assert value.norm == 260000
    assert any("400 000" in other for other in value.others)


def test_an_approximate_budget_needs_a_look() -> None:
    value = draft_of("М: Какой бюджет?\nК: Ну, около трёхсот тысяч рублей.").fields["budget_amount"]
    assert (value.norm, value.status) == (300000, FieldStatus.REVIEW)
    assert value.reason


def test_a_sum_of_a_speaker_nobody_knows_needs_a_look() -> None:
    value = draft_of("?: Какой бюджет?\n?: Бюджет у нас триста тысяч рублей.").fields["budget_amount"]
    assert value.status is not FieldStatus.VERIFIED


def test_a_joke_is_no_budget() -> None:
    value = draft_of("М: Какой бюджет?\nК: Бюджет десять миллионов рублей. Шучу я.").fields["budget_amount"]
    assert value.status is FieldStatus.EMPTY


def test_a_discount_that_answers_an_if_is_no_discount() -> None:
    value = draft_of("К: А если мы, допустим, сто штук возьмём?\nМ: Тогда скидка семь процентов.").fields[
        "uf_discount_pct"
    ]
    assert value.status is FieldStatus.EMPTY


def test_a_discount_asked_for_by_the_client_is_no_discount() -> None:
    value = draft_of("К: Дайте скидку пятнадцать процентов.\nМ: Нет, так не работает.").fields["uf_discount_pct"]
    assert value.status is FieldStatus.EMPTY


def test_a_discount_the_manager_gives_is_taken() -> None:
    value = draft_of("К: А скидка будет?\nМ: Да, скидка пять процентов, даю.\nК: Хорошо.").fields["uf_discount_pct"]
    assert value.norm == 5


def test_quotes_stand_in_the_turns_they_name() -> None:
    text = """
        М: АкваЛайн, Степан, здравствуйте.
        К: Здравствуйте, меня зовут Тамара Зимина, санаторий «Белый Парус», Липецк. У нас фильтры старые, вода рыжая.
        М: Какой бюджет?
        К: Бюджет двести тысяч рублей. Надо, чтобы до десятого октября всё работало.
        М: Пришлю расчёт завтра.
        К: Хорошо.
        """
    reading = read(text)
    made = draft_of(text)
    filled = [value for value in made.fields.values() if value.status is not FieldStatus.EMPTY]
    assert filled
    for value in filled:
        assert value.evidence
        for quote in value.evidence:
            assert quote.quote in reading.conversation.turn(quote.segment).text


def test_talk_about_money_is_no_condition_of_payment() -> None:
    value = draft_of("К: Нужен фильтр.\nМ: Понял.\nК: Пока заказчики авансов не внесут, платить нам нечем.").fields[
        "payment_terms"
    ]
    assert value.status is not FieldStatus.VERIFIED
    value = draft_of("К: Нужен фильтр.\nМ: Как платите?\nК: Половина аванс, остальное после монтажа.").fields[
        "payment_terms"
    ]
    assert value.status is FieldStatus.VERIFIED
