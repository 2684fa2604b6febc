"""What Whisper wrote is doubted where it cannot have been said."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.adapters.asr.placing import HeardWord
from app.adapters.asr.whisper import Reading, shown_words


def _reading(text: str, **changes: float) -> Reading:
    facts = {"logprob": -0.3, "no_speech": 0.1, "seconds": 8.0, **changes}
    return Reading([], text, facts["logprob"], facts["no_speech"], facts["seconds"], is_cut=False)


def _words(text: str, word_s: float = 0.3, said: int = 1000) -> list[HeardWord]:
    """The words of a text, the first `said` of them heard, the rest all at the moment where the sound ends."""
    times = [min(at, said) * word_s for at in range(len(text.split()) + 1)]
    return [HeardWord(start, end, word, 0.9) for word, (start, end) in zip(text.split(), pairwise(times), strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        "Добрый день, меня зовут Олег, звоню узнать про теплицы.",
        "Да, да, да, хорошо, хорошо.",
        "Двадцать пять, двадцать пять, да.",
        "Нет, нет, не надо.",
        "Через две недели во вторник? Да, через две недели во вторник, третьего.",
    ],
)
def test_ordinary_speech_is_believed(text: str) -> None:
    assert _reading(text).faults(_words(text)) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Мы вам перезвоним завтра, мы вам перезвоним завтра, мы вам перезвоним завтра.", 4),
        ("Мы вам перезвоним завтра, мы вам перезвоним завтра.", 0),
        ("Купить белые трубы, белые, купить белые трубы.", 4),
    ],
    ids=["looped", "no sound at all", "said again later"],
)
def test_words_that_stand_twice_without_the_time_to_say_them_are_doubted(text: str, said: int) -> None:
    assert _reading(text).faults(_words(text, said=said)) > 0


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("да " * 80, {"seconds": 30.0}),
        ("Здравствуйте, слушаю вас.", {"logprob": -1.4}),
        ("Это предложение слишком длинное для одной секунды звука", {"seconds": 1.0}),
    ],
    ids=["monotonous", "unsure", "too fast"],
)
def test_what_cannot_have_been_said_is_doubted(text: str, changes: dict[str, float]) -> None:
    assert _reading(text, **changes).faults(_words(text)) > 0


@pytest.mark.parametrize(
    "text",
    ["Редактор субтитров А.Синецкая", "Продолжение следует...", "Субтитры сделал DimaTorzok", "ДИНАМИЧНАЯ МУЗЫКА"],
)
def test_captions_of_films_are_no_speech(text: str) -> None:
    assert _reading(text).is_noise


def test_a_talk_about_subtitles_is_speech() -> None:
    assert not _reading("Нам нужны субтитры к ролику, сколько это стоит?").is_noise


def _part(word: str, start: float, end: float, probability: float = 0.9) -> dict[str, object]:
    return {"word": word, "start": start, "end": end, "probability": probability}


def test_parts_of_a_word_are_shown_as_one() -> None:
    parts = [
        _part(" кто", 0, 0.2),
        _part("-то", 0.2, 0.4, 0.5),
        _part(" 4", 0.5, 0.7),
        _part(",5", 0.7, 0.9),
        _part("%", 0.9, 1),
    ]
    assert [(w.text, w.start_s, w.end_s, w.probability) for w in shown_words(parts)] == [
        ("кто-то", 0.0, 0.4, 0.5),
        ("4,5%", 0.5, 1.0, 0.9),
    ]


def test_a_dash_belongs_to_the_word_before_it() -> None:
    assert [w.text for w in shown_words([_part(" срок", 0, 1), _part(" —", 1, 1), _part(" май", 1, 2)])] == [
        "срок —",
        "май",
    ]
