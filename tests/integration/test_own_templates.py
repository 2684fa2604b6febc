"""The company's own templates over real Word files."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from app.adapters.documents.template_lint import WordTemplateLinter
from app.adapters.documents.word_templates import WordTemplateFinder
from app.core.errors import UserFixable
from app.proposal.own_templates import OwnTemplates
from app.proposal.ports import MarkKind, builtin_template


@pytest.fixture
def shelf(tmp_path: Path) -> OwnTemplates:
    return OwnTemplates(WordTemplateLinter, WordTemplateFinder, tmp_path / "templates")


def old_proposal(path: Path) -> Path:
    """Last month's proposal of a seller of pumps, without placeholders."""
    document = docx.Document()
    document.add_paragraph("Коммерческое предложение № 118 от 12.10.2026")
    document.add_paragraph("Кому: ООО «Водолей»")
    rows = (
        ("№", "Наименование", "Ед.", "Кол-во", "Цена, руб.", "Сумма, руб."),
        ("1", "Насос дренажный НД-40", "шт", "2", "18 400,00", "36 800,00"),
        ("2", "Шланг напорный 50 мм", "м", "30", "210,00", "6 300,00"),
    )
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("Итого: 43 100,00 руб.")
    document.save(str(path))
    return path


def test_an_old_proposal_becomes_a_template_that_the_linter_has_nothing_against(
    shelf: OwnTemplates, tmp_path: Path
) -> None:
    look = shelf.look(old_proposal(tmp_path / "КП октябрь.docx"))
    assert look.found is not None
    assert look.found.table is not None
    assert MarkKind.NUMBER in {mark.kind for mark in look.found.marks}
    made = shelf.take(look)
    assert made == tmp_path / "templates" / "КП октябрь.docx"
    again = shelf.look(made)
    assert again.found is None
    assert not again.is_blocked
    assert shelf.take(again) == made


def test_a_place_that_a_person_left_out_stays_as_it_was(shelf: OwnTemplates, tmp_path: Path) -> None:
    look = shelf.look(old_proposal(tmp_path / "КП.docx"))
    assert look.found is not None
    company = next(n for n, mark in enumerate(look.found.marks) if mark.kind is MarkKind.COMPANY)
    made = shelf.take(look, frozenset({company}))
    assert "Водолей" in "\n".join(paragraph.text for paragraph in docx.Document(str(made)).paragraphs)


def test_a_template_is_copied_under_a_free_name(shelf: OwnTemplates, tmp_path: Path) -> None:
    look = shelf.look(builtin_template("short"))
    assert (look.faults, look.found) == ((), None)
    assert [shelf.take(look).name, shelf.take(look).name] == ["short.docx", "short-2.docx"]


def test_a_typo_is_told_with_its_place_and_nothing_is_looked_for(shelf: OwnTemplates, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Предложение {{ номер_предложениия }}")
    document.save(str(tmp_path / "опечатка.docx"))
    look = shelf.look(tmp_path / "опечатка.docx")
    assert look.is_blocked
    assert look.found is None
    assert look.faults[0].place


def test_a_file_that_is_no_document_is_refused(shelf: OwnTemplates, tmp_path: Path) -> None:
    (tmp_path / "нет.docx").write_bytes(b"plain")
    with pytest.raises(UserFixable):
        shelf.look(tmp_path / "нет.docx")
