"""Which articles of the price list a piece of speech can mean, best first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.draft.articles import Entry, Part
from app.draft.catalogue import Catalogue
from app.spoken.sound import likeness

_LIKE_LETTERS = 0.5


@dataclass(frozen=True, slots=True)
class Match:
    """An article that a group of parts can mean.

    Args:
        score: How well it fits, words of its name that were not said counted against it.
        support: What speaks for it alone; articles with the same support are told apart by nothing that was said.
        by_number: A number of its name was said.
        by_sound: One of its words was only matched by sound.
    """

    entry: Entry
    score: float
    support: float
    by_number: bool
    by_sound: bool


def matches(catalogue: Catalogue, parts: Sequence[Part], context: Sequence[Part] = ()) -> list[Match]:
    """Articles that fit a group of parts, best first; a number that differs rules an article out.

    Args:
        catalogue: The price list.
        parts: What was said now.
        context: What was said before of the same thing; counts less and never against what was said now.
    """
    words = {p.text for p in parts if not p.is_number}
    numbers = [p for p in parts if p.is_number and not p.is_count]
    old_words = {p.text for p in context if not p.is_number} - words
    said_units = {p.unit for p in numbers if p.unit}
    old_numbers = [p for p in context if p.is_number and p.unit not in said_units]
    called = [(letters.text, number.text) for letters, number in catalogue.designations(parts) if not number.unit]
    result = []
    for entry in catalogue.entries_with([*words, *(f"#{p.text}" for p in numbers)]):
        if any(letters in entry.codes and number not in entry.numbers_of_name for letters, number in called):
            # «БК сто тридцать» is no БК-65 of 130 litres.
            continue
        hit, aside = words & entry.words, words & entry.aside
        number_score = _number_score(catalogue, entry, numbers, is_code=bool(hit & _code_letters(entry)))
        if number_score is None or not (hit or aside or number_score > 0):
            continue
        old_hit = old_words & (entry.words - entry.names)
        of_size = bool(entry.sizes) and tuple(p.text for p in numbers if p.size) == entry.sizes
        old_score = _number_score(catalogue, entry, old_numbers, is_code=False, is_strict=False) or 0.0
        is_in_named = (
            bool(entry.names)
            and entry.names <= (hit | old_words)
            and any(catalogue.is_unique(w) for w in hit - entry.names)
        )
        if (
            not of_size
            and not is_in_named
            and not _is_named(catalogue, entry, hit, aside, number_score + (old_score if hit else 0), old_hit)
        ):
            continue
        score = sum(catalogue.weight(w) for w in hit) + 0.6 * sum(catalogue.weight(w) for w in aside) + number_score
        score += 0.6 * (old_score + sum(catalogue.weight(w) for w in old_hit))
        support = score + (0.5 if hit & entry.head else 0.0)
        score -= 0.22 * sum(catalogue.weight(w) for w in entry.words - words - old_words)
        said = {p.text for p in (*numbers, *old_numbers)}
        score -= 0.15 * len([n for n in entry.model if n not in said]) + 0.03 * len(entry.measures)
        if score > 0:
            by_sound = any(p.heard for p in parts if p.text in hit)
            result.append(Match(entry, score, support, number_score > 0 or old_score > 0, by_sound))
    return sorted(result, key=lambda m: -m.score)


def said_name(entry: Entry, parts: Sequence[Part], text: str) -> str:
    """The words of a turn that an article was called by.

    Args:
        entry: The article that is meant.
        parts: What was said of it, in order.
        text: The turn it was said in.
    """
    known = entry.words | entry.aside | entry.numbers
    own = [p for p in parts if p.text in known and not p.is_count]
    unit = re.match(r"\s*[^\W\d]+", text[own[-1].end :]) if own[-1].unit else None
    return text[own[0].start : own[-1].end + (unit.end() if unit else 0)]


def has_misheard_code(entry: Entry, parts: Sequence[Part], folded: str) -> bool:
    """«До двести» for ТД-200: the number of the designation behind a word that only sounds like its letters.

    Args:
        entry: The article that is meant.
        parts: What was said of it.
        folded: The turn they were said in.
    """
    codes = _code_letters(entry)
    if not codes or any(p.text in codes and not p.heard for p in parts):
        return False
    for part in parts:
        before = re.search(r"([а-яa-z]{1,5})[\s-]+$", folded[: part.start])
        if part.is_number and not part.unit and part.text in entry.model and before is not None:
            said = before.group(1)
            return said == "до" or max(likeness(said, code) for code in codes) >= _LIKE_LETTERS
    return False


def _code_letters(entry: Entry) -> set[str]:
    return {w for w in entry.words if 1 < len(w) <= 3 and w.isalpha()} if entry.model else set()


def _is_named(  # noqa: PLR0911, PLR0917
    catalogue: Catalogue, entry: Entry, hit: set[str], aside: set[str], number_score: float, old_hit: set[str]
) -> bool:
    """Enough of the name was said: what it is, its own name, a code with its number, or half of its words."""
    if hit & entry.head or (aside - catalogue.heads and (hit or old_hit or number_score > 0)):
        return True
    if any(re.search(r"\d", w) for w in hit):
        return True
    if entry.names and entry.names <= hit:
        return True
    if number_score > 0 and (hit or old_hit) and (not _code_letters(entry) or (hit | old_hit) & _code_letters(entry)):
        return True
    if any(catalogue.is_unique(w) and re.search(r"[аея]ни[еяюй]?$", catalogue.vocabulary.get(w, "")) for w in hit):
        return True
    whole = sum(catalogue.weight(w) for w in entry.words)
    if (hit and old_hit & entry.head) or sum(catalogue.is_unique(w) for w in hit) >= 2:
        return True
    return sum(catalogue.weight(w) for w in hit) >= 0.6 * whole


def _number_score(
    catalogue: Catalogue, entry: Entry, numbers: Sequence[Part], *, is_code: bool, is_strict: bool = True
) -> float | None:
    """What the numbers say for an article; None where one of them rules it out."""
    score = 0.0
    sized = tuple(p.text for p in numbers if p.size)
    if sized and is_strict and entry.sizes and sized != entry.sizes[: len(sized)]:
        return None
    for part in numbers:
        if part.unit:
            values = {value for value, unit in entry.measures if unit == part.unit}
            if part.text in values:
                score += catalogue.weight(f"#{part.text}") + 0.5
            elif values and is_strict:
                return None
            elif is_strict and not any(u == part.unit and lo <= float(part.text) <= hi for lo, hi, u in entry.ranges):
                score -= 0.5
        elif part.text in entry.model or part.text in entry.sizes:
            score += catalogue.weight(f"#{part.text}")
        elif part.text in {value for value, _unit in entry.measures}:
            score += 0.7 * catalogue.weight(f"#{part.text}")
        elif is_code and is_strict and entry.model and float(part.text) >= 10:
            # «ТД двести» is never ТД-100: digits of a designation must be equal.
            score -= 2.0
    return score
