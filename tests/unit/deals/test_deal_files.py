"""Deals in from files and out to them: shown first, nothing changed, the same file twice adds nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.deals.exporting import neutral, tables_of, without_apostrophe
from app.deals.files import DealFiles
from app.deals.importing import DealImport, RowFate
from app.deals.model import Company, Contact, Deal, DealContents, FieldRecord, NoteRecord, Task
from app.deals.ports import Cell, OutTable
from tests.fakes import examples
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

HEAD: list[Cell] = ["ID", "Сделка", "Этап", "Дата создания", "Компания", "ИНН", "Контакт", "Телефон", "Почта"]
FIRST: list[Cell] = [
    *("17", "Насосы", "КП", "01.03.2026", "ООО «Полюс»", "500100732259", "Инна Грач", "8 (495) 111-22-33"),
    "grach@polyus.ru",
]
SECOND: list[Cell] = ["18", "Кровля", "Новый", "02.03.2026", "Вектор", "", "Олег Ким", "+7 916 123-45-67", ""]


BUDGET = next(definition for definition in examples.FIELDS if definition.key == "budget_amount")


@dataclass
class FakeFiles:
    """Reads the rows that the test laid out, and keeps what is written."""

    rows: list[list[Cell]] = field(default_factory=list)
    read_as: str = "UTF-8"
    written: list[OutTable] = field(default_factory=list)

    def read(self, path: Path) -> list[FakeFiles]:
        return [self]

    def write(self, path: Path, tables: list[OutTable]) -> list[Path]:
        self.written = list(tables)
        return [path]


@dataclass
class Bench:
    store: FakeStore
    files: FakeFiles
    service: DealFiles

    def read(self, *rows: list[Cell]) -> DealImport:
        self.files.rows = [HEAD, *rows]
        return self.service.read(Path("сделки.xlsx"))

    def load(self, *rows: list[Cell], has_doubtful: bool = False) -> int:
        return self.service.take(self.read(*rows), has_doubtful=has_doubtful)


@pytest.fixture
def bench(fake_clock: FakeClock) -> Bench:
    store, files = FakeStore(fake_clock), FakeFiles()
    return Bench(store, files, DealFiles(store.deals, files, files, fake_clock, lambda: examples.FIELDS))


def changed(row: list[Cell], **cells: Cell) -> list[Cell]:
    """The row with other cells, named by their headings."""
    return [cells.get(str(heading), cell) for heading, cell in zip(HEAD, row, strict=True)]


def fates(found: DealImport) -> list[RowFate]:
    return [row.fate for row in found.rows]


def test_rows_become_deals_with_company_and_contact(bench: Bench) -> None:
    assert bench.load(FIRST, SECOND) == 2
    deal = next(deal for deal in bench.store.deals.recent(5) if deal.title == "Насосы")
    assert deal.company is not None
    assert deal.contact is not None
    assert (deal.company.name, deal.company.inn) == ("ООО «Полюс»", "500100732259")
    assert (deal.contact.phone, deal.contact.email) == ("+74951112233", "grach@polyus.ru")
    assert deal.contact.company_id == deal.company.id
    assert f"{deal.created_at:%d.%m.%Y}" == "01.03.2026"


def test_reading_writes_nothing(bench: Bench) -> None:
    bench.read(FIRST, SECOND)
    assert bench.store.deals.recent(5) == []


def test_the_same_file_twice_adds_nothing(bench: Bench) -> None:
    bench.load(FIRST, SECOND)
    again = bench.read(FIRST, SECOND)
    assert fates(again) == [RowFate.SKIPPED] * 2
    assert bench.service.take(again, has_doubtful=True) == 0


def test_a_deal_that_is_there_in_another_spelling_is_left_as_it_is(bench: Bench) -> None:
    bench.load(FIRST)
    other = changed(FIRST, ID="99", Компания="ПОЛЮС OOO", Телефон="84951112233", Сделка="насос", Почта="new@polyus.ru")
    found = bench.read(other)
    assert fates(found) == [RowFate.SKIPPED]
    assert "Насосы" in found.rows[0].reasons[0]


def test_the_next_deal_of_a_known_company_gets_no_second_card_and_changes_none(bench: Bench) -> None:
    bench.load(FIRST)
    later = changed(FIRST, ID="40", Сделка="Сервис", **{"Дата создания": "01.09.2025"}, Почта="new@polyus.ru")
    found = bench.read(later)
    assert fates(found) == [RowFate.READ]
    assert "не меняется" in found.rows[0].reasons[0]
    bench.service.take(found, has_doubtful=False)
    assert len(bench.store.deals.companies(5)) == len(bench.store.deals.contacts(5)) == 1
    assert bench.store.deals.contacts(5)[0].email == "grach@polyus.ru"


def test_namesakes_are_two_companies(bench: Bench) -> None:
    bench.load(FIRST, changed(SECOND, Компания="Полюс", ИНН="7707083893"))
    assert {company.inn for company in bench.store.deals.companies(5)} == {"500100732259", "7707083893"}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"ИНН": "7707083894"}, "контрольная"),
        ({"Телефон": "8 (916) 123"}, "не хватает"),
        ({"Почта": "kim.vektor.ru"}, "@"),
        ({"Дата создания": "31.02.2026"}, "такой даты нет"),
    ],
)
def test_a_row_with_a_slip_waits_for_the_persons_word(bench: Bench, cells: dict[str, Cell], said: str) -> None:
    found = bench.read(FIRST, changed(SECOND, **cells))
    assert fates(found) == [RowFate.READ, RowFate.DOUBTFUL]
    assert said in found.rows[1].reasons[0]
    assert (len(found.deals(has_doubtful=False)), len(found.deals(has_doubtful=True))) == (1, 2)


def test_a_wrong_inn_does_not_get_into_the_card(bench: Bench) -> None:
    bench.load(changed(SECOND, ИНН="7707083894"), has_doubtful=True)
    assert bench.store.deals.companies(5)[0].inn is None


def test_a_deal_twice_in_the_file_is_doubtful_and_names_the_row(bench: Bench) -> None:
    found = bench.read(FIRST, changed(FIRST, ID="21", Сделка="Насос", Телефон="+74951112233"))
    assert fates(found) == [RowFate.READ, RowFate.DOUBTFUL]
    assert "на строку 2" in found.rows[1].reasons[0]


def test_a_row_without_anybody_is_skipped_and_what_is_not_taken_is_said(bench: Bench) -> None:
    found = bench.read(FIRST, ["55", "", "КП", "", "", "", "", "", ""])
    assert fates(found) == [RowFate.READ, RowFate.SKIPPED]
    assert found.rows[1].reasons == ("нет ни сделки, ни компании, ни контакта",)
    assert "Этап" in found.notes[0]


def test_a_list_of_contacts_becomes_deals_named_after_them(bench: Bench) -> None:
    bench.files.rows = [["ФИО", "Телефон"], ["Ким Олег", "8 916 123-45-67"]]
    bench.service.take(bench.service.read(Path("контакты.csv")), has_doubtful=False)
    assert bench.store.deals.recent(5)[0].title == "Ким Олег"


def contents() -> DealContents:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    deal = Deal("d-1", "=HYPERLINK(0)", Company("c", "@Полюс"), Contact("k", "Инна", phone="+74951112233"), at)
    values = {BUDGET.key: FieldRecord(BUDGET.key, "2 400 000 ₽", 2_400_000, "a", at)}
    notes, tasks = (
        (NoteRecord("n", "d-1", "-скидка", "a", at),),
        (Task("t", "d-1", "manager", "Позвонить", "2026-03-05", "a"),),
    )
    return DealContents(deal, at, values, notes, tasks)


def test_an_export_has_deals_notes_and_tasks_without_a_single_formula() -> None:
    tables = tables_of([contents()], examples.FIELDS, FakeClock())
    assert [len(table.rows) for table in tables] == [1, 1, 1]
    cells = [cell for table in tables for row in table.rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    deals = dict(zip(tables[0].headings, tables[0].rows[0], strict=True))
    assert deals["Сделка"] == "'=HYPERLINK(0)"
    assert deals["Телефон"] == "8 (495) 111-22-33"
    assert deals[BUDGET.label] == "2400000"


@pytest.mark.parametrize("text", ["=1+1", "+375 29", "-скидка", "@имя", "\tтаб", " =1+1", "обычный", "'кавычка", ""])
def test_what_is_neutralised_comes_back_as_it_was(text: str) -> None:
    assert without_apostrophe(neutral(text)) == text


def test_the_programs_own_export_brings_nothing_new(bench: Bench) -> None:
    bench.load(FIRST, SECOND)
    bench.service.export(Path("out.xlsx"))
    table = bench.files.written[0]
    bench.files.rows = [list(table.headings), *(list(row) for row in table.rows)]
    assert fates(bench.service.read(Path("out.xlsx"))) == [RowFate.SKIPPED] * 2


def test_the_local_crm_is_looked_over_by_the_same_rules(bench: Bench) -> None:
    bench.store.deals.create(Deal("d-1", "Насосы", Company("c", "Полюс", "7707083894"), Contact("k", "Инна")))
    order = bench.service.order()
    assert [(one.deal_id, one.column.value) for one in order.report.invalid] == [("d-1", "inn")]
    assert "phone" in {one.column.value for one in order.report.missing}
    assert order.deals["d-1"].title == "Насосы"
