"""Which side is the manager, by what is said."""

from __future__ import annotations

import pytest

from app.transcript.model import CLIENT, MANAGER, UNKNOWN, Segment
from app.transcript.speakers import guess_manager, with_speakers


def _talk(*turns: tuple[int, str]) -> list[Segment]:
    return [Segment(at, at * 5.0, at * 5.0 + 4.0, UNKNOWN, channel, text) for at, (channel, text) in enumerate(turns)]


CALLS = {
    "answers with the company": _talk(
        (1, "Компания Зелёный Дом, Олег, добрый день."),
        (0, "Здравствуйте, мне нужна теплица."),
        (1, "Какая площадь у вас?"),
    ),
    "offers help": _talk((0, "Алло, добрый день."), (1, "Здравствуйте, чем могу помочь?"), (0, "Хотел узнать цену.")),
    "calls after a request": _talk(
        (0, "Алло."),
        (1, "Добрый день, вы оставляли заявку на сайте, удобно говорить?"),
        (0, "Да, мы выбираем поставщика."),
    ),
    "asks and promises": _talk(
        (0, "Сколько это будет стоить и есть ли скидка?"),
        (1, "Скажите, на какой бюджет рассчитываете? Я подготовлю коммерческое предложение."),
    ),
}


@pytest.mark.parametrize("talk", CALLS.values(), ids=CALLS.keys())
def test_the_manager_is_known_by_what_a_manager_says(talk: list[Segment]) -> None:
    guess = guess_manager(talk, ("Зелёный Дом",))
    assert guess.manager_channel == 1
    assert guess.confidence > 0.4


def test_a_brand_that_was_misheard_is_still_the_brand() -> None:
    talk = _talk((1, "Зеленый том слушает, Анна."), (0, "Добрый день."))
    assert guess_manager(talk, ("Зелёный Дом",)).manager_channel == 1


def test_a_client_who_asks_for_the_company_is_no_manager() -> None:
    talk = _talk((0, "Алло, это Зелёный Дом?"), (1, "Да, здравствуйте, слушаю вас."), (0, "Хочу заказать теплицу."))
    assert guess_manager(talk, ("Зелёный Дом",)).manager_channel == 1


def test_nothing_to_go_by_is_the_left_side_without_confidence() -> None:
    guess = guess_manager(_talk((0, "Алло."), (1, "Алло.")))
    assert (guess.manager_channel, guess.confidence) == (0, 0.0)


def test_whoever_knows_decides_against_the_guess() -> None:
    named = with_speakers(CALLS["offers help"], 2, 0)
    assert [s.speaker for s in named] == [MANAGER, CLIENT, MANAGER]


def test_one_stream_has_no_known_speakers() -> None:
    assert {s.speaker for s in with_speakers(_talk((0, "Чем могу помочь?")), 1, 0)} == {UNKNOWN}
