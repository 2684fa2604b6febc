"""Old proposals as companies bring them become templates, and these make proposals that read back right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx
import pytest

from app.adapters.documents.docx_paper import WordReader
from app.adapters.documents.template_lint import WordTemplateLinter
from app.adapters.documents.word import WordWriter
from app.adapters.documents.word_templates import WordTemplateFinder
from app.core.errors import UserFixable
from app.profile.seller import VatMode
from app.proposal.model import Proposal
from app.proposal.own_templates import TemplateLook
from app.proposal.ports import FoundTemplate, MarkKind
from app.proposal.pricing import totals_by_option
from app.proposal.read_back import differences
from tests.fakes import old_proposals, sample_proposals

_WANTED = {
    "plain_order": {
        MarkKind.NUMBER: "145/26",
        MarkKind.DATED: "12.10.2026",
        MarkKind.COMPANY: "ООО «Молочный двор»",
        MarkKind.CONTACT: "Сидорову П. П.",
        MarkKind.TOTAL: "49 400,00",
        MarkKind.IN_WORDS: "Сорок девять тысяч четыреста рублей 00 копеек",
        MarkKind.VALID_UNTIL: "12.11.2026",
    },
    "other_order_with_merged_total": {
        MarkKind.NUMBER: "77",
        MarkKind.DATED: "«3» сентября 2026 г.",
        MarkKind.COMPANY: "АО «Стройтрест-5»",
        MarkKind.TOTAL: "14 945,00",
        MarkKind.VALID_UNTIL: "30.09.2026",
    },
    "two_header_rows": {
        MarkKind.NUMBER: "КП-2026-0031",
        MarkKind.DATED: "01.10.2026",
        MarkKind.COMPANY: "ООО «Агро Луг»",
        MarkKind.TOTAL: "47 650,00",
        MarkKind.VAT: "10 483,00",
    },
    "number_in_header": {
        MarkKind.NUMBER: "С-0451",
        MarkKind.DATED: "15 августа 2026 г.",
        MarkKind.COMPANY: "ООО «Кедр»",
        MarkKind.CONTACT: "Ольга Маркова",
        MarkKind.TOTAL: "131 100,00",
        MarkKind.MANAGER: "Громов Олег",
    },
    "letter": {
        MarkKind.NUMBER: "18",
        MarkKind.DATED: "25.09.2026",
        MarkKind.COMPANY: "ООО «Станция Юг»",
        MarkKind.TOTAL: "25 800 руб. 00 коп.",
        MarkKind.MANAGER: "А. В. Соколов",
    },
}
_PROPOSALS: dict[str, Callable[[], Proposal]] = {
    "two_header_rows": lambda: sample_proposals.proposal(vat_mode=VatMode.ON_TOP),
    "letter": sample_proposals.without_vat,
}


def _found(make: Callable[[Path], None], folder: Path) -> tuple[Path, FoundTemplate]:
    path = folder / "old.docx"
    make(path)
    return path, WordTemplateFinder().find(path)


@pytest.mark.parametrize("make", old_proposals.LAYOUTS, ids=lambda make: make.__name__)
def test_what_changes_from_one_to_the_next_is_found(make: Callable[[Path], None], tmp_path: Path) -> None:
    _path, found = _found(make, tmp_path)
    first = {mark.kind: mark.text for mark in reversed(found.marks)}
    wanted = _WANTED[make.__name__]
    assert {kind: first.get(kind) for kind in wanted} == wanted
    assert found.missing == ()
    assert all(mark.place for mark in found.marks)


@pytest.mark.parametrize("make", old_proposals.LAYOUTS, ids=lambda make: make.__name__)
def test_a_template_made_of_it_makes_proposals_that_read_back_right(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    path, found = _found(make, tmp_path)
    template, into = tmp_path / "template.docx", tmp_path / "kp.docx"
    WordTemplateFinder().write(path, found, template)
    assert [fault for fault in WordTemplateLinter().faults(template) if fault.is_blocking] == []
    proposal = _PROPOSALS.get(make.__name__, sample_proposals.proposal)()
    totals = totals_by_option(proposal)
    WordWriter().render(proposal, totals, template, into)
    read_back = WordReader().read_back(into)
    assert differences(proposal, totals, read_back) == []
    assert read_back.tables[0].total == totals[""].total


@pytest.mark.parametrize("make", old_proposals.LAYOUTS, ids=lambda make: make.__name__)
def test_a_template_made_of_it_takes_a_proposal_with_options(make: Callable[[Path], None], tmp_path: Path) -> None:
    path, found = _found(make, tmp_path)
    template, into = tmp_path / "template.docx", tmp_path / "kp.docx"
    assert found.notes == ()
    WordTemplateFinder().write(path, found, template)
    assert WordTemplateLinter().faults(template) == ()
    usual = _PROPOSALS.get(make.__name__, sample_proposals.proposal)()
    proposal = replace(sample_proposals.with_options(), vat_mode=usual.vat_mode)
    totals = totals_by_option(proposal)
    WordWriter().render(proposal, totals, template, into)
    read_back = WordReader().read_back(into)
    assert differences(proposal, totals, read_back) == []
    assert {table.option: table.total for table in read_back.tables} == {
        name: of_option.total for name, of_option in totals.items()
    }


def test_a_total_within_a_larger_number_is_not_the_total(tmp_path: Path) -> None:
    path = tmp_path / "old.docx"
    old_proposals.sum_in_the_letter(path)
    made = docx.Document(str(path))
    made.paragraphs[1].insert_paragraph_before("Заказ прошлого года: 1 49 500,00 руб. и 149 500,00 руб.")
    made.save(str(path))
    found = WordTemplateFinder().find(path)
    assert {mark.text for mark in found.marks if mark.block == 1} & {"49 500,00"} == set()


def test_a_sum_told_in_the_letter_keeps_options_out(tmp_path: Path) -> None:
    path = tmp_path / "old.docx"
    old_proposals.sum_in_the_letter(path)
    found = WordTemplateFinder().find(path)
    assert found.repeated is None
    assert any("нельзя повторить" in note for note in found.notes)
    WordTemplateFinder().write(path, found, tmp_path / "template.docx")
    texts = [paragraph.text for paragraph in docx.Document(str(tmp_path / "template.docx")).paragraphs]
    assert "Предлагаем два насоса на сумму {{ итого }} руб. с доставкой." in texts


@pytest.mark.parametrize("make", old_proposals.LAYOUTS, ids=lambda make: make.__name__)
def test_nothing_of_the_old_client_is_left(make: Callable[[Path], None], tmp_path: Path) -> None:
    path, found = _found(make, tmp_path)
    WordTemplateFinder().write(path, found, tmp_path / "template.docx")
    made = docx.Document(str(tmp_path / "template.docx"))
    text = "\n".join(t.text or "" for t in made.element.body.iter("{*}t"))
    assert not any(mark.text in text for mark in found.marks if mark.kind in {MarkKind.COMPANY, MarkKind.IN_WORDS})


def test_the_look_of_the_words_is_kept(tmp_path: Path) -> None:
    path, found = _found(old_proposals.letter, tmp_path)
    WordTemplateFinder().write(path, found, tmp_path / "template.docx")
    paragraph = next(p for p in docx.Document(str(tmp_path / "template.docx")).paragraphs if "Предлагаем" in p.text)
    assert paragraph.text == "Предлагаем для {{ клиент.компания }} следующие работы."
    assert next(run for run in paragraph.runs if "клиент" in run.text).bold


def test_a_mark_taken_out_by_the_person_stays_as_it_was(tmp_path: Path) -> None:
    path, found = _found(old_proposals.plain_order, tmp_path)
    kept = FoundTemplate(tuple(m for m in found.marks if m.kind is not MarkKind.NUMBER), found.table)
    WordTemplateFinder().write(path, kept, tmp_path / "template.docx")
    texts = [paragraph.text for paragraph in docx.Document(str(tmp_path / "template.docx")).paragraphs]
    assert "Коммерческое предложение № 145/26 от {{ дата }}" in texts


def test_a_file_changed_in_between_is_not_written_over_wrongly(tmp_path: Path) -> None:
    path, found = _found(old_proposals.plain_order, tmp_path)
    old_proposals.letter(path)
    with pytest.raises(UserFixable) as caught:
        WordTemplateFinder().write(path, found, tmp_path / "template.docx")
    assert caught.value.code == "template.changed"


def test_codes_of_bitrix24_become_placeholders_and_unknown_ones_are_taken_out(tmp_path: Path) -> None:
    path, found = _found(old_proposals.bitrix, tmp_path)
    template, into = tmp_path / "template.docx", tmp_path / "kp.docx"
    assert found.unknown_codes == ("{UfCrm1738502330}",)
    kept = tmp_path / "kept.docx"
    WordTemplateFinder().write(path, replace(found, unknown_codes=()), kept)
    assert [fault.rule for fault in WordTemplateLinter().faults(kept)] == ["foreign_code"]
    WordTemplateFinder().write(path, found, template)
    assert WordTemplateLinter().faults(template) == ()
    proposal = sample_proposals.proposal()
    WordWriter().render(proposal, totals_by_option(proposal), template, into)
    first = docx.Document(str(into)).paragraphs[0].text
    assert first == "Предложение КП-2026-0117 от 18.11.2026 для ООО «Вода & Тепло <Юг>»"
    assert differences(proposal, totals_by_option(proposal), WordReader().read_back(into)) == []


def test_lines_of_several_rates_become_one_that_stands_for_each_rate_of_the_next_proposal(tmp_path: Path) -> None:
    path, found = _found(old_proposals.two_rates, tmp_path)
    template, into = tmp_path / "template.docx", tmp_path / "kp.docx"
    assert any("22 %, 10 %" in note for note in found.notes)
    WordTemplateFinder().write(path, found, template)
    assert WordTemplateLinter().faults(template) == ()
    first, *others = sample_proposals.proposal().lines
    mixed = replace(sample_proposals.proposal(), lines=(replace(first, vat_rate=Decimal(10)), *others))
    WordWriter().render(mixed, totals_by_option(mixed), template, into)
    shown = [cell.text for row in docx.Document(str(into)).tables[0].rows for cell in row.cells]
    lines = [text for text in dict.fromkeys(shown) if "НДС" in text]
    assert lines == ["в т. ч. НДС 22\u00a0%", "в т. ч. НДС 10\u00a0%"]
    assert differences(mixed, totals_by_option(mixed), WordReader().read_back(into)) == []


def test_a_proposal_with_options_is_refused_as_a_template_before_anything_is_written(tmp_path: Path) -> None:
    path, found = _found(old_proposals.two_options, tmp_path)
    assert "вариант А, вариант Б" in found.refusal
    assert TemplateLook(path, (), found).is_blocked
    assert _found(old_proposals.plain_order, tmp_path)[1].refusal == ""


def test_a_paper_without_goods_says_what_it_lacks(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("Уважаемые коллеги!")
    made.save(str(tmp_path / "old.docx"))
    found = WordTemplateFinder().find(tmp_path / "old.docx")
    assert (found.table, found.missing) == (None, ("таблица товаров", "номер", "дата", "клиент", "итог"))
