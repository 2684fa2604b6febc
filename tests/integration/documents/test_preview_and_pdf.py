"""Pages as pictures, PDF files, and the letter they go out with."""

from __future__ import annotations

import email
import email.policy
import struct
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from app.adapters.documents import pdf
from app.adapters.documents.docx_paper import WordReader
from app.adapters.documents.mail import mail_draft
from app.adapters.documents.page_package import beginning
from app.adapters.documents.pdf import PdfByBestConverter, find_libreoffice
from app.adapters.documents.preview import WordPages
from app.adapters.documents.word import WordWriter
from app.core.errors import UserFixable
from app.proposal.model import Proposal
from app.proposal.ports import builtin_template
from app.proposal.pricing import totals_by_option
from tests.fakes import sample_proposals


def _made(proposal: Proposal, path: Path, *, most_rows: int | None = None) -> Path:
    WordWriter().render(proposal, totals_by_option(proposal), builtin_template("full"), path, most_rows=most_rows)
    return path


def _size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def test_a_page_is_a_picture_of_the_asked_size(tmp_path: Path) -> None:
    made = _made(sample_proposals.proposal(), tmp_path / "kp.docx")
    (page,) = WordPages().pages(made, dpi=96)
    assert _size(page) == pytest.approx((794, 1123), abs=2)
    assert WordPages().first_page(made, 20) is None


def test_the_first_page_of_a_long_proposal_is_the_one_the_whole_has(tmp_path: Path) -> None:
    long_one, renderer = sample_proposals.long_one(120), WordPages()
    early = renderer.first_page(_made(long_one, tmp_path / "beginning.docx", most_rows=20), 20, dpi=40)
    whole = renderer.pages(_made(long_one, tmp_path / "kp.docx"), dpi=40)
    assert len(whole) > 4
    assert early is not None
    above_the_number_of_pages = 430 * (1 + 4 * _size(early)[0])
    assert _pixels(early)[:above_the_number_of_pages] == _pixels(whole[0])[:above_the_number_of_pages]


def test_no_sums_stand_below_rows_that_are_not_all(tmp_path: Path) -> None:
    one = sample_proposals.long_one(60)
    both = replace(one, lines=tuple(replace(line, option="А" if at < 25 else "Б") for at, line in enumerate(one.lines)))
    made = _made(both, tmp_path / "beginning.docx", most_rows=20)
    (tmp_path / "cut.docx").write_bytes(beginning(made.read_bytes(), 20) or b"")
    cut = docx.Document(str(tmp_path / "cut.docx"))
    texts = [t.text or "" for t in cut.element.body.iter("{*}t")]
    assert "Вариант А" in texts
    assert "Вариант Б" not in texts
    assert not any(text.startswith("Итого") for text in texts)
    assert len(cut.tables[-1].rows) == 20


def test_a_proposal_written_in_part_keeps_the_sums_of_all(tmp_path: Path) -> None:
    long_one = sample_proposals.long_one(120)
    few = WordReader().read_back(_made(long_one, tmp_path / "beginning.docx", most_rows=20)).tables[0]
    whole = WordReader().read_back(_made(long_one, tmp_path / "kp.docx")).tables[0]
    assert (len(few.rows), len(whole.rows)) == (20, 120)
    assert few.rows == whole.rows[:20]
    assert few.total == whole.total


def _pixels(png: bytes) -> bytes:
    """The packed rows of a picture, from its top."""
    at, packed = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        packed += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return zlib.decompress(packed)


def test_a_changed_file_is_drawn_anew(tmp_path: Path) -> None:
    renderer, path = WordPages(), tmp_path / "kp.docx"
    before = renderer.pages(_made(sample_proposals.proposal(), path))
    path.unlink()
    assert renderer.pages(_made(sample_proposals.with_options(), path)) != before


def test_a_font_that_this_machine_lacks_is_named(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("").add_run("КП").font.name = "Nosuch Grotesk"
    made.save(str(tmp_path / "kp.docx"))
    assert "Nosuch Grotesk" in WordPages().missing_fonts(tmp_path / "kp.docx")


def test_a_broken_document_is_named(tmp_path: Path) -> None:
    (tmp_path / "kp.docx").write_bytes(b"PK nothing")
    with pytest.raises(UserFixable) as caught:
        WordPages().pages(tmp_path / "kp.docx")
    assert caught.value.code == "document.broken"


def test_without_an_office_program_the_built_in_converter_makes_the_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_libreoffice", lambda: None)
    monkeypatch.setattr(pdf, "_has_word", lambda: False)
    made = _made(sample_proposals.proposal(), tmp_path / "kp.docx")
    assert PdfByBestConverter().convert(made, tmp_path / "kp.pdf") == "встроенный преобразователь"
    assert (tmp_path / "kp.pdf").read_bytes().startswith(b"%PDF")


def test_an_office_program_that_hangs_is_killed_and_the_built_in_one_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_libreoffice", lambda: Path(sys.executable))
    monkeypatch.setattr(pdf, "_has_word", lambda: False)
    monkeypatch.setattr(
        pdf,
        "_libreoffice_command",
        lambda *_parts: [sys.executable, "-c", "import threading; threading.Event().wait()"],
    )
    monkeypatch.setattr(pdf, "_LIBREOFFICE_S", 0.3)
    made = _made(sample_proposals.proposal(), tmp_path / "kp.docx")
    assert PdfByBestConverter().convert(made, tmp_path / "kp.pdf") == "встроенный преобразователь"


def test_a_pdf_that_is_there_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_libreoffice", lambda: None)
    made = _made(sample_proposals.proposal(), tmp_path / "kp.docx")
    (tmp_path / "kp.pdf").write_bytes(b"sent")
    with pytest.raises(UserFixable) as caught:
        PdfByBestConverter().convert(made, tmp_path / "kp.pdf")
    assert (caught.value.code, (tmp_path / "kp.pdf").read_bytes()) == ("document.exists", b"sent")


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed: its PDF is NOT tested here")
def test_libreoffice_makes_the_pdf_with_the_text_in_it(tmp_path: Path) -> None:
    import pypdf

    made = _made(sample_proposals.with_options(), tmp_path / "КП с пробелом.docx")
    assert PdfByBestConverter(tmp_path / "profile").convert(made, tmp_path / "kp.pdf") == "LibreOffice"
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "kp.pdf").pages)
    assert "Вариант Б" in text
    assert "233 681,00" in text.replace("\u00a0", " ")


def test_the_letter_is_an_unsent_draft_with_russian_names(tmp_path: Path) -> None:
    attached = tmp_path / "КП-2026-0117_ООО-Вода.pdf"
    attached.write_bytes(b"%PDF-1.7 ")
    raw = mail_draft(
        subject="КП-2026-0117\nдля ООО «Вода»", text="Добрый день!", to="p.demin@voda.example", attachments=[attached]
    )
    raw.decode("ascii")
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    (part,) = letter.iter_attachments()
    assert (letter["X-Unsent"], letter["To"]) == ("1", "p.demin@voda.example")
    assert letter["Subject"] == "КП-2026-0117 для ООО «Вода»"
    assert letter.get_body().get_content().strip() == "Добрый день!"  # type: ignore[union-attr]
    assert (part.get_filename(), part.get_content_type()) == (attached.name, "application/pdf")


def test_a_misspelt_address_is_left_for_the_person(tmp_path: Path) -> None:
    letter = email.message_from_bytes(mail_draft(subject="КП", text="", to="почта не названа"))
    assert letter["To"] is None


def test_an_attachment_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserFixable) as caught:
        mail_draft(subject="КП", text="", attachments=[tmp_path / "kp.pdf"])
    assert caught.value.code == "document.missing"
