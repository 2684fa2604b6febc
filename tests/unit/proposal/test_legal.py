"""Status before the law, VAT in words, the term, and the turn of the year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.profile.seller import Seller, VatMode
from app.proposal import legal
from app.proposal.model import LegalStatus, WarningKind
from tests.unit.proposal.offers import block, line, proposal

D = Decimal
_PLAIN = str.maketrans("\u00a0", " ")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (LegalStatus.INFORMATION, "не является офертой"),
        (LegalStatus.OFFER, "является офертой и действует до 02.12.2026"),
        (LegalStatus.INVITATION, "приглашением делать оферты"),
    ],
)
def test_the_company_chooses_what_the_document_is(status: LegalStatus, words: str) -> None:
    assert words in legal.status_line(proposal(status=status))


@pytest.mark.parametrize(
    ("mode", "rates", "note"),
    [
        (VatMode.INCLUDED, [22], "Цены указаны с НДС 22 %."),
        (VatMode.INCLUDED, [22, 10], "Цены указаны с НДС 22 % и 10 %. Ставка указана в каждой строке."),
        (VatMode.INCLUDED, [22, None], "Цены указаны с НДС 22 %. Строки с пометкой «без НДС» налогом не облагаются."),
        (VatMode.ON_TOP, [7], "Цены указаны без НДС, НДС 7 % начисляется сверх цены и показан отдельно."),
        (VatMode.NONE, [None], "Цены указаны без НДС, НДС не облагается."),
        (VatMode.INCLUDED, [None], "Цены указаны без НДС, НДС не облагается."),
    ],
)
def test_the_note_says_whether_vat_is_inside(mode: VatMode, rates: list[int | None], note: str) -> None:
    offer = proposal(*(line(vat_rate=None if rate is None else D(rate)) for rate in rates), vat_mode=mode)
    assert legal.vat_note(offer).translate(_PLAIN) == note


@pytest.mark.parametrize(
    ("mode", "rate", "until", "lead_days", "count"),
    [
        (VatMode.NONE, 0, date(2027, 1, 10), 0, 1),
        (VatMode.NONE, 0, date(2026, 12, 31), 0, 0),
        (VatMode.NONE, 0, date(2026, 12, 2), 60, 1),
        (VatMode.INCLUDED, 5, date(2027, 1, 10), 0, 1),
        (VatMode.INCLUDED, 22, date(2027, 1, 10), 60, 0),
    ],
)
def test_a_small_seller_is_warned_about_the_turn_of_the_year(
    mode: VatMode, rate: int, until: date, lead_days: int, count: int
) -> None:
    offer = proposal(
        line(lead_days=lead_days), vat_mode=mode, valid_until=until, seller=Seller(vat_mode=mode, vat_rate=D(rate))
    )
    assert [warning.kind for warning in legal.season_warnings(offer)] == [WarningKind.VAT] * count


def test_stale_words_about_tax_block_and_the_rate_has_its_cure() -> None:
    offer = proposal(blocks=[block("Цена включает НДС 20 %. Освобождение: п. 2 ст. 346.11 НК РФ, скидка 20 %.")])
    rate, ground = legal.text_warnings(offer)
    assert (rate.quote, rate.cure) == ("НДС 20 %", "НДС 22 %")
    assert ground.quote.startswith("п. 2 ст. 346.11")
    assert rate.is_blocking
    assert ground.is_blocking


def test_a_term_that_is_over_blocks() -> None:
    assert legal.validity_warnings(proposal(), date(2026, 11, 18)) == []
    assert legal.validity_warnings(proposal(), date(2026, 12, 3))[0].is_blocking
    assert not legal.validity_warnings(proposal(valid_until=date(2028, 1, 1)), date(2026, 11, 18))[0].is_blocking
