"""Lists: which option of an enumeration the client's words mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.i18n import _
from app.deals.model import FieldDefinition, FieldOption
from app.draft import proof
from app.draft.conversation import Sentence, Turn, fold
from app.draft.model import Evidence, FieldValue, LineItem, Misheard
from app.draft.reading import Reading, empty, proposed
from app.draft.sound import is_respelled
from app.draft.stems import content_stems, same_stem, stem, stems_of
from app.spoken.sound import likeness, to_cyrillic

_LETTER_NAMES = {
    "а": "а", "б": "бэ", "в": "вэ", "г": "гэ", "д": "дэ", "е": "е", "ж": "жэ", "з": "зэ", "и": "и", "к": "ка",
    "л": "эль", "м": "эм",
    "н": "эн", "о": "о", "п": "пэ", "р": "эр", "с": "эс", "т": "тэ", "у": "у", "ф": "эф", "х": "ха", "ц": "цэ",
    "ч": "че", "ш": "ша",
    "э": "э", "ю": "ю", "я": "я",
}  # fmt: skip
_DIGIT_NAMES = {
    "1": "один",
    "2": "два",
    "3": "три",
    "4": "четыре",
    "5": "пять",
    "6": "шесть",
    "7": "семь",
    "8": "восемь",
    "9": "девять",
    "0": "ноль",
}
_PRESENT_STATE = re.compile(
    r"\bсейчас (?:у нас|стоит|работа|на|сто|топим|веде|польз)|\bстар(?:ый|ая|ое|ые"
    r"|ого|ой)\b|\bраньше\b|\bбыл[аои]?\b|\bстоит\b.{0,12}\bстар|\bпробовал\w*"
)


# «Сред» of «среда» is not «средство», though the one begins the other.
_SHORT, _SHORT_ENDING = 4, 2
_OF_A_PERIOD = re.compile(r"\b(?:годов|ежегодн|месячн|недельн|дневн|суточн|часов)(?:ой|ая|ое|ые|ый|ого)\b")
_STRUCK = re.compile(r"\bвычерк\w+|\bисключ\w+|\bвыкин\w+|\bотмен\w+|\bк лешему\b")
_LEFT_ALONE = re.compile(r"\bтрогать не\b|\bне трога\w+|\bни к чему\b|\bбез надобности\b|\bне сватай\w*")
_LATER = re.compile(
    r"\bне сейчас\b|\bкак-нибудь потом\b|\bпотом как-нибудь\b|\bв следующ\w+ (?:раз|год)\w*"
    r"|\bпока не (?:надо|нуж\w+|счита\w+)"
)


@dataclass(frozen=True, slots=True)
class _Tally:
    """What the call says of a list, by option id; `spoken` counts words alone, `scores` the lines of goods too."""

    scores: dict[str, float]
    spoken: dict[str, float]
    refused: frozenset[str]
    proofs: dict[str, list[Evidence]]


@dataclass(frozen=True, slots=True)
class _Mention:
    option: FieldOption
    turn: Turn
    sentence: Sentence
    weight: float
    is_refused: bool
    heard: str = ""
    """The words as heard, where the option was only matched by their sound."""


def option_words(option: FieldOption) -> list[list[str]]:
    """Ways to say an option: each a list of stems that must all be heard; one per part of its label."""
    ways = []
    for part in re.split(r"[,/;()]| или | и ", option.label):
        found = [
            stem(word)
            for word in re.findall(r"[0-9a-zа-яё]+", fold(part))
            if len(word) > 2 or word.isdigit() or not word.isalpha()
        ]
        found = [s for s in found if s not in {"раз", "для", "или", "друг", "проч", "ин"}]
        # «Годовое ТО» is not every year that is spoken of; «раз в месяц» is said so.
        if found and not (len(found) == 1 and _OF_A_PERIOD.search(fold(part))):
            ways.append(found)
    return ways


def _ways(option: FieldOption, definition: FieldDefinition) -> list[list[str]]:
    """Ways to say an option, the first word alone where it is long and no other option has it."""
    ways = option_words(option)
    others = [s for o in definition.options if o is not option for way in option_words(o) for s in way]
    short = [
        [way[0]] for way in ways if len(way) > 1 and len(way[0]) >= 5 and not any(_related(way[0], s) for s in others)
    ]
    own = [s for way in ways if len(way) > 1 for s in way[1:] if len(s) >= 5 and not _is_wide(s)]
    nouns = [[s] for s in own if not any(_related(s, other) for other in others)]
    return [*ways, *short, *nouns]


def _is_wide(stem_of_word: str) -> bool:
    """A word of labels that says nothing alone: «система», «работы», «услуги»."""
    return stem_of_word.startswith(
        ("систем", "работ", "услуг", "издел", "оборудован", "товар", "продукц", "процедурн", "медицинск")
    )


def spoken_forms(label: str) -> list[str]:
    """How a short code or a Latin name sounds: "1С" -> «один эс», "Ozon" -> «озон», "ЭДО" -> «э дэ о»."""
    forms = []
    plain = fold(label)
    if re.fullmatch(r"[0-9а-я]{2,4}", plain) and (re.search(r"\d", plain) or label.isupper()):
        forms.append(" ".join(_DIGIT_NAMES.get(c) or _LETTER_NAMES.get(c, c) for c in plain))
    if re.search(r"[a-z]", plain):
        forms.append(to_cyrillic(label))
    return forms


def _says(way: list[str], heard: list[str]) -> bool:
    return all(any(_related(part, word) for word in heard) for part in way)


_BESIDE_PREFIX = re.compile(r"(?:пере|пред|под|при|про|раз|рас|без|бес|вы|на|об|от|по|со|за|до|не|у)")


def _related(part: str, word: str) -> bool:
    if "раз" in {part, word}:
        # «Ещё раз такое…» names no option «Разово».
        return part == word
    if same_stem(part, word) and not (part != word and min(len(part), len(word)) <= _SHORT and len(part) != len(word)):
        return True
    if same_stem(part, word) and abs(len(part) - len(word)) <= _SHORT_ENDING:
        return True
    if len(word) >= 5 and word in part and not _BESIDE_PREFIX.fullmatch(part[: part.index(word)]):
        # «квартир» within «многоквартирный», «короб» within «гофрокороб»; but not «говор» within «переговорная».
        return True
    if min(len(part), len(word)) == 3 and re.fullmatch(
        rf"{min(part, word, key=len)}(?:ов|ев|н|ян|ск)", max(part, word, key=len)
    ):
        return True
    common = 0
    for left, right in zip(part, word, strict=False):
        if left != right:
            break
        common += 1
    return common >= 5 and common >= 0.55 * max(len(part), len(word))


def is_named(options: Sequence[FieldOption], text: str) -> bool:
    """Whether the words of a text name one of the options."""
    heard = stems_of(text)
    return any(_says(way, heard) for option in options for way in option_words(option))


def mentions(reading: Reading, definition: FieldDefinition) -> list[_Mention]:
    """Every place where an option is named, with its weight and whether it was refused there."""
    result: list[_Mention] = []
    ways = {option.id: _ways(option, definition) for option in definition.options}
    forms = {
        option.id: [f for part in re.split(r"[,/;()]", option.label) for f in spoken_forms(part.strip())]
        for option in definition.options
    }
    for turn, sentence in reading.conversation.sentences():
        if proof.is_hypothetical(sentence) or proof.is_about_others(sentence):
            continue
        heard = stems_of(sentence.text)
        words = re.findall(r"[0-9a-zа-я]+", sentence.folded)
        for option in definition.options:
            is_said = any(_says(way, heard) for way in ways[option.id])
            sounding = "" if is_said else _sounding(forms[option.id], words)
            if not (is_said or sounding):
                continue
            mention = _mention(reading, option, turn, sentence, ways[option.id])
            if sounding:
                # Matched by sound alone: never enough for a proof.
                mention = replace(mention, weight=min(mention.weight, 1.6), heard=sounding)
            result.append(mention)
    return result


def _sounding(forms: list[str], words: list[str]) -> str:
    """The words that sound like one of the forms; empty where none do."""
    for form in forms:
        count = len(form.split())
        for first in range(len(words)):
            for length in {1, count}:
                window = " ".join(words[first : first + length])
                if len(window) >= 3 and likeness(window, form) >= (0.78 if len(form) > 5 else 0.85):
                    return window
    return ""


def _mention(reading: Reading, option: FieldOption, turn: Turn, sentence: Sentence, ways: list[list[str]]) -> _Mention:
    pieces = re.split(r"[,;—–]|\bа вот\b|\bно\b|\bзато\b", sentence.folded)
    mine = [piece for piece in pieces if any(_says(way, stems_of(piece)) for way in ways)]
    clause = mine[-1] if mine else sentence.folded
    refused = proof.is_negated(clause)
    if not refused and mine:
        place = pieces.index(clause)
        following = pieces[place + 1] if place + 1 < len(pieces) else ""
        refused = bool(re.match(r"\s*(?:его|ее|их|это)? ?не (?:надо|нуж|буд|бер)", following)) or any(
            re.match(r"\s*(?:даже )?не (?:предлаг|заик|сват)\w*", piece) for piece in pieces[place + 1 : place + 3]
        )
        refused = (
            refused
            or bool(_STRUCK.search(clause))
            or any(_LEFT_ALONE.search(piece) for piece in pieces[place : place + 2])
            or any(_LATER.search(piece) for piece in pieces[place : place + 4])
            or _turned_down(reading, turn, sentence, pieces[: place + 1], ways)
        )
    if (
        not refused
        and re.match(r"^\W*(?:нет|не)\b", sentence.folded)
        and len(pieces) <= 2
        and "только" not in sentence.folded
    ):
        refused = proof.is_negated(sentence.folded)
    weight = 1.0
    if turn.is_manager and reading.conversation.place(turn.index) <= 1:
        # Who calls says what their company trades in; nobody has chosen anything yet.
        weight = 0.2
    elif turn.is_manager:
        answer = reading.conversation.next(turn.index)
        weight = 0.9 if answer is not None and answer.is_client and proof.agrees(answer.text) else 0.3
        if answer is not None and answer.is_client and proof.refuses(answer.text) and sentence.is_question:
            refused = True
    else:
        weight = 2.0
        if sentence.is_question:
            weight = 0.9
        if _PRESENT_STATE.search(clause):
            weight = 0.6
        elif re.search(r"\bсво(?:я|й|е|и)\b", clause):
            # «Прачечная своя»: what one has is not always what one is or wants.
            weight = 1.4
        if re.search(
            r"\bтолько\b|\bнуж|\bнадо\b|\bдавайте\b|\bбудет\b|\bхот(?:им|ел\w*)\b|\bхочу\b|\bбер[её]м\b|\bобязательно\b",
            clause,
        ):
            weight += 0.6
    return _Mention(option, turn, sentence, weight, refused)


def _turned_down(reading: Reading, turn: Turn, sentence: Sentence, pieces: list[str], ways: list[list[str]]) -> bool:
    """«А окна?» — «Нет, окна другие ставят»: a no to a question about this very option, said with its name."""
    if turn.is_manager or sentence.is_question or len(pieces) > 2 or not proof.refuses(sentence.text):
        return False
    asked = stems_of(reading.conversation.question_before(turn.index))
    return any(_says(way, asked) for way in ways)


def enum_field(reading: Reading, definition: FieldDefinition, items: tuple[LineItem, ...]) -> FieldValue:
    """The option that the client's words mean; the model's choice is only offered for review."""
    tally = _tally(reading, definition, items)
    alive = {key: score for key, score in tally.scores.items() if key not in tally.refused and score >= 1.0}
    chosen = reading.pointers.options.get(definition.key, ())
    if not alive:
        return _pointed(reading, definition, tally.refused)
    ranked = sorted(alive.items(), key=lambda pair: -pair[1])
    best, score = ranked[0]
    if len(ranked) > 1 and ranked[1][1] > score - 0.6 and chosen and chosen[0] in (ranked[0][0], ranked[1][0]):
        best, score = chosen[0], alive[chosen[0]]
    # A line of goods helps to choose, but it outweighs nothing that the client has said: it may be wrong itself.
    spoken = tally.spoken.get(best, 0.0)
    rivals = [
        definition.option_label(key)
        for key, other in ranked
        if key != best and (other > score - 1.0 or tally.spoken.get(key, 0.0) > max(spoken - 1.0, 1.0))
    ]
    doubt: str | None = None
    if any(quote.quote == "" for quote in tally.proofs[best]):
        doubt = _("Сверьте.")
    elif rivals:
        doubt = _("Подходят и другие варианты: {names}.").format(names=", ".join(rivals))
    elif score < 2.0 or not _is_named_whole(reading, definition, best):
        doubt = _("Вариант назван не прямо: сверьте.")
    elif chosen and chosen[0] != best:
        doubt = _("Слова подходят к этому варианту, но смысл мог быть другим: сверьте.")
    return proposed(
        definition.key,
        definition.option_label(best),
        tally.proofs[best][:3],
        norm=best,
        doubt=doubt,
        others=rivals,
        misheard=_misheard(reading, definition, [best]),
    )


def _misheard(reading: Reading, definition: FieldDefinition, keys: list[str]) -> list[Misheard]:
    """What was heard in the place of options that nobody named in so many words."""
    found = [mention for mention in mentions(reading, definition) if not mention.is_refused]
    named = {mention.option.id for mention in found if not mention.heard}
    pairs = [
        Misheard(mention.heard, mention.option.label)
        for mention in found
        if mention.option.id in keys
        and mention.option.id not in named
        and is_respelled(mention.heard, mention.option.label)
    ]
    return list(dict.fromkeys(pairs))[:2]


def _is_named_whole(reading: Reading, definition: FieldDefinition, key: str) -> bool:
    """The client said a whole name of the option, and not only a word out of it."""
    option = next(o for o in definition.options if o.id == key)
    ways = option_words(option)
    return any(
        not mention.is_refused
        and mention.turn.is_client
        and any(_says(way, stems_of(mention.sentence.text)) for way in ways)
        for mention in mentions(reading, definition)
        if mention.option.id == key
    )


def multi_field(reading: Reading, definition: FieldDefinition, items: tuple[LineItem, ...]) -> FieldValue:
    """All options that the client wants; refused ones left out."""
    tally = _tally(reading, definition, items)
    ids = [o.id for o in definition.options if o.id not in tally.refused and tally.scores.get(o.id, 0) >= 1.5]
    if not ids:
        return empty(definition.key)
    weak = [definition.option_label(key) for key in ids if tally.scores[key] < 2.0]
    doubt = _("Названо не прямо: {names}.").format(names=", ".join(weak)) if weak else None
    # One missed option makes the whole list wrong, and no quote can show that nothing is missing.
    doubt = doubt or _("Список собран по словам разговора: сверьте, весь ли он.")
    value = ", ".join(definition.option_label(key) for key in ids)
    evidence = [quote for key in ids for quote in tally.proofs[key][:2]]
    return proposed(
        definition.key, value, evidence, norm=list(ids), doubt=doubt, misheard=_misheard(reading, definition, ids)
    )


def _tally(reading: Reading, definition: FieldDefinition, items: tuple[LineItem, ...]) -> _Tally:
    scores: dict[str, float] = {}
    last: dict[str, bool] = {}
    proofs: dict[str, list[Evidence]] = {}
    for mention in mentions(reading, definition):
        key = mention.option.id
        if mention.is_refused:
            last[key] = True
            continue
        if mention.weight >= 0.9:
            last[key] = False
        scores[key] = max(scores.get(key, 0.0) + 0.2, mention.weight)
        quote = reading.conversation.evidence(mention.turn.index, mention.sentence.start, mention.sentence.end)
        proofs.setdefault(key, []).append(quote)
        if mention.weight == max(scores[key], mention.weight):
            proofs[key].sort(key=lambda q, best=quote: q != best)  # type: ignore[misc]
    spoken = dict(scores)
    for option in definition.options:
        for item in items:
            named = stems_of(item.name.split("(")[0])
            if item.evidence and any(_says(way, named) for way in _ways(option, definition)):
                scores[option.id] = max(scores.get(option.id, 0), 0) + 2.0
                last[option.id] = False
                proofs.setdefault(option.id, []).extend(item.evidence[:1])
    return _Tally(scores, spoken, frozenset(key for key, value in last.items() if value), proofs)


def _pointed(reading: Reading, definition: FieldDefinition, refused: frozenset[str]) -> FieldValue:
    chosen = [key for key in reading.pointers.options.get(definition.key, ()) if key not in refused]
    turns = reading.pointers.turns.get(definition.key, ())
    if not chosen or not turns:
        return empty(definition.key)
    evidence = [reading.conversation.evidence(index) for index in turns[:1]]
    doubt = _("Этого слова в разговоре нет, вариант выбран по смыслу: сверьте.")
    return proposed(definition.key, definition.option_label(chosen[0]), evidence, norm=chosen[0], doubt=doubt)


def topic(definition: FieldDefinition) -> frozenset[str]:
    """Words of a list's label and definition."""
    return content_stems(definition.label + " " + definition.definition)
