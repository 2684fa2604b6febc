"""What becomes of the rows of a price list, and of the list as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.core.errors import UserFixable
from app.knowledge.importing import document_of, knowledge_of, price_list_of, read_table
from app.knowledge.model import Column, KnowledgeText, PriceItem, RowState, TableImport
from app.knowledge.ports import Cell, Section, Sheet

TITLES = ("Артикул", "Наименование", "Ед.", "Цена")
LOADED = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _table(*rows: Sequence[Cell], titles: Sequence[Cell] = TITLES, file: str = "price.xlsx") -> TableImport:
    good = ("ЗЗ-9", "Заслонка ЗЗ-9", "шт", Decimal(700))
    return read_table([Sheet("Прайс", (titles, *rows, good))], file, "0" * 64)


def _outcome(table: TableImport) -> list[tuple[int, RowState, str | None]]:
    return [(row.row, row.state, row.reason) for row in table.rows[:-1]]


def test_an_article_is_read_with_all_that_stands_in_its_row() -> None:
    titles = (*TITLES, "НДС", "Мин. кол-во", "Остаток", "Срок поставки", "Примечание")
    row = ("ВО-4", " Вентилятор  осевой ", "шт.", "12 500,50 руб.", Decimal("0.22"), "2", ">10", "3-5 дней", "новинка")
    table = _table(row, row, titles=titles)
    assert table.items[0] == PriceItem(
        sku="ВО-4",
        name="Вентилятор осевой",
        unit="шт",
        price=Decimal("12500.50"),
        vat_rate="22",
        min_qty=Decimal(2),
        note="новинка",
        stock=Decimal(10),
        lead_days=5,
        source="price.xlsx, строка 2",
    )


def test_every_row_that_is_not_empty_is_accounted_for() -> None:
    table = _table(
        ("Вентиляторы", None, None, None),
        ("ВО-4", "Вентилятор ВО-4", "шт", Decimal(12500)),
        (None, None, None, None),
        ("ВО-5", "Вентилятор ВО-5", "шт", "по запросу"),
        TITLES,
        (None, "Вентилятор без номера", "шт", Decimal(5000)),
        (None, None, None, Decimal(100)),
        ("Итого", None, None, Decimal(17600)),
    )
    assert _outcome(table) == [
        (2, RowState.SKIPPED, "заголовок группы"),
        (3, RowState.READ, None),
        (5, RowState.SKIPPED, "нет цены: «по запросу»"),
        (6, RowState.SKIPPED, "повтор заголовка таблицы"),
        (7, RowState.DOUBTFUL, "нет артикула: вместо него название"),
        (8, RowState.SKIPPED, "есть цена, но нет ни артикула, ни названия"),
        (9, RowState.SKIPPED, "строка с итогом"),
    ]
    assert table.items[1].sku == "Вентилятор без номера"
    assert [table.count(state) for state in RowState] == [2, 1, 5]


def test_a_heading_merged_over_the_row_is_shown_once() -> None:
    table = _table(("Вентиляторы",) * 4)
    assert (table.rows[0].reason, table.rows[0].cells) == ("заголовок группы", ("Вентиляторы",))


def test_the_same_article_at_the_same_price_stays_once() -> None:
    row = ("ВО-4", "Вентилятор ВО-4", "шт", Decimal(12500))
    table = _table(row, row)
    assert _outcome(table)[1] == (3, RowState.SKIPPED, "повтор строки 2")
    assert [item.sku for item in table.items] == ["ВО-4", "ЗЗ-9"]


def test_an_article_with_two_prices_is_doubtful_in_both_rows() -> None:
    table = _table(("ВО-4", "Вентилятор", "шт", Decimal(12500)), ("во-4 ", "Вентилятор", "шт", Decimal(13000)))
    assert _outcome(table) == [
        (2, RowState.DOUBTFUL, "у артикула ВО-4 в строке 3 другая цена"),
        (3, RowState.DOUBTFUL, "у артикула во-4 в строке 2 другая цена"),
    ]


def test_an_article_typed_on_another_keyboard_is_the_same() -> None:
    table = _table(("BO-4", "Вентилятор", "шт", Decimal(12500)), ("ВО-4", "Вентилятор", "шт", Decimal(12500)))
    assert _outcome(table)[1][2] == "повтор строки 2"


def test_an_article_with_two_names_is_doubtful() -> None:
    table = _table(("ВО-4", "Вентилятор", "шт", Decimal(500)), ("ВО-4", "Кожух", "шт", Decimal(500)))
    assert _outcome(table)[0] == (2, RowState.DOUBTFUL, "артикул ВО-4 в строке 3 с другим названием")


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (("ВО-4", "Вентилятор", "", Decimal(500)), "единицы измерения"),
        (("ВО-4", "", "шт", Decimal(500)), "нет названия"),
        ((date(2026, 2, 1), "Вентилятор", "шт", Decimal(500)), "дата 01.02.2026"),
        (("4,6E+12", "Вентилятор", "шт", Decimal(500)), "искажён"),
        (("-", "Вентилятор", "шт", Decimal(500)), "нет артикула"),
        (("ВО-4", "Вентилятор", "шт", "от 500"), "от 500"),
    ],
)
def test_what_a_person_should_look_at_is_doubtful(row: Sequence[Cell], word: str) -> None:
    report = _table(row).rows[0]
    assert report.state is RowState.DOUBTFUL
    assert word in str(report.reason)
    assert report.item is not None


def test_a_vat_rate_that_is_not_in_force_is_doubtful_and_kept_as_written() -> None:
    titles = (*TITLES, "Ставка НДС")
    rows = [(f"ВО-{n}", "Вентилятор", "шт", Decimal(500), "22") for n in range(4)]
    table = _table(*rows, ("ВО-9", "Вентилятор", "шт", Decimal(500), "18"), titles=titles)
    assert (table.rows[4].state, table.items[4].vat_rate) == (RowState.DOUBTFUL, "18")


def test_prices_in_thousands_are_multiplied_and_it_is_said() -> None:
    titles = ("Артикул", "Наименование", "Ед.", "Цена, тыс. руб.")
    table = _table(("ВО-4", "Вентилятор", "шт", "12,5"), titles=titles)
    assert table.items[0].price == 12500
    assert any("тысячах" in note for note in table.notes)


def test_prices_in_another_currency_are_not_taken() -> None:
    table = _table(("ВО-4", "Вентилятор", "шт", Decimal(120)), titles=("Артикул", "Наименование", "Ед.", "Цена, USD"))
    assert table.items == ()
    assert any("не в рублях" in note for note in table.notes)


def test_prices_without_vat_are_said() -> None:
    titles = ("Артикул", "Наименование", "Ед.", "Цена без НДС")
    assert any("без НДС" in note for note in _table(titles=titles).notes)


def test_of_several_columns_of_prices_one_is_taken_and_the_others_named() -> None:
    titles = ("Артикул", "Наименование", "Оптовая цена", "Розничная цена")
    rows = [("ВО-4", "Вентилятор", Decimal(11000), Decimal(12500)), ("РШ-1", "Решётка", Decimal(800), Decimal(900))]
    table = read_table([Sheet("", (titles, *rows))], "price.csv", "")
    assert table.items[0].price == 12500
    assert any("«Оптовая цена»" in note for note in table.notes)


def test_a_list_without_articles_is_keyed_by_names_and_says_so() -> None:
    rows = (("Наименование", "Цена"), ("Монтаж вентилятора", Decimal(3000)), ("Монтаж решётки", Decimal(900)))
    table = read_table([Sheet("", rows)], "price.csv", "")
    assert [item.sku for item in table.items] == ["Монтаж вентилятора", "Монтаж решётки"]
    assert any("артикулами" in note for note in table.notes)
    assert {item.unit for item in table.items} == {"шт"}


def test_a_unit_in_the_name_is_taken_where_there_is_no_other() -> None:
    rows = (("Наименование", "Цена"), ("Песок речной, т", Decimal(950)), ("Щебень, м3", Decimal(2100)))
    assert [item.unit for item in read_table([Sheet("", rows)], "price.csv", "").items] == ["т", "м³"]


def test_sheets_with_the_same_titles_are_one_price_list() -> None:
    sheets = [
        Sheet("Вентиляторы", (TITLES, ("ВО-4", "Вентилятор", "шт", Decimal(12500)))),
        Sheet(
            "Решётки",
            (("Прайс",), TITLES, ("РШ-1", "Решётка", "шт", Decimal(900)), ("ВО-4", "Вентилятор", "шт", Decimal(1))),
        ),
        Sheet("Контакты", (("Отдел", "Телефон"), ("Продажи", "+7 900 000-00-00"))),
    ]
    table = read_table(sheets, "price.xlsx", "")
    assert [item.source for item in table.items[:2]] == [
        "price.xlsx, лист «Вентиляторы», строка 2",
        "price.xlsx, лист «Решётки», строка 3",
    ]
    assert [note for note in table.notes if "лист" in note] == [
        "Прочитаны листы: «Вентиляторы», «Решётки».",
        "Не прочитаны листы: «Контакты».",
    ]


def test_columns_that_a_person_said_are_taken() -> None:
    rows = (("Наш номер", "Что это", "Мера", "Почём"), ("ВО-4", "Вентилятор", "шт", "12 500"))
    columns = {Column.SKU: 0, Column.NAME: 1, Column.UNIT: 2, Column.PRICE: 3}
    table = read_table([Sheet("", rows)], "price.csv", "", columns=columns, header_row=1)
    assert [item.price for item in table.items] == [12500]
    assert (table.headers, table.header_rows) == (rows[0], (1,))


def test_a_table_without_prices_can_be_shown_and_asks_for_the_column() -> None:
    rows = (("Имя", "Город"), ("Ольга", "Тверь"), ("Пётр", "Псков"))
    table = read_table([Sheet("", rows)], "people.csv", "")
    assert table.items == ()
    assert table.notes == ("Столбец с ценой не найден: укажите его.",)
    with pytest.raises(UserFixable) as caught:
        price_list_of(table, LOADED)
    assert caught.value.code == "table.no_prices"


def test_a_table_without_a_filled_cell_is_refused() -> None:
    with pytest.raises(UserFixable) as caught:
        read_table([Sheet("", ((), ("", None)))], "price.csv", "")
    assert caught.value.code == "table.empty"


def test_the_dates_of_the_prices_are_read_from_the_lines_around_the_table() -> None:
    good = ("ЗЗ-9", "Заслонка ЗЗ-9", "шт", Decimal(700))
    above = [("ООО «Северный ветер»",), ("Цены на", date(2026, 11, 1)), (), TITLES]
    table = read_table([Sheet("", (*above, good, good, ("Прайс действителен до 31.12.2026",)))], "price.csv", "")
    assert (table.priced_on, table.valid_until) == (date(2026, 11, 1), date(2026, 12, 31))
    assert price_list_of(table, LOADED).valid_until == date(2026, 12, 31)


def test_the_knowledge_of_a_profile_has_its_articles_and_passages() -> None:
    items = [PriceItem("ВО-4", "Вентилятор", "шт", Decimal(12500), "22", source="catalog.csv, строка 2")]
    base = knowledge_of([KnowledgeText("faq.md", "# Вопросы\n\nВозим по вторникам.\n")], items, LOADED)
    assert base.price_list is not None
    assert (base.price_list.file, base.price_list.items) == ("catalog.csv", tuple(items))
    assert [(passage.heading, passage.text) for passage in base.documents[0].passages] == [
        ("Вопросы", "Возим по вторникам.")
    ]
    assert knowledge_of([], [], LOADED).price_list is None


def test_the_same_file_has_the_same_identity_each_time() -> None:
    sections = [Section("", "Возим по вторникам.")]
    assert document_of(sections, "a.md", "1", LOADED).id == document_of(sections, "a.md", "1", LOADED).id
    assert document_of(sections, "a.md", "1", LOADED).id != document_of(sections, "a.md", "2", LOADED).id
