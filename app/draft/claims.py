"""Promises of the manager held against the knowledge base: «гарантия пять лет», where the base says three."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.draft import proof
from app.draft.candidates import Found
from app.draft.conversation import fold
from app.draft.line_items import catalogue_of
from app.draft.matching import matches
from app.draft.model import Evidence
from app.draft.reading import Reading
from app.draft.stems import content_stems, overlap, stems_of
from app.spoken.model import Number

# Subjects a seller answers for, each with the units in which it is promised.
_SUBJECTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"\bгаранти\w*"), re.compile(r"^(?:год|лет|месяц|мес)")),
    (re.compile(r"\bотсрочк\w*|\bпостоплат\w*"), re.compile(r"^(?:дн|день|дня|недел|месяц|календ|рабоч)")),
    (re.compile(r"\bвозврат\w*|\bверн[уеё]\w*\b.{0,20}\bденьг\w*"), re.compile(r"^(?:дн|день|дня|недел|месяц|календ|рабоч)")),  # noqa: E501
    (re.compile(r"\bзамен\w*"), re.compile(r"^(?:дн|день|дня|недел|календ|рабоч)")),
    (re.compile(r"\bскидк\w*"), re.compile(r"^(?:процент|%)")),
    (re.compile(r"\b(?:внедр\w+|монтаж\w*|обучени\w*)\b"), re.compile(r"^(?:дн|день|дня|недел|месяц|календ|рабоч)")),
)  # fmt: skip
_GIVES = re.compile(
    r"\b(?:сделаем|сделаю|дадим|дам|отдадим|подарим|привезем|установим|поставим|смонтируем|добавим|перенесем|подключим)\b"
)
_PROMISED_FREE = re.compile(r"\bбесплатн\w+|\bза наш сч[её]т\b|\bв подарок\b")
_DENIED = re.compile(
    r"\b(?:нет|не\s+(?:даем|предоставля\w+|делаем|оформля\w+|бывает|возим|доставля\w+)"
    r"|бесплатн\w+ .{0,40}нет|платн\w+)\b"
)


def contradicted(reading: Reading) -> list[tuple[Evidence, str, str]]:
    """Promises that differ from the base.

    Returns:
        The manager's quote, the file, and the sentence of the base.
    """
    found: list[tuple[Evidence, str, str]] = []
    for number in reading.candidates.numbers:
        if not number.turn.is_manager or number.sentence.is_question or proof.is_hypothetical(number.sentence):
            continue
        if proof.is_answer_to_hypothetical(reading.conversation, number.turn):
            continue
        differing = _differs(reading, number)
        if differing is not None:
            found.append((reading.candidates.evidence(number), *differing))
    return list(dict.fromkeys([*found, *_given_away(reading)]))


def _differs(reading: Reading, number: Found[Number]) -> tuple[str, str] | None:
    """Where the base has another number for the same thing."""
    unit = fold(number.mark.unit)
    before = reading.conversation.previous(number.turn.index)
    asked = before.text if before is not None and before.is_client else ""
    for subject, units in _SUBJECTS:
        own = bool(subject.search(number.sentence.folded))
        if not units.search(unit) or not (own or subject.search(fold(asked))):
            continue
        statements = [
            (file, line)
            for file, line in _statements(reading)
            if subject.search(fold(line) + " " + fold(_heading_of(reading, file, line))) and any(_values(line, units))
        ]
        if not statements:
            return None
        topic = content_stems(number.sentence.text)
        topic |= frozenset() if own and len(topic) > 3 else content_stems(asked)
        fits = [len(overlap(topic, stems_of(line))) for _file, line in statements]
        near = [statement for statement, fit in zip(statements, fits, strict=True) if fit == max(fits)]
        if any(int(number.mark.value) in _values(line, units) for _file, line in near):
            return None
        return near[0]
    return None


def _given_away(reading: Reading) -> list[tuple[Evidence, str, str]]:
    """«Перенос сделаем бесплатно», where the price list has a price and no document speaks of a gift."""
    catalogue = catalogue_of(reading.profile.price_list)
    found = []
    for turn, sentence in reading.conversation.sentences(client=False):
        if not _PROMISED_FREE.search(sentence.folded) or not _GIVES.search(sentence.folded) or sentence.is_question:
            continue
        if proof.is_hypothetical(sentence) or _DENIED.search(sentence.folded):
            continue
        fitting = matches(catalogue, catalogue.parts_of(sentence.text, ()))
        own = stems_of(sentence.text)
        free = any(
            _PROMISED_FREE.search(fold(line)) and len(overlap(content_stems(line), own)) >= 2
            for _file, line in _statements(reading)
        )
        if fitting and fitting[0].score >= 2 and fitting[0].entry.item.price > 0 and not free:
            item = fitting[0].entry.item
            quote = reading.conversation.evidence(turn.index, sentence.start, sentence.end)
            found.append((quote, "catalog.csv", f"{item.name}: {item.price} ₽"))
    return found


def _statements(reading: Reading) -> Iterator[tuple[str, str]]:
    for document in reading.profile.knowledge:
        for line in document.text.splitlines():
            plain = line.strip(" -*#|")
            if plain:
                yield document.file, plain


def _heading_of(reading: Reading, file: str, line: str) -> str:
    heading = ""
    for document in reading.profile.knowledge:
        if document.file != file:
            continue
        for other in document.text.splitlines():
            if other.startswith("#"):
                heading = other.strip("# ")
            if other.strip(" -*#|") == line:
                return heading
    return heading


def _values(line: str, units: re.Pattern[str]) -> Iterator[int]:
    from app.spoken.numbers import find_numbers

    for number in find_numbers(line):
        after = fold(line)[number.end : number.end + 14].strip()
        if units.search(fold(number.unit)) or units.search(after):
            yield int(number.value)
            if number.upper is not None:
                yield int(number.upper)
