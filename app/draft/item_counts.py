"""How many of an article: counts beside its name, counts said later, services counted by what they are for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from app.deals.model import FieldDefinition, FieldType
from app.draft import proof
from app.draft.articles import Entry, Part, follows_code, root, unit_of
from app.draft.candidates import Found
from app.draft.catalogue import Catalogue
from app.draft.choices import Choice, Talk
from app.draft.conversation import Sentence, Turn, fold
from app.draft.custom import int_field
from app.draft.model import FieldStatus
from app.draft.reading import Reading
from app.draft.stems import same_stem, stem
from app.spoken.model import Certainty, Number

COUNT_UNITS = re.compile(
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
_FILLED = re.compile(r"\s*,?\s*(?:(?:тоже|пока|еще|пусть|всего|только|будет|нужно|надо|давайте)\s+)+")
_INSTEAD = re.compile(
    r"(?:^|[,.!?…]\s*)(?:ой,? |хотя |или |а )?"
    r"(?:нет|лучше|пусть|хотя|вернее|точнее|вру|так что)\b[^.!?]{0,30}$"
)
NOT_A_COUNT = ("процент", "%", "руб", "тысяч", "дн", "день", "недел", "месяц", "год", "лет", "час", "минут")
_PIECES = re.compile(r"^(?:штук|шт|единиц|экземпляр|комплект|упаков|короб|паллет|рулон)")
_ORDINAL = re.compile(r"(?:ой|ый|ий|ья|ая|ое|ую|ого|его|ому|ые)$")
_OBLIQUE = re.compile(r"(?:умя|ум|емя|ем|ью|сот|ста)$")
_ONE_TIME = re.compile(
    r"^(?:усл|проект|шаблон|выезд|групп|месяц|мес\b|мес$|дн|день|час|год|работ|сеанс|заняти|польз|устр|чел|котел|установка|объект"
    r"|систем|точк|раз\b)"
)
_PLACES = re.compile(r"^(?:мест|точек|объект|проем|проём|комнат|помещен)")
_MOST_COUNTED = 50_000
_ONCE = frozenset({"проект", "услуга", "шаблон", "выезд", "группа", "месяц", "день", "час"})
_PRICE_NEAR = re.compile(r"\b(?:руб|тысяч|миллион|стоит|стоят|выходит|выйдет|скидк|процент|%|₽)")


def free_numbers(reading: Reading, turn: Turn) -> list[Found[Number]]:
    """Numbers of a turn that belong to no day, no time and no phone."""
    taken = [(m.mark.start, m.mark.end) for m in reading.candidates.moments if m.turn is turn]
    taken += [(m.mark.start, m.mark.end) for m in reading.candidates.times if m.turn is turn]
    taken += [(m.mark.start, m.mark.end) for m in reading.candidates.phones if m.turn is turn]
    return [
        n
        for n in reading.candidates.numbers
        if n.turn is turn and not any(start <= n.mark.start < end for start, end in taken)
    ]


def plain_numbers(reading: Reading, turn: Turn) -> list[Found[Number]]:
    """Free numbers of a turn that are no sum of money either."""
    return [number for number in free_numbers(reading, turn) if not _is_money(reading, number)]


# «C32-84 штуки»: a number grown together with a letter or with another number names a thing, and counts none.
_GROWN_BEFORE, _GROWN_BEHIND = re.compile(r"[a-zа-я]-?$"), re.compile(r"-\d")


def counts_well(choice: Choice) -> bool:
    """Goods are counted as said; a service, a project or a month is one unless its own unit is counted."""
    unit = fold(choice.entry.item.unit)
    return not _ONE_TIME.match(unit)


def count_in(turn: Turn, group: Sequence[Part], choice: Choice, catalogue: Catalogue) -> Part | None:
    """The count beside a named article: «два ТД сто двадцать», «сто двадцатые, две штуки»."""
    if not counts_well(choice):
        return None
    names = [p for p in group if not p.is_number or not p.is_count]
    if not names:
        return None
    start, end = names[0].start, names[-1].end
    called = {number.start for _letters, number in catalogue.designations(group)}
    best: Part | None = None
    for part in group:
        if not part.is_number or "." in part.text or part.unit or part.size or part.start in called:
            continue
        if _GROWN_BEFORE.search(turn.folded[: part.start]) or _GROWN_BEHIND.match(turn.folded[part.end :]):
            continue
        after = turn.folded[part.end : part.end + 16].strip()
        if _PRICE_NEAR.match(after) or _is_price(part, choice) or _ORDINAL.search(turn.folded[part.start : part.end]):
            continue
        if part.text in choice.entry.model and re.search(r"\b(?:на|с)\s+$", turn.folded[: part.start]):
            # «Шлюз на четыре линии»: how it is called, and not how many.
            continue
        unit = (re.findall(r"^[а-я]+", after) or [""])[0]
        own_unit = bool(unit) and is_own_unit(unit, choice)
        if (((part.is_count and COUNT_UNITS.match(after)) or own_unit) and -60 < part.start - end < 60) or (
            best is None
            and (
                (0 < start - part.end <= 2 and part not in names and float(part.text) < 10000)
                or _stands_behind(turn, part, group, choice, catalogue)
            )
        ):
            best = part
    is_bare = names[0].is_number and not names[0].unit
    is_bare = is_bare and not _ORDINAL.search(turn.folded[names[0].start : names[0].end])
    if best is None and len(names) > 1 and is_bare and not names[1].is_number:
        best = names[0] if float(names[0].text) < 1000 and names[1].start - names[0].end <= 2 else None
    return best


def _is_price(part: Part, choice: Choice) -> bool:
    """«Спикерфон, двадцать одна тысяча»: what it costs; as «миллион сто» is no count of burners."""
    price = float(choice.entry.item.price)
    if float(part.text) >= _MOST_COUNTED and float(part.text) > price:
        return True
    return price > 0 and float(part.text) in (price, price / 1000) and float(part.text) >= 10


def _stands_behind(turn: Turn, part: Part, group: Sequence[Part], choice: Choice, catalogue: Catalogue) -> bool:
    """«…пятьдесят, один», «зелёных пока пять»: a bare number behind the name, which no variant is called by."""
    before = [p for p in group if p.end <= part.start]
    if not before or not re.match(r"\s*(?:[.,!?…]|$)", turn.folded[part.end :]):
        return False
    between = turn.folded[before[-1].end : part.start]
    name = turn.folded[before[-1].start : before[-1].end]
    counted = not before[-1].is_number and (_FILLED.fullmatch(between) or (not between.strip() and _is_plural(name)))
    # «Кружка белая с логотипом, шестьсот»: what is said of the thing may stand between.
    if not counted and not re.fullmatch(r"(?:\s[^,.;:!?—–\d]{0,25})?\s*[,—–-]\s*", between):
        return False
    having = catalogue.entries_with([f"#{part.text}"])
    return not any(entry.head & choice.entry.head for entry in having if part.text in entry.numbers)


def _is_plural(word: str) -> bool:
    """«Масляных десять»: the genitive plural in front of a number is what it counts."""
    from app.spoken.morphology import parses

    return any(str(r.tag.case) == "gent" and str(r.tag.number) == "plur" for r in parses(word)[:2])


def set_count(choice: Choice, count: int, turn: Turn, *, by_client: bool, anew: bool = False) -> None:
    """The client's count stands against the manager's; the same count from both is sure.

    Args:
        choice: The article.
        count: What was said.
        turn: Where.
        by_client: The client's own count, or the client's said again by the manager.
        anew: Put in the place of the count before, in words that leave it open what is counted.
    """
    choice.counts.add(count)
    if choice.qty == count:
        choice.qty_sure = choice.qty_sure or by_client
    elif by_client or anew or not choice.qty_sure:
        choice.qty, choice.qty_sure = count, by_client
    else:
        return
    choice.counted_in = turn.index


def said_by_client_before(reading: Reading, turn: Turn, count: int) -> bool:
    """The manager says the client's number again."""
    before = reading.conversation.previous(turn.index)
    if not turn.is_manager or before is None or not before.is_client:
        return False
    return any(n.turn is before and n.mark.value == count for n in reading.candidates.numbers)


def is_own_unit(word: str, choice: Choice) -> bool:
    """Whether a word is the unit an article is sold by, or a word of its name."""
    unit = re.split(r"[./\s]", fold(choice.entry.item.unit))[0]
    if unit_of(word) and unit_of(word) == unit_of(unit):
        return True
    return word[:4] == unit[:4] or word[:3] == unit[:3] or any(same_stem(stem(word), w) for w in choice.entry.words)


def loose_count(  # noqa: PLR0917
    reading: Reading,
    turn: Turn,
    sentence: Sentence,
    choices: dict[str, Choice],
    talk: Talk,
    taken: frozenset[int] = frozenset(),
) -> None:
    """A count said about what is being talked of: an answer to «сколько?», «пятьсот рулонов», «нет, сто десять»."""
    targets = [c for c in talk.focus if counts_well(c)]
    everything = [c for c in (*choices.values(), *talk.pending.values()) if counts_well(c) and not c.is_refused]
    targets = targets or [c for c in everything if turn.index - c.last_turn <= 4][-1:]
    if not targets or (sentence.is_question and turn.is_client):
        return
    if proof.is_past(sentence) or re.search(r"\bесли\b", sentence.folded):
        return
    question = reading.conversation.question_before(turn.index)
    asked = bool(_ASKS_COUNT.search(question)) and not _ASKS_MONEY.search(question)
    asked = asked and _asks_about(question, targets)
    counted_here, place = False, sentence.start
    for number in free_numbers(reading, turn):
        if not sentence.start <= number.mark.start < sentence.end or number.mark.start in taken:
            continue
        if not _may_count(reading, number, everything):
            continue
        unit = fold(number.mark.unit)
        if re.search(r"\bмало\w*|\bмного\b|\bне хватит\b|\bобраз(?:ец|цы|ца|чик)|\bна пробу\b|\bштучк", number.clause):
            continue
        own = [c for c in targets if unit and is_own_unit(unit, c)]
        if own and any(f"{number.mark.value:f}" in c.entry.numbers for c in own) and not _PIECES.match(unit):
            # «На четыре линии»: how the thing is called.
            continue
        counted = bool(own) or bool(_PIECES.match(unit))
        target = own[0] if own else targets[-1]
        count = int(number.mark.value)
        instead = _said_instead(turn, number)
        if instead is not None and instead.mark.value != number.mark.value:
            continue
        alone = turn.is_client and not unit and len(sentence.text.split()) <= 2
        alone = alone and _names_count(reading, turn, targets)
        alone = alone and not _OBLIQUE.search(number.text.lower())
        repeated = turn.is_client and not unit and _said_just_before(reading, turn, number)
        echoed = (
            not unit
            and _is_echo(reading, turn, sentence, number)
            and _asks_about(_asked_before(reading, turn), targets)
        )
        if repeated:
            target = next((c for c in reversed(everything) if count in c.counts), target)
        recent = target.qty is not None and 0 <= turn.index - target.counted_in <= 2
        anew = turn.is_client and not unit and recent and bool(_INSTEAD.search(turn.folded[: number.mark.start]))
        follows = instead is not None or alone or anew
        if not counted and not echoed and not (turn.is_client and not unit and (asked or repeated or follows)):
            continue
        if not unit and not _is_affordable(reading, target, count):
            continue
        if counted_here and not proof.corrects(turn.text[place : number.mark.start]):
            # «семьдесят две штуки, две коробки»: the first is the count, the second says it again in packs.
            continue
        counted_here, place = True, number.mark.end
        # A bare number said anew is sure only once the other side says it again.
        sure = (turn.is_client and not anew) or said_by_client_before(reading, turn, count)
        set_count(target, count, turn, by_client=sure, anew=anew)
        target.weight += 1.0 if turn.is_client and asked else 0.7 if echoed else 0.0
        target.quotes.append(reading.candidates.evidence(number))


def _may_count(reading: Reading, number: Found[Number], named: Sequence[Choice]) -> bool:
    """No ordinal, no sum, no range, and no number of a designation: «ПК шесть»."""
    if number.mark.is_ordinal or _is_money(reading, number) or number.mark.certainty is Certainty.RANGE:
        return False
    return not any(follows_code(number.turn.folded, number.mark.start, choice.entry.codes) for choice in named)


def _names_count(reading: Reading, turn: Turn, targets: Sequence[Choice]) -> bool:
    """The other side asked how many, or named a count itself."""
    before = reading.conversation.previous(turn.index)
    if before is None or before.is_manager == turn.is_manager:
        return any(c.qty is not None for c in targets)
    if _ASKS_COUNT.search(before.folded):
        return _asks_about(before.folded, targets)
    return any(c.qty is not None for c in targets) or any(
        n.turn is before and not n.mark.is_ordinal and not fold(n.mark.unit).startswith(NOT_A_COUNT)
        for n in reading.candidates.numbers
    )


def _is_echo(reading: Reading, turn: Turn, sentence: Sentence, number: Found[Number]) -> bool:
    """«…семь» — «Семь. По тридцать восемь тысяч»: the manager begins with the client's number."""
    inside = [n for n in reading.candidates.numbers if n.turn is turn and n.mark.start < sentence.end]
    return (
        turn.is_manager
        and number.mark.start == turn.sentences[0].start
        and bool(re.match(r"[.,!?]|$", turn.folded[number.mark.end :].strip()[:1]))
        and number.mark.value >= 2
        and number.mark.value == int(number.mark.value)
        and said_by_client_before(reading, turn, int(number.mark.value))
        and sentence is turn.sentences[0]
        and len(inside) == 1
    )


def _asked_before(reading: Reading, turn: Turn) -> str:
    before = reading.conversation.previous(turn.index)
    return reading.conversation.question_before(before.index) if before is not None else ""


def _is_affordable(reading: Reading, choice: Choice, count: int) -> bool:
    """A bare number that costs far more than any sum of the call is no count."""
    price = float(choice.entry.item.price)
    amounts = [float(m.mark.value) for m in reading.candidates.money] + [
        float(n.mark.value) for n in reading.candidates.numbers
    ]
    most = max(amounts, default=0.0)
    return price <= 0 or most < price or price * count <= 2 * most


def _asks_about(question: str, targets: Sequence[Choice]) -> bool:
    """«Сколько рулонов?» asks about rolls, «сколько участников?» about nothing that is sold."""
    from app.spoken.morphology import is_counted_noun, is_noun

    match = re.search(r"\bсколько\s+([а-я]{4,})", question)
    if match is None:
        before = re.search(r"([^?]*)\bсколько\b", question)
        nouns = [w for w in re.findall(r"[а-я]{4,}", before.group(1) if before else "") if is_counted_noun(w)]
        if nouns and not any(_PIECES.match(w) or _PLACES.match(w) or is_own_unit(w, c) for w in nouns for c in targets):
            return False
    if match is None or not is_noun(match.group(1)) or _PIECES.match(match.group(1)):
        return True
    return any(is_own_unit(match.group(1), choice) for choice in targets)


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
    return any(
        n.turn is before and n.mark.value == number.mark.value and not fold(n.mark.unit).startswith(NOT_A_COUNT)
        for n in reading.candidates.numbers
    )


def _is_money(reading: Reading, number: Found[Number]) -> bool:
    return any(
        m.turn.index == number.turn.index and m.mark.has_currency and m.mark.start <= number.mark.start < m.mark.end
        for m in reading.candidates.money
    )


def is_counted_by_name(reading: Reading, choice: Choice) -> bool:
    """The count stands in one sentence with a word of the name, or answers a question with one; or a sum proves it."""
    return choice.is_summed or any(
        choice.qty in numbers
        and (
            words & (choice.entry.words | choice.entry.names) or _written(numbers - {choice.qty}) & choice.entry.numbers
        )
        for words, numbers in _said(reading, choice)
    )


def _written(numbers: Iterable[float]) -> frozenset[str]:
    return frozenset(f"{number:g}" for number in numbers)


def is_told_apart(reading: Reading, choice: Choice, entries: Sequence[Entry]) -> bool:
    """Something that a similar article has not was said of this one, for each similar article of the price list."""
    heard = _said(reading, choice)
    words = frozenset(word for spoken, _ in heard for word in spoken)
    numbers = _written(number for _, found in heard for number in found)
    own = (choice.entry.words | choice.entry.names | choice.entry.aside) & words
    own |= choice.entry.numbers & numbers
    similar = (e for e in entries if e is not choice.entry and e.item.sku != choice.entry.item.sku)
    return choice.is_summed or all(
        own - (e.words | e.names | e.aside | e.numbers) for e in similar if e.head & choice.entry.head
    )


def _said(reading: Reading, choice: Choice) -> list[tuple[frozenset[str], frozenset[float]]]:
    """The roots and numbers of each sentence quoted for an article, an answer with the words of its question."""
    result = []
    for quote in dict.fromkeys(choice.quotes):
        turn = reading.conversation.turn(quote.segment)
        for sentence in turn.sentences:
            if sentence.text.strip() not in quote.quote and quote.quote not in sentence.text:
                continue
            asked = reading.conversation.question_before(turn.index) if sentence is turn.sentences[0] else ""
            words = frozenset(root(word) for word in re.findall(r"[а-яa-z]{2,}", f"{asked} {sentence.folded}"))
            numbers = frozenset(
                float(n.mark.value)
                for n in reading.candidates.numbers
                if n.turn is turn and sentence.start <= n.mark.start < sentence.end
            )
            result.append((words, numbers))
    return result


def count_singles(alive: Sequence[Choice]) -> None:
    """«Генератор на двести берём»: a thing sold by the piece and named in the singular is one, which nobody said."""
    for choice in alive:
        if choice.qty is None and _BY_PIECE.match(fold(choice.entry.item.unit)) and _is_named_singly(choice):
            choice.qty, choice.qty_sure, choice.is_single = 1, False, True


_BY_PIECE = re.compile(r"^(?:шт|ед|компл|установ|объект|выезд|систем|аппарат|прибор|изделие)")


def _is_named_singly(choice: Choice) -> bool:
    """A word of the name was said in the singular, and none in the plural."""
    from app.spoken.morphology import parses

    numbers = [
        str(parses(word)[0].tag.number)
        for quote in choice.quotes
        for word in re.findall(r"[а-я]{3,}", fold(quote.quote))
        if root(word) in choice.entry.head and str(parses(word)[0].tag.POS) == "NOUN"
    ]
    return "sing" in numbers and "plur" not in numbers


def count_services(reading: Reading, alive: Sequence[Choice]) -> None:
    """Counts of what is counted by another thing: licences by users, mounting by boilers."""
    for choice in alive:
        if choice.qty is None and counts_well(choice):
            choice.qty = _count_of_served(choice, alive)
        if counts_well(choice):
            continue
        word = re.split(r"[./\s]", fold(choice.entry.item.unit))[0]
        if word in _ONCE or len(word) < 4:
            continue
        counted = [
            c for c in alive if c is not choice and counts_well(c) and any(_begins_alike(word, h) for h in c.entry.head)
        ]
        if counted:
            choice.qty = sum(c.qty or 1 for c in counted)
            choice.qty_sure = all(c.qty_sure for c in counted)
            continue
        said = _counted_by(reading, word, choice.entry)
        if said is not None:
            choice.qty, choice.qty_sure = said


def _count_of_served(choice: Choice, alive: Sequence[Choice]) -> int | None:
    """As many mountings as there are things to mount: the goods that the name of the service is made of."""
    rest = choice.entry.words - choice.entry.head
    goods = [c for c in alive if c is not choice and c.qty and c.entry.head and c.entry.head <= rest]
    return sum(c.qty or 0 for c in goods) or None


def _begins_alike(left: str, right: str) -> bool:
    return same_stem(stem(left), right) or (len(left) <= 5 and left[:3] == right[:3])


def _counted_by(reading: Reading, unit: str, entry: Entry) -> tuple[int, bool] | None:
    """How many of a unit («польз.», «устр.») the call names, corrections included, and whether that is proven."""
    names = [unit] if not unit.startswith("польз") else ["пользователей", "человек", "людей", "сотрудников"]
    names += [w for w in re.findall(r"[а-я]{5,}", fold(entry.item.name)) if root(w) not in entry.head]
    if unit.startswith("польз") and entry.names:
        names = ["пользователей"]
    definition = FieldDefinition("qty", names[0], FieldType.INT, " ".join(names))
    wide = FieldDefinition("qty", " ".join(names), FieldType.INT, "")
    for asked in (definition, wide):
        value = int_field(reading, asked)
        if isinstance(value.norm, int):
            return value.norm, value.status is FieldStatus.VERIFIED
    return None
