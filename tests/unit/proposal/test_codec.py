"""A proposal comes back from JSON as it went in."""

from __future__ import annotations

import json
from decimal import Decimal

from app.knowledge.model import Source
from app.proposal.codec import proposal_from_json, proposal_to_json
from app.proposal.model import BlockKind, Fact, Sentence, TextBlock, Warning, WarningKind, Zone
from tests.fakes.proposal_archive import a_line, a_proposal


def test_everything_comes_back_to_the_kopeck() -> None:
    source = Source("garantiya.md", "Гарантия", "Обогреватели ТО — 3 года")
    proposal = a_proposal(
        lines=(a_line(), a_line(sku="", vat_rate=None, price=Decimal("0.10"), doubt="?", option="А", lead_days=3)),
        blocks=(TextBlock(BlockKind.WARRANTY, (Sentence("3 года.", source), Sentence("Да.")), Zone.TERMS),),
        warnings=(Warning(WarningKind.STYLE, "Тёмный «оборот».", BlockKind.NEED, "оборот", "слово", 7, True),),
        facts=(Fact("3 года", source),),
    )
    assert proposal_from_json(json.loads(json.dumps(proposal_to_json(proposal)))) == proposal


def test_what_an_earlier_version_did_not_write_has_its_default() -> None:
    stored = proposal_to_json(a_proposal())
    del stored["facts"], stored["found"]
    assert proposal_from_json(stored) == a_proposal()
