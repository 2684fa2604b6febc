"""Promises of the manager held against the knowledge base: «гарантия пять лет», where the base says three."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.draft import proof
from app.draft.candidates import Found
from app.draft.conversation import fold
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
        differing = _differs(reading, number)
        if differing is not None:
            found.append((reading.candidates.evidence(number), *differing))
    return list(dict.fromkeys(found))


def _differs(reading: Reading, number: Found[Number]) -> tuple[str, str] | None:
    unit = fold(number.mark.unit)
    text = number.sentence.folded
    for subject, units in _SUBJECTS:
        if not subject.search(text) or not units.search(unit):
            continue
        statements = [
            (file, line)
            for file, line in _statements(reading)
            if subject.search(fold(line)) or subject.search(fold(_heading_of(reading, file, line)))
        ]
        if not statements:
            return None
        topic = content_stems(number.turn.text) | content_stems(" ".join(_spoken_before(reading, number)))
        ranked = sorted(statements, key=lambda s: -len(overlap(topic, stems_of(s[1]))))
        values = {value for _file, line in statements for value in _values(line, units)}
        if not values or int(number.mark.value) in values:
            return None
        return next(((file, line) for file, line in ranked if list(_values(line, units))), None)
    return None


def _spoken_before(reading: Reading, number: Found[Number]) -> list[str]:
    before = reading.conversation.previous(number.turn.index)
    return [before.text] if before is not None else []


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
