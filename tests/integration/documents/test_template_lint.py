"""What is wrong with a template is said in plain Russian, with the place and the cure."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from app.adapters.documents.template_lint import WordTemplateLinter
from app.proposal.ports import BUILTIN_TEMPLATES, TemplateFault, builtin_template


def _faults(path: Path, *paragraphs: str, rows: tuple[str, ...] = ()) -> tuple[TemplateFault, ...]:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if rows:
        table = made.add_table(len(rows), 2)
        for row, text in zip(table.rows, rows, strict=True):
            row.cells[1 if text.startswith("{{") else 0].text = text
    made.save(str(path))
    return WordTemplateLinter().faults(path)


_LOOP = ("{%tr for строка in строки %}", "{{ строка.сумма }}", "{%tr endfor %}")


@pytest.mark.parametrize("name", BUILTIN_TEMPLATES)
def test_the_built_in_templates_have_no_faults(name: str) -> None:
    assert WordTemplateLinter().faults(builtin_template(name)) == ()


def test_a_good_template_has_no_faults(tmp_path: Path) -> None:
    assert _faults(tmp_path / "t.docx", "{{ номер }} {{ client.company }}", "{{ итого }}", rows=_LOOP) == ()


def test_an_unknown_name_offers_the_nearest(tmp_path: Path) -> None:
    rows = ("{%tr for строка in строки %}", "{{ строка.цна }}", "{%tr endfor %}")
    found = _faults(tmp_path / "t.docx", "{{ клиетн.компания }} {{ итого }}", rows=rows)
    assert [(fault.rule, fault.place, fault.cure) for fault in found] == [
        ("unknown_name", "абзац 1", "Возможно, «{{ клиент.компания }}»."),
        ("unknown_name", "таблица 1, строка 2, ячейка 2", "Возможно, «{{ строка.цена }}»."),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{{ номер }", "не закрыта"),
        ("{{ номер договора }}", "лишнее «договора»"),
        ("{{ «номер» }}", "не на месте"),
        ("{% for x in строки %}{{ x.сумма }}", "«for» не закрыта"),
        ("{% endif %}", "нет начала"),
        ("{{ номер | bold }}", "«bold» нет"),
    ],
)
def test_a_typo_is_said_in_russian(words: str, said: str, tmp_path: Path) -> None:
    faults = _faults(tmp_path / "t.docx", words)
    assert said in faults[0].text
    for fault in faults:
        plain = re.sub(r"«.*?»", "", f"{fault.text} {fault.cure} {fault.place}")
        assert not re.search(r"[A-Za-z]{3,}", plain), plain


def test_what_can_be_mended_by_itself_is_mended_in_a_copy(tmp_path: Path) -> None:
    rows = ("{% tr for строка in строки %}", "{{ строка.сумма }}", "{%tr endfor %}")
    found = _faults(tmp_path / "t.docx", "{{ номер } {{ итого }}", rows=rows)
    before = (tmp_path / "t.docx").read_bytes()
    assert any(fault.is_curable for fault in found)
    assert WordTemplateLinter().cure(tmp_path / "t.docx", tmp_path / "mended.docx") >= 1
    assert len(WordTemplateLinter().faults(tmp_path / "mended.docx")) < len(found)
    assert (tmp_path / "t.docx").read_bytes() == before


def test_a_template_without_goods_blocks_and_one_without_a_total_is_told(tmp_path: Path) -> None:
    assert [(f.rule, f.is_blocking) for f in _faults(tmp_path / "1.docx", "{{ номер }}")] == [("no_goods", True)]
    assert [(f.rule, f.is_blocking) for f in _faults(tmp_path / "2.docx", rows=_LOOP)] == [("no_total", False)]


def test_an_attempt_to_run_code_is_found_before_any_proposal_is_made(tmp_path: Path) -> None:
    assert "template.code" in {fault.rule for fault in _faults(tmp_path / "t.docx", '{{ "".__class__ }}')}
