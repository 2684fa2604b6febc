"""Articles of the price list as people name them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.draft.articles import root
from app.draft.catalogue import Catalogue
from app.draft.matching import matches
from app.draft.model import FieldStatus, Misheard
from app.knowledge.model import PriceItem
from app.spoken.numbers import find_numbers
from tests.unit.draft.talks import PRICES, PROFILE, draft_of


def _meant(text: str) -> str:
    catalogue = Catalogue(PRICES)
    found = matches(catalogue, catalogue.parts_of(text, find_numbers(text)))
    return found[0].entry.item.sku if found else ""


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("АЛ двадцать", "AL-F20"),
        ("а эль десять", "AL-F10"),
        ("АЛ20", "AL-F20"),
        ("картридж на пятьдесят микрон", "AL-C50"),
        ("обратный осмос", "AL-RO5"),
    ],
)
def test_an_article_is_found_as_it_is_spoken(text: str, sku: str) -> None:
    assert _meant(text) == sku


def test_another_number_is_never_the_nearest_article() -> None:
    assert _meant("картридж сто микрон") == ""


def _items(text: str) -> list[tuple[str, int | None]]:
    return [(item.sku, item.qty) for item in draft_of(text).line_items]


def test_a_count_beside_the_name_is_its_quantity() -> None:
    assert _items("К: Нам нужны фильтры АЛ двадцать, четыре штуки.") == [("AL-F20", 4)]


def test_a_corrected_count_wins() -> None:
    text = """
        К: Давайте картриджи тридцать микрон.
        М: Хорошо. Сколько?
        К: Сто двадцать. Хотя нет, сто десять.
        """
    assert _items(text) == [("AL-C30", 110)]


def test_a_corrected_article_takes_the_count_over() -> None:
    text = """
        К: Нужны картриджи пятьдесят микрон, двадцать штук.
        К: Ой, нет, вру, тридцать микрон.
        """
    assert _items(text) == [("AL-C30", 20)]


def test_a_refused_article_is_no_product() -> None:
    text = """
        М: Возьмёте установку обратного осмоса?
        К: Нет, осмос не нужен. Давайте фильтр АЛ десять, две штуки.
        """
    assert _items(text) == [("AL-F10", 2)]


def test_a_service_is_counted_by_what_it_is_for() -> None:
    text = """
        К: Нужна установка обратного осмоса, три штуки.
        М: Пусконаладка нужна?
        К: Да, пусконаладку берём.
        """
    assert dict(_items(text)) == {"AL-RO5": 3, "AL-MNT": 3}


def test_an_article_heard_wrongly_is_marked() -> None:
    draft = draft_of("К: Нужен кортридш угольный тридцать микрон, пять штук.")
    item = draft.line_items[0]
    assert (item.sku, item.status) == ("AL-C30", FieldStatus.REVIEW)
    assert item.misheard == (Misheard("кортридш угольный тридцать микрон", "Картридж угольный 30 микрон"),)
    assert draft.fields["product_interest"].misheard == item.misheard


@pytest.mark.parametrize("said", ["фильтарды до 20", "фильтарды 20", "фильтры до 20"])
def test_the_number_of_a_designation_tells_which_name_was_heard_wrongly(said: str) -> None:
    item = draft_of(f"К: Нам нужны {said}, две штуки.").line_items[0]
    assert (item.sku, item.qty, item.status) == ("AL-F20", 2, FieldStatus.REVIEW)
    assert item.misheard == (Misheard(said, "Фильтр магистральный АЛ-20"),)


def test_a_strange_word_before_a_number_no_designation_has_names_nothing() -> None:
    assert _items("К: Нам нужны фильтарды до 40, две штуки.") == []


@pytest.mark.parametrize("said", ["фильтры АЛ двадцать", "фильтры а эль двадцать", "магистральные фильтры АЛ-20"])
def test_an_article_called_by_its_own_words_is_not_misheard(said: str) -> None:
    item = draft_of(f"К: Нам нужны {said}, две штуки.").line_items[0]
    assert (item.sku, item.misheard) == ("AL-F20", ())


def test_two_variants_with_counts_of_their_own_are_both_wanted() -> None:
    text = "К: Давайте фильтр АЛ десять, три штуки, а на кухню магистральный АЛ двадцать, один."
    assert _items(text) == [("AL-F10", 3), ("AL-F20", 1)]


def test_a_count_put_in_the_place_of_another_is_sure_once_it_is_said_again() -> None:
    text = """
        К: Нам семь картриджей по тридцать микрон. Хотя… один стояк закрыли, так что шесть.
        М: Тридцать микрон, шесть штук.
        """
    item = next(iter(draft_of(text).line_items))
    assert (item.sku, item.qty, item.status) == ("AL-C30", 6, FieldStatus.VERIFIED)


def test_a_bare_count_put_in_the_place_of_another_needs_a_look() -> None:
    item = next(iter(draft_of("К: Нам картриджи тридцать микрон, семь штук. Нет, лучше пусть шесть будет.").line_items))
    assert (item.qty, item.status) == (6, FieldStatus.REVIEW)


def test_what_the_quotation_was_for_is_what_the_talk_is_about() -> None:
    text = "М: Я вам отправлял расчёт на две установки обратного осмоса.\nК: Посмотрел. Дороговато."
    assert _items(text) == [("AL-RO5", 2)]


def test_counts_in_a_list_belong_each_to_its_own_thing() -> None:
    text = """
        К: Нам фильтры АЛ десять и картриджи пятьдесят микрон.
        К: Значит, пять фильтров, двадцать картриджей.
        """
    assert _items(text) == [("AL-F10", 5), ("AL-C50", 20)]


def test_the_manager_s_sum_proves_the_count() -> None:
    text = """
        К: Нам бы фильтры АЛ двадцать. Думали четыре. Хотя нет, этажей-то шесть.
        М: По семь девятьсот, итого сорок семь тысяч четыреста.
        К: Хорошо, берём.
        """
    assert _items(text) == [("AL-F20", 6)]


def test_a_discount_that_was_named_is_taken_off_the_sum() -> None:
    text = """
        М: Картриджи тридцать микрон, от ста штук минус десять процентов.
        К: Давайте двести. Да, двести.
        М: Тогда восемьдесят одна тысяча.
        """
    assert _items(text) == [("AL-C30", 200)]


def test_a_price_is_no_count() -> None:
    assert _items("М: Фильтр АЛ десять, пять тысяч четыреста.\nК: Понятно.") == []


def test_a_number_the_manager_says_after_the_client_is_the_count() -> None:
    text = """
        М: Фильтры АЛ десять. Вы говорили, восемь.
        К: Говорил восемь. Пересмотрели — семь.
        М: Семь. Понял.
        К: Да, берём.
        """
    assert _items(text) == [("AL-F10", 7)]


def test_an_article_without_a_count_is_an_interest_and_no_line() -> None:
    draft = draft_of("К: Нам нужны фильтры АЛ двадцать, пришлите описание.")
    assert draft.line_items == ()
    assert "АЛ-20" in str(draft.fields["product_interest"].value)


def test_a_count_of_another_time_is_not_taken() -> None:
    text = """
        К: Интересуют фильтры АЛ двадцать.
        К: Прошлой осенью мы двадцать штук взяли.
        """
    assert _items(text) == []


def test_a_measure_in_one_word_is_understood() -> None:
    assert _meant("двухсотлитровая установка осмоса") == "AL-RO5"


def test_mounting_that_is_agreed_on_goes_with_its_goods() -> None:
    prices = (
        PriceItem("W-1", "Окно глухое О-1", "шт", Decimal(10000), "22"),
        PriceItem("W-M", "Монтаж окна, один проём", "усл", Decimal(3000), "22"),
        PriceItem("D-M", "Монтаж двери, один проём", "усл", Decimal(4000), "22"),
    )
    text = "К: Нам нужны окна О один, четыре штуки. Только ставите вы!\nМ: Ставим мы, конечно."
    items = draft_of(text, profile=replace(PROFILE, price_list=prices)).line_items
    assert [(item.sku, item.qty, item.status) for item in items] == [
        ("W-1", 4, FieldStatus.VERIFIED),
        ("W-M", 4, FieldStatus.REVIEW),
    ]


def test_mounting_by_the_client_s_own_people_is_no_line() -> None:
    prices = (
        PriceItem("W-1", "Окно глухое О-1", "шт", Decimal(10000), "22"),
        PriceItem("W-M", "Монтаж окна, один проём", "усл", Decimal(3000), "22"),
    )
    text = "К: Нам нужны окна О один, четыре штуки.\nМ: А монтаж?\nК: Не надо, сами поставим."
    assert [item.sku for item in draft_of(text, profile=replace(PROFILE, price_list=prices)).line_items] == ["W-1"]


def test_a_thing_by_the_piece_named_in_the_singular_is_one_and_left_to_a_person() -> None:
    items = draft_of("К: Нам нужна установка обратного осмоса на двести литров, берём.").line_items
    assert [(item.sku, item.qty, item.status) for item in items] == [("AL-RO5", 1, FieldStatus.REVIEW)]
    assert "не названо" in str(items[0].reason)


def test_a_count_may_stand_behind_what_is_said_of_the_thing() -> None:
    items = draft_of("К: Возьмём АЛ-20 с запасной колбой, пятнадцать штук.").line_items
    assert [(item.sku, item.qty) for item in items] == [("AL-F20", 15)]


def test_a_designation_written_without_its_hyphen_is_the_same() -> None:
    shelf = (
        *PRICES,
        PriceItem("AL-P40", "Фильтр песочный АЛ-П40", "шт", Decimal(21000), "22"),
        PriceItem("AL-P60", "Фильтр песочный АЛ-П60", "шт", Decimal(29000), "22"),
    )
    made = draft_of("К: Давайте тогда один АЛП60.", profile=replace(PROFILE, price_list=shelf))
    assert [(item.sku, item.qty) for item in made.line_items] == [("AL-P60", 1)]


def test_a_number_grown_together_with_a_letter_counts_nothing() -> None:
    shelf = (*PRICES, PriceItem("NP-15", "Насос погружной НП-15", "шт", Decimal(31000), "22"))
    made = draft_of("К: Старые насосы гудят. Надо насосы C32-84 штуки.", profile=replace(PROFILE, price_list=shelf))
    assert all(item.qty != 32 for item in made.line_items)


def test_a_price_list_gives_the_articles_that_a_part_can_belong_to_in_its_order() -> None:
    catalogue = Catalogue(PRICES)
    found = catalogue.entries_with([root("картридж"), "#20"])
    assert [entry.item.sku for entry in found] == ["AL-F20", "AL-C30", "AL-C50"]
    assert catalogue.entries_with([root("баобаб")]) == []


_STEAMERS = (
    PriceItem("PR-4", "Пароварка ПВ-4 (4 уровня)", "шт", Decimal(90000), "22"),
    PriceItem("PR-8", "Пароварка ПВ-8 (8 уровней)", "шт", Decimal(140000), "22"),
    PriceItem("KM-60", "Компрессор КБ-60, 120 л/мин", "шт", Decimal(60000), "22"),
    PriceItem("KM-120", "Компрессор КБ-120, 240 л/мин", "шт", Decimal(80000), "22"),
)


def _steamers(text: str) -> dict[str, float]:
    draft = draft_of(text, profile=replace(PROFILE, price_list=_STEAMERS))
    return {item.sku: float(item.qty or 0) for item in draft.line_items}


def test_the_number_of_a_designation_counts_nothing() -> None:
    text = """
        М: На столовую хватит пароварки ПВ восемь, она сто сорок тысяч.
        К: Хорошо, берём. ПВ восемь, одну штуку.
        """
    assert _steamers(text) == {"PR-8": 1}


def test_letters_and_the_number_right_behind_them_name_one_article() -> None:
    text = """
        М: На три станка нужен КБ сто двадцать. Младший компрессор, КБ шестьдесят, тянет два.
        К: Значит, берём один КБ сто двадцать.
        """
    assert _steamers(text) == {"KM-120": 1}
