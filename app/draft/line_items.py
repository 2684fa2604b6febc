"""Products of the call: which articles, how many, and what the client settled on after all corrections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from app.core.i18n import _
from app.draft import proof
from app.draft.articles import Part
from app.draft.catalogue import Catalogue
from app.draft.choices import Choice, Talk, are_variants, differ_by_range, resolve_ranges, settled, supersede
from app.draft.conversation import Sentence, Turn, fold
from app.draft.implied_services import add_implied
from app.draft.item_counts import (
    count_in,
    count_services,
    count_singles,
    counts_well,
    is_counted_by_name,
    is_told_apart,
    loose_count,
    plain_numbers,
    said_by_client_before,
    set_count,
)
from app.draft.matching import has_misheard_code, matches, said_name
from app.draft.model import FieldStatus, FieldValue, LineItem, Misheard
from app.draft.priced_counts import prove_counts
from app.draft.reading import Reading, empty, proposed
from app.knowledge.model import PriceItem

_SETTLED_ON = 2.0
TAKES = re.compile(
    r"\bдавайте\b|\bбер[её]м\b|\bбер[уи]\b|\bвозьм[еу]\w*|\bнуж(?:ен|на|но|ны)\b|\bнадо\b"
    r"|\bхочу\b|\bхотим\b|\bзаказ\w+|\bоформля\w+|\bпишите\b|\bдобав\w+|\bпусть\b|\bостан\w+"
    r"|\bтогда\b|\bвыставля\w+"
    r"|\bподойд[её]т\b|\bподходит\b|\bпусть будет\b|\bинтересу\w+|\bпришлите\b|\bпосчитайте\b"
    r"|\bладно\b|\bтоже\b|\bтак\b.{0,25}\bтак\b|\bда\b|\bзапис\w+|\bтребу\w+|\bобязательно\b"
    r"|\bпонадоб\w+|\bотгру\w+|\bзаклад\w+|\bпланиру\w+|\bхватит\b"
)
REFUSES = re.compile(
    r"\bне (?:надо|нуж\w+|буд\w+|бер[её]м|хо\w+|подход\w+|интерес\w+|заклад\w*|потян\w+"
    r"|возьм\w+|рассматрив\w+)\b|\bмимо\b|\bубер\w+|\bуби\w+ \w+|\bвычерк\w+|\bобойд\w+"
    r"|\bотказ\w+|\bлишн\w+|\bбез\b|\bне-?нужн\w+|\bрв[её]тся\b|\bмало\b|\bникакие коврижки\b"
    r"|\bсвои\b|\bпозже\b|\bкак-нибудь потом\b"
)
REFUSED_NEXT = re.compile(
    r"^[^,.;]*[,;—–]\s*(?:их|его|ее|это|эти|он|она|они)\b[^,.;]*\b(?:не надо|не нуж\w+"
    r"|сами\b|сам\b|отдельно куп\w+|не бер\w+)"
)
_PLAIN = re.compile(r"(?<!\bне )\b(?:прост|обычн|стандартн|базов)(?:ой|ую|ая|ые|ых|ый|ого|ую)\b")
# «На всё железо с монтажом — девяносто» is a sum, not a count of mountings.
_OF_MONEY = re.compile(r"\bна вс[её]\b|\bбюджет\w*|\bуложи\w*")
_PRICE_TALK = re.compile(
    r"\bрубл\w*|\bтысяч\w*|\bмиллион\w*|\bитого\b|\bвыходит\b|\bвыйдет\b|\bполучается\b"
    r"|\bскидк\w*|₽"
)
_IN_OFFER = re.compile(
    r"\b(?:отправлял|высылал|присылал|направлял|скидывал|считал|готовил)\w*\b[^.?!]{0,30}"
    r"\b(?:предложени|кп\b|коммерческ|расчет|смет|счет)\w*"
)
_ALREADY = re.compile(
    r"\bзаказывал\w*|\bкупил\w*|\bпокупал\w*|\bбрали\b|\bпоставили\b|\bставили\b|\bотгрузка\b"
    r"|\bбрак\w*|\bв прошлый раз\b|\bсосед\w*|\bу них\b|\bпрочитал\w*|\bперепутал\w*|\bпоказалось\b"
)


@lru_cache(maxsize=1)
def catalogue_of(price_list: tuple[PriceItem, ...]) -> Catalogue:
    """A price list taken apart; kept, for that takes seconds where there are thousands of articles."""
    return Catalogue(price_list)


def line_items(reading: Reading) -> tuple[LineItem, ...]:
    """Articles that the client settled on with their counts, in the order they came up."""
    items = (_finished(reading, choice) for choice in _wanted(reading))
    return tuple(item for item in items if item.qty is not None)


def _wanted(reading: Reading) -> list[Choice]:
    """Articles that the client settled on, also those nobody said a count of."""
    if not reading.profile.price_list:
        return []
    catalogue = catalogue_of(reading.profile.price_list)
    choices: dict[str, Choice] = {}
    talk = Talk()
    # A text with names in quotes tells «Базу» from a base; a recogniser does not.
    writes_names = any("«" in turn.text for turn in reading.conversation.turns)
    for turn in reading.conversation.turns:
        parts = catalogue.parts_of(turn.text, [n.mark for n in plain_numbers(reading, turn)])
        for sentence in turn.sentences:
            own = [p for p in parts if sentence.start <= p.start < sentence.end]
            # «Обычные, не дуо»: what it is not.
            own = [p for p in own if p.is_number or not re.search(r"\bне $", turn.folded[: p.start])]
            if writes_names:
                own = [p for p in own if not catalogue.is_mere_word(p, turn.text) or _is_known_name(p, choices)]
            if turn.is_manager and _PRICE_TALK.search(sentence.folded):
                own = _without_prices(own)
            _read_sentence(reading, catalogue, turn, sentence, own, choices, talk)
    prove_counts(reading, catalogue, choices)
    add_implied(reading, catalogue, choices)
    resolve_ranges(choices)
    taken = settled(choices)
    count_services(reading, taken)
    count_singles([choice for choice in taken if choice.weight >= _SETTLED_ON])
    return taken


def _is_known_name(part: Part, choices: dict[str, Choice]) -> bool:
    return any(part.text in choice.entry.names for choice in choices.values())


def _without_prices(parts: Sequence[Part]) -> list[Part]:
    """In a sentence about prices only numbers right behind a name or with their unit belong to names."""
    kept = []
    for place, part in enumerate(parts):
        before = parts[place - 1] if place else None
        follows_name = before is not None and part.start - before.end <= 2 and (not before.is_number or before in kept)
        if not part.is_number or part.unit or part.size or part.is_count or follows_name:
            kept.append(part)
    return kept


def _read_sentence(  # noqa: PLR0917
    reading: Reading,
    catalogue: Catalogue,
    turn: Turn,
    sentence: Sentence,
    parts: list[Part],
    choices: dict[str, Choice],
    talk: Talk,
) -> None:
    if proof.is_hypothetical(sentence) or proof.is_answer_to_hypothetical(reading.conversation, turn):
        return
    named: list[Choice] = []
    taken: set[int] = set()
    for group in _groups(catalogue, parts, turn.folded):
        choice = _named_choice(catalogue, group, choices, talk, turn)
        if choice is None:
            continue
        _weigh(reading, turn, sentence, group, choice)
        count = count_in(turn, group, choice, catalogue)
        if count is not None and not (turn.is_client and _OF_MONEY.search(sentence.folded)):
            taken.add(count.start)
            own = turn.is_client or said_by_client_before(reading, turn, int(float(count.text)))
            set_count(choice, int(float(count.text)), turn, by_client=own)
            if not sentence.is_question and not choice.is_refused:
                # Who says how many means to have it, or to sell it.
                choice.weight += 0.5 if turn.is_client else 0.7
        if turn.is_client and proof.corrects(sentence.text):
            supersede(choice, choices, turn)
        named.append(choice)
    if named:
        talk.focus = named
    loose_count(reading, turn, sentence, choices, talk, frozenset(taken))


def _named_choice(
    catalogue: Catalogue, group: list[Part], choices: dict[str, Choice], talk: Talk, turn: Turn
) -> Choice | None:
    words = [p for p in group if not p.is_number]
    heads = frozenset(p.text for p in words if p.text in catalogue.heads)
    if not words and not _names_model(catalogue, group, talk, turn):
        return None
    key, context = talk.context_of(heads)
    found = matches(catalogue, group, context)
    strength = sum(catalogue.weight(p.text) for p in words)
    strength += sum(catalogue.weight(f"#{p.text}") for p in group if p.is_number and not p.is_count)
    if not found or strength < 1.0:
        return _recalled(words, choices, turn)
    talk.heads = key if heads else (key or frozenset(found[0].entry.head))
    talk.contexts[talk.heads] = _merged(context, group)
    if _PLAIN.search(turn.sentence_at(group[0].start).folded):
        # «Простую тогда, двадцать пятую»: of its variants the one without additions.
        same = [m for m in found if are_variants(m.entry, found[0].entry)]
        found = [min(same, key=lambda m: (len(m.entry.words), -m.score))]
    best = found[0]
    top = [m for m in found if m.support >= best.support - 0.1]
    if best.by_number:
        # A number told them apart from the rest; of what is left the plainest name is meant.
        top = [m for m in top if m.score >= best.score - 0.1]
    said = {p.text for p in (*group, *context)}
    named = [m for m in top if m.entry.names and m.entry.names <= said]
    if len(named) > 1:
        # «Сотка» is «Сотка» and no «Сотка Бразилия».
        fewest = min(len(m.entry.names) for m in named)
        named = [m for m in named if len(m.entry.names) == fewest]
    top = named if len(named) == 1 and len({m.entry.head for m in top}) == 1 else top
    if len(top) > 1 and not differ_by_range([m.entry for m in top]):
        # Not told apart: the one already in the talk is meant, else nobody can say.
        kept = [m for m in top if m.entry.item.sku in choices and not choices[m.entry.item.sku].is_refused]
        if len(kept) > 1:
            latest = max(choices[m.entry.item.sku].last_turn for m in kept)
            kept = [m for m in kept if choices[m.entry.item.sku].last_turn == latest]
        if len(kept) != 1:
            return talk.pending.setdefault(talk.heads, Choice(best.entry, first_turn=turn.index))
        top = kept
    entry, choice = top[0].entry, choices.get(top[0].entry.item.sku)
    if choice is None:
        # What was said of the thing before it was clear which one is meant counts for it.
        choice = talk.pending.pop(talk.heads, None) or Choice(entry, first_turn=turn.index)
        choice.entry = entry
        choices[entry.item.sku] = choice
    if len(top) > 1:
        choice.rivals = tuple(m.entry for m in top)
    choice.last_turn = turn.index
    if not choice.heard and (top[0].by_sound or has_misheard_code(entry, group, turn.folded)):
        choice.heard = said_name(entry, group, turn.text)
    return choice


def _recalled(words: Sequence[Part], choices: dict[str, Choice], turn: Turn) -> Choice | None:
    """«Девять кислородного»: a thing named in full before is called by any word that no other one has."""
    said = {p.text for p in words if not p.heard}
    known = [c for c in choices.values() if said and said <= c.entry.words and not c.is_refused]
    if len(known) != 1:
        return None
    known[0].last_turn = turn.index
    return known[0]


def _groups(catalogue: Catalogue, parts: Sequence[Part], folded: str) -> list[list[Part]]:
    """Parts of a sentence split where another thing begins."""
    groups: list[list[Part]] = []
    current: list[Part] = []
    for place, part in enumerate(parts):
        behind = parts[place + 1] if place + 1 < len(parts) else None
        if current and _counts_next(current, part, behind, folded):
            # «Двадцать жидкого, девять кислородного»: each count begins its own thing.
            groups.append(current)
            current = []
        elif current and _begins_another(catalogue, current, part):
            # A count in front of the new thing belongs to it: «два насоса и три котла».
            last = current[-1]
            carried = [current.pop()] if last.is_number and part.start - last.end <= 2 and len(current) > 1 else []
            carried = carried or _of_new_clause(current, part, folded)
            groups.append(current)
            current = carried
        current.append(part)
    if current:
        groups.append(current)
    return [group for group in groups if group]


def _counts_next(current: Sequence[Part], part: Part, behind: Part | None, folded: str) -> bool:
    if not part.is_number or part.unit or part.size or behind is None or behind.is_number:
        return False
    between = folded[current[-1].end : part.start]
    is_counted = current[0].is_number and any(not p.is_number for p in current)
    return (
        is_counted
        and behind.start - part.end <= 2
        and bool(re.fullmatch(r"[^,;а-я]*(?:,|;|\bи\b|\bплюс\b)[^а-я]*", between))
    )


def _of_new_clause(current: list[Part], part: Part, folded: str) -> list[Part]:
    """Takes what was said since the last comma out of the old group: «…, а в зал большой» goes with the new thing."""
    place = max(folded.rfind(sign, current[0].end, part.start) for sign in (",", ";", "—", " и ", " а ", " плюс "))
    carried = [p for p in current if p.start > place]
    if place < 0 or len(carried) == len(current):
        return []
    del current[len(current) - len(carried) :]
    return carried


def _begins_another(catalogue: Catalogue, current: Sequence[Part], part: Part) -> bool:
    words = [p.text for p in current if not p.is_number]
    if part.is_number:
        # «сто двадцать или двести»: a second bare number of the same kind is another article.
        return False
    if part.text in words:
        place = max(i for i, p in enumerate(current) if p.text == part.text)
        return any(p.is_number for p in current[place + 1 :])
    if part.text not in catalogue.heads:
        return False
    heads = {w for w in words if w in catalogue.heads}
    if not heads:
        return part.start - current[-1].end > 45
    return not any(part.text in e.head and heads <= (e.words | e.aside) for e in catalogue.entries_with([part.text]))


def _names_model(catalogue: Catalogue, group: Sequence[Part], talk: Talk, turn: Turn) -> bool:
    """Numbers alone name an article only while its kind is being talked about: «давайте сто двадцатый»."""
    if not talk.heads and not any(p.size for p in group):
        return False
    if turn.is_manager and _PRICE_TALK.search(turn.folded) and not any(p.unit or p.size for p in group):
        return False
    return any(
        p.is_number and not p.is_count and catalogue.weight(f"#{p.text}") > 0 and float(p.text) >= 10 for p in group
    )


def _merged(context: list[Part], group: Sequence[Part]) -> list[Part]:
    """What is known of a thing now: a measure said again replaces the old one of its unit."""
    units = {p.unit for p in group if p.is_number and p.unit}
    has_bare = any(p.is_number and not p.unit and not p.is_count for p in group)
    kept = [p for p in context if not p.is_number or (p.unit and p.unit not in units) or (not p.unit and not has_bare)]
    return [*kept, *(p for p in group if not p.is_count)][-14:]


def _weigh(reading: Reading, turn: Turn, sentence: Sentence, group: Sequence[Part], choice: Choice) -> None:
    start, end = group[0].start, group[-1].end
    clause = _clause_around(sentence, start, end)
    quote = reading.conversation.evidence(turn.index, start, end)
    if turn.is_client:
        if _ALREADY.search(sentence.folded) and not TAKES.search(clause):
            return
        if REFUSES.search(clause) or REFUSED_NEXT.search(sentence.after(end)):
            choice.is_refused = True
            return
        if sentence.is_question and not TAKES.search(sentence.folded):
            choice.weight += 0.5
        else:
            choice.is_refused = False
            choice.weight += 2.0 if TAKES.search(sentence.folded) else 1.2
        choice.quotes.append(quote)
        return
    answer = reading.conversation.next(turn.index)
    if answer is None or not answer.is_client:
        choice.weight += 0.3
        choice.quotes.append(quote)
        return
    if _IN_OFFER.search(turn.folded) and not proof.refuses(answer.text):
        # What the talk is about: the client has the quotation for it already.
        choice.weight += 0.8
    last = sentence is turn.sentences[-1] or turn.sentences[-1].is_question
    at_last = answer.sentences[-1].text if answer.sentences else ""
    if last and (proof.refuses(answer.text) or proof.refuses(at_last)):
        choice.weight -= 0.3
        return
    if REFUSES.search(clause) and not sentence.is_question:
        choice.weight -= 1.0
        return
    if proof.agrees(answer.text):
        choice.is_refused = False
        choice.weight += 1.5
    else:
        choice.weight += 0.7
    choice.quotes.append(quote)


def _clause_around(sentence: Sentence, start: int, end: int) -> str:
    first, last = sentence.clause_at(start), sentence.clause_at(max(end - 1, start))
    return first if first == last else first + " " + last


def _finished(reading: Reading, choice: Choice) -> LineItem:
    unit = fold(choice.entry.item.unit)
    qty = choice.qty
    reason: str | None = None
    if qty is None and not counts_well(choice) and not unit.startswith("польз"):
        qty = 1
    name = choice.entry.item.name
    misheard = (Misheard(choice.heard, name),) if choice.heard else ()
    if misheard:
        reason = _("Товар узнан по звучанию: сверьте с прайсом.")
    elif qty is None:
        reason = _("Количество не названо.")
    elif choice.qty is None or choice.is_single:
        reason = _("Количество не названо, взята одна единица.")
    elif choice.weight < 2:
        reason = _("Упомянуто, но прямого «беру» не было.")
    elif choice.qty is not None and not choice.qty_sure:
        is_said = choice.qty in choice.counts
        reason = (
            _("Количество назвал менеджер: сверьте.") if is_said else _("Количество не названо, взята одна единица.")
        )
    elif not is_counted_by_name(reading, choice):
        reason = _("Название и количество не прозвучали вместе: сверьте.")
    elif not is_told_apart(reading, choice, catalogue_of(reading.profile.price_list).entries):
        reason = _("В прайсе есть похожие позиции, отличие не прозвучало: сверьте.")
    evidence = tuple(dict.fromkeys(choice.quotes))[-4:]
    if not evidence:
        evidence = (reading.conversation.evidence(choice.first_turn),)
    status = FieldStatus.REVIEW if reason else FieldStatus.VERIFIED
    return LineItem(choice.entry.item.sku, name, qty, status, evidence, reason, misheard)


def product_interest(reading: Reading, items: Sequence[LineItem], key: str = "product_interest") -> FieldValue:
    """The settled articles in one line, with counts; without any, the client's words about our goods."""
    named = {item.sku for item in items}
    uncounted = (i for i in (_finished(reading, c) for c in _wanted(reading)) if i.qty is None and i.sku not in named)
    items = [*items, *uncounted]
    if items:
        lines = [f"{item.name}" + (f" — {item.qty}" if item.qty and item.qty > 1 else "") for item in items]
        evidence = [quote for item in items for quote in item.evidence[:2]]
        unsure = [item.name for item in items if item.status is not FieldStatus.VERIFIED]
        doubt = _("Сверьте: {names}.").format(names="; ".join(unsure)) if unsure else None
        misheard = [pair for item in items for pair in item.misheard]
        return proposed(key, "; ".join(lines), evidence, doubt=doubt, misheard=misheard)
    return _family_interest(reading, key)


def _family_interest(reading: Reading, key: str) -> FieldValue:
    from app.draft.wording import tidy

    catalogue = catalogue_of(reading.profile.price_list)
    lines, evidence = [], []
    for turn, sentence in reading.conversation.sentences(manager=False):
        if proof.is_hypothetical(sentence) or _ALREADY.search(sentence.folded):
            continue
        parts = [p for p in catalogue.parts_of(sentence.text, ()) if not p.is_number and len(p.text) >= 4]
        if (
            parts
            and TAKES.search(sentence.folded)
            and not REFUSES.search(sentence.folded)
            and sum(catalogue.weight(p.text) for p in parts) >= 1.3
        ):
            lines.append(tidy(sentence.text, 140))
            evidence.append(reading.conversation.evidence(turn.index, sentence.start, sentence.end))
    if not lines:
        return empty(key)
    return proposed(
        key,
        "; ".join(dict.fromkeys(lines[:2])),
        evidence[:2],
        doubt=_("Товар назван без артикула: уточните, какой именно."),
    )
