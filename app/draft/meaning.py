"""Where the rules' phrases end: fields found by what a turn is about, and values doubted in another kind of turn.

What is found here is never `VERIFIED`: the place was chosen by meaning, so a person reads it. What is doubted here
loses its `VERIFIED`: right words in a turn that speaks of something else are how plausible mistakes come about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from app.deals.model import FieldType
from app.draft.amounts import bare_thousands
from app.draft.candidates import in_turn
from app.draft.contact import is_own_company, is_own_name
from app.draft.conversation import Turn
from app.draft.deal_state import KNOWN_STAGES, interest, known_stage
from app.draft.deciders import decides_alone, deciding_body, named_in, says_decides_alone, strangers
from app.draft.fields import NO_CLIENT_FIELDS, SALES_ONLY
from app.draft.likely import (
    MOST_PLACES,
    by_place,
    likely_mark,
    likely_sentences,
    likely_turns,
    misplaced,
    quote_of,
)
from app.draft.model import CallKind, Evidence, FieldStatus, FieldValue, NextStep
from app.draft.own_fields import own_finder
from app.draft.passages import Passage, chosen, evidence_of, quoted, speaks_of_payment
from app.draft.reading import Reading, empty, proposed
from app.draft.steps import Promise, date_in_turn, named
from app.draft.wording import day, is_mostly_filler, lower_first, roubles, tidy

_LEAST_SUM = 1000
# By how much another place must sound more like the topic than the one the rules chose.
_CLEARLY = 0.25
# Known by the words around the value alone; a name or a town is what it is wherever it was said.
_TOLD_BY_WORDS = frozenset(
    {
        "budget_amount",
        "deadline",
        "decision_maker",
        "decision_process",
        "competitors",
        "objections",
        "payment_terms",
        "need",
    }
)


def by_meaning(
    reading: Reading,
    kind: CallKind,
    values: Mapping[str, FieldValue],
    found: Sequence[Promise],
    steps: Sequence[NextStep],
) -> dict[str, FieldValue]:
    """The fields with what meaning adds and doubts; unchanged where no topics were read."""
    result = dict(values)
    if not reading.topics.shares or kind in NO_CLIENT_FIELDS or kind is CallKind.VOICEMAIL:
        return result
    for key, value in values.items():
        if kind is CallKind.SERVICE and key in SALES_ONLY:
            continue
        if key in ("next_step", "next_step_at"):
            continue
        result[key] = _settled(reading, key, value)
    if "next_step" in values:
        result |= _next_contact(reading, result, found)
    if kind is CallKind.SALES:
        result |= _state_of_deal(reading, values, result, steps)
    return result


def _state_of_deal(
    reading: Reading, before: Mapping[str, FieldValue], values: Mapping[str, FieldValue], steps: Sequence[NextStep]
) -> dict[str, FieldValue]:
    """Stage and interest once meaning has had its say; unproven ones only, for a person to read."""
    changed: dict[str, FieldValue] = {}
    definition = reading.profile.field("stage")
    held = values.get("stage", empty("stage"))
    if definition is not None and definition.type is FieldType.ENUM and held.status is not FieldStatus.VERIFIED:
        ranked = sorted(((_peak(reading, f"stage_{meaning}"), meaning) for meaning in KNOWN_STAGES), reverse=True)
        (share, place), meaning = ranked[0]
        option = known_stage(definition, meaning)
        own = next((m for m in KNOWN_STAGES if held.norm is not None and known_stage(definition, m) == held.norm), "")
        is_likelier = share >= reading.topics.expected.get(f"stage_{meaning}", 1.1)
        if option is not None and is_likelier and share > _peak(reading, f"stage_{own}")[0] + _CLEARLY:
            quote = reading.conversation.evidence(reading.conversation.turns[place].index)
            changed["stage"] = proposed(
                "stage", definition.option_label(option), [quote], norm=option, doubt=by_place()
            )
    level = reading.profile.field("interest_level")
    inputs = {key: (changed.get(key) or values.get(key) or empty(key)) for key in ("stage", "deadline")}
    is_new = any(inputs[key].norm != before.get(key, empty(key)).norm for key in inputs)
    if level is not None and level.type is FieldType.ENUM and is_new:
        changed["interest_level"] = interest(reading, level, inputs["stage"], inputs["deadline"], steps)
    return changed


def _peak(reading: Reading, topic: str) -> tuple[float, int]:
    """The share and the place of the turn that speaks most of a topic."""
    line = reading.topics.shares.get(topic, ())
    place = max(range(len(line)), key=lambda p: (line[p], -p), default=0)
    return (line[place] if line else 0.0), place


def _settled(reading: Reading, key: str, value: FieldValue) -> FieldValue:
    find = _FINDERS.get(key) or own_finder(reading, key)
    if value.status is FieldStatus.EMPTY:
        return (find(reading, key) if find else None) or value
    if not _is_doubtful(reading, key, value.evidence):
        return value
    other = find(reading, key) if find else None
    if other is not None:
        return other
    if value.status is FieldStatus.REVIEW:
        # Unproven words in a place that sounds like something else: left out rather than guessed.
        return empty(key) if key in _TOLD_BY_WORDS else value
    return replace(value, status=FieldStatus.REVIEW, reason=misplaced())


def _is_doubtful(reading: Reading, topic: str, evidence: Iterable[Evidence]) -> bool:
    """Neither a quoted turn nor the one before it, which may be the question, sounds like the topic."""
    places = [reading.conversation.place(quote.segment) for quote in evidence]
    near = {place + step for place in places for step in (0, -1) if place + step >= 0}
    return reading.topics.is_doubtful(topic, sorted(near))


def _name(reading: Reading, key: str) -> FieldValue | None:
    people = [p for p in reading.candidates.people if not is_own_name(reading, p.mark)]
    found = likely_mark(reading, key, people)
    return proposed(key, found.mark.name, quote_of(reading, found), doubt=by_place()) if found else None


def _company(reading: Reading, key: str) -> FieldValue | None:
    named_ones = [o for o in reading.candidates.organisations if not is_own_company(reading, o.mark.name)]
    found = likely_mark(reading, key, named_ones)
    return proposed(key, found.mark.name, quote_of(reading, found), doubt=by_place()) if found else None


def _role(reading: Reading, key: str) -> FieldValue | None:
    found = likely_mark(reading, key, reading.candidates.roles)
    if found is None:
        return None
    name = found.mark.name
    return proposed(key, name[:1].upper() + name[1:], quote_of(reading, found), doubt=by_place())


def _city(reading: Reading, key: str) -> FieldValue | None:
    found = likely_mark(reading, key, reading.candidates.cities)
    return proposed(key, found.mark.name, quote_of(reading, found), doubt=by_place()) if found else None


def _sum(reading: Reading, key: str) -> FieldValue | None:
    sums = [m for m in reading.candidates.money if m.mark.value >= _LEAST_SUM]
    bare = [m for turn in reading.conversation.client_turns for m in bare_thousands(reading, turn)]
    found = likely_mark(reading, key, sorted([*sums, *bare], key=lambda m: (m.turn.index, m.mark.start)))
    if found is None:
        return None
    amount = int(found.mark.upper or found.mark.value)
    return proposed(key, roubles(amount), quote_of(reading, found), norm=amount, doubt=by_place())


def _date(reading: Reading, key: str) -> FieldValue | None:
    today = reading.at.date().isoformat()
    ahead = [m for m in reading.candidates.moments if not m.mark.is_past and m.mark.iso[:10] >= today]
    found = likely_mark(reading, key, ahead)
    if found is None:
        return None
    iso = found.mark.iso[:10]
    return proposed(key, day(iso), quote_of(reading, found), norm=iso, doubt=by_place())


def _decider(reading: Reading, key: str) -> FieldValue | None:
    """Who is named, or says that they decide, in the sentence that speaks most of deciding."""
    for turn in likely_turns(reading, key):
        for sentence in likely_sentences(reading, key, turn):
            if says_decides_alone(sentence.folded):
                return decides_alone(reading, key, turn.index, doubt=by_place())
            who = named_in(reading, turn.index, sentence.start, sentence.end) or deciding_body(sentence.folded)
            if who:
                quote = reading.conversation.evidence(turn.index, sentence.start, sentence.end)
                return proposed(key, who, [quote], doubt=by_place())
    return _words(reading, key)


def _rivals(reading: Reading, key: str) -> FieldValue | None:
    found = likely_mark(reading, key, strangers(reading))
    if found is None:
        return None
    line = f"{found.mark.name}: {tidy(found.sentence.text, 160)}"
    return proposed(key, line, quote_of(reading, found), doubt=by_place())


def _words(reading: Reading, key: str, is_wanted: Callable[[Turn], bool] = lambda _turn: True) -> FieldValue | None:
    """What the client says in the likeliest turns, tidied."""
    passages = []
    for rank, turn in enumerate(likely_turns(reading, key)):
        if turn.is_client and is_wanted(turn):
            passages += [
                Passage(turn, sentence, 10.0 - rank)
                for sentence in turn.sentences
                if not is_mostly_filler(sentence.text) and not sentence.is_question
            ]
    kept = chosen(passages, limit=300, most=4)
    if not kept:
        return None
    return proposed(key, quoted(kept), evidence_of(reading.conversation, kept), doubt=by_place())


def _terms(reading: Reading, key: str) -> FieldValue | None:
    """Turns that sound like terms of payment, if money is spoken of there: «идёт, утром отгрузки» sounds so too."""
    question_before = reading.conversation.question_before
    return _words(
        reading, key, lambda turn: speaks_of_payment(turn.folded) or speaks_of_payment(question_before(turn.index))
    )


_FINDERS: dict[str, Callable[[Reading, str], FieldValue | None]] = {
    "contact_name": _name,
    "contact_role": _role,
    "company_name": _company,
    "delivery_city": _city,
    "budget_amount": _sum,
    "deadline": _date,
    "decision_maker": _decider,
    "decision_process": _words,
    "competitors": _rivals,
    "payment_terms": _terms,
    "need": _words,
}


def _next_contact(
    reading: Reading, values: Mapping[str, FieldValue], found: Sequence[Promise]
) -> dict[str, FieldValue]:
    """The next step and its time: those of the rules, unless another place of the call sounds much more like it."""
    step, at = values["next_step"], values.get("next_step_at", empty("next_step_at"))
    changed: dict[str, FieldValue] = {}
    ranked = sorted(found, key=lambda p: -_share(reading, "next_step", p.evidence))
    if ranked:
        best = _share(reading, "next_step", ranked[0].evidence)
        is_likelier = best >= reading.topics.expected.get("next_step", 1.1)
        if is_likelier and best > _share(reading, "next_step", step.evidence) + _CLEARLY:
            changed["next_step"] = proposed("next_step", named(ranked[0]), ranked[0].evidence, doubt=by_place())
    chosen_share = _share(reading, "next_step", changed.get("next_step", step).evidence)
    for place in reading.topics.places("next_step")[:1]:
        if step.status is FieldStatus.EMPTY or reading.topics.share("next_step", place) > chosen_share + _CLEARLY:
            turn = reading.conversation.turns[place]
            quote = reading.conversation.evidence(turn.index)
            changed["next_step"] = proposed("next_step", _agreed(turn), [quote], doubt=by_place())
    if "next_step_at" in values:
        held = _share(reading, "next_step_at", at.evidence)
        for place in reading.topics.places("next_step_at")[:MOST_PLACES]:
            if reading.topics.share("next_step_at", place) <= held + _CLEARLY:
                break
            turn = reading.conversation.turns[place]
            due, _sure = _moment(reading, turn)
            if due is not None:
                quote = reading.conversation.evidence(turn.index)
                changed["next_step_at"] = proposed("next_step_at", day(due), [quote], norm=due, doubt=by_place())
                break
    return changed


def _share(reading: Reading, topic: str, evidence: Sequence[Evidence]) -> float:
    """How much the likeliest of the quoted turns speaks of a topic."""
    places = [reading.conversation.place(quote.segment) for quote in evidence]
    return max((reading.topics.share(topic, place) for place in places), default=0.0)


def _agreed(turn: Turn) -> str:
    lines = [tidy(s.text) for s in turn.sentences if not is_mostly_filler(s.text)]
    return "; ".join([lines[0], *(lower_first(line) for line in lines[1:3])]) if lines else tidy(turn.text)


def _moment(reading: Reading, turn: Turn) -> tuple[str | None, bool]:
    """The day of a turn with the hour said in it."""
    due, sure = date_in_turn(reading, turn, 0)
    times = [t.mark.iso for t in in_turn(reading.candidates.times, turn.index)]
    if due is not None and "T" not in due and times:
        due = f"{due}T{times[-1]}"
    return due, sure


def steps_by_meaning(reading: Reading, kind: CallKind, steps: tuple[NextStep, ...]) -> tuple[NextStep, ...]:
    """The steps without those that stand in turns about something else; steps of doubtful turns lose their proof."""
    if not reading.topics.shares or kind is CallKind.WRONG_NUMBER:
        return steps
    result = []
    for step in steps:
        topic = f"step_of_{step.who}"
        if _is_doubtful(reading, topic, step.evidence):
            if step.status is FieldStatus.VERIFIED:
                result.append(replace(step, status=FieldStatus.REVIEW, reason=misplaced()))
            continue
        result.append(step)
    return tuple(result)
