"""Words that a recogniser put together wrongly are spelled as they were meant, and what it wrote stays beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import CALL_WORDS
from app.transcript.model import CLIENT, Segment, Transcript, Word
from app.transcript.respelling import Respeller, respelled
from app.transcript.vocabulary import CallWords, Vocabulary

_CALLS = ("Нам нужна отсрочка.", "А скидка будет?", "Это из города звонит механик.")


def _segment(text: str) -> Segment:
    words = tuple(Word(n * 0.5, n * 0.5 + 0.4, word, 0.6) for n, word in enumerate(text.split()))
    return Segment(0, 0.0, words[-1].end_s, CLIENT, 1, text, words)


def _spelled(text: str, *texts: str, calls: CallWords | None = None) -> Segment:
    """The turn as it is spelled with the words that ship, or others, and with what a company writes."""
    words = CallWords.read(CALL_WORDS) if calls is None else calls
    (found,) = Respeller(Vocabulary(words, texts)).respelled([_segment(text)])
    return found


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("Нам нужна а срочка.", "Нам нужна отсрочка."),
        ("Нам нужна от срочка, на месяц", "Нам нужна отсрочка, на месяц"),
        ("из китка пять процентов", "и скидка пять процентов"),
        ("полтора милиона на год", "полтора миллиона на год"),
        ("Послед завтра позвоните", "Послезавтра позвоните"),
        ("Перевоните мне в сентебре", "Перезвоните мне в сентябре"),
    ],
)
def test_what_nobody_says_becomes_what_sounds_the_same(heard: str, meant: str) -> None:
    assert _spelled(heard).text == meant


def test_what_was_heard_stands_beside_the_words_and_comes_back() -> None:
    segment = _spelled("Нам нужна а срочка.")
    assert [(word.text, word.heard) for word in segment.words] == [
        ("Нам", None),
        ("нужна", None),
        ("отсрочка.", "а срочка."),
    ]
    assert (segment.words[2].start_s, segment.words[2].end_s) == (1.0, 1.9)
    assert list(segment.respelled_runs()) == [("а срочка", "отсрочка", segment.words[2:])]
    assert segment.as_heard().text == "Нам нужна а срочка."


def test_words_run_together_are_parted_and_share_the_time() -> None:
    segment = _spelled("мы это подзаказ возим")
    assert segment.text == "мы это под заказ возим"
    under, order = segment.words[2:4]
    assert (under.heard, order.heard) == ("подзаказ", "")
    assert 1.0 == under.start_s < under.end_s == order.start_s < order.end_s == 1.4
    assert segment.as_heard().text == "мы это подзаказ возим"


@pytest.mark.parametrize(
    "text",
    [
        # Said in calls, known to the dictionary, a number, a name.
        "А скидка будет?",
        "Нам нужна сточка.",
        "Бюджет 1500000 на год",
        "Это Асрочка звонит",
    ],
)
def test_what_may_be_right_stays(text: str) -> None:
    segment = _segment(text)
    assert Respeller(Vocabulary(CallWords.read(CALL_WORDS))).respelled([segment])[0] is segment


def test_no_word_is_made_out_of_two_sentences_or_clauses() -> None:
    assert "отсрочка" not in _spelled("Нам нужна а. Срочка на месяц").text
    assert "отсрочка" not in _spelled("Нам нужна а, срочка на месяц").text


def test_of_two_words_as_likely_none_is_taken() -> None:
    both = CallWords.of_texts(["Нам нужна коровка.", "Нам нужна хоровка."])
    assert _spelled("Нам нужна горовка.", calls=both).text == "Нам нужна горовка."
    only_one = CallWords.of_texts(["Нам нужна коровка.", "Нам нужна скидка."])
    assert _spelled("Нам нужна горовка.", calls=only_one).text == "Нам нужна коровка."


def test_the_words_of_the_company_are_known_too() -> None:
    unknown = CallWords.of_texts(_CALLS)
    assert _spelled("Нужна пусканалатка.", calls=unknown).text == "Нужна пусканалатка."
    assert _spelled("Нужна пусканалатка.", "Пусконаладка котла", calls=unknown).text == "Нужна пусконаладка."
    # A capital inside a sentence is a name; those of the company may be meant.
    assert _spelled("Это Типлодом звонит", "ТеплоДом", calls=unknown).text == "Это Теплодом звонит"


def test_a_call_is_spelled_and_one_in_another_language_left_alone() -> None:
    transcript = Transcript((_segment("Нам нужна а срочка."),), 10.0, "ru", "whisper-base", 2)
    assert respelled(transcript).segments[0].text == "Нам нужна отсрочка."
    assert respelled(transcript).as_heard().segments[0].text == "Нам нужна а срочка."
    foreign = replace(transcript, language="uk")
    assert respelled(foreign) is foreign
    assert foreign.as_heard() is foreign


def test_the_counts_are_the_same_bytes_each_time_and_are_read_back(tmp_path: Path) -> None:
    counted = CallWords.of_texts(_CALLS)
    files = [tmp_path / name for name in ("one.gz", "two.gz")]
    for file in files:
        counted.write(file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert CallWords.read(files[0]) == counted


def test_what_was_heard_goes_through_json_and_only_where_it_differs() -> None:
    transcript = Transcript((_spelled("Нам нужна а срочка."),), 10.0, "ru", "whisper-base", 2)
    stored = transcript.to_json()
    assert [word.get("heard") for word in stored["segments"][0]["words"]] == [None, None, "а срочка."]
    assert "heard" not in stored["segments"][0]["words"][0]
    assert Transcript.from_json(stored) == transcript
