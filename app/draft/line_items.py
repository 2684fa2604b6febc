"""Products of the call: which articles, how many, and what the client settled on after all corrections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldType
from app.draft import proof
from app.draft.candidates import Found
from app.draft.catalogue import Catalogue, Entry, Part, matches, root
from app.draft.conversation import Sentence, Turn, fold
from app.draft.custom import int_field
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
_REFUSED_NEXT = re.compile(
    r"^[^,.;]*[,;—–]\s*(?:их|его|ее|это|эти|он|она|они)\b[^,.;]*\b(?:не надо|не нуж\w+"
    r"|сами\b|сам\b|отдельно куп\w+|не бер\w+)"
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
_ASKS_MONEY = re.compile(
    r"\bстоит\b|\bстоят\b|\bцен[аы]\b|\bденег\b|\bдостав\w+|\bскидк\w*|\bкилометр\w*|\bкиловатт\w*"
    r"|\bметр\w*|\bждать\b|\bплощад\w*"
)
_PIECES = re.compile(r"^(?:штук|шт|единиц|экземпляр|комплект|упаков|короб|паллет|рулон)")
_ONCE = frozenset({"проект", "услуга", "шаблон", "выезд", "группа", "месяц", "день", "час"})
_PRICE_TALK = re.compile(
    r"\bрубл\w*|\bтысяч\w*|\bмиллион\w*|\bитого\b|\bвыходит\b|\bвыйдет\b|\bполучается\b"
    r"|\bскидк\w*|₽"
)
_PRICE_NEAR = re.compile(r"\b(?:руб|тысяч|миллион|стоит|стоят|выходит|выйдет|скидк|процент|%|₽)")
_ALREADY = re.compile(
    r"\bзаказывал\w*|\bкупил\w*|\bпокупал\w*|\bбрали\b|\bпоставили\b|\bставили\b|\bотгрузка\b"
    r"|\bбрак\w*|\bв прошлый раз\b|\bсосед\w*|\bу них\b|\bпрочитал\w*|\bперепутал\w*|\bпоказалось\b"
)


@dataclass
class _Choice:
    """An article, or several that only a range tells apart, while the call goes on."""

    entry: Entry
    rivals: tuple[Entry, ...] = ()
    weight: float = 0.0
    first_turn: int = 0
    last_turn: int = 0
    by_sound: bool = False
    qty: int | None = None
    qty_sure: bool = False
    counts: set[int] = field(default_factory=set)
    is_refused: bool = False
    quotes: list[Evidence] = field(default_factory=list)


@dataclass
class _Talk:
    """What is being talked about right now, with what was said of each kind of thing before."""

    contexts: dict[frozenset[str], list[Part]] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()
    focus: list[_Choice] = field(default_factory=list)
    pending: dict[frozenset[str], _Choice] = field(default_factory=dict)

    def context_of(self, heads: frozenset[str]) -> tuple[frozenset[str], list[Part]]:
        """What was said before of a thing; of what is in focus where no kind is named."""
        if not heads:
            return self.heads, self.contexts.get(self.heads, [])
        known = next((key for key in self.contexts if key & heads), heads)
        return known, self.contexts.get(known, [])


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
        money = [m.mark for m in reading.candidates.money if m.turn.index == turn.index and m.mark.has_currency]
        numbers = [
            n.mark for n in _free_numbers(reading, turn) if not any(m.start <= n.mark.start < m.end for m in money)
        ]
        parts = catalogue.parts_of(turn.text, numbers)
        for sentence in turn.sentences:
            own = [p for p in parts if sentence.start <= p.start < sentence.end]
            if turn.is_manager and _PRICE_TALK.search(sentence.folded):
                own = _without_prices(own)
            _read_sentence(reading, catalogue, turn, sentence, own, choices, talk)
    _resolve_ranges(choices)
    settled = _settled(choices)
    _count_services(reading, settled)
    return tuple(_finished(reading, choice) for choice in settled)


def _free_numbers(reading: Reading, turn: Turn) -> list[Found[Number]]:
    """Numbers of a turn that belong to no day, no time and no phone."""
    taken = [(m.mark.start, m.mark.end) for m in reading.candidates.moments if m.turn is turn]
    taken += [(m.mark.start, m.mark.end) for m in reading.candidates.times if m.turn is turn]
    taken += [(m.mark.start, m.mark.end) for m in reading.candidates.phones if m.turn is turn]
    return [
        n
        for n in reading.candidates.numbers
        if n.turn is turn and not any(start <= n.mark.start < end for start, end in taken)
    ]


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
    choices: dict[str, _Choice],
    talk: _Talk,
) -> None:
    if proof.is_hypothetical(sentence) or proof.is_answer_to_hypothetical(reading.conversation, turn):
        return
    named: list[_Choice] = []
    for group in _groups(catalogue, parts):
        choice = _named_choice(catalogue, group, choices, talk, turn)
        if choice is None:
            continue
        _weigh(reading, turn, sentence, group, choice)
        count = _count_in(turn, group, parts, choice)
        if count is not None:
            _set_count(choice, count, by_client=turn.is_client)
        if turn.is_client and proof.corrects(sentence.text):
            _supersede(choice, choices, turn)
        named.append(choice)
    if named:
        talk.focus = named
    _loose_count(reading, turn, sentence, choices, talk)


def _supersede(choice: _Choice, choices: dict[str, _Choice], turn: Turn) -> None:
    """«Ой, нет, двадцать пять восемьдесят»: the variant named just before was a slip; its count goes over."""
    for other in choices.values():
        near = 0 <= turn.index - other.last_turn <= 2
        if other is not choice and near and not choice.is_refused and _are_variants(other.entry, choice.entry):
            other.is_refused = True
            choice.weight = max(choice.weight, other.weight)
            if choice.qty is None:
                choice.qty, choice.qty_sure = other.qty, other.qty_sure


def _named_choice(
    catalogue: Catalogue, group: list[Part], choices: dict[str, _Choice], talk: _Talk, turn: Turn
) -> _Choice | None:
    words = [p for p in group if not p.is_number]
    heads = frozenset(p.text for p in words if p.text in catalogue.heads)
    if not words and not _names_model(catalogue, group, talk, turn):
        return None
    key, context = talk.context_of(heads)
    found = matches(catalogue, group, context)
    strength = sum(catalogue.weight(p.text) for p in words)
    strength += sum(catalogue.weight(f"#{p.text}") for p in group if p.is_number and not p.is_count)
    if not found or strength < 1.0:
        return None
    talk.heads = key if heads else (key or frozenset(found[0].entry.head))
    talk.contexts[talk.heads] = _merged(context, group)
    best = found[0]
    top = [m for m in found if m.support >= best.support - 0.1]
    if best.by_number:
        # A number told them apart from the rest; of what is left the plainest name is meant.
        top = [m for m in top if m.score >= best.score - 0.1]
    if len(top) > 1 and not _differ_by_range([m.entry for m in top]):
        # Not told apart: the one already in the talk is meant, else nobody can say.
        kept = [m for m in top if m.entry.item.sku in choices and not choices[m.entry.item.sku].is_refused]
        if len(kept) > 1:
            latest = max(choices[m.entry.item.sku].last_turn for m in kept)
            kept = [m for m in kept if choices[m.entry.item.sku].last_turn == latest]
        if len(kept) != 1:
            return talk.pending.setdefault(talk.heads, _Choice(best.entry, first_turn=turn.index))
        top = kept
    entry = top[0].entry
    choice = choices.get(entry.item.sku)
    if choice is None:
        # What was said of the thing before it was clear which one is meant counts for it.
        choice = talk.pending.pop(talk.heads, None) or _Choice(entry, first_turn=turn.index)
        choice.entry = entry
        choices[entry.item.sku] = choice
    if len(top) > 1:
        choice.rivals = tuple(m.entry for m in top)
    choice.last_turn = turn.index
    choice.by_sound = choice.by_sound or top[0].by_sound
    return choice


def _differ_by_range(entries: Sequence[Entry]) -> bool:
    return all(e.ranges for e in entries) and len({e.words for e in entries}) == 1


def _groups(catalogue: Catalogue, parts: Sequence[Part]) -> list[list[Part]]:
    """Parts of a sentence split where another thing begins."""
    groups: list[list[Part]] = []
    current: list[Part] = []
    for part in parts:
        if current and _begins_another(catalogue, current, part):
            # A count in front of the new thing belongs to it: «два насоса и три котла».
            last = current[-1]
            carried = [current.pop()] if last.is_number and part.start - last.end <= 2 and len(current) > 1 else []
            groups.append(current)
            current = carried
        current.append(part)
    if current:
        groups.append(current)
    return [group for group in groups if group]


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
    return not any(part.text in e.head and heads <= (e.words | e.aside) for e in catalogue.entries)


def _names_model(catalogue: Catalogue, group: Sequence[Part], talk: _Talk, turn: Turn) -> bool:
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


def _weigh(reading: Reading, turn: Turn, sentence: Sentence, group: Sequence[Part], choice: _Choice) -> None:
    start, end = group[0].start, group[-1].end
    clause = _clause_around(sentence, start, end)
    quote = reading.conversation.evidence(turn.index, start, end)
    if turn.is_client:
        if _ALREADY.search(sentence.folded) and not _TAKES.search(clause):
            return
        if _REFUSES.search(clause) or _REFUSED_NEXT.search(sentence.after(end)):
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
        choice.weight += 0.7
    choice.quotes.append(quote)


def _clause_around(sentence: Sentence, start: int, end: int) -> str:
    first, last = sentence.clause_at(start), sentence.clause_at(max(end - 1, start))
    return first if first == last else first + " " + last


def _counts_well(choice: _Choice) -> bool:
    """Goods are counted as said; a project, a module or a visit is one unless its own unit is counted."""
    unit = fold(choice.entry.item.unit)
    return bool(re.match(r"шт|рул|кг|м\b|м2|м²|т\b|л\b|уп|пач|кор|бух|компл|лист|меш|пар|наб|бут|погон|п\.м", unit))


def _count_in(turn: Turn, group: Sequence[Part], parts: Sequence[Part], choice: _Choice) -> int | None:
    """The count beside a named article: «два ТД сто двадцать», «сто двадцатые, две штуки»."""
    if not _counts_well(choice):
        return None
    names = [p for p in group if not p.is_number or not p.is_count]
    start, end = names[0].start, names[-1].end
    best: int | None = None
    for part in parts:
        if not part.is_number or "." in part.text or part.unit or part.size:
            continue
        after = turn.folded[part.end : part.end + 16].strip()
        if _PRICE_NEAR.match(after):
            continue
        unit = (re.findall(r"^[а-я]+", after) or [""])[0]
        own_unit = bool(unit) and _is_own_unit(unit, choice)
        if (part.is_count and (_COUNT_UNITS.match(after) or own_unit) and -60 < part.start - end < 60) or (
            best is None and 0 < start - part.end <= 2 and part not in names and float(part.text) < 10000
        ):
            best = int(part.text)
    if best is None and len(names) > 1 and names[0].is_number and not names[1].is_number and not names[0].unit:
        best = int(float(names[0].text)) if float(names[0].text) < 1000 and names[1].start - names[0].end <= 2 else None
    return best


def _set_count(choice: _Choice, count: int, *, by_client: bool) -> None:
    """The client's count stands against the manager's; the same count from both is sure."""
    choice.counts.add(count)
    if choice.qty == count:
        choice.qty_sure = choice.qty_sure or by_client
    elif by_client or not choice.qty_sure:
        choice.qty, choice.qty_sure = count, by_client


def _stands_behind(turn: Turn, part: Part, end: int) -> bool:
    """«двести эм, два.»: a bare number right behind the name, with nothing behind it."""
    return 0 < part.start - end <= 2 and bool(re.match(r"\s*(?:[.,!?…]|$)", turn.folded[part.end :]))


def _is_own_unit(word: str, choice: _Choice) -> bool:
    unit = re.split(r"[./\s]", fold(choice.entry.item.unit))[0]
    return word[:4] == unit[:4] or word[:3] == unit[:3] or any(same_stem(stem(word), w) for w in choice.entry.words)


def _loose_count(reading: Reading, turn: Turn, sentence: Sentence, choices: dict[str, _Choice], talk: _Talk) -> None:
    """A count said about what is being talked of: an answer to «сколько?», «пятьсот рулонов», «нет, сто десять»."""
    targets = [c for c in talk.focus if _counts_well(c)]
    everything = [c for c in (*choices.values(), *talk.pending.values()) if _counts_well(c) and not c.is_refused]
    targets = targets or [c for c in everything if turn.index - c.last_turn <= 4][-1:]
    if not targets or (sentence.is_question and turn.is_client):
        return
    question = reading.conversation.question_before(turn.index)
    asked = bool(_ASKS_COUNT.search(question)) and not _ASKS_MONEY.search(question)
    asked = asked and _asks_about(question, targets)
    counted_here, place = False, sentence.start
    for number in _free_numbers(reading, turn):
        if not sentence.start <= number.mark.start < sentence.end:
            continue
        if number.mark.is_ordinal or _is_money(reading, number) or number.mark.certainty is Certainty.RANGE:
            continue
        unit = fold(number.mark.unit)
        if re.search(r"\bмало\b|\bмного\b|\bне хватит\b|\bобраз(?:ец|цы|ца|чик)|\bна пробу\b|\bштучк", number.clause):
            continue
        own = [c for c in targets if unit and _is_own_unit(unit, c)]
        counted = bool(own) or bool(_PIECES.match(unit))
        target = own[0] if own else targets[-1]
        count = int(number.mark.value)
        instead = _said_instead(turn, number)
        if instead is not None and instead.mark.value != number.mark.value:
            continue
        alone = turn.is_client and not unit and len(sentence.text.split()) <= 2
        repeated = turn.is_client and not unit and _said_just_before(reading, turn, number)
        if repeated:
            target = next((c for c in reversed(everything) if count in c.counts), target)
        follows = instead is not None or alone
        if not counted and not (turn.is_client and not unit and (asked or repeated or follows)):
            continue
        if counted_here and not proof.corrects(turn.text[place : number.mark.start]):
            # «семьдесят две штуки, две коробки»: the first is the count, the second says it again in packs.
            continue
        counted_here, place = True, number.mark.end
        _set_count(target, count, by_client=turn.is_client)
        target.weight += 1.0 if turn.is_client and asked else 0.0
        target.quotes.append(reading.candidates.evidence(number))


def _asks_about(question: str, targets: Sequence[_Choice]) -> bool:
    """«Сколько рулонов?» asks about rolls, «сколько участников?» about nothing that is sold."""
    from app.spoken.morphology import is_noun

    match = re.search(r"\bсколько\s+([а-я]{4,})", question)
    if match is None or not is_noun(match.group(1)) or _PIECES.match(match.group(1)):
        return True
    return any(_is_own_unit(match.group(1), choice) for choice in targets)


def _said_instead(turn: Turn, number: Found[Number]) -> Found[Number] | None:
    """The second number of «не четыре, а шесть», asked for either of the two."""
    match = re.search(r"\bне ([^,.;!?]{2,25}?),? а ([^,.;!?]{2,25})", turn.folded)
    if match is None:
        return None
    if match.start(2) <= number.mark.start < match.end(2):
        return number
    if match.start(1) <= number.mark.start < match.end(1):
        return replace(number, mark=replace(number.mark, value=Decimal(-1)))
    return None


def _said_just_before(reading: Reading, turn: Turn, number: Found[Number]) -> bool:
    """The manager named the same count in the turn before: «тогда тысяча восемьдесят?» — «давайте»."""
    before = reading.conversation.previous(turn.index)
    if before is None or not before.is_manager or number.mark.value < 2:
        return False
    return any(n.turn is before and n.mark.value == number.mark.value for n in reading.candidates.numbers)


def _is_money(reading: Reading, number: Found[Number]) -> bool:
    return any(
        m.turn.index == number.turn.index and m.mark.has_currency and m.mark.start <= number.mark.start < m.mark.end
        for m in reading.candidates.money
    )


def _resolve_ranges(choices: dict[str, _Choice]) -> None:
    """«Монтаж» means the one whose range holds the thing it is for: 61–120 кВт for a boiler of 120."""
    goods = [c for c in _settled(choices) if not c.rivals]
    for sku, choice in list(choices.items()):
        if not choice.rivals:
            continue
        for entry in choice.rivals:
            low, high, unit = entry.ranges[0]
            values = [float(v) for c in goods for v, u in c.entry.measures if u == unit]
            if values and all(low <= value <= high for value in values):
                choice.entry = entry
                break
        else:
            del choices[sku]


def _count_services(reading: Reading, alive: Sequence[_Choice]) -> None:
    """Counts of what is counted by another thing: licences by users, mounting by boilers."""
    for choice in alive:
        if _counts_well(choice):
            continue
        word = re.split(r"[./\s]", fold(choice.entry.item.unit))[0]
        if word in _ONCE or len(word) < 4:
            continue
        counted = [
            c
            for c in alive
            if c is not choice and _counts_well(c) and any(_begins_alike(word, h) for h in c.entry.head)
        ]
        if counted:
            choice.qty = sum(c.qty or 1 for c in counted)
            choice.qty_sure = all(c.qty_sure for c in counted)
            continue
        said = _counted_by(reading, word, choice.entry)
        if said is not None:
            choice.qty, choice.qty_sure = said, True


def _begins_alike(left: str, right: str) -> bool:
    return same_stem(stem(left), right) or (len(left) <= 5 and left[:3] == right[:3])


def _counted_by(reading: Reading, unit: str, entry: Entry) -> int | None:
    """How many of a unit («польз.», «устр.») the call names, corrections included."""
    names = [unit] if not unit.startswith("польз") else ["пользователей", "человек", "людей", "сотрудников"]
    names += [w for w in re.findall(r"[а-я]{5,}", fold(entry.item.name)) if root(w) not in entry.head]
    if unit.startswith("польз") and entry.names:
        names = ["пользователей"]
    definition = FieldDefinition("qty", names[0], FieldType.INT, " ".join(names))
    wide = FieldDefinition("qty", " ".join(names), FieldType.INT, "")
    for asked in (definition, wide):
        value = int_field(reading, asked)
        if isinstance(value.norm, int):
            return value.norm
    return None


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
    if qty is None and not _counts_well(choice) and not unit.startswith("польз"):
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
