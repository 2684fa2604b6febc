"""Lines of goods that no rule finds, and that many signs together speak for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.draft.item_signs import COUNT, WANTED, ItemSigns
from app.draft.likely_items import ItemWeights, likely_items, read_weights
from app.draft.line_items import line_items
from app.draft.mentions import find_mentions
from app.draft.model import FieldStatus, LineItem, Misheard
from app.draft.reading import Reading
from app.knowledge.model import PriceItem
from tests.unit.draft.talks import PROFILE, draft_of, read

_LABORATORY = replace(
    PROFILE,
    price_list=(
        PriceItem("GLU", "Определение глюкозы", "иссл.", Decimal(260), ""),
        PriceItem("HOL", "Холестерин общий", "иссл.", Decimal(310), ""),
        PriceItem("FER", "Ферритин", "иссл.", Decimal(640), ""),
        PriceItem("COU", "Выезд медсестры", "выезд", Decimal(1900), ""),
        PriceItem("KIT", "Набор пробирок вакуумных", "компл", Decimal(2150), ""),
        PriceItem("RAP", "Экспресс-тест на тропонин", "шт", Decimal(480), ""),
        PriceItem("RAP-M", "Экспресс-тест на тропонин и миоглобин", "шт", Decimal(720), ""),
    ),
)
_LIST = """
    К: Запишите, что нам на осмотр: глюкоза двенадцать, холестерин восемь.
    М: Глюкоза двенадцать, холестерин восемь. Записала.
    """
# Whatever is named is wanted: what is left out then, no weight brings in.
_EAGER = ItemWeights(dict.fromkeys(WANTED, 0.0), 5.0, dict.fromkeys(COUNT, 0.0) | {"nearness": 1.0}, 0.3)


def _reading(text: str) -> Reading:
    return read(text, _LABORATORY)


def _added(text: str, weights: ItemWeights | None = None) -> dict[str, int | None]:
    reading = _reading(text)
    return {item.sku: item.qty for item in likely_items(reading, line_items(reading), weights)}


def _signs(text: str, sku: str) -> tuple[Mapping[str, float], Mapping[int, Mapping[str, float]]]:
    signs = ItemSigns(_reading(text), ())
    entry = next(entry for entry in signs.articles() if entry.item.sku == sku)
    counts = signs.count(entry)
    return signs.wanted(entry, counts), counts


def test_a_list_without_units_gives_each_of_its_lines() -> None:
    assert _added(_LIST) == {"GLU": 12, "HOL": 8}


def test_a_service_agreed_on_without_a_number_is_one() -> None:
    text = """
        К: И медсестру нам, чтобы сама приехала.
        М: Выезд — тысяча девятьсот.
        К: Годится.
        """
    assert _added(text) == {"COU": 1}


@pytest.mark.parametrize(
    "text",
    [
        """
        М: Ферритин добавить? Шестьсот сорок рублей, скажем, на двенадцать человек.
        К: Нет, ферритин не надо.
        М: Хорошо.
        """,
        """
        К: Если бы мы взяли ферритин, двенадцать, сколько бы вышло?
        М: Ферритин двенадцать — семь тысяч шестьсот восемьдесят.
        К: Понятно.
        """,
        """
        М: Ферритин двенадцать тоже пишу?
        К: Нет, спасибо.
        """,
    ],
)
@pytest.mark.parametrize("weights", [None, _EAGER])
def test_what_is_refused_or_only_thought_of_is_not_added(text: str, weights: ItemWeights | None) -> None:
    assert "FER" not in _added(text, weights)


def test_what_the_client_takes_after_a_no_may_be_added() -> None:
    text = """
        К: Ферритин не надо.
        М: По приказу он нужен.
        К: Тогда ферритин двенадцать.
        """
    assert [(item.sku, item.qty) for item in likely_items(_reading(text), (), _EAGER)] == [("FER", 12)]


def test_a_line_of_the_rules_stays_as_it_is() -> None:
    text = """
        К: Нам нужны наборы пробирок вакуумных, три комплекта. И глюкоза двенадцать.
        М: Три набора, записала. Глюкоза двенадцать.
        """
    reading = _reading(text)
    taken = line_items(reading)
    assert [(item.sku, item.qty, item.status) for item in taken] == [("KIT", 3, FieldStatus.VERIFIED)]
    assert [item.sku for item in likely_items(reading, taken)] == ["GLU"]
    assert draft_of(text, profile=_LABORATORY).line_items[:1] == taken


def test_an_added_line_is_to_be_checked_and_has_its_quotes() -> None:
    for item in _lines(_LIST):
        assert item.status is FieldStatus.REVIEW
        assert item.reason
        assert 1 <= len(item.evidence) <= 4
        said = {turn.index: turn.text for turn in _reading(_LIST).conversation.turns}
        assert all(quote.quote in said[quote.segment] for quote in item.evidence)
    assert len(_lines(_LIST)) == 2


def test_a_name_known_by_its_sound_is_shown_as_it_was_heard() -> None:
    items = _lines(_LIST.replace("холестерин", "холистерин"))
    assert {item.sku: item.misheard for item in items} == {
        "GLU": (),
        "HOL": (Misheard("холистерин", "Холестерин общий"),),
    }


def test_of_two_variants_with_one_count_only_one_is_added_and_none_beside_a_line_of_the_rules() -> None:
    text = """
        К: Экспресс-тест на тропонин, пятнадцать.
        М: Есть экспресс-тест на тропонин и миоглобин, пятнадцать.
        """
    assert [item.qty for item in likely_items(_reading(text), (), _EAGER)] == [15]
    assert _added(text, _EAGER) == {}


def test_added_lines_are_in_the_draft_and_among_what_the_client_is_interested_in() -> None:
    draft = draft_of(_LIST, profile=_LABORATORY)
    assert {item.sku for item in draft.line_items} == {"GLU", "HOL"}
    interest = draft.fields["product_interest"]
    assert interest.status is FieldStatus.REVIEW
    assert "Холестерин общий — 8" in (interest.value or "")


def test_a_call_that_sells_nothing_gets_no_lines() -> None:
    text = """
        К: Добрый день, это такси? Мне машину на Садовую, глюкоза двенадцать у меня на пакете.
        М: Вы ошиблись номером.
        К: Извините.
        """
    assert draft_of(text, profile=_LABORATORY).line_items == ()


def test_a_price_list_without_rows_adds_nothing() -> None:
    reading = read(_LIST, replace(PROFILE, price_list=()))
    assert likely_items(reading, ()) == ()


def test_what_one_costs_does_not_count_it() -> None:
    _wanted, counts = _signs("К: Экспресс-тест на тропонин, по четыреста восемьдесят, возьмём двадцать.", "RAP")
    assert set(counts) == {1, 20}


def test_a_number_of_the_name_does_not_count_it() -> None:
    filters = read("К: Нужны фильтры АЛ двадцать, пришлите описание.")
    assert likely_items(filters, (), _EAGER)[0].qty == 1


def test_a_number_of_another_time_counts_nothing() -> None:
    _wanted, counts = _signs("К: Ферритин нужен. В прошлый раз мы тридцать ферритинов брали.", "FER")
    assert set(counts) == {1}


def test_goods_that_only_the_manager_named_and_nobody_counted_are_not_added() -> None:
    text = """
        М: Ещё есть экспресс-тест на тропонин, четыреста восемьдесят рублей.
        К: Понятно.
        """
    assert _added(text, _EAGER) == {}


def test_a_number_taken_back_in_the_same_turn_is_known() -> None:
    _wanted, counts = _signs("К: Ферритин двенадцать, ой, нет, четырнадцать.", "FER")
    assert (counts[12]["superseded"], counts[14]["superseded"]) == (1.0, 0.0)


def test_a_count_whose_sum_was_said_is_known() -> None:
    text = """
        К: Ферритин двенадцать. Хотя лучше пятнадцать.
        М: За пятнадцать ферритин выйдет девять тысяч шестьсот рублей.
        """
    wanted, counts = _signs(text, "FER")
    assert wanted["sum_said"] == 1.0
    assert (counts[12]["sum_said"], counts[15]["sum_said"]) == (0.0, 1.0)


def test_a_sum_after_a_discount_proves_the_count_too() -> None:
    text = """
        К: Ферритин на пятнадцать человек.
        М: Со скидкой десять процентов за ферритин восемь тысяч шестьсот сорок рублей.
        """
    assert _signs(text, "FER")[1][15]["sum_said"] == 1.0


def test_each_clause_names_its_own_article() -> None:
    mentions = find_mentions(_reading("К: Нам глюкозу, ферритин и холестерин."))
    assert {sku: [mention.is_alone for mention in named] for sku, named in mentions.of.items()} == {
        "GLU": [True],
        "FER": [True],
        "HOL": [True],
    }


def test_a_word_that_fits_too_many_articles_names_none() -> None:
    many = tuple(PriceItem(f"T-{n}", f"Тест вида {n + 100}", "шт", Decimal(n + 100), "") for n in range(60))
    mentions = find_mentions(read("К: Нам нужен тест.", replace(PROFILE, price_list=many)))
    assert not mentions.of


def test_the_weights_of_the_program_know_every_sign() -> None:
    weights = read_weights()
    assert set(weights.wanted) == set(WANTED)
    assert set(weights.count) == set(COUNT)
    assert 0 < weights.bar < 1


def test_without_the_file_of_weights_nothing_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_weights(tmp_path / "none.json")


def _lines(text: str) -> tuple[LineItem, ...]:
    reading = _reading(text)
    return likely_items(reading, line_items(reading))
