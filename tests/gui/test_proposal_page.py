"""From a call to a finished proposal, with the real service; only the PDF is not made by another program."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit

from app.adapters.documents.docx_paper import WordReader
from app.adapters.documents.pdf import PdfByBestConverter
from app.core.errors import UserFixable
from app.profile.seller import VatMode
from app.proposal.archive import ProposalState
from app.proposal.model import BlockKind, WarningKind
from app.proposal.read_back import differences
from app.viewmodels.proposal import ProposalViewModel
from app.viewmodels.proposal_lines import LineColumn
from tests.fakes import old_proposals
from tests.gui.program import Program
from tests.gui.test_keyboard import focused, press
from tests.integration.test_own_templates import old_proposal

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True)
def pdf_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def convert(_self: object, docx: Path, into: Path) -> str:
        into.write_bytes(b"%PDF-1.7 " + docx.name.encode())
        return "проба"

    monkeypatch.setattr(PdfByBestConverter, "convert", convert)


@pytest.fixture
def ready(program: Program, tmp_path: Path) -> Program:
    """The draft of the sample call is on the screen."""
    program.start()
    program.bot.waitActive(program.window)
    program.import_sample(tmp_path)
    program.desk.review.new_deal()
    return program


@pytest.fixture
def begun(ready: Program) -> Program:
    """The proposal of that call is on the screen, checked."""
    press(Qt.Key.Key_P, CTRL)
    wait_checked(ready)
    return ready


def model(program: Program) -> ProposalViewModel:
    return program.desk.proposal


def wait_checked(program: Program) -> None:
    vm = model(program)
    program.wait(lambda: vm.proposal is not None and vm.is_checked and not vm.is_busy and not vm.is_writing, 60_000)


def write(text: str) -> None:
    """Type into the field with the keyboard; QTest knows no Cyrillic keys."""
    field = focused()
    assert isinstance(field, QLineEdit)
    field.selectAll()
    field.insert(text)
    field.textEdited.emit(text)


def skus(program: Program) -> list[str]:
    proposal = model(program).proposal
    assert proposal is not None
    return [line.sku for line in proposal.lines]


def test_a_call_becomes_a_finished_document_in_two_strokes_when_nothing_needs_correction(ready: Program) -> None:
    press(Qt.Key.Key_P, CTRL)
    wait_checked(ready)
    press(Qt.Key.Key_Return, CTRL)
    vm = model(ready)
    ready.wait(lambda: vm.files is not None, 30_000)
    assert vm.files is not None
    assert vm.proposal is not None
    found = WordReader().read_back(vm.files.docx)
    assert differences(vm.proposal, vm.totals, found) == []
    assert found.tables[0].total == Decimal("1309000.00")
    assert vm.files.pdf is not None
    assert vm.files.eml is not None
    assert ready.find("resultCard").isVisible()
    assert focused().objectName() == "showInFolder"


def test_rows_texts_and_terms_are_edited_and_stand_in_the_document(begun: Program) -> None:
    vm, page = model(begun), begun.window.proposals
    assert focused() is page.lines.table
    press(Qt.Key.Key_Insert)
    begun.wait(lambda: focused().objectName() == "itemEditor")
    write("SS-M3")
    begun.wait(lambda: page.lines.table.delegate.popup.chosen is not None)
    press(Qt.Key.Key_Return)
    begun.wait(lambda: focused().objectName() == "cellEditor")
    write("12")
    press(Qt.Key.Key_Return)
    begun.wait(lambda: skus(begun) == ["SS-K150", "SS-M3"])
    assert vm.proposal is not None
    assert vm.proposal.lines[1].qty == 12
    QTest.keyClick(focused(), Qt.Key.Key_Escape)

    block = page.texts.cards[BlockKind.NEXT_STEP]
    page.texts.open_block(BlockKind.NEXT_STEP)
    block.editor.text.setPlainText("Позвоню в понедельник.")
    page.client.fields["contact"].setText("Марина Сергеевна Ковалёва")
    page.client.fields["contact"].editingFinished.emit()
    page.terms.status.setCurrentIndex(1)
    page.terms.status.activated.emit(1)
    page.texts.take_all()
    wait_checked(begun)
    for warning in vm.to_settle:
        vm.drop(warning)
    wait_checked(begun)
    press(Qt.Key.Key_Return, CTRL)
    begun.wait(lambda: vm.files is not None, 30_000)
    assert vm.files is not None
    found = WordReader().read_back(vm.files.docx)
    assert differences(vm.proposal, vm.totals, found) == []
    assert [row.qty for row in found.tables[0].rows] == [110, 12]
    assert vm.proposal.vat_mode is VatMode.INCLUDED
    assert vm.proposal.client.contact == "Марина Сергеевна Ковалёва"


def test_a_row_is_taken_out_and_brought_back_by_keys(begun: Program) -> None:
    press(Qt.Key.Key_Delete)
    assert skus(begun) == []
    press(Qt.Key.Key_Z, CTRL)
    assert skus(begun) == ["SS-K150"]


def test_what_does_not_fit_a_cell_is_said_and_the_cell_keeps_its_value(begun: Program) -> None:
    table = begun.window.proposals.lines.table
    table.write(0, 2)
    begun.wait(lambda: focused().objectName() == "cellEditor")
    write("много")
    press(Qt.Key.Key_Return)
    begun.wait(lambda: bool(begun.window.notices.shown))
    assert "много" in begun.window.notices.shown[-1].text
    proposal = model(begun).proposal
    assert proposal is not None
    assert proposal.lines[0].qty == 110


def test_a_doubtful_row_offers_the_nearest_articles_and_one_key_takes_one(begun: Program) -> None:
    vm, page = model(begun), begun.window.proposals
    assert vm.proposal is not None
    line = replace(vm.proposal.lines[0], doubt="Какой именно Купол?", name="Светильник Купол")
    vm._change(replace(vm.proposal, lines=(line,)))
    wait_checked(begun)
    begun.wait(page.lines.doubt.near[0].isVisible)
    press(Qt.Key.Key_Return, CTRL)
    assert vm.state is ProposalState.DRAFT
    assert "Какой именно Купол?" in page.say.text()
    page.lines.table.setFocus()
    press(Qt.Key.Key_1, ALT)
    begun.wait(lambda: vm.proposal is not None and vm.proposal.lines[0].doubt is None)
    assert skus(begun)[0].startswith("SS-")
    assert page.lines.doubt.isHidden()


def test_pages_are_drawn_beside_the_editor_and_anew_after_a_change(begun: Program) -> None:
    page, drawn = begun.window.proposals, []
    begun.wait(page.preview.area.isVisible, 30_000)
    model(begun).drawn.connect(drawn.append)
    model(begun).edit_cell(0, LineColumn.QTY, "5")
    begun.wait(lambda: bool(drawn), 30_000)
    assert drawn[0][0].startswith(b"\x89PNG")


def test_unfinished_work_is_there_after_a_restart(begun: Program) -> None:
    model(begun).remove_line(0)
    begun.wait(lambda: begun.app.jobs.is_idle("store"))
    begun.restart()
    begun.wait(lambda: begun.desk.proposal is not None)
    begun.bot.keyClick(begun.window, Qt.Key.Key_2, CTRL)
    wait_checked(begun)
    assert skus(begun) == []
    assert begun.find("proposalNumber").text() == "КП-2026-0001"


def test_a_final_proposal_goes_on_as_a_revision_and_its_files_stay(begun: Program) -> None:
    vm = model(begun)
    vm.approve()
    begun.wait(lambda: vm.files is not None, 30_000)
    assert vm.files is not None
    first = vm.files.docx
    before = first.read_bytes()
    begun.find("reviseProposal").click()
    begun.wait(lambda: vm.proposal is not None and vm.proposal.number.revision == 2)
    wait_checked(begun)
    vm.approve()
    begun.wait(lambda: vm.files is not None and vm.files.docx != first, 30_000)
    assert first.read_bytes() == before
    states = [ProposalState.FINAL, ProposalState.REPLACED]
    begun.wait(lambda: [row.state for row in vm.rows] == states)


def test_f6_goes_round_the_parts_of_the_page(begun: Program) -> None:
    page = begun.window.proposals
    begun.wait(page.preview.area.isVisible, 30_000)
    press(Qt.Key.Key_F6)
    assert page.texts.isAncestorOf(focused())
    press(Qt.Key.Key_F6)
    assert focused() is page.preview.area
    press(Qt.Key.Key_F6)
    assert focused() is page.list.list


def test_every_control_of_the_page_has_a_name_for_screen_readers(begun: Program) -> None:
    nameless = []
    for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox):
        for widget in begun.window.proposals.findChildren(kind):
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            is_inner = widget.objectName().startswith("qt_")
            if widget.isVisibleTo(begun.window) and not is_inner and not (widget.accessibleName() or text):
                nameless.append(widget.objectName() or type(widget).__name__)
    assert nameless == []


def test_last_months_proposal_becomes_the_template_of_this_one(begun: Program, tmp_path: Path) -> None:
    vm, page = model(begun), begun.window.proposals
    page.terms.template_wanted.emit(old_proposal(tmp_path / "КП октябрь.docx"))
    begun.wait(lambda: begun.find("takeTemplate").isVisible() and begun.find("takeTemplate").isEnabled())
    assert begun.find("takeTemplate").text() == "Сделать шаблон"
    assert any("118" in mark.text for mark in begun.desk.own_template.look.found.marks)
    begun.find("takeTemplate").click()
    begun.wait(lambda: vm.proposal is not None and vm.proposal.template.endswith("КП октябрь.docx"))
    assert page.terms.template.currentText() == "КП октябрь.docx"
    wait_checked(begun)
    vm.approve()
    begun.wait(lambda: vm.files is not None, 30_000)
    assert vm.files is not None
    assert vm.proposal is not None
    assert differences(vm.proposal, vm.totals, WordReader().read_back(vm.files.docx)) == []


def test_a_source_of_a_sentence_leads_to_its_passage(begun: Program) -> None:
    page = begun.window.proposals
    block = page.texts.cards[BlockKind.PAYMENT]
    source = block.findChild(QAbstractButton, "sentenceSource")
    assert source is not None
    source.click()
    begun.wait(begun.window.knowledge.isVisible)
    shown = begun.window.knowledge.findChild(QLabel, "passagePlace")
    assert shown is not None
    assert "terms.md" in shown.text()


def test_the_template_chosen_last_is_there_after_a_restart(begun: Program, tmp_path: Path) -> None:
    page = begun.window.proposals
    page.terms.template_wanted.emit(old_proposal(tmp_path / "КП октябрь.docx"))
    begun.wait(lambda: begun.find("takeTemplate").isVisible() and begun.find("takeTemplate").isEnabled())
    begun.find("takeTemplate").click()
    begun.wait(lambda: page.terms.template.currentText() == "КП октябрь.docx")
    begun.restart()
    press(Qt.Key.Key_2, CTRL)
    wait_checked(begun)
    begun.window.proposals.list.new.click()
    begun.wait(lambda: str(model(begun).proposal.number) == "КП-2026-0002")
    assert begun.find("proposalTemplate").currentText() == "КП октябрь.docx"
    box = begun.find("proposalTemplate")
    box.setCurrentIndex(0)
    box.activated.emit(0)
    begun.wait(lambda: model(begun).proposal.template == "short")
    assert box.findText("КП октябрь.docx") >= 0


def test_fonts_that_this_machine_lacks_are_named_under_the_pages(begun: Program, tmp_path: Path) -> None:
    path = old_proposal(tmp_path / "КП.docx")
    document = docx.Document(str(path))
    document.paragraphs[0].runs[0].font.name = "Граффити Несуществующий"
    document.save(str(path))
    begun.window.proposals.terms.template_wanted.emit(path)
    begun.wait(lambda: begun.find("takeTemplate").isVisible() and begun.find("takeTemplate").isEnabled())
    begun.find("takeTemplate").click()
    said = begun.find("missingFonts")
    begun.wait(lambda: said.isVisible() and "«Граффити Несуществующий»" in said.text(), 30_000)


def test_what_an_old_template_says_in_unknown_codes_is_shown_and_taken_out(begun: Program, tmp_path: Path) -> None:
    path = tmp_path / "Битрикс.docx"
    old_proposals.bitrix(path)
    begun.window.proposals.terms.template_wanted.emit(path)
    begun.wait(lambda: begun.window.findChild(QLabel, "unknownCode") is not None)
    assert begun.window.findChild(QLabel, "unknownCode").text().startswith("{UfCrm1738502330}")
    box = begun.window.findChild(QCheckBox, "dropUnknownCode")
    assert box.isChecked()
    begun.find("takeTemplate").click()
    begun.wait(lambda: model(begun).proposal.template.endswith("Битрикс.docx"))
    texts = [paragraph.text for paragraph in docx.Document(model(begun).proposal.template).paragraphs]
    assert "Объект: " in texts


def test_a_hint_of_style_is_hidden_for_the_company_and_shown_again_from_the_settings(begun: Program) -> None:
    vm = model(begun)
    vm.write_block(BlockKind.NEXT_STEP, "Предложим уникальное решение.")
    wait_checked(begun)
    begun.wait(lambda: begun.window.proposals.findChild(QAbstractButton, "hideRule") is not None)
    begun.find("hideRule").click()
    begun.wait(lambda: not any(warning.rule == 7 for warning in vm.warnings))
    begun.window.act("open_settings_proposals")
    begun.find("showRule_7").click()
    begun.wait(lambda: any(warning.rule == 7 for warning in vm.warnings))
    begun.wait(lambda: begun.find("noRulesOff").isVisible())


def test_pages_grow_and_fit_by_keys_and_take_the_room_of_the_list(begun: Program) -> None:
    page = begun.window.proposals
    begun.wait(page.preview.area.isVisible, 30_000)
    sheet = begun.find("previewPage_0")
    begun.wait(lambda: sheet.has_image)
    fitting = sheet.width()
    press(Qt.Key.Key_Plus, CTRL)
    assert sheet.width() > fitting
    press(Qt.Key.Key_Minus, CTRL)
    press(Qt.Key.Key_0, CTRL)
    assert sheet.width() == fitting
    press(Qt.Key.Key_F8)
    begun.wait(lambda: sheet.width() > fitting)
    assert page.list.isHidden()
    assert page.lines.table.isVisible()
    press(Qt.Key.Key_0, CTRL)
    begun.wait(lambda: sheet.height() <= page.preview.area.height())
    press(Qt.Key.Key_F8)
    assert page.list.isVisible()


def test_a_pdf_that_was_not_made_is_told_with_its_cause_and_cure(
    begun: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: object, docx: Path, into: Path) -> str:
        raise UserFixable("document.disk_full", "На диске нет места.", hint="Освободите место.")

    monkeypatch.setattr(PdfByBestConverter, "convert", refuse)
    vm = model(begun)
    vm.approve()
    begun.wait(lambda: vm.files is not None, 30_000)
    told = begun.find("noPdf")
    assert told.isVisible()
    assert "docx готов" in told.text()
    assert "На диске нет места. Освободите место." in told.text()


def test_a_step_of_the_volume_discount_is_told_and_nothing_is_applied(begun: Program) -> None:
    vm = model(begun)
    told = [warning.text for warning in vm.warnings if warning.kind is WarningKind.VOLUME]
    assert len(told) == 1
    assert "«От 100 — 5 %»" in told[0]
    assert vm.proposal is not None
    assert vm.proposal.lines[0].discount_percent == 0
    assert not vm.to_settle


def test_an_old_proposal_with_two_tables_of_goods_is_refused_with_the_way_out(begun: Program, tmp_path: Path) -> None:
    path = tmp_path / "Два варианта.docx"
    old_proposals.two_options(path)
    begun.window.proposals.terms.template_wanted.emit(path)
    begun.wait(lambda: "вариант А, вариант Б" in begun.find("ownTemplateAbout").text())
    assert not begun.find("takeTemplate").isEnabled()
    begun.find("dismissTemplate").click()
    begun.wait(lambda: begun.find("ownTemplateCard").isHidden())
