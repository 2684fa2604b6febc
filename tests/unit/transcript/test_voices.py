"""Words of one channel go to the voices that were told apart in it."""

from __future__ import annotations

from app.transcript.model import CLIENT, MANAGER, UNKNOWN, Segment, Word
from app.transcript.speakers import with_voices
from app.transcript.turns import Heard, turns
from app.transcript.voices import VoiceSpan, by_voice


def _words(text: str, start_s: float = 0.0, gap_s: float = 0.1) -> tuple[Word, ...]:
    """Words of 0.4 s one behind the other; «/» is a pause of half a second."""
    found = []
    for word in text.split():
        if word == "/":
            start_s += 0.5
            continue
        found.append(Word(round(start_s, 2), round(start_s + 0.4, 2), word, 0.9))
        start_s += 0.4 + gap_s
    return tuple(found)


def _shown(text: str, *spans: VoiceSpan) -> list[tuple[int, str]]:
    return [(run.stream, " ".join(w.text for w in run.words)) for run in by_voice([Heard(0, _words(text))], spans)]


def test_words_recognised_together_are_cut_where_the_voice_changes() -> None:
    spans = VoiceSpan(0.0, 1.45, 0), VoiceSpan(1.45, 3.0, 1)
    assert _shown("Какая площадь нужна? Сорок метров, да.", *spans) == [
        (0, "Какая площадь нужна?"),
        (1, "Сорок метров, да."),
    ]


def test_a_change_inside_a_sentence_goes_to_the_end_of_the_sentence_beside_it() -> None:
    early, late = VoiceSpan(0.0, 0.9, 0), VoiceSpan(0.9, 3.0, 1)
    assert _shown("Какая площадь нужна? Сорок метров.", early, late) == [
        (0, "Какая площадь нужна?"),
        (1, "Сорок метров."),
    ]


def test_a_change_inside_a_sentence_goes_to_the_pause_beside_it() -> None:
    spans = VoiceSpan(0.0, 1.9, 0), VoiceSpan(1.9, 4.0, 1)
    assert _shown("слушаю вас / добрый день хочу заказать", *spans) == [
        (0, "слушаю вас"),
        (1, "добрый день хочу заказать"),
    ]


def test_one_word_amid_the_others_speech_stays_with_the_other() -> None:
    spans = VoiceSpan(0.0, 0.95, 0), VoiceSpan(0.95, 1.45, 1), VoiceSpan(1.45, 4.0, 0)
    assert _shown("нам нужно двести новых теплиц", *spans) == [(0, "нам нужно двести новых теплиц")]


def test_one_word_between_pauses_keeps_its_voice() -> None:
    spans = VoiceSpan(0.0, 0.9, 0), VoiceSpan(1.4, 2.0, 1), VoiceSpan(2.4, 4.0, 0)
    assert _shown("нам нужно / угу / двести теплиц", *spans) == [(0, "нам нужно"), (1, "угу"), (0, "двести теплиц")]


def test_a_word_beside_all_speech_goes_to_the_nearest_voice() -> None:
    spans = VoiceSpan(0.0, 0.2, 0), VoiceSpan(5.0, 6.0, 1)
    found = by_voice([Heard(0, (*_words("Алло."), *_words("Да.", 4.3)))], spans)
    assert [run.stream for run in found] == [0, 1]


def test_batches_may_come_in_any_order() -> None:
    spans = VoiceSpan(0.0, 1.0, 0), VoiceSpan(3.0, 4.0, 1)
    found = by_voice([Heard(0, _words("Сорок метров.", 3.0)), Heard(0, _words("Добрый день."))], spans)
    assert [t.text for t in turns(found, 2)] == ["Добрый день.", "Сорок метров."]


def _talk(*said: tuple[int, str]) -> list[Segment]:
    return [Segment(at, at * 5.0, at * 5.0 + 4.0, UNKNOWN, voice, text) for at, (voice, text) in enumerate(said)]


def test_the_manager_is_the_voice_that_talks_like_one() -> None:
    talk = _talk((0, "Алло."), (1, "Компания Зелёный Дом, Олег, добрый день."), (2, "Это вас беспокоят."), (0, "Да."))
    named = with_voices(talk, ("Зелёный Дом",))
    assert [s.speaker for s in named] == [CLIENT, MANAGER, CLIENT, CLIENT]
    assert {s.channel for s in named} == {0}


def test_voices_that_say_nothing_telling_are_numbered() -> None:
    named = with_voices(_talk((0, "Алло."), (1, "Алло."), (0, "Да.")))
    assert [s.speaker for s in named] == ["speaker_1", "speaker_2", "speaker_1"]


def test_a_voice_without_a_partner_is_nobody() -> None:
    assert {s.speaker for s in with_voices(_talk((0, "Чем могу помочь?"), (0, "Алло?")))} == {UNKNOWN}
