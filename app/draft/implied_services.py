"""Mounting that is agreed on without its name in the price list: «только ставите вы», «по прайсу с монтажом»."""

from __future__ import annotations

import re

from app.draft import proof
from app.draft.articles import Entry, root
from app.draft.catalogue import Catalogue
from app.draft.choices import Choice, settled
from app.draft.conversation import Turn
from app.draft.item_counts import counts_well
from app.draft.model import Evidence
from app.draft.reading import Reading

_MOUNTS = re.compile(
    r"\bмонтаж\w*|\bмонтир\w+|\bсборк\w+|\bустановк\w+|\bустанавлива\w+|\bстав(?:ите|им)\b|\bпоставите\b|\bналадк\w+"
)
_OWN_HANDS = re.compile(
    r"\bбез (?:монтаж|установк|сборк)\w*|\bсвоими\b|\bсами\b|\bсам\b|\bсвоя бригада\b|\bне нам\b|\bне надо\b"
    r"|\bне нуж\w+|\b(?:мои|наши|свои)(?: \w+)? (?:постав|смонтир|собер|повес|установ)\w+|\bотдельно\b|\bвнутри\b"
)
_NAMES = ("монтаж", "установка", "сборка", "наладка", "пусконаладка")
_WEIGHT = 1.6


def add_implied(reading: Reading, catalogue: Catalogue, choices: dict[str, Choice]) -> None:
    """Adds the mounting of goods that were counted, as many as there are of them, where it was agreed on."""
    sold = {head for entry in catalogue.entries for head in entry.head if counts_well(Choice(entry))}
    quote = _agreed(reading, sold)
    if quote is None:
        return
    goods = [c for c in settled(choices) if c.qty and counts_well(c)]
    names = {root(name) for name in _NAMES}
    for entry in catalogue.entries:
        if not entry.head & names or counts_well(Choice(entry)):
            continue
        others = [
            c.entry for c in choices.values() if c.entry is not entry and c.entry.head & names and not c.is_refused
        ]
        served = [
            c
            for c in goods
            if _serves(catalogue, entry, c.entry) and not any(_serves(catalogue, o, c.entry) for o in others)
        ]
        known = choices.get(entry.item.sku)
        if not served or (known is not None and (known.is_refused or known.qty is not None)):
            continue
        choice = known or Choice(entry, first_turn=quote.segment, last_turn=quote.segment)
        choice.weight = max(choice.weight, _WEIGHT)
        choice.qty, choice.qty_sure = sum(c.qty or 0 for c in served), False
        choice.quotes.append(quote)
        choices[entry.item.sku] = choice


def _serves(catalogue: Catalogue, service: Entry, goods: Entry) -> bool:
    """The service is for this thing, and for its kind where its name tells kinds apart."""
    about = service.words - service.head
    if not goods.head & about or goods.head & service.head:
        return False
    for low, high, unit in service.ranges:
        if not any(u == unit and low <= float(value) <= high for value, u in goods.measures):
            return False
    kinds = {w for e in catalogue.entries if e.head & goods.head for w in e.words - e.head} & about
    return not kinds or bool(kinds & goods.words)


def _agreed(reading: Reading, sold: set[str]) -> Evidence | None:
    """Where mounting was asked for or offered last; None where nobody spoke of it, or the client does it."""
    found = None
    for turn, sentence in reading.conversation.sentences():
        # «Установка осмоса» is a thing where things of that name are sold.
        speaks = any(root(m.group()) not in sold for m in _MOUNTS.finditer(sentence.folded))
        if not speaks or proof.is_hypothetical(sentence) or proof.is_past(sentence):
            continue
        if turn.is_client and _OWN_HANDS.search(sentence.folded):
            return None
        answer = reading.conversation.next(turn.index)
        if turn.is_manager and answer is not None and answer.is_client and _declines(answer):
            return None
        if sentence.is_question and turn.is_manager:
            continue
        found = reading.conversation.evidence(turn.index, sentence.start, sentence.end)
    return found


def _declines(answer: Turn) -> bool:
    first = answer.sentences[0].folded if answer.sentences else ""
    return proof.refuses(answer.text) or bool(_OWN_HANDS.search(first))
