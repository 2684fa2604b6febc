"""Texts of a proposal: word for word from the call and the base, and the model's wording only where it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core.cancel import CancelToken
from app.draft.model import Draft, FieldStatus, FieldValue, NextStep
from app.knowledge.ports import KnowledgeIndex
from app.proposal.beginning import LineWish, begin
from app.proposal.model import BlockKind, Number, Proposal, Sentence, TextBlock
from app.proposal.words import facts_of_blocks, plain_texts, reworded, without_unsupported
from tests.fakes.examples import a_draft, evidence
from tests.fakes.language_model import ScriptedModel
from tests.fakes.proposal_sellers import ITEMS, OpenIndex, a_knowledge, a_profile

DAY = date(2026, 3, 3)
NEED = "Нам нужны обогреватели, ну, в теплицу, рассада мёрзнет"


@pytest.fixture(scope="module")
def index() -> Iterator[KnowledgeIndex]:
    with OpenIndex(a_knowledge()) as opened:
        yield opened


def _draft(need: str = NEED, **changes: Any) -> Draft:
    draft = a_draft()
    said = FieldValue("need", need, None, FieldStatus.VERIFIED, evidence(need))
    return replace(draft, **{"fields": {**draft.fields, "need": said}, **changes})


def _begun(draft: Draft | None, *wishes: LineWish) -> Proposal:
    lines = wishes or None
    return begin(draft, a_profile(), a_knowledge(), lines=lines, today=DAY, number=Number(2026, 1))


def _written(draft: Draft | None, index: KnowledgeIndex, *wishes: LineWish) -> Proposal:
    begun = _begun(draft, *wishes)
    blocks = plain_texts(begun, draft, index, ITEMS)
    return replace(begun, blocks=blocks, facts=(*begun.facts, *facts_of_blocks(blocks)))


def _texts(proposal: Proposal, kind: BlockKind) -> list[str]:
    block = proposal.block(kind)
    return [sentence.text for sentence in block.sentences] if block is not None else []


def test_every_sentence_has_a_source_and_stands_the_check(index: KnowledgeIndex) -> None:
    made = _written(_draft(), index)
    assert all(sentence.source is not None for block in made.blocks for sentence in block.sentences)
    assert without_unsupported(made).blocks == made.blocks


def test_the_need_is_told_in_the_words_of_the_client_without_fillers(index: KnowledgeIndex) -> None:
    made = _written(_draft(), index)
    assert _texts(made, BlockKind.NEED)[0] == "Вы сказали: «Нам нужны обогреватели, в теплицу, рассада мёрзнет»."
    assert "Место поставки: Тверь." in _texts(made, BlockKind.NEED)


def test_numbers_and_money_of_the_talk_are_not_repeated(index: KnowledgeIndex) -> None:
    made = _written(_draft("Нам надо шесть обогревателей, бюджет триста тысяч рублей"), index)
    assert not any("шесть" in text or "триста" in text for text in _texts(made, BlockKind.NEED))


def test_delivery_names_the_town_of_the_client_and_no_other_case(index: KnowledgeIndex) -> None:
    made = _written(_draft(), index)
    texts = _texts(made, BlockKind.DELIVERY)
    assert "Тверь: бесплатно от суммы — 50 000 ₽; иначе — 900 ₽." in texts
    assert "Отгружаем за 3 рабочих дня после оплаты." in texts
    assert not any(text.startswith(("Ржев", "Торжок")) for text in texts)


def test_a_list_of_towns_is_cut_only_where_nothing_else_is_said(index: KnowledgeIndex) -> None:
    city = FieldValue("delivery_city", "Ржев", None, FieldStatus.VERIFIED, evidence("в Ржев"))
    draft = _draft()
    made = _written(replace(draft, fields={**draft.fields, "delivery_city": city}), index)
    texts = _texts(made, BlockKind.DELIVERY)
    assert "Ржев: бесплатно от суммы — 90 000 ₽; иначе — 2 400 ₽." in texts
    assert "По Твери возим каждый день, в Ржев — по средам." in texts


def test_the_warranty_is_of_what_is_sold(index: KnowledgeIndex) -> None:
    made = _written(_draft(), index)
    assert _texts(made, BlockKind.WARRANTY) == ["Обогреватели ТО — 3 года."]
    both = _written(_draft(), index, LineWish("ТО-2", Decimal(1)), LineWish("УМ-1", Decimal(1)))
    assert set(_texts(both, BlockKind.WARRANTY)) == {"Обогреватели ТО — 3 года.", "Монтаж — 2 года."}


def test_refusals_and_discounts_of_the_base_are_no_terms_and_what_is_left_out_stands_apart(
    index: KnowledgeIndex,
) -> None:
    made = _written(_draft(), index)
    assert _texts(made, BlockKind.PAYMENT) == ["Предоплата 60 %, остальное перед отгрузкой."]
    assert _texts(made, BlockKind.EXCLUDED) == ["Разгрузка в доставку не входит."]


def test_the_next_step_has_its_day_and_a_named_person(index: KnowledgeIndex) -> None:
    step = NextStep("manager", "Позвонить в четверг", "2026-03-05", FieldStatus.VERIFIED, evidence("позвоню", 0))
    made = _written(_draft(next_steps=(step,)), index)
    assert _texts(made, BlockKind.NEXT_STEP) == [
        "Позвоним вам 05.03.2026.",
        "На вопросы ответит Мария Лис, менеджер по теплицам: +7 482 200-00-00, lis@leaf.example.",
    ]


def test_a_step_that_lies_behind_is_not_told(index: KnowledgeIndex) -> None:
    step = NextStep("manager", "Позвонить", "2026-03-02", FieldStatus.VERIFIED, evidence("позвоню", 0))
    assert len(_texts(_written(_draft(next_steps=(step,)), index), BlockKind.NEXT_STEP)) == 1


def _asked(made: Proposal, *answer: str) -> Proposal:
    model = ScriptedModel({"proposal_need": {"need": list(answer)}})
    told = reworded(made, _draft(), lambda: model, CancelToken())
    assert all("300 000" not in message.text for message in model.asked[0].messages)
    return told


def test_the_model_may_say_the_need_in_other_words(index: KnowledgeIndex) -> None:
    told = _asked(_written(_draft(), index), "Вам нужны обогреватели в теплицу: рассада мёрзнет.")
    assert _texts(told, BlockKind.NEED) == [
        "Вам нужны обогреватели в теплицу: рассада мёрзнет.",
        "Место поставки: Тверь.",
    ]


@pytest.mark.parametrize(
    "invented",
    [
        "Вам нужны 12 обогревателей в теплицу, рассада мёрзнет.",
        "Вам нужны обогреватели в теплицу, даём гарантию 10 лет.",
        "Вам нужны обогреватели Бройлер-9 в теплицу, рассада мёрзнет.",
        "Нам нужны обогреватели в теплицу, рассада мёрзнет.",
        "Скидка девяносто процентов согласована с директором.",
        "Вам нужны наилучшие инновационные обогреватели в теплицу.",
        "Сейчас берём обогреватели в теплицу, рассада мёрзнет.",
    ],
)
def test_what_the_model_invents_never_stands(index: KnowledgeIndex, invented: str) -> None:
    made = _written(_draft(), index)
    assert _asked(made, invented) == made


def test_a_sentence_that_nothing_bears_out_is_taken_out_and_that_is_said(index: KnowledgeIndex) -> None:
    made = _written(_draft(), index)
    added = TextBlock(BlockKind.COVERING, (Sentence("Привезём за 2 дня и дадим скидку 30 %."),))
    cleaned = without_unsupported(replace(made, blocks=(added, *made.blocks)))
    assert "30 %" not in " ".join(block.text for block in cleaned.blocks)
    assert any("скидку 30 %" in warning.text for warning in cleaned.found)
