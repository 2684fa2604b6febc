"""Numbers, revisions and names of files."""

from __future__ import annotations

import pytest

from app.proposal.model import Client, Number
from app.proposal.numbering import file_name, next_number, next_revision
from tests.unit.proposal.offers import line, proposal


def test_the_next_number_follows_the_highest_of_its_year() -> None:
    taken = [Number(2025, 300), Number(2026, 4), Number(2026, 9, 3)]
    assert str(next_number(2026, taken)) == "КП-2026-0010"
    assert str(next_number(2027, taken)) == "КП-2027-0001"


def test_a_revision_keeps_the_number() -> None:
    taken = [Number(2026, 9), Number(2026, 9, 2), Number(2026, 10, 5)]
    assert str(next_revision(Number(2026, 9), taken)) == "КП-2026-0009/3"
    assert str(next_revision(Number(2026, 11), [])) == "КП-2026-0011/2"


def test_a_file_is_named_by_number_company_product_and_day() -> None:
    assert file_name(proposal(), "pdf") == "КП-2026-0117_АО-Ромашка_насос-дренажный-ГНОМ-16-16_2026-11-18.pdf"


def test_the_row_that_costs_most_names_the_file() -> None:
    offer = proposal(line("1", "100", name="Доставка"), line("1", "9000", name="ИБП (онлайн), 3 кВА"))
    assert "_ИБП_" in file_name(offer, ".docx")


@pytest.mark.parametrize(
    ("company", "part"),
    [
        ("ИП Серов Пётр Ильич", "_ИП_"),
        ("ООО «Рога & <Копыта>»", "_ООО-Рога-Копыта_"),
        ('АО "А/Б\\В:Г*?|"', "_АО-А-Б-В-Г_"),
        ("../../тайна", "_тайна_"),
        ("", "КП-2026-0117_насос"),
    ],
)
def test_names_of_files_hold_no_person_and_no_forbidden_sign(company: str, part: str) -> None:
    assert part in file_name(proposal(client=Client(company=company)), "docx")


def test_a_revision_shows_in_the_name() -> None:
    assert file_name(proposal(number=Number(2026, 117, 2)), "pdf").startswith("КП-2026-0117-2_")


def test_a_long_name_is_cut_to_a_hundred_signs_and_keeps_number_and_day() -> None:
    offer = proposal(
        line(name="Сверхдлиннонаименованный " * 6), client=Client(company="ООО " + "Автотранспортник " * 9)
    )
    name = file_name(offer, "docx")
    assert len(name) <= 100
    assert name.startswith("КП-2026-0117_ООО-Автотранспортник")
    assert name.endswith("_2026-11-18.docx")


def test_nothing_is_called_final() -> None:
    assert "финал" not in file_name(proposal(line(name="Смета финальная на монтаж")), "pdf")
