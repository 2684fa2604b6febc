"""A proposal from its beginning to its final form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.approval.final_form import FinalFormApproval
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.draft.model import Draft, FieldStatus, FieldValue
from app.knowledge.model import Knowledge
from app.knowledge.ports import KnowledgeIndex
from app.proposal.archive import ProposalState
from app.proposal.codec import proposal_from_json
from app.proposal.desk import ProposalDesk
from app.proposal.model import BlockKind, Number, Proposal, WarningKind
from app.proposal.service import INPUTS, ProposalService
from tests.fakes.clock import FakeClock
from tests.fakes.examples import a_draft, evidence
from tests.fakes.language_model import ScriptedModel
from tests.fakes.proposal_archive import FakeArchive
from tests.fakes.proposal_sellers import ITEMS, OpenIndex, PlainDocuments, a_knowledge, a_profile

Maker = Callable[..., ProposalService]
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


class _Parts:
    def __init__(self, index: KnowledgeIndex, folder: Path) -> None:
        self.documents = PlainDocuments()
        self.archive = FakeArchive()
        self.knowledge: Knowledge = a_knowledge()
        self.model: ScriptedModel | None = None
        self.clock = FakeClock(NOW)
        self.folder = folder
        self.service = ProposalService(
            self.documents.tools,
            self.clock,
            knowledge=lambda: self.knowledge,
            index=lambda: index,
            model=self._model,
            discount_limit=lambda: Decimal(5),
            archive=folder / "archive",
            approve=FinalFormApproval(self.archive),
        )

    def _model(self) -> ScriptedModel:
        if self.model is None:
            raise UserFixable("models.none", "Модели нет.")
        return self.model

    def begun(self, draft: Draft | None = None) -> Proposal:
        desk = ProposalDesk(self.service, self.archive, self.clock)
        made = desk.begin(draft or a_draft(), a_profile(), self.knowledge, NOW.date())
        return self.service.checked(made)


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[_Parts]:
    with OpenIndex(a_knowledge()) as index:
        yield _Parts(index, tmp_path)


def _with_line(proposal: Proposal, **changes: object) -> Proposal:
    return replace(proposal, lines=(replace(proposal.lines[0], **changes), *proposal.lines[1:]))  # type: ignore[arg-type]


def test_three_calls_lead_from_a_draft_to_the_documents(parts: _Parts) -> None:
    made = parts.service.draft_texts(parts.begun(), a_draft(), CancelToken())
    assert not made.is_blocked
    done = parts.service.finish(made, by="Мария Лис")
    assert [path.exists() for path in done.files] == [True, True, True]
    assert done.converter == "запасной преобразователь"
    assert parts.archive.approved == [(Number(2026, 1), "Мария Лис")]
    assert parts.archive.open(Number(2026, 1)).state is ProposalState.FINAL
    stored = json.loads((done.docx.parent / INPUTS).read_text("utf-8"))
    assert proposal_from_json(stored["proposal"]) == parts.archive.open(Number(2026, 1)).proposal
    assert len(stored["template"]["sha256"]) == 64


def test_what_is_not_settled_keeps_it_from_being_final_and_is_named(parts: _Parts) -> None:
    doubtful = _with_line(parts.begun(), doubt="Уточните модель.")
    with pytest.raises(UserFixable) as caught:
        parts.service.finish(doubtful, by="Мария Лис")
    assert caught.value.code == "proposal.blocked"
    assert "Уточните модель." in str(caught.value)
    assert parts.archive.approved == []


def test_nobody_signs_nothing(parts: _Parts) -> None:
    with pytest.raises(UserFixable) as caught:
        parts.service.finish(parts.begun(), by=" ")
    assert caught.value.code == "approval.no_person"
    assert parts.archive.approved == []


def test_a_document_that_says_another_sum_is_refused_and_removed(parts: _Parts) -> None:
    parts.documents.total = Decimal("166000.01")
    with pytest.raises(UserFixable) as caught:
        parts.service.finish(parts.begun(), by="Мария Лис")
    assert caught.value.code == "proposal.difference"
    assert parts.archive.approved == []
    assert not list(parts.folder.rglob("*.docx"))


def test_without_a_pdf_the_rest_is_made_and_the_letter_carries_the_document(parts: _Parts) -> None:
    parts.documents.has_pdf = False
    done = parts.service.finish(parts.begun(), by="Мария Лис")
    assert (done.pdf, done.converter) == (None, "")
    assert done.eml is not None
    assert ".docx" in done.eml.read_text("utf-8")


def test_copies_go_where_the_person_wants_them_and_overwrite_nothing(parts: _Parts, tmp_path: Path) -> None:
    wanted = tmp_path / "wanted"
    wanted.mkdir()
    begun = parts.begun()
    done = parts.service.finish(begun, by="Мария Лис", folder=wanted)
    assert {path.parent for path in done.files} == {wanted}
    other = replace(begun, number=Number(2026, 2))
    parts.archive.keep(other)
    taken = wanted / done.docx.name.replace("0001", "0002")
    taken.write_text("чужое", "utf-8")
    with pytest.raises(UserFixable) as caught:
        parts.service.finish(other, by="Мария Лис", folder=wanted)
    assert caught.value.code == "proposal.file_exists"
    assert taken.read_text("utf-8") == "чужое"
    assert (Number(2026, 2), "Мария Лис") in parts.archive.approved


def test_what_an_unfinished_attempt_left_in_the_archive_is_not_touched(parts: _Parts) -> None:
    left = parts.folder / "archive" / "2026" / "КП-2026-0001"
    left.mkdir(parents=True)
    (left / "начатое.docx").write_text("половина", "utf-8")
    done = parts.service.finish(parts.begun(), by="Мария Лис")
    assert done.docx.parent != left
    assert (left / "начатое.docx").read_text("utf-8") == "половина"


def test_an_article_that_went_while_the_proposal_was_open_blocks_it(parts: _Parts) -> None:
    begun = parts.begun()
    parts.knowledge = a_knowledge([item for item in ITEMS if item.sku != "ТО-2"])
    checked = parts.service.checked(begun)
    assert checked.is_blocked
    assert any("ТО-2" in warning.text for warning in checked.warnings)


def test_a_discount_above_the_limit_is_marked(parts: _Parts) -> None:
    checked = parts.service.checked(_with_line(parts.begun(), discount_percent=Decimal(6)))
    assert [w.kind for w in checked.warnings if w.is_blocking] == [WarningKind.DISCOUNT_LIMIT]
    assert not parts.service.checked(replace(checked, discount_by="Олег Ясень, директор")).is_blocked


def test_an_empty_proposal_is_not_made_final(parts: _Parts) -> None:
    checked = parts.service.checked(replace(parts.begun(), lines=()))
    assert checked.is_blocked


def test_without_a_model_the_texts_stand_as_they_were_said_and_that_is_told(parts: _Parts) -> None:
    said = FieldValue("need", "Обогреть теплицу", None, FieldStatus.VERIFIED, evidence("надо обогреть теплицу"))
    draft = a_draft()
    draft = replace(draft, fields={**draft.fields, "need": said})
    made = parts.service.draft_texts(parts.begun(draft), draft, CancelToken())
    assert made.block(BlockKind.WARRANTY) is not None
    assert any("языковая модель" in warning.text for warning in made.warnings)
    parts.model = ScriptedModel({"proposal_need": {"need": ["Вам надо обогреть теплицу."]}})
    again = parts.service.draft_texts(made, draft, CancelToken())
    assert not any("языковая модель" in warning.text for warning in again.warnings)
    need = again.block(BlockKind.NEED)
    assert need is not None
    assert need.sentences[0].text == "Вам надо обогреть теплицу."


def test_a_model_is_not_asked_where_the_client_said_no_need(parts: _Parts) -> None:
    made = parts.service.draft_texts(parts.begun(), a_draft(), CancelToken())
    assert not any("языковая модель" in warning.text for warning in made.warnings)


def test_the_pages_are_drawn_without_leaving_a_file(parts: _Parts) -> None:
    assert parts.service.preview(parts.begun()) == (b".docx 96",)
    assert not list(parts.folder.rglob("*.docx"))


def test_of_a_long_proposal_only_the_rows_of_the_first_page_are_written_for_it(parts: _Parts) -> None:
    begun = parts.begun()
    assert parts.service.preview(begun, is_first_only=True) == ()
    long_one = replace(begun, lines=(begun.lines[0],) * 60)
    assert parts.service.preview(long_one, is_first_only=True) == (b"20 rows 96",)
    assert not list(parts.folder.rglob("*.docx"))


def test_a_revision_is_dated_today_and_stands_as_long_as_the_first(parts: _Parts) -> None:
    begun = parts.begun()
    parts.service.finish(begun, by="Мария Лис")
    parts.clock.advance(86_400 * 3)
    desk = ProposalDesk(parts.service, parts.archive, parts.clock)
    second = desk.revise(begun.number)
    assert str(second.number) == "КП-2026-0001/2"
    assert (second.dated.day, (second.valid_until - second.dated).days) == (6, 10)
    assert [row.number.revision for row in desk.rows()] == [2, 1]


def test_a_proposal_without_its_pdf_is_final_and_says_why_there_is_none(
    parts: _Parts, caplog: pytest.LogCaptureFixture
) -> None:
    parts.documents.has_pdf = False
    done = parts.service.finish(parts.begun(), by="Мария Лис", folder=parts.folder)
    assert (done.pdf, done.converter, done.no_pdf_why) == (None, "", "PDF не записан.")
    assert parts.archive.open(Number(2026, 1)).state is ProposalState.FINAL
    assert any("document.write" in record.getMessage() for record in caplog.records)
