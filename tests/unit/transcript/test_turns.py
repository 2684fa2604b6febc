"""Words of two sides become turns in the order of time."""

from __future__ import annotations

from app.transcript.model import Word
from app.transcript.turns import Heard, turns


def _said(stream: int, start_s: float, text: str, word_s: float = 0.4, gap_s: float = 0.1) -> Heard:
    """Words one behind the other from a second on."""
    words = []
    for text_word in text.split():
        words.append(Word(round(start_s, 2), round(start_s + word_s, 2), text_word, 0.9))
        start_s += word_s + gap_s
    return Heard(stream, tuple(words))


def _shown(*heard: Heard, streams: int = 2) -> list[tuple[int | None, str]]:
    return [(turn.channel, turn.text) for turn in turns(heard, streams)]


def test_sides_take_turns_in_the_order_of_time() -> None:
    found = turns([_said(1, 3.0, "Здравствуйте."), _said(0, 0.0, "Добрый день."), _said(0, 5.0, "Слушаю.")], 2)
    assert [(t.index, t.channel, t.text) for t in found] == [
        (0, 0, "Добрый день."),
        (1, 1, "Здравствуйте."),
        (2, 0, "Слушаю."),
    ]
    assert (found[0].start_s, found[0].end_s) == (0.0, 0.9)
    assert [w.text for w in found[0].words] == ["Добрый", "день."]


def test_a_breath_inside_an_utterance_does_not_cut_it() -> None:
    assert _shown(_said(0, 0.0, "Нам нужно"), _said(0, 1.8, "двести теплиц")) == [(0, "Нам нужно двести теплиц")]


def test_a_long_pause_ends_a_turn() -> None:
    assert len(turns([_said(0, 0.0, "Минуту."), _said(0, 2.5, "Нашёл.")], 2)) == 2


def test_an_answer_in_a_pause_splits_the_question_from_what_follows() -> None:
    shown = _shown(_said(0, 0.0, "Доставка нужна?"), _said(1, 1.1, "Да.", 0.3), _said(0, 1.7, "Тогда запишу."))
    assert shown == [(0, "Доставка нужна?"), (1, "Да."), (0, "Тогда запишу.")]


def test_a_nod_inside_a_turn_keeps_the_turn_whole() -> None:
    manager = _said(0, 0.0, "У нас два вида обогрева, водяной и воздушный")
    shown = _shown(manager, _said(1, 1.6, "Угу.", 0.3))
    assert shown == [(0, "У нас два вида обогрева, водяной и воздушный"), (1, "Угу.")]


def test_a_nod_does_not_split_the_turn_that_goes_on_over_it() -> None:
    shown = _shown(
        _said(0, 0.0, "У нас два вида обогрева,"), _said(1, 1.6, "Угу.", 0.3), _said(0, 2.5, "водяной и воздушный")
    )
    assert shown == [(0, "У нас два вида обогрева, водяной и воздушный"), (1, "Угу.")]


def test_a_monologue_is_parted_at_the_end_of_a_sentence() -> None:
    sentence = "Это первое предложение из нескольких слов."
    found = turns([_said(0, 3.2 * n, sentence) for n in range(40)] + [_said(1, 200.0, "Понятно.")], 2)
    assert len(found) > 2
    assert all(turn.text.endswith(".") for turn in found)
    assert max((t.end_s or 0) - (t.start_s or 0) for t in found) < 60


def test_one_stream_is_parted_where_a_sentence_ends_before_a_breath() -> None:
    shown = _shown(
        _said(0, 0.0, "Сколько нужно?"),
        _said(0, 1.4, "Двести."),
        _said(0, 2.3, "А когда"),
        _said(0, 3.7, "везти?"),
        streams=1,
    )
    assert shown == [(0, "Сколько нужно?"), (0, "Двести."), (0, "А когда везти?")]


def test_no_words_are_no_turns() -> None:
    assert turns([], 2) == ()
    assert turns([Heard(0, ())], 1) == ()
