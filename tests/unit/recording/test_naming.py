"""Names as telephone exchanges and telephones write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.recording.naming import NameFacts, facts_of_name

MOMENT = datetime(2026, 3, 2, 10, 15, 30)  # noqa: DTZ001 - names have no zone
MINUTE = datetime(2026, 3, 2, 10, 15)  # noqa: DTZ001
NOON = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001
MOBILE = "+79161234567"


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("in-74951234567-79161234567-20260302-101530-1772435730.12.wav", NameFacts(MOMENT, MOBILE, "in")),
        ("out-89161234567-101-20260302-101530-1772435730.9.mp3", NameFacts(MOMENT, MOBILE, "out")),
        ("external-101-+79161234567-20260302-101530-1772435730.1.wav", NameFacts(MOMENT, MOBILE)),
        ("2026-03-02__10-15-30__79161234567__101.mp3", NameFacts(MOMENT, MOBILE)),
        ("2026-03-02_10-15-30_in_+7 (916) 123-45-67.mp3", NameFacts(MOMENT, MOBILE, "in")),
        ("79161234567_2026-03-02-10-15-30.wav", NameFacts(MOMENT, MOBILE)),
        ("02.03.2026 10-15 исходящий 8 916 123-45-67.ogg", NameFacts(MINUTE, MOBILE, "out")),
        ("Запись вызова +79161234567_260302_101530.m4a", NameFacts(MOMENT, MOBILE)),
        ("Call recording Иван_260302_101530.m4a", NameFacts(MOMENT)),
        ("Иван(0079161234567)_20260302101530.mp3", NameFacts(MOMENT, MOBILE)),
        ("вх 2026-03-02.amr", NameFacts(NOON, None, "in")),
        ("Звонок 02.03.2026.mp3", NameFacts(NOON)),
        ("84951234567-84957654321-out.wav", NameFacts(None, "+74951234567", "out")),
        ("84951234567-84957654321-in.wav", NameFacts(None, "+74957654321", "in")),
        ("in-out-test.wav", NameFacts()),
        ("indoor plan.mp3", NameFacts()),
        ("2026-13-45_99-99.mp3", NameFacts()),
        ("договор 20261234567890123.mp3", NameFacts()),
        ("запись.mp3", NameFacts()),
        ("", NameFacts()),
    ],
)
def test_a_name_tells_when_who_and_which_way(name: str, facts: NameFacts) -> None:
    assert facts_of_name(name) == facts
