from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.errors import UserFixable
from app.knowledge.model import Column, KnowledgeText, PriceItem
from app.viewmodels.knowledge import KnowledgeViewModel
from tests.fakes.proposals import ScriptedKnowledge, ScriptedProposals, a_table
from tests.unit.viewmodels import conftest
from tests.unit.viewmodels.conftest import Table, make_table

DELIVERY = KnowledgeText("delivery.md", "# Доставка\n\n## По области\n\nДоставка по области 45 рублей за километр.\n")
ITEM = PriceItem("ИК-1", "Обогреватель ИК-1", "шт", Decimal(4200), "", source="прайс.csv, строка 2")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Table, ScriptedKnowledge]]:
    profile = replace(conftest.PROFILE, price_list=(ITEM,), knowledge=(DELIVERY,))
    base = ScriptedKnowledge(profile)
    table = make_table(profile=profile, proposals=ScriptedProposals(tmp_path), knowledge=base)
    yield table, base
    table.desk.close()


@pytest.fixture
def known(desk: tuple[Table, ScriptedKnowledge]) -> KnowledgeViewModel:
    assert desk[0].desk.knowledge is not None
    desk[0].desk.knowledge.refresh()
    return desk[0].desk.knowledge


def test_what_is_in_force_is_read_with_its_age(
    desk: tuple[Table, ScriptedKnowledge], known: KnowledgeViewModel
) -> None:
    assert known.is_loaded
    assert [document.file for document in known.knowledge.documents] == ["delivery.md"]
    now = desk[0].parts.clock.now_utc()
    assert (known.age_days(now), known.is_stale(now)) == (0, False)
    old = now.replace(year=now.year - 1)
    assert (known.age_days(old), known.is_stale(old)) == (365, True)


def test_a_price_list_waits_for_confirmation_and_changes_nothing_before(
    desk: tuple[Table, ScriptedKnowledge], known: KnowledgeViewModel
) -> None:
    known.add_files([Path("прайс.xlsx")])
    assert known.table is not None
    assert desk[1].base.price_list is not None
    assert len(desk[1].base.price_list.items) == 1
    known.confirm()
    assert known.table is None
    assert len(desk[1].base.price_list.items) == 3
    assert known.knowledge.price_list is not None
    assert known.knowledge.price_list.file == "прайс.xlsx"
    assert desk[0].said[-1].text == "Прайс-лист «прайс.xlsx» действует."


def test_a_dismissed_price_list_leaves_the_one_in_force(
    desk: tuple[Table, ScriptedKnowledge], known: KnowledgeViewModel
) -> None:
    known.add_files([Path("прайс.xlsx")])
    known.dismiss()
    assert known.table is None
    assert desk[1].base.price_list is not None
    assert desk[1].base.price_list.file == "прайс.csv"


def test_a_column_that_is_given_another_meaning_is_taken_from_the_one_that_had_it(known: KnowledgeViewModel) -> None:
    known.add_files([Path("прайс.xlsx")])
    known.set_column(Column.PRICE, 4)
    assert known.table is not None
    assert known.table.columns[Column.PRICE] == 4
    known.set_column(Column.NOTE, 4)
    assert Column.PRICE not in known.table.columns
    known.set_column(Column.NOTE, None)
    assert Column.NOTE not in known.table.columns


def test_files_are_taken_one_after_another_each_by_its_kind(known: KnowledgeViewModel) -> None:
    known.add_files([Path("условия.docx"), Path("прайс.csv"), Path("гарантия.pdf")])
    assert [document.file for document in known.knowledge.documents] == ["delivery.md", "условия.docx"]
    known.confirm()
    assert known.knowledge.documents[-1].file == "гарантия.pdf"


def test_a_file_that_cannot_be_read_is_told_and_the_next_one_is_taken(
    desk: tuple[Table, ScriptedKnowledge], known: KnowledgeViewModel
) -> None:
    desk[1].error = UserFixable("document.no_text", "В файле нет текста.", hint="Сохраните его как текст.")
    known.add_files([Path("скан.pdf")])
    assert desk[0].said[-1].text == "В файле нет текста."
    assert not known.is_reading
    desk[1].error = None
    known.add_files([Path("текст.pdf")])
    assert known.knowledge.documents[-1].file == "текст.pdf"


def test_articles_and_passages_are_found_and_an_empty_text_finds_nothing(known: KnowledgeViewModel) -> None:
    known.search("доставка")
    assert any(hit.passage is not None for hit in known.hits)
    known.search("ИК-1")
    assert [hit.item.sku for hit in known.hits if hit.item is not None] == ["ИК-1"]
    known.search(" ")
    assert known.hits == ()


def test_an_answer_leads_to_its_passage(known: KnowledgeViewModel) -> None:
    known.ask("Сколько стоит  доставка по области?")
    assert known.answer is not None
    assert known.answer.is_answerable
    passage = known.passage_of(known.answer.sentences[0].source)
    assert passage is not None
    assert passage.heading.endswith("По области")
    known.make_task()
    known.forget_answer()
    assert known.answer is None


def test_a_question_without_an_answer_becomes_a_step_of_the_open_call(
    desk: tuple[Table, ScriptedKnowledge], known: KnowledgeViewModel
) -> None:
    known.ask("Есть ли шпалы?")
    known.make_task()
    assert "откройте звонок" in desk[0].said[-1].text
    desk[0].with_draft()
    known.make_task()
    steps = [item for item in desk[0].desk.review.items if item.id.startswith("step:")]
    assert steps[-1].value == "Уточнить у отдела логистики: Есть ли шпалы?"
    assert steps[-1].is_open


def test_another_sheet_and_another_header_row_are_read_at_once(
    desk: tuple[Table, ScriptedKnowledge], known: KnowledgeViewModel
) -> None:
    found = replace(a_table(), sheets=("Прайс", "Опт"), read_sheets=("Прайс",))
    desk[1].table = found
    desk[1].tables = {
        ("Опт", None): replace(found, sheet="Опт", read_sheets=("Опт",)),
        ("Опт", 7): replace(found, sheet="Опт", header_rows=(7,)),
        ("Прайс", 2): replace(found, header_rows=(2,)),
    }
    known.add_files([Path("прайс.xlsx")])
    known.choose_sheet("Опт")
    assert (known.table and known.table.sheet, known.chosen_sheet) == ("Опт", "Опт")
    known.choose_header_row(7)
    assert known.table is not None
    assert known.table.header_rows == (7,)
    known.choose_sheet(None)
    assert (known.chosen_sheet, known.chosen_header_row) == (None, None)
    known.choose_header_row(2)
    assert (known.chosen_sheet, known.table.header_rows) == ("Прайс", (2,))
    known.dismiss()
    assert desk[1].is_left
    assert (known.chosen_sheet, known.chosen_header_row) == (None, None)


def test_the_last_day_of_the_prices_that_a_person_says_stays_however_the_file_is_read(
    desk: tuple[Table, ScriptedKnowledge], known: KnowledgeViewModel
) -> None:
    known.add_files([Path("прайс.xlsx")])
    known.set_table_valid_until(date(2026, 12, 31))
    known.set_column(Column.PRICE, 4)
    assert known.table is not None
    assert known.table.valid_until == date(2026, 12, 31)
    known.confirm()
    assert known.knowledge.price_list is not None
    assert known.knowledge.price_list.valid_until == date(2026, 12, 31)
    known.set_valid_until(date(2027, 1, 15))
    assert known.knowledge.price_list.valid_until == date(2027, 1, 15)
    assert desk[0].said[-1].text == "Цены прайс-листа действуют до 15.01.2027."
    known.set_valid_until(None)
    assert known.knowledge.price_list.valid_until is None


def test_what_is_taken_out_of_the_base_comes_back_by_the_button_of_the_notice(
    desk: tuple[Table, ScriptedKnowledge], known: KnowledgeViewModel
) -> None:
    price_list, document = known.knowledge.price_list, known.knowledge.documents[0]
    assert price_list is not None
    known.withdraw(price_list.id, price_list.file)
    known.withdraw(document.id, document.file)
    assert (known.knowledge.price_list, known.knowledge.documents) == (None, ())
    assert [one.file for one in known.earlier] == [document.file, price_list.file]
    assert desk[0].said[-1].action == "restore_knowledge"
    known.undo()
    assert known.knowledge.documents == (document,)
    known.restore(price_list.id, price_list.file)
    assert known.knowledge.price_list == price_list
    assert not known.can_undo
    assert known.earlier == ()
