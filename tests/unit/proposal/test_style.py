"""The 25 rules of style: each on what it is for, none on what people write, each cure cures."""

from __future__ import annotations

from collections import Counter

import pytest

from app.proposal import style
from app.proposal.model import BlockKind, TextBlock, Warning, WarningKind, Zone
from tests.unit.proposal.letters import HUMAN, MACHINE
from tests.unit.proposal.offers import block

_FILLER = "Насос поднимает воду на 16 м. Кабель 10 м входит в цену, рукав считаем отдельно."


def _hits(number: int, *sentences: str, zone: Zone = Zone.PROSE) -> list[Warning]:
    found = style.check([block(*sentences, zone=zone)], limit=None)
    return [warning for warning in found if warning.rule == number]


def test_there_are_twenty_five_rules_with_titles() -> None:
    assert sorted(style.titles()) == list(range(1, 26))
    assert all(style.titles().values())


@pytest.mark.parametrize("name", HUMAN)
def test_what_people_write_passes_in_silence(name: str) -> None:
    found = style.check(HUMAN[name], limit=None)
    assert [(warning.rule, warning.quote) for warning in found] == []


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("вода", {6: 1, 7: 4, 10: 1, 11: 1, 17: 1, 18: 1, 19: 1}),
        ("стеллажи", {6: 1, 7: 1, 8: 1, 9: 1, 11: 1, 13: 1, 20: 1, 21: 1, 24: 2}),
        ("черновик чата", {1: 2, 2: 4, 7: 1, 17: 1}),
        ("канцелярит", {14: 7, 15: 3, 20: 1}),
        ("давление", {7: 1, 8: 1, 12: 3, 17: 2, 18: 3, 20: 1, 21: 1}),
        ("ровно и ни о чём", {8: 1, 22: 1, 23: 1, 24: 2}),
    ],
)
def test_what_programs_write_is_caught(name: str, rules: dict[int, int]) -> None:
    found = style.check(MACHINE[name], limit=None)
    assert Counter(warning.rule for warning in found) == rules


def test_at_most_five_hints_are_shown_at_once_and_stops_always() -> None:
    everything = [one for blocks in MACHINE.values() for one in blocks]
    found = style.check(everything)
    stops = [warning for warning in found if warning.is_blocking]
    assert len(found) == len(stops) + style.SHOWN_AT_ONCE
    assert found[: len(stops)] == stops
    assert len(stops) == 7


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "Для {{ клиент.название }} посчитали."),
        (1, "Уважаемый <ФИО>, цены ниже."),
        (1, "Договор с ООО « » готов."),
        (1, "Срок XXX дней."),
        (1, "TODO: вставить цену."),
        (1, "Здравствуйте, {Name}."),
        (1, "Дата: __________."),
        (2, "Как языковая модель, я не знаю цен."),
        (2, "Цены в **таблице** ниже."),
        (2, "Подробнее: site.example/?utm_source=chatgpt.com"),
        (2, "Источник :contentReference[oaicite:2]"),
        (3, "На\u200bсос в наличии."),
        (3, "Hасос в наличии."),
        (5, "Этот насос — самый ходовой — есть на складе."),
        (6, "Как известно, вода мокрая."),
        (7, "Предлагаем взаимовыгодное сотрудничество."),
        (8, "Мы № 1 на рынке насосов."),
        (8, "Это наилучшие условия."),
        (9, "Надёжный, удобный и быстрый насос."),
        (10, "Это не просто насос — это уверенность."),
        (11, "Позвольте предложить замену."),
        (12, "Насос очень тихий и крайне удобный."),
        (13, "Мы осуществим отгрузку в среду."),
        (14, "Данный насос является новым."),
        (15, "Решение было принято. Поставка планируется в марте."),
        (16, "Он нужен для проверки выполнения требований безопасности."),
        (17, "Добрый день! Ждём вас!"),
        (18, "Скидка только сегодня."),
        (19, "Даём 100 % гарантию результата."),
        (19, "Насосы всегда в наличии."),
        (20, "Это позволит значительно снизить расходы."),
        (21, "Эксперты рекомендуют менять насос."),
        (23, "Насос тихий. Насос лёгкий. Насос дешёвый."),
        (23, "Везём до вашего склада бесплатно. Счёт привезём, когда везём до вашего склада."),
        (25, "Гарантия 12 мес.. Кабель есть."),
        (25, 'Марка «ГНОМ» и марка "Иртыш".'),
        (25, "Насос , кабель, рукав."),
        (25, "Насос " + "качает воду и " * 16 + "стоит."),
    ],
)
def test_each_rule_catches_what_it_is_for(number: int, text: str) -> None:
    assert _hits(number, text)


def test_many_dashes_are_counted_by_the_length_of_the_text() -> None:
    short = "Насос — 2 шт. Кабель — 10 м. Рукав — 5 м."
    (found,) = _hits(4, short)
    assert "3 тире" in found.text
    assert not _hits(4, short, *[_FILLER] * 20)


def test_even_sentences_are_heard_only_from_six_on() -> None:
    even = [f"Насос номер {n} стоит у стены." for n in range(6)]
    assert _hits(22, *even)
    assert not _hits(22, *even[:5])


def test_text_about_ourselves_and_text_without_figures() -> None:
    assert _hits(24, "Мы делаем насосы. Мы возим насосы. Мы чиним насосы. Мы любим насосы, их 5.")
    assert _hits(24, "Насос качает воду и шумит. " * 9)
    assert not _hits(24, "Насос качает воду и шумит. " * 9 + "Их два.")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "Пишите на <zhukov@volganasos.example> или звоните."),
        (1, "Насос (рис. 1) стоит слева."),
        (2, "Вот цены, о которых вы спрашивали."),
        (3, "Насос ТД-200М, кабель ВВГнг-LS, учёт в 1С и WMS-системе."),
        (5, "Гарантия — 3 года, срок — 5 дней."),
        (5, "Везём по маршруту Волгоград — Камышин — Саратов."),
        (9, "Газовый напольный одноконтурный котёл."),
        (9, "Новый газовый напольный котёл."),
        (9, "Для медных, стальных и пластиковых труб."),
        (9, "Красный, синий и зелёный провод."),
        (10, "Насос не только тихий, но и лёгкий."),
        (12, "Насос очень тихий."),
        (13, "Мы проводим обучение и выполняем монтаж."),
        (14, "Эти данные возьмём из вашего журнала, данные нужны за март."),
        (15, "Кабель проверяется нами, насос был собран нашими слесарями."),
        (16, "Срок поставки насоса 3 дня."),
        (17, "Добрый день! Насос есть."),
        (18, "Цены действуют до 2 декабря."),
        (19, "Работаем по 100 % предоплате, на насос гарантия 100 дней."),
        (20, "Значительно сократит расходы: на 30 % за год."),
        (23, "Подобрали насос дренажный ГНОМ 16-16. Насос дренажный ГНОМ 16-16 тихий."),
        (25, 'Фитинг 1/2", труба «Стандарт» и т. д.'),
        (25, "Ждём..."),
    ],
)
def test_each_rule_leaves_good_words_alone(number: int, text: str) -> None:
    assert not _hits(number, text)


@pytest.mark.parametrize("zone", [Zone.LEGAL, Zone.REQUISITES])
def test_legal_words_are_only_searched_for_what_must_never_stay(zone: Zone) -> None:
    stiff = "В рамках данного договора является, планируется, предусматривается, крайне и очень значительно!"
    assert style.check([block(stiff, stiff, zone=zone)]) == []
    (found,) = style.check([block("ООО « », ИНН 3400000000", zone=zone)])
    assert (found.kind, found.is_blocking) == (WarningKind.PLACEHOLDER, True)


def test_terms_are_spared_the_rules_of_manner_but_not_empty_promises() -> None:
    terms = "Данный товар является новым и в рамках договора поставляется."
    assert style.check([block(terms, zone=Zone.TERMS)]) == []
    assert style.check([block("Гарантируем результат.", zone=Zone.TERMS)])[0].rule == 19


def test_a_company_can_switch_rules_off_but_not_the_first_three() -> None:
    blocks = [block("Рады предложить насос для [Название].")]
    assert [warning.rule for warning in style.check(blocks, switched_off={1, 11})] == [1]


def test_the_setting_names_rules_by_number() -> None:
    assert style.rule_numbers("4, 12;25 и 99") == {4, 12, 25}
    assert style.rule_numbers("") == frozenset()


@pytest.mark.parametrize(
    ("text", "cured"),
    [
        ("В современном мире насосы ломаются.", "Насосы ломаются."),
        ("На сегодняшний день есть 5 штук.", "Сегодня есть 5 штук."),
        ("Стоит отметить, что кабель входит в цену.", "Кабель входит в цену."),
        ("Мы рады предложить вам насос за 5 дней.", "Мы предлагаем вам насос за 5 дней."),
        ("Это инновационный насос.", "Это насос."),
        ("Предлагаем широкий ассортимент насосов.", "Предлагаем ассортимент насосов."),
        ("Даём не просто насос, а готовую станцию.", "Даём готовую станцию."),
        ("Нужен надёжный, удобный и быстрый насос.", "Нужен надёжный насос."),
        ("Этот насос — самый ходовой — есть на складе.", "Этот насос (самый ходовой) есть на складе."),
        ("Отгрузку осуществим, поставку осуществим. Мы осуществим поставку в среду.", None),
        ("Мы осуществим поставку в среду.", "Мы поставим в среду."),
        ("Осуществляем отгрузку со склада.", "Отгружаем со склада."),
        ("Нужно произвести расчёт до среды.", "Нужно рассчитать до среды."),
        ("Цены в **таблице** ниже.", "Цены в таблице ниже."),
        ("На\u200bсос есть.", "Насос есть."),
        ("Hасос есть.", "Насос есть."),
        ("Гарантия 12 мес.. Кабель есть.", "Гарантия 12 мес. Кабель есть."),
        ("Насос , кабель.", "Насос, кабель."),
        ("Позвольте представить насос.", "Представляем насос."),
    ],
)
def test_one_click_puts_it_right(text: str, cured: str | None) -> None:
    (first, *_rest) = [warning for warning in style.check([block(text)], limit=None) if warning.cure is not None]
    assert first.quote in text
    if cured is not None:
        assert text.replace(first.quote, first.cure or "", 1) == cured


def test_a_verb_with_an_object_behind_has_no_cure_that_would_break_its_case() -> None:
    (found,) = _hits(13, "Осуществляем поставку насосов.")
    assert found.cure is None


@pytest.mark.parametrize("name", [*HUMAN, *MACHINE])
def test_every_quote_stands_in_its_block_and_every_cure_cures(name: str) -> None:
    blocks = {**HUMAN, **MACHINE}[name]
    for warning in style.check(blocks, limit=None):
        place = next(at for at, one in enumerate(blocks) if one.kind is warning.block and warning.quote in one.text)
        if warning.cure is None:
            continue
        cured = [*blocks]
        cured[place] = _replaced(blocks[place], warning.quote, warning.cure)
        before = Counter(w.rule for w in style.check(blocks, limit=None))
        after = Counter(w.rule for w in style.check(cured, limit=None))
        assert after[warning.rule] < before[warning.rule], warning


def _replaced(one: TextBlock, quote: str, cure: str) -> TextBlock:
    texts = [sentence.text for sentence in one.sentences]
    place = next(at for at, text in enumerate(texts) if quote in text)
    texts[place] = texts[place].replace(quote, cure, 1)
    return block(*texts, kind=one.kind, zone=one.zone)


def test_a_source_allows_to_name_an_authority() -> None:
    from dataclasses import replace

    from app.knowledge.model import Source

    sentence = replace(
        block("По статистике сервиса насос служит 5 лет.").sentences[0], source=Source("faq.md", "", "5 лет")
    )
    assert style.check([TextBlock(BlockKind.COVERING, (sentence,))]) == []
