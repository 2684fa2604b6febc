"""Proposals written into Word templates, and every way in which that can go wrong."""

from __future__ import annotations

import errno
import io
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from app.adapters.documents.docx_paper import WordReader
from app.adapters.documents.word import MOST_LINES, WordWriter
from app.core.errors import UserFixable
from app.core.money import NO_BREAK
from app.proposal.model import Proposal
from app.proposal.ports import BUILTIN_TEMPLATES, builtin_template
from app.proposal.pricing import totals_by_option
from app.proposal.read_back import differences
from tests.fakes import sample_proposals

_ROWS = [["Товар", "Кол-во", "Сумма"], ["{{ строка.название }}", "{{ строка.кол }}", "{{ строка.сумма }}"]]


def _render(proposal: Proposal, template: Path, into: Path) -> None:
    WordWriter().render(proposal, totals_by_option(proposal), template, into)


def _template(path: Path, *paragraphs: str) -> Path:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    made.save(str(path))
    return path


def _changed(source: Path, into: Path, change: Callable[[str, bytes], bytes], extra: dict[str, bytes]) -> Path:
    """A copy of a package with parts changed and added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(into, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in extra.items():
            new.writestr(name, content)
    return into


def _text(path: Path) -> str:
    body = docx.Document(str(path)).element.body
    return "\n".join(
        "".join(t.text or "" for t in p.iter(f"{{{body.nsmap['w']}}}t")) for p in body.iter(f"{{{body.nsmap['w']}}}p")
    )


@pytest.mark.parametrize("name", BUILTIN_TEMPLATES)
@pytest.mark.parametrize(
    "made",
    [
        sample_proposals.proposal,
        sample_proposals.with_discount,
        sample_proposals.with_two_rates,
        sample_proposals.without_vat,
        sample_proposals.with_options,
    ],
)
def test_a_built_in_template_says_what_the_proposal_says(
    name: str, made: Callable[[], Proposal], tmp_path: Path
) -> None:
    proposal, into = made(), tmp_path / "kp.docx"
    _render(proposal, builtin_template(name), into)
    assert differences(proposal, totals_by_option(proposal), WordReader().read_back(into)) == []


def test_signs_of_xml_in_a_name_come_through(tmp_path: Path) -> None:
    _render(sample_proposals.proposal(), builtin_template("full"), tmp_path / "kp.docx")
    assert "ООО «Вода & Тепло <Юг>»" in _text(tmp_path / "kp.docx")


def test_columns_that_are_not_needed_are_gone_and_the_table_keeps_its_width(tmp_path: Path) -> None:
    widths = []
    for number, made in enumerate((sample_proposals.proposal(), sample_proposals.with_two_rates())):
        into = tmp_path / f"{number}.docx"
        _render(made, builtin_template("full"), into)
        table = max(docx.Document(str(into)).tables, key=lambda each: len(each.rows))
        widths.append((len(table.columns), round(sum(column.width.cm for column in table.columns), 1)))
    assert widths == [(6, 17.2), (9, 17.2)]


def test_the_header_row_repeats_and_rows_do_not_split(tmp_path: Path) -> None:
    _render(sample_proposals.long_one(40), builtin_template("full"), tmp_path / "kp.docx")
    table = max(docx.Document(str(tmp_path / "kp.docx")).tables, key=lambda each: len(each.rows))
    marks = [{child.tag.rpartition("}")[2] for child in row._tr.trPr} for row in table.rows]
    assert "tblHeader" in marks[0]
    assert all("cantSplit" in mark for mark in marks)


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    into = tmp_path / "kp.docx"
    into.write_bytes(b"approved")
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), builtin_template("full"), into)
    assert (caught.value.code, into.read_bytes()) == ("document.exists", b"approved")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the rights of folders bind no administrator")
def test_a_folder_without_rights_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), builtin_template("full"), tmp_path / "kp.docx")
    assert caught.value.code == "document.no_rights"


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "document.disk_full"), (errno.EACCES, "document.no_rights")]
)
def test_a_failed_write_leaves_no_half_a_file(
    number: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(io.BytesIO):
        def write(self, *_content: Any) -> int:
            raise OSError(number, os.strerror(number))

    def failing(path: Path, mode: str) -> io.BytesIO:
        path.touch()
        assert mode == "xb"
        return Failing()

    content = builtin_template("full").read_bytes()
    monkeypatch.setattr(Path, "read_bytes", lambda _path: content)
    monkeypatch.setattr(Path, "open", failing)
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), builtin_template("full"), tmp_path / "kp.docx")
    assert (caught.value.code, list(tmp_path.iterdir())) == (code, [])


def test_more_rows_than_a_document_holds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.long_one(MOST_LINES + 1), builtin_template("full"), tmp_path / "kp.docx")
    assert caught.value.code == "document.too_long"


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_five_thousand_rows_are_written_and_read_back(tmp_path: Path) -> None:
    proposal, into = sample_proposals.long_one(5000), tmp_path / "kp.docx"
    _render(proposal, builtin_template("short"), into)
    assert differences(proposal, totals_by_option(proposal), WordReader().read_back(into)) == []


@pytest.mark.parametrize(
    "words",
    [
        '{{ "".__class__.__mro__ }}',
        "{{ строки.__init__.__globals__ }}",
        '{{ "x" * 1000000000 }}',
        "{{ 9 ** 999999999 }}",
        "{% for a in range(99999999) %}{{ a }}{% endfor %}",
        '{{ ("%s" | attr("__class__")) }}',
        "{{ lipsum(n=100) }}",
        "{{ строки.clear() }}",
    ],
)
def test_a_template_that_tries_to_run_code_is_refused(words: str, tmp_path: Path) -> None:
    template = _template(tmp_path / "t.docx", words)
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), template, tmp_path / "kp.docx")
    assert caught.value.code in {"template.code", "template.fault"}
    assert not (tmp_path / "kp.docx").exists()


@pytest.mark.parametrize(
    "words", ["{{ клиетн.компания }}", "{{ клиент.компани }}", "{{ номер", "{% for x in строки %}"]
)
def test_a_mistyped_placeholder_is_never_silently_empty(words: str, tmp_path: Path) -> None:
    template = _template(tmp_path / "t.docx", f"КП {words}")
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), template, tmp_path / "kp.docx")
    assert caught.value.code in {"template.fault", "template.leftover"}
    assert caught.value.hint


def test_a_half_open_placeholder_is_found_in_the_finished_text(tmp_path: Path) -> None:
    template = _template(tmp_path / "t.docx", "КП номер }} от {{ дата }}")
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), template, tmp_path / "kp.docx")
    assert caught.value.code == "template.leftover"


def test_macros_are_refused_with_the_cure(tmp_path: Path) -> None:
    template = _changed(
        builtin_template("full"), tmp_path / "t.docx", lambda _name, part: part, {"word/vbaProject.bin": b"\0"}
    )
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), template, tmp_path / "kp.docx")
    assert caught.value.code == "template.macros"
    assert ".docx" in caught.value.hint


def test_a_docm_under_another_name_is_refused(tmp_path: Path) -> None:
    def as_docm(name: str, part: bytes) -> bytes:
        if name != "[Content_Types].xml":
            return part
        plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        return part.replace(plain, b"application/vnd.ms-word.document.macroEnabled.main+xml")

    template = _changed(builtin_template("full"), tmp_path / "t.docx", as_docm, {})
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), template, tmp_path / "kp.docx")
    assert caught.value.code == "template.macros"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "template.broken"),
        (b"PK\x03\x04 and nothing more", "template.broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old .doc", "template.old_format"),
        (None, "template.missing"),
    ],
)
def test_a_file_that_is_no_docx_is_named(content: bytes | None, code: str, tmp_path: Path) -> None:
    template = tmp_path / "t.docx"
    if content is not None:
        template.write_bytes(content)
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), template, tmp_path / "kp.docx")
    assert caught.value.code == code


def test_broken_markup_is_named(tmp_path: Path) -> None:
    template = _changed(
        builtin_template("full"),
        tmp_path / "t.docx",
        lambda name, part: part[: len(part) // 2] if name == "word/document.xml" else part,
        {},
    )
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.proposal(), template, tmp_path / "kp.docx")
    assert caught.value.code in {"template.broken", "template.fault"}


def test_options_need_a_template_with_room_for_them(tmp_path: Path) -> None:
    template = _template(tmp_path / "t.docx", "{{ номер }} {{ итого }}")
    with pytest.raises(UserFixable) as caught:
        _render(sample_proposals.with_options(), template, tmp_path / "kp.docx")
    assert caught.value.code == "template.no_options"


def test_a_placeholder_torn_into_runs_header_footer_and_english_names_work(tmp_path: Path) -> None:
    made = docx.Document()
    torn = made.add_paragraph()
    torn.add_run("{{ кли").bold = True
    torn.add_run("ент.комп")
    torn.add_run("ания }}").italic = True
    made.sections[0].header.paragraphs[0].text = "{{ number }}"
    made.sections[0].footer.paragraphs[0].text = "{{ seller.name }}"
    table = made.add_table(4, 3)
    for cell, text in zip(table.rows[0].cells, _ROWS[0], strict=True):
        cell.text = text
    table.cell(1, 0).text = "{%tr for строка in lines %}"
    for cell, text in zip(table.rows[2].cells, _ROWS[1], strict=True):
        cell.text = text
    table.cell(3, 0).text = "{%tr endfor %}"
    made.save(str(tmp_path / "t.docx"))
    _render(sample_proposals.proposal(), tmp_path / "t.docx", tmp_path / "kp.docx")
    result = docx.Document(str(tmp_path / "kp.docx"))
    assert result.paragraphs[0].text == "ООО «Вода & Тепло <Юг>»"
    assert result.sections[0].header.paragraphs[0].text == "КП-2026-0117"
    assert result.sections[0].footer.paragraphs[0].text == "ООО «Северный кран»"
    assert [cell.text for cell in result.tables[0].rows[1].cells][2] == f"75{NO_BREAK}000,00"
    assert len(result.tables[0].rows) == 6


def test_the_path_of_the_authors_own_template_does_not_go_to_the_client(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("{{ номер }}")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    settings = next(rel.target_part for rel in made.part.rels.values() if rel.reltype.endswith("/settings"))
    settings.relate_to("file:///C:/Users/ivanova/Normal.dotm", kind, is_external=True)
    made.save(str(tmp_path / "t.docx"))
    _render(sample_proposals.proposal(), tmp_path / "t.docx", tmp_path / "kp.docx")
    with zipfile.ZipFile(tmp_path / "kp.docx") as package:
        assert not any(b"ivanova" in package.read(name) for name in package.namelist())
