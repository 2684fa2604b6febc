"""The page «База знаний» over the real knowledge base of the sample company."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFrame, QLabel, QLineEdit

from app.knowledge.model import Column
from tests.gui.program import Program
from tests.gui.test_keyboard import focused, press

CTRL = Qt.KeyboardModifier.ControlModifier
PRICES = """Прайс ООО «Северный Свет»;;;;
Артикул;Наименование;Ед.;Цена дилера;Цена
НЛ-1;Лампа настольная;шт;900;1 200,50
НЛ-2;Лампа подвесная;шт;1000;по запросу
НЛ-3;Лампа напольная;шт;2100;3 400
"""


@pytest.fixture
def page(program: Program) -> Program:
    """The page is on the screen, what is in force has been read."""
    program.start()
    program.bot.waitActive(program.window)
    program.window.welcome.skipped.emit()
    press(Qt.Key.Key_4, CTRL)
    program.wait(lambda: program.desk.knowledge.is_loaded, 60_000)
    return program


def texts(program: Program, name: str) -> list[str]:
    return [found.text() for found in program.window.knowledge.findChildren(QLabel, name) if not found.isHidden()]


def write(program: Program, text: str) -> None:
    field = program.find("questionField")
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.setText(text)


def test_what_the_sample_company_knows_is_shown_with_its_age(page: Program) -> None:
    assert texts(page, "priceListCount") == ["30 артикулов"]
    assert {"delivery.md", "warranty.md"} <= set(texts(page, "documentFile"))
    assert focused().objectName() == "questionField"


def test_a_price_list_is_shown_as_it_was_read_changed_and_confirmed(page: Program, tmp_path: Path) -> None:
    file = tmp_path / "прайс 2026.csv"
    file.write_text(PRICES, "cp1251")
    page.desk.knowledge.add_files([file])
    page.wait(lambda: page.desk.knowledge.table is not None)
    assert page.find("importView").isVisible()
    table = page.desk.knowledge.table
    assert table is not None
    assert table.headers[table.columns[Column.PRICE]] == "Цена"
    assert page.find("import_read").text() == "прочитано: 2"
    assert any("Строка 4" in text for text in texts(page, "rowReason"))
    box = page.find("column_price")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText("Цена дилера"))
    box.activated.emit(box.currentIndex())
    page.wait(lambda: page.find("confirmImport").text() == "Загрузить 3 артикула")
    press(Qt.Key.Key_Return, CTRL)
    page.wait(lambda: texts(page, "priceListFile") == ["прайс 2026.csv"])
    assert page.find("importView").isHidden()
    prices = page.app.knowledge.knowledge().price_list
    assert prices is not None
    assert [item.price for item in prices.items] == [900, 1000, 2100]


def test_escape_leaves_the_price_list_in_force(page: Program, tmp_path: Path) -> None:
    file = tmp_path / "прайс.csv"
    file.write_text(PRICES, "utf-8")
    page.desk.knowledge.add_files([file])
    page.wait(lambda: page.find("importView").isVisible())
    press(Qt.Key.Key_Escape)
    page.wait(lambda: page.find("importView").isHidden())
    assert texts(page, "priceListCount") == ["30 артикулов"]


def choose(box: QComboBox, at: int) -> None:
    box.setCurrentIndex(at)
    box.activated.emit(at)


def test_another_sheet_another_header_and_the_last_day_are_chosen_before_the_list_is_taken(
    page: Program, tmp_path: Path
) -> None:
    file = tmp_path / "прайсы.xlsx"
    book = openpyxl.Workbook()
    retail, wholesale = book.active, book.create_sheet("Опт")
    assert retail is not None
    retail.title = "Розница"
    for row in (("Артикул", "Наименование", "Ед.", "Цена"), ("НЛ-1", "Лампа", "шт", 1200)):
        retail.append(row)
    rows = (
        ("Старые цены", "Товар", "Цена"),
        ("НЛ-7", "Торшер", 100),
        ("Код", "Товар", "Ед.", "Цена"),
        ("НЛ-8", "Бра", "шт", 900),
        ("НЛ-9", "Спот", "шт", 450),
    )
    for row in rows:
        wholesale.append(row)
    book.save(file)
    knowledge = page.desk.knowledge
    knowledge.add_files([file])
    page.wait(lambda: page.find("importView").isVisible())
    sheet, header = page.find("importSheet"), page.find("importHeaderRow")
    choose(sheet, sheet.findText("Опт"))
    page.wait(lambda: knowledge.table is not None and knowledge.table.sheet == "Опт" and not knowledge.is_reading)
    choose(header, header.findData(3))
    page.wait(lambda: page.find("confirmImport").text() == "Загрузить 2 артикула")
    assert header.currentText().startswith("строка 3: Код")
    assert "Бра" in {sample.findChild(QLabel).text() for sample in page.window.findChildren(QFrame, "importSample")}
    until = page.find("importValidUntil")
    until.setText("31.12.2026")
    until.editingFinished.emit()
    press(Qt.Key.Key_Return, CTRL)
    page.wait(lambda: texts(page, "priceListFile") == ["прайсы.xlsx"])
    assert texts(page, "pricesHold") == ["Цены действуют до 31.12.2026"]
    prices = page.app.knowledge.knowledge().price_list
    assert prices is not None
    assert [(item.sku, item.price) for item in prices.items] == [("НЛ-8", 900), ("НЛ-9", 450)]


def test_the_last_day_of_the_prices_in_force_is_changed_on_the_shelf(page: Program) -> None:
    page.find("changePricesValidUntil").click()
    line = page.find("pricesValidUntil")
    assert line.isVisible()
    line.setText("17.11.2026")
    press(Qt.Key.Key_Return)
    page.wait(lambda: texts(page, "pricesHold") == ["Цены действовали до 17.11.2026"])
    assert any("действовали до 17.11.2026" in one.findChild(QLabel).text() for one in warnings(page))


def warnings(program: Program) -> list[QFrame]:
    return [one for one in program.window.findChildren(QFrame, "knowledgeWarning") if not one.isHidden()]


def rows(program: Program) -> list[QFrame]:
    return [one for one in program.window.findChildren(QFrame, "documentRow") if one.isVisible()]


def files(program: Program) -> set[str]:
    return {row.findChild(QLabel, "documentFile").text() for row in rows(program)}


def test_what_is_taken_out_of_the_base_is_kept_and_comes_back(page: Program) -> None:
    page.find("withdrawPriceList").click()
    page.wait(lambda: bool(texts(page, "noPriceList")))
    assert page.app.knowledge.knowledge().price_list is None
    assert texts(page, "earlierFile") or page.find("earlierSection").isVisible()
    page.window.findChild(QAbstractButton, "noticeAction").click()
    page.wait(lambda: texts(page, "priceListCount") == ["30 артикулов"] and bool(rows(page)))
    before = files(page)
    rows(page)[0].findChild(QAbstractButton, "withdrawDocument").click()
    page.wait(lambda: len(files(page)) == len(before) - 1)
    page.find("showEarlier").click()
    page.wait(lambda: page.find("restoreVersion").isVisible())
    page.find("restoreVersion").click()
    page.wait(lambda: files(page) == before)


def test_a_document_is_taken_in_and_a_file_that_is_none_is_told(page: Program, tmp_path: Path) -> None:
    good, bad = tmp_path / "монтаж.md", tmp_path / "скан.pdf"
    good.write_text("# Монтаж\n\nМонтаж светильника на высоте до 6 метров стоит 850 рублей.\n", "utf-8")
    bad.write_bytes(b"not a pdf at all")
    page.desk.knowledge.add_files([bad, good])
    page.wait(lambda: "монтаж.md" in texts(page, "documentFile"))
    assert any("скан.pdf" in notice.text + notice.hint for notice in page.window.notices.shown)


def test_articles_and_passages_are_found_while_typing(page: Program) -> None:
    write(page, "SS-K150")
    page.wait(lambda: bool(texts(page, "itemName")), 60_000)
    assert "Купол 150" in texts(page, "itemName")[0]
    write(page, "разгрузка")
    page.wait(lambda: any("Разгрузка" in place for place in texts(page, "passagePlace")), 60_000)
    press(Qt.Key.Key_Escape)
    page.wait(lambda: page.find("knowledgeEmpty").isVisible())


def test_an_answer_shows_the_passage_it_stands_on(page: Program) -> None:
    write(page, "Сколько стоит доставка по Нижнему Новгороду?")
    press(Qt.Key.Key_Return)
    page.wait(lambda: bool(texts(page, "answerSentence")), 60_000)
    source = page.find("answerSource")
    assert isinstance(source, QAbstractButton)
    source.click()
    passage = page.find("answerCard").findChild(QLabel, "passageText")
    assert passage is not None
    # The passage holds the sentence word for word.
    assert texts(page, "answerSentence")[0].split(". ")[0] in passage.text()


def test_a_question_without_an_answer_becomes_a_step_of_the_open_call(page: Program, tmp_path: Path) -> None:
    page.import_sample(tmp_path)
    steps = len([item for item in page.desk.review.items if item.id.startswith("step:")])
    press(Qt.Key.Key_4, CTRL)
    write(page, "Какого цвета глаза у директора завода Урал?")
    press(Qt.Key.Key_Return)
    page.wait(lambda: bool(texts(page, "answerRefusal")), 60_000)
    page.find("makeTask").click()
    page.wait(lambda: len([i for i in page.desk.review.items if i.id.startswith("step:")]) == steps + 1)
    assert any("директора завода Урал" in item.value for item in page.desk.review.items)


def test_every_control_of_the_page_has_a_name_for_screen_readers(page: Program) -> None:
    nameless = []
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for widget in page.window.knowledge.findChildren(kind):
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            if widget.isVisibleTo(page.window) and not (widget.accessibleName() or text):
                nameless.append(widget.objectName() or type(widget).__name__)
    assert nameless == []
