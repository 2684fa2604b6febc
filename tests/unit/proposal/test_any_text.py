"""Whatever a person or a model types, the rules answer, and what they quote stands in the text."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.proposal import claims, style
from app.proposal.model import Client
from app.proposal.numbering import file_name
from tests.unit.proposal.letters import HUMAN, MACHINE
from tests.unit.proposal.offers import block, fact, line, proposal

_WORDS = [
    sentence.text for texts in (*HUMAN.values(), *MACHINE.values()) for one in texts for sentence in one.sentences
]
_SIGNS = ["«", "»", "—", "{{", "}}", "**", "№", "ТД-", "+7", "..", "\u200b", "\u00a0", "&<>\"'", "😀", "İ", "ß"]
_NEAR_VALUES = ["31.02.2026", "24:99", "1/0", "00.00.0000", "-5 %", "миллион миллиардов", "в пятницу 13", "100500 лет"]
_SCRAPS = st.sampled_from([*_WORDS, *_SIGNS, *_NEAR_VALUES, "гарантия", "бесплатно", "нет"])
_TEXTS = st.one_of(st.text(max_size=80), st.lists(_SCRAPS, max_size=6).map(" ".join))


@settings(deadline=None)
@given(_TEXTS)
@example("")
@example("9" * 400)
@example("до 31.02.2026 гарантия 99999999999999999999 лет бесплатно")
def test_every_text_gets_an_answer_and_quotes_are_its_words(text: str) -> None:
    blocks = [block(text, "Предоплата 50 %.")]
    facts = (fact("Предоплата 50 %."), fact(text))
    found = [*style.check(blocks, limit=None), *claims.check(blocks, facts, proposal())]
    assert all(warning.quote in blocks[0].text for warning in found)
    assert all(warning.text for warning in found)


@given(st.text(max_size=120), st.text(max_size=200))
def test_every_name_of_a_file_can_be_written(company: str, product: str) -> None:
    name = file_name(proposal(line(name=product or "-"), client=Client(company=company)), "docx")
    assert len(name) <= 100
    assert not set(name) & set('<>:"/\\|?* \n\t')
    assert name.isprintable()


@given(st.decimals(allow_nan=True, allow_infinity=True), st.decimals(allow_nan=True, allow_infinity=True))
@example(Decimal(1), Decimal("1e26"))
def test_a_row_with_any_numbers_has_faults_or_none(qty: Decimal, price: Decimal) -> None:
    from app.proposal.lines import faults

    faults(line(qty=str(qty), price=str(price)), Decimal(5))
