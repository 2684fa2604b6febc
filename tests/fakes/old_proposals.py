"""Proposals as companies bring them: Word files without placeholders, each laid out in its own way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import docx
from docx.document import Document
from docx.shared import Pt
from docx.table import Table


def plain_order(path: Path) -> None:
    """The usual order of columns, totals below the table, the client behind «Кому:»."""
    made = docx.Document()
    made.add_paragraph("ООО «ТехСнаб», ИНН 7700000001, г. Тула, ул. Заводская, 3, тел. +7 4872 55-01-02")
    made.add_heading("Коммерческое предложение № 145/26 от 12.10.2026", 1)
    made.add_paragraph("Кому: ООО «Молочный двор», главному инженеру Сидорову П. П.")
    made.add_paragraph("В ответ на Ваш запрос от 09.10.2026 предлагаем поставить насосы для ООО «Молочный двор».")
    _table(
        made,
        [
            ["№", "Наименование", "Ед. изм.", "Кол-во", "Цена, руб.", "Сумма, руб."],
            ["1", "Насос ГНОМ 10-10", "шт", "2", "18 500,00", "37 000,00"],
            ["2", "Рукав напорный 51 мм", "м", "40", "310,00", "12 400,00"],
        ],
    )
    made.add_paragraph("Итого: 49 400,00 руб.")
    made.add_paragraph("В том числе НДС 22%: 8 908,20 руб.")
    made.add_paragraph("Всего к оплате: 49 400,00 руб. (Сорок девять тысяч четыреста рублей 00 копеек)")
    made.add_paragraph("Предложение действительно до 12.11.2026 г.")
    made.add_paragraph("С уважением,")
    made.add_paragraph("Менеджер по продажам Кузнецова Мария")
    made.add_paragraph("+7 4872 55-01-03, m.kuznetsova@tehsnab.example")
    made.save(str(path))


def other_order_with_merged_total(path: Path) -> None:
    """Article first, price before quantity, the total in a merged row of the table."""
    made = docx.Document()
    made.add_paragraph("КОММЕРЧЕСКОЕ ПРЕДЛОЖЕНИЕ")
    made.add_paragraph("Исх. № 77 от «3» сентября 2026 г.")
    made.add_paragraph("Заказчик: АО «Стройтрест-5»")
    table = _table(
        made,
        [
            ["Артикул", "Цена за ед. с НДС", "Количество", "Наименвоание товара", "Стоимость с НДС", "Срок поставки"],
            ["К-12", "1 200,50", "10", "Кирпич облицовочный, поддон", "12 005,00", "5 дней"],
            ["К-14", "980,00", "3", "Смесь кладочная", "2 940,00", "5 дней"],
            ["Итого с НДС 22%:", "", "", "", "14 945,00", ""],
        ],
    )
    table.cell(3, 0).merge(table.cell(3, 3))
    made.add_paragraph("Четырнадцать тысяч девятьсот сорок пять рублей 00 копеек, в т.ч. НДС 22% 2 695,00 руб.")
    made.add_paragraph("Срок действия предложения: до 30.09.2026")
    made.add_paragraph("Руководитель отдела сбыта\tП. А. Орлов")
    made.save(str(path))


def two_header_rows(path: Path) -> None:
    """A header of two rows with merged cells, numbered columns below it, VAT on top in columns of its own."""
    made = docx.Document()
    card = made.add_table(2, 2)
    for cell, text in zip(
        [cell for row in card.rows for cell in row.cells],
        ["Номер", "КП-2026-0031", "Покупатель", "ООО «Агро Луг»"],
        strict=True,
    ):
        cell.text = text
    made.add_paragraph("Дата: 01.10.2026")
    table = _table(
        made,
        [
            ["№ п/п", "Продукция", "Кол.", "Цена без НДС", "Стоимость, руб.", "", ""],
            ["", "", "", "", "без НДС", "НДС", "с НДС"],
            ["1", "2", "3", "4", "5", "6", "7"],
            ["1", "Бак 500 л", "4", "10 000,00", "40 000,00", "8 800,00", "48 800,00"],
            ["2", "Кран шаровой 1/2", "12", "450,00", "5 400,00", "1 188,00", "6 588,00"],
            ["3", "Муфта", "30", "75,00", "2 250,00", "495,00", "2 745,00"],
            ["Всего", "", "", "", "47 650,00", "10 483,00", "58 133,00"],
        ],
    )
    table.cell(0, 4).merge(table.cell(0, 6))
    for column in range(4):
        table.cell(0, column).merge(table.cell(1, column))
    made.add_paragraph("Итого с НДС: 58 133,00 руб.")
    made.add_paragraph("Исполнитель: Белова Ирина Олеговна")
    made.save(str(path))


def number_in_header(path: Path) -> None:
    """Number and date stand in the header of the page, the seller in its footer; nothing names the client's label."""
    made = docx.Document()
    header, footer = made.sections[0].header.paragraphs[0], made.sections[0].footer.paragraphs[0]
    header.text = "Предложение № С-0451 от 15 августа 2026 г."
    footer.text = "АО «Ветер» · ИНН 5000000002 · тел. 8 (495) 100-20-30"
    made.add_paragraph("ООО «Кедр»")
    made.add_paragraph("Вниманию: Ольга Маркова")
    made.add_paragraph("Вентиляция склада", style="Heading 2")
    _table(
        made,
        [
            ["Позиция", "Кол-во, шт.", "Цена с учетом скидки", "Скидка", "Итого"],
            ["Вентилятор ВО-06-300", "6", "21 850,00", "5%", "131 100,00"],
        ],
    )
    _table(made, [["ИТОГО К ОПЛАТЕ", "131 100,00"], ["в т. ч. НДС (22 %)", "23 640,98"]])
    made.add_paragraph("Сто тридцать одна тысяча сто рублей 00 копеек")
    made.add_paragraph("Цены действуют по 31.08.2026.")
    made.add_paragraph("С уважением, Громов Олег, 8 (495) 100-20-31")
    made.save(str(path))


def letter(path: Path) -> None:
    """A letter: greeting, one small table, the sum in the text, split into runs of different looks."""
    made = docx.Document()
    made.add_paragraph("ИП Соколов А. В., ИНН 330000000003, Владимир, тел. +7 920 000-11-22")
    made.add_paragraph("25.09.2026 № 18")
    made.add_paragraph("Уважаемый Антон Сергеевич!")
    split = made.add_paragraph("Предлагаем для ")
    split.add_run("ООО «Стан").bold = True
    split.add_run("ция Юг»").italic = True
    split.add_run(" следующие работы.")
    _table(
        made,
        [
            ["Наименование работ", "Объем", "Ед.", "Расценка за ед.", "Сумма"],
            ["Монтаж щита", "1", "шт.", "15 000", "15 000"],
            ["Прокладка кабеля", "120", "м", "90", "10 800"],
        ],
    )
    total = made.add_paragraph("Общая стоимость работ 25 800 руб. 00 коп. (")
    total.add_run("Двадцать пять тысяч восемьсот рублей 00 копеек").font.size = Pt(14)
    total.add_run("), НДС не облагается.")
    made.add_paragraph("С уважением,")
    made.add_paragraph("А. В. Соколов")
    made.save(str(path))


def bitrix(path: Path) -> None:
    """A template of Bitrix24 with its codes, one of them a company's own."""
    made = docx.Document()
    made.add_paragraph("Предложение {DocumentNumber} от {DocumentCreateTime~d.m.Y} для {RequisiteRqCompanyName}")
    made.add_paragraph("Объект: {UfCrm1738502330}")
    _table(
        made,
        [
            ["№", "Товар", "Кол-во", "Цена", "Сумма"],
            [
                "{ProductsIndex}",
                "{ProductsProductName}",
                "{ProductsProductQuantity}",
                "{ProductsProductPrice}",
                "{ProductsProductPriceSum}",
            ],
        ],
    )
    made.add_paragraph("Итого: {TotalSum}")
    made.save(str(path))


def two_rates(path: Path) -> None:
    """Goods of two rates of VAT, each with a line of its own below the table."""
    made = docx.Document()
    made.add_paragraph("Коммерческое предложение № 31 от 05.10.2026")
    made.add_paragraph("Кому: ООО «Школьный двор»")
    _table(
        made,
        [
            ["№", "Наименование", "Кол-во", "Цена, руб.", "Сумма, руб."],
            ["1", "Парта ученическая", "10", "6 100,00", "61 000,00"],
            ["2", "Молоко 1 л", "100", "88,00", "8 800,00"],
            ["Итого", "", "", "", "69 800,00"],
            ["в т. ч. НДС 22 %", "", "", "", "11 000,00"],
            ["в т. ч. НДС 10 %", "", "", "", "800,00"],
        ],
    )
    made.add_paragraph("Шестьдесят девять тысяч восемьсот рублей 00 копеек")
    made.save(str(path))


def two_options(path: Path) -> None:
    """Two ways to choose from, each with its table of goods."""
    made = docx.Document()
    made.add_paragraph("Коммерческое предложение № 12 от 05.10.2026")
    made.add_paragraph("Кому: ООО «Ручей»")
    for option, name, amount in (("А", "Насос 10-10", "18 500,00"), ("Б", "Насос 25-20", "31 000,00")):
        made.add_paragraph(f"Вариант {option}")
        _table(made, [["№", "Наименование", "Кол-во", "Цена, руб.", "Сумма, руб."], ["1", name, "1", amount, amount]])
        made.add_paragraph(f"Итого: {amount} руб.")
    made.save(str(path))


def sum_in_the_letter(path: Path) -> None:
    """The total stands in the covering text too, above the table."""
    made = docx.Document()
    made.add_paragraph("Коммерческое предложение № 40 от 06.10.2026")
    made.add_paragraph("Кому: ООО «Ручей»")
    made.add_paragraph("Предлагаем два насоса на сумму 49 500,00 руб. с доставкой.")
    _table(
        made,
        [
            ["№", "Наименование", "Кол-во", "Цена, руб.", "Сумма, руб."],
            ["1", "Насос 10-10", "1", "18 500,00", "18 500,00"],
            ["2", "Насос 25-20", "1", "31 000,00", "31 000,00"],
        ],
    )
    made.add_paragraph("Итого: 49 500,00 руб.")
    made.save(str(path))


LAYOUTS: Sequence[Callable[[Path], None]] = (
    plain_order,
    other_order_with_merged_total,
    two_header_rows,
    number_in_header,
    letter,
)


def _table(made: Document, rows: list[list[str]]) -> Table:
    table: Table = made.add_table(len(rows), len(rows[0]), style="Table Grid")
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return table
