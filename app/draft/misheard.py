"""A town that the recogniser wrote down wrongly: found by sound, shown as heard and meant, never proven."""

from __future__ import annotations

import re
from functools import lru_cache

from app.core.i18n import _
from app.draft.conversation import Turn, fold
from app.draft.model import FieldValue, Misheard
from app.draft.reading import Reading, empty, proposed
from app.draft.sound import Heard
from app.spoken.model import Certainty
from app.spoken.sound import likeness, sound_key

_WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)?", re.IGNORECASE)
_DELIVERY = re.compile(r"достав|вез(?:ти|ете|ем)|привез|отгруз|город\b|находимся|километр")
_INTRO_TURNS = 4
_PREPOSITIONS, _SHORTEST_GLUED = "вск", 5
_LIKE, _NEAR_LIKE = 0.85, 0.7


def misheard_city(reading: Reading, key: str = "delivery_city") -> FieldValue:
    """The town that a word of the introduction or of the delivery sounds like; empty where none does."""
    near, home = _towns_of_the_base(reading), fold(reading.profile.address)
    best: tuple[float, str, Heard] | None = None
    clients = [turn for turn in reading.conversation.turns if turn.is_client]
    turns = [*clients[:_INTRO_TURNS], *(t for t in reading.conversation.turns if _DELIVERY.search(t.folded))]
    for turn in dict.fromkeys(turns):
        for heard in _unknown_words(turn):
            glued = _behind_preposition(heard.text)
            if glued and fold(glued) not in home and (best is None or best[0] < 1.0):
                best = (1.0, glued, heard)
            for town in (*near, *_large_towns()):
                score = likeness(heard.text, town)
                at_least = _NEAR_LIKE if town in near else _LIKE
                if score >= at_least and fold(town) not in home and (best is None or score > best[0]):
                    best = (score, town, heard)
    if best is None:
        return empty(key)
    _score, town, heard = best
    evidence = [reading.conversation.evidence(heard.turn, heard.start, heard.end)]
    doubt = _("Город узнан по звучанию: сверьте.")
    return proposed(key, town, evidence, doubt=doubt, misheard=[Misheard(heard.text, town)])


def _behind_preposition(word: str) -> str:
    """The town of «вомске» and «сказань», which a recogniser wrote together with its preposition; else empty."""
    from app.spoken.cities import find_cities

    if word[:1].lower() not in _PREPOSITIONS or len(word) < _SHORTEST_GLUED or not word.isalpha():
        return ""
    found = find_cities(f"в {word[1:].capitalize()}")
    return found[0].name if found and found[0].certainty is Certainty.EXACT else ""


def _unknown_words(turn: Turn) -> list[Heard]:
    """Words of a turn, alone and in pairs, that no dictionary has."""
    from app.spoken.morphology import parses

    words = list(_WORD.finditer(turn.text))
    found = []
    for place, word in enumerate(words):
        strange = not parses(word.group().lower())[0].is_known
        if strange and len(sound_key(word.group())) >= 5:
            found.append(Heard(turn.index, word.start(), word.end(), word.group(), 0.0))
        behind = words[place + 1] if place + 1 < len(words) else None
        if behind is not None and behind.start() - word.end() == 1 and len(word.group()) >= 3:
            pair = turn.text[word.start() : behind.end()]
            if strange or not parses(behind.group().lower())[0].is_known:
                found.append(Heard(turn.index, word.start(), behind.end(), pair, 0.0))
    return found


@lru_cache(maxsize=1)
def _large_towns() -> tuple[str, ...]:
    from app.spoken.cities import large_towns

    return tuple(name for name in large_towns() if len(sound_key(name)) >= 5)


def _towns_of_the_base(reading: Reading) -> tuple[str, ...]:
    """Towns that the seller's own documents name: where it delivers."""
    return _towns_in(tuple(document.text for document in reading.profile.knowledge))


@lru_cache(maxsize=16)
def _towns_in(texts: tuple[str, ...]) -> tuple[str, ...]:
    from app.spoken.cities import find_cities

    return tuple(dict.fromkeys(city.name for text in texts for city in find_cities(text) if len(city.name) >= 5))
