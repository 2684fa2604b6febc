"""Products of the call: which articles, how many, and what the client settled on after all corrections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.core.i18n import _
from app.draft import proof
from app.draft.candidates import Found
from app.draft.catalogue import Catalogue, Entry, Part, matches
from app.draft.conversation import Sentence, Turn, fold
from app.draft.model import Evidence, FieldStatus, FieldValue, LineItem
from app.draft.reading import Reading, empty, proposed
from app.draft.stems import same_stem, stem
from app.spoken.model import Certainty, Number

_TAKES = re.compile(
    r"\bдавайте\b|\bбер[её]м\b|\bбер[уи]\b|\bвозьм[еу]\w*|\bнуж(?:ен|на|но|ны)\b|\bнадо\b"
    r"|\bхочу\b|\bхотим\b|\bзаказ\w+|\bоформля\w+|\bпишите\b|\bдобав\w+|\bпусть\b|\bостан\w+"
    r"|\bтогда\b|\bвыставля\w+"
    r"|\bподойд[её]т\b|\bподходит\b|\bпусть будет\b|\bинтересу\w+|\bпришлите\b|\bпосчитайте\b"
    r"|\bладно\b|\bтоже\b|\bтак\b.{0,25}\bтак\b|\bда\b|\bзапис\w+|\bтребу\w+|\bобязательно\b"
    r"|\bпонадоб\w+|\bотгру\w+|\bзаклад\w+|\bпланиру\w+|\bхватит\b"
)
_REFUSES = re.compile(
    r"\bне (?:надо|нуж\w+|буд\w+|бер[её]м|хо\w+|подход\w+|интерес\w+|заклад\w*|потян\w+"
    r"|возьм\w+|рассматрив\w+)\b|\bмимо\b|\bубер\w+|\bуби\w+ \w+|\bвычерк\w+|\bобойд\w+"
    r"|\bотказ\w+|\bлишн\w+|\bбез\b|\bне-?нужн\w+|\bрв[её]тся\b|\bмало\b|\bникакие коврижки\b"
    r"|\bсвои\b|\bпозже\b|\bкак-нибудь потом\b"
)
_MORE = re.compile(
    r"\bтоже\b|\bтакже\b|\bещ[её]\b|\bплюс\b|\bи\b|\bвместе с\b|\bк ним\b|\bк нему\b|\bдобав\w+|\bкроме того\b"
)
_COUNT_UNITS = re.compile(
    r"^(?:штук|шт|рулон|короб|пачк|упаковк|комплект|единиц|экземпляр|паллет|бухт|мешк"
    r"|лист|банк|бочк|канистр|партии|лицензи|пользоват|человек|мест|терминал|устройств"
    r"|точ|пар|набор|метр|тонн|литр|килограмм|кг|погон)"
)
_ASKS_COUNT = re.compile(
    r"\bсколько\b|\bкакое количество\b|\bкакой объ[её]м\b|\bсколько штук\b|\bпо количеству\b|\bколичество\b"
)
_PRICE_NEAR = re.compile(r"\b(?:руб|тысяч|миллион|стоит|стоят|выходит|выйдет|скидк|процент|%|₽)")
_ALREADY = re.compile(
    r"\bзаказывал\w*|\bкупил\w*|\bпокупал\w*|\bбрали\b|\bпоставили\b|\bставили\b|\bотгрузка\b"
    r"|\bбрак\w*|\bв прошлый раз\b|\bсосед\w*|\bу них\b"
)


@dataclass
class _Choice:
    """An article while the call goes on."""

    entry: Entry
    weight: float = 0.0
    first_turn: int = 0
    last_turn: int = 0
    by_sound: bool = False
    qty: int | None = None
    qty_sure: bool = False
    is_refused: bool = False
    is_unclear: bool = False
    quotes: list[Evidence] = field(default_factory=list)


@dataclass
class _Talk:
    """What is being talked about right now."""

    context: list[Part] = field(default_factory=list)
    heads: frozenset[str] = frozenset()
    focus: list[_Choice] = field(default_factory=list)


def catalogue_of(reading: Reading) -> Catalogue:
    """The price list of the profile, taken apart."""
    return Catalogue(reading.profile.price_list)


def line_items(reading: Reading) -> tuple[LineItem, ...]:
    """Articles that the client settled on, in the order they came up."""
    if not reading.profile.price_list:
        return ()
    catalogue = catalogue_of(reading)
    choices: dict[str, _Choice] = {}
    talk = _Talk()
    for turn in reading.conversation.turns:
        numbers = [n for n in reading.candidates.numbers if n.turn.index == turn.index]
        money = [m for m in reading.candidates.money if m.turn.index == turn.index and m.mark.has_currency]
        spans = [(m.mark.start, m.mark.end) for m in money]
        plain = [n for n in numbers if not any(start <= n.mark.start < end for start, end in spans)]
        parts = catalogue.parts_of(turn.text, [n.mark for n in plain])
        for sentence in turn.sentences:
            own = [p for p in parts if sentence.start <= p.start < sentence.end]
            _read_sentence(reading, catalogue, turn, sentence, own, choices, talk)
    _services(reading, choices)
    return tuple(_finished(reading, choice) for choice in _settled(choices))


def _read_sentence(  # noqa: PLR0917
    reading: Reading,
    catalogue: Catalogue,
    turn: Turn,
    sentence: Sentence,
    parts: list[Part],
    choices: dict[str, _Choice],
    talk: _Talk,
) -> None:
    hypothetical = proof.is_hypothetical(sentence) or proof.is_answer_to_hypothetical(reading.conversation, turn)
    named: list[_Choice] = []
    for group in _groups(catalogue, parts):
        words = [p for p in group if not p.is_number]
        heads = frozenset(p.text for p in words if p.text in catalogue.heads)
        if not words and not _names_model(catalogue, group, talk):
            continue
        fresh = bool(heads) and not heads & talk.heads
        context = [] if fresh else talk.context
        found = matches(catalogue, group, context)
        strength = sum(catalogue.weight(p.text) for p in words) + sum(
            catalogue.weight(f"#{p.text}") for p in group if p.is_number and not p.is_count
        )
        if not found or strength < 1.2:
            continue
        talk.context = _merged(talk.context if not fresh else [], group)
        talk.heads = heads or talk.heads
        top = [m for m in found if m.score >= found[0].score - 0.05]
        if len(top) > 1 or (len(found) > 1 and found[0].score - found[1].score < 0.12 and found[0].score < 2):
            if hypothetical:
                continue
            # Not told apart: those already in the talk win, else nobody does.
            kept = [m for m in top if m.entry.item.sku in choices]
            if len(kept) != 1:
                talk.focus = []
                continue
            found = kept
        match = found[0]
        if hypothetical:
            continue
        choice = choices.setdefault(match.entry.item.sku, _Choice(match.entry, first_turn=turn.index))
        choice.last_turn = turn.index
        choice.by_sound = choice.by_sound or match.by_sound
        _weigh(reading, turn, sentence, group, choice)
        count = _count_in(turn, sentence, group, parts)
        if count is not None:
            choice.qty, choice.qty_sure = count, turn.is_client
        named.append(choice)
    if named:
        talk.focus = named
    elif not hypothetical:
        _loose_count(reading, turn, sentence, talk)


def _groups(catalogue: Catalogue, parts: Sequence[Part]) -> list[list[Part]]:
    """Parts of a sentence split where another thing begins."""
    groups: list[list[Part]] = []
    current: list[Part] = []
    for part in parts:
        is_head = not part.is_number and part.text in catalogue.heads
        heads_now = {p.text for p in current if not p.is_number and p.text in catalogue.heads}
        new_thing = (
            is_head
            and bool(heads_now)
            and part.text not in heads_now
            and any(part.text in e.head and not heads_now <= (e.words | e.aside) for e in catalogue.entries)
        )
        far = bool(current) and part.start - current[-1].end > 45 and is_head
        if new_thing or far:
            # A count in front of the new thing belongs to it: «два насоса и три котла».
            carried = [current.pop()] if current and current[-1].is_number and part.start - current[-1].end <= 2 else []
            groups.append(current)
            current = carried
        current.append(part)
    if current:
        groups.append(current)
    return [group for group in groups if group]


def _names_model(catalogue: Catalogue, group: Sequence[Part], talk: _Talk) -> bool:
    """Numbers alone name an article only while its kind is being talked about: «давайте сто двадцатый»."""
    if not talk.heads and not talk.context:
        return False
    return any(
        p.is_number and not p.is_count and catalogue.weight(f"#{p.text}") > 0 and float(p.text) >= 10 for p in group
    )


def _merged(context: list[Part], group: Sequence[Part]) -> list[Part]:
    units = {p.unit for p in group if p.is_number and p.unit}
    has_bare = any(p.is_number and not p.unit and not p.is_count for p in group)
    kept = [p for p in context if not p.is_number or (p.unit and p.unit not in units) or (not p.unit and not has_bare)]
    return [*kept, *(p for p in group if not p.is_count)][-14:]


def _weigh(reading: Reading, turn: Turn, sentence: Sentence, group: Sequence[Part], choice: _Choice) -> None:
    start, end = group[0].start, group[-1].end
    clause = _clause_around(sentence, start, end)
    quote = reading.conversation.evidence(turn.index, start, end)
    if turn.is_client:
        if _ALREADY.search(sentence.folded) and not _TAKES.search(clause):
            return
        if _REFUSES.search(clause):
            choice.is_refused = True
            return
        if sentence.is_question and not _TAKES.search(sentence.folded):
            choice.weight += 0.5
        else:
            choice.is_refused = False
            choice.weight += 2.0 if _TAKES.search(sentence.folded) else 1.2
        choice.quotes.append(quote)
        return
    answer = reading.conversation.next(turn.index)
    if answer is None or not answer.is_client:
        choice.weight += 0.3
        choice.quotes.append(quote)
        return
    last = sentence is turn.sentences[-1] or turn.sentences[-1].is_question
    if proof.refuses(answer.text) and last:
        choice.weight -= 0.3
        return
    if _REFUSES.search(clause) and not sentence.is_question:
        choice.weight -= 1.0
        return
    if proof.agrees(answer.text):
        choice.is_refused = False
        choice.weight += 1.5
    else:
        choice.weight += 0.5
    choice.quotes.append(quote)


def _clause_around(sentence: Sentence, start: int, end: int) -> str:
    first, last = sentence.clause_at(start), sentence.clause_at(max(end - 1, start))
    return first if first == last else first + " " + last


def _count_in(turn: Turn, sentence: Sentence, group: Sequence[Part], parts: Sequence[Part]) -> int | None:
    """The count beside a named article: «два ТД сто двадцать», «сто двадцатые, две штуки»."""
    names = [p for p in group if not p.is_number]
    start, end = (names[0].start, names[-1].end) if names else (group[0].start, group[-1].end)
    best: int | None = None
    for part in parts:
        if not part.is_number or "." in part.text or part.unit:
            continue
        if _PRICE_NEAR.match(turn.folded[part.end : part.end + 12].strip()):
            continue
        after = turn.folded[part.end : part.end + 14].strip()
        is_counted = part.is_count and bool(
            _COUNT_UNITS.match(after) or any(same_stem(stem(after.split(" ")[0]), n.text) for n in names)
        )
        right_before = (
            0 <= start - part.end <= 2 and float(part.text) < 10000 and part is not names[0] if names else False
        )
        if (is_counted and (abs(part.start - end) < 60 or abs(start - part.end) < 60)) or (
            right_before and best is None and part.text not in {p.text for p in group if p is not part and p.is_number}
        ):
            best = int(part.text)
    return best


def _loose_count(reading: Reading, turn: Turn, sentence: Sentence, talk: _Talk) -> None:
    """A count said about what is being talked of: an answer to «сколько?», «пятьсот рулонов», «нет, сто десять»."""
    if not talk.focus:
        return
    numbers: list[Found[Number]] = [
        n
        for n in reading.candidates.numbers
        if n.turn.index == turn.index and sentence.start <= n.mark.start < sentence.end and not n.mark.is_ordinal
    ]
    numbers = [
        n
        for n in numbers
        if not any(
            m.turn.index == turn.index and m.mark.has_currency and m.mark.start <= n.mark.start < m.mark.end
            for m in reading.candidates.money
        )
    ]
    if not numbers or (sentence.is_question and turn.is_client):
        return
    asked = bool(_ASKS_COUNT.search(reading.conversation.question_before(turn.index)))
    for number in numbers:
        unit = fold(number.mark.unit)
        counted = bool(_COUNT_UNITS.match(unit))
        target = (
            next((c for c in talk.focus if any(same_stem(stem(unit), w) for w in c.entry.words)), talk.focus[-1])
            if unit
            else talk.focus[-1]
        )
        negated = (
            bool(re.search(r"\bмало\b|\bмного\b|\bне хватит\b", number.clause))
            or number.mark.certainty is Certainty.RANGE
        )
        correcting = (
            target.qty is not None
            and (proof.corrects(turn.text) or turn.is_client)
            and turn.index - target.last_turn <= 3
            and not unit
        )
        if negated:
            continue
        if counted or (asked and turn.is_client and not unit) or (correcting and turn.is_client and asked):
            if turn.is_manager and target.qty is not None and target.qty_sure:
                continue
            target.qty, target.qty_sure = int(number.mark.value), turn.is_client
            target.quotes.append(reading.candidates.evidence(number))


def _services(reading: Reading, choices: dict[str, _Choice]) -> None:
    """Counts of what is counted by another thing: licences by users, mounting by boilers; ranges by its power."""
    goods = [c for c in choices.values() if not c.is_refused and c.weight >= 1.0]
    for choice in goods:
        unit = fold(choice.entry.item.unit)
        unit_word = re.split(r"[./\s]", unit)[0]
        if (
            choice.qty is None
            and len(unit_word) >= 4
            and unit_word not in ("компл", "проект", "услуга", "шаблон", "выезд", "группа")
        ):
            by_unit = _counted_by(reading, unit_word, choice.entry)
            if by_unit is not None:
                choice.qty, choice.qty_sure = by_unit, True
        if choice.qty is None and len(unit_word) >= 4:
            counted = [
                c
                for c in goods
                if c is not choice
                and any(same_stem(stem(unit_word), h) or stem(unit_word)[:3] == h[:3] for h in c.entry.head)
            ]
            total = sum(c.qty or 1 for c in counted)
            if counted:
                choice.qty = total


def _counted_by(reading: Reading, unit_word: str, entry: Entry) -> int | None:
    last: int | None = None
    for number in reading.candidates.numbers:
        unit = fold(number.mark.unit)
        if not unit or proof.weakness(reading.conversation, number.turn, number.mark.start) is not None:
            continue
        people = unit_word.startswith("польз") and re.match(r"пользоват|человек|люд|сотрудник|рабочих мест|мест", unit)
        named = any(same_stem(stem(unit), word) for word in entry.words if word not in entry.head)
        if (people or unit.startswith(unit_word[:5]) or named) and (number.turn.is_client or last is None):
            last = int(number.mark.value)
    return last


def _settled(choices: dict[str, _Choice]) -> list[_Choice]:
    """Articles that stay: refused ones out, and of two variants of one thing the later, unless both were wanted."""
    alive = [c for c in choices.values() if not c.is_refused and c.weight >= 1.4]
    kept: list[_Choice] = []
    for choice in sorted(alive, key=lambda c: c.first_turn):
        rivals = [c for c in alive if c is not choice and _are_variants(c.entry, choice.entry)]
        if any(_beats(rival, choice) for rival in rivals):
            continue
        kept.append(choice)
    return kept


def _are_variants(left: Entry, right: Entry) -> bool:
    if fold(left.item.unit) != fold(right.item.unit) or not left.head & right.head:
        return False
    both, either = left.words & right.words, left.words | right.words
    return len(both) >= 0.5 * len(either) or len(either) - len(both) <= 2


def _beats(rival: _Choice, choice: _Choice) -> bool:
    """The variant settled on: later in the call and at least nearly as strong."""
    if rival.last_turn != choice.last_turn:
        later = rival.last_turn > choice.last_turn
        return rival.weight >= choice.weight - 0.5 if later else rival.weight > choice.weight + 1.5
    return rival.weight > choice.weight + 0.5


def _finished(reading: Reading, choice: _Choice) -> LineItem:
    unit = fold(choice.entry.item.unit)
    qty = choice.qty
    reason: str | None = None
    if qty is None and not re.match(r"шт|рул|кг|м\b|т\b|л\b|уп|пач|кор|польз|компл", unit):
        qty = 1
    if choice.by_sound:
        reason = _("Название могло быть услышано неверно: сверьте с прайсом.")
    elif qty is None:
        reason = _("Количество не названо.")
    elif choice.weight < 2:
        reason = _("Упомянуто, но прямого «беру» не было.")
    elif choice.qty is not None and not choice.qty_sure:
        reason = _("Количество назвал менеджер: сверьте.")
    evidence = tuple(dict.fromkeys(choice.quotes))[-4:]
    if not evidence:
        evidence = (reading.conversation.evidence(choice.first_turn),)
    status = FieldStatus.REVIEW if reason else FieldStatus.VERIFIED
    return LineItem(choice.entry.item.sku, choice.entry.item.name, qty, status, evidence, reason)


def product_interest(reading: Reading, items: Sequence[LineItem], key: str = "product_interest") -> FieldValue:
    """The settled articles in one line, with counts; without any, the client's words about our goods."""
    if items:
        lines = [f"{item.name}" + (f" — {item.qty}" if item.qty and item.qty > 1 else "") for item in items]
        evidence = [quote for item in items for quote in item.evidence[:2]]
        unsure = [item.name for item in items if item.status is not FieldStatus.VERIFIED]
        doubt = _("Сверьте: {names}.").format(names="; ".join(unsure)) if unsure else None
        return proposed(key, "; ".join(lines), evidence, doubt=doubt)
    return _family_interest(reading, key)


def _family_interest(reading: Reading, key: str) -> FieldValue:
    from app.draft.wording import tidy

    catalogue = catalogue_of(reading)
    lines, evidence = [], []
    for turn, sentence in reading.conversation.sentences(manager=False):
        if proof.is_hypothetical(sentence) or _ALREADY.search(sentence.folded):
            continue
        parts = [p for p in catalogue.parts_of(sentence.text, ()) if not p.is_number and len(p.text) >= 4]
        if (
            parts
            and _TAKES.search(sentence.folded)
            and not _REFUSES.search(sentence.folded)
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
