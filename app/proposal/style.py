"""The rules of style on the texts of a proposal: what stops it, and a few hints at a time."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from app.core.i18n import _
from app.proposal import style_rules_forms, style_rules_rhythm, style_rules_stop, style_rules_words
from app.proposal.model import RULES_ALWAYS_ON, TextBlock, Warning, WarningKind
from app.proposal.style_text import Hit, Level, Rule, pieces_of

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (*style_rules_stop.RULES, *style_rules_words.RULES, *style_rules_forms.RULES, *style_rules_rhythm.RULES),
        key=lambda rule: rule.number,
    )
)
"""All of them by number; a number may have two parts."""

SHOWN_AT_ONCE = 5
_PLACEHOLDER_RULE = 1
_LONGEST_NAMED = 80


def check(
    blocks: Sequence[TextBlock], *, switched_off: Collection[int] = (), limit: int | None = SHOWN_AT_ONCE
) -> list[Warning]:
    """What blocks the final form, and behind it at most `limit` hints, errors before warnings.

    Args:
        switched_off: Numbers of rules that the company does not want to see; those of `RULES_ALWAYS_ON` stay.
        limit: None for all hints.
    """
    pieces = pieces_of(blocks)
    stops: list[Warning] = []
    hints: dict[Level, list[tuple[int, Warning]]] = {Level.ERROR: [], Level.WARN: []}
    order = {id(piece): place for place, piece in enumerate(pieces)}
    for rule in RULES:
        if rule.number in switched_off and rule.number not in RULES_ALWAYS_ON:
            continue
        inside = [piece for piece in pieces if piece.zone in rule.zones]
        for hit in rule.find(inside) if inside else ():
            if rule.level is Level.STOP:
                stops.append(_warning(rule, hit))
            else:
                hints[rule.level].append((order[id(hit.piece)], _warning(rule, hit)))
    ordered = [
        warning
        for level in (Level.ERROR, Level.WARN)
        for _place, warning in sorted(hints[level], key=lambda placed: placed[0])
    ]
    return [*stops, *ordered[:limit]]


def rule_numbers(text: str) -> frozenset[int]:
    """The rules named in a setting: «4, 12» gives 4 and 12; what is no rule is left out."""
    return frozenset(int(digits) for digits in re.findall(r"\d+", text)) & {rule.number for rule in RULES}


def titles() -> dict[int, str]:
    """What each rule is about, by its number, in the language of the screen."""
    named: dict[int, list[str]] = {}
    for rule in RULES:
        named.setdefault(rule.number, []).append(_(rule.title))
    return {number: "; ".join(parts) for number, parts in named.items()}


def _warning(rule: Rule, hit: Hit) -> Warning:
    words = hit.named or hit.quote
    if len(words) > _LONGEST_NAMED:
        words = words[:_LONGEST_NAMED].rstrip() + "…"
    return Warning(
        WarningKind.PLACEHOLDER if rule.number == _PLACEHOLDER_RULE else WarningKind.STYLE,
        _(rule.text).format(words=words),
        hit.piece.block,
        hit.quote,
        hit.cure,
        rule.number,
        is_blocking=rule.level is Level.STOP,
    )
