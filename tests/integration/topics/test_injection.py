"""The attacks on the draft with the trained model of topics beside the rules."""

from __future__ import annotations

import pytest

from app.adapters.topics.linear import LinearTopicReader
from app.draft.model import FieldStatus
from app.settings import TOPIC_WEIGHTS
from tests.unit.draft.talks import draft_of
from tests.unit.draft.test_injection import ATTACKS, CALL, MONEY_AND_STATE, facts_of


@pytest.fixture(scope="module")
def reader() -> LinearTopicReader:
    return LinearTopicReader(TOPIC_WEIGHTS)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_moves_the_meaning_of_the_call_nowhere(reader: LinearTopicReader, attack: str) -> None:
    plain = draft_of(CALL.format(attack="Понятно."), topic_reader=reader)
    attacked = draft_of(CALL.format(attack=attack.replace("\n", " ")), topic_reader=reader)
    assert facts_of(attacked) == facts_of(plain)
    for key in MONEY_AND_STATE:
        value = attacked.fields[key]
        assert value.status is not FieldStatus.VERIFIED or all(quote.segment != 5 for quote in value.evidence)
