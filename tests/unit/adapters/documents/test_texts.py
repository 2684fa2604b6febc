"""Real documents, good and bad, as they come."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from app.adapters.documents.texts import Documents
from app.core.errors import UserFixable
from app.knowledge.passages import cut
from tests.fakes import office_files


def _passages(path: Path) -> list[tuple[str, str]]:
    return [(passage.heading, passage.text) for passage in cut(Documents().read(path), path.name)]


def _code(path: Path) -> str:
    with pytest.raises(UserFixable) as caught:
        Documents().read(path)
    assert caught.value.hint
    assert path.name in str(caught.value)
    return caught.value.code


def test_a_word_document_gives_headings_paragraphs_lists_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Условия", 0)
    document.add_heading("Доставка", 1)
    document.add_paragraph("Возим каждый рабочий день.")
    document.add_paragraph("Разгрузка:")
    document.add_paragraph("силами покупателя", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ("Город", "Срок", "Цена", "Курск", "3 дня", "7 500 ₽"),
        strict=True,
    ):
        cell.text = text
    document.add_heading("Гарантия", 1)
    document.add_paragraph("Есть ли гарантия?")
    document.add_paragraph("Да, два года.")
    document.save(str(tmp_path / "terms.docx"))
    assert _passages(tmp_path / "terms.docx") == [
        ("Условия › Доставка", "Возим каждый рабочий день."),
        ("Условия › Доставка › Разгрузка", "силами покупателя"),
        ("Условия › Доставка", "Город: Курск; Срок: 3 дня; Цена: 7 500 ₽"),
        ("Условия › Гарантия", "Есть ли гарантия? Да, два года."),
    ]


def test_bold_lines_are_headings_where_no_styles_were_used(tmp_path: Path) -> None:
    document = docx.Document()
    for text, is_bold in (("Гарантия", True), ("Гарантия два года.", False), ("Оплата", True), ("Срок: ", True)):
        document.add_paragraph().add_run(text).bold = is_bold
    document.paragraphs[-1].add_run("до 5 дней.")
    document.save(str(tmp_path / "terms.docx"))
    assert _passages(tmp_path / "terms.docx") == [("Гарантия", "Гарантия два года."), ("Оплата", "Срок: до 5 дней.")]


def test_words_inserted_under_tracked_changes_count_and_deleted_ones_do_not(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Гарантия ")
    for change, tag, text in (("del", "delText", "пять"), ("ins", "t", "три")):
        run = f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"
        paragraph._p.append(parse_xml(f'<w:{change} {nsdecls("w")} w:id="1" w:author="x">{run}</w:{change}>'))
    paragraph.add_run(" года.")
    document.save(str(tmp_path / "terms.docx"))
    assert _passages(tmp_path / "terms.docx") == [("", "Гарантия три года.")]


def test_merged_cells_of_a_word_table_are_not_said_twice(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Сроки"
    for place, text in {(1, 0): "Город", (1, 1): "Дней", (2, 0): "Курск", (2, 1): "3"}.items():
        table.cell(*place).text = text
    document.save(str(tmp_path / "terms.docx"))
    assert _passages(tmp_path / "terms.docx") == [("Сроки", "Город: Курск; Дней: 3")]


def test_a_pdf_gives_its_text_by_headings_without_page_numbers(tmp_path: Path) -> None:
    pages = [
        [("North Wind LLC", 9), ("Delivery", 20), ("We deliver on Tuesdays and", 11), ("on Fridays.", 11), ("1", 9)],
        [("North Wind LLC", 9), ("Warranty", 20), ("Two years from the day of sale.", 11), ("2", 9)],
        [("North Wind LLC", 9), ("Payment", 20), ("Full payment before the shipment.", 11), ("3", 9)],
    ]
    (tmp_path / "terms.pdf").write_bytes(office_files.pdf(pages))
    assert _passages(tmp_path / "terms.pdf") == [
        ("Delivery", "We deliver on Tuesdays and on Fridays."),
        ("Warranty", "Two years from the day of sale."),
        ("Payment", "Full payment before the shipment."),
    ]


def test_a_scanned_pdf_needs_text(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(office_files.pdf([[], []]))
    assert _code(tmp_path / "scan.pdf") == "text.scanned"


def test_a_pdf_under_a_password_says_so(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(office_files.pdf([[("Two years of warranty for all fans.", 11)]]))))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(str(tmp_path / "locked.pdf"))
    assert _code(tmp_path / "locked.pdf") == "text.password"


def test_a_pdf_that_only_forbids_changes_is_read(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(office_files.pdf([[("Two years of warranty for all fans.", 11)]]))))
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(str(tmp_path / "terms.pdf"))
    assert _passages(tmp_path / "terms.pdf") == [("", "Two years of warranty for all fans.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "cp866"])
def test_a_text_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "terms.txt").write_bytes("ДОСТАВКА\r\n\r\nВозим по вторникам.\r\n".encode(encoding))
    assert _passages(tmp_path / "terms.txt") == [("ДОСТАВКА", "Возим по вторникам.")]


def test_a_web_page_gives_its_text_without_scripts_and_menus(tmp_path: Path) -> None:
    page = (
        "<!doctype html><html><head><title>Сайт</title><style>p {color: red}</style></head><body><nav>Меню</nav>"
        "<h1>Доставка</h1><p>Возим <b>своим</b>\n транспортом.<br>Кроме воскресенья.</p><script>var a = 1;</script>"
        "<h2>По области</h2><ul><li>До 50&nbsp;км &mdash; 2 500 ₽.</li>"
        "<li>Дальше:<ul><li>45 ₽ за км</li></ul></li></ul>"
        "<table><tr><th>Город</th><th>Срок</th></tr><tr><td rowspan=2>Курск</td><td>3 дня</td></tr>"
        "<tr><td>срочно 1 день</td></tr></table></body></html>"
    )
    (tmp_path / "terms.html").write_bytes(page.encode("cp1251", "xmlcharrefreplace"))
    assert _passages(tmp_path / "terms.html") == [
        ("Доставка", "Возим своим транспортом."),
        ("Доставка", "Кроме воскресенья."),
        ("Доставка › По области", "До 50 км — 2 500 ₽."),
        ("Доставка › По области › Дальше", "45 ₽ за км"),
        ("Доставка › По области", "Город: Курск; Срок: 3 дня"),
        ("Доставка › По области", "Город: Курск; Срок: срочно 1 день"),
    ]


def test_what_is_no_document_says_what_is_wrong(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Гарантия три года.")
    document.save(str(tmp_path / "good.docx"))
    good = (tmp_path / "good.docx").read_bytes()
    cases = {
        "cut.docx": (good[:4000], "text.broken"),
        "locked.docx": (office_files.encrypted_office(), "text.password"),
        "old.doc": (office_files.compound_file({"WordDocument": b"x" * 5000}), "text.old_word"),
        "price.docx": (office_files.package({"xl/workbook.xml": "<workbook/>"}), "text.unknown_kind"),
        "picture.docx": (b"\x89PNG\r\n\x1a\n" + bytes(500), "text.unknown_kind"),
        "letter.rtf": (b"{\\rtf1 hello}", "text.unknown_kind"),
        "cut.pdf": (office_files.pdf([[("Warranty", 11)]])[:60], "text.broken"),
        "empty.txt": (b"", "file.empty"),
        "blank.md": (b"# \n\n---\n", "text.no_words"),
    }
    for name, (content, _code_of_it) in cases.items():
        (tmp_path / name).write_bytes(content)
    assert {name: _code(tmp_path / name) for name in cases} == {name: code for name, (_c, code) in cases.items()}
    assert _code(tmp_path / "nowhere.docx") == "file.missing"


def test_a_document_with_macros_is_refused(tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "a.docx"))
    with zipfile.ZipFile(tmp_path / "a.docx", "a") as package:
        package.writestr("word/vbaProject.bin", b"macro")
    assert _code(tmp_path / "a.docx") == "text.macros"


def test_an_empty_word_document_has_no_words(tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "a.docx"))
    assert _code(tmp_path / "a.docx") == "text.no_words"
