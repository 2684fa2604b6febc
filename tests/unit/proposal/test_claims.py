"""What a text may say: only what the facts, the table, the cards and the dates of the proposal bear out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.knowledge.model import Source
from app.proposal.beginning import CONVERSATION
from app.proposal.claims import check
from app.proposal.model import BlockKind, Fact, Sentence, TextBlock, Warning, WarningKind
from tests.unit.proposal.letters import MACHINE
from tests.unit.proposal.offers import block, fact, line, proposal

FACTS = (
    fact("Дренажные насосы ГНОМ: гарантия 2 года.", "warranty.md", "Гарантия › Сроки гарантии"),
    fact("Скважинные насосы: гарантия 3 года.", "warranty.md", "Гарантия › Сроки гарантии"),
    fact("Гарантийный выезд бесплатный, инженер приезжает в течение 48 часов.", "warranty.md", "Гарантия"),
    fact("Отгружаем за 2–3 рабочих дня после оплаты.", "delivery.md", "Доставка"),
    fact("Куда: Волгоград, заказ от 50 000 ₽; Стоимость: бесплатно", "delivery.md", "Доставка › По городу"),
    fact("Бесплатной доставки за пределы Волгограда нет.", "delivery.md", "Доставка"),
    fact("Предоплата 50 %, остаток перед отгрузкой.", "terms.md", "Оплата"),
    fact("Рассрочки и лизинга нет.", "terms.md", "Оплата"),
    fact("Отсрочка до 14 дней только постоянным клиентам.", "terms.md", "Оплата"),
    fact("Монтаж ведёт Наталья Громова, тел. +7 (844) 230-01-05.", "about.md", "Люди"),
    fact("Откачать котлован глубиной девять метров. Нужно к первому декабря", CONVERSATION),
    fact("Компания работает 12 лет, пеня 7 рублей.", "about.md", "О нас"),
)
OFFER = proposal(
    line("2", "12500", discount_percent=Decimal(4), lead_days=5),
    line("10", "310.50", name="Рукав напорный 50 мм", sku="РН-50", unit="м"),
)


def _found(*sentences: str, facts: tuple[Fact, ...] = FACTS) -> list[Warning]:
    return check([block(*sentences)], facts, OFFER)


@pytest.mark.parametrize(
    "text",
    [
        "Пётр Ильич, вы просили откачать котлован глубиной 9 м.",
        "Для «Ромашки» подобрали два насоса ГНОМ 16-16.",
        "Насос дренажный ГНОМ 16-16, 2 шт., и 10 м рукава.",
        "На насосы ГНОМ гарантия два года.",
        "Гарантия на насос 24 месяца.",
        "На насос двухлетняя гарантия.",
        "Отгрузим за 2–3 рабочих дня после оплаты.",
        "Предоплата пятьдесят процентов.",
        "Скидка на насос 4 %.",
        "Срок поставки насоса 5 дней.",
        "Нужно успеть до 1 декабря.",
        "Цена насоса 12 500 ₽, со скидкой 12 000 рублей.",
        "Всего 27 105 руб., в том числе НДС 22 %.",
        "Предложение действует до 02.12.2026, это 14 дней.",
        "Цены действуют до 2 декабря.",
        "Звоните Олегу Жукову: +7 844 230-01-01, zhukov@volganasos.example.",
        "Монтажом займётся Громова Наталья.",
        "В ответ на запрос от 17.11.2026 отправляем КП-2026-0117.",
        "Доставка по Волгограду бесплатно при заказе от 50 000 ₽.",
        "Гарантийный выезд бесплатный.",
        "Рассрочки нет.",
        "Рассрочку не даём.",
        "Гарантийный инженер приедет за двое суток, выезд бесплатный.",
        "Оплата в два этапа: 50 % сразу, остаток перед отгрузкой.",
        "Монтажом занимается Наталья, остальное за нами.",
        "Вы сказали, что нужна отсрочка и скидка.",
        "Сможете ли вы принять машину?",
        "Сегодня, 18.11.2026, цены проверены.",
    ],
)
def test_what_the_facts_bear_out_passes(text: str) -> None:
    assert [(warning.quote, warning.text) for warning in _found(text)] == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Насос качает 25 кубов в час.", "25 кубов"),
        ("Вы просили четыре насоса.", "четыре насоса"),
        ("Стоит 11 900 ₽.", "11 900 ₽"),
        ("Стоит двенадцать тысяч девятьсот рублей.", "двенадцать тысяч девятьсот рублей"),
        ("КПД насоса 14 %.", "14 %"),
        ("Насос экономит 50 % времени.", "50 %"),
        ("Привезём к 25.11.2026.", "к 25.11.2026"),
        ("Созвонимся в пятницу.", "в пятницу"),
        ("Созвонимся 1 декабря в 15:30.", "15:30"),
        ("Ждём вас 24.11 на складе.", "24.11"),
        ("Насос ГНОМ 16-15 дешевле.", "ГНОМ 16-15"),
        ("Есть и ТД-200М.", "ТД-200М"),
        ("Рукав РН-500 толще.", "РН-500"),
        ("Марина Олеговна, добрый день!", "Марина Олеговна"),
        ("Рады помочь ООО «Василёк».", "Василёк"),
        ("Насосы Грундфос шумят.", "Грундфос"),
        ("Есть насос Wilo.", "Wilo"),
        ("Пётр Жуков, добрый день!", "Пётр Жуков"),
        ("Привезём до Саратова.", "Саратова"),
        ("Пишите на sale@volganasos.example.", "sale@volganasos.example"),
        ("Телефон +7 844 230-01-99.", "+7 844 230-01-99"),
        ("Подробности на gnom-pumps.ru.", "gnom-pumps.ru"),
        ("У вас семилетний парк.", "семилетний"),
    ],
)
def test_what_stands_nowhere_is_quoted_and_blocks(text: str, quote: str) -> None:
    found = _found(text)
    assert (WarningKind.UNSOURCED, quote) in [(warning.kind, warning.quote) for warning in found]
    assert all(warning.is_blocking and warning.quote in text for warning in found)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Обучим ваших людей.", "Обучим"),
        ("Вернём деньги, если не подойдёт.", "Вернём"),
        ("Цену зафиксируем.", "зафиксируем"),
        ("Рукав подарим, шланг бесплатно.", "подарим"),
        ("Гарантия на насосы пожизненная.", "пожизненная"),
        ("Пеня за задержку 7 %.", "7 %"),
        ("Ремонт занимает 12 лет.", "Ремонт"),
        ("Штраф 50 % за просрочку.", "50 %"),
    ],
)
def test_a_promise_needs_a_statement_on_its_subject(text: str, cue: str) -> None:
    """A number known from elsewhere is not enough: «12 лет» is the age of the company."""
    (found,) = _found(text)
    assert (found.kind, found.quote) == (WarningKind.UNSOURCED, cue)
    assert found.is_blocking


@pytest.mark.parametrize(
    ("text", "quote", "base"),
    [
        ("На насосы ГНОМ гарантия пять лет.", "пять лет", "2 года"),
        ("Гарантия на дренажный насос 3 года.", "3 года", "2 года"),
        ("На насосы ГНОМ гарантия 3 %, ой, 36 месяцев.", "36 месяцев", "2 года"),
        ("Гарантия на дренажный насос 7 лет.", "7 лет", "2 года"),
        ("Пятилетняя гарантия на насосы ГНОМ.", "Пятилетняя", "2 года"),
        ("Предоплата 30 %.", "30 %", "50 %"),
        ("Отгрузим за 3 дня после оплаты.", "3 дня", "2–3 рабочих дня"),
        ("Отсрочка 30 дней.", "30 дней", "14 дней"),
        ("Скидка на насос 22 %.", "22 %", "скидка 4 %"),
        ("Дадим рассрочку.", "рассрочку", "Рассрочки и лизинга нет"),
        ("Доставка в Камышин бесплатная.", "бесплатная", "за пределы Волгограда нет"),
        ("Отгрузим за один день.", "за один день", "2–3 рабочих дня"),
        ("Отгрузим в день оплаты.", "в день оплаты", "2–3 рабочих дня"),
    ],
)
def test_a_promise_that_differs_from_the_base_is_a_contradiction(text: str, quote: str, base: str) -> None:
    (found, *_rest) = [warning for warning in _found(text) if warning.kind is WarningKind.CONTRADICTION]
    assert found.quote == quote
    assert base in found.text
    assert found.is_blocking


def test_the_number_of_the_base_is_one_click_away() -> None:
    (found,) = _found("На насосы ГНОМ гарантия пять лет.")
    assert found.cure == "2 года"


def test_what_was_promised_in_the_call_does_not_stand_against_the_base() -> None:
    said = Sentence("Гарантия на насосы ГНОМ пять лет.", Source(CONVERSATION, "", "гарантия на насосы гном пять лет"))
    talk = fact("Гарантия на насосы ГНОМ пять лет.", CONVERSATION)
    (found,) = check([TextBlock(BlockKind.WARRANTY, (said,))], (*FACTS, talk), OFFER)
    assert (found.kind, found.quote, found.block) == (WarningKind.CONTRADICTION, "пять лет", BlockKind.WARRANTY)


def test_a_sentence_of_the_base_is_borne_out_by_its_own_source_until_it_is_changed() -> None:
    source = Source("install.md", "Монтаж", "Монтаж занимает 4 дня, бригада два человека.")
    same = Sentence(source.quote, source)
    changed = replace(same, text="Монтаж занимает 2 дня, бригада два человека.")
    assert check([TextBlock(BlockKind.DELIVERY, (same,))], (), OFFER) == []
    (found,) = check([TextBlock(BlockKind.DELIVERY, (changed,))], (), OFFER)
    assert (found.kind, found.quote, found.cure) == (WarningKind.CONTRADICTION, "2 дня", "4 дня")


def test_three_years_are_not_three_per_cent() -> None:
    facts = (fact("Скидка 3 % от 100 000 ₽.", "terms.md"),)
    (found,) = check([block("Работаем 3 года.")], facts, proposal())
    assert found.quote == "3 года"


def test_units_named_apart_from_their_number_are_read() -> None:
    facts = (fact("Насос; Гарантия, мес: 18", "price.csv"),)
    assert check([block("Гарантия на насос 18 месяцев.")], facts, proposal()) == []


def test_the_words_of_one_sentence_are_marked_once() -> None:
    (found,) = _found("Гарантия на насосы ГНОМ пять лет, пять лет.")[:1]
    assert len(_found("Гарантия на насосы ГНОМ пять лет, пять лет.")) == 1
    assert found.quote == "пять лет"


def test_the_quantity_of_a_named_row_is_that_of_the_table() -> None:
    facts = (*FACTS, fact("В каскад ставят до 4 шт. насосов и 5 шт. муфт.", "faq.md"))
    (found,) = _found("Предлагаем насос дренажный ГНОМ 16-16, 4 шт.; рукав 10 м.", facts=facts)
    assert (found.kind, found.quote, found.cure) == (WarningKind.UNSOURCED, "4 шт", "2 шт")


def test_a_sentence_under_the_warranty_speaks_of_the_warranty() -> None:
    (found,) = check([block("Дренажные насосы — 3 года.", kind=BlockKind.WARRANTY)], FACTS, OFFER)
    assert (found.kind, found.cure) == (WarningKind.CONTRADICTION, "2 года")


def test_sizes_are_compared_as_a_whole() -> None:
    facts = (fact("Короб 300×200×200, короб 400×207×300.", "price.csv"),)
    assert check([block("Есть короб 400×207×300.")], facts, OFFER) == []
    assert check([block("Есть короб 300×207×200.")], facts, OFFER)[0].quote == "300×207×200"


def test_a_no_break_space_is_a_space() -> None:
    assert _found("Цена насоса 12\u00a0500\u00a0₽.") == []
    assert _found("Стоит 11\u00a0900\u00a0₽.")[0].quote == "11\u00a0900\u00a0₽"


def test_relative_days_are_counted_from_the_day_of_the_proposal() -> None:
    facts = (fact("Позвонить клиенту 19.11.2026", CONVERSATION),)
    assert check([block("Позвоню вам завтра.")], facts, proposal()) == []
    assert check([block("Позвоню вам завтра.")], facts, proposal(dated=date(2026, 11, 20)))


def test_what_programs_write_out_of_their_heads_never_passes() -> None:
    """Their empty promises at least; what is only bad style is for the rules of style."""
    assert check(MACHINE["вода"], (), proposal())
    assert check([block("Обеспечим бесплатный монтаж за 1 день и гарантию 10 лет.")], (), proposal())


def test_a_code_of_many_digits_that_stands_nowhere_is_marked() -> None:
    account = "40702810900000012345"
    assert [warning.quote for warning in _found(f"Наш счёт {account}.")] == [account]
    assert _found(f"Наш счёт {account}.", facts=(*FACTS, fact(f"Счёт {account}.", "about.md", "Реквизиты"))) == []


def test_a_text_of_thousands_of_numbers_is_checked_to_its_end() -> None:
    text = " ".join(str(number) for number in range(100_000, 101_700))
    quotes = {warning.quote for warning in _found(f"Есть {text}.")}
    assert {"100003", "101699"} <= {quote.split()[-1] for quote in quotes} | quotes
