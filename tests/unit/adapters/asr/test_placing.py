"""Words of a window find their places in the recording; skipped speech is noticed."""

from __future__ import annotations

import pytest

from app.adapters.asr.placing import HeardWord, Placed, place, skipped, with_found
from app.adapters.asr.windows import RATE_HZ as S
from app.adapters.asr.windows import Piece, Window


def _piece(start_s: float, end_s: float, margin_s: float = 0.4) -> Piece:
    start, end = int(start_s * S), int(end_s * S)
    return Piece(start, end, start + int(margin_s * S), end - int(margin_s * S))


def _words(*timed: tuple[float, float, str]) -> list[HeardWord]:
    return [HeardWord(a, b, text, 0.9) for a, b, text in timed]


def _times(placed: Placed) -> list[tuple[float, float, str]]:
    return [(round(w.start_s, 2), round(w.end_s, 2), w.text) for w in placed.words]


def test_each_word_goes_to_the_piece_in_which_it_was_said() -> None:
    window = Window(1, (_piece(10.0, 12.0), _piece(30.0, 33.0)))
    first, second = place(window, _words((0.5, 1.0, "Добрый"), (1.0, 1.5, "день"), (2.6, 3.2, "слушаю")))
    assert _times(first) == [(10.5, 11.0, "Добрый"), (11.0, 11.5, "день")]
    assert _times(second) == [(30.6, 31.2, "слушаю")]
    assert second.stream == 1


def test_a_word_behind_a_pause_is_not_left_in_the_piece_before_it() -> None:
    window = Window(0, (_piece(10.0, 12.0), _piece(30.0, 33.0)))
    first, second = place(window, _words((0.5, 1.5, "рублей."), (1.6, 2.6, "Ну,"), (2.6, 3.1, "смотрите")))
    assert [w.text for w in first.words] == ["рублей."]
    assert [w.text for w in second.words] == ["Ну,", "смотрите"]


def test_words_never_go_back_to_an_earlier_piece() -> None:
    window = Window(0, (_piece(10.0, 12.0), _piece(30.0, 33.0)))
    first, second = place(window, _words((2.5, 3.0, "два"), (1.0, 1.2, "три"), (3.0, 3.4, "четыре")))
    assert first.words == ()
    assert [w.text for w in second.words] == ["два", "три", "четыре"]


def test_a_word_that_leans_into_the_pause_is_brought_to_the_voice() -> None:
    window = Window(0, (_piece(10.0, 14.0),))
    (placed,) = place(window, _words((0.0, 0.9, "Алло"), (3.0, 4.0, "да")))
    assert placed.words[0].start_s == pytest.approx(10.25)
    assert placed.words[1].end_s == pytest.approx(13.85)


def test_words_behind_the_last_piece_belong_to_it() -> None:
    (placed,) = place(Window(0, (_piece(5.0, 7.0),)), _words((0.5, 1.0, "раз"), (2.0, 2.6, "два")))
    assert [w.text for w in placed.words] == ["раз", "два"]
    assert all(w.start_s <= w.end_s <= 7.0 for w in placed.words)


def test_speech_without_words_is_to_be_heard_again() -> None:
    piece = _piece(100.0, 110.0)
    (gap,) = skipped(Placed(0, piece, tuple(_words((100.4, 101.0, "Пришлите"), (101.0, 101.6, "расчёт,")))))
    assert gap.voice_start / S == pytest.approx(101.6)
    assert gap.voice_end / S == pytest.approx(109.6)
    assert gap.start < gap.voice_start < gap.voice_end <= gap.end


def test_a_word_stretched_over_other_speech_hides_nothing() -> None:
    words = _words((100.4, 101.0, "Да,"), (101.0, 109.5, "пришлите"))
    (gap,) = skipped(Placed(0, _piece(100.0, 110.0), tuple(words)))
    assert gap.voice_start / S == pytest.approx(102.14, abs=0.1)


def test_a_long_number_takes_its_time() -> None:
    words = _words((100.4, 103.4, "950000"), (103.4, 104.0, "рублей"), (104.0, 109.6, "8 916 123-45-67"))
    assert skipped(Placed(0, _piece(100.0, 110.0), tuple(words))) == []


def test_a_short_pause_is_not_skipped_speech() -> None:
    words = _words((100.4, 101.0, "Да,"), (102.0, 102.6, "конечно"))
    assert skipped(Placed(0, _piece(100.0, 103.0), tuple(words))) == []


def test_found_words_stand_in_their_place_and_once() -> None:
    placed = Placed(0, _piece(0.0, 10.0), tuple(_words((0.5, 1.0, "Почта:"), (8.0, 8.5, "записали?"))))
    found = _words((0.9, 1.2, "почта"), (2.0, 2.8, "ромашка"), (3.0, 3.6, "собака"), (8.0, 8.4, "записали"))
    whole = with_found(placed, found)
    assert [w.text for w in whole.words] == ["Почта:", "ромашка", "собака", "записали?"]


def test_nothing_found_changes_nothing() -> None:
    placed = Placed(0, _piece(0.0, 10.0), tuple(_words((0.5, 1.0, "Почта:"))))
    assert with_found(placed, []) == placed
