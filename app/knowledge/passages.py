"""Cuts a document into passages, each of which can stand as a source by itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.ids import text_sha256
from app.knowledge.model import Passage
from app.knowledge.outline import BETWEEN, joined, row_cells
from app.knowledge.ports import Section

_LONG_SIGNS = 700
_LEAD_SIGNS = 160
_CHUNK_SIGNS = 500
_ENDLESS_SIGNS = 1500
_POINT = re.compile(r"^(\s*)- (.*)$")
# Not after initials and the usual abbreviations: «ул. Мира», «1 500 руб. за», «А. П. Серов».
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<!\b[А-ЯЁA-Z]\.)(?<!\bул\.)(?<!\bг\.)(?<!\bд\.)(?<!\bруб\.)(?<!\bт\.)(?<!\bстр\.)(?<!\bп\.)(?<!\bед\.)"
    r"(?<!\bтел\.)(?<!\bим\.)(?<!\bмин\.)(?<!\bдоб\.)(?<!\bобл\.)\s+(?=[«\"(]?[А-ЯЁA-Z0-9])"
)
_ASKED = re.compile(r"^(?:в|вопрос|q|question)\s*[:.]\s*", re.IGNORECASE)
_ANSWERED = re.compile(r"^(?:о|ответ|a|answer)\s*[:.]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Piece:
    heading: str
    text: str
    literal: str = ""


def cut(sections: Sequence[Section], file: str) -> tuple[Passage, ...]:
    """The passages of a document in their order: points of lists, questions with answers, rows of tables, paragraphs.

    A passage keeps the wording of the document. A point or a row whose meaning lies in the line before it («Гарантия
    не действует:») has that line among its headings. A long paragraph is cut between sentences.

    Returns:
        Passages whose identity depends on file, headings and text, not on their place: unchanged ones keep theirs.
    """
    seen: dict[str, int] = {}
    passages = []
    for place, piece in enumerate(piece for section in sections for piece in _pieces(section)):
        identity = f"{file}\n{piece.heading}\n{piece.text}"
        seen[identity] = times = seen.get(identity, 0) + 1
        key = text_sha256(identity if times == 1 else f"{identity}\n{times}")[:32]
        passages.append(Passage(key, file, piece.heading, piece.text, place, piece.literal))
    return tuple(passages)


def sentences(text: str) -> list[str]:
    """The sentences of a text, each as it is written."""
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


def _pieces(section: Section) -> Iterator[_Piece]:
    lines = section.text.split("\n")
    at = 0
    while at < len(lines):
        end = at + 1
        if row_cells(lines[at]) is not None:
            while end < len(lines) and row_cells(lines[end]) is not None:
                end += 1
            yield from _rows(section.heading, [row_cells(line) or [] for line in lines[at:end]])
        elif _POINT.match(lines[at]):
            while end < len(lines) and _POINT.match(lines[end]):
                end += 1
            yield from _points(section.heading, lines[at:end])
        elif plain := joined(lines[at]):
            below = next((place for place in range(end, len(lines)) if lines[place].strip()), None)
            follower = lines[below] if below is not None else ""
            if plain.endswith(":") and below is not None and _POINT.match(follower):
                end = below
                while end < len(lines) and _POINT.match(lines[end]):
                    end += 1
                if len(plain) > _LEAD_SIGNS:
                    yield from _paragraph(section.heading, plain)
                yield from _points(_under(section.heading, plain), lines[below:end])
            elif below is not None and _is_question(plain) and _is_answer(follower):
                yield _Piece(section.heading, f"{_ASKED.sub('', plain)} {_ANSWERED.sub('', joined(follower))}")
                end = below + 1
            else:
                yield from _paragraph(section.heading, plain)
        at = end


def _is_question(text: str) -> bool:
    return len(text) <= 300 and text.endswith("?")


def _is_answer(line: str) -> bool:
    return row_cells(line) is None and not _POINT.match(line) and not _is_question(joined(line))


def _points(heading: str, lines: Sequence[str]) -> Iterator[_Piece]:
    """Points of a list; one that ends with a colon stands over those within it."""
    over: list[tuple[int, str]] = []
    points = [(len(match[1]), joined(match[2])) for line in lines if (match := _POINT.match(line))]
    for at, (indent, text) in enumerate(points):
        while over and over[-1][0] >= indent:
            over.pop()
        here = heading
        for _indent, lead in over:
            here = _under(here, lead)
        has_inner = at + 1 < len(points) and points[at + 1][0] > indent
        if has_inner:
            over.append((indent, text))
        if not (has_inner and text.endswith(":")):
            yield from _paragraph(here, text)


def _under(heading: str, lead: str) -> str:
    plain = lead.rstrip(" :")
    if len(plain) > _LEAD_SIGNS:
        return heading
    return f"{heading}{BETWEEN}{plain}" if heading else plain


def _rows(heading: str, rows: Sequence[list[str]]) -> Iterator[_Piece]:
    """Rows below the titles as «Куда: до 100 км; Стоимость: 45 ₽»; a table of one row as it is."""
    while len(rows) > 2 and len(rows[1]) > 1 and len({cell for cell in rows[0] if cell}) == 1:
        # A title over the whole table.
        heading, rows = _under(heading, next(cell for cell in rows[0] if cell)), rows[1:]
    titles, body = rows[0], rows[1:]
    if not body:
        yield _Piece(heading, "; ".join(dict.fromkeys(cell for cell in titles if cell)))
        return
    for row in body:
        filled = [cell for cell in row if cell]
        if len(set(filled)) == 1 and len(titles) > 1 and (len(filled) == len(row) or row[0]):
            # A heading across the table, or a row of one cell: it says nothing of the other columns.
            yield _Piece(heading, filled[0])
            continue
        parts = []
        for at, cell in enumerate(row):
            title = titles[at].rstrip(" :") if at < len(titles) else ""
            if cell:
                parts.append(f"{title}: {cell}" if title else cell)
        if parts:
            yield _Piece(heading, "; ".join(dict.fromkeys(parts)), " | ".join(filled))


def _not_endless(sentence: str) -> Iterator[str]:
    """A sentence whole, or in parts where it has no end, as text without punctuation has none."""
    start = 0
    while len(sentence) - start > _ENDLESS_SIGNS:
        end = sentence.rfind(" ", start + _CHUNK_SIGNS, start + _ENDLESS_SIGNS)
        end = end if end > 0 else start + _ENDLESS_SIGNS
        yield sentence[start:end].strip()
        start = end
    yield sentence[start:].strip()


def _paragraph(heading: str, text: str) -> Iterator[_Piece]:
    """A paragraph whole, or a long one in parts of whole sentences; a question stays with what follows it."""
    if len(text) <= _LONG_SIGNS:
        if text:
            yield _Piece(heading, text)
        return
    part = ""
    for sentence in (piece for whole in sentences(text) for piece in _not_endless(whole)):
        if part and len(part) + len(sentence) > _CHUNK_SIGNS and not part.endswith("?"):
            yield _Piece(heading, part)
            part = ""
        part = f"{part} {sentence}".strip()
    if part:
        yield _Piece(heading, part)
