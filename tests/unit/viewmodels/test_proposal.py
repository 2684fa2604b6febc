from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.errors import UserFixable
from app.draft.model import FieldStatus, LineItem
from app.knowledge.model import KnowledgeText, PriceItem, Source
from app.profile.seller import Seller
from app.proposal.archive import ProposalState
from app.proposal.model import (
    BlockKind,
    Client,
    LegalStatus,
    Number,
    Proposal,
    Sentence,
    TextBlock,
    Warning,
    WarningKind,
)
from app.viewmodels.proposal import ProposalViewModel
from app.viewmodels.proposal_blocks import merged, sentences_of, with_text
from app.viewmodels.proposal_lines import LineColumn
from tests.fakes.proposals import ScriptedKnowledge, ScriptedProposals, a_terms_block
from tests.unit.viewmodels import conftest
from tests.unit.viewmodels.conftest import Table, make_table

ITEMS = (
    PriceItem("ИК-1", "Обогреватель ИК-1", "шт", Decimal(4200), "", source="прайс.csv, строка 2"),
    PriceItem("ИК-10", "Обогреватель ИК-10", "шт", Decimal(9800), "", source="прайс.csv, строка 3"),
    PriceItem("КБ-3", "Кабель 3 × 2,5", "м", Decimal("61.30"), "", source="прайс.csv, строка 4"),
)
HEATERS = LineItem("ИК-1", "Обогреватель ИК-1", 12, FieldStatus.VERIFIED)
CABLE = LineItem("КБ-3", "Кабель 3 × 2,5", None, FieldStatus.REVIEW)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Table, ScriptedProposals]]:
    """A desk whose seller has three articles; a call with a draft of two products is open."""
    profile = replace(
        conftest.PROFILE, price_list=ITEMS, knowledge=(KnowledgeText("warranty.md", "# Гарантия\n\nГарантия 3 года."),)
    )
    proposals = ScriptedProposals(tmp_path)
    table = make_table(profile=profile, proposals=proposals, knowledge=ScriptedKnowledge(profile))
    table.with_draft(line_items=(HEATERS, CABLE))
    yield table, proposals
    table.desk.close()


@pytest.fixture
def begun(desk: tuple[Table, ScriptedProposals]) -> ProposalViewModel:
    """The proposal of that call."""
    model = view_model(desk[0])
    model.begin_from_call("call-1")
    return model


def view_model(table: Table) -> ProposalViewModel:
    assert table.desk.proposal is not None
    return table.desk.proposal


def total(model: ProposalViewModel, option: str = "") -> Decimal:
    return model.totals[option].total


def test_a_proposal_of_a_call_has_its_products_its_client_and_what_must_be_settled(begun: ProposalViewModel) -> None:
    proposal = begun.proposal
    assert proposal is not None
    assert [(line.sku, line.qty) for line in proposal.lines] == [("ИК-1", 12), ("КБ-3", 1)]
    assert proposal.client.company == "ООО «Зелёный мыс»"
    assert proposal.deal_id == "deal-1"
    assert [warning.quote for warning in begun.to_settle] == ["Кабель 3 × 2,5"]
    assert [str(row.number) for row in begun.rows] == ["КП-2026-0001"]


def test_the_unfinished_proposal_of_a_call_is_gone_on_with(begun: ProposalViewModel) -> None:
    begun.edit_cell(0, LineColumn.QTY, "15")
    begun.begin_empty()
    begun.begin_from_call("call-1")
    assert len(begun.rows) == 2
    assert begun.proposal is not None
    assert begun.proposal.lines[0].qty == 15


def test_a_quantity_settles_the_row_whose_quantity_nobody_had_named(begun: ProposalViewModel) -> None:
    assert begun.edit_cell(1, LineColumn.QTY, "2,5")
    assert begun.to_settle == ()
    assert total(begun) == Decimal(12) * 4200 + Decimal("153.25")


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (LineColumn.QTY, "много"),
        (LineColumn.QTY, "-3"),
        (LineColumn.QTY, "0"),
        (LineColumn.DISCOUNT, "120"),
        (LineColumn.PRICE, "по запросу"),
        (LineColumn.VAT, "двадцать"),
        (LineColumn.UNIT, " "),
        (LineColumn.NAME, ""),
    ],
)
def test_what_does_not_fit_a_cell_is_refused_with_an_example(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel, column: LineColumn, text: str
) -> None:
    before = begun.proposal
    assert not begun.edit_cell(0, column, text)
    assert begun.proposal == before
    assert desk[0].said[-1].hint


def test_a_price_by_hand_loses_its_source_and_the_same_price_keeps_it(begun: ProposalViewModel) -> None:
    begun.edit_cell(0, LineColumn.PRICE, "4 200,00")
    assert begun.proposal is not None
    assert begun.proposal.lines[0].source == "прайс.csv, строка 2"
    begun.edit_cell(0, LineColumn.PRICE, "4 100 ₽")
    assert begun.proposal.lines[0].source == ""
    assert begun.proposal.lines[0].sku == "ИК-1"


def test_another_name_makes_it_a_row_by_hand_and_an_addition_does_not(begun: ProposalViewModel) -> None:
    begun.edit_cell(0, LineColumn.NAME, "Обогреватель ИК-1, белый")
    assert begun.proposal is not None
    assert begun.proposal.lines[0].sku == "ИК-1"
    begun.edit_cell(0, LineColumn.NAME, "Монтаж")
    assert begun.proposal.lines[0].sku == ""


def test_an_article_put_into_a_row_keeps_quantity_discount_and_option(begun: ProposalViewModel) -> None:
    begun.edit_cell(0, LineColumn.DISCOUNT, "5")
    begun.edit_cell(0, LineColumn.OPTION, "b")
    begun.choose_item(0, ITEMS[1])
    assert begun.proposal is not None
    line = begun.proposal.lines[0]
    assert (line.sku, line.qty, line.discount_percent, line.option) == ("ИК-10", 12, 5, "Б")
    assert line.source == "прайс.csv, строка 3"


def test_articles_that_come_near_a_doubtful_row_are_offered_and_none_is_taken(begun: ProposalViewModel) -> None:
    offered: list[tuple[PriceItem, ...]] = []
    begun.articles.near_found.connect(lambda _name, items: offered.append(items))
    begun.articles.seek_near("Обогреватель ИК")
    assert {item.sku for item in offered[0]} == {"ИК-1", "ИК-10"}
    assert begun.proposal is not None
    assert begun.proposal.lines[1].doubt is not None
    begun.settle_line(1)
    assert begun.proposal.lines[1].doubt is None


def test_a_row_is_added_removed_and_brought_back(begun: ProposalViewModel) -> None:
    assert begun.add_line(0) == 1
    begun.remove_line(0)
    assert begun.proposal is not None
    assert [line.name for line in begun.proposal.lines] == ["", "Кабель 3 × 2,5"]
    begun.undo()
    begun.undo()
    assert [line.sku for line in begun.proposal.lines] == ["ИК-1", "КБ-3"]


def test_a_row_that_was_begun_and_not_written_is_not_in_what_is_checked_and_made(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel
) -> None:
    begun.settle_line(1)
    begun.add_line()
    assert begun.to_settle == ()
    begun.approve()
    final = desk[1].kept["КП-2026-0001"].proposal
    assert [line.sku for line in final.lines] == ["ИК-1", "КБ-3"]


def test_a_second_way_begins_with_the_rows_of_the_first(begun: ProposalViewModel) -> None:
    begun.settle_line(1)
    begun.add_option()
    begun.edit_cell(2, LineColumn.QTY, "6")
    assert begun.proposal is not None
    assert begun.proposal.options == ("А", "Б")
    assert total(begun, "А") - total(begun, "Б") == Decimal(6) * 4200


def test_a_sentence_keeps_its_source_while_it_stands_as_it_stood(begun: ProposalViewModel) -> None:
    source = Source("delivery.md", "Сроки", "Отгрузка за 3 дня")
    begun.write_block(BlockKind.DELIVERY, "Отгрузка за 3 дня. Привезём в Тверь.")
    assert begun.proposal is not None
    block = TextBlock(BlockKind.DELIVERY, (Sentence("Отгрузка за 3 дня.", source),))
    begun._change(replace(begun.proposal, blocks=(block,)))
    begun.write_block(BlockKind.DELIVERY, "Отгрузка за 3 дня. Привезём в Тверь к ул. Мира, 5.")
    written = begun.proposal.block(BlockKind.DELIVERY)
    assert written is not None
    assert [(one.text, one.source) for one in written.sentences] == [
        ("Отгрузка за 3 дня.", source),
        ("Привезём в Тверь к ул. Мира, 5.", None),
    ]
    begun.write_block(BlockKind.DELIVERY, " ")
    assert begun.proposal.block(BlockKind.DELIVERY) is None


def test_a_cure_changes_the_words_and_keeps_the_source(begun: ProposalViewModel) -> None:
    source = Source("about.md", "", "Ставим обогреватели")
    assert begun.proposal is not None
    sentence = Sentence("Стоит отметить, что мы ставим обогреватели.", source)
    begun._change(replace(begun.proposal, blocks=(TextBlock(BlockKind.COVERING, (sentence,)),)))
    begun.cure(Warning(WarningKind.STYLE, "Подушка.", BlockKind.COVERING, "Стоит отметить, что мы", "мы", 11))
    block = begun.proposal.block(BlockKind.COVERING)
    assert block is not None
    assert block.sentences == (Sentence("Мы ставим обогреватели.", source),)


def test_an_unsourced_promise_blocks_until_its_sentence_is_gone(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel
) -> None:
    desk[1].found = (
        Warning(WarningKind.UNSOURCED, "Нет источника.", BlockKind.PAYMENT, "Отсрочка год.", is_blocking=True),
    )
    begun.settle_line(1)
    assert begun.proposal is not None
    begun._change(replace(begun.proposal, blocks=(a_terms_block(),)))
    stopped: list[bool] = []
    begun.blocked.connect(lambda: stopped.append(True))
    begun.approve()
    assert stopped == [True]
    assert begun.state is ProposalState.DRAFT
    begun.drop(begun.to_settle[0])
    begun.approve()
    assert begun.state is ProposalState.FINAL


def test_an_approved_proposal_has_its_files_and_is_not_changed_any_more(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel
) -> None:
    begun.settle_line(1)
    begun.approve()
    assert begun.files is not None
    assert begun.files.docx.read_text("utf-8") == "КП-2026-0001 Ольга"
    assert not begun.edit_cell(0, LineColumn.QTY, "1")
    begun.set_status(LegalStatus.OFFER)
    begun.undo()
    assert desk[1].kept["КП-2026-0001"].proposal.status is LegalStatus.INFORMATION
    assert [row.state for row in begun.rows] == [ProposalState.FINAL]


def test_a_revision_is_a_draft_of_its_own_and_the_first_is_marked_replaced(begun: ProposalViewModel) -> None:
    begun.settle_line(1)
    begun.approve()
    begun.revise()
    assert begun.proposal is not None
    assert str(begun.proposal.number) == "КП-2026-0001/2"
    assert begun.is_editable
    assert [row.state for row in begun.rows] == [ProposalState.DRAFT, ProposalState.REPLACED]


def test_what_cannot_be_made_is_said_and_nothing_is_lost(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel
) -> None:
    begun.settle_line(1)
    desk[1].error = UserFixable("document.no_rights", "Нет права писать в папку.", hint="Выберите другую.")
    begun.approve()
    assert desk[0].said[-1].text == "Нет права писать в папку."
    assert begun.is_editable
    assert not begun.is_busy


def test_texts_of_the_model_come_with_the_facts_they_stand_on_and_can_be_taken_back(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel
) -> None:
    begun.write_block(BlockKind.NEED, "Своими словами.")
    begun.write_texts()
    assert begun.proposal is not None
    block = begun.proposal.block(BlockKind.NEED)
    assert block is not None
    assert block.text == "Модель написала о задаче."
    assert not begun.is_writing
    assert begun.proposal.facts == desk[1].facts
    begun.undo()
    assert begun.proposal.block(BlockKind.NEED) == TextBlock(BlockKind.NEED, (Sentence("Своими словами."),))


def test_a_block_that_a_person_wrote_while_the_model_was_writing_stays() -> None:
    seller = Proposal(Number(2026, 1), date(2026, 3, 3), date(2026, 3, 17), Seller(), Client(), ())
    drafted = with_text(with_text(seller, BlockKind.NEED, "Модель."), BlockKind.PAYMENT, "Модель об оплате.")
    now = with_text(seller, BlockKind.NEED, "Человек.")
    result = merged(now, seller, drafted)
    assert [block.text for block in result.blocks] == ["Человек.", "Модель об оплате."]


def test_every_change_is_stored_at_once_with_the_time_it_took(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel
) -> None:
    clock = desk[0].parts.clock
    clock.advance(20)
    begun.set_valid_until(date(2026, 4, 1))
    clock.advance(3600)
    begun.edit_cell(0, LineColumn.QTY, "14")
    kept = desk[1].kept["КП-2026-0001"]
    assert kept.proposal.lines[0].qty == 14
    assert (kept.active_s, kept.edits) == (20.0, 2)


def test_a_proposal_of_a_deal_goes_to_its_client_and_begins_without_rows(
    desk: tuple[Table, ScriptedProposals],
) -> None:
    model = view_model(desk[0])
    model.begin_from_deal("deal-1")
    assert model.proposal is not None
    assert model.proposal.client.company == "ООО «Зелёный мыс»"
    assert model.proposal.lines == ()


def test_a_discarded_proposal_leaves_the_list(begun: ProposalViewModel) -> None:
    begun.discard()
    assert begun.proposal is None
    assert begun.rows == []


def test_a_page_that_cannot_be_drawn_says_why_in_its_place(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_proposal: object, _dpi: int, **_options: object) -> tuple[bytes, ...]:
        raise UserFixable("template.missing", "Шаблона больше нет.", hint="Выберите другой.")

    said: list[str] = []
    begun.not_drawn.connect(lambda error: said.append(error.message))
    monkeypatch.setattr(desk[1], "preview", broken)
    begun.render()
    assert said == ["Шаблона больше нет."]


def test_a_warning_leads_to_its_row_its_block_or_the_field_of_the_client(begun: ProposalViewModel) -> None:
    begun.write_block(BlockKind.DELIVERY, "Привезём в Тверь.")
    assert begun.place_of(Warning(WarningKind.LINE, "…", quote="Кабель 3 × 2,5")) == 1
    assert begun.place_of(Warning(WarningKind.STYLE, "…", quote="в Тверь")) is BlockKind.DELIVERY
    assert begun.place_of(Warning(WarningKind.UNSOURCED, "…", quote="ООО «Зелёный мыс»")) == "company"
    assert begun.place_of(Warning(WarningKind.CONTRADICTION, "…", quote="пять лет")) is None


def test_initials_and_short_words_do_not_end_a_sentence() -> None:
    assert sentences_of(
        "Привезём в г. Тверь к 20.03.2026. Оплата 1 200 руб. Договор подпишет И. О. Петров.\nЖдём."
    ) == [
        "Привезём в г. Тверь к 20.03.2026.",
        "Оплата 1 200 руб. Договор подпишет И. О. Петров.",
        "Ждём.",
    ]


def test_the_next_proposal_begins_with_the_template_chosen_last(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel, tmp_path: Path
) -> None:
    own = tmp_path / "Наш шаблон.docx"
    own.write_bytes(b"")
    begun.set_template(str(own))
    begun.begin_empty()
    assert begun.proposal is not None
    assert begun.proposal.template == str(own)
    own.unlink()
    begun.begin_empty()
    assert begun.proposal.template == "full"


def test_a_hint_of_style_that_the_company_hides_is_kept_in_the_settings_and_comes_back(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel
) -> None:
    settings = desk[0].desk.settings
    begun.hide_rule(12)
    begun.hide_rule(7)
    assert settings.settings.style_rules_off == "7, 12"
    assert desk[0].said[-1].action == "open_settings_proposals"
    settings.switch_rule(12, is_on=True)
    assert settings.rules_off == (7,)


def test_fonts_that_are_missing_are_looked_for_once_a_template(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel
) -> None:
    desk[1].lacking = {"short": ("Georgia Pro",)}
    begun.render()
    assert begun.pages.missing_fonts == ()
    begun.set_template("short")
    begun.render()
    assert begun.pages.missing_fonts == ("Georgia Pro",)
    previews = desk[1].previews
    begun.pages.set_dpi(192)
    begun.pages.set_dpi(192)
    assert desk[1].previews == previews + 1


def test_of_a_long_proposal_the_first_page_is_shown_before_the_others(
    desk: tuple[Table, ScriptedProposals], begun: ProposalViewModel
) -> None:
    desk[1].pages = (b"1", b"2", b"3")
    shown: list[tuple[bytes, ...]] = []
    begun.pages.begun.connect(shown.append)
    begun.drawn.connect(shown.append)
    begun.render()
    assert shown == [(b"1", b"2", b"3")]
    assert begun.proposal is not None
    begun.pages.draw(replace(begun.proposal, lines=begun.proposal.lines * 30))
    assert shown[1:] == [(b"1",), (b"1", b"2", b"3")]
