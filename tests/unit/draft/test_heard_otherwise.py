"""Words that were spelled anew by their sound are read, but prove nothing by themselves."""

from __future__ import annotations

from dataclasses import replace

from app.draft.model import Draft, FieldStatus, Misheard
from app.draft.reading import Pointers
from app.draft.service import assemble
from app.transcript.model import Transcript, Word
from tests.unit.draft.talks import AT, PROFILE, talk

_CALL = """
    М: АкваЛайн, Степан Орехов, добрый день.
    К: Здравствуйте, Ольга Рябова, санаторий Ключи.
    М: Какой бюджет у вас заложен?
    К: Бюджет у нас полтора миллиона рублей.
    М: Как с вами связаться, по какому номеру?
    К: Восемь, девятьсот пять, триста двадцать, сорок один, семнадцать.
    М: Девятьсот пять, триста двадцать, сорок один, семнадцать.
    """


def _recognised(heard: dict[str, str]) -> Transcript:
    """The call as it was recognised, some words spelled anew; half a second for each word."""
    segments = []
    at_s = 0.0
    for segment in talk(_CALL).segments:
        words = []
        for text in segment.text.split():
            words.append(Word(at_s, at_s + 0.4, text, 0.6, heard.get(text.strip(".,?"))))
            at_s += 0.5
        segments.append(replace(segment, start_s=words[0].start_s, end_s=words[-1].end_s, words=tuple(words)))
    return Transcript(tuple(segments), at_s, "ru", "whisper-base", 2)


def _draft(**heard: str) -> Draft:
    return assemble(_recognised(heard), PROFILE, "call-1", AT, Pointers())


def test_a_value_of_the_recognisers_own_words_is_verified() -> None:
    budget = _draft().fields["budget_amount"]
    assert (budget.norm, budget.status, budget.misheard) == (1_500_000, FieldStatus.VERIFIED, ())


def test_a_value_that_only_the_new_spelling_bears_out_is_to_be_checked_and_says_what_was_heard() -> None:
    draft = _draft(миллиона="милый он")
    budget = draft.fields["budget_amount"]
    assert (budget.norm, budget.status) == (1_500_000, FieldStatus.REVIEW)
    assert budget.misheard == (Misheard("милый он", "миллиона"),)
    assert budget.reason == "Слова исправлены по звучанию: сверьте с записью."
    assert draft.fields["phone"].status is FieldStatus.VERIFIED


def test_a_new_spelling_beside_the_proof_takes_nothing_away() -> None:
    budget = _draft(нас="наз").fields["budget_amount"]
    assert (budget.norm, budget.status) == (1_500_000, FieldStatus.VERIFIED)
