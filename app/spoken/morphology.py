"""Word forms by pymorphy3, loaded on first use: it takes a fifth of a second and the window does not wait for it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _analyser() -> Any:
    import pymorphy3  # type: ignore[import-untyped]

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=50_000)
def parses(word: str) -> tuple[Any, ...]:
    """Readings of a word, the likeliest first."""
    # pymorphy3 asks for the names of letters; beyond the first plane some have none.
    known = "".join(sign if sign <= "\uffff" else "0" for sign in word)
    return tuple(_analyser().parse(known))


@lru_cache(maxsize=50_000)
def lemmas(word: str) -> frozenset[str]:
    """Dictionary forms of all readings, ё as е."""
    return frozenset(p.normal_form.replace("ё", "е") for p in parses(word))


@lru_cache(maxsize=20_000)
def is_counted_noun(word: str) -> bool:
    """True for a noun that can stand behind a numeral: in a genitive («насосов», «рулона»)."""
    readings = parses(word)
    nouns = [p for p in readings if p.tag.POS == "NOUN" and p.tag.case in {"gent", "gen2"}]
    if not nouns or not {"Name", "Patr", "Surn"}.isdisjoint(readings[0].tag.grammemes):
        return False
    if any(p.tag.POS in {"VERB", "INFN"} and p.score >= 0.1 for p in readings):
        return False
    return bool(readings[0].tag.POS == "NOUN") or max(p.score for p in nouns) >= 0.3


@lru_cache(maxsize=20_000)
def is_genitive_adjective(word: str) -> bool:
    """True for an adjective that can stand between a numeral and its noun («рабочих», «циркуляционных»)."""
    return any(p.tag.POS in {"ADJF", "PRTF"} and p.tag.case == "gent" for p in parses(word)[:3])


@lru_cache(maxsize=20_000)
def is_noun(word: str) -> bool:
    """True if the likeliest reading is a noun."""
    return bool(parses(word)[0].tag.POS == "NOUN")


@lru_cache(maxsize=20_000)
def is_past_verb(word: str) -> bool:
    """True for a verb in the past («отгрузили», «порезал»)."""
    first = parses(word)[0]
    return bool(first.tag.POS in {"VERB", "PRTS"} and first.tag.tense == "past")


@lru_cache(maxsize=20_000)
def is_future_or_present_verb(word: str) -> bool:
    """True for a verb in the present, the future or the imperative, and for an infinitive."""
    first = parses(word)[0]
    if first.tag.POS == "INFN":
        return True
    return first.tag.POS == "VERB" and bool(first.tag.tense in {"pres", "futr"} or first.tag.mood == "impr")


def inflected(parse: Any, *grammemes: str) -> str:
    """The form of a reading with these grammemes; the word itself where the dictionary has no such form."""
    form = parse.inflect(frozenset(grammemes))
    return str(form.word) if form else str(parse.word)


@lru_cache(maxsize=20_000)
def is_plural_noun(word: str) -> bool:
    """True for a noun in an oblique plural («рублям», «насосами»)."""
    return any(
        p.tag.POS == "NOUN" and p.tag.number == "plur" and p.tag.case in {"datv", "ablt", "loct", "gent"}
        for p in parses(word)[:2]
    )
