"""Where the header of a price list stands, and what its columns hold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.knowledge.headers import Header, Row, find_header, title_key
from app.knowledge.model import Column

GOODS: list[Row] = [
    ("ВО-4", "Вентилятор осевой ВО-4", "шт", Decimal(12500)),
    ("РШ-1", "Решётка наружная РШ-1", "шт", Decimal(900)),
    ("ВЗ-100", "Воздуховод гибкий 100 мм", "м", Decimal(340)),
]
FOUR = {Column.SKU: 0, Column.NAME: 1, Column.UNIT: 2, Column.PRICE: 3}


def _header(*above: Row, goods: list[Row] | None = None) -> Header:
    return find_header([*above, *(goods or GOODS)])


@pytest.mark.parametrize(
    "titles",
    [
        ("Артикул", "Наименование", "Ед. изм.", "Цена, руб."),
        ("Код товара", "Номенклатура", "Ед.", "Розничная цена с НДС, ₽"),
        ("АРТ.", "НАИМЕНОВАНИЕ ТОВАРА", "ЕДИНИЦА", "СТОИМОСТЬ"),
        ("Артикль", "Наименовние", "Ед.изм", "Цена"),
        ("SKU", "Product name", "Unit", "Unit price, RUB"),
        ("Part number", "Description", "UOM", "Price"),
        ("sku", "name", "unit", "price"),
    ],
)
def test_titles_in_many_wordings_are_understood(titles: Row) -> None:
    header = _header(titles)
    assert (header.rows, header.columns) == ((0,), FOUR)


def test_lines_above_the_header_are_not_the_header() -> None:
    above = [("ООО «Северный ветер»",), ("Прайс-лист на 01.11.2026",), (), ("Тел.", "+7 900 000-00-00")]
    header = _header(*above, ("Артикул", "Наименование", "Ед.", "Цена"))
    assert header.rows == (4,)


def test_two_rows_of_titles_are_joined_whether_merged_or_left_empty() -> None:
    goods: list[Row] = [
        ("ВО-4", "Вентилятор осевой", Decimal(12500), Decimal(11000)),
        ("РШ-1", "Решётка", Decimal(900), Decimal(800)),
    ]
    merged = _header(
        ("Артикул", "Наименование", "Цена, руб.", "Цена, руб."),
        ("Артикул", "Наименование", "розница", "опт"),
        goods=goods,
    )
    empty = _header(("Артикул", "Наименование", "Цена, руб.", None), (None, None, "розница", "опт"), goods=goods)
    for header in (merged, empty):
        assert header.rows == (0, 1)
        assert header.columns[Column.PRICE] == 2
        assert header.titles[2:] == ("Цена, руб. розница", "Цена, руб. опт")
        assert header.rivals == ("Цена, руб. опт",)


def test_titles_in_the_lower_of_two_rows_are_found() -> None:
    header = _header(("Товар", None, None, "Цена"), ("Артикул", "Наименование", "Ед.", "с НДС"))
    assert (header.rows, header.columns) == ((0, 1), FOUR)


def test_a_first_article_without_a_price_is_no_second_row_of_titles() -> None:
    goods: list[Row] = [("ВО-1", "Вентилятор", "шт", "по запросу"), *GOODS]
    assert _header(("Артикул", "Наименование", "Ед.", "Цена"), goods=goods).rows == (0,)


def test_a_heading_of_a_group_is_no_second_row_of_titles() -> None:
    goods: list[Row] = [("Вентиляторы", None, None, None), *GOODS]
    assert _header(("Артикул", "Наименование", "Ед.", "Цена"), goods=goods).rows == (0,)


def test_other_numbers_are_not_taken_for_the_article_or_the_price() -> None:
    titles = ("№ п/п", "Код ТН ВЭД", "Артикул", "Наименование", "Закупочная цена", "Цена", "Срок годности")
    goods: list[Row] = [
        (Decimal(1), "8414599500", "ВО-4", "Вентилятор осевой", Decimal(7000), Decimal(12500), "5 лет"),
        (Decimal(2), "8414599501", "РШ-1", "Решётка", Decimal(500), Decimal(900), "3 года"),
    ]
    assert _header(titles, goods=goods).columns == {Column.SKU: 2, Column.NAME: 3, Column.PRICE: 5}


def test_a_column_of_vat_sums_is_no_column_of_rates() -> None:
    goods: list[Row] = [
        ("ВО-4", "Вентилятор", Decimal(12500), Decimal("2254.10")),
        ("РШ-1", "Решётка", Decimal(900), "162,30"),
    ]
    columns = _header(("Артикул", "Наименование", "Цена", "в т. ч. НДС"), goods=goods).columns
    assert Column.VAT_RATE not in columns


def test_a_column_without_a_title_is_known_by_what_stands_in_it() -> None:
    header = _header((None, "Наименование", None, "Цена"))
    assert header.columns == FOUR


def test_a_description_is_the_name_where_there_is_no_other() -> None:
    goods: list[Row] = [("ДН-300", "Насос дренажный", Decimal(4990)), ("ДН-750", "Насос погружной", Decimal(7490))]
    columns = _header(("Модель", "Характеристика", "РРЦ"), goods=goods).columns
    assert columns == {Column.SKU: 0, Column.NAME: 1, Column.PRICE: 2}


def test_a_table_without_a_header_is_known_by_its_contents() -> None:
    header = find_header(GOODS)
    assert (header.rows, header.columns) == ((), FOUR)


def test_a_table_without_prices_has_no_column_of_prices() -> None:
    header = find_header([("Имя", "Телефон"), ("Ольга", "+7 900 000-00-00"), ("Пётр", "+7 900 000-00-01")])
    assert Column.PRICE not in header.columns


def test_a_person_can_say_where_the_header_is() -> None:
    rows: list[Row] = [("Артикул", "Наименование", "Ед.", "Цена"), ("Номер", "Имя", "Мера", "Сколько стоит"), *GOODS]
    assert find_header(rows, 1).rows == (1,)
    assert find_header(GOODS, -1).rows == ()


def test_titles_are_compared_without_case_and_punctuation() -> None:
    assert title_key(("Артикул", "ЦЕНА, руб.", "", "")) == title_key(("артикул ", "Цена (руб)"))
