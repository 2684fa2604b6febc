"""Sums of another time, somebody else's arithmetic, rivals that stand in our own glossary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.draft.talks import PROFILE, draft_of

_WHO = "М: Добрый день, АкваЛайн, Степан.\nК: Добрый день, меня зовут Ольга Рябова, санаторий «Ключи».\n"


@pytest.mark.parametrize(
    ("said", "budget"),
    [
        ("Собственник мне три миллиона выделил. Хотя нет, он до трёх с половиной поднял.", 3_500_000),
        ("У нас бюджет триста тысяч. Хотя уже не триста, двести восемьдесят осталось.", 280_000),
        ("Нормально, у меня на ноябрь сто восемьдесят лимит.", 180_000),
    ],
)
def test_the_sum_that_holds_now_is_the_budget(said: str, budget: int) -> None:
    value = draft_of(f"{_WHO}М: А по деньгам какой бюджет?\nК: {said}").fields["budget_amount"]
    assert value.norm == budget


def test_what_was_spent_on_something_else_is_not_verified_as_budget() -> None:
    said = "Всё в крышу вбухал после града, шестьсот тысяч как с куста."
    value = draft_of(f"{_WHO}М: А по деньгам какой бюджет?\nК: {said}").fields["budget_amount"]
    assert value.status.value != "verified"


def test_a_rival_that_we_wrote_into_the_glossary_is_still_one() -> None:
    profile = replace(PROFILE, glossary=(*PROFILE.glossary, "Прачмаркет", "АкваЛайт"))
    for name in ("Прачмаркет", "АкваЛайт"):
        said = f"{_WHO}М: Слушаю.\nК: «{name}» нам тоже считают, у них дешевле."
        rivals = draft_of(said, profile=profile).fields["competitors"].value
        assert rivals is not None
        assert name in rivals
