"""Russian words in their basic forms, so that «рассрочка» finds «рассрочку» and «рассрочек»."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

_WORD = re.compile(r"\w+")
_LIKELY = 0.05


def folded(text: str) -> str:
    """The text in small letters with «ё» written as «е»: the spelling in which texts are compared."""
    return text.casefold().replace("ё", "е")


def words_of(text: str) -> list[str]:
    """The words and numbers of a text, folded, in their order."""
    return _WORD.findall(folded(text))


@lru_cache(maxsize=200_000)
def basic_forms(word: str) -> tuple[str, ...]:
    """The dictionary forms a folded word may belong to, the likeliest first («стали»: «стать», «сталь»).

    A word that is not Russian is its own only form.
    """
    # Letters beyond the first plane have no names in older tables, and pymorphy3 asks for the name.
    if not ("а" <= word[:1] <= "я") or max(word) > "\uffff":
        return (word,)
    parses = _analyzer().parse(word)
    # Guesses at a word that is in no dictionary are many; of known words the rare readings count as well.
    forms = dict.fromkeys(folded(p.normal_form) for p in parses if p.is_known or p.score >= _LIKELY)
    return tuple(forms) or (word,)


def search_words(text: str) -> str:
    """What a full-text index keeps of a text: the basic forms of its words, separated by spaces."""
    return " ".join(form for word in words_of(text) for form in basic_forms(word))


@cache
def _analyzer() -> Any:
    import pymorphy3  # type: ignore[import-untyped]

    return pymorphy3.MorphAnalyzer(lang="ru")
